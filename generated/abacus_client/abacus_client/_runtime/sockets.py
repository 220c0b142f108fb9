"""Connections whose every step ends with the whole call, however slowly the bytes drip in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import httpcore

from .deadlines import end_of, left_until

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable

T = TypeVar("T")
_PATIENCE = 0.9


class Stream(httpcore.NetworkStream):
    """A connection.

    Args:
        inner: The connection as httpcore made it.
    """

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self._socket: socket.socket = inner.get_extra_info("socket")
        self._set: float | None = self._socket.gettimeout()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what there is."""
        late, broken = httpcore.ReadTimeout, httpcore.ReadError
        return self._step(self._socket.recv, max_bytes, timeout, late, broken)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write everything; the limit is one of each piece that goes out."""
        late, broken = httpcore.WriteTimeout, httpcore.WriteError
        left = memoryview(buffer)
        while left:
            sent = self._step(self._socket.send, left, timeout, late, broken)
            left = left[sent:]

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
        left = left_until(end_of(timeout), httpcore.ConnectTimeout)
        return Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        """Tell about the socket."""
        return self._inner.get_extra_info(info)

    def _step(
        self,
        step: Callable[[Any], T],
        argument: object,
        timeout: float | None,
        late: type[Exception],
        broken: type[Exception],
    ) -> T:
        end = end_of(timeout)
        while True:
            left = left_until(end, late)
            # To set a timeout is a system call: a slightly shorter one serves as well, since what
            # ends before its time is tried again.
            if left is None:
                if self._set is not None:
                    self._settle(None)
            elif self._set is None or not left * _PATIENCE <= self._set <= left:
                self._settle(left)
            try:
                return step(argument)
            except TimeoutError:
                continue
            except OSError as error:
                raise broken(str(error)) from error

    def _settle(self, seconds: float | None) -> None:
        self._socket.settimeout(seconds)
        self._set = seconds


class Backend(httpcore.NetworkBackend):
    """Makes connections."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect."""
        left = left_until(end_of(timeout), httpcore.ConnectTimeout)
        return Stream(self._inner.connect_tcp(host, port, left, local_address, socket_options))

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._inner.sleep(seconds)
