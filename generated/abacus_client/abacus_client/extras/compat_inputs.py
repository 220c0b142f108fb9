"""What callers of the vendor's package make: objects that are dictionaries as well, and values."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from enum import Enum
from inspect import signature
from typing import TYPE_CHECKING, Any, ClassVar, cast

from abacus_client._runtime.encode import jsonable
from abacus_client._runtime.flat import Flat

if TYPE_CHECKING:
    from typing_extensions import Self

_MISSING: Any = object()
_OUTDATED: dict[str, frozenset[str]] = {}
"""Enumeration -> its values that should not be used any more."""


_WITH_NULLS = frozenset(
    {
        "AgentConversationMessage",
        "DatabaseConnectorExportConfig",
        "FileConnectorExportConfig",
        "ForecastingMonitorConfig",
        "ItemAttributesStdDevThreshold",
        "MonitorFilteringConfig",
        "MonitorThresholdConfig",
        "RestrictFeatureMappings",
        "StdDevThreshold",
        "TimeWindowConfig",
        "TriggerConfig",
        "WorkflowNodeOutputMapping",
        "WorkflowNodeTemplateConfig",
        "WorkflowNodeTemplateInput",
        "WorkflowNodeTemplateOutput",
    }
)
"""The classes that are sent with every field, those that are None included."""


class ApiEnum(str, Enum):
    """Values that the API knows. Text in another case is equal to them."""

    def __init_subclass__(cls, deprecated: Collection[str] = ()) -> None:
        super().__init_subclass__()
        _OUTDATED[cls.__qualname__] = frozenset(deprecated)

    def __eq__(self, other: object) -> bool:
        if other is None:
            return str(self.value) == ""
        said = other.value if isinstance(other, Enum) else other
        return isinstance(said, str) and str(self.value).upper() == said.upper()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        # That of the text, so that a dictionary of texts finds it.
        return hash(str(self.value))

    def __str__(self) -> str:
        return f"{type(self).__name__}.{self.name}"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    @classmethod
    def _missing_(cls, value: object) -> ApiEnum | None:
        return next((member for member in cls if member == value), None)

    def is_deprecated(self) -> bool:
        """Whether the value should not be used any more."""
        return self.value in _OUTDATED[type(self).__qualname__]


class ApiClass(Flat):
    """What operations take besides plain values: an object, and by its names a dictionary."""

    _key: ClassVar[str] = ""
    _variants: ClassVar[dict[str, str]] = {}

    def __init__(self) -> None:
        self._take({})

    def _take(self, given: Mapping[str, Any], extra: str | None = None, /, **fresh: Any) -> None:
        super()._take(given, extra, **fresh)
        if type(self).__name__ in _WITH_NULLS:
            self.__pydantic_fields_set__ = set(type(self).model_fields)

    @classmethod
    def _wire_name(cls, name: str) -> str:
        names = [info.alias or field for field, info in cls.model_fields.items()]
        if any(known.isupper() for known in names):
            return _snake(name).upper()
        first, *others = name.split("_")
        return first + "".join(word.title() for word in others)

    def _attribute(self, name: str) -> str | None:
        """The attribute that a key of the dictionary is."""
        for field, info in type(self).model_fields.items():
            if name in (field, info.alias) or _snake(name) == field:
                return field
        extra = self.model_extra or {}
        return next((key for key in (name, self._wire_name(name)) if key in extra), None)

    def __getitem__(self, item: str) -> Any:
        name = self._attribute(item)
        if name is None:
            raise KeyError(f"{item} is not a property of {type(self).__name__}")
        return getattr(self, name)

    def __setitem__(self, item: str, value: Any) -> None:
        name = self._attribute(item)
        if name is None:
            if not self._takes_more():
                raise KeyError(f"{item} is not a property of {type(self).__name__}")
            name = self._wire_name(item)
        setattr(self, name, value)

    @classmethod
    def _takes_more(cls) -> bool:
        return "kwargs" in _arguments(cls)

    def get(self, item: str, default: Any = None) -> Any:
        """Read a property.

        Args:
            item: Its name, in either spelling.
            default: What to return if there is no such property.

        Returns:
            The value.
        """
        name = self._attribute(item)
        return default if name is None else getattr(self, name)

    def pop(self, item: str, default: Any = _MISSING) -> Any:
        """Read a property and clear it.

        Args:
            item: Its name, in either spelling.
            default: What to return if there is no such property.

        Returns:
            The value.

        Raises:
            KeyError: There is no such property, and no default.
        """
        name = self._attribute(item)
        if name is None:
            if default is _MISSING:
                raise KeyError(f"{item} is not a property of {type(self).__name__}")
            return default
        value: Any = getattr(self, name)
        if name in type(self).model_fields:
            setattr(self, name, None)
            self.model_fields_set.discard(name)
        else:
            delattr(self, name)
        return value

    def to_dict(self) -> dict[str, Any]:
        """Make the dictionary that is sent.

        Returns:
            Names on the wire -> values.
        """
        return cast("dict[str, Any]", jsonable(self))

    @classmethod
    def from_dict(cls, input_dict: Mapping[str, Any] | None) -> Self | None:
        """Make an object of a dictionary.

        Args:
            input_dict: Its properties, in either spelling.

        Returns:
            The object, of the class that the dictionary says; None for None.

        Raises:
            ValueError: No class of the family is meant.
        """
        if input_dict is None:
            return None
        given = dict(input_dict)
        chosen = cls._chosen(given)
        arguments = _arguments(chosen)
        fields: dict[str, Any] = {}
        more: dict[str, Any] = {}
        for key, value in given.items():
            name = _snake(key)
            (fields if name in arguments else more)[name if name in arguments else key] = value
        if "kwargs" in arguments:
            fields["kwargs"] = {**(fields.get("kwargs") or {}), **more}
        return cast("Self", chosen(**fields))

    @classmethod
    def _chosen(cls, given: dict[str, Any]) -> type[ApiClass]:
        """The class of a family that a dictionary means; what says so is taken out of it."""
        if not cls._variants:
            return cls
        key = next((k for k in given if _snake(k) == _snake(cls._key)), None)
        said: Any = given.pop(key) if key else None
        if cls._variants and "_variants" in vars(cls):
            from abacus_client import compat

            value = str(said.value if isinstance(said, Enum) else said)
            if len(cls._variants) == 1 and said is None:
                return cast("type[ApiClass]", getattr(compat, *cls._variants.values()))
            for known, name in cls._variants.items():
                if known.upper() == value.upper():
                    return cast("type[ApiClass]", getattr(compat, name))
            raise ValueError(f"{said!r} is no {_snake(cls._key)} of {cls.__name__}")
        return cls

    def __repr__(self) -> str:
        said = [f"{name}={getattr(self, name)!r}" for name in self.model_fields_set]
        return f"{type(self).__name__}({', '.join(sorted(said))})"


def _arguments(cls: type) -> list[str]:
    """What a class is made with; pydantic's own idea of it has the names on the wire."""
    made: Any = cls
    return list(signature(made.__init__).parameters)[1:]


def _snake(name: str) -> str:
    """`lastPartDate` and `LAST_PART_DATE` -> `last_part_date`."""
    if name.isupper():
        return name.lower()
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
