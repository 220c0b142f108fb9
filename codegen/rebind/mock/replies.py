"""What the mock answers: replies that are described, and errors in the API's own shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from xml.etree import ElementTree

from .examples import Examples, Impossible
from .problems import Kind, Problem
from .routes import Operation
from .schemas import Schema, Schemas, component
from .values import elements, is_array, is_object, members
from .wire import MISSING, Outline, Reader, accepts

_STATUS: Final[Mapping[str, int]] = {
    "unknown-path": 404,
    "unknown-method": 405,
    "unauthorized": 401,
    "unsupported-media-type": 415,
    "not-acceptable": 406,
    "not-found": 404,
    "too-large": 413,
    "timeout": 408,
    "defect": 500,
}
# What the names of error types say about a mistake, the best first.
_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "unknown-path": ("404", "not_?found"),
    "unknown-method": ("method.?not.?allowed",),
    "unauthorized": ("unauthori[sz]ed|authentication", "permission|forbidden|api.?key"),
    "missing-parameter": ("missing.*(param|arg|field)", "invalid.*(param|arg|field)"),
    "missing-body": ("missing.*(param|arg|field|body)", "invalid.*(request|param)"),
    "unknown-parameter": ("unknown.*(param|arg|field)", "invalid.*(param|arg|field)"),
    "invalid-enum": ("invalid.*enum", "invalid.*(param|arg|field)"),
    "invalid-parameter": ("invalid.*(param|arg|field)", "validation"),
    "invalid-body": ("invalid.*(param|arg|field)", "validation"),
    "not-found": ("not_?found", "404"),
}  # fmt: skip
_ANY_TYPE: Final = ("invalid.*request|bad.*request",)
_PAGING: Final = re.compile(r"next|cursor|token|continuation", re.IGNORECASE)
_WRITTEN: Final = frozenset({"connection", "content-length", "content-type", "transfer-encoding"})


@dataclass(frozen=True)
class Reply:
    """A reply to be sent.

    Attributes:
        status: The HTTP status.
        body: The bytes of the body.
        content_type: Their media type; None when there is no body.
        headers: Further header fields.
    """

    status: int
    body: bytes = b""
    content_type: str | None = None
    headers: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True)
class Envelope:
    """The names of the keys that every reply is wrapped in (`x-rebind-envelope`)."""

    ok: str
    result: str | None
    message: str | None
    type: str | None
    request_id: str | None


class Replies:
    """Makes the replies of one document's operations.

    Args:
        data: The resolved document.
        schemas: Its schemas as replies read them.
    """

    def __init__(self, data: Mapping[str, Any], schemas: Schemas) -> None:
        self._schemas = schemas
        self.examples: Final = Examples(schemas)
        self._outlines = Reader(schemas)
        self._errors: Mapping[str, Any] = members(data.get("x-rebind-errors"))
        written: Mapping[str, Any] | None = data.get("x-rebind-envelope")
        self.envelope: Final = (
            Envelope(
                str(written["ok"]),
                written.get("result"),
                written.get("message"),
                written.get("type"),
                written.get("request-id"),
            )
            if written
            else None
        )

    # --- Errors ---------------------------------------------------------------------------------

    def error(
        self, problems: Sequence[Problem], operation: Operation | None, request_id: str
    ) -> Reply:
        """The reply that says what is wrong, in the shape of the API's own errors.

        Args:
            problems: What is wrong, the most important first.
            operation: The operation, where one was found.
            request_id: An id for the request.
        """
        first = problems[0]
        status = self._status(first.kind, operation)
        message = "; ".join(str(problem) for problem in problems)
        if self.envelope is not None:
            keys = self.envelope
            name = self._type(first.kind, status, operation)
            body: dict[str, Any] = {keys.ok: False}
            for key, value in (
                (keys.message, message),
                (keys.type, name),
                (keys.request_id, request_id),
            ):
                if key:
                    body[key] = value
            return Reply(status, _dumped(body), "application/json")
        body = {
            "type": f"urn:rebind:mock:{first.kind}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": message,
            "errors": [
                {
                    key: value
                    for key, value in (
                        ("in", problem.place),
                        ("pointer", problem.pointer),
                        ("detail", problem.message),
                        ("expected", problem.expected),
                    )
                    if value
                }
                for problem in problems
            ],
        }
        return Reply(status, _dumped(body), "application/problem+json")

    def _status(self, kind: Kind, operation: Operation | None) -> int:
        described = members(operation.data.get("responses")) if operation else {}
        if kind == "unauthorized" and "401" not in described and "403" in described:
            return 403
        if kind == "not-found" and operation is not None:
            for name in self._raised(operation):
                for status in members(self._errors.get(name)).get("statuses") or ():
                    if re.search("not_?found", name, re.IGNORECASE):
                        return int(status)
        if kind in _STATUS:
            return _STATUS[kind]
        return 422 if "422" in described and "400" not in described else 400

    def _type(self, kind: Kind, status: int, operation: Operation | None) -> str:
        """The type of the error: what the operation says, else the nearest that the API has."""
        raised = self._raised(operation) if operation else []
        wanted = (*_TYPES.get(kind, ()), *(_ANY_TYPE if status in (400, 415, 422) else ()))
        if kind == "not-found":
            for pattern in wanted:
                for name in raised:
                    if re.search(pattern, name, re.IGNORECASE):
                        return name
            if raised:
                return raised[0]
        if operation is not None and kind in ("unauthorized", "not-found"):
            shown = self._shown_type(operation, status)
            if shown:
                return shown
        for name, error in self._errors.items():
            if status in (error.get("statuses") or ()):
                return name
        for pattern in wanted:
            for name in self._errors:
                if re.search(pattern, name, re.IGNORECASE):
                    return name
        return re.sub(r"\W|Error$", "", HTTPStatus(status).phrase) + "Error"

    def _raised(self, operation: Operation) -> list[str]:
        return [str(name) for name in elements(operation.data.get("x-rebind-raises"))]

    def _shown_type(self, operation: Operation, status: int) -> str | None:
        """The error type in the description's own example of this reply."""
        response = members(members(operation.data.get("responses")).get(str(status)))
        for media in members(response.get("content")).values():
            for example in _media_examples(media):
                key = self.envelope.type if self.envelope else None
                if key and is_object(example) and isinstance(example.get(key), str):
                    return str(example[key])
        return None

    # --- Successes ------------------------------------------------------------------------------

    def success(self, operation: Operation) -> tuple[int, Mapping[str, Any]]:
        """The status and the description of the reply to a call that works."""
        responses: Mapping[str, Any] = members(operation.data.get("responses"))
        good = sorted(s for s in responses if re.fullmatch(r"2\d\d", s))
        if good:
            return int(good[0]), responses[good[0]]
        for name in ("2XX", "2xx", "default"):
            if name in responses:
                return 200, responses[name]
        other = sorted(s for s in responses if re.fullmatch(r"[13]\d\d", s) and s[0] == "3")
        return (int(other[0]), responses[other[0]]) if other else (200, {})

    def result(self, operation: Operation) -> Schema | None:
        """The schema of what a call yields, below the envelope; None where that is nothing."""
        _, response = self.success(operation)
        for media_type, media in members(response.get("content")).items():
            if _is_json(media_type) and "schema" in media:
                schema = self._schemas.read(media["schema"])
                if self.envelope is None:
                    return schema
                properties = self._outlines.outline(schema).properties
                return properties.get(self.envelope.result) if self.envelope.result else None
        return None

    def yields(self, operation: Operation, result: Any, accept: str = "") -> Reply | Problem:
        """The reply of a call that yields a value, wrapped as the API wraps it.

        Args:
            operation: The operation.
            result: What is under the envelope; MISSING for what the description shows.
            accept: The request's Accept header.
        """
        status, response = self.success(operation)
        value = MISSING
        if result is not MISSING:
            value = result
            if self.envelope is not None and self.envelope.result:
                value = {self.envelope.ok: True, self.envelope.result: result}
        return self._reply(status, response, accept, value)

    def preferred(
        self, operation: Operation, prefer: Mapping[str, str], accept: str
    ) -> Reply | Problem:
        """The documented reply that the request asks for with `Prefer: code=404, example=name`."""
        responses: Mapping[str, Any] = members(operation.data.get("responses"))
        status, response = self.success(operation)
        code = prefer.get("code")
        if code:
            found = next(
                (k for k in (code, code[:1] + "XX", code[:1] + "xx", "default") if k in responses),
                None,
            )
            if not re.fullmatch(r"[2-5]\d\d", code) or found is None:
                message = f"the operation describes no reply '{code}'"
                return Problem(
                    "malformed-request", message, "header", "/prefer", ", ".join(responses)
                )
            status, response = int(code), responses[found]
        return self._reply(status, response, accept, MISSING, prefer.get("example"))

    def _reply(
        self,
        status: int,
        response: Mapping[str, Any],
        accept: str,
        value: Any,
        example: str | None = None,
    ) -> Reply | Problem:
        content: Mapping[str, Any] = members(response.get("content"))
        headers = tuple(self._headers(response))
        if status in (204, 205, 304) or not content:
            return Reply(status, headers=headers)
        media_type = _negotiated(accept, content)
        if media_type is None:
            return Problem(
                "not-acceptable",
                f"no reply of this operation is '{accept}'",
                "header",
                "/accept",
                " or ".join(content),
            )
        media = members(content[media_type])
        schema = self._schemas.read(media.get("schema", True))
        if value is MISSING:
            value = self._example(media, schema, media_type, example)
            if isinstance(value, Problem):
                return value
        sent = media_type
        if "*" in media_type:
            sent = (
                "application/json"
                if accepts(media_type, "application/json")
                else media_type.replace("*", "plain")
            )
            sent = sent if sent != "image/plain" else "image/png"
        return Reply(status, self._bytes(sent, value, schema), sent, headers)

    def _example(
        self, media: Mapping[str, Any], schema: Schema, media_type: str, name: str | None
    ) -> Any:
        if name is not None:
            named = members(members(media.get("examples")).get(name))
            if "value" not in named:
                message = f"the reply has no example '{name}'"
                known = ", ".join(members(media.get("examples")))
                return Problem("malformed-request", message, "header", "/prefer", known)
            return named["value"]
        for value in _media_examples(media):
            if not _is_json(media_type) or self._schemas.valid(schema, value):
                return value
        if "schema" not in media:
            return {} if _is_json(media_type) else ""
        try:
            return self.examples.of(schema)
        except Impossible:
            return self.examples.nearest(schema)

    def _headers(self, response: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for name, header in members(response.get("headers")).items():
            if name.lower() in _WRITTEN:
                continue
            offered = list(_media_examples(header))
            if not offered and not header.get("required"):
                continue
            try:
                value = (
                    offered[0]
                    if offered
                    else self.examples.of(self._schemas.read(header.get("schema", True)))
                )
            except Impossible:
                continue
            yield name, value if isinstance(value, str) else json.dumps(value)

    def _bytes(self, media_type: str, value: Any, schema: Schema) -> bytes:
        kind = media_type.partition(";")[0].strip().lower()
        if _is_json(kind):
            return _dumped(value)
        if kind in (
            "application/x-ndjson",
            "application/ndjson",
            "application/jsonl",
            "application/json-seq",
        ):
            start = b"\x1e" if kind == "application/json-seq" else b""
            items = value if is_array(value) else [value]
            return b"".join(start + _dumped(item) + b"\n" for item in items)
        if isinstance(value, str) and kind != "text/event-stream":
            return value.encode("utf-8", "surrogatepass")
        if kind == "text/event-stream":
            text = value if isinstance(value, str) else json.dumps(value)
            return (
                text.encode()
                if text.startswith(("data:", "event:", "id:"))
                else f"data: {text}\n\n".encode()
            )
        if kind.endswith(("/xml", "+xml")):
            return self._xml(value, schema)
        return _dumped(value)

    def _xml(self, value: Any, schema: Schema) -> bytes:
        name = component(schema) or "root"
        root = self._element(name, value, schema)
        text: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
        return text

    def _element(self, name: str, value: Any, schema: Schema) -> ElementTree.Element:
        followed = self._schemas.follow(schema)
        xml = members(followed.get("xml")) if is_object(followed) else {}
        element = ElementTree.Element(_xml_name(str(xml.get("name") or name)))
        outline = self._outlines.outline(schema)
        if is_object(value):
            for key, below in value.items():
                inner = outline.properties.get(key, outline.additional)
                detail = self._schemas.follow(inner)
                detail = members(detail.get("xml")) if is_object(detail) else {}
                if detail.get("attribute"):
                    element.set(_xml_name(str(detail.get("name") or key)), _xml_text(below))
                elif is_array(below) and not detail.get("wrapped"):
                    items = self._outlines.outline(inner).items
                    element.extend(
                        self._element(str(detail.get("name") or key), item, items) for item in below
                    )
                else:
                    element.append(self._element(key, below, inner))
        elif is_array(value):
            element.extend(self._element(name, item, outline.items) for item in value)
        else:
            element.text = _xml_text(value)
        return element


def listing(
    example: Mapping[str, Any], items: list[Any], key: str, outline: Outline, reader: Reader
) -> dict[str, Any]:
    """A page that holds these items and is the last one.

    Args:
        example: An example of the page.
        items: What it lists.
        key: Where the list stands.
        outline: What the page's schema allows.
        reader: Knows the schemas of its members.
    """
    page: dict[str, Any] = {}
    for name, member in example.items():
        if isinstance(member, bool):
            page[name] = member and not re.search(r"more|next", name, re.IGNORECASE)
        elif isinstance(member, int):
            page[name] = len(items) if re.search(r"total|count", name, re.IGNORECASE) else member
        elif not _PAGING.search(name):
            page[name] = member
        elif "null" in reader.outline(outline.properties.get(name, True)).types:
            page[name] = None
        elif name in outline.required:
            page[name] = member
    page[key] = items
    return page


def _media_examples(media: Any) -> Iterator[Any]:
    described = members(media)
    if "example" in described:
        yield described["example"]
    for example in members(described.get("examples")).values():
        if "value" in members(example):
            yield example["value"]


def _negotiated(accept: str, content: Mapping[str, Any]) -> str | None:
    """The media type to answer with: what the request likes best, JSON among equals."""
    ordered = sorted(content, key=lambda name: not _is_json(name))
    wishes: list[tuple[float, int, str]] = []
    for number, piece in enumerate(accept.split(",") if accept.strip() else ["*/*"]):
        media_type, *parameters = [part.strip() for part in piece.split(";")]
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = float(parameter[2:])
                except ValueError:
                    quality = 0.0
        if quality > 0 and media_type:
            wishes.append((-quality, number, media_type))
    for _, _, wish in sorted(wishes):
        for name in ordered:
            if accepts(wish, name) or accepts(name, wish):
                return name
    return None


def _is_json(media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    return kind in ("application/json", "text/json", "*/*", "application/*") or kind.endswith(
        "+json"
    )


def _dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def _xml_name(name: str) -> str:
    name = re.sub(r"[^\w.-]", "_", name, flags=re.ASCII)
    return name if re.match(r"[A-Za-z_]", name) else "_" + name


def _xml_text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd]", "", text)
