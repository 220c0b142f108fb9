"""Lists in pages: which part of a list a request asks for, and what names the next one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from rebind.openapi.fields import follow, results, variants
from rebind.openapi.findings import Findings
from rebind.openapi.pages import KEY, WAYS
from rebind.openapi.survey import Survey

from .problems import Arguments, Request
from .replies import Replies, Reply
from .routes import Operation
from .schemas import Schema, Schemas
from .values import is_array, members
from .wire import MISSING, Reader

_LIMITS: Final = frozenset(
    {"limit", "pagesize", "perpage", "maxresults", "maxitems", "first", "top"}
)
_SIZE: Final = 100
"""How many items a page has where nothing says how many."""
_AFTER: Final = "rebind-mock-after"
"""What the addresses of pages say: how many items come before the page."""
_TOKEN: Final = re.compile(r"(?:after-)?(\d{1,9})")
_Keys = tuple[str, ...]


@dataclass(frozen=True)
class _Way:
    """How the pages of an operation follow one another; paths are keys of the result."""

    by: str
    parameter: str
    first: int
    items: _Keys
    last: _Keys
    next: _Keys
    more: _Keys
    total: _Keys
    pages: _Keys


def limit(values: Mapping[str, Any]) -> int | None:
    """How many items a request asks for; None where it does not say.

    Args:
        values: What it says, by name.
    """
    for name, value in values.items():
        plain = re.sub(r"[^a-z]", "", name.lower())
        whole = isinstance(value, int) and not isinstance(value, bool)
        if plain in _LIMITS and whole and value >= 0:
            return int(value)
    return None


class Pages:
    """Turns the pages of lists (`x-rebind-page`).

    Args:
        data: The resolved document.
        schemas: Its schemas as replies read them.
        replies: Its replies.
    """

    def __init__(self, data: Mapping[str, Any], schemas: Schemas, replies: Replies) -> None:
        self._survey = Survey(dict(data), {}, Findings())
        self._schemas = schemas
        self._reader = Reader(schemas)
        self._replies = replies
        self._ways: dict[str, _Way] = {}

    def asked(self, request: Request) -> tuple[Request, int]:
        """Take out of a request what the address of a page says.

        Args:
            request: The request.

        Returns:
            The request as the description knows it, and how many items come before the page.
        """
        kept: list[str] = []
        before = 0
        for pair in request.query.split("&"):
            name, _, value = pair.partition("=")
            if name == _AFTER and (found := _TOKEN.fullmatch(value)):
                before = int(found[1])
            else:
                kept.append(pair)
        return replace(request, query="&".join(kept)), before

    def turned(
        self,
        operation: Operation,
        request: Request,
        arguments: Arguments,
        reply: Reply,
        before: int,
    ) -> Reply:
        """The page that a request asks for, out of a reply that lists everything.

        Args:
            operation: The operation.
            request: The request.
            arguments: Its values.
            reply: Its reply with the whole list.
            before: How many items come before the page, where the address says it.

        Returns:
            The same, where the operation has no pages or the reply no list.
        """
        said = members(operation.data.get(KEY))
        schema = self._replies.result(operation)
        success = 200 <= reply.status < 300 and "json" in (reply.content_type or "")
        if not said or schema is None or not success:
            return reply
        way = self._way(operation, said)
        body: Any = json.loads(reply.body)
        envelope = self._replies.envelope
        key = (envelope.result if envelope else None) or ""
        result = members(body).get(key) if envelope else body
        listed = _at(result, way.items)
        if not is_array(listed):
            return reply
        named = {**arguments.header, **arguments.cookie, **arguments.fields}
        size = _size(operation, named)
        start = max(0, _start(way, named.get(way.parameter), listed, size, before))
        end = start + size
        name = self._name(way, schema, operation, request, end)
        if name is None:  # nothing that may be sent can name another page
            end = max(start, len(listed))
        more = size > 0 and end < len(listed)
        marks: dict[_Keys, Any] = {way.items: listed[start:end]}
        if way.next:
            marks[way.next] = name if more else self._nothing(schema, way.next, name)
        if way.more:
            marks[way.more] = more
        if way.total:
            marks[way.total] = len(listed)
        if way.pages:
            marks[way.pages] = -(-len(listed) // max(size, 1))
        for keys, value in marks.items():
            result = _put(result, keys, value)
        headers = reply.headers
        if way.by == "link":
            headers = tuple(pair for pair in headers if pair[0].lower() != "link")
            headers += (("Link", f'<{name}>; rel="next"'),) if more else ()
        whole = {**body, key: result} if envelope else result
        return replace(reply, body=json.dumps(whole, ensure_ascii=False).encode(), headers=headers)

    def _way(self, operation: Operation, said: Mapping[str, Any]) -> _Way:
        """What the description says, with paths as the keys that they are."""
        known = self._ways.get(operation.key)
        if known is not None:
            return known
        result = next(results(self._survey, dict(operation.data)), None)

        def keys(name: str, within: Any = result) -> _Keys:
            return follow(self._survey, within, said[name]).keys if name in said else ()

        by = next(way for way in WAYS if way in said)
        parameter = str(said[by]) if by in ("cursor", "page", "offset") else ""
        default = _defaults(operation).get(parameter)
        items = keys("items")
        listed = follow(self._survey, result, said["items"]).schema if items else result
        item = next((v["items"] for v in variants(self._survey, listed) if "items" in v), None)
        way = _Way(
            by=by,
            parameter=parameter,
            first=said.get("first", default if isinstance(default, int) else 1),
            items=items,
            last=keys("last", item),
            next=keys("url" if by == "url" else "next"),
            more=keys("more"),
            total=keys("total"),
            pages=keys("pages"),
        )
        return self._ways.setdefault(operation.key, way)

    def _name(
        self, way: _Way, schema: Schema, operation: Operation, request: Request, end: int
    ) -> Any:
        """What names the page that begins after so many items; None where nothing can."""
        if way.by in ("page", "offset") or way.last:
            return end
        if way.by == "cursor":
            taken = [p.schema for p in operation.parameters if p.name == way.parameter]
            tokens: tuple[Any, ...] = (f"after-{end}", end, str(end))
            fitting = (t for t in tokens if self._valid(self._there(schema, way.next), t))
            return next((t for t in fitting if all(self._taken(s, t) for s in taken)), None)
        pairs = [*filter(None, request.query.split("&")), f"{_AFTER}={end}"]
        address = f"{request.path}?{'&'.join(pairs)}"
        if host := request.headers.get("host"):
            address = f"http://{host}{address}"
        if way.by == "link" or self._valid(self._there(schema, way.next), address):
            return address
        return None

    def _taken(self, schema: Schema, token: Any) -> bool:
        """Whether a parameter takes a token, which becomes text on the way."""
        read = int(token) if str(token).isdecimal() else token
        return any(self._valid(schema, value) for value in (str(token), read))

    def _nothing(self, schema: Schema, keys: _Keys, name: Any) -> Any:
        """What says that no page comes after this one, by the schema of the result."""
        there = self._there(schema, keys)
        if self._valid(there, None):
            return None
        if keys[-1] not in self._reader.outline(self._there(schema, keys[:-1])).required:
            return MISSING
        return "" if self._valid(there, "") else name  # a page with nothing in it, at last

    def _there(self, schema: Schema, keys: _Keys) -> Schema:
        """The schema of what stands at some keys."""
        for key in keys:
            schema = self._reader.outline(schema).properties.get(key, True)
        return schema

    def _valid(self, schema: Schema, value: Any) -> bool:
        return self._schemas.valid(schema, value)


def _size(operation: Operation, named: Mapping[str, Any]) -> int:
    """How many items a page has: as many as are asked for, or as there are by default."""
    for values in (named, _defaults(operation)):
        if (found := limit(values)) is not None:
            return found
    return _SIZE


def _start(way: _Way, given: Any, listed: list[Any], size: int, before: int) -> int:
    """How many items come before the page.

    A cursor that names nothing begins anew: what it named may have been deleted meanwhile, and
    then what follows it comes first.
    """
    if way.by in ("url", "link"):
        return before
    if given is None:
        return 0
    if way.last:
        names = [str(_at(item, way.last)) for item in listed]
        return names.index(str(given)) + 1 if str(given) in names else 0
    found = _TOKEN.fullmatch(str(given))
    if found is None:
        return 0
    number = int(found[1])
    return (number - way.first) * size if way.by == "page" else number


def _defaults(operation: Operation) -> dict[str, Any]:
    """The values of parameters that a request leaves out."""
    schemas = ((p.name, members(p.schema)) for p in operation.parameters)
    return {name: schema["default"] for name, schema in schemas if "default" in schema}


def _at(value: Any, keys: _Keys) -> Any:
    for key in keys:
        value = members(value).get(key)
    return value


def _put(value: Any, keys: _Keys, new: Any) -> Any:
    """A copy of a value with another one at some keys; MISSING takes out what stands there."""
    if not keys:
        return new
    inner = dict(members(value))
    inner[keys[0]] = _put(inner.get(keys[0]), keys[1:], new)
    return {name: member for name, member in inner.items() if member is not MISSING}
