"""Importing the package."""

from __future__ import annotations

from collections.abc import Iterator

from bench.fresh import seconds
from bench.peers import PEERS, generated
from bench.race import Race, Target, race


def main() -> Iterator[Race]:
    """Measure."""
    contenders = {
        "import abacus_client": seconds("import abacus_client"),
        "python -c pass": seconds("pass"),
        "from abacus_client import Abacus": seconds("from abacus_client import Abacus"),
        "import httpx, pydantic": seconds("import httpx, pydantic"),
    }
    for peer in PEERS:
        contenders[f"import {peer.name}"] = seconds(f"import {peer.module}", generated())
    yield race(
        "Importing, processor time of a fresh process",
        contenders,
        base="python -c pass",
        rounds=9,
        target=Target(15, "more"),
    )
