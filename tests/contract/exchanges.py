"""The recordings of all operations: what the vendor's client sends and makes of the reply.

They are kept compact: a file for each resource of the description, in which each line is a call;
the objects in replies are in `objects.json`, once for all calls that return them. `tests/vendor`
makes the calls up and records them.

A call that is the same as another one but for its reply says so: `like`. The reply has one of
these keys: `object` (`Project/rich`), `objects` (a list of those), `data` (any other result),
`nothing` (no result), `bytes` (no envelope), or `error` (a whole envelope, with the `status`).
`job` says that the operation is polled: the reply comes with the second status.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.contract.cases import HERE, Reply
from tests.contract.exchange import Sent

OBJECTS = "objects.json"
JSON = {"Content-Type": "application/json"}


def folder() -> Path:
    """Where the recordings are: `exchanges/`, or what REBIND_EXCHANGES names."""
    return Path(os.environ.get("REBIND_EXCHANGES") or HERE / "exchanges")


@dataclass(frozen=True)
class Exchange:
    """A call, what was sent for it, what was answered, and what came of it.

    Attributes:
        operation: The operation's name in addresses.
        method: The vendor's method.
        way: How it is called: `required`, `all`, ...
        arguments: By name; see `vendor_client/values.py` for what JSON cannot say.
        reply: What the server answers; see above.
        sent: The requests of the vendor's client.
        outcome: What came of it.
    """

    operation: str
    method: str
    way: str
    arguments: Mapping[str, Any]
    reply: Mapping[str, Any]
    sent: tuple[Sent, ...]
    outcome: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """`describe_project/all`."""
        return f"{self.method}/{self.way}"

    def __str__(self) -> str:
        return self.id


Objects = Mapping[str, Mapping[str, Any]]
"""`Project/rich` -> `reply`, as the API sends it, and `returned`, the vendor's `to_dict()`."""


def replies(reply: Mapping[str, Any], objects: Objects) -> tuple[Reply, ...]:
    """What the server answers, in turn; the last one for good."""
    if "bytes" in reply:
        content = base64.b64decode(reply["bytes"])
        return (Reply(200, {"Content-Type": "application/octet-stream"}, content),)
    if "error" in reply:
        return (json_reply(reply["error"], reply["status"]),)
    envelope: dict[str, Any] = {"success": True}
    if "nothing" not in reply:
        envelope["result"] = result(reply, objects)
    if "job" not in reply:
        return (json_reply(envelope),)
    return (
        json_reply({"request_id": "request 1"}),
        json_reply({"status": "PENDING"}),
        json_reply({"status": "COMPLETE", "result": envelope}),
    )


def result(reply: Mapping[str, Any], objects: Objects, side: str = "reply") -> Any:
    """The result that a reply holds, or what the vendor's client makes of it."""
    if "object" in reply:
        return objects[reply["object"]][side]
    if "objects" in reply:
        return [objects[name][side] for name in reply["objects"]]
    return reply.get("data")


def json_reply(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A reply with JSON in it."""
    body = json.dumps(data, ensure_ascii=False).encode()
    return Reply(status, {**JSON, **(headers or {})}, body)


def expected(reply: Mapping[str, Any], objects: Objects) -> dict[str, Any] | None:
    """What the vendor's client returns where nothing special happens."""
    if "bytes" in reply:
        return {"returned": {"$bytes": reply["bytes"]}, "class": None}
    if "error" in reply:
        return _refusal(reply["error"], reply["status"])
    names = [reply["object"]] if "object" in reply else reply.get("objects", [])
    return {
        "returned": result(reply, objects, "returned"),
        "class": names[0].partition("/")[0] if names else None,
    }


def _refusal(body: Mapping[str, Any], status: int) -> dict[str, Any]:
    return {
        "raised": {
            "class": body["errorType"],
            "status": status,
            "message": body["error"],
            "error_type": body["errorType"],
            "request_id": body.get("requestId"),
        }
    }


def dumps(origin: Mapping[str, str], exchanges: list[Exchange], objects: Objects) -> str:
    """The text of a file: a line for each call."""
    lines: dict[str, dict[str, str]] = {}
    seen: dict[tuple[str, str], str] = {}
    for each in exchanges:
        data: dict[str, Any] = {
            "arguments": each.arguments,
            "sent": [
                [sent.method, sent.host, sent.target, *([] if sent.body is None else [sent.body])]
                for sent in each.sent
            ],
        }
        like = seen.setdefault((each.method, _line(data)), each.way)
        data = data if like == each.way else {"like": like}
        data["reply"] = each.reply
        if each.outcome != expected(each.reply, objects):
            data["outcome"] = each.outcome
        lines.setdefault(f"{each.operation} {each.method}", {})[each.way] = _line(data)
    return _layout(origin, lines)


def dumps_objects(origin: Mapping[str, str], objects: Objects) -> str:
    """The text of the file of objects: a line for each of both sides."""
    lines = {
        name: {side: _line(data) for side, data in sides.items()} for name, sides in objects.items()
    }
    return _layout(origin, lines)


def _line(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _layout(origin: Mapping[str, str], groups: Mapping[str, Mapping[str, str]]) -> str:
    found = [f'"recorded":{_line(dict(origin))}']
    for name, lines in groups.items():
        inner = ",\n".join(f"{_line(key)}:{text}" for key, text in lines.items())
        found.append(f"{_line(name)}:{{\n{inner}}}")
    return "{" + ",\n".join(found) + "}\n"


@cache
def read_objects(path: Path) -> Objects:
    """The objects in replies."""
    data = json.loads((path / OBJECTS).read_text("utf-8"))
    del data["recorded"]
    return data  # type: ignore[no-any-return]


def read(path: Path, objects: Objects) -> Iterator[Exchange]:
    """The exchanges in a file."""
    data = json.loads(path.read_text("utf-8"))
    del data["recorded"]
    for name, ways in data.items():
        operation, method = name.split()
        for way, each in ways.items():
            each = {**ways.get(each.get("like"), {}), **each}
            yield Exchange(
                operation=operation,
                method=method,
                way=way,
                arguments=each["arguments"],
                reply=each["reply"],
                sent=tuple(
                    Sent(verb, host, target, body[0] if body else None, {})
                    for verb, host, target, *body in each["sent"]
                ),
                outcome=ways[way].get("outcome") or expected(each["reply"], objects) or {},
            )


@cache
def every(path: Path | None = None) -> tuple[Exchange, ...]:
    """Every recorded exchange, in the order of the files."""
    where = path or folder()
    files = sorted(file for file in where.glob("*.json") if file.name != OBJECTS)
    return tuple(each for file in files for each in read(file, read_objects(where)))
