"""Each test of a client runs twice: blocking and awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from rebind.runtime.call import Call

from tests.faults.server import Server
from tests.runtime.things import KEY, AsyncPets, AsyncThings, Pets, Things


class Flavour:
    """Makes clients and calls, blocking or awaited."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.awaited = name == "async"
        self._url = url
        self._clients: list[Any] = []

    def things(self, api_key: str | None = KEY, **options: Any) -> Any:
        return self._made(AsyncThings if self.awaited else Things, api_key, options)

    def pets(self, api_key: str | None = KEY, **options: Any) -> Any:
        return self._made(AsyncPets if self.awaited else Pets, api_key, options)

    def send(self, client: Any, call: Call[Any, Any], **options: Any) -> Any:
        if not self.awaited:
            return client.send(call, options)
        return asyncio.run(client.send(call, options))

    def _made(self, cls: Any, api_key: str | None, options: dict[str, Any]) -> Any:
        options.setdefault("base_url", self._url)
        client = cls(api_key, **options)
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            if not self.awaited:
                client.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


@pytest.fixture(params=["sync", "async"])
def flavour(request: pytest.FixtureRequest, server: Server) -> Iterator[Flavour]:
    made = Flavour(request.param, server.url)
    yield made
    made.close()
