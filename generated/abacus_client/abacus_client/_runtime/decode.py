"""Replies: from bytes to what a method returns, in one pass where the reply is what the description says."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from .call import Binary, Empty, Json, Reply, Text

if TYPE_CHECKING:
    from .api import Envelope


@dataclass(frozen=True)
class Misfit:
    """A place that is not as declared: pointer, expectation, value."""

    pointer: str
    expected: str
    value: object


@dataclass
class Decoded:
    """A reply, read.

    Attributes:
        ok: Whether the call succeeded; None: the reply does not say.
        result: The result, or for failures the body.
        message: The error's message.
        error_type: The error's type.
        request_id: The request's id.
        misfits: Where the reply is not as declared.
    """

    ok: bool | None
    result: Any = None
    message: str | None = None
    error_type: str | None = None
    request_id: str | None = None
    misfits: tuple[Misfit, ...] = ()


class Unreadable(Exception):
    """The bytes are not what the reply has to be; the message says how."""


_adapters: dict[tuple[Any, Any], Any] = {}
_lock = threading.RLock()


def choose(replies: Mapping[str, Reply], status: int) -> Reply | None:
    """Choose the reply that describes a status.

    Args:
        replies: The operation's replies.
        status: The HTTP status.

    Returns:
        The most specific one; None if there is none.
    """
    return replies.get(str(status)) or replies.get(f"{status // 100}XX") or replies.get("default")


def read_json(content: bytes) -> Any:
    """Read JSON of any depth and origin.

    Args:
        content: The bytes.

    Returns:
        The value.

    Raises:
        Unreadable: They are not JSON.
    """
    try:
        return json.loads(content)
    except RecursionError:
        raise Unreadable("JSON nested too deeply") from None
    except (ValueError, UnicodeDecodeError) as error:
        raise Unreadable(f"not JSON ({error})") from None


def read_enveloped(
    envelope: Envelope, content: bytes, reply: Json, *, asynchronous: bool
) -> Decoded:
    """Read a reply whose envelope says whether the call succeeded.

    Args:
        envelope: The envelope.
        content: The body.
        reply: What the result is.
        asynchronous: Which flavour of the type to make.

    Returns:
        The reply, read.

    Raises:
        Unreadable: The bytes are not an envelope.
    """
    thunk = reply.async_type if asynchronous and reply.async_type else reply.type
    adapter = _adapters.get((envelope, thunk))
    if adapter is None:
        adapter = _build(envelope, thunk)
    from pydantic import ValidationError

    try:
        values = adapter.validate_json(content, strict=True)
    except ValidationError:
        return _salvage_envelope(envelope, content, thunk)
    ok = values[envelope.ok]
    if ok and thunk is not None and envelope.result not in values:
        return _salvage_envelope(envelope, content, thunk)
    return Decoded(
        ok=ok,
        result=_emptied(values.get(envelope.result), content) if thunk is not None else None,
        message=_text(values, envelope.message),
        error_type=_text(values, envelope.type),
        request_id=_text(values, envelope.request_id),
    )


def read_plain(content: bytes, reply: Json, *, asynchronous: bool) -> Decoded:
    """Read a reply that is the result.

    Args:
        content: The body.
        reply: What the result is.
        asynchronous: Which flavour of the type to make.

    Returns:
        The reply, read.

    Raises:
        Unreadable: The bytes are not JSON.
    """
    thunk = reply.async_type if asynchronous and reply.async_type else reply.type
    if thunk is None:
        return Decoded(ok=None)
    from pydantic import ValidationError

    from .adapters import adapter

    tp = thunk()
    try:
        result = adapter(tp).validate_json(content, strict=True)
        return Decoded(ok=None, result=_emptied(result, content))
    except ValidationError:
        pass
    misfits: list[Misfit] = []
    result = _read(tp, read_json(content), "", misfits)
    return Decoded(ok=None, result=result, misfits=tuple(misfits))


def read_text(content: bytes, content_type: str) -> str:
    """Decode text by the charset of its content type, replacing what does not fit."""
    charset = "utf-8"
    for part in content_type.split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.lower() == "charset":
            charset = value.strip("\"' ")
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def read_other(reply: Reply | None, content: bytes, content_type: str) -> Any:
    """Read a reply that is not JSON."""
    if isinstance(reply, Binary):
        return content
    if isinstance(reply, Text):
        return read_text(content, content_type)
    assert reply is None or isinstance(reply, (Empty, Json))
    return None


def envelope_of(envelope: Envelope, raw: Any) -> Decoded | None:
    """Read an envelope from a JSON value.

    Args:
        envelope: The envelope.
        raw: Any JSON value.

    Returns:
        The envelope's own values, with the whole value as the result; None if it is not an envelope.
    """
    if not isinstance(raw, dict) or envelope.ok not in raw:
        return None
    values = cast("dict[str, Any]", raw)
    return Decoded(
        ok=bool(values[envelope.ok]),
        result=values,
        message=_text(values, envelope.message),
        error_type=_text(values, envelope.type),
        request_id=_text(values, envelope.request_id),
    )


def _build(envelope: Envelope, thunk: Any) -> Any:
    from pydantic import TypeAdapter
    from typing_extensions import TypedDict

    with _lock:
        found = _adapters.get((envelope, thunk))
        if found is None:
            fields: dict[str, Any] = {envelope.ok: bool}
            for name in (envelope.message, envelope.type, envelope.request_id):
                if name is not None:
                    fields[name] = Any
            if envelope.result is not None:
                fields[envelope.result] = Any if thunk is None else thunk()
            shape: Any = TypedDict("Reply", fields, total=False)  # type: ignore[operator]
            shape.__required_keys__ = frozenset({envelope.ok})
            shape.__optional_keys__ = frozenset(fields) - {envelope.ok}
            found = _adapters[(envelope, thunk)] = TypeAdapter(shape)
    return found


def _salvage_envelope(envelope: Envelope, content: bytes, thunk: Any) -> Decoded:
    raw = read_json(content)
    decoded = envelope_of(envelope, raw)
    if decoded is None:
        raise Unreadable(f"no {envelope.ok!r} in it")
    if not decoded.ok:
        return decoded
    misfits: list[Misfit] = []
    if not isinstance(raw[envelope.ok], bool):
        misfits.append(Misfit(f"/{envelope.ok}", "bool", raw[envelope.ok]))
    if thunk is None or envelope.result is None:
        decoded.result = None
    elif envelope.result not in raw:
        misfits.append(Misfit(f"/{envelope.result}", "the result", None))
        decoded.result = None
    else:
        decoded.result = _read(thunk(), raw[envelope.result], f"/{envelope.result}", misfits)
    decoded.misfits = tuple(misfits)
    return decoded


def _read(tp: Any, raw: Any, pointer: str, misfits: list[Misfit]) -> Any:
    from .salvage import Salvage

    salvage = Salvage(report=lambda *miss: misfits.append(Misfit(*miss)))
    try:
        return salvage.read(tp, raw, pointer)
    except RecursionError:
        raise Unreadable("JSON nested too deeply") from None


def _emptied(result: Any, content: bytes) -> Any:
    """Replace the objects that `{}` made, where the API means nothing by it."""
    return result


def _text(values: Mapping[str, Any], name: str | None) -> str | None:
    value = values.get(name) if name is not None else None
    if value is None:
        return None
    return value if isinstance(value, str) else json.dumps(value)
