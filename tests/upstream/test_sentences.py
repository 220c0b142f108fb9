"""The description's sentences are our own: the vendor's are in none of its files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from rebind.upstream import archive, document, reading
from rebind.upstream.archive import Sources

ROOT = Path(__file__).parents[2]
RUN = 7
"""So many words in a row are no coincidence."""
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@pytest.fixture(scope="module")
def sources(installed: Path) -> Sources:
    found = archive.read(installed)
    assert found.value is not None
    return found.value


def docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node) is not None:
            first = node.body[0]
            assert isinstance(first, ast.Expr)
            assert isinstance(first.value, ast.Constant)
            yield first.value


def without_prose(text: str) -> str:
    """The module with nothing left of its documentation but the types, and the word `deprecated`."""
    tree = ast.parse(text)
    for constant in docstrings(tree):
        lines: list[str] = []
        for number, line in enumerate(str(constant.value).splitlines()):
            typed = re.match(r"\s*\w+\s*\([^\n]*?\)\s*:", line)
            late = " deprecated" if re.search(r"\bdeprecated\b", line, re.IGNORECASE) else ""
            first = re.match(r"\W*deprecated\b", line, re.IGNORECASE) if number < 2 else None
            lines.append(typed[0] + late if typed else "deprecated" if first else "")
        constant.value = "\n".join(lines)
    return ast.unparse(tree)


def described(sources: Sources) -> Any:
    sdk = reading.read(sources)
    assert sdk.value is not None
    return document.describe(sdk.value).data


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def runs(text: str) -> Iterator[tuple[str, ...]]:
    found = words(text)
    return (tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1))


def texts(data: Any) -> Iterator[str]:
    for value in data.values() if isinstance(data, dict) else data:
        if isinstance(value, dict | list):
            yield from texts(value)
        elif isinstance(value, str):
            yield value


def test_the_description_is_the_same_without_the_vendor_s_sentences(sources: Sources) -> None:
    silent = {name: without_prose(text) for name, text in sources.files.items()}
    assert sum(map(len, silent.values())) < 0.8 * sum(map(len, sources.files.values()))
    assert described(replace(sources, files=silent)) == described(sources)


def test_what_people_wrote_has_no_run_of_the_vendor_s_words(sources: Sources) -> None:
    theirs = {
        run
        for text in sources.files.values()
        for constant in docstrings(ast.parse(text))
        for run in runs(str(constant.value))
    }
    assert len(theirs) > 20_000
    ours = yaml.safe_load((ROOT / "spec/overlay.yaml").read_text("utf-8"))
    assert [text for text in texts(ours) if any(run in theirs for run in runs(text))] == []
    assert any(run in theirs for run in runs("Unique string identifier of the version after which the list starts."))  # fmt: skip
