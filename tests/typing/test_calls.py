"""Calls that must type-check do; those that must not do not, on exactly the lines that say so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.typing.checkers import Finding, basedpyright, differences, expected, mypy

CALLS = sorted((Path(__file__).parent / "calls").glob("*.py"))

STRAY = """\
def double(number: int) -> int:
    return 2 * number


double("one")  # E: arg-type, reportArgumentType
double("two")
double(3)  # E: arg-type, reportArgumentType
double(4) == 8  # E: -, reportUnusedExpression
"""


def only(files: Sequence[Path], found: dict[Finding, str]) -> dict[Finding, str]:
    """Leave out what a checker says of the package itself; test_package.py looks at that."""
    names = {file.name for file in files}
    return {finding: message for finding, message in found.items() if finding.file in names}


def test_mypy_agrees_with_the_comments() -> None:
    found = differences(expected(CALLS)[0], only(CALLS, mypy(CALLS)))
    assert found == ""


def test_basedpyright_agrees_with_the_comments() -> None:
    found = differences(expected(CALLS)[1], only(CALLS, basedpyright(CALLS)))
    assert found == ""


@pytest.mark.parametrize("file", CALLS, ids=lambda file: file.stem)
def test_there_are_calls_that_must_not_type_check(file: Path) -> None:
    assert all(expected([file]))


@pytest.mark.parametrize(("checker", "which"), [(mypy, 0), (basedpyright, 1)])
def test_a_comment_that_is_wrong_is_seen(
    tmp_path: Path, checker: Callable[[Sequence[Path]], dict[Finding, str]], which: int
) -> None:
    file = tmp_path / "stray.py"
    file.write_text(STRAY, "utf-8")
    sentences = differences(expected([file])[which], checker([file]))
    unexpected, missing = sentences.splitlines()
    assert unexpected.startswith("stray.py:6: not expected: ")
    assert missing.startswith("stray.py:7: expected, not found: ")
