"""What operations return, and what their extensions say of it."""

from __future__ import annotations

from collections.abc import Iterator

from rebind.diagnostics import did_you_mean, quoted
from rebind.openapi.parameters import parameters_of
from rebind.openapi.survey import Object, Survey
from rebind.source import Json


def result_of(survey: Survey, operation: Object) -> Json:
    """The schema of what a call returns: of its JSON reply, or under an envelope of the result.

    Args:
        survey: The resolved data.
        operation: An operation.

    Returns:
        The schema; None if there is none.
    """
    envelope = survey.data.get("x-rebind-envelope")
    for media, content in _successes(operation):
        if "json" in media:
            schema = content.get("schema") if isinstance(content, dict) else None
            if not isinstance(envelope, dict):
                return object_in(survey, schema)
            return object_in(survey, survey.properties(schema).get(str(envelope.get("result"))))
    return None


def object_in(survey: Survey, schema: Json) -> Json:
    """The object that a schema means, beside `null` or a reference.

    Args:
        survey: The resolved data.
        schema: A schema.

    Returns:
        The schema of the object, or what came.
    """
    for _ in range(100):
        plain = survey.plainly(schema)
        members = plain.get("anyOf", plain.get("oneOf"))
        kept = [m for m in members if m != {"type": "null"}] if isinstance(members, list) else []
        if len(kept) != 1:
            return plain
        schema = kept[0]
    return schema


def check_stream(survey: Survey, operation: Object) -> None:
    """Report an operation whose bytes should come as a stream and that returns none.

    Args:
        survey: The resolved data.
        operation: An operation.
    """
    if operation.get("x-rebind-stream") is not True:
        return
    kinds = [media.split(";")[0].strip().lower() for media, _ in _successes(operation)]
    if not kinds or any("json" in kind or kind.startswith("text/") for kind in kinds):
        message = "the operation returns no bytes"
        help = "describe its reply as application/octet-stream, or remove this"
        survey.report("bad-stream", message, operation, "x-rebind-stream", help)


def _successes(operation: Object) -> Iterator[tuple[str, Json]]:
    responses = operation.get("responses")
    for status, reply in responses.items() if isinstance(responses, dict) else ():
        content = reply.get("content") if isinstance(reply, dict) else None
        if str(status).startswith("2") and isinstance(content, dict):
            yield from content.items()


def check_extra(survey: Survey, operation: Object) -> None:
    """Report an operation whose body has no place for values that are not listed.

    Args:
        survey: The resolved data.
        operation: An operation.
    """
    body = operation.get("requestBody")
    content = body.get("content") if isinstance(body, dict) else None
    if operation.get("x-rebind-extra") is not True or not isinstance(content, dict):
        return
    for media, entry in content.items():
        schema = entry.get("schema") if isinstance(entry, dict) else None
        own = isinstance(schema, dict) and isinstance(schema.get("properties"), dict)
        if ("json" in media and not own) or not any(k in media for k in ("json", "form")):
            message = f"a body of {media} takes no values besides its own"
            help = "list properties of an inline JSON body or form, or remove this"
            survey.report("bad-extra", message, operation, "x-rebind-extra", help)
            return


def check_encoding(survey: Survey, operation: Object) -> None:
    """Report what cannot be written as it says: no part of a form or a query.

    Args:
        survey: The resolved data.
        operation: An operation.
    """
    for parameter in parameters_of(operation):
        place = str(parameter.get("in"))
        if place != "query" and parameter.get("x-rebind-encoding") == "json-unless-string":
            message = f"a parameter in {quoted(place)} is JSON whatever it is, or never"
            help = "write 'json', or remove it"
            survey.report("bad-encoding", message, parameter, "x-rebind-encoding", help)
    body = operation.get("requestBody")
    content = body.get("content") if isinstance(body, dict) else None
    for media, entry in content.items() if isinstance(content, dict) else ():
        if "form" in media or not isinstance(entry, dict):
            continue
        for name, schema in survey.properties(entry.get("schema")).items():
            if isinstance(schema, dict) and "x-rebind-encoding" in schema:
                message = f"{quoted(name)} is no part of a form, but of {media}"
                survey.report(
                    "bad-encoding", message, schema, "x-rebind-encoding", "remove it", key=True
                )


def check_values(survey: Survey, schema: Object) -> None:
    """Report deprecated values of an enumeration that it does not have.

    Args:
        survey: The resolved data.
        schema: A schema.
    """
    gone, values = schema.get("x-rebind-deprecated-values"), schema.get("enum")
    known = values if isinstance(values, list) else []
    for index, value in enumerate(gone if isinstance(gone, list) else []):
        if value not in known:
            message = f"{quoted(str(value))} is no value of the enumeration"
            help = did_you_mean(str(value), map(str, known), "list its values under 'enum:'")
            survey.report(
                "unknown-value",
                message,
                schema,
                "x-rebind-deprecated-values",
                help,
                inside=(index,),
            )
