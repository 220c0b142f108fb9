"""Styles against RFC 6570, by which OpenAPI defines them, and against what servers make of them.

`uritemplate` is another implementation of the RFC; what the RFC has no form for is taken apart
here, as a server would.
"""

from __future__ import annotations

import re
from typing import Any, cast
from urllib.parse import parse_qsl, unquote

import pytest
import uritemplate
from hypothesis import given
from hypothesis import strategies as st
from rebind.runtime.call import Call, Operation, Style, StyleName
from rebind.runtime.encode import form_of, headers_of, path_of, query_of
from rebind.runtime.errors import RequestError

SIGNS = {"simple": "", "label": ".", "matrix": ";", "form": "?"}

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,6}", fullmatch=True)
words = st.text(st.characters(codec="utf-8"), max_size=8)
keys = st.text(st.characters(codec="utf-8"), min_size=1, max_size=4)
# The other implementation sorts what an object holds.
objects = st.dictionaries(keys, words, min_size=1, max_size=3).map(
    lambda found: dict(sorted(found.items()))
)
values = st.one_of(words, st.lists(words, min_size=1, max_size=3), objects)


def operation(place: str, name: str, style: Style, path: str = "/") -> Operation[None, None]:
    return Operation(id="op", method="GET", path=path, styles={(place, name): style})


def expanded(style: str, explode: bool, name: str, value: Any) -> str:
    star = "*" if explode else ""
    return uritemplate.expand(f"{{{SIGNS[style]}{name}{star}}}", {name: value})


@given(st.sampled_from(["simple", "label", "matrix"]), st.booleans(), names, values)
def test_what_is_in_a_path_is_what_the_rfc_says(
    style: str, explode: bool, name: str, value: Any
) -> None:
    expected = expanded(style, explode, name, value)
    kind = Style(cast("StyleName", style), explode)
    call = Call(operation("path", name, kind, f"/{{{name}}}"), path={name: value})
    if expected in ("", ".", ".."):
        with pytest.raises(RequestError):
            path_of(call)
    else:
        assert path_of(call) == f"/{expected}"


@given(st.booleans(), names, values)
def test_what_is_in_a_query_is_what_the_rfc_says(explode: bool, name: str, value: Any) -> None:
    call = Call(operation("query", name, Style("form", explode)), query={name: value})
    assert f"?{query_of(call)}" == expanded("form", explode, name, value)
    call = Call(operation("form", name, Style("form", explode)), form={name: value})
    assert f"?{form_of(call).decode()}" == expanded("form", explode, name, value)


def delimited(value: list[str] | dict[str, str]) -> list[str]:
    return value if isinstance(value, list) else [part for pair in value.items() for part in pair]


@given(
    st.sampled_from([("spaceDelimited", "%20", " "), ("pipeDelimited", "%7C", "|")]),
    names,
    st.one_of(st.lists(words, min_size=1, max_size=3), objects),
)
def test_delimited_values_can_be_taken_apart(
    kind: tuple[StyleName, str, str], name: str, value: Any
) -> None:
    style, sign, character = kind
    parts = [part.replace(character, "") for part in delimited(value)]
    given_ = parts if isinstance(value, list) else dict(zip(parts[::2], parts[1::2], strict=True))
    written = query_of(Call(operation("query", name, Style(style, False)), query={name: given_}))
    key, _, rest = written.partition("=")
    assert key == name
    assert [unquote(part) for part in rest.split(sign)] == delimited(given_)
    assert "&" not in written


nested = st.recursive(
    words, lambda inner: st.dictionaries(keys, inner, min_size=1, max_size=3), max_leaves=6
).filter(lambda made: isinstance(made, dict))


def flat(prefix: str, value: Any) -> list[tuple[str, str]]:
    if not isinstance(value, dict):
        return [(prefix, value)]
    return [pair for key, item in value.items() for pair in flat(f"{prefix}[{key}]", item)]


@given(names, nested)
def test_a_deep_object_is_what_servers_expect(name: str, value: Any) -> None:
    written = query_of(Call(operation("query", name, Style("deepObject")), query={name: value}))
    assert parse_qsl(written, keep_blank_values=True) == flat(name, value)


@given(names, st.one_of(words, st.lists(words, min_size=1, max_size=3)))
def test_reserved_characters_that_are_allowed_change_nothing(name: str, value: Any) -> None:
    style = Style("form", True, allow_reserved=True)
    written = query_of(Call(operation("query", name, style), query={name: value}))
    items = value if isinstance(value, list) else [value]
    assert parse_qsl(written, keep_blank_values=True) == [(name, item) for item in items]
    assert not set(written) & set(" #[]%") - {"%"}


plain = st.text("abcXYZ019 -._~/:", min_size=1, max_size=6)


@given(
    st.booleans(),
    names,
    st.one_of(
        plain, st.lists(plain, min_size=1, max_size=3), st.dictionaries(plain, plain, min_size=1)
    ),
)
def test_what_is_in_a_header_is_what_the_table_says(explode: bool, name: str, value: Any) -> None:
    call = Call(operation("header", name, Style("simple", explode)), headers={name: value})
    ((header, written),) = headers_of(call)
    assert header == name
    if isinstance(value, str):
        assert written == value
    elif isinstance(value, list):
        assert written.split(",") == value
    elif explode:
        pairs = [tuple(pair.split("=")) for pair in written.split(",")]
        assert pairs == list(value.items())
    else:
        assert written.split(",") == delimited(value)


@given(st.booleans(), names, values)
def test_what_is_in_a_cookie_can_be_taken_apart(explode: bool, name: str, value: Any) -> None:
    call = Call(operation("cookie", name, Style("form", explode)), cookies={name: value})
    ((header, written),) = headers_of(call)
    assert header == "Cookie"
    pairs = [tuple(map(unquote, pair.split("=", 1))) for pair in written.split("; ")]
    if isinstance(value, str):
        assert pairs == [(name, value)]
    elif explode:
        wanted = value.items() if isinstance(value, dict) else [(name, item) for item in value]
        assert pairs == list(wanted)
    else:
        (pair,) = written.split("; ")
        assert [unquote(x) for x in pair.partition("=")[2].split(",")] == delimited(value)
    # What RFC 6265 lets a value be made of, and the commas of a list.
    octets = r"[\x21\x23-\x2b\x2c\x2d-\x3a\x3c-\x5b\x5d-\x7e]*"
    assert all(re.fullmatch(octets, pair) for pair in written.split("; "))
