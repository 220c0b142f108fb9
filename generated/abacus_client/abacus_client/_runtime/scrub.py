"""Keys, taken out of what a caller or a log gets to see."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, AnyStr, cast
from urllib.parse import quote

from .options import Deviation

if TYPE_CHECKING:
    from .errors import ApiError

_SHORTEST = 6
_MARK = "***"
_CUT = 500
"""No text is cut off that is shorter."""


def scrub(credentials: Mapping[str, str | tuple[str, str]], error: ApiError) -> None:
    """Take keys out of an error, where a server or a library repeated them.

    Args:
        credentials: The keys, by scheme.
        error: The error; it is changed.
    """
    for secret in _secrets(credentials):
        raw = secret.encode("utf-8", "surrogatepass")
        body: object = error.body
        clean = _cut(error.content.replace(raw, _MARK.encode("ascii")), raw)
        echoed = clean != error.content
        error.content = clean
        if echoed or (not isinstance(body, (dict, list, str)) and secret in repr(body)):
            error.body = error.content.decode("utf-8", "replace")
        for name, value in vars(error).items():
            setattr(error, name, _without(secret, value))
    error.args = (error.message,)


def _cut(text: AnyStr, secret: AnyStr) -> AnyStr:
    """Take the beginning of a key off the end of a text that was cut off there."""
    for size in range(len(secret) - 1, _SHORTEST - 1, -1):
        if len(text) >= _CUT and text[-size:] == secret[:size]:
            return text[:-size]
    return text


def _without(secret: str, value: Any) -> Any:
    if isinstance(value, str):
        return _cut(value.replace(secret, _MARK), secret)
    if isinstance(value, list):
        return [_without(secret, item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        return {_without(secret, key): _without(secret, item) for key, item in entries.items()}
    if isinstance(value, tuple):
        return tuple(_without(secret, item) for item in cast("tuple[object, ...]", value))
    if isinstance(value, Deviation):
        clean = {n: _without(secret, getattr(value, n)) for n in ("pointer", "path", "value")}
        return value.__replace__(**clean)
    return value


def scrubbed(
    credentials: Mapping[str, str | tuple[str, str]], found: tuple[Deviation, ...]
) -> tuple[Deviation, ...]:
    """Take keys out of deviations.

    Args:
        credentials: The keys, by scheme.
        found: The deviations.

    Returns:
        The same without the keys, where a server repeated them.
    """
    for secret in _secrets(credentials):
        found = tuple(_without(secret, deviation) for deviation in found)
    return found


def _secrets(credentials: Mapping[str, str | tuple[str, str]]) -> list[str]:
    found: set[str] = set()
    for value in credentials.values():
        text = value if isinstance(value, str) else value[1]
        # A shorter one would match by accident, and is no secret.
        if len(text) >= _SHORTEST:
            quoted = json.dumps(text)[1:-1]
            # As it is, in a URL, in JSON, and in the JSON of those who write `\\/`.
            found |= {text, quote(text, safe=""), quoted, quoted.replace("/", "\\/")}
        if not isinstance(value, str) or ":" in value:
            login = value if isinstance(value, str) else ":".join(value)
            found.add(base64.b64encode(login.encode("utf-8", "surrogatepass")).decode("ascii"))
    return sorted(found, key=len, reverse=True)
