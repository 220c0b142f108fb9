"""Mutants of the generated client: every name, value and argument in what the generator printed.

The runtime is left alone: it has tests of its own. So are docstrings, imports, what only type
checkers read, and the table of exports in `__init__.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.mutation.mutant import Mutant

SKIPPED_FILES = {"__init__.py"}
SKIPPED_FOLDERS = {"_runtime"}
TYPES = {"str": "int", "int": "str", "bool": "str", "ChatMessage": "AiBuildingTask"} | {
    "AiBuildingTask": "ChatMessage",
    "float": "str",
    "dict": "list",
}
METHODS = {"get": "export", "export": "get", "rename": "export", "delete_message": "rename"}


@dataclass(frozen=True)
class _Edit:
    kind: str
    node: ast.AST
    new: str
    change: str


def mutants(folder: Path, among: Callable[[str], bool] = lambda file: True) -> Iterator[Mutant]:
    """Every mutant of the package in a folder.

    Args:
        folder: The folder.
        among: Whether a file is to be changed.
    """
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).parts
        if path.name in SKIPPED_FILES or SKIPPED_FOLDERS & set(parts) or not among("/".join(parts)):
            continue
        text = path.read_text("utf-8")
        yield from _mutants(text, "/".join(parts))


def _mutants(text: str, file: str) -> Iterator[Mutant]:
    source = _Source(text)
    for edit, place in _Finder(source).edits(ast.parse(text)):
        yield Mutant("client", edit.kind, file, place, edit.change, source.replaced(edit))


class _Source:
    """Source text that can be cut where a node is."""

    def __init__(self, text: str) -> None:
        self.data = text.encode()
        self.starts = [0]
        for line in self.data.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins and ends, in bytes."""
        assert isinstance(node, (ast.expr, ast.stmt, ast.keyword))
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self.starts[node.lineno - 1] + node.col_offset,
            self.starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def text(self, node: ast.AST) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.data[start:end].decode()

    def replaced(self, edit: _Edit) -> str:
        """The text with an edit made."""
        start, end = self.span(edit.node)
        return (self.data[:start] + edit.new.encode() + self.data[end:]).decode()


