"""Every operation sends what the vendor's client was recorded to send, and returns the same.

The recordings are in `exchanges/`; nothing of the vendor's is needed to play them.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.contract import exchanges
from tests.contract.bindings import FLAVOURS, Flavour
from tests.contract.description import description
from tests.contract.exchange import Difference, Sent, in_outcomes, in_requests, sent
from tests.contract.exchanges import Exchange, read_objects, replies
from tests.contract.surface import KEY, Surface, places
from tests.vendor.page import undocumented
from tests.vendor.replies import UNKNOWN, UNKNOWN_SNAKE

HOSTS = {"api": "https://api.test", "prediction": "https://prediction.test"} | {
    "proxy": "https://proxy.test",
    "told": "https://told.test",
}
NAMES = {urlsplit(url).netloc: name for name, url in HOSTS.items()}


def by_operation() -> dict[str, list[Exchange]]:
    """The recordings of each operation."""
    found: dict[str, list[Exchange]] = defaultdict(list)
    for each in exchanges.every():
        found[each.operation].append(each)
    return found


RECORDED = by_operation()


class Played:
    """Answers as a recording says, and keeps what was asked."""

    def __init__(self, exchange: Exchange) -> None:
        self.left = list(replies(exchange.reply, read_objects(exchanges.folder())))
        self.tells = exchange.operation != "getApiEndpoint"
        self.sent: list[Sent] = []
        self.keys: list[str | None] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The next reply."""
        if self.tells and request.url.path == "/api/v0/getApiEndpoint":
            named = {"apiEndpoint": "told", "predictEndpoint": "prediction"}
            told = {key: HOSTS[host] for key, host in {**named, "proxyEndpoint": "proxy"}.items()}
            return httpx.Response(200, json={"success": True, "result": told})
        target = request.url.raw_path.decode()
        self.sent.append(
            sent(
                request.method,
                NAMES[request.url.netloc.decode()],
                target,
                request.headers.multi_items(),
                request.content,
            )
        )
        self.keys.append(request.headers.get("apiKey"))
        reply = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        return httpx.Response(reply.status, headers=dict(reply.headers), content=reply.body)


async def play(exchange: Exchange, flavour: Flavour) -> tuple[list[Difference], list[str | None]]:
    """Make a recorded call, and say what is different, and with which keys it was made."""
    played = Played(exchange)

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        return played(request)

    async def answer_later(request: httpx.Request) -> httpx.Response:
        await request.aread()
        return played(request)

    transport = httpx.MockTransport(answer if flavour == "sync" else answer_later)
    maker: Any = httpx.Client if flavour == "sync" else httpx.AsyncClient
    http = maker(transport=transport)
    try:
        surface = Surface(flavour, base_url=HOSTS["api"], http_client=http, strict=False)
        outcome = await surface.outcome(exchange.method, exchange.arguments)
    finally:
        closing = http.close() if flavour == "sync" else http.aclose()
        if closing is not None:
            await closing
    found = in_requests(exchange.id, list(exchange.sent), played.sent)
    found += in_outcomes(exchange.id, exchange.outcome, outcome, {UNKNOWN, UNKNOWN_SNAKE})
    return found, played.keys


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("operation", sorted(RECORDED))
def test_an_operation_does_what_was_recorded(operation: str, flavour: Flavour) -> None:
    async def run() -> None:
        for exchange in RECORDED[operation]:
            found, keys = await play(exchange, flavour)
            assert [str(each)[:2000] for each in undocumented(found)] == []
            assert set(keys) == {KEY}

    asyncio.run(run())


def test_every_operation_of_the_description_is_recorded() -> None:
    recorded = {each.method for each in exchanges.every()}
    assert sorted(set(places()) - recorded) == []
    assert len(recorded) == len(description().operations)


def test_every_operation_is_recorded_with_every_argument_and_refused() -> None:
    ways = {"required", "all", "nulls", "awkward", "refused"}
    found = defaultdict(set)
    for each in exchanges.every():
        found[each.method].add(each.way)
    assert {method for method, had in found.items() if had != ways} == set()


def test_recordings_name_their_origin_and_stay_small() -> None:
    files = sorted(exchanges.folder().glob("*.json"))
    for path in files:
        origin = json.loads(path.read_text("utf-8"))["recorded"]
        assert origin["request"].startswith("abacusai 1."), path.name
        assert set(origin) == {"request", "reply", "date"}, path.name
    assert sum(path.stat().st_size for path in files) < 3_000_000


def test_no_recording_holds_a_key() -> None:
    texts = [path.read_text("utf-8") for path in Path(exchanges.folder()).glob("*.json")]
    assert not any(KEY in text for text in texts)
