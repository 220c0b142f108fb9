"""YAML means what YAML 1.2 says, whatever older loaders make of it."""

from __future__ import annotations

import io
import math
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from rebind import source
from rebind.source import Document, Json, parse
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

NAME = Path("openapi.yaml")


def read(text: str) -> Json:
    checked = parse(text, NAME)
    assert checked.value is not None, checked.diagnostics
    return checked.value.data


def codes(text: str) -> list[str]:
    return [diagnostic.code for diagnostic in parse(text, NAME).diagnostics]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("tRue", "tRue"),
        ("null", None),
        ("~", None),
        ("", None),
        ("NULL", None),
        ("nUll", "nUll"),
        ("012", 12),
        ("0o14", 12),
        ("0x1F", 31),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("+1", 1),
        ("-0", 0),
        ("1e3", 1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-.5e-1", -0.05),
        ("1.5.2", "1.5.2"),
        ("12:30:45", "12:30:45"),
        ("190:20:30", "190:20:30"),
        ("2001-12-14", "2001-12-14"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
        ("=", "="),
        ("1e", "1e"),
        ("e1", "e1"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("! 12", "12"),
        ("!!str 012", "012"),
        ("!!float 1", 1.0),
        ("!!int 0x10", 16),
        ("!!null ''", None),
    ],
)
def test_a_scalar_means_what_the_core_schema_says(written: str, meant: Json) -> None:
    found = read(f"value: {written}\n")
    assert found == {"value": meant}
    assert isinstance(found, dict)
    assert type(found["value"]) is type(meant)


def test_keys_are_text_as_they_are_written() -> None:
    text = "200: a\n1.10: b\ntrue: c\nnull: d\n012: e\n~: f\n? 5\n: g\n"
    assert read(text) == {
        "200": "a",
        "1.10": "b",
        "true": "c",
        "null": "d",
        "012": "e",
        "~": "f",
        "5": "g",
    }


def test_merge_keys_take_over_what_is_not_there() -> None:
    text = """
base: &base {a: 1, b: 2}
other: &other {b: 3, c: 4}
before: {<<: *base, b: 9}
after: {b: 9, <<: *base}
several: {<<: [*base, *other]}
inline: {<<: {d: 5}}
quoted: {"<<": 1}
"""
    assert read(text) == {
        "base": {"a": 1, "b": 2},
        "other": {"b": 3, "c": 4},
        "before": {"a": 1, "b": 9},
        "after": {"a": 1, "b": 9},
        "several": {"a": 1, "b": 2, "c": 4},
        "inline": {"d": 5},
        "quoted": {"<<": 1},
    }


def test_a_merged_key_has_the_place_where_it_was_written() -> None:
    document = parse("base: &base\n  a: 1\nother:\n  <<: *base\n", NAME).value
    assert document is not None
    assert document.place("/other/a").line == 2


def test_an_alias_repeats_what_its_anchor_names() -> None:
    assert read("a: &x [1, {b: 2}]\nc: *x\n*y : 3\n".replace("*y ", "d")) == {
        "a": [1, {"b": 2}],
        "c": [1, {"b": 2}],
        "d": 3,
    }
    assert read("&k key: 1\nother: *k\n") == {"key": 1, "other": "key"}
    assert read("a: &k key\n*k : 1\n") == {"a": "key", "key": 1}


def test_block_scalars_keep_and_fold_lines() -> None:
    assert read("a: |\n  x\n  y\nb: >-\n  x\n  y\n") == {"a": "x\ny\n", "b": "x y"}


def test_carriage_returns_and_byte_order_marks_change_nothing() -> None:
    text = "a: 1\r\nb:\r\n  - x\r\n"
    checked = parse("\ufeff" + text, NAME).value
    assert checked is not None
    assert checked.data == {"a": 1, "b": ["x"]}
    assert (checked.place("/b/0").line, checked.place("/b/0").column) == (3, 5)


def test_a_version_is_read_as_it_was_written() -> None:
    document = parse("info: {version: 1.10}\nalso: &v 2.0\nagain: *v\n", NAME).value
    assert document is not None
    assert document.written("/info/version") == "1.10"
    assert document.written("/again") == "2.0"


def test_every_duplicate_key_is_reported_at_once() -> None:
    assert codes("a: 1\na: 2\nb: {c: 1, c: 2}\n") == ["duplicate-key", "duplicate-key"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000, "too-deep"),
        ("- " * 5_000 + "1", "too-deep"),
        ("{a: " * 5_000 + "}" * 5_000, "too-deep"),
        ("a: &a [*a]\n", "bad-alias"),
        ("&a [&b {c: *a}]\n", "bad-alias"),
        ("a: 1\n---\nb: 2\n", "several-documents"),
        ("a: 1\n...\n---\nb: 2\n", "several-documents"),
        ("# only a comment\n", "empty-document"),
        ("---\n...\n", ""),
        ("a: !python/object/apply:os.system [ls]\n", "bad-tag"),
        ("a: !!binary aGVsbG8=\n", "bad-tag"),
        ("a: !!set {b, c}\n", "bad-tag"),
        ("a: \x00\n", "bad-character"),
        ("? {a: 1}\n: b\n", "bad-key"),
        ("? [a]\n: b\n", "bad-key"),
        ("%YAML 3.0\n---\na: 1\n", "syntax-error"),
        ("a: b: c\n", "syntax-error"),
        ("a:\n\tb: 1\n", "syntax-error"),
        ("a: 'open\n", "syntax-error"),
        ("a: @b\n", "syntax-error"),
        (f"a: {'9' * 5000}\n", "number-out-of-range"),
        (f"a: 0x{'f' * 5000}\n", "number-out-of-range"),
        ("a: .nan\n", "number-out-of-range"),
        ("a: 1e400\n", "number-out-of-range"),
    ],
)
def test_hostile_text_is_answered_with_a_diagnostic(text: str, code: str) -> None:
    checked = parse(text, NAME)
    if not code:
        assert checked.value is not None
        assert checked.value.data is None
        return
    assert code in [diagnostic.code for diagnostic in checked.diagnostics]
    assert checked.value is None


