"""Bodies: in memory or streamed, sent once or again."""

from __future__ import annotations

import email.parser
import email.policy
import io
import os
import tempfile
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from rebind.runtime.call import OMIT, Call, Empty, Operation
from rebind.runtime.errors import ApiConnectionError, RequestError
from rebind.runtime.options import RetryPolicy
from rebind.runtime.request import write

from tests.faults.server import Connection, Seen, Server, reply
from tests.runtime.conftest import Flavour
from tests.runtime.things import Colour, Dog

UPLOAD: Operation[None, None] = Operation(
    id="upload", method="PUT", path="/upload", replies={"204": Empty()}, security=()
)
DONE = reply(b"", 204)


def send(flavour: Flavour, server: Server, call: Call[Any, Any], **options: Any) -> Seen:
    server.answer(DONE)
    flavour.send(flavour.pets(), call, **options)
    return server.seen[-1]


class Unseekable(io.RawIOBase):
    """A pipe, as far as anybody can tell."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._data.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def test_text_bytes_and_buffers_are_bodies(server: Server, flavour: Flavour) -> None:
    for value, body, kind in (
        ("grüße", "grüße".encode(), "text/plain; charset=utf-8"),
        (b"\x00\xff", b"\x00\xff", "application/octet-stream"),
        (bytearray(b"ab"), b"ab", "application/octet-stream"),
        (memoryview(b"ab"), b"ab", "application/octet-stream"),
        (b"", b"", "application/octet-stream"),
    ):
        seen = send(flavour, server, Call(UPLOAD, content=value))
        assert (seen.body, seen.header("content-type")) == (body, kind)
        assert seen.header("content-length") == str(len(body))
    seen = send(flavour, server, Call(UPLOAD, content=b"<a/>", content_type="application/xml"))
    assert seen.header("content-type") == "application/xml"


def test_files_are_streamed_with_their_length(
    server: Server, flavour: Flavour, tmp_path: Path
) -> None:
    data = os.urandom(300_000)
    path = tmp_path / "data.bin"
    path.write_bytes(data)
    seen = send(flavour, server, Call(UPLOAD, content=path))
    assert seen.body == data
    assert seen.header("content-length") == "300000"
    with path.open("rb") as file:
        file.seek(10)
        seen = send(flavour, server, Call(UPLOAD, content=file))
        assert not file.closed
    assert seen.body == data[10:]
    assert seen.header("content-length") == "299990"


def test_what_has_no_length_is_sent_in_chunks(server: Server, flavour: Flavour) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"one "
        yield b""
        yield b"two"

    for content in (pieces(), [b"one ", b"two"], Unseekable(b"one two")):
        seen = send(flavour, server, Call(UPLOAD, content=content))
        assert seen.body == b"one two"
        assert seen.header("transfer-encoding") == "chunked"
        assert seen.header("content-length") is None


def test_an_async_iterable_is_for_the_async_client(server: Server, flavour: Flavour) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    if flavour.awaited:
        assert send(flavour, server, Call(UPLOAD, content=pieces())).body == b"ab"
    else:
        with pytest.raises(RequestError, match="asynchronous client only"):
            send(flavour, server, Call(UPLOAD, content=pieces()))


def reset(connection: Connection) -> None:
    connection.reset()


def test_a_body_is_rewound_for_another_try(
    server: Server, flavour: Flavour, tmp_path: Path
) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(b"abc" * 50_000)
    for content in (path, io.BytesIO(path.read_bytes()), [b"abc" * 50] * 1000):
        server.answer(reply(b"", 503), reset, DONE)
        policy = RetryPolicy(attempts=3, backoff=0.001)
        flavour.send(flavour.pets(), Call(UPLOAD, content=content), retry=policy)
        assert [seen.body for seen in server.seen] == [path.read_bytes()] * 3


def test_a_body_that_cannot_be_rewound_is_sent_once(server: Server, flavour: Flavour) -> None:
    for content in (iter([b"a"]), Unseekable(b"a")):
        server.answer(reset)
        with pytest.raises(ApiConnectionError) as caught:
            flavour.send(flavour.pets(), Call(UPLOAD, content=content))
        assert (caught.value.attempts, len(server.seen)) == (1, 1)


class Broken(Exception):
    """What a caller's own iterable raises."""


