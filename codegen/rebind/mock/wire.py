"""Values from text: parameters, forms and parts as OpenAPI's styles spell them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from typing import Any, Final
from urllib.parse import unquote_plus

from .routes import Parameter
from .schemas import Schema, Schemas
from .values import elements, is_array, is_object, members

MISSING: Final = object()
"""Stands for a value that the request does not have."""

_INTEGER: Final = re.compile(r"-?\d{1,400}", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,400}(\.\d{1,400})?([eE][+-]?\d{1,3})?", re.ASCII)
_MOST_PARTS: Final = 10_000
_AS_JSON: Final = "x-rebind-encoding"


class Unreadable(Exception):
    """Text that is not in the format it claims to be; the message says what is wrong with it."""


@dataclass
class Outline:
    """What a schema allows at its top: types, and the schemas one level below."""

    types: set[str] = field(default_factory=set[str])
    items: Schema = True
    properties: dict[str, Schema] = field(default_factory=dict[str, Schema])
    additional: Schema = True
    required: set[str] = field(default_factory=set[str])
    binary: bool = False


class Reader:
    """Reads values as the schemas want them; what does not fit stays text, and is invalid then.

    Args:
        schemas: The schemas as requests read them.
        booleans: How true and false are spelled outside JSON.
    """

    def __init__(self, schemas: Schemas, booleans: tuple[str, str] = ("true", "false")) -> None:
        self._schemas = schemas
        self.booleans = booleans
        self._outlines: dict[int, tuple[Schema, Outline]] = {}

    def outline(self, schema: Schema) -> Outline:
        """What the schema allows at its top."""
        known = self._outlines.get(id(schema))
        if known is None or known[0] is not schema:
            outline = Outline()
            self._gather(schema, outline, set(), always=True)
            known = (schema, outline)
            self._outlines[id(schema)] = known
        return known[1]

    def _gather(self, schema: Schema, outline: Outline, seen: set[int], *, always: bool) -> None:
        schema = self._schemas.follow(schema)
        if not is_object(schema) or id(schema) in seen:
            return
        seen.add(id(schema))
        kinds = schema.get("type", [])
        outline.types.update([kinds] if isinstance(kinds, str) else kinds)
        if not kinds:
            values = [schema["const"]] if "const" in schema else schema.get("enum", [])
            outline.types.update(_kind(value) for value in values)
        if "items" in schema and outline.items is True:
            outline.items = schema["items"]
        if schema.get("additionalProperties", True) is not True and outline.additional is True:
            outline.additional = schema["additionalProperties"]
        if always:
            outline.required.update(elements(schema.get("required")))
        for name, value in members(schema.get("properties")).items():
            outline.properties.setdefault(name, value)
        if schema.get("format") == "binary" or (
            "contentMediaType" in schema and "contentEncoding" not in schema
        ):
            outline.binary = True
        for keyword in ("allOf", "anyOf", "oneOf"):
            for part in elements(schema.get(keyword)):
                self._gather(part, outline, seen, always=always and keyword == "allOf")
        if not outline.types and outline.properties:
            outline.types.add("object")

    # --- Text to values -------------------------------------------------------------------------

    def scalar(self, text: str, schema: Schema) -> Any:
        """The text as one value."""
        return self._best(self._scalars(text, schema), schema)

    def _scalars(self, text: str, schema: Schema) -> list[Any]:
        types = self.outline(schema).types
        values: list[Any] = []
        if {"integer", "number"} & types and _INTEGER.fullmatch(text):
            values.append(int(text))
        elif "number" in types and _NUMBER.fullmatch(text) and math.isfinite(float(text)):
            values.append(float(text))
        if "boolean" in types and text in self.booleans:
            values.append(text == self.booleans[0])
        if "null" in types and text in ("", "null") and "string" not in types:
            values.append(None)
        values.append(text)
        return values

    def _best(self, candidates: Sequence[Any], schema: Schema) -> Any:
        if len(candidates) > 1:
            for candidate in candidates:
                if self._schemas.valid(schema, candidate):
                    return candidate
        return candidates[0]

    def _list(self, texts: Iterable[str], schema: Schema) -> list[Any]:
        items = self.outline(schema).items
        return [self.scalar(text, items) for text in texts]

    def _object(self, pairs: Iterable[tuple[str, str]], schema: Schema) -> dict[str, Any]:
        outline = self.outline(schema)
        return {
            name: self.scalar(text, outline.properties.get(name, outline.additional))
            for name, text in pairs
        }

    def delimited(self, parameter: Parameter, raw: str, decode: Callable[[str], str]) -> Any:
        """A parameter that is one piece of text: anywhere but in an exploded query.

        Args:
            parameter: What to read.
            raw: The text as it came.
            decode: Undoes the encoding of the place (percent-encoding, or nothing in a header).
        """
        if parameter.json:
            return _json(decode(raw))
        types = self.outline(parameter.schema).types
        text, separator = (
            raw,
            {"spaceDelimited": "%20", "pipeDelimited": "|"}.get(parameter.style, ","),
        )
        if parameter.style == "label":
            text, separator = raw.removeprefix("."), "." if parameter.explode else ","
        elif parameter.style == "matrix":
            text = raw.removeprefix(";")
            if not parameter.explode or not {"array", "object"} & types:
                text = text.removeprefix(parameter.name + "=")
            separator = ";" if parameter.explode else ","
        candidates: list[Any] = []
        for pieces in _pieces(text, separator, decode):
            if "array" in types:
                if parameter.style == "matrix" and parameter.explode:
                    pieces = [piece.removeprefix(parameter.name + "=") for piece in pieces]
                candidates.append(self._list(pieces, parameter.schema))
            if "object" in types:
                pairs = _pairs(pieces, parameter.explode)
                if pairs is not None:
                    candidates.append(self._object(pairs, parameter.schema))
        if not candidates or types - {"array", "object"}:
            candidates += self._scalars(decode(text), parameter.schema)
        return self._best(candidates, parameter.schema)

    def query(
        self, parameter: Parameter, pairs: Sequence[tuple[str, str]], declared: frozenset[str]
    ) -> tuple[Any, set[str]]:
        """A query parameter.

        Args:
            parameter: What to read.
            pairs: The names (decoded) and values (as they came) of the whole query.
            declared: The names of all query parameters of the operation.

        Returns:
            The value or MISSING, and the names of the query that belong to it.
        """
        mine = [value for name, value in pairs if name == parameter.name]
        if parameter.json:
            return (_json(unquote_plus(mine[-1])) if mine else MISSING), {parameter.name}
        if parameter.loosely and len(mine) == 1:
            parsed = _several(unquote_plus(mine[0]))
            if parsed is not MISSING:
                return parsed, {parameter.name}
        outline = self.outline(parameter.schema)
        if parameter.style == "deepObject":
            return self._deep(parameter.name, pairs, parameter.schema)
        if (
            parameter.style == "form"
            and parameter.explode
            and "object" in outline.types
            and not mine
        ):
            others = declared - {parameter.name}
            open_ended = outline.additional is not False and not outline.properties
            taken = [
                (name, unquote_plus(value))
                for name, value in pairs
                if name not in others and (name in outline.properties or open_ended)
            ]
            found: Any = self._object(taken, parameter.schema) if taken else MISSING
            return found, {name for name, _ in taken}
        if not mine:
            return MISSING, set()
        if "array" in outline.types and (parameter.explode or len(mine) > 1):
            candidates: list[Any] = [
                self._list([unquote_plus(value) for value in mine], parameter.schema)
            ]
            if len(mine) == 1 and outline.types - {"array", "object"}:
                candidates = [*self._scalars(unquote_plus(mine[0]), parameter.schema), *candidates]
            return self._best(candidates, parameter.schema), {parameter.name}
        if len(mine) > 1:
            return [unquote_plus(value) for value in mine], {parameter.name}
        return self.delimited(parameter, mine[0], unquote_plus), {parameter.name}

    def _deep(
        self, base: str, pairs: Sequence[tuple[str, str]], schema: Schema
    ) -> tuple[Any, set[str]]:
        tree: dict[str, Any] = {}
        names: set[str] = set()
        for name, value in pairs:
            keys = re.findall(r"\[([^\[\]]*)\]", name[len(base) :])
            if not name.startswith(base + "[") or not keys or len(keys) > 32:
                continue
            names.add(name)
            node = tree
            for key in keys[:-1]:
                below = node.setdefault(key, {})
                if not is_object(below):
                    break
                node = below
            else:
                last = keys[-1]
                node[last] = (
                    [*node[last], unquote_plus(value)]
                    if is_array(node.get(last))
                    else (
                        [node[last], unquote_plus(value)] if last in node else unquote_plus(value)
                    )
                )
        return (self._shaped(tree, schema) if names else MISSING), names

    def _shaped(self, node: Any, schema: Schema) -> Any:
        """A tree of text as the schema wants it; `a[]` and `a[0]` become lists."""
        outline = self.outline(schema)
        if is_object(node):
            if "array" in outline.types and all(key == "" or key.isdigit() for key in node):
                flat = [
                    v for value in node.values() for v in (value if is_array(value) else [value])
                ]
                return [self._shaped(value, outline.items) for value in flat]
            return {
                key: self._shaped(value, outline.properties.get(key, outline.additional))
                for key, value in node.items()
            }
        if is_array(node):
            return [self._shaped(value, outline.items) for value in node]
        if "array" in outline.types and "string" not in outline.types:
            return [self.scalar(node, outline.items)]
        return self.scalar(node, schema)

    # --- Bodies ---------------------------------------------------------------------------------

    def form(self, body: bytes, media: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
        """The object that an urlencoded body holds.

        Raises:
            Unreadable: The body is not text.
        """
        try:
            pairs = split_query(body.decode("utf-8"))
        except UnicodeDecodeError:
            raise Unreadable("the form is not UTF-8") from None
        outline = self.outline(schema)
        declared = frozenset(outline.properties)
        encodings = _encodings(media)
        value: dict[str, Any] = {}
        used: set[str] = set()
        for name, below in outline.properties.items():
            encoding = members(encodings.get(name))
            found, names = self._field(name, below, encoding, pairs, declared)
            if found is not MISSING:
                value[name] = found
                used |= names
        for name, text in pairs:
            if name not in used:
                value[name] = self.scalar(unquote_plus(text), outline.additional)
        return value

    def _field(
        self,
        name: str,
        schema: Schema,
        encoding: Mapping[str, Any],
        pairs: Sequence[tuple[str, str]],
        declared: frozenset[str],
    ) -> tuple[Any, set[str]]:
        style = str(encoding.get("style") or "form")
        parameter = Parameter(
            name, "query", False, schema, style, bool(encoding.get("explode", style == "form")),
            json="json" in str(encoding.get("contentType") or ""),
        )  # fmt: skip
        mine = [unquote_plus(value) for key, value in pairs if key == name]
        if mine and encoding.get(_AS_JSON):
            return self._encoded(mine[-1], schema, str(encoding[_AS_JSON])), {name}
        types = self.outline(schema).types
        if len(mine) == 1 and {"object", "array"} & types and not parameter.json:
            parsed = _several(mine[0])
            if parsed is not MISSING:
                return parsed, {name}
        if not mine and {"object", "array"} & types and style == "form":
            found, names = self._deep(name, pairs, schema)
            if found is not MISSING:
                return found, names
            return MISSING, set()
        return self.query(parameter, pairs, declared)

    def _encoded(self, text: str, schema: Schema, how: str) -> Any:
        """A field of a form that is JSON, or text where that is allowed."""
        if how == "json":
            return _json(text)
        try:
            return self._best([_json(text), text], schema)
        except Unreadable:
            return text

    def multipart(
        self, body: bytes, boundary: str, media: Mapping[str, Any], schema: Schema
    ) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
        """The object that a multipart body holds; the bytes of files are read as Latin-1 text.

        Returns:
            The object, and `(part, content type, allowed)` for parts of a content type that the
            description rules out.

        Raises:
            Unreadable: The body is not multipart with this boundary, or a part is not what it says.
        """
        outline = self.outline(schema)
        encodings = _encodings(media)
        values: dict[str, list[Any]] = {}
        wrong: list[tuple[str, str, str]] = []
        for part in split_multipart(body, boundary):
            below = outline.properties.get(part.name, outline.additional)
            allowed = str(members(encodings.get(part.name)).get("contentType") or "")
            if (
                allowed
                and part.content_type
                and not any(accepts(one.strip(), part.content_type) for one in allowed.split(","))
            ):
                wrong.append((part.name, part.content_type, allowed))
            how = str(members(encodings.get(part.name)).get(_AS_JSON) or "")
            values.setdefault(part.name, []).append(self._part(part, below, allowed, how))
        value: dict[str, Any] = {}
        for name, found in values.items():
            types = self.outline(outline.properties.get(name, outline.additional)).types
            if "array" in types:
                nested = len(found) == 1 and is_array(found[0])
                value[name] = found[0] if nested else found
            else:
                value[name] = found[0] if len(found) == 1 else found
        return value, wrong

    def _part(self, part: Part, schema: Schema, allowed: str, how: str) -> Any:
        if how and part.filename is None:
            return self._encoded(part.content.decode("utf-8", "replace"), schema, how)
        outline = self.outline(schema)
        if "array" in outline.types and "json" not in part.content_type:
            schema = outline.items
            outline = self.outline(schema)
        if outline.binary or part.filename is not None:
            return part.content.decode("latin-1")
        try:
            text = part.content.decode("utf-8")
        except UnicodeDecodeError:
            return part.content.decode("latin-1")
        declared = part.content_type or allowed
        if "json" in declared or ("object" in outline.types and not part.content_type):
            try:
                return _json(text)
            except Unreadable as error:
                raise Unreadable(f"part '{part.name}': {error}") from None
        return self.scalar(text, schema)


@dataclass(frozen=True)
class Part:
    """One part of a multipart body."""

    name: str
    filename: str | None
    content_type: str
    content: bytes


def split_query(query: str) -> list[tuple[str, str]]:
    """Names (decoded) and values (as they came) of a query or an urlencoded body."""
    pairs: list[tuple[str, str]] = []
    for piece in query.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            pairs.append((unquote_plus(name), value))
    return pairs


def split_multipart(body: bytes, boundary: str) -> list[Part]:
    """The parts of a multipart/form-data body.

    Raises:
        Unreadable: The boundary is missing or the body does not end with it, or a part has no name.
    """
    if not boundary:
        raise Unreadable("the content type names no boundary")
    mark = b"--" + boundary.encode("latin-1", "replace")
    pieces = (b"\r\n" + body).split(b"\r\n" + mark, _MOST_PARTS)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise Unreadable("the body does not end with the boundary that the content type names")
    parts: list[Part] = []
    for piece in pieces[1:-1]:
        head, separator, content = piece.partition(b"\r\n\r\n")
        padding, _, lines = head.partition(b"\r\n")
        if not separator or padding.strip():
            raise Unreadable("a part has no empty line after its headers")
        headers = BytesHeaderParser().parsebytes(lines + b"\r\n\r\n")
        name = headers.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            raise Unreadable("a part has no name in its Content-Disposition")
        parts.append(Part(name, headers.get_filename(), headers.get("content-type", ""), content))
    return parts


def accepts(wanted: str, given: str) -> bool:
    """Whether a media type is one that a description names, which may be a range as `image/*`."""
    one = wanted.partition(";")[0].strip().lower()
    other = given.partition(";")[0].strip().lower()
    if one in ("*/*", other):
        return True
    return one.endswith("/*") and other.startswith(one[:-1])


def read_json(body: bytes) -> Any:
    """The value of a JSON body.

    Raises:
        Unreadable: The body is not JSON, with line and column.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"the body is not UTF-8 (byte {error.start})") from None
    return _json(text)


