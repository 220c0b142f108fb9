"""Connections: made by the first request, kept for the next ones, shared by copies of a client.

Our own ones are httpcore's, which is what httpx itself stands on: a request through httpx costs
half as much again. Through httpx go the requests of a client that was given, those that need a
proxy, and those of a process whose tests have replaced httpx's transports.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import sys
import threading
import weakref
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .body import Body
from .deadlines import timeouts
from .errors import RequestError
from .headers import Headers
from .inflate import async_inflated, inflated

if TYPE_CHECKING:
    import ssl
    from collections.abc import (
        AsyncGenerator,
        AsyncIterable,
        AsyncIterator,
        Awaitable,
        Callable,
        Iterable,
    )

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
            _secure = _made_secure()
        return _secure


def _made_secure() -> ssl.SSLContext:
    import ssl

    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file or folder:
        return ssl.create_default_context(cafile=file or None, capath=folder or None)
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


@dataclass
class Opened:
    """A response whose body has not been read.

    Attributes:
        status: The HTTP status.
        headers: The headers.
        pieces: The body, decompressed.
        close: Gives the connection back, or closes it if the body was not read to its end.
    """

    status: int
    headers: Headers
    pieces: Iterable[bytes]
    close: Callable[[], None]


@dataclass
class AsyncOpened:
    """A response whose body has not been read.

    Attributes:
        status: The HTTP status.
        headers: The headers.
        pieces: The body, decompressed.
        close: Gives the connection back, or closes it if the body was not read to its end.
    """

    status: int
    headers: Headers
    pieces: AsyncIterable[bytes]
    close: Callable[[], Awaitable[None]]


class Pool:
    """Sends requests: through a client that was given, or through connections of its own.

    Args:
        given: The client.
    """

    def __init__(self, given: httpx.Client | None = None) -> None:
        self._given = given
        self._own: dict[str, Any] = {}
        self._process = os.getpid()
        self._lock = threading.Lock()

    def open(self, request: Request) -> Opened:
        """Send a request.

        Args:
            request: The request.

        Returns:
            The response, its body not read.
        """
        way = (
            "httpx" if self._given is not None else _way(request, "HTTPTransport", "handle_request")
        )
        if way == "httpx":
            client: httpx.Client = self._given or self._connections(way)
            built = client.build_request(**_for_httpx(request, request.body))
            _limit(built, request)
            reply = client.send(built, stream=True, follow_redirects=False)
            headers = Headers(reply.headers.raw)
            return Opened(reply.status_code, headers, reply.iter_bytes(), reply.close)
        answer = self._connections(way).handle_request(_for_httpcore(request, request.body))
        headers = Headers(answer.headers)
        pieces: Iterable[bytes] = answer.stream
        if "content-encoding" in headers:
            pieces = inflated(pieces, headers["content-encoding"])
        return Opened(answer.status, headers, pieces, answer.close)

    def close(self) -> None:
        """Close its own connections; later requests make new ones."""
        with self._lock:
            own, self._own = self._own, {}
        for connections in own.values():
            connections.close()

    def _connections(self, way: str) -> Any:
        if self._process != os.getpid():
            # A forked process must not write into its parent's connections.
            self._own, self._process = {}, os.getpid()
        own = self._own.get(way)
        if own is None:
            with self._lock:
                own = self._own.get(way)
                if own is None:
                    own = self._own[way] = _made(way, asynchronous=False)
        return own

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
            way = _way(request, "AsyncHTTPTransport", "handle_async_request")
        if way == "httpx":
            client: httpx.AsyncClient = self._given or await self._connections(way)
            built = client.build_request(**_for_httpx(request, streamed))
            _limit(built, request)
            reply = await client.send(built, stream=True, follow_redirects=False)
            headers = Headers(reply.headers.raw)
            return AsyncOpened(reply.status_code, headers, reply.aiter_bytes(), reply.aclose)
        connections = await self._connections(way)
        answer = await connections.handle_async_request(_for_httpcore(request, streamed))
        headers = Headers(answer.headers)
        pieces: AsyncIterable[bytes] = answer.stream
        if "content-encoding" in headers:
            pieces = async_inflated(pieces, headers["content-encoding"])
        return AsyncOpened(answer.status, headers, pieces, answer.aclose)

    async def aclose(self) -> None:
        """Close the running loop's own connections; later requests make new ones."""
        here = self._loops.get(asyncio.get_running_loop())
        if here is not None and here.until is not None:
            await here.until.aclose()

    async def _connections(self, way: str) -> Any:
        loop = asyncio.get_running_loop()
        here = self._loops.get(loop)
        if here is None:
            here = await self._entered(loop)
        own = here.own.get(way)
        if own is None:
            own = here.own[way] = _made(way, asynchronous=True)
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


@dataclass
class _Loop:
    """The connections of one event loop, and the generator that ends with it."""

    own: dict[str, Any] = field(default_factory=dict[str, Any])
    until: AsyncGenerator[None] | None = None


