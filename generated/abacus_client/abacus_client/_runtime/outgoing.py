"""A request as it leaves us: by which library, and in that library's terms.

Our own connections are httpcore's, which is what httpx itself stands on: a request through httpx
costs half as much again. Through httpx go the requests of a client that was given, those that need
a proxy, and those of a process whose tests have replaced httpx's transports.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from .deadlines import timeouts
from .errors import ConfigError, RequestError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    import httpcore
    import httpx

    from .request import Request

T = TypeVar("T")

LIMITS: Any = {
    "max_connections": 100,
    "max_keepalive_connections": 20,
    "keepalive_expiry": 20.0,
}
"""How many connections are held, how many of them idle, and for how many seconds."""

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


def way_of(request: Request, transport: str, method: str) -> str:
    """Choose how a request goes.

    Args:
        request: The request.
        transport: The class of httpx that would send it.
        method: The method that would.

    Returns:
        `httpx`, or for httpcore the scheme: `http` or `https`.
    """
    scheme = request.url.partition(":")[0].lower()
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


def through_httpx(make: Callable[..., T]) -> T:
    """Make a client of httpx like our own connections: it keeps no cookies.

    Args:
        make: The class.

    Returns:
        The client. Proxies are as the environment names them.

    Raises:
        ConfigError: They cannot be used.
    """
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    import httpx

    jar = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    try:
        return make(verify=secure(), limits=httpx.Limits(**LIMITS), cookies=jar)
    except ImportError:
        why = "httpx needs its extra `socks` for it"
    except (ValueError, httpx.InvalidURL):
        why = "its address is none"  # which is not repeated, for it may hold a password
    raise ConfigError(f"the proxy that the environment names cannot be used: {why}")


def for_httpx(request: Request, streamed: object) -> dict[str, Any]:
    """Write a request for `httpx.Client.build_request`.

    Args:
        request: The request.
        streamed: What iterates over its body.

    Returns:
        The arguments.
    """
    headers = [(name.encode("ascii"), _bytes(value)) for name, value in request.headers]
    parts: dict[str, Any] = {"method": request.method, "url": request.url, "headers": headers}
    body = request.body
    if body is not None:
        parts["content"] = streamed if body.content is None else body.content
        if body.length is not None:
            headers.append((b"Content-Length", b"%d" % body.length))
    return parts


def limit(built: httpx.Request, request: Request) -> dict[str, float | None]:
    """Limit what httpx has built.

    Args:
        built: httpx's request.
        request: Ours, which knows the limits.

    Returns:
        The limits as they are in it.
    """
    limits = timeouts(request.timeout, request.deadline)
    built.extensions = {**built.extensions, "timeout": limits}
    return limits


def for_httpcore(
    request: Request, streamed: Any
) -> tuple[httpcore.Request, dict[str, float | None]]:
    """Write a request for httpcore.

    Args:
        request: The request.
        streamed: What iterates over its body.

    Returns:
        httpcore's request, and the limits as they are in it.

    Raises:
        RequestError: The address is none.
    """
    import httpcore

    scheme, host, port, named, start = _authority(request.url)
    target = request.url[start:]
    if target[:1] != "/":
        target = f"/{target}"
    try:
        where = httpcore.URL(scheme=scheme, host=host, port=port, target=target.encode("ascii"))
    except UnicodeEncodeError:
        raise RequestError("the address holds characters that are not encoded") from None
    headers = [(name.encode("ascii"), _bytes(value)) for name, value in request.headers]
    if not any(name.lower() == b"host" for name, _ in headers):
        headers.insert(0, (b"Host", named))
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
    extensions = {"timeout": limits}
    ready = httpcore.Request(
        request.method, where, headers=headers, content=content, extensions=extensions
    )
    return ready, limits


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
