"""Parameters and bodies are written as OpenAPI's style table says."""

from __future__ import annotations

import datetime
import json
import uuid
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, RootModel, SecretStr
from rebind.runtime.call import OMIT, Call, Operation, Style
from rebind.runtime.encode import (
    form_of,
    headers_of,
    json_text,
    jsonable,
    path_of,
    query_of,
    url_of,
)
from rebind.runtime.errors import RequestError
from rebind.runtime.model import ApiModel

from tests.runtime.things import Colour, Dog, Message, Pet

ARRAY = ["blue", "black", "brown"]
OBJECT = {"R": 100, "G": 200, "B": 150}


def operation(path: str = "/", **more: Any) -> Operation[None, None]:
    return Operation(id="op", method="GET", path=path, **more)


def path(value: Any, style: Style | None = None, **more: Any) -> str:
    styles = {("path", "color"): style} if style else {}
    made = path_of(Call(operation("/{color}", styles=styles), path={"color": value}), **more)
    assert made[0] == "/"
    return made[1:]


def query(value: Any, style: Style | None = None, **more: Any) -> str:
    styles = {("query", "color"): style} if style else {}
    return query_of(Call(operation(styles=styles), query={"color": value}), **more)


def header(value: Any, style: Style | None = None) -> str:
    styles = {("header", "color"): style} if style else {}
    return headers_of(Call(operation(styles=styles), headers={"color": value}))[0][1]


def cookie(value: Any, style: Style | None = None) -> str:
    styles = {("cookie", "color"): style} if style else {}
    return headers_of(Call(operation(styles=styles), cookies={"color": value}))[0][1]


S = Style


