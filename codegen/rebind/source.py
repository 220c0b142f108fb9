"""Files to documents: YAML 1.2 (core schema) or JSON, with the place of every key and value.

One loader for everything, so that a text means one thing. JSON goes through the standard library
and its places are found when somebody asks; YAML goes through libyaml's events (PyYAML's own where
libyaml is missing).
"""

from __future__ import annotations

import codecs
import hashlib
import importlib
import json
import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, Protocol, TypeAlias, cast

import yaml
from yaml import events

from rebind.diagnostics import Checked, Diagnostic, Place, did_you_mean, line_starts, quoted

Json: TypeAlias = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
"""What a document is made of."""

MAX_BYTES = 64 * 1024 * 1024
"""Files larger than this are not read."""
MAX_DEPTH = 100
"""Containers may be nested this deep."""
MAX_ALIASED = 500_000
"""How many values YAML aliases may repeat in one document."""
_MAX_DIGITS = 308
_MOST_KEPT = 4
"""What a text says is kept where it is at most so many times as long."""
_BEGINNING = "an OpenAPI document begins with a line such as 'openapi: 3.1.0'"


class Spot(NamedTuple):
    """Where a value stands in a text, and its children's spots."""

    start: int
    end: int
    children: dict[str, Entry] | list[Spot] | None = None


class Entry(NamedTuple):
    """Where a key of a mapping stands, and its value's spot."""

    start: int
    end: int
    value: Spot


@dataclass
class Fault:
    """A mistake at an offset of a text; it becomes a `Diagnostic` when the path is known."""

    code: str
    message: str
    start: int
    end: int | None = None
    help: str = ""


def steps(pointer: str) -> list[str]:
    """The unescaped steps of a JSON pointer.

    Args:
        pointer: A pointer, with or without a leading ``#``.

    Returns:
        The steps; none for the whole document.
    """
    pointer = pointer.removeprefix("#")
    if pointer in ("", "/"):
        return [] if not pointer else [""]
    return [s.replace("~1", "/").replace("~0", "~") for s in pointer.removeprefix("/").split("/")]


def step(key: str | int) -> str:
    """A key or an index as one escaped step of a JSON pointer, with its slash.

    Args:
        key: A key of a mapping or an index of a list.

    Returns:
        For example ``/paths~1pets``.
    """
    return f"/{key}" if isinstance(key, int) else "/" + key.replace("~", "~0").replace("/", "~1")


@dataclass(eq=False)
class Document:
    """A file that was read.

    Args:
        path: The file.
        text: Its text, without a byte order mark.
        data: What it says. Aliases of YAML share one object: do not change it in place.
    """

    path: Path
    text: str = field(repr=False)
    data: Json = field(repr=False)
    _spot: Spot | None = field(default=None, repr=False)

    def place(self, pointer: str, *, key: bool = False) -> Place:
        """Where something stands in the file.

        Args:
            pointer: A JSON pointer into ``data``; where it leads nowhere, the nearest parent does.
            key: Whether to give the place of the key instead of the value's.

        Returns:
            The place.
        """
        start, end = self._find(pointer, key=key)
        return place_at(self.path, self.text, start, end, pointer)

    def _find(self, pointer: str, *, key: bool) -> tuple[int, int]:
        """The range of a value (or key), or of the nearest parent that there is."""
        if self._spot is None:
            _, spot, _ = _read(self.text, self.path.suffix.lower() == ".json")
            self._spot = spot or _JsonScan(self.text).run()
        spot = self._spot
        start, end = spot.start, spot.end
        for name in steps(pointer):
            children = spot.children
            if isinstance(children, dict) and name in children:
                entry = children[name]
                spot = entry.value
                start, end = (entry.start, entry.end) if key else (spot.start, spot.end)
            elif isinstance(children, list) and name.isdecimal() and int(name) < len(children):
                spot = children[int(name)]
                start, end = spot.start, spot.end
            else:
                break
        return start, end

    def written(self, pointer: str) -> str:
        """The characters of a value, such as ``1.10`` where ``data`` has the number 1.1.

        Args:
            pointer: A JSON pointer into ``data``.

        Returns:
            The text as it stands in the file.
        """
        start, end = self._find(pointer, key=False)
        return self.text[start:end]


