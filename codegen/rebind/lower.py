"""Resolved document -> `ir.Api`: what the document means, with nothing left to look up.

Three things happen to schemas here, so that every later stage meets few shapes:

- what needs a name but stands inline is moved out, under the pointer where it stood;
- `allOf` is merged, and an object with alternatives becomes a union of objects;
- `null` is said where a schema is used, never where it is defined.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard, cast

from rebind import ir
from rebind.diagnostics import Checked
from rebind.openapi import Resolved

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_COMPONENT = "#/components/schemas/"
_FORMATS = {"date", "date-time", "time", "uuid", "binary"}
_MAX_ALTERNATIVES = 24

Json = dict[str, Any]
Hint = tuple[str, ...]


def lower(resolved: Resolved) -> Checked[ir.Api]:
    """Read the API out of a resolved document.

    Args:
        resolved: The document, with references to schemas only.

    Returns:
        The API. What cannot be expressed is a diagnostic with its place.
    """
    return Checked(_Lowering(resolved.data).api(), ())


@dataclass
class _Object:
    """The properties of an object, each with the place where it was written."""

    properties: dict[str, tuple[Any, str, Hint]] = field(
        default_factory=dict[str, tuple[Any, str, Hint]]
    )
    required: dict[str, None] = field(default_factory=dict[str, None])
    additional: tuple[Any, str, Hint] | None = None
    label: Hint = ()

    def merged(self, other: _Object) -> _Object:
        """Both at once; where they disagree, the later one says more."""
        properties = dict(self.properties)
        for name, (schema, pointer, hint) in other.properties.items():
            known = properties.get(name)
            if known and known[0] != schema:
                schema, pointer, hint = _narrowed(known, (schema, pointer, hint))
            properties[name] = (schema, pointer, hint)
        return _Object(
            properties,
            {**self.required, **other.required},
            other.additional or self.additional,
            self.label + other.label,
        )


def _narrowed(first: tuple[Any, str, Hint], second: tuple[Any, str, Hint]) -> tuple[Any, str, Hint]:
    old, new = first[0], second[0]
    if not _is_dict(old) or not _is_dict(new) or not new:
        return first if not new else second
    if "$ref" in new or "$ref" in old:
        says = set(new) - {"description", "title", "default", "example", "examples", "deprecated"}
        return second if says else first
    return ({**old, **new}, second[1], second[2])


class _Lowering:
    """One run: the document, and the schemas found so far."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        components: Json = data.get("components") or {}
        self.components: Json = components.get("schemas") or {}
        self.schemas: dict[str, ir.Schema] = {}
        self.nullable = {
            _component(name): _admits_null(schema) for name, schema in self.components.items()
        }
        self.tags: dict[tuple[str, str], list[str]] = {}
        """(variant, property) -> the values by which unions tell it from others."""
        self.wire: Json = data.get("x-rebind-wire") or {}

    def api(self) -> ir.Api:
        data = self.data
        info: Json = data.get("info") or {}
        client: Json = data.get("x-rebind-client") or {}
        for name, schema in self.components.items():
            self.define(_component(name), (name,), schema, named=True)
        resources = tuple(self.resources())
        bounds = self.bounds()
        for (pointer, name), values in self.tags.items():
            self.tag(pointer, name, values)
        objects = bool(data.get("x-rebind-objects"))
        replies = self.reachable(_reply_schemas(resources))
        requests = self.reachable(_request_schemas(resources))
        holders = self.holders(set(bounds))
        schemas = {
            pointer: replace(
                schema,
                bound=tuple(bounds.get(pointer, ())),
                flavoured=pointer in holders,
                takes_client=objects and pointer in replies and "properties" in schema.data,
                data=_one_way(schema.data, pointer in requests, pointer in replies),
            )
            for pointer, schema in self.schemas.items()
        }
        return ir.Api(
            title=str(info.get("title") or "API"),
            version=str(info.get("version") or "0"),
            description=str(info.get("description") or info.get("summary") or ""),
            server=_server(data.get("servers")) or "",
            client=client.get("name"),
            key_env=client.get("key-env"),
            server_env=client.get("server-env"),
            envelope=_envelope(data.get("x-rebind-envelope")),
            errors=tuple(_errors(data.get("x-rebind-errors") or {})),
            title_booleans=self.wire.get("booleans") == "True/False",
            schemas=schemas,
            resources=resources,
            schemes=tuple(_schemes(data)),
            security=_security(data.get("security"), data) or (),
        )

    # Schemas

    def define(self, pointer: str, hint: Hint, schema: Any, *, named: bool = False) -> None:
        """Give the schema at a pointer a name of its own."""
        if pointer in self.schemas:
            return
        schema = _listed(schema)
        description = override = ""
        if _is_dict(schema):
            description = str(schema.get("description") or schema.get("title") or "")
            override = schema.get("x-rebind-name") or ""
        known = ir.Schema(pointer, hint, {}, description.strip(), named, override=override or None)
        self.schemas[pointer] = known  # before its parts: a schema may contain itself
        data = self.definition(_without_null(schema), pointer, hint)
        self.schemas[pointer] = replace(known, data=data)

    def definition(self, schema: Any, pointer: str, hint: Hint) -> Json:
        """What stands behind a name: the schema itself, its parts moved out."""
        if not _is_dict(schema):
            return {}
        if "$ref" in schema:
            target = _unless_null(self.reference(schema))
            return {} if target["$ref"] == pointer else target
        if _is_object(schema) or "allOf" in schema:
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
        if not _is_dict(schema):
            return {}
        if "$ref" in schema:
            return self.reference(schema)
        schema = _listed(schema)
        if "allOf" in schema and not _is_object(schema):
            collapsed = self.collapsed(schema)
            if collapsed is not None:
                return self.use(collapsed, pointer, hint)
        if _needs_name(schema):
            self.define(pointer, hint, schema)
            return _nullable({"$ref": pointer}) if _admits_null(schema) else {"$ref": pointer}
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
        return _nullable({"$ref": pointer}) if admits else {"$ref": pointer}

    def component(self, pointer: str) -> Json:
        """The component at a pointer, as it is written; empty where there is none."""
        found = self.components.get(_unescape(pointer.removeprefix(_COMPONENT)))
        return found if _is_dict(found) else {}

    def collapsed(self, schema: Json) -> Json | None:
        """An `allOf` that only dresses one reference up, or says several things of one scalar."""
        members = cast("list[Any]", schema["allOf"])
        rest = {k: v for k, v in schema.items() if k != "allOf"}
        references = [m for m in members if _is_dict(m) and "$ref" in m]
        others = [m for m in members if _is_dict(m) and "$ref" not in m]
        if len(references) == 1 and not any(map(_shapes, [rest, *others])):
            reference: Json = {"$ref": references[0]["$ref"]}
            return _nullable(reference) if _admits_null(rest) and "type" in rest else reference
        if len(members) == 1 and others:
            return {**others[0], **rest}
        return None

    def scalar(self, schema: Json) -> Json:
        """An `allOf` none of whose members is an object."""
        merged: Json = {}
        for member in cast("list[Any]", schema["allOf"]):
            if _is_dict(member):
                if "$ref" in member:
                    return {"$ref": member["$ref"]}
                merged.update(member)
        return {**merged, **{k: v for k, v in schema.items() if k != "allOf"}}

    def alternatives(
        self, schema: Any, pointer: str, hint: Hint, seen: tuple[str, ...]
    ) -> list[_Object] | None:
        """The objects that a schema admits: one, or one for each way through its unions."""
        if not _is_dict(schema):
            return None
        if "$ref" in schema:
            target = cast("str", schema["$ref"])
            name = target.removeprefix(_COMPONENT)
            if target in seen or not target.startswith(_COMPONENT):
                return None
            name = _unescape(name)
            return self.alternatives(self.components.get(name), target, (name,), (*seen, target))
        own = self.own(schema, pointer, hint)
        found = [own] if own else []
        for i, member in enumerate(cast("list[Any]", schema.get("allOf") or [])):
            inner = self.alternatives(member, f"{pointer}/allOf/{i}", hint, seen)
            if inner:
                found = [a.merged(b) for a in found for b in inner] if found else inner
        for key in ("oneOf", "anyOf"):
            choices: list[_Object] = []
            for i, member in enumerate(cast("list[Any]", schema.get(key) or [])):
                label = _label(member, i)
                for choice in self.alternatives(member, f"{pointer}/{key}/{i}", hint, seen) or []:
                    choices.append(replace(choice, label=(*choice.label, label)))
            if choices and (found or _is_object(schema)):
                if any(c.properties for c in choices):
                    found = [a.merged(b) for a in found or [_Object()] for b in choices]
            elif choices:
                found = choices
        if len(found) > _MAX_ALTERNATIVES:
            widest = found[0]
            for other in found[1:]:
                widest = widest.merged(other)
            common = set(found[0].required).intersection(*(f.required for f in found))
            found = [replace(widest, required={r: None for r in widest.required if r in common})]
        return found or None

    def own(self, schema: Json, pointer: str, hint: Hint) -> _Object | None:
        if not _is_object(schema) and "required" not in schema:
            return None
        result = _Object(required=dict.fromkeys(cast("list[str]", schema.get("required") or [])))
        for name, prop in cast("Json", schema.get("properties") or {}).items():
            result.properties[name] = (
                prop,
                f"{pointer}/properties/{_escape(name)}",
                (*hint, name),
            )
        additional = schema.get("additionalProperties")
        if _is_dict(additional) and additional:
            result.additional = (additional, f"{pointer}/additionalProperties", (*hint, "value"))
        return result

    def object(self, found: _Object) -> Json:
        """An object with its properties as they are used."""
        if not found.properties:
            values = self.use(*found.additional) if found.additional else {}
            return {"type": "object", "additionalProperties": values}
        read_only: list[str] = []
        write_only: list[str] = []
        properties: Json = {}
        for name, (schema, pointer, hint) in found.properties.items():
            properties[name] = self.property(schema, pointer, hint)
            if _is_dict(schema):
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
        data = dict(self.use(schema, pointer, hint))
        if _is_dict(schema):
            if "$ref" not in schema and _plain_default(schema):
                data["default"] = schema["default"]
            for key in ("description", "deprecated", "x-rebind-name"):
                if schema.get(key):
                    data["x-" + key.removeprefix("x-")] = schema[key]
        return data

    def union(self, found: list[_Object], pointer: str, hint: Hint) -> Json:
        members: list[Json] = []
        for i, choice in enumerate(found):
            place = f"{pointer}/alternatives/{i}"
            label = tuple(word for word in choice.label[-1:] if word) or (str(i + 1),)
            if place not in self.schemas:
                self.schemas[place] = ir.Schema(place, (*hint, *label), {}, "", False)
                data = self.object(choice)
                self.schemas[place] = replace(self.schemas[place], data=data)
            members.append({"$ref": place})
        return {"oneOf": members}

    def parts(self, schema: Json, pointer: str, hint: Hint) -> Json:
        """A schema that needs no name, its parts as they are used."""
        data: Json = {}
        kinds = _types(schema)
        if "enum" in schema or "const" in schema:
            return _enumeration(schema)
        for key in ("oneOf", "anyOf"):
            if schema.get(key):
                data = self.choice(cast("list[Any]", schema[key]), key, pointer, hint)
                discriminator = self.discriminator(schema, data)
                if discriminator:
                    data["discriminator"] = discriminator
                return _nullable(data) if "null" in kinds else data
        if kinds:
            data["type"] = kinds[0] if len(kinds) == 1 else kinds
        if "array" in kinds or "items" in schema or "prefixItems" in schema:
            data.setdefault("type", "array")
            item = (*hint, "item")
            data["items"] = self.use(schema.get("items", {}), f"{pointer}/items", item)
            if schema.get("prefixItems") and "items" not in schema:
                data["items"] = {}
            data.update(_bounds(schema, ("minItems", "maxItems")))
        if "object" in kinds or "additionalProperties" in schema or "patternProperties" in schema:
            data.setdefault("type", "object")
            data["additionalProperties"] = self.values(schema, pointer, hint)
        if "string" in kinds:
            data.update(_text(schema, kinds))
        if {"integer", "number"} & set(kinds):
            data.update(
                _bounds(schema, ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"))
            )
        return data

    def choice(self, members: list[Any], key: str, pointer: str, hint: Hint) -> Json:
        """A union, `null` last and said once."""
        used: list[Json] = []
        null = False
        for i, member in enumerate(members):
            if _is_dict(member) and _types(member) == ["null"]:
                null = True
                continue
            label = _label(member, i)
            said = self.use(member, f"{pointer}/{key}/{i}", (*hint, label))
            inner = _unless_null(said)
            null = null or inner is not said
            if inner not in used:
                used.append(inner)
        if any(not said for said in used):
            return {}
        if not used:
            return {"type": "null"}
        if len(used) == 1:
            return _nullable(used[0]) if null else used[0]
        return {"anyOf": [*used, {"type": "null"}]} if null else {key: used}

    def discriminator(self, schema: Json, data: Json) -> Json | None:
        """The discriminator, where every variant is an object that can be told by it."""
        written = schema.get("discriminator")
        members: list[Json] = data.get("oneOf") or data.get("anyOf") or []
        variants = [m for m in members if m != {"type": "null"}]
        if not _is_dict(written) or not all("$ref" in v for v in variants):
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
            short = _unescape(pointer.removeprefix(_COMPONENT))
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
        schema = self.schemas[pointer]
        place = f"{pointer}/properties/{_escape(name)}"
        said = self.use({"type": "string", "enum": values}, place, (*schema.hint, name))
        properties: Json = schema.data["properties"]
        notes = {k: v for k, v in properties[name].items() if k.startswith("x-")}
        required = list(dict.fromkeys([*schema.data["required"], name]))
        data = {**schema.data, "properties": {**properties, name: {**said, **notes}}}
        self.schemas[pointer] = replace(schema, data={**data, "required": required})

    def values(self, schema: Json, pointer: str, hint: Hint) -> Any:
        additional = schema.get("additionalProperties")
        patterns = cast("Json", schema.get("patternProperties") or {})
        if _is_dict(additional) and additional:
            return self.use(additional, f"{pointer}/additionalProperties", (*hint, "value"))
        if len(patterns) == 1:
            ((pattern, value),) = patterns.items()
            place = f"{pointer}/patternProperties/{_escape(pattern)}"
            return self.use(value, place, (*hint, "value"))
        return {}

    # Operations

    def resources(self) -> Iterator[ir.Resource]:
        found: dict[str, list[ir.Operation]] = {}
        for pointer, path, method, item in self.operations():
            operation = self.operation(pointer, path, method, item)
            found.setdefault(operation.resource, []).append(operation)
        written: list[Json] = self.data.get("tags") or []
        tags = {str(tag.get("name")): tag for tag in written if _is_dict(tag)}
        for key, operations in found.items():
            words = operations[0].resource_words
            tag = tags.get(key) or tags.get(words[0] if words else "") or {}
            yield ir.Resource(key, str(tag.get("description") or "").strip(), tuple(operations))

    def operations(self) -> Iterator[tuple[str, str, str, Json]]:
        for path, item in cast("Json", self.data.get("paths") or {}).items():
            if not _is_dict(item):
                continue
            for method in METHODS:
                if _is_dict(item.get(method)):
                    servers = {"servers": item["servers"]} if item.get("servers") else {}
                    pointer = f"#/paths/{_escape(path)}/{method}"
                    yield pointer, path, method, {**servers, **item[method]}

    def operation(self, pointer: str, path: str, method: str, item: Json) -> ir.Operation:
        ident = str(item.get("operationId") or f"{method} {path}")
        hint = (ident,)
        parameters = [
            self.parameter(f"{pointer}/parameters/{i}", hint, p)
            for i, p in enumerate(item.get("parameters") or [])
            if str(p.get("name")).lower() not in _OWN_HEADERS or p.get("in") != "header"
        ]
        body, fields = self.body(f"{pointer}/requestBody", hint, item.get("requestBody"))
        tags = cast("list[str]", item.get("tags") or [])
        resource = item.get("x-rebind-resource") or (tags[0] if tags else _from_path(path))
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
            security=_security(item.get("security"), self.data) if "security" in item else None,
            server=_server(item.get("servers")),
            resource=str(resource),
            resource_words=(str(tags[0]),) if tags else (str(resource),),
            override=item.get("x-rebind-name"),
            idempotent=item.get("x-rebind-idempotent"),
        )

    def parameter(self, pointer: str, hint: Hint, item: Json) -> ir.Parameter:
        name = str(item["name"])
        content = cast("Json", item.get("content") or {})
        schema, place = item.get("schema", {}), f"{pointer}/schema"
        if content:
            media = next(iter(content))
            schema = content[media].get("schema", {})
            place = f"{pointer}/content/{_escape(media)}/schema"
        default = schema.get("default") if _is_dict(schema) else None
        return ir.Parameter(
            wire=name,
            place=item["in"],
            required=bool(item.get("required")) or item["in"] == "path",
            slot=ir.Slot(place, self.use(schema, place, (*hint, name))),
            description=str(item.get("description") or _description(schema)).strip(),
            deprecated=bool(item.get("deprecated")),
            default=default,
            has_default=self.sends(schema),
            style=item.get("style"),
            explode=item.get("explode"),
            allow_reserved=bool(item.get("allowReserved")),
            json=bool(content) and "json" in next(iter(content)),
            override=item.get("x-rebind-name"),
        )

    def sends(self, schema: Any) -> bool:
        """Whether a default is sent when the caller says nothing."""
        return bool(self.wire.get("send-defaults")) and _is_dict(schema) and ("default" in schema)

    def body(
        self, pointer: str, hint: Hint, item: Json | None
    ) -> tuple[ir.Body | None, list[ir.Parameter]]:
        content = cast("Json", (item or {}).get("content") or {})
        if item is None or not content:
            return None, []
        encoding, media = _chosen(content)
        entry: Json = content[media] or {}
        schema = entry.get("schema", {})
        place = f"{pointer}/content/{_escape(media)}/schema"
        required = bool(item.get("required"))
        description = str(item.get("description") or "").strip()
        types = {
            str(name): str(e["contentType"]).split(",")[0].strip()
            for name, e in cast("Json", entry.get("encoding") or {}).items()
            if _is_dict(e) and e.get("contentType")
        }
        spread = self.spread(encoding, schema, place, hint)
        if spread is None:
            used = self.use(schema, place, (*hint, "body"))
            whole = ir.Slot(place, used)
            return ir.Body(encoding, media, required, whole, description, types), []
        fields = [
            ir.Parameter(
                wire=name,
                place="body",
                required=required and name in spread.required,
                slot=ir.Slot(where, self.use(prop, where, words)),
                description=_description(prop).strip(),
                deprecated=_is_dict(prop) and bool(prop.get("deprecated")),
                default=prop.get("default") if _is_dict(prop) else None,
                has_default=self.sends(prop),
                override=prop.get("x-rebind-name") if _is_dict(prop) else None,
            )
            for name, (prop, where, words) in spread.properties.items()
            if not (_is_dict(prop) and prop.get("readOnly"))
        ]
        return ir.Body(encoding, media, required, None, description, types), fields

    def spread(self, encoding: str, schema: Any, pointer: str, hint: Hint) -> _Object | None:
        """The properties of a body that are arguments of their own, or None to take it whole."""
        if not _is_dict(schema) or encoding in ("text", "binary"):
            return None
        if encoding == "json" and ("$ref" in schema or not schema.get("properties")):
            return None
        if encoding == "json" and (schema.get("additionalProperties") or _admits_null(schema)):
            return None
        found = self.alternatives(schema, pointer, hint, ())
        if not found or len(found) != 1 or not found[0].properties:
            return None
        return found[0]

    def replies(self, pointer: str, hint: Hint, item: Json) -> Iterator[ir.Reply]:
        for status, reply in cast("Json", item.get("responses") or {}).items():
            if not _is_dict(reply) or str(status).startswith("x-"):
                continue
            place = f"{pointer}/responses/{status}"
            description = str(reply.get("description") or "").strip()
            content = cast("Json", reply.get("content") or {})
            if not content:
                yield ir.Reply(str(status), "empty", None, description)
                continue
            encoding, media = _chosen(content, ("json", "text"))
            entry: Json = content[media] or {}
            schema = entry.get("schema", {})
            where = f"{place}/content/{_escape(media)}/schema"
            if encoding == "json":
                words = (*hint, "reply") if str(status).startswith("2") else (*hint, "error")
                slot = self.result(schema, where, words, str(status))
                yield ir.Reply(str(status), "json", slot, description)
            elif encoding == "text":
                yield ir.Reply(str(status), "text", None, description)
            else:
                yield ir.Reply(str(status), "binary", None, description)

    def result(self, schema: Any, pointer: str, hint: Hint, status: str) -> ir.Slot | None:
        """What a JSON reply gives the caller: under an envelope, its result."""
        envelope: Json | None = self.data.get("x-rebind-envelope")
        if not envelope:
            return ir.Slot(pointer, self.use(schema, pointer, hint))
        if not status.startswith("2"):
            return None
        found = self.alternatives(schema, pointer, hint, ())
        if not found or envelope.get("result") not in found[0].properties:
            return None
        prop, where, _ = found[0].properties[envelope["result"]]
        return ir.Slot(where, self.use(prop, where, hint))

    def bounds(self) -> dict[str, list[ir.Bound]]:
        found: dict[str, list[ir.Bound]] = {}
        for pointer, _, _, item in self.operations():
            for entry in cast("list[Json]", item.get("x-rebind-bound") or []):
                bound = ir.Bound(pointer, entry["name"], dict(entry.get("with") or {}))
                found.setdefault(_component(entry["schema"]), []).append(bound)
        return found

    def holders(self, found: set[str]) -> set[str]:
        """These schemas, and all that can hold one of them."""
        while True:
            more = {
                pointer
                for pointer, schema in self.schemas.items()
                if pointer not in found and not found.isdisjoint(references(schema.data))
            }
            if not more:
                return found
            found = found | more

    def reachable(self, start: Iterator[ir.SchemaData]) -> set[str]:
        """Every schema that values at these places can hold."""
        reached: set[str] = set()
        pending = [pointer for data in start for pointer in references(data)]
        while pending:
            pointer = pending.pop()
            if pointer not in reached and pointer in self.schemas:
                reached.add(pointer)
                pending += references(self.schemas[pointer].data)
        return reached


