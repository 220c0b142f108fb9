"""Objects from data that does not fit: what fits is typed, the rest kept as it came, reported."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache, partial
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticSerializationError, to_json

from .adapters import adapter, resolve
from .misfit import Misfit, Where, owner, path
from .misfit import pointer as written

_UNIONS = (Union, types.UnionType)
Report = Callable[[Misfit], None]


class Salvage:
    """One lenient reading.

    Args:
        report: Called for each place that does not fit.
        json: Whether what is read is JSON; then the parts that fit are made in one pass each.
    """

    def __init__(self, report: Report | None = None, *, json: bool = False) -> None:
        self.report = report
        self.json = json

    def miss(
        self,
        where: Where | str,
        expected: str,
        value: object,
        kind: str | None = None,
        known: tuple[object, ...] = (),
        tag: str = "",
    ) -> Any:
        """Report a value and return it as it is."""
        if self.report is not None:
            kind = kind or ("null" if value is None else "type")
            place = written(where), expected, value, kind, path(where), owner(where)
            self.report(Misfit(*place, known, tag))
        return value

    def read(self, tp: Any, raw: Any, where: Where | str = "") -> Any:
        """Make the best of `raw` as a `tp`.

        Args:
            tp: The declared type.
            raw: What came.
            where: Where it is.

        Returns:
            A value of the type, or as much of one as there is.
        """
        try:
            kind, core, metadata, plain = _kind(tp)
        except TypeError:  # it has metadata that cannot be hashed
            kind, core, metadata, plain = _kind.__wrapped__(tp)
        if type(raw) in plain or kind == "any":
            return raw
        if kind == "model":
            return self._model(core, raw, where)
        if kind == "union":
            return self._union(tp, core, metadata, raw, where)
        if kind == "list":
            return self._list(core, raw, where)
        if kind == "dict":
            return self._dict(core, raw, where)
        return self._leaf(tp, raw, where)

    def _leaf(self, tp: Any, raw: Any, where: Where | str) -> Any:
        fits, value = self._fits(tp, raw)
        if fits or self.report is None:
            return value
        return self.miss(where, describe(tp), raw, *_leaf_kind(tp, raw))

    def _fits(self, tp: Any, raw: Any) -> tuple[bool, Any]:
        """Validate without converting; text may stand for dates, enums and the like."""
        check = adapter(tp)
        try:
            return True, check.validate_python(raw, strict=True)
        except ValidationError:
            pass
        try:
            return True, check.validate_json(to_json(raw, inf_nan_mode="constants"), strict=True)
        except (ValidationError, PydanticSerializationError, UnicodeError):
            pass
        if isinstance(raw, float) and raw.is_integer():  # JSON knows one kind of number
            try:
                return True, check.validate_python(int(raw), strict=True)
            except ValidationError:
                pass
        return False, raw

    def _model(self, cls: type[BaseModel], raw: Any, where: Where | str) -> Any:
        if isinstance(raw, cls):
            return raw
        root = _root(cls)
        if root is not None:
            return cls.model_construct(root=self.read(root, raw, where))
        positional = bool(getattr(cls, "_positional", False))
        if isinstance(raw, dict):
            data = cast("dict[str, Any]", raw)
            if positional and not data:
                return None
            if self.json and where:
                fits, made = self._whole(cls, data)
                if fits:
                    return made
            made = cls.__new__(cls)
            fill(made, data, self, where)
            return made
        if isinstance(raw, list):
            self.miss(where, describe(cls), cast("object", raw))
            return self._list(list[cls], raw, where)  # type: ignore[valid-type]
        return self.miss(where, describe(cls), raw)

    def _whole(self, cls: type[BaseModel], data: dict[str, Any]) -> tuple[bool, Any]:
        """Make an object in one pass, if all of it fits."""
        try:
            text = to_json(data, inf_nan_mode="constants")
            made = adapter(cls).validate_json(text, strict=True)
        except (ValidationError, PydanticSerializationError, UnicodeError, RecursionError):
            return False, None
        return True, without_hollow(made) if b"{}" in text else made

    def _list(self, tp: Any, raw: Any, where: Where | str) -> Any:
        item_type = (get_args(tp) or (Any,))[0]
        if isinstance(raw, (list, tuple)):
            items = cast("list[Any]", raw)
            made = [self.read(item_type, x, (where, n, "index", "")) for n, x in enumerate(items)]
            if _is_object(item_type):
                return [item for item in made if item is not None]
            return made
        self.miss(where, describe(tp), raw)
        one = isinstance(raw, dict) and _takes_objects(item_type)
        return self.read(item_type, raw, where) if one else cast("object", raw)

    def _dict(self, tp: Any, raw: Any, where: Where | str) -> Any:
        if not isinstance(raw, dict):
            return self.miss(where, describe(tp), cast("object", raw))
        key_type, value_type = get_args(tp) or (Any, Any)
        return {
            self._fits(key_type, key)[1]: self.read(value_type, item, (where, key, "key", ""))
            for key, item in cast("dict[str, Any]", raw).items()
        }

    def _union(
        self, tp: Any, core: Any, metadata: tuple[Any, ...], raw: Any, where: Where | str
    ) -> Any:
        arms = get_args(core)
        if raw is None and type(None) in arms:
            return None
        arms = tuple(arm for arm in arms if arm is not type(None))
        if len(arms) == 1:
            return self.read(arms[0], raw, where)
        if isinstance(raw, BaseModel):
            return raw
        if isinstance(raw, dict):
            data = cast("dict[str, Any]", raw)
            tag = next((m.discriminator for m in metadata if isinstance(m, FieldInfo)), None)
            if isinstance(tag, str):
                chosen = [arm for arm in arms if _has_tag(arm, tag, data)]
                if not chosen:
                    expected = f"one of the variants told apart by {tag}"
                    known = tuple(v for arm in arms for v in _tags(arm, tag))
                    return self.miss(where, expected, data, "variant", known, _wire(arms[0], tag))
                return self.read(chosen[0], data, where)
            return self._best([arm for arm in arms if _takes_objects(arm)], tp, raw, where)
        if isinstance(raw, list):
            lists = [arm for arm in arms if _is_list(arm)]
            lists = lists or [arm for arm in arms if _takes_objects(arm)]
            return self._best(lists, tp, cast("object", raw), where)
        return self._leaf(tp, raw, where)

    def _best(self, arms: list[Any], tp: Any, raw: Any, where: Where | str) -> Any:
        """Read as the arm with the fewest misfits, then with the most known fields."""
        if not arms:
            return self._leaf(tp, raw, where)
        if len(arms) == 1:
            return self.read(arms[0], raw, where)
        ranked: list[tuple[int, int, int, Any, list[Misfit]]] = []
        for index, arm in enumerate(arms):
            missed: list[Misfit] = []
            trial = Salvage(missed.append, json=self.json)
            value = trial.read(arm, raw, where)
            ranked.append((len(missed), -_known(value), index, value, missed))
        _, _, _, value, missed = min(ranked, key=lambda entry: entry[:3])
        if self.report is not None:
            for miss in missed:
                self.report(miss)
        return value


def fill(
    made: BaseModel, data: Mapping[str, Any], salvage: Salvage, where: Where | str = ""
) -> None:
    """Set the fields of an empty object from data that need not fit.

    Args:
        made: An instance that pydantic has not initialised.
        data: Wire or Python name -> value.
        salvage: The reading that this is a part of.
        where: Where the object is.
    """
    cls = type(made)
    called = cls.__name__
    resolve(cls)
    values: dict[str, Any] = {}
    known: set[str] = set()
    rest = dict(data)
    for name, wire, tp, required, default in fields_of(cls):
        key = wire if wire in rest else name if name in rest else None
        if key is None:
            if required:
                place = where, wire, "name", called
                salvage.miss(place, f"the required {wire}", None, "missing")
            values[name] = default()
            continue
        values[name] = salvage.read(tp, rest.pop(key), (where, wire, "name", called))
        known.add(name)
    extra = {str(key): value for key, value in rest.items()}
    keeps = cls.model_config.get("extra") == "allow"
    if keeps:
        known.update(extra)
    object.__setattr__(made, "__dict__", values)
    object.__setattr__(made, "__pydantic_fields_set__", known)
    object.__setattr__(made, "__pydantic_extra__", extra if keeps else None)
    object.__setattr__(made, "__pydantic_private__", None)


def describe(tp: Any) -> str:
    """Name a type for people."""
    core, _ = _unwrap(tp)
    origin = get_origin(core)
    if origin in _UNIONS:
        return " | ".join(describe(arm) for arm in get_args(core))
    if origin is Literal:
        return " | ".join(repr(value) for value in get_args(core))
    if origin is not None:
        inner = ", ".join(describe(arm) for arm in get_args(core))
        return f"{getattr(origin, '__name__', origin)}[{inner}]"
    if core is type(None):
        return "None"
    return str(getattr(core, "__name__", core))


_NO_TYPES: frozenset[type] = frozenset()
_SINGLE: frozenset[Any] = frozenset({str, int, float, bool, type(None)})


@cache
def _kind(tp: Any) -> tuple[str, Any, tuple[Any, ...], frozenset[type]]:
    """How a type is read: its kind, itself, its metadata, and what fits as it is."""
    core, metadata = _unwrap(tp)
    if core is Any or core is object:
        return "any", core, metadata, _NO_TYPES
    if _is_model(core):
        return "model", core, metadata, _NO_TYPES
    origin = get_origin(core)
    if origin in _UNIONS:
        arms = frozenset(type(None) if arm is None else arm for arm in get_args(core))
        plain = arms if not metadata and arms <= _SINGLE else _NO_TYPES
        return "union", core, metadata, plain
    if core is list or origin is list:
        return "list", core, metadata, _NO_TYPES
    if core is dict or origin is dict:
        return "dict", core, metadata, _NO_TYPES
    fits = frozenset({core}) if not metadata and core in _SINGLE else _NO_TYPES
    return "leaf", core, metadata, fits


def without_hollow(value: Any) -> Any:
    """Take out the objects that were made of `{}`, where the API means nothing by it.

    Args:
        value: A model, or lists and dictionaries that hold some.

    Returns:
        The same, or None in its place.
    """
    if isinstance(value, BaseModel):
        if getattr(value, "_positional", False) and not value.__pydantic_fields_set__:
            return None
        fields = cast("dict[str, object]", value.__dict__)
        for name, item in fields.items():
            if type(item) not in _SINGLE:
                fields[name] = without_hollow(item)
    elif isinstance(value, list):
        items = [(item, without_hollow(item)) for item in cast("list[object]", value)]
        value[:] = [now for was, now in items if now is not None or was is None]
    elif isinstance(value, dict):
        entries = cast("dict[object, object]", value)
        for key, item in entries.items():
            entries[key] = without_hollow(item)
    return cast("object", value)


@cache
def fields_of(
    cls: type[BaseModel],
) -> tuple[tuple[str, str, Any, bool, Callable[[], Any]], ...]:
    """The fields of a class: name, name on the wire, type, whether it is required, default."""
    found: list[tuple[str, str, Any, bool, Callable[[], Any]]] = []
    for name, info in cls.model_fields.items():
        alias = info.validation_alias
        wire = alias if isinstance(alias, str) else info.alias or name
        tp: Any = Annotated[info.annotation, info] if _matters(info) else info.annotation
        required = info.is_required()
        default: Callable[[], Any] = (
            _none if required else partial(info.get_default, call_default_factory=True)
        )
        found.append((name, wire, tp, required, default))
    return tuple(found)


def _none() -> None:
    return None


def _matters(info: FieldInfo) -> bool:
    return bool(info.metadata) or info.discriminator is not None


def _unwrap(tp: Any) -> tuple[Any, tuple[Any, ...]]:
    """Take `Annotated` and named aliases off a type."""
    metadata: tuple[Any, ...] = ()
    while True:
        if get_origin(tp) is Annotated:
            tp, *more = get_args(tp)
            metadata = (*metadata, *more)
        elif hasattr(tp, "__value__"):
            tp = tp.__value__
        else:
            return tp, metadata


def _root(cls: type[BaseModel]) -> Any:
    if not getattr(cls, "__pydantic_root_model__", False):
        return None
    resolve(cls)
    return fields_of(cls)[0][2]


def _arms(tp: Any) -> tuple[Any, ...]:
    core, _ = _unwrap(tp)
    return get_args(core) if get_origin(core) in _UNIONS else (core,)


def _is_model(tp: Any) -> bool:
    return isinstance(tp, type) and issubclass(tp, BaseModel)


def _is_object(tp: Any) -> bool:
    """Whether null stands for no object at all: in lists of what replies or arguments hold."""
    arms = [_unwrap(arm)[0] for arm in _arms(tp) if arm is not type(None)]
    marks = ("_positional", "_by_wire")
    return bool(arms) and all(any(getattr(arm, mark, False) for mark in marks) for arm in arms)


def _is_list(tp: Any) -> bool:
    core, _ = _unwrap(tp)
    return core is list or get_origin(core) is list


def _takes_objects(tp: Any) -> bool:
    for arm in _arms(tp):
        core, _ = _unwrap(arm)
        if _is_model(core) or core is dict or get_origin(core) is dict:
            return True
    return False


def _has_tag(arm: Any, tag: str, data: Mapping[str, Any]) -> bool:
    value = data.get(_wire(arm, tag), data.get(tag))
    return any(value == allowed for allowed in _tags(arm, tag))


def _tag_field(arm: Any, tag: str) -> tuple[str, Any]:
    """The wire name and the type of the field that tells a variant from others."""
    core, _ = _unwrap(arm)
    if _is_model(core):
        resolve(core)
        for name, wire, tp, _, _ in fields_of(core):
            if name == tag:
                return wire, tp
    return tag, None


def _wire(arm: Any, tag: str) -> str:
    return _tag_field(arm, tag)[0]


def _tags(arm: Any, tag: str) -> tuple[object, ...]:
    return _listed(_tag_field(arm, tag)[1])


def _listed(tp: Any) -> tuple[object, ...]:
    """The values that a type lists: those of a literal, an enumeration, or a union of such."""
    core, _ = _unwrap(tp)
    origin = get_origin(core)
    if origin in _UNIONS:
        return tuple(value for arm in get_args(core) for value in _listed(arm))
    if origin is Literal:
        return tuple(a.value if isinstance(a, Enum) else a for a in get_args(core))
    if isinstance(core, type) and issubclass(core, Enum):
        return tuple(member.value for member in core)
    return ()


def _leaf_kind(tp: Any, raw: object) -> tuple[str, tuple[object, ...]]:
    """What kind of misfit a single value is, and the values that were listed."""
    if raw is None:
        return "null", ()
    known = _listed(tp)
    if any(type(raw) is type(value) for value in known):
        return "enum", known
    for arm in _arms(tp):
        core, _ = _unwrap(arm)
        if _listed(core) or core is type(None) or _is_model(core) or get_origin(core) is not None:
            continue
        # Dates and the like are text in JSON.
        if type(raw) is (core if core in _SINGLE else str):
            return "limit", ()
        if core is float and type(raw) is int:
            return "limit", ()
    return "type", ()


def _known(value: Any) -> int:
    if not isinstance(value, BaseModel):
        return 0
    return len(value.model_fields_set) - len(value.__pydantic_extra__ or {})
