"""Waiting until something is done, as a flow without I/O: it looks, sleeps, and looks again."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .call import OMIT
from .errors import ApiTimeoutError, DecodeError, WaitError
from .flow import Sleep
from .values import Value

if TYPE_CHECKING:
    from .call_options import CallOptions
    from .flow import Settings
    from .options import Timeout

T = TypeVar("T")
State = str | int | float | bool | None
SOONEST = 2.0
"""Seconds before the second look, unless `delay` is less."""
SHARE = 0.1
"""The share of the time waited so far after which it is worth to look again."""
JITTER = 0.2
"""The share of a wait that is left to chance, so that those who began together do not stay so."""
EARLY = 0.05
"""Seconds by which a look that is cut off by the deadline may end before it."""


class Waiting(Value, kw_only=True):
    """What is waited for, and how.

    Attributes:
        operation: The id of the operation that looks, for errors.
        status: Where the state stands: the keys that lead to it, as they are on the wire.
        pending: The states in which it goes on; empty: all that neither end nor fail it.
        done: The states that end it well; empty: all that are neither pending nor failed.
        failed: The states that end it badly.
        delay: The most seconds between two looks.
        deadline: Seconds after which nobody waits any more; None: no limit.
    """

    operation: str
    status: tuple[str, ...]
    pending: tuple[State, ...] = ()
    done: tuple[State, ...] = ()
    failed: tuple[State, ...] = ()
    delay: float = 15.0
    deadline: float | None = 600.0

    def goes_on(self, state: object) -> bool:
        """Tell whether a state is one to wait in.

        Args:
            state: The state.

        Returns:
            Whether it is not the end.
        """
        return state in self.pending if self.pending else state not in self.done

    def flow(
        self,
        target: T,
        deadline: float | None,
        delay: float,
        on_progress: Callable[[T, float], None] | None,
        settings: Settings,
    ) -> WaitFlow[T]:
        """Begin to wait for an object, which is brought up to date by each look.

        Args:
            target: The object.
            deadline: Seconds after which nobody waits any more; None: no limit.
            delay: The most seconds between two looks.
            on_progress: Called after each look, with the object and the seconds since the start.
            settings: The client's.

        Returns:
            The flow.
        """
        return wait_flow(
            self,
            target=target,
            deadline=deadline,
            delay=delay,
            on_progress=on_progress,
            clock=settings.clock,
            chance=settings.chance,
        )


class Look:
    """Read the state again; answered with what was read.

    Args:
        left: Seconds that this may take; None for no limit.
    """

    def __init__(self, left: float | None) -> None:
        self.left = left


WaitFlow = Generator[Look | Sleep, Any, T]


def wait_flow(
    waiting: Waiting,
    *,
    target: T | None = None,
    deadline: float | None,
    delay: float,
    on_progress: Callable[[T, float], None] | None = None,
    clock: Callable[[], float],
    chance: Callable[[], float],
) -> WaitFlow[T]:
    """Look until the state is no longer one to wait in.

    Args:
        waiting: What is waited for.
        target: An object that is brought up to date by each look; None: what was read is used.
        deadline: Seconds after which nobody waits any more; None: no limit.
        delay: The most seconds between two looks.
        on_progress: Called after each look, with the object and the seconds since the start.
        clock: Seconds that only grow.
        chance: A number from 0 to 1.

    Returns:
        A flow that ends with the object.

    Raises:
        WaitError: The state is one of those that mean failure.
        ApiTimeoutError: The deadline has come.
        DecodeError: What was read is no such object.
        ValueError: A number makes no sense.
    """
    if not delay >= 0 or (deadline is not None and not deadline > 0):
        raise ValueError("deadline= is in seconds above 0, or None; delay= in seconds from 0")
    started = clock()
    looks = 0
    name, said = "what is waited for", "of unknown state"
    while True:
        left = None if deadline is None else started + deadline - clock()
        looks += 1
        try:
            fresh: T = yield Look(left)
        except ApiTimeoutError as error:
            elapsed = clock() - started
            if deadline is None or elapsed < deadline - EARLY:
                raise
            raise _late(waiting, name, said, elapsed, looks) from error
        elapsed = clock() - started
        if target is not None:
            renew(target, fresh, waiting.operation)
            fresh = target
        state = at(fresh, waiting.status)
        if isinstance(state, Enum):
            state = state.value
        name = _name(fresh)
        said = "without a state" if state is None else repr(state)
        if on_progress is not None:
            on_progress(fresh, elapsed)
        if state in waiting.failed:
            raise WaitError(
                f"{name} has failed: it is {said}",
                state=state,
                operation=waiting.operation,
                attempts=looks,
                elapsed=elapsed,
                body=fresh,
            )
        if not waiting.goes_on(state):
            return fresh
        wait = pause(delay, elapsed, chance())
        if deadline is not None and elapsed + wait >= deadline:
            raise _late(waiting, name, said, elapsed, looks)
        yield Sleep(wait)


def pause(delay: float, waited: float, chance: float) -> float:
    """Choose how long to wait before looking again.

    Args:
        delay: The most seconds.
        waited: Seconds since the start.
        chance: A number from 0 to 1.

    Returns:
        Seconds: a share of the time waited so far, so that what is done soon is noticed soon.
    """
    wait = max(SOONEST, waited * SHARE) * (1 + JITTER * (2 * chance - 1))
    return min(delay, wait)


def at(value: object, path: tuple[str, ...]) -> object:
    """Follow keys into what was read.

    Args:
        value: An object, or a dictionary where a reply was not as described.
        path: The keys, as they are on the wire.

    Returns:
        What stands there; None if nothing does.
    """
    for key in path:
        if isinstance(value, Mapping):
            value = cast("Mapping[str, object]", value).get(key)
            continue
        fields: Mapping[str, Any] = getattr(type(value), "model_fields", {})
        name = next((n for n, field in fields.items() if (field.alias or n) == key), None)
        extra: Mapping[str, object] = getattr(value, "model_extra", None) or {}
        value = extra.get(key) if name is None else getattr(value, name, None)
    return value


def renew(target: object, fresh: object, operation: str = "") -> None:
    """Bring an object up to date, in place; its client stays.

    Args:
        target: The object.
        fresh: The same as it is now.
        operation: What read it, for errors.

    Raises:
        DecodeError: It is no such object.
    """
    if type(fresh) is not type(target):
        raise DecodeError(
            f"the reply holds no {type(target).__name__}", operation=operation, body=fresh
        )
    for name in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__"):
        object.__setattr__(target, name, getattr(fresh, name))


def bounded(deadline: float | None, options: CallOptions) -> tuple[float | None, CallOptions]:
    """Take the limit of a whole wait out of the options of its looks.

    `timeout` bounds a call, and a wait is one to who makes it: a number, or None for no limit,
    comes in the place of the deadline. A `Timeout` says what each look may take.

    Args:
        deadline: The deadline, if the options say nothing.
        options: The options.

    Returns:
        The deadline, and the options of each look.
    """
    given = options.get("timeout", OMIT)
    if given is not None and not isinstance(given, (int, float)):
        return deadline, options
    looks = options.copy()
    del looks["timeout"]
    return given, looks


def limited(options: CallOptions, limit: Timeout, left: float | None) -> CallOptions:
    """Keep a look within the deadline of the wait.

    Args:
        options: The options of the look.
        limit: The limits that the look has anyway.
        left: Seconds until the deadline; None for no limit.

    Returns:
        The options, with a limit where the deadline comes first.
    """
    if left is None or (limit.total is not None and limit.total <= left):
        return options
    return {**options, "timeout": limit.__replace__(total=max(left, 0.001))}


def _late(waiting: Waiting, name: str, said: str, elapsed: float, looks: int) -> ApiTimeoutError:
    return ApiTimeoutError(
        f"{name} is still {said} after {elapsed:.1f} seconds",
        operation=waiting.operation,
        attempts=looks,
        elapsed=elapsed,
    )


def _name(value: object) -> str:
    if hasattr(type(value), "model_fields"):
        return f"this {type(value).__name__.removeprefix('Async')}"
    return "what is waited for"
