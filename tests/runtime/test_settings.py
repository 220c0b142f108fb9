"""Settings: per client, per copy of a client and per call; and what making a client does not do."""

from __future__ import annotations

import copy
import dataclasses
import os
import pickle
import subprocess
import sys
import textwrap
import time
from typing import Any

import pytest
from rebind.runtime import errors
from rebind.runtime.call import Call, Empty, Operation
from rebind.runtime.errors import ApiError, ApiTimeoutError, DecodeError, ServerError
from rebind.runtime.options import Deviation, Retrying, RetryPolicy, Timeout

from tests.faults.server import Server, ok, reply
from tests.runtime.conftest import Flavour
from tests.runtime.things import CREATE, DROP, GET, KEY

PLACES = ["client", "copy", "call"]


def send(flavour: Flavour, place: str, call: Call[Any, Any], **setting: Any) -> Any:
    """Make a call with a setting in one of the places where it can be."""
    if place == "client":
        return flavour.send(flavour.things(**setting), call)
    if place == "copy":
        return flavour.send(flavour.things().with_options(**setting), call)
    return flavour.send(flavour.things(), call, **setting)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("limit", [0.3, Timeout(total=0.3), Timeout(read=0.3, total=None)])
@pytest.mark.parametrize("operation", [GET, DROP, CREATE], ids=lambda made: made.method)
def test_a_limit_holds_wherever_it_is_set_and_for_every_method(
    server: Server, flavour: Flavour, place: str, limit: Any, operation: Operation[Any, Any]
) -> None:
    server.answer(lambda c: c.stall())
    quiet = Operation(
        id="op", method=operation.method, path="/x", replies={"204": Empty()}, idempotent=False
    )
    started = time.monotonic()
    with pytest.raises(ApiTimeoutError):
        send(flavour, place, Call(quiet), timeout=limit)
    assert time.monotonic() - started >= 0.29
    assert len(server.seen) == 1


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("policy", "sent"), [(2, 2), (RetryPolicy(attempts=4, backoff=0), 4), (None, 1), (1, 1)]
)
def test_a_policy_holds_wherever_it_is_set(
    server: Server, flavour: Flavour, place: str, policy: Any, sent: int
) -> None:
    server.answer(reply(b"", 503))
    with pytest.raises(ServerError) as caught:
        send(flavour, place, Call(GET), retry=policy)
    assert (len(server.seen), caught.value.attempts) == (sent, sent)


def test_the_nearer_setting_wins_and_the_rest_stays(server: Server, flavour: Flavour) -> None:
    told: list[Retrying] = []
    policy = RetryPolicy(attempts=3, backoff=0, on_retry=told.append)
    client = flavour.things(retry=1, timeout=77)
    near = client.with_options(retry=policy)
    server.answer(reply(b"", 503))
    for made, options, sent in ((near, {}, 3), (near, {"retry": 2}, 5), (client, {}, 6)):
        with pytest.raises(ServerError):
            flavour.send(made, Call(GET), **options)
        assert len(server.seen) == sent
    assert [retrying.attempt for retrying in told] == [1, 2]
    assert near._settings.timeout == client._settings.timeout == Timeout(total=77)


@pytest.mark.parametrize(
    "value",
    [RetryPolicy(), Timeout(), Deviation("/a", "int", "x", "op")],
    ids=lambda v: str(type(v)),
)
def test_policies_and_limits_do_not_change(value: Any) -> None:
    for name in ("attempts", "total", "pointer", "new"):
        with pytest.raises(AttributeError):
            setattr(value, name, 1)
    assert copy.deepcopy(value) == pickle.loads(pickle.dumps(value)) == value
    assert hash(value) == hash(copy.copy(value))


def test_a_policy_has_the_fields_that_callers_know() -> None:
    policy = RetryPolicy(5, {500}, 1, 2, 0, on_retry=print)
    assert (policy.attempts, policy.statuses, policy.backoff) == (5, {500}, 1)
    assert (policy.cap, policy.jitter, policy.on_retry) == (2, 0, print)
    assert dataclasses.replace(policy, attempts=2).attempts == 2


def kinds(cls: type[ApiError] = ApiError) -> list[type[ApiError]]:
    """Every class of the tree that the runtime has."""
    below = [kind for sub in cls.__subclasses__() for kind in kinds(sub)]
    return [cls, *below] if cls.__module__ == errors.__name__ else below


@pytest.mark.parametrize("kind", kinds())
def test_each_kind_of_error_can_be_pickled_and_copied_whole(kind: type[ApiError]) -> None:
    about: dict[str, Any] = {
        "status": 503,
        "error_type": "Busy",
        "request_id": "r-1",
        "retry_after": 2.5,
        "attempts": 3,
        "elapsed": 1.25,
        "operation": "getThing",
        "body": {"a": [1]},
        "content": b"{}",
    }
    error = kind("it failed", **about)
    if isinstance(error, DecodeError):
        error.deviations = (Deviation("/a", "int", "x", "getThing"),)
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error), copy.copy(error)):
        assert type(twin) is kind
        assert twin.__dict__ == error.__dict__
        assert (str(twin), twin.args) == (str(error), ("it failed",))
        assert {name: getattr(twin, name) for name in about} == about
        assert getattr(twin, "deviations", None) == getattr(error, "deviations", None)


def test_a_client_is_made_without_touching_anything() -> None:
    """Files but modules, the network, threads, processes and the environment stay as they are."""
    script = """
        import os, sys
        from tests.runtime.things import AsyncThings, Things, Pets
        from rebind.runtime.options import RetryPolicy, Timeout
        before = dict(os.environ)
        seen = []

        def audit(event, args):
            if event == "open" and str(args[0]).endswith((".py", ".pyc")):
                return
            if event.split(".")[0] in ("open", "socket", "subprocess", "ssl", "tempfile", "ctypes"):
                seen.append((event, str(args)))
            if event in ("os.putenv", "os.unsetenv", "os.mkdir", "os.fork", "os.remove",
                         "_thread.start_new_thread", "signal.pthread_kill"):
                seen.append((event, str(args)))

        sys.addaudithook(audit)
        for cls in (Things, AsyncThings, Pets):
            client = cls("key-123456", timeout=3, retry=2, headers={"a": "b"})
            client.with_options(timeout=Timeout(read=1), retry=RetryPolicy(), api_key="another-key")
            repr(client)
        assert seen == [], seen
        assert dict(os.environ) == before
        assert not {"httpx", "httpcore"} & sys.modules.keys()
    """
    done = subprocess.run(
        [sys.executable, "-B", "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(["codegen", "."])},
        cwd=os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))),
    )
    assert done.returncode == 0, done.stderr


def test_a_copy_costs_next_to_nothing(server: Server, flavour: Flavour) -> None:
    server.answer(ok({"name": "n"}))
    client = flavour.things()
    flavour.send(client, Call(GET))
    started = time.perf_counter()
    for _ in range(1000):
        client.with_options(timeout=5)
    # A client of httpx takes some milliseconds each; the bound leaves room for a busy machine.
    assert time.perf_counter() - started < 2
    assert client.with_options(timeout=5)._wire is client._wire
    assert KEY not in repr(client.with_options(timeout=5))
