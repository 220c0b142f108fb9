"""What the templates print: finished strings, nothing left to decide."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rebind import ir
from rebind.models import Class, Models, Type
from rebind.names import Identifier, Names, OperationNames, members

WIDTH = 110
"""The line length of generated code."""
_LINES = 15
"""A generated method is no longer than this with its docstring, unless its arguments alone are."""


@dataclass(frozen=True)
class Imports:
    """The import statements of a module, as finished lines."""

    runtime: tuple[str, ...] = ()
    typing: tuple[str, ...] = ()
    """Under `if TYPE_CHECKING:`."""
    late: tuple[str, ...] = ()
    """At the end: modules that import this one back."""


@dataclass(frozen=True)
class FieldView:
    name: str
    annotation: str
    default: str | None
    doc: str


@dataclass(frozen=True)
class MethodView:
    """A method in one flavour."""

    name: str
    signature: str
    result: str
    doc: str
    statement: str
    deprecated: str | None = None


@dataclass(frozen=True)
class ClassView:
    name: str
    bases: str
    doc: str
    positional: bool = False
    constructor: str | None = None
    """The client that its constructor takes, for type checkers."""
    client: str | None = None
    """The client that its methods call, for type checkers."""
    fields: tuple[FieldView, ...] = ()
    methods: tuple[MethodView, ...] = ()
    async_methods: tuple[MethodView, ...] = ()
    extra: str | None = None


@dataclass(frozen=True)
class ModelView:
    """A module of `models/`."""

    module: str
    doc: str
    imports: Imports
    classes: tuple[ClassView, ...] = ()
    members: tuple[tuple[str, str | int], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    enum: ClassView | None = None
    index: tuple[str, ...] = ()
    """Lines for `api.md`."""


@dataclass(frozen=True)
class OperationView:
    constant: str
    function: str
    types: str
    lines: tuple[str, ...]
    """Arguments of `Operation(...)`."""
    signature: str
    call: str
    """Arguments of `Call(...)`."""
    index: str
    """The arguments, in short, for `api.md`."""
    source: str
    result: str
    method: MethodView
    async_method: MethodView


@dataclass(frozen=True)
class ResourceView:
    """A module of `resources/`."""

    module: str
    attribute: str
    cls: str
    async_cls: str
    head: str
    doc: str
    imports: Imports
    operations: tuple[OperationView, ...]
    summary: str


@dataclass(frozen=True)
class ErrorView:
    name: str
    base: str
    doc: str
    summary: str
    statuses: tuple[int, ...]


@dataclass(frozen=True)
class Export:
    """A public name and the module that it is loaded from."""

    name: str
    module: str


@dataclass(frozen=True)
class Package:
    """Everything there is to print."""

    name: str
    project: str
    title: str
    version: str
    summary: str
    generated_by: str
    package_doc: str
    package_version: str
    user_agent: str
    client_doc: str
    async_client_doc: str
    client: str
    async_client: str
    server: str
    key_env: str
    server_env: str
    schemes: tuple[str, ...]
    scheme_imports: tuple[str, ...]
    security: str
    envelope: str
    title_booleans: bool
    errors: tuple[ErrorView, ...]
    resources: tuple[ResourceView, ...]
    models: tuple[ModelView, ...]
    model_exports: tuple[Export, ...]
    exports: tuple[Export, ...]
    example: str
    runtime_errors: tuple[str, ...] = field(default=())


RUNTIME_EXPORTS = (
    Export("OMIT", "_runtime.call"),
    Export("Omit", "_runtime.call"),
    Export("Deviation", "_runtime.options"),
    Export("RetryPolicy", "_runtime.options"),
    Export("Timeout", "_runtime.options"),
    Export("ApiConnectionError", "_runtime.errors"),
    Export("ApiError", "_runtime.errors"),
    Export("ApiTimeoutError", "_runtime.errors"),
    Export("ConfigError", "_runtime.errors"),
    Export("DecodeError", "_runtime.errors"),
    Export("RequestError", "_runtime.errors"),
    Export("StatusError", "_runtime.errors"),
    Export("UnboundError", "_runtime.errors"),
)


def view(
    api: ir.Api, names: Names, models: Models, *, project: str, version: str, source: str
) -> Package:
    """Decide every string of the package.

    Args:
        api: The API.
        names: What everything is called.
        models: What the schemas became.
        project: The distribution name of the package.
        version: Its version.
        source: The name of the document's file.

    Returns:
        The package, ready to print.
    """
    return _Views(api, names, models).package(project, version, source)


class _Views:
    def __init__(self, api: ir.Api, names: Names, models: Models) -> None:
        self.api = api
        self.names = names
        self.models = models
        self.pointers = {name: pointer for pointer, name in names.classes.items()}
        self.flavoured = self._flavoured()
        self.groups = _cycles({p: self.edges(p) for p in models.classes})
        self.operations = {o.pointer: o for o in api.operations}
        self.homes = {o.pointer: r.key for r in api.resources for o in r.operations}

    # Which schemas come in two flavours

    def _flavoured(self) -> set[ir.Pointer]:
        """Objects with bound methods, and whatever holds one."""
        found = {p for p, schema in self.api.schemas.items() if schema.bound}
        found &= {p for p, c in self.models.classes.items() if c.kind == "object"}
        while True:
            more = {
                pointer
                for pointer, cls in self.models.classes.items()
                if pointer not in found
                and cls.kind in ("object", "root", "alias")
                and any(self.pointers[ref] in found for ref in cls.refs)
            }
            if not more:
                return found
            found |= more

    def edges(self, pointer: ir.Pointer) -> list[ir.Pointer]:
        refs = [self.pointers[ref] for ref in self.models.classes[pointer].refs]
        return [ref for ref in refs if ref in self.models.classes]

    def spell(self, name: Identifier, flavour: str) -> str:
        """A class in a flavour: "", "Async", or "Data" for what both share."""
        pointer = self.pointers[name]
        return f"Async{name}" if flavour == "Async" and pointer in self.flavoured else name

    def differs(self, found: Type) -> bool:
        return any(self.pointers[ref] in self.flavoured for ref in found.refs)

    # The package

    def package(self, project: str, version: str, source: str) -> Package:
        api, names = self.api, self.names
        models = tuple(self.model(p) for p in api.schemas if p in self.models.classes and self.shown(p))
        exports = tuple(self.model_exports())
        errors = tuple(self.errors())
        public = [
            Export(names.client, "_client"),
            Export(names.async_client, "_client"),
            *(Export(e.name, "errors") for e in errors),
            *(Export(e.name, f"models.{e.module}") for e in exports),
        ]
        taken = {e.name for e in public}
        public += [e for e in RUNTIME_EXPORTS if e.name not in taken]
        return Package(
            name=names.package,
            project=project,
            title=_line(api.title),
            version=_line(api.version),
            summary=_first_sentence(api.description) or f"{_line(api.title)}.",
            generated_by=f"Generated by Rebind from {_line(source)}; edits are lost.",
            package_doc=docstring(self.package_doc()),
            package_version=version,
            user_agent=f"{project}/{version}",
            client_doc=docstring(self.client_doc(""), indent=4),
            async_client_doc=docstring(self.client_doc("Async"), indent=4),
            client=names.client,
            async_client=names.async_client,
            server=api.server,
            key_env=api.key_env or f"{_env(names.client)}_API_KEY",
            server_env=api.server_env or f"{_env(names.client)}_API_SERVER",
            schemes=tuple(self.schemes()),
            scheme_imports=tuple(sorted({s.split("(")[0] for s in self.schemes()})),
            security=repr(self.api.security),
            envelope=self.envelope(),
            title_booleans=api.title_booleans,
            errors=errors,
            resources=tuple(self.resource(r) for r in api.resources),
            models=models,
            model_exports=exports,
            exports=tuple(sorted(public, key=lambda e: (e.name.lower(), e.name))),
            example=self.example(),
            runtime_errors=tuple(e.name for e in RUNTIME_EXPORTS if e.module == "_runtime.errors"),
        )

    def shown(self, pointer: ir.Pointer) -> bool:
        """Whether a schema gets a module: an inline enumeration or alias is said where it is used."""
        cls = self.models.classes[pointer]
        return self.api.schemas[pointer].named or cls.kind in ("object", "root")

    def model_exports(self) -> Iterator[Export]:
        for pointer, cls in self.models.classes.items():
            if not self.shown(pointer):
                continue
            name, module = self.names.classes[pointer], self.names.modules[pointer]
            yield Export(name, module)
            if pointer in self.flavoured:
                yield Export(f"Async{name}", module)
                if cls.kind == "object":
                    yield Export(f"{name}Data", module)

    def package_doc(self) -> list[str]:
        first = f"{_line(self.api.title)}: a client."
        more = _paragraphs(self.api.description)
        names = f"Start with `{self.names.client}`, or `{self.names.async_client}` to await."
        return [first, "", names, *(["", *more] if more else [])]

    def client_doc(self, flavour: str) -> list[str]:
        env = _env(self.names.client)
        key, server = self.api.key_env or f"{env}_API_KEY", self.api.server_env or f"{env}_API_SERVER"
        lines = [f"{'An asynchronous' if flavour else 'A'} client of {_line(self.api.title)}.", ""]
        text = (
            "Making one does nothing but remember its arguments; connections are opened by the first call. "
            f"The key is `api_key` or the environment's `{key}`, the server is `base_url` or `{server}`"
        )
        if not self.api.schemes:
            text = (
                "Making one does nothing but remember its arguments; connections are opened by the first "
                f"call. The server is `base_url` or the environment's `{server}`"
            )
        text += f", otherwise `{_line(self.api.server)}`." if self.api.server else "."
        if len(self.api.schemes) > 1:
            schemes = ", ".join(f"`{_line(scheme.key)}`" for scheme in self.api.schemes)
            text += f" Credentials for the ways to authenticate ({schemes}) can be given by name in `auth`."
        return [*lines, *_paragraphs(text)]

    def schemes(self) -> Iterator[str]:
        for scheme in self.api.schemes:
            name = scheme.key
            if scheme.kind == "api-key":
                yield f"ApiKey({name!r}, {scheme.place!r}, {scheme.wire!r})"
            else:
                yield f"{'Basic' if scheme.kind == 'basic' else 'Bearer'}({name!r})"

    def envelope(self) -> str:
        known = self.api.envelope
        if known is None:
            return ""
        keys = ("ok", "result", "message", "type", "request_id")
        said = [f"{key}={getattr(known, key)!r}" for key in keys if getattr(known, key)]
        return f"Envelope({', '.join(said)})"

    def errors(self) -> Iterator[ErrorView]:
        known = {error.name: error for error in self.api.errors}
        done: set[str] = set()

        def after_its_base(error: ir.ErrorClass) -> Iterator[ErrorView]:
            if error.name in done:
                return
            done.add(error.name)
            if error.extends in known:
                yield from after_its_base(known[error.extends])
            yield ErrorView(
                error.name,
                error.extends if error.extends in known else "StatusError",
                docstring([_first_sentence(error.description) or f"{error.name}."], indent=4),
                _first_sentence(error.description),
                error.statuses,
            )

        for error in self.api.errors:
            yield from after_its_base(error)

    def example(self) -> str:
        """A call that the README of the package shows."""
        for resource in self.api.resources:
            for operation in resource.operations:
                if operation.method == "GET" and not any(p.required for p in operation.parameters):
                    attribute = self.names.resources[resource.key].attribute
                    return f"client.{attribute}.{self.names.operations[operation.pointer].method}()"
        for resource in self.api.resources:
            operation = resource.operations[0]
            attribute = self.names.resources[resource.key].attribute
            return f"client.{attribute}.{self.names.operations[operation.pointer].method}(...)"
        return ""

    # Models

    def model(self, pointer: ir.Pointer) -> ModelView:
        cls = self.models.classes[pointer]
        schema = self.api.schemas[pointer]
        name, module = self.names.classes[pointer], self.names.modules[pointer]
        doc = docstring(self.about(schema), indent=4)
        first = _lower_first(_first_sentence(schema.description)) or "a model."
        head = docstring(_paragraphs(f"`{name}`: {first}"))
        if cls.kind == "enum":
            named = members(cls.values, schema.data.get("x-names") or {})
            bases = f"{cls.value_type}, Enum" if cls.value_type else "Enum"
            imports = Imports(("from enum import Enum",))
            pairs = tuple((str(named[value]), value) for value in cls.values)
            index = (f"`{name}`: one of {len(pairs)} values",)
            enum = ClassView(name, bases, doc)
            return ModelView(module, head, imports, members=pairs, enum=enum, index=index)
        if cls.kind == "alias":
            return self.alias(pointer, cls, name, module, head)
        if cls.kind == "root":
            classes = tuple(self.root(pointer, cls, doc))
        elif pointer in self.flavoured:
            classes = tuple(self.flavours(pointer, cls, doc))
        else:
            classes = (self.object(pointer, cls, name, "Model", doc, cls.fields, ""),)
        index = tuple(self.index(c) for c in classes)
        imports = self.imports(pointer, cls, classes)
        return ModelView(module, head, imports, classes=classes, index=index)

    def index(self, cls: ClassView) -> str:
        fields = ", ".join(f.name for f in cls.fields)
        methods = "".join(f" `.{m.name}()`" for m in (*cls.methods, *cls.async_methods))
        return f"`{cls.name}({cls.bases})`" + (f": {fields}" if fields else "") + methods

    def about(self, schema: ir.Schema) -> list[str]:
        text = schema.description or f"{_sentence(schema.hint)}."
        return [*_paragraphs(text), "", f"Source: `{_escaped(schema.pointer)}`"]

    def alias(
        self, pointer: ir.Pointer, cls: Class, name: Identifier, module: str, head: str
    ) -> ModelView:
        assert cls.type is not None
        flavours = ["", "Async"] if pointer in self.flavoured else [""]
        pairs = tuple(
            (f"{flavour}{name}", cls.type.text(lambda ref, f=flavour: self.spell(ref, f)))
            for flavour in flavours
        )
        lines = ["from typing import TypeAlias", *self._type_imports([cls.type])]
        lines += self._class_imports(cls.type.refs, flavours)
        index = tuple(f"`{alias}` = `{text}`" for alias, text in pairs)
        return ModelView(module, head, Imports(_sorted(lines)), aliases=pairs, index=index)

    def root(self, pointer: ir.Pointer, cls: Class, doc: str) -> Iterator[ClassView]:
        assert cls.type is not None
        name = self.names.classes[pointer]
        for flavour in ["", "Async"] if pointer in self.flavoured else [""]:
            inner = cls.type.text(lambda ref, f=flavour: self.spell(ref, f))
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
        views = tuple(
            self.field(pointer, f.wire, f.type, f.default, flavour) for f in cls.fields if f in fields
        )
        positional = self.api.schemas[pointer].takes_client and not more.get("inherits")
        client = self.names.async_client if flavour == "Async" else self.names.client
        return ClassView(
            name=name,
            bases=bases,
            doc=doc,
            positional=positional,
            constructor=client if more.get("constructs", positional) else None,
            client=client if more.get("inherits") and self.api.schemas[pointer].bound else None,
            fields=views,
            methods=tuple(self.bound(pointer, "")) if flavour == "" and more.get("inherits") else (),
            async_methods=(
                tuple(self.bound(pointer, "Async"))
                if flavour == "Async" and more.get("inherits")
                else ()
            ),
            extra=cls.extra.text() if cls.extra else None,
        )

    def flavours(self, pointer: ir.Pointer, cls: Class, doc: str) -> Iterator[ClassView]:
        """What both flavours share, then each with its methods."""
        name = self.names.classes[pointer]
        takes = self.api.schemas[pointer].takes_client
        shared = [f for f in cls.fields if not self.differs(f.type)]
        own = [f for f in cls.fields if self.differs(f.type)]
        about = f"What `{name}` and `Async{name}` hold."
        yield self.object(
            pointer, cls, f"{name}Data", "Model", docstring([about], indent=4), shared, "Data",
            constructs=False,
        )  # fmt: skip
        for flavour, base in (("", "Bound"), ("Async", "AsyncBound")):
            yield self.object(
                pointer, cls, f"{flavour}{name}", f"{name}Data, {base}", doc, own, flavour,
                inherits=True, constructs=takes,
            )  # fmt: skip

    def field(
        self, pointer: ir.Pointer, wire: str, found: Type, default: str | None, flavour: str
    ) -> FieldView:
        name = self.names.fields[pointer, wire]
        text = found.text(lambda ref: self.spell(ref, "Async" if flavour == "Async" else ""))
        if name != wire:
            text = _annotated(text, wire)
        prop = self.api.schemas[pointer].data["properties"][wire]
        doc = _paragraphs(_pythonic(str(prop.get("x-description") or "")))
        if prop.get("x-deprecated"):
            doc += ["", "Deprecated."] if doc else ["Deprecated."]
        return FieldView(name, text, default, docstring(doc, indent=4) if doc else "")

    def imports(self, pointer: ir.Pointer, cls: Class, classes: Sequence[ClassView]) -> Imports:
        types = [f.type for f in cls.fields] + [t for t in (cls.extra, cls.type) if t]
        lines = self._type_imports(types)
        aliased = any("alias=" in f.annotation for c in classes for f in c.fields)
        if cls.extra:
            lines.append("from pydantic import Field")
        if aliased:
            lines += ["from pydantic import Field", "from typing import Annotated"]
        if cls.kind == "root":
            lines.append("from pydantic import RootModel")
        else:
            lines.append("from .._runtime.model import Model")
            if any("Bound" in c.bases for c in classes):
                lines.append("from .._runtime.model import AsyncBound, Bound")
        typing: list[str] = []
        signatures = [m for c in classes for m in (*c.methods, *c.async_methods)]
        for bound in self.api.schemas[pointer].bound if signatures else ():
            typing += self._signature_imports(self.operations[bound.operation], "models")
        if signatures:
            typing.append("from .._runtime.options import CallOptions")
            typing.append("from typing_extensions import Unpack")
            if any(" need(" in m.statement or "(need(" in m.statement for m in signatures):
                lines.append("from .._runtime.model import need")
        if any(c.constructor or c.client for c in classes):
            flavoured = pointer in self.flavoured
            clients = [self.names.client, *([self.names.async_client] if flavoured else [])]
            typing += [f"from .._client import {client}" for client in clients]
        cyclic: list[str] = []
        flavours = ["", "Async"] if pointer in self.flavoured else [""]
        group = self.groups[pointer]
        for ref in cls.refs:
            target = self.pointers[ref]
            if target == pointer:
                continue
            found = self._class_imports([ref], flavours)
            if self.groups[target] == group:
                cyclic += found
            else:
                lines += found
        own = {c.name for c in classes}
        known = {*lines, *cyclic}
        typing = [t for t in typing if t not in known and t.rsplit(" ", 1)[-1] not in own]
        return Imports(_sorted(lines), _sorted(typing), _sorted(cyclic))

    def _type_imports(self, types: Iterable[Type]) -> list[str]:
        lines: list[str] = []
        for found in types:
            for name, module in found.imports.items():
                lines.append(f"from {module} import {name}" if module else "import datetime as dt")
        return lines

    def _class_imports(self, refs: Iterable[Identifier], flavours: Sequence[str]) -> list[str]:
        """Imports of other models, from inside `models/`."""
        lines: list[str] = []
        for ref in refs:
            module = self.names.modules[self.pointers[ref]]
            spelled = dict.fromkeys(self.spell(ref, flavour) for flavour in flavours)
            lines += [f"from .{module} import {name}" for name in spelled]
        return lines

    # Bound methods

    def bound(self, pointer: ir.Pointer, flavour: str) -> Iterator[MethodView]:
        for bound in self.api.schemas[pointer].bound:
            operation = self.operations[bound.operation]
            names = self.names.operations[operation.pointer]
            taken = set(bound.fields)
            free = [p for p in operation.parameters if p.wire not in taken]
            arguments = [
                *self._positional(operation, names, bound, pointer),
                *(f"{names.arguments[p.place, p.wire]}={names.arguments[p.place, p.wire]}"
                  for p in self.keywords(operation) if p.wire not in taken),
                "**options",
            ]  # fmt: skip
            resource = self.names.resources[self.homes[operation.pointer]].attribute
            awaits = "await " if flavour else ""
            result = self.result(operation, flavour)
            call = f"{awaits}self._client.{resource}.{names.method}({', '.join(arguments)})"
            signature = self.signature(operation, names, free, body=operation.body)
            shadowed = {self.names.bound[pointer, b.name] for b in self.api.schemas[pointer].bound}
            yield MethodView(
                name=self.names.bound[pointer, bound.name],
                signature=_shadow_safe(signature, shadowed),
                result=_shadow_safe(result, shadowed),
                doc=self.method_doc(operation, names, free, signature, result),
                statement=f"return {call}" if result != "None" else call,
                deprecated=_deprecation(operation),
            )

    def _positional(
        self, operation: ir.Operation, names: OperationNames, bound: ir.Bound, pointer: ir.Pointer
    ) -> Iterator[str]:
        keyword = {(p.place, p.wire) for p in self.keywords(operation)}
        for parameter in self.ordered(operation):
            argument = names.arguments[parameter.place, parameter.wire]
            field_wire = bound.fields.get(parameter.wire)
            if field_wire is None:
                if (parameter.place, parameter.wire) not in keyword:
                    yield argument
                continue
            name = self.names.fields[pointer, field_wire]
            optional = next(
                f.type.optional for f in self.models.classes[pointer].fields if f.wire == field_wire
            )
            value = f'need(self.{name}, "{name}")' if optional and parameter.required else f"self.{name}"
            named = (parameter.place, parameter.wire) in keyword
            yield f"{argument}={value}" if named else value
        if operation.body and operation.body.whole and operation.body.required:
            yield str(names.body)

    # Resources

    def resource(self, resource: ir.Resource) -> ResourceView:
        names = self.names.resources[resource.key]
        shadowed = {self.names.operations[o.pointer].method for o in resource.operations}
        operations = tuple(self.operation(o, names.attribute, shadowed) for o in resource.operations)
        summary = _first_sentence(resource.description) or f"{_sentence([resource.key])}."
        return ResourceView(
            module=names.module,
            attribute=names.attribute,
            cls=names.cls,
            async_cls=names.async_cls,
            head=docstring(_paragraphs(f"`client.{names.attribute}`: {_lower_first(summary)}")),
            doc=docstring(_paragraphs(resource.description) or [summary], indent=4),
            imports=self.resource_imports(resource, operations),
            operations=operations,
            summary=summary,
        )

    def operation(
        self, operation: ir.Operation, attribute: str, shadowed: set[Identifier]
    ) -> OperationView:
        names = self.names.operations[operation.pointer]
        sync, async_ = self.result(operation, ""), self.result(operation, "Async")
        required, optional = self.split(operation)
        order = [*required, *optional]
        parameters = ", ".join(self.argument(operation, names, p, defaults=False) for p in order)
        signature = self.signature(operation, names, list(operation.parameters), body=operation.body)
        values = ", ".join(
            str(names.body) if p is None else str(names.arguments[p.place, p.wire]) for p in order
        )
        statement = f"self._send({names.function}({values}), options)"
        doc = self.method_doc(operation, names, list(operation.parameters), signature, sync)
        methods = [
            MethodView(
                name=names.method,
                signature=_shadow_safe(signature, shadowed),
                result=_shadow_safe(result, shadowed),
                doc=doc,
                statement=(awaits + statement if result == "None" else f"return {awaits}{statement}"),
                deprecated=_deprecation(operation),
            )
            for result, awaits in ((sync, ""), (async_, "await "))
        ]
        return OperationView(
            constant=names.constant,
            function=names.function,
            types=f"{sync}, {async_}",
            lines=tuple(self.operation_lines(operation)),
            signature=parameters,
            call=", ".join([str(names.constant), *self.call(operation, names)]),
            index=self.index_arguments(operation, names),
            source=f"{operation.method} {_line(operation.path)}",
            result=sync,
            method=methods[0],
            async_method=methods[1],
        )

    def index_arguments(self, operation: ir.Operation, names: OperationNames) -> str:
        said: list[str] = []
        for group in self.split(operation):
            said += ["*"] if group and group[0] in self.split(operation)[1] else []
            said += [
                str(names.body) if p is None else str(names.arguments[p.place, p.wire]) for p in group
            ]
        return ", ".join(said)

    def ordered(self, operation: ir.Operation) -> list[ir.Parameter]:
        """Parameters as the signature has them: path first, then what is required."""
        path = [p for p in operation.parameters if p.place == "path"]
        rest = [p for p in operation.parameters if p.place != "path"]
        return path + [p for p in rest if p.required] + [p for p in rest if not p.required]

    def keywords(self, operation: ir.Operation) -> list[ir.Parameter]:
        return [p for p in self.ordered(operation) if not p.required]

    def split(
        self, operation: ir.Operation
    ) -> tuple[list[ir.Parameter | None], list[ir.Parameter | None]]:
        """Positional and keyword-only parameters; None stands for the body as a whole."""
        required: list[ir.Parameter | None] = [p for p in self.ordered(operation) if p.required]
        optional: list[ir.Parameter | None] = [*self.keywords(operation)]
        if operation.body and operation.body.whole:
            (required if operation.body.required else optional).append(None)
        return required, optional

    def signature(
        self,
        operation: ir.Operation,
        names: OperationNames,
        parameters: Sequence[ir.Parameter],
        body: ir.Body | None,
    ) -> str:
        kept = {(p.place, p.wire) for p in parameters}
        required, optional = self.split(operation)
        parts = ["self"]
        for group in (required, optional):
            known = [p for p in group if p is None or (p.place, p.wire) in kept]
            if group is optional and known:
                parts.append("*")
            parts += [self.argument(operation, names, p, defaults=True) for p in known]
        return ", ".join([*parts, "**options: Unpack[CallOptions]"])

    def argument(
        self,
        operation: ir.Operation,
        names: OperationNames,
        parameter: ir.Parameter | None,
        *,
        defaults: bool,
    ) -> str:
        """One parameter of a signature: name, type and default."""
        if parameter is None:
            assert operation.body is not None
            annotation = self.body_type(operation.body)
            if operation.body.required:
                return f"{names.body}: {annotation}"
            return f"{names.body}: {annotation} | Omit" + (" = OMIT" if defaults else "")
        name = names.arguments[parameter.place, parameter.wire]
        found = self.models.slots[parameter.slot.pointer].plain
        annotation = self.parameter_type(operation, parameter, found)
        if parameter.required:
            return f"{name}: {annotation}"
        if parameter.has_default and _literal(parameter.default) is not None:
            default = str(_literal(parameter.default))
            if default == "None" and not found.optional:
                annotation = f"{annotation} | None"
        elif parameter.place == "body" and self.api_body(operation) == "json":
            annotation, default = f"{annotation} | Omit", "OMIT"
        else:
            annotation, default = (annotation if found.optional else f"{annotation} | None"), "None"
        return f"{name}: {annotation} = {default}" if defaults else f"{name}: {annotation}"

    def api_body(self, operation: ir.Operation) -> str:
        return operation.body.encoding if operation.body else ""

    def parameter_type(
        self, operation: ir.Operation, parameter: ir.Parameter, found: Type
    ) -> str:
        multipart = parameter.place == "body" and self.api_body(operation) == "multipart"
        schema = parameter.slot.schema
        if multipart and schema.get("format") == "binary":
            return "FileTypes"
        if multipart and schema.get("type") == "array":
            items = schema.get("items") or {}
            if items.get("format") == "binary":
                return "Sequence[FileTypes]"
        return found.text()

    def body_type(self, body: ir.Body) -> str:
        assert body.whole is not None
        if body.encoding == "text":
            return "str | bytes"
        if body.encoding == "binary":
            return "ContentTypes"
        return self.models.slots[body.whole.pointer].plain.text()

    def successes(self, operation: ir.Operation) -> list[ir.Reply]:
        found = [r for r in operation.replies if r.status.startswith("2")]
        return found or [r for r in operation.replies if r.status == "default"]

    def result(self, operation: ir.Operation, flavour: str) -> str:
        """What a call returns."""
        found: dict[str, None] = {}
        for reply in self.successes(operation):
            if operation.method == "HEAD" or reply.kind == "empty":
                found["None"] = None
            elif reply.kind == "text":
                found["str"] = None
            elif reply.kind == "binary":
                found["bytes"] = None
            elif reply.slot is None:
                found["None"] = None
            else:
                said = self.models.slots[reply.slot.pointer].plain
                text = said.text(lambda ref: self.spell(ref, flavour))
                found.update(dict.fromkeys(text.split(" | ") if "[" not in text else [text]))
        if "Any" in found:
            return "Any"
        nothing = found.pop("None", 1) is None
        return " | ".join([*found, *(["None"] if nothing else [])]) or "None"

    def operation_lines(self, operation: ir.Operation) -> Iterator[str]:
        """The arguments of `Operation(...)`."""
        yield f"id={_line(operation.id)!r}"
        yield f"method={operation.method!r}"
        yield f"path={operation.path!r}"
        replies = [f"{r.status!r}: {text}" for r in operation.replies if (text := self.reply(operation, r))]
        if replies:
            yield f"replies={{{', '.join(replies)}}}"
        styles = [
            f"({p.place!r}, {p.wire!r}): {style}"
            for p in operation.parameters
            if (style := _style(p)) is not None
        ]
        if styles:
            yield f"styles={{{', '.join(styles)}}}"
        texts = [f"({p.place!r}, {p.wire!r})" for p in operation.parameters if p.json]
        if texts:
            yield f"json_params=frozenset({{{', '.join(texts)}}})"
        if operation.body and operation.body.part_types:
            yield f"encodings={dict(operation.body.part_types)!r}"
        if operation.security is not None and operation.security != self.api.security:
            yield f"security={repr(operation.security)}"
        if operation.server:
            yield f"base_url={operation.server!r}"
        if operation.idempotent is not None:
            yield f"idempotent={operation.idempotent!r}"

    def reply(self, operation: ir.Operation, reply: ir.Reply) -> str | None:
        """How the body of a status is read."""
        if self.api.envelope and reply not in self.successes(operation):
            return None
        if operation.method == "HEAD" or reply.kind == "empty":
            return "Empty()"
        if reply.kind == "text":
            return "Text()"
        if reply.kind == "binary":
            return "Binary()"
        if reply.slot is None:
            return "Json()"
        found = self.models.slots[reply.slot.pointer]
        thunks = [
            f"lambda: {found.text(lambda ref, f=flavour: f'models.{self.spell(ref, f)}')}"
            for flavour in (["", "Async"] if self.differs(found) else [""])
        ]
        return f"Json({', '.join(thunks)})"

    def call(self, operation: ir.Operation, names: OperationNames) -> Iterator[str]:
        """The arguments of `Call(...)`."""
        for keyword, place in (
            ("path", "path"),
            ("query", "query"),
            ("headers", "header"),
            ("cookies", "cookie"),
        ):
            pairs = [
                f"{p.wire!r}: {names.arguments[p.place, p.wire]}"
                for p in operation.parameters
                if p.place == place
            ]
            if pairs:
                yield f"{keyword}={{{', '.join(pairs)}}}"
        body = operation.body
        if body is None:
            return
        keyword = {"json": "json", "form": "form", "multipart": "multipart"}.get(body.encoding, "content")
        if body.whole:
            yield f"{keyword}={names.body}"
        else:
            pairs = [
                f"{p.wire!r}: {names.arguments[p.place, p.wire]}"
                for p in operation.parameters
                if p.place == "body"
            ]
            yield f"{keyword}={{{', '.join(pairs)}}}"
        plain = {
            "json": "application/json",
            "form": "application/x-www-form-urlencoded",
            "multipart": "multipart/form-data",
        }.get(body.encoding)
        if body.media_type != plain and "*" not in body.media_type:
            yield f"content_type={body.media_type!r}"

    def resource_imports(
        self, resource: ir.Resource, operations: Sequence[OperationView]
    ) -> Imports:
        lines = ["from .._runtime.resource import AsyncResource, Resource"]
        typing = [
            "from typing_extensions import Unpack",
            "from .._runtime.options import CallOptions",
        ]
        used = {"Call", "Operation"}
        text = " ".join(line for o in operations for line in o.lines)
        used |= {n for n in ("Binary", "Empty", "Json", "Style", "Text") if re.search(rf"\b{n}\(", text)}
        signatures = " ".join(o.method.signature for o in operations)
        if "= OMIT" in signatures:
            used.add("OMIT")
            typing.append("from .._runtime.call import Omit")
        lines.append(f"from .._runtime.call import {', '.join(sorted(used))}")
        if "models." in text:
            lines.append("from .. import models")
        if "builtins." in signatures + " ".join(
            o.method.result + o.async_method.result for o in operations
        ):
            typing.append("import builtins")
        for operation in resource.operations:
            for reply in operation.replies:
                if reply.slot and (not self.api.envelope or reply in self.successes(operation)):
                    lines += self._type_imports([self.models.slots[reply.slot.pointer]])
            typing += self._signature_imports(operation, "resources")
        if any(o.method.deprecated for o in operations):
            lines.append("from typing_extensions import deprecated")
        typing = [line for line in typing if line not in lines]
        return Imports(_sorted(lines), _sorted(typing))

    def _signature_imports(self, operation: ir.Operation, home: str) -> list[str]:
        """Imports for the types in the signature and the result of an operation."""
        types = [self.models.slots[p.slot.pointer].plain for p in operation.parameters]
        if operation.body and operation.body.whole and operation.body.encoding not in ("text", "binary"):
            types.append(self.models.slots[operation.body.whole.pointer].plain)
        results = [
            self.models.slots[r.slot.pointer].plain for r in self.successes(operation) if r.slot
        ]
        lines = self._type_imports([*types, *results])
        package = "" if home == "models" else "..models"
        for found, flavours in [*((t, [""]) for t in types), *((r, ["", "Async"]) for r in results)]:
            for ref in found.refs:
                module = self.names.modules[self.pointers[ref]]
                for name in dict.fromkeys(self.spell(ref, f) for f in flavours):
                    where = f".{module}" if home == "models" else package
                    lines.append(f"from {where} import {name}")
        written = " ".join(self.parameter_type(operation, p, self.models.slots[p.slot.pointer].plain)
                           for p in operation.parameters)  # fmt: skip
        if operation.body and operation.body.whole and operation.body.encoding == "binary":
            lines.append("from .._runtime.payload import ContentTypes")
        if "FileTypes" in written:
            lines.append("from .._runtime.payload import FileTypes")
        if "Sequence[" in written:
            lines.append("from collections.abc import Sequence")
        return lines

    # Docstrings of methods

    def method_doc(
        self,
        operation: ir.Operation,
        names: OperationNames,
        parameters: Sequence[ir.Parameter],
        signature: str,
        result: str,
    ) -> str:
        summary = _first_sentence(operation.summary or operation.description)
        summary = summary or f"{operation.method} {_line(operation.path)}."
        args: list[str] = []
        kept = {(p.place, p.wire) for p in parameters}
        for parameter in self.ordered(operation):
            if (parameter.place, parameter.wire) in kept:
                name = names.arguments[parameter.place, parameter.wire]
                said = _pythonic(_first_sentence(parameter.description)) or f"The {_words(name)}."
                args += _hanging(name, said)
        if operation.body and operation.body.whole:
            text = _first_sentence(operation.body.description) or "The request body."
            args += _hanging(str(names.body), text)
        tail: list[str] = []
        returned = next(
            (_first_sentence(r.description) for r in self.successes(operation) if r.description), ""
        )
        if result != "None":
            tail += _wrapped(f"Returns: {returned or 'The reply.'}", "    ")
        raises = ", ".join(operation.raises)
        tail += _wrapped(f"Raises: {raises}, or another `ApiError`." if raises else "Raises: ApiError.", "    ")
        tail += [f"Source: `{_line(operation.id)}`, {operation.method} {_line(operation.path)}"]
        blocks = [[summary], ["Args:", *args] if args else [], tail]
        more = _paragraphs(operation.description)
        if more and more != [summary] and operation.summary:
            used = sum(len(block) + 1 for block in blocks if block) + len(more) + 4
            one_line = len(f"    async def {names.method}({signature}) -> {result}:") <= WIDTH
            if used + (0 if one_line else 2) <= _LINES:
                blocks.insert(1, more)
        lines: list[str] = []
        for block in blocks:
            if block:
                lines += [*([""] if lines else []), *block]
        return docstring(lines, indent=8)


def docstring(lines: Sequence[str], indent: int = 0) -> str:
    """Lines of text as a docstring that nothing in the text can end.

    Args:
        lines: The text; hostile input is welcome.
        indent: The columns it stands in by.

    Returns:
        The literal, quotes included; further lines are indented.
    """
    cleaned = [_escape_text(line.rstrip()) for line in lines]
    while cleaned and not cleaned[-1]:
        cleaned.pop()
    if not cleaned:
        return '""""""'
    if len(cleaned) == 1 and len(cleaned[0]) + indent + 6 <= WIDTH:
        last = cleaned[0]
        pad = " " if last.endswith('"') else ""
        return f'"""{last}{pad}"""'
    space = " " * indent
    body = "\n".join(space + line if line else "" for line in cleaned[1:])
    first = cleaned[0] + ("\n" + body if len(cleaned) > 1 else "")
    return f'"""{first}\n{space}"""'


def _escape_text(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return "".join(c if c == "\t" or (c.isprintable() and ord(c) < 0xFFF0) or _visible(c) else " " for c in text)


def _visible(char: str) -> bool:
    return ord(char) > 0xA0 and not 0xD800 <= ord(char) <= 0xDFFF and char not in "\u2028\u2029\ufeff"


def _paragraphs(text: str) -> list[str]:
    """Text wrapped to the width of a docstring, its lists and code kept as they are."""
    lines: list[str] = []
    for block in re.split(r"\n\s*\n", _printable(text).strip()):
        if not block.strip():
            continue
        if lines:
            lines.append("")
        if re.search(r"^\s*([-*+|>#]|\d+\.|```|\s{4})", block, re.MULTILINE):
            lines += [line.rstrip() for line in block.splitlines()]
        else:
            lines += textwrap.wrap(
                " ".join(block.split()), WIDTH - 12, break_long_words=False, break_on_hyphens=False
            )
    return lines


def _pythonic(text: str) -> str:
    """`null`, `true` and `false` as Python says them."""
    for said, meant in (("`null`", "`None`"), ("`true`", "`True`"), ("`false`", "`False`")):
        text = text.replace(said, meant)
    return text


def _printable(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n")


def _line(text: str) -> str:
    return " ".join(_printable(str(text)).split())


def _first_sentence(text: str) -> str:
    """The first sentence, on one line."""
    block = re.split(r"\n\s*\n", _printable(str(text)).strip())[0]
    line = _line(block)
    found = re.match(r"(.+?(?<!e\.g)(?<!i\.e)(?<!etc)[.!?])(?=\s+[A-Z`]|$)", line)
    line = found.group(1) if found else line
    if len(line) > 300:
        line = line[:297].rsplit(" ", 1)[0] + " ..."
    return line if not line or line[-1] in ".!?:" else f"{line}."


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def _sentence(parts: Iterable[str]) -> str:
    text = " ".join(_words(part) for part in parts)
    return text[:1].upper() + text[1:]


def _words(text: str) -> str:
    return _line(re.sub(r"[_\W]+", " ", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", str(text)))).lower()


def _hanging(name: str, text: str) -> list[str]:
    return _wrapped(f"    {name}: {text}", "        ")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH - 10, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    ) or [""]


def _escaped(pointer: str) -> str:
    return _line(pointer)


def _annotated(text: str, alias: str) -> str:
    """A type with the name that its field has on the wire."""
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


def _literal(value: object) -> str | None:
    """A default that a signature can show."""
    if value is None or isinstance(value, bool | int | str):
        return repr(value)
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        return repr(value)
    return None


def _style(parameter: ir.Parameter) -> str | None:
    if parameter.place == "body" or parameter.json:
        return None
    default = {"query": "form", "cookie": "form"}.get(parameter.place, "simple")
    style = parameter.style if parameter.style != default else None
    explode = parameter.explode
    if explode is not None and explode == ((parameter.style or default) == "form"):
        explode = None
    if style is None and explode is None and not parameter.allow_reserved:
        return None
    parts = [repr(style)] if style else []
    parts += [f"explode={explode}"] if explode is not None else []
    parts += ["allow_reserved=True"] if parameter.allow_reserved else []
    return f"Style({', '.join(parts)})"


def _env(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def _deprecation(operation: ir.Operation) -> str | None:
    return f"{_line(operation.id)} is deprecated." if operation.deprecated else None


def _shadow_safe(text: str, methods: set[Identifier]) -> str:
    """Types as a class sees them whose methods are called like builtins."""
    for name in sorted({"list", "dict", "str", "int", "float", "bool", "bytes", "set"} & {str(m) for m in methods}):
        text = re.sub(rf"(?<![\w.\"'])({name})(?=\[|\b(?!\s*[:=(\"']))", rf"builtins.\1", text)
    return text


def _sorted(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(lines)))


def _cycles(edges: Mapping[ir.Pointer, Sequence[ir.Pointer]]) -> dict[ir.Pointer, int]:
    """Schema -> number of the group of schemas that mention one another (Tarjan, without recursion)."""
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
