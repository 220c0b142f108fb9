"""Many files with references to one dictionary of OpenAPI 3.1 in which only schemas are referred to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from rebind.diagnostics import did_you_mean, quoted
from rebind.openapi import naming
from rebind.openapi.findings import Findings
from rebind.openapi.normalise import normalise
from rebind.openapi.refs import Files, Target
from rebind.openapi.shapes import METHODS, REFERABLE, SHAPES, Field
from rebind.source import Document, Json, step, steps

Object = dict[str, Any]

_MOST_HOPS = 40
"""References inside referenced things may be nested this deep (schemas aside)."""
_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_STRUCTURE = frozenset(
    {"$ref", "allOf", "anyOf", "oneOf", "not", "enum", "if", "properties", "items"}
)


class Origin(NamedTuple):
    """Where a container of the resolved data was written; it keeps the container alive."""

    document: Document
    pointer: str
    container: object


class Bundle:
    """The walk from the document as written to the resolved one.

    Every container it makes is remembered by identity, with the place it came from.

    Args:
        files: The root document and its neighbours.
        findings: Where mistakes go.
    """

    def __init__(self, files: Files, findings: Findings) -> None:
        self.files = files
        self.root = files.root
        self.findings = findings
        self.origins: dict[int, Origin] = {}
        self._schemas: Object = {}
        self._names: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        self._placed: dict[tuple[str, str], Object] = {}
        self._waiting: deque[tuple[str, Target]] = deque()
        self._inlined: dict[tuple[str, str, str], Any] = {}
        self._open: list[tuple[str, str, str]] = []

    def run(self) -> Object:
        """The resolved data."""
        data = self.root.data
        assert isinstance(data, dict)
        self._claim()
        made = self._object(data, "openapi", self.root, "")
        made["openapi"] = _version(made.get("openapi"))
        components = made.setdefault("components", {})
        if isinstance(components, dict):
            components.pop("schemas", None)
            components["schemas"] = self._schemas
        self._drain()
        if not self._schemas and isinstance(components, dict):
            del components["schemas"]
            if not components:
                del made["components"]
        return made

    # Schemas of the root's components keep their names; what they merely point to gets them too.

    def _claim(self) -> None:
        section = self.files.follow(self.root, "/components/schemas")
        if section is None or not isinstance(section.value, dict):
            return
        section = self._through(section, "schema") or section
        value = section.value
        assert isinstance(value, dict)
        own: list[tuple[str, Target]] = []
        for name in value:
            self._taken.add(name)
            at = Target(section.document, section.pointer + step(name), value[name])
            self._names[_key(at)] = name
            own.append((name, at))
        for name, at in own:
            self._schemas[name] = None
            ref = _only_ref(at.value)
            if ref is None or ref.startswith("#"):
                self._waiting.append((name, at))
                continue
            target = self._through(at, "schema")
            if target is None:
                self._schemas[name] = {}
            elif _key(target) in self._names:
                self._waiting.append((name, at))
            else:
                self._names[_key(target)] = name
                self._waiting.append((name, target))

    def _drain(self) -> None:
        while self._waiting:
            name, at = self._waiting.popleft()
            placed = self._placed.pop(_key(at), None)
            if placed is not None:
                # It was met where it stands before somebody referred to it.
                body = self._mark(dict(placed), at.document, at.pointer)
                placed.clear()
                placed["$ref"] = _component(name)
                self._schemas[name] = body
            else:
                self._schemas[name] = self._schema_body(at.value, at.document, at.pointer)

    # The walk

    def _mark(self, container: Any, document: Document, pointer: str) -> Any:
        self.origins[id(container)] = Origin(document, pointer, container)
        return container

    def _object(
        self, value: dict[str, Json], shape: str, document: Document, pointer: str
    ) -> Object:
        made: Object = self._mark({}, document, pointer)
        fields = SHAPES[shape]
        for key, inner in value.items():
            field = fields.get(key)
            at = pointer + step(key)
            if field is None:
                made[key] = inner
                if shape == "callback" and not key.startswith("x-"):
                    made[key] = self._value(inner, Field("path-item"), document, at)
            elif shape == "components" and key == "schemas":
                made[key] = {}
            else:
                made[key] = self._value(inner, field, document, at)
        if shape == "path-item":
            return self._merge_parameters(made, document, pointer)
        return made

    def _value(self, value: Json, field: Field, document: Document, pointer: str) -> Any:
        if field.kind not in SHAPES:
            return value
        if field.many == "one":
            return self._shaped(value, field.kind, document, pointer)
        if isinstance(value, dict) and _only_ref(value) is not None:
            target = self._through(Target(document, pointer, value), field.kind)
            if target is None:
                return [] if field.many == "list" else {}
            value, document, pointer = target.value, target.document, target.pointer
        if field.many == "list" and isinstance(value, list):
            items: list[Any] = self._mark([], document, pointer)
            for index, inner in enumerate(value):
                items.append(self._shaped(inner, field.kind, document, pointer + step(index)))
            return items
        if field.many == "map" and isinstance(value, dict):
            made: Object = self._mark({}, document, pointer)
            for key, inner in value.items():
                if key.startswith("x-") and field.kind not in ("schema", "header"):
                    made[key] = inner
                else:
                    made[key] = self._shaped(inner, field.kind, document, pointer + step(key))
            return made
        return [] if field.many == "list" else {}

    def _shaped(self, value: Json, shape: str, document: Document, pointer: str) -> Any:
        if shape == "schema":
            return self._schema(value, document, pointer)
        if not isinstance(value, dict):
            return self._mark({}, document, pointer)
        if shape in REFERABLE and isinstance(value.get("$ref"), str):
            return self._inline(value, shape, document, pointer)
        return self._object(value, shape, document, pointer)

    def _inline(self, value: dict[str, Json], shape: str, document: Document, pointer: str) -> Any:
        target = self._through(Target(document, pointer, value), shape)
        if target is None:
            return self._mark({}, document, pointer)
        key = (*_key(target), shape)
        if key in self._open or len(self._open) > _MOST_HOPS:
            self._circular(str(value["$ref"]), document, pointer)
            return self._mark({}, document, pointer)
        if key not in self._inlined:
            self._open.append(key)
            inner = target.value
            if not isinstance(inner, dict):
                inner = {}
            self._inlined[key] = self._object(inner, shape, target.document, target.pointer)
            self._open.pop()
        made = self._inlined[key]
        beside = {k: v for k, v in value.items() if k != "$ref"}
        if shape == "path-item":
            own = self._object(beside, shape, document, pointer)
            return self._mark({**made, **own}, target.document, target.pointer) if own else made
        said = {k: v for k, v in beside.items() if k in ("summary", "description")}
        if said:
            return self._mark({**made, **said}, target.document, target.pointer)
        return made

    def _through(self, at: Target, shape: str) -> Target | None:
        """What is found after following references that are nothing but references."""
        seen: set[tuple[str, str]] = set()
        first = at
        while isinstance(at.value, dict) and isinstance(at.value.get("$ref"), str):
            if shape == "schema" and len(at.value) > 1 and at is not first:
                return at
            if _key(at) in seen:
                self._circular(str(at.value["$ref"]), first.document, first.pointer)
                return None
            seen.add(_key(at))
            ref = str(at.value["$ref"])
            found = self.files.find(
                ref, at.document, at.pointer + "/$ref", REFERABLE.get(shape, "")
            )
            if found is None:
                return None
            at = found
        return at

    def _circular(self, ref: str, document: Document, pointer: str) -> None:
        self.findings.report(
            "circular-reference",
            f"{quoted(ref)} leads back to itself",
            document,
            pointer + "/$ref",
            "only schemas may be recursive",
        )

    def _merge_parameters(self, made: Object, document: Document, pointer: str) -> Object:
        shared = made.get("parameters")
        kept: Object = self._mark({}, document, pointer)
        for key, inner in made.items():
            if key in METHODS or key == "servers":
                kept[key] = inner
        if isinstance(shared, list) and shared:
            for method in METHODS:
                operation = kept.get(method)
                if isinstance(operation, dict):
                    own = operation.get("parameters")
                    merged = _merged(shared, own if isinstance(own, list) else [])
                    origin = self.origins.get(id(own)) or self.origins[id(operation)]
                    operation["parameters"] = self._mark(merged, origin.document, origin.pointer)
        return kept

    # Schemas

    def _schema(self, value: Json, document: Document, pointer: str) -> Any:
        key = (str(document.path), pointer)
        name = self._names.get(key)
        if name is not None:
            return self._mark({"$ref": _component(name)}, document, pointer)
        made = self._schema_body(value, document, pointer)
        if isinstance(made, dict):
            self._placed[key] = made
        return made

    def _schema_body(self, value: Json, document: Document, pointer: str) -> Any:
        if isinstance(value, bool):
            return value
        if not isinstance(value, dict):
            return self._mark({}, document, pointer)
        made: Object = self._mark({}, document, pointer)
        fields = SHAPES["schema"]
        for key, inner in value.items():
            field = fields.get(key)
            at = pointer + step(key)
            if key == "$ref" and isinstance(inner, str):
                self._refer(made, inner, document, pointer)
            elif key in ("$defs", "definitions") and isinstance(inner, dict):
                for name, definition in inner.items():
                    self._name(Target(document, at + step(name), definition))
            elif key == "items" and isinstance(inner, (dict, bool)):
                made[key] = self._schema(inner, document, at)
            elif key == "discriminator" and isinstance(inner, dict):
                made[key] = self._discriminator(inner, document, at)
            elif field is not None:
                made[key] = self._value(inner, field, document, at)
            else:
                made[key] = inner
        return normalise(made, lambda new: self._derive(new, document, pointer))

    def _derive(self, made: Object, document: Document, pointer: str) -> Object:
        self._mark(made, document, pointer)
        return made

    def _refer(self, made: Object, ref: str, document: Document, pointer: str) -> None:
        target = self.files.find(ref, document, pointer + "/$ref", "schemas")
        if target is None:
            return
        if _key(target) not in self._names:
            through = self._through(target, "schema")
            if through is None:
                return
            target = through
        if _is_simple(target, self.root):
            made.update(self._schema_body(target.value, target.document, target.pointer))
            return
        made["$ref"] = _component(self._name(target))

    def _name(self, target: Target) -> str:
        """The component that a schema is or becomes."""
        key = _key(target)
        if key not in self._names:
            proposed = naming.proposal(target.document, target.pointer, self.root)
            name = naming.unique(proposed, target.document, self._taken)
            self._taken.add(name)
            self._names[key] = name
            self._schemas[name] = None
            self._waiting.append((name, target))
        return self._names[key]

    def _discriminator(self, value: dict[str, Json], document: Document, pointer: str) -> Object:
        made: Object = self._mark(dict(value), document, pointer)
        mapping = value.get("mapping")
        if isinstance(mapping, dict):
            at = pointer + "/mapping"
            made["mapping"] = self._mark({}, document, at)
            for key, ref in mapping.items():
                if isinstance(ref, str):
                    found = self._mapped(ref, document, at + step(key))
                    if found is not None:
                        made["mapping"][key] = _component(found)
        return made

    def _mapped(self, ref: str, document: Document, pointer: str) -> str | None:
        bare = self.files.follow(document, "/components/schemas" + step(ref))
        if bare is not None:
            return self._name(bare)
        if "#" in ref or "/" in ref or ref.endswith((".yaml", ".yml", ".json")):
            target = self.files.find(ref, document, pointer, "schemas")
            return None if target is None else self._name(target)
        self.findings.report(
            "dangling-mapping",
            f"the mapping names {quoted(ref)}, which is no schema",
            document,
            pointer,
            did_you_mean(ref, self._taken, "write a reference such as '#/components/schemas/Pet'"),
        )
        return None


def _key(at: Target) -> tuple[str, str]:
    return str(at.document.path), at.pointer


def _component(name: str) -> str:
    return "#/components/schemas" + step(name)


def _only_ref(value: Json) -> str | None:
    if isinstance(value, dict) and len(value) == 1 and isinstance(value.get("$ref"), str):
        return str(value["$ref"])
    return None


def _is_simple(target: Target, root: Document) -> bool:
    """A scalar that nobody named: it is repeated where it is referred to, no class comes of it."""
    value = target.value
    return (
        isinstance(value, dict)
        and isinstance(value.get("type"), str)
        and value["type"] in _SCALARS
        and not _STRUCTURE.intersection(value)
        and not naming.is_named(target.document, target.pointer, root)
    )


def _merged(shared: list[Any], own: list[Any]) -> list[Any]:
    def identity(parameter: Any) -> tuple[Any, Any] | None:
        if isinstance(parameter, dict) and "name" in parameter:
            return parameter.get("in"), parameter["name"]
        return None

    mine = {identity(parameter): parameter for parameter in own}
    known = {identity(parameter) for parameter in shared}
    merged = [mine.get(identity(p), p) if identity(p) else p for p in shared]
    return merged + [p for p in own if identity(p) is None or identity(p) not in known]


def _version(written: object) -> str:
    text = str(written)
    return text if text.startswith("3.1") else "3.1.0"


def walk(data: Any) -> Iterator[Any]:
    """Every container of the resolved data, each once.

    Args:
        data: The resolved data.

    Yields:
        Mappings and lists.
    """
    seen: set[int] = set()
    todo = [data]
    while todo:
        value = todo.pop()
        if isinstance(value, (dict, list)) and id(value) not in seen:
            seen.add(id(value))
            yield value
            todo.extend(value.values() if isinstance(value, dict) else value)


def place_of(data: Any, pointer: str, origins: dict[int, Origin]) -> tuple[Document, str]:
    """Where a pointer into the resolved data was written.

    Args:
        data: The resolved data.
        pointer: The pointer.
        origins: The containers' origins.

    Returns:
        The file and the pointer in it.
    """
    origin = origins[id(data)]
    document, written = origin.document, origin.pointer
    for name in steps(pointer):
        if isinstance(data, dict):
            data = data.get(name)
        elif isinstance(data, list) and name.isdecimal() and int(name) < len(data):
            data = data[int(name)]
        else:
            data = None
        found = origins.get(id(data)) if isinstance(data, (dict, list)) else None
        if found is not None:
            document, written = found.document, found.pointer
        else:
            written += step(name)
    return document, written
