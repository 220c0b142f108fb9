"""Calls over a connection that is kept, each 1 KB of JSON into a model."""

from __future__ import annotations

from collections.abc import Iterator

from bench.fresh import said
from bench.peers import BODIES, HTTPX, OURS, PEERS, generated
from bench.race import Race, Target, race
from bench.serve import server

CALLS = 300


def main() -> Iterator[Race]:
    """Measure."""
    with server(BODIES) as url:
        everybody = (OURS, HTTPX, *PEERS)
        yield race(
            "One call, processor time",
            {peer.name: said(peer.calls(url, CALLS), generated()) for peer in everybody},
            base=HTTPX.name,
            rounds=9,
            target=Target(0.85),
            warm=False,
        )
        yield race(
            "One awaited call, processor time",
            {
                peer.name: said(peer.calls_async(url, CALLS), generated())
                for peer in everybody
                if peer.call_async
            },
            base=HTTPX.name,
            rounds=9,
            target=Target(0.9),
            warm=False,
        )
