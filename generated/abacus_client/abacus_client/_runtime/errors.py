"""The one tree of errors that a call can raise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .options import Deviation


class ApiError(Exception):
    """Any failure of a call.

    Attributes:
        message: What went wrong.
        status: The HTTP status, if a reply came.
        error_type: The API's own name of the error.
        request_id: The server's id of the request.
        retry_after: Seconds that the server asks to wait.
        attempts: Requests sent.
        elapsed: Seconds since the start of the call.
        operation: The operation's id.
        body: The reply's body: the model that the description names for it, else JSON as it came,
            else text.
        content: The first 64 KiB of the reply's body.
    """

    message: str
    status: int | None
    error_type: str | None
    request_id: str | None
    retry_after: float | None
    attempts: int
    elapsed: float
    operation: str | None
    body: Any
    content: bytes

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        error_type: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        attempts: int = 0,
        elapsed: float = 0.0,
        operation: str | None = None,
        body: object = None,
        content: bytes = b"",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.error_type = error_type
        self.request_id = request_id
        self.retry_after = retry_after
        self.attempts = attempts
        self.elapsed = elapsed
        self.operation = operation
        self.body = body
        self.content = content

    def __str__(self) -> str:
        about = [] if self.status is None else [f"status {self.status}"]
        if self.error_type:
            about.append(self.error_type)
        if self.request_id:
            about.append(f"request id {self.request_id}")
        text = f"{self.message} ({', '.join(about)})" if about else self.message
        # Half a surrogate pair in JSON is a string that no terminal and no log can print.
        return text.encode("utf-8", "replace").decode("utf-8")

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions are otherwise rebuilt from `args` alone, which loses the keywords.
        return _rebuilt, (type(self), self.message), self.__dict__


def _rebuilt(cls: type[ApiError], message: str) -> ApiError:
    error = cls.__new__(cls, message)
    error.args = (message,)  # those that are errors of the system, too, have it from `__init__`
    return error


class ConfigError(ApiError):
    """The client lacks something that the call needs, such as a key; nothing was sent."""


class RequestError(ApiError, ValueError):
    """The arguments cannot be written as a request; nothing was sent."""


class UnboundError(ApiError):
    """A method was called on an object that has no client, or not the id that the method needs."""


class ApiConnectionError(ApiError):
    """The connection failed before the whole reply was there."""


class ApiTimeoutError(ApiConnectionError, TimeoutError):
    """The reply was not there in time, or what was waited for not done."""


class PagingError(ApiError):
    """The pages of a list lead nowhere: around in a circle, to another server, or on for ever."""


class WaitError(ApiError):
    """What was waited for has failed.

    Attributes:
        state: The state that it ended in.
    """

    state: object = None

    def __init__(self, message: str, *, state: object = None, **about: Any) -> None:
        super().__init__(message, **about)
        self.state = state


class DecodeError(ApiError):
    """A reply that cannot be read as what the description says.

    Attributes:
        deviations: Where it differs, if it could be read at all.
    """

    deviations: tuple[Deviation, ...] = ()


class StatusError(ApiError):
    """The server answered, and the answer is a failure."""


class RedirectError(StatusError):
    """A redirect that cannot be followed: too many, nowhere, or to a place that is not safe."""


class BadRequestError(StatusError):
    """Status 400."""


class AuthenticationError(StatusError):
    """Status 401."""


class PermissionDeniedError(StatusError):
    """Status 403."""


class NotFoundError(StatusError):
    """Status 404."""


class ConflictError(StatusError):
    """Status 409."""


class UnprocessableError(StatusError):
    """Status 422."""


class RateLimitError(StatusError):
    """Status 429."""


class ServerError(StatusError):
    """Status 500 and above."""


BY_STATUS: Mapping[int, type[StatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableError,
    429: RateLimitError,
}
"""Status -> class, for the statuses that an API has no class of its own for."""


def class_for_status(status: int) -> type[StatusError]:
    """Choose the class for a status that the API has no class of its own for.

    Args:
        status: The HTTP status.

    Returns:
        `StatusError` or one of its status classes.
    """
    return BY_STATUS.get(status, ServerError if status >= 500 else StatusError)