@pytest.mark.parametrize(
    ("style", "empty", "string", "array", "object_"),
    [
        (S("matrix", False), ";color", ";color=blue", ";color=blue,black,brown",
         ";color=R,100,G,200,B,150"),
        (S("matrix", True), ";color", ";color=blue", ";color=blue;color=black;color=brown",
         ";R=100;G=200;B=150"),
        (S("label", False), ".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
        (S("label", True), ".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
        (S("simple", False), None, "blue", "blue,black,brown", "R,100,G,200,B,150"),
        (S("simple", True), None, "blue", "blue,black,brown", "R=100,G=200,B=150"),
        (None, None, "blue", "blue,black,brown", "R,100,G,200,B,150"),
    ],
)  # fmt: skip
def test_the_style_table_for_paths(
    style: Style | None, empty: str | None, string: str, array: str, object_: str
) -> None:
    if empty is None:
        with pytest.raises(RequestError, match="cannot be empty"):
            path("", style)
    elif empty == ".":
        with pytest.raises(RequestError, match="names another"):
            path("", style)
    else:
        assert path("", style) == empty
    assert path("blue", style) == string
    assert path(ARRAY, style) == array
    assert path(OBJECT, style) == object_


@pytest.mark.parametrize(
    ("style", "empty", "string", "array", "object_"),
    [
        (None, "color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        (S("form", True), "color=", "color=blue", "color=blue&color=black&color=brown",
         "R=100&G=200&B=150"),
        (S("form", False), "color=", "color=blue", "color=blue,black,brown",
         "color=R,100,G,200,B,150"),
        (S("spaceDelimited", False), "color=", "color=blue", "color=blue%20black%20brown",
         "color=R%20100%20G%20200%20B%20150"),
        (S("pipeDelimited", False), "color=", "color=blue", "color=blue%7Cblack%7Cbrown",
         "color=R%7C100%7CG%7C200%7CB%7C150"),
        (S("spaceDelimited", True), "color=", "color=blue", "color=blue&color=black&color=brown",
         "R=100&G=200&B=150"),
        (S("deepObject", True), "color=", "color=blue", "color=blue&color=black&color=brown",
         "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
        (S("deepObject"), "color=", "color=blue", "color=blue&color=black&color=brown",
         "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    ],
)  # fmt: skip
def test_the_style_table_for_queries(
    style: Style | None, empty: str, string: str, array: str, object_: str
) -> None:
    assert query("", style) == empty
    assert query("blue", style) == string
    assert query(ARRAY, style) == array
    assert query(OBJECT, style) == object_
    assert query([], style) == query({}, style) == query(None, style) == query(OMIT, style) == ""


def test_the_style_table_for_headers_and_cookies() -> None:
    assert header("blue") == "blue"
    assert header(ARRAY) == "blue,black,brown"
    assert header(OBJECT) == "R,100,G,200,B,150"
    assert header(OBJECT, S("simple", True)) == "R=100,G=200,B=150"
    assert header("a b/ü") == "a b/ü"
    assert cookie("blue") == "color=blue"
    assert cookie(ARRAY, S("form", False)) == "color=blue,black,brown"
    assert cookie(OBJECT, S("form", False)) == "color=R,100,G,200,B,150"
    assert cookie(ARRAY) == "color=blue; color=black; color=brown"
    assert cookie('a;b "c",d') == "color=a%3Bb%20%22c%22%2Cd"


def test_cookies_share_a_header_with_each_other() -> None:
    call = Call(operation(), cookies={"a": 1, "b": None, "c": OMIT, "d": "x"}, headers={"z": None})
    assert headers_of(call) == [("Cookie", "a=1; d=x")]


@pytest.mark.parametrize("value", [".", "..", [".", "."][0:1]])
def test_a_path_cannot_be_climbed(value: Any) -> None:
    with pytest.raises(RequestError, match="names another"):
        path(value)
    with pytest.raises(RequestError):
        path_of(Call(operation("/a/{x}{y}/b"), path={"x": ".", "y": "."}))
    assert path_of(Call(operation("/a/x.{y}"), path={"y": "."})) == "/a/x.."
    assert path_of(Call(operation("/./{y}"), path={"y": "..."})) == "/./..."


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a/b", "a%2Fb"),
        ("a?b#c", "a%3Fb%23c"),
        ("%2e%2e", "%252e%252e"),
        ("ü 1", "%C3%BC%201"),
        ("..;/", "..%3B%2F"),
        ("a\\b", "a%5Cb"),
        (True, "true"),
        (Colour.BLUE, "blue"),
        (datetime.date(2020, 1, 2), "2020-01-02"),
        (3, "3"),
    ],
)
def test_a_value_stays_within_its_part_of_the_path(value: Any, written: str) -> None:
    assert path(value) == written


def test_none_and_what_is_missing_cannot_be_in_a_path() -> None:
    for values in ({"color": None}, {"color": OMIT}, {}):
        with pytest.raises(RequestError, match=r"^color is part of the path"):
            path_of(Call(operation("/{color}"), path=values or {"x": 1}))


def test_the_same_value_may_be_written_twice() -> None:
    assert path_of(Call(operation("/{a}/b/{a}"), path={"a": 1})) == "/1/b/1"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "True"),
        ([True, False], "True&color=False"),
        (1e22, "1e%2B22"),
        (2.0, "2.0"),
        (Colour.RED, "red"),
        ("a&b=c+d e", "a%26b%3Dc%2Bd%20e"),
        ("naïve/?", "na%C3%AFve%2F%3F"),
        (datetime.datetime(2024, 1, 2, 3, 4, 5), "2024-01-02T03%3A04%3A05"),
        (datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone.utc),
         "2024-01-02T00%3A00%3A00%2B00%3A00"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Decimal("1.10"), "1.10"),
        ((1, 2), "1&color=2"),
        ([1, None, 2], "1&color=2"),
        ([{"a": 1}, [None]], "%7B%22a%22%3A%201%7D&color=%5Bnull%5D"),
    ],
)  # fmt: skip
def test_values_of_a_query(value: Any, written: str) -> None:
    assert query(value, title=True) == f"color={written}"


def test_models_are_objects_in_a_query_too() -> None:
    assert query(Dog(kind="dog"), S("deepObject")) == "color%5Bkind%5D=dog"
    nested = {"a": {"b": [1, 2], "c": None}, "d": True}
    assert (
        query(nested, S("deepObject"))
        == "color%5Ba%5D%5Bb%5D=1&color%5Ba%5D%5Bb%5D=2&color%5Bd%5D=true"
    )


