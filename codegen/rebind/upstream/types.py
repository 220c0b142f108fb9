"""The text of a type -> its schema: annotations of Python, and the free words of documentation."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from rebind.lower.terms import is_list

Schema = dict[str, Any]

_SCALARS = {
    "str": "string", "string": "string", "id": "string", "datetime": "string", "int": "integer",
    "integer": "integer", "float": "number", "number": "number", "bool": "boolean",
    "boolean": "boolean", "bytes": "string", "none": "null",
}  # fmt: skip
_OBJECTS = {"dict", "dictionary", "json", "object", "mapping", "pd.dataframe"}
_LISTS = {"list", "array", "tuple", "set", "sequence"}
_ANY = {"any", "callable", ""}
_FILES = {"io.textiobase", "textiobase", "io.bytesio", "bytesio", "file", "io.iobase"}
_WORDS = [
    (re.compile(r"list of (unique )?(enum )?strings?( identifiers)?|list of ids"), "list[str]"),
    (re.compile(r"number\(integer\)"), "int"),
    (re.compile(r"<"), "["),
    (re.compile(r">"), "]"),
]
FILE: Schema = {"type": "string", "format": "binary"}


class UnknownType(ValueError):
    """A text names no type that is known."""


def free_object() -> Schema:
    """An object of which nothing is known."""
    return {"type": "object", "additionalProperties": True}


def schema(text: str, known: Mapping[str, str]) -> Schema:
    """The schema of a type.

    Args:
        text: An annotation, or the words of documentation.
        known: Class -> the pointer of its schema.

    Returns:
        The schema; empty for anything.

    Raises:
        UnknownType: the text names no type that is known.
    """
    for pattern, instead in _WORDS:
        text = pattern.sub(instead, text)
    try:
        node = ast.parse(text.strip() or "None", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UnknownType(text) from None
    if not text.strip() or (isinstance(node, ast.Constant) and node.value is None):
        return {}
    return _schema(node, known)


def _schema(node: ast.expr, known: Mapping[str, str]) -> Schema:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return union([_schema(node.left, known), _schema(node.right, known)])
    if isinstance(node, ast.Constant) and node.value is None:
        return {"type": "null"}
    if isinstance(node, ast.Subscript):
        return _generic(ast.unparse(node.value).rpartition(".")[2].lower(), node.slice, known)
    text = ast.unparse(node)
    name = text.rpartition(".")[2]
    if name in known:
        return {"$ref": known[name]}
    low = text.lower()
    if low in _SCALARS:
        return {"type": _SCALARS[low]}
    if low in _OBJECTS:
        return free_object()
    if low in _LISTS:
        return {"type": "array", "items": {}}
    if low in _FILES:
        return dict(FILE)
    if low in _ANY:
        return {}
    raise UnknownType(text)


def _generic(name: str, inner: ast.expr, known: Mapping[str, str]) -> Schema:
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if name == "tuple":
        return {"type": "array", "items": {}}
    if name in _LISTS:
        try:
            return {"type": "array", "items": _schema(parts[0], known)}
        except UnknownType:  # of a class that the documentation names and the SDK does not build
            return {"type": "array", "items": free_object()}
    if name in _OBJECTS:
        values = _schema(parts[1], known) if len(parts) == 2 else {}
        return {"type": "object", "additionalProperties": values or True}
    if name == "union":
        return union([_schema(part, known) for part in parts])
    if name == "optional":
        return nullable(union([_schema(part, known) for part in parts]))
    raise UnknownType(name)


def union(members: list[Schema]) -> Schema:
    """One of several schemas, each said once."""
    unique: list[Schema] = []
    for member in members:
        if not member:
            return {}
        if member not in unique:
            unique.append(member)
    if len(unique) == 1:
        return unique[0]
    if all(set(member) == {"type"} and isinstance(member["type"], str) for member in unique):
        return {"type": [member["type"] for member in unique]}
    return {"anyOf": unique}


def nullable(found: Schema) -> Schema:
    """The schema, or null."""
    if not found:
        return found
    if "anyOf" in found:
        null = {"type": "null"}
        members = found["anyOf"] if null in found["anyOf"] else [*found["anyOf"], null]
        return {**found, "anyOf": members}
    if "$ref" in found:
        return {"oneOf": [found, {"type": "null"}]}
    kinds = kinds_of(found)
    if "null" in kinds:
        return found
    return {**found, "type": [*kinds, "null"]}


def kinds_of(found: Schema) -> list[str]:
    """The types that a schema names itself."""
    kinds = found.get("type")
    if is_list(kinds):
        return kinds
    return [kinds] if isinstance(kinds, str) else []