class _Finder:
    """Finds the edits of a module, each with the name of the definition that it is in."""

    def __init__(self, source: _Source) -> None:
        self.source = source
        self.counts: dict[tuple[str, str], int] = {}

    def edits(self, module: ast.Module) -> Iterator[tuple[_Edit, str]]:
        for statement in module.body:
            yield from self._statement(statement, "")

    def _statement(self, node: ast.stmt, inside: str) -> Iterator[tuple[_Edit, str]]:
        match node:
            case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
                return
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                return
            case ast.ClassDef(name=name, body=body):
                for statement in body:
                    yield from self._statement(statement, f"{inside}{name}.")
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield from self._function(node, f"{inside}{name}")
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                place = f"{inside}{name}"
                if inside:  # pydantic reads the annotations of fields; nobody reads the others
                    yield from self._placed(self._annotation(annotation), place)
                if value is not None:
                    yield from self._placed(self._expression(value), place)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield from self._placed(self._expression(value), f"{inside}{name}")
            case ast.Expr(value=value) | ast.Return(value=ast.expr() as value):
                if isinstance(node, ast.Return):
                    text = self.source.text(value)
                    yield from self._placed([_Edit("result", node, text, "return nothing")], inside)
                yield from self._placed(self._expression(value), inside)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.stmt):
                        yield from self._statement(child, inside)
                    elif isinstance(child, ast.expr):
                        yield from self._placed(self._expression(child), inside)

    def _placed(
        self, edits: Iterator[_Edit] | list[_Edit], place: str
    ) -> Iterator[tuple[_Edit, str]]:
        """The edits with their place, numbered where a place has the same one again."""
        for edit in edits:
            count = self.counts.get((place, edit.change), 0) + 1
            self.counts[place, edit.change] = count
            yield edit, f"{place.rstrip('.')}{f' ({count})' if count > 1 else ''}"

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, name: str
    ) -> Iterator[tuple[_Edit, str]]:
        arguments = node.args
        pairs = [
            *zip(arguments.args[::-1], arguments.defaults[::-1], strict=False),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        for argument, default in pairs:
            if default is not None:
                yield from self._placed(self._expression(default, argument.arg), name)
        for statement in node.body:
            yield from self._statement(statement, name)

    def _annotation(self, node: ast.expr) -> Iterator[_Edit]:
        text = self.source.text(node)
        match node:
            case ast.Subscript(
                value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[first, *rest])
            ):
                yield from self._annotation(first)
                for extra in rest:
                    yield from self._expression(extra)
            case ast.BinOp(left=left, right=ast.Constant(value=None)):
                yield _Edit("type", node, self.source.text(left), f"{text} without None")
                yield from self._annotation(left)
            case ast.BinOp(left=left, right=right):
                yield _Edit("type", node, self.source.text(left), f"{text} without its last arm")
                yield _Edit(
                    "type", node, self.source.text(right), f"{text} with its last arm alone"
                )
            case ast.Subscript(value=ast.Name(id="list"), slice=item):
                yield _Edit("type", node, self.source.text(item), f"{text} -> its item")
                yield from self._annotation(item)
            case ast.Name(id=name) if name in TYPES:
                yield _Edit("type", node, TYPES[name], f"{name} -> {TYPES[name]}")
            case _:
                pass

    def _expression(self, node: ast.expr, name: str = "") -> Iterator[_Edit]:
        about = f"{name} " if name else ""
        match node:
            case ast.Constant(value=bool(value)):
                yield _Edit("value", node, str(not value), f"{about}{value} -> {not value}")
            case ast.Constant(value=str(value)):
                new = repr("404" if value.isdigit() else f"{value}X")
                yield _Edit("name", node, new, f"{about}{value!r} -> {new}")
            case ast.Constant(value=int(value)):
                yield _Edit("value", node, str(value + 1), f"{about}{value} -> {value + 1}")
            case ast.Constant(value=None):
                yield _Edit("value", node, "'x'", f"{about}None -> 'x'")
            case ast.Dict(keys=keys, values=values):
                yield from self._dict(node, keys, values)
            case ast.Call():
                yield from self._call(node)
            case ast.Attribute(value=ast.Name(id="models"), attr=attr):
                for old, new in (("Async", ""), ("ChatSession", "ChatMessage")):
                    if old in attr:
                        swapped = f"models.{attr.replace(old, new)}"
                        yield _Edit("type", node, swapped, f"models.{attr} -> {swapped}")
            case ast.Lambda(body=body):
                yield from self._expression(body)
            case ast.Name() | ast.Attribute():
                pass
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        yield from self._expression(child)

    def _dict(
        self, node: ast.Dict, keys: list[ast.expr | None], values: list[ast.expr]
    ) -> Iterator[_Edit]:
        pairs = [
            (key, self.source.text(key), value, self.source.text(value))
            for key, value in zip(keys, values, strict=True)
            if key is not None
        ]
        others = list(
            dict.fromkeys(text for *_, value, text in pairs if isinstance(value, ast.Name))
        )
        for index, (key, key_text, value, text) in enumerate(pairs):
            left = ", ".join(f"{k}: {t}" for n, (_, k, _, t) in enumerate(pairs) if n != index)
            yield _Edit("entry", node, f"{{{left}}}", f"drop {key_text}")
            yield from self._expression(key)
            if isinstance(value, ast.Name) and len(others) > 1:
                other = others[(others.index(text) + 1) % len(others)]
                yield _Edit("entry", value, other, f"{key_text}: {text} -> {other}")
            else:
                yield from self._expression(value)

    def _call(self, node: ast.Call) -> Iterator[_Edit]:
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in METHODS:
            holder, other = self.source.text(function.value), METHODS[function.attr]
            yield _Edit("method", function, f"{holder}.{other}", f"{function.attr} -> {other}")
        names = [argument for argument in node.args if not isinstance(argument, ast.Starred)]
        for pair in pairwise(names):
            texts = [self.source.text(argument) for argument in pair]
            plain = all(isinstance(argument, (ast.Name, ast.Lambda)) for argument in pair)
            if plain and "_" not in (texts[0][0], texts[1][0]):  # the operation comes first
                whole = self.source.text(node)
                new = whole.replace(", ".join(texts), ", ".join(reversed(texts)))
                yield _Edit("argument", node, new, f"swap {texts[0]} and {texts[1]}")
        for keyword in node.keywords:
            if keyword.arg is None:
                continue
            text = self.source.text(keyword)
            if keyword.arg in ("json", "query"):
                other = {"json": "query", "query": "json"}[keyword.arg]
                new = text.replace(keyword.arg, other, 1)
                yield _Edit("argument", keyword, new, f"{keyword.arg}= -> {other}=")
            else:
                yield _Edit("argument", node, self._without(node, keyword), f"drop {keyword.arg}=")
            yield from self._expression(keyword.value, f"{keyword.arg}=")
        for argument in node.args:
            yield from self._expression(argument)

    def _without(self, call: ast.Call, dropped: ast.keyword) -> str:
        parts = [self.source.text(argument) for argument in call.args]
        parts += [self.source.text(keyword) for keyword in call.keywords if keyword is not dropped]
        return f"{self.source.text(call.func)}({', '.join(parts)})"
