"""Scripts as callers of the vendor's package write them: an import changed, they do the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.compat.answers import Answers, Asked
from tests.contract.vendor import VendorMissing, python

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "generated" / "abacus_client"
SNIPPETS = sorted(path.stem for path in (HERE / "snippets").glob("*.py"))


class Run(NamedTuple):
    """What a script printed, and what it asked of the API."""

    printed: str
    asked: list[Asked]


@pytest.fixture
def answers() -> Iterator[Answers]:
    server = Answers()
    yield server
    server.close()


def run(interpreter: str, script: Path, answers: Answers, path: str = "") -> Run:
    answers.asked.clear()
    ran = subprocess.run(
        [interpreter, "-W", "ignore", str(script)],
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": path,
            "ABACUS_API_KEY": "a-key",
            "ABACUS_API_SERVER": answers.url,
            "NO_PROXY": "127.0.0.1",
        },
    )
    assert ran.returncode == 0, ran.stderr
    return Run(ran.stdout.replace(answers.url, "SERVER"), list(answers.asked))


def moved(snippet: str, folder: Path) -> Path:
    """The script after the move: nothing but the name of the package is another one."""
    text = (HERE / "snippets" / f"{snippet}.py").read_text("utf-8")
    changed = re.sub(r"^from abacusai\b", "from abacus_client.compat", text, flags=re.MULTILINE)
    assert changed != text
    script = folder / f"{snippet}.py"
    script.write_text(changed, encoding="utf-8")
    return script


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_a_script_does_the_same_when_one_import_is_changed(
    snippet: str, answers: Answers, tmp_path: Path
) -> None:
    try:
        vendor = str(python())
    except VendorMissing as missing:
        pytest.skip(str(missing))
    before = run(vendor, HERE / "snippets" / f"{snippet}.py", answers)
    after = run(sys.executable, moved(snippet, tmp_path), answers, str(PACKAGE))
    assert before.asked
    assert after.asked == before.asked
    assert after.printed == before.printed


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_a_script_runs_without_the_vendors_package(
    snippet: str, answers: Answers, tmp_path: Path
) -> None:
    ran = run(sys.executable, moved(snippet, tmp_path), answers, str(PACKAGE))
    assert ran.printed
    assert ran.asked
