"""What is written as YAML is read again as it was, by readers of YAML 1.1 and of 1.2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rebind.source import parse
from rebind.upstream.writing import WIDTH, write
from ruamel.yaml import YAML

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\ufeff"), max_size=30)
TRICKY = st.sampled_from(
    ["no", "on", "null", "~", "1_000", "0o7", "1e3", "12:30", "2024-01-01", "- a", "a: b", "a #b", "?", "x?}",
     "'", '"', "{", "[a]", "a,b", "&a", "*a", "!a", "%a", "@a", "`a", "=", "<<", ".inf", "y", "0x1f", "", " a", "a ",
     "line\nline", "line\n", "\nline", "a\n\n", "a\tb", "tab\t\nx", "  a\n b", "é", "\u2028", "\x85", "a:", ":a"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | TEXT | TRICKY,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT | TRICKY, inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(TEXT | TRICKY | st.sampled_from(["properties", "paths"]), VALUES, max_size=4)
)
def test_every_reader_reads_what_was_meant(data: dict[str, Any]) -> None:
    text = write(data)
    assert yaml.safe_load(text) == data
    assert YAML(typ="safe", pure=True).load(text) == data
    found = parse(text, Path("data.yaml"))
    if data:
        assert found.value is not None, found.diagnostics
        assert found.value.data == data


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"a": {"type": "string"}}, "a: {type: string}\n"),
        ({"properties": {"a": {}}}, "properties:\n  a: {}\n"),
        ({"a": ["x" * 60, "y" * 60]}, f"a: [{'x' * 60},\n  {'y' * 60}]\n"),
        ({"a": "no"}, "a: 'no'\n"),
        ({"a": "one\ntwo\n"}, "a: |\n  one\n  two\n"),
        ({"a": "The id of the pet."}, "a: The id of the pet.\n"),
    ],
)
def test_it_reads_as_if_written_by_hand(data: Any, text: str) -> None:
    assert write(data) == text


def test_lines_are_not_too_long_where_words_allow_it() -> None:
    data = {"parameters": [{"name": f"n{i}", "description": "word " * 12 + "."} for i in range(9)]}
    assert max(map(len, write(data).splitlines())) <= WIDTH
