"""Waits for what no single field says."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from abacus_client._runtime.waiting import Waiting, bounded, limited, wait_flow
from abacus_client.errors import ConflictError

if TYPE_CHECKING:
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client._runtime.client import AsyncClient, Client
    from abacus_client._runtime.waiting import WaitFlow

T = TypeVar("T")


class Until(Waiting, kw_only=True):
    """A wait for something to come true of the object that is brought up to date.

    Attributes:
        true: Tells whether it has.
    """

    true: Callable[[], bool]

    def goes_on(self, state: object) -> bool:
        """Tell whether to wait on, whatever the state."""
        return not self.true()


def latest(version: T | None, what: str) -> T:
    """Insist on a version.

    Args:
        version: The latest version of something.
        what: What it is a version of.

    Returns:
        The version.

    Raises:
        ConflictError: There is none.
    """
    if version is None:
        raise ConflictError(
            f"this {what} has no version yet", status=409, error_type="ConflictError"
        )
    return version


def left(deadline: float | None) -> Callable[[], float | None]:
    """Start a clock for waits one after the other.

    Args:
        deadline: Seconds for all of them; None: no limit.

    Returns:
        Tells how many seconds are left: a moment at least, so that the last wait says what it has
        waited for.
    """
    started = time.monotonic()
    if deadline is None:
        return lambda: None
    return lambda: max(0.001, started + deadline - time.monotonic())


class Within:
    """One limit for calls one after the other, of which the last one waits.

    Args:
        client: The client that makes them.
        deadline: Seconds for all of them; None: no limit.
        options: The options that the caller gives; a `timeout` is the limit of all.

    Attributes:
        left: Tells how many seconds are left.
        options: The options of each call, without that limit.

    Raises:
        ValueError: The limit makes no sense.
    """

    def __init__(
        self, client: Client | AsyncClient, deadline: float | None, options: CallOptions
    ) -> None:
        limit, self.options = bounded(deadline, options)
        if limit is not None and not limit > 0:
            raise ValueError("deadline= and timeout= are in seconds above 0, or None")
        self.left = left(limit)
        self._each = cast("Any", client)._settings_for(self.options).timeout

    def call(self) -> CallOptions:
        """The options of the next call, which has to be done in time."""
        return limited(self.options, self._each, self.left())


def each(client: Client | AsyncClient, options: CallOptions) -> CallOptions:
    """Keep a `timeout` for each call, also for those of a wait.

    Args:
        client: The client that makes them.
        options: The options that the caller gives.

    Returns:
        The same options.
    """
    if "timeout" not in options:
        return options
    return {**options, "timeout": cast("Any", client)._settings_for(options).timeout}


STREAMING_READY = Waiting(
    operation="describeFeatureGroup", status=("streamingReady",), pending=(False,)
)


def streams(enabled: bool | None) -> None:
    """Insist that a feature group is made for streaming.

    Args:
        enabled: Whether it is.

    Raises:
        ConflictError: It is not.
    """
    if not enabled:
        raise ConflictError(
            "this feature group is not made for streaming", status=409, error_type="ConflictError"
        )


ROW_PROCESSED = Waiting(
    operation="describeFeatureGroupRowProcessByKey",
    status=("status",),
    pending=("PENDING", "PROCESSING"),
)


def watch(
    client: Client,
    waiting: Waiting,
    look: Callable[[CallOptions], T],
    deadline: float | None,
    delay: float,
    options: CallOptions,
) -> T:
    """Wait for what has no methods of its own.

    Args:
        client: The client.
        waiting: What is waited for.
        look: Reads it.
        deadline: The most seconds to wait; None for no limit.
        delay: The most seconds between two looks.
        options: Options of each call.

    Returns:
        What was read last.

    Raises:
        ApiTimeoutError: The deadline has come.
    """
    deadline, options = bounded(deadline, options)
    found: T = cast("Any", client)._wait(_flow(waiting, client, deadline, delay), look, options)
    return found


async def watch_awaited(
    client: AsyncClient,
    waiting: Waiting,
    look: Callable[[CallOptions], Awaitable[T]],
    deadline: float | None,
    delay: float,
    options: CallOptions,
) -> T:
    """Wait for what has no methods of its own, as `watch` does."""
    deadline, options = bounded(deadline, options)
    flow = _flow(waiting, client, deadline, delay)
    found: T = await cast("Any", client)._wait(flow, look, options)
    return found


def _flow(
    waiting: Waiting, client: Client | AsyncClient, deadline: float | None, delay: float
) -> WaitFlow[Any]:
    settings = cast("Any", client)._settings
    return wait_flow(
        waiting, deadline=deadline, delay=delay, clock=settings.clock, chance=settings.chance
    )
