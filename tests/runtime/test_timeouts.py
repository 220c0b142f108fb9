"""No call takes longer than it may, however the server drags it out."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from rebind.runtime.call import Call
from rebind.runtime.errors import ApiError, ApiTimeoutError
from rebind.runtime.options import RetryPolicy, Timeout

from tests.faults.server import Connection, Server, later, ok, reply, until
from tests.runtime.conftest import Flavour
from tests.runtime.things import CREATE, GET, AsyncThings


def silent(connection: Connection) -> None:
    connection.stall()


def drips_its_head(connection: Connection) -> None:
    connection.drip(b"HTTP/1.1 200 OK\r\n" + b"X-Drip: aaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 50, 0.03)


def drips_its_body(connection: Connection) -> None:
    connection.send(reply(b"", length=10_000))
    connection.drip(b"{" * 10_000, 0.03)


def stalls_in_its_body(connection: Connection) -> None:
    connection.send(reply(b'{"success"', length=10_000))
    connection.stall()


def drips_chunks(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    connection.drip(b"1\r\na\r\n" * 10_000, 0.01)


def drips_then_stalls(connection: Connection) -> None:
    connection.send(reply(b"", length=10_000))
    connection.drip(b"{" * 10, 0.02)
    connection.stall()


SLOW = [
    silent, drips_its_head, drips_its_body, stalls_in_its_body, drips_chunks, drips_then_stalls
]  # fmt: skip


@pytest.mark.parametrize("fault", SLOW)
def test_the_total_bounds_everything(
    server: Server, flavour: Flavour, fault: Callable[[Connection], None]
) -> None:
    server.answer(fault)
    client = flavour.things()
    started = time.monotonic()
    with pytest.raises(ApiTimeoutError) as caught:
        flavour.send(client, Call(GET), timeout=0.4)
    took = time.monotonic() - started
    assert 0.35 < took < 1.0
    assert caught.value.attempts == 1
    assert 0.35 < caught.value.elapsed < 1.0
    assert len(server.seen) == 1


def test_the_total_bounds_retries_and_their_waits(server: Server, flavour: Flavour) -> None:
    server.answer(later(0.15, reply(b"", 503)))
    policy = RetryPolicy(attempts=100, backoff=0.1, jitter=0, cap=0.1)
    started = time.monotonic()
    with pytest.raises(ApiError) as caught:
        flavour.send(flavour.things(), Call(GET), timeout=0.6, retry=policy)
    assert time.monotonic() - started < 0.9
    assert caught.value.attempts == len(server.seen) in (2, 3)


def test_the_limit_of_a_read_is_one_of_each_read(server: Server, flavour: Flavour) -> None:
    body = ok({"name": "n"})

    def slow(connection: Connection) -> None:
        for start in range(0, len(body), 40):
            connection.send(body[start : start + 40])
            connection.wait(0.08)

    server.answer(slow, silent)
    client = flavour.things(timeout=Timeout(read=0.3), retry=1)
    assert flavour.send(client, Call(GET)).name == "n"
    started = time.monotonic()
    with pytest.raises(ApiTimeoutError, match="did not answer in time"):
        flavour.send(client, Call(GET))
    assert 0.25 < time.monotonic() - started < 0.8


def test_a_read_that_took_too_long_is_tried_again_where_that_does_no_harm(
    server: Server, flavour: Flavour
) -> None:
    client = flavour.things(timeout=Timeout(read=0.2), retry=RetryPolicy(backoff=0.01))
    server.answer(silent, ok({"name": "n"}))
    assert flavour.send(client, Call(GET)).name == "n"
    server.answer(silent, ok({"name": "n"}))
    with pytest.raises(ApiTimeoutError):
        flavour.send(client, Call(CREATE, json={}))
    assert len(server.seen) == 1


def test_a_server_that_does_not_read_stops_no_upload_for_ever(
    server: Server, flavour: Flavour
) -> None:
    import socket

    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    port = listener.getsockname()[1]
    try:
        client = flavour.things(base_url=f"http://127.0.0.1:{port}")
        started = time.monotonic()
        with pytest.raises(ApiTimeoutError):
            flavour.send(client, Call(CREATE, content=b"x" * 30_000_000), timeout=0.5, retry=1)
        assert time.monotonic() - started < 1.5
    finally:
        listener.close()


def test_no_free_connection_in_time_is_a_timeout(server: Server) -> None:
    import httpx

    from tests.runtime.things import KEY, Things

    limits = httpx.Limits(max_connections=1)
    release = threading.Event()
    server.answer(lambda c: (release.wait(5), c.send(ok({"name": "n"})))[1])
    with httpx.Client(limits=limits) as http:
        client = Things(KEY, base_url=server.url, http_client=http, timeout=Timeout(pool=0.2))
        results: list[Any] = []
        thread = threading.Thread(target=lambda: results.append(client.send(Call(GET))))
        thread.start()
        assert until(lambda: len(server.seen) == 1)
        with pytest.raises(ApiTimeoutError, match="no connection was free"):
            client.send(Call(CREATE, json={}), {"retry": 1})
        release.set()
        thread.join()
    assert results[0].name == "n"


def test_a_task_that_is_cancelled_frees_its_connection(server: Server) -> None:
    server.answer(silent, ok({"name": "n"}))

    async def main() -> str:
        async with AsyncThings("key-123456", base_url=server.url) as client:
            task = asyncio.create_task(client.send(Call(GET)))
            while not server.seen:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            server.script.insert(0, silent)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.send(Call(GET)), 0.2)
            return str((await client.send(Call(GET))).name)

    assert asyncio.run(main()) == "n"


def test_a_call_without_limits_has_none(server: Server, flavour: Flavour) -> None:
    server.answer(later(0.3, ok({"name": "n"})))
    assert flavour.send(flavour.things(timeout=0.1), Call(GET), timeout=None).name == "n"


def test_an_injected_client_ends_with_the_call_between_reads(server: Server) -> None:
    import httpx

    from tests.runtime.things import KEY, Things

    server.answer(drips_its_body)
    with httpx.Client() as http:
        client = Things(KEY, base_url=server.url, http_client=http)
        started = time.monotonic()
        with pytest.raises(ApiTimeoutError):
            client.send(Call(GET), {"timeout": 0.4})
        assert time.monotonic() - started < 1.0
