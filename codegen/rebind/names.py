"""Every Python name, given once, to everything, together, so that collisions are seen whole."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NewType

from rebind import ir
from rebind.runtime.call_options import CallOptions
from rebind.runtime.client import AsyncClient, Client

Identifier = NewType("Identifier", str)
"""A string that is safe to print as a Python name. Only this module makes them."""

_WORD = re.compile(r"[A-Z]+(?=[A-Z][^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]+|\d+")
_SIGNS = {"+": " plus ", "-": " minus ", "<": " lt ", ">": " gt ", "=": " eq ", "*": " star "}

CLASS_SCOPE = {
    "Annotated", "Any", "Async", "AsyncBound", "Bound", "BaseModel", "Binary", "Call",
    "CallOptions", "Callable", "Waiting",
    "Client", "AsyncClient", "ClassVar", "Decimal", "Empty", "Enum", "Field", "File", "Generic",
    "Json", "Literal", "ApiModel", "None", "OMIT", "Omit", "Operation", "Resource", "AsyncResource",
    "RootModel", "Style", "TYPE_CHECKING", "Text", "True", "False", "Unpack", "UUID", "TypeAlias",
    "List", "Dict", "Optional", "Union", "Timeout", "RetryPolicy", "ConfigDict", "Deprecated",
    "ApiError", "StatusError", "Self", "Path", "Date", "Datetime", "Set", "Tuple", "Mapping",
    "Sequence", "FileTypes", "ContentTypes", "Polled", "StreamedResponse",
    "AsyncStreamedResponse",
}  # fmt: skip
"""What generated modules import or pydantic reads by name: no class of the API may take these."""

FIELD_SCOPE = {
    "list", "dict", "str", "int", "float", "bool", "bytes", "set", "tuple", "dt", "self", "cls",
    "copy", "json", "schema", "construct", "validate", "parse_obj", "parse_raw", "from_orm",
    "parse_file", "schema_json", "update_forward_refs", "to_dict", "need", "client", "fields",
    "model_computed_fields", "model_config", "model_construct", "model_copy", "model_dump",
    "model_dump_json", "model_extra", "model_fields", "model_fields_set", "model_json_schema",
    "model_parametrized_name", "model_post_init", "model_rebuild", "model_validate",
    "model_validate_json", "model_validate_strings",
}  # fmt: skip
"""Names a field may not take: what annotations are made of, what pydantic and `ApiModel` define."""

OLD_METHODS = {
    "construct", "copy", "from_orm", "json", "parse_file", "parse_obj", "parse_raw", "schema",
    "schema_json", "update_forward_refs", "validate",
}  # fmt: skip
"""What pydantic's models are going to lose: methods of objects may be called so."""

BUILTINS = {*dir(builtins), "BaseExceptionGroup", "ExceptionGroup", "PythonFinalizationError"}
"""The same set under every Python that generates."""

ARGUMENT_SCOPE = {"self", "options", "OMIT", "models", "dt", *CallOptions.__annotations__}
"""What every method takes or its module holds: no argument of an operation may take these."""

CLIENT_SCOPE = {name for cls in (Client, AsyncClient) for name in dir(cls)}
_METHOD_SCOPE = {"self"}
_MODULE_SCOPE = {"models", "resources", "errors"}


@dataclass(frozen=True)
class OperationNames:
    """The names of one operation."""

    method: Identifier
    constant: Identifier
    function: Identifier
    arguments: Mapping[tuple[str, str], Identifier]
    """(place, wire name) -> argument."""
    body: Identifier | None


@dataclass(frozen=True)
class FlatNames:
    """The names of one operation on the flat client."""

    method: Identifier
    arguments: Mapping[tuple[str, str], Identifier]
    """(place, wire name) -> argument."""


@dataclass(frozen=True)
class ResourceNames:
    """The names of one namespace."""

    attribute: Identifier
    module: Identifier
    cls: Identifier
    async_cls: Identifier


@dataclass(frozen=True)
class Names:
    """What everything is called in Python."""

    package: Identifier
    client: Identifier
    async_client: Identifier
    classes: Mapping[ir.Pointer, Identifier]
    modules: Mapping[ir.Pointer, Identifier]
    fields: Mapping[tuple[ir.Pointer, str], Identifier]
    """(schema, wire name) -> attribute."""
    bound: Mapping[tuple[ir.Pointer, str], Identifier]
    """(schema, name in the document) -> method."""
    resources: Mapping[str, ResourceNames]
    operations: Mapping[ir.Pointer, OperationNames]
    flat: Mapping[ir.Pointer, FlatNames]
    flat_classes: Mapping[ir.Pointer, Identifier]
    """Component -> its name in the flat package."""


