"""Connections on asyncio's event loop whose every step ends with the whole call."""

from __future__ import annotations

import asyncio
import select
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

import httpcore

from .deadlines import end_of, left_until

if TYPE_CHECKING:
    import ssl

_HIGH = 256 * 1024


class _Protocol(asyncio.Protocol):
    """Collects what arrives on a connection, and tells when the other side falls behind."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.received: list[bytes] = []
        self.size = 0
        self.ended = False
        self.error: Exception | None = None
        self.reader: asyncio.Future[None] | None = None
        self.writer: asyncio.Future[None] | None = None
        self.full = False
        self.paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.received.append(data)
        self.size += len(data)
        if self.size > _HIGH and not self.paused and self.transport is not None:
            self.paused = True
            self.transport.pause_reading()
        _wake(self.reader)

    def eof_received(self) -> bool:
        self.ended = True
        _wake(self.reader)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True
        self.error = exc
        _wake(self.reader)
        _wake(self.writer)

    def pause_writing(self) -> None:
        self.full = True

    def resume_writing(self) -> None:
        self.full = False
        _wake(self.writer)

    def taken(self, most: int) -> bytes:
        """Hand over what arrived."""
        data = self.received[0] if len(self.received) == 1 else b"".join(self.received)
        rest = data[most:]
        self.received = [rest] if rest else []
        self.size = len(rest)
        if self.paused and self.size <= _HIGH // 2 and self.transport is not None:
            self.paused = False
            self.transport.resume_reading()
        return data[:most] if rest else data


class AsyncStream(httpcore.AsyncNetworkStream):
    """A connection on asyncio's event loop.

    Args:
        protocol: Its receiving end, connected.
    """

    def __init__(self, protocol: _Protocol) -> None:
        assert protocol.transport is not None
        self._protocol = protocol
        self._transport = protocol.transport

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what there is."""
        protocol = self._protocol
        if not protocol.received and not protocol.ended:
            protocol.reader = asyncio.get_running_loop().create_future()
            try:
                await _within(protocol.reader, end_of(timeout), httpcore.ReadTimeout)
            finally:
                protocol.reader = None
        if protocol.received:
            return protocol.taken(max_bytes)
        if protocol.error is not None:
            raise httpcore.ReadError(str(protocol.error)) from protocol.error
        return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write everything; wait where the other side falls behind."""
        protocol = self._protocol
        if protocol.error is not None or self._transport.is_closing():
            raise httpcore.WriteError(str(protocol.error or "the connection is closed"))
        self._transport.write(buffer)
        if not protocol.full:
            return
        protocol.writer = asyncio.get_running_loop().create_future()
        try:
            await _within(protocol.writer, end_of(timeout), httpcore.WriteTimeout)
        finally:
            protocol.writer = None
        if protocol.error is not None:
            raise httpcore.WriteError(str(protocol.error)) from protocol.error

    async def aclose(self) -> None:
        """Close the connection."""
        self._transport.abort()
        # The transport lets go of its socket in the next round of the loop.
        await asyncio.sleep(0)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Shake hands."""
        loop = asyncio.get_running_loop()
        protocol = _Protocol()
        left = left_until(end_of(timeout), httpcore.ConnectTimeout)
        try:
            transport = await asyncio.wait_for(
                loop.start_tls(
                    self._transport, protocol, ssl_context, server_hostname=server_hostname
                ),
                left,
            )
        except (asyncio.TimeoutError, TimeoutError):
            await self.aclose()
            raise httpcore.ConnectTimeout from None
        except OSError as error:
            await self.aclose()
            raise httpcore.ConnectError(str(error)) from error
        except BaseException:
            await self.aclose()
            raise
        if transport is None:
            raise httpcore.ConnectError("the connection was lost in the TLS handshake")
        protocol.transport = transport
        return AsyncStream(protocol)

    def get_extra_info(self, info: str) -> Any:
        """Tell about the socket."""
        if info == "is_readable":
            protocol = self._protocol
            return protocol.ended or bool(protocol.received) or _readable(self._transport)
        names = {"client_addr": "sockname", "server_addr": "peername"}
        return self._transport.get_extra_info(names.get(info, info))


class AsyncBackend(httpcore.AsyncNetworkBackend):
    """Makes connections on asyncio's event loop."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect."""
        loop = asyncio.get_running_loop()
        left = left_until(end_of(timeout), httpcore.ConnectTimeout)
        local = None if local_address is None else (local_address, 0)
        making = loop.create_connection(
            _Protocol, host, port, local_addr=local, happy_eyeballs_delay=0.25
        )
        try:
            transport, protocol = await asyncio.wait_for(making, left)
        except (asyncio.TimeoutError, TimeoutError):
            raise httpcore.ConnectTimeout from None
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        raw = transport.get_extra_info("socket")
        for option in socket_options or ():
            raw.setsockopt(*option)
        return AsyncStream(protocol)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


def _wake(future: asyncio.Future[None] | None) -> None:
    if future is not None and not future.done():
        future.set_result(None)


async def _within(future: asyncio.Future[None], end: float | None, late: type[Exception]) -> None:
    """Wait for a future; without a task around it, as `asyncio.wait_for` needs one."""
    left = left_until(end, late)
    if left is None:
        await future
        return
    over: list[bool] = []

    def ring() -> None:
        over.append(True)
        _wake(future)

    timer = future.get_loop().call_later(left, ring)
    try:
        await future
    finally:
        timer.cancel()
    if over:
        raise late


def _readable(transport: asyncio.Transport) -> bool:
    """Whether the socket has something to say: on an idle connection, that it was closed."""
    raw = transport.get_extra_info("socket")
    if raw is None or raw.fileno() < 0:
        return True
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(raw.fileno(), select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([raw.fileno()], [], [], 0)[0])
