"""Fields of a result that its description does not have: looked for only where somebody asks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import cast

from pydantic import BaseModel

from .misfit import Misfit, Where, escape
from .misfit import pointer as written
from .salvage import fields_of

_SINGLE = frozenset({str, int, float, bool, type(None)})


def undescribed(result: object, pointer: str = "") -> Iterator[Misfit]:
    """Go through a result and name the fields that were kept without being described.

    Args:
        result: A model, or lists and dictionaries that hold some.
        pointer: Where the result is in the body.

    Yields:
        Each field once for each kind of value that it has, with the first place where it was seen.
    """
    seen: set[tuple[str, str, type]] = set()
    # What is to be looked at: the value, where it is, and the same without what is data.
    stack: list[tuple[object, Where | str, str]] = [(result, pointer, pointer)]
    while stack:
        value, where, plain = stack.pop()
        if isinstance(value, BaseModel):
            cls = type(value)
            if getattr(cls, "__pydantic_root_model__", False):
                stack.append((value.__dict__.get("root"), where, plain))
                continue
            name = cls.__name__
            for attribute, wire, *_ in fields_of(cls):
                inner = value.__dict__.get(attribute)
                if type(inner) not in _SINGLE:
                    below = f"{plain}/{escape(wire)}"
                    stack.append((inner, (where, wire, "name", name), below))
            extra: dict[str, object] = value.__pydantic_extra__ or {}
            for key, inner in extra.items():
                if _described_as_map(cls):
                    if type(inner) not in _SINGLE:
                        stack.append((inner, (where, key, "key", name), f"{plain}/*"))
                    continue
                found = plain, key, type(inner)
                if found in seen:
                    continue
                seen.add(found)
                place, at = written((where, key, "name", name)), f"{plain}/{escape(key)}"
                yield Misfit(place, "no field of this name", inner, "undescribed", at, name)
        elif isinstance(value, list):
            items = cast("list[object]", value)
            inside = f"{plain}/-"
            stack.extend(
                (item, (where, index, "index", ""), inside)
                for index, item in enumerate(items)
                if type(item) not in _SINGLE
            )
        elif isinstance(value, dict):
            entries = cast("dict[object, object]", value)
            inside = f"{plain}/*"
            stack.extend(
                (item, (where, key, "key", ""), inside)
                for key, item in entries.items()
                if type(item) not in _SINGLE
            )


@cache
def _described_as_map(cls: type[BaseModel]) -> bool:
    """Whether the description has a type for further fields: then their names are data."""
    bases = [base for base in cls.__mro__ if base is not BaseModel]
    return any("__pydantic_extra__" in vars(b).get("__annotations__", {}) for b in bases)
