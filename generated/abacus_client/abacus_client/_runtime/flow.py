"""One call, as a flow without I/O: it yields what it wants done, and is told what came of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Hashable, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from .call import Binary, Events, JsonLines
from .errors import ApiError, DecodeError, RedirectError
from .failure import Failure, too_late
from .headers import Headers
from .options import DEFAULT_TIMEOUT, Deviation, Retrying
from .request import Request, redirected, write
from .response import BOUND, Read, Response, read
from .scrub import scrub, scrubbed
from .tracing import Span

if TYPE_CHECKING:
    from .api import Api
    from .call import Call, Operation
    from .misfit import Misfit
    from .options import Progress, RetryPolicy, Timeout

T = TypeVar("T")

# The package's own name: `abacus_client` for `abacus_client._runtime.flow`.
log = logging.getLogger(__name__.rsplit(".", 2)[0])

IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 10


class Send:
    """Send a request; answered with a `Response` or a `Failure`.

    Args:
        request: The request.
        keeps: Tells by status and headers whether the response is left open, its body not read;
            None: never.
        layers: What the caller has put around each attempt.
    """

    def __init__(
        self, request: Request, keeps: Keeps | None = None, layers: tuple[Any, ...] = ()
    ) -> None:
        self.request = request
        self.keeps = keeps
        self.layers = layers


class Sleep:
    """Wait; answered with None.

    Args:
        seconds: How long.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class Turn:
    """Wait until nobody else is at something; answered with what ends the turn.

    Args:
        key: What it is.
        deadline: When to stop waiting, by `time.monotonic()`; then the answer is None.
    """

    def __init__(self, key: Hashable, deadline: float | None) -> None:
        self.key = key
        self.deadline = deadline


Keeps = Callable[[int, Headers], bool]
Effect = Send | Sleep | Turn
Flow = Generator[Effect, Any, T]


class Answered:
    """How a call ended well.

    Args:
        result: The result; None if the response was left open.
        response: The response.
        attempts: Requests sent.
        elapsed: Seconds since the start of the call.
    """

    def __init__(self, result: Any, response: Response, attempts: int, elapsed: float) -> None:
        self.result = result
        self.response = response
        self.attempts = attempts
        self.elapsed = elapsed


def _chance() -> float:
    import random

    return random.random()


class Settings:
    """What a client knows.

    Args:
        api: The API.
        base_url: The server.
        credentials: Scheme name -> key, token or (user name, password).
        timeout: The limits.
        retry: When to try again.
        headers: More headers for each request.
        strict: Whether a deviation is an error.
        asynchronous: Which flavour of types replies are made into.
        on_deviation: Called for each deviation.
        middleware: Put around each attempt, the first one outermost.

    Attributes:
        progress: Called while the body goes out.
        on_error: Called with each error before it is raised, and may make another of it in place.
        hosts: Name -> address of a server that the API would tell otherwise.
        addresses: What the API has told, shared by all copies of a client.
        clock: Seconds that only grow.
        wall: The time of day, in seconds since 1970.
        chance: A number from 0 to 1.
    """

    def __init__(
        self,
        *,
        api: Api,
        base_url: str,
        credentials: Mapping[str, str | tuple[str, str]],
        timeout: Timeout,
        retry: RetryPolicy,
        headers: Mapping[str, str],
        strict: bool = False,
        asynchronous: bool = False,
        on_deviation: Callable[[Deviation], None] | None = None,
        middleware: tuple[Any, ...] = (),
    ) -> None:
        self.api = api
        self.base_url = base_url
        self.credentials = credentials
        self.timeout = timeout
        self.retry = retry
        self.headers = headers
        self.strict = strict
        self.asynchronous = asynchronous
        self.on_deviation = on_deviation
        self.middleware = middleware
        self.progress: Progress | None = None
        self.on_error: Callable[[ApiError], None] | None = None
        self.clock: Callable[[], float] = time.monotonic
        self.wall: Callable[[], float] = time.time
        self.chance: Callable[[], float] = _chance
        self.hosts: Mapping[str, str] = {}
        self.addresses: dict[Hashable, Mapping[str, Any]] = {}


def call_flow(
    settings: Settings, call: Call[object, object], *, stream: bool = False
) -> Flow[Answered]:
    """Make one call: to where it belongs, until its result is there.

    Args:
        settings: The client's settings.
        call: What to call.
        stream: Whether a success is left open, whatever its kind.

    Returns:
        A flow that ends with what came back.

    Raises:
        ApiError: Any failure.
    """
    operation = call.operation
    if operation.timeout is not None and settings.timeout is DEFAULT_TIMEOUT:
        settings = copy(settings)
        settings.timeout = DEFAULT_TIMEOUT.__replace__(total=operation.timeout)
    total = settings.timeout.total
    deadline = None if total is None else settings.clock() + total
    if operation.host is not None:
        from .hosts import host_flow

        address = yield from host_flow(settings, call, operation.host, deadline)
        settings = copy(settings)
        settings.base_url = address
    if operation.job is not None:
        from .jobs import job_flow

        return (
            yield from job_flow(settings, call, operation.job, stream=stream, deadline=deadline)
        )
    return (yield from single_flow(settings, call, stream=stream, deadline=deadline))


