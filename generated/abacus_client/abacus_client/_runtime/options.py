"""What a caller may choose per client, per copy and per call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from .errors import ApiError


@dataclass(frozen=True)
class Timeout:
    """Limits in seconds; None is no limit.

    Attributes:
        total: The whole call: every attempt, every wait between them, and the body to its end.
        connect: Making one connection.
        read: Waiting for the next bytes.
        write: Getting the next bytes out.
        pool: Waiting for a free connection.
    """

    total: float | None = 600.0
    connect: float | None = 10.0
    read: float | None = None
    write: float | None = None
    pool: float | None = None


@dataclass(frozen=True)
class Retrying:
    """One decision to try again, as `RetryPolicy.on_retry` sees it.

    Attributes:
        operation: The operation's id.
        attempt: The attempt that failed, from 1.
        wait: Seconds until the next.
        error: What the attempt failed with.
    """

    operation: str
    attempt: int
    wait: float
    error: ApiError


@dataclass(frozen=True)
class RetryPolicy:
    """When a failed request is sent again.

    Connection failures before a request could have been processed are retried for every operation,
    anything else only for idempotent ones.

    Attributes:
        attempts: Tries in all, the first included; 1 turns retries off.
        statuses: HTTP statuses worth another try.
        backoff: Seconds before the second try; doubled for each further one.
        cap: The longest wait, before jitter.
        jitter: The share of a wait that is random, 0 to 1.
        retry_after_cap: The longest `Retry-After` that is obeyed; a longer one is cut to it.
        on_retry: Called before each wait.
    """

    attempts: int = 3
    statuses: frozenset[int] = frozenset({408, 429, 502, 503, 504})
    backoff: float = 0.5
    cap: float = 8.0
    jitter: float = 0.5
    retry_after_cap: float = 60.0
    on_retry: Callable[[Retrying], None] | None = None


@dataclass(frozen=True)
class Deviation:
    """A place where a reply is not what the description says.

    Attributes:
        pointer: JSON pointer into the reply's body.
        expected: What the description says.
        value: What came; kept in the result as it came.
        operation: The operation's id.
    """

    pointer: str
    expected: str
    value: object
    operation: str


class CallOptions(TypedDict, total=False):
    """Keyword arguments that every generated method takes; what is left out comes from the client.

    Attributes:
        timeout: A `Timeout`, or a number for its `total`; None for no limit.
        retry: A `RetryPolicy`, or the number of attempts in all; None for one.
        headers: More headers; they win over the client's own.
    """

    timeout: Timeout | float | None
    retry: RetryPolicy | int | None
    headers: Mapping[str, str]


DEFAULT_TIMEOUT = Timeout()
DEFAULT_RETRY = RetryPolicy()
NO_TIMEOUT = Timeout(total=None, connect=None)
NO_RETRY = RetryPolicy(attempts=1)


def as_timeout(value: Timeout | float | None) -> Timeout:
    """Read a `timeout=` argument: a number is the total, None is no limit."""
    if value is None:
        return NO_TIMEOUT
    return value if isinstance(value, Timeout) else Timeout(total=float(value))


def as_retry(value: RetryPolicy | int | None) -> RetryPolicy:
    """Read a `retry=` argument: a number is the attempts in all, None is one."""
    if value is None:
        return NO_RETRY
    return value if isinstance(value, RetryPolicy) else RetryPolicy(attempts=max(1, value))
