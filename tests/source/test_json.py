"""JSON is read by the standard library, and every value still has a place."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rebind import source
from rebind.source import Document, Json, load, parse, step, steps

NAME = Path("openapi.json")


def codes(text: str, name: Path = NAME) -> list[str]:
    return [diagnostic.code for diagnostic in parse(text, name).diagnostics]


def test_tabs_and_other_spaces_are_no_matter() -> None:
    document = parse('\t{\t"a"\t:\r\n\t[ 1 ,\t2 ]\t}\t\n', NAME).value
    assert document is not None
    assert document.data == {"a": [1, 2]}
    place = document.place("/a/1")
    assert (place.line, place.column, place.end_column) == (2, 8, 9)


def test_json_in_a_file_of_another_name_is_json() -> None:
    for name in ("openapi.yaml", "openapi", "openapi.txt"):
        document = parse('{"a":\t"\\/"}', Path(name)).value
        assert document is not None
        assert document.data == {"a": "/"}


def test_yaml_in_a_file_called_json_is_yaml() -> None:
    document = parse("a: 1\n", NAME).value
    assert document is not None
    assert document.data == {"a": 1}


def test_yaml_may_begin_with_a_bracket() -> None:
    document = parse("{a: 1, b: no}", Path("openapi.yaml")).value
    assert document is not None
    assert document.data == {"a": 1, "b": "no"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": NaN}', "number-out-of-range"),
        ('{"a": [-Infinity]}', "number-out-of-range"),
        ('{"a": 1e999}', "number-out-of-range"),
        ('{"a": 1E999}', "number-out-of-range"),
        ('{"a": ' + "9" * 5000 + "}", "number-out-of-range"),
        ('{"a": -' + "9" * 5000 + "}", "number-out-of-range"),
        ('{"a": ' + "9" * 400 + ".5}", "number-out-of-range"),
        ('{"a": 1, "a": 2}', "duplicate-key"),
        ('{"a": 1, "\\u0061": 2}', "duplicate-key"),
        ('{"a": "\\ud800"}', "bad-character"),
        ('{"\\udc00": 1}', "bad-character"),
        ('{"a": 1,}', "syntax-error"),
        ('{"a": 1', "syntax-error"),
        ('{"a" 1}', "syntax-error"),
        ("{'a': 1}", "syntax-error"),
        ('{"a": 1} {"b": 2}', "syntax-error"),
        ('{"a": "\t"}', "syntax-error"),
        ('{"a": // no\n1}', "syntax-error"),
        ('{"a": "\\x"}', "syntax-error"),
        ("[" * 100_000, "too-deep"),
        ("[" * 150 + "]" * 150, "too-deep"),
        ('{"a":' * 100_000, "too-deep"),
        ("{" * 1000, "syntax-error"),
        ('{"a": "' + "x" * 100, "syntax-error"),
    ],
)
def test_hostile_text_is_answered_with_a_diagnostic(text: str, code: str) -> None:
    checked = parse(text, NAME)
    assert codes(text) == [code] * len(checked.diagnostics)
    assert checked.diagnostics
    assert checked.value is None


def test_pairs_of_surrogates_are_characters() -> None:
    document = parse('{"a": "\\ud83d\\ude00"}', NAME).value
    assert document is not None
    assert document.data == {"a": "\N{GRINNING FACE}"}


def test_every_fault_is_reported_at_once() -> None:
    assert codes('{"a": 1, "a": NaN, "b": 1e999}') == [
        "duplicate-key",
        "number-out-of-range",
        "number-out-of-range",
    ]


TREES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text('ab/~%:. "\\{}', max_size=5), inner, max_size=4),
    ),
    max_leaves=20,
)


def pointers(tree: Json, at: str = "") -> list[tuple[str, Json]]:
    found = [(at, tree)]
    if isinstance(tree, dict):
        for key, value in tree.items():
            found += pointers(value, at + step(key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            found += pointers(value, at + step(index))
    return found


@given(TREES, st.sampled_from([None, 0, 3]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_the_place_of_a_value_is_where_its_text_stands(
    tree: Json, indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps({"tree": tree}, indent=indent, ensure_ascii=ascii_only)
    document = parse(text, NAME).value
    assert document is not None
    assert document.data == {"tree": tree}
    for pointer, value in pointers(document.data):
        assert json.loads(document.written(pointer)) == value
        place = document.place(pointer)
        line = text.split("\n")[place.line - 1]
        first = json.dumps(value, ensure_ascii=ascii_only)[0]
        assert line[place.column - 1] == first
        if steps(pointer) and not isinstance(value, (dict, list)) and place.end_column:
            assert json.loads(line[place.column - 1 : place.end_column - 1]) == value


@given(TREES)
@settings(max_examples=100, deadline=None)
def test_json_read_as_yaml_is_the_same_at_the_same_places(tree: Json) -> None:
    text = "tree: " + json.dumps(tree, ensure_ascii=True)
    document = parse(text, NAME).value
    if document is None:  # libyaml knows no escapes of surrogate pairs, and keys of 1024 characters
        assert "\\ud" in text
        return
    assert document.data == {"tree": tree}
    for pointer, value in pointers({"tree": tree}):
        if pointer:
            assert json.loads(document.written(pointer)) == value


@given(st.text(st.characters(codec="utf-8"), max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_the_reader(text: str) -> None:
    for name in ("openapi.yaml", "openapi.json"):
        checked = parse(text, Path(name))
        assert (checked.value is None) == bool(checked.diagnostics)


@given(st.text("{}[]:,\"'-#&*!|>%@`\n\t ab01.~<\\ux", max_size=40))
@settings(max_examples=500, deadline=None)
def test_no_punctuation_breaks_the_reader(text: str) -> None:
    for name in ("openapi.yaml", "openapi.json"):
        checked = parse(text, Path(name))
        assert (checked.value is None) == bool(checked.diagnostics)


@given(st.binary(max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    text, fault = source._decode(raw)
    if fault is None:
        parse(text, NAME)
    else:
        assert fault.code == "wrong-encoding"


def test_a_pointer_that_leads_nowhere_gives_the_nearest_parent() -> None:
    document = parse('{"a": {"b": 1}}', NAME).value
    assert document is not None
    assert document.place("/a/c/d").column == document.place("/a").column == 7
    assert document.place("/a/b/9").column == 13
    assert document.place("/a/b", key=True).column == 8
    assert document.place("#/a/b").column == 13


def test_pointers_escape_slashes_and_tildes() -> None:
    assert steps("/paths/~1pets~1{id}/x~0y/~01") == ["paths", "/pets/{id}", "x~y", "~1"]
    assert step("/a~b") == "/~1a~0b"
    assert steps("") == []
    assert steps("/") == [""]
    assert steps("#/a//b") == ["a", "", "b"]


# Files


def write(path: Path, raw: bytes) -> Path:
    path.write_bytes(raw)
    return path


def load_code(path: Path) -> str:
    checked = load(path)
    assert checked.value is None
    assert not checked.ok
    return checked.diagnostics[0].code


def test_files_in_other_encodings_of_unicode_are_read(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        path = write(tmp_path / encoding, "title: Größe\n".encode(encoding))
        document = load(path).value
        assert isinstance(document, Document)
        assert document.data == {"title": "Größe"}
        assert document.place("/title").column == 8


def test_a_file_that_is_not_unicode_is_refused_at_the_byte(tmp_path: Path) -> None:
    checked = load(write(tmp_path / "a.yaml", b"a: 1\nb: Gr\xf6\xdfe\n"))
    place = checked.diagnostics[0].place
    assert checked.diagnostics[0].code == "wrong-encoding"
    assert (place.line, place.column) == (2, 6)


def test_files_that_cannot_be_read_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_code(tmp_path / "none.yaml") == "file-not-found"
    assert load_code(tmp_path / "no" / "folder.yaml") == "file-not-found"
    assert load_code(tmp_path) == "cannot-read"
    assert load_code(tmp_path / ("x" * 5000)) == "cannot-read"
    assert load_code(Path("a\0b.yaml")) in ("cannot-read", "file-not-found")
    assert load_code(write(tmp_path / "empty.yaml", b"")) == "empty-document"
    assert load_code(write(tmp_path / "space.json", b" \n\t\n")) == "empty-document"
    os.mkfifo(tmp_path / "pipe")
    assert load_code(tmp_path / "pipe") == "cannot-read"
    monkeypatch.setattr(source, "MAX_BYTES", 10)
    assert load_code(write(tmp_path / "large.yaml", b"a: " + b"x" * 20)) == "document-too-large"


def test_a_missing_file_is_looked_for_under_a_similar_name(tmp_path: Path) -> None:
    write(tmp_path / "openapi.yml", b"a: 1")
    assert load(tmp_path / "openapi.yaml").diagnostics[0].help == "did you mean 'openapi.yml'?"
