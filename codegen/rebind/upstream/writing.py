"""Data -> YAML as a person would write it: blocks, and short things on one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

from rebind.lower.terms import is_dict, is_list

WIDTH = 120
_BLOCKS = {
    "operations", "schemas", "paths", "properties", "parameters", "responses", "components", "tags",
    "get", "put", "post", "delete", "patch", "requestBody", "info", "servers", "x-rebind-errors",
    "x-rebind-bound", "x-rebind-wait", "securitySchemes", "x-rebind-hosts", "x-rebind-client",
    "x-rebind-envelope", "x-rebind-wire", "license", "examples", "actions", "security",
}  # fmt: skip
"""What stands under these keys is a block, however short it is."""
_RESOLVER = Resolver()
_PLAIN = re.compile(r"[A-Za-z_$/(<][^\x00-\x1f\x7f-\x9f\ufeff\u2028\u2029]*")
_LATER = re.compile(r"(?i)\.?(inf|nan)|0o[0-7]+|y|n")
"""What YAML 1.1 and 1.2 do not read alike."""


def write(data: Any, heading: str = "") -> str:
    """Write a document.

    Args:
        data: What JSON can say.
        heading: Lines of comment for the top.

    Returns:
        The text; reading it gives the data again, in YAML 1.1 as in 1.2.
    """
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    if lines:
        lines.append("")
    if is_dict(data) and data:
        first = True
        for key, value in data.items():
            block = list(_entry(key, value, 0, top=True))
            if not first and (len(block) > 1 or key in _BLOCKS):
                lines.append("")
            lines += block
            first = False
    else:
        lines.append(_flow(data))
    return "\n".join(lines) + "\n"


def _entry(key: str, value: Any, indent: int, top: bool = False) -> Iterator[str]:
    """A key of a mapping and its value."""
    pad = " " * indent
    name = _scalar(str(key), flow=True)
    if isinstance(value, str) and "\n" in value:
        yield from _literal(f"{pad}{name}:", value, indent + 2)
    elif not _is_container(value) or not value:
        yield f"{pad}{name}: {_flow_or_plain(value)}"
    elif (
        key not in _BLOCKS
        and not (top and key in ("paths", "components"))
        and _fits(value, WIDTH - indent - len(name) - 2)
    ):
        yield f"{pad}{name}: {_flow(value)}"
    elif is_list(value) and all(not _is_container(item) for item in value):
        yield from _wrapped(f"{pad}{name}: [", [_flow(item) for item in value], indent + 2)
    else:
        yield f"{pad}{name}:"
        loose = key in ("operations", "schemas") and indent == 0
        for number, line in enumerate(_block(value, indent + 2, loose)):
            if number or line:
                yield line


def _block(value: Any, indent: int, loose: bool = False) -> Iterator[str]:
    if is_dict(value):
        for number, (key, inner) in enumerate(value.items()):
            if loose and number:
                yield ""
            yield from _entry(key, inner, indent)
        return
    pad = " " * indent
    for item in value:
        if not _is_container(item) or not item or _fits(item, WIDTH - indent - 2):
            yield f"{pad}- {_flow_or_plain(item)}"
        else:
            lines = list(_block(item, indent + 2))
            yield f"{pad}- {lines[0].lstrip(' ')}"
            yield from lines[1:]


def _wrapped(opening: str, items: list[str], indent: int) -> Iterator[str]:
    """A long list of short things over several lines."""
    line = opening
    for number, item in enumerate(items):
        text = item + ("]" if number == len(items) - 1 else ",")
        if len(line) + len(text) + 1 > WIDTH and line != opening:
            yield line
            line = " " * indent + text
        else:
            line += text if line == opening else f" {text}"
    yield line


def _literal(opening: str, text: str, indent: int) -> Iterator[str]:
    """Several lines of text as they are."""
    stripped = text.rstrip("\n")
    ending = len(text) - len(stripped)
    lines = stripped.split("\n")
    # What a block would lose or change: blanks at its ends, and what is not seen.
    seen = all(line.isprintable() and line == line.rstrip(" ") for line in lines)
    if not seen or ending > 1 or not lines[0] or lines[0].startswith(" "):
        yield f"{opening} {_double(text)}"
        return
    yield f"{opening} {'|' if ending else '|-'}"
    for line in lines:
        yield (" " * indent + line).rstrip()


def _is_container(value: object) -> bool:
    return isinstance(value, dict | list)


def _flow_or_plain(value: Any) -> str:
    return _scalar(value) if isinstance(value, str) else _flow(value)


def _fits(value: Any, room: int) -> bool:
    """Whether something is short enough, and simple enough, for the rest of a line."""
    return _size(value) <= room and _depth(value) <= 3 and "\n" not in str(value)


def _size(value: Any) -> int:
    return len(_flow(value))


def _depth(value: Any) -> int:
    if is_dict(value):
        return 1 + max(map(_depth, value.values()), default=0)
    return 1 + max(map(_depth, value), default=0) if is_list(value) else 0


def _flow(value: Any) -> str:
    if is_dict(value):
        inner = ", ".join(f"{_scalar(str(k), True)}: {_flow(v)}" for k, v in value.items())
        return f"{{{inner}}}"
    if is_list(value):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, str):
        return _scalar(value, flow=True)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return repr(value)


@lru_cache(maxsize=50_000)
def _scalar(text: str, flow: bool = False) -> str:
    """A text on one line: bare where every reader takes it for a text."""
    if not text.isprintable():
        return _double(text)
    if _PLAIN.fullmatch(text) and not _special(text, flow):
        return text
    return "'" + text.replace("'", "''") + "'"


def _special(text: str, flow: bool) -> bool:
    return (
        ": " in text
        or " #" in text
        or text[-1] in ": "
        or (flow and any(char in ",[]{}?" for char in text))
        or (flow and "://" not in text and ":" in text)
        or _tag(text) != "tag:yaml.org,2002:str"
        or _LATER.fullmatch(text) is not None
    )


def _tag(text: str) -> str:
    """What YAML 1.1 takes a bare text for."""
    return str(_RESOLVER.resolve(ScalarNode, text, (True, False)))  # type: ignore[no-untyped-call]


def _double(text: str) -> str:
    """A text in double quotes, in letters that every reader takes."""
    return '"' + re.sub(r'["\\]|[^ -~]', _escaped, text) + '"'


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    short = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}.get(char)
    code = ord(char)
    return short or (f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}")
