"""The exceptions of the vendor's client, by its names, attributes and text."""

from __future__ import annotations

from typing import Any, cast

from abacus_client import errors
from abacus_client.errors import ApiError


class ApiException(ApiError):
    """Any failure of a call.

    Args:
        message: What went wrong; the id of the request is part of it.
        http_status: The HTTP status.
        exception: The API's own name of the error.
        request_id: The server's id of the request.
    """

    def __init__(
        self,
        message: str,
        http_status: int | None = None,
        exception: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, status=http_status, error_type=exception, request_id=request_id)

    @property
    def http_status(self) -> int | None:
        """The HTTP status; None: no reply came."""
        return self.status

    @property
    def exception(self) -> str:
        """The API's own name of the error; the class's where no reply came."""
        return self.error_type or ("ApiException" if self.status else type(self).__name__)

    def __str__(self) -> str:
        status = "" if self.status is None else f"({self.status})"
        return f"{self.exception}{status}: {self.message}"


class UnsuccessfulTrigger(ApiException, errors.UnsuccessfulTrigger):
    """An agent's trigger says that its workflow is not to run.

    Args:
        message: Why not.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message, 430)


def as_vendor(error: ApiError) -> None:
    """Make an error one of this tree.

    Args:
        error: The error, which may be of any class of the package.
    """
    if isinstance(error, ApiException):
        return
    from abacus_client import compat

    found: Any = getattr(compat, type(error).__name__, ApiException)
    known = isinstance(found, type) and issubclass(found, ApiException)
    # The object stays the same, and with it its traceback, its cause and what it knows.
    error.__class__ = cast("Any", found if known else ApiException)
    if error.request_id:
        error.message = f"{error.message}. Request ID: {error.request_id}"
