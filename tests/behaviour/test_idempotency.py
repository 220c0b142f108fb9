"""Which requests are repeated, and under which key, as the description says."""

from __future__ import annotations

import httpx
import pytest

from tests.behaviour.conftest import HEAD, Build, Wire

ROOT = HEAD + "x-rebind-idempotency-key: Request-Key\n"
PATHS = """
    paths:
      /pets:
        post: {operationId: addPet, tags: [pets], responses: {'204': {description: none}}}
        patch:
          operationId: changePet
          tags: [pets]
          x-rebind-idempotency-key: X-Once
          parameters: [{name: x-once, in: header, schema: {type: string}}]
          responses: {'204': {description: none}}
        put: {operationId: putPet, tags: [pets], responses: {'204': {description: none}}}
      /pets/search:
        post:
          operationId: searchPets
          tags: [pets]
          x-rebind-idempotency-key: false
          x-rebind-idempotent: true
          responses: {'204': {description: none}}
      /pets/next:
        get:
          operationId: nextPet
          tags: [pets]
          x-rebind-idempotent: false
          responses: {'204': {description: none}}
      /pets/drop:
        delete:
          operationId: dropPets
          tags: [pets]
          x-rebind-idempotency-key: true
          responses: {'204': {description: none}}
"""


@pytest.mark.parametrize(
    ("method", "header", "attempts"),
    [
        ("add", "request-key", 3),
        ("change", "x-once", 3),
        ("put", None, 3),
        ("search", None, 3),
        ("next", None, 1),
        ("drop", "request-key", 3),
    ],
)
def test_a_request_is_repeated_where_that_is_safe(
    build: Build, wire: Wire, method: str, header: str | None, attempts: int
) -> None:
    package = build(PATHS, head=ROOT)
    wire.reply = httpx.Response(503)
    retry = package.RetryPolicy(attempts=3, backoff=0)
    client = wire.client(package, retry=retry)
    with pytest.raises(package.ServerError):
        getattr(client.pets, method)()
    assert len(wire.sent) == attempts
    for name in ("request-key", "x-once"):
        keys = [request.headers.get(name) for request in wire.sent]
        assert len(set(keys)) == 1
        assert (keys[0] is not None) == (name == header)


def test_each_call_has_a_key_of_its_own(build: Build, wire: Wire) -> None:
    package = build(PATHS, head=ROOT)
    wire.reply = httpx.Response(204)
    client = wire.client(package)
    client.pets.add()
    client.pets.add()
    assert wire.sent[0].headers["request-key"] != wire.sent[1].headers["request-key"]


def test_a_key_of_the_caller_is_sent_as_it_is(build: Build, wire: Wire) -> None:
    package = build(PATHS, head=ROOT)
    wire.reply = httpx.Response(204)
    client = wire.client(package)
    client.pets.change(x_once="mine")
    client.pets.add(headers={"Request-Key": "yours"})
    assert wire.sent[0].headers.get_list("x-once") == ["mine"]
    assert wire.sent[1].headers.get_list("request-key") == ["yours"]


def test_true_alone_means_the_header_that_everybody_knows(build: Build, wire: Wire) -> None:
    package = build(PATHS.replace("X-Once", "true"))
    wire.reply = httpx.Response(204)
    client = wire.client(package)
    client.pets.change()
    client.pets.add()
    assert "idempotency-key" in wire.sent[0].headers
    assert "idempotency-key" not in wire.sent[1].headers


def test_what_callers_annotate_with_is_exported(build: Build) -> None:
    package = build(PATHS)
    for name in [
        "OMIT",
        "Omit",
        "Timeout",
        "RetryPolicy",
        "Retrying",
        "Deviation",
        "CallOptions",
        "Progress",
        "RawResponse",
        "Stream",
        "AsyncStream",
        "StreamedResponse",
        "AsyncStreamedResponse",
        "Event",
        "Headers",
        "Request",
        "Response",
        "Middleware",
        "AsyncMiddleware",
        "WaitError",
    ]:
        assert name in package.__all__
        assert getattr(package, name) is not None
