"""What the classes of a flat package inherit: models that are made by position."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, Literal, cast, get_args, get_origin

from pydantic_core import PydanticUndefined

from .model import ApiModel

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from typing_extensions import Self


class Flat(ApiModel):
    """A model whose constructor takes its fields by position as well.

    Nothing is checked or converted: the values are kept as they are given, and None is not sent.
    """

    def _take(self, given: Mapping[str, Any], extra: str | None = None) -> None:
        """Set the fields.

        Args:
            given: The constructor's `locals()`.
            extra: Which of them is a mapping of further properties.
        """
        cls = type(self)
        known = cls.model_fields
        values: dict[str, Any] = {}
        chosen: set[str] = set()
        for name, info in known.items():
            value = given.get(name)
            if value is None:
                # A list that is left out is made anew; so is what tells variants apart.
                default = _default(info)
                value = copy(default) if name not in given or _is_several(default) else None
            values[name] = value
            if value is not None:
                chosen.add(name)
        more: dict[str, Any] = {}
        for key, value in cast("Mapping[str, Any]", given.get(extra or "") or {}).items():
            if key in known:
                values[key] = value
                chosen.add(key)
            elif value is not None:
                more[self._wire_name(key)] = value
        object.__setattr__(self, "__dict__", values)
        object.__setattr__(self, "__pydantic_fields_set__", chosen)
        object.__setattr__(self, "__pydantic_extra__", more)
        object.__setattr__(self, "__pydantic_private__", None)

    @classmethod
    def _wire_name(cls, name: str) -> str:
        """What a further property is called on the wire."""
        return name

    def __copy__(self) -> Self:
        return self.model_copy()


def _default(info: FieldInfo) -> Any:
    """What a field has where nobody says: its default, or the one value that it can have."""
    default: Any = info.get_default(call_default_factory=True)
    if default is PydanticUndefined:
        choices = get_args(info.annotation)
        return choices[0] if get_origin(info.annotation) is Literal and len(choices) == 1 else None
    return default


def _is_several(value: object) -> bool:
    return isinstance(value, (list, dict))
