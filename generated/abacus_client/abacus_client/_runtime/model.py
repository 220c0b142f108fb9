"""What generated models inherit: pydantic models that know their client and print well."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast, get_args

from pydantic import BaseModel, ConfigDict

from .adapters import building, resolve
from .encode import jsonable
from .errors import UnboundError
from .renamed import current
from .salvage import Salvage, fill

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from typing_extensions import Self

    from .call_options import CallOptions
    from .waiting import Waiting

T = TypeVar("T")
_LINE = 100
_SINGLE = (str, int, float, bool, type(None))


class ApiModel(BaseModel):
    """A model of the API.

    Wire names and Python names are both accepted, and unknown fields are kept.

    A model whose `_positional` is true is an object that replies hold. Its constructor takes the
    client first and then the fields in their order, by position or by either name, and accepts
    whatever comes: values of other types are kept as they are. `null`, nothing and `{}` make no
    object but None, and a list of objects may stand where one is declared.

    A model whose `_by_wire` is true is one that callers fill in: its `to_dict()` is what is sent.

    Fields that had other names are in `_old_names`: old name -> name, and what to say. The
    constructor takes them by either; a reply has names on the wire, which these do not touch.

    A model whose `_ident` names a field is an object that arguments take in the place of its id.
    """

    # Outside pydantic's data: never in dumps, pickles, comparisons or the text of an object.
    __slots__ = ("__rebind_client__",)

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
        validate_by_alias=True,
        defer_build=True,
        protected_namespaces=(),
    )
    _positional: ClassVar[bool] = False
    _by_wire: ClassVar[bool] = False
    _old_names: ClassVar[Mapping[str, tuple[str, str]]] = {}
    _ident: ClassVar[str] = ""

    def __init__(self, /, *values: Any, **fields: Any) -> None:
        cls = type(self)
        if cls._old_names and cls._old_names.keys() & fields.keys():
            fields = current(cls.__name__, fields, cls._old_names)
        if not cls._positional:
            if values:
                raise TypeError(f"{cls.__name__}() takes keyword arguments only")
            super().__init__(**fields)
            return
        names = cls.model_fields
        client: object = None
        if values:
            client, *rest = values
            if len(rest) > len(names):
                many = f"{len(names)} fields after the client, not {len(rest)}"
                raise TypeError(f"{cls.__name__}() takes at most {many}")
            for name, value in zip(names, rest, strict=False):
                if name in fields or names[name].alias in fields:
                    raise TypeError(f"{cls.__name__}() got {name!r} by position and by name")
                fields[name] = value
        if "client" in fields and not any("client" in (n, names[n].alias) for n in names):
            if values:
                raise TypeError(f"{cls.__name__}() got the client by position and by name")
            client = fields.pop("client")
        fill(self, fields, Salvage())
        if client is not None:
            attach(self, client)

    # Without this mark pydantic calls the constructor for each object of a reply.
    cast("Any", __init__).__pydantic_base_init__ = True

    @classmethod
    def model_rebuild(cls, **options: Any) -> bool | None:
        """Build the model, as pydantic does; one thread at a time.

        Args:
            **options: pydantic's.

        Returns:
            Whether it worked; None if there was nothing to do.
        """
        # pydantic asks for it when a model is first used, in whatever thread that is. The depth
        # counts frames, up to the one whose names annotations may use.
        depth = options.pop("_parent_namespace_depth", 2) + 1
        with building:
            return super().model_rebuild(_parent_namespace_depth=depth, **options)

    def to_dict(self) -> dict[str, Any]:
        """Make a plain dictionary.

        Returns:
            Python names -> values as they came, nested objects as dictionaries. None is left out,
            unknown fields keep their wire names. Objects for arguments have wire names throughout.
        """
        named = ((name, _plain(value)) for name, value in _items(self))
        keys = _keys(type(self), self._by_wire)
        return {keys.get(name, name): value for name, value in named if value is not None}

    def __repr__(self) -> str:
        parts = [f"{name}={value!r}" for name, value in _items(self) if value is not None]
        name = type(self).__name__
        line = f"{name}({', '.join(parts)})"
        if len(line) <= _LINE and "\n" not in line:
            return line
        inner = ",\n".join(parts).replace("\n", "\n  ")
        return f"{name}(\n  {inner},\n)"

    def __str__(self) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        mine, theirs = self, cast("Self", other)
        return mine.__dict__ == theirs.__dict__ and (mine.model_extra or {}) == (
            theirs.model_extra or {}
        )

    def __copy__(self) -> Self:
        return _with_client_of(self, super().__copy__())

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        return _with_client_of(self, super().__deepcopy__(memo))


class Bound:
    """The side of an object that calls the API."""

    __slots__ = ()

    @property
    def _client(self) -> Any:
        return _client_of(self)

    def _wait(
        self,
        waiting: Waiting,
        look: Callable[[CallOptions], object],
        deadline: float | None,
        delay: float,
        on_progress: Callable[[Self, float], None] | None,
        options: CallOptions,
    ) -> Self:
        from .waiting import bounded

        client = _client_of(self)
        deadline, options = bounded(deadline, options)
        flow = waiting.flow(self, deadline, delay, on_progress, client._settings)
        return cast("Self", client._wait(flow, look, options))


class AsyncBound:
    """The side of an object that calls the API, awaited."""

    __slots__ = ()

    @property
    def _client(self) -> Any:
        return _client_of(self)

    async def _wait(
        self,
        waiting: Waiting,
        look: Callable[[CallOptions], Awaitable[object]],
        deadline: float | None,
        delay: float,
        on_progress: Callable[[Self, float], None] | None,
        options: CallOptions,
    ) -> Self:
        from .waiting import bounded

        client = _client_of(self)
        deadline, options = bounded(deadline, options)
        flow = waiting.flow(self, deadline, delay, on_progress, client._settings)
        return cast("Self", await client._wait(flow, look, options))


def need(value: T | None, name: str) -> T:
    """Insist on a field that a method needs.

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


