"""What the classes of a flat package inherit: models that are made by position."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, cast, get_args, get_origin

from pydantic_core import PydanticUndefined

from .model import ApiModel

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


class Flat(ApiModel):
    """A model whose constructor takes its fields by position as well.

    Nothing is checked or converted: the values are kept as they are given, and None is not sent.
    """

    _by_wire = True

    def _take(self, given: Mapping[str, Any], extra: str | None = None, /, **fresh: Any) -> None:
        """Set the fields.

        Args:
            given: The constructor's `locals()`.
            extra: Which of them is a mapping of further properties.
            fresh: Lists and objects for those that are left out.
        """
        known = type(self).model_fields
        values: dict[str, Any] = {}
        for name, info in known.items():
            values[name] = _constant(info) if name not in given else given[name]
            if values[name] is None:
                values[name] = fresh.get(name)
        chosen = {name for name, value in values.items() if value is not None}
        further: dict[str, Any] = {}
        for key, value in given.items():
            if key not in known and key not in ("self", extra) and value is not None:
                further[self._wire_name(key)] = value
        for key, value in cast("Mapping[str, Any]", given.get(extra or "") or {}).items():
            if key in known:
                values[key] = value
                chosen.add(key)
            elif value is not None:
                further[self._wire_name(key)] = value
        object.__setattr__(self, "__dict__", values)
        object.__setattr__(self, "__pydantic_fields_set__", chosen)
        object.__setattr__(self, "__pydantic_extra__", further)
        object.__setattr__(self, "__pydantic_private__", None)

    @classmethod
    def _wire_name(cls, name: str) -> str:
        """What a further property is called on the wire."""
        return name


def _constant(info: FieldInfo) -> Any:
    """The one value that a field can have, which callers need not say."""
    default: Any = info.get_default(call_default_factory=True)
    if default is PydanticUndefined:
        choices = get_args(info.annotation)
        return choices[0] if get_origin(info.annotation) is Literal and len(choices) == 1 else None
    return default
