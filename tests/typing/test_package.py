"""The generated package is strictly typed throughout, and says so to those who install it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.typing.checkers import ROOT, basedpyright, differences, mypy

PACKAGE = ROOT / "generated/abacus_client/abacus_client"
FILES = sorted(PACKAGE.rglob("*.py"))


def test_mypy_strict_finds_nothing() -> None:
    found = differences(set(), mypy([PACKAGE]))
    assert found == ""


def test_basedpyright_strict_finds_nothing() -> None:
    found = differences(set(), basedpyright([PACKAGE]))
    assert found == ""


def test_type_checkers_are_told_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").exists()


# Methods of pydantic's models that are going away; the API's objects have some of these names.
OLD = re.compile(
    r"(async )?def (construct|copy|from_orm|json|parse_file|parse_obj|parse_raw|schema|schema_json"
    r"|update_forward_refs|validate)\(  # type: ignore\[override\]"
)


def _suppressions(file: Path) -> Iterator[str]:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if OLD.fullmatch(line.strip()):
            continue
        if "type: ignore" in line or "pyright:" in line:
            yield f"{file.relative_to(PACKAGE)}:{number}: {line.strip()}"


def test_nothing_that_depends_on_the_api_silences_a_type_checker() -> None:
    # What is written by hand gives its reasons where it stands.
    printed = [file for file in FILES if not {"_runtime", "extras"}.intersection(file.parts)]
    assert printed
    assert [line for file in printed for line in _suppressions(file)] == []


@pytest.mark.parametrize(
    "file",
    [file for file in FILES if file.parent.name == "resources"],
    ids=lambda file: file.stem,
)
def test_a_generated_method_is_a_docstring_and_one_statement(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.ClassDef):
            continue
        for method in node.body:
            if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
                assert ast.get_docstring(method)
                assert len(method.body) == 2, f"{node.name}.{method.name}"
