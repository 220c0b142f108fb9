"""The OpenAPI document resolved: 3.1 shape, one dictionary, references to schemas alone."""

from __future__ import annotations

from rebind.openapi.resolved import Resolved, resolve
from rebind.openapi.text import text

__all__ = ["Resolved", "resolve", "text"]
