"""The surface of a package: what its callers can name, and what goes over the wire for them.

The form is plain data of dictionaries, lists and scalars. Whatever stands in it counts as a change
when it changes; what does not matter to callers and to the wire is not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, partial
from typing import Any, cast

from rebind import ir
from rebind.aliases import NONE, Aliases, OldName
from rebind.changes.edits import Form, Path
from rebind.changes.types import Type, ordered, typed
from rebind.diagnostics import Place
from rebind.lower import terms
from rebind.names import Names, members
from rebind.openapi import Resolved

_LIMITS = (
    "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "minItems", "maxItems", "multipleOf",
)  # fmt: skip


def _as_it_is(place: Place) -> Place:
    return place


@dataclass(eq=False)
class Surface:
    """A package as its callers and its server see it.

    Attributes:
        form: Everything that counts, as plain data.
        sent: The classes that arguments can hold.
        received: The classes that results can hold.
        pointers: Where in the document things stand, by their paths in the form.
        placed: Tells the file and the line of a pointer; None where nobody knows.
    """

    form: Form
    sent: frozenset[str]
    received: frozenset[str]
    pointers: Mapping[Path, str]
    placed: Callable[[str], Place] | None = None

    def pointer(self, path: Path) -> str:
        """Where in the document something stands; the nearest thing around it that is known."""
        while path and path not in self.pointers:
            path = path[:-1]
        return self.pointers.get(path, "#")

    def place(self, path: Path) -> Place | None:
        """The file and the line of something."""
        return None if self.placed is None else self.placed(self.pointer(path))


def surface(
    api: ir.Api,
    names: Names,
    resolved: Resolved | None = None,
    shown: Callable[[Place], Place] = _as_it_is,
    aliases: Aliases = NONE,
) -> Surface:
    """Take the surface of an API.

    Args:
        api: The API.
        names: What everything in it is called.
        resolved: The document, to find places in.
        shown: Makes places what a user knows them as.
        aliases: The old names that go on working.

    Returns:
        Its surface.
    """
    return _Reading(api, names, aliases).surface(resolved, shown)


class _Reading:
    def __init__(self, api: ir.Api, names: Names, aliases: Aliases) -> None:
        self.api = api
        self.names = names
        self.aliases = aliases
        self.pointers: dict[Path, str] = {}
        self.homes = {o.pointer: o.resource for o in api.operations}

    def surface(self, resolved: Resolved | None, shown: Callable[[Place], Place]) -> Surface:
        form: Form = {
            "client": self.client(),
            "errors": {e.name: plain(e, "name") for e in self.api.errors},
            "operations": dict(self.operations()),
            "classes": dict(self.classes()),
        }
        for error in self.api.errors:
            self.pointers["errors", error.name] = f"#/x-rebind-errors/{error.name}"
        sent = self.reached(_request_slots(self.api))
        received = self.reached(_reply_slots(self.api))
        placed = None if resolved is None else partial(_placed, resolved, shown)
        return Surface(form, sent, received, self.pointers, placed)

    def client(self) -> Form:
        known = {"schemas", "resources", "errors", "client"}
        return {"name": str(self.names.client), **plain(self.api, *known)}

    def operations(self) -> Iterator[tuple[str, Form]]:
        for resource in self.api.resources:
            attribute = self.names.resources[resource.key].attribute
            for operation in resource.operations:
                name = f"{attribute}.{self.names.operations[operation.pointer].method}"
                self.pointers["operations", name] = operation.pointer
                yield name, self.operation(operation, ("operations", name))

    def operation(self, operation: ir.Operation, path: Path) -> Form:
        names = self.names.operations[operation.pointer]
        given = [*operation.parameters]
        listed = [p for p in given if p.place == "path"] + [p for p in given if p.place != "path"]
        parameters: Form = {}
        for parameter in listed:
            name = str(names.arguments[parameter.place, parameter.wire])
            here = (*path, "parameters", name)
            self.pointers[here] = parameter.slot.pointer.removesuffix("/schema")
            parameters[name] = {
                "type": self.accepted(parameter),
                "limits": self.limits(parameter.slot.schema),
                "old_names": _old(
                    self.aliases.of_argument(operation.pointer, parameter.place, parameter.wire)
                ),
                **plain(parameter, "slot", "override", "formers", "objects"),
            }
        required = [name for name, known in parameters.items() if known["required"]]
        body = operation.body
        if body and body.whole:
            here = (*path, "parameters", str(names.body))
            self.pointers[here] = body.whole.pointer
            parameters[str(names.body)] = {
                "type": self.type(body.whole.schema),
                "limits": {},
                "wire": "",
                "place": "body",
                "required": body.required,
                "description": body.description,
                "old_names": {},
            }
            required += [str(names.body)] if body.required else []
        known = (
            "pointer",
            "parameters",
            "body",
            "replies",
            "resource",
            "resource_words",
            "formers",
        )
        return {
            **plain(operation, *known, "override"),
            "old_names": {
                f"{old.namespace}.{name}": said
                for old in self.aliases.of_method(operation.pointer)
                for name, said in _old([old]).items()
            },
            "parameters": parameters,
            "positional": required,
            "media_type": body.media_type if body else None,
            "part_types": dict(body.part_types) if body else {},
            "result": self.result(operation),
            "replies": {r.status: plain(r, "slot", "status") for r in operation.replies},
        }

    def result(self, operation: ir.Operation) -> Type:
        """The type of what the method returns."""
        good = [reply for reply in operation.replies if reply.success]
        found: Type = []
        for reply in good[:1]:
            if reply.slot:
                found = self.type(reply.slot.schema)
            elif reply.kind == "text":
                found = [["str"]]
            elif reply.kind not in ("empty", "json"):
                found = [[reply.kind]]
        return found

    def classes(self) -> Iterator[tuple[str, Form]]:
        for pointer, schema in self.api.schemas.items():
            name = str(self.names.classes[pointer])
            path = ("classes", name)
            self.pointers[path] = pointer
            data = schema.data
            yield (
                name,
                {
                    "description": schema.description,
                    "positional": schema.takes_client,
                    "type": [] if _has_parts(data) else self.type(data),
                    "fields": self.fields(schema, path),
                    "values": _values(data),
                    "order": [str(self.names.fields[pointer, w]) for w in _properties(data)],
                    "discriminator": _discriminator(data),
                    "methods": dict(self.methods(schema)),
                    "old_names": _old(self.aliases.of_class(pointer)),
                    "old_values": dict(self.old_values(schema)),
                },
            )

    def fields(self, schema: ir.Schema, path: Path) -> Form:
        required: list[str] = schema.data.get("required") or []
        found: Form = {}
        for wire, data in _properties(schema.data).items():
            name = str(self.names.fields[schema.pointer, wire])
            here = (*path, "fields", name)
            self.pointers[here] = f"{schema.pointer}/properties/{wire}"
            found[name] = {
                "wire": wire,
                "type": self.type(data),
                "required": wire in required,
                "limits": self.limits(data),
                "default": data.get("default"),
                "deprecated": bool(data.get("x-deprecated")),
                "description": str(data.get("x-description") or ""),
                "old_names": _old(self.aliases.of_field(schema.pointer, wire)),
            }
        return found

    def old_values(self, schema: ir.Schema) -> Iterator[tuple[str, Form]]:
        """What members of an enumeration were called, and the values that are meant."""
        for member, value in _values(schema.data).items():
            for name, said in _old(self.aliases.of_member(schema.pointer, member)).items():
                yield name, {"value": value, **said}

    def methods(self, schema: ir.Schema) -> Iterator[tuple[str, Form]]:
        for bound in schema.methods:
            names = self.names.resources[self.homes[bound.operation]]
            method = self.names.operations[bound.operation].method
            rest = plain(bound, "operation", "name", "formers")
            rest["old_names"] = _old(self.aliases.of_bound(schema.pointer, bound.name))
            yield (
                str(self.names.bound[schema.pointer, bound.name]),
                {"operation": f"{names.attribute}.{method}", **rest},
            )

    def accepted(self, parameter: ir.Parameter) -> Type:
        """The type of an argument: what is sent, and the objects that stand for it."""
        objects = [["class", str(self.names.classes[pointer])] for pointer in parameter.objects]
        return ordered([*self.type(parameter.slot.schema), *objects])

    def type(self, schema: ir.SchemaData) -> Type:
        return typed(schema, lambda pointer: str(self.names.classes[pointer]))

    def limits(self, schema: ir.SchemaData, passed: tuple[str, ...] = ()) -> Form:
        """The limits of a value, and of the items and values in it; by reference, too."""
        found: Form = {key: schema[key] for key in _LIMITS if key in schema}
        pointer = str(schema.get("$ref") or "")
        named = self.api.schemas.get(pointer)
        if named is not None and pointer not in passed and not _has_parts(named.data):
            found |= self.limits(named.data, (*passed, pointer))
        for word in ("anyOf", "oneOf"):
            for member in schema.get(word) or ():
                found |= self.limits(member, passed)
        for word in ("items", "additionalProperties"):
            inside = schema.get(word)
            if terms.is_dict(inside):
                found |= {f"{word}.{k}": v for k, v in self.limits(inside, passed).items()}
        return found

    def reached(self, slots: Iterator[ir.SchemaData]) -> frozenset[str]:
        reached = set[str]()
        pending = [pointer for data in slots for pointer in terms.references(data)]
        while pending:
            pointer = pending.pop()
            if pointer not in reached and pointer in self.api.schemas:
                reached.add(pointer)
                pending += terms.references(self.api.schemas[pointer].data)
        return frozenset(str(self.names.classes[pointer]) for pointer in reached)


def _placed(resolved: Resolved, shown: Callable[[Place], Place], pointer: str) -> Place:
    return shown(resolved.place(pointer, key=True))


def plain(value: Any, *without: str) -> Any:
    """A frozen value of the API as plain data, less some of its fields."""
    named = _names(cast("Any", type(value)))
    if named is not None:
        return {name: plain(getattr(value, name)) for name in named if name not in without}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value


@cache
def _names(kind: Any) -> tuple[str, ...] | None:
    """The fields of a frozen value; None for other values."""
    return tuple(f.name for f in fields(kind)) if is_dataclass(kind) else None


def _old(names: Iterable[OldName]) -> Form:
    """Old names, and when they go."""
    return {str(old.name): {"until": old.until} for old in names}


def _has_parts(data: ir.SchemaData) -> bool:
    return "properties" in data or "enum" in data


def _properties(data: ir.SchemaData) -> Mapping[str, Any]:
    return data.get("properties") or {}


def _values(data: ir.SchemaData) -> Form:
    if "enum" not in data or "properties" in data:
        return {}
    said = members(data["enum"], data.get("x-names") or {})
    return {str(name): value for value, name in said.items()}


def _discriminator(data: ir.SchemaData) -> Any:
    return plain(data.get("discriminator"))


def _request_slots(api: ir.Api) -> Iterator[ir.SchemaData]:
    for operation in api.operations:
        for parameter in operation.parameters:
            yield parameter.slot.schema
        if operation.body and operation.body.whole:
            yield operation.body.whole.schema


def _reply_slots(api: ir.Api) -> Iterator[ir.SchemaData]:
    for operation in api.operations:
        for reply in operation.replies:
            if reply.slot:
                yield reply.slot.schema