def assign(api: ir.Api, *, package: str, client: str | None) -> Names:
    """Name everything.

    Args:
        api: The API.
        package: The import name of the package.
        client: The class name of the client; from the document or its title when left out.

    Returns:
        The names. Two runs on equal input give equal names, and what is added to a document
        changes the names of other things only where they would collide.
    """
    client_name = _legal(_pascal([client or api.client or api.title]), "Client")
    taken = {client_name, f"Async{client_name}", *(e.name for e in api.errors), *CLASS_SCOPE}
    classes = _classes(api, taken)
    used = {*taken, *classes.values()}
    modules = _modules(classes)
    fields: dict[tuple[str, str], Identifier] = {}
    bound: dict[tuple[str, str], Identifier] = {}
    for pointer, schema in api.schemas.items():
        methods = _unique(
            ((name, [name]) for name in _bound(schema)),
            snake,
            _METHOD_SCOPE | FIELD_SCOPE - OLD_METHODS,
        )
        bound.update({(pointer, key): name for key, name in methods.items()})
        wires: Mapping[str, Mapping[str, Any]] = schema.data.get("properties") or {}
        spelled = ((w, [wires[w].get("x-rebind-name") or w]) for w in wires)
        reserved = FIELD_SCOPE | set(methods.values())
        for wire, name in _unique(spelled, _field, reserved).items():
            fields[pointer, wire] = name
    resources = _resources(api, used)
    operations = {
        pointer: names
        for resource in api.resources
        for pointer, names in _operations(resource, resources[resource.key])
    }
    return Names(
        package=Identifier(package),
        client=client_name,
        async_client=Identifier(f"Async{client_name}"),
        classes=classes,
        modules=modules,
        fields=fields,
        bound=bound,
        resources=resources,
        operations=operations,
        flat=_flat(api, {str(names.attribute) for names in resources.values()}),
        flat_classes={
            pointer: pascal([(schema.flat.name if schema.flat else None) or schema.hint[0]])
            for pointer, schema in api.schemas.items()
            if schema.named
        },
    )


def _bound(schema: ir.Schema) -> Iterator[str]:
    """The methods of an object, as the document calls them."""
    yield from (bound.name for bound in schema.bound)
    yield from (wait.name for wait in schema.waits)


@cache
def words(text: str) -> tuple[str, ...]:
    """The words of a name in any spelling: `last24HoursUsage` -> last, 24, Hours, Usage."""
    text = unicodedata.normalize("NFKC", str(text))
    text = re.sub(r"(?<=[a-z0-9])'(?=[a-z])", "", text)
    return tuple(word for word in _WORD.findall(text) if word.isidentifier() or word.isdigit())


def snake(parts: Iterable[str]) -> Identifier:
    """`getURLById` -> `get_url_by_id`."""
    return _legal("_".join(word.lower() for part in parts for word in words(part)), "field")


def _field(parts: list[str]) -> Identifier:
    """What is spelled as Python already stays as it is: `address_line1`."""
    if len(parts) == 1 and re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", parts[0]):
        return _legal(parts[0], "field")
    return snake([_signed(part) for part in parts])


def _signed(text: str) -> str:
    if words(text) and not re.match(r"[+\-<>=]\W*\d", text):
        return text
    return "".join(_SIGNS.get(char, char) for char in text)


def _constant(parts: Iterable[str]) -> Identifier:
    return Identifier(snake(parts).upper().strip("_") or "VALUE")


def _pascal(parts: Iterable[str]) -> str:
    found = ""
    for part in parts:
        if re.fullmatch(r"[A-Z][A-Za-z0-9]*", part):  # already spelled as a class
            found += part
        else:
            found += "".join(word[:1].upper() + word[1:] for word in words(part))
    return found


def pascal(parts: Iterable[str]) -> Identifier:
    """`booking-payment` -> `BookingPayment`."""
    return _legal(_pascal(parts), "Schema")


def _legal(name: str, prefix: str) -> Identifier:
    if not name:
        return Identifier(prefix)
    if not name[0].isalpha():
        name = f"{prefix}_{name.lstrip('_')}" if prefix.islower() else f"{prefix}{name}"
    if keyword.iskeyword(name):
        name += "_"
    if not name.isidentifier():
        name = prefix + "".join(c for c in name if c.isascii() and (c.isalnum() or c == "_"))
    return Identifier(name)


