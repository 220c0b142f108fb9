"""What a caller may choose per client, per copy of a client and per call."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from .values import Value

if TYPE_CHECKING:
    from .errors import ApiError


class Timeout(Value):
    """Limits in seconds; None is no limit.

    Attributes:
        total: The whole call: every attempt, every wait between them, the body to its end.
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

    def __post_init__(self) -> None:
        for name in ("total", "connect", "read", "write", "pool"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ValueError(
                    f"Timeout({name}={value!r}): seconds above 0, or None for no limit"
                )


class Retrying(Value):
    """A decision to try again, as `RetryPolicy.on_retry` is told.

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


class RetryPolicy(Value):
    """When a failed request is sent again.

    Connection failures before a request could have been processed are retried for every operation,
    anything else only for idempotent ones.

    Attributes:
        attempts: Tries in all, the first included; 1 turns retries off.
        statuses: HTTP statuses worth another try.
        backoff: Seconds before the second try; doubled for each further one.
        cap: The longest such wait.
        jitter: The share of a wait that is left to chance, 0 to 1.
        retry_after_cap: The longest `Retry-After` that is obeyed; a longer one is cut to it.
        on_retry: Called before each wait.
    """

    attempts: int = 3
    statuses: Collection[int] = frozenset({408, 429, 502, 503, 504})
    backoff: float = 0.5
    cap: float = 8.0
    jitter: float = 0.5
    retry_after_cap: float = 60.0
    on_retry: Callable[[Retrying], None] | None = None

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError(f"RetryPolicy(attempts={self.attempts}): the first try is one of them")
        if not 0 <= self.jitter <= 1:
            raise ValueError(f"RetryPolicy(jitter={self.jitter}): a share from 0 to 1")
        if min(self.backoff, self.cap, self.retry_after_cap) < 0:
            raise ValueError("RetryPolicy: a wait cannot be negative")


class Deviation(Value):
    """A place where a reply is not what the description says.

    Attributes:
        pointer: JSON pointer into the reply's body.
        expected: What the description says.
        value: What came; it is in the result as it came.
        operation: The operation's id.
        kind: What is wrong with it: "type", "null" (where none may be), "enum" (a value that is not
            listed), "variant" (one that is not known), "limit" (too long, no date and the like),
            "missing" (a required field), "body" (there is none), or, for collectors alone,
            "undescribed" (a field).
        path: The pointer without what is data: `-` for each index, `*` for each key of a map.
        owner: The class of the object that it is in; "" if there is none.
        known: The values that the description lists, where it lists some.
        tag: The field that tells variants apart, where the variant is not known.
        status: The HTTP status.
        part: Whether the pointer leads into an item of a stream.
    """

    pointer: str
    expected: str
    value: object
    operation: str
    kind: str = "type"
    path: str = ""
    owner: str = ""
    known: tuple[object, ...] = ()
    tag: str = ""
    status: int | None = None
    part: bool = False


Progress = Callable[[int, "int | None"], None]
"""Called with the bytes so far, and with how many there will be if that is known."""


DEFAULT_TIMEOUT = Timeout()
DEFAULT_RETRY = RetryPolicy()
NO_TIMEOUT = Timeout(total=None, connect=None)
NO_RETRY = RetryPolicy(attempts=1)


def as_timeout(value: Timeout | float | None) -> Timeout:
    """Read a `timeout=` argument.

    Args:
        value: A `Timeout`, or a number for its `total`; None for no limit.

    Returns:
        The limits.
    """
    if value is None:
        return NO_TIMEOUT
    return value if isinstance(value, Timeout) else Timeout(total=value)


def as_retry(value: RetryPolicy | int | None) -> RetryPolicy:
    """Read a `retry=` argument.

    Args:
        value: A `RetryPolicy`, or the number of tries in all; 0 and None are one try.

    Returns:
        The policy.
    """
    if not value:
        return NO_RETRY
    return value if isinstance(value, RetryPolicy) else RetryPolicy(attempts=value)
