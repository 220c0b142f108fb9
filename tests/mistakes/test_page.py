"""`docs/diagnostics.md` lists every code, with an example that is what a user sees."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rebind.diagnostics import Diagnostic, render

from .test_mistakes import CASES, CODES, UNSHOWN, UPDATE, code_of, diagnose

PAGE = Path(__file__).parents[2] / "docs" / "diagnostics.md"
ROW = re.compile(r"^\| `([a-z-]+)` \| ([a-z, ]*) \| (.+?) \| (.*) \|$", re.M)


def shown() -> dict[str, tuple[set[str], str]]:
    """The severities of each code in its cases, and what its first example says."""
    found: dict[str, tuple[set[str], str]] = {}
    for case in CASES:
        for diagnostic in diagnose(case):
            severities, example = found.setdefault(diagnostic.code, (set(), ""))
            severities.add(diagnostic.severity)
            if not example and diagnostic.code == code_of(case):
                found[diagnostic.code] = (severities, sentence(diagnostic))
    return found


def sentence(diagnostic: Diagnostic) -> str:
    text = diagnostic.message
    if diagnostic.help:
        text += f" ({diagnostic.help.splitlines()[0]})"
    return "`" + text.replace("|", "\\|").replace("`", "'") + "`"


def true_page(text: str) -> str:
    known = shown()

    def row(match: re.Match[str]) -> str:
        code, _, meaning, _ = match.groups()
        severities, example = known.get(code, ({"error"}, ""))
        return f"| `{code}` | {', '.join(sorted(severities))} | {meaning} | {example} |"

    return ROW.sub(row, text)


def test_the_page_shows_what_is_said(update: bool) -> None:
    text = PAGE.read_text("utf-8")
    if update:
        PAGE.write_text(true_page(text), encoding="utf-8", newline="\n")
        text = PAGE.read_text("utf-8")
    assert text == true_page(text), f"if this is right now, run: {UPDATE}"


def test_the_page_lists_every_code_once_and_no_other() -> None:
    listed = [match[1] for match in ROW.finditer(PAGE.read_text("utf-8"))]
    assert len(listed) == len(set(listed))
    assert set(listed) == CODES


@pytest.mark.parametrize("code", sorted(CODES - UNSHOWN))
def test_a_code_on_the_page_has_an_example(code: str) -> None:
    rows = {match[1]: match for match in ROW.finditer(PAGE.read_text("utf-8"))}
    assert len(rows[code][3]) > 10
    assert rows[code][4].startswith("`")


def test_the_example_at_the_top_is_real() -> None:
    block = re.search(r"^```text\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    assert block is not None
    case = next(case for case in CASES if case.name == "dangling-reference-small")
    assert block[1] == render(diagnose(case), root=case)
