"""50,000 calls of threads and tasks, with faults: none lost, none doubled, nothing leaks."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.fresh import ROOT, installed

FAULTS = 0.05
"""The share of requests that something happens to."""
_CALLS = 50_000
_WORKERS = 16
_SAMPLES = 10
_KINDS = ("reset", "unavailable", "cut", "stall", "garbled")
_STALL = 0.6


@dataclass
class Soak:
    """What came out.

    Attributes:
        calls: How many calls were made.
        seconds: How long they took.
        outcomes: How they ended: `ok`, or the name of the error.
        faults: How many requests each fault happened to.
        lost: Calls that ended in nothing, or with the answer to another call.
        doubled: Calls that the server processed twice though they must not be repeated.
        missed: Calls that ended well though the server never processed them.
        memory: Resident memory in MB, sampled on the way.
        files: Open file descriptors, sampled on the way.
    """

    calls: int
    seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter[str])
    faults: Counter[str] = field(default_factory=Counter[str])
    lost: int = 0
    doubled: int = 0
    missed: int = 0
    memory: list[float] = field(default_factory=list[float])
    files: list[int] = field(default_factory=list[int])

    def lines(self) -> list[str]:
        """The figures, a line each."""
        ended = ", ".join(f"{name} {count:,}" for name, count in self.outcomes.most_common())
        faults = ", ".join(f"{name} {self.faults[name]:,}" for name in _KINDS)
        return [
            f"{self.calls:,} calls in {self.seconds:.0f} s, half by {_WORKERS} threads, half by "
            f"{_WORKERS} tasks",
            f"faults: {faults}",
            f"ended: {ended}",
            f"lost: {self.lost}; doubled: {self.doubled}; missed: {self.missed}",
            "memory in MB: " + " ".join(f"{value:.1f}" for value in self.memory),
            "file descriptors: " + " ".join(str(count) for count in self.files),
        ]

    def text(self) -> str:
        """The result for a terminal."""
        return "\n".join(f"  {line}" for line in self.lines())

    def markdown(self) -> str:
        """The result for a page."""
        return "\n".join(f"- {line}" for line in self.lines())


def main() -> Iterator[Soak]:
    """Measure."""
    yield soak(_CALLS)


def soak(calls: int) -> Soak:
    """Make calls, half of them with the synchronous client, and account for each.

    Args:
        calls: How many.

    Returns:
        What came out.
    """
    if str(installed()) not in sys.path:
        sys.path.insert(0, str(installed()))
    found = Soak(calls)
    begun = time.monotonic()
    with _server() as (address, processed):
        half = calls // 2
        _in_threads(address, range(half), found)
        asyncio.run(_in_tasks(address, range(half, calls), found))
        told = processed()
    found.seconds = time.monotonic() - begun
    found.faults.update(told["faults"])
    counts: dict[str, int] = told["applied"]
    found.doubled = sum(count > 1 for count in counts.values())
    found.lost += calls - found.outcomes.total()
    found.missed += sum(str(number) not in counts for number in _renamed(found))
    return found


_OK: dict[int, list[int]] = {}


def _renamed(found: Soak) -> list[int]:
    """The calls that changed something and ended well."""
    return _OK.pop(id(found), [])


def _sample(found: Soak) -> None:
    gc.collect()
    with open("/proc/self/statm", "rb") as file:
        pages = int(file.read().split()[1])
    found.memory.append(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
    found.files.append(len(os.listdir("/proc/self/fd")))


def _ended(found: Soak, number: int, answer: str | None, error: Exception | None) -> None:
    """Account for a call: every third one changes something, the others read."""
    found.outcomes["ok" if error is None else type(error).__name__] += 1
    if error is not None:
        return
    if number % 3 == 0:
        _OK.setdefault(id(found), []).append(number)
    elif answer != str(number):
        found.lost += 1


def _in_threads(address: str, numbers: range, found: Soak) -> None:
    from abacus_client import Abacus, ApiError, Timeout

    every = max(1, len(numbers) // (_SAMPLES // 2))
    pending, guard = iter(numbers), threading.Lock()
    with Abacus("k", base_url=address, timeout=Timeout(read=_STALL / 2, total=30)) as client:

        def work() -> None:
            while True:
                with guard:
                    number = next(pending, None)
                if number is None:
                    return
                answer, error = None, None
                try:
                    if number % 3 == 0:
                        client.chat_sessions.rename(str(number), "x")
                    else:
                        answer = client.chat_sessions.get(str(number)).chat_session_id
                except ApiError as problem:
                    error = problem
                with guard:
                    _ended(found, number, answer, error)
                    if number % every == every - 1:
                        _sample(found)

        threads = [threading.Thread(target=work) for _ in range(_WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


async def _in_tasks(address: str, numbers: range, found: Soak) -> None:
    from abacus_client import ApiError, AsyncAbacus, Timeout

    every = max(1, len(numbers) // (_SAMPLES // 2))
    pending = iter(numbers)
    timeout = Timeout(read=_STALL / 2, total=30)
    async with AsyncAbacus("k", base_url=address, timeout=timeout) as client:

        async def work() -> None:
            for number in pending:
                answer, error = None, None
                try:
                    if number % 3 == 0:
                        await client.chat_sessions.rename(str(number), "x")
                    else:
                        answer = (await client.chat_sessions.get(str(number))).chat_session_id
                except ApiError as problem:
                    error = problem
                _ended(found, number, answer, error)
                if (number - numbers.start) % every == every - 1:
                    _sample(found)

        await asyncio.gather(*(work() for _ in range(_WORKERS)))


@contextmanager
def _server() -> Generator[tuple[str, Callable[[], Any]]]:
    """The server with the faults, in a process of its own."""
    command = [sys.executable, "-c", "from bench.soak import serve; serve()"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        send, receive = running.stdin, running.stdout

        def processed() -> Any:
            send.write("\n")
            send.flush()
            return json.loads(receive.readline())

        try:
            yield receive.readline().strip(), processed
        finally:
            running.kill()


def serve() -> None:
    """Answer until killed; a line of input asks for what was processed."""
    asyncio.run(_Server().run())


class _Server:
    """Counts what it processes. A fault before the work leaves no trace, one after it does."""

    def __init__(self) -> None:
        self.applied: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.dice = random.Random(1)

    async def run(self) -> None:
        server = await asyncio.start_server(self.talk, "127.0.0.1", 0)
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps({"applied": self.applied, "faults": self.faults}), flush=True)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if not await self.answer(head.decode("latin-1"), reader, writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(
        self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one request; whether the connection goes on."""
        lines = head.split("\r\n")
        lengths = [line for line in lines if line.lower().startswith("content-length:")]
        body = await reader.readexactly(int(lengths[0].split(":")[1])) if lengths else b""
        if body:
            number, result = str(json.loads(body)["chatSessionId"]), None
        else:
            number = lines[0].split("chatSessionId=")[1].split(" ")[0].split("&")[0]
            result = {"chatSessionId": number}
        fault = self.dice.choice(_KINDS) if self.dice.random() < FAULTS else None
        self.faults[fault or "none"] += 1
        if fault == "reset":
            writer.transport.abort()
            return False
        if fault == "unavailable":
            writer.write(b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")
            return True
        if body:
            self.applied[number] += 1
        reply = json.dumps({"success": True, "result": result}).encode()
        length = len(reply) + (10 if fault == "cut" else 0)
        if fault == "stall":
            await asyncio.sleep(_STALL)
        if fault == "garbled":
            reply = b"<" * len(reply)
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            % length
        )
        writer.write(reply)
        await writer.drain()
        return fault != "cut"
