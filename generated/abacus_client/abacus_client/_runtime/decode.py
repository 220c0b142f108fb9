"""Bytes into objects, in one pass where a reply is what the description says it is."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from .call import Binary, Json, Reply, Text
from .garbage import uncollected

if TYPE_CHECKING:
    from .api import Envelope
    from .call import TypeThunk
    from .misfit import Misfit

_LARGE = 256 * 1024
_HOLLOW = re.compile(rb"\{\s*\}")
_Reader = Callable[[bytes], Any]
_readers: dict[tuple[Envelope | None, TypeThunk | None], tuple[Any, _Reader]] = {}
# Reentrant: a type may be asked for while another is being built.
_lock = threading.RLock()


class Decoded:
    """What a body says.

    Args:
        ok: Whether the call succeeded.
        result: The result.
        message: The error's message.
        error_type: The error's type.
        request_id: The request's id.
        misfits: Where the result is not as described.
    """

    def __init__(
        self,
        ok: bool,
        result: Any = None,
        message: str | None = None,
        error_type: str | None = None,
        request_id: str | None = None,
        misfits: tuple[Misfit, ...] = (),
    ) -> None:
        self.ok = ok
        self.result = result
        self.message = message
        self.error_type = error_type
        self.request_id = request_id
        self.misfits = misfits


class Unreadable(Exception):
    """The bytes are not what they have to be; the message says what they are."""


def choose(replies: Mapping[str, Reply], status: int) -> Reply | None:
    """Choose the reply that describes a status.

    Args:
        replies: The operation's replies.
        status: The HTTP status.

    Returns:
        The most specific one. A success that none describes is read like the described one.
    """
    found = replies.get(str(status)) or replies.get(f"{status // 100}XX") or replies.get("default")
    if found is None:
        found = next((r for key, r in replies.items() if key[0] == "2"), None)
    return found


def read_json(content: bytes) -> Any:
    """Read JSON.

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
        raise Unreadable("JSON that is nested too deeply") from None
    except ValueError as error:  # also UnicodeDecodeError
        raise Unreadable(_what(content, error)) from None


def read_enveloped(
    envelope: Envelope, content: bytes, reply: Json, *, asynchronous: bool
) -> Decoded:
    """Read a body whose envelope says whether the call succeeded.

    Args:
        envelope: The envelope.
        content: The body.
        reply: What the result is.
        asynchronous: Which flavour of the type to make.

    Returns:
        What it says.

    Raises:
        Unreadable: It is no envelope.
    """
    thunk = reply.async_type if asynchronous and reply.async_type is not None else reply.type
    tp, reader = _readers.get((envelope, thunk)) or _build(envelope, thunk)
    values = _validated(reader, content)
    if values is None or (
        values[envelope.ok] and thunk is not None and envelope.result not in values
    ):
        return _salvaged(envelope, content, thunk, tp)
    result = values.get(envelope.result) if thunk is not None else None
    return Decoded(
        values[envelope.ok],
        _without_hollow(result, content),
        _text(values, envelope.message),
        _text(values, envelope.type),
        _text(values, envelope.request_id),
    )


def read_plain(content: bytes, reply: Json, *, asynchronous: bool) -> Decoded:
    """Read a body that is the result.

    Args:
        content: The body.
        reply: What the result is.
        asynchronous: Which flavour of the type to make.

    Returns:
        What it says.

    Raises:
        Unreadable: It is not JSON.
    """
    thunk = reply.async_type if asynchronous and reply.async_type is not None else reply.type
    if thunk is None:
        return Decoded(ok=True)
    tp, reader = _readers.get((None, thunk)) or _build(None, thunk)
    values = _validated(reader, content)
    if values is not None:
        return Decoded(True, _without_hollow(values["result"], content))
    misfits: list[Misfit] = []
    result = _salvage(tp, read_json(content), "", misfits)
    return Decoded(True, result, misfits=tuple(misfits))


