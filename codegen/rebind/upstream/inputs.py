"""Input classes: their fields on the wire, and the families that one field tells apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from rebind.upstream import spelling, syntax
from rebind.upstream.sdk import Family, Gap, Input, InputField, Module

BASE = "ApiClass"
_FACTORY = "_ApiClassFactory"
_CHECK = "validate_constructor_arg_types"


@dataclass(frozen=True)
class Inputs:
    """The input classes, their families, and what could not be read of them."""

    found: dict[str, Input]
    families: dict[str, Family]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class _Owner:
    module: Module
    node: ast.ClassDef
    bases: tuple[str, ...]


def read(modules: Mapping[str, Module], enums: syntax.Values) -> Inputs:
    """Read every input class.

    Args:
        modules: The modules of the SDK.
        enums: The values of enumerations, for defaults and discriminators.

    Returns:
        The classes by name, and their families by the class that the variants extend.
    """
    everything = {
        node.name: _Owner(module, node, tuple(syntax.name_of(base) for base in node.bases))
        for module in package(modules)
        for node in syntax.classes(module)
    }
    owners = {name: owner for name, owner in everything.items() if _descends(name, everything)}
    found: dict[str, Input] = {}
    for name in owners:
        _input(name, owners, enums, found)
    families: dict[str, Family] = {}
    gaps: list[Gap] = []
    for owner in everything.values():
        if _FACTORY in owner.bases:
            for family in _family(owner, enums, owners, gaps):
                families[family.name] = family
    ordered = {name: found[name] for name in owners}
    return Inputs(ordered, families, tuple(gaps))


def package(modules: Mapping[str, Module]) -> list[Module]:
    """The modules that hold input classes: names elsewhere may mean other classes.

    Args:
        modules: The modules of the SDK.

    Returns:
        The modules beside the one that defines the base.
    """
    for module in modules.values():
        if BASE in (node.name for node in syntax.classes(module)):
            folder = module.name.rpartition("/")[0]
            return [m for m in modules.values() if m.name.rpartition("/")[0] == folder]
    return []


def _descends(name: str, everything: Mapping[str, _Owner]) -> bool:
    seen = {name}
    waiting = list(everything[name].bases)
    while waiting:
        base = waiting.pop()
        if base == BASE:
            return True
        if base in everything and base not in seen:
            seen.add(base)
            waiting += everything[base].bases
    return False


def _input(
    name: str, owners: Mapping[str, _Owner], enums: syntax.Values, found: dict[str, Input]
) -> Input:
    """An input class, after what it extends."""
    if name in found:
        return found[name]
    owner = owners[name]
    parents = [_input(base, owners, enums, found) for base in owner.bases if base in owners]
    functions = {f.name: f for f in syntax.functions(owner.node)}
    flags = {f.name: f for f in _declared(owner.node, enums)}
    spelled = parents[0].spelling if parents else "camel"
    if "_upper_snake_case_keys" in flags:
        spelled = "upper" if flags["_upper_snake_case_keys"].default else "camel"
    free = any(parent.open for parent in parents)
    if "_support_kwargs" in flags:
        free = bool(flags["_support_kwargs"].default)
    fields = _fields(owner, parents, functions, flags, spelled, enums)
    always = _constants(functions.get("__init__"), fields, enums)
    keeps = "to_dict" in functions or any(parent.keeps_null for parent in parents)
    found[name] = Input(
        name=name,
        bases=tuple(base for base in owner.bases if base in owners),
        fields=tuple(_set_after(functions, fields, spelled, enums)),
        spelling="snake" if keeps else spelled,
        keeps_null=keeps,
        open=free,
        place=owner.module.place(owner.node),
        own_to_dict="to_dict" in functions,
        own_constructor="__init__" in functions,
        checked=_CHECK in {_called(d) for d in owner.node.decorator_list},
    )
    if keeps:
        found[name] = replace(found[name], fields=_written(found[name], functions, parents, always))
    return found[name]


def _fields(
    owner: _Owner,
    parents: list[Input],
    functions: Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef],
    declared: Mapping[str, InputField],
    spelled: str,
    enums: syntax.Values,
) -> dict[str, InputField]:
    """The fields of a class by attribute, inherited ones first."""
    fields = {f.name: replace(f, own=False) for parent in parents for f in parent.fields}
    for field in declared.values():
        if not field.name.startswith("_") and field.name != "kwargs":
            fields[field.name] = field
    if "__init__" in functions:  # a constructor of its own takes what the fields are made of
        for argument in syntax.arguments(functions["__init__"], enums):
            known = fields.get(argument.name)
            made = _assigned(functions["__init__"])
            if known is not None:
                fields[argument.name] = replace(
                    known,
                    required=argument.required,
                    default=argument.default,
                    annotation=known.annotation or argument.annotation,
                )
            elif argument.name in made:
                fields[argument.name] = InputField(
                    argument.name,
                    "",
                    argument.annotation,
                    required=argument.required,
                    default=argument.default,
                    own=False,
                )
    return {name: replace(f, wire=_wire(name, spelled)) for name, f in fields.items()}


def _wire(name: str, spelled: str) -> str:
    return spelling.upper(name) if spelled == "upper" else spelling.camel(name)


def _declared(node: ast.ClassDef, enums: syntax.Values) -> Iterator[InputField]:
    """The fields that a dataclass declares itself."""
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        options: dict[str, ast.expr] = {}
        required = statement.value is None
        default = statement.value
        if isinstance(default, ast.Call) and syntax.name_of(default.func) == "field":
            options = {k.arg: k.value for k in default.keywords if k.arg}
            required = "default" not in options and "default_factory" not in options
            default = options.get("default")
            if _is(options.get("default_factory"), "list"):
                default = ast.List([], ast.Load())
            elif _is(options.get("default_factory"), "dict"):
                default = ast.Dict([], [])
        try:
            value = syntax.value(default, enums) if default is not None else None
        except syntax.NoValue:
            value = None
        init = options.get("init")
        metadata = ast.unparse(options["metadata"]) if "metadata" in options else ""
        yield InputField(
            name=statement.target.id,
            wire="",
            annotation=ast.unparse(statement.annotation),
            required=required,
            default=value,
            fixed=isinstance(init, ast.Constant) and init.value is False,
            deprecated="'deprecated': True" in metadata,
        )


def _is(node: ast.expr | None, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _called(node: ast.expr) -> str:
    return syntax.name_of(node.func if isinstance(node, ast.Call) else node)


def _assigned(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The attributes that a constructor sets."""
    return {
        target.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and _is(target.value, "self")
    }


