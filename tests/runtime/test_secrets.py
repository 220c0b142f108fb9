"""The key is in the request and nowhere else."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback

import pytest
from rebind.runtime.call import Call
from rebind.runtime.errors import ApiError
from rebind.runtime.options import RetryPolicy

from tests.faults.server import Server, closed_port, json_reply, ok, reply
from tests.runtime.conftest import Flavour
from tests.runtime.things import GET, KEY, PET, RENAME


def test_the_key_is_in_no_repr(server: Server, flavour: Flavour) -> None:
    server.answer(ok({"name": "n"}))
    client = flavour.things(headers={"X-Token": KEY})
    session = flavour.send(client, Call(GET))
    for thing in (
        client,
        client._settings,
        client._wire,
        client._wire._pool,
        session,
        vars(client),
    ):
        assert KEY not in repr(thing)
    assert repr(client).endswith(f"Things(base_url='{server.url}')")


def test_objects_are_pickled_without_client_or_key(server: Server, flavour: Flavour) -> None:
    server.answer(ok({"name": "n", "children": [{"name": "c"}]}))
    session = flavour.send(flavour.things(on_deviation=print), Call(GET))
    data = pickle.dumps(session)
    assert KEY.encode() not in data
    again = pickle.loads(data)
    assert again == session
    with pytest.raises(ApiError, match="has no client"):
        again._client  # noqa: B018
    assert copy.deepcopy(session)._client is session._client
    assert copy.copy(session)._client is session._client


def test_the_key_is_in_no_log(
    server: Server, flavour: Flavour, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answer(
        reply(KEY.encode(), 503),
        json_reply({"success": False, "error": KEY}, 503),
        ok({"name": {"k": KEY}}),
    )
    policy = RetryPolicy(backoff=0.001)
    flavour.send(flavour.things(), Call(GET, query={"token": KEY}), retry=policy)
    client = flavour.things(base_url=f"http://127.0.0.1:{closed_port()}")
    with pytest.raises(ApiError):
        flavour.send(client, Call(GET), retry=policy)
    server.answer(reply(b"{}"))
    query_key = flavour.pets(None, auth={"query_key": KEY, "token": KEY})
    with pytest.raises(ApiError):
        flavour.send(
            query_key, Call(PET, path={"petId": 1}, query={"q": KEY}), retry=1, timeout=1e-9
        )
    ours = [r for r in caplog.records if r.name == "rebind"]
    assert len(ours) > 5
    assert any("attempt 1 failed" in r.getMessage() for r in ours)
    assert any("GET http://127.0.0.1" in r.getMessage() for r in ours)
    assert KEY not in caplog.text


def test_a_log_line_tells_what_was_asked_and_what_came(
    server: Server, flavour: Flavour, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="rebind")
    server.answer(ok())
    flavour.send(flavour.things(), Call(RENAME, json={"name": "private words"}))
    (line,) = [r.getMessage() for r in caplog.records if r.name == "rebind"]
    assert line.startswith(
        f"renameSession: POST {server.url}/api/v0/renameSession: 200 (attempt 1, "
    )
    assert "private" not in line


def test_the_key_is_in_no_traceback(server: Server, flavour: Flavour) -> None:
    server.answer(reply(b"<html>"))
    client = flavour.things()
    del server
    with pytest.raises(ApiError) as caught:
        flavour.send(client, Call(GET, headers={"X-Mine": 1}))
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame for frame in shown.stack if "runtime" in frame.filename]
    assert len(ours) > 3
    assert all(KEY not in str(frame.locals) for frame in ours if "tests" not in frame.filename)


def test_a_short_key_is_not_searched_for(server: Server, flavour: Flavour) -> None:
    server.answer(json_reply({"success": False, "error": "a banana"}, 400))
    with pytest.raises(ApiError) as caught:
        flavour.send(flavour.things("a"), Call(GET))
    assert caught.value.message == "a banana"
