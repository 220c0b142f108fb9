"""A diagnostic can be read, whatever the document looks like."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rebind.diagnostics import (
    Checked,
    Diagnostic,
    Place,
    closest,
    did_you_mean,
    line_starts,
    quoted,
    render,
)
from rebind.source import place_at


def at(text: str, word: str, file: str = "spec.yaml") -> Place:
    start = text.index(word)
    return place_at(file, text, start, start + len(word))


def test_a_diagnostic_shows_its_place_an_excerpt_and_a_way_out() -> None:
    text = "a: 1\nb:\n  $ref: '#/x'\n"
    found = Diagnostic("dangling-reference", "it does not exist", at(text, "'#/x'"), "write '#/y'")
    assert render([found]) == (
        "spec.yaml:3:9: error[dangling-reference]: it does not exist\n"
        "  |\n"
        "3 |   $ref: '#/x'\n"
        "  |         ^^^^^\n"
        "  = help: write '#/y'\n"
        "\n"
        "1 error; nothing was written\n"
    )


def test_diagnostics_come_in_the_order_of_the_file_and_once() -> None:
    text = "a: 1\nb: 2\nc: 3\n"
    late = Diagnostic("x", "late", at(text, "3"))
    early = Diagnostic("x", "early", at(text, "1"), severity="warning")
    printed = render([late, early, late])
    assert printed.index("early") < printed.index("late")
    assert printed.count("late") == 1
    assert printed.endswith("\n1 error, 1 warning; nothing was written\n")


def test_warnings_alone_do_not_say_that_nothing_was_written() -> None:
    warning = Diagnostic("x", "m", at("a: 1", "1"), severity="warning")
    other = Diagnostic("y", "m", at("a: 1", "1"), severity="warning")
    assert render([warning, other]).endswith("\n2 warnings\n")
    assert Checked(1, (warning,)).ok
    assert not Checked(1, (warning, Diagnostic("x", "m", at("a", "a")))).ok
    assert render([]) == ""


def test_the_line_can_come_from_a_lookup() -> None:
    found = Diagnostic("x", "m", Place(Path("a.yaml"), 2, 1))
    assert "2 | second" in render([found], {Path("a.yaml"): "first\nsecond\n"})
    assert "2 | second" in render([found], {"a.yaml": "first\nsecond\n"})
    assert "2 | second" in render([found], lambda _: "first\nsecond\n")
    assert "|" not in render([found], lambda _: None)
    assert "|" not in render([found])
    assert "|" not in render([found], {"a.yaml": "only one line"})


def test_the_caret_stands_under_wide_characters_and_tabs() -> None:
    text = "名前:\tvalue\n"
    lines = render([Diagnostic("x", "m", at(text, "value"))]).splitlines()
    assert lines[2] == "1 | 名前: value"
    assert lines[3] == "  |       ^^^^^"
    combining = "cafe\N{COMBINING ACUTE ACCENT}: no\n"
    lines = render([Diagnostic("x", "m", at(combining, "no"))]).splitlines()
    assert lines[3] == "  |       ^^"


def test_a_very_long_line_is_cut_around_the_caret() -> None:
    text = "{" + '"a": 1, ' * 100_000 + '"here": 2, ' + '"b": 3, ' * 100_000 + "}"
    lines = render([Diagnostic("x", "m", at(text, '"here"'))]).splitlines()
    assert len(lines[2]) < 130
    start = lines[3].index("^")
    assert lines[2][start : start + 6] == '"here"'
    assert lines[2][4] == lines[2][-1] == "…"


def test_a_value_of_many_lines_is_marked_at_its_beginning() -> None:
    text = "a:\n  b: 1\n  c: 2\n"
    place = place_at("x", text, 5, len(text))
    assert place.end_column is None
    assert "  |   ^\n" in render([Diagnostic("x", "m", place)])


@given(st.text(max_size=40), st.text(max_size=10), st.integers(0, 50), st.booleans())
def test_no_document_can_steer_the_terminal(
    text: str, message: str, offset: int, color: bool
) -> None:
    place = place_at("a\x1b[31m.yaml", text, min(offset, len(text)), offset + 3)
    printed = render([Diagnostic("x", message, place, message)], color=color)
    colours = ("\x1b[1m", "\x1b[1;31m", "\x1b[1;34m", "\x1b[0m")
    for sequence in colours if color else ():
        printed = printed.replace(sequence, "")
    assert all(c.isprintable() or c == "\n" for c in printed)


def test_colours_are_used_only_when_asked_for() -> None:
    found = [Diagnostic("x", "m", at("a: 1", "1"))]
    assert "\x1b[1;31merror[x]" in render(found, color=True)
    assert "\x1b" not in render(found)


def test_paths_are_shown_relative_to_the_folder_if_they_are_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = Diagnostic("x", "m", Place(tmp_path / "spec" / "a.yaml"))
    assert render([inside], root=tmp_path).startswith("spec/a.yaml:1:1: ")
    assert render([inside], root=tmp_path / "spec").startswith("a.yaml:1:1: ")
    assert render([inside], root=tmp_path / "other").startswith(f"{tmp_path}/spec/a.yaml:1:1: ")
    monkeypatch.chdir(tmp_path)
    assert render([inside]).startswith("spec/a.yaml:1:1: ")


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("Pte", ["Owner", "Pet"], "Pet"),
        ("operationID", ["operationId", "opera"], "operationId"),
        ("strng", ["string", "object"], "string"),
        ("GET", ["get", "put"], "get"),
        ("limt", ["offset", "limit"], "limit"),
        ("a", ["b", "c"], None),
        ("id", ["ix"], None),
        ("colour", ["bound", "client"], None),
        ("x" * 5000, ["x" * 5001], None),
        ("", ["a"], None),
    ],
)
def test_a_slip_is_recognised(word: str, known: list[str], meant: str | None) -> None:
    assert closest(word, known) == meant
    assert did_you_mean(word, known, "no") == (f"did you mean '{meant}'?" if meant else "no")


def test_lines_end_in_every_usual_way() -> None:
    assert line_starts("a\nb\r\nc\rd") == (0, 2, 5, 7)
    assert line_starts("a\n") == (0, 2)
    assert line_starts("") == (0,)


def test_long_quotations_are_cut() -> None:
    assert len(quoted("x" * 1000)) < 90
    assert quoted("short") == "'short'"
