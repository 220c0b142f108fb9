"""Operations: signatures, calls, docstrings, and the namespaces they stand in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import cast

from rebind import ir
from rebind.aliases import OldName
from rebind.extras import Added, Mixin
from rebind.files import WIDTH
from rebind.models import Type
from rebind.names import Identifier, OperationNames, ResourceNames
from rebind.runtime.call_options import CallOptions
from rebind.views.renames import deprecation_of, spellings
from rebind.views.scope import Scope, in_order
from rebind.views.shown import Imports, MethodView, OperationView, OverloadView, ResourceView
from rebind.views.text import (
    docstring,
    first_sentence,
    hanging,
    lower_first,
    one_line,
    paragraphs,
    pythonic,
    sentence,
    words,
    wrapped,
)

_SHADOWED = ("bool", "bytes", "dict", "float", "int", "list", "set", "str")
STREAMS = ("events", "lines")
JSON_LINES = "application/x-ndjson"
"""What the runtime asks for unless it is told otherwise."""
_LINES = 15
"""A generated method is no longer than this with its docstring, unless its arguments alone are."""


class Operations:
    """Views of operations."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._ordered: dict[ir.Pointer, list[ir.Parameter]] = {}

    def resource(self, resource: ir.Resource) -> ResourceView:
        """The module of a namespace."""
        names = self.scope.names.resources[resource.key]
        shadowed = {self.scope.names.operations[o.pointer].method for o in resource.operations}
        shadowed |= {old.name for _, old in self.formerly(names.attribute)}
        operations = tuple(
            self.operation(o, names.attribute, shadowed) for o in resource.operations
        )
        summary = first_sentence(resource.description) or f"{sentence([resource.key])}."
        old = list(self.old_methods(names.attribute, shadowed))
        moved = self.moved(names.attribute)
        mixin, async_mixin = self.scope.mixin(names.cls), self.scope.mixin(names.async_cls)
        return ResourceView(
            module=names.module,
            attribute=names.attribute,
            cls=names.cls,
            async_cls=names.async_cls,
            head=docstring(paragraphs(f"`client.{names.attribute}`: {lower_first(summary)}")),
            doc=docstring(paragraphs(resource.description) or [summary], indent=4),
            imports=self.resource_imports(resource, operations, names, old),
            operations=operations,
            summary=summary,
            calls=f"{names.cls}Calls" if mixin else names.cls,
            async_calls=f"{names.async_cls}Calls" if async_mixin else names.async_cls,
            mixin=mixin.name if mixin else None,
            async_mixin=async_mixin.name if async_mixin else None,
            client=self.scope.names.client if mixin or moved else None,
            async_client=self.scope.names.async_client if async_mixin or moved else None,
            added=tuple(
                (m.name, m.arguments or "", m.result) for m in handwritten(mixin or async_mixin)
            ),
            old_methods=tuple(one for one, _ in old),
            old_async_methods=tuple(other for _, other in old),
            outdated=any(o.deprecated for o in self.moved(names.attribute)),
        )

    def former_resource(self, names: ResourceNames) -> ResourceView:
        """The module of a namespace that nothing but old names is in."""
        shadowed = {old.name for _, old in self.formerly(names.attribute)}
        old = list(self.old_methods(names.attribute, shadowed))
        summary = "Old names of methods that are in other namespaces now."
        return ResourceView(
            module=names.module,
            attribute=names.attribute,
            cls=names.cls,
            async_cls=names.async_cls,
            head=docstring([f"`client.{names.attribute}`: {lower_first(summary)}"]),
            doc=docstring([summary], indent=4),
            imports=self.resource_imports(None, (), names, old),
            operations=(),
            summary=summary,
            calls=names.cls,
            async_calls=names.async_cls,
            client=self.scope.names.client,
            async_client=self.scope.names.async_client,
            old_methods=tuple(one for one, _ in old),
            old_async_methods=tuple(other for _, other in old),
            outdated=any(o.deprecated for o in self.moved(names.attribute)),
        )

    def formerly(self, attribute: str) -> list[tuple[ir.Operation, OldName]]:
        """What the methods of a namespace were called, and what was in it before."""
        known = self.scope.aliases.in_namespace(attribute)
        return [(self.scope.operations[pointer], old) for pointer, old in known]

    def moved(self, attribute: str) -> list[ir.Operation]:
        """What was in a namespace before, and is in another one now."""
        return [o for o, _ in self.formerly(attribute) if self.home(o) != attribute]

    def home(self, operation: ir.Operation) -> str:
        """The namespace of an operation's method."""
        return self.scope.names.resources[self.scope.homes[operation.pointer]].attribute

    def old_methods(
        self, attribute: str, shadowed: set[Identifier]
    ) -> Iterator[tuple[MethodView, MethodView]]:
        """The methods of a namespace by their old names, in both flavours."""
        for operation, old in self.formerly(attribute):
            home = self.home(operation)
            view = self.operation(operation, home, shadowed)
            now = f"{home}.{view.method.name}"
            message = deprecation_of(f"{attribute}.{old.name}", now, old.until)
            about = view.method.name if home == attribute else f"client.{now}"
            sync, async_ = (
                method if home == attribute else self.elsewhere(operation, home, method, flavour)
                for flavour, method in (("", view.method), ("Async", view.async_method))
            )
            yield renamed(sync, old.name, about, message), renamed(async_, old.name, about, message)

    def elsewhere(
        self, operation: ir.Operation, home: str, method: MethodView, flavour: str
    ) -> MethodView:
        """A method that calls itself where it is now."""
        names = self.scope.names.operations[operation.pointer]
        required, optional = self.split(operation)
        given = [
            str(names.body) if p is None else str(names.arguments[p.place, p.wire])
            for p in required
        ]
        for p in optional:
            name = names.body if p is None else names.arguments[p.place, p.wire]
            given.append(f"{name}={name}")
        awaits = "await " if flavour and method.awaited else ""
        call = f"{awaits}self._client.{home}.{method.name}({', '.join([*given, '**options'])})"
        return replace(method, statement=call if method.result == "None" else f"return {call}")

    def overloads(
        self,
        operation: ir.Operation,
        parameters: Sequence[ir.Parameter],
        method: MethodView,
        owner: str,
        *,
        awaited: bool,
        shadowed: set[Identifier],
        order: Sequence[str] | None = None,
    ) -> MethodView:
        """A method that takes its arguments by their old names, too."""
        aliases, names = self.scope.aliases, self.scope.names.operations[operation.pointer]
        keys: list[tuple[str, str]] = [(p.place, p.wire) for p in parameters]
        known = {
            key: found for key in keys if (found := aliases.of_argument(operation.pointer, *key))
        }
        if not known:
            return method

        def message(key: tuple[str, str], old: OldName) -> str:
            return deprecation_of(
                f"{owner}.{method.name}({old.name})", names.arguments[key], old.until
            )

        ways = [OverloadView(method.signature, method.deprecated, awaited)]
        for way in spellings(known):
            given = self.signature(
                operation, names, parameters, operation.body, order=order, old=way
            )
            said = " ".join(message(key, old) for key, old in way.items())
            ways.append(OverloadView(shadow_safe(given, shadowed), said, awaited))
        renames = [
            (str(old.name), str(names.arguments[key]), message(key, old))
            for key, found in known.items()
            for old in found
        ]
        return replace(method, overloads=tuple(ways), renames=tuple(renames))

    def operation(
        self, operation: ir.Operation, attribute: str, shadowed: set[Identifier]
    ) -> OperationView:
        """An operation with its two methods."""
        names = self.scope.names.operations[operation.pointer]
        sync, async_ = self.result(operation, ""), self.result(operation, "Async")
        held = async_
        if operation.page:
            held = self.paged(operation, "Async")
        required, optional = self.split(operation)
        order = [*required, *optional]
        parameters = ", ".join(self.argument(operation, names, p, defaults=False) for p in order)
        signature = self.signature(
            operation, names, list(operation.parameters), body=operation.body
        )
        values = ", ".join(
            str(names.body) if p is None else str(names.arguments[p.place, p.wire]) for p in order
        )
        made = f"{names.function}({values}), options)"
        doc = self.method_doc(operation, names, list(operation.parameters), signature, sync)
        pages = f"{self.scope.spelled('AsyncPages')}(self._client, "
        ways = ((sync, "self._send("), (async_, pages if operation.page else "await self._send("))
        methods = [
            MethodView(
                name=names.method,
                signature=shadow_safe(signature, shadowed),
                result=shadow_safe(result, shadowed),
                doc=doc,
                statement=way + made if result == "None" else f"return {way}{made}",
                deprecated=deprecation(operation),
                awaited=way.startswith("await"),
            )
            for result, way in ways
        ]
        given = operation.parameters
        method, async_method = (
            self.overloads(operation, given, m, attribute, awaited=m.awaited, shadowed=shadowed)
            for m in methods
        )
        return OperationView(
            constant=names.constant,
            function=names.function,
            types=f"{sync}, {held}",
            lines=tuple(self.operation_lines(operation)),
            signature=parameters,
            call=f"Call({', '.join([str(names.constant), *self.call(operation, names)])})"
            + "".join(f".having({p!r}, {{{w!r}: {v!r}}})" for p, w, v in operation.fixed),
            index=self.index_arguments(operation, names),
            source=f"{operation.method} {one_line(operation.path)}",
            result=sync,
            method=method,
            async_method=async_method,
        )

    def index_arguments(self, operation: ir.Operation, names: OperationNames) -> str:
        """The arguments as `api.md` lists them."""
        said: list[str] = []
        for group in self.split(operation):
            said += ["*"] if group and group[0] in self.split(operation)[1] else []
            said += [
                str(names.body) if p is None else str(names.arguments[p.place, p.wire])
                for p in group
            ]
        return ", ".join(said)

    def ordered(self, operation: ir.Operation) -> list[ir.Parameter]:
        """Parameters as the signature has them: path first, then what is required."""
        known = self._ordered.get(operation.pointer)
        if known is None:
            known = self._ordered[operation.pointer] = _ordered(operation)
        return known

    def keywords(self, operation: ir.Operation) -> list[ir.Parameter]:
        """The parameters that are given by keyword."""
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
        *,
        order: Sequence[str] | None = None,
        old: Mapping[tuple[str, str], OldName] | None = None,
    ) -> str:
        """What stands between the parentheses of a method.

        With an order (of wire names), what is optional may be given by position, too. What is given
        by an old name is given by name, and so is all behind it.
        """
        old = old or {}
        kept = {(p.place, p.wire) for p in parameters}
        required, optional = self.split(operation)
        rank = {wire: index for index, wire in enumerate(order or ())}
        parts = ["self"]
        for group in (required, optional):
            known = [p for p in group if p is None or (p.place, p.wire) in kept]
            known.sort(key=lambda p: rank.get(p.wire, len(rank)) if p else len(rank))
            if group is optional and known and order is None and "*" not in parts:
                parts.append("*")
            for p in known:
                former = old.get((p.place, p.wire)) if p else None
                said = self.argument(operation, names, p, defaults=former is None)
                if former is not None:
                    parts += ["*"] if "*" not in parts else []
                    said = f"{former.name}: {said.partition(': ')[2]}"
                parts.append(said)
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
        found = self.scope.models.slots[parameter.slot.pointer].plain
        annotation = self.parameter_type(operation, parameter, found)
        if parameter.objects:
            kept, null = annotation.removesuffix(" | None"), " | None" if found.optional else ""
            objects = map(self.scope.shared, parameter.objects)
            annotation = f"{' | '.join([kept, *objects])}{null}"
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

    def given(
        self,
        operation: ir.Operation,
        fields: Mapping[str, str],
        pointer: ir.Pointer,
        *,
        bound: ir.Bound | None = None,
    ) -> Iterator[str]:
        """What a method of an object passes on: from its fields, and what it is given itself."""
        fixed: Mapping[str, object] = bound.fixed if bound else {}
        listed = bound.listed if bound else ()
        names = self.scope.names.operations[operation.pointer]
        keyword = {(p.place, p.wire) for p in self.keywords(operation)}
        for parameter in self.ordered(operation):
            argument = names.arguments[parameter.place, parameter.wire]
            wire = fields.get(parameter.wire)
            named = (parameter.place, parameter.wire) in keyword
            if parameter.wire in fixed:
                value = repr(fixed[parameter.wire])
                yield f"{argument}={value}" if named else value
                continue
            if wire is None:
                if bound and not named:
                    yield argument
                continue
            name = self.scope.names.fields[pointer, wire]
            held = self.scope.models.classes[pointer].fields
            optional = next(f.type.optional for f in held if f.wire == wire)
            value = f"self.{name}"
            if optional and parameter.required:
                value = f'need(self.{name}, "{name}")'
            if parameter.wire in listed:
                value = f"[{value}]"
            yield f"{argument}={value}" if named else value
        if bound and operation.body and operation.body.whole and operation.body.required:
            yield str(names.body)

    def api_body(self, operation: ir.Operation) -> str:
        """How the body is encoded; nothing where there is none."""
        return operation.body.encoding if operation.body else ""

    def parameter_type(self, operation: ir.Operation, parameter: ir.Parameter, found: Type) -> str:
        """The type of an argument as its signature says it."""
        if parameter.place == "parts":
            return "Mapping[str, FileTypes]"
        multipart = parameter.place == "body" and self.api_body(operation) == "multipart"
        schema = parameter.slot.schema
        if multipart and schema.get("format") == "binary":
            return "FileTypes"
        if multipart and schema.get("type") == "array":
            items: ir.SchemaData = schema.get("items") or {}
            if items.get("format") == "binary":
                return "Sequence[FileTypes]"
        return accepting(found.text())

    def body_type(self, body: ir.Body) -> str:
        """The type of a body that is given as one value."""
        assert body.whole is not None
        if body.encoding == "text":
            return "str | bytes"
        if body.encoding == "binary":
            return "ContentTypes"
        return self.scope.models.slots[body.whole.pointer].plain.text()

    def successes(self, operation: ir.Operation) -> list[ir.Reply]:
        """The replies that callers asked for."""
        found = [r for r in operation.replies if r.status.startswith("2")]
        return found or [r for r in operation.replies if r.status == "default"]

    def result(self, operation: ir.Operation, flavour: str) -> str:
        """What a method returns."""
        if operation.page:
            return self.paged(operation, flavour, "Pages" if flavour else "Page")
        return self.whole(operation, flavour)

    def paged(self, operation: ir.Operation, flavour: str, name: str = "Page") -> str:
        """The type of a page."""
        assert operation.page is not None
        item = self.scope.models.slots[operation.page.item.pointer].plain
        said = item.text(self.scope.speller(flavour))
        if operation.page.items:  # otherwise the reply is the items and nothing else
            said += f", {self.whole(operation, flavour)}"
        return f"{self.scope.spelled(flavour + name)}[{said}]"

    def whole(self, operation: ir.Operation, flavour: str) -> str:
        """What a call returns that is not divided into pages."""
        found: dict[str, None] = {}
        for reply in self.successes(operation):
            if operation.method == "HEAD" or reply.kind == "empty":
                found["None"] = None
            elif reply.kind in STREAMS:
                found[self.stream(reply, flavour)] = None
            elif reply.kind == "text":
                found["str"] = None
            elif reply.kind == "binary":
                found["bytes"] = None
            elif reply.kind == "stream":
                found[f"{flavour}StreamedResponse"] = None
            elif reply.slot is None:
                found["None"] = None
            else:
                said = self.scope.models.slots[reply.slot.pointer].plain
                text = said.text(self.scope.speller(flavour))
                found.update(dict.fromkeys(text.split(" | ") if "[" not in text else [text]))
        if "Any" in found:
            return "Any"
        nothing = found.pop("None", 1) is None
        return " | ".join([*found, *(["None"] if nothing else [])]) or "None"

    def operation_lines(self, operation: ir.Operation) -> Iterator[str]:
        """The arguments of `Operation(...)`."""
        yield f"id={one_line(operation.id)!r}"
        yield f"method={operation.method!r}"
        yield f"path={operation.path!r}"
        replies = [
            f"{r.status!r}: {text}" for r in operation.replies if (text := self.reply(operation, r))
        ]
        if replies:
            yield f"replies={{{', '.join(replies)}}}"
        styles = [
            f"({p.place!r}, {p.wire!r}): {style}"
            for p in operation.parameters
            if (style := _style(p)) is not None
        ]
        if styles:
            yield f"styles={{{', '.join(styles)}}}"
        for keyword, chosen in (
            ("json_params", [p for p in operation.parameters if p.json]),
            ("json_unless_string", [p for p in operation.parameters if p.json_unless_string]),
        ):
            texts = [f"({self.written_in(operation, p)!r}, {p.wire!r})" for p in chosen]
            if texts:
                yield f"{keyword}=frozenset({{{', '.join(texts)}}})"
        if operation.body and operation.body.part_types:
            yield f"encodings={dict(operation.body.part_types)!r}"
        if operation.security is not None and operation.security != self.scope.api.security:
            yield f"security={operation.security!r}"
        if operation.server:
            yield f"base_url={operation.server!r}"
        if operation.host is not None:
            yield f"host={operation.host!r}"
        if operation.job is not None:
            yield f"job={_job(operation.job)}"
        if operation.timeout is not None:
            yield f"timeout={operation.timeout!r}"
        if operation.retry_statuses:
            statuses = ", ".join(map(str, operation.retry_statuses))
            yield f"retry_statuses=frozenset({{{statuses}}})"
        if operation.idempotent is not None:
            yield f"idempotent={operation.idempotent!r}"
        if operation.page is not None:
            yield f"page={self.scope.spelled('Paging')}({', '.join(_paging(operation.page))})"
        if operation.idempotency_key is not None:
            yield f"idempotency_key={operation.idempotency_key!r}"

    def written_in(self, operation: ir.Operation, parameter: ir.Parameter) -> str:
        """Where a parameter travels, as the runtime names it."""
        return self.api_body(operation) if parameter.place == "body" else parameter.place

    def reply(self, operation: ir.Operation, reply: ir.Reply) -> str | None:
        """How the body of a status is read."""
        if self.scope.api.envelope and reply not in self.successes(operation):
            return None
        if operation.method == "HEAD" or reply.kind == "empty":
            return "Empty()"
        if reply.kind in STREAMS:
            return self.stream_reply(reply)
        if reply.kind == "text":
            return "Text()"
        if reply.kind == "binary":
            return "Binary()"
        if reply.kind == "stream":
            return "Binary(stream=True)"
        if reply.slot is None:
            return "Json()"
        return f"Json({', '.join(self.thunks(reply.slot))})"

    def thunks(self, slot: ir.Slot) -> list[str]:
        """Functions that return a type, in each flavour where they differ."""
        found = self.scope.models.slots[slot.pointer]
        return [
            f"lambda: {found.text(self.scope.speller(flavour, 'models.'))}"
            for flavour in (["", "Async"] if self.scope.differs(found) else [""])
        ]

    def stream(self, reply: ir.Reply, flavour: str) -> str:
        """The type of a reply that comes item by item."""
        item = self.scope.spelled("Event") if reply.kind == "events" else "Any"
        if reply.slot is not None:
            found = self.scope.models.slots[reply.slot.pointer].plain
            item = found.text(self.scope.speller(flavour))
        return f"{self.scope.spelled(f'{flavour}Stream')}[{item}]"

    def stream_reply(self, reply: ir.Reply) -> str:
        """How a reply that comes item by item is read."""
        said = self.thunks(reply.slot) if reply.slot else []
        if reply.kind == "lines":
            media = reply.media_type.partition(";")[0].strip()
            said += [] if media == JSON_LINES else [f"media_type={media!r}"]
            return f"{self.scope.spelled('JsonLines')}({', '.join(said)})"
        # No JSON begins so: it ends the streams of many APIs, and can mean nothing else.
        said += ["done='[DONE]'"] if reply.slot else []
        return f"{self.scope.spelled('Events')}({', '.join(said)})"

    def call(self, operation: ir.Operation, names: OperationNames) -> Iterator[str]:
        """The arguments of `Call(...)`."""
        for keyword, place in (
            ("path", "path"),
            ("query", "query"),
            ("headers", "header"),
            ("cookies", "cookie"),
        ):
            pairs = self.pairs(operation, names, place)
            if place == "query":
                pairs += self.spread(operation, names, "extra")
            if pairs:
                yield f"{keyword}={{{', '.join(pairs)}}}"
        body = operation.body
        if body is None:
            return
        keyword = {"json": "json", "form": "form", "multipart": "multipart"}.get(
            body.encoding, "content"
        )
        if body.whole:
            yield f"{keyword}={names.body}"
        else:
            pairs = self.pairs(operation, names, "body")
            for place in ("extra", "parts"):
                pairs += self.spread(operation, names, place)
            yield f"{keyword}={{{', '.join(pairs)}}}"
        plain = {
            "json": "application/json",
            "form": "application/x-www-form-urlencoded",
            "multipart": "multipart/form-data",
        }.get(body.encoding)
        if body.media_type != plain and "*" not in body.media_type:
            yield f"content_type={body.media_type!r}"

    def pairs(self, operation: ir.Operation, names: OperationNames, place: str) -> list[str]:
        """The entries of a mapping: wire names and arguments."""
        return [
            f"{p.wire!r}: {self.sent(names, p)}" for p in operation.parameters if p.place == place
        ]

    def sent(self, names: OperationNames, parameter: ir.Parameter) -> str:
        """What is sent of an argument: itself, or the id of the object that it may be."""
        name = names.arguments[parameter.place, parameter.wire]
        if not parameter.objects:
            return str(name)
        held = [repr(self.scope.shared(p)) for p in parameter.objects]
        return f"id_of({', '.join([str(name), *held])})"

    def spread(self, operation: ir.Operation, names: OperationNames, place: str) -> list[str]:
        """The entries that an argument brings along, which is a mapping itself."""
        found = [p for p in operation.parameters if p.place == place]
        arguments = [(names.arguments[p.place, p.wire], p.required) for p in found]
        return [f"**{name}" if needed else f"**({name} or {{}})" for name, needed in arguments]

    def resource_imports(
        self,
        resource: ir.Resource | None,
        operations: Sequence[OperationView],
        names: ResourceNames,
        old: Sequence[tuple[MethodView, MethodView]],
    ) -> Imports:
        """What the module of a namespace imports."""
        own = resource.operations if resource else ()
        former = self.moved(names.attribute)
        lines = ["from .._runtime.resource import AsyncResource, Resource"]
        typing = [
            "from typing_extensions import Unpack",
            "from .._runtime.call_options import CallOptions",
        ]
        for cls, client in (
            (names.cls, self.scope.names.client),
            (names.async_cls, self.scope.names.async_client),
        ):
            if mixin := self.scope.mixin(cls):
                lines.append(f"from ..extras.{mixin.module} import {mixin.name}")
            if mixin or former:
                typing.append(f"from .._client import {client}")
        used = {"Call", "Operation"} if operations else set[str]()
        text = " ".join(line for o in operations for line in o.lines)
        used |= {
            n
            for n in ("Binary", "Empty", "Json", "Polled", "Style", "Text")
            if re.search(rf"\b{n}\(", text)
        }
        lines += [
            self.scope.borrow(name, "call")
            for name in ("Events", "JsonLines")
            if re.search(rf"\b_?{name}\(", text)
        ]
        methods = [m for o in operations for m in (o.method, o.async_method)]
        methods += [method for both in old for method in both]
        signatures = " ".join(m.signature for m in methods)
        if "= OMIT" in signatures:
            used.add("OMIT")
            typing.append("from .._runtime.call import Omit")
        if any("id_of(" in o.call for o in operations):
            used.add("id_of")
        if used:
            lines.append(f"from .._runtime.call import {', '.join(sorted(used))}")
        if any(operation.page for operation in own):
            lines.append(self.scope.borrow("Paging", "paging"))
            lines.append(self.scope.borrow("AsyncPages", "pages"))
        if "models." in text:
            lines.append("from .. import models")
        if "builtins." in signatures + " ".join(m.result for m in methods):
            typing.append("import builtins")
        for operation in former:
            typing += self.signature_imports(operation, "resources")
        for operation in own:
            for reply in operation.replies:
                if reply.slot and (
                    not self.scope.api.envelope or reply in self.successes(operation)
                ):
                    lines += self.scope.type_imports([self.scope.models.slots[reply.slot.pointer]])
            typing += self.signature_imports(operation, "resources")
        if any(m.deprecated or m.overloads for m in methods):
            lines.append("from typing_extensions import deprecated")
        if any(m.overloads for m in methods):
            lines += ["from typing import overload", "from .._runtime.renamed import renamed"]
        typing = [line for line in typing if line not in lines]
        return Imports(in_order(lines), in_order(typing))

    def signature_imports(self, operation: ir.Operation, home: str) -> list[str]:
        """Imports for the types in the signature and the result of an operation."""
        types = [self.scope.models.slots[p.slot.pointer].plain for p in operation.parameters]
        if (
            operation.body
            and operation.body.whole
            and operation.body.encoding not in ("text", "binary")
        ):
            types.append(self.scope.models.slots[operation.body.whole.pointer].plain)
        results = [
            self.scope.models.slots[r.slot.pointer].plain
            for r in self.successes(operation)
            if r.slot
        ]
        lines = self.scope.type_imports([*types, *results])
        for pointer in dict.fromkeys(o for p in operation.parameters for o in p.objects):
            where = f".{self.scope.names.modules[pointer]}" if home == "models" else "..models"
            lines.append(f"from {where} import {self.scope.shared(pointer)}")
        for reply in self.successes(operation):
            if reply.kind in STREAMS:
                if reply.slot is None:
                    lines.append(
                        self.scope.borrow("Event", "events")
                        if reply.kind == "events"
                        else "from typing import Any"
                    )
                lines.append(self.scope.borrow("Stream", "streams"))
                lines.append(self.scope.borrow("AsyncStream", "streams"))
        if operation.page:
            item = self.scope.models.slots[operation.page.item.pointer].plain
            results.append(item)
            lines += self.scope.type_imports([item])
            names = ["Page", "AsyncPages", *(["AsyncPage"] if home == "resources" else [])]
            lines += [self.scope.borrow(name, "pages") for name in names]
        package = "" if home == "models" else "..models"
        for found, flavours in [
            *((t, [""]) for t in types),
            *((r, ["", "Async"]) for r in results),
        ]:
            for ref in found.refs:
                module = self.scope.names.modules[self.scope.pointers[ref]]
                for name in dict.fromkeys(self.scope.spell(ref, f) for f in flavours):
                    where = f".{module}" if home == "models" else package
                    lines.append(f"from {where} import {name}")
        slots = self.scope.models.slots
        written = " ".join(
            self.parameter_type(operation, p, slots[p.slot.pointer].plain)
            for p in operation.parameters
        )
        if operation.body and operation.body.whole and operation.body.encoding == "binary":
            lines.append("from .._runtime.payload import ContentTypes")
        if "FileTypes" in written:
            lines.append("from .._runtime.payload import FileTypes")
        for name in ("Mapping", "Sequence"):
            if f"{name}[" in written:
                lines.append(f"from collections.abc import {name}")
        if any(r.kind == "stream" for r in self.successes(operation)):
            lines.append("from .._runtime.streams import AsyncStreamedResponse, StreamedResponse")
        return lines

    def method_doc(
        self,
        operation: ir.Operation,
        names: OperationNames,
        parameters: Sequence[ir.Parameter],
        signature: str,
        result: str,
        *,
        summary: str = "",
        returned: str = "",
    ) -> str:
        """The docstring of a method, with another summary and return value where they are given."""
        own = bool(summary)
        summary = summary or first_sentence(operation.summary or operation.description)
        summary = summary or f"{operation.method} {one_line(operation.path)}."
        args: list[str] = []
        kept = {(p.place, p.wire) for p in parameters}
        for parameter in self.ordered(operation):
            if (parameter.place, parameter.wire) in kept:
                name = names.arguments[parameter.place, parameter.wire]
                said = pythonic(first_sentence(parameter.description)) or f"The {words(name)}."
                option = name.removesuffix("_")
                if option != name and option in CallOptions.__annotations__:
                    said += f" `{option}` is the option of the call."
                args += hanging(name, said)
        if operation.body and operation.body.whole:
            text = first_sentence(operation.body.description) or "The request body."
            args += hanging(str(names.body), text)
        tail: list[str] = []
        returned = returned or next(
            (first_sentence(r.description) for r in self.successes(operation) if r.description), ""
        )
        if result != "None":
            tail += wrapped(f"Returns: {returned or 'The reply.'}", "    ")
        raises = ", ".join(operation.raises)
        tail += wrapped(
            f"Raises: {raises}, or another `ApiError`." if raises else "Raises: ApiError.", "    "
        )
        tail += [
            f"Source: `{one_line(operation.id)}`, {operation.method} {one_line(operation.path)}"
        ]
        blocks = [[summary], ["Args:", *args] if args else [], tail]
        more = paragraphs(operation.description)
        if more and more != [summary] and operation.summary and not own:
            used = sum(len(block) + 1 for block in blocks if block) + len(more) + 4
            fits = len(f"    async def {names.method}({signature}) -> {result}:") <= WIDTH
            if used + (0 if fits else 2) <= _LINES:
                blocks.insert(1, more)
        lines: list[str] = []
        for block in blocks:
            if block:
                lines += [*([""] if lines else []), *block]
        return docstring(lines, indent=8)


