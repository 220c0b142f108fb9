"""A fresh process to its first reply on loopback: time and memory."""

from __future__ import annotations

from collections.abc import Iterator

from bench.fresh import peak, seconds
from bench.peers import BODIES, HTTPCORE_MODEL, HTTPX, HTTPX_MODEL, OURS, PEERS, generated
from bench.race import Race, Target, race
from bench.serve import server


def main() -> Iterator[Race]:
    """Measure."""
    with server(BODIES) as url:
        everybody = (OURS, HTTPX, HTTPX_MODEL, HTTPCORE_MODEL, *PEERS)
        programs = {peer.name: peer.first(url) for peer in everybody}
        yield race(
            "First call, processor time of a fresh process",
            {name: seconds(code, generated()) for name, code in programs.items()},
            base=HTTPX.name,
            rounds=25,
            target=Target(1.3),
        )
        yield race(
            "First call, most memory held",
            {name: peak(code, generated()) for name, code in programs.items()},
            base=HTTPX.name,
            rounds=3,
            unit="MB",
            target=Target(35, "value"),
            warm=False,
        )
