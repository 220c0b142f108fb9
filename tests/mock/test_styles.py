"""Parameters, forms and multipart bodies as OpenAPI spells them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rebind.mock.routes import Parameter
from rebind.mock.schemas import Schemas
from rebind.mock.wire import MISSING, Reader, Unreadable, split_multipart, split_query

from tests.mock.conftest import Api

SCHEMAS = Schemas({}, "request")
READER = Reader(SCHEMAS)
NUMBERS = {"type": "array", "items": {"type": "integer"}}
TEXTS = {"type": "array", "items": {"type": "string"}}
POINT = {"type": "object", "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}}}


def query(text: str, schema: Any, style: str = "form", explode: bool = True, **more: Any) -> Any:
    read = SCHEMAS.read(schema)
    parameter = Parameter("p", "query", False, read, style, explode, json=more.pop("json", False))
    declared = frozenset({"p", *more.pop("declared", ())})
    return READER.query(parameter, split_query(text), declared)[0]


def single(text: str, schema: Any, style: str, explode: bool, place: str = "path") -> Any:
    parameter = Parameter("p", place, True, SCHEMAS.read(schema), style, explode, json=False)
    return READER.delimited(parameter, text, lambda raw: httpx.URL("/" + raw).path[1:])


@pytest.mark.parametrize(
    ("text", "schema", "value"),
    [
        ("p=5", {"type": "integer"}, 5),
        ("p=5", {"type": "string"}, "5"),
        ("p=5", {"type": ["string", "integer"]}, 5),
        ("p=5", {"anyOf": [{"type": "boolean"}, {"type": "integer"}]}, 5),
        ("p=05.50", {"type": "number"}, 5.5),
        ("p=1e3", {"type": "number"}, 1000.0),
        ("p=1e999", {"type": "number"}, "1e999"),
        ("p=1_0", {"type": "integer"}, "1_0"),
        ("p=%C2%B2", {"type": "integer"}, "²"),
        ("p=true", {"type": "boolean"}, True),
        ("p=TRUE", {"type": "boolean"}, "TRUE"),
        ("p=null", {"type": ["integer", "null"]}, None),
        ("p=", {"type": "string"}, ""),
        ("p=a+b%2Bc", {"type": "string"}, "a b+c"),
        ("p=true", {"enum": ["true", "false"]}, "true"),
        ("p=2", {"enum": [1, 2]}, 2),
        ("q=1", {"type": "string"}, MISSING),
        ("p=%FF", {"type": "string"}, "\ufffd"),
    ],
)
def test_text_becomes_what_the_schema_says(text: str, schema: Any, value: Any) -> None:
    assert query(text, schema) == value


@pytest.mark.parametrize(
    ("text", "schema", "style", "explode", "value"),
    [
        ("p=1&p=2", NUMBERS, "form", True, [1, 2]),
        ("p=1", NUMBERS, "form", True, [1]),
        ("p=1,2", NUMBERS, "form", False, [1, 2]),
        ("p=1%2C2", NUMBERS, "form", False, [1, 2]),
        ("p=a%2Cb,c", TEXTS, "form", False, ["a,b", "c"]),
        ("p=a%2Cb", TEXTS, "form", False, ["a,b"]),
        ("p=1%202", NUMBERS, "spaceDelimited", False, [1, 2]),
        ("p=1+2", NUMBERS, "spaceDelimited", False, [1, 2]),
        ("p=1|2", NUMBERS, "pipeDelimited", False, [1, 2]),
        ("p=1%7C2", NUMBERS, "pipeDelimited", False, [1, 2]),
        ("x=1&y=2&z=3", POINT, "form", True, {"x": 1, "y": 2}),
        ("p=x,1,y,2", POINT, "form", False, {"x": 1, "y": 2}),
        ("p[x]=1&p[y]=2", POINT, "deepObject", True, {"x": 1, "y": 2}),
        ("p%5Bx%5D=1", POINT, "deepObject", True, {"x": 1}),
        (
            "p[a][b]=1&p[c][]=2&p[c][]=3&p[d]=x",
            {
                "type": "object",
                "properties": {"a": {"type": "object"}, "c": NUMBERS, "d": TEXTS},
            },
            "deepObject",
            True,
            {"a": {"b": "1"}, "c": [2, 3], "d": ["x"]},
        ),
    ],
)
def test_each_style_of_a_query_is_read(
    text: str, schema: Any, style: str, explode: bool, value: Any
) -> None:
    assert query(text, schema, style, explode) == value


@pytest.mark.parametrize(
    ("text", "schema", "style", "explode", "value"),
    [
        ("5", {"type": "integer"}, "simple", False, 5),
        ("1,2", NUMBERS, "simple", False, [1, 2]),
        ("1,2", NUMBERS, "simple", True, [1, 2]),
        ("a%2Cb,c", TEXTS, "simple", False, ["a,b", "c"]),
        ("x,1,y,2", POINT, "simple", False, {"x": 1, "y": 2}),
        ("x=1,y=2", POINT, "simple", True, {"x": 1, "y": 2}),
        (".5", {"type": "integer"}, "label", False, 5),
        (".1,2", NUMBERS, "label", False, [1, 2]),
        (".1.2", NUMBERS, "label", True, [1, 2]),
        (".x,1,y,2", POINT, "label", False, {"x": 1, "y": 2}),
        (".x=1.y=2", POINT, "label", True, {"x": 1, "y": 2}),
        (";p=5", {"type": "integer"}, "matrix", False, 5),
        (";p=1,2", NUMBERS, "matrix", False, [1, 2]),
        (";p=1;p=2", NUMBERS, "matrix", True, [1, 2]),
        (";p=x,1,y,2", POINT, "matrix", False, {"x": 1, "y": 2}),
        (";x=1;y=2", POINT, "matrix", True, {"x": 1, "y": 2}),
    ],
)
def test_each_style_of_a_path_is_read(
    text: str, schema: Any, style: str, explode: bool, value: Any
) -> None:
    assert single(text, schema, style, explode) == value


def test_a_parameter_may_hold_json() -> None:
    assert query("p=" + quote('{"x": [1]}'), {"type": "object"}, json=True) == {"x": [1]}
    with pytest.raises(Unreadable, match="line 1, column 1"):
        query("p=x", {"type": "object"}, json=True)


def test_an_exploded_object_takes_no_other_parameter_s_values() -> None:
    open_ended = {"type": "object", "additionalProperties": {"type": "integer"}}
    assert query("a=1&b=2&q=3", open_ended, declared=["q"]) == {"a": 1, "b": 2}


FORMS = """
    paths:
      /form:
        post:
          requestBody:
            content:
              application/x-www-form-urlencoded:
                schema:
                  type: object
                  required: [name]
                  additionalProperties: false
                  properties:
                    name: {type: string}
                    age: {type: integer}
                    tags: {type: array, items: {type: string}}
                    point: {type: object, properties: {x: {type: integer}}}
                    member: {type: boolean}
                encoding:
                  tags: {style: form, explode: true}
          responses: {'204': {description: done}}
      /multipart:
        post:
          requestBody:
            content:
              multipart/form-data:
                schema:
                  type: object
                  required: [file]
                  properties:
                    file: {type: string, format: binary}
                    files: {type: array, items: {type: string, format: binary}}
                    meta: {type: object, required: [title], properties: {title: {type: string}}}
                    count: {type: integer}
                    picture: {type: string, format: binary}
                encoding:
                  picture: {contentType: 'image/png, image/jpeg'}
          responses: {'204': {description: done}}
