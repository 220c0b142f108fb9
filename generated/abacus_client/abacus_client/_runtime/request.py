"""A call, written as a request."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, urljoin, urlsplit

from . import encode
from .api import ApiKey, Basic, Bearer
from .body import Body, Held, body_of, multipart
from .call import OMIT, Events, Json, JsonLines, Text
from .errors import ConfigError, RedirectError, RequestError
from .inflate import ACCEPTED

if TYPE_CHECKING:
    from .api import Api
    from .call import Call, Operation
    from .options import Progress, Timeout

Credentials = Mapping[str, "str | tuple[str, str]"]

# What a header may be made of (RFC 9110); libraries below quote the value in their complaints.
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
# What goes along when a redirect leads to another origin; anything else may be a secret.
_CROSSES = frozenset({"accept", "accept-encoding", "content-type", "user-agent"})
# What a URL may hold as it is; a server's `Location` may hold anything.
_IN_URL = "%:/?#[]@!$&'()*+,;=-._~"
_ACCEPT: Mapping[type, str] = {Json: "application/json", Text: "text/*"}


class Request:
    """A request as it goes out.

    Args:
        method: The HTTP method.
        url: Where it goes.
        headers: In their order.
        body: What it carries.
        timeout: The limits of each step.

    Attributes:
        deadline: When the whole call ends, by the flow's clock.
    """

    def __init__(
        self,
        method: str,
        url: str,
        headers: list[tuple[str, str]],
        body: Body | None,
        timeout: Timeout,
    ) -> None:
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.deadline: float | None = None

    def __repr__(self) -> str:
        # URL and headers may hold a key.
        return f"<Request {self.method}>"


def write(
    api: Api,
    call: Call[object, object],
    *,
    base_url: str,
    credentials: Credentials,
    headers: Mapping[str, str],
    timeout: Timeout,
    progress: Progress | None = None,
) -> Request:
    """Write a call as a request.

    Args:
        api: The API.
        call: The call.
        base_url: The client's server.
        credentials: Scheme name -> key, token or (user name, password).
        headers: More headers; they win.
        timeout: The limits of each step.
        progress: Called while the body goes out.

    Returns:
        The request.

    Raises:
        RequestError: A value cannot be written.
        ConfigError: There is no server, or no key.
    """
    try:
        request = _written(api, call, base_url, credentials, headers, timeout)
    except UnicodeEncodeError:
        raise RequestError("a value holds half a surrogate pair, which has no encoding") from None
    if progress is not None and request.body is not None:
        request.body.watch(progress)
    return request


def _written(
    api: Api,
    call: Call[object, object],
    base_url: str,
    credentials: Credentials,
    headers: Mapping[str, str],
    timeout: Timeout,
) -> Request:
    operation = call.operation
    own = operation.base_url if operation.host is None else None
    server = base_url if own is None else own
    if server.startswith("/") and base_url:
        server = urljoin(base_url, server)
    if not server or server.startswith("/"):
        raise ConfigError(f"{api.title} has no server address: pass base_url=")
    title = api.title_booleans
    url = encode.url_of(call, server, title=title)
    if call.url is not None:
        from .paging import followed

        url = _without(followed(url, call.url), _query_keys(api))
    found: dict[str, tuple[str, str]] = {}

    def put(pairs: Iterable[tuple[str, str]]) -> None:
        for name, value in pairs:
            lower = name.lower()
            if lower == "cookie" and lower in found:
                value = f"{found[lower][1]}; {value}"
            found[lower] = name, check_header(name, value)

    put([("Accept", _accept(call)), ("Accept-Encoding", ACCEPTED)])
    put([("User-Agent", api.user_agent or "python")])
    body, content_type = _body(api, call)
    if body is not None and content_type is not None:
        put([("Content-Type", content_type)])
    put(encode.headers_of(call, title=title))
    query = _authenticate(api, call, credentials, put)
    if query:
        url += ("&" if "?" in url else "?") + query
    if operation.idempotency_key is not None and operation.idempotency_key.lower() not in found:
        import uuid

        put([(operation.idempotency_key, str(uuid.uuid4()))])
    put(headers.items())
    if "content-length" in found or "transfer-encoding" in found:
        _frame(body, found)
    return Request(operation.method.upper(), url, list(found.values()), body, timeout)


def _frame(body: Body | None, headers: dict[str, tuple[str, str]]) -> None:
    """Take out what says how long the body is: that is ours to say, and only once."""
    if "transfer-encoding" in headers:
        raise RequestError("'Transfer-Encoding' is no header to choose: it goes with the body")
    given = headers.pop("content-length")[1]
    known = 0 if body is None else body.length
    if body is not None and known is None and given.isascii() and given.isdigit():
        body.length = int(given)
    elif given != str(known):
        raise RequestError(f"'Content-Length' says {given}, but the body has {known} bytes")


def check_header(name: str, value: str) -> str:
    """Refuse a header that is none, or would become two.

    Args:
        name: Its name.
        value: Its value, which is a secret for all we know.

    Returns:
        The value without the space around it.

    Raises:
        RequestError: It holds what a header cannot hold.
    """
    if not _NAME.fullmatch(name):
        raise RequestError(f"{name!r} cannot be the name of a header")
    if not isinstance(cast("object", value), str):
        raise RequestError(f"the header {name!r} has to be text, not {type(value).__name__}")
    value = value.strip(" \t")
    if not _VALUE.fullmatch(value):
        raise RequestError(f"the value of the header {name!r} holds a control character")
    return value


def redirected(api: Api, request: Request, status: int, location: str) -> Request:
    """Write the request that a redirect asks for.

    Args:
        api: The API.
        request: What was sent.
        status: The status that came back.
        location: Where it points.

    Returns:
        The next request; towards another origin it carries no key and no header of the caller's.

    Raises:
        RedirectError: It cannot, or must not, be followed.
    """
    try:
        url = urljoin(request.url, quote(location.strip(), safe=_IN_URL)).partition("#")[0]
        here, there = origin(request.url), origin(url)
    except ValueError:
        raise RedirectError("a redirect to no address", status=status) from None
    if there[0] not in ("http", "https") or not is_host(there[1]):
        raise RedirectError("a redirect to what is not a web address", status=status)
    if here[0] == "https" and there[0] == "http":
        raise RedirectError("a redirect from https to http", status=status)
    if "@" in urlsplit(url).netloc:
        raise RedirectError("a redirect with a password in it", status=status)
    next_ = copy(request)
    next_.url = url
    if (status == 303 and request.method != "HEAD") or (
        status in (301, 302) and request.method == "POST"
    ):
        next_.method, next_.body = "GET", None
        next_.headers = [pair for pair in next_.headers if pair[0].lower() != "content-type"]
    elif request.body is not None and not request.body.again:
        raise RedirectError("a redirect of a body that cannot be sent twice", status=status)
    keys = _query_keys(api)
    if here != there:
        next_.headers = [pair for pair in next_.headers if pair[0].lower() in _CROSSES]
        next_.url = _without(url, keys)
    elif keys:
        next_.url = _with(url, [p for p in _pairs(request.url) if p.partition("=")[0] in keys])
    return next_


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Tell scheme, host and port of a URL."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def is_host(name: str | None) -> bool:
    """Tell whether a host may be called so; looking up other names breaks in Python itself.

    Args:
        name: The host, without port; None: there is none.

    Returns:
        Whether it may.
    """
    labels = (name or "").removesuffix(".").split(".")
    return all(0 < len(label) < 64 for label in labels)


def _accept(call: Call[object, object]) -> str:
    replies = call.operation.replies
    streams = [reply for reply in replies.values() if isinstance(reply, (Events, JsonLines))]
    if streams:  # alone, although errors may be JSON: some servers are told so what to send
        first = streams[0]
        return first.media_type if isinstance(first, JsonLines) else "text/event-stream"
    kinds = {_ACCEPT.get(type(reply)) for reply in replies.values()}
    kinds.discard(None)
    return ", ".join(sorted(str(kind) for kind in kinds)) or "*/*"


def _body(api: Api, call: Call[object, object]) -> tuple[Body | None, str | None]:
    given, title = call.content_type, api.title_booleans
    if call.json is not OMIT:
        text = encode.json_text(call.json)
        return Body(Held(text.encode("ascii"))), given or "application/json"
    if call.multipart is not None:
        return multipart(call.operation, call.multipart, title=title, guess=api.part_types)
    if call.form is not None:
        form = encode.form_of(call, title=title)
        return Body(Held(form)), given or "application/x-www-form-urlencoded"
    if call.content is not OMIT:
        kind = "text/plain; charset=utf-8" if isinstance(call.content, str) else None
        return body_of(call.content), given or kind or "application/octet-stream"
    return None, None


def _authenticate(
    api: Api,
    call: Call[object, object],
    credentials: Credentials,
    put: Callable[[Iterable[tuple[str, str]]], None],
) -> str:
    """Add the credentials of the first alternative that there are any for.

    Returns:
        What goes into the query.
    """
    names = alternative(api, call.operation, credentials)
    if names is None:
        way = f", or set {api.key_env}" if api.key_env else ""
        what = f"{api.title}: {call.operation.id} needs a key"
        raise ConfigError(f"{what}: pass api_key= to the client{way}")
    query: list[str] = []
    schemes = {scheme.name: scheme for scheme in api.schemes} if names else {}
    for name in names:
        scheme, key = schemes[name], credentials[name]
        text = key if isinstance(key, str) else ":".join(key)
        if isinstance(scheme, Bearer):
            put([("Authorization", f"Bearer {text}")])
        elif isinstance(scheme, Basic):
            put([("Authorization", f"Basic {base64.b64encode(text.encode()).decode()}")])
        elif scheme.place == "header":
            put([(scheme.wire, text)])
        elif scheme.place == "cookie":
            put([("Cookie", f"{scheme.wire}={quote(text, safe='')}")])
        else:
            query.append(f"{quote(scheme.wire, safe='')}={quote(text, safe='')}")
    return "&".join(query)


def alternative(
    api: Api, operation: Operation[object, object], credentials: Credentials
) -> tuple[str, ...] | None:
    """Choose how a call authenticates.

    Args:
        api: The API.
        operation: What is called.
        credentials: Scheme name -> key, token or (user name, password).

    Returns:
        The schemes of the first alternative that there are credentials for; empty where none are
        needed; None where some are missing.
    """
    required = api.security if operation.security is None else operation.security
    if not required:
        return ()
    schemes = {scheme.name for scheme in api.schemes}
    # An empty alternative means that the operation works without credentials, too.
    for names in sorted(required, key=lambda names: not names):
        if all(name in credentials and name in schemes for name in names):
            return names
    return None


def server_address(url: str, *, relative: bool = False) -> str:
    """Refuse a server address that no request could go to.

    Args:
        url: The address.
        relative: Whether a path alone is as good as none.

    Returns:
        The address, without a slash at its end.

    Raises:
        ConfigError: It is none.
    """
    if not url or (relative and "://" not in url):
        return ""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and is_host(parts.hostname) and parts.port != 0
        good = good and not parts.query and not parts.fragment and "@" not in parts.netloc
    except ValueError:
        good = False
    if not good:
        shown = url if "@" not in url else "the address"
        raise ConfigError(f"{shown} is no server: it has to be like https://api.example.com/v1")
    return url.rstrip("/")


def _query_keys(api: Api) -> set[str]:
    keys = (s for s in api.schemes if isinstance(s, ApiKey) and s.place == "query")
    return {quote(key.wire, safe="") for key in keys}


def _pairs(url: str) -> list[str]:
    return [pair for pair in urlsplit(url).query.split("&") if pair]


def _without(url: str, keys: set[str]) -> str:
    if not keys:
        return url
    kept = [pair for pair in _pairs(url) if pair.partition("=")[0] not in keys]
    return urlsplit(url)._replace(query="&".join(kept)).geturl()


def _with(url: str, pairs: list[str]) -> str:
    have = {pair.partition("=")[0] for pair in _pairs(url)}
    more = [pair for pair in pairs if pair.partition("=")[0] not in have]
    return urlsplit(url)._replace(query="&".join([*_pairs(url), *more])).geturl()
