"""What every view asks: names, flavours, and which modules import each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rebind import ir
from rebind.aliases import NONE as NO_ALIASES
from rebind.aliases import Aliases
from rebind.extras import NONE, Extras, Mixin
from rebind.models import Models, Rename, Type
from rebind.names import Identifier, Names


class Scope:
    """The API with its names and models, and what follows from all three."""

    def __init__(
        self,
        api: ir.Api,
        names: Names,
        models: Models,
        extras: Extras = NONE,
        aliases: Aliases = NO_ALIASES,
    ) -> None:
        self.api = api
        self.names = names
        self.models = models
        self.extras = extras
        self.aliases = aliases
        self.pointers = {name: pointer for pointer, name in names.classes.items()}
        self.flavoured = {p for p, schema in api.schemas.items() if schema.flavoured}
        self.groups = _cycles({p: self.edges(p) for p in models.classes})
        self.operations = {o.pointer: o for o in api.operations}
        self.taken = {
            *names.classes.values(),
            *(f"Async{names.classes[p]}" for p in self.flavoured),
        }
        for resource in names.resources.values():
            self.taken |= {resource.cls, resource.async_cls}
        self.homes = {o.pointer: r.key for r in api.resources for o in r.operations}

    def spelled(self, name: str) -> str:
        """A class of the runtime, as modules call it that may hold a class of the API so named."""
        return f"_{name}" if name in self.taken else name

    def borrow(self, name: str, module: str) -> str:
        """The import of a class of the runtime."""
        known = self.spelled(name)
        said = name if known == name else f"{name} as {known}"
        return f"from .._runtime.{module} import {said}"

    def edges(self, pointer: ir.Pointer) -> list[ir.Pointer]:
        """The schemas that a schema mentions."""
        refs = [self.pointers[ref] for ref in self.models.classes[pointer].refs]
        return [ref for ref in refs if ref in self.models.classes]

    def spell(self, name: Identifier, flavour: str) -> str:
        """A class in a flavour: "" or "Async"."""
        pointer = self.pointers[name]
        return f"Async{name}" if flavour == "Async" and pointer in self.flavoured else name

    def shared(self, pointer: ir.Pointer) -> str:
        """The class of an object that is the same in both flavours, or the base of both."""
        return f"{self.names.classes[pointer]}{'Data' if pointer in self.flavoured else ''}"

    def speller(self, flavour: str, prefix: str = "") -> Rename:
        """How a flavour spells classes, for `Type.text`."""

        def spelled(name: Identifier) -> str:
            return prefix + self.spell(name, flavour)

        return spelled

    def mixin(self, cls: str) -> Mixin | None:
        """What a class inherits that is written by hand."""
        return self.extras.mixins.get(cls)

    def itself(self, cls: str) -> str:
        """The type of an object that a method of its own returns."""
        return "Self" if self.mixin(cls) else cls

    def differs(self, found: Type) -> bool:
        """Whether a type is another one for the other flavour."""
        return any(self.pointers[ref] in self.flavoured for ref in found.refs)

    def type_imports(self, types: Iterable[Type]) -> list[str]:
        """Imports of what a type is made of, but for models."""
        lines: list[str] = []
        for found in types:
            for name, module in found.imports.items():
                lines.append(f"from {module} import {name}" if module else "import datetime as dt")
        return lines

    def class_imports(self, refs: Iterable[Identifier], flavours: Sequence[str]) -> list[str]:
        """Imports of other models, from inside `models/`."""
        lines: list[str] = []
        for ref in refs:
            module = self.names.modules[self.pointers[ref]]
            spelled = dict.fromkeys(self.spell(ref, flavour) for flavour in flavours)
            lines += [f"from .{module} import {name}" for name in spelled]
        return lines


def in_order(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines, each once, in an order that does not depend on how they were found."""
    return tuple(sorted(set(lines)))


def joined(lines: Sequence[str]) -> str:
    """Imports from one module as one line."""
    start = lines[0].rpartition(" import ")[0]
    return f"{start} import {', '.join(sorted(line.rpartition(' ')[2] for line in lines))}"


def split(line: str) -> list[str]:
    """A line that `joined` made, as a line for each name."""
    start, _, names = line.rpartition(" import ")
    return [f"{start} import {name}" for name in names.split(", ")]


def _cycles(edges: Mapping[ir.Pointer, Sequence[ir.Pointer]]) -> dict[ir.Pointer, int]:
    """Schema -> the group of schemas that mention one another (Tarjan, without recursion)."""
    index: dict[ir.Pointer, int] = {}
    low: dict[ir.Pointer, int] = {}
    stack: list[ir.Pointer] = []
    on_stack: set[ir.Pointer] = set()
    group: dict[ir.Pointer, int] = {}
    for root in edges:
        if root in index:
            continue
        work = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, children = work[-1]
            for child in children:
                if child not in index:
                    index[child] = low[child] = len(index)
                    stack.append(child)
                    on_stack.add(child)
                    work.append((child, iter(edges[child])))
                    break
                if child in on_stack:
                    low[node] = min(low[node], index[child])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    number = len(set(group.values()))
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        group[member] = number
                        if member == node:
                            break
    return group
