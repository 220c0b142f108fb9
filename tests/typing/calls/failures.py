"""Errors that people catch."""

from __future__ import annotations

from abacus_client import Abacus, ApiError, DataNotFoundError, StatusError
from typing_extensions import assert_type

try:
    Abacus().chat_sessions.get("1")
except DataNotFoundError as error:
    assert_type(error.message, str)
    assert_type(error.error_type, str | None)
    assert_type(error.request_id, str | None)
    error.requestId  # E: attr-defined, reportAttributeAccessIssue+reportUnknownMemberType
    narrowed: StatusError = error
    widened: int = error  # E: assignment, reportAssignmentType
except ApiError as error:
    assert_type(error.status, int | None)
    later: int = error.status + 1  # E: operator, reportOptionalOperand+reportUnknownVariableType
