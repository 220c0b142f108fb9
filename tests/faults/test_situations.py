"""Each situation of the second table in the docs is brought about, blocking and awaited."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.server import Server
from tests.faults.situations import SITUATIONS, Situation, limits
from tests.runtime.conftest import Flavour

PAGE = Path(__file__).parents[2] / "docs" / "runtime.md"


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_a_situation_ends_as_the_table_says(
    server: Server, flavour: Flavour, situation: Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits(monkeypatch, situation)
    assert situation.play(flavour, server) == situation.seen
    assert len(server.seen) == situation.requests


def test_the_table_of_the_page_is_this_one() -> None:
    rows = [f"| {s.name} | {s.seen} | {s.requests} |" for s in SITUATIONS]
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    begin = lines.index("| what happens | you see | requests |") + 2
    listed = lines[begin : lines.index("", begin)]
    assert listed == rows, "docs/runtime.md has to have these rows:\n" + "\n".join(rows)
