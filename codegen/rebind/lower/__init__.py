"""Resolved document -> `ir.Api`: what the document means, with nothing left to look up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, cast

from rebind import ir
from rebind.diagnostics import Checked
from rebind.lower.operations import Operations, requirement, schemes, server_url
from rebind.lower.schemas import Schemas
from rebind.lower.terms import (
    Json,
    component_pointer,
    formers,
    is_dict,
    is_list,
    references,
    types_of,
)
from rebind.openapi import Resolved
from rebind.openapi.fields import follow

_NAMES = {"string", "integer"}
"""The types of what names an object."""


def lower(resolved: Resolved) -> Checked[ir.Api]:
    """Read the API out of a resolved document.

    Args:
        resolved: The document, with references to schemas only.

    Returns:
        The API. What cannot be expressed is a diagnostic with its place.
    """
    return Checked(_Lowering(resolved.data).api(), ())


class _Lowering:
    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        components: Json = data.get("components") or {}
        self.schemas = Schemas(components.get("schemas") or {})
        self.calls = Operations(data, self.schemas)

    def api(self) -> ir.Api:
        data = self.data
        info: Json = data.get("info") or {}
        client: Json = data.get("x-rebind-client") or {}
        for name, schema in self.schemas.components.items():
            self.schemas.define(component_pointer(name), (name,), schema, named=True)
        idents, given = self.idents()
        resources = tuple(self.opened(r, given) for r in self.calls.resources())
        bounds, waits = self.bounds(), self.waits()
        for (pointer, name), values in self.schemas.tags.items():
            self.schemas.tag(pointer, name, values)
        objects = bool(data.get("x-rebind-objects"))
        replies = self.reachable(_reply_schemas(resources))
        requests = self.reachable(_request_schemas(resources))
        holders = self.holders({*bounds, *waits})
        flats = {
            component_pointer(name): flat
            for name, schema in self.schemas.components.items()
            if is_dict(schema) and (flat := _flat(schema.get("x-rebind-flat")))
        }
        schemas = {
            pointer: replace(
                schema,
                bound=tuple(bounds.get(pointer, ())),
                waits=tuple(waits.get(pointer, ())),
                flavoured=pointer in holders,
                takes_client=objects
                and pointer in replies
                and pointer not in flats
                and "properties" in schema.data,
                flat=flats.get(pointer),
                ident=idents.get(pointer),
                data=self.one_way(schema.data, pointer in requests, pointer in replies),
            )
            for pointer, schema in self.schemas.found.items()
        }
        return ir.Api(
            title=str(info.get("title") or "API"),
            version=str(info.get("version") or "0"),
            description=str(info.get("description") or info.get("summary") or ""),
            server=server_url(data.get("servers")) or "",
            client=client.get("name"),
            key_env=client.get("key-env"),
            server_env=client.get("server-env"),
            envelope=_envelope(data.get("x-rebind-envelope")),
            errors=tuple(_errors(data.get("x-rebind-errors") or {})),
            part_types=bool(self.calls.wire.get("part-types", True)),
            title_booleans=self.calls.wire.get("booleans") == "True/False",
            schemas=schemas,
            resources=resources,
            schemes=tuple(schemes(data)),
            security=requirement(data.get("security"), data) or (),
            hosts=tuple(self.hosts()),
            header_env=dict(client.get("header-env") or {}),
        )

    def hosts(self) -> Iterator[ir.Host]:
        pointers = {
            item.get("operationId"): pointer for pointer, _, _, item in self.calls.operations()
        }
        for name, item in cast("Json", self.data.get("x-rebind-hosts") or {}).items():
            given = tuple(item.get("with") or ())
            yield ir.Host(name, pointers[item["operation"]], item["field"], given)

    def bounds(self) -> dict[str, list[ir.Bound]]:
        found: dict[str, list[ir.Bound]] = {}
        for pointer, _, _, item in self.calls.operations():
            for index, entry in enumerate(cast("list[Json]", item.get("x-rebind-bound") or [])):
                given: Json = entry.get("with") or {}
                bound = ir.Bound(
                    pointer,
                    entry["name"],
                    {k: v[0] if is_list(v) else v for k, v in given.items()},
                    listed=tuple(k for k, v in given.items() if is_list(v)),
                    fixed=dict(entry.get("fixed") or {}),
                    only=tuple(entry["only"]) if "only" in entry else None,
                    update=bool(entry.get("update")),
                    field=tuple(str(entry.get("field") or "").split("."))
                    if "field" in entry
                    else (),
                    formers=formers(entry, f"{pointer}/x-rebind-bound/{index}", "renamed-from"),
                )
                found.setdefault(component_pointer(entry["schema"]), []).append(bound)
        return found

    def waits(self) -> dict[str, list[ir.Wait]]:
        pointers = {item.get("operationId"): p for p, _, _, item in self.calls.operations()}
        found: dict[str, list[ir.Wait]] = {}
        for name, schema in self.schemas.components.items():
            entries: list[Json] = (schema.get("x-rebind-wait") or []) if is_dict(schema) else []
            found[component_pointer(name)] = [
                ir.Wait(
                    operation=pointers[entry["operation"]],
                    name=entry["name"],
                    fields=dict(entry.get("with") or {}),
                    status=follow(self.calls.survey, schema, entry["status"]).keys,
                    pending=tuple(entry.get("pending") or ()),
                    done=tuple(entry.get("done") or ()),
                    failed=tuple(entry.get("failed") or ()),
                    delay=entry.get("delay", 15),
                    deadline=entry.get("deadline", 600),
                    formers=formers(
                        entry,
                        f"{component_pointer(name)}/x-rebind-wait/{index}",
                        "renamed-from",
                    ),
                )
                for index, entry in enumerate(entries)
            ]
        return {pointer: waits for pointer, waits in found.items() if waits}

    def holders(self, found: set[str]) -> set[str]:
        """These schemas, and all that can hold one of them."""
        while True:
            more = {
                pointer
                for pointer, schema in self.schemas.found.items()
                if pointer not in found and not found.isdisjoint(references(schema.data))
            }
            if not more:
                return found
            found = found | more

    def one_way(self, data: ir.SchemaData, sent: bool, received: bool) -> ir.SchemaData:
        """What is sent may hold values that are not known yet, and says constants by itself.

        A property that only one side writes is not required of the other.
        """
        free = (set(data.get("x-read-only", ())) if sent else set[str]()) | (
            set(data.get("x-write-only", ())) if received else set[str]()
        )
        known = {k: v for k, v in data.items() if k not in ("x-read-only", "x-write-only")}
        if sent and "properties" in known:
            properties: Json = {k: self.open(v) for k, v in known["properties"].items()}
            for name in data["required"]:
                said = self.constant(properties.get(name, {}))
                if said is not None:
                    properties[name] = said
                    free.add(name)
            known["properties"] = properties
        elif sent and "enum" not in known:
            known = self.open(known)
        if free:
            known["required"] = [name for name in data["required"] if name not in free]
        return known

    def constant(self, data: Json) -> Json | None:
        """A property that can have one value only, with that value as its default."""
        notes = {k: v for k, v in data.items() if k.startswith("x-")}
        meant = self.schemas.found.get(str(data.get("$ref")))
        if meant is not None and not meant.named:
            data = {**meant.data, **notes}
        return {**data, "default": data["const"]} if isinstance(data.get("const"), str) else None

    def idents(self) -> tuple[dict[str, str], dict[str, list[str]]]:
        """Schema -> the field that names its object; argument -> the schemas that it takes."""
        fields: dict[str, str] = {}
        given: dict[str, list[str]] = {}
        for name, schema in self.schemas.components.items():
            said: Any = schema.get("x-rebind-id") if is_dict(schema) else None
            if said:
                pointer = component_pointer(name)
                fields[pointer] = field = said if isinstance(said, str) else said["field"]
                for argument in [field] if isinstance(said, str) else said["as"]:
                    given.setdefault(argument, []).append(pointer)
        return fields, given

    def takes(self, parameter: ir.Parameter, given: Mapping[str, list[str]]) -> tuple[str, ...]:
        """The schemas whose objects an argument takes, as it takes what names them."""
        schema = parameter.slot.schema
        members = [types_of(member) for member in schema.get("anyOf") or [schema]]
        kinds = {kind for member in members for kind in member or ["object"]}
        if not kinds <= {*_NAMES, "null"}:
            return ()
        return tuple(given.get(parameter.wire, ()))

    def opened(self, resource: ir.Resource, given: Mapping[str, list[str]]) -> ir.Resource:
        """The namespace, with arguments that take values that are not known yet, and objects."""

        def slot(found: ir.Slot) -> ir.Slot:
            return replace(found, schema=self.open(found.schema))

        return replace(
            resource,
            operations=tuple(
                replace(
                    operation,
                    parameters=tuple(
                        replace(p, slot=slot(p.slot), objects=self.takes(p, given))
                        for p in operation.parameters
                    ),
                )
                for operation in resource.operations
            ),
        )

    def open(self, data: ir.SchemaData) -> Json:
        """A schema in which an enumeration with a name admits other values of its type."""
        known = dict(data)
        if "$ref" in known:
            meant = self.schemas.found.get(str(known["$ref"]))
            kind = (
                meant.data.get("type") if meant and meant.named and "enum" in meant.data else None
            )
            if not isinstance(kind, str):
                return known
            notes = {k: v for k, v in known.items() if k != "$ref"}
            return {"anyOf": [{"$ref": known["$ref"]}, {"type": kind}], **notes}
        for key in ("items", "additionalProperties"):
            if isinstance(known.get(key), dict):
                known[key] = self.open(known[key])
        if known.get("anyOf"):
            members: list[Json] = []
            for member in cast("list[Json]", known["anyOf"]):
                opened = self.open(member)
                members += opened["anyOf"] if set(opened) == {"anyOf"} else [opened]
            known["anyOf"] = [m for i, m in enumerate(members) if m not in members[:i]]
        return known

    def reachable(self, start: Iterator[ir.SchemaData]) -> set[str]:
        """Every schema that values at these places can hold."""
        reached: set[str] = set()
        pending = [pointer for data in start for pointer in references(data)]
        while pending:
            pointer = pending.pop()
            if pointer not in reached and pointer in self.schemas.found:
                reached.add(pointer)
                pending += references(self.schemas.found[pointer].data)
        return reached


def _reply_schemas(resources: tuple[ir.Resource, ...]) -> Iterator[ir.SchemaData]:
    for resource in resources:
        for operation in resource.operations:
            for reply in operation.replies:
                if reply.slot:
                    yield reply.slot.schema


def _request_schemas(resources: tuple[ir.Resource, ...]) -> Iterator[ir.SchemaData]:
    for resource in resources:
        for operation in resource.operations:
            for parameter in operation.parameters:
                yield parameter.slot.schema
            if operation.body and operation.body.whole:
                yield operation.body.whole.schema


def _flat(said: Literal[True] | Json | None) -> ir.FlatClass | None:
    if not said:
        return None
    return ir.FlatClass() if said is True else ir.FlatClass(**said)


def _envelope(item: Json | None) -> ir.Envelope | None:
    if not item:
        return None
    keys = (item.get(key) for key in ("result", "message", "type", "request-id"))
    return ir.Envelope(item["ok"], *keys)


def _errors(items: Json) -> Iterator[ir.ErrorClass]:
    for name, item in items.items():
        statuses = tuple(int(status) for status in item.get("statuses") or ())
        description = str(item.get("description") or "").strip()
        types = tuple(str(name) for name in item.get("types") or ())
        yield ir.ErrorClass(name, description, statuses, types, item.get("extends"))
