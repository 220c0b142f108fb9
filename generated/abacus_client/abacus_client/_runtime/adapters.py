"""pydantic adapters, built once per type."""

from __future__ import annotations

import threading
from typing import Any

from pydantic import BaseModel, TypeAdapter

_cache: dict[Any, TypeAdapter[Any]] = {}
# Building a deferred model is not safe in two threads at once.
_lock = threading.RLock()


def adapter(tp: Any) -> TypeAdapter[Any]:
    """Return the adapter of a type.

    Args:
        tp: Any type that pydantic knows.

    Returns:
        Its adapter, built by the first call.
    """
    try:
        found = _cache.get(tp)
    except TypeError:  # unhashable metadata: build it anew
        with _lock:
            return TypeAdapter(tp)
    if found is None:
        with _lock:
            found = _cache.get(tp)
            if found is None:
                found = TypeAdapter(tp)
                _cache[tp] = found
    return found


def complete(model: type[BaseModel]) -> None:
    """Build a deferred model now.

    Args:
        model: The class.
    """
    if not model.__pydantic_complete__:
        with _lock:
            model.model_rebuild()