def place_at(
    path: Path | str, text: str, start: int, end: int | None = None, pointer: str = ""
) -> Place:
    """The place of a range of characters.

    Args:
        path: The file.
        text: Its text.
        start: The offset of the first character.
        end: The offset after the last character, if known.
        pointer: The JSON pointer of what stands there.

    Returns:
        The place; it has an end column only if the range stays on one line.
    """
    starts = line_starts(text)
    start = min(start, len(text))
    line = bisect_right(starts, start)
    begin = starts[line - 1]
    end_column = None
    if end is not None and end > start and bisect_right(starts, end - 1) == line:
        end_column = end - begin + 1
    return Place(path, line, start - begin + 1, end_column, pointer, source=text)


def load(path: Path, kept: Readings | None = None) -> Checked[Document]:
    """Read a file.

    Args:
        path: A YAML or JSON file; which of the two is decided by its content.
        kept: What YAML was read as before: `digest` of a text -> JSON. What is read anew is added.

    Returns:
        The document, or none when the file cannot be read as one; and all mistakes of syntax.
    """
    found = load_text(path, "name the file of the OpenAPI document, such as openapi.yaml")
    text = found.value
    if text is None:
        return Checked(None, found.diagnostics)
    if kept is None or text.lstrip()[:1] in ("{", "["):
        return parse(text, path)
    known = kept.get(digest(text))
    if known is not None:
        return Checked(Document(path, text, json.loads(known)))
    read = parse(text, path)
    if read.value is not None:
        said = json.dumps(read.value.data, separators=(",", ":"))
        if len(said) < _MOST_KEPT * len(text):  # aliases can repeat much
            kept[digest(text)] = said
    return read


class Readings(Protocol):
    """What YAML says, by digest of its text: a dictionary, or what is like one."""

    def get(self, digest: str, /) -> str | None:
        """The JSON of a text, if it was read before."""

    def __setitem__(self, digest: str, said: str, /) -> None:
        """Note what a text says."""


def load_text(path: Path, instead: str) -> Checked[str]:
    """Read a file as text, whatever it says.

    Args:
        path: The file.
        instead: What to name where this is a folder.

    Returns:
        The text, or why there is none.
    """
    try:
        if not path.exists():
            return _refuse(path, "file-not-found", "the file does not exist", _neighbour(path))
        if path.is_dir():
            return _refuse(path, "cannot-read", "this is a folder, not a file", instead)
        if not path.is_file():
            return _refuse(path, "cannot-read", "this is not an ordinary file", "name a file")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        hint = "check the name and the permissions of the file"
        return _refuse(path, "cannot-read", f"the file cannot be read: {reason}", hint)
    if len(raw) > MAX_BYTES:
        limit = MAX_BYTES // (1024 * 1024)
        hint = "split it into several files"
        return _refuse(path, "document-too-large", f"the file is larger than {limit} MiB", hint)
    text, fault = _decode(raw)
    if fault is not None:
        return Checked(None, (_diagnostic(path, text, fault),))
    return Checked(text)


def digest(text: str) -> str:
    """What a text is known by when what it says is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def parse(text: str, path: Path) -> Checked[Document]:
    """Read a text as if it stood in a file.

    Args:
        text: YAML or JSON.
        path: The name for places; its suffix decides only how a broken text is explained.

    Returns:
        As `load`.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return _refuse(path, "empty-document", "the file is empty", _BEGINNING, text)
    data, spot, faults = _read(text, path.suffix.lower() == ".json")
    diagnostics = tuple(_diagnostic(path, text, fault) for fault in faults)
    if diagnostics:
        return Checked(None, diagnostics)
    return Checked(Document(path, text, data, spot))


def _read(text: str, is_json: bool) -> tuple[Json, Spot | None, list[Fault]]:
    if text.lstrip()[:1] in ("{", "["):
        data, faults = _read_json(text)
        if not faults:
            return data, None, []
        if is_json or faults[0].code != "syntax-error":
            return None, None, faults
        # YAML may begin with a bracket too.
    scan = _YamlScan(text)
    data, spot = scan.run()
    return data, spot, scan.faults