def updated(target: T, found: object) -> T:
    """Bring an object up to date.

    Args:
        target: The object; it is changed, and keeps its client.
        found: The same object as it is now.

    Returns:
        `target`.

    Raises:
        DecodeError: `found` is no such object.
    """
    from .waiting import renew

    renew(target, found)
    return target


def attached(value: T, client: object) -> T:
    """Give a client to the objects of a result, as `attach` does.

    Args:
        value: The result.
        client: The client.

    Returns:
        The result.
    """
    attach(value, client)
    return value


def attach(value: object, client: object) -> None:
    """Give a client to the objects of a result that have methods.

    Args:
        value: A model, or lists and dictionaries that hold some; anything else is left alone.
        client: The client that the methods call.
    """
    if isinstance(value, ApiModel):
        bound, names = _reach(type(value))
        if bound:
            object.__setattr__(value, "__rebind_client__", client)
        fields = value.__dict__
        for name in names:
            inside = fields[name]
            if inside is not None:
                attach(inside, client)
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            attach(item, client)
    elif isinstance(value, dict):
        for item in cast("dict[object, object]", value).values():
            attach(item, client)


_reached: dict[type[BaseModel], tuple[bool, tuple[str, ...]]] = {}


def _reach(cls: type[BaseModel]) -> tuple[bool, tuple[str, ...]]:
    """Whether a class has methods that need a client, and the fields that lead to some."""
    found = _reached.get(cls)
    if found is None:
        resolve(cls)
        names = tuple(
            name
            for name, info in cls.model_fields.items()
            if any(_has_bound(inner, set()) for inner in _models(info.annotation))
        )
        found = _reached[cls] = _is_bound(cls), names
    return found


def _has_bound(cls: type[BaseModel], seen: set[type[BaseModel]]) -> bool:
    if cls in seen:
        return False
    seen.add(cls)
    if _is_bound(cls):
        return True
    resolve(cls)
    annotations = [info.annotation for info in cls.model_fields.values()]
    return any(_has_bound(inner, seen) for tp in annotations for inner in _models(tp))


def _is_bound(cls: type) -> bool:
    return issubclass(cls, (Bound, AsyncBound))


def _models(tp: object) -> Iterator[type[BaseModel]]:
    """The models that an annotation names."""
    if isinstance(tp, type) and issubclass(tp, BaseModel):
        yield tp
    named: object = getattr(cast("Any", tp), "__value__", None)
    if named is not None:
        yield from _models(named)
    for inner in get_args(tp):
        yield from _models(inner)


def _client_of(value: object) -> Any:
    client = getattr(value, "__rebind_client__", None)
    if client is None:
        name = type(value).__name__
        raise UnboundError(
            f"this {name} has no client: it was made without one, or unpickled. "
            f"Fetch it through a client, or make it with one: {name}(client, ...)"
        )
    return client


def _with_client_of(value: object, copied: T) -> T:
    client = getattr(value, "__rebind_client__", None)
    if client is not None:
        object.__setattr__(copied, "__rebind_client__", client)
    return copied


def _items(model: BaseModel) -> Iterator[tuple[str, Any]]:
    for name in type(model).model_fields:
        yield name, model.__dict__.get(name)
    yield from (model.__pydantic_extra__ or {}).items()


@cache
def _keys(cls: type[ApiModel], by_wire: bool) -> dict[str, str]:
    """What `to_dict()` calls the fields whose names it does not take as they are."""
    fields = cls.model_fields
    if by_wire:
        return {name: info.alias or name for name, info in fields.items()}
    # The underscore keeps a name out of Python's way; a dictionary can have any.
    return {name: name[:-1] for name in fields if name.endswith("_") and name[:-1] not in fields}


def _plain(value: Any) -> Any:
    if isinstance(value, _SINGLE) and type(value) in _SINGLE:
        return value
    if isinstance(value, ApiModel):
        return _plain(value.__dict__["root"]) if _is_root(value) else value.to_dict()
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in cast("dict[object, object]", value).items()}
    return jsonable(value)


def _is_root(model: BaseModel) -> bool:
    return bool(getattr(type(model), "__pydantic_root_model__", False))
