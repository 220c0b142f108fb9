"""Limits of single steps that know when the whole call ends.

httpcore hands a timeout down to every single read and write as it is given; one that knows when the
call ends makes each of them shorter than the one before.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .options import Timeout

_NOTHING_LEFT = 0.000_001


class Until(float):
    """Seconds for one step, counted at its start, that know when the whole call ends."""

    deadline: float

    def __new__(cls, limit: float | None, deadline: float, now: float) -> Until:
        """Make one.

        Args:
            limit: Seconds for one step.
            deadline: When the call ends, by `time.monotonic()`.
            now: The time.
        """
        left = max(deadline - now, _NOTHING_LEFT)
        made = super().__new__(cls, left if limit is None or limit > left else limit)
        made.deadline = deadline
        return made


def timeouts(timeout: Timeout, deadline: float | None) -> dict[str, float | None]:
    """Write limits as httpx and httpcore take them.

    Args:
        timeout: The limits.
        deadline: When the call ends, by `time.monotonic()`.

    Returns:
        Step -> seconds.
    """
    connect, read, write, pool = timeout.connect, timeout.read, timeout.write, timeout.pool
    if deadline is None:
        return {"connect": connect, "read": read, "write": write, "pool": pool}
    now = time.monotonic()
    whole = Until(None, deadline, now)
    return {
        "connect": whole if connect is None else Until(connect, deadline, now),
        "read": whole if read is None else Until(read, deadline, now),
        "write": whole if write is None else Until(write, deadline, now),
        "pool": whole if pool is None else Until(pool, deadline, now),
    }


def end_of(timeout: float | None) -> float | None:
    """Tell when a step that begins now has to end.

    Args:
        timeout: Its limit.

    Returns:
        The time, by `time.monotonic()`; None for never.
    """
    if timeout is None:
        return None
    end = time.monotonic() + timeout
    return min(end, timeout.deadline) if isinstance(timeout, Until) else end


def left_until(end: float | None, late: type[Exception]) -> float | None:
    """Tell how much time is left.

    Args:
        end: When it ends; None for never.
        late: What to raise if that is over.

    Returns:
        Seconds; None for no limit.
    """
    if end is None:
        return None
    left = end - time.monotonic()
    if left <= 0:
        raise late
    return left
