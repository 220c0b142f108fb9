"""A server on a real socket that answers each request as a script says, faults included."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Seen:
    """A request that arrived."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes = b""
    connection: int = 0

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    def header(self, name: str) -> str | None:
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    def json(self) -> object:
        return json.loads(self.body)


@dataclass
class Connection:
    """One connection, as a step of a script uses it."""

    socket: socket.socket
    stopped: threading.Event
    closed: bool = False
    buffer: bytes = b""

    def send(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            self.socket.sendall(data)

    def close(self) -> None:
        self.closed = True
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def reset(self) -> None:
        """Close so that the peer's next operation fails."""
        self.closed = True
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def wait(self, seconds: float) -> None:
        self.stopped.wait(seconds)

    def stall(self) -> None:
        """Do nothing until the server stops, or the peer has had enough."""
        self.socket.settimeout(0.05)
        while not self.stopped.is_set():
            try:
                if not self.socket.recv(1):
                    return
            except TimeoutError:
                continue
            except OSError:
                return

    def drip(self, data: bytes, every: float) -> None:
        for byte in data:
            if self.stopped.wait(every):
                return
            try:
                self.socket.sendall(bytes([byte]))
            except OSError:
                return


Step = bytes | Callable[[Connection], None] | Callable[[Connection, Seen], None]


NO_SCRIPT = b"HTTP/1.1 500 No script\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Server:
    """The server: `script` says how the first request is answered, the second and so on."""

    script: list[Step] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    context: ssl.SSLContext | None = None
    on_accept: Callable[[Connection], None] | None = None
    """What happens to a connection before anything is read from it."""

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listener.settimeout(0.05)
        self.port: int = self._listener.getsockname()[1]
        self._stopped = threading.Event()
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}"

    def answer(self, *steps: Step) -> None:
        """Answer the coming requests like this; the last step answers all that follow."""
        with self._lock:
            self.script = list(steps)
            self.seen.clear()
            self.on_accept = None

    def stop(self) -> None:
        self._stopped.set()
        with contextlib.suppress(OSError):  # some systems cannot, and wait for the time limit
            self._listener.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
                connection.close()
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                raw, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with self._lock:
                self.connections += 1
                number = self.connections
                self._open.append(raw)
            thread = threading.Thread(target=self._serve, args=(raw, number), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, raw: socket.socket, number: int) -> None:
        try:
            raw.settimeout(30)
            if self.context is not None:
                raw = self.context.wrap_socket(raw, server_side=True)
                with self._lock:
                    self._open.append(raw)
            connection = Connection(raw, self._stopped)
            if self.on_accept is not None:
                self.on_accept(connection)
            while not self._stopped.is_set() and not connection.closed:
                seen = _read(connection)
                if seen is None:
                    break
                seen.connection = number
                with self._lock:
                    self.seen.append(seen)
                    step = (
                        self.script.pop(0) if len(self.script) > 1 else [*self.script, NO_SCRIPT][0]
                    )
                if isinstance(step, bytes):
                    connection.send(step)
                elif step.__code__.co_argcount == 1:
                    step(connection)  # type: ignore[call-arg]
                else:
                    step(connection, seen)  # type: ignore[call-arg]
            if not connection.closed:
                connection.close()
        except OSError:
            raw.close()


def _read(connection: Connection) -> Seen | None:
    data = connection.buffer
    try:
        while b"\r\n\r\n" not in data:
            piece = connection.socket.recv(65536)
            if not piece:
                return None
            data += piece
        head, _, rest = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ")
        headers = [(n, v.strip()) for n, _, v in (line.partition(":") for line in lines[1:])]
        seen = Seen(method, target, headers)
        if (seen.header("transfer-encoding") or "").lower() == "chunked":
            while True:
                while b"\r\n" not in rest:
                    rest += connection.socket.recv(65536)
                size, _, rest = rest.partition(b"\r\n")
                length = int(size, 16)
                while len(rest) < length + 2:
                    rest += connection.socket.recv(65536)
                seen.body += rest[:length]
                rest = rest[length + 2 :]
                if length == 0:
                    break
        else:
            length = int(seen.header("content-length") or 0)
            parts = [rest]
            got = len(rest)
            while got < length:
                piece = connection.socket.recv(262144)
                if not piece:
                    return None
                parts.append(piece)
                got += len(piece)
            body = b"".join(parts)
            seen.body, rest = body[:length], body[length:]
        connection.buffer = rest
        return seen
    except (OSError, ValueError):
        return None


def reply(
    body: bytes = b"",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    kind: str = "application/json",
    length: int | None = None,
) -> bytes:
    """Write a response."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {kind}"]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def json_reply(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    """Write a response of JSON."""
    return reply(json.dumps(value).encode(), status, headers)


def ok(result: object = None, **more: object) -> bytes:
    """Write a success in an envelope."""
    return json_reply({"success": True, "result": result, **more})


def later(seconds: float, data: bytes) -> Callable[[Connection], None]:
    """Answer after a while."""

    def step(connection: Connection) -> None:
        connection.wait(seconds)
        connection.send(data)

    return step


def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def until(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