class _Streamed:
    """A body that has nothing but an asynchronous iterator, by which httpx knows what it is."""

    def __init__(self, body: Body) -> None:
        self.body = body

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self.body)


def _way(request: Request, transport: str, method: str) -> str:
    """Choose how a request goes: `httpx`, or with httpcore alone, `http` or `https`."""
    scheme = request.url.partition(":")[0]
    if _proxied(scheme) or _replaced(transport, method) or not _has_httpcore():
        return "httpx"
    return scheme


def _proxied(scheme: str) -> bool:
    """Whether the environment names a proxy; httpx knows which hosts it is for."""
    if sys.platform in ("darwin", "win32"):
        return _system_proxy(scheme)
    environ = os.environ
    for name in (f"{scheme}_proxy", "all_proxy"):
        if environ.get(name) or environ.get(name.upper()):
            return True
    return False


@lru_cache(maxsize=4)
def _system_proxy(scheme: str) -> bool:
    from urllib.request import getproxies

    proxies = getproxies()
    return scheme in proxies or "all" in proxies


def _replaced(transport: str, method: str) -> bool:
    """Whether a test has put something in the place of httpx's transport, as vcrpy does."""
    httpx_ = sys.modules.get("httpx")
    if httpx_ is None:
        return False
    function = getattr(getattr(httpx_, transport, None), method, None)
    code = getattr(function, "__code__", None)
    return code is None or os.path.basename(code.co_filename) != "default.py"


@lru_cache(maxsize=1)
def _has_httpcore() -> bool:
    return importlib.util.find_spec("httpcore") is not None


def _made(way: str, *, asynchronous: bool) -> Any:
    if way == "httpx":
        import httpx

        client = httpx.AsyncClient if asynchronous else httpx.Client
        limits = httpx.Limits(
            max_connections=_MOST,
            max_keepalive_connections=_MOST_IDLE,
            keepalive_expiry=_IDLE_SECONDS,
        )
        return client(verify=secure(), limits=limits)
    import httpcore

    from .sockets import AsyncBackend, Backend

    # What is reached without TLS needs no certificates, which take long to read.
    context = secure() if way == "https" else None
    pool: Any = httpcore.AsyncConnectionPool if asynchronous else httpcore.ConnectionPool
    return pool(
        ssl_context=context,
        max_connections=_MOST,
        max_keepalive_connections=_MOST_IDLE,
        keepalive_expiry=_IDLE_SECONDS,
        network_backend=AsyncBackend() if asynchronous else Backend(),
    )


def _for_httpx(request: Request, streamed: object) -> dict[str, Any]:
    headers = [(name.encode("ascii"), _bytes(value)) for name, value in request.headers]
    parts: dict[str, Any] = {"method": request.method, "url": request.url, "headers": headers}
    body = request.body
    if body is not None:
        parts["content"] = streamed if body.content is None else body.content
        if body.length is not None:
            headers.append((b"Content-Length", b"%d" % body.length))
    return parts


def _limit(built: httpx.Request, request: Request) -> None:
    limits = timeouts(request.timeout, request.deadline)
    built.extensions = {**built.extensions, "timeout": limits}


def _for_httpcore(request: Request, streamed: Any) -> Any:
    import httpcore

    scheme, host, port, named, start = _authority(request.url)
    target = request.url[start:]
    if target[:1] != "/":
        target = f"/{target}"
    try:
        where = httpcore.URL(scheme=scheme, host=host, port=port, target=target.encode("ascii"))
    except UnicodeEncodeError:
        raise RequestError("the address holds characters that are not encoded") from None
    headers = [(b"Host", named)]
    headers += [(name.encode("ascii"), _bytes(value)) for name, value in request.headers]
    body, content = request.body, None
    if body is not None:
        content = streamed if body.content is None else body.content
        if body.length is None:
            headers.append((b"Transfer-Encoding", b"chunked"))
        else:
            headers.append((b"Content-Length", b"%d" % body.length))
    elif request.method in ("POST", "PUT", "PATCH"):
        headers.append((b"Content-Length", b"0"))
    limits = timeouts(request.timeout, request.deadline)
    return httpcore.Request(
        request.method, where, headers=headers, content=content, extensions={"timeout": limits}
    )


def _authority(url: str) -> tuple[bytes, bytes, int | None, bytes, int]:
    """Scheme, host, port and `Host` header of a URL, and where the rest of it begins."""
    after = url.index("://") + 3
    ends = [end for end in (url.find("/", after), url.find("?", after)) if end >= 0]
    end = min(ends, default=len(url))
    return (*_origin(url[:end]), end)


@lru_cache(maxsize=64)
def _origin(origin: str) -> tuple[bytes, bytes, int | None, bytes]:
    parts = urlsplit(origin)
    host, port = parts.hostname or "", parts.port
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise RequestError(f"{host!r} is no host name") from None
    named = f"[{host}]" if ":" in host else host
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme]:
        named = f"{named}:{port}"
    return parts.scheme.encode(), host.encode("ascii"), port, named.encode("ascii")


def _bytes(value: str) -> bytes:
    try:
        return value.encode("ascii")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")
