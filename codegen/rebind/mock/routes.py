"""Which operation of the document a request is for."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from .schemas import Schema, Schemas
from .values import elements, is_object, members

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

_SLOT: Final = re.compile(r"\{[^{}]*\}")
_STYLES: Final[Mapping[str, str]] = {
    "query": "form",
    "path": "simple",
    "header": "simple",
    "cookie": "form",
}
# Parameters of these names are described elsewhere in OpenAPI and are ignored as parameters.
_NOT_PARAMETERS: Final = frozenset({"accept", "authorization", "content-type"})


@dataclass(frozen=True)
class Parameter:
    """A parameter as it is to be read from the wire."""

    name: str
    place: str
    required: bool
    schema: Schema
    style: str
    explode: bool
    json: bool
    empty_allowed: bool = False
    loosely: bool = False
    """Lists and objects are JSON, everything else is not (`json-unless-string`)."""


@dataclass(frozen=True)
class Operation:
    """An operation of the document, with what the mock asks of it."""

    method: str
    path: str
    data: Mapping[str, Any]
    parameters: tuple[Parameter, ...]
    security: tuple[Mapping[str, Any], ...]

    @property
    def id(self) -> str:
        """The operation's name: its operationId, or method and path where it has none."""
        return str(self.data.get("operationId") or self.key)

    @property
    def key(self) -> str:
        """Method and path, which no two operations share."""
        return f"{self.method} {self.path}"

    @cached_property
    def segments(self) -> tuple[tuple[list[str], re.Pattern[str] | None], ...]:
        """For each segment its parameters, and what it must look like if it is not one of them."""
        # A fragment tells apart operations in the description; it is not sent.
        return tuple(map(_segment, self.path.partition("#")[0].split("/")[1:]))

    @cached_property
    def rank(self) -> tuple[tuple[bool, int], ...]:
        """Sorts the more concrete path first: at each segment, no parameter, then more text."""
        return tuple(
            ("{" in text, -len(_SLOT.sub("", text)))
            for text in self.path.partition("#")[0].split("/")[1:]
        )

    def match(self, parts: Sequence[str]) -> dict[str, str] | None:
        """The raw path parameters when these segments are this operation's, else None."""
        if len(parts) != len(self.segments):
            return None
        found: dict[str, str] = {}
        for part, (names, expression) in zip(parts, self.segments, strict=True):
            if expression is None:
                if not part:
                    return None
                found[names[0]] = part
                continue
            match = expression.fullmatch(unquote(part))
            if match is None:
                return None
            found.update(zip(names, match.groups(), strict=True))
        return found


@dataclass(frozen=True)
class Match:
    """Where a request leads.

    Attributes:
        operation: The operation; None where there is none for this method and path.
        path_values: The path parameters, as they came.
        others: Further operations of the same method whose path is as good a match.
        allowed: The methods that there are at this path, where this one is not.
        nearest: The operation that may have been meant.
    """

    operation: Operation | None
    path_values: dict[str, str] = field(default_factory=dict[str, str])
    others: tuple[Match, ...] = ()
    allowed: tuple[str, ...] = ()
    nearest: str | None = None

    @property
    def rank(self) -> tuple[tuple[bool, int], ...]:
        """How concrete the path of the operation is."""
        return self.operation.rank if self.operation else ()


