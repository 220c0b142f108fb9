"""Schemas as later stages meet them: few shapes, each with a name or said in place.

- What needs a name but stands inline is moved out, under the pointer where it stood.
- `allOf` is merged, and an object with alternatives becomes a union of objects.
- `null` is said where a schema is used, never where it is defined.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, cast

from rebind import ir
from rebind.lower.terms import (
    COMPONENT,
    Hint,
    Json,
    admits_null,
    as_enumeration,
    component_pointer,
    enumerated,
    escape,
    formers,
    has_shape,
    is_dict,
    is_object,
    label_of,
    limits,
    needs_name,
    nullable,
    plain_default,
    text_limits,
    types_of,
    unescape,
    unless_null,
    value_formers,
    without_null,
)

_MAX_ALTERNATIVES = 24


@dataclass
class ObjectParts:
    """The properties of an object, each with the place where it was written."""

    properties: dict[str, tuple[Any, str, Hint]] = field(
        default_factory=dict[str, tuple[Any, str, Hint]]
    )
    required: dict[str, None] = field(default_factory=dict[str, None])
    additional: tuple[Any, str, Hint] | None = None
    label: Hint = ()

    def merged(self, other: ObjectParts) -> ObjectParts:
        """Both at once; where they disagree, the later one says more."""
        properties = dict(self.properties)
        for name, (schema, pointer, hint) in other.properties.items():
            known = properties.get(name)
            if known and known[0] != schema:
                schema, pointer, hint = _narrowed(known, (schema, pointer, hint))
            properties[name] = (schema, pointer, hint)
        return ObjectParts(
            properties,
            {**self.required, **other.required},
            other.additional or self.additional,
            self.label + other.label,
        )


def _narrowed(first: tuple[Any, str, Hint], second: tuple[Any, str, Hint]) -> tuple[Any, str, Hint]:
    old, new = first[0], second[0]
    if not is_dict(old) or not is_dict(new) or not new:
        return first if not new else second
    if "$ref" in new or "$ref" in old:
        says = set(new) - {"description", "title", "default", "example", "examples", "deprecated"}
        return second if says else first
    return ({**old, **new}, second[1], second[2])


_SPOKEN = ("enum", "x-names")


class Schemas:
    """The schemas of a document: every one with a name, found so far."""

    def __init__(self, components: Json) -> None:
        self.components = components
        self.found: dict[str, ir.Schema] = {}
        self.nullable = {
            component_pointer(name): admits_null(schema) for name, schema in components.items()
        }
        self.tags: dict[tuple[str, str], list[str]] = {}
        """(variant, property) -> the values by which unions tell it from others."""

    def define(self, pointer: str, hint: Hint, schema: Any, *, named: bool = False) -> None:
        """Give the schema at a pointer a name of its own."""
        if pointer in self.found:
            return
        schema = as_enumeration(schema)
        description = override = ""
        outdated: tuple[str | int, ...] = ()
        renamed: tuple[ir.Former, ...] = ()
        if is_dict(schema):
            outdated = tuple(schema.get("x-rebind-deprecated-values") or ())
            description = str(schema.get("description") or schema.get("title") or "")
            override = schema.get("x-rebind-name") or ""
            renamed = formers(schema, pointer) if named else ()
        known = ir.Schema(
            pointer,
            hint,
            {},
            description.strip(),
            named,
            override=override or None,
            deprecated_values=outdated,
            formers=renamed,
            value_formers=value_formers(schema, pointer),
        )
        self.found[pointer] = known  # before its parts: a schema may contain itself
        data = self.definition(without_null(schema), pointer, hint)
        self.found[pointer] = replace(known, data=data)

    def definition(self, schema: Any, pointer: str, hint: Hint) -> Json:
        """What stands behind a name: the schema itself, its parts moved out."""
        if not is_dict(schema):
            return {}
        if "$ref" in schema:
            target = unless_null(self.reference(schema))
            return {} if target["$ref"] == pointer else target
        if "enum" in schema and len(schema["enum"]) == 1 and pointer.startswith(COMPONENT):
            # One value today: what has a name of its own is expected to get more.
            return {**enumerated(schema), **{k: schema[k] for k in _SPOKEN if k in schema}}
        if is_object(schema) or "allOf" in schema:
            alternatives = self.alternatives(schema, pointer, hint, ())
            if alternatives and len(alternatives) == 1:
                return self.object(alternatives[0])
            if alternatives:
                return self.union(alternatives, pointer, hint)
            if "allOf" in schema:
                return self.use(self.scalar(schema), pointer + "/allOf", hint)
        return self.parts(schema, pointer, hint)

    def use(self, schema: Any, pointer: str, hint: Hint) -> Json:
        """The schema as it is said at the place of its use: short, or a reference."""
        if not is_dict(schema):
            return {}
        if "$ref" in schema:
            return self.reference(schema)
        schema = as_enumeration(schema)
        if "allOf" in schema and not is_object(schema):
            collapsed = self.collapsed(schema)
            if collapsed is not None:
                return self.use(collapsed, pointer, hint)
        if needs_name(schema):
            self.define(pointer, hint, schema)
            return nullable({"$ref": pointer}) if admits_null(schema) else {"$ref": pointer}
        return self.parts(schema, pointer, hint)

    def reference(self, schema: Json) -> Json:
        """A reference to what is meant in the end, however many other names it goes through."""
        pointer = cast("str", schema["$ref"])
        admits = self.nullable.get(pointer, False)
        seen = {pointer}
        while (further := self.component(pointer).get("$ref")) and further not in seen:
            pointer = cast("str", further)
            seen.add(pointer)
            admits = admits or self.nullable.get(pointer, False)
        return nullable({"$ref": pointer}) if admits else {"$ref": pointer}

    def component(self, pointer: str) -> Json:
        """The component at a pointer, as it is written; empty where there is none."""
        found = self.components.get(unescape(pointer.removeprefix(COMPONENT)))
        return found if is_dict(found) else {}

    def collapsed(self, schema: Json) -> Json | None:
        """An `allOf` that only dresses one reference up, or says several things of one scalar."""
        members = cast("list[Any]", schema["allOf"])
        rest = {k: v for k, v in schema.items() if k != "allOf"}
        references = [m for m in members if is_dict(m) and "$ref" in m]
        others = [m for m in members if is_dict(m) and "$ref" not in m]
        if len(references) == 1 and not any(map(has_shape, [rest, *others])):
            reference: Json = {"$ref": references[0]["$ref"]}
            return nullable(reference) if admits_null(rest) and "type" in rest else reference
        if len(members) == 1 and others:
            return {**others[0], **rest}
        return None

    def scalar(self, schema: Json) -> Json:
        """An `allOf` none of whose members is an object."""
        merged: Json = {}
        for member in cast("list[Any]", schema["allOf"]):
            if is_dict(member):
                if "$ref" in member:
                    return {"$ref": member["$ref"]}
                merged.update(member)
        return {**merged, **{k: v for k, v in schema.items() if k != "allOf"}}

    def alternatives(
        self, schema: Any, pointer: str, hint: Hint, seen: tuple[str, ...]
    ) -> list[ObjectParts] | None:
        """The objects that a schema admits: one, or one for each way through its unions."""
        if not is_dict(schema):
            return None
        if "$ref" in schema:
            target = cast("str", schema["$ref"])
            name = target.removeprefix(COMPONENT)
            if target in seen or not target.startswith(COMPONENT):
                return None
            name = unescape(name)
            return self.alternatives(self.components.get(name), target, (name,), (*seen, target))
        own = self.own(schema, pointer, hint)
        found = [own] if own else []
        for i, member in enumerate(cast("list[Any]", schema.get("allOf") or [])):
            inner = self.alternatives(member, f"{pointer}/allOf/{i}", hint, seen)
            if inner:
                found = [a.merged(b) for a in found for b in inner] if found else inner
        for key in ("oneOf", "anyOf"):
            choices: list[ObjectParts] = []
            for i, member in enumerate(cast("list[Any]", schema.get(key) or [])):
                label = label_of(member, i)
                for choice in self.alternatives(member, f"{pointer}/{key}/{i}", hint, seen) or []:
                    choices.append(replace(choice, label=(*choice.label, label)))
            if choices and (found or is_object(schema)):
                if any(c.properties for c in choices):
                    found = [a.merged(b) for a in found or [ObjectParts()] for b in choices]
            elif choices:
                found = choices
        if len(found) > _MAX_ALTERNATIVES:
            widest = found[0]
            for other in found[1:]:
                widest = widest.merged(other)
            common = set(found[0].required).intersection(*(f.required for f in found))
            found = [replace(widest, required={r: None for r in widest.required if r in common})]
        return found or None

    def own(self, schema: Json, pointer: str, hint: Hint) -> ObjectParts | None:
        """What an object says itself, without its `allOf` and unions."""
        if not is_object(schema) and "required" not in schema:
            return None
        result = ObjectParts(
            required=dict.fromkeys(cast("list[str]", schema.get("required") or []))
        )
        for name, prop in cast("Json", schema.get("properties") or {}).items():
            result.properties[name] = (
                prop,
                f"{pointer}/properties/{escape(name)}",
                (*hint, name),
            )
        additional = schema.get("additionalProperties")
        if is_dict(additional) and additional:
            result.additional = (additional, f"{pointer}/additionalProperties", (*hint, "value"))
        return result

    def object(self, found: ObjectParts) -> Json:
        """An object with its properties as they are used."""
        if not found.properties:
            values = self.use(*found.additional) if found.additional else {}
            return {"type": "object", "additionalProperties": values}
        read_only: list[str] = []
        write_only: list[str] = []
        properties: Json = {}
        for name, (schema, pointer, hint) in found.properties.items():
            properties[name] = self.property(schema, pointer, hint)
            if is_dict(schema):
                read_only += [name] if schema.get("readOnly") else []
                write_only += [name] if schema.get("writeOnly") else []
        data: Json = {"type": "object", "properties": properties}
        data["required"] = [name for name in found.required if name in properties]
        if found.additional:
            data["additionalProperties"] = self.use(*found.additional)
        if read_only:
            data["x-read-only"] = read_only
        if write_only:
            data["x-write-only"] = write_only
        return data

    def property(self, schema: Any, pointer: str, hint: Hint) -> Json:
        """A property as it is used, with what is to be said of it."""
        data = dict(self.use(schema, pointer, hint))
        if is_dict(schema):
            if "$ref" not in schema and plain_default(schema):
                data["default"] = schema["default"]
            elif schema.get("default") is not None:
                data["x-default"] = schema["default"]
            for key in ("description", "deprecated", "x-rebind-name"):
                if schema.get(key):
                    data["x-" + key.removeprefix("x-")] = schema[key]
            if known := formers(schema, pointer):
                data["x-formers"] = known
        return data

    def union(self, found: list[ObjectParts], pointer: str, hint: Hint) -> Json:
        """A union of objects that stood in one schema."""
        members: list[Json] = []
        for i, choice in enumerate(found):
            place = f"{pointer}/alternatives/{i}"
            label = tuple(word for word in choice.label[-1:] if word) or (str(i + 1),)
            if place not in self.found:
                self.found[place] = ir.Schema(place, (*hint, *label), {}, "", False)
                data = self.object(choice)
                self.found[place] = replace(self.found[place], data=data)
            members.append({"$ref": place})
        return {"oneOf": members}

    def parts(self, schema: Json, pointer: str, hint: Hint) -> Json:
        """A schema that needs no name, its parts as they are used."""
        data: Json = {}
        kinds = types_of(schema)
        if "enum" in schema or "const" in schema:
            return enumerated(schema)
        for key in ("oneOf", "anyOf"):
            if schema.get(key):
                data = self.choice(cast("list[Any]", schema[key]), key, pointer, hint)
                discriminator = self.discriminator(schema, data)
                if discriminator:
                    data["discriminator"] = discriminator
                return nullable(data) if "null" in kinds else data
        if kinds:
            data["type"] = kinds[0] if len(kinds) == 1 else kinds
        if "array" in kinds or "items" in schema or "prefixItems" in schema:
            data.setdefault("type", "array")
            item = (*hint, "item")
            data["items"] = self.use(schema.get("items", {}), f"{pointer}/items", item)
            if schema.get("prefixItems") and "items" not in schema:
                data["items"] = {}
            data.update(limits(schema, ("minItems", "maxItems")))
        if "object" in kinds or "additionalProperties" in schema or "patternProperties" in schema:
            data.setdefault("type", "object")
            data["additionalProperties"] = self.values(schema, pointer, hint)
        if "string" in kinds:
            data.update(text_limits(schema, kinds))
        if {"integer", "number"} & set(kinds):
            data.update(
                limits(schema, ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"))
            )
        return data

    def choice(self, members: list[Any], key: str, pointer: str, hint: Hint) -> Json:
        """A union, `null` last and said once."""
        used: list[Json] = []
        null = False
        for i, member in enumerate(members):
            if is_dict(member) and types_of(member) == ["null"]:
                null = True
                continue
            label = label_of(member, i)
            said = self.use(member, f"{pointer}/{key}/{i}", (*hint, label))
            inner = unless_null(said)
            null = null or inner is not said
            if inner not in used:
                used.append(inner)
        if any(not said for said in used):
            return {}
        if not used:
            return {"type": "null"}
        if len(used) == 1:
            return nullable(used[0]) if null else used[0]
        return {"anyOf": [*used, {"type": "null"}]} if null else {key: used}

    def discriminator(self, schema: Json, data: Json) -> Json | None:
        """The discriminator, where every variant is an object that can be told by it."""
        written = schema.get("discriminator")
        members: list[Json] = data.get("oneOf") or data.get("anyOf") or []
        variants = [m for m in members if m != {"type": "null"}]
        if not is_dict(written) or not all("$ref" in v for v in variants):
            return None
        name = str(written.get("propertyName"))
        mapping: Json = written.get("mapping") or {}
        tags: dict[str, list[str]] = {}
        for variant in variants:
            pointer = str(variant["$ref"])
            found = self.alternatives(self.component(pointer), pointer, (), ()) or []
            if len(found) != 1 or name not in found[0].properties:
                return None
            prop = found[0].properties[name][0]
            own = prop.get("enum") or ([prop["const"]] if "const" in prop else None)
            short = unescape(pointer.removeprefix(COMPONENT))
            mapped = [value for value, target in mapping.items() if target in (pointer, short)]
            values = own or mapped or [short]
            if not all(isinstance(value, str) for value in values):
                return None
            tags[pointer] = values
        said = [value for values in tags.values() for value in values]
        if len(said) != len(set(said)):
            return None
        for pointer, values in tags.items():
            known = self.tags.setdefault((pointer, name), [])
            known += [value for value in values if value not in known]
        chosen = {value: pointer for pointer, values in tags.items() for value in values}
        return {"propertyName": name, "mapping": chosen}

    def tag(self, pointer: str, name: str, values: list[str]) -> None:
        """Type the property that tells a variant as what it can say."""
        schema = self.found[pointer]
        place = f"{pointer}/properties/{escape(name)}"
        said = self.use({"type": "string", "enum": values}, place, (*schema.hint, name))
        properties: Json = schema.data["properties"]
        notes = {k: v for k, v in properties[name].items() if k.startswith("x-")}
        required = list(dict.fromkeys([*schema.data["required"], name]))
        data = {**schema.data, "properties": {**properties, name: {**said, **notes}}}
        self.found[pointer] = replace(schema, data={**data, "required": required})

    def values(self, schema: Json, pointer: str, hint: Hint) -> Any:
        """What an object holds under keys that are not listed."""
        additional = schema.get("additionalProperties")
        patterns = cast("Json", schema.get("patternProperties") or {})
        if is_dict(additional) and additional:
            return self.use(additional, f"{pointer}/additionalProperties", (*hint, "value"))
        if len(patterns) == 1:
            ((pattern, value),) = patterns.items()
            place = f"{pointer}/patternProperties/{escape(pattern)}"
            return self.use(value, place, (*hint, "value"))
        return {}
