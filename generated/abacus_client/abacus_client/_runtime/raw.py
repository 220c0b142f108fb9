"""Responses as they came, beside what they were made into."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    from .flow import Answered
    from .headers import Headers
    from .streams import AsyncStreamedResponse, StreamedResponse

T = TypeVar("T")


class RawResponse(Generic[T]):
    """A response and what the method returned for it.

    Attributes:
        status: The HTTP status.
        headers: The headers, by name in whatever case.
        content: The body, decompressed.
        parsed: What the method returned.
        attempts: Requests sent.
        elapsed: Seconds that the call took.
    """

    status: int
    headers: Headers
    content: bytes
    parsed: T
    attempts: int
    elapsed: float

    def __init__(self, answered: Answered, parsed: T) -> None:
        response = answered.response
        self.status = response.status
        self.headers = response.headers
        self.content = response.content
        self.parsed = parsed
        self.attempts = answered.attempts
        self.elapsed = answered.elapsed

    def json(self) -> Any:
        """Read the body as JSON.

        Returns:
            The value.

        Raises:
            ValueError: It is not JSON.
        """
        import json

        return json.loads(self.content)

    def __repr__(self) -> str:
        return f"<RawResponse {self.status}, {len(self.content)} bytes>"


class Capture:
    """What is to be had of the call that a method makes, besides its result.

    Args:
        stream: Whether the response is left open.
    """

    def __init__(self, *, stream: bool = False) -> None:
        self.stream = stream
        self.answered: Answered | None = None
        self.streamed: Any = None

    def raw(self, parsed: T) -> RawResponse[T]:
        """Make the response of what was captured.

        Args:
            parsed: What the method returned.

        Returns:
            The response.

        Raises:
            TypeError: The method made no call.
        """
        if self.answered is None:
            raise TypeError("the method made no call through this client")
        return RawResponse(self.answered, parsed)

    def opened(self) -> StreamedResponse:
        """Hand over the response that was left open.

        Returns:
            The response.

        Raises:
            TypeError: The method made no call.
        """
        if self.streamed is None:
            raise TypeError("the method made no call through this client")
        return cast("StreamedResponse", self.streamed)


class AsyncCapture(Capture):
    """The same of a call that is awaited."""

    def opened(self) -> AsyncStreamedResponse:  # type: ignore[override]
        """Hand over the response that was left open, as `Capture.opened` does."""
        return cast("AsyncStreamedResponse", super().opened())


CAPTURE: ContextVar[Capture | None] = ContextVar("capture", default=None)
"""Set while a method runs whose response somebody wants."""
