"""Each fault is met twice, blocking and awaited, as every test of a client is."""

from __future__ import annotations

from tests.runtime.conftest import flavour, server

__all__ = ["flavour", "server"]
