"""Classes and enumerations of an SDK -> schemas under `components`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rebind.upstream import describing, spelling, types
from rebind.upstream.sdk import Enum, Family, Field, Gap, Input, InputField, Resource, Sdk
from rebind.upstream.types import Schema

POINTER = "#/components/schemas/"


@dataclass(frozen=True)
class Keys:
    """Under which keys of `components: schemas:` things stand.

    Args:
        resources: Resource class -> key.
        inputs: Input class -> key.
        enums: Enumeration -> key.
    """

    resources: Mapping[str, str]
    inputs: Mapping[str, str]
    enums: Mapping[str, str]

    def sent(self) -> dict[str, str]:
        """Class -> pointer, as annotations of arguments mean it."""
        return _pointers(self.resources) | _pointers(self.inputs) | _pointers(self.enums)

    def received(self) -> dict[str, str]:
        """Class -> pointer, as results and fields of replies mean it."""
        return _pointers(self.enums) | _pointers(self.inputs) | _pointers(self.resources)


def _pointers(keys: Mapping[str, str]) -> dict[str, str]:
    return {name: POINTER + key for name, key in keys.items()}


@dataclass(frozen=True)
class Choice:
    """Something that a rule decided, for a person to look at.

    Args:
        rule: The rule.
        what: What it decided on.
        result: What it decided.
    """

    rule: str
    what: str
    result: str


@dataclass
class Components:
    """The schemas, and what was chosen on the way."""

    schemas: dict[str, Schema] = field(default_factory=dict[str, Schema])
    choices: list[Choice] = field(default_factory=list[Choice])
    gaps: list[Gap] = field(default_factory=list[Gap])


def keys(sdk: Sdk) -> Keys:
    """Give every class and enumeration a key; where names are equal, the less exposed one yields.

    Args:
        sdk: What the SDK says.

    Returns:
        The keys; no two are equal.
    """
    enums = {name: name for name in sdk.enums}
    resources = {name: f"{name}Info" if name in enums else name for name in sdk.resources}
    taken = {*enums, *resources.values()}
    inputs = {name: f"{name}Input" if name in taken else name for name in sdk.inputs}
    return Keys(resources, inputs, enums)


def make(sdk: Sdk, known: Keys) -> Components:
    """Describe every class and enumeration.

    Args:
        sdk: What the SDK says.
        known: Their keys.

    Returns:
        The schemas by key, and what was chosen by rule.
    """
    made = Components()
    sent = [sent.wire for method in sdk.methods.values() for sent in method.sent]
    for name, key in known.resources.items():
        resource = sdk.resources[name]
        schema = _resource(resource, known, made)
        if standing := _named_by(resource.ident, sent):
            schema = {"type": "object", "x-rebind-id": standing, **schema}
        made.schemas[key] = schema
    variants = {cls: family for family in sdk.families.values() for cls in family.variants.values()}
    for name, key in known.inputs.items():
        family = sdk.families.get(name)
        if family is not None:
            made.schemas[key] = _family(family, sdk, known)
        else:
            made.schemas[key] = _input(sdk.inputs[name], variants.get(name), known, made)
    for name, key in known.enums.items():
        made.schemas[key] = _enum(sdk.enums[name])
    made.schemas = dict(sorted(made.schemas.items()))
    return made


def _resource(resource: Resource, known: Keys, made: Components) -> Schema:
    owner = spelling.split(resource.name)
    properties: Schema = {}
    for item in resource.fields:
        found = _held(resource, item, known, made)
        if spelling.snake(spelling.split(item.wire)) != item.name and _is_python(item.name):
            found["x-rebind-name"] = item.name
        said = describing.attribute(item.name, kind_of(found), owner)
        found["description"] = said
        if item.deprecated:
            found["deprecated"] = True
        properties[item.wire] = found
    schema: Schema = {"type": "object", "description": describing.kind_of(resource.name)}
    if properties:
        schema["properties"] = properties
    if known.resources[resource.name] != resource.name:
        made.choices.append(
            Choice(
                "equal names",
                resource.name,
                f"the schema is called {known.resources[resource.name]}",
            )
        )
    return schema


def _named_by(ident: str, sent: Iterable[str]) -> Any:
    """The arguments that take an object in the place of its id: those that end in its name."""
    if len(spelling.split(ident)) < 2:  # `id` says of what kind it is nowhere
        return None
    end = ident[:1].upper() + ident[1:]
    found = [wire for wire in dict.fromkeys(sent) if wire == ident or wire.endswith(end)]
    return {"field": ident, "as": found} if found and found != [ident] else "".join(found)


def _held(resource: Resource, item: Field, known: Keys, made: Components) -> Schema:
    """The schema of a field of a reply: always nullable."""
    what = f"{resource.name}.{item.wire}"
    if item.nested:
        reference: Schema = {"$ref": known.received()[item.nested]}
        several = spelling.is_plural(spelling.split(item.wire)[-1])
        made.choices.append(
            Choice("a nested class", what, f"{'a list of ' if several else 'one '}{item.nested}")
        )
        return types.nullable({"type": "array", "items": reference} if several else reference)
    try:
        return types.nullable(types.schema(item.said, {}))
    except types.UnknownType:
        why = f"'{item.said}' is no type that is known"
        made.gaps.append(Gap("upstream-type", what, why, "any value is allowed", item.place))
        return {}


def kind_of(schema: Schema) -> str:
    """The one type of a schema beside null; empty where there are several."""
    kinds = [kind for kind in types.kinds_of(schema) if kind != "null"]
    return kinds[0] if len(kinds) == 1 else ""


def _input(given: Input, family: Family | None, known: Keys, made: Components) -> Schema:
    owner = spelling.split(given.name)
    properties: Schema = {}
    required: list[str] = []
    for item in given.fields:
        if family is not None and item.name == family.key:
            values = [value for value, cls in family.variants.items() if cls == given.name]
            told: Schema = {"const": values[0]} if len(values) == 1 else {"enum": values}
            properties[item.wire] = {
                "type": "string",
                **told,
                "description": "What tells it apart.",
            }
            required.append(item.wire)
            continue
        found = _given(given, item, known, made)
        if item.required:
            required.append(item.wire)
        said = describing.attribute(item.name, kind_of(found), owner)
        found["description"] = said
        if item.deprecated:
            found["deprecated"] = True
        if spelling.snake(spelling.split(item.wire)) != item.name and _is_python(item.name):
            found["x-rebind-name"] = item.name
        properties[item.wire] = found
    schema: Schema = {"type": "object", "description": describing.kind_of(given.name)}
    schema["x-rebind-flat"] = _flat(given, family, known)
    if required:
        schema["required"] = required
    if properties:
        schema["properties"] = properties
    if given.open or not properties:
        schema["additionalProperties"] = True
    return schema


def _is_python(name: str) -> bool:
    return name.isidentifier() and not name.startswith("_")


def _flat(given: Input, family: Family | None, known: Keys) -> Any:
    """What a flat client has to know of an input class."""
    said: dict[str, Any] = {}
    if known.inputs[given.name] != given.name:
        said["name"] = given.name
    if given.open:
        said["extra"] = "kwargs"
    base = given.bases[0] if given.bases else ""
    if base and (family is None or family.name != base):
        said["base"] = base
    return said or True


def _given(given: Input, item: InputField, known: Keys, made: Components) -> Schema:
    """The schema of a field of an input class: nullable unless it is required."""
    try:
        found = types.schema(item.annotation, known.sent())
    except types.UnknownType:
        why = f"'{item.annotation}' is no type that is known"
        what = f"{given.name}.{item.name}"
        made.gaps.append(Gap("upstream-type", what, why, "any value is allowed", given.place))
        found = {}
    if item.required:
        return dict(found)
    found = types.nullable(found)
    if item.default is not None:
        found = {**found, "default": item.default}
    return dict(found)


def _family(family: Family, sdk: Sdk, known: Keys) -> Schema:
    """A union that one property tells apart."""
    base = sdk.inputs[family.name]
    variants = [sdk.inputs[cls] for cls in family.variants.values()]
    wires = [
        item.wire for cls in (*variants, base) for item in cls.fields if item.name == family.key
    ]
    wire = wires[0] if wires else family.key
    members = dict.fromkeys(POINTER + known.inputs[cls] for cls in family.variants.values())
    flat: dict[str, Any] = {}
    if known.inputs[family.name] != family.name:
        flat["name"] = family.name
    if base.open:
        flat["extra"] = "kwargs"
    if base.bases:
        flat["base"] = base.bases[0]
    return {
        "description": describing.kind_of(family.name),
        "x-rebind-flat": flat or True,
        "oneOf": [{"$ref": pointer} for pointer in members],
        "discriminator": {
            "propertyName": wire,
            "mapping": {
                value: POINTER + known.inputs[cls] for value, cls in family.variants.items()
            },
        },
    }


def _enum(enum: Enum) -> Schema:
    values = list(dict.fromkeys(enum.members.values()))
    names = {value: name for name, value in reversed(list(enum.members.items()))}
    kind = "integer" if all(isinstance(value, int) for value in values) else "string"
    schema: Schema = {
        "type": kind,
        "description": describing.value_set(enum.name),
        "enum": values,
    }
    if any(names[value] != value for value in values):
        schema["x-enum-varnames"] = [names[value] for value in values]
    deprecated = [enum.members.get(name, name) for name in enum.deprecated]
    if deprecated:
        schema["x-rebind-deprecated-values"] = [value for value in deprecated if value in values]
    return schema
