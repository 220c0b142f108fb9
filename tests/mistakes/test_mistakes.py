"""Every folder here is a broken document and, in `expected.txt`, what a user is told about it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from rebind import config, pipeline
from rebind.diagnostics import Diagnostic, render
from rebind.openapi import resolve
from rebind.source import load

HERE = Path(__file__).parent
CASES = sorted(path for path in HERE.iterdir() if path.is_dir() and path.name[0] not in "._")
MODULES = Path(render.__code__.co_filename).parent
UPDATE = "pytest tests/mistakes --update"


def diagnose(folder: Path) -> tuple[Diagnostic, ...]:
    """What is wrong with the document in a folder, or with how a package is made of it."""
    if (folder / "config.toml").exists():
        settings = config.read(folder / "config.toml")
        if settings.value is None:
            return settings.diagnostics
        return pipeline.generate(settings.value).diagnostics
    names = [path for path in (folder / "openapi.json", folder / "openapi.yaml") if path.exists()]
    document = load(names[0] if names else folder / "openapi.yaml")
    if document.value is None:
        return document.diagnostics
    return document.diagnostics + resolve(document.value).diagnostics


def codes_in_the_modules() -> set[str]:
    """The codes that the stages before naming can report, as their code has them."""
    found: set[str] = set()
    single = (MODULES / name for name in ("config.py", "source.py", "extras.py", "aliases.py"))
    for module in (*single, *sorted((MODULES / "openapi").glob("*.py"))):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.attr if isinstance(node.func, ast.Attribute) else None
                name = node.func.id if isinstance(node.func, ast.Name) else name
                spot = {"_refuse": 1, "_report": 1, "_chosen_twice": 1}.get(name or "", 0)
                if name in REPORTING and len(node.args) > spot:
                    code = node.args[spot]
                    if isinstance(code, ast.Constant) and code.value:
                        found.add(str(code.value))
    return found


REPORTING = {
    "report",
    "warn",
    "Fault",
    "Diagnostic",
    "_stop",
    "_refuse",
    "_report",
    "_Miss",
    "_chosen_twice",
}
CODES = codes_in_the_modules()


def code_of(case: Path) -> str | None:
    """The code that a case is about: the longest one that its name begins with."""
    fitting = [code for code in CODES if f"{case.name}-".startswith(f"{code}-")]
    return max(fitting, key=len, default=None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_mistake_is_explained(case: Path, update: bool) -> None:
    printed = render(diagnose(case), root=case)
    expected = case / "expected.txt"
    if update:
        expected.write_text(printed, encoding="utf-8", newline="\n")
    assert expected.exists(), f"nobody said what to expect; look, then run: {UPDATE}"
    assert printed == expected.read_text("utf-8"), f"if this is right now, run: {UPDATE}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_shows_the_mistake_it_is_named_for(case: Path) -> None:
    found = {diagnostic.code for diagnostic in diagnose(case)}
    code = code_of(case)
    assert code in found if code else len(found) > 3


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_diagnostic_points_at_text_that_is_there(case: Path) -> None:
    for diagnostic in diagnose(case):
        place = diagnostic.place
        if place.source is None:
            continue
        line = re.split(r"\r\n|\r|\n", place.source)[place.line - 1]
        assert place.column <= len(line) + 1
        if place.end_column is not None:
            assert place.column < place.end_column <= len(line) + 1
            assert line[place.column - 1 : place.end_column - 1].strip(" ")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_error_has_a_way_out(case: Path) -> None:
    without = [d for d in diagnose(case) if d.severity == "error" and not d.help]
    assert not without


def test_every_code_has_a_case() -> None:
    shown = {code_of(case) for case in CASES}
    assert shown - {None} == CODES - UNSHOWN


UNSHOWN = {"document-too-large", "too-many-errors", "too-many-files"}
"""Codes that take megabytes or thousands of files to show; tests/source and tests/openapi do."""
