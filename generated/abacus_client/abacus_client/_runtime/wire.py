"""The two drivers of a flow, and the connections they use: twins, equal but for `await`."""

from __future__ import annotations

import asyncio
import threading
import time
import weakref
from typing import TYPE_CHECKING, TypeVar, cast

from .errors import ApiConnectionError, ApiError, ApiTimeoutError, DecodeError
from .flow import Failure, Flow, Request, Response, Send

if TYPE_CHECKING:
    import ssl

    import httpx

T = TypeVar("T")

_tls: ssl.SSLContext | None = None
_tls_lock = threading.Lock()


def tls_context() -> ssl.SSLContext:
    """Return the one TLS context of the process, loading the certificates with the first call."""
    global _tls
    with _tls_lock:
        if _tls is None:
            import httpx

            _tls = httpx.create_ssl_context()
        return _tls


class Wire:
    """Does what flows ask for.

    Args:
        client: The connections to use; None: its own, made with the first request.
    """

    def __init__(self, client: httpx.Client | None = None) -> None:
        self._given = client
        self._own: httpx.Client | None = None
        self._lock = threading.Lock()

    def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end."""
        answer: Response | Failure | None = None
        while True:
            try:
                effect = flow.send(answer)
            except StopIteration as end:
                return cast("T", end.value)
            if isinstance(effect, Send):
                answer = self._send(effect.request)
            else:
                time.sleep(effect.seconds)
                answer = None

    def _send(self, request: Request) -> Response | Failure:
        client = self._client()
        try:
            with client.stream(
                request.method,
                request.url,
                headers=request.headers,
                content=request.content,
                timeout=_timeouts(request),
                follow_redirects=False,
            ) as response:
                chunks: list[bytes] = []
                for chunk in response.iter_bytes():
                    chunks.append(chunk)
                    if _late(request):
                        return Failure(_too_late())
                return Response(response.status_code, response.headers, b"".join(chunks))
        except Exception as error:
            failure = failure_of(error)
            if failure is None:
                raise
            return failure

    def _client(self) -> httpx.Client:
        if self._given is not None:
            return self._given
        if self._own is None:
            with self._lock:
                if self._own is None:
                    import httpx

                    self._own = httpx.Client(verify=tls_context())
        return self._own

    def close(self) -> None:
        """Close the connections, unless they were given."""
        with self._lock:
            own, self._own = self._own, None
        if own is not None:
            own.close()


class AsyncWire:
    """Does what flows ask for, awaited; one set of connections per running event loop.

    Args:
        client: The connections to use; None: its own, made with the first request of each loop.
    """

    def __init__(self, client: httpx.AsyncClient | None = None) -> None:
        self._given = client
        self._own: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = (
            weakref.WeakKeyDictionary()
        )
        self._lock = threading.Lock()

    async def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end."""
        answer: Response | Failure | None = None
        while True:
            try:
                effect = flow.send(answer)
            except StopIteration as end:
                return cast("T", end.value)
            if isinstance(effect, Send):
                answer = await self._send(effect.request)
            else:
                await asyncio.sleep(effect.seconds)
                answer = None

    async def _send(self, request: Request) -> Response | Failure:
        client = self._client()
        try:
            async with client.stream(
                request.method,
                request.url,
                headers=request.headers,
                content=request.content,
                timeout=_timeouts(request),
                follow_redirects=False,
            ) as response:
                chunks: list[bytes] = []
                async for chunk in response.aiter_bytes():
                    chunks.append(chunk)
                    if _late(request):
                        return Failure(_too_late())
                return Response(response.status_code, response.headers, b"".join(chunks))
        except Exception as error:
            failure = failure_of(error)
            if failure is None:
                raise
            return failure

    def _client(self) -> httpx.AsyncClient:
        if self._given is not None:
            return self._given
        loop = asyncio.get_running_loop()
        with self._lock:
            own = self._own.get(loop)
            if own is None:
                import httpx

                own = self._own[loop] = httpx.AsyncClient(verify=tls_context())
        return own

    async def aclose(self) -> None:
        """Close the connections of the running loop, unless they were given."""
        with self._lock:
            own = self._own.pop(asyncio.get_running_loop(), None)
        if own is not None:
            await own.aclose()


def _late(request: Request) -> bool:
    return request.deadline is not None and time.monotonic() >= request.deadline


def _too_late() -> ApiTimeoutError:
    return ApiTimeoutError("the call took longer than its total timeout")


def _timeouts(request: Request) -> httpx.Timeout:
    import httpx

    left = None if request.deadline is None else max(0.001, request.deadline - time.monotonic())

    def least(value: float | None) -> float | None:
        return min((v for v in (value, left) if v is not None), default=None)

    given = request.timeout
    return httpx.Timeout(
        connect=least(given.connect),
        read=least(given.read),
        write=least(given.write),
        pool=least(given.pool),
    )


_UNSENT = {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"}
_FAMILIES = ("httpx", "httpcore", "httpx2", "httpcore2", "h11", "h2", "anyio")


def failure_of(error: Exception) -> Failure | None:
    """Translate what an HTTP library raised.

    Args:
        error: Any exception of a request.

    Returns:
        What the flow is told; None for an exception that is not about the request.
    """
    names = {cls.__name__ for cls in type(error).__mro__}
    ours = type(error).__module__.partition(".")[0] in _FAMILIES
    if not ours and not isinstance(error, (OSError, EOFError)):
        return None
    text = str(error) or type(error).__name__
    unsent = bool(names & _UNSENT)
    made: ApiError
    if "TimeoutException" in names or isinstance(error, TimeoutError):
        made = ApiTimeoutError(f"no reply in time ({type(error).__name__})")
    elif "DecodingError" in names:
        made = DecodeError(f"the reply's body cannot be decompressed: {text}")
    else:
        made = ApiConnectionError(f"the connection failed: {text}")
    return Failure(made, unsent)