def test_reserved_characters_may_be_allowed() -> None:
    style = S(allow_reserved=True)
    assert query("/a:b?c=d@e,(f);'g'!*$", style) == "color=/a:b?c=d@e,(f);'g'!*$"
    # These would change what the query says.
    assert query("a&b#c+d[e]%", style) == "color=a%26b%23c%2Bd%5Be%5D%25"


def test_parameters_can_be_json() -> None:
    places = frozenset({("query", "color"), ("path", "color"), ("header", "color")})
    made = operation("/{color}", json_params=places)
    assert query_of(Call(made, query={"color": [1, "ü"]})) == "color=%5B1%2C%20%22%5Cu00fc%22%5D"
    assert path_of(Call(made, path={"color": {"a": 1}})) == "/%7B%22a%22%3A%201%7D"
    assert headers_of(Call(made, headers={"color": {"a": Dog(kind="dog")}})) == [
        ("color", '{"a": {"kind": "dog"}}')
    ]


def test_forms() -> None:
    made = operation(
        encodings={"meta": "application/json"}, json_unless_string=frozenset({("form", "loose")})
    )
    values = {
        "a": "x y",
        "b": True,
        "c": [1, 2],
        "d": None,
        "meta": "text",
        "loose": "text",
        "e": OMIT,
    }
    assert form_of(Call(made, form=values), title=True) == (
        b"a=x%20y&b=True&c=1&c=2&meta=%22text%22&loose=text"
    )
    assert form_of(Call(made, form={"loose": {"a": [True]}})) == (
        b"loose=%7B%22a%22%3A%20%5Btrue%5D%7D"
    )


def test_the_order_is_the_callers() -> None:
    call = Call(operation(), query={"z": 1, "a": 2, "m": 3})
    assert query_of(call) == "z=1&a=2&m=3"
    assert url_of(call, "https://h/base/") == "https://h/base/?z=1&a=2&m=3"
    assert url_of(Call(operation("/x")), "https://h") == "https://h/x"


class Size(IntEnum):
    BIG = 1024


class Words(RootModel[list[str]]):
    """Somebody else's model."""


class Theirs(BaseModel):
    """Somebody else's model."""

    some_name: int = Field(serialization_alias="someName")
    when: datetime.timedelta = datetime.timedelta(seconds=1)


class Ours(ApiModel):
    some_name: int | None = Field(default=None, alias="someName")
    inner: Any = None


class Words2(RootModel[list[str]]):
    """Ours, of one value."""


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        ({"a": OMIT, "b": None}, {"b": None}),
        ([1, OMIT, (2, 3)], [1, [2, 3]]),
        (Colour.RED, "red"),
        (Size.BIG, 1024),
        ({Colour.RED: 1, 2: 3, True: 4}, {"red": 1, "2": 3, "true": 4}),
        (datetime.datetime(2024, 1, 2, 3, 4, 5), "2024-01-02T03:04:05"),
        (datetime.time(3, 4), "03:04:00"),
        (datetime.timedelta(seconds=90, microseconds=5), "PT90.000005S"),
        (datetime.timedelta(days=-1), "-PT86400S"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Decimal(3), 3),
        (Decimal("1.5"), 1.5),
        (Decimal("0.1234567890123456789"), "0.1234567890123456789"),
        (b"\x00\xff", "AP8="),
        (bytearray(b"a"), "YQ=="),
        (SecretStr("s"), "s"),
        (Words(["a"]), ["a"]),
        (Theirs(some_name=1), {"someName": 1}),
        (Ours(some_name=None), {"someName": None}),
        (Ours(), {}),
        (Ours(someName=1, extra=[Ours(inner=Ours())]), {"someName": 1, "extra": [{"inner": {}}]}),
        (Ours(inner=OMIT), {}),
        (Message(None, "bot", doc_ids=["a"]), {"role": "bot", "docIds": ["a"]}),
        ({"a": {1}}, {"a": [1]}),
    ],
)
def test_json_of_python_values(value: Any, written: Any) -> None:
    assert jsonable(value) == written
    assert type(jsonable(value)) is type(written)
    assert json.loads(json_text(value)) == written


