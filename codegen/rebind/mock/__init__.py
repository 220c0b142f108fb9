"""A local server that answers for an API: from recordings, a small store, and examples.

from rebind.mock import MockServer

with MockServer(resolved) as server:
    httpx.get(server.url + "/pets")
"""

from __future__ import annotations

from .answers import Mock
from .serve import MockServer, run

__all__ = ["Mock", "MockServer", "run"]
