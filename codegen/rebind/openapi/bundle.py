"""Many files with references become one dictionary in which only schemas are referred to."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple, TypeAlias, TypeVar

from rebind.diagnostics import did_you_mean, quoted
from rebind.openapi import naming
from rebind.openapi.findings import Findings
from rebind.openapi.normalise import ANNOTATIONS, normalise
from rebind.openapi.refs import Files, Target
from rebind.openapi.shapes import METHODS, NAMES, PLAIN, REFERABLE, SHAPES, Field
from rebind.openapi.structure import ABSENT, Absent, Structure
from rebind.source import Document, Json, step, steps

Object: TypeAlias = dict[str, Json]
Made = TypeVar("Made", bound="Object | list[Json]")

_MOST_HOPS = 20
"""References inside referenced things may be nested this deep (schemas aside)."""
_MOST_ALIASES = 100
"""So many references may lead from one to the next."""
_WORDS_ONLY = frozenset({"example", "tag"})
"""Shapes that only people read."""
_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_STRUCTURE = frozenset(
    {"$ref", "allOf", "anyOf", "oneOf", "not", "enum", "if", "properties", "items"}
)
_SECTIONS = {section: shape for shape, section in REFERABLE.items()}


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
        self.structure = Structure(findings)
        self.origins: dict[int, Origin] = {}
        self._schemas: Object = {}
        self._names: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        self._placed: dict[tuple[str, str], Object] = {}
        self._waiting: deque[tuple[str, Target]] = deque()
        self._inlined: dict[tuple[str, str, str], Object] = {}
        self._open: list[tuple[str, str, str]] = []
        self._strict: dict[str, bool] = {}

    def run(self) -> Object:
        """The resolved data."""
        data = self.root.data
        assert isinstance(data, dict)
        self._claim()
        made = self._object(data, "openapi", self.root, "")
        made["openapi"] = _version(str(made.get("openapi")))
        info = made.setdefault("info", self._mark({}, self.root, ""))
        if isinstance(info, dict):
            info.setdefault("title", naming.stem(self.root.path))
            info.setdefault("version", "0")
        components = made.pop("components", None)
        self._drain()
        if isinstance(components, dict):
            components.pop("schemas", None)
        if self._schemas:
            self._mark(self._schemas, self.root, "/components/schemas")
            rest = components if isinstance(components, dict) else {}
            whole: Object = {"schemas": self._schemas, **rest}
            components = self._mark(whole, self.root, "/components")
        if components:
            made["components"] = components
        return made

    # Schemas of the root's components keep their names; what they merely point to gets them too.

    def _claim(self) -> None:
        section = self.files.follow(self.root, "/components/schemas")
        if section is None or not isinstance(section.value, dict):
            return
        section = self._through(section, "schema") or section
        value = section.value
        if not isinstance(value, dict):
            return
        own: list[tuple[str, Target]] = []
        for name in value:
            self._taken.add(name)
            at = Target(section.document, section.pointer + step(name), value[name])
            self._names[at.key] = name
            own.append((name, at))
        for name, at in own:
            self._schemas[name] = None
            ref = _only_ref(at.value)
            if ref is None or ref.startswith("#"):
                self._waiting.append((name, at))
                continue
            target = self._through(at, "schema")
            if target is None:
                self._schemas[name] = self._mark({}, at.document, at.pointer)
            elif target.key in self._names:
                self._waiting.append((name, at))
            else:
                self._names[target.key] = name
                self._waiting.append((name, target))

    def _drain(self) -> None:
        while self._waiting:
            name, at = self._waiting.popleft()
            placed = self._placed.pop(at.key, None)
            if placed is not None:
                # It was met where it stands before somebody referred to it.
                body = self._mark(dict(placed), at.document, at.pointer)
                placed.clear()
                placed["$ref"] = _component(name)
                self._schemas[name] = body
            else:
                self._schemas[name] = self._schema_body(at.value, at.document, at.pointer)

    # The walk

    def _mark(self, container: Made, document: Document, pointer: str) -> Made:
        self.origins[id(container)] = Origin(document, pointer, container)
        return container

    def _object(self, value: Object, shape: str, document: Document, pointer: str) -> Object:
        made: Object = self._mark({}, document, pointer)
        fields = SHAPES[shape]
        self.structure.keys(value, shape, document, pointer)
        for key, inner in value.items():
            field = fields.get(key)
            at = pointer + step(key)
            if field is not None:
                if shape == "components" and key == "schemas":
                    self._section(inner, document, at)
                    continue
                new = self._value(inner, field, shape, document, at)
                if not isinstance(new, Absent):
                    made[key] = new
            elif shape == "callback" and not key.startswith("x-"):
                made[key] = self._shaped(inner, "path-item", document, at)
            else:
                made[key] = inner
        if shape == "path-item":
            return self._merge_parameters(made, document, pointer)
        return made

    def _section(self, value: Json, document: Document, pointer: str) -> None:
        if value is not None and not isinstance(value, dict):
            self.structure.wrong(value, "a mapping of names to schemas", document, pointer)

    def _value(
        self, value: Json, field: Field, shape: str, document: Document, pointer: str
    ) -> Json | Absent:
        if field.kind in PLAIN:
            return self.structure.plain(value, field, shape, document, pointer)
        if field.many == "one":
            if value is None:
                return ABSENT
            return self._shaped(value, field.kind, document, pointer)
        if value is None:
            return ABSENT
        if _only_ref(value) is not None:
            target = self._through(Target(document, pointer, value), field.kind)
            if target is None:
                return ABSENT
            value, document, pointer = target.value, target.document, target.pointer
        if field.many == "list" and isinstance(value, list):
            items: list[Json] = self._mark([], document, pointer)
            for index, inner in enumerate(value):
                at = pointer + step(index)
                if not self._left_out(inner, field.kind, document, at):
                    items.append(self._shaped(inner, field.kind, document, at))
            return items
        if field.many == "map" and isinstance(value, dict):
            return self._map(value, field, document, pointer)
        kind = NAMES[field.kind].partition(" ")[2]
        plural = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
        expected = f"a list of {plural}" if field.many == "list" else f"a mapping to {plural}"
        mild = field.kind in _WORDS_ONLY
        self.structure.wrong(value, expected, document, pointer, mild=mild)
        return ABSENT

    def _map(self, value: Object, field: Field, document: Document, pointer: str) -> Object:
        made: Object = self._mark({}, document, pointer)
        for key, inner in value.items():
            at = pointer + step(key)
            if field.extensible and key.startswith("x-"):
                continue
            if field.extensible and field.kind == "response" and key[1:] in ("xx", "Xx", "xX"):
                message = f"{quoted(key)} is read as '{key.upper()}'"
                help = "write the X of a range of statuses in upper case"
                self.findings.warn("bad-status", message, document, at, help, key=True)
                key = key.upper()
            if not self._left_out(inner, field.kind, document, at):
                made[key] = self._shaped(inner, field.kind, document, at)
        return made

    def _left_out(self, value: Json, shape: str, document: Document, pointer: str) -> bool:
        """Whether a thing is for people alone, and wrong."""
        if shape not in _WORDS_ONLY or isinstance(value, dict):
            return False
        self.structure.wrong(value, NAMES[shape], document, pointer, mild=True)
        return True

    def _shaped(self, value: Json, shape: str, document: Document, pointer: str) -> Json:
        if shape == "schema":
            return self._schema(value, document, pointer)
        if value is None and shape == "media-type":
            return self._mark({}, document, pointer)
        if not isinstance(value, dict):
            self.structure.wrong(value, NAMES[shape], document, pointer)
            return self._mark({}, document, pointer)
        if shape not in REFERABLE:
            return self._object(value, shape, document, pointer)
        if "$ref" in value:
            return self._inline(value, shape, document, pointer)
        return self._shared(Target(document, pointer, value), shape)

    def _shared(self, at: Target, shape: str) -> Object:
        """What stands at a place, made once for all that refer to it."""
        key = (*at.key, shape)
        if key not in self._inlined:
            if len(self._open) > _MOST_HOPS:
                message = f"more than {_MOST_HOPS} things are nested in each other by references"
                help = "describe the inner ones without references"
                self.findings.report("too-deep", message, at.document, at.pointer, help)
                return self._mark({}, at.document, at.pointer)
            if not isinstance(at.value, dict):
                self.structure.wrong(at.value, NAMES[shape], at.document, at.pointer)
                return self._mark({}, at.document, at.pointer)
            self._open.append(key)
            self._inlined[key] = self._object(at.value, shape, at.document, at.pointer)
            self._open.pop()
        return self._inlined[key]

    def _inline(self, value: Object, shape: str, document: Document, pointer: str) -> Object:
        target = self._through(Target(document, pointer, value), shape)
        if target is None:
            return self._mark({}, document, pointer)
        if (*target.key, shape) in self._open:
            return self._circular(document, pointer + "/$ref")
        made = self._shared(target, shape)
        beside = {k: v for k, v in value.items() if k != "$ref"}
        if shape == "path-item" and beside:
            own = self._object(beside, shape, document, pointer)
            return self._mark({**made, **own}, target.document, target.pointer)
        said = {k: v for k, v in beside.items() if k in ("summary", "description")}
        if said and not self._is_30(document):
            return self._mark({**made, **said}, target.document, target.pointer)
        return made

    def _through(self, at: Target, shape: str) -> Target | None:
        """What is found after following references that are nothing but references."""
        passed: dict[tuple[str, str], Target] = {}
        while isinstance(at.value, dict) and "$ref" in at.value:
            if shape == "schema" and len(at.value) > 1 and passed:
                return at
            if at.key in passed:
                # A circle is one mistake, wherever somebody enters it.
                keys = list(passed)
                first = passed[min(keys[keys.index(at.key) :])]
                self._circular(first.document, first.pointer + "/$ref")
                return None
            if len(passed) > _MOST_ALIASES:
                message = f"more than {_MOST_ALIASES} references lead from one to the next"
                help = "refer to the last of them"
                self.findings.report("too-deep", message, at.document, at.pointer + "/$ref", help)
                return None
            passed[at.key] = at
            found = self._find(at.value["$ref"], shape, at.document, at.pointer)
            if found is None:
                return None
            at = found
        return at

    def _find(self, ref: Json, shape: str, document: Document, pointer: str) -> Target | None:
        """What a reference means, if it is a thing of the right kind."""
        pointer += "/$ref"
        if not isinstance(ref, str):
            message = "the reference must be text"
            help = "write a reference such as '#/components/schemas/Pet'"
            if ref is None:
                message = "the reference is empty"
                help = "in YAML '#' begins a comment: put the reference in quotes"
            self.findings.report("bad-reference", message, document, pointer, help)
            return None
        target = self.files.find(ref, document, pointer, REFERABLE.get(shape, ""))
        if target is None:
            return None
        names = steps(target.pointer)
        if len(names) == 3 and names[0] == "components":
            meant = _SECTIONS.get(names[1])
            if meant is not None and meant != shape and shape in REFERABLE:
                self.findings.report(
                    "wrong-reference",
                    f"{quoted(ref)} is {NAMES[meant]}, and {NAMES[shape]} is needed here",
                    document,
                    pointer,
                    f"refer to something under '#/components/{REFERABLE[shape]}/'",
                )
                return None
        return target

    def _circular(self, document: Document, pointer: str) -> Object:
        self.findings.report(
            "circular-reference",
            "the reference leads back to itself",
            document,
            pointer,
            "only schemas may be recursive, and only inside a property, an item or a variant",
        )
        return self._mark({}, document, pointer)

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
                    own = own if isinstance(own, list) else []
                    merged = _merged(shared, own)
                    origin = self.origins.get(id(own)) or self.origins[id(operation)]
                    operation["parameters"] = self._mark(merged, origin.document, origin.pointer)
        return kept

    # Schemas

    def _schema(self, value: Json, document: Document, pointer: str) -> Json:
        key = (str(document.path), pointer)
        name = self._names.get(key)
        if name is not None:
            alias: Object = {"$ref": _component(name)}
            return self._mark(alias, document, pointer)
        made = self._schema_body(value, document, pointer)
        if isinstance(made, dict):
            self._placed[key] = made
        return made

    def _schema_body(self, value: Json, document: Document, pointer: str) -> Json:
        if isinstance(value, bool):
            return value
        if not isinstance(value, dict):
            self.structure.wrong(value, "a schema", document, pointer)
            return self._mark({}, document, pointer)
        made: Object = self._mark({}, document, pointer)
        self.structure.keys(value, "schema", document, pointer)
        for key, inner in value.items():
            self._keyword(made, key, inner, document, pointer)
        if "$ref" in made and self._is_30(document):
            self._lone_reference(made, value, document, pointer)

        def derive(new: Object) -> Object:
            return self._mark(new, document, pointer)

        return normalise(made, derive)

    def _keyword(
        self, made: Object, key: str, inner: Json, document: Document, pointer: str
    ) -> None:
        at = pointer + step(key)
        if key == "$ref":
            self._refer(made, inner, document, pointer)
        elif key == "$dynamicRef" and isinstance(inner, str):
            message = "a dynamic reference is read as a plain one"
            help = "write '$ref' where the schema is not meant to be extended"
            self.findings.warn("dynamic-reference", message, document, at, help, key=True)
            target = self.files.find(inner, document, at, "schemas")
            if target is not None and "$ref" not in made:
                made["$ref"] = _component(self._name(target))
        elif key in ("$defs", "definitions") and isinstance(inner, dict):
            for name, definition in inner.items():
                self._name(Target(document, at + step(name), definition))
        elif key == "items" and isinstance(inner, list):
            message = "a list of schemas under 'items' is read as 'prefixItems'"
            self.findings.warn(
                "old-keyword", message, document, at, "write 'prefixItems'", key=True
            )
            made["prefixItems"] = self._mark(
                [self._schema(v, document, at + step(i)) for i, v in enumerate(inner)],
                document,
                at,
            )
        elif key == "items":
            made[key] = self._schema(inner, document, at)
        elif key == "discriminator" and inner is not None:
            made[key] = self._discriminator(inner, document, at)
        elif (field := SHAPES["schema"].get(key)) is not None:
            new = self._value(inner, field, "schema", document, at)
            if not isinstance(new, Absent):
                made[key] = new
        else:
            made[key] = inner

    def _is_30(self, document: Document) -> bool:
        """Whether a file speaks OpenAPI 3.0; a part of a document speaks what the root does."""
        path = str(document.path)
        if path not in self._strict:
            data = document.data
            said = data.get("openapi") if isinstance(data, dict) else None
            if said is None and isinstance(self.root.data, dict):
                said = self.root.data.get("openapi")
            self._strict[path] = str(said).startswith("3.0")
        return self._strict[path]

    def _lone_reference(
        self, made: Object, value: Object, document: Document, pointer: str
    ) -> None:
        """OpenAPI 3.0 ignores what stands beside a reference; what people say there is kept."""
        for key in list(made):
            if key in ANNOTATIONS or key in ("$ref", "nullable") or key.startswith("x-"):
                continue
            if key in value:
                del made[key]
                if key == "type":  # many write it there, and nothing is lost
                    continue
                message = f"OpenAPI 3.0 ignores {quoted(key)} beside a reference"
                help = "put the reference into 'allOf', or write OpenAPI 3.1"
                at = pointer + step(key)
                self.findings.warn("ignored-sibling", message, document, at, help, key=True)

    def _refer(self, made: Object, ref: Json, document: Document, pointer: str) -> None:
        target = self._find(ref, "schema", document, pointer)
        if target is None:
            return
        if target.key not in self._names:
            through = self._through(target, "schema")
            if through is None:
                return
            target = through
        if _is_simple(target, self.root):
            body = self._schema_body(target.value, target.document, target.pointer)
            if isinstance(body, dict):
                for key, inner in body.items():
                    made.setdefault(key, inner)
            return
        made["$ref"] = _component(self._name(target))

    def _name(self, target: Target) -> str:
        """The component that a schema is or becomes."""
        if target.key not in self._names:
            proposed = naming.proposal(target.document, target.pointer, self.root)
            name = naming.unique(proposed, target.document, self._taken)
            self._taken.add(name)
            self._names[target.key] = name
            self._schemas[name] = None
            self._waiting.append((name, target))
        return self._names[target.key]

    def _discriminator(self, value: Json, document: Document, pointer: str) -> Json:
        if isinstance(value, str):
            message = "a discriminator is a mapping"
            help = f"write 'discriminator: {{propertyName: {value}}}'"
            self.findings.warn("old-keyword", message, document, pointer, help)
            named: Object = {"propertyName": value}
            return self._mark(named, document, pointer)
        if not isinstance(value, dict):
            self.structure.wrong(value, "a mapping", document, pointer)
            return self._mark({}, document, pointer)
        made: Object = self._mark(dict(value), document, pointer)
        mapping = value.get("mapping")
        if isinstance(mapping, dict):
            at = pointer + "/mapping"
            kept: Object = self._mark({}, document, at)
            for key, ref in mapping.items():
                found = self._mapped(ref, document, at + step(key))
                if found is not None:
                    kept[key] = _component(found)
            made["mapping"] = kept
        elif mapping is not None:
            self.structure.wrong(mapping, "a mapping", document, pointer + "/mapping")
            del made["mapping"]
        return made

    def _mapped(self, ref: Json, document: Document, pointer: str) -> str | None:
        if not isinstance(ref, str):
            self.structure.wrong(ref, "the name of a schema", document, pointer)
            return None
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


def _component(name: str) -> str:
    return "#/components/schemas" + step(name)


def _only_ref(value: Json) -> str | None:
    if isinstance(value, dict) and len(value) == 1:
        ref = value.get("$ref")
        return ref if isinstance(ref, str) else None
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


def _identity(parameter: Json) -> tuple[str, str] | None:
    if isinstance(parameter, dict) and "name" in parameter:
        return str(parameter.get("in")), str(parameter["name"])
    return None


def _merged(shared: list[Json], own: list[Json]) -> list[Json]:
    """An operation's parameters: those of its path, of which its own take the place."""
    mine = {_identity(parameter): parameter for parameter in own if _identity(parameter)}
    known = {_identity(parameter) for parameter in shared} - {None}
    merged = [mine.get(_identity(parameter), parameter) for parameter in shared]
    return merged + [parameter for parameter in own if _identity(parameter) not in known]


def _version(text: str) -> str:
    return text if text.startswith("3.1.") else "3.1.0"


def origin_of(data: Json, pointer: str, origins: dict[int, Origin]) -> tuple[Document, str]:
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
        inner: Json = None
        if isinstance(data, dict):
            inner = data.get(name)
        elif isinstance(data, list) and name.isdecimal() and int(name) < len(data):
            inner = data[int(name)]
        data = inner
        found = origins.get(id(data)) if isinstance(data, (dict, list)) else None
        if found is not None:
            document, written = found.document, found.pointer
        else:
            written += step(name)
    return document, written
