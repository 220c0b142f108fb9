"""Socket operations that end with the whole call, however slowly the bytes drip in.

httpcore hands a timeout down to every single read and write as it is given; one that knows when the
call ends makes each of them shorter than the one before.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import httpcore

if TYPE_CHECKING:
    import ssl

    from .options import Timeout

_SLICE = 16 * 1024
_NOTHING_LEFT = 0.000_001


class Until(float):
    """Seconds for one step, counted at its start, that know when the whole call ends."""

    deadline: float

    def __new__(cls, limit: float | None, deadline: float) -> Until:
        """Make one.

        Args:
            limit: Seconds for one step.
            deadline: When the call ends, by `time.monotonic()`.
        """
        left = max(deadline - time.monotonic(), _NOTHING_LEFT)
        made = super().__new__(cls, left if limit is None else min(limit, left))
        made.deadline = deadline
        return made


def timeouts(timeout: Timeout, deadline: float | None) -> dict[str, float | None]:
    """Write limits as httpx and httpcore take them.

    Args:
        timeout: The limits.
        deadline: When the call ends, by `time.monotonic()`.

    Returns:
        Step -> seconds.
    """
    steps = {
        "connect": timeout.connect,
        "read": timeout.read,
        "write": timeout.write,
        "pool": timeout.pool,
    }
    if deadline is None:
        return dict(steps)
    return {name: Until(limit, deadline) for name, limit in steps.items()}


def bound(transport: Any, backend: type[Backend | AsyncBackend]) -> None:
    """Make the connections of a transport end with the call.

    httpx has no public way to choose the network backend of its pool. Where the attributes have
    other names one day, the deadline is checked between the pieces of a body only.

    Args:
        transport: An `httpx.HTTPTransport` or its asynchronous twin.
        backend: What to put around its network backend.
    """
    pool = getattr(transport, "_pool", None)
    inner = getattr(pool, "_network_backend", None)
    if pool is not None and inner is not None:
        pool._network_backend = backend(inner)


def _left(timeout: float | None, late: type[Exception]) -> float | None:
    if not isinstance(timeout, Until):
        return timeout
    left = timeout.deadline - time.monotonic()
    if left <= 0:
        raise late
    return min(timeout, left)


class Stream(httpcore.NetworkStream):
    """A connection whose steps end with the call.

    Args:
        inner: The connection.
    """

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what there is."""
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write everything; in slices, for the limit is one of each slice."""
        for start in range(0, len(buffer), _SLICE):
            left = _left(timeout, httpcore.WriteTimeout)
            self._inner.write(buffer[start : start + _SLICE], left)

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Shake hands."""
        left = _left(timeout, httpcore.ConnectTimeout)
        return Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        """Tell about the socket."""
        return self._inner.get_extra_info(info)


class Backend(httpcore.NetworkBackend):
    """Makes connections whose steps end with the call.

    Args:
        inner: Makes the connections.
    """

    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect."""
        left = _left(timeout, httpcore.ConnectTimeout)
        stream = self._inner.connect_tcp(host, port, left, local_address, socket_options)
        return Stream(stream)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._inner.sleep(seconds)


class AsyncStream(httpcore.AsyncNetworkStream):
    """A connection whose steps end with the call.

    Args:
        inner: The connection.
    """

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what there is."""
        return await self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write everything; in slices, for the limit is one of each slice."""
        for start in range(0, len(buffer), _SLICE):
            left = _left(timeout, httpcore.WriteTimeout)
            await self._inner.write(buffer[start : start + _SLICE], left)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Shake hands."""
        left = _left(timeout, httpcore.ConnectTimeout)
        return AsyncStream(await self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        """Tell about the socket."""
        return self._inner.get_extra_info(info)


class AsyncBackend(httpcore.AsyncNetworkBackend):
    """Makes connections whose steps end with the call.

    Args:
        inner: Makes the connections.
    """

    def __init__(self, inner: httpcore.AsyncNetworkBackend) -> None:
        self._inner = inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect."""
        left = _left(timeout, httpcore.ConnectTimeout)
        stream = await self._inner.connect_tcp(host, port, left, local_address, socket_options)
        return AsyncStream(stream)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)