_OWN_HEADERS = {"accept", "content-type", "authorization"}


def _is_dict(value: object) -> TypeGuard[Json]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def references(data: Any) -> Iterator[str]:
    """Every pointer that a lowered schema refers to, in order."""
    if isinstance(data, Mapping):
        known = cast("Mapping[str, Any]", data)
        if isinstance(known.get("$ref"), str):
            yield known["$ref"]
        for key, value in known.items():
            if key in ("properties", "additionalProperties", "items", "oneOf", "anyOf") or (
                key not in ("default", "enum", "const") and isinstance(value, Mapping)
            ):
                yield from references(value)
    elif _is_list(data):
        for value in data:
            yield from references(value)


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


def _one_way(data: ir.SchemaData, sent: bool, received: bool) -> ir.SchemaData:
    """A property that only one side writes is not required of the other."""
    free = (set(data.get("x-read-only", ())) if sent else set[str]()) | (
        set(data.get("x-write-only", ())) if received else set[str]()
    )
    known = {k: v for k, v in data.items() if k not in ("x-read-only", "x-write-only")}
    if free:
        known["required"] = [name for name in data["required"] if name not in free]
    return known


def _component(name: str) -> str:
    return _COMPONENT + _escape(name)


def _escape(name: str) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _unescape(name: str) -> str:
    return name.replace("~1", "/").replace("~0", "~")


