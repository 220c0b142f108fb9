"""What can be wrong inside a schema; a slip that has but one meaning is mended."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import TypeGuard

import jsonschema_rs

from rebind.diagnostics import Severity, closest, did_you_mean, quoted
from rebind.openapi.survey import Node, Object, Survey
from rebind.source import Json, steps

TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")
"""The types of JSON Schema."""

_OTHER_WORDS = {
    "int": "integer",
    "int32": "integer', 'format: int32",
    "int64": "integer', 'format: int64",
    "long": "integer', 'format: int64",
    "float": "number', 'format: float",
    "double": "number', 'format: double",
    "decimal": "number",
    "bool": "boolean",
    "str": "string",
    "text": "string",
    "date": "string', 'format: date",
    "datetime": "string', 'format: date-time",
    "date-time": "string', 'format: date-time",
    "timestamp": "string', 'format: date-time",
    "uuid": "string', 'format: uuid",
    "uri": "string', 'format: uri",
    "file": "string', 'format: binary",
    "binary": "string', 'format: binary",
    "dict": "object",
    "map": "object",
    "hash": "object",
    "list": "array",
    "none": '"null"',
}
_LIMITS = (
    ("minimum", "maximum"),
    ("exclusiveMinimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
)
_ITEMS = {"items", "prefixItems"}
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_LIMITED = frozenset((*(key for pair in _LIMITS for key in pair), *_COUNTS, "multipleOf"))
_UUID = re.compile(r"(?:urn:uuid:)?\{?[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}\}?")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_DATE_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:?\d\d)?"
)
_LOOSE_DASH = re.compile(r"(\\[wdsWDS])-(?!\])")


class Schemas:
    """The checks of schemas.

    Args:
        survey: The resolved data.
        is_30: Whether the document is OpenAPI 3.0, which wants ``items`` in every array.
    """

    def __init__(self, survey: Survey, *, is_30: bool) -> None:
        self._survey = survey
        self._is_30 = is_30
        self._parts: set[int] = set()

    def check(self, node: Node) -> None:
        """Report what is wrong with one schema.

        Args:
            node: A schema; those around it come first.
        """
        schema = node.value
        if not schema:
            return
        parts = schema.get("allOf")
        if isinstance(parts, list):
            self._parts.update(id(part) for part in parts)
        if "type" in schema:
            self._type(schema)
        if "enum" in schema:
            self._enum(schema)
        if "default" in schema:
            self._default(schema)
        if "pattern" in schema:
            self._pattern(schema)
        self._limits(schema)
        if "required" in schema:
            self._required(schema)
        if "discriminator" in schema:
            self._discriminator(schema)
        if self._is_30 and schema.get("type") == "array" and not _ITEMS & schema.keys():
            self._survey.warn(
                "array-without-items",
                "the array does not say what its items are; they may be anything",
                schema,
                "type",
                "add 'items:'",
            )
        if schema.get("readOnly") is True and schema.get("writeOnly") is True:
            self._survey.warn(
                "read-only-and-write-only",
                "the value may neither be sent nor received",
                schema,
                "writeOnly",
                "keep one of 'readOnly' and 'writeOnly'",
                key=True,
            )

    # Types and values

    def _type(self, schema: Object) -> None:
        written = schema["type"]
        types = written if isinstance(written, list) else [written]
        if not types:
            message = "the list of types is empty, so that nothing is valid"
            self._survey.report("unknown-type", message, schema, "type", "leave 'type' out")
        for index, kind in enumerate(types):
            if isinstance(kind, str) and kind in TYPES:
                continue
            inside = (index,) if isinstance(written, list) else ()
            if kind is None:
                message = "the type null is read as 'null'"
                help = "put 'null' in quotes: without them it is no text"
                self._survey.warn("unknown-type", message, schema, "type", help, inside=inside)
                if isinstance(written, list):
                    written[index] = "null"
                else:
                    schema["type"] = "null"
                continue
            name = kind if isinstance(kind, str) else _shown(kind)
            other = _OTHER_WORDS.get(name.lower())
            help = did_you_mean(name, TYPES, f"the types are {', '.join(TYPES)}")
            if name.lower() == "any":
                help = "leave 'type' out to allow any value"
            elif other:
                help = f"write 'type: {other}'"
            message = f"there is no type {quoted(name)}"
            self._survey.report("unknown-type", message, schema, "type", help, inside=inside)

    def _enum(self, schema: Object) -> None:
        values = schema["enum"]
        if not isinstance(values, list):
            return
        if not values:
            message = "the enumeration has no values; it is left out"
            help = "list the values, or remove 'enum'"
            self._survey.warn("empty-enum", message, schema, "enum", help)
            del schema["enum"]
            return
        kept: list[Json] = []
        seen: set[tuple[str, str | int | float | None]] = set()
        types = _types(schema)
        for index, value in enumerate(values):
            if value is not None and types and not _fits(value, types):
                value = self._value_of_enum(schema, index, value, types)
            key = _key(value)
            if key in seen:
                message = f"{_shown(value)} is listed twice"
                help = "remove one of the two"
                self._survey.warn(
                    "duplicate-enum-value", message, schema, "enum", help, inside=(index,)
                )
            else:
                seen.add(key)
                kept.append(value)
        if len(kept) != len(values) or not all(map(_same, kept, values)):
            schema["enum"] = kept

    def _value_of_enum(self, schema: Object, index: int, value: Json, types: list[str]) -> Json:
        mended = _mend(value, types, self._survey.written(schema, "enum", index))
        if mended is None:
            mended = value
            message = f"{_shown(value)} is not of type {_names(types)}"
            help = "correct the value or the type"
        else:
            message = f"{_shown(value)} is read as {_shown(mended)}: the type is {_names(types)}"
            help = "put it in quotes" if isinstance(mended, str) else "remove the quotes"
        self._survey.warn("wrong-enum-value", message, schema, "enum", help, inside=(index,))
        return mended

    def _default(self, schema: Object) -> None:
        value = schema["default"]
        meant = self._survey.plainly(schema)
        types = _types(schema) or _types(meant)
        enum = schema.get("enum", meant.get("enum"))
        values = enum if isinstance(enum, list) else None
        if value is None:
            if types and "null" not in types and not (values and None in values):
                del schema["default"]  # many write it where there is no default
            return
        if types and not _fits(value, types):
            mended = _mend(value, types, self._survey.written(schema, "default"))
            if mended is None:
                message = f"the default {_shown(value)} is not of type {_names(types)}"
                help = "correct the default or the type, or remove the default"
                self._survey.report("bad-default", message, schema, "default", help)
                return
            message = f"the default {_shown(value)} is read as {_shown(mended)}"
            help = "put it in quotes" if isinstance(mended, str) else "remove the quotes"
            self._survey.warn("bad-default", message, schema, "default", help)
            value = schema["default"] = mended
        if values and not _among(value, values):
            self._default_of_enum(schema, value, values)
        elif isinstance(value, str):
            self._default_of_format(schema, value, schema.get("format", meant.get("format")))

    def _default_of_format(self, schema: Object, value: str, written: Json) -> None:
        if not isinstance(written, str) or _formatted(value, written):
            return
        message = f"the default {_shown(value)} is no {written}"
        if written == "uuid":
            help = "write a value of that form, or remove the default"
            self._survey.report("bad-default", message, schema, "default", help)
        else:  # words such as "today" are common, and mean nothing to a client
            help = "it is left out; say it in the description"
            self._survey.warn("bad-default", message, schema, "default", help)
            del schema["default"]

    def _default_of_enum(self, schema: Object, value: Json, values: list[Json]) -> None:
        for known in values:
            if isinstance(known, str) and str(value).casefold() == known.casefold():
                message = f"the default {_shown(value)} is read as {_shown(known)}"
                help = f"write {_shown(known)}"
                self._survey.warn("default-not-in-enum", message, schema, "default", help)
                schema["default"] = known
                return
        message = f"the default {_shown(value)} is not among the values of the enumeration"
        if value == "":
            self._survey.warn(
                "default-not-in-enum", message, schema, "default", "remove the default"
            )
            del schema["default"]
            return
        names = [str(known) for known in values]
        otherwise = f"the values are {', '.join(map(_shown, values[:10]))}"
        help = did_you_mean(str(value), names, otherwise)
        self._survey.report("default-not-in-enum", message, schema, "default", help)

    def _pattern(self, schema: Object) -> None:
        pattern = schema["pattern"]
        if not isinstance(pattern, str):
            return
        problem = _regex_problem(pattern)
        if problem is None:
            return
        mended = _LOOSE_DASH.sub(r"\1\\-", pattern)
        if mended != pattern and _regex_problem(mended) is None:
            message = "a dash beside a class such as '\\w' is read as a plain dash"
            self._survey.warn("bad-pattern", message, schema, "pattern", "write it as '\\-'")
            schema["pattern"] = mended
            return
        message = f"the pattern is no regular expression: {problem}"
        help = "a pattern is a regular expression as JavaScript has them, without slashes around it"
        self._survey.report("bad-pattern", message, schema, "pattern", help)

    def _limits(self, schema: Object) -> None:
        if _LIMITED.isdisjoint(schema):
            return
        for low, high in _LIMITS:
            least, most = schema.get(low), schema.get(high)
            if _is_number(least) and _is_number(most) and float(least) > float(most):
                message = f"{low} {least} is greater than {high} {most}, so that nothing is valid"
                help = "correct one of the two"
                self._survey.report("impossible-range", message, schema, low, help)
        for key in _COUNTS:
            count = schema.get(key)
            if _is_number(count) and count < 0:
                message = f"{key} cannot be negative"
                self._survey.report("bad-limit", message, schema, key, "write 0 or more")
        step_ = schema.get("multipleOf")
        if _is_number(step_) and step_ <= 0:
            message = "multipleOf must be greater than 0"
            help = "write a number above 0, such as 0.01"
            self._survey.report("bad-limit", message, schema, "multipleOf", help)
        for key in ("exclusiveMinimum", "exclusiveMaximum"):
            if key in schema and not _is_number(schema[key]):
                message = f"{key} must be a number"
                help = "write the limit itself, such as 10"
                self._survey.report("wrong-type", message, schema, key, help)
                del schema[key]

    # Objects

    def _required(self, schema: Object) -> None:
        required, own = schema["required"], schema.get("properties")
        if not isinstance(required, list) or not isinstance(own, dict) or not own:
            return
        if id(schema) in self._parts or any(
            key in schema for key in ("$ref", "allOf", "anyOf", "oneOf", "patternProperties")
        ):
            return  # the property may stand in another part
        closed = schema.get("additionalProperties") is False
        for index, name in enumerate(required):
            if not isinstance(name, str) or name in own:
                continue
            message = f"the required {quoted(name)} is not among the properties"
            near = closest(name, (other for other in own if other not in required))
            help = f"did you mean {quoted(near)}?" if near else "describe it under 'properties'"
            if closed:
                message += ", and no others are allowed: nothing is valid"
                self._survey.report(
                    "unknown-required", message, schema, "required", help, inside=(index,)
                )
            else:
                self._survey.warn(
                    "unknown-required", message, schema, "required", help, inside=(index,)
                )

    def _discriminator(self, schema: Object) -> None:
        chooser = schema["discriminator"]
        if not isinstance(chooser, dict):
            return
        name = chooser.get("propertyName")
        if not isinstance(name, str) or not name:
            message = "the discriminator does not say which property tells the variants apart"
            help = "add 'propertyName:'"
            self._survey.report(
                "bad-discriminator", message, schema, "discriminator", help, key=True
            )
            return
        variants: list[Json] = []
        for word in ("oneOf", "anyOf"):
            branches = schema.get(word)
            if isinstance(branches, list):
                variants.extend(branches)
        named = [v for v in variants if isinstance(v, dict) and "$ref" in v]
        if not named:
            self._base_discriminator(schema, chooser, name)
            return
        lacking = [v for v in named if name not in self._choices(v)]
        if len(lacking) == len(named):
            known = {key for variant in named for key in self._survey.properties(variant)}
            self._no_such_property(chooser, name, known, "no variant has the property")
        for variant in lacking if len(lacking) < len(named) else ():
            message = f"the variant has no property {quoted(name)}, which should tell it apart"
            help = f"add {quoted(name)} to its properties"
            self._survey.warn("discriminator-property-missing", message, variant, "$ref", help)
        mapping = chooser.get("mapping")
        known_refs = [v["$ref"] for v in named]
        if isinstance(mapping, dict):
            for key, ref in mapping.items():
                if ref not in known_refs:
                    message = f"the mapping of {quoted(key)} leads to a schema that is no variant"
                    help = "add it to the variants, or remove it from the mapping"
                    self._survey.warn("mapping-without-variant", message, mapping, key, help)

    def _choices(self, variant: Object) -> set[str]:
        """The properties that a variant has for sure or in some of its own variants."""
        found = set(self._survey.properties(variant))
        for part in self._survey.parts(variant):
            for word in ("oneOf", "anyOf"):
                inner = part.get(word)
                if isinstance(inner, list):
                    for branch in inner:
                        found.update(self._survey.properties(branch))
        return found

    def _base_discriminator(self, schema: Object, chooser: Object, name: str) -> None:
        """A discriminator on the schema that its variants extend."""
        known = self._survey.properties(schema)
        if known and name not in known:
            self._no_such_property(chooser, name, known, "the schema has no property")

    def _no_such_property(
        self, chooser: Object, name: str, known: Collection[str], lead: str
    ) -> None:
        near = closest(name, sorted(known))
        severity: Severity = "error" if near else "warning"  # a server may add it unsaid
        help = f"did you mean {quoted(near)}?" if near else f"add {quoted(name)} to the properties"
        self._survey.report(
            "bad-discriminator",
            f"{lead} {quoted(name)}",
            chooser,
            "propertyName",
            help,
            severity=severity,
        )

    # Schemas that contain themselves

    def cycles(self) -> None:
        """Report schemas that are nothing but themselves, directly or by what they extend."""
        done: set[str] = set()
        for start in self._survey.schemas:
            path: dict[str, None] = {}
            todo: list[tuple[str, Object | None]] = [(start, None)]
            while todo:
                name, holder = todo.pop()
                if holder is None and name in path:  # all that it needs was looked at
                    del path[name]
                    done.add(name)
                elif name in path:
                    names = list(path)
                    ring = " -> ".join([*names[names.index(name) :], name])
                    message = f"the schema is defined by itself alone: {ring}"
                    help = "remove this reference from the circle"
                    self._survey.report("circular-schema", message, holder, "$ref", help)
                elif name not in done:
                    path[name] = None
                    todo.append((name, None))
                    todo.extend(self._needs(self._survey.schemas.get(name)))

    def _needs(self, schema: Json) -> list[tuple[str, Object]]:
        """The components that a schema cannot be without, each with the object that says so."""
        found: list[tuple[str, Object]] = []
        todo: list[Json] = [schema]
        while todo:
            part = todo.pop()
            if not isinstance(part, dict):
                continue
            ref, more = part.get("$ref"), part.get("allOf")
            if isinstance(ref, str):
                found.append((steps(ref)[-1], part))
            if isinstance(more, list):
                todo.extend(more)
        return found


def _is_number(value: Json) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _types(schema: Object) -> list[str]:
    written = schema.get("type")
    listed = written if isinstance(written, list) else [written]
    known = [kind for kind in listed if isinstance(kind, str) and kind in TYPES]
    return known if len(known) == len(listed) else []


def _names(types: list[str]) -> str:
    return " or ".join(types)


def _fits(value: Json, types: list[str]) -> bool:
    if isinstance(value, bool):
        return "boolean" in types
    if isinstance(value, int):
        return "integer" in types or "number" in types
    if isinstance(value, float):
        return "number" in types or ("integer" in types and value.is_integer())
    if isinstance(value, str):
        return "string" in types
    if isinstance(value, dict):
        return "object" in types
    if isinstance(value, list):
        return "array" in types
    return "null" in types


def _mend(value: Json, types: list[str], written: str) -> Json:
    """The value of the right type that the author of a wrong one meant; ``None`` if unclear."""
    if isinstance(value, str):
        if "boolean" in types and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if "integer" in types and re.fullmatch(r"[-+]?\d{1,300}", value):
            return int(value)
        if "number" in types and re.fullmatch(r"[-+]?\d{1,300}(\.\d{1,300})?", value):
            return float(value)
    if "string" in types:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (int, float)):
            return written  # 1.10, not 1.1
    return None


def _among(value: Json, values: list[Json]) -> bool:
    return any(_same(value, other) for other in values)


def _key(value: Json) -> tuple[str, str | int | float | None]:
    """What is equal for two values that JSON Schema takes for the same."""
    if isinstance(value, (dict, list)):
        return "container", json.dumps(value, sort_keys=True)
    return type(value).__name__ if isinstance(value, (bool, str)) else "other", value


def _same(one: Json, other: Json) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _shown(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else "null" if value is None else str(value)[:80]


def _formatted(value: str, name: str) -> bool:
    """Whether a text has the form that its format names (dates are read the same everywhere)."""
    if name == "uuid":
        return _UUID.fullmatch(value) is not None
    if name in ("date", "date-time"):
        match = (_DATE if name == "date" else _DATE_TIME).fullmatch(value)
        try:
            return match is not None and bool(date(*map(int, match.group(1, 2, 3))))
        except ValueError:
            return False
    return True


@lru_cache(maxsize=4096)
def _regex_problem(pattern: str) -> str | None:
    """Why a pattern is a regular expression of neither JSON Schema nor Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        try:
            jsonschema_rs.validator_for({"pattern": pattern})
        except (jsonschema_rs.ValidationError, ValueError):
            deep = isinstance(error, RecursionError)
            return "it is nested too deeply" if deep else str(error)
    return None
