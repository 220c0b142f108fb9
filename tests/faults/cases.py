"""The faults of servers and networks, and what two calls make of each: a table of the docs."""

from __future__ import annotations

import email.utils
import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.server import (
    Connection,
    Server,
    Step,
    closed_port,
    json_reply,
    ok,
    reply,
)

Steps = tuple[Step, ...]


@dataclass(frozen=True)
class Fault:
    """A fault, and what two calls make of it: one that may be repeated, one that must not be.

    Attributes:
        name: Its row in the table.
        steps: How the server answers the first request, the second and so on; with a function, it
            depends on another server.
        repeated: What the call that may be repeated sees, and how many requests arrive.
        once: The same of the call that must not be.
        base_url: Where the calls go.
        timeout: Their total.
        on_accept: What the server does before it reads a request.
    """

    name: str
    steps: Steps | Callable[[Server], Steps]
    repeated: tuple[str, int]
    once: tuple[str, int]
    base_url: Callable[[Server], str] = lambda server: server.url
    timeout: float = 5.0
    on_accept: Callable[[Connection], None] | None = None


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


def short_chunks(connection: Connection) -> None:
    connection.send(CHUNKED + b'10\r\n{"success": true\r\n')
    connection.close()


def bad_chunks(connection: Connection) -> None:
    connection.send(CHUNKED + b"zz\r\nhello\r\n")
    connection.close()


def long(connection: Connection) -> None:
    connection.send(GOOD + b"and more than was promised")


def stall(connection: Connection) -> None:
    connection.stall()


