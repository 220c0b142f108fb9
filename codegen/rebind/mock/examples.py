"""A valid value for a schema, the same one every time.

What the description itself offers (`examples`, `const`, `enum`, `default`) comes first where it is
valid; the rest is made from the keywords. Every value is validated before it leaves this module.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final

from jsonschema_rs import Validator

from .patterns import matching
from .schemas import Schema, Schemas, component, reference
from .values import elements, is_array, is_object, members

_DEEPEST: Final = 6  # Below this, objects have only what they must have.
_RICH: Final = 1_500  # After so many values of one example, too.
_MOST: Final = 5_000  # After so many, the example is given up.
_LONGEST: Final = 100_000
_BRANCHES: Final = 40
_PAST: Final = 40  # Candidates for one more distinct item.

_SAMPLES: Final[Mapping[str, str]] = {
    "byte": "c3RyaW5n",
    "date": "2024-01-15",
    "date-time": "2024-01-15T12:30:00Z",
    "decimal": "1.5",
    "duration": "P1D",
    "email": "user@example.com",
    "hostname": "example.com",
    "idn-email": "user@example.com",
    "idn-hostname": "example.com",
    "int64": "1",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "iri": "https://example.com/",
    "iri-reference": "/example",
    "json-pointer": "/example",
    "regex": "^example$",
    "relative-json-pointer": "0",
    "time": "12:30:00Z",
    "uri": "https://example.com/",
    "uri-reference": "/example",
    "uri-template": "/example/{id}",
    "url": "https://example.com/",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
}
_TYPE_BY_KEYWORD: Final[Mapping[str, str]] = {
    "properties": "object",
    "required": "object",
    "additionalProperties": "object",
    "patternProperties": "object",
    "propertyNames": "object",
    "minProperties": "object",
    "maxProperties": "object",
    "items": "array",
    "prefixItems": "array",
    "minItems": "array",
    "maxItems": "array",
    "uniqueItems": "array",
    "contains": "array",
    "minLength": "string",
    "maxLength": "string",
    "pattern": "string",
    "format": "string",
    "contentMediaType": "string",
    "contentEncoding": "string",
    "minimum": "number",
    "maximum": "number",
    "exclusiveMinimum": "number",
    "exclusiveMaximum": "number",
    "multipleOf": "number",
}


class Impossible(Exception):
    """No valid value was found; the text says what is in the way."""


@dataclass(frozen=True)
class _Way:
    """How one value is being made: where we are, and what to leave out."""

    within: tuple[str, ...] = ()
    depth: int = 0
    trusting: bool = True
    full: bool = True
    variant: int = 0
    judged: bool = True  # Values are checked where keywords interact.
    heirs: tuple[str, ...] = ()  # What stands for its parent at this place.


@dataclass
class _Flat:
    """A schema with its references and `allOf` folded into one set of keywords."""

    keywords: dict[str, Any] = field(default_factory=dict[str, Any])
    offered: list[Any] = field(default_factory=list[Any])
    choices: list[list[Schema]] = field(default_factory=list[list[Schema]])
    conditions: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    discriminators: list[tuple[str, dict[str, Any]]] = field(
        default_factory=list[tuple[str, dict[str, Any]]]
    )
    names: list[str] = field(default_factory=list[str])
    patterns: list[str] = field(default_factory=list[str])
    refined: bool = False  # Has keywords that only a validator can judge.

    def copy(self) -> _Flat:
        return _Flat(
            dict(self.keywords), list(self.offered), list(self.choices), list(self.conditions),
            list(self.discriminators), list(self.names), list(self.patterns), self.refined,
        )  # fmt: skip


class Examples:
    """Makes examples for the schemas of one document.

    Args:
        schemas: The document's schemas, as replies read them.
    """

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._made: dict[tuple[int, int], Any] = {}
        self._values = 0
        self._judges: dict[int, tuple[Schema, Validator]] = {}
        self._children = self._inheritors()

    def of(self, schema: Schema, variant: int = 0) -> Any:
        """A value that is valid under the schema, as rich as can be.

        Args:
            schema: A schema that came from `Schemas`.
            variant: Another number gives another value where the schema has room for one.

        Raises:
            Impossible: No value was found, mostly because there is none.
        """
        key = (id(schema), variant)
        if key not in self._made:
            self._made[key] = self._first_valid(schema, variant)
        return copy.deepcopy(self._made[key])

    def nearest(self, schema: Schema) -> Any:
        """A value that follows the schema as far as it goes, for where `of` finds none.

        None where there is nothing at all.
        """
        self._values = 0
        try:
            return self._make(schema, _Way(full=False, judged=False))
        except (Impossible, RecursionError):
            return None

    def _first_valid(self, schema: Schema, variant: int) -> Any:
        reason = ""
        self._judges = {}
        for trusting, full in ((True, True), (True, False), (False, True), (False, False)):
            self._values = 0
            try:
                value = self._make(schema, _Way(trusting=trusting, full=full, variant=variant))
            except Impossible as impossible:
                reason = reason or str(impossible)
            except RecursionError:
                reason = reason or "the schema is nested too deep"
            else:
                if self._schemas.valid(schema, value):
                    return value
                reason = reason or self._complaint(schema, value)
        raise Impossible(reason)

    def _judge(self, schema: Schema) -> Validator:
        """A validator, kept for as long as one example is being made."""
        known = self._judges.get(id(schema))
        if known is None or known[0] is not schema:
            known = self._judges[id(schema)] = (schema, self._schemas.compiled(schema))
        return known[1]

    def _complaint(self, schema: Schema, value: Any) -> str:
        try:
            error = self._schemas.errors(schema, value)[0]
        except ValueError as unreadable:
            return str(unreadable)
        where = "".join(f"/{step}" for step in error.instance_path)
        return f"{where or '/'}: {error.message}"[:300]

    # --- One value ------------------------------------------------------------------------------

    def _make(self, schema: Schema, way: _Way) -> Any:
        self._values += 1
        if self._values > _MOST:
            raise Impossible("the schema asks for too much")
        if schema is False:
            raise Impossible("the schema allows nothing")
        if schema is True or not schema:
            return {}
        flat = _Flat()
        self._fold(schema, flat, way, direct=True)
        return self._settle(schema, flat, way)

    def _settle(self, schema: Schema, flat: _Flat, way: _Way) -> Any:
        """A value of the flat schema, which stands for `schema` as far as validity goes."""
        offered = self._offered(schema, flat, way)
        if offered:
            return copy.deepcopy(offered[way.variant % len(offered)])
        if flat.choices:
            return self._choose(schema, flat, way)
        if flat.conditions:
            return self._conditional(schema, flat, way)
        heir = self._heir(flat, way)
        if heir is not None:
            try:
                value = self._make(
                    {"$ref": reference(heir)}, replace(way, heirs=(*way.heirs, heir))
                )
                if _valid(self._judge(schema), value):
                    return value
            except Impossible:
                pass
        return self._plain(schema, flat, way)

    def _offered(self, schema: Schema, flat: _Flat, way: _Way) -> list[Any]:
        keywords = flat.keywords
        if "const" in keywords:
            return [keywords["const"]]
        offered = list(flat.offered) if way.trusting else []
        if not offered and "enum" in keywords:
            offered = [value for value in keywords["enum"] if value is not None] or [None]
        if not offered and way.trusting and keywords.get("default") is not None:
            offered = [keywords["default"]]
        if not offered:
            return []
        compiled = self._judge(schema)
        return [value for value in offered if _valid(compiled, value)]

    def _choose(self, schema: Schema, flat: _Flat, way: _Way) -> Any:
        rest = flat.copy()
        branches = rest.choices.pop(0)
        # A way out of a recursion first where one is needed; null last.
        ordered = sorted(branches[:_BRANCHES], key=lambda branch: self._is_null(branch))
        turn = (
            way.variant % len(ordered) if len(ordered) > 1 and not self._is_null(ordered[-1]) else 0
        )
        reason = "no branch fits"
        compiled = self._judge(schema)
        near: list[Any] = []
        for branch in ordered[turn:] + ordered[:turn]:
            chosen = rest.copy()
            name = component(branch)
            if name is not None:
                chosen.names = [name, *chosen.names]
            try:
                self._fold(branch, chosen, way, direct=True)
                value = self._settle(schema, chosen, way)
            except Impossible as impossible:
                reason = str(impossible)
                continue
            if not way.judged or _valid(compiled, value):
                return value
            near.append(value)
            reason = "a value of one branch fits another one, too, or not the rest of the schema"
        for value in self._telling(near, branches) if way.judged else ():
            if _valid(compiled, value):
                return value
        raise Impossible(reason)

    def _telling(self, near: list[Any], branches: list[Schema]) -> Iterator[Any]:
        """Values that fit several branches of a oneOf, changed so that they might fit one alone."""
        names: dict[str, None] = {"key": None}
        for branch in branches[:_BRANCHES]:
            followed = self._schemas.follow(branch)
            if is_object(followed):
                names.update(dict.fromkeys(members(followed.get("properties"))))
        for value in near:
            if is_object(value):
                added = [name for name in names if name not in value]
                yield from ({**value, name: other} for name in added for other in _OTHERS)
                # A member of a wrong type rules out each branch that knows it.
                yield from ({**value, **dict.fromkeys(added, other)} for other in _OTHERS)
                yield from ({**value, name: other} for name in value for other in _OTHERS)
        yield from _OTHERS

    def _conditional(self, schema: Schema, flat: _Flat, way: _Way) -> Any:
        rest = flat.copy()
        condition = rest.conditions.pop(0)
        compiled = self._judge(schema)
        ways: list[list[Schema]] = [
            [],
            [condition["if"], condition.get("then", True)],
            [condition.get("else", True)],
        ]
        for added in ways:
            chosen = rest.copy()
            try:
                for part in added:
                    self._fold(part, chosen, way, direct=False)
                value = self._settle(schema, chosen, way)
            except Impossible:
                continue
            if not way.judged or _valid(compiled, value):
                return value
        raise Impossible("neither side of an if/then/else fits")

    def _plain(self, schema: Schema, flat: _Flat, way: _Way) -> Any:
        types = _types(flat.keywords)
        reason = "the types exclude each other"
        compiled = self._judge(schema) if flat.refined or len(types) > 1 else None
        tries = [way]
        if flat.refined:
            tries += [replace(way, variant=way.variant + n) for n in (1, 2, 3)]
            tries += [replace(way, full=False)] if way.full else []
        for kind, tried in ((kind, tried) for kind in types for tried in tries):
            try:
                value = self._typed(kind, flat, tried)
            except Impossible as impossible:
                reason = str(impossible)
                continue
            if compiled is None or not way.judged or _valid(compiled, value):
                return value
            reason = "the value made does not fit"
        raise Impossible(reason)

    def _typed(self, kind: str, flat: _Flat, way: _Way) -> Any:
        if kind == "null":
            return None
        if kind == "boolean":
            return way.variant % 2 == 0
        if kind == "object":
            return self._object(flat, way)
        if kind == "array":
            return self._array(flat, way)
        if kind == "string":
            return self._string(flat, way)
        return _number(flat.keywords, kind, way.variant)

    # --- Objects and arrays ---------------------------------------------------------------------

    def _object(self, flat: _Flat, way: _Way) -> dict[str, Any]:
        keywords = flat.keywords
        below = replace(way, within=(*way.within, *flat.names), depth=way.depth + 1)
        properties: dict[str, Schema] = members(keywords.get("properties"))
        required: list[str] = [
            name for name in elements(keywords.get("required")) if isinstance(name, str)
        ]
        most = keywords.get("maxProperties")
        value: dict[str, Any] = {}
        rich = way.full and way.depth < _DEEPEST and self._values < _RICH
        must = dict.fromkeys(required)
        tags = dict(self._tags(flat))
        for name in [*properties, *(name for name in required if name not in properties)]:
            needed = name in must
            if not needed and not rich and name not in tags:
                continue
            if self._schemas.missing(properties.get(name)) and not needed:
                continue
            try:
                value[name] = self._member(name, flat, below)
            except Impossible:
                if needed and name not in tags:
                    raise
        for name, tag in tags.items():
            if name not in properties or self._admits(properties[name], tag):
                value[name] = tag
        for name, added in members(keywords.get("dependentRequired")).items():
            if name in value:
                for other in added:
                    if other not in value:
                        value[other] = self._member(other, flat, below)
        if isinstance(most, int) and len(value) > most:
            for name in [name for name in reversed(value) if name not in must][: len(value) - most]:
                del value[name]
        self._fill(value, flat, below, rich)
        return value

    def _fill(self, value: dict[str, Any], flat: _Flat, way: _Way, rich: bool) -> None:
        """Adds members that have no property of their own, as many as there must be.

        At least one, where an object has nothing else to show.
        """
        keywords = flat.keywords
        least = keywords.get("minProperties")
        wanted = least if isinstance(least, int) else 0
        additional = keywords.get("additionalProperties")
        open_ended = is_object(additional) or keywords.get("patternProperties")
        shown = not keywords.get("properties") and not value and open_ended
        if rich and shown and keywords.get("maxProperties") != 0:
            wanted = max(wanted, 1)
        if wanted > _MOST:
            raise Impossible("minProperties asks for too much")
        for attempt in range(wanted * 2 + 8):
            if len(value) >= wanted:
                return
            try:
                name = self._name(keywords, attempt)
                if name not in value:
                    value[name] = self._member(name, flat, replace(way, variant=attempt))
            except Impossible:
                if not isinstance(least, int) or len(value) >= least:
                    return
        for name in members(keywords.get("properties")):
            if len(value) < wanted and name not in value:
                value[name] = self._member(name, flat, way)

    def _name(self, keywords: Mapping[str, Any], number: int) -> str:
        names = keywords.get("propertyNames")
        if is_object(names) and names:
            name = self._make({"allOf": [{"type": "string"}, names]}, _Way(variant=number))
            if isinstance(name, str):
                return name
        if keywords.get("additionalProperties") is False or keywords.get("patternProperties"):
            for pattern in members(keywords.get("patternProperties")):
                text = matching(pattern, variant=number, extra=number)
                if text is not None:
                    return text
        return "key" if number == 0 else f"key{number + 1}"

    def _member(self, name: str, flat: _Flat, way: _Way) -> Any:
        parts: list[Schema] = []
        properties: dict[str, Schema] = members(flat.keywords.get("properties"))
        if name in properties:
            parts.append(properties[name])
        for pattern, schema in members(flat.keywords.get("patternProperties")).items():
            if _valid(self._schemas.compiled({"pattern": pattern}), name):
                parts.append(schema)
        if not parts:
            additional = flat.keywords.get("additionalProperties", True)
            if additional is False:
                raise Impossible(f"'{name}' is required but not allowed")
            if additional is True or not additional:
                return "string"
            parts.append(additional)
        return self._make(parts[0] if len(parts) == 1 else {"allOf": parts}, way)

    def _admits(self, schema: Schema, value: Any) -> bool:
        return _valid(self._judge(schema), value)

    def _array(self, flat: _Flat, way: _Way) -> list[Any]:
        keywords = flat.keywords
        below = replace(way, within=(*way.within, *flat.names), depth=way.depth + 1)
        least, most = keywords.get("minItems") or 0, keywords.get("maxItems")
        if least > _MOST:
            raise Impossible("minItems asks for too much")
        value: list[Any] = []
        first: list[Schema] = elements(keywords.get("prefixItems"))
        for schema in first if most is None else first[:most]:
            try:
                value.append(self._make(schema, below))
            except Impossible:
                if len(value) < least:
                    raise
                return value
        items: Schema = keywords.get("items", True)
        contains = keywords.get("contains")
        if contains is not None:
            for number in range(keywords.get("minContains", 1)):
                both: Schema = {"allOf": [items, contains]} if items is not True else contains
                value.append(self._make(both, replace(below, variant=below.variant + number)))
        rich = way.full and way.depth < _DEEPEST and self._values < _RICH
        wanted = max(least, 1 if rich and items is not False and not value else 0)
        if most is not None:
            wanted = min(wanted, most)
        unique = keywords.get("uniqueItems") is True
        attempt = 0
        while len(value) < wanted:
            try:
                item = self._make(items, replace(below, variant=way.variant + attempt))
            except Impossible:
                if len(value) >= least:
                    break
                raise
            attempt += 1
            if not unique or not any(_same(item, other) for other in value):
                value.append(item)
            elif attempt > wanted + _PAST:
                if len(value) >= least:
                    break
                raise Impossible(f"there are fewer than {least} different items")
        return value

    def _string(self, flat: _Flat, way: _Way) -> str:
        keywords = flat.keywords
        least, most = keywords.get("minLength") or 0, keywords.get("maxLength")
        if least > _LONGEST:
            raise Impossible("minLength asks for too much")
        judged: dict[str, Any] = {
            key: keywords[key] for key in ("minLength", "maxLength", "format") if key in keywords
        }
        if flat.patterns:
            judged["allOf"] = [{"pattern": pattern} for pattern in flat.patterns]
        compiled = self._schemas.compiled(judged)
        for text in _texts(keywords.get("format"), flat.patterns, least, most, way.variant):
            if _valid(compiled, text):
                return text
        raise Impossible("no text fits " + " and ".join(f"{k} {v!r}" for k, v in judged.items()))

    # --- Folding --------------------------------------------------------------------------------

    def _fold(self, schema: Schema, flat: _Flat, way: _Way, *, direct: bool) -> None:
        """Adds the schema's keywords to `flat`, through references and `allOf`.

        Args:
            schema: What to add.
            flat: What it is added to.
            way: Where the value is; a component that is already being made is refused.
            direct: Whether examples in `schema` speak of the whole value.
        """
        if schema is True:
            return
        if schema is False:
            raise Impossible("the schema allows nothing")
        assert is_object(schema)
        name = component(schema)
        if direct:
            offered = schema.get("examples")
            flat.offered += offered if is_array(offered) else []
            flat.offered += [schema["example"]] if "example" in schema else []
        if name is not None:
            if name in way.within:
                raise Impossible(f"'{name}' holds itself without end")
            target = self._schemas.components.get(name)
            if target is None:
                raise Impossible(f"there is no schema '{name}'")
            if flat.names.count(name) > 1:
                raise Impossible(f"'{name}' is defined by itself")
            flat.names.append(name)
            self._fold(target, flat, way, direct=direct)
        parts = elements(schema.get("allOf"))
        alone = len(parts) == 1 and not ({"properties", "oneOf", "anyOf"} & schema.keys())
        for part in parts:
            self._fold(part, flat, way, direct=direct and alone)
        for keyword in ("oneOf", "anyOf"):
            if schema.get(keyword):
                flat.choices.append(schema[keyword])
        if "if" in schema:
            flat.conditions.append(schema)
        if is_object(schema.get("discriminator")):
            flat.discriminators.append(
                (flat.names[-1] if name is None and flat.names else "", schema["discriminator"])
            )
        if isinstance(schema.get("pattern"), str):
            flat.patterns.append(schema["pattern"])
        flat.refined = flat.refined or not _REFINING.isdisjoint(schema)
        for key, value in schema.items():
            if key in _COMBINED:
                old = flat.keywords.get(key)
                flat.keywords[key] = value if old is None else _combined(key, old, value)
            elif key == "default":
                flat.keywords.setdefault(key, value)
        if flat.keywords.get("type") == []:
            raise Impossible("the types exclude each other")

    def _tags(self, flat: _Flat) -> Iterator[tuple[str, str]]:
        """What the discriminators of the value hold, by property."""
        for _, discriminator in flat.discriminators:
            name = discriminator.get("propertyName")
            if not isinstance(name, str) or not flat.names:
                continue
            mapping = discriminator.get("mapping")
            tags = [
                tag
                for concrete in dict.fromkeys(flat.names)
                for tag, target in (mapping if is_object(mapping) else {}).items()
                if _target(target) == concrete
            ]
            yield name, tags[0] if tags else flat.names[0]

    def _heir(self, flat: _Flat, way: _Way) -> str | None:
        """The first schema that a parent with nothing but a discriminator can stand for."""
        for owner, discriminator in flat.discriminators:
            if not flat.names or flat.names[0] != owner:
                continue
            mapping = discriminator.get("mapping")
            targets = [_target(target) for target in members(mapping).values()]
            taken = {owner, *way.within, *way.heirs}
            children: list[str] = [*targets, *self._children.get(owner, ())]
            for name in children:
                if name in self._schemas.components and name not in taken:
                    return name
        return None

    def _inheritors(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = {}
        for name, schema in self._schemas.components.items():
            if is_object(schema):
                for part in elements(schema.get("allOf")):
                    parent = component(part)
                    if parent is not None:
                        children.setdefault(parent, []).append(name)
        return children

    def _is_null(self, schema: Schema) -> bool:
        followed = self._schemas.follow(schema)
        return is_object(followed) and (
            followed.get("type") in ("null", ["null"]) or followed.get("enum") == [None]
        )


_OTHERS: Final[tuple[Any, ...]] = ("string", 0, True, 0.5, [], {}, None)
_REFINING: Final = frozenset(
    {
        "contains",
        "dependentSchemas",
        "not",
        "propertyNames",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)
_LARGER: Final = frozenset(
    {"exclusiveMinimum", "minContains", "minItems", "minLength", "minProperties", "minimum"}
)
_SMALLER: Final = frozenset(
    {"exclusiveMaximum", "maxItems", "maxLength", "maxProperties", "maximum"}
)
_COMBINED: Final = (
    _LARGER
    | _SMALLER
    | {
        "additionalProperties",
        "const",
        "contains",
        "dependentRequired",
        "enum",
        "format",
        "items",
        "multipleOf",
        "patternProperties",
        "prefixItems",
        "properties",
        "propertyNames",
        "required",
        "type",
        "uniqueItems",
    }
)


def _combined(key: str, old: Any, new: Any) -> Any:
    """One keyword that says what two say."""
    if key == "type":
        return _narrowed(_listed(old), _listed(new))
    if key == "enum":
        return [value for value in old if any(_same(value, other) for other in new)]
    if key == "required":
        return list(dict.fromkeys([*old, *new]))
    if key in ("properties", "patternProperties"):
        return {
            **old,
            **{
                name: _both(old[name], schema) if name in old else schema
                for name, schema in new.items()
            },
        }
    if key == "dependentRequired":
        return {**old, **{name: [*old.get(name, []), *added] for name, added in new.items()}}
    if key in ("additionalProperties", "items", "contains", "propertyNames"):
        return _both(old, new)
    if key in _LARGER:
        return max(old, new)
    if key in _SMALLER:
        return min(old, new)
    if key == "multipleOf" and isinstance(old, int) and isinstance(new, int) and old and new:
        return math.lcm(old, new)
    if key == "prefixItems":
        return new if len(elements(new)) > len(elements(old)) else old
    if key == "uniqueItems":
        return old or new
    return old if key == "const" else new


def _both(one: Schema, other: Schema) -> Schema:
    if one is other or other is True or one is False:
        return one
    if one is True or other is False:
        return other
    return {"allOf": [one, other]}


def _listed(types: Any) -> list[str]:
    return [types] if isinstance(types, str) else list(types)


def _narrowed(one: list[str], other: list[str]) -> list[str]:
    kept: list[str] = []
    for kind in one:
        if kind in other:
            kept.append(kind)
        elif (kind == "integer" and "number" in other) or (kind == "number" and "integer" in other):
            kept.append("integer")
    return kept


def _types(keywords: Mapping[str, Any]) -> list[str]:
    """The types to try, in order; null last."""
    if "type" in keywords:
        types = _listed(keywords["type"])
    else:
        types = list(
            dict.fromkeys(_TYPE_BY_KEYWORD[key] for key in keywords if key in _TYPE_BY_KEYWORD)
        ) or ["object"]
    return sorted(types, key=lambda kind: kind == "null")


def _target(reference: Any) -> str:
    """The component that a discriminator's mapping names, by reference or by name."""
    text = str(reference)
    return text.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def _same(one: Any, other: Any) -> bool:
    """Equality as JSON has it: `1` is not `true`."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if is_object(one) and is_object(other):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if is_array(one) and is_array(other):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _valid(compiled: Validator, value: Any) -> bool:
    try:
        return compiled.is_valid(value)
    except ValueError:
        return False


def _number(keywords: Mapping[str, Any], kind: str, variant: int) -> int | float:
    """A number within the limits, near 1."""
    low, high = keywords.get("minimum"), keywords.get("maximum")
    above, below = keywords.get("exclusiveMinimum"), keywords.get("exclusiveMaximum")
    multiple = keywords.get("multipleOf")
    whole = kind == "integer"
    if isinstance(multiple, (int, float)) and multiple > 0:
        step = Fraction(str(multiple))
        if whole and step.denominator != 1:
            step = Fraction(step.numerator)
    else:
        step = Fraction(1) if whole else Fraction(1, 2)
    floor = max((Fraction(str(v)) for v in (low, above) if v is not None), default=None)
    ceiling = min((Fraction(str(v)) for v in (high, below) if v is not None), default=None)
    start = Fraction(1) if whole or multiple else Fraction(3, 2)
    if floor is not None and start < floor:
        start = floor
    if ceiling is not None and start > ceiling:
        start = ceiling if floor is None else max(floor, ceiling - (ceiling - floor) / 2)
    tried = step * math.ceil(start / step)
    candidates = [tried + step * variant, tried, tried - step, tried + step]
    if floor is not None and ceiling is not None and not multiple and not whole:
        candidates.append((floor + ceiling) / 2)
    candidates += [edge for edge in (floor, ceiling) if edge is not None]
    for number in candidates:
        if (
            (low is None or number >= Fraction(str(low)))
            and (high is None or number <= Fraction(str(high)))
            and (above is None or number > Fraction(str(above)))
            and (below is None or number < Fraction(str(below)))
            and not (whole and number.denominator != 1)
        ):
            return (
                int(number)
                if number.denominator == 1 and (whole or abs(number) > 2**53)
                else float(number)
            )
    raise Impossible("no number fits the limits")


def _texts(
    form: str | None, patterns: list[str], least: int, most: int | None, variant: int
) -> Iterator[str]:
    """Texts worth trying, the most readable first."""
    sample = _SAMPLES.get(form or "")
    if sample is not None:
        yield from _formatted(form or "", sample, least, most, variant)
    if not patterns or variant == 0:
        plain = "string" if variant == 0 else f"string{variant + 1}"
        if len(plain) < least:
            plain += "a" * (least - len(plain))
        yield (
            plain
            if most is None or len(plain) <= most
            else (plain[-1] if variant else plain[0]) + plain[1:most]
        )
        if most is not None and len(plain) > most:
            yield plain[:most]
            yield _numeral(variant, most)
    for pattern in patterns:
        for extra in dict.fromkeys((0, 1, 2, 3, least, least // 2 + 1, least // 3 + 1, 8, 16, 32)):
            text = matching(pattern, extra=extra, variant=variant)
            if text is not None:
                yield text
                if least > len(text) and "$" not in pattern[-2:]:
                    yield text + "a" * (least - len(text))
    if patterns:
        length = max(least, 12)
        yield ("Aa1!" * (length // 4 + 1))[:length]
        yield from ("1", "a", "A", "0.0", "2024-01-15", "a-b", "AA", "example.com", "a@example.com")


def _formatted(form: str, sample: str, least: int, most: int | None, variant: int) -> Iterator[str]:
    short = max(least - len(sample), 0)
    if form in ("email", "idn-email"):
        yield ("a" * short or "") + (f"user{variant + 1}@example.com" if variant else sample)
        yield "a@b.co"
    elif form in (
        "uri",
        "url",
        "iri",
        "uri-reference",
        "iri-reference",
        "json-pointer",
        "uri-template",
    ):
        yield sample + (f"{variant + 1}" if variant else "") + "a" * short
        yield "a:b" if form in ("uri", "iri") else "/a"
    elif form == "uuid":
        yield sample[:-4] + f"{(0xAFA6 + variant) % 0x10000:04x}"
    elif form in ("date", "date-time", "time") and variant:
        day, second = 1 + variant % 28, variant % 60
        yield {"date": f"2024-01-{day:02}", "time": f"12:30:{second:02}Z"}.get(
            form, f"2024-01-{day:02}T12:30:{second:02}Z"
        )
    elif form == "ipv4":
        yield f"192.0.2.{1 + variant % 250}"
    elif form == "ipv6":
        yield f"2001:db8::{1 + variant % 0xFFFF:x}"
    elif form in ("hostname", "idn-hostname"):
        yield ("a" * min(short, 50) or "") + (f"host{variant + 1}." if variant else "") + sample
        yield "a.co"
    elif form in ("int64", "decimal"):
        yield str(1 + variant)
    elif form == "byte":
        yield "YWFh" * max(1 + variant % 5, -(-least // 4))
    yield sample
    if most is not None and most < len(sample):
        yield "YWFh"[: most - most % 4] if form == "byte" else sample[:most]


def _numeral(number: int, most: int) -> str:
    """A number in letters, so long that short texts can differ."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    text = letters[number % 36]
    while number >= 36:
        number = number // 36 - 1
        text = letters[number % 36] + text
    return text[-most:] if most else ""
