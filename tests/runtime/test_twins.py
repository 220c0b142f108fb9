"""The blocking and the awaited half of the runtime are the same but for `await`."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType

import pytest
from rebind.runtime import client, model, pages, resource, streams, wire

RENAMED = {
    "aclose": "close",
    "aclosing": "closing",
    "aiter": "iter",
    "anext": "next",
    "asynccontextmanager": "contextmanager",
    "__aenter__": "__enter__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "__aexit__": "__exit__",
}


class Blocking(ast.NodeTransformer):
    """Takes async and await out."""

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        self.generic_visit(node)
        plain = ast.FunctionDef(**{name: getattr(node, name) for name in node._fields})
        plain.name = renamed(plain.name)
        return plain

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.name = renamed(node.name)
        return node

    def visit_Await(self, node: ast.Await) -> ast.AST:
        return self.visit(node.value)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        node.is_async = 0
        return node

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        self.generic_visit(node)
        return ast.For(**{name: getattr(node, name) for name in node._fields})

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        self.generic_visit(node)
        return ast.With(**{name: getattr(node, name) for name in node._fields})

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str):  # a type in `cast`
            node.value = renamed(node.value)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = renamed(node.id)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        node.attr = renamed(node.attr)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        node.module = (node.module or "").removeprefix("async_")
        for alias in node.names:
            alias.name = renamed(alias.name)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        node.name = renamed(node.name)
        return node


def renamed(name: str) -> str:
    return RENAMED.get(name, name.removeprefix("Async"))


def shape(cls: type) -> str:
    tree = ast.parse(inspect.getsource(cls))
    for node in ast.walk(tree):
        # What is said about the two may differ.
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and (
            ast.get_docstring(node) is not None
        ):
            node.body = node.body[1:] or [ast.Pass()]
    text = ast.unparse(ast.fix_missing_locations(Blocking().visit(tree)))
    for awaited, blocking in (
        # The order of a call's two result types, and which of them is meant.
        ("Call[object, T]", "Call[T, object]"),
        ("Awaitable[T]", "T"),
        ("Awaitable[object]", "object"),
        # The helper that a comprehension needs in the one and not in the other.
        ("list(self.iter_bytes())", "[piece for piece in self.iter_bytes()]"),
        ("_asynchronous = True", "_asynchronous = False"),
        ("asynchronous=True", "asynchronous=False"),
    ):
        text = text.replace(awaited, blocking)
    return text


PAIRS = [
    (module, name)
    for module, names in (
        (wire, ["Wire"]),
        (client, ["Client"]),
        (resource, ["Resource"]),
        (streams, ["StreamedResponse", "Stream"]),
        (model, ["Bound"]),
        (pages, ["Page"]),
    )
    for name in names
]


@pytest.mark.parametrize(("module", "name"), PAIRS)
def test_twins_are_equal_but_for_await(module: ModuleType, name: str) -> None:
    assert shape(getattr(module, f"Async{name}")) == shape(getattr(module, name))


def test_the_comparison_sees_a_difference() -> None:
    assert shape(wire.AsyncWire) != shape(wire.Wire) + "x"
    assert "await" not in shape(wire.AsyncWire)
    assert "too_late()" in shape(wire.AsyncWire)


def test_every_class_of_two_flavours_is_compared_or_has_a_reason() -> None:
    found = {
        name.removeprefix("Async")
        for module in (wire, client, resource, streams, model, pages)
        for name, thing in vars(module).items()
        if name.startswith("Async") and getattr(thing, "__module__", "") == module.__name__
    }
    # A page is asked for by the call itself; only where that is awaited is there something before.
    assert found == {name for _, name in PAIRS} | {"Pages"}
