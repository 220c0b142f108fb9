"""Waiting until something is done: the flow alone, then both flavours against a server."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rebind.runtime.call import Call
from rebind.runtime.errors import (
    ApiConnectionError,
    ApiError,
    ApiTimeoutError,
    DecodeError,
    WaitError,
)
from rebind.runtime.flow import Sleep
from rebind.runtime.options import Timeout
from rebind.runtime.waiting import Look, Waiting, at, limited, pause, wait_flow

from tests.faults.server import Server, ok
from tests.runtime.conftest import Flavour
from tests.runtime.things import GET, KEY, Session

BUSY = Waiting(
    operation="getSession", status=("status",), pending=("PENDING",), failed=("FAILED",), delay=15
)
DONE = Waiting(operation="getSession", status=("status",), done=("COMPLETE",), failed=("FAILED",))


class World:
    """Plays the API and the clock for a wait."""

    def __init__(self, *states: Any, each: float = 0.0, chance: float = 0.5) -> None:
        self.states: Iterator[Any] = iter(states)
        self.each = each
        self.now = 1000.0
        self.chance = chance
        self.slept: list[float] = []
        self.left: list[float | None] = []

    def run(self, waiting: Waiting, **options: Any) -> Any:
        options = {"deadline": waiting.deadline, "delay": waiting.delay, **options}
        flow = wait_flow(waiting, clock=lambda: self.now, chance=lambda: self.chance, **options)
        answer: Any = None
        while True:
            try:
                wrong = isinstance(answer, Exception)
                effect = flow.throw(answer) if wrong else flow.send(answer)
            except StopIteration as end:
                return end.value
            answer = None
            if isinstance(effect, Sleep):
                self.slept.append(effect.seconds)
                self.now += effect.seconds
            else:
                assert isinstance(effect, Look)
                self.left.append(effect.left)
                self.now += self.each
                state = next(self.states)
                answer = state if isinstance(state, Exception) else {"status": state}

    def fails(self, waiting: Waiting, **options: Any) -> ApiError:
        with pytest.raises(ApiError) as caught:
            self.run(waiting, **options)
        return caught.value


def test_it_looks_until_the_state_is_no_longer_pending() -> None:
    world = World("PENDING", "PENDING", "SOMETHING NEW")
    assert world.run(BUSY) == {"status": "SOMETHING NEW"}
    assert world.slept == [2, 2]


def test_it_looks_until_the_state_is_one_of_those_that_mean_done() -> None:
    world = World(None, "WHO KNOWS", "COMPLETE")
    assert world.run(DONE) == {"status": "COMPLETE"}
    assert len(world.slept) == 2


def test_what_is_done_already_is_not_waited_for() -> None:
    world = World("COMPLETE")
    world.run(DONE)
    assert world.slept == []


def test_the_pauses_grow_with_the_time_waited_up_to_the_delay() -> None:
    world = World(*["PENDING"] * 60, "COMPLETE")
    world.run(BUSY, deadline=None)
    assert world.slept[:10] == [2] * 10
    assert world.slept == sorted(world.slept)
    assert world.slept[-1] == 15


@given(st.floats(0, 100), st.floats(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_pause_is_never_longer_than_the_delay(delay: float, waited: float, chance: float) -> None:
    found = pause(delay, waited, chance)
    assert 0 <= found <= delay
    assert found >= min(delay, 1.6)


def test_two_that_began_together_do_not_look_together() -> None:
    assert pause(15, 0, 0.0) < pause(15, 0, 0.5) < pause(15, 0, 1.0)


def test_a_failed_state_is_an_error_that_says_which() -> None:
    error = World("PENDING", "FAILED").fails(BUSY)
    assert isinstance(error, WaitError)
    assert "'FAILED'" in str(error)
    assert error.state == "FAILED"
    assert error.body == {"status": "FAILED"}
    assert (error.operation, error.attempts, error.elapsed) == ("getSession", 2, 2)
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert (twin.state, str(twin), twin.attempts) == ("FAILED", str(error), 2)


def test_the_deadline_is_a_timeout_that_says_the_last_state() -> None:
    world = World(*["PENDING"] * 1000)
    error = world.fails(BUSY, deadline=100)
    assert isinstance(error, ApiTimeoutError)
    assert "'PENDING'" in str(error)
    assert 100 - 15 <= world.now - 1000 <= 100
    assert error.attempts == len(world.left)


def test_every_look_may_take_what_is_left_until_the_deadline() -> None:
    world = World("PENDING", "PENDING", "COMPLETE", each=3)
    world.run(BUSY, deadline=100)
    assert world.left == [100, 95, 90]
    world = World("COMPLETE")
    world.run(BUSY, deadline=None)
    assert world.left == [None]


def test_a_look_that_the_deadline_cuts_off_is_the_timeout_of_the_wait() -> None:
    world = World("PENDING", ApiTimeoutError("cut off"), each=49)
    error = world.fails(BUSY, deadline=100)
    assert "'PENDING'" in str(error)
    assert error.__cause__ is not None


def test_a_look_that_fails_ends_the_wait() -> None:
    lost = ApiConnectionError("lost")
    assert World("PENDING", lost).fails(BUSY) is lost
    slow = ApiTimeoutError("slow")
    assert World("PENDING", slow).fails(BUSY) is slow


def test_progress_is_told_after_every_look() -> None:
    told: list[Any] = []
    World("PENDING", "COMPLETE").run(BUSY, on_progress=lambda *about: told.append(about))
    assert told == [({"status": "PENDING"}, 0), ({"status": "COMPLETE"}, 2)]


@pytest.mark.parametrize(
    "wrong", [{"deadline": 0}, {"deadline": float("nan")}, {"delay": -1}, {"delay": float("nan")}]
)
def test_numbers_without_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="deadline="):
        World("PENDING").run(BUSY, **wrong)


class Word(Enum):
    PENDING = "PENDING"


def test_an_enumeration_counts_by_its_value() -> None:
    world = World(Word.PENDING, "COMPLETE")
    world.run(BUSY)
    assert len(world.slept) == 1


def test_a_state_may_stand_deeper_and_where_it_was_not_described() -> None:
    session = Session(None, session_id="1", nextTask={"taskType": {"x": 1}}, version={"is": "UP"})
    assert at(session, ("sessionId",)) == "1"
    assert at(session, ("nextTask", "taskType", "x")) == 1
    assert at(session, ("version", "is")) == "UP"
    assert at(session, ("version", "was")) is None
    assert at(session, ("answer", "x", "y")) is None


def test_a_limit_of_the_look_that_is_closer_than_the_deadline_stays() -> None:
    assert limited({}, Timeout(total=5), 10.0) == {}
    assert limited({}, Timeout(total=5), None) == {}
    assert limited({"headers": {}}, Timeout(total=50, read=3), 10.0) == {
        "headers": {},
        "timeout": Timeout(total=10, read=3),
    }
    assert limited({}, Timeout(total=None), 10.0)["timeout"] == Timeout(total=10.0)


def session(flavour: Flavour, **options: Any) -> Any:
    client = flavour.things(**options)
    return flavour.send(client, Call(GET))


def wait(flavour: Flavour, thing: Any, **options: Any) -> Any:
    call = {"deadline": 5.0, "delay": 0.01, "on_progress": None, **options}

    def look(limits: Any) -> Any:
        return thing._client.send(Call(GET), limits)

    def begin() -> Any:
        return thing._wait(BUSY, look, call["deadline"], call["delay"], call["on_progress"], {})

    if not flavour.awaited:
        return begin()

    async def main() -> Any:
        return await begin()

    return asyncio.run(main())


def test_an_object_is_brought_up_to_date_in_place(flavour: Flavour, server: Server) -> None:
    for state in ("PENDING", "PENDING", "PENDING", "COMPLETE"):
        server.script.append(ok({"sessionId": "1", "name": state, "status": state}))
    thing = session(flavour)
    seen: list[str] = []
    found = wait(flavour, thing, on_progress=lambda it, _: seen.append(it.name))
    assert found is thing
    assert thing.name == "COMPLETE"
    assert seen == ["PENDING", "PENDING", "COMPLETE"]
    assert thing._client is not None
    assert len(server.seen) == 4


def test_an_object_whose_state_is_a_failure_is_in_the_error(
    flavour: Flavour, server: Server
) -> None:
    for state in ("PENDING", "FAILED"):
        server.script.append(ok({"sessionId": "1", "status": state}))
    with pytest.raises(WaitError, match="this Session has failed: it is 'FAILED'") as caught:
        wait(flavour, session(flavour))
    assert caught.value.body.session_id == "1"
    assert KEY not in repr(pickle.dumps(caught.value))


def test_a_look_that_hangs_is_cut_off_by_the_deadline(flavour: Flavour, server: Server) -> None:
    server.script.append(ok({"sessionId": "1", "status": "PENDING"}))
    server.script.append(ok({"sessionId": "1", "status": "PENDING"}))
    server.script.append(lambda connection: connection.stall())
    with pytest.raises(ApiTimeoutError, match="is still 'PENDING'"):
        wait(flavour, session(flavour), deadline=0.3)
    assert len(server.seen) == 3


def test_a_reply_that_is_another_thing_is_an_error(flavour: Flavour, server: Server) -> None:
    server.script.append(ok({"sessionId": "1", "status": "PENDING"}))
    server.script.append(ok(None))
    thing = session(flavour)
    with pytest.raises(DecodeError, match="the reply holds no "):
        wait(flavour, thing)
    assert thing.session_id == "1"


def test_waiting_can_be_cancelled(server: Server) -> None:
    for _ in range(2):
        server.script.append(ok({"sessionId": "1", "status": "PENDING"}))
    flavour = Flavour("async", server.url)

    async def main() -> None:
        client = flavour.things()
        thing = await client.send(Call(GET))
        looked = asyncio.Event()
        waiting = asyncio.create_task(
            thing._wait(
                BUSY,
                lambda limits: client.send(Call(GET), limits),
                None,
                1000.0,
                lambda *_: looked.set(),
                {},
            )
        )
        await looked.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await client.aclose()

    asyncio.run(main())
    assert len(server.seen) == 2
