"""A server on this machine that plays the platform: answers by action, and writes down requests."""

from __future__ import annotations

import email
import email.policy
import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    body: bytes

    @property
    def action(self) -> str:
        """The last word of the path."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def given(self) -> dict[str, str]:
        """The query."""
        return dict(self.query)

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)

    @property
    def parts(self) -> dict[str, Part]:
        """The parts of a multipart body."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message = email.message_from_bytes(head + self.body, policy=email.policy.HTTP)
        found: dict[str, Part] = {}
        for part in message.iter_parts():  # type: ignore[attr-defined]
            name = part.get_param("name", header="content-disposition")
            kind = part.get_content_type() if "content-type" in part else None
            content = part.get_payload(decode=True)
            found[str(name)] = Part(content, part.get_filename(), kind)
        return found


@dataclass(frozen=True)
class Part:
    """A part of a form."""

    content: bytes
    filename: str | None
    kind: str | None


@dataclass(frozen=True)
class Failed:
    """An answer that is an error."""

    status: int = 500
    type: str = "InternalServerError"
    message: str = "It failed."


@dataclass(frozen=True)
class Plain:
    """An answer that is JSON, with no envelope around it."""

    value: Any


@dataclass(frozen=True)
class Bytes:
    """An answer that is no JSON."""

    content: bytes


@dataclass(frozen=True)
class Lines:
    """An answer of lines that are sent one by one; the connection is cut where one is None."""

    lines: Iterable[bytes | None]
    kind: str = "application/x-ndjson"


Answer = Callable[[Asked], Any]


@dataclass
class Platform:
    """The server. An action without an answer is an error that names it."""

    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    asked: list[Asked] = field(default_factory=list[Asked])
    cut: threading.Event = field(default_factory=threading.Event)
    """Set when a client has gone away before the end of its answer."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def actions(self) -> list[str]:
        """What was asked, but for the addresses of the hosts."""
        return [asked.action for asked in self.asked if asked.action != "getApiEndpoint"]

    def of(self, action: str) -> list[Asked]:
        """The requests of an action."""
        return [asked for asked in self.asked if asked.action == action]

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, asked: Asked) -> Any:
        """What a request is answered with."""
        with self._lock:
            self.asked.append(asked)
        if asked.action == "getApiEndpoint":
            return dict.fromkeys(("apiEndpoint", "predictEndpoint", "proxyEndpoint"), self.url)
        if asked.action not in self.answers:
            return Failed(404, "Generic404Error", f"nothing answers {asked.action}")
        return self.answers[asked.action](asked)


def in_turn(*results: Any) -> Answer:
    """Answer with each of these, and then with the last one."""
    lock, left = threading.Lock(), list(results)

    def answer(_: Asked) -> Any:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return answer


def always(result: Any) -> Answer:
    """Answer with this."""
    return lambda _: result


def chunks(content: bytes, size: int) -> Answer:
    """Hand over bytes from the offset that is asked for, so many at a time."""

    def answer(asked: Asked) -> Bytes:
        offset = int(asked.given["offset"])
        return Bytes(content[offset : offset + size])

    return answer


def job(name: str, result: Any) -> dict[str, Answer]:
    """What creates a request, and what tells of it when it is done."""
    said = {"status": "SUCCESS", "result": {"success": True, "result": result}}
    return {
        f"create{name}Request": always(Plain({"request_id": "q1"})),
        f"get{name}Status": always(Plain(said)),
    }


def _handler(owner: Platform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            body = self._body()
            if body is None:  # the client has gone away in the middle of its request
                self.close_connection = True
                return
            asked = Asked(
                self.command,
                parts.path,
                tuple(parse_qsl(parts.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                body,
            )
            found = owner.answer(asked)
            if isinstance(found, Lines):
                self._stream(found)
            elif isinstance(found, Bytes):
                self._reply(200, "application/octet-stream", found.content)
            elif isinstance(found, Plain):
                self._reply(200, "application/json", json.dumps(found.value).encode())
            elif isinstance(found, Failed):
                said = {"success": False, "error": found.message, "errorType": found.type}
                self._reply(found.status, "application/json", json.dumps(said).encode())
            else:
                said = {"success": True, "result": found}
                self._reply(200, "application/json", json.dumps(said).encode())

        def _body(self) -> bytes | None:
            if self.headers.get("Transfer-Encoding") != "chunked":
                size = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(size)
                return body if len(body) == size else None
            body = b""
            while size := int(self.rfile.readline().strip(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def _reply(self, status: int, kind: str, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("x-request-id", "r-1")
            self.end_headers()
            self.wfile.write(content)

        def _stream(self, found: Lines) -> None:
            self.send_response(200)
            self.send_header("Content-Type", found.kind)
            self.send_header("Transfer-Encoding", "chunked")
            self.send_header("x-request-id", "r-2")
            self.end_headers()
            self.close_connection = True
            try:
                for line in found.lines:
                    if line is None:
                        return
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
                    self.wfile.flush()
                    time.sleep(0)
                self.wfile.write(b"0\r\n\r\n")
            except OSError:
                owner.cut.set()

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    return Handler