def _description(schema: Any) -> str:
    return str(schema.get("description") or "") if _is_dict(schema) else ""


def _types(schema: Any) -> list[str]:
    kinds = schema.get("type") if _is_dict(schema) else None
    if _is_list(kinds):
        return list(dict.fromkeys(str(kind) for kind in kinds))
    return [str(kinds)] if kinds else []


def _is_object(schema: Json) -> bool:
    return bool(schema.get("properties")) and (not _types(schema) or "object" in _types(schema))


def _needs_name(schema: Json) -> bool:
    if _is_object(schema) or "allOf" in schema:
        return True
    values = [v for v in cast("list[Any]", schema.get("enum") or []) if v is not None]
    return len(values) > 0 and all(isinstance(v, str | int) for v in values)


def _shapes(schema: Json) -> bool:
    """Whether a member of an `allOf` changes the shape of what it stands beside."""
    keys = ("properties", "required", "allOf", "oneOf", "anyOf", "additionalProperties", "items")
    return any(schema.get(key) for key in keys)


def _admits_null(schema: Any) -> bool:
    if not _is_dict(schema):
        return False
    if "null" in _types(schema) or (None in (schema.get("enum") or ())):
        return True
    return any(
        _is_dict(m) and _types(m) == ["null"]
        for key in ("oneOf", "anyOf")
        for m in cast("list[Any]", schema.get(key) or [])
    )