def stall_in_head(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Le")
    connection.stall()


def stall_in_body(connection: Connection) -> None:
    connection.send(reply(b'{"success": true', length=500))
    connection.stall()


def drip(connection: Connection) -> None:
    connection.send(reply(b"", length=100_000))
    connection.drip(b" " * 100_000, 0.02)


def drip_head(connection: Connection) -> None:
    connection.drip(b"HTTP/1.1 200 OK\r\n" + b"X-Drip: aaaaaaaaaaaaaaaaaa\r\n" * 50, 0.02)


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


def nowhere(server: Server) -> str:
    return "http://nowhere.invalid"


def busy(status: int, retry_after: str) -> bytes:
    return json_reply({"success": False, "error": "busy"}, status, {"Retry-After": retry_after})


def busy_until(connection: Connection) -> None:
    """A date knows no parts of a second: two seconds from now are at least one."""
    connection.send(busy(503, email.utils.formatdate(time.time() + 2, usegmt=True)))


def to(location: str, status: int) -> bytes:
    return reply(b"", status, {"Location": location})


def elsewhere(status: int) -> Callable[[Server], Steps]:
    return lambda other: (to(f"{other.url}/taken", status),)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
CONNECTION, TIMEOUT, DECODE = "`ApiConnectionError`", "`ApiTimeoutError`", "`DecodeError`"
REDIRECT, SERVER, STATUS = "`RedirectError`", "`ServerError`", "`StatusError`"
RESULT, OF_429 = "the result", "the API's class for 429"
GOOD = ok({"name": "n"})
BUSY = reply(b'{"success": false, "error": "busy"}', 503)
DEEP = b'{"success": true, "result": ' + b"[" * 200_000
GZIP = {"Content-Encoding": "gzip"}
LARGEST = 3_000_000
"""What counts as a body that does not fit into memory, for these tests."""

FAULTS = [
    Fault("nobody listens", (GOOD,), (CONNECTION, 0), (CONNECTION, 0), refused),
    Fault("no host of that name", (GOOD,), (CONNECTION, 0), (CONNECTION, 0), nowhere),
    Fault("reset before the request is read, always", (GOOD,),
          (CONNECTION, 0), (CONNECTION, 0), on_accept=reset),
    Fault("reset after the request, then well", (reset, GOOD), (RESULT, 2), (CONNECTION, 1)),
    Fault("closed without an answer, always", (close,), (CONNECTION, 3), (CONNECTION, 1)),
    Fault("reset in the body, then well", (reset_in_body, GOOD), (RESULT, 2), (CONNECTION, 1)),
    Fault("a body shorter than promised", (short,), (CONNECTION, 3), (CONNECTION, 1)),
    Fault("chunks that end too soon", (short_chunks,), (CONNECTION, 3), (CONNECTION, 1)),
    Fault("chunks that are none", (bad_chunks,), (CONNECTION, 3), (CONNECTION, 1)),
    Fault("a body longer than promised", (long,), (RESULT, 1), (RESULT, 1)),
    Fault("no answer at all", (stall,), (TIMEOUT, 1), (TIMEOUT, 1), timeout=0.4),
    Fault("an answer that stops in its headers", (stall_in_head,),
          (TIMEOUT, 1), (TIMEOUT, 1), timeout=0.4),
    Fault("an answer that stops in its body", (stall_in_body,),
          (TIMEOUT, 1), (TIMEOUT, 1), timeout=0.4),
    Fault("headers that drip", (drip_head,), (TIMEOUT, 1), (TIMEOUT, 1), timeout=0.4),
    Fault("a body that drips", (drip,), (TIMEOUT, 1), (TIMEOUT, 1), timeout=0.4),
    Fault("an answer that is not HTTP", (no_http,), (CONNECTION, 3), (CONNECTION, 1)),
    Fault("an endless header", (endless_head,), (CONNECTION, 3), (CONNECTION, 1)),
    Fault("no TLS where it is expected", (GOOD,), (TIMEOUT, 0), (TIMEOUT, 0), encrypted, 0.4),
    Fault("gzip that is none", (reply(b"junk", headers=GZIP),), (DECODE, 1), (DECODE, 1)),
    Fault("gzip that is cut off", (reply(gzip.compress(b"x" * 99)[:-9], headers=GZIP),),
          (DECODE, 1), (DECODE, 1)),
    Fault("a compression that nobody asked for", (reply(b"x", headers={"Content-Encoding": "br"}),),
          (DECODE, 1), (DECODE, 1)),
    Fault("a body of more than 1 GiB", (reply(b" " * (LARGEST + 1)),), (DECODE, 1), (DECODE, 1)),
    Fault("gzip of more than 1 GiB", (reply(gzip.compress(b" " * (LARGEST + 1)), headers=GZIP),),
          (DECODE, 1), (DECODE, 1)),
    Fault("status 200 with HTML", (reply(b"<!DOCTYPE html>", kind="text/html"),),
          (DECODE, 1), (DECODE, 1)),
    Fault("status 200 with nothing", (reply(b""),), (DECODE, 1), (DECODE, 1)),
    Fault("status 200 with `null`", (reply(b"null"),), (DECODE, 1), (DECODE, 1)),
    Fault("status 200 with half of the JSON", (reply(b'{"success": true, "re'),),
          (DECODE, 1), (DECODE, 1)),
    Fault("JSON of 200,000 levels", (reply(DEEP),), (DECODE, 1), (DECODE, 1)),
    Fault("`success: false` at status 200", (json_reply({"success": False}),),
          (STATUS, 1), (STATUS, 1)),
    Fault("status 503, then well", (BUSY, GOOD), (RESULT, 2), (SERVER, 1)),
    Fault("status 503, always", (BUSY,), (SERVER, 3), (SERVER, 1)),
    Fault("status 503 with `Retry-After: 1`, then well", (busy(503, "1"), GOOD),
          ("the result, a second later", 2), (SERVER, 1)),
    Fault("status 503 with a date to come in `Retry-After`, then well", (busy_until, GOOD),
          ("the result, a second later", 2), (SERVER, 1)),
    Fault("status 503 with a `Retry-After` that is junk, then well", (busy(503, "-1e9"), GOOD),
          (RESULT, 2), (SERVER, 1)),
    Fault("status 503 with a `Retry-After` beyond the total", (busy(503, "50"), GOOD),
          (SERVER, 1), (SERVER, 1)),
    Fault("status 429 with `Retry-After: 1`, then well", (busy(429, "1"), GOOD),
          ("the result, a second later", 2), (OF_429, 1)),
    Fault("status 429 with a `Retry-After` that is junk, then well", (busy(429, "soon"), GOOD),
          (RESULT, 2), (OF_429, 1)),
    Fault("status 500", (reply(b"", 500),), (SERVER, 1), (SERVER, 1)),
    Fault("status 304", (reply(b"", 304),), (STATUS, 1), (STATUS, 1)),
    Fault("status 101", (b"HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",),
          (CONNECTION, 3), (CONNECTION, 1)),
    Fault("a redirect to itself", (to("/again", 307),), (REDIRECT, 11), (REDIRECT, 11)),
    Fault("a redirect to no address", (reply(b"", 302),), (REDIRECT, 1), (REDIRECT, 1)),
    Fault("a redirect to what is not a web address", (to("file:///x", 302),),
          (REDIRECT, 1), (REDIRECT, 1)),
    Fault("a redirect to another origin, which gets no key", elsewhere(307),
          (RESULT, 2), (RESULT, 2)),
    Fault("a redirect (303) to where nobody listens",
          lambda _: (to(f"http://127.0.0.1:{closed_port()}/", 303),),
          (CONNECTION, 3), (CONNECTION, 1)),
]  # fmt: skip
