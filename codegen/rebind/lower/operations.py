"""Operations: their parameters, bodies and replies, and the ways to authenticate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from rebind import ir
from rebind.lower.paging import page_of
from rebind.lower.schemas import ObjectParts, Schemas
from rebind.lower.streaming import SWITCH, Kind, is_switch, is_twofold, kind_of, offered
from rebind.lower.terms import (
    Hint,
    Json,
    admits_null,
    description_of,
    escape,
    formers,
    is_dict,
    nullable,
    types_of,
    unless_null,
)
from rebind.openapi.findings import Findings
from rebind.openapi.survey import Survey

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_OWN_HEADERS = {"accept", "content-type", "authorization"}


class Operations:
    """The operations of a document."""

    def __init__(self, data: Mapping[str, Any], schemas: Schemas) -> None:
        self.data = data
        self.schemas = schemas
        self.survey = Survey(dict(data), {}, Findings())
        self.wire: Json = data.get("x-rebind-wire") or {}

    def resources(self) -> Iterator[ir.Resource]:
        """Every namespace with its operations."""
        found: dict[str, list[ir.Operation]] = {}
        for pointer, path, method, item in self.operations():
            operation = self.operation(pointer, path, method, item)
            page = page_of(self.survey, self.schemas.found, operation, item)
            operation = replace(operation, page=page)
            both = self.twofold(operation, item) if is_twofold(item.get("responses")) else ()
            found.setdefault(operation.resource, []).extend(both or (operation,))
        written: list[Json] = self.data.get("tags") or []
        tags = {str(tag.get("name")): tag for tag in written if is_dict(tag)}
        for key, operations in found.items():
            words = operations[0].resource_words
            tag = tags.get(key) or tags.get(words[0] if words else "") or {}
            yield ir.Resource(key, str(tag.get("description") or "").strip(), tuple(operations))

    def operations(self) -> Iterator[tuple[str, str, str, Json]]:
        """Every operation as it is written: pointer, path, method, item."""
        for path, item in cast("Json", self.data.get("paths") or {}).items():
            if not is_dict(item):
                continue
            for method in METHODS:
                if is_dict(item.get(method)):
                    servers = {"servers": item["servers"]} if item.get("servers") else {}
                    pointer = f"#/paths/{escape(path)}/{method}"
                    yield pointer, path, method, {**servers, **item[method]}

    def operation(self, pointer: str, path: str, method: str, item: Json) -> ir.Operation:
        """One operation."""
        ident = str(item.get("operationId") or f"{method} {path}")
        hint = (ident,)
        parameters = [
            self.parameter(f"{pointer}/parameters/{i}", hint, p)
            for i, p in enumerate(item.get("parameters") or [])
            if str(p.get("name")).lower() not in _OWN_HEADERS or p.get("in") != "header"
        ]
        body, fields = self.body(f"{pointer}/requestBody", hint, item.get("requestBody"))
        if item.get("x-rebind-extra"):
            fields.append(_extra(pointer))
        tags = cast("list[str]", item.get("tags") or [])
        resource = item.get("x-rebind-resource") or (tags[0] if tags else _from_path(path))
        said: object = item.get("x-rebind-flat") or {}
        flat = cast("dict[str, Any]", {"name": said} if isinstance(said, str) else said)
        return ir.Operation(
            pointer=pointer,
            id=ident,
            method=method.upper(),
            path=path,
            summary=str(item.get("summary") or "").strip(),
            description=str(item.get("description") or "").strip(),
            deprecated=bool(item.get("deprecated")),
            parameters=(*parameters, *fields),
            body=body,
            replies=tuple(self.replies(pointer, hint, item)),
            raises=tuple(item.get("x-rebind-raises") or ()),
            security=requirement(item.get("security"), self.data) if "security" in item else None,
            server=server_url(item.get("servers")),
            resource=str(resource),
            resource_words=(str(tags[0]),) if tags else (str(resource),),
            override=item.get("x-rebind-name"),
            idempotent=item.get("x-rebind-idempotent"),
            idempotency_key=self.idempotency_key(method, item),
            flat=flat.get("name"),
            flat_order=tuple(flat.get("order") or ()),
            host=item.get("x-rebind-host"),
            job=_job(item.get("x-rebind-job")),
            timeout=item.get("x-rebind-timeout"),
            retry_statuses=tuple(_statuses(item.get("x-rebind-retry"))),
            formers=formers(item, pointer),
        )

    def twofold(self, operation: ir.Operation, item: Json) -> tuple[ir.Operation, ...]:
        """An operation that answers whole or as a stream: a method for each."""
        switches = [p for p in operation.parameters if is_switch(p.wire, p.slot.schema)]
        rest = tuple(p for p in operation.parameters if p not in switches)
        fixed = tuple((p.place, p.wire, True) for p in switches)
        if operation.body and operation.body.whole and not switches:
            parts = self.schemas.alternatives(operation.body.whole.schema, "", (), ()) or ()
            known = [part.properties.get(SWITCH) for part in parts]
            if any(found and is_switch(SWITCH, found[0]) for found in known):
                fixed = (("body", SWITCH, True),)
        replies = tuple(self.replies(operation.pointer, (operation.id,), item, streamed=True))
        streamed = replace(
            operation,
            pointer=f"{operation.pointer}/{SWITCH}",
            variant=SWITCH,
            page=None,
            parameters=rest,
            replies=replies,
            fixed=fixed,
        )
        return replace(operation, parameters=rest), streamed

    def idempotency_key(self, method: str, item: Json) -> str | None:
        """The header of the key: the operation's, else the API's where repeating may do harm."""
        key = "x-rebind-idempotency-key"
        everywhere = self.data.get(key)
        header = item.get(key, everywhere if method in ("post", "patch") else None)
        if header is True:
            return everywhere if isinstance(everywhere, str) else "Idempotency-Key"
        return header or None

    def parameter(self, pointer: str, hint: Hint, item: Json) -> ir.Parameter:
        """One parameter."""
        name = str(item["name"])
        content = cast("Json", item.get("content") or {})
        schema, place = item.get("schema", {}), f"{pointer}/schema"
        if content:
            media = next(iter(content))
            schema = content[media].get("schema", {})
            place = f"{pointer}/content/{escape(media)}/schema"
        default = schema.get("default") if is_dict(schema) else None
        return ir.Parameter(
            wire=name,
            place=item["in"],
            required=bool(item.get("required")) or item["in"] == "path",
            slot=ir.Slot(place, self.schemas.use(schema, place, (*hint, name))),
            description=str(item.get("description") or description_of(schema)).strip(),
            deprecated=bool(item.get("deprecated")),
            default=default,
            has_default=self.sends(schema),
            style=item.get("style"),
            explode=item.get("explode"),
            allow_reserved=bool(item.get("allowReserved")),
            json=(bool(content) and "json" in next(iter(content)))
            or item.get("x-rebind-encoding") == "json",
            json_unless_string=item.get("x-rebind-encoding") == "json-unless-string",
            override=item.get("x-rebind-name"),
            formers=formers(item, pointer),
        )

    def sends(self, schema: Any) -> bool:
        """Whether a default is sent when the caller says nothing."""
        return bool(self.wire.get("send-defaults")) and is_dict(schema) and ("default" in schema)

    def body(
        self, pointer: str, hint: Hint, item: Json | None
    ) -> tuple[ir.Body | None, list[ir.Parameter]]:
        """The body, and its properties where they are arguments of their own."""
        content = cast("Json", (item or {}).get("content") or {})
        if item is None or not content:
            return None, []
        encoding, media = _chosen(content)
        entry: Json = content[media] or {}
        schema = entry.get("schema", {})
        place = f"{pointer}/content/{escape(media)}/schema"
        required = bool(item.get("required"))
        description = str(item.get("description") or "").strip()
        types = {
            str(name): str(e["contentType"]).split(",")[0].strip()
            for name, e in cast("Json", entry.get("encoding") or {}).items()
            if is_dict(e) and e.get("contentType")
        }
        spread = self.spread(encoding, schema, place, hint)
        if spread is None:
            used = self.schemas.use(schema, place, (*hint, "body"))
            whole = ir.Slot(place, used)
            return ir.Body(encoding, media, required, whole, description, types), []
        fields = [
            ir.Parameter(
                wire=name,
                place="body",
                required=required and name in spread.required,
                slot=ir.Slot(where, self.schemas.use(prop, where, words)),
                description=description_of(prop).strip(),
                deprecated=is_dict(prop) and bool(prop.get("deprecated")),
                default=prop.get("default") if is_dict(prop) else None,
                has_default=self.sends(prop),
                json=is_dict(prop) and prop.get("x-rebind-encoding") == "json",
                json_unless_string=is_dict(prop)
                and prop.get("x-rebind-encoding") == "json-unless-string",
                override=prop.get("x-rebind-name") if is_dict(prop) else None,
                formers=formers(prop, where),
            )
            for name, (prop, where, words) in spread.properties.items()
            if not (is_dict(prop) and prop.get("readOnly"))
        ]
        if encoding == "multipart" and spread.additional:
            fields.append(self.parts(spread, required=required, least=schema.get("minProperties")))
        return ir.Body(encoding, media, required, None, description, types), fields

    def parts(self, spread: ObjectParts, *, required: bool, least: Any) -> ir.Parameter:
        """An argument that is a whole mapping of parts."""
        assert spread.additional is not None
        schema, pointer, hint = spread.additional
        values = self.schemas.use(schema, pointer, hint)
        name = (schema.get("x-rebind-name") if is_dict(schema) else None) or "parts"
        return ir.Parameter(
            wire=name,
            place="parts",
            required=required and isinstance(least, int) and least > len(spread.required),
            slot=ir.Slot(pointer, {"type": "object", "additionalProperties": values}),
            description=description_of(schema).strip() or "Further parts of the form, by name.",
            override=name,
            formers=formers(schema, pointer),
        )

    def spread(self, encoding: str, schema: Any, pointer: str, hint: Hint) -> ObjectParts | None:
        """The properties of a body that are arguments of their own, or None to take it whole."""
        if not is_dict(schema) or encoding in ("text", "binary"):
            return None
        if encoding == "json" and ("$ref" in schema or not schema.get("properties")):
            return None
        if encoding == "json" and (schema.get("additionalProperties") or admits_null(schema)):
            return None
        found = self.schemas.alternatives(schema, pointer, hint, ())
        if found and len(found) == 1 and found[0].properties:
            return found[0]
        values = schema.get("additionalProperties")
        if encoding == "multipart" and is_dict(values) and values.get("x-rebind-name"):
            where = f"{pointer}/additionalProperties"
            return ObjectParts(additional=(values, where, (*hint, "value")))
        return None

    def replies(
        self, pointer: str, hint: Hint, item: Json, *, streamed: bool = False
    ) -> Iterator[ir.Reply]:
        """What each status means."""
        for status, reply in cast("Json", item.get("responses") or {}).items():
            if not is_dict(reply) or str(status).startswith("x-"):
                continue
            place = f"{pointer}/responses/{status}"
            description = str(reply.get("description") or "").strip()
            content = cast("Json", reply.get("content") or {})
            if not content:
                yield ir.Reply(str(status), "empty", None, description)
                continue
            content = offered(content, streamed=streamed)
            encoding, media = _chosen(content, ("json", "text"))
            entry: Json = content[media] or {}
            schema = entry.get("schema", {})
            where = f"{place}/content/{escape(media)}/schema"
            kind = kind_of(media)
            if kind is not None:
                slot = self.item(kind, schema, where, (*hint, "item"))
                yield ir.Reply(str(status), kind, slot, description, media)
            elif encoding == "json":
                words = (*hint, "reply") if str(status).startswith("2") else (*hint, "error")
                slot = self.result(schema, where, words, str(status))
                yield ir.Reply(str(status), "json", slot, description)
            elif encoding == "text":
                yield ir.Reply(str(status), "text", None, description)
            else:
                stream = bool(item.get("x-rebind-stream"))
                yield ir.Reply(str(status), "stream" if stream else "binary", None, description)

    def item(self, kind: Kind, schema: Any, pointer: str, hint: Hint) -> ir.Slot | None:
        """What the items of a stream are; None: events as they come."""
        target, where, seen = schema, pointer, set[str]()
        while is_dict(target) and (ref := target.get("$ref")) and ref not in seen:
            seen.add(ref)
            target, where = self.schemas.component(ref), str(ref)
        if _is_wrapper(kind, target):
            path = ("items",) if kind == "lines" else ("properties", "data")
            schema, pointer = target[path[0]], "/".join((where, *path))
            target = schema = schema["data"] if kind == "events" else schema
        if kind == "events" and (not target or types_of(target) == ["string"]):
            return None
        return ir.Slot(f"{pointer}/item", self.schemas.use(schema, pointer, hint))

    def result(self, schema: Any, pointer: str, hint: Hint, status: str) -> ir.Slot | None:
        """What a JSON reply gives the caller: under an envelope, its result."""
        envelope: Json | None = self.data.get("x-rebind-envelope")
        if not envelope:
            return ir.Slot(pointer, self.schemas.use(schema, pointer, hint))
        if not status.startswith("2"):
            return None
        found = self.schemas.alternatives(schema, pointer, hint, ())
        if not found or envelope.get("result") not in found[0].properties:
            return None
        prop, where, _ = found[0].properties[envelope["result"]]
        said = self.schemas.use(prop, where, hint)
        if envelope["result"] not in found[0].required and said and said is unless_null(said):
            said = nullable(said)
        return ir.Slot(where, said)


def _is_wrapper(kind: Kind, schema: Any) -> bool:
    """Whether a schema describes a list of lines, or an event with the data in it."""
    if not is_dict(schema):
        return False
    if kind == "lines":
        return types_of(schema) == ["array"] and "items" in schema
    known = set(cast("Json", schema.get("properties") or {}))
    return "data" in known and known <= {"data", "event", "id", "retry"}


def _extra(pointer: str) -> ir.Parameter:
    """An argument for values that the document does not list."""
    return ir.Parameter(
        wire="extra",
        place="extra",
        required=False,
        slot=ir.Slot(f"{pointer}/x-rebind-extra", {"type": "object", "additionalProperties": {}}),
        description="Further values, by their names on the wire; sent in the query and the body.",
        override="extra",
    )


def _statuses(said: Json | None) -> list[int]:
    """What is tried again besides."""
    return said["statuses"] if said else []


def _job(item: Json | None) -> ir.Job | None:
    if item is None:
        return None
    return ir.Job(
        status=item["status"],
        id=item["id"],
        send=item.get("send") or item["id"],
        state=item["state"],
        pending=tuple(item["pending"]),
        failed=tuple(item.get("failed") or ()),
        result=item["result"],
        delay=float(item.get("delay") or 1),
    )


def _chosen(content: Json, order: tuple[str, ...] = ()) -> tuple[ir.Encoding, str]:
    """The media type to speak where several are offered."""
    order = order or ("json", "multipart", "form", "text")
    ranked = sorted(
        content,
        key=lambda media: order.index(e) if (e := _encoding(media)) in order else len(order),
    )
    return _encoding(ranked[0]), ranked[0]


def _encoding(media: str) -> ir.Encoding:
    kind = media.split(";")[0].strip().lower()
    if kind in ("application/json", "*/json", "text/json") or kind.endswith("+json"):
        return "json"
    if kind == "multipart/form-data" or kind.startswith("multipart/"):
        return "multipart"
    if kind == "application/x-www-form-urlencoded":
        return "form"
    if kind.startswith("text/") or kind in ("application/xml",) or kind.endswith("+xml"):
        return "text"
    return "binary"


def _from_path(path: str) -> str:
    """The first segment that names something: neither a version nor a parameter."""
    for segment in path.split("/"):
        if segment and "{" not in segment and not re.fullmatch(r"v\d+(\.\d+)*|api", segment):
            return segment
    return "default"


def server_url(servers: Any) -> str | None:
    """The first server, its variables filled in."""
    for server in cast("list[Any]", servers or []):
        url = str(server.get("url") or "")
        for name, variable in cast("Json", server.get("variables") or {}).items():
            url = url.replace("{" + name + "}", str(variable.get("default", "")))
        return url.rstrip("/")
    return None


def schemes(data: Mapping[str, Any]) -> Iterator[ir.Scheme]:
    """The ways to authenticate that the document describes."""
    components: Json = data.get("components") or {}
    for key, item in cast("Json", components.get("securitySchemes") or {}).items():
        description = str(item.get("description") or "").strip()
        if item.get("type") == "apiKey":
            yield ir.Scheme(key, "api-key", item["in"], item["name"], description)
        elif item.get("type") == "http" and str(item.get("scheme")).lower() == "basic":
            yield ir.Scheme(key, "basic", description=description)
        elif item.get("type") in ("http", "oauth2", "openIdConnect"):
            yield ir.Scheme(key, "bearer", description=description)


def requirement(items: Any, data: Mapping[str, Any]) -> tuple[tuple[str, ...], ...] | None:
    """The alternatives of a security requirement, each a tuple of schemes."""
    if items is None:
        return None
    known = {scheme.key for scheme in schemes(data)}
    alternatives = [
        tuple(key for key in cast("Json", item) if key in known)
        for item in cast("list[Any]", items)
    ]
    return tuple(dict.fromkeys(alternatives))
