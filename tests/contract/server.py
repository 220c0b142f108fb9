"""A server on this machine that gives one answer and writes down what it was asked.

It shares no code with the clients that talk to it: the standard library alone.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.contract.cases import Reply


@dataclass(frozen=True)
class Received:
    """A request as it arrived."""

    method: str
    target: str
    """Path and query."""
    headers: tuple[tuple[str, str], ...]
    body: bytes


class ReplyServer:
    """Answers every request with the reply that was set last, or with what a function makes of it.

    It also answers the question for endpoints that the vendor's client asks first, and does not
    count it among the requests.
    """

    def __init__(self) -> None:
        self.reply: Reply | Callable[[Received], Reply] = Reply(500, {}, b"no reply was set")
        self.received: list[Received] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, reply: Reply | Callable[[Received], Reply]) -> None:
        """Give this reply from now on, and forget what was received."""
        self.reply = reply
        self.received = []

    def __enter__(self) -> ReplyServer:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _choose(self, request: Received) -> Reply:
        if urlsplit(request.target).path == "/api/v0/getApiEndpoint":
            keys = ("apiEndpoint", "predictEndpoint", "proxyEndpoint")
            result = dict.fromkeys(keys, self.url)
            return Reply(200, {}, json.dumps({"success": True, "result": result}).encode())
        self.received.append(request)
        return self.reply(request) if callable(self.reply) else self.reply

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                reply = owner._choose(
                    Received(
                        method=self.command,
                        target=self.path,
                        headers=tuple(self.headers.items()),
                        body=self.rfile.read(length),
                    )
                )
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(reply.body)
                self.close_connection = True

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler
