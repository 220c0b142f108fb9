"""What goes wrong with servers and networks, and what a caller sees: a table of the docs."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rebind.runtime.call import Call
from rebind.runtime.errors import ApiError
from rebind.runtime.options import RetryPolicy

from tests.faults.server import (
    Connection,
    Server,
    Step,
    closed_port,
    json_reply,
    ok,
    reply,
    until,
)
from tests.runtime.conftest import Flavour
from tests.runtime.things import CREATE, GET

PAGE = Path(__file__).parents[2] / "docs" / "runtime.md"
GOOD = ok({"name": "n"})


@dataclass(frozen=True)
class Fault:
    """A fault, and what two calls make of it: one that may be repeated, one that must not be."""

    name: str
    steps: tuple[Step, ...]
    repeated: tuple[str, int]
    once: tuple[str, int]
    base_url: Callable[[Server], str] = lambda server: server.url
    timeout: float = 5.0


def reset(connection: Connection) -> None:
    connection.reset()


def close(connection: Connection) -> None:
    connection.close()


def reset_in_body(connection: Connection) -> None:
    connection.send(reply(b'{"success": true', length=500))
    connection.wait(0.05)
    connection.reset()


def short(connection: Connection) -> None:
    connection.send(reply(b'{"success": true', length=500))
    connection.close()


def long(connection: Connection) -> None:
    connection.send(GOOD + b"and more than was promised")


def stall(connection: Connection) -> None:
    connection.stall()


def drip(connection: Connection) -> None:
    connection.send(reply(b"", length=100_000))
    connection.drip(b" " * 100_000, 0.02)


def no_http(connection: Connection) -> None:
    connection.send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    connection.close()


def endless_head(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 300_000)
    connection.close()


def refused(server: Server) -> str:
    return f"http://127.0.0.1:{closed_port()}"


def encrypted(server: Server) -> str:
    return server.url.replace("http:", "https:")


CONNECTION, TIMEOUT, DECODE = "`ApiConnectionError`", "`ApiTimeoutError`", "`DecodeError`"
BUSY = reply(b'{"success": false, "error": "busy"}', 503)
SLOW_DOWN = json_reply({"success": False, "error": "slow"}, 429, {"Retry-After": "1"})
JUNK = json_reply({"success": False, "error": "slow"}, 429, {"Retry-After": "soon"})
DEEP = b'{"success": true, "result": ' + b"[" * 200_000

FAULTS = [
    Fault("nobody listens", (GOOD,), (CONNECTION, 0), (CONNECTION, 0), base_url=refused),
    Fault("reset after the request, then well", (reset, GOOD), ("the result", 2), (CONNECTION, 1)),
    Fault("closed without an answer, always", (close,), (CONNECTION, 3), (CONNECTION, 1)),
    Fault("reset in the body, then well", (reset_in_body, GOOD),
          ("the result", 2), (CONNECTION, 1)),
    Fault("a body shorter than promised", (short,), (CONNECTION, 3), (CONNECTION, 1)),
    Fault("a body longer than promised", (long,), ("the result", 1), ("the result", 1)),
    Fault("no answer at all", (stall,), (TIMEOUT, 1), (TIMEOUT, 1), timeout=0.4),
    Fault("a body that drips", (drip,), (TIMEOUT, 1), (TIMEOUT, 1), timeout=0.4),
    Fault("an answer that is not HTTP", (no_http,), (CONNECTION, 3), (CONNECTION, 1)),
    Fault("an endless header", (endless_head,), (CONNECTION, 3), (CONNECTION, 1)),
    Fault("no TLS where it is expected", (GOOD,), (TIMEOUT, 0), (TIMEOUT, 0), encrypted, 0.4),
    Fault("gzip that is none", (reply(b"junk", headers={"Content-Encoding": "gzip"}),),
          (DECODE, 1), (DECODE, 1)),
    Fault("gzip that is cut off",
          (reply(gzip.compress(b"x" * 99)[:-9], headers={"Content-Encoding": "gzip"}),),
          (DECODE, 1), (DECODE, 1)),
    Fault("status 200 with HTML", (reply(b"<!DOCTYPE html>", kind="text/html"),),
          (DECODE, 1), (DECODE, 1)),
    Fault("status 200 with nothing", (reply(b""),), (DECODE, 1), (DECODE, 1)),
    Fault("status 200 with `null`", (reply(b"null"),), (DECODE, 1), (DECODE, 1)),
    Fault("status 200 with half of the JSON", (reply(b'{"success": true, "re'),),
          (DECODE, 1), (DECODE, 1)),
    Fault("JSON of 200,000 levels", (reply(DEEP),), (DECODE, 1), (DECODE, 1)),
    Fault("`success: false` at status 200", (json_reply({"success": False}),),
          ("`StatusError`", 1), ("`StatusError`", 1)),
    Fault("status 503, then well", (BUSY, GOOD), ("the result", 2), ("`ServerError`", 1)),
    Fault("status 503, always", (BUSY,), ("`ServerError`", 3), ("`ServerError`", 1)),
    Fault("status 500", (reply(b"", 500),), ("`ServerError`", 1), ("`ServerError`", 1)),
    Fault("status 429 with `Retry-After: 1`, then well", (SLOW_DOWN, GOOD),
          ("the result, a second later", 2), ("the API's class for 429", 1)),
    Fault("status 429 with a `Retry-After` that is junk, then well", (JUNK, GOOD),
          ("the result", 2), ("the API's class for 429", 1)),
    Fault("a redirect to itself", (reply(b"", 307, {"Location": "/again"}),),
          ("`RedirectError`", 11), ("`RedirectError`", 11)),
    Fault("a redirect to no address", (reply(b"", 302),),
          ("`RedirectError`", 1), ("`RedirectError`", 1)),
]  # fmt: skip
NAMES = {"TooManyRequestsError": "the API's class for 429"}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_seen_as_the_table_says(server: Server, flavour: Flavour, fault: Fault) -> None:
    policy = RetryPolicy(backoff=0.001)
    for call, (seen, requests) in (
        (Call(GET), fault.repeated),
        (Call(CREATE, json={}), fault.once),
    ):
        server.answer(*fault.steps)
        client = flavour.things(
            base_url=fault.base_url(server), retry=policy, timeout=fault.timeout
        )
        assert outcome(flavour, client, call) == seen.partition(",")[0]
        assert until(lambda requests=requests: len(server.seen) == requests)


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
        count = seen[1]
        return f"{seen[0]} | {count}"

    rows = [f"| {f.name} | {cell(f.repeated)} | {cell(f.once)} |" for f in FAULTS]
    text = PAGE.read_text(encoding="utf-8")
    missing = [row for row in rows if row not in text]
    assert not missing, "docs/runtime.md lacks these rows:\n" + "\n".join(missing)
    listed = [line for line in text.splitlines() if line.startswith("| ") and line.count("|") == 6]
    assert len(listed) - 2 == len(rows), "docs/runtime.md has rows that no test holds"
