"""A schema, and the same schema when it admits what came: in the words of OpenAPI 3.0 or 3.1."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rebind.lower.terms import is_dict, is_list, types_of
from rebind.openapi.normalise import ANNOTATIONS
from rebind.source import steps

Json = dict[str, Any]
_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_COMPOUND = ("$ref", "allOf", "oneOf", "anyOf")
_LIMITS: Mapping[str, tuple[str, ...]] = {
    "string": ("format", "pattern", "minLength", "maxLength"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


class Mend:
    """The mending of schemas.

    Args:
        old: Whether the words are those of OpenAPI 3.0.
    """

    def __init__(self, *, old: bool) -> None:
        self.old = old

    def null(self, schema: Json) -> Json:
        """The schema, or null."""
        values: list[Any] | None = schema.get("enum")
        if "const" in schema:
            values = [schema["const"]]
        made = {key: value for key, value in schema.items() if key != "const"}
        if values is not None:
            made["enum"] = [*values, None]
        kinds = types_of(schema)
        simple = not any(word in schema for word in _COMPOUND)
        if self.old and "$ref" in schema:
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            return {**rest, "allOf": [{"$ref": schema["$ref"]}], "nullable": True}
        if self.old:
            return {**made, "nullable": True}
        if simple and kinds:
            return {**made, "type": [*kinds, "null"]}
        if simple and values is not None:
            return made
        return self.either(schema, [{"type": "null"}])

    def wider(
        self,
        schema: Json,
        came: Iterable[str],
        items: Json | None = None,
        *,
        objects: bool = False,
    ) -> Json:
        """The schema, or what came.

        Args:
            schema: The schema.
            came: What sorts of values came.
            items: What the items of the list are that the schema describes, if it describes one.
            objects: Whether it describes objects: then a list of objects is one of such.

        Returns:
            The schema that admits both.
        """
        sorts = sorted(set(came))
        kinds, rest = types_of(schema), {k for k in schema if k not in ANNOTATIONS}
        plain = rest <= {"type"} and set(kinds) <= _SCALARS | {"null"} and not self.old
        if "number" in sorts and "integer" in kinds and len(kinds) == 1:
            schema, kinds = {**schema, "type": "number"}, ["number"]
            sorts.remove("number")
        if kinds and plain and set(sorts) <= _SCALARS:
            return {**schema, "type": [*kinds, *sorts]} if sorts else schema
        more: list[Json] = []
        for sort in sorts:
            if sort == "object" and items is not None:
                more.append(copy.deepcopy(items))
            elif sort == "array[object]" and objects:
                more.append({"type": "array", "items": self._some(schema)})
            else:
                more.append(self.of((sort,)))
        return self.either(schema, more) if more else schema

    def either(self, schema: Json, more: list[Json]) -> Json:
        """The schema, or others."""
        inner = self._inner(schema)
        for word in ("anyOf", "oneOf"):
            if set(inner) == {word}:
                return {**schema, word: [*schema[word], *more]}
        outer = {key: value for key, value in schema.items() if key not in inner}
        return {**outer, "anyOf": [inner, *more]}

    def _inner(self, schema: Json) -> Json:
        """What of a schema is about the value, not said to people."""
        return copy.deepcopy(
            {k: v for k, v in schema.items() if k not in ANNOTATIONS and not k.startswith("x-")}
        )

    def _some(self, schema: Json) -> Json:
        """What of a schema is about the value, unless that is null."""
        inner = {key: value for key, value in self._inner(schema).items() if key != "nullable"}
        for word in ("anyOf", "oneOf"):
            members = [m for m in inner.get(word) or () if types_of(m) != ["null"]]
            if len(members) == len(inner) == 1:
                only: Json = members[0]
                return only
            if members:
                inner[word] = members
        kinds = [kind for kind in types_of(inner) if kind != "null"]
        if kinds:
            inner["type"] = kinds[0] if len(kinds) == 1 else kinds
        return inner

    def of(self, came: Iterable[str]) -> Json:
        """A schema of what came, as far as its sort says."""
        sorts = set(came)
        null = "null" in sorts
        lists = {sort for sort in sorts if sort.startswith("array")}
        inside = {i for sort in lists for i in sort.partition("[")[2].rstrip("]").split("|") if i}
        kinds = sorted(sorts - lists - {"null"})
        if "number" in kinds and "integer" in kinds:
            kinds.remove("integer")
        made: list[Json] = [{"type": kind} for kind in kinds]
        if lists:
            items = self.of(inside - {"array"})
            made.append({"type": "array", "items": {} if "array" in inside else items})
        if not made:
            return {}  # null says nothing of what else may come
        if not self.old and len(made) > 1 and set(kinds) <= _SCALARS and not lists:
            return {"type": [*kinds, "null"] if null else kinds}
        whole = made[0] if len(made) == 1 else {"anyOf": made}
        return self.null(whole) if null else whole

    def property(self, schema: Json, name: str, came: Iterable[str]) -> Json:
        """The object with one more property."""
        return {**schema, "properties": {**(schema.get("properties") or {}), name: self.of(came)}}

    def optional(self, schema: Json, names: Iterable[str]) -> Json:
        """The object that requires less."""
        gone = set(names)
        required = [name for name in schema.get("required") or () if name not in gone]
        rest = {key: value for key, value in schema.items() if key != "required"}
        return {**rest, "required": required} if required else rest

    def value(self, schema: Json, values: Iterable[str | int]) -> Json:
        """The enumeration with more values."""
        new = list(values)
        for word in ("oneOf", "anyOf"):
            members = schema.get(word)
            if is_list(members) and all(is_dict(m) and "const" in m for m in members):
                return {**schema, word: [*members, *({"const": value} for value in new)]}
        known: list[Any] = schema["enum"] if "enum" in schema else [schema["const"]]
        made: Json = {}
        for key, said in schema.items():
            made["enum" if key == "const" else key] = said
        made["enum"] = [*known, *new]
        names = schema.get("x-enum-varnames")
        if is_list(names) and len(names) == len(known):
            made["x-enum-varnames"] = [*names, *(re.sub(r"\W", "_", str(v)).upper() for v in new)]
        return made

    def unlimited(self, schema: Json, came: str) -> Json:
        """The schema without limits for such values."""
        words = _LIMITS.get("string" if came == "string" else "number", ())
        return {key: value for key, value in schema.items() if key not in words}

    def limits(self, schema: Json, came: str) -> list[str]:
        """The limits that a schema has for such values."""
        return [key for key in schema if key not in self.unlimited(schema, came)]

    def variant(self, tag: str, value: str | int, fields: Mapping[str, Iterable[str]]) -> Json:
        """An object that the value of one field tells from others."""
        kind = "integer" if isinstance(value, int) else "string"
        told: Json = {"type": kind, "enum": [value]} if self.old else {"type": kind, "const": value}
        more = {name: self.of(came) for name, came in fields.items() if name != tag}
        return {"type": "object", "required": [tag], "properties": {tag: told, **more}}


def actions(at: str, old: Any, new: Any, why: str) -> list[Json]:
    """What an overlay has to do for one value to become another.

    Args:
        at: The JSONPath of the value.
        old: The value.
        new: What it has to become.
        why: The reason, for every action.

    Returns:
        The actions: removals first, then one update. What is of another kind than before is
        removed and put anew, because overlays merge only what is alike.
    """
    removals: list[Json] = []
    update = _update(at, old, new, lambda path: removals.append({"target": path}))
    made = [{**removal, "description": why, "remove": True} for removal in removals]
    return [*made, {"target": at, "description": why, "update": update}] if update else made


def _update(at: str, old: Json, new: Json, remove: Callable[[str], None]) -> Json:
    update: Json = {}
    for key in old:
        if key not in new:
            remove(f"{at}{member(key)}")
    for key, value in new.items():
        if key not in old:
            update[key] = value
            continue
        known, path = old[key], f"{at}{member(key)}"
        if known == value and type(known) is type(value):
            continue
        if is_dict(known) and is_dict(value):
            if inner := _update(path, known, value, remove):
                update[key] = inner
        elif is_list(known) and is_list(value) and value[: len(known)] == known:
            update[key] = value[len(known) :]
        elif is_list(known) and is_list(value) and _is_less(known, value):
            for gone in known:
                if gone not in value:
                    remove(f"{path}[?@ == {_quoted(gone)}]")
        else:
            if isinstance(known, (dict, list)) or isinstance(value, (dict, list)):
                remove(path)
            update[key] = value
    return update


def _is_less(known: list[Any], value: list[Any]) -> bool:
    """Whether a list is another one without some of its texts."""
    texts = all(isinstance(item, str) for item in known)
    return texts and [item for item in known if item in value] == value


def json_path(pointer: str, data: Any) -> str:
    """A JSON pointer as a JSONPath.

    Args:
        pointer: The pointer.
        data: What it leads through.

    Returns:
        The path.
    """
    path = "$"
    at: Any = data
    for name in steps(pointer):
        if is_list(at):
            path, at = f"{path}[{name}]", at[int(name)]
        else:
            path, at = path + member(name), at[name]
    return path


def member(name: str) -> str:
    """A key as a step of a JSONPath."""
    return f".{name}" if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) else f"[{_quoted(name)}]"


def _quoted(text: str) -> str:
    inside = text.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + re.sub(r"[\x00-\x1f]", lambda m: f"\\u{ord(m[0]):04x}", inside) + "'"
