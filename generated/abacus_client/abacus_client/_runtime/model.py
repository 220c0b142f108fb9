"""What generated models inherit: pydantic models that know their client, read like the API's objects and print well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from pydantic import BaseModel, ConfigDict

from .errors import UnboundError
from .salvage import Salvage, fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .client import AsyncClient, Client

T = TypeVar("T")
_LINE = 100


class Model(BaseModel):
    """A model of the API.

    Wire names and Python names are both accepted, unknown fields are kept. A model whose `_positional` is true is an object
    that replies hold: its constructor takes the client first and then the fields in their order, it accepts whatever comes
    (values of other types are kept as they are), and `null`, nothing and `{}` make no nested object.
    """

    __slots__ = ("__rebind_client__",)

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
        validate_by_alias=True,
        defer_build=True,
        protected_namespaces=(),
        arbitrary_types_allowed=True,
    )
    _positional: ClassVar[bool] = False

    def __init__(self, /, *values: Any, **fields: Any) -> None:
        if not type(self)._positional:
            if values:
                raise TypeError(f"{type(self).__name__}() takes keyword arguments only")
            super().__init__(**fields)
            return
        cls = type(self)
        client: object = None
        if values:
            client, *rest = values
            names = list(cls.model_fields)
            if len(rest) > len(names):
                raise TypeError(
                    f"{cls.__name__}() takes at most {len(names)} fields, not {len(rest)}"
                )
            for name, value in zip(names, rest, strict=False):
                alias = cls.model_fields[name].alias
                if name in fields or (alias is not None and alias in fields):
                    raise TypeError(f"{cls.__name__}() got {name!r} twice")
                fields[name] = value
        elif "client" in fields and "client" not in cls.model_fields:
            client = fields.pop("client")
        fill(self, fields, Salvage(python=True))
        if client is not None:
            attach(self, client)

    # pydantic would otherwise call the constructor for every object of a reply.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    def to_dict(self) -> dict[str, Any]:
        """Make a plain dictionary of it.

        Returns:
            Python names -> values as they came, nested ones too; what is None is left out.
        """
        out: dict[str, Any] = {}
        for name, value in _items(self):
            plain = _plain(value)
            if plain is not None:
                out[name] = plain
        return out

    def __repr__(self) -> str:
        parts = [f"{name}={value!r}" for name, value in _items(self) if value is not None]
        line = f"{type(self).__name__}({', '.join(parts)})"
        if len(line) <= _LINE and "\n" not in line:
            return line
        inner = ",\n".join(parts).replace("\n", "\n  ")
        return f"{type(self).__name__}(\n  {inner},\n)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model):
            return NotImplemented
        return (
            type(self) is type(other)
            and self.__dict__ == other.__dict__
            and (self.__pydantic_extra__ or {}) == (other.__pydantic_extra__ or {})
        )

    __hash__ = None  # type: ignore[assignment]

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Model:
        copied = super().__deepcopy__(memo)
        client = getattr(self, "__rebind_client__", None)
        if client is not None:
            object.__setattr__(copied, "__rebind_client__", client)
        return copied

    def __copy__(self) -> Model:
        copied = super().__copy__()
        client = getattr(self, "__rebind_client__", None)
        if client is not None:
            object.__setattr__(copied, "__rebind_client__", client)
        return copied


class Bound:
    """The side of a reply object that calls the API."""

    __slots__ = ()

    @property
    def _client(self) -> Any:
        return _client_of(self)


class AsyncBound:
    """The side of a reply object that calls the API, awaited."""

    __slots__ = ()

    @property
    def _client(self) -> Any:
        return _client_of(self)


def _client_of(value: object) -> Client | AsyncClient:
    client = getattr(value, "__rebind_client__", None)
    if client is None:
        raise UnboundError(
            f"this {type(value).__name__} has no client: it was made without one, or unpickled; "
            f"fetch it through a client, or pass one: {type(value).__name__}(client, ...)"
        )
    return cast("Client", client)


def need(value: T | None, name: str) -> T:
    """Insist on a field that a bound method needs.

    Args:
        value: The field's value.
        name: The field's name.

    Returns:
        The value.

    Raises:
        UnboundError: It is None.
    """
    if value is None:
        raise UnboundError(f"this object has no {name}, which the method needs")
    return value


def attach(value: object, client: object) -> None:
    """Give a client to an object and everything in it.

    Args:
        value: A model, or lists and dictionaries that hold some; anything else is left alone.
        client: The client that bound methods call.
    """
    if isinstance(value, Model):
        object.__setattr__(value, "__rebind_client__", client)
        for item in value.__dict__.values():
            if isinstance(item, (Model, list, dict)):
                attach(cast("object", item), client)
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            attach(item, client)
    elif isinstance(value, dict):
        for item in cast("dict[object, object]", value).values():
            attach(item, client)


def _items(model: Model) -> Iterator[tuple[str, Any]]:
    for name in type(model).model_fields:
        yield name, model.__dict__.get(name)
    yield from (model.__pydantic_extra__ or {}).items()


def _plain(value: Any) -> Any:
    """Values as they are sent, models as dictionaries; an object without fields is None."""
    if isinstance(value, Model):
        return value.to_dict() or None
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, list):
        items: list[Any] = value
        return [_plain(item) for item in items]
    if isinstance(value, dict):
        entries: dict[Any, Any] = value
        return {key: _plain(item) for key, item in entries.items()}
    return value
