"""Methods of objects that wait until something is done."""

from __future__ import annotations

from collections.abc import Iterator

from rebind import ir
from rebind.views.operations import Operations
from rebind.views.scope import Scope
from rebind.views.shown import MethodView
from rebind.views.text import docstring, hanging, one_line, wrapped


class Waits:
    """Views of waits."""

    def __init__(self, scope: Scope, calls: Operations) -> None:
        self.scope = scope
        self.calls = calls

    def constants(self, pointer: ir.Pointer) -> Iterator[tuple[str, str]]:
        """What the waits of an object are, as data: name and value."""
        for wait in self.scope.api.schemas[pointer].waits:
            operation = self.scope.operations[wait.operation]
            said = [f"operation={one_line(operation.id)!r}", f"status={wait.status!r}"]
            for name, states in (
                ("pending", wait.pending),
                ("done", wait.done),
                ("failed", wait.failed),
            ):
                said += [f"{name}={states!r}"] if states else []
            yield self.constant(pointer, wait), f"Waiting({', '.join(said)})"

    def constant(self, pointer: ir.Pointer, wait: ir.Wait) -> str:
        """What the data of a wait is called."""
        return f"_{self.scope.names.bound[pointer, wait.name].upper()}"

    def methods(self, pointer: ir.Pointer, flavour: str) -> Iterator[MethodView]:
        """The waits of an object in a flavour."""
        cls = self.scope.itself(flavour + self.scope.names.classes[pointer])
        vendor = self.scope.api.schemas[pointer].takes_client
        for wait in self.scope.api.schemas[pointer].waits:
            deadline = f"deadline: float | None = {_number(wait.deadline)}"
            signature = (
                f"self, {f'{deadline}, *' if vendor else f'*, {deadline}'}, "
                f"delay: float = {_number(wait.delay)}, "
                f"on_progress: Callable[[{cls}, float], None] | None = None, "
                "**options: Unpack[CallOptions]"
            )
            given = [self.constant(pointer, wait), self.look(pointer, wait)]
            given += ["deadline", "delay", "on_progress", "options"]
            awaits = "await " if flavour else ""
            yield MethodView(
                name=self.scope.names.bound[pointer, wait.name],
                signature=signature,
                result=cls,
                doc=self.doc(wait),
                statement=f"return {awaits}self._wait({', '.join(given)})",
            )

    def look(self, pointer: ir.Pointer, wait: ir.Wait) -> str:
        """The function that reads the object again."""
        operation = self.scope.operations[wait.operation]
        names = self.scope.names.operations[operation.pointer]
        resource = self.scope.names.resources[self.scope.homes[operation.pointer]].attribute
        given = ", ".join([*self.calls.given(operation, wait.fields, pointer), "**limits"])
        return f"lambda limits: self._client.{resource}.{names.method}({given})"

    def doc(self, wait: ir.Wait) -> str:
        """What the method says."""
        states = " or ".join(str(state) for state in wait.pending or wait.done)
        until = "is no longer" if wait.pending else "is"
        path = ".".join(wait.status)
        operation = self.scope.operations[wait.operation]
        lines = [
            *wrapped(one_line(f"Wait until `{path}` {until} {states}."), ""),
            "",
            "Args:",
            *hanging(
                "deadline", "The most seconds to wait; None for no limit. `timeout` is the same."
            ),
            *hanging("delay", "The most seconds between two looks."),
            *hanging(
                "on_progress", "Called after each look with the object and the seconds so far."
            ),
            "",
            "Returns: The object itself, brought up to date.",
            "Raises: WaitError, ApiTimeoutError at the deadline, or another `ApiError`.",
            f"Source: `{one_line(operation.id)}`",
        ]
        return docstring(lines, indent=8)


def _number(value: float | None) -> str:
    if value is not None and value == int(value):
        return str(int(value))
    return repr(value)
