"""Classes of objects in replies: their fields, and the methods bound to them."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from rebind.upstream import bound, inputs, syntax
from rebind.upstream.sdk import Field, Gap, Method, Module, Resource

BASE = "AbstractApiClass"
_SAID = re.compile(r"^\s*(\w+)\s*\(([^\n]*?)\)\s*:", re.MULTILINE)


@dataclass(frozen=True)
class Resources:
    """The classes of replies, and what could not be read of them."""

    found: dict[str, Resource]
    gaps: tuple[Gap, ...]


def read(
    modules: Mapping[str, Module],
    methods: Mapping[str, Method],
    enums: syntax.Values,
    given: Collection[str],
) -> Resources:
    """Read every class of replies.

    Args:
        modules: The modules of the SDK.
        methods: The client's methods, which bound methods call.
        enums: The values of enumerations, for defaults.
        given: The input classes, which some fields are built into.

    Returns:
        The classes by name. A field of a class that does not exist is described without it.
    """
    owners = _owners(modules)
    gaps: list[Gap] = []
    known = {*owners, *given}
    found: dict[str, Resource] = {}
    for name, (module, node) in owners.items():
        resource = _resource(module, node)
        base = next((b for b in map(syntax.name_of, node.bases) if b in owners), "")
        fields = tuple(_existing(name, field, known, gaps) for field in resource.fields)
        found[name] = replace(resource, fields=fields, base=base)
    for name, (module, node) in owners.items():
        methods_of = bound.read(module, node, found[name], methods, enums)
        found[name] = replace(found[name], bound=methods_of)
    return Resources(found, tuple(gaps))


def _owners(modules: Mapping[str, Module]) -> dict[str, tuple[Module, ast.ClassDef]]:
    """The classes that extend the base, or one that does."""
    found: dict[str, tuple[Module, ast.ClassDef]] = {}
    beside = {module.name for module in inputs.package(modules) if "/" in module.name}
    waiting = [
        (module, node)
        for module in modules.values()
        if module.name not in beside
        for node in syntax.classes(module)
    ]
    while True:
        bases = {BASE, *found}
        further = {
            node.name: (module, node)
            for module, node in waiting
            if node.name not in found and bases & {syntax.name_of(base) for base in node.bases}
        }
        if not further:
            return found
        found |= further


def _existing(owner: str, field: Field, known: Collection[str], gaps: list[Gap]) -> Field:
    if not field.nested or field.nested in known:
        return field
    why = f"there is no class {field.nested}"
    gaps.append(
        Gap("upstream-class", f"{owner}.{field.wire}", why, "any value is allowed", field.place)
    )
    return replace(field, nested="", said="")


def _resource(module: Module, node: ast.ClassDef) -> Resource:
    init = next((f for f in syntax.functions(node) if f.name == "__init__"), None)
    said = {name: text.strip() for name, text in _SAID.findall(ast.get_docstring(node) or "")}
    if init is None:
        return Resource(node.name, (), place=module.place(node))
    wires = [a for a in init.args.args[1:] if a.arg != "client"]
    attributes: dict[str, str] = {}
    nested: dict[str, str] = {}
    deprecated: set[str] = set()
    ident = ""
    for statement in syntax.statements(init):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            given = statement.value.args[1:]  # super().__init__(client, chatSessionId)
            ident = syntax.name_of(given[0]) if given else ""
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            attribute = syntax.name_of(targets[0])
            if attribute == "deprecated_keys":
                deprecated = _strings(statement.value)
                continue
            wire, cls = _source(statement.value)
            if attribute == "id" and not ident:
                ident = wire
            if wire:
                attributes[wire] = attribute
                nested |= {wire: cls} if cls else {}
    fields = tuple(
        Field(
            wire=argument.arg,
            name=attributes.get(argument.arg, argument.arg),
            said=said.get(argument.arg, ""),
            nested=nested.get(argument.arg, ""),
            deprecated=attributes.get(argument.arg, argument.arg) in deprecated,
            place=module.place(argument),
        )
        for argument in wires
    )
    return Resource(node.name, fields, ident, place=module.place(node))


def _source(node: ast.expr) -> tuple[str, str]:
    """The argument that an attribute is made of, and the class that builds it."""
    if isinstance(node, ast.Name):
        return node.id, ""
    built = isinstance(node, ast.Call) and syntax.name_of(node.func) == "_build_class"
    if built and isinstance(node, ast.Call) and len(node.args) == 2:
        cls = node.args[0]  # a class, or one that a sibling names and a class otherwise
        name = syntax.name_of(cls.orelse if isinstance(cls, ast.IfExp) else cls)
        return syntax.name_of(node.args[1]), name
    return "", ""


def _strings(node: ast.expr) -> set[str]:
    elements = node.elts if isinstance(node, ast.Set | ast.List | ast.Tuple) else []
    return {e.value for e in elements if isinstance(e, ast.Constant) and isinstance(e.value, str)}
