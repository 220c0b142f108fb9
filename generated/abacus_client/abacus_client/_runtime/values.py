"""Values: what a frozen dataclass is, at a hundredth of what that takes to define."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_):
        """Be no more than what type checkers know by this name."""
        return lambda cls: cls


class _Described:
    """What `dataclasses` or `inspect` want to know of a class, found out when they ask.

    Args:
        find: Finds it out.
    """

    def __init__(self, find: Callable[[type[Value]], object]) -> None:
        self._find = find

    def __get__(self, value: object, cls: type[Value]) -> object:
        return self._find(cls)


@dataclass_transform(frozen_default=True)
class Value:
    """A class of fields, declared as a dataclass declares them, that never change.

    Its objects compare and hash by their fields, and print them. To `dataclasses.replace` and its
    like they are frozen dataclasses.

    Args:
        values: The fields by position, in the order in which they are declared.
        named: The fields by name.

    Raises:
        TypeError: A field is missing, given twice or unknown.
    """

    _fields: ClassVar[Mapping[str, Any]] = {}
    _defaults: ClassVar[Mapping[str, object]] = {}
    _positional: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def _as_dataclass(cls) -> Any:
        import dataclasses

        def field(name: str) -> Any:
            if name not in cls._defaults:
                return dataclasses.field()
            default: Any = cls._defaults[name]
            if type(default).__hash__ is None:  # what dataclasses take for what can be changed
                return dataclasses.field(default_factory=partial(_same, default))
            return dataclasses.field(default=default)

        fields = [(name, annotation, field(name)) for name, annotation in cls._fields.items()]
        return dataclasses.make_dataclass(cls.__name__, fields, kw_only=not cls._positional)

    @classmethod
    def _signature(cls) -> object:
        import inspect

        return inspect.signature(cls._as_dataclass())

    if not TYPE_CHECKING:  # type checkers work these out for themselves
        __dataclass_fields__ = _Described(lambda cls: cls._as_dataclass().__dataclass_fields__)
        __signature__ = _Described(lambda cls: cls._signature())

    def __init_subclass__(cls, *, kw_only: bool = False) -> None:
        super().__init_subclass__()
        own = {n: a for n, a in cls.__annotations__.items() if not str(a).startswith("ClassVar")}
        cls._fields = {**cls._fields, **own}
        cls._defaults = {**cls._defaults, **{n: vars(cls)[n] for n in own if n in vars(cls)}}
        cls._positional = () if kw_only else tuple(cls._fields)
        if not TYPE_CHECKING:
            cls.__match_args__ = cls._positional

    def __init__(self, *values: Any, **named: Any) -> None:
        cls, held = type(self), self.__dict__
        held.update(cls._defaults)
        if values:
            by_position = dict(zip(cls._positional, values, strict=False))
            if len(values) > len(by_position):
                most = len(cls._positional)
                raise TypeError(f"{cls.__name__}() takes at most {most} values by position")
            held.update(by_position)
            for name in named:
                if name in by_position:
                    raise TypeError(f"{cls.__name__}() got {name!r} by position and by name")
        held.update(named)
        if held.keys() != cls._fields.keys():
            for name in held:
                if name not in cls._fields:
                    raise TypeError(f"{cls.__name__}() got an unexpected argument {name!r}")
            missing = ", ".join(repr(name) for name in cls._fields if name not in held)
            raise TypeError(f"{cls.__name__}() misses {missing}")
        self.__post_init__()

    def __post_init__(self) -> None:
        """Check the fields."""

    def __replace__(self, /, **changes: Any) -> Self:
        return type(self)(**{**self.__dict__, **changes})

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self._fields)
        return f"{type(self).__name__}({shown})"

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *(self.__dict__[name] for name in self._fields)))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} does not change: {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} does not change: {name!r}")


def _same(value: object) -> object:
    return value
