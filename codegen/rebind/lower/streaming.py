"""Replies that come bit by bit: which media types they have, and what their items are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from rebind.lower.terms import Json, is_dict, types_of

Kind = Literal["events", "lines"]
EVENTS = "text/event-stream"
LINES = (
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonl",
    "application/jsonlines",
    "application/x-jsonlines",
    "application/json-lines",
    "application/json-seq",
    "application/stream+json",
)
SWITCH = "stream"
"""The parameter by which APIs that answer either way are told which."""


def kind_of(media: str) -> Kind | None:
    """Tell what kind of stream a media type is.

    Args:
        media: The media type, with or without parameters.

    Returns:
        The kind; None if a reply of the type comes whole.
    """
    plain = media.partition(";")[0].strip().lower()
    return "events" if plain == EVENTS else "lines" if plain in LINES else None


def offered(content: Json, *, streamed: bool) -> Json:
    """The media types of a reply that one method of the two asks for.

    Args:
        content: Media type -> what it holds.
        streamed: Whether it is the method that streams.

    Returns:
        Those of its kind; all of them where there is one kind only.
    """
    kept = {media: held for media, held in content.items() if bool(kind_of(media)) == streamed}
    return kept or content


def is_twofold(responses: Any) -> bool:
    """Tell whether successes can be had whole and as a stream.

    Args:
        responses: The responses of an operation.

    Returns:
        Whether there are two ways.
    """
    for status, reply in (responses if is_dict(responses) else {}).items():
        content = reply.get("content") if is_dict(reply) else None
        if str(status).startswith("2") and is_dict(content):
            kinds = {bool(kind_of(media)) for media in content}
            if len(kinds) == 2:
                return True
    return False


def is_switch(wire: str, schema: Mapping[str, Any]) -> bool:
    """Tell whether a parameter chooses between the two ways.

    Args:
        wire: Its name.
        schema: Its schema.

    Returns:
        Whether it is a boolean of that name.
    """
    kinds = [schema, *(schema.get("anyOf") or ())]
    return wire == SWITCH and any("boolean" in types_of(kind) for kind in kinds)
