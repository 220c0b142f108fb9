"""With a key, replies come from the live API: here a server on this machine plays its part, and
plants secrets in all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.contract import live, record, recording
from tests.contract.cases import Case, Reply, all_cases
from tests.contract.live import SESSION, LiveError, settle
from tests.contract.recording import path_of
from tests.contract.server import Received, ReplyServer

CASES = all_cases()

KEY = "s2_0f/9+live=key"
REAL = "c0ffee123"
SECRETS = {
    "the key": KEY,
    "a cookie": "cookie-of-the-session",
    "an e-mail address": "ada@mail.example.org",
    "a token": "0123456789abcdef0123456789abcdef",
    "a password": "hunter2",
    "the id of a real session": REAL,
}


def reply(status: int, body: Any) -> Reply:
    """A reply with a cookie in its headers."""
    headers = {
        "Content-Type": "application/json",
        "Set-Cookie": f"session={SECRETS['a cookie']}",
        "x-request-id": "req-from-the-real-server",
    }
    return Reply(status, headers, json.dumps(body).encode())


def session() -> dict[str, Any]:
    """A session that is full of secrets."""
    return {
        "chatSessionId": REAL,
        "name": "Contract recording",
        "createdAt": "2026-11-05T10:11:12+00:00",
        "notification": f"Ask {SECRETS['an e-mail address']} about {KEY}",
        "whiteboard": f"token {SECRETS['a token']}",
        "password": SECRETS["a password"],
        "chatHistory": [],
    }


def platform(received: Received) -> Reply:
    """What a live API could answer."""
    parts = urlsplit(received.target)
    action = parts.path.rpartition("/")[2]
    arguments: dict[str, Any] = {key: values[0] for key, values in parse_qs(parts.query).items()}
    if received.body:
        arguments |= json.loads(received.body)
    if {name.lower(): value for name, value in received.headers}["apikey"] != KEY:
        body = {
            "success": False,
            "error": "Invalid API Key",
            "errorType": "GenericPermissionDeniedError",
        }
        return reply(403, body)
    if (
        action in ("createChatSession", "getChatSession")
        and arguments.get("chatSessionId", REAL) == REAL
    ):
        return reply(200, {"success": True, "result": session()})
    if action == "listChatSessions":
        return reply(200, {"success": True, "result": [session()]})
    if arguments.get("chatSessionId") == REAL:
        return reply(200, {"success": True})
    body = {
        "success": False,
        "error": f"There is no chat session {arguments['chatSessionId']}",
        "errorType": "DataNotFoundError",
        "requestId": "req-of-the-real-one",
    }
    return reply(404, body)


@pytest.fixture
def server() -> Iterator[ReplyServer]:
    """The server that plays the live API."""
    with ReplyServer() as server:
        server.answer(platform)
        yield server


def test_no_secret_of_the_live_api_reaches_a_recording(
    server: ReplyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ABACUS_API_KEY", KEY)
    monkeypatch.setenv("ABACUS_API_SERVER", server.url)
    lines: list[str] = []
    written = record.renew(tmp_path, say=lines.append)
    text = "\n".join(file.path.read_text("utf-8") for file in written)
    found = [what for what, secret in SECRETS.items() if secret in text]
    assert found == []
    assert KEY not in "\n".join(lines)
    recordings = {case.id: recording.read(path_of(case, tmp_path)) for case in CASES}
    asked = {name for name, each in recordings.items() if each.live}
    assert asked == {case.id for case in CASES if case.live and case.live != "own-session"}
    everything = recordings["getChatSession/everything"]
    assert everything.sent_by.startswith("abacusai ")
    assert everything.reply.data["result"] == {
        "chatSessionId": SESSION,
        "name": "Contract recording",
        "createdAt": "2026-03-02T08:15:41+00:00",
        "notification": "Ask user@example.com about REDACTED",
        "whiteboard": "token REDACTED",
        "password": "REDACTED",
        "chatHistory": [],
    }
    # What the vendor's client makes of the live reply is recorded with it.
    assert everything.vendor["returned"]["whiteboard"] == "token REDACTED"


def test_an_error_of_the_live_api_is_a_reply(server: ReplyServer) -> None:
    cases = [case for case in CASES if case.id == "getChatSession/not-found"]
    found = live.replies(cases, key=KEY, server=server.url)
    data = found["getChatSession/not-found"].data
    assert data["errorType"] == "DataNotFoundError"
    assert data["requestId"] == cases[0].reply.data["requestId"]


def test_a_message_is_deleted_only_from_a_session_that_was_named(server: ReplyServer) -> None:
    lines: list[str] = []
    first = [case for case in CASES if case.live == "own-session"]
    assert live.replies(first, key=KEY, server=server.url, say=lines.append) == {}
    assert "deleteChatMessage/first: not asked" in lines[0]
    assert not [each for each in server.received if each.method == "DELETE"]
    found = live.replies(first, key=KEY, server=server.url, own_session=REAL)
    assert found["deleteChatMessage/first"].data == {"success": True}


def test_a_live_api_that_is_away_changes_no_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ReplyServer() as gone:
        url = gone.url
    monkeypatch.setenv("ABACUS_API_KEY", KEY)
    monkeypatch.setenv("ABACUS_API_SERVER", url)
    with pytest.raises(LiveError, match="cannot make a session to record with"):
        record.renew(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_values_that_differ_each_time_are_those_of_the_case() -> None:
    def body(data: Any) -> Reply:
        return Reply(200, {"x-request-id": "req-1"}, json.dumps(data).encode())

    expected = body(
        {"id": "5e0c1a7f3", "at": "2026-03-02T08:15:41+00:00", "n": 1, "l": [{"id": "abcdef012"}]}
    )
    found = body(
        {
            "id": "0a1b2c3d4",
            "at": "2026-11-05T10:11:12+00:00",
            "n": 2,
            "l": [{"id": "123456789"}, {"id": "987654321"}],
            "new": True,
        }
    )
    settled = settle(replace(found, headers={"x-request-id": "req-2"}), expected)
    assert settled.headers == {"x-request-id": "req-1"}
    assert settled.data == {
        "id": "5e0c1a7f3",
        "at": "2026-03-02T08:15:41+00:00",
        "n": 2,
        "l": [{"id": "abcdef012"}, {"id": "987654321"}],
        "new": True,
    }


@pytest.mark.parametrize("value", ["2026-11-05T10:11:12.345+00:00", "2026-11-05T10:11:12Z", 5, "x"])
def test_a_time_in_another_spelling_stays_to_be_seen(value: object) -> None:
    expected = Reply(200, {}, b'{"at": "2026-03-02T08:15:41+00:00"}')
    found = Reply(200, {}, json.dumps({"at": value}).encode())
    assert settle(found, expected).data == {"at": value}


def test_only_calls_about_the_made_session_are_asked_live() -> None:
    def asks(case: Case) -> bool:
        ids = {"chat_session_id", "project_id"} & set(case.arguments)
        return all(case.arguments[name] in (SESSION, "000000000") for name in ids)

    assert [case.id for case in CASES if case.live and not asks(case)] == []
