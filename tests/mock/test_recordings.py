"""Recorded replies answer requests that equal recorded ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import vcr  # type: ignore[import-untyped]  # it has no types
import yaml
from rebind.mock import Mock, MockServer
from rebind.mock.recordings import Recordings, read
from rebind.openapi import Resolved

from tests.mock.conftest import Api, project

ROOT = Path(__file__).parents[2]
CASSETTES = ROOT / "tests" / "contract" / "cassettes"

DOCUMENT = """
    security: [{key: []}]
    paths:
      /search:
        parameters: [{name: q, in: query, schema: {type: string}}]
        get:
          responses:
            '200':
              description: ok
              content:
                application/json: {schema: {type: object, properties: {n: {type: integer}}}}
        post:
          requestBody: {content: {application/json: {schema: {type: object}}}}
          responses:
            '200': {description: ok, content: {application/json: {schema: {const: made}}}}
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
      /pets/{id}:
        get:
          parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
          responses:
            '200':
              description: ok
              content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
    components:
      schemas:
        Pet: {type: object, required: [id], properties: {id: {type: integer}}}
      securitySchemes: {key: {type: apiKey, in: header, name: key}}
"""
KEY = {"key": "k"}


def recording(
    uri: str, body: str, *, method: str = "GET", status: int = 200, sent: str | None = None
) -> dict[str, Any]:
    headers = {"Content-Type": ["application/json"], "Content-Length": ["1"], "X-Page": ["2"]}
    return {
        "request": {"method": method, "uri": uri, "headers": {}, "body": sent},
        "response": {
            "status": {"code": status, "message": "x"},
            "headers": headers,
            "body": {"string": body},
        },
    }


@pytest.fixture
def recorded(tmp_path: Path, document: Callable[[str], Resolved]) -> Callable[..., Api]:
    def recorded(*interactions: dict[str, Any]) -> Api:
        folder = tmp_path / "cassettes"
        for number, interaction in enumerate(interactions):
            path = folder / "search" / f"{number}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml.safe_dump({"version": 1, "interactions": [interaction]}), "utf-8")
        found = read(folder)
        assert found.value is not None, found.diagnostics
        return Api(Mock(document(DOCUMENT), found.value))

    return recorded


def test_an_equal_request_gets_the_recorded_reply(recorded: Callable[..., Api]) -> None:
    api = recorded(recording("https://api.example.com/search?q=a%20b&x=1", '{"n": 42}'))
    answer = api("GET", "/search?x=1&q=a+b", headers=KEY)
    assert (answer.status, answer.json) == (200, {"n": 42})
    assert answer.headers == {"content-type": "application/json", "x-page": "2"}
    assert api("GET", "/search?q=c", headers=KEY).json == {"n": 1}


def test_json_bodies_are_equal_by_value(recorded: Callable[..., Api]) -> None:
    uri = "https://api.example.com/search"
    api = recorded(recording(uri, '"seen"', method="POST", sent='{"a": 1, "b": [true]}'))
    assert api("POST", "/search", {"b": [True], "a": 1}, headers=KEY).json == "seen"
    assert api("POST", "/search", {"b": [True], "a": 2}, headers=KEY).json == "made"


def test_a_success_is_preferred_to_an_error_of_the_same_request(
    recorded: Callable[..., Api],
) -> None:
    uri = "https://api.example.com/search?q=1"
    api = recorded(
        recording(uri, '{"n": 0}', status=503),
        recording(uri, '{"n": 2}'),
        recording(uri, '{"n": 3}'),
    )
    assert api("GET", "/search?q=1", headers=KEY).json == {"n": 2}


def test_a_recorded_error_is_replayed_for_a_request_that_is_wrong(
    recorded: Callable[..., Api],
) -> None:
    api = recorded(recording("https://api.example.com/search?qq=1", '{"no": 1}', status=400))
    answer = api("GET", "/search?qq=1", headers=KEY)
    assert (answer.status, answer.json) == (400, {"no": 1})


def test_a_request_without_a_key_gets_a_recorded_refusal_or_none(
    recorded: Callable[..., Api],
) -> None:
    uri = "https://api.example.com/search"
    api = recorded(
        recording(uri + "?q=1", '{"n": 1}'),
        recording(uri + "?q=1", '{"why": "bad key"}', status=403),
        recording(uri + "?q=2", '{"n": 2}'),
    )
    assert api("GET", "/search?q=1").json == {"why": "bad key"}
    assert api("GET", "/search?q=2").status == 401


def test_what_is_in_the_store_is_nearer_than_a_recording(recorded: Callable[..., Api]) -> None:
    api = recorded(
        recording("https://api.example.com/pets", '[{"id": 77}]'),
        recording("https://api.example.com/pets/1", '{"id": 1, "recorded": true}'),
        recording("https://api.example.com/pets/77", '{"id": 77, "recorded": true}'),
    )
    assert api("GET", "/pets", headers=KEY).json == []
    assert api("GET", "/pets/1", headers=KEY).json == {"id": 1, "recorded": True}
    assert api("POST", "/pets", headers=KEY).json == {"id": 1}
    assert api("GET", "/pets/1", headers=KEY).json == {"id": 1}
    assert api("GET", "/pets/77", headers=KEY).json == {"id": 77, "recorded": True}
    assert api("GET", "/pets/78", headers=KEY).status == 404


def test_what_vcrpy_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    reply = {
        "status": {"code": 200, "message": "OK"},
        "headers": {"content-type": ["image/png"]},
        "body": {"string": b"\x89PNG\r\n\x00"},
    }
    request = vcr.request.Request("POST", "http://h/a?b=1", b"\x00\xff", {})
    text = vcr.serialize.serialize(
        {"requests": [request], "responses": [reply]}, vcr.serializers.yamlserializer
    )
    path.write_text(text, "utf-8")
    found = read(tmp_path)
    assert found.value is not None
    (one,) = found.value
    assert (one.request.method, one.request.path, one.request.query) == ("POST", "/a", "b=1")
    assert (one.request.body, one.body) == (b"\x00\xff", b"\x89PNG\r\n\x00")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: [b: c: d]\n", 1, "not YAML"),
        ("a: 1\nb: {\n", 3, "not YAML"),
        ("- 1\n", 1, "the file is not a mapping"),
        ("version: 1\n", 1, "no list of `interactions`"),
        ("interactions: [{request: {}}]\n", 1, "interactions[0].response is not a mapping"),
        ("interactions: [{request: {}, response: {status: {code: x}}}]\n", 1, "not an HTTP status"),
        ("interactions: [!!python/object:os.system {}]\n", 1, "not YAML"),
    ],
)
def test_a_file_that_is_no_cassette_is_an_error_with_a_place(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, "utf-8")
    found = read(tmp_path)
    assert found.value is None
    (problem,) = found.diagnostics
    assert (problem.code, problem.place.file, problem.place.line) == ("bad-recording", path, line)
    assert message in problem.message


def test_a_folder_that_is_not_there_is_an_error(
    tmp_path: Path, document: Callable[[str], Resolved]
) -> None:
    assert [one.code for one in read(tmp_path / "x").diagnostics] == ["no-recordings"]
    with pytest.raises(ValueError, match="there is no folder"):
        MockServer(document(DOCUMENT), recordings=tmp_path / "x")


@pytest.mark.skipif(not CASSETTES.is_dir(), reason="there are no contract recordings")
def test_the_project_s_recordings_are_all_answered_with_a_recorded_reply() -> None:
    found = read(CASSETTES)
    assert found.value
    recordings = Recordings(found.value, "success")
    for one in found.value:
        replayed = recordings.find(one.request)
        assert replayed is not None, one.source
        same = [other for other in found.value if recordings.find(other.request) is replayed]
        assert one in same
    mock = Mock(project(), found.value)
    exported = [one for one in found.value if one.request.path.endswith("/exportChatSession")]
    assert exported
    for one in exported:
        request = one.request
        headers = {"apikey": "k", "content-type": "application/json"}
        target = request.path + (f"?{request.query}" if request.query else "")
        answer = Api(mock)(request.method, target, raw=request.body, headers=headers)
        replayed = recordings.find(request)
        assert replayed is not None
        assert (answer.status, answer.body) == (replayed.status, replayed.body)


def test_numbers_and_truths_are_not_confused_between_bodies(recorded: Callable[..., Api]) -> None:
    uri = "https://api.example.com/search"
    api = recorded(recording(uri, '"seen"', method="POST", sent=json.dumps({"a": 1})))
    assert api("POST", "/search", {"a": True}, headers=KEY).json == "made"
