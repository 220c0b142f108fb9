"""What stands where in the values of a schema: dotted paths, and the results of operations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rebind.openapi.survey import Object, Survey
from rebind.source import Json


class Found(NamedTuple):
    """Where a dotted path leads.

    Args:
        keys: Its keys. A key may have dots of its own, such as `@odata.nextLink`.
        schema: What stands there; None if nothing does.
        missing: The key that is not there.
        known: The keys that are there in its place.
    """

    keys: tuple[str, ...]
    schema: Json = None
    missing: str = ""
    known: Object = {}  # noqa: RUF012 - a tuple's default, never changed


def follow(survey: Survey, schema: Json, path: str) -> Found:
    """Follow a dotted path into the values of a schema.

    Args:
        survey: The resolved data.
        schema: The schema.
        path: Names of properties, as they are on the wire.

    Returns:
        Where it leads.
    """
    keys: list[str] = []
    rest = path
    while rest:
        known = fields(survey, schema)
        parts = rest.split(".")
        starts = (".".join(parts[:size]) for size in range(len(parts), 0, -1))
        name = next((start for start in starts if start in known), None)
        if name is None:
            return Found(tuple(keys), None, parts[0], known)
        keys.append(name)
        schema = known[name]
        rest = rest[len(name) + 1 :]
    return Found(tuple(keys), schema)


def fields(survey: Survey, schema: Json) -> Object:
    """The properties that a value of a schema can have, in whichever of its variants.

    Args:
        survey: The resolved data.
        schema: The schema.

    Returns:
        Name -> schema.
    """
    found: Object = {}
    for variant in variants(survey, schema):
        own = variant.get("properties")
        for name, value in (own if isinstance(own, dict) else {}).items():
            found.setdefault(name, value)
    return found


def variants(survey: Survey, schema: Json) -> Iterator[Object]:
    """A schema with all that it stands for by `$ref`, `allOf`, `anyOf` and `oneOf`.

    Args:
        survey: The resolved data.
        schema: The schema.

    Yields:
        The schemas, each once.
    """
    seen: set[int] = set()
    todo: list[Json] = [schema]
    while todo:
        for part in survey.parts(todo.pop(0)):
            if id(part) in seen:
                continue
            seen.add(id(part))
            yield part
            for key in ("anyOf", "oneOf"):
                members = part.get(key)
                todo.extend(members if isinstance(members, list) else ())


def results(survey: Survey, operation: Object) -> Iterator[Json]:
    """What the successes of an operation give the caller: under an envelope, its result.

    Args:
        survey: The resolved data.
        operation: The operation.

    Yields:
        Schemas of JSON replies.
    """
    envelope = survey.data.get("x-rebind-envelope")
    key = envelope.get("result") if isinstance(envelope, dict) else None
    responses = operation.get("responses")
    for status, response in (responses if isinstance(responses, dict) else {}).items():
        content = response.get("content") if isinstance(response, dict) else None
        if not status.startswith("2") or not isinstance(content, dict):
            continue
        for media, entry in content.items():
            if "json" in media and isinstance(entry, dict) and "schema" in entry:
                schema = entry["schema"]
                yield fields(survey, schema).get(str(key)) if envelope else schema
