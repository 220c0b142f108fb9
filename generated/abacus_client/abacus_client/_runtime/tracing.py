"""A span per call, where the application traces with OpenTelemetry.

The application has imported its API then; where it has not, there is nothing to tell and no cost.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from .call import Operation
    from .errors import ApiError
    from .request import Request

_PACKAGE = __name__.rsplit(".", 2)[0]


class Span:
    """One call, as OpenTelemetry is told of it.

    Args:
        operation: What is called.
        request: How. It gets the header that passes the trace on.
        version: The version of the API's description.
    """

    def __init__(
        self, operation: Operation[object, object], request: Request, version: str
    ) -> None:
        self._span: Any = None
        self._ended = False
        trace: Any = sys.modules.get("opentelemetry.trace")
        if trace is None or not hasattr(trace, "get_tracer"):
            return
        parts = urlsplit(request.url)
        # No query: it holds what the caller looks for, and perhaps a key.
        attributes: dict[str, Any] = {
            "http.request.method": request.method,
            "server.address": parts.hostname or "",
            "url.template": operation.path,
        }
        if parts.port is not None:
            attributes["server.port"] = parts.port
        tracer = trace.get_tracer(_PACKAGE, version)
        self._span = tracer.start_span(
            operation.id, kind=trace.SpanKind.CLIENT, attributes=attributes
        )
        carrier: dict[str, str] = {}
        import_module("opentelemetry.propagate").inject(
            carrier, context=trace.set_span_in_context(self._span)
        )
        request.headers.extend(carrier.items())

    def end(self, status: int | None, attempts: int, error: ApiError | None = None) -> None:
        """Tell how the call ended; only the first word counts.

        Args:
            status: The HTTP status, if a response came.
            attempts: Requests sent.
            error: What it failed with.
        """
        if self._span is None or self._ended:
            return
        self._ended = True
        if status is not None:
            self._span.set_attribute("http.response.status_code", status)
        if attempts > 1:
            self._span.set_attribute("http.request.resend_count", attempts - 1)
        if error is not None:
            trace: Any = sys.modules["opentelemetry.trace"]
            self._span.set_attribute("error.type", error.error_type or type(error).__name__)
            self._span.set_status(trace.Status(trace.StatusCode.ERROR, error.message))
        self._span.end()