def _ordered(operation: ir.Operation) -> list[ir.Parameter]:
    rank = {wire: index for index, wire in enumerate(operation.flat_order)}
    found = sorted(operation.parameters, key=lambda p: rank.get(p.wire, len(rank)))
    path = [p for p in found if p.place == "path"]
    rest = [p for p in found if p.place != "path"]
    return path + [p for p in rest if p.required] + [p for p in rest if not p.required]


def renamed(method: MethodView, old: str, now: str, message: str) -> MethodView:
    """A method by its old name."""
    return replace(
        method,
        name=old,
        doc=docstring([f"Old name of `{now}`."], indent=8),
        deprecated=message,
        overloads=tuple(replace(way, deprecated=message) for way in method.overloads),
    )


def handwritten(mixin: Mixin | None) -> list[Added]:
    """The public methods of a mixin."""
    members = mixin.members if mixin else ()
    return [m for m in members if m.arguments is not None and not m.name.startswith("_")]


def first_page(operation: ir.Operation, call: str) -> str:
    """What an operation sends when it is called once, out of the page that a call returns."""
    assert operation.page is not None
    return f"{call}.{'reply' if operation.page.items else 'items'}"


def _paging(page: ir.Page) -> list[str]:
    said = [f"by={page.by!r}"]
    for name in ("items", "next", "last", "more", "total", "pages"):
        keys = getattr(page, name)
        said += [f"{name}={keys!r}"] if keys else []
    if page.wire:
        said.append(f"send=({page.place!r}, {page.wire!r})")
    if page.by == "page" and page.first != 1:
        said.append(f"first={page.first}")
    return said


