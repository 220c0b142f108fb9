"""A platform to talk to, and work that is the same in both flavours."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from abacus_client import Abacus, AsyncAbacus

from tests.extras.platform import Platform

Work = Callable[[Any], Awaitable[Any]]
Run = Callable[..., Any]


@pytest.fixture
def platform() -> Iterator[Platform]:
    server = Platform()
    yield server
    server.close()


@pytest.fixture(params=["blocking", "awaited"])
def flavour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def run(platform: Platform, flavour: str) -> Run:
    """Does some work with a client of a flavour.

    The work awaits `done(...)` of whatever a client returns.
    """

    def doing(work: Work, api_key: str | None = "secret", **settings: Any) -> Any:
        async def blocking() -> Any:
            with Abacus(api_key, base_url=platform.url, **settings) as client:
                return await work(client)

        async def awaited() -> Any:
            async with AsyncAbacus(api_key, base_url=platform.url, **settings) as client:
                return await work(client)

        return asyncio.run(awaited() if flavour == "awaited" else blocking())

    return doing


async def done(value: Any) -> Any:
    """What a call of either flavour returns."""
    return await value if inspect.isawaitable(value) else value


async def every(stream: Any) -> list[Any]:
    """The items of a stream of either flavour."""
    if hasattr(stream, "__aiter__"):
        return [item async for item in stream]
    return list(stream)


async def closed(stream: Any) -> None:
    """Close a stream of either flavour."""
    await done(stream.aclose() if hasattr(stream, "aclose") else stream.close())
