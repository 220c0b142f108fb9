"""What is wrong with a request, under the description of its operation."""

from __future__ import annotations

import base64
import binascii
import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import unquote

import jsonschema_rs

from .routes import Operation, Parameter
from .schemas import Schema, Schemas
from .values import is_array, is_object, members
from .wire import (
    MISSING,
    Outline,
    Reader,
    Unreadable,
    accepts,
    read_json,
    split_query,
)

Kind = Literal[
    "unknown-path",
    "unknown-method",
    "unauthorized",
    "missing-parameter",
    "unknown-parameter",
    "invalid-parameter",
    "invalid-enum",
    "missing-body",
    "unexpected-body",
    "unsupported-media-type",
    "invalid-body",
    "not-acceptable",
    "not-found",
    "malformed-request",
    "too-large",
    "timeout",
    "defect",
]

_MOST_ERRORS: Final = 20
_LONGEST_VALUE: Final = 120


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a request.

    Attributes:
        kind: What sort of mistake it is.
        message: What is wrong, for people.
        place: Where in the request: "query", "path", "header", "cookie", "body", "security" or "".
        pointer: A JSON pointer below that place: `/limit` in the query, `/pets/0/name` in the body.
        expected: What would be right, where that is known.
    """

    kind: Kind
    message: str
    place: str = ""
    pointer: str = ""
    expected: str = ""

    def __str__(self) -> str:
        # What is not there is a fact about the thing, not about how the request was written.
        where = f"{self.place} {self.pointer}".strip() if self.kind != "not-found" else ""
        text = f"{where}: {self.message}" if where else self.message
        return f"{text}; expected {self.expected}" if self.expected else text


@dataclass(frozen=True)
class Request:
    """A request as it came.

    Attributes:
        method: The HTTP method, in capitals.
        path: The path, percent-encoded.
        query: What follows the `?`.
        headers: The header fields by lower-case name; repeated ones are joined with a comma.
        body: The bytes of the body.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def content_type(self) -> str:
        """The media type of the body, without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def cookies(self) -> list[tuple[str, str]]:
        """The cookies, as they came."""
        pieces = (piece.partition("=") for piece in self.headers.get("cookie", "").split(";"))
        return [(name.strip(), value.strip()) for name, _, value in pieces if name.strip()]


@dataclass
class Arguments:
    """What a request says, as values."""

    path: dict[str, Any] = field(default_factory=dict[str, Any])
    query: dict[str, Any] = field(default_factory=dict[str, Any])
    header: dict[str, Any] = field(default_factory=dict[str, Any])
    cookie: dict[str, Any] = field(default_factory=dict[str, Any])
    body: Any = MISSING

    @property
    def fields(self) -> dict[str, Any]:
        """The named values of the path, the query and the body; the later wins."""
        body = self.body if is_object(self.body) else {}
        return {**self.path, **self.query, **body}


class Checker:
    """Checks requests against the operations of one document.

    Args:
        data: The resolved document.
        schemas: Its schemas as requests read them.
        reader: Reads values from text.
    """

    def __init__(self, data: Mapping[str, Any], schemas: Schemas, reader: Reader) -> None:
        self._schemas = schemas
        self._reader = reader
        components: Mapping[str, Any] = members(data.get("components"))
        self._schemes: Mapping[str, Any] = members(components.get("securitySchemes"))

    def check(
        self, operation: Operation, path_values: Mapping[str, str], request: Request
    ) -> tuple[Arguments, list[Problem]]:
        """The values that the request holds, and all that is wrong with it."""
        arguments = Arguments()
        problems = [
            *self._parameters(operation, path_values, request, arguments),
            *self._body(operation, request, arguments),
        ]
        return arguments, problems

    # --- Credentials ----------------------------------------------------------------------------

    def credentials(self, operation: Operation, request: Request) -> Problem | None:
        """What is missing of the credentials; any value of the right form is a good one."""
        if not operation.security:
            return None
        ways: list[str] = []
        for requirement in operation.security:
            missing = [
                complaint
                for name in requirement
                if (complaint := self._lacks(members(self._schemes.get(name)), request))
            ]
            if not missing:
                return None
            ways.append(" and ".join(missing))
        expected = " or ".join(dict.fromkeys(ways))
        return Problem(
            "unauthorized", "the request has no valid credentials", "security", "", expected
        )

    def _lacks(self, scheme: Mapping[str, Any], request: Request) -> str:
        """What the request should have for the scheme, or nothing when it has it."""
        kind = scheme.get("type")
        if kind == "apiKey":
            name, place = str(scheme.get("name")), scheme.get("in")
            if place == "header":
                found = request.headers.get(name.lower(), "").strip()
            elif place == "cookie":
                found = dict(request.cookies).get(name, "")
            else:
                found = dict(split_query(request.query)).get(name, "")
            noun = "query parameter" if place == "query" else str(place)
            return "" if found else f"{_article(noun)} '{name}' with a key"
        if kind == "mutualTLS":
            return ""
        form, _, rest = request.headers.get("authorization", "").partition(" ")
        wanted = str(scheme.get("scheme", "bearer")).lower() if kind == "http" else "bearer"
        if (
            form.lower() == wanted
            and rest.strip()
            and (wanted != "basic" or _is_basic(rest.strip()))
        ):
            return ""
        return f"a header 'Authorization: {wanted.capitalize()} ...'"

    # --- Parameters -----------------------------------------------------------------------------

    def _parameters(
        self,
        operation: Operation,
        path_values: Mapping[str, str],
        request: Request,
        arguments: Arguments,
    ) -> Iterator[Problem]:
        pairs = split_query(request.query)
        declared = frozenset(p.name for p in operation.parameters if p.place == "query")
        used: set[str] = self._key_names()
        for parameter in operation.parameters:
            try:
                if parameter.place == "query":
                    value, names = self._reader.query(parameter, pairs, declared)
                    used |= names
                else:
                    value = self._elsewhere(parameter, path_values, request)
            except Unreadable as error:
                yield Problem(
                    "invalid-parameter", str(error), parameter.place, f"/{parameter.name}", "JSON"
                )
                used.add(parameter.name)
                continue
            if value is MISSING:
                if parameter.required:
                    yield Problem(
                        "missing-parameter",
                        f"the parameter '{parameter.name}' is required",
                        parameter.place,
                        f"/{parameter.name}",
                        self._expected(parameter.schema),
                    )
                continue
            known: dict[str, Any] = getattr(arguments, parameter.place)
            known[parameter.name] = value
            if not (parameter.empty_allowed and value == ""):
                yield from self._invalid(
                    parameter.schema,
                    value,
                    parameter.place,
                    f"/{parameter.name}",
                    "invalid-parameter",
                )
        unknown = dict.fromkeys(name for name, _ in pairs if name not in used | declared)
        for name in unknown if not operation.data.get("x-rebind-extra") else ():
            yield Problem(
                "unknown-parameter",
                f"there is no parameter '{name}'{_hint(name, declared)}",
                "query",
                f"/{name}",
                _listing(declared),
            )

    def _key_names(self) -> set[str]:
        return {
            str(scheme.get("name"))
            for scheme in self._schemes.values()
            if scheme.get("type") == "apiKey" and scheme.get("in") == "query"
        }

    def _elsewhere(
        self, parameter: Parameter, path_values: Mapping[str, str], request: Request
    ) -> Any:
        raw: str | None
        if parameter.place == "path":
            raw = path_values.get(parameter.name)
        elif parameter.place == "header":
            raw = request.headers.get(parameter.name.lower())
        else:
            raw = dict(request.cookies).get(parameter.name)
        if raw is None:
            return MISSING
        decode = _as_it_is if parameter.place == "header" else unquote
        return self._reader.delimited(parameter, raw, decode)

    # --- Bodies ---------------------------------------------------------------------------------

    def _body(
        self, operation: Operation, request: Request, arguments: Arguments
    ) -> Iterator[Problem]:
        described = operation.data.get("requestBody")
        if not described:
            if request.body:
                yield Problem("unexpected-body", "this operation takes no body", "body")
            return
        content: Mapping[str, Any] = members(described.get("content"))
        if not request.body and not request.content_type.startswith("multipart/"):
            if described.get("required"):
                yield Problem("missing-body", "the body is required", "body", "", _or(content))
            return
        given = request.content_type
        name = next((n for n in content if n.partition(";")[0].strip().lower() == given), None)
        name = name or next(
            (n for n in sorted(content, key=_width) if given and accepts(n, given)), None
        )
        if name is None:
            said = (
                f"'{given}' is not a content type of this operation"
                if given
                else "the body has no content type"
            )
            if content:
                yield Problem(
                    "unsupported-media-type", said, "header", "/content-type", _or(content)
                )
            return
        media = members(content[name])
        schema = self._schemas.read(media.get("schema", True))
        try:
            yield from self._content(given, media, schema, request, arguments)
        except Unreadable as error:
            yield Problem("invalid-body", str(error), "body", "", f"valid {given}")
            return
        if arguments.body is not MISSING:
            yield from self._invalid(schema, arguments.body, "body", "", "invalid-body")

    def _content(
        self,
        given: str,
        media: Mapping[str, Any],
        schema: Schema,
        request: Request,
        arguments: Arguments,
    ) -> Iterator[Problem]:
        if _is_json(given):
            arguments.body = read_json(request.body)
        elif given == "application/x-www-form-urlencoded":
            arguments.body = self._reader.form(request.body, media, schema)
        elif given.startswith("multipart/"):
            boundary = _parameter_of(request.headers.get("content-type", ""), "boundary")
            arguments.body, wrong = self._reader.multipart(request.body, boundary, media, schema)
            for part, sent, allowed in wrong:
                yield Problem(
                    "invalid-body",
                    f"the part '{part}' has the content type '{sent}'",
                    "body",
                    f"/{part}",
                    allowed,
                )
        elif given.startswith("text/") and not self._reader.outline(schema).binary:
            try:
                arguments.body = request.body.decode("utf-8")
            except UnicodeDecodeError as error:
                raise Unreadable(f"the body is not UTF-8 (byte {error.start})") from None

    # --- Schemas --------------------------------------------------------------------------------

    def _invalid(
        self, schema: Schema, value: Any, place: str, base: str, kind: Kind
    ) -> Iterator[Problem]:
        try:
            found = self._schemas.errors(schema, value)
        except ValueError as unreadable:  # a lone surrogate, or nested too deep for the validator
            yield Problem(kind, f"the value cannot be read: {unreadable}", place, base)
            return
        seen: set[tuple[str, str]] = set()
        for error in _leaves(found):
            problem = self._problem(error, schema, value, place, base, kind)
            if (problem.pointer, problem.message) not in seen:
                seen.add((problem.pointer, problem.message))
                yield problem
            if len(seen) >= _MOST_ERRORS:
                return

    def _problem(
        self,
        error: jsonschema_rs.ValidationError,
        schema: Schema,
        value: Any,
        place: str,
        base: str,
        kind: Kind,
    ) -> Problem:
        path = [str(step) for step in error.instance_path]
        pointer = base + "".join("/" + s.replace("~", "~0").replace("/", "~1") for s in path)
        outline = self._at(schema, error.instance_path)
        detail = error.kind
        if isinstance(detail, jsonschema_rs.ValidationErrorKind.Required):
            sent = [name for name in members(error.instance) if name not in outline.properties]
            close = difflib.get_close_matches(detail.property, sent, 1)
            message = f"'{detail.property}' is required" + (
                f" (is '{close[0]}' meant to be it?)" if close else ""
            )
            known = outline.properties.get(detail.property, True)
            rank: Kind = "missing-parameter" if place == "body" and not path else kind
            return Problem(rank, message, place, pointer, self._expected(known))
        if isinstance(detail, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
            names = ", ".join(f"'{n}'{_hint(n, outline.properties)}" for n in detail.unexpected)
            plural = "are no properties" if len(detail.unexpected) > 1 else "is no property"
            return Problem(
                kind, f"there {plural} {names}", place, pointer, _listing(outline.properties)
            )
        shown = _shown(error.instance)
        if isinstance(detail, jsonschema_rs.ValidationErrorKind.FalseSchema):
            return Problem(kind, f"{shown} is not allowed here", place, pointer)
        if isinstance(detail, jsonschema_rs.ValidationErrorKind.Type):
            expected = (
                self._expected(schema) if not path else _or(self._spelled(detail.types, place))
            )
            return Problem(
                kind, f"{shown} is not {_or(map(_article, detail.types))}", place, pointer, expected
            )
        if isinstance(detail, jsonschema_rs.ValidationErrorKind.Enum):
            hint = _hint(str(error.instance), [str(option) for option in detail.options])
            rank = "invalid-enum" if kind == "invalid-parameter" else kind
            expected = _or(_shown(option) for option in detail.options)
            return Problem(
                rank, f"{shown} is not one of the values{hint}", place, pointer, expected
            )
        if isinstance(detail, jsonschema_rs.ValidationErrorKind.Constant):
            return Problem(
                kind, f"{shown} is not the value", place, pointer, _shown(detail.expected_value)
            )
        message = error.message if len(error.message) <= 300 else error.message[:297] + "..."
        return Problem(kind, message, place, pointer, "")

    def _at(self, schema: Schema, path: Iterable[str | int]) -> Outline:
        outline = self._reader.outline(schema)
        for step in path:
            if isinstance(step, int):
                outline = self._reader.outline(outline.items)
            else:
                outline = self._reader.outline(outline.properties.get(step, outline.additional))
        return outline

    def _expected(self, schema: Schema) -> str:
        followed = self._schemas.follow(schema)
        if is_object(followed) and is_array(followed.get("enum")):
            return _or(_shown(value) for value in followed["enum"])
        types = sorted(self._reader.outline(schema).types, key=lambda kind: kind == "null")
        form = followed.get("format") if is_object(followed) else None
        return _or(self._spelled(types, "")) + (f" ({form})" if form and types else "")

    def _spelled(self, types: Iterable[str], place: str) -> Iterator[str]:
        for kind in types:
            if kind == "boolean" and place != "body":
                yield from self._reader.booleans
            else:
                yield _article(kind)


def _leaves(
    errors: Iterable[jsonschema_rs.ValidationError],
) -> Iterator[jsonschema_rs.ValidationError]:
    """The errors themselves, and for anyOf and oneOf those of the branch that came closest."""
    for error in errors:
        detail = error.kind
        if isinstance(
            detail,
            (
                jsonschema_rs.ValidationErrorKind.AnyOf,
                jsonschema_rs.ValidationErrorKind.OneOfNotValid,
            ),
        ):
            branches = [list(branch) for branch in detail.context if branch]
            depth = len(error.instance_path)
            close = [b for b in branches if any(_reaches(e, depth) for e in b)]
            if close:
                yield from _leaves(min(close, key=_distance))
                continue
            types = [e.kind for b in branches for e in b]
            if branches and all(
                isinstance(t, jsonschema_rs.ValidationErrorKind.Type) for t in types
            ):
                yield branches[0][0]
                continue
        yield error


def _reaches(error: jsonschema_rs.ValidationError, depth: int) -> bool:
    """Whether the branch got the type right: its error is deeper, or about something else."""
    return len(error.instance_path) > depth or not isinstance(
        error.kind, jsonschema_rs.ValidationErrorKind.Type
    )


def _distance(errors: Iterable[jsonschema_rs.ValidationError]) -> tuple[int, int]:
    wrong_tag = sum(
        isinstance(
            error.kind,
            (jsonschema_rs.ValidationErrorKind.Constant, jsonschema_rs.ValidationErrorKind.Enum),
        )
        for error in errors
    )
    return wrong_tag, sum(1 for _ in errors)


def _as_it_is(text: str) -> str:
    return text.strip()


def _hint(name: str, known: Iterable[str]) -> str:
    names = {other.lower(): other for other in known}
    close = difflib.get_close_matches(name.lower(), names, 1)
    return f" (did you mean '{names[close[0]]}'?)" if close else ""


def _listing(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))[:300]


def _or(words: Iterable[str]) -> str:
    listed = list(dict.fromkeys(words))
    if len(listed) > 12:
        listed = [*listed[:12], "..."]
    return ", ".join(listed[:-1]) + " or " + listed[-1] if len(listed) > 1 else "".join(listed)


def _article(noun: str) -> str:
    if noun == "null":
        return noun
    return ("an " if noun[:1] in "aeiou" else "a ") + noun


def _shown(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 3] + "..."


def _is_json(content_type: str) -> bool:
    return content_type in ("application/json", "text/json") or content_type.endswith("+json")


def _width(content_type: str) -> int:
    return content_type.count("*")


def _parameter_of(header: str, name: str) -> str:
    for piece in header.split(";")[1:]:
        key, _, value = piece.partition("=")
        if key.strip().lower() == name:
            return value.strip().strip('"')
    return ""


def _is_basic(text: str) -> bool:
    try:
        return b":" in base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