"""


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("name=x&age=5&member=true&tags=a&tags=b", []),
        ("name=x&point=%7B%22x%22%3A1%7D", []),
        ("name=x&point[x]=1&tags[]=a", []),
        ("name=x&tags=%5B%22a%22%5D", []),
        ("age=5", ["body: 'name' is required"]),
        ("name=x&age=old", ['body/age: "old" is not an integer']),
        ("name=x&point[x]=a", ['body/point/x: "a" is not an integer']),
        ("name=x&nmae=y", ["body: there is no property 'nmae' (did you mean 'name'?)"]),
        ("name=a&name=b", ['body/name: ["a", "b"] is not a string']),
        ("name=\udcff", ["body: the form is not UTF-8"]),
    ],
)
def test_a_form_is_read_and_checked(
    api: Callable[[str], Api], text: str, errors: list[str]
) -> None:
    answer = api(FORMS)(
        "POST",
        "/form",
        raw=text.encode("utf-8", "surrogateescape"),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (answer.errors if answer.status != 204 else []) == errors


def sent(files: Any) -> tuple[bytes, dict[str, str]]:
    request = httpx.Request("POST", "http://x/", files=files)
    return request.read(), {"Content-Type": request.headers["content-type"]}


@pytest.mark.parametrize(
    ("files", "errors"),
    [
        ({"file": b"\x00\xff\r\n--x", "count": (None, "5")}, []),
        ([("file", b"a"), ("files", b"b"), ("files", b"c")], []),
        ({"file": b"a", "meta": (None, '{"title": "t"}', "application/json")}, []),
        ({"file": b"a", "meta": (None, '{"title": "t"}')}, []),
        ({"file": ("mail.eml", b"From: x\r\n\r\n", "message/rfc822")}, []),
        ({"file": b"a", "picture": ("p.png", b"", "image/png")}, []),
        ({"count": (None, "5")}, ["body: 'file' is required"]),
        ({"file": b"a", "count": (None, "x")}, ['body/count: "x" is not an integer']),
        ({"file": b"a", "meta": (None, "{}")}, ["body/meta: 'title' is required"]),
        (
            {"file": b"a", "meta": (None, "{", "application/json")},
            [
                "body: part 'meta': not JSON: Expecting property name enclosed in double quotes"
                " at line 1, column 2"
            ],
        ),
        (
            {"file": b"a", "picture": ("p.gif", b"", "image/gif")},
            ["body/picture: the part 'picture' has the content type 'image/gif'"],
        ),
    ],
)
def test_a_multipart_body_is_read_and_checked(
    api: Callable[[str], Api], files: Any, errors: list[str]
) -> None:
    raw, headers = sent(files)
    answer = api(FORMS)("POST", "/multipart", raw=raw, headers=headers)
    assert (answer.errors if answer.status != 204 else []) == errors


@pytest.mark.parametrize(
    ("raw", "content_type", "message"),
    [
        (b"", "multipart/form-data; boundary=x", "does not end with the boundary"),
        (b"--x\r\n", "multipart/form-data; boundary=x", "does not end with the boundary"),
        (b"--x--\r\n", "multipart/form-data", "names no boundary"),
        (b"--x\r\n\r\n\r\n--x--", "multipart/form-data; boundary=x", "has no name"),
        (b"--x\r\nA: b--x--", "multipart/form-data; boundary=x", "does not end"),
        (b"--x\r\nA: b\r\n--x--", "multipart/form-data; boundary=x", "no empty line"),
    ],
)
def test_a_broken_multipart_body_is_an_error(
    api: Callable[[str], Api], raw: bytes, content_type: str, message: str
) -> None:
    answer = api(FORMS)("POST", "/multipart", raw=raw, headers={"Content-Type": content_type})
    assert answer.status == 400
    assert message in answer.errors[0]


@given(st.lists(st.tuples(st.text(min_size=1, alphabet='abc é"\\'), st.binary()), max_size=4))
def test_every_part_comes_out_as_it_went_in(parts: list[tuple[str, bytes]]) -> None:
    raw, headers = sent([(name, ("file.bin", content)) for name, content in parts] or {"a": b""})
    boundary = headers["Content-Type"].partition("boundary=")[2]
    found = [(part.content) for part in split_multipart(raw, boundary)]
    assert found == ([content for _, content in parts] or [b""])


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4))
def test_any_query_comes_out_as_it_went_in(pairs: dict[str, str]) -> None:
    text = str(httpx.QueryParams(pairs))
    schema: Any = {"type": "string"}
    for name, value in pairs.items():
        parameter = Parameter(name, "query", False, schema, "form", True, json=False)
        assert READER.query(parameter, split_query(text), frozenset())[0] == value


@given(st.binary(max_size=200), st.sampled_from(["form", "multipart"]))
def test_no_body_is_a_crash(raw: bytes, kind: str) -> None:
    schema = SCHEMAS.read({"type": "object", "properties": {"a": NUMBERS, "p": POINT}})
    try:
        if kind == "form":
            value: Any = READER.form(raw, {}, schema)
        else:
            value = READER.multipart(b"--x\r\n" + raw + b"\r\n--x--\r\n", "x", {}, schema)[0]
    except Unreadable:
        return
    json.dumps(value)