def test_what_a_callers_own_iterable_raises_is_the_callers(
    server: Server, flavour: Flavour
) -> None:
    def pieces(error: Exception) -> Iterator[bytes]:
        yield b"a"
        raise error

    server.answer(DONE)
    for error in (Broken("mine"), OSError("my disk")):
        with pytest.raises(type(error), match=r"^my|^mine") as caught:
            flavour.send(flavour.pets(), Call(UPLOAD, content=pieces(error)))
        assert caught.value is error


def test_what_is_no_body_is_refused(server: Server, flavour: Flavour, tmp_path: Path) -> None:
    for content in (3, object(), {"a": 1}, tmp_path / "missing", tmp_path, io.StringIO("text")):
        with pytest.raises(RequestError):
            flavour.send(flavour.pets(), Call(UPLOAD, content=content))
    for content in ([1], ["text"]):
        with pytest.raises(RequestError, match="bytes"):
            flavour.send(flavour.pets(), Call(UPLOAD, content=content))
    assert server.seen == []


def test_a_file_that_shrinks_is_an_error(server: Server, flavour: Flavour, tmp_path: Path) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(b"a" * 1000)
    call = Call(UPLOAD, content=path)
    client = flavour.pets()
    request = write(
        client._api,
        call,
        base_url=server.url,
        credentials={},
        headers={},
        timeout=client._settings.timeout,
    )
    path.write_bytes(b"a" * 10)
    assert request.body is not None
    assert request.body.length == 1000
    with pytest.raises(RequestError, match="changed"):
        b"".join(request.body)


def parts(seen: Seen) -> list[tuple[str, str | None, str | None, bytes]]:
    """Name, file name, content type and content of each part."""
    head = f"Content-Type: {seen.header('content-type')}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + seen.body)
    found: list[Any] = []
    for part in message.iter_parts():  # type: ignore[attr-defined]
        name = part.get_param("name", header="content-disposition")
        kind = part.get_content_type() if "content-type" in part else None
        found.append((name, part.get_filename(), kind, part.get_payload(decode=True)))
    return found


def test_a_multipart_form(server: Server, flavour: Flavour, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b")
    operation: Operation[None, None] = Operation(
        id="form",
        method="POST",
        path="/form",
        replies={"204": Empty()},
        security=(),
        encodings={"meta": "application/json", "photo": "image/png", "list": "application/json"},
        json_unless_string=frozenset({("multipart", "loose"), ("multipart", "text")}),
    )
    with path.open("rb") as file:
        seen = send(
            flavour,
            server,
            Call(
                operation,
                multipart={
                    "text": "grüße",
                    "number": 1.5,
                    "flag": True,
                    "colour": Colour.RED,
                    "none": None,
                    "omitted": OMIT,
                    "meta": {"a": 1},
                    "dog": Dog(kind="dog"),
                    "tags": ["a", None, "b"],
                    "list": [1, 2],
                    "loose": [True],
                    "path": path,
                    "file": file,
                    "photo": b"PNG",
                    "named": ("x.bin", b"1"),
                    "typed": ("y.html", b"2", "text/plain"),
                    "many": [("1.txt", "one"), b"two"],
                    'q"\r\n': 'q"',
                },
            ),
        )
    assert parts(seen) == [
        ("text", None, None, "grüße".encode()),
        ("number", None, None, b"1.5"),
        ("flag", None, None, b"true"),
        ("colour", None, None, b"red"),
        ("meta", None, "application/json", b'{"a": 1}'),
        ("dog", None, "application/json", b'{"kind": "dog"}'),
        ("tags", None, None, b"a"),
        ("tags", None, None, b"b"),
        ("list", None, "application/json", b"[1, 2]"),
        ("loose", None, None, b"[true]"),
        ("path", "table.csv", "text/csv", b"a,b"),
        ("file", "table.csv", "text/csv", b"a,b"),
        ("photo", "photo", "image/png", b"PNG"),
        ("named", "x.bin", "application/octet-stream", b"1"),
        ("typed", "y.html", "text/plain", b"2"),
        ("many", "1.txt", "text/plain", b"one"),
        ("many", "many", "application/octet-stream", b"two"),
        ("q%22%0D%0A", None, None, b'q"'),
    ]
    assert seen.header("content-length") == str(len(seen.body))


def test_a_multipart_form_without_parts_is_still_one(server: Server, flavour: Flavour) -> None:
    seen = send(flavour, server, Call(UPLOAD, multipart={"a": None}))
    kind = seen.header("content-type") or ""
    assert kind.startswith("multipart/form-data; boundary=")
    assert seen.body == f"--{kind.partition('=')[2]}--\r\n".encode()


def test_a_form_is_urlencoded(server: Server, flavour: Flavour) -> None:
    seen = send(flavour, server, Call(UPLOAD, form={"a": "x y", "b": [1, 2]}))
    assert seen.body == b"a=x%20y&b=1&b=2"
    assert seen.header("content-type") == "application/x-www-form-urlencoded"


def test_a_part_cannot_smuggle_a_header(server: Server, flavour: Flavour) -> None:
    with pytest.raises(RequestError, match="control character"):
        send(flavour, server, Call(UPLOAD, multipart={"a": ("f", b"", "text/a\r\nX: 1")}))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["path", "file", "part"])