def single_flow(
    settings: Settings,
    call: Call[object, object],
    *,
    stream: bool = False,
    deadline: float | None,
) -> Flow[Answered]:
    """Make one request: write it, send it, try again where that can help, read the reply.

    Args:
        settings: The client's settings.
        call: What to call.
        stream: Whether a success is left open, whatever its kind.
        deadline: When the whole call ends, by the flow's clock.

    Returns:
        A flow that ends with what came back.

    Raises:
        ApiError: Any failure.
    """
    operation, policy, clock = call.operation, settings.retry, settings.clock
    started = clock()
    attempt = 0
    span: Span | None = None
    try:
        request = write(
            settings.api,
            call,
            base_url=settings.base_url,
            credentials=settings.credentials,
            headers=settings.headers,
            timeout=settings.timeout,
            progress=settings.progress,
        )
        span = Span(operation, request, settings.api.version)
        request.deadline = deadline
        repeatable = request.body is None or request.body.again
        idempotent = operation.idempotent
        if idempotent is None:
            idempotent = request.method in IDEMPOTENT or operation.idempotency_key is not None
        keeps = _keeps(settings.api, operation, stream)
        while True:
            attempt += 1
            answer: Response | Failure = yield from _attempt(
                settings, request, keeps, operation.id, attempt
            )
            if isinstance(answer, Failure):
                error: ApiError = answer.error
                error.request_id = answer.headers.get(settings.api.request_id_header)
                again = (answer.unsent or idempotent) and not answer.final
            elif answer.opened is not None:
                span.end(answer.status, attempt)
                return Answered(None, answer, attempt, clock() - started)
            else:
                outcome = read(
                    settings.api,
                    operation,
                    answer,
                    asynchronous=settings.asynchronous,
                    now=settings.wall(),
                )
                if outcome.error is None:
                    result = judged(settings, operation.id, outcome, answer)
                    span.end(answer.status, attempt)
                    if isinstance(result, bytes) and _is_binary_stream(operation):
                        from .streams import reopened

                        reopened(answer, asynchronous=settings.asynchronous)
                    return Answered(result, answer, attempt, clock() - started)
                error = outcome.error
                again = idempotent and (
                    answer.status in policy.statuses or answer.status in operation.retry_statuses
                )
            error.attempts, error.elapsed = attempt, clock() - started
            if not again or not repeatable or attempt >= policy.attempts:
                raise error
            wait = waiting(policy, attempt, error.retry_after, settings.chance())
            if deadline is not None and clock() + wait >= deadline:
                raise error
            scrub(settings.credentials, error)
            log.info(
                "%s: attempt %d failed (%s); again in %.2f s", operation.id, attempt, error, wait
            )
            if policy.on_retry is not None:
                policy.on_retry(Retrying(operation.id, attempt, wait, error))
            yield Sleep(wait)
    except ApiError as failed:
        failed.operation = operation.id
        failed.attempts, failed.elapsed = attempt, clock() - started
        scrub(settings.credentials, failed)
        if span is not None:
            span.end(failed.status, attempt, failed)
        if settings.on_error is not None:
            settings.on_error(failed)
        raise
    finally:
        if span is not None:
            span.end(None, attempt)


def _keeps(api: Api, operation: Operation[object, object], stream: bool) -> Keeps | None:
    """Which responses are left open: the streams among the successes, or all of them."""
    if stream:
        return _succeeded
    for reply in operation.replies.values():
        if isinstance(reply, JsonLines) and api.envelope is None:
            return _succeeded  # many servers call lines of JSON just JSON
        if isinstance(reply, (Events, JsonLines)):
            return _streams
    if _is_binary_stream(operation):
        return _succeeded if api.envelope is None else _long_or_other
    return None


def _is_binary_stream(operation: Operation[object, object]) -> bool:
    return any(isinstance(r, Binary) and r.stream for r in operation.replies.values())


def _succeeded(status: int, _: Headers) -> bool:
    return 200 <= status < 300


def _streams(status: int, headers: Headers) -> bool:
    """A whole JSON document in the place of a stream is an error's, in an envelope."""
    kind = headers.get("content-type") or ""
    return 200 <= status < 300 and kind.partition(";")[0].strip() != "application/json"


