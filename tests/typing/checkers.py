"""What mypy and basedpyright find in a file, and what its `# E:` comments say they find.

A comment names what mypy finds, then what basedpyright finds: `# E: arg-type, reportArgumentType`.
`-` stands for a checker that sees nothing wrong on that line; `one+other` for two errors on it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

_EXPECTED = re.compile(r"# E: (\S+), (\S+)$")


class Finding(NamedTuple):
    """An error that a checker reports, or should."""

    file: str
    line: int
    code: str


def expected(files: Sequence[Path]) -> tuple[set[Finding], set[Finding]]:
    """Return what the comments in some files expect of mypy and of basedpyright."""
    both: tuple[set[Finding], set[Finding]] = (set(), set())
    for file in files:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            if "# E:" not in line:
                continue
            match = _EXPECTED.search(line)
            assert match, f"{file}:{number}: write `# E: mypy-code, pyrightRule`"
            for found, code in zip(both, match.groups(), strict=True):
                found |= {Finding(file.name, number, c) for c in code.split("+") if c != "-"}
    return both


def mypy(files: Sequence[Path], root: Path = ROOT) -> dict[Finding, str]:
    """Return what mypy --strict finds in some files, each with its message."""
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--output=json", *map(str, files)],
        capture_output=True,
        text=True,
        cwd=root,
    )
    assert run.returncode in (0, 1), run.stdout + run.stderr
    errors = [json.loads(line) for line in run.stdout.splitlines() if line]
    return {
        Finding(Path(error["file"]).name, error["line"], error["code"]): error["message"]
        for error in errors
        if error["severity"] == "error"
    }


def basedpyright(files: Sequence[Path], root: Path = ROOT) -> dict[Finding, str]:
    """Return what basedpyright finds in some files in its strict mode, each with its message."""
    run = subprocess.run(
        [
            *(sys.executable, "-m", "basedpyright", "--outputjson"),
            *("--pythonpath", sys.executable, *map(str, files)),
        ],
        capture_output=True,
        text=True,
        cwd=root,
    )
    assert run.returncode in (0, 1), run.stdout + run.stderr
    errors = json.loads(run.stdout)["generalDiagnostics"]
    return {
        Finding(
            Path(error["file"]).name, error["range"]["start"]["line"] + 1, error.get("rule", "")
        ): error["message"].partition("\n")[0]
        for error in errors
        if error["severity"] == "error"
    }


def differences(expected: set[Finding], found: dict[Finding, str]) -> str:
    """Return a line for each finding that is not expected and each expected one not found."""
    lines = [
        *(
            f"{f.file}:{f.line}: not expected: {found[f]} [{f.code}]"
            for f in found.keys() - expected
        ),
        *(f"{f.file}:{f.line}: expected, not found: {f.code}" for f in expected - found.keys()),
    ]
    return "\n".join(sorted(lines))