def _set_after(
    functions: Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef],
    fields: Mapping[str, InputField],
    spelled: str,
    enums: syntax.Values,
) -> Iterator[InputField]:
    """The fields with the values that `__post_init__` gives them, whatever the caller says."""
    after = functions.get("__post_init__")
    given = _constants(functions.get("__init__"), fields, enums)
    for statement in syntax.statements(after) if after else []:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Attribute) and _is(target.value, "self"):
                try:
                    given[target.attr] = syntax.value(statement.value, enums)
                except syntax.NoValue:
                    continue
    for name, field in fields.items():
        if name in given and given[name] is not None:
            field = replace(field, default=given[name], fixed=True, required=False)
        yield field


def _constants(
    function: ast.FunctionDef | ast.AsyncFunctionDef | None,
    fields: Mapping[str, InputField],
    enums: syntax.Values,
) -> dict[str, object]:
    """The fields that a constructor of its own gives one value always, and does not take."""
    if function is None:
        return {}
    taken = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
    found: dict[str, object] = {}
    for statement in syntax.statements(function):
        pairs: list[tuple[str, ast.expr]] = []
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Attribute) and _is(target.value, "self"):
                pairs = [(target.attr, statement.value)]
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            pairs = [(k.arg, k.value) for k in statement.value.keywords if k.arg]
            first = statement.value.args[:1]
            pairs += [(name, node) for name, node in zip(fields, first, strict=False)]
        for name, node in pairs:
            if name not in taken:
                try:
                    found[name] = syntax.value(node, enums)
                except syntax.NoValue:
                    found.pop(name, None)
    return found


def _written(
    known: Input,
    functions: Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef],
    parents: list[Input],
    always: Mapping[str, object],
) -> tuple[InputField, ...]:
    """The fields of a class that says itself what goes over the wire: the keys of `to_dict`."""
    by_name = {field.name: field for field in known.fields}
    inherited = {field.name: field for parent in parents for field in parent.fields}
    function = functions.get("to_dict")
    if function is None:
        return tuple(
            replace(by_name[name], wire=inherited[name].wire if name in inherited else name)
            for name in by_name
        )
    keys: dict[str, str] = {}
    if "super" in ast.unparse(function):
        keys |= {field.wire: field.name for parent in parents for field in parent.fields}
    for node in ast.walk(function):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    keys.setdefault(key.value, _attribute(value))
    if "dataclasses.asdict(self)" in ast.unparse(function):
        keys = {**{name: name for name in by_name}, **keys}
    found: list[InputField] = []
    for wire, attribute in keys.items():
        field = by_name.get(attribute) or by_name.get(wire) or InputField(wire, wire, own=False)
        if wire in always and field.default is None:
            field = replace(field, default=always[wire], fixed=True)
        found.append(replace(field, wire=wire))
    return tuple(found)


def _attribute(node: ast.expr) -> str:
    """The attribute that a value is made of: `status` of `self.status.value`."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and _is(inner.value, "self"):
            return inner.attr
    return ""


def _family(
    owner: _Owner, enums: syntax.Values, owners: Mapping[str, _Owner], gaps: list[Gap]
) -> Iterator[Family]:
    """The family that a factory tells apart."""
    given = {
        syntax.name_of(statement.targets[0]): statement.value
        for statement in owner.node.body
        if isinstance(statement, ast.Assign)
    }
    name, key = syntax.name_of(given.get("config_abstract_class")), given.get("config_class_key")
    table = given.get("config_class_map")
    place = owner.module.place(owner.node)
    if isinstance(key, ast.Constant):  # some releases spell it as it is sent
        key = ast.Constant(spelling.snake(spelling.split(str(key.value))))
    if not isinstance(key, ast.Constant) or not isinstance(table, ast.Dict):
        gaps.append(
            Gap(
                "upstream-family",
                owner.node.name,
                "its table is not literal",
                "it is left out",
                place,
            )
        )
        return
    variants: dict[str, str] = {}
    for value, cls in zip(table.keys, table.values, strict=True):
        variant = syntax.name_of(cls)
        try:
            told = str(syntax.value(value, enums)) if value is not None else ""
        except syntax.NoValue:
            told = ""
        if not told or variant not in owners:
            why = f"its variant {ast.unparse(cls)} is not known"
            instead = "the variant is left out"
            gaps.append(
                Gap("upstream-family", owner.node.name, why, instead, owner.module.place(cls))
            )
            continue
        variants[told] = variant
    if name in owners:
        yield Family(name, str(key.value), variants, place)
    else:  # the class that the variants share, where the factory names none
        shared = {base for cls in variants.values() for base in owners[cls].bases if base in owners}
        if len(shared) == 1:
            yield Family(shared.pop(), str(key.value), variants, place)
        else:
            why = "the class that its variants extend is not known"
            gaps.append(Gap("upstream-family", owner.node.name, why, "it is left out", place))
