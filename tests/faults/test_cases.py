"""Each fault of the table in the docs is met by two calls, blocking and awaited."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rebind.runtime import wire
from rebind.runtime.call import Call
from rebind.runtime.errors import ApiError
from rebind.runtime.options import RetryPolicy

from tests.faults.cases import FAULTS, GOOD, LARGEST, OF_429, Fault
from tests.faults.server import Server, until
from tests.runtime.conftest import Flavour
from tests.runtime.things import CREATE, GET, KEY

PAGE = Path(__file__).parents[2] / "docs" / "runtime.md"
NAMES = {"TooManyRequestsError": OF_429}


@pytest.fixture
def other() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_seen_as_the_table_says(
    server: Server,
    other: Server,
    flavour: Flavour,
    fault: Fault,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wire, "LARGEST", LARGEST)
    policy = RetryPolicy(backoff=0.001)
    for call, (seen, requests) in (
        (Call(GET), fault.repeated),
        (Call(CREATE, json={}), fault.once),
    ):
        server.answer(*(fault.steps(other) if callable(fault.steps) else fault.steps))
        server.on_accept = fault.on_accept
        other.answer(GOOD)
        client = flavour.things(
            base_url=fault.base_url(server), retry=policy, timeout=fault.timeout
        )
        started = time.monotonic()
        what, _, late = seen.partition(", ")
        assert outcome(flavour, client, call) == what
        assert not late or time.monotonic() - started >= 0.99
        assert until(lambda requests=requests: len(server.seen) + len(other.seen) == requests)
        assert KEY not in str(other.seen)


def outcome(flavour: Flavour, client: Any, call: Any) -> str:
    try:
        result = flavour.send(client, call)
    except ApiError as error:
        name = type(error).__name__
        return NAMES.get(name, f"`{name}`")
    assert result.name == "n"
    return "the result"


def test_the_table_of_the_page_is_this_one() -> None:
    def cell(seen: tuple[str, int]) -> str:
        return f"{seen[0]} | {seen[1]}"

    rows = [f"| {f.name} | {cell(f.repeated)} | {cell(f.once)} |" for f in FAULTS]
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line.startswith("| ") and line.count("|") == 6]
    assert listed[2:] == rows, "docs/runtime.md has to have these rows:\n" + "\n".join(rows)
