"""Schemas of OpenAPI 3.0 in the words of 3.1, one level at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from rebind.source import Json

Schema: TypeAlias = dict[str, Json]

ANNOTATIONS = frozenset(
    {
        "title",
        "description",
        "summary",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "externalDocs",
        "xml",
    }
)
"""Keys that say something about a value without restricting it."""


def normalise(schema: Schema, derive: Callable[[Schema], Schema]) -> Schema:
    """The same schema in 3.1 words; its children have been normalised already.

    Args:
        schema: The schema; it is changed in place.
        derive: Called with every mapping that is made here, returns it.

    Returns:
        The schema, or one around it.
    """
    _bounds(schema)
    _examples(schema)
    if "nullable" not in schema:
        return schema
    nullable = schema.pop("nullable")
    return _nullable(schema, derive) if nullable in (True, "true", "True") else schema


def _bounds(schema: Schema) -> None:
    for flag, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        value = schema.get(flag)
        if value is False:
            del schema[flag]
        elif value is True:
            if limit in schema:
                schema[flag] = schema.pop(limit)
            else:
                del schema[flag]


def _examples(schema: Schema) -> None:
    examples = schema.get("examples")
    if isinstance(examples, dict):  # as media types have them
        values: list[Json] = []
        for example in examples.values():
            if isinstance(example, dict) and "value" in example:
                example = example["value"]
            values.append(example)
        schema["examples"] = values
    elif examples is not None and not isinstance(examples, list):
        schema["examples"] = [examples]
    if "example" in schema:
        example = schema.pop("example")
        schema.setdefault("examples", [example])


def _nullable(schema: Schema, derive: Callable[[Schema], Schema]) -> Schema:
    kind = schema.get("type")
    if not any(key in schema for key in ("$ref", "allOf", "oneOf", "anyOf")):
        if kind is None and ("properties" in schema or "additionalProperties" in schema):
            kind = schema["type"] = "object"
        elif kind is None and "items" in schema:
            kind = schema["type"] = "array"
        if isinstance(kind, str) and kind != "null":
            schema["type"] = [kind, "null"]
        elif isinstance(kind, list) and "null" not in kind:
            schema["type"] = [*kind, "null"]
        enum = schema.get("enum")
        if isinstance(enum, list) and None not in enum:
            schema["enum"] = [*enum, None]
        if schema.get("const") is not None:
            schema["enum"] = [schema.pop("const"), None]
        return schema
    null: Schema = derive({"type": "null"})
    restricting = {key for key in schema if key not in ANNOTATIONS and not key.startswith("x-")}
    for word in ("anyOf", "oneOf"):
        branches = schema.get(word)
        if restricting == {word} and isinstance(branches, list):
            if not any(_is_null(branch) for branch in branches):
                schema[word] = [*branches, null]
            return schema
    inner = {key: value for key, value in schema.items() if key in restricting}
    outer = {key: value for key, value in schema.items() if key not in restricting}
    return derive({"anyOf": [derive(inner), null], **outer})


def _is_null(schema: Json) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "null"
