"""Garbage collection, paused where it would only look for what cannot be there."""

from __future__ import annotations

import gc
import threading
from collections.abc import Generator
from contextlib import contextmanager

_collecting_later = 0
_lock = threading.Lock()


@contextmanager
def uncollected() -> Generator[None]:
    """Pause garbage collection while much is made that stays: objects of a reply, modules."""
    global _collecting_later
    with _lock:
        pausing = _collecting_later > 0 or gc.isenabled()
        if pausing:
            _collecting_later += 1
            gc.disable()
    try:
        yield
    finally:
        if pausing:
            with _lock:
                _collecting_later -= 1
                if _collecting_later == 0:
                    _make_old()
                    gc.enable()


def _make_old() -> None:
    """Take what was made for old, so that no collection walks it right away in search of garbage.

    What an application froze itself must stay so; then the collection is the smaller evil.
    """
    if hasattr(gc, "freeze") and gc.get_freeze_count() == 0:
        gc.freeze()
        gc.unfreeze()
