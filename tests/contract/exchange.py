"""What went over the wire and what came of it, in a form in which two clients can be compared."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TRANSPORT = frozenset({"accept", "accept-encoding", "connection", "content-length", "host"}) | {
    "content-type",  # it is a part of the body here
    "transfer-encoding",
}
"""Headers that say nothing to the API."""


@dataclass(frozen=True)
class Sent:
    """A request.

    Attributes:
        method: The verb.
        host: Which of the API's hosts it went to.
        target: Path and query, as they stood in the request.
        body: The body by its kind: `{"json": ...}`, `{"form": pairs}`, `{"parts": [...]}` or
            `{"bytes": ...}`; None without one.
        headers: What else was said, in lower case.
    """

    method: str
    host: str
    target: str
    body: Any
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        """The path, still encoded."""
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query as ordered pairs, decoded."""
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)


def sent(
    method: str, host: str, target: str, headers: Iterable[tuple[str, str]], body: bytes
) -> Sent:
    """What a request says.

    Args:
        method: The verb.
        host: Which of the API's hosts it went to.
        target: Path and query.
        headers: All of its headers.
        body: Its bytes.
    """
    lower = {name.lower(): value for name, value in headers}
    return Sent(
        method,
        host,
        target,
        _body(lower.get("content-type", ""), body),
        {name: value for name, value in lower.items() if name not in TRANSPORT},
    )


def _body(content_type: str, body: bytes) -> Any:
    media = content_type.partition(";")[0].strip().lower()
    if media == "multipart/form-data":
        return {"parts": _parts(content_type, body)}
    if not body and not media:
        return None
    if media == "application/json":
        return {"json": json.loads(body)}
    if media == "application/x-www-form-urlencoded":
        pairs = parse_qsl(body.decode(), keep_blank_values=True)
        return {"form": [list(pair) for pair in pairs]}
    return {"bytes": base64.b64encode(body).decode(), "type": media}


def _parts(content_type: str, body: bytes) -> list[dict[str, str]]:
    """The parts in their order: name, file name, content type, content."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():  # a body with no part at all
        return []
    found = []
    for part in message.iter_parts():
        disposition = part["Content-Disposition"]
        entry = {"name": disposition.params["name"]}
        if (filename := disposition.params.get("filename")) is not None:
            entry["filename"] = filename
        if "Content-Type" in part:
            entry["type"] = part["Content-Type"]
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        try:
            entry["text"] = content.decode()
        except UnicodeDecodeError:
            entry["bytes"] = base64.b64encode(content).decode()
        found.append(entry)
    return found


def exactly(value: Any) -> str:
    """JSON text in which the kinds of values and the order of keys show: 1, 1.0 and true differ."""
    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True)
class Difference:
    """One thing that two clients do differently.

    Attributes:
        case: The call.
        aspect: What differs: `verb`, `path`, `query`, `body`, `returns`, ...
        theirs: What the vendor's client does.
        ours: What ours does.
    """

    case: str
    aspect: str
    theirs: Any
    ours: Any

    def __str__(self) -> str:
        return (
            f"{self.case}: {self.aspect}: theirs {exactly(self.theirs)}, ours {exactly(self.ours)}"
        )


def in_requests(case: str, theirs: list[Sent], ours: list[Sent]) -> list[Difference]:
    """How the requests of a call differ, headers left aside."""
    if len(theirs) != len(ours):
        told = [
            [f"{each.method} {each.host} {each.target}" for each in side] for side in (theirs, ours)
        ]
        return [Difference(case, "requests", *told)]
    found = []
    for their, our in zip(theirs, ours, strict=True):
        for aspect, one, other in (
            ("verb", their.method, our.method),
            ("host", their.host, our.host),
            ("path", their.path, our.path),
            ("query", [list(pair) for pair in their.query], [list(pair) for pair in our.query]),
            ("body", their.body, our.body),
        ):
            if exactly(one) != exactly(other):
                found += (
                    _in_bodies(case, one, other)
                    if aspect == "body"
                    else [Difference(case, aspect, one, other)]
                )
    return found


def _in_bodies(case: str, theirs: Any, ours: Any) -> list[Difference]:
    """How bodies differ: the order of the outermost keys counts, that of inner ones does not."""
    if not (theirs and ours and set(theirs) == set(ours) == {"json"}):
        return [Difference(case, "body", theirs, ours)]
    one, other = theirs["json"], ours["json"]
    found = [Difference(case, f"body {place}", *values) for place, *values in unequal(one, other)]
    if not found and isinstance(one, dict) and list(one) != list(other):
        found = [Difference(case, "body order", list(one), list(other))]
    return found


def in_headers(case: str, theirs: list[Sent], ours: list[Sent]) -> list[Difference]:
    """How the headers of a call differ, one difference for each."""
    found = []
    for their, our in zip(theirs, ours, strict=False):
        for name in sorted({*their.headers, *our.headers}):
            one, other = their.headers.get(name), our.headers.get(name)
            if one != other:
                found.append(Difference(case, f"header {name}", one, other))
    return found


def in_outcomes(
    case: str, theirs: Mapping[str, Any], ours: Mapping[str, Any], unknown: Iterable[str] = ()
) -> list[Difference]:
    """How what comes of a call differs.

    Args:
        case: The call.
        theirs: What the vendor's client returned or raised.
        ours: What ours did.
        unknown: Fields that no class lists: ours keeps them, the vendor's drops them.
    """
    if ("raised" in theirs) != ("raised" in ours):
        return [Difference(case, "outcome", dict(theirs), dict(ours))]
    if "raised" in theirs:
        return [
            Difference(case, f"error {name}", value, ours["raised"].get(name))
            for name, value in theirs["raised"].items()
            if value != ours["raised"].get(name)
        ]
    mine = without(ours["returned"], frozenset(unknown))
    found = [
        Difference(case, f"returns {place}".rstrip(), *values)
        for place, *values in unequal(theirs["returned"], mine)
    ]
    if theirs.get("class") != ours.get("class"):
        found.append(Difference(case, "class", theirs.get("class"), ours.get("class")))
    return found


ABSENT = {"$absent": True}
"""Stands for a value that is not there."""


def unequal(theirs: Any, ours: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two values differ, kinds included: 1, 1.0 and true are not the same.

    Yields:
        The place, with a star for each item of a list, and both values there.
    """
    if theirs is ABSENT or ours is ABSENT:
        yield place, theirs, ours
    elif isinstance(theirs, dict) and isinstance(ours, dict):
        for key in [*theirs, *(key for key in ours if key not in theirs)]:
            pair = theirs.get(key, ABSENT), ours.get(key, ABSENT)
            yield from unequal(*pair, f"{place}.{key}" if place else str(key))
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for one, other in zip(theirs, ours, strict=True):
            yield from unequal(one, other, f"{place}.*" if place else "*")
    elif type(theirs) is not type(ours) or theirs != ours:
        yield place, theirs, ours


def without(value: Any, unknown: frozenset[str]) -> Any:
    """Plain data without some keys, at any depth."""
    if isinstance(value, dict):
        return {key: without(item, unknown) for key, item in value.items() if key not in unknown}
    if isinstance(value, list):
        return [without(item, unknown) for item in value]
    return value
