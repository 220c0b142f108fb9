"""``x-rebind-id``: the field must be there, and the arguments that it stands for."""

from __future__ import annotations

from rebind.diagnostics import did_you_mean, quoted
from rebind.openapi.bindings import arguments_of
from rebind.openapi.survey import Object, Survey

KEY = "x-rebind-id"


def check(survey: Survey) -> None:
    """Report objects that cannot stand for their ids.

    Args:
        survey: The resolved data.
    """
    survey.only_on_components(KEY, "bad-id")
    sent: set[str] = set()
    for node in survey.nodes:
        if node.shape == "operation":
            sent.update(arguments_of(survey, node.value))
    for name, schema in survey.schemas.items():
        if isinstance(schema, dict) and KEY in schema:
            _check(survey, name, schema, sent)


def _check(survey: Survey, name: str, schema: Object, sent: set[str]) -> None:
    said = schema[KEY]
    field = said.get("field") if isinstance(said, dict) else said
    fields = survey.properties(schema)
    if isinstance(field, str) and field not in fields:
        message = f"{quoted(name)} has no property {quoted(field)}"
        help = did_you_mean(field, fields, "name the one that holds the id")
        inside = ("field",) if isinstance(said, dict) else ()
        survey.report("bad-id", message, schema, KEY, help, inside=inside)
    listed = said.get("as") if isinstance(said, dict) else None
    for number, argument in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(argument, str) and argument not in sent:
            message = f"no operation has a parameter {quoted(argument)}"
            help = did_you_mean(argument, sent, "name one that takes the id")
            survey.report("bad-id", message, schema, KEY, help, inside=("as", number))
