"""What streams, several calls at once, and endings can meet: the second table of the docs."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rebind.runtime import outgoing
from rebind.runtime.call import Call, JsonLines, Operation
from rebind.runtime.errors import ApiError
from rebind.runtime.options import Timeout

from tests.faults.server import Connection, Seen, Server, later, ok, until
from tests.runtime.conftest import Flavour
from tests.runtime.things import CREATE, GET

VALUES: Operation[Any, Any] = Operation(
    id="values", method="GET", path="/values", replies={"200": JsonLines()}
)
GOOD = ok({"name": "n"})
HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@dataclass(frozen=True)
class Situation:
    """A situation, and what comes of it.

    Attributes:
        name: Its row in the table.
        seen: What the caller sees.
        requests: How many requests arrive.
        play: Brings it about; returns what was seen, in the words of the table.
    """

    name: str
    seen: str
    requests: int
    play: Callable[[Flavour, Server], str]


def named(error: BaseException) -> str:
    return f"`{type(error).__name__}`"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def then(after: Callable[[Connection], None], data: bytes = b"1\n2\n") -> Any:
    """Begin a stream of two values, and go on in some way."""

    def step(connection: Connection) -> None:
        connection.send(HEAD + chunk(data))
        connection.wait(0.05)
        after(connection)

    return step


def streamed(after: Callable[[Connection], None], **options: Any) -> Callable[..., str]:
    def play(flavour: Flavour, server: Server) -> str:
        server.answer(then(after))
        found: list[Any] = []
        client = flavour.things()
        try:
            if flavour.awaited:

                async def main() -> None:
                    async with await client.send(Call(VALUES), options) as stream:
                        async for item in stream:
                            found.append(item)

                asyncio.run(main())
            else:
                with client.send(Call(VALUES), options) as stream:
                    for item in stream:
                        found.append(item)
        except ApiError as error:
            assert found == [1, 2]
            return f"the values that came, then {named(error)}"
        return f"{found}"

    return play


def echo(connection: Connection, seen: Seen) -> None:
    connection.send(ok({"sessionId": dict(seen.query)["n"]}))


def numbered(count: int, results: list[Any]) -> str:
    assert [result.session_id for result in results] == [str(n) for n in range(count)]
    return f"{count} results, each its own"


def loops(flavour: Flavour, server: Server) -> str:
    server.answer(echo)
    client = flavour.things()

    async def main(number: int) -> Any:
        made = client.send(Call(GET, query={"n": number}))
        return await made if flavour.awaited else made

    return numbered(4, [asyncio.run(main(number)) for number in range(4)])


def threads(flavour: Flavour, server: Server) -> str:
    server.answer(echo)
    client = flavour.things()
    barrier = threading.Barrier(32)

    def work(number: int) -> Any:
        barrier.wait()
        return flavour.send(client, Call(GET, query={"n": number}))

    with ThreadPoolExecutor(32) as pool:
        return numbered(32, list(pool.map(work, range(32))))


def cancelled(flavour: Flavour, server: Server) -> str:
    """A task is cancelled; a blocking call is interrupted by what ends it: its connection."""
    gone = threading.Event()

    def hang(connection: Connection) -> None:
        connection.stall()
        gone.set()

    server.answer(hang, GOOD)
    client = flavour.things()

    async def main() -> str:
        task = asyncio.create_task(client.send(Call(CREATE, json={})))
        while not server.seen:
            await asyncio.sleep(0.01)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError as error:
            assert await asyncio.to_thread(gone.wait, 5)
            assert (await client.send(Call(GET))).name == "n"
            return f"{named(error)}; its connection is closed, the next call works"
        return "nothing"

    if flavour.awaited:
        return asyncio.run(main())
    before = signal.signal(signal.SIGUSR1, _cancel)
    try:
        with interrupted(lambda: bool(server.seen), signal.SIGUSR1):
            client.send(Call(CREATE, json={}))
    except asyncio.CancelledError as error:
        assert gone.wait(5)
        assert client.send(Call(GET)).name == "n"
        return f"{named(error)}; its connection is closed, the next call works"
    finally:
        signal.signal(signal.SIGUSR1, before)
    return "nothing"


def _cancel(*_: object) -> None:
    raise asyncio.CancelledError


@contextmanager
def interrupted(condition: Callable[[], bool], number: int) -> Iterator[None]:
    """Send a signal to this process as soon as a condition holds."""

    def wait() -> None:
        if until(condition):
            os.kill(os.getpid(), number)

    thread = threading.Thread(target=wait)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def crowded(flavour: Flavour, server: Server) -> str:
    release = threading.Event()
    server.answer(lambda c: (release.wait(10), c.send(GOOD))[1])
    client = flavour.things(timeout=Timeout(pool=0.2), retry=1)

    async def both() -> str:
        first = asyncio.create_task(client.send(Call(GET)))
        while not server.seen:
            await asyncio.sleep(0.01)
        try:
            await client.send(Call(CREATE, json={}))
        except ApiError as error:
            release.set()
            assert (await first).name == "n"
            return named(error)
        return "nothing"

    if flavour.awaited:
        return asyncio.run(both())
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.send, Call(GET))
        assert until(lambda: len(server.seen) == 1)
        try:
            client.send(Call(CREATE, json={}))
        except ApiError as error:
            release.set()
            assert first.result().name == "n"
            return named(error)
    return "nothing"


def idle(flavour: Flavour, server: Server) -> str:
    """The server closes a connection that is kept; the next call must not use it."""

    def once(connection: Connection) -> None:
        connection.send(GOOD)
        connection.close()

    server.answer(once)
    client = flavour.things(retry=1)

    async def main() -> None:
        for _ in range(2):
            assert (await client.send(Call(CREATE, json={}))).name == "n"
            await asyncio.sleep(0.1)

    if flavour.awaited:
        asyncio.run(main())
    else:
        for _ in range(2):
            assert client.send(Call(CREATE, json={})).name == "n"
            threading.Event().wait(0.1)
    return "the result, over a new connection"


def closing(flavour: Flavour, server: Server) -> str:
    server.answer(GOOD)
    client = flavour.things()
    flavour.send(client, Call(GET))
    if flavour.awaited:
        asyncio.run(client.aclose())
    else:
        client.close()
    assert flavour.send(client, Call(GET)).name == "n"
    return "the result, over a new connection"


def waits(flavour: Flavour, server: Server) -> str:
    """No limit means none."""
    server.answer(later(0.5, GOOD))
    assert flavour.send(flavour.things(timeout=0.1), Call(GET), timeout=None).name == "n"
    return "the result, whenever it comes"


SITUATIONS = [
    Situation(
        "a stream is cut off", "the values that came, then `ApiConnectionError`", 1,
        streamed(lambda c: c.close()),
    ),
    Situation(
        "a stream is reset", "the values that came, then `ApiConnectionError`", 1,
        streamed(lambda c: c.reset()),
    ),
    Situation(
        "a stream stalls", "the values that came, then `ApiTimeoutError`", 1,
        streamed(lambda c: c.stall(), timeout=Timeout(read=0.3)),
    ),
    Situation(
        "JSON in a stream is broken", "the values that came, then `DecodeError`", 1,
        streamed(lambda c: c.send(chunk(b'{"a": \n') + b"0\r\n\r\n")),
    ),
    Situation(
        "a stream ends inside a value", "the values that came, then `DecodeError`", 1,
        streamed(lambda c: c.send(chunk(b'{"a": ') + b"0\r\n\r\n")),
    ),
    Situation("32 threads make a client's first call", "32 results, each its own", 32, threads),
    Situation("one client in four event loops", "4 results, each its own", 4, loops),
    Situation(
        "a call is cancelled",
        "`CancelledError`; its connection is closed, the next call works", 2, cancelled,
    ),
    Situation("no connection is free in time", "`ApiTimeoutError`", 1, crowded),
    Situation(
        "the server has closed a kept connection", "the result, over a new connection", 2, idle
    ),
    Situation("the client was closed", "the result, over a new connection", 2, closing),
    Situation("a call without limits waits", "the result, whenever it comes", 1, waits),
]  # fmt: skip


def limits(monkeypatch: Any, situation: Situation) -> None:
    """Let a single connection be all there are, where they are to run out."""
    if situation.play is crowded:
        monkeypatch.setitem(outgoing.LIMITS, "max_connections", 1)