class Routes:
    """The operations of a document, found by method and path.

    Args:
        data: The resolved document.
        schemas: Its schemas as requests read them.
    """

    def __init__(self, data: Mapping[str, Any], schemas: Schemas) -> None:
        self.operations: Final = tuple(_operations(data, schemas))
        self._prefixes = _prefixes(data)
        self._ranked = sorted(self.operations, key=lambda operation: operation.rank)

    def find(self, method: str, path: str) -> Match:
        """The operation for a request.

        The path may start with the path of one of the document's servers, or leave it out.

        Args:
            method: The HTTP method, in capitals.
            path: The path as it came, percent-encoded, without the query.
        """
        allowed: dict[str, None] = {}
        for tried in self._spellings(path):
            parts = tried.split("/")[1:]
            found: list[Match] = []
            for operation in self._ranked:
                if found and found[0].rank != operation.rank:
                    break
                values = operation.match(parts)
                if values is None:
                    continue
                if operation.method == method:
                    found.append(Match(operation, values))
                allowed[operation.method] = None
            if found:
                return replace(found[0], others=tuple(found[1:]))
        if method == "HEAD" and "GET" in allowed:
            return self.find("GET", path)
        return Match(None, allowed=tuple(allowed), nearest=self._nearest(method, path))

    def _spellings(self, path: str) -> Iterator[str]:
        yield path
        for prefix in self._prefixes:
            if path.startswith(prefix + "/"):
                yield path[len(prefix) :]

    def _nearest(self, method: str, path: str) -> str | None:
        parts = unquote(path).split("/")
        best: tuple[float, str] | None = None
        for operation in self._ranked:
            template = operation.path.split("/")
            if len(template) == len(parts):
                shown = [p if "{" in t else t for p, t in zip(parts, template, strict=True)]
            else:
                shown = template
            score = difflib.SequenceMatcher(
                None, "/".join(parts).lower(), "/".join(shown).lower()
            ).ratio()
            score += 0.001 if operation.method == method else 0
            if score > 0.75 and (best is None or score > best[0]):
                best = (score, operation.key)
        return best[1] if best else None


def _segment(template: str) -> tuple[list[str], re.Pattern[str] | None]:
    names = [name[1:-1] for name in _SLOT.findall(template)]
    if len(names) == 1 and template == f"{{{names[0]}}}":
        return names, None
    pieces = re.split(r"(\{[^{}]*\})", template)
    text = "".join("(.+?)" if piece.startswith("{") else re.escape(piece) for piece in pieces)
    return names, re.compile(text, re.DOTALL)


def _operations(data: Mapping[str, Any], schemas: Schemas) -> Iterator[Operation]:
    default = elements(data.get("security"))
    paths: Mapping[str, Any] = members(data.get("paths"))
    for path, item in paths.items():
        for method in METHODS:
            operation = item.get(method) if is_object(item) else None
            if is_object(operation):
                yield Operation(
                    method.upper(),
                    path,
                    operation,
                    tuple(_parameters(operation, schemas)),
                    tuple(operation.get("security", default) or ()),
                )


def _parameters(operation: Mapping[str, Any], schemas: Schemas) -> Iterator[Parameter]:
    for written in elements(operation.get("parameters")):
        name, place = str(written.get("name")), str(written.get("in"))
        if place == "header" and name.lower() in _NOT_PARAMETERS:
            continue
        style = written.get("style") or _STYLES.get(place, "form")
        content = members(written.get("content"))
        media_type = next(iter(content), "")
        described = members(content[media_type]) if content else written
        yield Parameter(
            name=name,
            place=place,
            required=bool(written.get("required")) or place == "path",
            schema=schemas.read(described.get("schema", True)),
            style=style,
            explode=bool(written.get("explode", style in ("form", "cookie"))),
            json="json" in media_type or written.get("x-rebind-encoding") == "json",
            loosely=written.get("x-rebind-encoding") == "json-unless-string",
            empty_allowed=bool(written.get("allowEmptyValue")),
        )


def _prefixes(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The paths of the document's servers, longest first."""
    found: dict[str, None] = {}
    for server in elements(data.get("servers")):
        url = str(server.get("url", ""))
        for name, variable in members(server.get("variables")).items():
            url = url.replace("{" + name + "}", str(variable.get("default", "")))
        try:
            path = urlsplit(url).path.rstrip("/")
        except ValueError:
            continue
        if path:
            found[path if path.startswith("/") else "/" + path] = None
    return tuple(sorted(found, key=len, reverse=True))
