"""Text from a document as docstrings: wrapped, and unable to end the literal it stands in."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from functools import cache

from rebind.files import WIDTH


def docstring(lines: Sequence[str], indent: int = 0) -> str:
    """Lines of text as a docstring that nothing in the text can end.

    Args:
        lines: The text; hostile input is welcome.
        indent: The columns it stands in by.

    Returns:
        The literal, quotes included; further lines are indented.
    """
    cleaned = [_escape_text(line.rstrip()) for line in lines]
    while cleaned and not cleaned[-1]:
        cleaned.pop()
    if not cleaned:
        return '""""""'
    if len(cleaned) == 1 and len(cleaned[0]) + indent + 6 <= WIDTH:
        last = cleaned[0]
        pad = " " if last.endswith('"') else ""
        return f'"""{last}{pad}"""'
    space = " " * indent
    body = "\n".join(space + line if line else "" for line in cleaned[1:])
    first = cleaned[0] + ("\n" + body if len(cleaned) > 1 else "")
    return f'"""{first}\n{space}"""'


@cache
def _escape_text(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c if c == "\t" or (c.isprintable() and ord(c) < 0xFFF0) or _visible(c) else " "
        for c in text
    )


def _visible(char: str) -> bool:
    return (
        ord(char) > 0xA0 and not 0xD800 <= ord(char) <= 0xDFFF and char not in "\u2028\u2029\ufeff"
    )


def paragraphs(text: str) -> list[str]:
    """Text wrapped to the width of a docstring, its lists and code kept as they are."""
    return list(_paragraphs(text))


@cache
def _paragraphs(text: str) -> tuple[str, ...]:
    lines: list[str] = []
    for block in re.split(r"\n\s*\n", _printable(text).strip()):
        if not block.strip():
            continue
        if lines:
            lines.append("")
        if re.search(r"^\s*([-*+|>#]|\d+\.|```|\s{4})", block, re.MULTILINE):
            lines += [line.rstrip() for line in block.splitlines()]
        else:
            lines += _lines(" ".join(block.split()), WIDTH - 12)
    return tuple(lines)


def pythonic(text: str) -> str:
    """`null`, `true` and `false` as Python says them."""
    for said, meant in (("`null`", "`None`"), ("`true`", "`True`"), ("`false`", "`False`")):
        text = text.replace(said, meant)
    return text


def _printable(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n")


def one_line(text: str) -> str:
    """Text without line breaks."""
    return " ".join(_printable(str(text)).split())


@cache
def first_sentence(text: str) -> str:
    """The first sentence, on one line."""
    block = re.split(r"\n\s*\n", _printable(str(text)).strip())[0]
    line = one_line(block)
    found = re.match(r"(.+?(?<!e\.g)(?<!i\.e)(?<!etc)[.!?])(?=\s+[A-Z`]|$)", line)
    line = found.group(1) if found else line
    if len(line) > 300:
        line = line[:297].rsplit(" ", 1)[0] + " ..."
    return line if not line or line[-1] in ".!?:" else f"{line}."


def lower_first(text: str) -> str:
    """Text that goes on after a colon."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def sentence(parts: Iterable[str]) -> str:
    """Words as the beginning of a sentence."""
    text = " ".join(words(part) for part in parts)
    return text[:1].upper() + text[1:]


@cache
def words(text: str) -> str:
    """A name as words."""
    return one_line(
        re.sub(r"[_\W]+", " ", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", str(text)))
    ).lower()


def hanging(name: str, text: str) -> list[str]:
    """An argument of a docstring."""
    return wrapped(f"    {name}: {text}", "        ")


def wrapped(text: str, indent: str) -> list[str]:
    """Text in lines of a docstring."""
    return list(_lines(text, WIDTH - 10, indent)) or [""]


@cache
def _lines(text: str, width: int, indent: str = "") -> tuple[str, ...]:
    return tuple(
        textwrap.wrap(
            text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
    )
