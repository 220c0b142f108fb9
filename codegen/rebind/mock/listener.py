"""HTTP/1.1 around a `Mock`: sockets, bodies within bounds, and no request without an answer."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import socketserver
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from .problems import Kind, Problem, Request
from .replies import Reply

if TYPE_CHECKING:
    from .answers import Mock

_IDLE: Final = 60.0  # Seconds for which a connection may say nothing.
_SLOWEST: Final = 120.0  # Seconds that a body may take.
_DRAINED: Final = 64 * 1024 * 1024
_LINE: Final = 65_536


class Listener(ThreadingHTTPServer):
    """A server for one mock, a thread for each connection.

    Args:
        address: Host and port; port 0 for a free one.
        mock: What answers.
        max_body: How many bytes a request's body may have.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    # On Windows the option lets a second server take over a port that is in use.
    allow_reuse_address = os.name != "nt"

    def __init__(self, address: tuple[str, int], mock: Mock, max_body: int) -> None:
        self.mock: Final = mock
        self.max_body: Final = max_body
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Binds without asking the network for the machine's name, as the library's own does."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remembers the connection, so that closing the server closes it."""
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forgets the connection and closes it."""
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Frees the port and closes connections that are kept alive."""
        super().server_close()
        with self._guard:
            left = list(self._open)
        for connection in left:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says what went wrong with a connection; a client that went away is no news."""
        error = sys.exc_info()[1]
        if not isinstance(error, (ConnectionError, TimeoutError)):
            sys.stderr.write(f"rebind mock: {type(error).__name__}: {error}\n")


class _Refused(Exception):
    def __init__(self, kind: Kind, message: str, expected: str = "") -> None:
        self.problem: Final = Problem(kind, message, expected=expected)
        super().__init__(message)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Listener  # pyright: ignore[reportIncompatibleVariableOverride]

    def __getattr__(self, name: str) -> Any:
        # The library looks for a method for each HTTP method; all of them are answered alike.
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def version_string(self) -> str:
        """What the Server header says."""
        return "rebind-mock"

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: the reply says what is wrong."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answers what is not HTTP, in the API's own shape."""
        kind: Kind = "timeout" if code == HTTPStatus.REQUEST_TIMEOUT else "malformed-request"
        said = message or HTTPStatus(code).phrase
        mock = self.server.mock
        request_id = mock.request_id()
        reply = mock.error([Problem(kind, said)], None, request_id)
        self.close_connection = True
        self.request_version = self.protocol_version  # what could not be read gets headers, too
        self._send(Reply(code, reply.body, reply.content_type), request_id)

    def _serve(self) -> None:
        mock = self.server.mock
        request_id = mock.request_id()
        drained = True
        try:
            path, _, query = self._target().partition("?")
            body = self._body()
            headers: dict[str, str] = {}
            for name, value in self.headers.items():
                key = name.lower()
                separator = "; " if key == "cookie" else ", "
                headers[key] = headers[key] + separator + value if key in headers else value
            reply = mock.answer(Request(self.command, path, query, headers, body), request_id)
        except _Refused as refused:
            self.close_connection, drained = True, False
            reply = mock.error([refused.problem], None, request_id)
        except (ConnectionError, TimeoutError):
            self.close_connection = True
            return
        except (
            Exception
        ) as error:  # A defect of the mock must not leave the client without an answer.
            what = f"the mock failed: {type(error).__name__}: {error}"
            sys.stderr.write(f"rebind mock: {self.command} {self.path}: {what}\n")
            reply = mock.error([Problem("defect", what)], None, request_id)
        self._send(reply, request_id)
        if not drained:
            self._drain()

    def _target(self) -> str:
        """Path and query of the request line, which may hold a whole URL."""
        target = re.sub(r"^https?://[^/?]*", "", self.path)
        return target if target.startswith("/") else "/" + target

    def _send(self, reply: Reply, request_id: str) -> None:
        # The status may be one that the library has no phrase for.
        phrase = (
            self.responses.get(HTTPStatus(reply.status), ("",))[0]
            if reply.status in set(HTTPStatus)
            else ""
        )
        self.send_response(reply.status, phrase or "Status")
        bodiless = reply.status in (204, 304) or reply.status < 200
        if reply.content_type is not None and not bodiless:
            self.send_header("Content-Type", _field(reply.content_type))
        for name, value in reply.headers:
            if re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
                self.send_header(name, _field(value))
        if not any(name.lower() == "x-request-id" for name, _ in reply.headers):
            self.send_header("X-Request-Id", request_id)
        if not bodiless:
            self.send_header("Content-Length", str(len(reply.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and not bodiless:
            self.wfile.write(reply.body)
        self.wfile.flush()

    # --- Bodies ---------------------------------------------------------------------------------

    def _body(self) -> bytes:
        lengths = self.headers.get_all("Content-Length") or []
        coding = self.headers.get("Transfer-Encoding")
        if coding is not None:
            if lengths or coding.strip().lower() != "chunked":
                raise _Refused(
                    "malformed-request",
                    "the length of the body is not clear",
                    "one of Content-Length and chunked",
                )
            return self._chunked()
        if not lengths:
            return b""
        if len(set(lengths)) > 1 or not re.fullmatch(r"\d{1,18}", lengths[0], re.ASCII):
            raise _Refused("malformed-request", "Content-Length is not a number")
        length = int(lengths[0])
        if length > self.server.max_body:
            raise self._too_large()
        return self._exactly(length, time.monotonic() + _SLOWEST)

    def _chunked(self) -> bytes:
        deadline = time.monotonic() + _SLOWEST
        chunks: list[bytes] = []
        total = 0
        while True:
            size = self.rfile.readline(_LINE).split(b";")[0].strip()
            if not re.fullmatch(rb"[0-9A-Fa-f]{1,15}", size):
                raise _Refused("malformed-request", "a chunk of the body has no size")
            length = int(size, 16)
            if length == 0:
                break
            total += length
            if total > self.server.max_body:
                raise self._too_large()
            chunks.append(self._exactly(length, deadline))
            if self.rfile.readline(_LINE).strip():
                raise _Refused("malformed-request", "a chunk of the body is longer than it says")
        for _ in range(100):
            if not self.rfile.readline(_LINE).strip():
                return b"".join(chunks)
        raise _Refused("malformed-request", "the body has too many trailers")

    def _exactly(self, length: int, deadline: float) -> bytes:
        pieces: list[bytes] = []
        while length:
            piece = self.rfile.read1(min(length, 1 << 20))
            if not piece:
                raise ConnectionResetError("the client went away")
            if time.monotonic() > deadline:
                raise _Refused("timeout", "the body took too long")
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    def _too_large(self) -> _Refused:
        return _Refused("too-large", f"the body has more than {self.server.max_body} bytes")

    def _drain(self) -> None:
        """Reads on for a little, because a connection closed on unread bytes loses the answer."""
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(1.0)
            left, deadline = _DRAINED, time.monotonic() + 5
            while (
                left > 0 and time.monotonic() < deadline and (piece := self.connection.recv(65_536))
            ):
                left -= len(piece)


def _field(value: str) -> str:
    """A header value that can be sent."""
    return re.sub(r"[^\t\x20-\x7e\xa0-\xff]", "?", value)
