"""What a schema says, asked and said in few words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard, cast

from rebind import ir

Json = dict[str, Any]
Hint = tuple[str, ...]

COMPONENT = "#/components/schemas/"
_FORMATS = {"date", "date-time", "time", "uuid", "binary"}


def is_dict(value: object) -> TypeGuard[Json]:
    """Whether a value is a mapping."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value is a list."""
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
    elif is_list(data):
        for value in data:
            yield from references(value)


def component_pointer(name: str) -> str:
    """The pointer of a component."""
    return COMPONENT + escape(name)


def escape(name: str) -> str:
    """A name as a step of a pointer."""
    return str(name).replace("~", "~0").replace("/", "~1")


def unescape(name: str) -> str:
    """A step of a pointer as a name."""
    return name.replace("~1", "/").replace("~0", "~")


def description_of(schema: Any) -> str:
    """The description of a schema; empty where there is none."""
    return str(schema.get("description") or "") if is_dict(schema) else ""


def formers(holder: Any, pointer: str, key: str = "x-rebind-renamed-from") -> tuple[ir.Former, ...]:
    """The names that something had before; `pointer` is where it stands."""
    said = holder.get(key) if is_dict(holder) else None
    if said is None:
        return ()
    if not is_list(said):
        return (_former(said, f"{pointer}/{key}"),)
    return tuple(_former(item, f"{pointer}/{key}/{index}") for index, item in enumerate(said))


def _former(said: Any, pointer: str) -> ir.Former:
    if is_dict(said):
        return ir.Former(str(said["name"]), pointer, said.get("until"))
    return ir.Former(str(said), pointer)


def value_formers(schema: Any, pointer: str) -> tuple[ir.Former, ...]:
    """The names that members of an enumeration had before."""
    key = "x-rebind-renamed-values"
    said = cast("Json", schema.get(key) or {}) if is_dict(schema) else {}
    return tuple(
        ir.Former(str(old), f"{pointer}/{key}/{escape(old)}", now.get("until"), now["value"])
        if is_dict(now)
        else ir.Former(str(old), f"{pointer}/{key}/{escape(old)}", None, now)
        for old, now in said.items()
    )


def types_of(schema: Any) -> list[str]:
    """The types that a schema lists."""
    kinds = schema.get("type") if is_dict(schema) else None
    if is_list(kinds):
        return list(dict.fromkeys(str(kind) for kind in kinds))
    return [str(kinds)] if kinds else []


def is_object(schema: Json) -> bool:
    """Whether a schema is an object with properties."""
    return bool(schema.get("properties")) and (not types_of(schema) or "object" in types_of(schema))


def needs_name(schema: Json) -> bool:
    """Whether a class must be made of a schema."""
    if is_object(schema) or "allOf" in schema:
        return True
    values = [v for v in cast("list[Any]", schema.get("enum") or []) if v is not None]
    return len(values) > 0 and all(isinstance(v, str | int) for v in values)


def has_shape(schema: Json) -> bool:
    """Whether a member of an `allOf` changes the shape of what it stands beside."""
    keys = ("properties", "required", "allOf", "oneOf", "anyOf", "additionalProperties", "items")
    return any(schema.get(key) for key in keys)


def admits_null(schema: Any) -> bool:
    """Whether `null` is among the values of a schema."""
    if not is_dict(schema):
        return False
    if "null" in types_of(schema) or (None in (schema.get("enum") or ())):
        return True
    return any(
        is_dict(m) and types_of(m) == ["null"]
        for key in ("oneOf", "anyOf")
        for m in cast("list[Any]", schema.get(key) or [])
    )


def without_null(schema: Any) -> Any:
    """The schema with no word of `null`, which is said where it is used."""
    if not is_dict(schema) or not admits_null(schema):
        return schema
    known: Json = dict(schema)
    kinds = [kind for kind in types_of(known) if kind != "null"]
    if kinds:
        known["type"] = kinds[0] if len(kinds) == 1 else kinds
    if "enum" in known:
        known["enum"] = [value for value in known["enum"] if value is not None]
    for key in ("oneOf", "anyOf"):
        if key in known:
            known[key] = [m for m in known[key] if types_of(m) != ["null"]]
    return known


def nullable(data: Json) -> Json:
    """The schema, or `null`."""
    if not data:
        return {}
    return {"anyOf": [data, {"type": "null"}]}


def unless_null(data: Json) -> Json:
    """The schema without the `null` that `nullable` adds."""
    members = data.get("anyOf")
    if isinstance(members, list) and {"type": "null"} in members:
        rest = [m for m in cast("list[Json]", members) if m != {"type": "null"}]
        return rest[0] if len(rest) == 1 else {"anyOf": rest}
    return data


def as_enumeration(schema: Any) -> Any:
    """A union of constants as the enumeration it is, its titles as the names of the values."""
    if not is_dict(schema) or "const" in schema:
        return schema
    if "enum" in schema:
        values: list[Any] = schema["enum"]
        said: object = schema.get("x-enum-varnames")
        spelled = cast("list[object]", said) if isinstance(said, list) else []
        if len(spelled) != len(values):
            return schema
        pairs = zip(values, spelled, strict=True)
        return {**schema, "x-names": {v: str(n) for v, n in pairs if isinstance(v, str | int)}}
    for key in ("oneOf", "anyOf"):
        members = cast("list[Any]", schema.get(key) or [])
        if len(members) > 1 and all(
            is_dict(m) and isinstance(m.get("const"), str | int) for m in members
        ):
            rest = {k: v for k, v in schema.items() if k != key}
            names = {m["const"]: str(m["title"]) for m in members if m.get("title")}
            return {**rest, "enum": [m["const"] for m in members], "x-names": names}
    return schema


def enumerated(schema: Json) -> Json:
    """An enumeration or a constant, in the form that later stages know."""
    values = [schema["const"]] if "const" in schema else list(schema["enum"])
    null = None in values or "null" in types_of(schema)
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
    return nullable(data) if null else data


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


def plain_default(schema: Json) -> bool:
    """Whether a default can stand in a class: a scalar of the declared type, no enumeration."""
    value = schema.get("default")
    if value is None or "enum" in schema or schema.get("format") in _FORMATS:
        return False
    kinds = types_of(schema)
    if isinstance(value, float) and not math.isfinite(value):
        return False
    return _kind(value) in kinds or (_kind(value) == "integer" and "number" in kinds)


def text_limits(schema: Json, kinds: list[str]) -> Json:
    """What a schema says of text: a format, or limits and a pattern."""
    form = schema.get("format")
    if form in _FORMATS and [k for k in kinds if k != "null"] == ["string"]:
        return {"format": form}
    data = limits(schema, ("minLength", "maxLength"))
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


def limits(schema: Json, keys: tuple[str, ...]) -> Json:
    """Limits of a schema that a machine's numbers can hold."""
    return {
        key: schema[key]
        for key in keys
        if isinstance(schema.get(key), int | float)
        and not isinstance(schema[key], bool)
        and abs(schema[key]) < 2**63
    }


def label_of(member: Any, index: int) -> str:
    """What to call a member of a union that has no name."""
    if is_dict(member):
        known = member
        if "$ref" in known:
            return unescape(str(known["$ref"]).rsplit("/", 1)[-1])
        if known.get("title"):
            return str(known["title"])
        for name, prop in cast("Json", known.get("properties") or {}).items():
            if is_dict(prop) and name in (known.get("required") or ()):
                values = prop.get("enum") or ([prop["const"]] if "const" in prop else [])
                if len(values) == 1 and isinstance(values[0], str):
                    return values[0]
    return str(index + 1)
