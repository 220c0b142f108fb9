"""Enumerations and error classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from rebind.upstream import syntax
from rebind.upstream.sdk import Enum, Module

_BASES = {"ApiEnum"}
_MARK = "deprecated_enums"


def read(modules: Mapping[str, Module]) -> dict[str, Enum]:
    """Read every enumeration.

    Args:
        modules: The modules of the SDK.

    Returns:
        The enumerations that have members, by name.
    """
    return {
        enum.name: enum
        for module in modules.values()
        for node in syntax.classes(module)
        if _BASES & {syntax.name_of(base) for base in node.bases}
        for enum in _enum(module, node)
    }


def _enum(module: Module, node: ast.ClassDef) -> Iterator[Enum]:
    members: dict[str, str | int | float] = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            name, value = syntax.name_of(statement.targets[0]), statement.value.value
            if not name.startswith("_") and isinstance(value, str | int | float):
                members[name] = value
    if members:
        marks = [d for d in node.decorator_list if isinstance(d, ast.Call)]
        deprecated = tuple(
            argument.value
            for mark in marks
            if syntax.name_of(mark.func) == _MARK
            for argument in mark.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        )
        yield Enum(node.name, members, deprecated, module.place(node))


def values(enums: Mapping[str, Enum]) -> syntax.Values:
    """The values of members, by enumeration and name."""
    return {name: enum.members for name, enum in enums.items()}


def errors(module: Module, base: str = "ApiException") -> dict[str, str]:
    """Read the error classes.

    Args:
        module: The module of the client.
        base: The class that they extend.

    Returns:
        Name -> the class that it extends, in order.
    """
    found: dict[str, str] = {}
    for node in syntax.classes(module):
        parent = next((syntax.name_of(b) for b in node.bases), "")
        if parent == base or parent in found:
            found[node.name] = parent
    return found