def _unique(
    items: Iterable[tuple[str, list[str]]],
    spell: Callable[[list[str]], Identifier],
    reserved: Collection[str] = (),
    suffix: str = "_",
) -> dict[str, Identifier]:
    """A name for each key: reserved ones get a suffix, equal ones a number, the first keeps its."""
    found: dict[str, Identifier] = {}
    used = set[str]()
    for key, parts in items:
        name = spell(parts)
        if name in reserved:
            name = Identifier(f"{name}{suffix}")
        found[key] = _free(name, used)
        used.add(found[key])
    return found


def _free(name: Identifier, used: Collection[str]) -> Identifier:
    if name not in used:
        return name
    joint = "_" if name[-1:].isdigit() or name.islower() or name.isupper() else ""
    number = 2
    while f"{name}{joint}{number}" in used:
        number += 1
    return Identifier(f"{name}{joint}{number}")


def _classes(api: ir.Api, taken: Collection[str]) -> dict[ir.Pointer, Identifier]:
    """Components first: what has a name of its own keeps it before what is named by its place."""
    found: dict[ir.Pointer, Identifier] = {}
    used = set(taken)
    ordered = sorted(api.schemas.values(), key=lambda schema: not schema.named)
    components = {
        schema.pointer: pascal([schema.override] if schema.override else schema.hint)
        for schema in ordered
    }
    for schema in ordered:
        name = components[schema.pointer]
        if name in taken or name in BUILTINS:
            name = Identifier(f"{name}Model")
        stem, number = name, 2
        while _family(schema, name) & used:
            joint = "_" if stem[-1:].isdigit() else ""
            name = Identifier(f"{stem}{joint}{number}")
            number += 1
        used |= _family(schema, name)
        found[schema.pointer] = name
    return {pointer: found[pointer] for pointer in api.schemas}


def _family(schema: ir.Schema, name: str) -> set[str]:
    """The classes that a schema becomes."""
    if not schema.flavoured:
        return {name}
    return {name, f"Async{name}", f"{name}Data", f"{name}Calls", f"Async{name}Calls"}


def _modules(classes: Mapping[ir.Pointer, Identifier]) -> dict[ir.Pointer, Identifier]:
    """File names, apart also where letters' case does not count."""
    return _unique(((pointer, [name]) for pointer, name in classes.items()), _file, _MODULE_SCOPE)


def _file(parts: Iterable[str]) -> Identifier:
    """A module's name, in letters that every file system keeps."""
    plain = unicodedata.normalize("NFKD", snake(parts)).encode("ascii", "ignore").decode()
    return _legal(re.sub(r"__+", "_", plain).strip("_"), "module")


def _resources(api: ir.Api, used: Collection[str]) -> dict[str, ResourceNames]:
    attributes = _unique(((r.key, [r.key]) for r in api.resources), snake, CLIENT_SCOPE)
    files = _unique(((key, [name]) for key, name in attributes.items()), _file)
    return dict(_namespaces(attributes, files, set(used)))


def _namespaces(
    attributes: Mapping[str, Identifier], files: Mapping[str, Identifier], taken: set[str]
) -> Iterator[tuple[str, ResourceNames]]:
    for key, attribute in attributes.items():
        cls = pascal([attribute])
        if {cls, f"Async{cls}"} & taken or cls in BUILTINS:
            cls = _free(Identifier(f"{cls}Resource"), taken)
        taken |= {cls, f"Async{cls}", f"{cls}Calls", f"Async{cls}Calls"}
        yield key, ResourceNames(attribute, files[key], cls, Identifier(f"Async{cls}"))


def former_namespaces(attributes: Iterable[str], names: Names) -> dict[str, ResourceNames]:
    """Name namespaces that are only there for what was in them.

    Args:
        attributes: What they were called.
        names: What everything else is called.

    Returns:
        Attribute -> its names, which change none of the others.
    """
    known = {attribute: Identifier(attribute) for attribute in attributes}
    used = {str(resource.module) for resource in names.resources.values()}
    files = {key: _free(_file([key]), used) for key in known}
    taken = {str(name) for name in names.classes.values()}
    for resource in names.resources.values():
        taken |= {str(resource.cls), str(resource.async_cls)}
    return dict(_namespaces(known, files, taken))


