"""Responses that are read while they come, and responses as they came."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rebind.runtime import outgoing
from rebind.runtime.call import Call, Events, JsonLines, Operation
from rebind.runtime.errors import (
    ApiConnectionError,
    ApiError,
    ApiTimeoutError,
    DecodeError,
    NotFoundError,
)
from rebind.runtime.events import Event
from rebind.runtime.inflate import inflated
from rebind.runtime.options import Deviation, RetryPolicy, Timeout

from tests.faults.server import Connection, Server, json_reply, ok, reply, until
from tests.runtime.conftest import Flavour
from tests.runtime.things import (
    GET,
    KEY,
    PET,
    PHOTO,
    AsyncPets,
    AsyncSession,
    AsyncThings,
    Cat,
    Pets,
    Session,
    Things,
)

CATS: Operation[Any, Any] = Operation(
    id="cats",
    method="GET",
    path="/cats",
    security=(),
    replies={"200": JsonLines(lambda: Cat), "4XX": JsonLines()},
)
VALUES: Operation[Any, Any] = Operation(
    id="values", method="GET", path="/values", security=(), replies={"200": JsonLines()}
)
EVENTS: Operation[Any, Any] = Operation(
    id="events", method="GET", path="/events", security=(), replies={"200": Events()}
)
TALK: Operation[Any, Any] = Operation(
    id="talk",
    method="POST",
    path="/talk",
    replies={"200": Events(lambda: Session, lambda: AsyncSession, done="[DONE]")},
)


def chunks(*pieces: bytes, wait: float = 0.0, kind: str = "application/octet-stream") -> Any:
    """Answer in chunks."""

    def step(connection: Connection) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n"
        connection.send(head.encode() + b"X-Request-Id: r-1\r\n\r\n")
        for piece in pieces:
            connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))
            connection.wait(wait)
        connection.send(b"0\r\n\r\n")

    return step


def cut_after(data: bytes) -> Callable[[Connection], None]:
    def step(connection: Connection) -> None:
        connection.send(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Request-Id: r-1\r\n\r\n"
        )
        connection.send(b"%x\r\n%s\r\n" % (len(data), data))
        connection.wait(0.05)
        connection.close()

    return step


def read(flavour: Flavour, client: Any, call: Any, how: str, *args: Any, **options: Any) -> Any:
    """Open a response and read it in one of its ways: a list, or what the way returns."""
    if not flavour.awaited:
        with client.with_streaming_response(client.send, call, options) as response:
            made = getattr(response, how)(*args)
            return list(made) if hasattr(made, "__next__") else made

    async def main() -> Any:
        async with client.with_streaming_response(client.send, call, options) as response:
            made = getattr(response, how)(*args)
            return [item async for item in made] if hasattr(made, "__anext__") else await made

    return asyncio.run(main())


def items(flavour: Flavour, client: Any, call: Any, most: int = 1000, **options: Any) -> list[Any]:
    """Take the items of a stream, at most some of them."""
    found: list[Any] = []
    if not flavour.awaited:
        with client.send(call, options) as stream:
            for item in stream:
                found.append(item)
                if len(found) == most:
                    break
        return found

    async def main() -> list[Any]:
        async with await client.send(call, options) as stream:
            async for item in stream:
                found.append(item)
                if len(found) == most:
                    break
        return found

    return asyncio.run(main())


def test_bytes_are_read_as_they_come(server: Server, flavour: Flavour) -> None:
    server.answer(chunks(b"one", b"two", wait=0.05))
    assert read(flavour, flavour.pets(), Call(PHOTO), "iter_bytes") == [b"one", b"two"]
    server.answer(chunks(b"one", b"two"))
    assert read(flavour, flavour.pets(), Call(PHOTO), "read") == b"onetwo"


def test_lines_and_values_and_events_of_any_response(server: Server, flavour: Flavour) -> None:
    pets = flavour.pets()
    server.answer(chunks(b"a\r", b"\nb", b"\n\xc3", b"\xbc"))
    assert read(flavour, pets, Call(PHOTO), "iter_lines") == ["a", "b", "ü"]
    server.answer(chunks(b'{"a": 1}\n\n', b"[2]\n3"))
    assert read(flavour, pets, Call(PHOTO), "iter_json") == [{"a": 1}, [2], 3]
    server.answer(chunks(b"data: a\n", b"\ndata: b\n\n"))
    assert read(flavour, pets, Call(PHOTO), "iter_events") == [Event("a"), Event("b")]


def test_a_compressed_body_is_decompressed_as_it_comes(server: Server, flavour: Flavour) -> None:
    packed = gzip.compress(b"x" * 1_000_000) + gzip.compress(b"y")
    server.answer(reply(packed, headers={"Content-Encoding": "gzip"}))
    assert read(flavour, flavour.pets(), Call(PHOTO), "read") == b"x" * 1_000_000 + b"y"
    server.answer(reply(packed[:-20], headers={"Content-Encoding": "gzip"}))
    with pytest.raises(DecodeError, match="ends too soon"):
        read(flavour, flavour.pets(), Call(PHOTO), "read")
    server.answer(reply(b"br", headers={"Content-Encoding": "br"}))
    with pytest.raises(DecodeError, match="'br', which nobody asked for"):
        read(flavour, flavour.pets(), Call(PHOTO), "read")


PACKED = [
    ("deflate", zlib.compress(b"text" * 100)),
    ("deflate", zlib.compress(b"text" * 100)[2:-4]),
    ("x-gzip", gzip.compress(b"text" * 100)),
    ("gzip, gzip", gzip.compress(gzip.compress(b"text" * 100))),
    ("identity", b"text" * 100),
    ("", b"text" * 100),
]


@pytest.mark.parametrize("packed", PACKED)
def test_every_encoding_that_is_asked_for_is_understood(
    server: Server, flavour: Flavour, packed: tuple[str, bytes]
) -> None:
    name, data = packed
    server.answer(chunks(b"ignored"))

    def step(connection: Connection) -> None:
        connection.drip(reply(data, headers={"Content-Encoding": name}), 0.0)

    server.answer(step)
    assert flavour.send(flavour.pets(), Call(PHOTO)) == b"text" * 100


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_a_compressed_body_may_come_in_pieces_of_any_size(
    packed: tuple[str, bytes], size: int
) -> None:
    name, data = packed
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    assert b"".join(inflated(pieces, name)) == b"text" * 100
    if name not in ("", "identity"):
        for end in range(1, 4):
            with pytest.raises(DecodeError):
                list(inflated([data[:end]], name))


def test_a_stream_of_values_is_typed(server: Server, flavour: Flavour) -> None:
    good = b'{"kind": "cat", "lives": 9}\n'
    found: list[Deviation] = []
    server.answer(chunks(good, b"\r\n", b'{"kind": "cat", "lives": "many"}\n', good.strip()))
    cats = items(flavour, flavour.pets(on_deviation=found.append), Call(CATS))
    assert cats[0] == cats[2] == Cat(kind="cat", lives=9)
    assert cats[1].lives == "many"
    assert [(d.pointer, d.operation) for d in found] == [("/lives", "cats")]
    server.answer(chunks(b'1\n{"a": [null]}\n"x"\n'))
    assert items(flavour, flavour.pets(), Call(VALUES)) == [1, {"a": [None]}, "x"]


def test_a_stream_of_events_is_typed(server: Server, flavour: Flavour) -> None:
    body = b'data: {"name": "a"}\n\nevent: x\ndata: {"sessionId":\ndata: "1"}\n\ndata: [DONE]\n\n'
    server.answer(chunks(body, b"data: not read\n\n", kind="text/event-stream"), ok())
    client = flavour.things()
    first, second = items(flavour, client, Call(TALK, json={"a": 1}))
    assert (first.name, second.session_id) == ("a", "1")
    assert type(first) is (AsyncSession if flavour.awaited else Session)
    assert first._client is client
    server.answer(chunks(b"id: 3\ndata: x\n\n"))
    assert items(flavour, flavour.pets(), Call(EVENTS)) == [Event("x", id="3")]


def test_strict_ends_a_stream_at_the_first_deviation(server: Server, flavour: Flavour) -> None:
    server.answer(chunks(b'{"kind": "cat", "lives": "many"}\n'))
    with pytest.raises(DecodeError, match="/lives is not int") as caught:
        items(flavour, flavour.pets(strict=True), Call(CATS))
    assert caught.value.deviations[0].value == "many"


def test_broken_json_in_a_stream_is_a_decode_error(server: Server, flavour: Flavour) -> None:
    for data in (b'{"kind": "cat", "lives": 1}\n{"kind": \n', b"<html>\n"):
        server.answer(chunks(data))
        with pytest.raises(DecodeError, match="part of the reply cannot be read") as caught:
            items(flavour, flavour.pets(), Call(CATS))
        error = caught.value
        assert (error.status, error.request_id, error.operation) == (200, "r-1", "cats")
        assert error.content == data.splitlines()[-1]


def test_a_stream_that_is_cut_is_a_connection_error(server: Server, flavour: Flavour) -> None:
    server.answer(cut_after(b'{"kind": "cat", "lives": 1}\n{"kind"'))
    with pytest.raises(ApiConnectionError) as caught:
        items(flavour, flavour.pets(), Call(CATS))
    assert (caught.value.status, caught.value.request_id) == (200, "r-1")
    assert caught.value.__cause__ is None
    assert len(server.seen) == 1


def test_a_stream_that_stalls_is_a_timeout(server: Server, flavour: Flavour) -> None:
    def stall(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n1\n\r\n")
        connection.stall()

    for limits in (Timeout(read=0.3), Timeout(total=0.3)):
        server.answer(stall)
        started = time.monotonic()
        with pytest.raises(ApiTimeoutError):
            items(flavour, flavour.pets(), Call(VALUES), timeout=limits)
        assert time.monotonic() - started < 1.0


def test_a_stream_may_take_longer_than_the_total(server: Server, flavour: Flavour) -> None:
    server.answer(chunks(*[b"%d\n" % n for n in range(8)], wait=0.1))
    assert items(flavour, flavour.pets(), Call(VALUES), timeout=0.4) == list(range(8))


def test_an_error_in_the_place_of_a_stream_is_an_error(server: Server, flavour: Flavour) -> None:
    server.answer(json_reply({"title": "no cats"}, 404))
    with pytest.raises(NotFoundError, match="no cats"):
        items(flavour, flavour.pets(), Call(CATS))
    body = {"success": False, "error": "gone", "errorType": "DataNotFoundError"}
    server.answer(json_reply(body))
    with pytest.raises(ApiError, match="gone") as caught:
        items(flavour, flavour.things(), Call(TALK, json={}))
    assert type(caught.value).__name__ == "DataNotFoundError"


def test_a_stream_is_begun_again_only_before_it_began(server: Server, flavour: Flavour) -> None:
    policy = RetryPolicy(backoff=0.001)
    server.answer(reply(b"", 503), chunks(b"1\n"))
    assert items(flavour, flavour.pets(), Call(VALUES), retry=policy) == [1]
    server.answer(cut_after(b"1\n"))
    with pytest.raises(ApiConnectionError):
        items(flavour, flavour.pets(), Call(VALUES), retry=policy)
    assert len(server.seen) == 1


def test_closing_early_frees_the_connection(server: Server, flavour: Flavour) -> None:
    def endless(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in range(100_000):
            line = b"%d\n" % number
            try:
                connection.socket.sendall(b"%x\r\n%s\r\n" % (len(line), line))
            except OSError:
                gone.append(number)
                return

    gone: list[int] = []
    server.answer(endless)
    assert items(flavour, flavour.pets(), Call(VALUES), most=3) == [0, 1, 2]
    assert until(lambda: len(gone) == 1)


def test_a_stream_that_is_read_to_its_end_gives_its_connection_back(server: Server) -> None:
    server.answer(chunks(b"1\n2\n"))
    with Pets(None, base_url=server.url) as client:
        for _ in range(3):
            assert list(client.send(Call(VALUES))) == [1, 2]
    assert server.connections == 1


def test_a_stream_that_is_dropped_gives_its_connection_up(server: Server) -> None:
    import gc

    server.answer(chunks(*[b"%d\n" % n for n in range(100)], wait=0.01))
    with Pets(None, base_url=server.url) as client:
        for _ in range(3):
            stream = client.send(Call(VALUES))
            assert next(stream) == 0
            del stream
            gc.collect()
        assert client._wire._pool._own["http"].connections == []


def test_a_task_that_is_cancelled_in_a_stream_frees_its_connection(server: Server) -> None:
    def stall(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n1\n\r\n")
        connection.stall()

    server.answer(stall, chunks(b"2\n"))
    seen: list[Any] = []

    async def main() -> None:
        async with AsyncPets(None, base_url=server.url) as client:

            async def listen() -> None:
                async with await client.send(Call(VALUES)) as stream:
                    async for item in stream:
                        seen.append(item)

            task = asyncio.create_task(listen())
            while not seen:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await listen()

    asyncio.run(main())
    assert seen == [1, 2]


def test_a_download_appears_when_it_is_complete(
    server: Server, flavour: Flavour, tmp_path: Path
) -> None:
    data = os.urandom(300_000)
    target = tmp_path / "photo.png"
    told: list[tuple[int, int | None]] = []
    server.answer(reply(data))

    def progress(size: int, total: int | None) -> None:
        told.append((size, total))
        assert not target.exists()

    if flavour.awaited:

        async def main() -> int:
            async with (
                flavour.pets() as client,
                client.with_streaming_response(client.send, Call(PHOTO)) as response,
            ):
                return await response.save(target, progress=progress)

        size = asyncio.run(main())
    else:
        client = flavour.pets()
        with client.with_streaming_response(client.send, Call(PHOTO)) as response:
            size = response.save(target, progress=progress)
    assert (target.read_bytes(), size) == (data, 300_000)
    assert told[-1] == (300_000, 300_000)
    assert len(told) > 1
    assert os.listdir(tmp_path) == ["photo.png"]


def test_a_download_that_breaks_leaves_what_was_there(
    server: Server, flavour: Flavour, tmp_path: Path
) -> None:
    target = tmp_path / "photo.png"
    target.write_bytes(b"old")
    server.answer(cut_after(b"new"))
    with pytest.raises(ApiConnectionError):
        read(flavour, flavour.pets(), Call(PHOTO), "save", target)
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["photo.png"]
    server.answer(reply(b"x"))
    with pytest.raises(FileNotFoundError):
        read(flavour, flavour.pets(), Call(PHOTO), "save", tmp_path / "no" / "folder")


def test_a_large_stream_takes_little_memory(server: Server, flavour: Flavour) -> None:
    import tracemalloc

    line = json.dumps({"a": "x" * 1000}).encode() + b"\n"

    def many(connection: Connection) -> None:
        block = line * 200
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(100):
            connection.send(b"%x\r\n%s\r\n" % (len(block), block))
        connection.send(b"0\r\n\r\n")

    server.answer(many)
    client = flavour.pets()
    count = 0
    tracemalloc.start()
    if flavour.awaited:

        async def main() -> int:
            return sum([1 async for _ in await client.send(Call(VALUES))])

        count = asyncio.run(main())
    else:
        for _ in client.send(Call(VALUES)):
            count += 1
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 6_000_000


def test_a_raw_response_has_everything(server: Server, flavour: Flavour) -> None:
    server.answer(reply(b"", 503, {"Retry-After": "0"}), ok({"name": "n"}))
    client = flavour.things(retry=RetryPolicy(backoff=0.01))
    if flavour.awaited:
        raw = asyncio.run(client.with_raw_response(client.send, Call(GET, query={"a": 1})))
    else:
        raw = client.with_raw_response(client.send, Call(GET, query={"a": 1}))
    assert (raw.status, raw.attempts) == (200, 2)
    assert raw.headers["content-TYPE"] == "application/json"
    assert raw.content == b'{"success": true, "result": {"name": "n"}}'
    assert raw.json()["result"] == {"name": "n"}
    assert raw.parsed.name == "n"
    assert raw.parsed._client is client
    assert raw.elapsed > 0
    assert "42 bytes" in repr(raw)
    # Nothing of it stays behind.
    server.answer(ok({"name": "m"}))
    assert flavour.send(client, Call(GET)).name == "m"


def test_a_raw_response_of_a_method_of_an_object(server: Server) -> None:
    server.answer(ok({"sessionId": "1"}), ok())
    with Things(KEY, base_url=server.url) as client:
        session = client.send(Call(GET))
        raw = client.with_raw_response(session.rename, "new")
        assert (raw.status, raw.parsed) == (200, None)
        with pytest.raises(TypeError, match="made no call"):
            client.with_raw_response(session.to_dict)
        with (
            pytest.raises(TypeError, match="made no call"),
            client.with_streaming_response(session.to_dict),
        ):
            pass


def test_raw_responses_of_tasks_do_not_mix(server: Server) -> None:
    def echo(connection: Connection, seen: Any) -> None:
        connection.wait(0.02 * (5 - int(dict(seen.query)["n"])))
        connection.send(ok({"name": dict(seen.query)["n"]}))

    server.answer(echo)

    async def main() -> list[tuple[str, Any]]:
        async with AsyncThings(KEY, base_url=server.url) as client:
            calls = [
                client.with_raw_response(client.send, Call(GET, query={"n": n})) for n in range(5)
            ]
            raws = await asyncio.gather(*calls)
            return [(raw.parsed.name, raw.json()["result"]["name"]) for raw in raws]

    assert asyncio.run(main()) == [(str(n), str(n)) for n in range(5)]


def test_any_response_can_be_streamed(server: Server, flavour: Flavour) -> None:
    server.answer(ok({"name": "n"}))
    assert b'"name"' in read(flavour, flavour.things(), Call(GET), "read")
    server.answer(json_reply({"id": 1, "name": "x"}))
    assert read(flavour, flavour.pets(), Call(PET, path={"petId": 1}), "iter_json") == [
        {"id": 1, "name": "x"}
    ]


def test_a_failure_is_no_stream(server: Server, flavour: Flavour) -> None:
    server.answer(json_reply({"title": "no", "detail": "not here"}, 404))
    with pytest.raises(NotFoundError, match="not here"):
        read(flavour, flavour.pets(), Call(PET, path={"petId": 1}), "read")


def test_a_response_is_read_once(server: Server, flavour: Flavour) -> None:
    server.answer(chunks(b"one"))
    client = flavour.pets()
    if flavour.awaited:

        async def main() -> None:
            async with client.with_streaming_response(client.send, Call(PHOTO)) as response:
                assert await response.read() == b"one"
                with pytest.raises(ApiConnectionError, match="read already, or closed"):
                    await response.read()

        asyncio.run(main())
        return
    with client.with_streaming_response(client.send, Call(PHOTO)) as response:
        assert response.read() == b"one"
        with pytest.raises(ApiConnectionError, match="read already, or closed"):
            response.read()


def test_a_closed_stream_has_no_more_items(server: Server) -> None:
    server.answer(chunks(b"1\n2\n"))
    with Pets(None, base_url=server.url) as client:
        stream = client.send(Call(VALUES))
        assert next(stream) == 1
        stream.close()
        assert list(stream) == []


def endless(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n0\n\r\n")
    connection.stall()


@pytest.mark.parametrize("begun", [True, False])
def test_a_stream_that_nobody_holds_gives_its_connection_up_at_once(
    server: Server, begun: bool
) -> None:
    import gc

    server.answer(endless)
    gc.disable()  # there is no cycle that would have to wait for a collection
    try:
        with Pets(None, base_url=server.url) as client:
            stream = client.send(Call(VALUES))
            if begun:
                assert next(stream) == 0
            del stream
            assert client._wire._pool._own["http"].connections == []
    finally:
        gc.enable()


@pytest.mark.parametrize("begun", [True, False])
def test_an_awaited_stream_that_nobody_holds_gives_its_connection_up(
    server: Server, begun: bool
) -> None:
    server.answer(endless)

    async def main() -> None:
        async with AsyncPets(None, base_url=server.url) as client:
            stream = await client.send(Call(VALUES))
            if begun:
                assert await stream.__anext__() == 0
            del stream
            (here,) = client._wire._pool._loops.values()
            for _ in range(500):
                if not here.own["http"].connections:
                    return
                await asyncio.sleep(0.01)
            raise AssertionError("the connection is still held")

    asyncio.run(main())


def test_a_layer_that_fails_over_a_stream_does_not_cost_a_connection(server: Server) -> None:
    def fails(request: Any, send: Any) -> Any:
        send(request)
        raise ZeroDivisionError

    server.answer(endless)
    with Pets(None, base_url=server.url, middleware=[fails]) as client:
        with pytest.raises(ZeroDivisionError):
            client.send(Call(VALUES))
        assert client._wire._pool._own["http"].connections == []


def test_what_a_layer_calls_on_the_way_is_not_what_is_captured(
    server: Server, flavour: Flavour
) -> None:
    """A layer that fetches a token, for one."""
    server.answer(
        ok({"name": "token"}), ok({"name": "n"}), ok({"name": "token"}), ok({"name": "m"})
    )
    inner = flavour.things()
    tokens: list[str] = []

    def plain(request: Any, send: Any) -> Any:
        tokens.append(inner.send(Call(GET)).name)
        return send(request)

    async def awaited(request: Any, send: Any) -> Any:
        tokens.append((await inner.send(Call(GET))).name)
        return await send(request)

    client = flavour.things(middleware=[awaited if flavour.awaited else plain])
    assert json.loads(read(flavour, client, Call(GET), "read"))["result"] == {"name": "n"}
    if flavour.awaited:
        raw = asyncio.run(client.with_raw_response(client.send, Call(GET)))
    else:
        raw = client.with_raw_response(client.send, Call(GET))
    assert raw.json()["result"] == {"name": "m"}
    assert tokens == ["token", "token"]


def test_an_error_in_a_stream_tells_everything_and_drags_nothing_along(
    server: Server, flavour: Flavour
) -> None:
    policy = RetryPolicy(backoff=0.05, jitter=0)
    for fault in (cut_after(b"1\n"), chunks(b"1\n{\n")):
        server.answer(reply(b"", 503), fault)
        with pytest.raises(ApiError) as caught:
            items(flavour, flavour.pets(), Call(VALUES), retry=policy)
        error = caught.value
        assert (error.status, error.request_id, error.attempts) == (200, "r-1", 2)
        assert error.elapsed > 0.05
        assert (error.__cause__, error.__context__) == (None, None)


def test_a_compression_that_nobody_asked_for_costs_no_connection(
    server: Server, flavour: Flavour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(outgoing.LIMITS, "max_connections", 1)
    odd = reply(b"br", headers={"Content-Encoding": "br"})
    deep = reply(b"x", headers={"Content-Encoding": "gzip, gzip, gzip"})
    server.answer(odd, deep, reply(b"good"))
    client = flavour.pets(timeout=Timeout(pool=1.0))
    with pytest.raises(DecodeError, match="nobody asked for"):
        flavour.send(client, Call(PHOTO))
    with pytest.raises(DecodeError, match="3 times over"):
        flavour.send(client, Call(PHOTO))
    assert flavour.send(client, Call(PHOTO)) == b"good"


def test_what_is_not_read_yet_stays_with_the_server(server: Server, flavour: Flavour) -> None:
    sent: list[int] = []

    def flood(connection: Connection) -> None:
        connection.send(reply(b"", length=100_000_000))
        for _ in range(1000):
            try:
                connection.socket.sendall(b"x" * 100_000)
            except OSError:
                return
            sent.append(100_000)

    server.answer(flood)
    client = flavour.pets()
    if flavour.awaited:

        async def main() -> None:
            async with client.with_streaming_response(client.send, Call(PHOTO)) as response:
                pieces = response.iter_bytes()
                await anext(pieces)
                await asyncio.sleep(1)
                await pieces.aclose()

        asyncio.run(main())
    else:
        with client.with_streaming_response(client.send, Call(PHOTO)) as response:
            pieces = response.iter_bytes()
            next(pieces)
            time.sleep(1)
            pieces.close()
    # What the operating system holds on both sides is a few megabytes.
    assert sum(sent) < 50_000_000


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_what_is_cut_off_is_no_result_through_a_client_of_yours_either(
    server: Server, library: str
) -> None:
    module = pytest.importorskip(library)
    packed = gzip.compress(os.urandom(10_000))
    with module.Client() as http:
        client = Pets("token-1234", base_url=server.url, http_client=http)
        server.answer(reply(packed, headers={"Content-Encoding": "gzip"}))
        assert client.send(Call(PHOTO)) == gzip.decompress(packed)
        server.answer(reply(packed[:-1000], headers={"Content-Encoding": "gzip"}))
        with pytest.raises(DecodeError, match="ends too soon"):
            client.send(Call(PHOTO))