def _json(text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise Unreadable("the JSON is nested too deep") from None
    except ValueError as error:
        raise Unreadable(f"not JSON: {error}") from None
    return value


def _several(text: str) -> Any:
    """The list or the object that JSON text holds; MISSING where it is none."""
    try:
        parsed = _json(text)
    except Unreadable:
        return MISSING
    return parsed if is_object(parsed) or is_array(parsed) else MISSING


def _encodings(media: Mapping[str, Any]) -> dict[str, Any]:
    """How the fields of a form are written: what the media type says, and each field itself."""
    found: dict[str, Any] = dict(members(media.get("encoding")))
    for name, below in members(members(media.get("schema")).get("properties")).items():
        how = members(below).get(_AS_JSON)
        if how:
            found[name] = {**members(found.get(name)), _AS_JSON: how}
    return found


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _pieces(text: str, separator: str, decode: Callable[[str], str]) -> Iterator[list[str]]:
    """The text split at the separator, then at the encoded one: many clients encode it, too."""
    raw = text.replace("+", "%20") if separator == "%20" else text
    if separator == "|":
        raw = raw.replace("%7c", "%7C").replace("%7C", "|")
    strict = [decode(piece) for piece in raw.split(separator)] if text else []
    yield strict
    lenient = decode(text).split(
        "," if separator == "," else " " if separator == "%20" else separator
    )
    if text and lenient != strict:
        yield lenient


def _pairs(pieces: list[str], explode: bool) -> list[tuple[str, str]] | None:
    if explode:
        split = [piece.partition("=") for piece in pieces]
        return [(name, value) for name, _, value in split] if all(s for _, s, _ in split) else None
    if len(pieces) % 2:
        return None
    return list(zip(pieces[::2], pieces[1::2], strict=True))


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    for kind, name in (
        (bool, "boolean"),
        (int, "integer"),
        (float, "number"),
        (str, "string"),
        (list, "array"),
    ):
        if isinstance(value, kind):
            return name
    return "object"
