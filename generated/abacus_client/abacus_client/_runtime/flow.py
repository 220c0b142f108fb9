"""One call, as a flow that does no I/O: it yields what it wants done and is given what came of it."""

from __future__ import annotations

import base64
import email.utils
import logging
import random
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urljoin, urlsplit

from . import encode
from .api import ApiKey, Basic, Bearer
from .call import OMIT, Empty, Json, Text
from .decode import (
    Decoded,
    Unreadable,
    choose,
    envelope_of,
    read_enveloped,
    read_json,
    read_other,
    read_plain,
    read_text,
)
from .errors import (
    ApiError,
    ApiTimeoutError,
    ConfigError,
    DecodeError,
    StatusError,
    class_for_status,
)
from .options import Deviation, Retrying

if TYPE_CHECKING:
    from .api import Api
    from .call import Call
    from .options import RetryPolicy, Timeout

T = TypeVar("T")
log = logging.getLogger(__name__.rpartition(".")[0].rpartition(".")[0] or __name__)

IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
BODY_BOUND = 64 * 1024
MAX_REDIRECTS = 10


@dataclass
class Request:
    """A request as it goes out."""

    method: str
    url: str
    headers: list[tuple[str, str]]
    content: bytes | None
    timeout: Timeout
    deadline: float | None = None