def _refuse(path: Path, code: str, message: str, hint: str, text: str = "") -> Checked[Any]:
    place = Place(path, source=text or None)
    return Checked(None, (Diagnostic(code, message, place, hint),))


def _diagnostic(path: Path, text: str, fault: Fault) -> Diagnostic:
    place = place_at(path, text, fault.start, fault.end)
    return Diagnostic(fault.code, fault.message, place, fault.help)


def _neighbour(path: Path) -> str:
    try:
        names = sorted(p.name for p in path.parent.iterdir() if p.is_file())
    except OSError:
        return f"there is no folder {quoted(str(path.parent))}"
    return did_you_mean(path.name, names, "check the name; it is relative to the working directory")


def _decode(raw: bytes) -> tuple[str, Fault | None]:
    encoding = "utf-8"
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            encoding = name
            break
    try:
        return raw.decode(encoding), None
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode(encoding, errors="replace")
        text = raw.decode(encoding, errors="replace")
        message = f"byte 0x{raw[error.start]:02x} is not {encoding.removesuffix('-sig').upper()}"
        hint = "save the file as UTF-8"
        return text, Fault("wrong-encoding", message, len(good), len(good) + 1, hint)


# JSON


class _Doubtful(Exception):
    """JSON that parses but needs a closer look."""


def _read_json(text: str) -> tuple[Json, list[Fault]]:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(items)
        if len(made) != len(items):
            raise _Doubtful
        return made

    def constant(_: str) -> float:
        raise _Doubtful

    def number(digits: str) -> int:
        if len(digits) > _MAX_DIGITS:
            raise _Doubtful
        return int(digits)

    def real(digits: str) -> float:
        value = float(digits)
        if math.isinf(value):
            raise _Doubtful
        return value

    try:
        data: Json = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_constant=constant,
            parse_int=number,
            parse_float=real,
        )
    except json.JSONDecodeError as error:
        return None, [_json_syntax(text, error)]
    except (_Doubtful, RecursionError):
        scan = _JsonScan(text)
        scan.run()
        return None, scan.faults or [Fault("syntax-error", "this is not JSON", 0)]
    if _deeper_than(data, MAX_DEPTH) or _SURROGATE.search(text):
        scan = _JsonScan(text)
        scan.run()
        return data, scan.faults
    return data, []


def _deeper_than(data: Json, limit: int) -> bool:
    level: list[Json] = [data]
    depth = 0
    while level:
        depth += 1
        if depth > limit + 1:
            return True
        below: list[Json] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(v for v in item.values() if isinstance(v, (dict, list)))
            elif isinstance(item, list):
                below.extend(v for v in item if isinstance(v, (dict, list)))
        level = below
    return False


def _json_syntax(text: str, error: json.JSONDecodeError) -> Fault:
    at = error.pos
    message = error.msg[0].lower() + error.msg[1:]
    here = text[at : at + 1]
    hint = "check the brackets, commas and quotes before this"
    if error.msg.startswith("Illegal trailing comma"):  # since Python 3.13; before, the bracket
        at = len(text) - len(text[at + 1 :].lstrip())
        here = text[at : at + 1]
    before = text[:at].rstrip()
    if error.msg.startswith("Invalid control character"):
        message = "a raw control character stands inside a string"
        hint = 'write it as an escape, such as "\\t" or "\\n"; or the closing quote is missing'
    elif error.msg == "Extra data":
        message = "there is more text after the end of the JSON value"
        hint = "remove it, or a closing bracket before it"
    elif here == "'" or (here.isalpha() and error.msg.startswith("Expecting property name")):
        hint = "JSON puts keys and strings in double quotes"
    elif before.endswith(",") and here in ("}", "]"):
        message = f"a comma stands before the closing {quoted(here)}"
        hint = "remove the comma"
        at = len(before) - 1
    elif here == "" and not error.msg.startswith("Unterminated"):
        message = "the file ends in the middle of a value"
        hint = "a closing bracket is missing"
        at = max(len(before) - 1, 0)
    elif text.startswith(("//", "/*", "#"), at):
        hint = "JSON has no comments"
    return Fault("syntax-error", f"broken JSON: {message}", at, at + 1, hint)


