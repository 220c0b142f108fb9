"""Two things measured in turn, A B A B ..., and how they compare pair by pair."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "generated" / "abacus_client"))


def compare(name: str, ours: Callable[[], float], other: Callable[[], float], rounds: int) -> None:
    """Print the medians of both and of their ratio.

    Args:
        name: What is measured, and beside what.
        ours: Runs once, returns seconds.
        other: The same for the alternative.
        rounds: How often each runs, after one run that does not count.
    """
    ours(), other()
    pairs = [(ours(), other()) for _ in range(rounds)]
    a, b = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    ratios = sorted(x / y for x, y in pairs)
    median = statistics.median(ratios)
    print(
        f"  {name:58} {a:9.3f} ms {b:9.3f} ms   ratio {median:.2f} "
        f"({ratios[0]:.2f} to {ratios[-1]:.2f}, {rounds} rounds)"
    )


def process(code: str) -> Callable[[], float]:
    """A fresh Python that runs some code: its user and system seconds."""
    command = [sys.executable, "-c", code]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generated" / "abacus_client")}

    return spent(lambda: subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL))


def spent(action: Callable[[], object]) -> Callable[[], float]:
    """Seconds of processor time that the processes take which an action starts and waits for."""

    def run() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        action()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return run


def timed(action: Callable[[], object]) -> Callable[[], float]:
    """Seconds of processor time that an action takes in this process."""

    def run() -> float:
        start = time.process_time()
        action()
        return time.process_time() - start

    return run


@contextmanager
def server(body: bytes) -> Iterator[str]:
    """A server on this machine, in a process of its own, that answers everything with one body."""
    script = (
        "import sys; from bench.side_by_side import answer; "
        "answer(sys.stdin.buffer.read(int(sys.argv[1])))"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", script, str(len(body))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(body)
    running.stdin.flush()
    try:
        yield running.stdout.readline().decode().strip()
    finally:
        running.kill()
        running.wait()


def answer(body: bytes) -> None:
    """Serve until killed; the URL is the first line of output."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{running.server_port}", flush=True)
    threading.Thread(target=running.serve_forever).start()