def _without_null(schema: Any) -> Any:
    """The schema with no word of `null`, which is said where it is used."""
    if not _is_dict(schema) or not _admits_null(schema):
        return schema
    known: Json = dict(schema)
    kinds = [kind for kind in _types(known) if kind != "null"]
    if kinds:
        known["type"] = kinds[0] if len(kinds) == 1 else kinds
    if "enum" in known:
        known["enum"] = [value for value in known["enum"] if value is not None]
    for key in ("oneOf", "anyOf"):
        if key in known:
            known[key] = [m for m in known[key] if _types(m) != ["null"]]
    return known


def _nullable(data: Json) -> Json:
    if not data:
        return {}
    return {"anyOf": [data, {"type": "null"}]}


def _unless_null(data: Json) -> Json:
    members = data.get("anyOf")
    if isinstance(members, list) and {"type": "null"} in members:
        rest = [m for m in cast("list[Json]", members) if m != {"type": "null"}]
        return rest[0] if len(rest) == 1 else {"anyOf": rest}
    return data


def _listed(schema: Any) -> Any:
    """A union of constants as the enumeration it is, its titles as the names of the values."""
    if not _is_dict(schema) or "enum" in schema or "const" in schema:
        return schema
    for key in ("oneOf", "anyOf"):
        members = cast("list[Any]", schema.get(key) or [])
        if len(members) > 1 and all(
            _is_dict(m) and isinstance(m.get("const"), str | int) for m in members
        ):
            rest = {k: v for k, v in schema.items() if k != key}
            names = {m["const"]: str(m["title"]) for m in members if m.get("title")}
            return {**rest, "enum": [m["const"] for m in members], "x-names": names}
    return schema