@dataclass
class Response:
    """A response with its body read."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass
class Failure:
    """A request without a response.

    Attributes:
        error: What the caller would see.
        unsent: Whether the server cannot have acted on the request.
    """

    error: ApiError
    unsent: bool = False


@dataclass
class Send:
    """Send a request; answered with a `Response` or a `Failure`."""

    request: Request


@dataclass
class Sleep:
    """Wait."""

    seconds: float


Effect = Send | Sleep
Flow = Generator[Effect, Any, T]


@dataclass
class Settings:
    """What a client knows, as the flow needs it."""

    api: Api
    base_url: str
    credentials: Mapping[str, str | tuple[str, str]]
    timeout: Timeout
    retry: RetryPolicy
    headers: Mapping[str, str]
    strict: bool = False
    asynchronous: bool = False
    on_deviation: Callable[[Deviation], None] | None = None
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random
    secrets: tuple[str, ...] = field(default=(), repr=False)


def call_flow(settings: Settings, call: Call[object, object]) -> Flow[Any]:
    """Run one call: write it, send it, try again where that helps, read the reply.

    Args:
        settings: The client's settings.
        call: What to call.

    Returns:
        A flow that ends with the method's result.

    Raises:
        ApiError: Any failure.
    """
    operation = call.operation
    clock = settings.clock
    started = clock()
    total = settings.timeout.total
    deadline = None if total is None else started + total
    policy = settings.retry
    idempotent = operation.idempotent
    if idempotent is None:
        idempotent = operation.method.upper() in IDEMPOTENT
    attempt = 0
    try:
        request = write(settings, call)
        request.deadline = deadline
        while True:
            attempt += 1
            answer: Response | Failure = yield from _send(settings, request)
            if isinstance(answer, Failure):
                error = answer.error
                again = answer.unsent or idempotent
            else:
                value, error = read(settings, call, answer)
                if error is None:
                    return value
                again = idempotent and answer.status in policy.statuses
            if not again or attempt >= policy.attempts:
                raise error
            wait = _wait(policy, attempt, error.retry_after, settings.chance)
            if deadline is not None and clock() + wait >= deadline:
                raise error
            if policy.on_retry is not None:
                policy.on_retry(Retrying(operation.id, attempt, wait, error))
            log.info("%s: attempt %d failed, again in %.2f s", operation.id, attempt, wait)
            yield Sleep(wait)
    except ApiError as error:
        error.operation = operation.id
        error.attempts = attempt
        error.elapsed = clock() - started
        raise


def _send(settings: Settings, request: Request) -> Flow[Response | Failure]:
    """Send one attempt, following redirects."""
    for _ in range(MAX_REDIRECTS + 1):
        if request.deadline is not None and settings.clock() >= request.deadline:
            return Failure(ApiTimeoutError("the call took longer than its total timeout"))
        answer: Response | Failure = yield Send(request)
        if isinstance(answer, Failure) or answer.status not in (301, 302, 303, 307, 308):
            return answer
        location = answer.headers.get("location")
        if not location:
            return answer
        request = _redirected(settings, request, answer.status, location)
    return Failure(ApiError(f"more than {MAX_REDIRECTS} redirects"))


def _redirected(settings: Settings, request: Request, status: int, location: str) -> Request:
    url = urljoin(request.url, location)
    method, content, headers = request.method, request.content, request.headers
    if (status == 303 and method != "HEAD") or (status in (301, 302) and method == "POST"):
        method, content = "GET", None
        headers = [h for h in headers if h[0].lower() not in ("content-type", "content-length")]
    if _origin(url) != _origin(request.url):
        secret = {"authorization", "cookie", "proxy-authorization"}
        secret |= {s.wire.lower() for s in settings.api.schemes if isinstance(s, ApiKey)}
        headers = [h for h in headers if h[0].lower() not in secret]
    return Request(method, url, headers, content, request.timeout, request.deadline)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or default


def write(settings: Settings, call: Call[object, object]) -> Request:
    """Write a call as a request.

    Args:
        settings: The client's settings.
        call: The call.

    Returns:
        The request.

    Raises:
        RequestError: A value cannot be written.
        ConfigError: There is no key or no server.
    """
    api, operation = settings.api, call.operation
    base_url = operation.base_url if operation.base_url is not None else settings.base_url
    if not base_url:
        raise ConfigError(f"{api.title} has no server address: pass base_url=")
    url = encode.url_of(call, base_url, title=api.title_booleans)
    headers: dict[str, tuple[str, str]] = {}

    def put(pairs: Iterable[tuple[str, str]]) -> None:
        for name, value in pairs:
            encode.check_header(name, value)
            headers[name.lower()] = (name, value)

    accept = sorted(
        {_ACCEPT.get(type(reply), "*/*") for reply in operation.replies.values()} - {"*/*"}
    )
    put([("Accept", ", ".join(accept) or "*/*"), ("User-Agent", api.user_agent or "rebind")])
    content: bytes | None = None
    if call.json is not OMIT:
        content = encode.json_text(call.json).encode("ascii")
        put([("Content-Type", call.content_type or "application/json")])
    elif call.form is not None:
        content = encode.form_of(call, title=api.title_booleans)
        put([("Content-Type", call.content_type or "application/x-www-form-urlencoded")])
    elif call.content is not OMIT:
        given = call.content
        content = given.encode() if isinstance(given, str) else bytes(given)  # type: ignore[call-overload]
        put([("Content-Type", call.content_type or "application/octet-stream")])
    put(encode.headers_of(call, title=api.title_booleans))
    query = _authenticate(settings, call, put)
    if query:
        url += ("&" if "?" in url else "?") + query
    put(settings.headers.items())
    return Request(operation.method.upper(), url, list(headers.values()), content, settings.timeout)


_ACCEPT: dict[type, str] = {Json: "application/json", Text: "text/*"}


def _authenticate(
    settings: Settings,
    call: Call[object, object],
    put: Callable[[list[tuple[str, str]]], None],
) -> str:
    """Add the credentials of the first alternative that the client has; return what goes into the query."""
    api = settings.api
    required = call.operation.security if call.operation.security is not None else api.security
    if not required:
        return ""
    known = {scheme.name: scheme for scheme in api.schemes}
    for alternative in sorted(required, key=lambda names: not names):
        if all(name in settings.credentials and name in known for name in alternative):
            break
    else:
        where = f" or set {api.key_env}" if api.key_env else ""
        raise ConfigError(f"{api.title} needs a key for {call.operation.id}: pass api_key={where}")
    query = ""
    for name in alternative:
        scheme, key = known[name], settings.credentials[name]
        text = key if isinstance(key, str) else ":".join(key)
        if isinstance(scheme, Bearer):
            put([("Authorization", f"Bearer {text}")])
        elif isinstance(scheme, Basic):
            put([("Authorization", "Basic " + base64.b64encode(text.encode()).decode("ascii"))])
        elif scheme.place == "header":
            put([(scheme.wire, text)])
        elif scheme.place == "cookie":
            put([("Cookie", f"{scheme.wire}={quote(text, safe='')}")])
        else:
            query = f"{quote(scheme.wire, safe='')}={quote(text, safe='')}"
    return query


def read(
    settings: Settings, call: Call[object, object], response: Response
) -> tuple[Any, ApiError | None]:
    """Read a response.

    Args:
        settings: The client's settings.
        call: The call.
        response: The response.

    Returns:
        The result and no error, or None and the error.
    """
    api, operation = settings.api, call.operation
    reply = choose(operation.replies, response.status)
    content_type = response.headers.get("content-type", "")
    envelope, good = api.envelope, 200 <= response.status < 300
    about: dict[str, Any] = {
        "status": response.status,
        "request_id": response.headers.get(api.request_id_header),
        "retry_after": retry_after(response.headers.get("retry-after"), settings.wall()),
        "content": response.content[:BODY_BOUND],
    }
    try:
        if envelope is not None and (isinstance(reply, (Json, Empty)) or not good):
            decoded = read_enveloped(
                envelope,
                response.content,
                reply if isinstance(reply, Json) else Json(),
                asynchronous=settings.asynchronous,
            )
        elif good and isinstance(reply, Json):
            decoded = read_plain(response.content, reply, asynchronous=settings.asynchronous)
        elif good:
            decoded = Decoded(None, read_other(reply, response.content, content_type))
        else:
            decoded = Decoded(False)
    except Unreadable as error:
        if good:
            if isinstance(reply, Empty):
                return None, None
            message = f"the reply cannot be read: {error}"
            return None, DecodeError(
                message, body=read_text(about["content"], content_type), **about
            )
        decoded = Decoded(False)
    ok = good if decoded.ok is None else decoded.ok
    if decoded.request_id:
        about["request_id"] = decoded.request_id
    if not ok:
        return None, _status_error(settings, response, decoded, about, content_type)
    if decoded.misfits:
        deviations = tuple(
            Deviation(m.pointer, m.expected, m.value, operation.id) for m in decoded.misfits
        )
        if settings.strict:
            first = deviations[0]
            more = f", and {len(deviations) - 1} more" if len(deviations) > 1 else ""
            message = f"the reply deviates at {first.pointer or '/'}: not {first.expected}{more}"
            return None, DecodeError(message, **about).with_deviations(deviations)
        for deviation in deviations:
            log.debug("%s: %s is not %s", operation.id, deviation.pointer, deviation.expected)
            if settings.on_deviation is not None:
                settings.on_deviation(deviation)
    return decoded.result, None


def _status_error(
    settings: Settings,
    response: Response,
    decoded: Decoded,
    about: dict[str, Any],
    content_type: str,
) -> StatusError:
    api, status = settings.api, response.status
    body: Any
    try:
        body = read_json(response.content)
    except Unreadable:
        body = read_text(about["content"], content_type) or None
    if decoded.error_type is None and decoded.message is None and api.envelope is not None:
        decoded = envelope_of(api.envelope, body) or decoded
    by_status = api.statuses() if api.statuses is not None else {}
    by_type = api.errors() if api.errors is not None else {}
    cls = by_status.get(status) or by_type.get(decoded.error_type or "") or class_for_status(status)
    message = decoded.message or _message(body, status)
    return cls(message, error_type=decoded.error_type, body=body, **about)


def _message(body: Any, status: int) -> str:
    """The text in an error's body, by the names that APIs use for it."""
    found = body
    for _ in range(2):
        if isinstance(found, dict):
            found = next(
                (
                    found[k]
                    for k in ("message", "detail", "error_description", "error", "title")
                    if found.get(k)
                ),
                None,
            )
    if isinstance(found, str) and found.strip() and not found.lstrip().startswith("<"):
        return found.strip()[:500]
    return f"the server answered with status {status}"


def retry_after(text: str | None, now: float) -> float | None:
    """Read a `Retry-After` header.

    Args:
        text: Seconds or an HTTP date.
        now: The time, as `time.time()`.

    Returns:
        Seconds from now; None for junk.
    """
    if not text:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - now)
    except (TypeError, ValueError, OverflowError):
        return None


def _wait(
    policy: RetryPolicy, attempt: int, asked: float | None, chance: Callable[[], float]
) -> float:
    wait = min(policy.cap, policy.backoff * 2.0 ** min(attempt - 1, 30))
    wait *= 1.0 - policy.jitter * chance()
    return max(wait, min(asked, policy.retry_after_cap)) if asked is not None else wait