def test_a_large_upload_takes_little_memory(
    server: Server, flavour: Flavour, tmp_path: Path, kind: str
) -> None:
    size = 60_000_000
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(size)
    # The server shares this process: it must not hold what it gets.
    received = Drain()
    client = flavour.pets(base_url=f"http://127.0.0.1:{received.port}")
    with tempfile.TemporaryFile() as warm:
        flavour.send(client, Call(UPLOAD, content=warm))
    tracemalloc.start()
    with path.open("rb") as file:
        call = {
            "path": Call(UPLOAD, content=path),
            "file": Call(UPLOAD, content=file),
            "part": Call(UPLOAD, multipart={"a": path}),
        }[kind]
        flavour.send(client, call)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    received.stop()
    assert received.bytes > size
    assert peak < 5_000_000


class Drain:
    """A server that reads and forgets."""

    def __init__(self) -> None:
        import socket
        import threading

        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.bytes = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                head = b""
                while b"\r\n\r\n" not in head:
                    piece = connection.recv(65536)
                    if not piece:
                        break
                    head += piece
                start, _, rest = head.partition(b"\r\n\r\n")
                lengths = [n for n in start.lower().split(b"\r\n") if b"content-length" in n]
                left = (int(lengths[0].split(b":")[1]) if lengths else 0) - len(rest)
                self.bytes += len(head)
                buffer = bytearray(262144)
                while left > 0:
                    got = connection.recv_into(buffer)
                    if not got:
                        break
                    left -= got
                    self.bytes += got
                connection.sendall(DONE.replace(b"Content-Type", b"Connection: close\r\nX"))

    def stop(self) -> None:
        import socket

        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def test_a_form_with_files_is_rewound_for_another_try(
    server: Server, flavour: Flavour, tmp_path: Path
) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(b"abc" * 50_000)
    policy = RetryPolicy(attempts=3, backoff=0.001)
    with path.open("rb") as file:
        server.answer(reply(b"", 503), reset, DONE)
        call = Call(UPLOAD, multipart={"path": path, "file": file, "text": "t"})
        flavour.send(flavour.pets(), call, retry=policy)
    first, second, third = server.seen
    assert first.body == second.body == third.body
    assert [len(part[3]) for part in parts(third)] == [150_000, 150_000, 1]
    server.answer(reset)
    call = Call(UPLOAD, multipart={"once": ("a.bin", Unseekable(b"a"))})
    with pytest.raises(ApiConnectionError) as caught:
        flavour.send(flavour.pets(), call, retry=policy)
    assert (caught.value.attempts, len(server.seen)) == (1, 1)
