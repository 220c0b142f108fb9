"""The connections of an asynchronous client."""

from __future__ import annotations

import asyncio
import threading
import time
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .body import Body
from .garbage import uncollected
from .headers import Headers
from .inflate import async_inflated
from .outgoing import LIMITS, for_httpcore, for_httpx, limit, secure, through_httpx, way_of

if TYPE_CHECKING:
    from collections.abc import (
        AsyncGenerator,
        AsyncIterable,
        AsyncIterator,
        Awaitable,
        Callable,
        Hashable,
    )

    import httpx

    from .options import Timeout
    from .request import Request


class AsyncOpened:
    """A response whose body has not been read.

    Args:
        status: The HTTP status.
        headers: The headers.
        pieces: The body, decompressed.
        close: Gives the connection back, or closes it if the body was not read to its end.
        limits: The limits of the steps, as the libraries read them again for the body.

    Attributes:
        closed: Whether it was closed.
    """

    def __init__(
        self,
        status: int,
        headers: Headers,
        pieces: AsyncIterable[bytes],
        close: Callable[[], Awaitable[None]],
        limits: dict[str, float | None],
    ) -> None:
        self.status = status
        self.headers = headers
        self.pieces = pieces
        self.closed = False
        self._close = close
        self._loop: asyncio.AbstractEventLoop | None = None
        self._limits = limits

    def unlimited(self, timeout: Timeout) -> None:
        """Let the body come for as long as it takes; what is limited is the wait for each piece.

        Args:
            timeout: The limits of the call; without one for a read, the total is it.
        """
        self._limits["read"] = timeout.total if timeout.read is None else timeout.read
        self._loop = asyncio.get_running_loop()

    async def close(self) -> None:
        """Give the connection back, or close it if the body was not read to its end."""
        self.closed = True
        await self._close()

    def __del__(self) -> None:
        # A layer, or whoever asked for a stream, has dropped it: its connection would be lost.
        if not self.closed and self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed, and its connections with it
                self._loop.call_soon_threadsafe(_let_go, self._loop, self._close)


class AsyncPool:
    """Sends requests: through a client that was given, or through connections of its own.

    A connection belongs to the event loop that made it, so each loop has its own; they are closed
    when the loop shuts down.

    Args:
        given: The client.
    """

    def __init__(self, given: httpx.AsyncClient | None = None) -> None:
        self._given = given
        self._loops: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Loop] = (
            weakref.WeakKeyDictionary()
        )
        self._lock = threading.Lock()

    async def open(self, request: Request) -> AsyncOpened:
        """Send a request.

        Args:
            request: The request.

        Returns:
            The response, its body not read.
        """
        body = request.body
        streamed = None if body is None else _Streamed(body)
        way = "httpx"
        if self._given is None:
            way = way_of(request, "AsyncHTTPTransport", "handle_async_request")
        if way == "httpx":
            client: httpx.AsyncClient = self._given or await self._connections(way)
            built = client.build_request(**for_httpx(request, streamed))
            limits = limit(built, request)
            reply = await client.send(built, stream=True, follow_redirects=False)
            headers = Headers(reply.headers.raw)
            # What a mock or a hook has read is decompressed already.
            read = reply.is_stream_consumed
            pieces: AsyncIterable[bytes] = reply.aiter_bytes() if read else reply.aiter_raw()
            if "content-encoding" in headers and not read:
                pieces = async_inflated(pieces, headers["content-encoding"])
            return AsyncOpened(reply.status_code, headers, pieces, reply.aclose, limits)
        connections = await self._connections(way)
        ready, limits = for_httpcore(request, streamed)
        answer = await connections.handle_async_request(ready)
        headers = Headers(answer.headers)
        pieces = answer.stream
        if "content-encoding" in headers:
            pieces = async_inflated(pieces, headers["content-encoding"])
        return AsyncOpened(answer.status, headers, pieces, answer.aclose, limits)

    async def aclose(self) -> None:
        """Close the running loop's own connections; later requests make new ones."""
        here = self._loops.get(asyncio.get_running_loop())
        if here is not None and here.until is not None:
            await here.until.aclose()

    async def sleep(self, seconds: float) -> None:
        """Wait.

        Args:
            seconds: How long.
        """
        await asyncio.sleep(seconds)

    async def turn(self, key: Hashable, deadline: float | None) -> Callable[[], None] | None:
        """Wait until no other task of the running loop is at something.

        Args:
            key: What it is.
            deadline: When to stop waiting, by `time.monotonic()`.

        Returns:
            What ends the turn; None if it did not come in time.
        """
        lock = (await self._here()).turns.setdefault(key, asyncio.Lock())
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        try:
            await asyncio.wait_for(lock.acquire(), left)
        except (TimeoutError, asyncio.TimeoutError):  # two classes in Python 3.10
            return None
        return lock.release

    async def _here(self) -> _Loop:
        loop = asyncio.get_running_loop()
        return self._loops.get(loop) or await self._entered(loop)

    async def _connections(self, way: str) -> Any:
        here = await self._here()
        own = here.own.get(way)
        if own is None:
            own = here.own[way] = _made(way)
        return own

    async def _entered(self, loop: asyncio.AbstractEventLoop) -> _Loop:
        with self._lock:
            for other in [known for known in self._loops if known.is_closed()]:
                del self._loops[other]
            here = self._loops.setdefault(loop, _Loop())
        if here.until is None:
            # A loop's shutdown closes every generator that was begun in it, so this one as well.
            here.until = self._closing(weakref.ref(loop), here)
            await anext(here.until)
        return here

    async def _closing(
        self, loop: weakref.ref[asyncio.AbstractEventLoop], here: _Loop
    ) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            with self._lock:
                known = loop()
                if known is not None:
                    self._loops.pop(known, None)
            own, here.own = here.own, {}
            for connections in own.values():
                await connections.aclose()


class _Loop:
    """The connections of one event loop, and the generator that ends with it."""

    def __init__(self) -> None:
        self.own: dict[str, Any] = {}
        self.turns: dict[Hashable, asyncio.Lock] = {}
        self.until: AsyncGenerator[None] | None = None


class _Streamed:
    """A body that has nothing but an asynchronous iterator, by which httpx knows what it is."""

    def __init__(self, body: Body) -> None:
        self.body = body

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self.body)


_closing: set[asyncio.Task[None]] = set()


def _let_go(loop: asyncio.AbstractEventLoop, close: Callable[[], Awaitable[None]]) -> None:
    """Close a response that nobody holds any more."""

    async def closed() -> None:
        with suppress(Exception):  # there is nobody to tell
            await close()

    task = loop.create_task(closed())
    _closing.add(task)  # a loop holds its tasks but weakly
    task.add_done_callback(_closing.discard)


def _made(way: str) -> Any:
    if way == "httpx":
        import httpx

        return through_httpx(httpx.AsyncClient)
    with uncollected():
        import httpcore

        from .async_sockets import AsyncBackend

    context = secure() if way == "https" else None
    return httpcore.AsyncConnectionPool(
        ssl_context=context, network_backend=AsyncBackend(), **LIMITS
    )
