"""A server on this machine that gives one answer and writes down what it was asked.

It shares no code with the clients that talk to it: the standard library alone.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.contract.cases import Reply

ENDPOINTS = {"apiEndpoint": "told", "predictEndpoint": "prediction", "proxyEndpoint": "proxy"}
"""What the API calls its hosts, and what they are called here."""


@dataclass(frozen=True)
class Received:
    """A request as it arrived."""

    method: str
    target: str
    """Path and query."""
    headers: tuple[tuple[str, str], ...]
    body: bytes
    host: str = "api"
    """Which of the hosts was asked."""


class ReplyServer:
    """Answers every request with the reply that was set last, or with what a function makes of it.

    It also answers the question for endpoints that the vendor's client asks first, and does not
    count it among the requests.

    Args:
        hosts: The hosts that it plays beside the API's own, each at a port of its own; the answer
            to that question names them. One that is not listed is the API's own.
    """

    def __init__(self, hosts: Iterable[str] = ()) -> None:
        self.reply: Reply | Callable[[Received], Reply] = Reply(500, {}, b"no reply was set")
        self.received: list[Received] = []
        self.tells_endpoints = True
        """Whether it answers the question for endpoints by itself."""
        self._servers: dict[str, ThreadingHTTPServer] = {}
        for name in ("api", *hosts):
            server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(name))
            server.daemon_threads = True
            self._servers[name] = server
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            for server in self._servers.values()
        ]

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.url_of("api")

    def url_of(self, host: str) -> str:
        """Where one of the hosts listens."""
        server = self._servers.get(host, self._servers["api"])
        return f"http://127.0.0.1:{server.server_address[1]}"

    def answer(self, reply: Reply | Callable[[Received], Reply]) -> None:
        """Give this reply from now on, and forget what was received."""
        self.reply = reply
        self.received = []

    def __enter__(self) -> ReplyServer:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        for server in self._servers.values():
            server.shutdown()
        for thread in self._threads:
            thread.join()
        for server in self._servers.values():
            server.server_close()

    def _choose(self, request: Received) -> Reply:
        asks_endpoints = urlsplit(request.target).path == "/api/v0/getApiEndpoint"
        if self.tells_endpoints and asks_endpoints:
            result = {key: self.url_of(host) for key, host in ENDPOINTS.items()}
            return Reply(200, {}, json.dumps({"success": True, "result": result}).encode())
        self.received.append(request)
        return self.reply(request) if callable(self.reply) else self.reply

    def _handler(self, host: str) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                reply = owner._choose(
                    Received(
                        method=self.command,
                        target=self.path,
                        headers=tuple(self.headers.items()),
                        body=self._body(),
                        host=host,
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

            def _body(self) -> bytes:
                if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length") or 0))
                body = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler
