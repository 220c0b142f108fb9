"""``x-rebind-wait``: the operation, the fields and the states that it names must be there."""

from __future__ import annotations

from rebind.diagnostics import did_you_mean, quoted
from rebind.openapi.bindings import arguments_of
from rebind.openapi.fields import fields, follow, results, variants
from rebind.openapi.parameters import parameters_of
from rebind.openapi.survey import Object, Survey
from rebind.source import Json

KEY = "x-rebind-wait"


def check(survey: Survey, operations: dict[str, Object]) -> None:
    """Report waits that cannot work.

    Args:
        survey: The resolved data.
        operations: Its operations by their ids.
    """
    survey.only_on_components(KEY, "bad-wait")
    for name, schema in survey.schemas.items():
        waits = schema.get(KEY) if isinstance(schema, dict) else None
        taken: set[Json] = set()
        for index, wait in enumerate(waits if isinstance(waits, list) else ()):
            if isinstance(schema, dict) and isinstance(wait, dict):
                _Wait(survey, operations, name, schema, index, wait).check(taken)


class _Wait:
    """One wait of one schema."""

    def __init__(
        self,
        survey: Survey,
        operations: dict[str, Object],
        name: str,
        schema: Object,
        index: int,
        wait: Object,
    ) -> None:
        self.survey = survey
        self.operations = operations
        self.name = name
        self.schema = schema
        self.index = index
        self.wait = wait

    def report(
        self, message: str, *inside: str, help: str, key: bool = False, warn: bool = False
    ) -> None:
        self.survey.report(
            "bad-wait",
            message,
            self.schema,
            KEY,
            help,
            key=key,
            inside=(self.index, *inside),
            severity="warning" if warn else "error",
        )

    def check(self, taken: set[Json]) -> None:
        method = self.wait.get("name")
        if isinstance(method, str) and method in taken:
            message = f"{quoted(self.name)} has two waits of the name {quoted(method)}"
            self.report(message, "name", help="give each its own")
        taken.add(method if isinstance(method, str) else None)
        if ("pending" in self.wait) == ("done" in self.wait):
            message = "a wait says in which states it goes on, or which ones end it"
            self.report(message, help="give either 'pending:' or 'done:'")
        self.check_status()
        name = self.wait.get("operation")
        if not isinstance(name, str):
            return
        operation = self.operations.get(name)
        if operation is None:
            message = f"no operation has the operationId {quoted(name)}"
            help = did_you_mean(name, self.operations, "name the operation that reads it again")
            self.report(message, "operation", help=help)
            return
        self.check_operation(name, operation)
        self.check_arguments(name, operation)

    def check_status(self) -> None:
        path = self.wait.get("status")
        if not isinstance(path, str):
            return
        found = follow(self.survey, self.schema, path)
        if found.schema is None:
            of = ".".join([self.name, *found.keys])
            message = f"{quoted(of)} has no property {quoted(found.missing)}"
            help = did_you_mean(found.missing, found.known, "name the field that holds the state")
            self.report(message, "status", help=help)
            return
        known = [
            value
            for variant in variants(self.survey, found.schema)
            for value in _listed(variant.get("enum"))
        ]
        for key in ("pending", "done", "failed") if known else ():
            for index, state in enumerate(_listed(self.wait.get(key))):
                if state not in known:
                    message = f"{quoted(str(state))} is not a value of {quoted(path)}"
                    help = did_you_mean(str(state), [str(value) for value in known])
                    self.survey.warn(
                        "bad-wait", message, self.schema, KEY, help, inside=(self.index, key, index)
                    )

    def check_operation(self, name: str, operation: Object) -> None:
        for result in results(self.survey, operation):
            if any(part is self.schema for part in variants(self.survey, result)):
                return
        message = f"{quoted(name)} does not return {quoted(self.name)}"
        self.report(message, "operation", help="name the operation that reads it again")

    def check_arguments(self, name: str, operation: Object) -> None:
        known = arguments_of(self.survey, operation)
        given = self.wait.get("with")
        given = given if isinstance(given, dict) else {}
        own = fields(self.survey, self.schema)
        for argument, field in given.items():
            if argument not in known:
                message = f"the operation has no parameter {quoted(argument)}"
                self.report(message, "with", argument, help=did_you_mean(argument, known), key=True)
            if isinstance(field, str) and field not in own:
                message = f"{quoted(self.name)} has no property {quoted(field)}"
                help = did_you_mean(field, own, "name a field of the object")
                self.report(message, "with", argument, help=help)
        for argument in self.needed(operation) if known.issuperset(given) else ():
            if argument not in given:
                message = f"{quoted(name)} needs {quoted(argument)}"
                help = f"say under 'with:' which field holds it, such as '{argument}: id'"
                self.report(message, help=help)

    def needed(self, operation: Object) -> list[str]:
        found = [
            str(p.get("name"))
            for p in parameters_of(operation)
            if p.get("required") or p.get("in") == "path"
        ]
        body = operation.get("requestBody")
        if isinstance(body, dict) and body.get("required"):
            content = body.get("content")
            for media in (content if isinstance(content, dict) else {}).values():
                if isinstance(media, dict):
                    for part in self.survey.parts(media.get("schema")):
                        found += [str(name) for name in _listed(part.get("required"))]
        return list(dict.fromkeys(found))


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
