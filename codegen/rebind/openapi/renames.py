"""Extensions that say what something was called: the thing must have a name, the value be there."""

from __future__ import annotations

from rebind.diagnostics import did_you_mean, quoted
from rebind.openapi.survey import Node, Object, Survey
from rebind.source import Json

NAMES, VALUES = "x-rebind-renamed-from", "x-rebind-renamed-values"


def check(survey: Survey, node: Node) -> None:
    """Report old names of what has no name in Python, and of values that are not there.

    Args:
        survey: The resolved data.
        node: A schema.
    """
    schema = node.value
    named = node.key in ("schemas", "properties")
    named = named or (node.key == "additionalProperties" and "x-rebind-name" in schema)
    if NAMES in schema and not named:
        help = "it belongs on a property, or on a schema under 'components: schemas:'"
        _misplaced(survey, schema, NAMES, help)
    said = schema.get(VALUES)
    if not isinstance(said, dict):
        return
    known = _values(schema)
    if node.key != "schemas" or not known:
        help = "it belongs on an enumeration under 'components: schemas:'"
        _misplaced(survey, schema, VALUES, help)
        return
    for old, entry in said.items():
        value = entry.get("value") if isinstance(entry, dict) else entry
        if value not in known:
            message = f"{quoted(str(value))} is no value of the enumeration"
            help = did_you_mean(str(value), map(str, known), "list its values under 'enum:'")
            inside = (old, "value") if isinstance(entry, dict) else (old,)
            survey.report("unknown-value", message, schema, VALUES, help, inside=inside)


def _misplaced(survey: Survey, schema: Object, name: str, help: str) -> None:
    message = f"{quoted(name)} has no meaning here"
    survey.report("misplaced-extension", message, schema, name, help, key=True)


def _values(schema: Object) -> list[Json]:
    """The values of an enumeration, in whichever way it lists them."""
    listed = schema.get("enum")
    if isinstance(listed, list):
        return listed
    members = schema.get("oneOf", schema.get("anyOf"))
    found = members if isinstance(members, list) else []
    return [member["const"] for member in found if isinstance(member, dict) and "const" in member]