def _long_or_other(status: int, headers: Headers) -> bool:
    """Short JSON may be an error's, in an envelope, where it may also be what was asked for."""
    length = headers.get("content-length") or ""
    long = length.isascii() and length.isdigit() and int(length) > BOUND
    return _streams(status, headers) or (200 <= status < 300 and long)


def waiting(policy: RetryPolicy, attempt: int, asked: float | None, chance: float) -> float:
    """Choose how long to wait before the next attempt.

    Args:
        policy: The policy.
        attempt: The attempt that failed, from 1.
        asked: What the server's `Retry-After` asks for.
        chance: A number from 0 to 1.

    Returns:
        Seconds.
    """
    wait = min(policy.cap, policy.backoff * 2.0 ** min(attempt - 1, 60))
    wait *= 1.0 - policy.jitter * chance
    return wait if asked is None else max(wait, min(asked, policy.retry_after_cap))


def _attempt(
    settings: Settings, request: Request, keeps: Keeps | None, operation: str, attempt: int
) -> Flow[Response | Failure]:
    """Send a request and follow where it is redirected to."""
    clock = settings.clock
    status, method = 0, request.method
    for _ in range(MOST_REDIRECTS + 1):
        if request.deadline is not None and clock() >= request.deadline:
            return too_late()
        sent = clock()
        answer: Response | Failure = yield Send(request, keeps, settings.middleware)
        if log.isEnabledFor(logging.DEBUG):
            _log(settings, request, answer, operation, attempt, clock() - sent)
        if isinstance(answer, Failure):
            # Where to see the outcome is told by who has processed the request.
            answer.unsent = answer.unsent and request.method == method
            return answer
        if answer.status not in REDIRECTS:
            return answer
        status = answer.status
        location = answer.headers.get("location")
        if location is None:
            return Failure(RedirectError("a redirect to no address", status=status), final=True)
        try:
            request = redirected(settings.api, request, status, location)
        except RedirectError as error:
            return Failure(error, final=True)
    many = RedirectError(f"more than {MOST_REDIRECTS} redirects", status=status)
    return Failure(many, final=True)


def judged(
    settings: Settings, operation: str, outcome: Read, response: Response, *, part: bool = False
) -> Any:
    """Report where a reply deviates, and refuse it where that is asked for.

    Args:
        settings: The client's settings.
        operation: The operation's id.
        outcome: What the reply says.
        response: The reply.
        part: Whether it is an item of a stream.

    Returns:
        The result.

    Raises:
        DecodeError: It deviates, and that is refused.
    """
    hook = settings.on_deviation
    collect: Callable[[tuple[Deviation, ...]], None] | None = getattr(hook, "collect", None)
    if collect is None and not outcome.misfits:
        return outcome.result
    found = tuple(_deviation(m, operation, response, part) for m in outcome.misfits)
    if collect is not None:
        from .undescribed import undescribed

        envelope = None if part else settings.api.envelope
        at = f"/{envelope.result}" if envelope is not None and envelope.result else ""
        more = (_deviation(m, operation, response, part) for m in undescribed(outcome.result, at))
        if every := (*found, *more):
            collect(scrubbed(settings.credentials, every))
    if not found:
        return outcome.result
    if settings.strict:
        first = found[0]
        rest = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        where = first.pointer or "the whole body"
        error = DecodeError(
            f"the reply is not as described: {where} is not {first.expected}{rest}",
            status=response.status,
            request_id=response.headers.get(settings.api.request_id_header),
            content=response.content[: 64 * 1024],
        )
        error.deviations = found
        raise error
    for deviation in found:
        log.debug("%s: %s is not %s", operation, deviation.pointer, deviation.expected)
        if hook is not None and collect is None:
            hook(deviation)
    return outcome.result


def _deviation(misfit: Misfit, operation: str, response: Response, part: bool) -> Deviation:
    return Deviation(
        misfit.pointer,
        misfit.expected,
        misfit.value,
        operation,
        *misfit[3:],
        status=response.status,
        part=part,
    )


def _log(
    settings: Settings,
    request: Request,
    answer: Response | Failure,
    operation: str,
    attempt: int,
    seconds: float,
) -> None:
    """One line per request. Queries, headers and bodies stay out: they hold keys and user data."""
    parts = urlsplit(request.url)
    where = f"{parts.scheme}://{parts.hostname}{'' if parts.port is None else f':{parts.port}'}"
    said: object = answer.error.message if isinstance(answer, Failure) else answer.status
    log.debug(
        "%s: %s %s%s: %s (attempt %d, %.3f s)",
        operation, request.method, where, parts.path, said, attempt, seconds,
    )  # fmt: skip
