"""The resolved data seen from above: every object with what it is, and what schemas amount to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple, TypeAlias

from rebind.diagnostics import Severity, quoted
from rebind.openapi.bundle import Origin
from rebind.openapi.findings import Findings
from rebind.openapi.shapes import PLAIN, SHAPES, Field
from rebind.source import Document, Json, step, steps

Object: TypeAlias = dict[str, Json]

_HOLDING = {
    shape: {key: field for key, field in fields.items() if field.kind not in PLAIN}
    for shape, fields in SHAPES.items()
}
_HOLDING["schema"]["items"] = Field("schema")
"""Shape -> its fields that hold objects of a shape."""


class Node(NamedTuple):
    """An object of the resolved data.

    Args:
        shape: What it is.
        value: The object itself.
        key: The key that holds it, or that holds the list or mapping it is in.
    """

    shape: str
    value: Object
    key: str


class Survey:
    """Questions about the resolved data, and diagnostics at the places where it was written.

    Args:
        data: The resolved data.
        origins: Where its containers come from.
        findings: Where mistakes go.
    """

    def __init__(self, data: Object, origins: dict[int, Origin], findings: Findings) -> None:
        self.data = data
        self.findings = findings
        self._origins = origins
        components = data.get("components")
        schemas = components.get("schemas") if isinstance(components, dict) else None
        self.schemas: Object = schemas if isinstance(schemas, dict) else {}

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every object of a known shape, each once, in the order of the document."""
        return tuple(self._nodes())

    def _nodes(self) -> Iterator[Node]:
        seen: set[int] = set()
        todo = [Node("openapi", self.data, "")]
        while todo:
            node = todo.pop()
            if id(node.value) in seen:
                continue
            seen.add(id(node.value))
            yield node
            todo.extend(reversed(list(_inner(node))))

    def report(
        self,
        code: str,
        message: str,
        holder: Json,
        name: str | None = None,
        help: str = "",
        *,
        inside: tuple[str | int, ...] = (),
        key: bool = False,
        severity: Severity = "error",
    ) -> None:
        """Report something about an object of the resolved data, or about one of its entries.

        Args:
            code: The kebab-case code.
            message: What is wrong.
            holder: The object.
            name: The key in it that is meant.
            help: The way out.
            inside: The steps from the value of that key to what is meant.
            key: Whether the key is meant and not its value.
            severity: Whether it stops the run.
        """
        document, pointer = self._spot(holder, name)
        pointer += "".join(step(part) for part in inside)
        self.findings.report(code, message, document, pointer, help, key=key, severity=severity)

    def only_on_components(self, key: str, code: str) -> None:
        """Report an extension on schemas that are none of `components: schemas:`.

        Args:
            key: The extension.
            code: The kebab-case code.
        """
        components = {id(schema) for schema in self.schemas.values()}
        for node in self.nodes:
            if node.shape == "schema" and key in node.value and id(node.value) not in components:
                message = f"{quoted(key)} has no meaning here"
                help = "it belongs on a schema under 'components: schemas:'"
                self.report(code, message, node.value, key, help, key=True)

    def _spot(self, holder: Json, name: str | None) -> tuple[Document, str]:
        origin = self._origins.get(id(holder)) or self._origins[id(self.data)]
        pointer = origin.pointer if name is None else origin.pointer + step(name)
        return origin.document, pointer

    def where(self, holder: Json, name: str) -> str:
        """The place of an entry, as ``file:line``.

        Args:
            holder: The object.
            name: A key of it.

        Returns:
            The name of the file and the line.
        """
        document, pointer = self._spot(holder, name)
        return f"{document.path.name}:{document.place(pointer).line}"

    def warn(
        self,
        code: str,
        message: str,
        holder: Json,
        name: str | None = None,
        help: str = "",
        *,
        inside: tuple[str | int, ...] = (),
        key: bool = False,
    ) -> None:
        """As `report`, of something that the run survives."""
        self.report(code, message, holder, name, help, inside=inside, key=key, severity="warning")

    def written(self, holder: Json, name: str, *inside: str | int) -> str:
        """The characters of a value as they stand in the file, such as ``1.10``.

        Args:
            holder: An object.
            name: A key of it.
            inside: The steps from the value of that key to what is meant.

        Returns:
            The text.
        """
        document, pointer = self._spot(holder, name)
        return document.written(pointer + "".join(step(part) for part in inside))

    def target(self, ref: Json) -> Json:
        """The schema that a reference of the resolved data means.

        Args:
            ref: The reference.

        Returns:
            The schema, or ``None``.
        """
        if not isinstance(ref, str):
            return None
        name = steps(ref)[-1] if ref.startswith("#/components/schemas/") else ""
        return self.schemas.get(name)

    def plainly(self, schema: Json) -> Object:
        """A schema without references around it.

        Args:
            schema: A schema.

        Returns:
            What is meant after following ``$ref`` (and an ``allOf`` of one); empty when that is
            nothing definite.
        """
        for _ in range(100):
            if not isinstance(schema, dict):
                return {}
            parts = schema.get("allOf")
            if "$ref" in schema:
                schema = self.target(schema["$ref"])
            elif isinstance(parts, list) and len(parts) == 1 and "type" not in schema:
                schema = parts[0]
            else:
                return schema
        return {}

    def properties(self, schema: Json) -> Object:
        """The properties of a schema with those that it takes over by ``$ref`` and ``allOf``.

        Args:
            schema: A schema.

        Returns:
            Name -> schema.
        """
        found: Object = {}
        for part in self.parts(schema):
            own = part.get("properties")
            if isinstance(own, dict):
                for name, value in own.items():
                    found.setdefault(name, value)
        return found

    def parts(self, schema: Json) -> list[Object]:
        """A schema and all that hold together with it by ``$ref`` and ``allOf``.

        Args:
            schema: A schema.

        Returns:
            The schemas, each once.
        """
        found: list[Object] = []
        seen: set[int] = set()
        todo: list[Json] = [schema]
        while todo:
            part = todo.pop()
            if not isinstance(part, dict) or id(part) in seen:
                continue
            seen.add(id(part))
            found.append(part)
            more = part.get("allOf")
            if isinstance(more, list):
                todo.extend(reversed(more))
            if "$ref" in part:
                todo.append(self.target(part["$ref"]))
        return found


def _inner(node: Node) -> Iterator[Node]:
    fields = _HOLDING[node.shape]
    for key, value in node.value.items():
        field = fields.get(key)
        if field is None:
            if node.shape == "callback" and isinstance(value, dict) and key[:2] != "x-":
                yield Node("path-item", value, key)
            continue
        held: list[Json] = [value]
        if field.many == "map" and isinstance(value, dict):
            held = list(value.values())
        elif field.many == "list" and isinstance(value, list):
            held = value
        for inner in held:
            if isinstance(inner, dict):
                yield Node(field.kind, inner, key)
