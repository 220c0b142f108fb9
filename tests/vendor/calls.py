"""The calls that both clients make: every mechanical operation, in several ways."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.vendor.arguments import Maker, file, pick
from tests.vendor.replies import Kind

BYTES = b"\x00\x01not text\xff"
AS_LISTS = {"list_chat_sessions", "list_verticals", "list_custom_loss_functions"}
"""Methods that return lists though the vendor does not declare it."""


@dataclass(frozen=True)
class Call:
    """A call of a method of the vendor's client.

    Attributes:
        method: The method, flat or of an object.
        way: How it is called, as in `all`: with all of its arguments.
        arguments: By name, in the order of the method.
        reply: What the server answers, as `tests/contract/exchanges.py` explains.
        positional: Whether the arguments are passed without their names.
        on: The class and the fields of the object whose method it is.
        action: The operation, as the address names it; empty for a method of an object.
    """

    method: str
    way: str
    arguments: Mapping[str, Any]
    reply: Mapping[str, Any]
    positional: bool = False
    on: Mapping[str, Any] | None = None
    action: str = ""

    @property
    def id(self) -> str:
        """`describe_project/all`, or `Project.describe/all`."""
        holder = f"{self.on['class']}." if self.on else ""
        return f"{holder}{self.method}/{self.way}"

    def __str__(self) -> str:
        return self.id


@dataclass(frozen=True)
class Calls:
    """The calls for a version of the vendor's client.

    Attributes:
        catalogue: What there is in it.
    """

    catalogue: Mapping[str, Any]

    @cached_property
    def plain(self) -> Maker:
        """Makes ordinary arguments."""
        return Maker(self.catalogue, "plain")

    @cached_property
    def awkward(self) -> Maker:
        """Makes arguments that are easily sent wrongly."""
        return Maker(self.catalogue, "awkward")

    @cached_property
    def operations(self) -> dict[str, Mapping[str, Any]]:
        """The mechanical operations by method."""
        return {each["method"]: each for each in self.catalogue["operations"]}

    def of_operations(self) -> Iterator[Call]:
        """Every operation, in every way."""
        for operation in self.operations.values():
            yield from self.of_operation(operation)

    def of_operation(self, operation: Mapping[str, Any]) -> Iterator[Call]:
        """One operation: what it needs alone, everything, by position, nulls, odd values."""
        parameters = operation["parameters"]
        needed = [each for each in parameters if not optional(each)]
        every = self.arguments(self.plain, operation, parameters)
        required = self.arguments(self.plain, operation, needed)
        nulls = {each["name"]: None for each in parameters if not each.get("rest")}
        ways: list[tuple[str, dict[str, Any], Kind]] = [
            ("required", required, "nulls"),
            ("all", every, "rich"),
            ("positional", every, "rich"),
            ("nulls", {**nulls, **required}, "odd"),
            ("awkward", self.arguments(self.awkward, operation, parameters), "rich"),
            ("nothing", nulls, "nulls"),
        ]
        for way, arguments, kind in ways:
            if way == "positional" and any(each.get("rest") for each in parameters):
                arguments = {each["name"]: arguments[each["name"]] for each in parameters[:-1]}
            ordered = {name: arguments[name] for name in _in_order(arguments, parameters)}
            yield Call(
                method=operation["method"],
                way=way,
                arguments=ordered,
                reply=self.reply(operation, kind),
                positional=way == "positional",
                action=operation["action"],
            )
        yield self.failing(operation, required)

    def failing(self, operation: Mapping[str, Any], arguments: Mapping[str, Any]) -> Call:
        """An operation that the API refuses; each refuses with another error."""
        name = pick(tuple(self.catalogue["errors"]), operation["action"])
        body = {"success": False, "error": f"No: {name}", "errorType": name}
        return Call(
            method=operation["method"],
            way="refused",
            arguments=arguments,
            reply={"error": body, "status": pick((400, 403, 404, 409, 412, 422), name)},
            action=operation["action"],
        )

    def arguments(
        self, maker: Maker, operation: Mapping[str, Any], parameters: list[Mapping[str, Any]]
    ) -> dict[str, Any]:
        """Arguments for parameters of an operation, or of a method that calls it."""
        found = maker.arguments(parameters)
        if (name := operation["mapping"]) in found:
            plain = maker is self.plain
            found[name] = {"first": file("one", plain=plain), "second.txt": file("two")}
        return found

    def reply(self, operation: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
        """What the server answers to a call of an operation, as `exchanges` tells it."""
        if operation["stream"]:
            return {"bytes": base64.b64encode(BYTES).decode()}
        found = self._result(operation, kind)
        return {**found, "job": True} if operation["transport"] == "job" else found

    def _result(self, operation: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
        if (cls := operation["class"]) is not None:
            if not self.is_list(operation):
                return {"object": f"{cls}/{kind}"}
            names = [] if kind == "nulls" else [f"{cls}/{kind}", f"{cls}/nulls"]
            return {"objects": names}
        returns = operation["returns"]
        named = next(iter(returns)) if isinstance(returns, dict) else returns
        if kind == "nulls" or named == "":
            return {"nothing": True}
        match named:
            case "int":
                return {"data": 7}
            case "list":
                return {"data": ["one", {"two": 2, "nothing": None}, 3.5]}
            case _:
                return {"data": {"some": {"thing": [1, "é", None]}, "camelCase": True}}

    def is_list(self, operation: Mapping[str, Any]) -> bool:
        """Whether an operation returns a list of objects."""
        return "list" in _containers(operation["returns"]) or operation["method"] in AS_LISTS


def optional(parameter: Mapping[str, Any]) -> bool:
    """Whether a call can leave it out."""
    return "default" in parameter or bool(parameter.get("rest"))


def _in_order(arguments: Mapping[str, Any], parameters: list[Mapping[str, Any]]) -> Iterator[str]:
    names = [each["name"] for each in parameters]
    yield from (name for name in names if name in arguments)
    yield from (name for name in arguments if name not in names)


def _containers(declared: Any) -> set[str]:
    return {str(key).lower() for key in declared} if isinstance(declared, dict) else {str(declared)}