def _enumeration(schema: Json) -> Json:
    values = [schema["const"]] if "const" in schema else list(schema["enum"])
    null = None in values or "null" in _types(schema)
    values = [v for v in values if v is not None]
    if not values:
        return {"type": "null"}
    kinds = list(dict.fromkeys(_kind(v) for v in values))
    if any(kind not in ("string", "integer", "boolean") for kind in kinds):
        # Neither Literal nor Enum holds numbers with a fraction, lists or objects well.
        loose: Json = {"array": {"items": {}}, "object": {"additionalProperties": {}}}
        data: Json = {"type": kinds[0], **loose.get(kinds[0], {})} if len(kinds) == 1 else {}
    elif len(values) == 1:
        data = {"const": values[0], "type": kinds[0]}
    else:
        data = {"enum": list(dict.fromkeys(values))}
        if len(schema.get("x-names") or ()) == len(data["enum"]):
            data["x-names"] = schema["x-names"]
        if len(kinds) == 1:
            data["type"] = kinds[0]
    return _nullable(data) if null else data


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    names = (
        (str, "string"),
        (int, "integer"),
        (float, "number"),
        (list, "array"),
        (dict, "object"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "string")


def _plain_default(schema: Json) -> bool:
    """Whether a default can stand in a class: a scalar of the declared type, no enumeration."""
    value = schema.get("default")
    if value is None or "enum" in schema or schema.get("format") in _FORMATS:
        return False
    kinds = _types(schema)
    if isinstance(value, float) and not math.isfinite(value):
        return False
    return _kind(value) in kinds or (_kind(value) == "integer" and "number" in kinds)


def _text(schema: Json, kinds: list[str]) -> Json:
    form = schema.get("format")
    if form in _FORMATS and [k for k in kinds if k != "null"] == ["string"]:
        return {"format": form}
    data = _bounds(schema, ("minLength", "maxLength"))
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and _linear(pattern):
        data["pattern"] = pattern
    return data


def _linear(pattern: str) -> bool:
    """Whether pydantic's default engine, which cannot be made to run away, knows the pattern."""
    from pydantic_core import SchemaError, SchemaValidator, core_schema

    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern))
    except SchemaError:
        return False
    return True


