"""What is committed: nothing of one machine, no secret, no address to load packages from."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

FORBIDDEN = {
    # Where something lies on one machine.
    "a home folder": r"(?<![\w.~])/(home|root|Users)/\w",
    # Where packages come from is the business of whoever installs them.
    "a package index": r"index-url[ =]+\W?\w+:|\"resolved\": \"http",
    # A real key is 32 hexadecimal digits.
    "a key": r"(?i)api[_-]?key['\"]?\s*[:=]\s*['\"]?s?2?_?[0-9a-f]{32}\b",
}
SAMPLES = [
    ("a home folder", ["open('/ho", "me/ann/notes')"]),
    ("a package index", ["--index-u", "rl https://packages.example"]),
    ("a package index", ['"resol', 'ved": "https://packages.example/x.tgz"']),
    ("a key", ["apiK", "ey: 0123456789abcdef0123456789abcdef"]),
]


def _committed() -> list[Path]:
    if not shutil.which("git"):
        return []
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT)
    if listed.returncode:
        return []
    return [ROOT / name for name in listed.stdout.split("\0") if name]


needs_git = pytest.mark.skipif(not _committed(), reason="there is no git, or this is no checkout")


@needs_git
@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_committed_file_names(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{file.relative_to(ROOT)}: {match.group()}"
        for file in _committed()
        if file.is_file()
        for match in [pattern.search(file.read_bytes().decode("utf-8", "replace"))]
        if match
    ]
    assert found == []


@pytest.mark.parametrize(("what", "parts"), SAMPLES)
def test_it_would_be_seen(what: str, parts: list[str]) -> None:
    assert re.search(FORBIDDEN[what], "".join(parts))


@pytest.mark.parametrize(
    "name",
    ["constraints.txt", "package.json", ".npmrc", "pyproject.toml", "Makefile", ".ci/run"],
)
def test_nothing_says_where_to_load_packages_from(name: str) -> None:
    assert "://" not in (ROOT / name).read_text("utf-8")


def test_every_pin_is_one_exact_version() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert len(pins) > 50
    for pin in pins:
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; .+)?", pin), pin


@needs_git
def test_what_tools_leave_behind_is_ignored() -> None:
    run = subprocess.run(
        [*("git", "check-ignore", ".venv/", ".venv-vendor/", "node_modules/", ".cache/", "dist/")],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert len(run.stdout.split()) == 5
