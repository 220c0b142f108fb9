"""Types as callers see them, in one spelling, so that two of them can be compared.

A type is a list of alternatives, each a list that begins with its kind:
`["str"]`, `["str", "date-time"]`, `["list", type]`, `["map", type]`, `["class", name]`, `["null"]`.
An empty list is nothing at all (`None` in Python), and `[["any"]]` is every value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal, cast

from rebind import ir
from rebind.lower.terms import is_dict, is_list

Type = list[list[Any]]
Relation = Literal["equal", "widened", "narrowed", "changed"]

ANY: Type = [["any"]]
NULL: list[Any] = ["null"]

_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_FORMATS = {"date": "date", "date-time": "datetime", "time": "time", "uuid": "UUID"}


def typed(schema: ir.SchemaData, name: Callable[[str], str]) -> Type:
    """The type that a lowered schema says.

    Args:
        schema: A schema of `ir.Api`.
        name: Tells the class of a pointer.

    Returns:
        Its alternatives, each once, in one order.
    """
    found = list(_alternatives(schema, name))
    if any(item == ["any"] for item in found):
        return ANY
    return ordered(found)


def ordered(found: Type) -> Type:
    """Every alternative once, in one order."""
    keyed = {json.dumps(item, sort_keys=True, default=str): item for item in found}
    return [keyed[key] for key in sorted(keyed)]


def _alternatives(schema: ir.SchemaData, name: Callable[[str], str]) -> Type:
    if "$ref" in schema:
        return [["class", name(schema["$ref"])]]
    for key in ("anyOf", "oneOf"):
        if schema.get(key):
            members = cast("list[ir.SchemaData]", schema[key])
            return [item for member in members for item in _alternatives(member, name)]
    if "const" in schema:
        return [["const", schema["const"]]]
    if "enum" in schema:
        return [["const", value] for value in schema["enum"]]
    kinds = schema.get("type")
    if not kinds:
        return ANY
    listed = cast("list[str]", kinds if isinstance(kinds, list) else [kinds])
    return [_one(str(kind), schema, name) for kind in listed]


def _one(kind: str, schema: ir.SchemaData, name: Callable[[str], str]) -> list[Any]:
    if kind == "array":
        return ["list", typed(schema.get("items") or {}, name)]
    if kind == "object":
        values = schema.get("additionalProperties")
        return ["map", typed(values, name) if is_dict(values) else ANY]
    if kind == "null":
        return NULL
    form = schema.get("format")
    return [_PLAIN.get(kind, kind), form] if kind == "string" and form else [_PLAIN.get(kind, kind)]


def relation(old: Type, new: Type) -> Relation:
    """How a type changed: whether it admits more values, fewer, or others."""
    if old == new:
        return "equal"
    more, fewer = covers(new, old), covers(old, new)
    if more and fewer:
        return "equal"
    return "widened" if more else "narrowed" if fewer else "changed"


def covers(wide: Type, narrow: Type) -> bool:
    """Whether every value of one type is a value of another."""
    return all(any(_covers(one, other) for one in wide) for other in narrow)


def _covers(wide: list[Any], narrow: list[Any]) -> bool:
    if wide == narrow or wide == ["any"]:
        return True
    if wide == ["float"] and narrow == ["int"]:
        return True
    if narrow[0] == "const":
        return wide == _kind(narrow[1])
    return wide[0] == narrow[0] and wide[0] in ("list", "map") and covers(wide[1], narrow[1])


def _kind(value: object) -> list[Any]:
    names = ((bool, "bool"), (int, "int"), (float, "float"), (str, "str"))
    return next(([name] for kind, name in names if isinstance(value, kind)), ["any"])


def without_null(type: Type) -> Type:
    """The type less `None`."""
    return [item for item in type if item != NULL]


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The same with other names for some classes."""
    if is_list(value):
        if len(value) == 2 and value[0] == "class" and isinstance(value[1], str):
            return ["class", names.get(value[1], value[1])]
        return [renamed(item, names) for item in value]
    if is_dict(value):
        return {k: renamed(v, names) for k, v in value.items()}
    return value


def classes(value: Any) -> set[str]:
    """The classes that a type names."""
    items = value if is_list(value) else []
    if len(items) == 2 and items[0] == "class" and isinstance(items[1], str):
        return {items[1]}
    return {name for item in items for name in classes(item)}


def text(type: Type) -> str:
    """A type as a signature says it."""
    if not type:
        return "None"
    constants = [item[1] for item in type if item[0] == "const"]
    said = [_text(item) for item in type if item[0] not in ("const", "null")]
    if constants:
        said.append(f"Literal[{', '.join(repr(value) for value in constants)}]")
    if NULL in type:
        said.append("None")
    return " | ".join(dict.fromkeys(said))


def _text(item: list[Any]) -> str:
    if item[0] == "list":
        return f"list[{text(item[1])}]"
    if item[0] == "map":
        return f"dict[str, {text(item[1])}]"
    if item[0] == "class":
        return str(item[1])
    if item[0] == "any":
        return "Any"
    return _FORMATS.get(item[1], "bytes") if len(item) == 2 else str(item[0])
