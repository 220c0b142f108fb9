"""Old names that go on working: each use warns, at the line that uses it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from enum import EnumMeta
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from typing import ParamSpec

    P = ParamSpec("P")

T = TypeVar("T")
_PACKAGE = __name__.rpartition("._runtime.")[0] or __name__.rpartition(".")[0]
_BETWEEN = (_PACKAGE, "pydantic", "typing_extensions", "warnings", "importlib")
"""Packages that stand between an old name and the code that uses it."""


def warn(message: str) -> None:
    """Warn of an old name, at the line outside of the package that uses it.

    Args:
        message: What is deprecated, what to use, and when it goes.
    """
    from inspect import currentframe

    frame = currentframe()
    while frame and frame.f_back and _between(str(frame.f_globals.get("__name__"))):
        frame = frame.f_back
    if frame is None:  # a Python that does not show its frames
        warnings.warn(message, DeprecationWarning, stacklevel=3)
        return
    warnings.warn_explicit(
        message,
        DeprecationWarning,
        frame.f_code.co_filename,
        frame.f_lineno,
        str(frame.f_globals.get("__name__")),
        frame.f_globals.setdefault("__warningregistry__", {}),
    )


def _between(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in _BETWEEN)


def current(
    owner: str, given: Mapping[str, Any], names: Mapping[str, tuple[str, str]]
) -> dict[str, Any]:
    """Arguments by their present names.

    Args:
        owner: What they are given to.
        given: The arguments by name.
        names: Old name -> present name, and what to say.

    Returns:
        The arguments; old names have been warned of.

    Raises:
        TypeError: An argument is given by both of its names.
    """
    found = dict(given)
    for old, (name, message) in names.items():
        if old in found:
            if name in found:
                raise TypeError(f"{owner}() got {name!r} by its old name {old!r}, too")
            warn(message)
            found[name] = found.pop(old)
    return found


def renamed(**names: tuple[str, str]) -> Callable[[Callable[P, T]], Callable[..., T]]:
    """Make a method take arguments by old names.

    Args:
        names: Old name -> present name, and what to say.

    Returns:
        The decorator. Overloads of the method say what it takes.
    """

    def taking(method: Callable[P, T]) -> Callable[..., T]:
        @wraps(method)
        def call(*values: Any, **given: Any) -> T:
            if names.keys() & given.keys():
                given = current(method.__name__, given, names)
            return method(*values, **given)

        return _as_awaitable_as(method, call)

    return taking


def _as_awaitable_as(method: Callable[..., T], call: Callable[..., T]) -> Callable[..., T]:
    """Let those who ask know that a call is to be awaited: mocks do."""
    import inspect

    if inspect.iscoroutinefunction(method):
        if sys.version_info >= (3, 12):
            return inspect.markcoroutinefunction(call)
        import asyncio.coroutines

        vars(call)["_is_coroutine"] = vars(asyncio.coroutines)["_is_coroutine"]
    return call


class OldMembers(EnumMeta):
    """The class of an enumeration whose members had other names.

    A property for each of these returns the member; `Color["GREY"]` finds them, too.
    """

    def __getitem__(cls: type[T], name: str) -> T:
        return cast("T", _member(cls, name))


def _member(members: Any, name: str) -> object:
    found: object = getattr(members.__class__, name, None)
    if isinstance(found, property) and found.fget is not None:
        return found.fget(members)
    return members.__members__[name]
