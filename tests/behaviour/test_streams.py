"""Replies that come bit by bit: which methods return a stream, and of what."""

from __future__ import annotations

import inspect
import json
from types import ModuleType
from typing import Any

import pytest

from tests.behaviour.conftest import Both, Build
from tests.faults.server import Connection, json_reply, reply

SCHEMAS = """
    components:
      schemas:
        Chunk: {type: object, required: [text], properties: {text: {type: string}}}
        Whole: {type: object, required: [text], properties: {text: {type: string}}}
        Event: {type: object, properties: {text: {type: string}}}
        Stream: {type: object, properties: {text: {type: string}}}
        Told:
          type: object
          properties:
            event: {type: string}
            data: {$ref: '#/components/schemas/Chunk'}
        Ask:
          type: object
          required: [question]
          properties: {question: {type: string}, stream: {type: boolean, default: false}}
"""
A_CHUNK = "schema: {$ref: '#/components/schemas/Chunk'}"
CHUNKS = "schema: {type: array, items: {$ref: '#/components/schemas/Chunk'}}"
TWO_WAYS = (
    "application/json: {schema: {$ref: '#/components/schemas/Whole'}}, text/event-stream: {"
    + A_CHUNK
    + "}"
)
SPREAD = """
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [question]
                  properties:
                    question: {type: string}
                    stream: {type: [boolean, 'null'], default: false}
"""
WHOLE = """
          requestBody:
            required: true
            content: {application/json: {schema: {$ref: '#/components/schemas/Ask'}}}
"""
QUERY = """
          parameters:
            - {name: question, in: query, required: true, schema: {type: string}}
            - {name: stream, in: query, schema: {type: boolean}}
"""
OPERATIONS = {
    "events": ("text/event-stream: {" + A_CHUNK + "}", ""),
    "text": ("text/event-stream: {schema: {type: string}}", ""),
    "bare": ("text/event-stream: {}", ""),
    "told": ("text/event-stream: {schema: {$ref: '#/components/schemas/Told'}}", ""),
    "like": ("text/event-stream: {schema: {$ref: '#/components/schemas/Event'}}", ""),
    "x-ndjson": ("application/x-ndjson: {" + A_CHUNK + "}", ""),
    "jsonl": ("application/jsonl: {" + CHUNKS + "}", ""),
    "json-seq": ("application/json-seq: {" + A_CHUNK + "}", ""),
    "any": ("application/x-ndjson: {schema: {}}", ""),
    "spread": (TWO_WAYS, SPREAD),
    "whole": (TWO_WAYS, WHOLE),
    "query": (TWO_WAYS, QUERY),
    "accept": (TWO_WAYS, ""),
}


@pytest.fixture(scope="module")
def package(build_once: Build) -> ModuleType:
    paths = "".join(
        f"""
      /{name}:
        post:
          operationId: {name}
          tags: [talks]
{more}
          responses:
            '200': {{description: What it says., content: {{{content}}}}}
            '400': {{description: No., content: {{application/json: {{schema: {{type: object}}}}}}}}
"""
        for name, (content, more) in OPERATIONS.items()
    )
    return build_once(f"    paths:{paths}{SCHEMAS}")


def events(*data: str, kind: str = "text/event-stream") -> bytes:
    body = "".join(f"data: {line}\n\n" for line in data)
    return reply(body.encode(), headers={"Content-Type": kind})


def lines(*data: str, kind: str = "application/x-ndjson") -> bytes:
    return reply("".join(f"{line}\n" for line in data).encode(), headers={"Content-Type": kind})


def asked(both: Both) -> str | None:
    return both.server.seen[-1].header("accept")


def test_events_become_objects_until_the_api_says_done(both: Both, package: ModuleType) -> None:
    both.server.script.append(events('{"text": "a"}', '{"text": "b"}', "[DONE]", '{"text": "c"}'))
    stream = both.get(both.client(package).talks.events())
    assert type(stream).__name__ == ("AsyncStream" if both.awaited else "Stream")
    found = both.list(stream)
    assert [type(item) for item in found] == [package.Chunk] * 2
    assert [item.text for item in found] == ["a", "b"]
    assert asked(both) == "text/event-stream"


@pytest.mark.parametrize("name", ["text", "bare"])
def test_events_without_a_type_come_as_they_are(both: Both, package: ModuleType, name: str) -> None:
    both.server.script.append(events("hello", "[DONE]"))
    found = both.list(both.get(getattr(both.client(package).talks, name)()))
    assert [(type(event).__module__.split(".")[-1], event.data) for event in found] == [
        ("events", "hello"),
        ("events", "[DONE]"),
    ]


