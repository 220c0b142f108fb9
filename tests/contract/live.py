"""Replies of the live API, asked for with our own client through vcrpy, without their secrets.

The session that the calls are about is made for the purpose; its real id never leaves this module:
replies hold the id that stands for it in the cases.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import vcr
from vcr.request import Request as VcrRequest

from tests.contract import bindings
from tests.contract.cases import Case, Reply
from tests.contract.scrub import REPLY_HEADERS, REQUEST_HEADERS, Scrubber

SESSION = "5e0c1a7f3"
"""The id of the session in the cases that are asked live."""


class LiveError(Exception):
    """The live API could not be asked; the message says for what and why."""


def replies(
    cases: Iterable[Case],
    *,
    key: str,
    server: str | None = None,
    own_session: str | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> dict[str, Reply]:
    """What the live API answers to the cases that can be asked.

    Args:
        cases: The cases; those that are not marked `live` are left out.
        key: An API key.
        server: Another server than the public one.
        own_session: The id of a session with messages, of which the first may be deleted. Without
            it, what needs such a session is not asked.
        say: Called with a line about every case that is left out.

    Returns:
        The replies by the ids of the cases, scrubbed, with the values that differ from one call to
        the next (ids, times) as the cases have them.

    Raises:
        LiveError: the API did not answer.
    """
    options: dict[str, Any] = {"api_key": key, "base_url": server, "strict": False}
    session = own_session or _new_session(options)
    scrubber = Scrubber((key,), ((session, SESSION),))
    found = {}
    for case in cases:
        if case.live is None:
            continue
        if case.live == "own-session" and own_session is None:
            say(f"{case.id}: not asked; name a session to delete from in REBIND_LIVE_SESSION")
            continue
        real = {
            name: session if value == SESSION else value for name, value in case.arguments.items()
        }
        with_key = {**options, "api_key": "invalid"} if case.live == "invalid-key" else options
        reply = _ask(replace(case, arguments=real), with_key, scrubber)
        found[case.id] = settle(reply, case.reply)
    return found


def _new_session(options: dict[str, Any]) -> str:
    try:
        with bindings.client("sync", **options) as client:
            return str(client.chat_sessions.create(name="Contract recording").chat_session_id)
    except Exception as error:
        raise LiveError(f"cannot make a session to record with: {error}") from error


def _ask(case: Case, options: dict[str, Any], scrubber: Scrubber) -> Reply:
    """The reply to one call, which only ever reaches the disk scrubbed."""

    def request(request: VcrRequest) -> VcrRequest:
        return VcrRequest(
            request.method,
            scrubber.url(request.uri),
            scrubber.body(request.body or b""),
            scrubber.headers(request.headers.items(), REQUEST_HEADERS),
        )

    def response(response: dict[str, Any]) -> dict[str, Any]:
        pairs = [(name, value) for name, values in response["headers"].items() for value in values]
        headers = scrubber.headers(pairs, REPLY_HEADERS)
        return {
            "status": response["status"],
            "headers": {name: [value] for name, value in headers.items()},
            "body": {"string": scrubber.body(response["body"]["string"])},
        }

    with tempfile.TemporaryDirectory() as folder:
        recorder = vcr.VCR(
            record_mode=vcr.mode.ALL,
            before_record_request=request,
            before_record_response=response,
            decode_compressed_response=True,
        )
        problem: Exception | None = None
        with recorder.use_cassette(str(Path(folder) / "live.yaml")) as cassette:
            try:
                bindings.call(case, "sync", **options)
            except Exception as error:
                problem = error  # an error of the API is a reply, too
        if not cassette.responses:
            raise LiveError(f"{case.id}: no reply: {problem}") from problem
        last = cassette.responses[-1]
    return Reply(
        status=last["status"]["code"],
        headers={name: values[0] for name, values in last["headers"].items()},
        body=last["body"]["string"],
    )


_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_ID = re.compile(r"[0-9a-f]{9,10}|[0-9a-f-]{16,36}")


def settle(reply: Reply, expected: Reply) -> Reply:
    """The reply with the expected ids and times where it has others of the same shape.

    What differs from one recording to the next says nothing; what differs in kind stays to be seen.
    """
    headers = dict(reply.headers)
    if "x-request-id" in headers and "x-request-id" in expected.headers:
        headers["x-request-id"] = expected.headers["x-request-id"]
    try:
        data = _settle(reply.data, expected.data)
    except ValueError:
        return replace(reply, headers=headers)
    body = json.dumps(data, ensure_ascii=False, indent=2).encode()
    return Reply(reply.status, headers, body)


def _settle(value: Any, expected: Any) -> Any:
    if isinstance(value, dict) and isinstance(expected, dict):
        return {
            name: expected[name]
            if name == "requestId" and isinstance(expected.get(name), str)
            else _settle(item, expected.get(name))
            for name, item in value.items()
        }
    if isinstance(value, list) and isinstance(expected, list):
        return [
            _settle(item, expected[index] if index < len(expected) else None)
            for index, item in enumerate(value)
        ]
    if isinstance(value, str) and isinstance(expected, str):
        times = _TIME.fullmatch(value) and _TIME.fullmatch(expected)
        if times and re.sub(r"\d", "0", value) == re.sub(r"\d", "0", expected):
            return expected
        if _ID.fullmatch(value) and _ID.fullmatch(expected):
            return expected
    return value
