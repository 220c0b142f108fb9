"""What collectors wrote -> what was seen: lines of JSON, checked, the same things added up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, cast

from rebind import source
from rebind.diagnostics import Checked, Diagnostic, did_you_mean, quoted
from rebind.lower.terms import is_dict

LONGEST = 64 * 1024
"""No line that a collector writes is longer."""
_MOST_FAULTS = 100
KINDS = frozenset(
    {"type", "null", "enum", "variant", "limit", "missing", "body", "undescribed"}
)  # fmt: skip
SORTS = ("array", "boolean", "integer", "null", "number", "object", "string")
_CAME = re.compile(rf"(?:{'|'.join(SORTS)})|array\[(?:(?:{'|'.join(SORTS)})(?:\|(?!\])|(?=\])))*\]")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Seen:
    """One way in which replies of one operation deviate.

    Attributes:
        operation: The operation's id.
        status: The HTTP status; None where it is not known.
        part: Whether the path leads into an item of a stream.
        kind: What is wrong, as the runtime's `Deviation` names it.
        path: Where, with `-` for each index and `*` for each key of a map.
        owner: The class of the object that it is in.
        expected: What the package expected, in Python's words.
        came: What sort of value came.
        value: The constant that came; None where it is not told.
        tag: The field that tells variants apart.
        fields: Name -> sort of value, of a variant that is not known.
        count: In how many replies.
        first: The first day.
        last: The last day.
    """

    operation: str
    status: int | None
    part: bool
    kind: str
    path: str
    owner: str
    expected: str
    came: str
    value: str | int | None
    tag: str
    fields: tuple[tuple[str, str], ...]
    count: int
    first: str
    last: str

    @property
    def steps(self) -> list[str]:
        """The steps of the path."""
        return source.steps(self.path)

    def added(self, other: Seen) -> Seen:
        """The same, seen this often together."""
        return replace(
            self,
            count=self.count + other.count,
            first=min(self.first, other.first),
            last=max(self.last, other.last),
            fields=tuple(sorted({*self.fields, *other.fields})),
        )


class _Field(NamedTuple):
    """What a field of a line has to be."""

    kind: type
    what: str
    default: Any = None
    pattern: re.Pattern[str] | None = None


_ANY = re.compile(r"[^\x00]{0,2000}", re.S)
_FIELDS: Mapping[str, _Field] = {
    "operation": _Field(str, "the id of an operation", None, _ANY),
    "status": _Field(int, "a status", None),
    "part": _Field(bool, "true or false", False),
    "kind": _Field(str, "a kind of deviation"),
    "path": _Field(str, "a path such as /result/name", None, re.compile(r"(?:/[^\x00]{0,2000})?")),
    "owner": _Field(str, "the name of a class", "", _ANY),
    "expected": _Field(str, "a text", "", _ANY),
    "came": _Field(str, "a sort of value such as string or array[object]", None, _CAME),
    "tag": _Field(str, "the name of a field", "", _ANY),
    "count": _Field(int, "a number above 0"),
    "first": _Field(str, "a date such as 2026-01-31", None, _DATE),
    "last": _Field(str, "a date such as 2026-01-31", None, _DATE),
}
_KNOWN = {"drift", "value", "fields", *_FIELDS}
_OPTIONAL = {"status", "part", "owner", "expected", "tag"}


def read(paths: list[Path]) -> Checked[tuple[Seen, ...]]:
    """Read what collectors wrote.

    Args:
        paths: The files.

    Returns:
        What was seen, in the order in which it was first, added up over all files; or everything
        that is wrong with them.
    """
    found: dict[Seen, Seen] = {}
    problems: list[Diagnostic] = []
    for path in paths:
        text = source.load_text(path, "name the file that a collector wrote, such as drift.jsonl")
        problems += text.diagnostics
        if text.value is None:
            continue
        faults = 0
        for seen in _lines(text.value, path):
            if isinstance(seen, Diagnostic):
                faults += 1
                if faults <= _MOST_FAULTS:
                    problems.append(seen)
                continue
            key = replace(seen, count=0, first="", last="", expected="", fields=())
            known = found.get(key)
            found[key] = seen if known is None else known.added(seen)
    return Checked(None if problems else tuple(found.values()), tuple(problems))


def _lines(text: str, path: Path) -> Iterator[Seen | Diagnostic]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            faults = list(_faults(line))
            if not faults:
                yield _seen(json.loads(line))
            for code, message, at, help in faults:
                place = source.place_at(path, text, start + at, start + at + 1)
                yield Diagnostic(code, message, place, help)
        start += len(line) + 1


_Fault = tuple[str, str, int, str]
_WRITTEN = "remove the line: a collector writes lines such as those beside it"


def _faults(line: str) -> Iterator[_Fault]:
    """What is wrong with a line, each with its column."""
    if len(line) > LONGEST:
        message = f"the line is longer than {LONGEST // 1024} KiB"
        yield "drift-line", message, 0, _WRITTEN
        return
    try:
        data = json.loads(line)
    except RecursionError:
        yield "drift-line", "the line is nested too deeply", 0, _WRITTEN
        return
    except json.JSONDecodeError as error:
        message = f"this is not a line of JSON: {error.msg[0].lower()}{error.msg[1:]}"
        yield "drift-line", message, min(error.pos, len(line) - 1), _WRITTEN
        return
    except ValueError:  # a number of thousands of digits
        yield "drift-line", "a number has too many digits", 0, _WRITTEN
        return
    if not is_dict(data) or "drift" not in data:
        message = "the line does not say that a collector wrote it"
        yield "drift-line", message, 0, 'it begins with {"drift":1, ...'
        return
    version: object = data["drift"]
    if isinstance(version, bool) or version != 1:
        message = f"version {quoted(str(version))} of these files is not understood"
        yield "drift-version", message, _column(line, "drift"), "take a newer Rebind"
        return
    for key in data:
        if key not in _KNOWN:
            help = did_you_mean(key, _KNOWN, f"there are {', '.join(sorted(_KNOWN))}")
            yield "drift-field", f"{quoted(key)} has no meaning here", _column(line, key), help
    for name, field in _FIELDS.items():
        if name not in data:
            if name not in _OPTIONAL:
                yield "drift-field", f"{quoted(name)} is missing", 0, f"it is {field.what}"
        elif not _fits(data[name], name, field):
            message = f"{quoted(name)} is not {field.what}"
            yield "drift-field", message, _column(line, name), _WRITTEN
    value = data.get("value")
    if isinstance(value, bool) or not isinstance(value, (str, int, type(None))):
        message = "'value' is neither a text nor a whole number"
        yield "drift-field", message, _column(line, "value"), _WRITTEN
    fields = data.get("fields", {})
    if not is_dict(fields) or not all(_is_sort(sort) for sort in fields.values()):
        message = "'fields' does not say what sort of value each field has"
        yield "drift-field", message, _column(line, "fields"), _WRITTEN


def _is_sort(value: object) -> bool:
    return isinstance(value, str) and _CAME.fullmatch(value) is not None


def _fits(value: Any, name: str, field: _Field) -> bool:
    if value is None and name == "status":
        return True
    kind: Any = field.kind
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        return False
    value = cast("Any", value)
    if name == "kind":
        return value in KINDS
    if name == "count":
        return bool(0 < value < 2**63)
    if name == "status":
        return bool(0 < value < 1000)
    return field.pattern is None or field.pattern.fullmatch(value) is not None


def _column(line: str, key: str) -> int:
    found = re.search(re.escape(json.dumps(key)) + r"\s*:\s*", line)
    return found.end() if found and found.end() < len(line) else 0


def _seen(data: Mapping[str, Any]) -> Seen:
    told = {name: data.get(name, field.default) for name, field in _FIELDS.items()}
    fields: Mapping[str, str] = data.get("fields") or {}
    return Seen(**told, value=data.get("value"), fields=tuple(sorted(fields.items())))
