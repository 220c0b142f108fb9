"""The text of modules -> their syntax trees, and the few forms that all readers look for."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import cast

from rebind.diagnostics import Checked, Diagnostic, Place
from rebind.upstream.archive import Sources
from rebind.upstream.sdk import Argument, Json, Module

Values = Mapping[str, Mapping[str, Json]]
"""Enumeration -> member -> value."""


def parse(sources: Sources) -> Checked[dict[str, Module]]:
    """Parse every module; none of them is run.

    Args:
        sources: The text of the modules.

    Returns:
        Path inside the package -> module; nothing when one of them is not Python 3.
    """
    found: dict[str, Module] = {}
    problems: list[Diagnostic] = []
    for name, text in sources.files.items():
        shown = f"{sources.shown}/{name}"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of the vendor's own strings
                tree = ast.parse(text, filename=shown)
        except SyntaxError as error:
            place = Place(shown, error.lineno or 1, max(error.offset or 1, 1), source=text)
            message = f"this is not Python 3: {error.msg}"
            help = "take a release for Python 3, or a copy that is not damaged"
            problems.append(Diagnostic("upstream-syntax", message, place, help))
        except (ValueError, RecursionError, MemoryError) as error:
            message = f"the module cannot be parsed: {str(error) or type(error).__name__}"
            help = "take a copy that is not damaged"
            problems.append(Diagnostic("upstream-syntax", message, Place(shown), help))
        else:
            found[name] = Module(name, shown, text, tree)
    return Checked(None if problems else found, tuple(problems))


def classes(module: Module) -> Iterator[ast.ClassDef]:
    """The classes at the top of a module."""
    return (node for node in module.tree.body if isinstance(node, ast.ClassDef))


def functions(owner: ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The methods of a class, in order."""
    for node in owner.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def statements(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    """What a function does, without its documentation."""
    body = function.body
    first = body[0] if body else None
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return body[1:]
    return body


def name_of(node: ast.AST | None) -> str:
    """The last name of `a.b.C` or `C`; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def dotted(node: ast.AST | None) -> str:
    """`self.client` for an attribute of a name; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""


class NoValue(ValueError):
    """An expression is no value of JSON."""


def value(node: ast.expr, enums: Values) -> Json:
    """The JSON value of a literal, or of a member of an enumeration.

    Raises:
        NoValue: it is neither.
    """
    owner = node.value if isinstance(node, ast.Attribute) else None
    if isinstance(node, ast.Attribute) and node.attr in enums.get(name_of(owner), {}):
        return enums[name_of(owner)][node.attr]
    try:
        found = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        raise NoValue from None
    return _json(found)


def _json(found: object) -> Json:
    if isinstance(found, str | bool | int | float) or found is None:
        return found
    if isinstance(found, list | tuple):
        return [_json(item) for item in cast("list[object]", found)]
    if isinstance(found, dict):
        return {str(k): _json(item) for k, item in cast("dict[object, object]", found).items()}
    raise NoValue


_SAID = r"^[ \t]*{name}[ \t]*\(([^\n]*?)\)[ \t]*:(.*)$"


def arguments(
    function: ast.FunctionDef | ast.AsyncFunctionDef, enums: Values
) -> tuple[Argument, ...]:
    """The arguments of a method without `self`, with what the documentation says of their types."""
    spec = function.args
    listed = [*spec.posonlyargs, *spec.args][1:]
    defaults: list[ast.expr | None] = [None] * len(listed)
    if spec.defaults:
        defaults[-len(spec.defaults) :] = spec.defaults[-len(listed) :]
    pairs = [
        *zip(listed, defaults, strict=True),
        *zip(spec.kwonlyargs, spec.kw_defaults, strict=True),
    ]
    documentation = ast.get_docstring(function) or ""
    found: list[Argument] = []
    for argument, default in pairs:
        said = re.search(_SAID.format(name=re.escape(argument.arg)), documentation, re.MULTILINE)
        try:
            known = value(default, enums) if default is not None else None
        except NoValue:
            known = None
        found.append(
            Argument(
                name=argument.arg,
                annotation=ast.unparse(argument.annotation) if argument.annotation else "",
                required=default is None,
                default=known,
                said=said[1].strip() if said else "",
                deprecated=bool(said and re.search(r"\bdeprecated\b", said[2], re.IGNORECASE)),
            )
        )
    return tuple(found)


def is_deprecated(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether the documentation begins by calling it deprecated."""
    return bool(re.match(r"\W*deprecated\b", ast.get_docstring(node) or "", re.IGNORECASE))
