"""The second front: every operation as a method of one client, and what its callers make."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rebind import ir
from rebind.compat import Compat
from rebind.models import Field
from rebind.names import OperationNames, members, pascal
from rebind.runtime import errors as runtime_errors
from rebind.views.classes import Classes
from rebind.views.operations import Operations, accepting, deprecation, first_page, shadow_safe
from rebind.views.scope import Scope, in_order
from rebind.views.shown import (
    CompatView,
    ErrorView,
    FlatClassView,
    FlatEnumView,
    FlatGroupView,
    Imports,
    Link,
    MethodView,
)
from rebind.views.text import docstring, first_sentence, lower_first, paragraphs

HOME = "compat"
_Target = tuple[str, str]
"""A module, from the package on, and a name in it."""


class Flats:
    """Views of the second front."""

    def __init__(self, scope: Scope, calls: Operations, classes: Classes, config: Compat) -> None:
        self.scope = scope
        self.calls = calls
        self.classes = classes
        self.config = config
        self.home = f"{HOME}.{config.classes}"
        self.shadowed = {flat.method for flat in scope.names.flat.values()}
        self.called = {str(name): pointer for pointer, name in scope.names.flat_classes.items()}
        bases = [(s.partition(":")[2], s) for s in (config.input, config.enum) if s]
        self.hand = dict(self.handwritten([*bases, *config.objects.items()]))
        root = [(config.error.partition(":")[2], config.error)] if config.error else []
        self.named = dict(self.handwritten([*root, *config.names.items()]))
        self.families = {
            pointer: variants
            for pointer in scope.api.schemas
            if (variants := self.variants(pointer))
        }
        self.parents = {v: family for family, found in self.families.items() for v in found}

    def view(self, errors: Sequence[ErrorView]) -> CompatView:
        """Decide every string of it.

        Args:
            errors: The errors of the API.

        Returns:
            The modules below `compat`.
        """
        config, names = self.config, self.scope.names.flat_classes
        made: dict[str, _Target] = {names[p]: self.target(p) for p in names if self.made(p)}
        others: dict[str, _Target] = {names[p]: self.target(p) for p in names if not self.made(p)}
        own = tuple(self.errors(errors)) if config.error else ()
        public: dict[str, _Target] = {**made, **others}
        public |= {error.name: ("errors", error.name) for error in errors}
        public |= {error.name: (f"{HOME}.errors", error.name) for error in own}
        if config.client:
            public[config.client] = (f"{HOME}.client", config.client)
        public |= self.hand | self.named
        inside = {**made, **self.hand}
        printed = [p for p in names if self.made(p) and names[p] not in self.hand]
        return CompatView(
            classes=config.classes,
            modules=config.modules,
            client=config.client,
            groups=tuple(self.groups()),
            objects=tuple(self.object(p) for p in printed if self.is_object(p)),
            enums=tuple(self.enum(p) for p in printed if self.is_enum(p) and self.own(p)),
            error=self.link(config.error, HOME) if config.error else None,
            errors=own,
            links=_links(public, HOME),
            class_links=_links(inside, self.home),
            gone=tuple(sorted(config.gone.items())),
        )

    def handwritten(self, said: Iterable[tuple[str, str]]) -> Iterator[tuple[str, _Target]]:
        """What is written by hand, by its public name."""
        for public, target in said:
            module, _, name = target.partition(":")
            yield public, (f"extras.{module}", name)

    def variants(self, pointer: ir.Pointer) -> tuple[ir.Pointer, ...]:
        """The objects that a named union is of, if all of them are made by position."""
        schema = self.scope.api.schemas[pointer]
        alone = [schema.data] if "$ref" in schema.data else []
        members: Any = schema.data.get("oneOf") or schema.data.get("anyOf") or alone
        found = tuple(str(m.get("$ref", "")) for m in members)
        known = all(ref in self.scope.api.schemas for ref in found)
        flat = known and all(self.scope.api.schemas[ref].flat for ref in found)
        return found if schema.named and found and flat else ()

    def is_object(self, pointer: ir.Pointer) -> bool:
        """Whether callers make it by position, or it is what such classes extend."""
        cls = self.scope.models.classes.get(pointer)
        flat = self.scope.api.schemas[pointer].flat is not None
        return pointer in self.families or (flat and cls is not None and cls.kind == "object")

    def is_enum(self, pointer: ir.Pointer) -> bool:
        """Whether it is an enumeration."""
        cls = self.scope.models.classes.get(pointer)
        return cls is not None and cls.kind == "enum"

    def made(self, pointer: ir.Pointer) -> bool:
        """Whether it belongs to what callers make."""
        return self.is_object(pointer) or self.is_enum(pointer)

    def own(self, pointer: ir.Pointer) -> bool:
        """Whether it is another class than that of the models."""
        text = self.is_enum(pointer) and self.scope.models.classes[pointer].value_type == "str"
        return self.is_object(pointer) or (text and self.config.enum is not None)

    def target(self, pointer: ir.Pointer) -> _Target:
        """Where the class of a component is."""
        module = self.scope.names.modules[pointer]
        if self.own(pointer):
            return f"{self.home}.{module}", self.scope.names.flat_classes[pointer]
        return f"models.{module}", self.scope.names.classes[pointer]

    def link(self, said: str, home: str) -> Link:
        """A class of the extras."""
        module, _, name = said.partition(":")
        return Link(name, _relative(f"extras.{module}", home), name)

    def errors(self, named: Sequence[ErrorView]) -> Iterator[ErrorView]:
        """The errors of the runtime and those of the API, in a tree of their own."""
        assert self.config.error is not None
        root = self.config.error.partition(":")[2]
        done: set[str] = set()
        general = [
            ErrorView(name, cls.__base__.__name__, docstring([f"As `errors.{name}`."]), "", (), ())
            for name, cls in vars(runtime_errors).items()
            if isinstance(cls, type) and issubclass(cls, runtime_errors.ApiError) and cls.__base__
        ]
        for error in (*general, *named):
            if error.name in {e.name for e in named} and error in general:
                continue
            if error.name != "ApiError" and error.name not in self.named:
                yield replace(error, base=error.base if error.base in done else root)
                done.add(error.name)

    def groups(self) -> Iterator[FlatGroupView]:
        """The methods: by the host where that has a class of its own, else by what they do."""
        found: dict[str, list[ir.Operation]] = {"read": [], "write": []}
        found |= {host: [] for host in self.config.groups}
        for operation in self.scope.api.operations:
            group = "read" if operation.method in ("GET", "HEAD") else "write"
            if operation.host in self.config.groups:
                group = operation.host
            if not operation.variant:
                found[group].append(operation)
        about = {"read": "that read", "write": "that change something"}
        for group, operations in found.items():
            if operations:
                doc = f"The methods {about.get(group, f'that the {group} hosts answer')}."
                methods = tuple(self.method(o) for o in operations)
                imports = self.imports(operations, methods)
                cls = f"{pascal([group])}Methods"
                old = any(m.deprecated for m in methods)
                yield FlatGroupView(f"{group}_methods", cls, doc, imports, methods, old)

    def method(self, operation: ir.Operation) -> MethodView:
        """An operation as a method of the client."""
        flat = self.scope.names.flat[operation.pointer]
        names = self.scope.names.operations[operation.pointer]
        spelled = replace(names, arguments=flat.arguments)
        whole = [None] if operation.body and operation.body.whole else []
        required, optional = self.calls.split(operation)
        ordered = self.ordered(operation)
        parts = ["self"]
        for group in (required, optional):
            parts += [
                self.argument(operation, spelled, p)
                for p in [*(o for o in ordered if o in group), *(o for o in whole if o in group)]
            ]
        values = [
            str(names.body) if p is None else str(flat.arguments[p.place, p.wire]) for p in required
        ]
        for parameter in optional:
            if parameter is None:
                values.append(f"{names.body}={names.body}")
            else:
                key = parameter.place, parameter.wire
                own = "kwargs" if parameter.place == "extra" else flat.arguments[key]
                values.append(f"{names.arguments[key]}={own}")
        resource = self.scope.names.resources[self.scope.homes[operation.pointer]].attribute
        result = self.calls.whole(operation, "")
        called = f"{resource}.{names.method}"
        call = f"self.{called}({', '.join(values)})"
        if operation.page:  # who comes from another package expects what is sent, and no more
            call = first_page(operation, call)
        summary = first_sentence(operation.summary or operation.description) or f"{operation.id}."
        said = f"The same as `client.{called}()`."
        if operation.page:
            said = f"The first page of `client.{called}()`."
        return MethodView(
            name=flat.method,
            signature=shadow_safe(", ".join(parts), self.shadowed),
            result=shadow_safe(result, self.shadowed),
            doc=docstring([summary, "", said], indent=8),
            statement=call if result == "None" else f"return {call}",
            deprecated=deprecation(operation),
        )

    def argument(
        self, operation: ir.Operation, names: OperationNames, parameter: ir.Parameter | None
    ) -> str:
        """One parameter of a signature."""
        if parameter is not None and parameter.place == "extra":
            return "**kwargs: Any"
        return self.calls.argument(operation, names, parameter, defaults=True)

    def ordered(self, operation: ir.Operation) -> list[ir.Parameter]:
        """Parameters in the order of the flat method, free ones last."""
        order = {wire: index for index, wire in enumerate(operation.flat_order)}
        return sorted(
            operation.parameters,
            key=lambda p: (p.place == "extra", order.get(p.wire, len(order))),
        )

    def imports(self, operations: Sequence[ir.Operation], methods: Sequence[MethodView]) -> Imports:
        """What a class of methods imports."""
        lines = [f"from .._client import {self.scope.names.client}"]
        written = " ".join(f"{m.signature} {m.result}" for m in methods)
        if "= OMIT" in written:
            lines.append("from .._runtime.call import OMIT")
        if any(m.deprecated for m in methods):
            lines.append("from typing_extensions import deprecated")
        typing = ["from .._runtime.call import Omit", "import builtins", "from typing import Any"]
        for operation in operations:
            typing += self.calls.signature_imports(operation, "resources")
        used = set(re.findall(r"\w+", written))
        return Imports(in_order(lines), in_order(line for t in typing for line in _used(t, used)))

    def object(self, pointer: ir.Pointer) -> FlatClassView:
        """A class that is made by position."""
        schema, name = self.scope.api.schemas[pointer], self.scope.names.flat_classes[pointer]
        doc = docstring(self.classes.about(schema), indent=4)
        first = lower_first(first_sentence(schema.description)) or "made by position."
        head = docstring(paragraphs(f"`{name}`: {first}"))
        module = self.scope.names.modules[pointer]
        base, lines = self.base(pointer)
        family = pointer in self.families
        members = list(self.families.get(pointer, ())) or [pointer]
        # What one or two classes have may be their own; what more of them share is the family's.
        fields = self.common(members) if not family or len(members) > 2 else []
        extra = next((f.extra for p in members if (f := self.scope.api.schemas[p].flat)), None)
        signature = self.constructor(members[0], fields, extra)
        types = [f.type.plain for f in fields]
        typing = ["from collections.abc import Mapping, Sequence", "from typing import Any"]
        typing += self.scope.type_imports(types)
        typing += [f"from ...models import {ref}" for t in types for ref in t.refs]
        used = set(re.findall(r"\w+", signature))
        if not family:
            lines.append("from ... import models")
            base += f", models.{self.scope.names.classes[pointer]}"
        fresh = [
            f"{self.scope.names.fields[members[0], f.wire]}={value!r}"
            for f in fields
            if isinstance(value := self.default(members[0], f), list | dict)
        ]
        return FlatClassView(
            module,
            name,
            base,
            head,
            doc,
            Imports(in_order(lines), in_order(line for t in typing for line in _used(t, used))),
            signature=signature,
            taken=", ".join(["locals()", *([repr(extra)] if extra else []), *fresh]),
            key=schema.data.get("discriminator", {}).get("propertyName", "") if family else "",
            variants=tuple(self.told_apart(pointer)) if family else (),
        )

    def common(self, pointers: Sequence[ir.Pointer]) -> list[Field]:
        """The fields that all of some classes are made with."""
        first, *others = (
            [f for f in self.scope.models.classes[p].fields if not _constant(f)] for p in pointers
        )
        return [f for f in first if all(any(f.wire == o.wire for o in other) for other in others)]

    def default(self, pointer: ir.Pointer, field: Field) -> Any:
        """What a field is sent with where the caller says nothing; None: it is not sent."""
        known = self.scope.api.schemas[pointer].data["properties"][field.wire]
        return known.get("default", known.get("x-default"))

    def base(self, pointer: ir.Pointer) -> tuple[str, list[str]]:
        """What a class extends besides its model, and the import of it."""
        schema = self.scope.api.schemas[pointer]
        said = self.called.get((schema.flat.base if schema.flat else None) or "")
        parent = said or self.parents.get(pointer)
        if parent is not None and self.is_object(parent) and parent != pointer:
            module, name = self.target(parent)
            name_there = self.hand.get(name, (module, name))
            return name, [f"from {_relative(name_there[0], self.home)} import {name_there[1]}"]
        if self.config.input:
            link = self.link(self.config.input, self.home)
            return link.attribute, [link.statement]
        return "Flat", ["from ..._runtime.flat import Flat"]

    def told_apart(self, family: ir.Pointer) -> Iterator[tuple[str, str]]:
        """The value that tells a variant apart, and the variant."""
        data = self.scope.api.schemas[family].data
        mapping: Mapping[str, str] = data.get("discriminator", {}).get("mapping") or {}
        if not mapping and len(self.families[family]) == 1:
            mapping = {"": self.families[family][0]}
        for value, variant in mapping.items():
            if variant in self.scope.names.flat_classes:
                yield value, self.scope.names.flat_classes[variant]

    def constructor(self, pointer: ir.Pointer, fields: Sequence[Field], extra: str | None) -> str:
        """The arguments of a constructor."""
        required: list[str] = []
        optional = [f"{extra}: Mapping[str, Any] | None = None"] if extra else []
        for field in fields:
            found = field.type.plain
            name = self.scope.names.fields[pointer, field.wire]
            said = f"{name}: {accepting(found.text())}"
            value = self.default(pointer, field)
            if field.default is None and value is None:
                required.append(said)
            else:
                null = "" if found.optional else " | None"
                if isinstance(value, str) and not re.search(r"\bstr\b", said):
                    said += " | str"  # the text of an enumeration's value
                shown = "None" if isinstance(value, list | dict) else repr(value)
                optional.append(f"{said}{null} = {shown}")
        return ", ".join(["self", *required, *optional])

    def enum(self, pointer: ir.Pointer) -> FlatEnumView:
        """An enumeration as callers of the second front know it."""
        assert self.config.enum is not None
        schema, cls = self.scope.api.schemas[pointer], self.scope.models.classes[pointer]
        named = members(cls.values, schema.data.get("x-names") or {})
        name = self.scope.names.flat_classes[pointer]
        return FlatEnumView(
            self.scope.names.modules[pointer],
            name,
            self.link(self.config.enum, self.home),
            docstring(self.classes.about_values(schema, named), indent=4),
            tuple((str(named[value]), value) for value in cls.values),
            tuple(str(value) for value in schema.deprecated_values),
        )


def _used(statement: str, names: Collection[str]) -> Iterator[str]:
    """An import of those names that are used."""
    start, _, said = statement.rpartition("import ")
    kept = [name for name in said.split(", ") if name.rpartition(" ")[2] in names]
    if kept:
        yield f"{start}import {', '.join(kept)}"


def _constant(field: Field) -> bool:
    """Whether a field has one value only, which callers need not say."""
    node = field.type.plain.node
    return (
        isinstance(node, ast.Subscript)
        and ast.unparse(node.value) == "Literal"
        and isinstance(node.slice, ast.Constant)
    )


def _relative(module: str, home: str) -> str:
    """A module as a module of another folder imports it."""
    if module.startswith(f"{home}."):
        return module.removeprefix(home)
    return "." * (home.count(".") + 2) + module


def _links(found: Mapping[str, _Target], home: str) -> tuple[Link, ...]:
    """Public names in their order, and where they come from."""
    return tuple(
        Link(name, _relative(module, home), attribute)
        for name, (module, attribute) in sorted(found.items(), key=lambda i: (i[0].lower(), i[0]))
    )
