"""JSON-like values of unknown shape, looked at without trust and without losing their types."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypeIs


def is_object(value: object) -> TypeIs[dict[str, Any]]:
    """Whether the value is a JSON object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeIs[list[Any]]:
    """Whether the value is a JSON array."""
    return isinstance(value, list)


def members(value: object) -> dict[str, Any]:
    """The members of an object; none where there is no object."""
    return value if is_object(value) else {}


def elements(value: object) -> list[Any]:
    """The elements of an array; none where there is no array."""
    return value if is_array(value) else []
