"""The mock on a port: connections, bodies, and what is not HTTP."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from rebind.mock import Mock, MockServer
from rebind.openapi import Resolved

Serve = Callable[..., httpx.Client]

DOCUMENT = """
    paths:
      /echo:
        post:
          requestBody:
            content: {application/json: {schema: {type: object}}, application/octet-stream: {}}
          responses:
            '200': {description: ok, content: {application/json: {schema: {type: integer}}}}
        get:
          responses:
            '200': {description: ok, content: {application/json: {schema: {type: integer}}}}
      /pets:
        get:
          responses:
            '200':
              description: ok
              content:
                application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}
        post:
          responses:
            '200':
              description: ok
              content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
    components:
      schemas:
        Pet: {type: object, required: [id], properties: {id: {type: integer}}}
"""
CHUNKED = (
    b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)


@contextmanager
def connection(client: httpx.Client) -> Iterator[Callable[[bytes], bytes]]:
    """Sends bytes as they are, and returns all that comes until the server closes or is silent."""
    host, port = client.base_url.host, client.base_url.port
    assert port is not None
    with socket.create_connection((host, port), 5) as raw:
        raw.settimeout(2)

        def exchange(sent: bytes) -> bytes:
            raw.sendall(sent)
            received = b""
            try:
                while piece := raw.recv(65_536):
                    received += piece
                    head, found, body = received.partition(b"\r\n\r\n")
                    length = [h for h in head.lower().split(b"\r\n") if h.startswith(b"content-le")]
                    if found and length and len(body) >= int(length[0].partition(b":")[2]):
                        return received
            except (TimeoutError, ConnectionError):
                pass
            return received

        yield exchange


def test_a_connection_serves_many_requests(served: Serve) -> None:
    client = served(DOCUMENT)
    with connection(client) as exchange:
        for _ in range(3):
            answer = exchange(b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
            assert answer.endswith(b"\r\n\r\n1")


def test_a_head_request_gets_no_body(served: Serve) -> None:
    with connection(served(DOCUMENT)) as exchange:
        answer = exchange(b"HEAD /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\n")


def test_a_body_may_come_in_chunks(served: Serve) -> None:
    client = served(DOCUMENT)
    assert (
        client.post(
            "/echo", content=iter([b'{"a"', b": 1}"]), headers={"content-type": "application/json"}
        ).status_code
        == 200
    )
    with connection(client) as exchange:
        answer = exchange(CHUNKED + b"2;x=y\r\n{}\r\n0\r\nTrailer: 1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
        (b"GET /echo HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"POST /echo HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST /echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /echo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400),
        (b"POST /echo HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", 400),
        (b"POST /echo HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n{}", 400),
        (b"POST /echo HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (CHUNKED + b"zz\r\n", 400),
        (CHUNKED + b"FFFFFFFF\r\n", 413),
        (CHUNKED + b"2\r\n{}}\r\n", 400),
        (b"BREW /echo HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"GET http://x/echo HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        (b"GET * HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    ],
)  # fmt: skip
def test_what_is_not_a_proper_request_is_an_error_in_the_api_s_shape(
    served: Serve, sent: bytes, status: int
) -> None:
    with connection(served(DOCUMENT)) as exchange:
        answer = exchange(sent)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split()[1] == str(status).encode()
    if status != 200:
        assert b"application/problem+json" in head
        assert json.loads(body)["detail"]


def test_a_body_that_is_too_large_is_refused_and_the_answer_arrives(served: Serve) -> None:
    client = served(DOCUMENT, max_body=1_000_000)
    answer = client.post("/echo", content=b"x" * 5_000_000)
    assert answer.status_code == 413
    assert answer.json()["detail"] == "the body has more than 1000000 bytes"
    assert client.get("/echo").status_code == 200


def test_a_client_that_goes_away_disturbs_nobody(
    served: Serve, capfd: pytest.CaptureFixture[str]
) -> None:
    client = served(DOCUMENT)
    for sent in (b"", b"GET /ec", b"POST /echo HTTP/1.1\r\nContent-Length: 50\r\n\r\n{"):
        with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as raw:
            raw.sendall(sent)
    assert client.get("/echo").status_code == 200
    assert capfd.readouterr().err == ""


def test_a_defect_of_the_mock_is_an_answer_and_no_traceback(
    served: Serve, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("broken")

    client = served(DOCUMENT)
    monkeypatch.setattr(Mock, "answer", fail)
    answer = client.get("/echo")
    assert answer.status_code == 500
    assert answer.json()["detail"] == "the mock failed: RuntimeError: broken"
    said = capfd.readouterr().err
    assert said == "rebind mock: GET /echo: the mock failed: RuntimeError: broken\n"


def test_many_threads_make_things_with_different_ids(served: Serve) -> None:
    client = served(DOCUMENT)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: client.post("/pets").json()["id"], range(200)))
    assert sorted(answers) == list(range(1, 201))
    assert len(client.get("/pets").json()) == 200


def test_every_answer_has_an_id(served: Serve) -> None:
    client = served(DOCUMENT)
    ids = [client.get(path).headers["x-request-id"] for path in ("/echo", "/nowhere")]
    assert ids == ["mock-000001", "mock-000002"]


def test_only_this_machine_can_reach_it(document: Callable[[str], Resolved]) -> None:
    with pytest.raises(ValueError, match=r"listens on 127\.0\.0\.1 alone"):
        MockServer(document(DOCUMENT), host="0.0.0.0")
    with MockServer(document(DOCUMENT), host="localhost") as server:
        assert server.url.startswith("http://127.0.0.1:")


def test_a_port_that_is_in_use_is_an_error(document: Callable[[str], Resolved]) -> None:
    with MockServer(document(DOCUMENT)) as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            MockServer(document(DOCUMENT), port=port)


def test_a_closed_server_frees_its_port_and_its_threads(
    document: Callable[[str], Resolved],
) -> None:
    before = threading.active_count()
    server = MockServer(document(DOCUMENT))
    server.start()
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        assert client.get("/echo").status_code == 200
        server.close()
        server.close()
        deadline = time.monotonic() + 5
        while threading.active_count() > before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert threading.active_count() == before
    port = int(server.url.rpartition(":")[2])
    MockServer(document(DOCUMENT), port=port).close()