_JSON_TOKEN = re.compile(
    r'[ \t\r\n]*(?:("(?:[^"\\]|\\.)*")|([{}\[\]:,])|([^\s{}\[\]:,"]+)|(\S))', re.S
)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class _JsonFrame:
    __slots__ = ("children", "entry", "start")

    def __init__(self, start: int, children: dict[str, Entry] | list[Spot]) -> None:
        self.start = start
        self.children = children
        self.entry: tuple[str, int, int] | None = None


class _JsonScan:
    """The spots of a JSON text, and its faults that a JSON parser lets pass."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.faults: list[Fault] = []

    def run(self) -> Spot:
        """The spot of the whole text (known to be JSON, or to be too deep for a parser)."""
        stack: list[_JsonFrame] = []
        root = Spot(0, len(self.text))
        for match in _JSON_TOKEN.finditer(self.text):
            kind = match.lastindex or 4
            start, end = match.span(kind)
            sign = self.text[start]
            if kind == 2 and sign in "{[":
                stack.append(_JsonFrame(start, {} if sign == "{" else []))
                if len(stack) > MAX_DEPTH:
                    self.faults.append(_too_deep(start))
                    break
                continue
            if kind == 2 and sign in ":,":
                continue
            if kind == 2:
                frame = stack.pop()
                spot = Spot(frame.start, end, frame.children)
            else:
                top = stack[-1] if stack else None
                if top is not None and isinstance(top.children, dict) and top.entry is None:
                    self._key(top, start, end)
                    continue
                spot = Spot(start, end)
                self._scalar(start, end)
            if not stack:
                root = spot
                continue
            top = stack[-1]
            if isinstance(top.children, list):
                top.children.append(spot)
            elif top.entry is not None:
                name, key_start, key_end = top.entry
                top.children[name] = Entry(key_start, key_end, spot)
                top.entry = None
        return root

    def _key(self, top: _JsonFrame, start: int, end: int) -> None:
        self._scalar(start, end)
        name = _json_string(self.text[start:end])
        assert isinstance(top.children, dict)
        if name in top.children:
            self.faults.append(_duplicate(self.text, name, top.children[name].start, start, end))
        top.entry = (name, start, end)

    def _scalar(self, start: int, end: int) -> None:
        sign = self.text[start]
        if sign == '"':
            if "\\u" in (written := self.text[start:end]) and not _encodable(written):
                self.faults.append(
                    Fault(
                        "bad-character",
                        "the string holds half of a surrogate pair, which is no character",
                        start,
                        end,
                        "write the character itself, or both halves",
                    )
                )
        elif sign in "NI" or self.text.startswith("-I", start):
            self.faults.append(_not_finite(self.text[start:end], start, end))
        elif sign in "-0123456789":
            written = self.text[start:end]
            too_long = written.lstrip("-").isdecimal() and len(written) > _MAX_DIGITS
            if too_long or math.isinf(float(written)):
                self.faults.append(_out_of_range(start, end))


def _json_string(written: str) -> str:
    return written[1:-1] if "\\" not in written else str(json.loads(written, strict=False))


def _encodable(written: str) -> bool:
    try:
        _json_string(written).encode()
    except UnicodeEncodeError:
        return False
    return True


def _too_deep(start: int) -> Fault:
    message = f"values are nested more than {MAX_DEPTH} deep"
    hint = "describe inner parts under 'components:' and refer to them"
    return Fault("too-deep", message, start, start + 1, hint)


def _duplicate(text: str, name: str, first: int, start: int, end: int) -> Fault:
    line = bisect_right(line_starts(text), first)
    return Fault(
        "duplicate-key",
        f"{quoted(name)} is given twice in one mapping",
        start,
        end,
        f"the first one is on line {line}; keep one of them",
    )


def _not_finite(written: str, start: int, end: int) -> Fault:
    return Fault(
        "number-out-of-range",
        f"{quoted(written)} is no number of JSON",
        start,
        end,
        "write a finite number, or leave the key out",
    )


def _out_of_range(start: int, end: int) -> Fault:
    hint = "write a number of fewer digits, or leave the key out"
    return Fault("number-out-of-range", "the number is too large", start, end, hint)


# YAML


class _EventSource(Protocol):
    def get_event(self) -> Any: ...


_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_SPECIAL = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")
_TELLING = frozenset("+-.0123456789ntfNTF~")
_TAG = "tag:yaml.org,2002:"


_TAGGED: dict[str, type] = {"int": int, "float": float, "bool": bool, "null": type(None)}


class _NotJson(ValueError):
    """A scalar that YAML reads as a number which JSON cannot say."""


def plain(text: str) -> Json:
    """What a plain (unquoted) YAML scalar means in the 1.2 core schema.

    Args:
        text: The scalar.

    Returns:
        Null, a boolean, a number or the text itself.

    Raises:
        ValueError: It is a number that JSON cannot say.
    """
    if text and text[0] not in _TELLING:
        return text
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if _INT.match(text):
        if len(text) > _MAX_DIGITS:
            raise ValueError("too many digits")
        return int(text)
    if _FLOAT.match(text):
        value = float(text)
        if math.isinf(value):
            raise ValueError("too many digits")
        return value
    if _OCTAL.match(text) or _HEX.match(text):
        if len(text) > _MAX_DIGITS:
            raise ValueError("too many digits")
        return int(text[2:], 8 if text[1] == "o" else 16)
    if _SPECIAL.match(text):
        raise _NotJson
    return text


class _YamlFrame:
    __slots__ = ("anchor", "data", "depth", "key", "merged", "size", "spots", "start")

    def __init__(self, start: int, anchor: str | None, mapping: bool) -> None:
        self.start = start
        self.anchor = anchor
        self.data: dict[str, Json] | list[Json] = {} if mapping else []
        self.spots: dict[str, Entry] | list[Spot] = {} if mapping else []
        self.key: _Key | None = None
        self.merged: list[_Value] = []
        self.size = 1
        self.depth = 1


class _Key(NamedTuple):
    text: str
    start: int
    end: int
    merge: bool


class _Value(NamedTuple):
    data: Json
    spot: Spot
    size: int = 1
    depth: int = 1


class _Stop(Exception):
    """Reading on makes no sense."""


class _YamlScan:
    """One YAML text, read event by event: nothing recursive, so that no nesting can hurt."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.faults: list[Fault] = []
        self._stack: list[_YamlFrame] = []
        self._anchors: dict[str, _Value | None] = {}
        self._aliased = 0
        self._root: _Value | None = None

    def run(self) -> tuple[Json, Spot | None]:
        """The data and its spots; `faults` says what is wrong."""
        try:
            self._run()
        except _Stop:
            return None, None
        except yaml.MarkedYAMLError as error:
            self.faults.append(_yaml_syntax(self.text, error))
            return None, None
        except yaml.reader.ReaderError as error:
            self.faults.append(_unreadable(error))
            return None, None
        if self._root is None:
            message = "the file holds nothing but comments"
            self.faults.append(Fault("empty-document", message, 0, help=_BEGINNING))
            return None, None
        return self._root.data, self._root.spot

    def _run(self) -> None:
        documents = 0
        for event in _events(self.text):
            kind: Any = event.__class__
            if kind is events.ScalarEvent:
                self._scalar(event)
            elif kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
                self._open(event, kind is events.MappingStartEvent)
            elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
                self._close(event)
            elif kind is events.AliasEvent:
                self._alias(event)
            elif kind is events.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._stop(
                        "several-documents",
                        "a second YAML document begins here",
                        event,
                        "keep one document per file; remove the '---'",
                    )

    def _stop(self, code: str, message: str, event: Any, hint: str = "") -> NoReturn:
        start, end = event.start_mark.index, event.end_mark.index
        self.faults.append(Fault(code, message, start, max(end, start + 1), hint))
        raise _Stop

    def _wants_key(self) -> bool:
        top = self._stack[-1] if self._stack else None
        return top is not None and isinstance(top.data, dict) and top.key is None

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        text: str = event.value
        if event.anchor is not None or event.tag is not None:
            properties = _PROPERTIES.match(self.text, start)
            start = min(properties.end(), end) if properties else start
        if self._wants_key():
            if event.anchor is not None:
                self._anchors[event.anchor] = _Value(text, Spot(start, end))
            self._key(text, text == "<<" and event.implicit[0], start, end)
            return
        value: Json = text
        if event.tag is not None and event.tag != "!":
            value = self._tagged(text, event.tag, start, end)
        elif event.implicit[0] and event.tag is None:
            value = self._plain(text, start, end)
        made = _Value(value, Spot(start, end))
        if event.anchor is not None:
            self._anchors[event.anchor] = made
        self._add(made)

    def _key(self, text: str, merge: bool, start: int, end: int) -> None:
        top = self._stack[-1]
        assert isinstance(top.spots, dict)
        if not merge and text in top.spots:
            self.faults.append(_duplicate(self.text, text, top.spots[text].start, start, end))
        top.key = _Key(text, start, end, merge)

    def _plain(self, text: str, start: int, end: int) -> Json:
        try:
            return plain(text)
        except _NotJson:
            self.faults.append(_not_finite(text, start, end))
        except ValueError:
            self.faults.append(_out_of_range(start, end))
        return None

    def _tagged(self, text: str, tag: str, start: int, end: int) -> Json:
        short = tag.removeprefix(_TAG)
        if short == "str":
            return text
        if short not in _TAGGED:
            self._unknown_tag(tag, start, end)
            return text
        value = self._plain(text, start, end)
        if short == "float" and type(value) is int:
            return float(value)
        if type(value) is not _TAGGED[short]:
            message = f"{quoted(text)} is not of the type that its tag '!!{short}' says"
            self.faults.append(Fault("bad-tag", message, start, end, "remove the tag"))
        return value

    def _unknown_tag(self, tag: str, start: int, end: int) -> None:
        shown = tag.replace(_TAG, "!!")
        message = f"the YAML tag {quoted(shown)} has no meaning in an OpenAPI document"
        hint = "remove the tag; to include another file, use '$ref'"
        self.faults.append(Fault("bad-tag", message, start, end, hint))

    def _open(self, event: Any, mapping: bool) -> None:
        start = event.start_mark.index
        if self._wants_key():
            self._stop(
                "bad-key",
                "a mapping key must be text, not a mapping or a list",
                event,
                "put the key in quotes (a template such as '{{name}}' needs them)",
            )
        if len(self._stack) >= MAX_DEPTH:
            self.faults.append(_too_deep(start))
            raise _Stop
        if event.tag is not None and event.tag not in ("!", _TAG + "map", _TAG + "seq"):
            self._unknown_tag(event.tag, start, event.end_mark.index)
        self._stack.append(_YamlFrame(start, event.anchor, mapping))
        if event.anchor is not None:
            self._anchors[event.anchor] = None

    def _close(self, event: Any) -> None:
        frame = self._stack.pop()
        # A block collection ends where the next token begins: trim what is only space.
        end = event.end_mark.index
        if event.end_mark.index == event.start_mark.index:
            end = max(frame.start + 1, len(self.text[frame.start : end].rstrip()) + frame.start)
        for merged in frame.merged:
            _merge(frame, merged)
        made = _Value(frame.data, Spot(frame.start, end, frame.spots), frame.size, frame.depth)
        if frame.anchor is not None:
            self._anchors[frame.anchor] = made
        self._add(made)

    def _alias(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        name: str = event.anchor
        if name not in self._anchors:
            names = ["*" + anchor for anchor in self._anchors]
            hint = "anchors are written '&name', before their use"
            hint = did_you_mean("*" + name, names, hint)
            self._stop("bad-alias", f"there is no anchor {quoted('&' + name)}", event, hint)
        value = self._anchors[name]
        if value is None:
            hint = "for a recursive schema, use '$ref'"
            message = f"the alias {quoted('*' + name)} stands inside itself"
            self._stop("bad-alias", message, event, hint)
        if self._wants_key():
            if not isinstance(value.data, str):
                hint = "write the key itself instead of an alias"
                self._stop("bad-key", "a mapping key must be text", event, hint)
            self._key(value.data, False, start, end)
            return
        self._aliased += value.size
        if self._aliased > MAX_ALIASED:
            self._stop(
                "alias-bomb",
                f"aliases repeat more than {MAX_ALIASED} values",
                event,
                "use '$ref' to share definitions",
            )
        if len(self._stack) + value.depth > MAX_DEPTH:
            self.faults.append(_too_deep(start))
            raise _Stop
        self._add(value)

    def _add(self, value: _Value) -> None:
        if not self._stack:
            self._root = value
            return
        top = self._stack[-1]
        top.size += value.size
        top.depth = max(top.depth, value.depth + 1)
        if isinstance(top.data, list):
            top.data.append(value.data)
            assert isinstance(top.spots, list)
            top.spots.append(value.spot)
            return
        key = top.key
        assert key is not None
        assert isinstance(top.spots, dict)
        top.key = None
        if key.merge:
            self._plan_merge(top, value, key)
            return
        top.data[key.text] = value.data
        top.spots[key.text] = Entry(key.start, key.end, value.spot)

    def _plan_merge(self, top: _YamlFrame, value: _Value, key: _Key) -> None:
        sources: list[_Value] = []
        if isinstance(value.data, list) and isinstance(value.spot.children, list):
            sources = [_Value(d, s) for d, s in zip(value.data, value.spot.children, strict=True)]
        else:
            sources = [value]
        for source in sources:
            if not isinstance(source.data, dict):
                hint = "write '<<: *anchor', where the anchor names a mapping"
                message = "'<<' merges mappings, and this is none"
                self.faults.append(Fault("bad-merge", message, key.start, key.end, hint))
                return
        top.merged.extend(sources)


def _merge(frame: _YamlFrame, source: _Value) -> None:
    """Take over the keys of a merged mapping that are not there already."""
    children = source.spot.children
    assert isinstance(frame.data, dict)
    assert isinstance(frame.spots, dict)
    assert isinstance(source.data, dict)
    assert isinstance(children, dict)
    for name, value in source.data.items():
        if name not in frame.data:
            frame.data[name] = value
            frame.spots[name] = children[name]


def _events(text: str) -> Iterator[Any]:
    source: _EventSource = _yaml_parser(text)
    while True:
        event = source.get_event()
        yield event
        if type(event) is events.StreamEndEvent:
            return


def _pure_parser(text: str) -> _EventSource:
    """PyYAML's own reader, scanner and parser, for where libyaml is missing."""
    return cast("_EventSource", yaml.Loader(text))


def _find_parser() -> Callable[[str], _EventSource]:
    try:
        fast: Any = importlib.import_module("yaml.cyaml")
    except ImportError:
        return _pure_parser
    return cast("Callable[[str], _EventSource]", fast.CParser)


_yaml_parser = _find_parser()


def _yaml_syntax(text: str, error: yaml.MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    at = min(mark.index, len(text)) if mark is not None else 0
    problem = (error.problem or "it cannot be read").strip()
    context = (error.context or "").strip()
    message = f"broken YAML: {problem}" + (f" {context}" if context else "")
    here = text[at : at + 1]
    line = text[text.rfind("\n", 0, at) + 1 : at]
    hint = "check the indentation and the quotes before this"
    if here == "\t" or "\t" in line[: len(line) - len(line.lstrip())]:
        hint = "YAML is indented with spaces: replace the tabs"
    elif here in ("@", "`", "%", "&", "*", "|", ">", "!"):
        hint = f"a value that begins with {quoted(here)} must be put in quotes"
    elif "mapping values are not allowed" in problem:
        hint = "a value that holds ': ' must be put in quotes; or the indentation is wrong"
    elif "expected ':'" in problem or "could not find expected" in problem:
        hint = "a key must be followed by ': '"
    elif "quoted scalar" in context:
        hint = "the closing quote is missing"
    elif "<block end>" in problem or "block collection" in context or "block mapping" in context:
        hint = "keys of one mapping and items of one list must be indented alike"
    elif "flow" in context:
        begun = error.context_mark.index if error.context_mark else at
        number = bisect_right(line_starts(text), begun)
        hint = f"a ',' is missing, or the bracket that closes the one of line {number}"
    return Fault("syntax-error", message, at, at + 1, hint)


def _unreadable(error: yaml.reader.ReaderError) -> Fault:
    code = error.character if isinstance(error.character, int) else ord(error.character[:1] or "?")
    message = f"the character U+{code:04X} is not allowed in YAML"
    return Fault("bad-character", message, error.position, error.position + 1, "remove it")