def test_aliases_cannot_make_a_small_file_large() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 20)]
    assert codes("\n".join(lines)) == ["alias-bomb"]


def test_aliases_cannot_make_a_flat_file_deep() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 200)]
    assert codes("\n".join(lines)) == ["too-deep"]


def test_the_parser_without_libyaml_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        "a: [1, no, 012, 1e3]\nb: &x {c: 'd'}\ne: {<<: *x, f: !!str 1}\n200: |\n  text\n",
        "{a: 1, b: [2, {c: d}]}\n",
    ]
    fast = [parse(text, NAME).value for text in texts]
    monkeypatch.setattr(source, "_yaml_parser", source._pure_parser)
    for text, known in zip(texts, fast, strict=True):
        slow = parse(text, NAME).value
        assert isinstance(slow, Document)
        assert isinstance(known, Document)
        assert slow.data == known.data
        for pointer in ("", "/a", "/b", "/e/c", "/200", "/a/2"):
            for key in (False, True):
                assert slow.place(pointer, key=key) == known.place(pointer, key=key)
    assert codes("[" * 3_000) == ["too-deep"]
    assert codes("a: b: c\n") == ["syntax-error"]
    assert codes("a: \x07\n") == ["bad-character"]


# An oracle: ruamel.yaml in its YAML 1.2 mode, its timestamps turned off.


def _oracle() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    return yaml


def _ruamel(text: str) -> object:
    loaded: object = _oracle().load(io.StringIO(text))
    return loaded


WORDS = """
no yes on off true false True FALSE null Null ~ 012 0o14 0x1f 1e3 1E+3 .5 5. -.5 +12 -0 0.0 1:30 -
-- 1e 1e5e 0x 0o8 .inf -.INF .NaN + . .. 1.2.3 tRUE nULL 1,2 1:2 a:b a#b -x ?x x?
"""
TRICKY = st.one_of(
    st.sampled_from(WORDS.split()),
    st.text("0123456789+-.eExo_:~ntfNTFrualsyIiNn", min_size=1, max_size=6),
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)


@given(TRICKY)
@example("0o14")
@example("0.1e-5")
@settings(max_examples=400, deadline=None)
def test_a_plain_scalar_is_read_as_ruamel_reads_it(written: str) -> None:
    try:
        theirs = _ruamel(f"- {written}\n")
    except (YAMLError, ValueError, OverflowError):
        assume(False)
    assume(isinstance(theirs, list) and len(theirs) == 1)
    assert isinstance(theirs, list)
    value = theirs[0]
    assume(not isinstance(value, (list, dict)))
    assume("_" not in written and "0b" not in written)  # it takes numbers of YAML 1.1 there
    assume(type(value).__module__ == "builtins")  # no dates
    ours = parse(f"- {written}\n", NAME)
    if isinstance(value, float) and not math.isfinite(value):
        assert [d.code for d in ours.diagnostics] == ["number-out-of-range"]
        return
    assert ours.value is not None
    assert ours.value.data == [value]
    assert isinstance(ours.value.data, list)
    assert type(ours.value.data[0]) is type(value)


TREES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**12), 10**12),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn"))),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text("abc$/~.-_0", min_size=1, max_size=6), inner, max_size=4),
    ),
    max_leaves=20,
)


@given(TREES)
@settings(max_examples=150, deadline=None)
def test_what_ruamel_writes_is_read_back(tree: Json) -> None:
    stream = io.StringIO()
    writer = _oracle()
    writer.allow_unicode = True
    writer.default_flow_style = False
    writer.dump({"tree": tree}, stream)
    assert read(stream.getvalue()) == {"tree": tree}