def _bounds(schema: Json, keys: tuple[str, ...]) -> Json:
    return {
        key: schema[key]
        for key in keys
        if isinstance(schema.get(key), int | float)
        and not isinstance(schema[key], bool)
        and abs(schema[key]) < 2**63
    }


def _label(member: Any, index: int) -> str:
    """What to call a member of a union that has no name."""
    if _is_dict(member):
        known = member
        if "$ref" in known:
            return _unescape(str(known["$ref"]).rsplit("/", 1)[-1])
        if known.get("title"):
            return str(known["title"])
        for name, prop in cast("Json", known.get("properties") or {}).items():
            if _is_dict(prop) and name in (known.get("required") or ()):
                values = prop.get("enum") or ([prop["const"]] if "const" in prop else [])
                if len(values) == 1 and isinstance(values[0], str):
                    return values[0]
    return str(index + 1)


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


def _server(servers: Any) -> str | None:
    for server in cast("list[Any]", servers or []):
        url = str(server.get("url") or "")
        for name, variable in cast("Json", server.get("variables") or {}).items():
            url = url.replace("{" + name + "}", str(variable.get("default", "")))
        return url.rstrip("/")
    return None


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


def _schemes(data: Mapping[str, Any]) -> Iterator[ir.Scheme]:
    components: Json = data.get("components") or {}
    for key, item in cast("Json", components.get("securitySchemes") or {}).items():
        description = str(item.get("description") or "").strip()
        if item.get("type") == "apiKey":
            yield ir.Scheme(key, "api-key", item["in"], item["name"], description)
        elif item.get("type") == "http" and str(item.get("scheme")).lower() == "basic":
            yield ir.Scheme(key, "basic", description=description)
        elif item.get("type") in ("http", "oauth2", "openIdConnect"):
            yield ir.Scheme(key, "bearer", description=description)


def _security(items: Any, data: Mapping[str, Any]) -> tuple[tuple[str, ...], ...] | None:
    if items is None:
        return None
    known = {scheme.key for scheme in _schemes(data)}
    alternatives = [
        tuple(key for key in cast("Json", item) if key in known)
        for item in cast("list[Any]", items)
    ]
    return tuple(dict.fromkeys(alternatives))
