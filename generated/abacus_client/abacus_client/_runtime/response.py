"""A response, read as a result or as the error that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from .call import Empty, Events, Json, JsonLines
from .decode import (
    Decoded,
    Unreadable,
    choose,
    envelope_of,
    read_bytes,
    read_enveloped,
    read_json,
    read_plain,
    read_text,
)
from .errors import ApiError, DecodeError, StatusError, class_for_status
from .headers import Headers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .api import Api
    from .async_connections import AsyncOpened
    from .call import Operation, Reply
    from .connections import Opened
    from .misfit import Misfit

BOUND = 64 * 1024
"""How much of a body an error keeps."""


class Response:
    """A response.

    Args:
        status: The HTTP status.
        headers: The headers.
        content: The body; empty if the response was left open.
        opened: The response as it is open.
    """

    def __init__(
        self,
        status: int,
        headers: Mapping[str, str],
        content: bytes = b"",
        opened: Opened | AsyncOpened | None = None,
    ) -> None:
        self.status = status
        self.headers = headers if isinstance(headers, Headers) else Headers.of(headers)
        self.content = content
        self.opened = opened

    def __repr__(self) -> str:
        return f"Response({self.status}, {len(self.content)} bytes)"


class Read:
    """What a response says.

    Args:
        result: The result, if it succeeded.
        error: The error, if it did not.
        misfits: Where the result is not as described.
    """

    def __init__(
        self,
        result: Any = None,
        error: ApiError | None = None,
        misfits: tuple[Misfit, ...] = (),
    ) -> None:
        self.result = result
        self.error = error
        self.misfits = misfits


def read(
    api: Api,
    operation: Operation[object, object],
    response: Response,
    *,
    asynchronous: bool,
    now: float,
) -> Read:
    """Read a response.

    Args:
        api: The API.
        operation: What was called.
        response: The response.
        asynchronous: Which flavour of the types to make.
        now: The time, as `time.time()`.

    Returns:
        The result or the error.
    """
    good = 200 <= response.status < 300
    # With an envelope a success may come with any status; it is the described success all the same.
    reply = choose(operation.replies, response.status if good else 200)
    kind = response.headers.get("content-type") or ""
    content = response.content
    about: dict[str, Any] = {
        "status": response.status,
        "request_id": response.headers.get(api.request_id_header),
        "retry_after": retry_after(response.headers.get("retry-after"), now),
        "content": content[:BOUND],
    }
    if operation.method == "HEAD" and good:
        return Read()
    if response.status in (204, 205) and not content:
        if not isinstance(reply, Json) or reply.type is None:
            return Read()
        from .misfit import Misfit

        return Read(misfits=(Misfit("", "a body", None, "body"),))
    try:
        decoded = _decoded(api, reply, content, kind, good=good, asynchronous=asynchronous)
    except Unreadable as error:
        if good and not isinstance(reply, Empty):
            about["body"] = read_text(about["content"], kind) or None
            return Read(error=DecodeError(f"the reply cannot be read: {error}", **about))
        decoded = Decoded(ok=good)
    if decoded.ok:
        return Read(result=decoded.result, misfits=decoded.misfits)
    return Read(error=_error(api, operation, response, decoded, about, asynchronous))


def retry_after(text: str | None, now: float) -> float | None:
    """Read a `Retry-After` header.

    Args:
        text: Seconds, or an HTTP date.
        now: The time, as `time.time()`.

    Returns:
        Seconds from now; None for anything else.
    """
    if not text:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    import email.utils

    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - now)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _decoded(
    api: Api, reply: Reply | None, content: bytes, kind: str, *, good: bool, asynchronous: bool
) -> Decoded:
    if api.envelope is not None and isinstance(reply, (Json, Empty)):
        shape = reply if isinstance(reply, Json) else Json()
        return read_enveloped(api.envelope, content, shape, asynchronous=asynchronous)
    if not good:
        return Decoded(ok=False)
    if isinstance(reply, Json):
        return read_plain(content, reply, asynchronous=asynchronous)
    if api.envelope is not None and "json" in kind:
        # Where bytes or text are promised, an error still comes as an envelope.
        failed = envelope_of(api.envelope, read_json(content))
        if failed is not None and not failed.ok:
            return failed
    if isinstance(reply, (Events, JsonLines)):
        raise Unreadable(f"it is {kind or 'of no type'}, not a stream")
    return Decoded(ok=True, result=read_bytes(reply, content, kind))


def _error(
    api: Api,
    operation: Operation[object, object],
    response: Response,
    decoded: Decoded,
    about: dict[str, Any],
    asynchronous: bool,
) -> StatusError:
    status, kind = response.status, response.headers.get("content-type") or ""
    raw: Any = None
    if len(response.content) <= BOUND:
        try:
            raw = read_json(response.content)
        except Unreadable:
            raw = None
    if raw is None:
        raw = read_text(about["content"], kind) or None
    if api.envelope is not None and decoded.message is None and decoded.error_type is None:
        decoded = envelope_of(api.envelope, raw) or decoded
    if decoded.request_id is not None:
        about["request_id"] = decoded.request_id
    cls: type[StatusError] | None = api.statuses().get(status) if api.statuses else None
    if cls is None and api.errors is not None and decoded.error_type is not None:
        cls = api.errors().get(decoded.error_type)
    if cls is None:
        cls = class_for_status(status)
        if api.errors is not None:
            # An API's own class of that name stands for the same: callers know no other.
            cls = api.errors().get(cls.__name__, cls)
    message = decoded.message or _message(raw) or f"the server answered with status {status}"
    return cls(
        message,
        error_type=decoded.error_type,
        body=_body(api, operation, status, response.content, raw, asynchronous),
        **about,
    )


def _body(
    api: Api,
    operation: Operation[object, object],
    status: int,
    content: bytes,
    raw: Any,
    asynchronous: bool,
) -> Any:
    """The model that the description names for an error's body, as far as the body fits it."""
    reply = operation.replies.get(str(status)) or operation.replies.get(f"{status // 100}XX")
    reply = reply or operation.replies.get("default")
    if api.envelope is not None or status < 400 or not isinstance(reply, Json):
        return raw
    if not isinstance(raw, (dict, list)):
        return cast("object", raw)
    try:
        made = read_plain(content, reply, asynchronous=asynchronous).result
    except Unreadable:
        return cast("object", raw)
    return cast("object", raw) if made is None else made


def _message(raw: Any) -> str | None:
    """The text in an error's body, under the names that APIs use for it."""
    found = raw
    for _ in range(2):
        if isinstance(found, dict):
            inside = cast("dict[str, Any]", found)
            found = next((inside[name] for name in _SAID if inside.get(name)), None)
    if not isinstance(found, str):
        return None
    found = found.strip()
    # A page of HTML says nothing in a line; it is in `content`.
    return None if not found or found.startswith("<") else found[:500]


_SAID = ("message", "detail", "error_description", "error", "title", "msg", "reason")
