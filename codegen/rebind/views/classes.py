"""Models: a module for each, in one flavour or two."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cache

from rebind import ir
from rebind.aliases import OldName
from rebind.models import Class, Field, Type
from rebind.names import OLD_METHODS, Identifier, members
from rebind.views.operations import Operations, first_page, handwritten, renamed, shadow_safe
from rebind.views.renames import deprecation_of, spellings
from rebind.views.scope import Scope, in_order, joined, split
from rebind.views.shown import (
    ClassView,
    FieldView,
    Imports,
    MethodView,
    ModelView,
    OldFieldView,
    OverloadView,
)
from rebind.views.text import (
    docstring,
    first_sentence,
    lower_first,
    one_line,
    paragraphs,
    pythonic,
    sentence,
    words,
    wrapped,
)
from rebind.views.waits import Waits


class Classes:
    """Views of models."""

    def __init__(self, scope: Scope, calls: Operations) -> None:
        self.scope = scope
        self.calls = calls
        self.waits = Waits(scope, calls)

    def model(self, pointer: ir.Pointer) -> ModelView:
        """The module of a schema."""
        cls = self.scope.models.classes[pointer]
        schema = self.scope.api.schemas[pointer]
        name, module = self.scope.names.classes[pointer], self.scope.names.modules[pointer]
        doc = docstring(self.about(schema), indent=4)
        first = lower_first(first_sentence(schema.description)) or "a model."
        head = docstring(paragraphs(f"`{name}`: {first}"))
        if cls.kind == "enum":
            return self.enum(pointer, cls, module, head)
        if cls.kind == "alias":
            return self.alias(pointer, cls, name, module, head)
        if cls.kind == "root":
            classes = tuple(self.root(pointer, cls, doc))
        elif pointer in self.scope.flavoured:
            classes = tuple(self.flavours(pointer, cls, doc))
        else:
            classes = (self.object(pointer, cls, name, "ApiModel", doc, cls.fields, ""),)
        index = tuple(self.index(c) for c in classes)
        imports = self.imports(pointer, cls, classes)
        constants = tuple(self.waits.constants(pointer))
        return ModelView(module, head, imports, constants=constants, classes=classes, index=index)

    def enum(self, pointer: ir.Pointer, cls: Class, module: str, head: str) -> ModelView:
        """A named enumeration."""
        schema, name = self.scope.api.schemas[pointer], self.scope.names.classes[pointer]
        named = members(cls.values, schema.data.get("x-names") or {})
        bases = f"{cls.value_type}, Enum" if cls.value_type else "Enum"
        pairs = self.members(pointer)
        old = tuple(self.old_members(pointer, [member for member, _ in pairs]))
        lines = ["from enum import Enum"]
        if old:
            bases += f", metaclass=_{name}Members"
            lines.append("from typing_extensions import deprecated as _deprecated")
            lines.append("from .._runtime.renamed import OldMembers, warn")
        return ModelView(
            module,
            head,
            Imports(in_order(lines)),
            members=pairs,
            old_members=old,
            enum=ClassView(name, bases, docstring(self.about_values(schema, named), indent=4)),
            index=(f"`{name}`: one of {len(pairs)} values",),
        )

    def members(self, pointer: ir.Pointer) -> tuple[tuple[str, str | int], ...]:
        """The members of an enumeration, and their values; none where it is none."""
        cls = self.scope.models.classes.get(pointer)
        values = cls.values if cls else ()
        named = members(values, self.scope.api.schemas[pointer].data.get("x-names") or {})
        return tuple((str(named[value]), value) for value in values)

    def old_members(
        self, pointer: ir.Pointer, members: Sequence[str]
    ) -> Iterator[tuple[str, str, str]]:
        """What members of an enumeration were called: old name, name, what is said of it."""
        cls = self.scope.names.classes[pointer]
        for member in members:
            for old in self.scope.aliases.of_member(pointer, member):
                said = deprecation_of(f"{cls}.{old.name}", f"{cls}.{member}", old.until)
                yield old.name, member, said

    def index(self, cls: ClassView) -> str:
        """A class as `api.md` lists it."""
        fields = ", ".join(f.name for f in cls.fields)
        names = [*(m.name for m in (*cls.methods, *cls.async_methods)), *cls.added]
        methods = "".join(f" `.{name}()`" for name in names)
        return f"`{cls.name}({cls.bases})`" + (f": {fields}" if fields else "") + methods

    def about(self, schema: ir.Schema) -> list[str]:
        """The docstring of a class: what it is, and where it comes from."""
        text = schema.description or f"{sentence(schema.hint)}."
        return [*paragraphs(text), "", f"Source: `{one_line(schema.pointer)}`"]

    def about_values(self, schema: ir.Schema, named: Mapping[str | int, Identifier]) -> list[str]:
        """The docstring of an enumeration, with the values that are going away."""
        *about, source = self.about(schema)
        gone = [f"`{named[value]}`" for value in schema.deprecated_values if value in named]
        if gone:
            about += [*wrapped(f"Deprecated: {', '.join(gone)}.", ""), ""]
        return [*about, source]

    def alias(
        self, pointer: ir.Pointer, cls: Class, name: Identifier, module: str, head: str
    ) -> ModelView:
        """A schema that stands for another type."""
        assert cls.type is not None
        flavours = ["", "Async"] if pointer in self.scope.flavoured else [""]
        pairs = tuple(
            (f"{flavour}{name}", cls.type.text(self.scope.speller(flavour))) for flavour in flavours
        )
        lines = ["from typing import TypeAlias", *self.scope.type_imports([cls.type])]
        lines += self.scope.class_imports(cls.type.refs, flavours)
        index = tuple(f"`{alias}` = `{text}`" for alias, text in pairs)
        return ModelView(module, head, Imports(in_order(lines)), aliases=pairs, index=index)

    def root(self, pointer: ir.Pointer, cls: Class, doc: str) -> Iterator[ClassView]:
        """A schema that stands for a type with itself in it."""
        assert cls.type is not None
        name = self.scope.names.classes[pointer]
        for flavour in ["", "Async"] if pointer in self.scope.flavoured else [""]:
            inner = cls.type.text(self.scope.speller(flavour))
            yield ClassView(f"{flavour}{name}", f'RootModel["{inner}"]', doc)

    def object(
        self,
        pointer: ir.Pointer,
        cls: Class,
        name: str,
        bases: str,
        doc: str,
        fields: Sequence[object],
        flavour: str,
        **more: object,
    ) -> ClassView:
        """An object with the fields of one flavour."""
        views = tuple(
            self.field(pointer, f.wire, f.type, f.default, flavour)
            for f in cls.fields
            if f in fields
        )
        positional = self.scope.api.schemas[pointer].takes_client and not more.get("inherits")
        client = self.scope.names.async_client if flavour == "Async" else self.scope.names.client
        methods = list(self.methods(pointer, flavour)) if more.get("inherits") else []
        old = list(self.old_methods(pointer, methods))
        return ClassView(
            name=name,
            bases=bases,
            doc=doc,
            positional=positional,
            by_wire=self.scope.api.schemas[pointer].flat is not None,
            constructor=client if more.get("constructs", positional) else None,
            client=client
            if more.get("inherits") and (self.callers(pointer) or more.get("extended"))
            else None,
            fields=views,
            methods=tuple(methods) if flavour == "" else (),
            async_methods=tuple(methods) if flavour == "Async" else (),
            old_methods=tuple(old) if flavour == "" else (),
            old_async_methods=tuple(old) if flavour == "Async" else (),
            extra=cls.extra.text() if cls.extra else None,
            old_fields=tuple(
                self.old_fields(pointer, [f for f in cls.fields if f in fields], flavour)
            ),
            renames=tuple(
                (f.name, f.now, f.message) for f in self.old_fields(pointer, cls.fields, flavour)
            )
            if not more.get("inherits")
            else (),
            constructors=tuple(self.constructors(pointer, cls, flavour))
            if more.get("leaf", True)
            else (),
            ident=None if more.get("inherits") else self.ident(pointer),
        )

    def methods(self, pointer: ir.Pointer, flavour: str) -> Iterator[MethodView]:
        """The methods of an object that call the API."""
        yield from self.bound(pointer, flavour)
        yield from self.waits.methods(pointer, flavour)

    def old_methods(
        self, pointer: ir.Pointer, methods: Sequence[MethodView]
    ) -> Iterator[MethodView]:
        """The same by the names that they had."""
        schema, cls = self.scope.api.schemas[pointer], self.scope.names.classes[pointer]
        keys = {self.scope.names.bound[pointer, known.name]: known.name for known in schema.methods}
        for method in methods:
            for old in self.scope.aliases.of_bound(pointer, keys[Identifier(method.name)]):
                now = f"{cls}.{method.name}()"
                message = deprecation_of(f"{cls}.{old.name}()", now, old.until)
                yield overriding(renamed(method, old.name, method.name, message))

    def old_fields(
        self, pointer: ir.Pointer, fields: Sequence[Field], flavour: str
    ) -> Iterator[OldFieldView]:
        """What fields were called."""
        cls = self.scope.names.classes[pointer]
        speller = self.scope.speller("Async" if flavour == "Async" else "")
        for field in fields:
            now = self.scope.names.fields[pointer, field.wire]
            for old in self.scope.aliases.of_field(pointer, field.wire):
                said = deprecation_of(f"{cls}.{old.name}", f"{cls}.{now}", old.until)
                yield OldFieldView(old.name, now, field.type.plain.text(speller), said)

    def constructors(self, pointer: ir.Pointer, cls: Class, flavour: str) -> Iterator[OverloadView]:
        """The spellings of a constructor that takes fields by name; none where one will do."""
        aliases, names = self.scope.aliases, self.scope.names
        known = {f.wire: found for f in cls.fields if (found := aliases.of_field(pointer, f.wire))}
        if not known or self.scope.api.schemas[pointer].takes_client:
            return
        speller = self.scope.speller("Async" if flavour == "Async" else "")

        def signature(way: Mapping[str, OldName]) -> str:
            parts = ["self", "*"]
            for field in cls.fields:
                said = field.type.plain.text(speller)
                if field.wire in way:
                    parts.append(f"{way[field.wire].name}: {said}")
                else:
                    default = f" = {field.default}" if field.default is not None else ""
                    parts.append(f"{names.fields[pointer, field.wire]}: {said}{default}")
            return ", ".join(parts)

        yield OverloadView(signature({}))
        for way in spellings(known):
            said = [
                deprecation_of(
                    f"{names.classes[pointer]}.{old.name}",
                    f"{names.classes[pointer]}.{names.fields[pointer, wire]}",
                    old.until,
                )
                for wire, old in way.items()
            ]
            yield OverloadView(signature(way), " ".join(said))

    def ident(self, pointer: ir.Pointer) -> str | None:
        """The attribute that names an object."""
        wire = self.scope.api.schemas[pointer].ident
        return str(self.scope.names.fields[pointer, wire]) if wire else None

    def callers(self, pointer: ir.Pointer) -> bool:
        """Whether an object has methods that call the API."""
        schema = self.scope.api.schemas[pointer]
        return bool(schema.bound or schema.waits)

    def flavours(self, pointer: ir.Pointer, cls: Class, doc: str) -> Iterator[ClassView]:
        """What both flavours share, then each with its methods."""
        name = self.scope.names.classes[pointer]
        takes = self.scope.api.schemas[pointer].takes_client
        shared = [f for f in cls.fields if not self.scope.differs(f.type)]
        own = [f for f in cls.fields if self.scope.differs(f.type)]
        about = f"What `{name}` and `Async{name}` hold."
        yield self.object(
            pointer, cls, f"{name}Data", "ApiModel", docstring([about], indent=4), shared, "Data",
            constructs=False, leaf=False,
        )  # fmt: skip
        for flavour, base in (("", "Bound"), ("Async", "AsyncBound")):
            mixin = self.scope.mixin(f"{flavour}{name}")
            calls = f"{flavour}{name}Calls" if mixin else f"{flavour}{name}"
            said = docstring([f"What `{flavour}{name}` calls."], indent=4) if mixin else doc
            yield self.object(
                pointer, cls, calls, f"{name}Data, {base}", said, own, flavour,
                inherits=True, constructs=takes and not mixin, extended=mixin, leaf=not mixin,
            )  # fmt: skip
            if mixin:
                client = self.scope.names.async_client if flavour else self.scope.names.client
                yield ClassView(
                    name=f"{flavour}{name}",
                    bases=f"{mixin.name}, {calls}",
                    doc=doc,
                    constructor=client if takes else None,
                    constructors=tuple(self.constructors(pointer, cls, flavour)),
                    added=tuple(m.name for m in handwritten(mixin)),
                )

    def field(
        self, pointer: ir.Pointer, wire: str, found: Type, default: str | None, flavour: str
    ) -> FieldView:
        """A field as it is printed."""
        name = self.scope.names.fields[pointer, wire]
        text = found.text(self.scope.speller("Async" if flavour == "Async" else ""))
        if name != wire:
            text = _annotated(text, wire)
        prop = self.scope.api.schemas[pointer].data["properties"][wire]
        doc = paragraphs(pythonic(str(prop.get("x-description") or "")))
        if prop.get("x-deprecated"):
            doc += ["", "Deprecated."] if doc else ["Deprecated."]
        return FieldView(name, text, default, docstring(doc, indent=4) if doc else "")

    def imports(self, pointer: ir.Pointer, cls: Class, classes: Sequence[ClassView]) -> Imports:
        """What the module of an object imports."""
        types = [f.type for f in cls.fields] + [t for t in (cls.extra, cls.type) if t]
        lines = self.scope.type_imports(types)
        aliased = any("alias=" in f.annotation for c in classes for f in c.fields)
        if cls.extra:
            lines.append("from pydantic import Field")
        if aliased:
            lines += ["from pydantic import Field", "from typing import Annotated"]
        if cls.kind == "root":
            lines.append("from pydantic import RootModel")
        else:
            lines.append("from .._runtime.model import ApiModel")
            if any("Bound" in c.bases for c in classes):
                lines.append("from .._runtime.model import AsyncBound, Bound")
        name = self.scope.names.classes[pointer]
        for mixin in map(self.scope.mixin, (name, f"Async{name}")):
            if mixin:
                lines.append(f"from ..extras.{mixin.module} import {mixin.name}")
        typing: list[str] = []
        signatures = [m for c in classes for m in (*c.methods, *c.async_methods)]
        said = set(re.findall(r"\w+", " ".join(f"{m.signature} {m.result}" for m in signatures)))
        for bound in self.scope.api.schemas[pointer].bound if signatures else ():
            operation = self.scope.operations[bound.operation]
            typing += spoken(self.calls.signature_imports(operation, "models"), said)
        if self.scope.api.schemas[pointer].waits:
            lines.append("from .._runtime.waiting import Waiting")
            typing.append("from collections.abc import Callable")
        if signatures:
            typing.append("from .._runtime.call_options import CallOptions")
            typing.append("from typing_extensions import Unpack")
            if any("= OMIT" in m.signature for m in signatures):
                lines.append("from .._runtime.call import OMIT")
                typing.append("from .._runtime.call import Omit")
            if any(" need(" in m.statement or "(need(" in m.statement for m in signatures):
                lines.append("from .._runtime.model import need")
            if any(m.result == "Self" for m in signatures):
                typing.append("from typing_extensions import Self")
            if any("updated(self" in m.statement for m in signatures):
                lines.append("from .._runtime.model import updated")
        marked = [m for c in classes for m in (*c.old_methods, *c.old_async_methods)]
        spelled = [m for m in (*signatures, *marked) if m.overloads]
        if spelled or marked or any(c.old_fields for c in classes):
            lines.append("from typing_extensions import deprecated as _deprecated")
        if any(c.constructors for c in classes) and not spelled:
            typing.append("from typing import overload as _overload")
        if spelled:
            lines.append("from typing import overload as _overload")
            lines.append("from .._runtime.renamed import renamed as _renamed")
        if any(c.old_fields for c in classes):
            lines.append("from .._runtime.renamed import warn")
        if any(c.constructor or c.client for c in classes):
            flavoured = pointer in self.scope.flavoured
            clients = [
                self.scope.names.client,
                *([self.scope.names.async_client] if flavoured else []),
            ]
            typing += [f"from .._client import {client}" for client in clients]
        cyclic: list[str] = []
        flavours = ["", "Async"] if pointer in self.scope.flavoured else [""]
        group = self.scope.groups[pointer]
        for ref in cls.refs:
            target = self.scope.pointers[ref]
            if target == pointer:
                continue
            found = self.scope.class_imports([ref], flavours)
            if self.scope.groups[target] == group:
                cyclic.append(joined(found))
            else:
                lines += found
        own = {c.name for c in classes}
        known = {*lines, *(line for late in cyclic for line in split(late))}
        typing = [t for t in typing if t not in known and t.rsplit(" ", 1)[-1] not in own]
        return Imports(in_order(lines), in_order(typing), in_order(cyclic))

    def bound(self, pointer: ir.Pointer, flavour: str) -> Iterator[MethodView]:
        """The bound methods of an object in a flavour."""
        vendor = self.scope.api.schemas[pointer].takes_client
        shadowed = {
            name
            for b in self.scope.api.schemas[pointer].bound
            for name in (
                self.scope.names.bound[pointer, b.name],
                *(old.name for old in self.scope.aliases.of_bound(pointer, b.name)),
            )
        }
        for bound in self.scope.api.schemas[pointer].bound:
            operation = self.scope.operations[bound.operation]
            names = self.scope.names.operations[operation.pointer]
            taken = {*bound.fields, *bound.fixed}
            free = [
                p
                for p in operation.parameters
                if p.wire not in taken and (bound.only is None or p.wire in bound.only)
            ]
            arguments = [
                *self.calls.given(operation, bound.fields, pointer, bound=bound),
                *(f"{names.arguments[p.place, p.wire]}={names.arguments[p.place, p.wire]}"
                  for p in self.calls.keywords(operation) if p in free),
                "**options",
            ]  # fmt: skip
            resource = self.scope.names.resources[self.scope.homes[operation.pointer]].attribute
            # Objects as some vendors' packages have them return lists as those do.
            whole = bool(operation.page and vendor)
            awaits = "await " if flavour and (whole or not operation.page) else ""
            call = f"{awaits}self._client.{resource}.{names.method}({', '.join(arguments)})"
            result, statement = self.calls.result(operation, flavour), f"return {call}"
            summary = returned = ""
            if whole:
                result = self.calls.whole(operation, flavour)
                statement = f"return {first_page(operation, f'({call})' if awaits else call)}"
                returned = f"The first page; `client.{resource}.{names.method}()` goes on."
            elif bound.update:
                result = self.scope.itself(result.removesuffix(" | None"))
                statement = f"return updated(self, {call})"
                summary, returned = "Bring this object up to date.", "This object."
            elif bound.field:
                result, statement = self.reached(operation, bound, call, flavour)
                said = " of the ".join(words(step) for step in reversed(bound.field))
                summary, returned = f"Ask for the {said}.", f"The {said}."
            elif result == "None":
                statement = call
            # Objects as some vendors' packages have them take everything by position.
            order = (bound.only or operation.flat_order) if vendor else None
            signature = self.calls.signature(
                operation, names, free, body=operation.body, order=order
            )
            doc = self.calls.method_doc(
                operation, names, free, signature, result, summary=summary, returned=returned
            )
            method = MethodView(
                name=self.scope.names.bound[pointer, bound.name],
                signature=shadow_safe(signature, shadowed),
                result=shadow_safe(result, shadowed),
                doc=doc,
                statement=statement,
                awaited=bool(awaits),
            )
            yield overriding(
                self.calls.overloads(
                    operation,
                    free,
                    method,
                    self.scope.names.classes[pointer],
                    awaited=bool(awaits),
                    shadowed=shadowed,
                    order=order,
                )
            )

    def reached(
        self, operation: ir.Operation, bound: ir.Bound, call: str, flavour: str
    ) -> tuple[str, str]:
        """The type of a part of the result, and the statement that returns it."""
        slot = next(r.slot for r in self.calls.successes(operation) if r.slot)
        found = self.scope.models.slots[slot.pointer].plain
        reached = f"({call})" if call.startswith("await ") else call
        lines: list[str] = []
        for wire in bound.field:
            pointer = self.scope.pointers[found.refs[0]]
            field = next(f for f in self.scope.models.classes[pointer].fields if f.wire == wire)
            name = self.scope.names.fields[pointer, wire]
            if found.optional:
                held = f"found_{len(lines) + 1}" if lines else "found"
                lines.append(f"{held} = {reached}")
                reached = f"None if {held} is None else {held}.{name}"
            else:
                reached = f"{reached}.{name}"
            found = field.type.plain
        text = found.text(self.scope.speller(flavour))
        if lines and not found.optional:
            text += " | None"
        return text, "\n        ".join([*lines, f"return {reached}"])


def overriding(method: MethodView) -> MethodView:
    """A method, said to hide one of pydantic's that is going away, where it does."""
    if method.name not in OLD_METHODS:
        return method
    ignored = "  # type: ignore[override]\n        "
    if method.overloads:
        first, *rest = method.overloads
        first = replace(first, signature=f"{ignored}{first.signature.removeprefix(ignored)}")
        return replace(method, overloads=(first, *rest))
    return replace(method, signature=f"{ignored}{method.signature.removeprefix(ignored)}")


def spoken(lines: Sequence[str], names: Set[str]) -> list[str]:
    """The imports whose names are in the signatures: a method may not offer every argument."""
    return [
        line
        for line in lines
        if names & {name.split()[-1] for name in line.rpartition("import ")[2].split(", ")}
    ]


@cache
def _annotated(text: str, alias: str) -> str:
    """A type with the name that its field has on the wire."""
    if not text.startswith("Annotated["):
        return f"Annotated[{text}, Field(alias={alias!r})]"
    node = ast.parse(text, mode="eval").body
    field = ast.Call(ast.Name("Field"), [], [ast.keyword("alias", ast.Constant(alias))])
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Annotated":
        *rest, last = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if isinstance(last, ast.Call):
            last.keywords.insert(0, field.keywords[0])
            rest, field = [*rest], last
        else:
            rest = [*rest, last]
        return ast.unparse(ast.Subscript(node.value, ast.Tuple([*rest, field], ast.Load())))
    return ast.unparse(ast.Subscript(ast.Name("Annotated"), ast.Tuple([node, field], ast.Load())))
