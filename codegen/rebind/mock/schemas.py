"""The document's schemas as one direction of traffic reads them, with a validator for each.

A property that is `readOnly` is not asked for in a request, one that is `writeOnly` not in a reply;
so there is one `Schemas` for requests and one for replies. Validation itself is jsonschema-rs.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, TypeAlias

import jsonschema_rs

from .values import is_array, is_object, members

Schema: TypeAlias = "dict[str, Any] | bool"

_BASE: Final = "urn:rebind:schemas"
_PREFIX: Final = "#/components/schemas/"

_ONE: Final = frozenset(
    {
        "additionalItems",
        "additionalProperties",
        "contains",
        "contentSchema",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)
_MANY: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED: Final = frozenset({"$defs", "dependentSchemas", "patternProperties", "properties"})
# Identifiers would move the base of references, and every reference is resolved already.
_DROPPED: Final = frozenset({"$id", "$schema", "id"})


class Schemas:
    """Component schemas by name, and a validator for any schema of the document.

    Args:
        data: The resolved document; every reference in it is `#/components/schemas/NAME`.
        direction: Which properties may be missing whatever `required` says: in a "request" the
            `readOnly` ones, in a "reply" the `writeOnly` ones.

    Attributes:
        components: The component schemas, cleaned.
        unused: What JSON Schema cannot use and is left out therefore, as `(pointer, why)`; a
            regular expression of another dialect, for instance.
    """

    def __init__(self, data: Mapping[str, Any], direction: Literal["request", "reply"]) -> None:
        self.absent: Final = "readOnly" if direction == "request" else "writeOnly"
        self.unused: list[tuple[str, str]] = []
        self._read: dict[int, tuple[Any, Schema]] = {}
        self._validators: dict[int, tuple[Schema, jsonschema_rs.Validator]] = {}
        written = members(members(data.get("components")).get("schemas"))
        self._written = written
        self.components: dict[str, Schema] = {
            name: self._clean(schema, _PREFIX + _escaped(name)) for name, schema in written.items()
        }
        self._registry = jsonschema_rs.Registry(
            [(_BASE, {"components": {"schemas": self.components}})], draft=jsonschema_rs.Draft202012
        )

    def read(self, schema: Any) -> Schema:
        """The schema, written anywhere in the document, as this direction reads it."""
        if isinstance(schema, bool):
            return schema
        known = self._read.get(id(schema))
        if known is None:
            known = (schema, self._clean(schema, ""))
            self._read[id(schema)] = known
        return known[1]

    def follow(self, schema: Schema) -> Schema:
        """The schema behind a chain of plain references."""
        seen: set[str] = set()
        while is_object(schema) and (name := component(schema)) is not None and name not in seen:
            seen.add(name)
            schema = self.components.get(name, True)
        return schema

    def validator(self, schema: Schema) -> jsonschema_rs.Validator:
        """A validator for a schema that `read` or `components` gave; formats are checked."""
        known = self._validators.get(id(schema))
        if known is None or known[0] is not schema:
            try:
                compiled = self.compiled(schema)
            except jsonschema_rs.ValidationError as error:
                self.unused.append(("", error.message))
                compiled = self.compiled(True)
            known = (schema, compiled)
            self._validators[id(schema)] = known
        return known[1]

    def compiled(self, schema: Schema) -> jsonschema_rs.Validator:
        """A validator for a schema made on the way, which is not kept."""
        return jsonschema_rs.Draft202012Validator(
            schema, registry=self._registry, validate_formats=True, offline=True
        )

    def valid(self, schema: Schema, value: Any) -> bool:
        """Whether the value is valid; what cannot even be read (a lone surrogate) is not."""
        try:
            return self.validator(schema).is_valid(value)
        except ValueError:
            return False

    def errors(self, schema: Schema, value: Any) -> list[jsonschema_rs.ValidationError]:
        """Everything that is wrong with the value, in the order the validator found it."""
        return list(self.validator(schema).iter_errors(value))

    def _clean(self, schema: Any, pointer: str) -> Schema:
        cleaned = self._direct(schema, pointer)
        while is_object(cleaned):
            try:
                jsonschema_rs.meta.validate(cleaned)
            except jsonschema_rs.ValidationError as error:
                self.unused.append((pointer + _pointer(error.instance_path), error.message))
                if not error.instance_path:
                    return True
                _remove(cleaned, error.instance_path)
            else:
                break
        return cleaned

    def _direct(self, schema: Any, pointer: str) -> Schema:
        if not is_object(schema):
            return schema if isinstance(schema, bool) else True
        node: dict[str, Any] = {}
        for key, value in schema.items():
            at = f"{pointer}/{_escaped(key)}"
            if key in _DROPPED or key.startswith("x-"):
                continue
            if key == "pattern" and isinstance(value, str) and not _is_pattern(value):
                self.unused.append((at, f"'{value}' is no regular expression of JSON Schema"))
                continue
            if key in _ONE and isinstance(value, (dict, bool)):
                node[key] = self._direct(value, at)
            elif key in _MANY and is_array(value):
                node[key] = [self._direct(item, f"{at}/{i}") for i, item in enumerate(value)]
            elif key in _NAMED and is_object(value):
                node[key] = {
                    name: self._direct(item, f"{at}/{_escaped(name)}")
                    for name, item in value.items()
                    if key != "patternProperties" or self._named_by(name, at)
                }
            elif key == "$ref" and isinstance(value, str) and value.startswith("#"):
                node[key] = _BASE + value
            else:
                node[key] = value
        required, properties = node.get("required"), node.get("properties")
        if is_array(required) and is_object(properties):
            node["required"] = [name for name in required if not self.missing(properties.get(name))]
        return node

    def _named_by(self, pattern: str, pointer: str) -> bool:
        if not _is_pattern(pattern):
            self.unused.append((pointer, f"'{pattern}' is no regular expression of JSON Schema"))
            return False
        return True

    def missing(self, schema: Any) -> bool:
        """Whether the property with this schema is one that this direction does not carry."""
        seen = 0
        while is_object(schema):
            if schema.get(self.absent) is True:
                return True
            name = component(schema)
            seen += 1
            if name is None or seen > 16:
                return False
            schema = self._written.get(name)
        return False


@functools.lru_cache(4096)
def _is_pattern(text: str) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": text})
    except jsonschema_rs.ValidationError:
        return False
    return True


def component(schema: Any) -> str | None:
    """The name of the component that a reference schema points to."""
    reference = schema.get("$ref") if is_object(schema) else None
    if not isinstance(reference, str):
        return None
    reference = reference.removeprefix(_BASE)
    if not reference.startswith(_PREFIX):
        return None
    return reference.removeprefix(_PREFIX).replace("~1", "/").replace("~0", "~")


def reference(name: str) -> str:
    """What `$ref` holds in a schema that `Schemas` read, to point to a component."""
    return _BASE + _PREFIX + _escaped(name)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _pointer(path: Iterable[str | int]) -> str:
    return "".join("/" + _escaped(str(step)) for step in path)


def _remove(node: Any, path: list[str | int]) -> None:
    for step in path[:-1]:
        node = node[step]
    del node[path[-1]]
