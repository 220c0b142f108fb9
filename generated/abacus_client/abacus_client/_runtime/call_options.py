"""The keyword arguments of every generated method; for annotations, so that no call loads this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from .options import Progress, RetryPolicy, Timeout


class CallOptions(TypedDict, total=False):
    """Keyword arguments that every generated method takes; what is left out comes from the client.

    Attributes:
        timeout: A `Timeout`, or a number for its `total`; None for no limit.
        retry: A `RetryPolicy`, or the number of tries in all; None for one.
        headers: More headers; they win over all others.
        progress: Called while the body goes out, with the bytes so far and how many there will be.
    """

    timeout: Timeout | float | None
    retry: RetryPolicy | int | None
    headers: Mapping[str, str]
    progress: Progress