def test_a_schema_of_the_event_itself_says_what_its_data_are(
    both: Both, package: ModuleType
) -> None:
    both.server.script.append(events('{"text": "a"}'))
    assert both.list(both.get(both.client(package).talks.told())) == [package.Chunk(text="a")]


@pytest.mark.parametrize("kind", ["x-ndjson", "jsonl", "json-seq"])
def test_lines_become_objects(both: Both, package: ModuleType, kind: str) -> None:
    mark = "\x1e" if kind == "json-seq" else ""
    script = lines(mark + '{"text": "a"}', mark + '{"text": "b"}', kind=f"application/{kind}")
    both.server.script.append(script)
    method = getattr(both.client(package).talks, kind.replace("-", "_"))
    assert both.list(both.get(method())) == [package.Chunk(text="a"), package.Chunk(text="b")]
    assert asked(both) == f"application/{kind}"


def test_lines_that_a_server_calls_json_are_lines(both: Both, package: ModuleType) -> None:
    both.server.script.append(lines("1", '"two"', kind="application/json"))
    assert both.list(both.get(both.client(package).talks.any())) == [1, "two"]


def test_a_whole_document_in_the_place_of_events_is_an_error(
    both: Both, package: ModuleType
) -> None:
    both.server.script.append(json_reply({"text": "whole"}))
    with pytest.raises(package.DecodeError, match="application/json, not a stream"):
        both.get(both.client(package).talks.events())


def test_an_error_in_the_place_of_a_stream_is_that_error(both: Both, package: ModuleType) -> None:
    both.server.script.append(json_reply({"why": "no"}, 400))
    with pytest.raises(package.BadRequestError) as caught:
        both.get(both.client(package).talks.events())
    assert caught.value.body == {"why": "no"}


def test_a_stream_that_is_left_early_frees_its_connection(both: Both, package: ModuleType) -> None:
    closed: list[bool] = []

    def endless(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        connection.send(b'data: {"text": "a"}\n\n')
        connection.stall()
        closed.append(True)

    both.server.script += [endless, events('{"text": "z"}')]
    client = both.client(package)
    stream = both.get(client.talks.events())
    assert [item.text for item in both.list(stream, 1)] == ["a"]
    both.get(stream.aclose() if both.awaited else stream.close())
    assert [item.text for item in both.list(both.get(client.talks.events()))] == ["z"]
    assert closed


@pytest.mark.parametrize("name", ["spread", "whole", "query"])
def test_an_operation_that_answers_either_way_is_two_methods(
    both: Both, package: ModuleType, name: str
) -> None:
    both.server.script += [json_reply({"text": "whole"}), events('{"text": "a"}', "[DONE]")]
    talks = both.client(package).talks
    ask: Any = package.Ask(question="q") if name == "whole" else "q"
    assert both.get(getattr(talks, name)(ask)) == package.Whole(text="whole")
    assert asked(both) == "application/json"
    assert both.list(both.get(getattr(talks, f"{name}_stream")(ask))) == [package.Chunk(text="a")]
    assert asked(both) == "text/event-stream"
    whole, streamed = both.server.seen
    if name == "query":
        assert whole.query == [("question", "q")]
        assert streamed.query == [("question", "q"), ("stream", "true")]
    else:
        assert json.loads(whole.body) == {"question": "q"}
        assert json.loads(streamed.body) == {"question": "q", "stream": True}
    for method in (getattr(talks, name), getattr(talks, f"{name}_stream")):
        assert "stream" not in inspect.signature(method).parameters


def test_where_only_the_accept_header_chooses_there_is_nothing_else_to_send(
    both: Both, package: ModuleType
) -> None:
    both.server.script += [json_reply({"text": "whole"}), events('{"text": "a"}')]
    talks = both.client(package).talks
    assert both.get(talks.accept()).text == "whole"
    assert [item.text for item in both.list(both.get(talks.accept_stream()))] == ["a"]
    assert [seen.header("accept") for seen in both.server.seen] == [
        "application/json",
        "text/event-stream",
    ]
    assert [seen.body for seen in both.server.seen] == [b"", b""]


def test_classes_of_the_api_may_be_called_like_those_of_the_runtime(
    both: Both, package: ModuleType
) -> None:
    both.server.script.append(events('{"text": "a"}'))
    stream = both.get(both.client(package).talks.like())
    assert both.list(stream) == [package.Event(text="a")]
    assert type(stream).__module__.endswith("_runtime.streams")
    assert package.Stream(text="x").text == "x"
