"""When a failed request is sent again and when it must not be: the flow alone, no server."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rebind.runtime.call import Call, Empty, Json, Operation
from rebind.runtime.errors import (
    ApiConnectionError,
    ApiError,
    ApiTimeoutError,
    ServerError,
    StatusError,
)
from rebind.runtime.failure import Failure
from rebind.runtime.flow import Send, Settings, Sleep, call_flow, waiting
from rebind.runtime.options import Retrying, RetryPolicy, Timeout, as_retry, as_timeout
from rebind.runtime.request import Request
from rebind.runtime.response import Response, retry_after

from tests.runtime.things import ABACUS, CREATE, GET, KEY, TooManyRequestsError

PUT: Operation[None, None] = Operation(
    id="put", method="PUT", path="/put", replies={"204": Empty()}
)
MARKED: Operation[None, None] = Operation(
    id="marked", method="POST", path="/marked", replies={"204": Empty()}, idempotent=True
)
UNMARKED: Operation[None, None] = Operation(
    id="unmarked", method="PUT", path="/put", replies={"204": Empty()}, idempotent=False
)
KEYED: Operation[None, None] = Operation(
    id="keyed",
    method="POST",
    path="/keyed",
    replies={"204": Empty()},
    idempotency_key="Idempotency-Key",
)
DONE = Response(200, {}, b'{"success": true, "result": {"name": "n"}}')
LOST = Failure(ApiConnectionError("lost"))
UNSENT = Failure(ApiConnectionError("refused"), unsent=True)


def failed(status: int, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, named, b'{"success": false, "error": "no"}')


class World:
    """Plays the server and the clock for a flow."""

    def __init__(self, *answers: Any, each: float = 0.0) -> None:
        self.answers: Iterator[Any] = iter(answers)
        self.each = each
        self.now = 1000.0
        self.sent: list[Request] = []
        self.begun: list[float] = []
        self.slept: list[float] = []
        self.woke: list[float] = []

    def settings(self, **changes: Any) -> Settings:
        settings = Settings(
            api=ABACUS,
            base_url="http://h",
            credentials={"key": KEY},
            timeout=Timeout(),
            retry=RetryPolicy(jitter=0),
            headers={},
        )
        settings.clock = lambda: self.now
        settings.wall = lambda: 0.0
        settings.chance = lambda: 0.5
        vars(settings).update(changes)
        return settings

    def run(self, call: Call[Any, Any], **changes: Any) -> Any:
        flow = call_flow(self.settings(**changes), call)
        answer: Any = None
        while True:
            try:
                effect = flow.send(answer)
            except StopIteration as end:
                return end.value.result
            answer = None
            if isinstance(effect, Send):
                self.sent.append(effect.request)
                self.begun.append(self.now)
                self.now += self.each
                answer = next(self.answers)
            else:
                assert isinstance(effect, Sleep)
                self.slept.append(effect.seconds)
                self.now += effect.seconds
                self.woke.append(self.now)

    def fails(self, call: Call[Any, Any], **changes: Any) -> ApiError:
        with pytest.raises(ApiError) as caught:
            self.run(call, **changes)
        return caught.value


def test_a_get_is_tried_again_until_it_works() -> None:
    world = World(LOST, failed(503), failed(502), DONE)
    assert world.run(Call(GET), retry=RetryPolicy(attempts=4, jitter=0)).name == "n"
    assert world.slept == [0.5, 1.0, 2.0]


def test_a_post_is_not_repeated_after_it_may_have_been_processed() -> None:
    for answer in (LOST, failed(503), failed(429, retry_after="1"), failed(500)):
        world = World(answer)
        error = world.fails(Call(CREATE, json={}))
        assert (len(world.sent), error.attempts) == (1, 1)


def test_a_post_that_was_never_sent_is_tried_again() -> None:
    world = World(UNSENT, UNSENT, DONE)
    assert world.run(Call(CREATE, json={})).name == "n"
    assert len(world.sent) == 3


def test_idempotent_is_what_the_method_or_the_description_says() -> None:
    done = Response(204, {}, b"")
    for operation, sent in ((PUT, 2), (MARKED, 2), (UNMARKED, 1), (KEYED, 2)):
        world = World(failed(503), done)
        if sent == 2:
            world.run(Call(operation))
        else:
            world.fails(Call(operation))
        assert len(world.sent) == sent


def test_the_idempotency_key_is_one_per_call() -> None:
    done = Response(204, {}, b"")
    world = World(failed(503), done, done)
    world.run(Call(KEYED))
    world.run(Call(KEYED))
    keys = [dict(request.headers)["Idempotency-Key"] for request in world.sent]
    assert keys[0] == keys[1] != keys[2]
    world = World(done)
    world.run(Call(KEYED), headers={"idempotency-key": "mine"})
    assert dict(world.sent[0].headers)["idempotency-key"] == "mine"


def test_only_some_statuses_are_worth_another_try() -> None:
    assert len_of(World(failed(500))) == 1
    assert len_of(World(failed(404))) == 1
    world = World(failed(500), failed(500), failed(500))
    error = world.fails(Call(GET), retry=RetryPolicy(statuses={500}, jitter=0))
    assert type(error) is ServerError
    assert error.attempts == 3


def len_of(world: World) -> int:
    world.fails(Call(GET))
    return len(world.sent)


def test_a_success_with_an_error_inside_is_not_tried_again() -> None:
    world = World(Response(200, {}, b'{"success": false, "error": "no"}'))
    assert type(world.fails(Call(GET))) is StatusError


def test_a_failure_that_must_repeat_is_not_tried_again() -> None:
    world = World(Failure(ApiConnectionError("certificate"), unsent=True, final=True))
    world.fails(Call(GET))
    assert len(world.sent) == 1


def test_the_last_error_is_raised_with_the_whole_story() -> None:
    world = World(failed(503), LOST, failed(429, retry_after="3"), each=1.0)
    error = world.fails(Call(GET))
    assert type(error) is TooManyRequestsError
    assert (error.attempts, error.retry_after, error.operation) == (3, 3.0, "getSession")
    assert error.elapsed == pytest.approx(3 + 0.5 + 1.0)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("3", 3.0),
        ("0", 0.5),
        ("Thu, 01 Jan 1970 00:00:04 GMT", 4.0),
        ("Wed, 31 Dec 1969 23:59:00 GMT", 0.5),
        ("1000", 60.0),
        ("soon", 0.5),
        ("-3", 0.5),
        ("1e3", 0.5),
        ("٣", 0.5),
        ("99999999999999999999", 0.5),
        ("Thu, 99 Jan 99999 00:00:04 GMT", 0.5),
        ("", 0.5),
    ],
)
def test_retry_after_is_obeyed_within_bounds_and_junk_is_ignored(header: str, wait: float) -> None:
    for status in (429, 503):
        world = World(failed(status, retry_after=header), DONE)
        world.run(Call(GET))
        assert world.slept == [wait]


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    world = World(failed(503, retry_after="30"))
    error = world.fails(Call(GET), timeout=Timeout(total=10))
    assert (error.status, world.slept) == (503, [])


def test_an_attempt_that_takes_all_the_time_is_the_last() -> None:
    world = World(LOST, each=11.0)
    world.fails(Call(GET), timeout=Timeout(total=10))
    assert len(world.sent) == 1


def test_every_attempt_knows_the_same_deadline() -> None:
    world = World(LOST, LOST, DONE, each=1.0)
    world.run(Call(GET), timeout=Timeout(total=10))
    assert [request.deadline for request in world.sent] == [1010.0] * 3
    world = World(DONE)
    world.run(Call(GET), timeout=Timeout(total=None))
    assert world.sent[0].deadline is None


def test_on_retry_is_told_before_each_wait() -> None:
    told: list[Retrying] = []
    world = World(LOST, failed(503), DONE)
    world.run(Call(GET), retry=RetryPolicy(jitter=0, on_retry=told.append))
    assert [(r.operation, r.attempt, r.wait, type(r.error)) for r in told] == [
        ("getSession", 1, 0.5, ApiConnectionError),
        ("getSession", 2, 1.0, ServerError),
    ]


def test_a_body_that_cannot_be_read_again_is_not_sent_again() -> None:
    for body, sent in ((iter([b"a"]), 1), (io.BytesIO(b"a"), 2), (b"a", 2), ([b"a"], 2)):
        world = World(UNSENT, Response(204, {}, b""))
        call = Call(PUT, content=body)
        if sent == 1:
            world.fails(call)
        else:
            world.run(call)
        assert len(world.sent) == sent


def test_a_policy_that_makes_no_sense_is_refused() -> None:
    for wrong in ({"attempts": 0}, {"jitter": 2}, {"backoff": -1}, {"cap": -1}):
        with pytest.raises(ValueError, match="RetryPolicy"):
            RetryPolicy(**wrong)  # type: ignore[arg-type]
    for wrong in ({"total": 0}, {"read": -1}, {"connect": float("nan")}):
        with pytest.raises(ValueError, match="Timeout"):
            Timeout(**wrong)


def test_numbers_stand_for_policies_and_limits() -> None:
    assert as_retry(None).attempts == as_retry(0).attempts == as_retry(1).attempts == 1
    assert as_retry(5).attempts == 5
    assert as_timeout(3).total == 3
    assert as_timeout(None) == Timeout(None, None)


ELSEWHERE = Response(303, {"Location": "/outcome"}, b"")
MOVED = Response(307, {"Location": "/moved"}, b"")
answers = st.lists(
    st.sampled_from(
        [LOST, UNSENT, failed(503), failed(429, retry_after="9"), failed(500), ELSEWHERE, MOVED,
         DONE]
    ),
    max_size=12,
)  # fmt: skip


@given(
    answers,
    st.sampled_from([GET, CREATE, PUT, MARKED, UNMARKED, KEYED]),
    st.builds(
        RetryPolicy,
        attempts=st.integers(1, 6),
        backoff=st.floats(0, 10),
        cap=st.floats(0, 20),
        jitter=st.floats(0, 1),
        retry_after_cap=st.floats(0, 20),
    ),
    st.floats(0.1, 60),
    st.floats(0, 10),
    st.booleans(),
)
def test_never_beyond_the_attempts_the_deadline_or_what_may_be_repeated(
    replies: list[Any],
    operation: Operation[Any, Any],
    policy: RetryPolicy,
    total: float,
    each: float,
    once: bool,
) -> None:
    world = World(*replies, *[DONE] * 100, each=each)
    content = iter([b"a"]) if once else b"a"
    call = Call(operation) if operation is GET else Call(operation, content=content)
    error: ApiError | None = None
    try:
        world.run(call, retry=policy, timeout=Timeout(total=total))
    except ApiError as caught:
        error = caught
    attempts = len(world.slept) + 1
    assert attempts <= policy.attempts
    assert error is None or (error.attempts, error.operation) == (attempts, operation.id)
    first = [request for request in world.sent if request.url.endswith(operation.path)]
    assert len(first) <= attempts
    # Nothing is begun once the time is over.
    assert all(begun < 1000.0 + total for begun in world.begun)
    assert all(woke < 1000.0 + total for woke in world.woke)
    assert {request.deadline for request in world.sent} == {1000.0 + total}
    # What may have been processed is not sent again.
    played = list(zip(world.sent, [*replies, *[DONE] * 100], strict=False))
    sent = [reply for request, reply in played if request.method == operation.method]
    if operation in (CREATE, UNMARKED):
        assert all(reply in (UNSENT, MOVED) for reply in sent[:-1])
    if once and operation is not GET:
        assert len(sent) == 1
    keys = {dict(request.headers).get("Idempotency-Key") for request, _ in played}
    assert len(keys) == 1


@given(st.builds(RetryPolicy, backoff=st.floats(0, 1e6)), st.integers(1, 10_000), st.floats(0, 1))
def test_a_wait_is_never_longer_than_the_cap(
    policy: RetryPolicy, attempt: int, chance: float
) -> None:
    assert 0 <= waiting(policy, attempt, None, chance) <= policy.cap
    assert waiting(policy, attempt, 1e9, chance) <= max(policy.cap, policy.retry_after_cap)


@given(st.text(), st.floats(0, 2e9))
def test_no_retry_after_header_breaks_the_call(text: str, now: float) -> None:
    found = retry_after(text, now)
    assert found is None or found >= 0


def test_a_timeout_of_an_attempt_is_told_from_the_callers() -> None:
    world = World(Failure(ApiTimeoutError("the server did not answer in time")), DONE)
    assert world.run(Call(GET)).name == "n"


def test_json_of_no_type_is_judged_too() -> None:
    operation: Operation[None, None] = Operation(
        id="op", method="GET", path="/", replies={"200": Json()}
    )
    world = World(Response(200, {}, b"<html>"))
    assert "HTML" in str(world.fails(Call(operation)))