def _literal(value: object) -> str | None:
    """A default that a signature can show."""
    if value is None or isinstance(value, bool | int | str) or value in ([], {}):
        return repr(value)
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        return repr(value)
    return None


@cache
def accepting(text: str) -> str:
    """A type as an argument has it: what is only read may be of any kind that can be read.

    Text stays out of it: it is a sequence of texts itself, and is meant as one value.
    """
    return ast.unparse(_Accepting().visit(ast.parse(text, mode="eval").body))


class _Accepting(ast.NodeTransformer):
    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        name = ast.unparse(node.value)
        if name == "Literal":
            return node
        node = ast.Subscript(node.value, cast("ast.expr", self.visit(node.slice)))
        if name == "dict":
            node.value = ast.Name("Mapping")
        elif name == "list" and ast.unparse(node.slice) not in ("str", "Any"):
            node.value = ast.Name("Sequence")
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """What has a name first, then whatever holds the same, then nothing."""
        members = [cast("ast.expr", self.visit(member)) for member in _members(node)]
        members.sort(
            key=lambda m: (ast.unparse(m) == "None", ast.unparse(m).startswith("Mapping["))
        )
        joined, *rest = members
        for member in rest:
            joined = ast.BinOp(joined, ast.BitOr(), member)
        return joined


def _members(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_members(node.left), *_members(node.right)]
    return [node]


def _job(job: ir.Job) -> str:
    keys = ("status", "id", "send", "state", "pending", "failed", "result", "delay")
    return f"Polled({', '.join(f'{key}={getattr(job, key)!r}' for key in keys)})"


def _style(parameter: ir.Parameter) -> str | None:
    if parameter.place in ("body", "extra", "parts") or parameter.json:
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


def deprecation(operation: ir.Operation) -> str | None:
    """What a deprecated method says when it is used."""
    return f"{one_line(operation.id)} is deprecated." if operation.deprecated else None


def shadow_safe(text: str, methods: set[Identifier]) -> str:
    """Types as a class sees them whose methods are called like builtins."""
    for name in _SHADOWED:
        if name not in methods:
            continue
        text = re.sub(rf"(?<![\w.\"'])({name})(?=\[|\b(?!\s*[:=(\"']))", r"builtins.\1", text)
    return text
