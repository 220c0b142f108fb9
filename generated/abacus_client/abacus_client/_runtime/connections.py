"""Connections: made by the first request, kept for the next ones, shared by copies of a client."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .garbage import uncollected
from .headers import Headers
from .inflate import inflated
from .outgoing import LIMITS, for_httpcore, for_httpx, limit, secure, through_httpx, way_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    import httpx

    from .options import Timeout
    from .request import Request


class Opened:
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
        pieces: Iterable[bytes],
        close: Callable[[], None],
        limits: dict[str, float | None],
    ) -> None:
        self.status = status
        self.headers = headers
        self.pieces = pieces
        self.closed = False
        self._close = close
        self._limits = limits

    def unlimited(self, timeout: Timeout) -> None:
        """Let the body come for as long as it takes; what is limited is the wait for each piece.

        Args:
            timeout: The limits of the call; without one for a read, the total is it.
        """
        self._limits["read"] = timeout.total if timeout.read is None else timeout.read

    def close(self) -> None:
        """Give the connection back, or close it if the body was not read to its end."""
        self.closed = True
        self._close()

    def __del__(self) -> None:
        # A layer, or whoever asked for a stream, has dropped it: its connection would be lost.
        if not self.closed:
            with suppress(Exception):  # at the end of the process anything may be gone already
                self._close()


class Pool:
    """Sends requests: through a client that was given, or through connections of its own.

    Args:
        given: The client.
    """

    def __init__(self, given: httpx.Client | None = None) -> None:
        self._given = given
        self._own: dict[str, Any] = {}
        self._process = os.getpid()
        self._turns: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def open(self, request: Request) -> Opened:
        """Send a request.

        Args:
            request: The request.

        Returns:
            The response, its body not read.
        """
        way = "httpx"
        if self._process != os.getpid():
            # A forked process must not write into its parent's connections, nor wait for a lock
            # that a thread of the parent held.
            with _forked:
                if self._process != os.getpid():
                    self._anew()
        if self._given is None:
            way = way_of(request, "HTTPTransport", "handle_request")
        if way == "httpx":
            client: httpx.Client = self._given or self._connections(way)
            built = client.build_request(**for_httpx(request, request.body))
            limits = limit(built, request)
            reply = client.send(built, stream=True, follow_redirects=False)
            headers = Headers(reply.headers.raw)
            # What a mock or a hook has read is decompressed already.
            read = reply.is_stream_consumed
            pieces: Iterable[bytes] = reply.iter_bytes() if read else reply.iter_raw()
            if "content-encoding" in headers and not read:
                pieces = inflated(pieces, headers["content-encoding"])
            return Opened(reply.status_code, headers, pieces, reply.close, limits)
        connections = self._connections(way)
        ready, limits = for_httpcore(request, request.body)
        answer = connections.handle_request(ready)
        headers = Headers(answer.headers)
        pieces = answer.stream
        if "content-encoding" in headers:
            pieces = inflated(pieces, headers["content-encoding"])
        return Opened(answer.status, headers, pieces, answer.close, limits)

    def close(self) -> None:
        """Close its own connections; later requests make new ones."""
        with self._lock:
            own, self._own = self._own, {}
        for connections in own.values():
            connections.close()

    def sleep(self, seconds: float) -> None:
        """Wait.

        Args:
            seconds: How long.
        """
        time.sleep(seconds)

    def turn(self, key: Hashable, deadline: float | None) -> Callable[[], None] | None:
        """Wait until no other thread is at something.

        Args:
            key: What it is.
            deadline: When to stop waiting, by `time.monotonic()`.

        Returns:
            What ends the turn; None if it did not come in time.
        """
        if self._process != os.getpid():
            self._anew()
        with self._lock:
            lock = self._turns.setdefault(key, threading.Lock())
        left = -1 if deadline is None else max(0.0, deadline - time.monotonic())
        return lock.release if lock.acquire(timeout=left) else None

    def _anew(self) -> None:
        self._own, self._turns = {}, {}
        self._lock = threading.Lock()
        self._process = os.getpid()

    def _connections(self, way: str) -> Any:
        own = self._own.get(way)
        if own is None:
            with self._lock:
                own = self._own.get(way)
                if own is None:
                    own = self._own[way] = _made(way)
        return own

    def __del__(self) -> None:
        if self._process == os.getpid():
            with suppress(Exception):  # at the end of the process anything may be gone already
                self.close()


_forked = threading.Lock()


def _made(way: str) -> Any:
    if way == "httpx":
        import httpx

        return through_httpx(httpx.Client)
    with uncollected():
        import httpcore

        from .sockets import Backend

    # What is reached without TLS needs no certificates, which take long to read.
    context = secure() if way == "https" else None
    return httpcore.ConnectionPool(ssl_context=context, network_backend=Backend(), **LIMITS)
