"""Connections: made by the first request, kept for the next ones, shared by copies of a client."""

from __future__ import annotations

import asyncio
import os
import threading
import urllib.request
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from .body import Body

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, AsyncIterator

    import httpx

    from .request import Request

_MOST = 100
_MOST_IDLE = 20
_IDLE_SECONDS = 20.0

_secure: ssl.SSLContext | None = None
_secure_lock = threading.Lock()


def secure() -> ssl.SSLContext:
    """Return the process's one TLS context; its certificates are read by the first call."""
    global _secure
    with _secure_lock:
        if _secure is None:
            import httpx

            _secure = httpx.create_ssl_context()
        return _secure


class Pool:
    """Sends requests: through a client that was given, or through connections of its own.

    Args:
        given: The client.
    """

    def __init__(self, given: httpx.Client | None = None) -> None:
        self._given = given
        self._own: dict[str, httpx.HTTPTransport | httpx.Client] = {}
        self._process = os.getpid()
        self._lock = threading.Lock()

    def send(self, request: Request) -> httpx.Response:
        """Send a request.

        Args:
            request: The request.

        Returns:
            The response, its body not read.
        """
        if self._given is not None:
            return cast("httpx.Response", _sent(self._given, request, _parts(request)))
        scheme = request.url.partition(":")[0]
        if self._process != os.getpid():
            # A forked process must not write into its parent's connections.
            self._own, self._process = {}, os.getpid()
        own = self._own.get(scheme)
        if own is None:
            with self._lock:
                own = self._own.get(scheme)
                if own is None:
                    own = self._own[scheme] = _made(scheme)
        parts = _parts(request)
        if _is_client(own):
            return cast("httpx.Response", _sent(own, request, parts))
        return cast("httpx.HTTPTransport", own).handle_request(_request(request, parts))

    def close(self) -> None:
        """Close its own connections; later requests make new ones."""
        with self._lock:
            own, self._own = self._own, {}
        for connections in own.values():
            connections.close()

    def __del__(self) -> None:
        for connections in self._own.values() if self._process == os.getpid() else ():
            connections.close()


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

    async def send(self, request: Request) -> httpx.Response:
        """Send a request.

        Args:
            request: The request.

        Returns:
            The response, its body not read.
        """
        parts = _async_parts(request)
        if self._given is not None:
            return cast("httpx.Response", await _sent(self._given, request, parts))
        loop = asyncio.get_running_loop()
        here = self._loops.get(loop)
        if here is None:
            here = await self._entered(loop)
        scheme = request.url.partition(":")[0]
        own = here.own.get(scheme)
        if own is None:
            own = here.own[scheme] = _made(scheme, asynchronous=True)
        if _is_client(own):
            return cast("httpx.Response", await _sent(own, request, parts))
        transport = cast("httpx.AsyncHTTPTransport", own)
        return await transport.handle_async_request(_request(request, parts))

    async def aclose(self) -> None:
        """Close the running loop's own connections; later requests make new ones."""
        here = self._loops.get(asyncio.get_running_loop())
        if here is not None and here.until is not None:
            await here.until.aclose()

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


@dataclass
class _Loop:
    """The connections of one event loop, and the generator that ends with it."""

    own: dict[str, Any] = field(default_factory=dict[str, Any])
    until: AsyncGenerator[None] | None = None


class _Streamed:
    """A body that has nothing but an asynchronous iterator, by which httpx knows what it is."""

    def __init__(self, body: Body) -> None:
        self._body = body

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._body)


def _made(scheme: str, *, asynchronous: bool = False) -> Any:
    """Connections for a scheme: a transport, which is quicker, or a client that knows proxies."""
    import ssl

    import httpx

    from .deadlines import AsyncBackend, Backend, bound

    proxies = urllib.request.getproxies()
    # What is reached without TLS needs no certificates, which take long to read.
    context = secure() if scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    limits = httpx.Limits(
        max_connections=_MOST,
        max_keepalive_connections=_MOST_IDLE,
        keepalive_expiry=_IDLE_SECONDS,
    )
    if any(name in proxies for name in (scheme, "all")):
        client = httpx.AsyncClient if asynchronous else httpx.Client
        return client(verify=secure(), limits=limits)
    if asynchronous:
        async_transport = httpx.AsyncHTTPTransport(verify=context, limits=limits)
        bound(async_transport, AsyncBackend)
        return async_transport
    transport = httpx.HTTPTransport(verify=context, limits=limits)
    bound(transport, Backend)
    return transport


def _is_client(own: object) -> bool:
    return hasattr(own, "build_request")


def _sent(client: Any, request: Request, parts: dict[str, Any]) -> Any:
    """Send with a client: of httpx, of its fork, or of what behaves like them."""
    from .deadlines import timeouts

    built = client.build_request(**parts)
    built.extensions = {**built.extensions, "timeout": timeouts(request.timeout, request.deadline)}
    return client.send(built, stream=True, follow_redirects=False)


def _request(request: Request, parts: dict[str, Any]) -> httpx.Request:
    import httpx

    from .deadlines import timeouts

    extensions = {"timeout": timeouts(request.timeout, request.deadline)}
    return httpx.Request(**parts, extensions=extensions)


def _parts(request: Request) -> dict[str, Any]:
    headers = [(name.encode("ascii"), _bytes(value)) for name, value in request.headers]
    parts: dict[str, Any] = {"method": request.method, "url": request.url, "headers": headers}
    body = request.body
    if body is not None:
        parts["content"] = body if body.content is None else body.content
        if body.length is not None:
            headers.append((b"Content-Length", str(body.length).encode("ascii")))
    return parts


def _async_parts(request: Request) -> dict[str, Any]:
    parts = _parts(request)
    if isinstance(parts.get("content"), Body):
        parts["content"] = _Streamed(parts["content"])
    return parts


def _bytes(value: str) -> bytes:
    try:
        return value.encode("ascii")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")
