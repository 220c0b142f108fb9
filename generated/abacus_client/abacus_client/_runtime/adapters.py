"""pydantic's adapters, each built once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, TypeAdapter
from typing_extensions import Required, TypedDict

if TYPE_CHECKING:
    from .api import Envelope

_cache: dict[Any, TypeAdapter[Any]] = {}
building = threading.RLock()
"""Held while a type is built: two threads must not at once. Building one may ask for another."""


def adapter(tp: Any) -> TypeAdapter[Any]:
    """Return the adapter of a type.

    Args:
        tp: Any type that pydantic knows.

    Returns:
        Its adapter; built by the first call.
    """
    try:
        found = _cache.get(tp)
    except TypeError:  # it has metadata that cannot be hashed
        with building:
            return TypeAdapter(tp)
    if found is None:
        with building:
            found = _cache.get(tp)
            if found is None:
                found = _cache[tp] = TypeAdapter(tp)
    return found


def reader(envelope: Envelope | None, tp: Any) -> Callable[[bytes], Any]:
    """Make the function that reads a reply in one pass.

    Args:
        envelope: The object around the result; None: the reply is the result.
        tp: The result's type.

    Returns:
        Bytes -> a dictionary: of the envelope's values, or of `result` alone. Values of other types
        than the declared ones are errors, not converted: `"1"` is not a number.
    """
    if envelope is None:
        read = partial(adapter(tp).validate_json, strict=True)
        return lambda content: {"result": read(content)}
    fields: dict[str, Any] = {envelope.ok: Required[bool]}
    for name in (envelope.message, envelope.type, envelope.request_id):
        if name is not None:
            fields[name] = Any
    if envelope.result is not None:
        fields[envelope.result] = tp
    # A name that is no Python literal needs the functional form, which type checkers cannot follow.
    make: Any = TypedDict
    with building:
        return partial(TypeAdapter(make("Reply", fields, total=False)).validate_json, strict=True)


def resolve(model: type[BaseModel]) -> None:
    """Make the fields of a model known, also where their types were not defined when it was.

    Building all of it waits until something is read or written with it.

    Args:
        model: The class.
    """
    if not model.__pydantic_fields_complete__:
        with building:
            model.model_rebuild()
