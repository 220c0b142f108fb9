"""Servers on this machine, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench.fresh import ROOT


@contextmanager
def server(bodies: Mapping[str, str]) -> Generator[str]:
    """Answer every request with the body that belongs to the first segment of its path.

    What is sent along is read and dropped.

    Args:
        bodies: First segment -> JSON.

    Yields:
        The address.
    """
    command = [sys.executable, "-c", "from bench.serve import answer; answer()"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(json.dumps(bodies) + "\n")
        running.stdin.flush()
        try:
            yield running.stdout.readline().strip()
        finally:
            running.kill()


def answer() -> None:
    """Serve until killed; the bodies are a line of input, the address a line of output."""
    bodies = {key: text.encode() for key, text in json.loads(sys.stdin.readline()).items()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536

        def answer(self) -> None:
            if "chunked" in self.headers.get("Transfer-Encoding", ""):
                while size := int(self.rfile.readline(), 16):
                    self.drop(size + 2)
                self.rfile.readline()
            else:
                self.drop(int(self.headers.get("Content-Length", 0)))
            body = bodies[self.path.split("/")[1]]
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def drop(self, size: int) -> None:
            while size and (piece := self.rfile.read(min(size, 1 << 20))):
                size -= len(piece)

        do_GET = do_POST = answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{running.server_port}", flush=True)
    threading.Thread(target=running.serve_forever).start()