def test_a_subclass_is_sent_with_its_own_fields() -> None:
    class Puppy(Dog):
        weeks: int

    pet = Pet(id=1, name="x", friend=Puppy(kind="dog", weeks=3))
    assert jsonable(pet)["friend"] == {"kind": "dog", "weeks": 3}


def test_a_reply_that_deviated_can_be_sent_back_as_it_came() -> None:
    raw = {"id": "one", "name": "x", "new": {"a": None}, "owner": {"email": 3}}
    pet = Pet.model_construct()
    from rebind.runtime.salvage import Salvage

    pet = Salvage().read(Pet, raw)
    assert jsonable(pet) == raw


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
words = st.text(st.characters(codec="utf-8"), max_size=12)
singles = st.one_of(words, st.integers(), st.booleans(), st.floats(allow_nan=False))


def text(value: Any, *, title: bool = False) -> str:
    if isinstance(value, bool):
        return str(value) if title else str(value).lower()
    return str(value)


@given(st.dictionaries(names, st.one_of(st.none(), singles, st.lists(singles, max_size=4))))
def test_a_query_says_what_was_given(values: dict[str, Any]) -> None:
    written = query_of(Call(operation(), query=values))
    expected: list[tuple[str, str]] = []
    for name, value in values.items():
        items = value if isinstance(value, list) else [] if value is None else [value]
        expected += [(name, text(item)) for item in items]
    assert parse_qsl(written, keep_blank_values=True) == expected
    assert written.isascii()


@given(names, st.dictionaries(names, singles, min_size=1, max_size=4))
def test_a_deep_object_says_what_was_given(name: str, value: dict[str, Any]) -> None:
    styles = {("query", name): S("deepObject")}
    written = query_of(Call(operation(styles=styles), query={name: value}))
    assert parse_qsl(written, keep_blank_values=True) == [
        (f"{name}[{key}]", text(item)) for key, item in value.items()
    ]


@given(st.lists(words, min_size=1, max_size=4), st.sampled_from(["form", "pipeDelimited"]))
def test_joined_lists_can_be_taken_apart(values: list[str], style: Any) -> None:
    if style == "pipeDelimited":  # OpenAPI writes a pipe and the sign between values alike
        values = [value.replace("|", "") for value in values]
    written = query(values, S(style, False)).partition("=")[2]
    assert [unquote(part) for part in written.split("," if style == "form" else "%7C")] == values


@given(words)
def test_a_path_value_is_one_segment_whatever_it_is(value: str) -> None:
    call = Call(operation("/a/{x}/b"), path={"x": value})
    if value in ("", ".", ".."):
        with pytest.raises(RequestError):
            url_of(call, "https://h")
        return
    parts = urlsplit(url_of(call, "https://h"))
    assert (parts.netloc, parts.query, parts.fragment) == ("h", "", "")
    segments = parts.path.split("/")
    assert [segments[0], segments[1], segments[3]] == ["", "a", "b"]
    assert unquote(segments[2]) == value


@given(st.sampled_from(["matrix", "label", "simple"]), st.booleans(), st.lists(words, min_size=1))
def test_lists_in_a_path_are_one_segment(style: Any, explode: bool, values: list[str]) -> None:
    try:
        written = path(values, S(style, explode))
    except RequestError:
        return
    assert "/" not in written
    assert "?" not in written
    assert written.isascii()
    assert written not in (".", "..")


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), words),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    )
)
def test_json_is_what_was_given(value: Any) -> None:
    assert json.loads(json_text(value)) == value


class Strange(Enum):
    NUMBER = 3
    PAIR = (1, 2)


def test_an_enum_is_its_value_everywhere() -> None:
    assert jsonable([Strange.NUMBER, Strange.PAIR]) == [3, [1, 2]]
    assert query(Strange.NUMBER) == "color=3"
    assert query(Strange.PAIR) == "color=1&color=2"
    assert path([Strange.NUMBER]) == "3"
