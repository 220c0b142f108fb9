"""What a right request gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.mock.conftest import Api

DOCUMENT = """
    paths:
      /shown:
        get:
          responses:
            '200':
              description: ok
              content:
                application/json:
                  schema:
                    type: object
                    required: [name]
                    properties: {name: {type: string}}
                  examples:
                    wrong: {value: {name: 5}}
                    rex: {value: {name: Rex}}
                    tom: {value: {name: Tom}}
            '404':
              description: none
              content: {application/problem+json: {schema: {type: object}, example: {title: No}}}
            5XX: {description: down, content: {text/plain: {example: down}}}
      /types:
        get:
          responses:
            '200':
              description: ok
              content:
                text/csv: {example: "a,b\\n"}
                application/json: {schema: {type: array, items: {type: integer}}}
                application/xml:
                  schema:
                    type: object
                    xml: {name: pets}
                    properties:
                      pet:
                        type: array
                        items: {type: string}
                      count: {type: integer, xml: {attribute: true}}
                application/x-ndjson: {example: [{a: 1}, {a: 2}]}
                text/event-stream: {schema: {type: object, properties: {a: {type: integer}}}}
      /bytes:
        get:
          responses:
            '200':
              description: ok
              content: {application/octet-stream: {schema: {type: string, format: binary}}}
      /headers:
        get:
          responses:
            '202':
              description: ok
              headers:
                X-Rate: {required: true, schema: {type: integer, minimum: 9}}
                X-Shown: {schema: {type: string}, example: hello}
                X-Other: {schema: {type: string}}
                Content-Type: {required: true, schema: {type: string}}
      /elsewhere: {get: {responses: {'302': {description: there}}}}
      /impossible:
        get:
          responses:
            '200':
              description: ok
              content:
                application/json:
                  schema:
                    oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/A'}]
      /range:
        get:
          responses: {2XX: {description: ok, content: {'*/*': {schema: {type: integer}}}}}
      /default:
        get:
          responses: {default: {description: ok, content: {application/json: {schema: {const: 1}}}}}
    components:
      schemas: {A: {type: object, required: [a], properties: {a: {type: integer}}}}
"""


def get(api: Callable[[str], Api], path: str, **headers: str) -> Any:
    return api(DOCUMENT)("GET", path, headers=headers)


def test_the_description_s_own_example_is_shown_where_it_is_valid(
    api: Callable[[str], Api],
) -> None:
    assert get(api, "/shown").json == {"name": "Rex"}


@pytest.mark.parametrize(
    ("prefer", "status", "body"),
    [
        ("example=tom", 200, b'{"name": "Tom"}'),
        ("code=404", 404, b'{"title": "No"}'),
        ("code=503", 503, b"down"),
        ('code="404"; x=y', 404, b'{"title": "No"}'),
        ("respond-async", 200, b'{"name": "Rex"}'),
    ],
)
def test_a_request_may_choose_what_it_is_answered(
    api: Callable[[str], Api], prefer: str, status: int, body: bytes
) -> None:
    answer = get(api, "/shown", Prefer=prefer)
    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize("prefer", ["code=418", "code=x", "example=nobody"])
def test_what_is_not_described_cannot_be_chosen(api: Callable[[str], Api], prefer: str) -> None:
    answer = get(api, "/shown", Prefer=prefer)
    assert answer.status == 400
    assert answer.errors[0].startswith("header/prefer: the ")


@pytest.mark.parametrize(
    ("accept", "media_type", "body"),
    [
        ("", "application/json", b"[1]"),
        ("*/*", "application/json", b"[1]"),
        ("text/csv", "text/csv", b"a,b\n"),
        ("text/*;q=0.5, application/json;q=0.1", "text/csv", b"a,b\n"),
        ("image/png, application/x-ndjson", "application/x-ndjson", b'{"a": 1}\n{"a": 2}\n'),
        ("text/event-stream", "text/event-stream", b'data: {"a": 1}\n\n'),
    ],
)
def test_the_reply_is_of_the_type_that_the_request_likes_best(
    api: Callable[[str], Api], accept: str, media_type: str, body: bytes
) -> None:
    answer = get(api, "/types", Accept=accept)
    assert (answer.headers["content-type"], answer.body) == (media_type, body)


def test_xml_is_made_from_the_schema(api: Callable[[str], Api]) -> None:
    root = ElementTree.fromstring(get(api, "/types", Accept="application/xml").body)
    assert (root.tag, root.attrib, [child.text for child in root]) == (
        "pets", {"count": "1"}, ["string"],
    )  # fmt: skip


def test_a_type_that_there_is_not_is_refused(api: Callable[[str], Api]) -> None:
    answer = get(api, "/bytes", Accept="text/html, application/json;q=0")
    assert answer.status == 406
    assert answer.json["errors"][0]["expected"] == "application/octet-stream"


def test_other_replies_are_what_is_described(api: Callable[[str], Api]) -> None:
    assert get(api, "/bytes").body == b"string"
    answer = get(api, "/headers")
    assert (answer.status, answer.headers) == (202, {"x-rate": "9", "x-shown": "hello"})
    assert get(api, "/elsewhere").status == 302
    assert (get(api, "/range").status, get(api, "/range").json) == (200, 1)
    assert get(api, "/default").json == 1


def test_a_schema_that_nothing_satisfies_is_followed_as_far_as_it_goes(
    api: Callable[[str], Api],
) -> None:
    assert get(api, "/impossible").json == {"a": 1}
