"""Keys, taken out of what a caller or a log gets to see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from .options import Deviation

if TYPE_CHECKING:
    from .errors import ApiError

_SHORTEST = 6
_MARK = "***"


def scrub(credentials: Mapping[str, str | tuple[str, str]], error: ApiError) -> None:
    """Take keys out of an error, where a server or a library repeated them.

    Args:
        credentials: The keys, by scheme.
        error: The error; it is changed.
    """
    for secret in _secrets(credentials):
        raw = secret.encode("utf-8", "surrogatepass")
        body: object = error.body
        echoed = raw in error.content
        error.content = error.content.replace(raw, _MARK.encode("ascii"))
        if echoed or (not isinstance(body, (dict, list, str)) and secret in repr(body)):
            error.body = error.content.decode("utf-8", "replace")
        for name, value in vars(error).items():
            setattr(error, name, _without(secret, value))
    error.args = (error.message,)


def _without(secret: str, value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(secret, _MARK)
    if isinstance(value, list):
        return [_without(secret, item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        return {_without(secret, key): _without(secret, item) for key, item in entries.items()}
    if isinstance(value, tuple):
        return tuple(_without(secret, item) for item in cast("tuple[object, ...]", value))
    if isinstance(value, Deviation):
        return value.__replace__(value=_without(secret, value.value))
    return value


def _secrets(credentials: Mapping[str, str | tuple[str, str]]) -> list[str]:
    found: set[str] = set()
    for value in credentials.values():
        text = value if isinstance(value, str) else value[1]
        # A shorter one would match by accident, and is no secret.
        if len(text) >= _SHORTEST:
            found |= {text, quote(text, safe="")}
    return sorted(found, key=len, reverse=True)