def envelope_of(envelope: Envelope, raw: Any) -> Decoded | None:
    """Read an envelope from a JSON value, leaving its result alone.

    Args:
        envelope: The envelope.
        raw: Any JSON value.

    Returns:
        What it says; None if it is no envelope.
    """
    if not isinstance(raw, dict) or envelope.ok not in raw:
        return None
    values = cast("dict[str, Any]", raw)
    return Decoded(
        ok=bool(values[envelope.ok]),
        message=_text(values, envelope.message),
        error_type=_text(values, envelope.type),
        request_id=_text(values, envelope.request_id),
    )


def read_text(content: bytes, content_type: str) -> str:
    """Read text.

    Args:
        content: The bytes.
        content_type: Says their charset; UTF-8 if it does not.

    Returns:
        The text, with marks in the place of what does not fit the charset.
    """
    charset = "utf-8"
    for part in content_type.split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.lower() == "charset":
            charset = value.strip("\"' ")
    try:
        return content.decode(charset, "replace")
    except (LookupError, UnicodeError):
        return content.decode("utf-8", "replace")


def read_bytes(reply: Reply | None, content: bytes, content_type: str) -> bytes | str | None:
    """Read a body that is not JSON.

    Args:
        reply: What it is.
        content: The body.
        content_type: What the server says it is.

    Returns:
        Bytes, text or nothing.
    """
    if isinstance(reply, Binary):
        return content
    return read_text(content, content_type) if isinstance(reply, Text) else None


def _build(envelope: Envelope | None, thunk: TypeThunk | None) -> tuple[Any, _Reader]:
    # Uncollected: the first reader imports pydantic, and what is imported stays.
    with _lock, uncollected():
        from .adapters import reader

        found = _readers.get((envelope, thunk))
        if found is None:
            tp: Any = Any if thunk is None else thunk()
            found = _readers[(envelope, thunk)] = (tp, reader(envelope, tp))
    return found


def _validated(reader: _Reader, content: bytes) -> Any:
    """The validated value; None if it is not as described."""
    try:
        if len(content) < _LARGE:
            return reader(content)
        with uncollected():
            return reader(content)
    except ValueError:  # pydantic's ValidationError is one
        return None


def _salvaged(envelope: Envelope, content: bytes, thunk: TypeThunk | None, tp: Any) -> Decoded:
    raw = read_json(content)
    decoded = envelope_of(envelope, raw)
    if decoded is None:
        raise Unreadable(f"{_kind(raw)} without {envelope.ok!r}")
    if not decoded.ok:
        return decoded
    misfits: list[Misfit] = []
    if not isinstance(raw[envelope.ok], bool):
        from .misfit import Misfit

        at = f"/{envelope.ok}"
        misfits.append(Misfit(at, "bool", raw[envelope.ok], path=at))
    if thunk is not None and envelope.result is not None:
        if envelope.result in raw:
            pointer = f"/{envelope.result}"
            decoded.result = _salvage(tp, raw[envelope.result], pointer, misfits)
        else:
            decoded.result = _salvage(tp, None, f"/{envelope.result}", misfits)
    decoded.misfits = tuple(misfits)
    return decoded


def _salvage(tp: Any, raw: Any, pointer: str, misfits: list[Misfit]) -> Any:
    from .salvage import Salvage

    try:
        return Salvage(misfits.append, json=True).read(tp, raw, pointer)
    except RecursionError:
        raise Unreadable("JSON that is nested too deeply") from None


def _without_hollow(result: Any, content: bytes) -> Any:
    """Take out the objects that `{}` made, where the API means nothing by it."""
    if result is None or not _HOLLOW.search(content):
        return result
    from .salvage import without_hollow

    return without_hollow(result)


def _text(values: Mapping[str, Any], name: str | None) -> str | None:
    value = values.get(name) if name is not None else None
    if value is None or isinstance(value, str):
        return value or None
    return json.dumps(value)


def _kind(raw: Any) -> str:
    if raw is None:
        return "null"
    if isinstance(raw, dict):
        return "an object"
    return "a list" if isinstance(raw, list) else f"a {type(raw).__name__}"


def _what(content: bytes, error: ValueError) -> str:
    start = content[:200].lstrip().lower()
    if not start:
        return "it is empty"
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")):
        return "a page of HTML or XML, not JSON"
    return f"not JSON: {error}"
