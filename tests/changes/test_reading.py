"""Two sides are read at once, and it cannot be told from reading one after the other."""

from __future__ import annotations

import gc
import multiprocessing
import os
import select
import signal
from pathlib import Path
from typing import Any

import pytest
from rebind.changes import Change, between, read, reading
from rebind.changes.reading import both

HERE = Path(__file__).parent
SHOP = (HERE / "shop.yaml").read_text("utf-8")
RENAMED = SHOP.replace("operationId: getItem\n", "operationId: findItem\n")

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")


@pytest.fixture
def sides(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "old.yaml").write_text(SHOP, "utf-8")
    (tmp_path / "new.yaml").write_text(RENAMED, "utf-8")
    return str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")


def found(old: Any, new: Any) -> tuple[Change, ...]:
    compared = between(old, new)
    assert compared.value
    return compared.value


def test_changes_and_their_places_are_those_of_reading_in_turn(sides: tuple[str, str]) -> None:
    old, new = sides
    changes = found(*both(old, new))
    assert changes == found(read(old), read(new))
    place = changes[0].old_place
    assert place
    assert place.line == SHOP.splitlines().index("      operationId: getItem")


def test_what_is_wrong_with_the_older_side_is_told(sides: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("openapi: 3.1.0\ninfo: {", "utf-8")
    old, _ = both(str(tmp_path / "broken.yaml"), sides[1])
    assert old.value is None
    assert [d.code for d in old.diagnostics] == ["syntax-error"]


def test_where_no_process_can_be_made_both_are_read_in_turn(
    sides: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> Any:
        raise OSError("no more processes")

    monkeypatch.setattr("multiprocessing.get_context", refuse)
    assert [change.code for change in found(*both(*sides))] == ["operation-renamed"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="what is replaced here is not seen there")
@pytest.mark.parametrize("end", [lambda *_: os._exit(1), lambda there, *_: there.send(None)])
def test_a_process_that_ends_too_soon_is_done_without(
    sides: tuple[str, str], end: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_answer", end)
    assert [change.code for change in found(*both(*sides))] == ["operation-renamed"]


def test_the_other_process_ends_when_nobody_asks_it_any_more(sides: tuple[str, str]) -> None:
    before = set(multiprocessing.active_children())
    read_so = both(*sides)
    (child,) = set(multiprocessing.active_children()) - before
    assert child.is_alive(), "it keeps the places of the older side"
    del read_so
    gc.collect()
    child.join(10)
    assert child.exitcode == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="it is killed as only a fork can be")
def test_the_other_process_does_not_outlive_one_that_is_killed(sides: tuple[str, str]) -> None:
    told, tell = os.pipe()
    killed = os.fork()
    if not killed:
        try:
            before = set(multiprocessing.active_children())
            kept = both(*sides)
            (child,) = set(multiprocessing.active_children()) - before
            os.write(tell, f"{child.pid}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)
            assert kept
        finally:
            os._exit(1)
    os.close(tell)
    with os.fdopen(told) as said:  # at its end when the last process that could write has ended
        assert int(said.readline())
        os.waitpid(killed, 0)
        assert select.select([said], [], [], 10)[0], "it goes on"
        assert said.read() == ""
