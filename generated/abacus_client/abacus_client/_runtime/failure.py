"""What an HTTP library raised, as an error of ours; known by name, so that none is imported."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .body import SourceFailed
from .errors import ApiConnectionError, ApiError, ApiTimeoutError, DecodeError, RequestError

if TYPE_CHECKING:
    from .async_connections import AsyncOpened
    from .connections import Opened

_FAMILIES = frozenset({"httpx", "httpcore", "httpx2", "httpcore2", "h11", "h2", "anyio", "socksio"})
_UNSENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"})
_REFUSED = frozenset({"InvalidURL", "UnsupportedProtocol", "LocalProtocolError", "CookieConflict"})
_TIMEOUTS = {
    "ConnectTimeout": "the connection was not made in time",
    "ReadTimeout": "the server did not answer in time",
    "WriteTimeout": "the request could not be sent in time",
    "PoolTimeout": "no connection was free in time",
}


class Failure:
    """A request without a response.

    Args:
        error: What the caller is told.
        unsent: Whether the server cannot have acted on the request.
        final: Whether another try must fail the same way.

    Attributes:
        headers: Those of the response, if it broke off after them.
    """

    def __init__(self, error: ApiError, *, unsent: bool = False, final: bool = False) -> None:
        self.error = error
        self.unsent = unsent
        self.final = final
        self.headers: Mapping[str, str] = {}

    def at(self, opened: Opened | AsyncOpened | None) -> Failure:
        """Add what is known of the response that was being read.

        Args:
            opened: The response; None: there was none.

        Returns:
            The failure itself.
        """
        if opened is not None:
            self.error.status = opened.status
            self.headers = opened.headers
        return self


def too_late() -> Failure:
    """Make the failure of a call whose time is over."""
    return Failure(ApiTimeoutError("the call took longer than its total timeout"), final=True)


def failure_of(error: Exception) -> Failure:
    """Translate an exception of a request.

    Args:
        error: What was raised.

    Returns:
        What the flow is told.

    Raises:
        Exception: `error` itself, if it is not about the request; what the caller's own file or
            iterable raised.
    """
    if isinstance(error, SourceFailed):
        raise error.error
    if isinstance(error, ApiError):
        return Failure(error, final=True)
    if isinstance(error, UnicodeError) and not isinstance(error, UnicodeDecodeError):
        # A layer has changed the address or a header to what cannot be written.
        return Failure(RequestError("the request cannot be sent: it is not ASCII"), final=True)
    names = [cls.__name__ for cls in type(error).__mro__]
    family = type(error).__module__.partition(".")[0]
    foreign = family in _FAMILIES or isinstance(error, (OSError, EOFError))
    closed = isinstance(error, RuntimeError) and "closed" in str(error)
    if not foreign and not closed:
        raise error
    text = " ".join(str(error).split()) or names[0]
    if _REFUSED.intersection(names):
        return Failure(RequestError(f"the request cannot be sent: {text}"), final=True)
    if "TimeoutException" in names or isinstance(error, TimeoutError):
        said = next((_TIMEOUTS[name] for name in names if name in _TIMEOUTS), "no reply in time")
        return Failure(ApiTimeoutError(said), unsent=bool(_UNSENT.intersection(names)))
    if "DecodingError" in names:
        return Failure(DecodeError(f"the reply cannot be decompressed: {text}"), final=True)
    if _certificate(error):
        made = ApiConnectionError(f"the server's certificate is not to be trusted: {text}")
        return Failure(made, unsent=True, final=True)
    made = ApiConnectionError(f"the connection failed: {text}")
    return Failure(made, unsent=bool(_UNSENT.intersection(names)), final=closed)


def _certificate(error: BaseException | None) -> bool:
    for _ in range(5):
        if error is None:
            return False
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
