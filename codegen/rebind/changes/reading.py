"""Both sides of a comparison, read at the same time: the older one in a process of its own."""

from __future__ import annotations

import multiprocessing
import sys
from contextlib import suppress
from dataclasses import replace
from typing import Any, cast

from rebind.changes.sources import Side, read
from rebind.config import Config
from rebind.diagnostics import Checked, Place

_GONE = (EOFError, OSError, ImportError)
"""What tells that there is no other process, or none any more."""


def both(old: str, new: str, settings: Config | None = None) -> tuple[Checked[Side], Checked[Side]]:
    """Read both sides of a comparison.

    Args:
        old: What callers know, as for `read`.
        new: What they will meet.
        settings: What the newer one is made by, where it is the project's own.

    Returns:
        Both sides, or what is wrong with them. Places of the older one are asked for in the other
        process, which keeps its documents and ends with this one.
    """
    try:
        # A fork has all modules already; elsewhere than on Linux it is not safe.
        how: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        here, there = how.Pipe()
        how.Process(target=_answer, args=(there, here, old), daemon=True).start()
        there.close()
    except _GONE:
        return read(old), read(new, settings=settings)
    after = read(new, settings=settings)
    try:
        before = cast("Checked[Side] | None", here.recv())
    except _GONE:
        before = None
    if before is None:  # whatever happened there shows here
        return read(old), after
    if before.value is None:
        return before, after
    surface = replace(before.value.surface, placed=_Places(here))
    return Checked(replace(before.value, surface=surface), before.diagnostics), after


class _Places:
    """Places in documents that the other process has."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __call__(self, pointer: str) -> Place:
        self._connection.send(pointer)
        return cast("Place", self._connection.recv())


def _answer(connection: Any, other: Any, name: str) -> None:
    """Read a side, hand it over, and tell places in it until nobody asks any more.

    Args:
        connection: To who asks.
        other: The end of who asks: this process has it, too, and would wait for itself.
        name: The side.
    """
    other.close()
    with suppress(KeyboardInterrupt, *_GONE):
        try:
            found = read(name)
        except Exception:
            connection.send(None)
            return
        if found.value is None:
            connection.send(found)
            return
        surface = found.value.surface
        bare = replace(found.value, surface=replace(surface, placed=None))
        connection.send(Checked(bare, found.diagnostics))
        while surface.placed is not None:
            # Nobody needs the text that a place is in: it is shown by its file and line.
            connection.send(replace(surface.placed(connection.recv()), source=None))
