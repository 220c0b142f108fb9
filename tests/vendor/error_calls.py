"""Calls that fail, in all the ways that the vendor's client knows and in some that it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.contract.cases import Reply
from tests.contract.exchanges import JSON, json_reply
from tests.vendor.calls import Call, Calls

TEXT = {"Content-Type": "text/html"}
TYPE = "DataNotFoundError"


def odd_replies() -> Iterator[tuple[str, Reply]]:
    """Replies that are no ordinary error."""
    refused = {"success": False, "error": "No.", "errorType": TYPE}
    yield "ok-at-404", json_reply({"success": True, "result": None}, 404)
    yield "refused-at-200", json_reply(refused, 200)
    yield "refused-at-500", json_reply(refused, 500)
    yield "request-id", json_reply({**refused, "requestId": "r-1"}, 400)
    yield "request-id-in-header", json_reply(refused, 400, {"x-request-id": "r-2"})
    yield (
        "both-request-ids",
        json_reply({**refused, "requestId": "r-1"}, 400, {"x-request-id": "r-2"}),
    )
    yield "no-type", json_reply({"success": False, "error": "No."}, 400)
    yield "unknown-type", json_reply({**refused, "errorType": "NobodyKnowsThisError"}, 400)
    yield "timeout-type", json_reply({**refused, "errorType": "TimeoutError"}, 400)
    yield "type-of-an-object", json_reply({**refused, "errorType": "Project"}, 400)
    yield "type-of-a-module", json_reply({**refused, "errorType": "json"}, 400)
    yield "no-message", json_reply({"success": False, "errorType": TYPE}, 400)
    yield (
        "null-message-with-id",
        json_reply({"success": False, "error": None, "errorType": TYPE, "requestId": "r-1"}, 400),
    )
    yield "no-success", json_reply({"result": {"a": 1}}, 200)
    yield "no-success-at-400", json_reply({"error": "No.", "errorType": TYPE}, 400)
    yield "a-list", json_reply([1, 2], 200)
    yield "a-list-at-400", json_reply([1, 2], 400)
    yield "empty", Reply(200, JSON, b"")
    yield "empty-at-400", Reply(400, JSON, b"")
    yield "page", Reply(200, TEXT, b"<html>Not what you think</html>")
    yield "page-at-403", Reply(403, TEXT, b"<html>Forbidden</html>")
    yield "page-at-500", Reply(500, TEXT, b"<html>Broken</html>")
    for status in (429, 501, 502, 503, 504, 505, 507, 520, 524, 599):
        yield f"refused-at-{status}", json_reply(refused, status)


def error_calls(calls: Calls) -> Iterator[tuple[Call, list[Reply]]]:
    """One operation of each kind, refused with every error and answered in every odd way."""
    for operation in one_of_each_kind(calls.catalogue):
        needed = [each for each in operation["parameters"] if "default" not in each]
        arguments = calls.plain.arguments(needed)
        replies = [
            (name, json_reply({"success": False, "error": f"No: {name}.", "errorType": name}, 400))
            for name in calls.catalogue["errors"]
        ]
        for way, reply in [*replies, *odd_replies()]:
            call = Call(
                method=operation["method"],
                way=f"{operation['transport']}-{operation['verb']}-{way}",
                arguments=arguments,
                reply={"data": None},
                action=operation["action"],
            )
            yield call, [reply]


def one_of_each_kind(catalogue: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The first operation of each verb, host and way of sending a body."""
    found: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for each in catalogue["operations"]:
        plain = all(isinstance(one["type"], str) for one in each["parameters"])
        if plain and each["action"] != "getApiEndpoint":
            kind = (each["transport"], each["verb"], each["stream"], each["files"])
            found.setdefault(kind, each)
    return list(found.values())
