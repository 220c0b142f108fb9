"""Python values as URLs, headers and bodies, by OpenAPI's style table and the API's own habits."""

from __future__ import annotations

import base64
import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args, get_origin
from urllib.parse import quote
from uuid import UUID

from .call import OMIT, Style
from .errors import RequestError

if TYPE_CHECKING:
    from .call import Call, Operation

T = TypeVar("T")

_UNRESERVED = "-._~"
# What may stand in a query besides; `&`, `+`, `#`, `[` and `]` would change its meaning.
_RESERVED_IN_QUERY = ":/?@!$'()*,;=" + _UNRESERVED
_COOKIE_SAFE = "!#$&'()*+-./:<=>?@[]^_`{|}~"
_DEFAULT_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
_PLAIN_STYLE = Style()
_SEVERAL = (list, tuple, set, frozenset)
_SLOT = re.compile(r"\{([^{}]+)\}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def jsonable(value: Any) -> Any:
    """Make a JSON value of a Python value.

    Args:
        value: Models, lists, mappings, enums, dates, UUIDs, decimals, bytes (base64), at any depth.
            `OMIT` values of mappings are left out.

    Returns:
        What `json.dumps` takes.

    Raises:
        RequestError: There is no JSON for it.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, Mapping):
        return {
            _key(key): jsonable(item)
            for key, item in cast("Mapping[object, object]", value).items()
            if item is not OMIT
        }
    if isinstance(value, _SEVERAL):
        return [jsonable(item) for item in cast("Iterable[Any]", value) if item is not OMIT]
    if isinstance(value, Enum):
        return jsonable(value.value)
    if hasattr(value, "__pydantic_fields_set__"):
        return model_json(value)
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return _duration(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(bytes(cast("bytes", value))).decode("ascii")
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, UUID):
        return str(value)
    dump = getattr(value, "get_secret_value", None)
    if callable(dump):
        return jsonable(dump())
    if isinstance(value, Sequence):
        return [jsonable(item) for item in cast("Iterable[Any]", value) if item is not OMIT]
    if hasattr(value, "__fspath__") or type(value).__module__.startswith(("pydantic", "ipaddress")):
        return str(value)
    raise RequestError(f"a {type(value).__name__} cannot be written as JSON")


def model_json(model: Any) -> Any:
    """Make a JSON value of a model: wire names, what was set, and unknown fields.

    Args:
        model: A pydantic model.

    Returns:
        What `json.dumps` takes.
    """
    cls: Any = cast("object", type(model))
    if getattr(cls, "__pydantic_root_model__", False):
        return jsonable(model.root)
    if not hasattr(cls, "_positional"):  # not one of ours: it may have its own serializers
        return model.model_dump(mode="json", by_alias=True, exclude_unset=True)
    chosen = model.__pydantic_fields_set__ | _constants(cls)
    out: dict[str, Any] = {}
    for name, info in cls.model_fields.items():
        if name in chosen:
            value = model.__dict__[name]
            if value is not OMIT:
                out[info.serialization_alias or info.alias or name] = jsonable(value)
    extra: dict[str, object] = model.__pydantic_extra__ or {}
    for name, value in extra.items():
        if value is not OMIT:
            out[name] = jsonable(value)
    return out


@cache
def _constants(cls: Any) -> frozenset[str]:
    """The fields of a model that can have one value only, and have it unless somebody says so."""
    return frozenset(
        name
        for name, info in cls.model_fields.items()
        if get_origin(info.annotation) is Literal and get_args(info.annotation) == (info.default,)
    )


def json_text(value: Any) -> str:
    """Write a value as JSON text.

    Args:
        value: As `jsonable` takes it.

    Returns:
        The text, in ASCII.

    Raises:
        RequestError: There is no JSON for it; NaN and infinities are not JSON.
    """
    try:
        return json.dumps(jsonable(value), allow_nan=False)
    except RecursionError:
        raise RequestError("the value is nested too deeply, or contains itself") from None
    except ValueError as error:
        raise RequestError(f"the value cannot be written as JSON: {error}") from None


def url_of(call: Call[object, object], base_url: str, *, title: bool = False) -> str:
    """Write the URL of a call.

    Args:
        call: The call.
        base_url: The server, possibly with a path of its own.
        title: Whether booleans are `True` and `False`.

    Returns:
        The URL, ready to be sent.

    Raises:
        RequestError: A value cannot be written.
    """
    url = base_url.rstrip("/") + path_of(call, title=title)
    query = query_of(call, title=title)
    return f"{url}?{query}" if query else url


def path_of(call: Call[object, object], *, title: bool = False) -> str:
    """Fill the path template of a call."""
    operation = call.operation
    values = call.path or {}
    if not values:
        return operation.path

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        value = values.get(name, OMIT)
        if value is None or value is OMIT:
            raise RequestError(f"{name} is part of the path and cannot be {value}")
        if ("path", name) in operation.json_params:
            return quote(json_text(value), safe=_UNRESERVED)
        style = operation.styles.get(("path", name), _PLAIN_STYLE)
        written = _path_value(name, _plain(value, title), style)
        if not written:
            raise RequestError(f"{name} is part of the path and cannot be empty")
        return written

    filled = _SLOT.sub(fill, operation.path)
    if "." in filled:
        for segment, template in zip(filled.split("/"), operation.path.split("/"), strict=True):
            if segment in (".", "..") and segment != template:
                raise RequestError(
                    f"{segment!r} cannot be a part of the path: it names another one"
                )
    return filled


def query_of(call: Call[object, object], *, title: bool = False) -> str:
    """Write the query of a call, without its question mark."""
    if not call.query:
        return ""
    operation = call.operation
    pairs: list[str] = []
    for name, value in call.query.items():
        if value is None or value is OMIT:
            continue
        if ("query", name) in operation.json_params or (
            ("query", name) in operation.json_unless_string and not is_single(value)
        ):
            pairs.append(f"{_q(name)}={_q(json_text(value))}")
            continue
        style = operation.styles.get(("query", name), _PLAIN_STYLE)
        safe = _RESERVED_IN_QUERY if style.allow_reserved else _UNRESERVED
        pairs.extend(
            f"{key}={text}" for key, text in _pairs(name, _plain(value, title), style, safe)
        )
    return "&".join(pairs)


def headers_of(call: Call[object, object], *, title: bool = False) -> list[tuple[str, str]]:
    """Write the header and cookie parameters of a call."""
    operation = call.operation
    found: list[tuple[str, str]] = []
    for name, value in (call.headers or {}).items():
        if value is None or value is OMIT:
            continue
        if ("header", name) in operation.json_params:
            text = json_text(value)
        else:
            style = operation.styles.get(("header", name), _PLAIN_STYLE)
            text = _joined(_plain(value, title), ",", explode=style.explode is True, safe=None)
        found.append((name, text))
    cookies: list[str] = []
    for name, value in (call.cookies or {}).items():
        if value is None or value is OMIT:
            continue
        if ("cookie", name) in operation.json_params:
            cookies.append(f"{name}={quote(json_text(value), safe=_COOKIE_SAFE)}")
            continue
        style = operation.styles.get(("cookie", name), _PLAIN_STYLE)
        cookies.extend(
            f"{key}={text}" for key, text in _pairs(name, _plain(value, title), style, _COOKIE_SAFE)
        )
    if cookies:
        found.append(("Cookie", "; ".join(cookies)))
    return found


def check_header(name: str, value: str) -> None:
    """Refuse a header that would become two.

    Raises:
        RequestError: It holds control characters.
    """
    if _CONTROL.search(name) or _CONTROL.search(value):
        raise RequestError(f"the header {name!r} holds a control character")


def form_of(call: Call[object, object], *, title: bool = False) -> bytes:
    """Write an urlencoded body."""
    operation = call.operation
    pairs: list[str] = []
    for name, value in (call.form or {}).items():
        text = json_part(operation, "form", name, value)
        if text is not None:
            pairs.append(f"{_q(name)}={_q(text)}")
            continue
        if value is None or value is OMIT:
            continue
        if operation.encodings.get(name) == "application/json":
            pairs.append(f"{_q(name)}={_q(json_text(value))}")
            continue
        style = operation.styles.get(("form", name), _PLAIN_STYLE)
        safe = _RESERVED_IN_QUERY if style.allow_reserved else _UNRESERVED
        pairs.extend(
            f"{key}={text}" for key, text in _pairs(name, _plain(value, title), style, safe)
        )
    return "&".join(pairs).encode("ascii")


def json_part(
    operation: Operation[object, object], place: str, name: str, value: object
) -> str | None:
    """Write a part of a form as JSON text, if the operation says that it is written so.

    Args:
        operation: Knows how its parts are written.
        place: Which form it is: `form` or `multipart`.
        name: The part.
        value: Its value.

    Returns:
        The text; None if it is written in another way, or not at all.
    """
    if value is OMIT:
        return None
    always = (place, name) in operation.json_params
    loosely = (place, name) in operation.json_unless_string
    if always or (loosely and value is not None and not isinstance(value, str)):
        return json_text(value)
    return None


def is_single(value: object) -> bool:
    """Tell whether a value is neither a list nor an object."""
    if isinstance(value, (str, bytes, bytearray, memoryview)):
        return True
    several = (*_SEVERAL, Mapping, Sequence)
    return not isinstance(value, several) and not hasattr(value, "__pydantic_fields_set__")


def scalar(value: Any, *, title: bool = False) -> str:
    """Write a single value as text.

    Args:
        value: A string, number, boolean, enum, date, UUID or the like.
        title: Whether booleans are `True` and `False`.

    Returns:
        The text, not percent-encoded.

    Raises:
        RequestError: It is not a single value.
    """
    if isinstance(value, Enum):
        return scalar(value.value, title=title)
    if isinstance(value, bool):
        return str(value) if title else str(value).lower()
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    plain = jsonable(value)
    if not isinstance(plain, str):
        raise RequestError(f"a {type(value).__name__} cannot be written as a single value")
    return plain


def _plain(value: Any, title: bool) -> Any:
    """One of the three kinds that the style table knows: str, `_List` or `_Object`."""
    if type(value) is str:
        return value
    if isinstance(value, Enum):
        value = value.value
    if hasattr(value, "__pydantic_fields_set__"):
        value = model_json(value)
    if isinstance(value, Mapping):
        entries = cast("Mapping[object, object]", value).items()
        return _Object(
            cast("object", value),
            [(_key(k), _plain(v, title)) for k, v in entries if v is not None and v is not OMIT],
        )
    if not is_single(value):
        items = cast("Iterable[object]", value)
        return _List(
            cast("object", value),
            [_plain(item, title) for item in items if item is not None and item is not OMIT],
        )
    return scalar(value, title=title)


class _Several(list[T]):
    """Several values, and what they were before they were written."""

    def __init__(self, raw: object, written: Iterable[T]) -> None:
        super().__init__(written)
        self.raw = raw


class _List(_Several[Any]):
    """The items of a list."""


class _Object(_Several[tuple[str, Any]]):
    """The properties of an object, in their order."""


def _flat(value: Any) -> str:
    """A value inside a list or object; the table has no form for deeper ones, so they are JSON."""
    return value if isinstance(value, str) else json_text(cast("_Several[object]", value).raw)


def _e(text: str, safe: str | None) -> str:
    return text if safe is None else quote(text, safe=safe)


def _q(text: str) -> str:
    return quote(text, safe=_UNRESERVED)


def _joined(value: Any, comma: str, *, explode: bool, safe: str | None) -> str:
    """`a`, `a,b`, `k,v,l,w` or, exploded, `k=v,l=w`."""
    if isinstance(value, _Object):
        equals = "=" if explode else comma
        return comma.join(f"{_e(key, safe)}{equals}{_e(_flat(item), safe)}" for key, item in value)
    if isinstance(value, list):
        return comma.join(_e(_flat(item), safe) for item in cast("list[object]", value))
    return _e(value, safe)


def _path_value(name: str, value: Any, style: Style) -> str:
    explode = style.explode is True
    kind = style.name or "simple"
    if kind == "label":
        # RFC 6570: exploded values are told apart by the same sign that comes first.
        return "." + _joined(value, "." if explode else ",", explode=explode, safe=_UNRESERVED)
    if kind == "matrix":
        key = _q(name)
        if explode and isinstance(value, _Object):
            return "".join(f";{_q(k)}={_q(_flat(item))}" for k, item in value)
        if explode and isinstance(value, list):
            return "".join(f";{key}={_q(_flat(item))}" for item in cast("list[object]", value))
        text = _joined(value, ",", explode=False, safe=_UNRESERVED)
        return f";{key}={text}" if text else f";{key}"
    return _joined(value, ",", explode=explode, safe=_UNRESERVED)


_DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}


def _pairs(name: str, value: Any, style: Style, safe: str) -> Iterator[tuple[str, str]]:
    """The `key=value` pairs of a query, form or cookie parameter, encoded."""
    kind = style.name or "form"
    explode = style.explode if style.explode is not None else kind in ("form", "deepObject")
    key = quote(name, safe=safe if safe is _COOKIE_SAFE else _UNRESERVED)
    if isinstance(value, str):
        yield key, quote(value, safe=safe)
    elif kind == "deepObject":
        yield from _deep(key, value, safe)
    elif explode and isinstance(value, _Object):
        for name_inside, item in value:
            yield quote(name_inside, safe=_UNRESERVED), quote(_flat(item), safe=safe)
    elif explode:
        for item in cast("list[object]", value):
            yield key, quote(_flat(item), safe=safe)
    elif value:
        yield key, _joined(value, _DELIMITERS.get(kind, ","), explode=False, safe=safe)


def _deep(key: str, value: Any, safe: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, _Object):
        for name, item in value:
            yield from _deep(f"{key}%5B{_q(name)}%5D", item, safe)
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _deep(key, item, safe)
    else:
        yield key, quote(value, safe=safe)


def _key(key: Any) -> str:
    if isinstance(key, str) and not isinstance(key, Enum):
        return key
    return scalar(key)


def _decimal(value: Decimal) -> int | float | str:
    """A number where JSON's numbers hold it exactly, else text."""
    if not value.is_finite():
        raise RequestError(f"{value} cannot be written as JSON")
    if value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else str(value)


def _duration(value: datetime.timedelta) -> str:
    """ISO 8601, in seconds."""
    seconds = value.total_seconds()
    sign = "-" if seconds < 0 else ""
    text = f"{abs(seconds):.6f}".rstrip("0").rstrip(".")
    return f"{sign}PT{text}S"