def _operations(
    resource: ir.Resource, names: ResourceNames
) -> Iterator[tuple[ir.Pointer, OperationNames]]:
    noun = {
        stem for word in words(resource.operations[0].resource_words[0]) for stem in _stems(word)
    }
    noun |= {stem for word in words(names.attribute) for stem in _stems(word)}
    full = {o.pointer: snake([o.id, o.variant]) for o in resource.operations}
    short = {o.pointer: _short(o, noun) for o in resource.operations}
    counts = Counter(short.values())
    chosen = {
        pointer: [str(name if counts[name] == 1 else full[pointer])]
        for pointer, name in short.items()
    }
    for operation in resource.operations:
        if operation.override:
            chosen[operation.pointer] = [operation.override, operation.variant]
    methods = _unique(chosen.items(), snake, _METHOD_SCOPE)
    for operation in resource.operations:
        method = methods[operation.pointer]
        arguments, body = _arguments(operation)
        yield (
            operation.pointer,
            OperationNames(
                method=method,
                constant=Identifier(f"_{method.upper().strip('_')}"),
                function=Identifier(f"_{method.strip('_')}"),
                arguments=arguments,
                body=body,
            ),
        )


def _short(operation: ir.Operation, noun: Collection[str]) -> Identifier:
    """`listPets` of `pets` -> `list`; the whole name where nothing or only a keyword is left."""
    spelled = [*words(operation.id), *words(operation.variant)]
    rest = [word for word in spelled if word.lower() not in noun]
    short = "_".join(word.lower() for word in rest)
    if not short or not short[0].isalpha() or keyword.iskeyword(short):
        return snake([operation.id, operation.variant])
    return Identifier(short)


def _stems(word: str) -> set[str]:
    """A word with its singular and plural."""
    low = word.lower()
    found = {low, low + "s"}
    if low.endswith("ies"):
        found.add(low[:-3] + "y")
    elif low.endswith("es"):
        found |= {low[:-2], low[:-1]}
    elif low.endswith("s"):
        found.add(low[:-1])
    if low.endswith("y"):
        found.add(low[:-1] + "ies")
    return found


def _arguments(
    operation: ir.Operation, reserved: Collection[str] = ARGUMENT_SCOPE
) -> tuple[dict[tuple[str, str], Identifier], Identifier | None]:
    """Arguments of one operation; where two agree, the later one says where it travels."""
    found: dict[tuple[str, str], Identifier] = {}
    used = set[str]()
    for parameter in operation.parameters:
        name = _field([parameter.override or parameter.wire])
        if name in reserved:
            name = Identifier(f"{name}_")
        if name in used:
            name = _free(Identifier(f"{parameter.place}_{name}"), used)
        used.add(name)
        found[parameter.place, parameter.wire] = name
    body = None
    if operation.body and operation.body.whole:
        body = Identifier("body") if "body" not in used else _free(Identifier("request_body"), used)
    return found, body


def _flat(api: ir.Api, namespaces: Collection[str]) -> dict[ir.Pointer, FlatNames]:
    """One method for each operation on one class; what the client has already stays."""
    spelled = ((o.pointer, [o.flat or o.id]) for o in api.operations)
    methods = _unique(spelled, _field, CLIENT_SCOPE | set(namespaces) | _METHOD_SCOPE)
    return {
        operation.pointer: FlatNames(
            methods[operation.pointer], _arguments(operation, _METHOD_SCOPE)[0]
        )
        for operation in api.operations
    }


def members(
    values: Iterable[str | int], said: Mapping[str | int, str]
) -> dict[str | int, Identifier]:
    """Names of the members of an enumeration: as the document says, otherwise from their values."""
    found: dict[str | int, Identifier] = {}
    used = set[str]()
    for value in values:
        text = said.get(value) or str(value)
        numeric = text == str(value) and not isinstance(value, str)
        name = _constant([f"value_{value}" if numeric else _signed(text)])
        if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", text):  # already spelled as a constant
            name = Identifier(text)
        if not text.strip():
            name = Identifier("EMPTY")
        elif text[:1].isdigit() or not words(text):
            name = Identifier("VALUE_" + "_".join(w.upper() for w in words(_signed(text))))
        if keyword.iskeyword(name) or name in ("MRO", "NAME", "VALUE") or name.startswith("_"):
            name = Identifier(name.strip("_") + "_")
        found[value] = _free(name, used)
        used.add(found[value])
    return found
