"""`rebind release`, as somebody runs it, and the versions that it chooses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tomllib
from rebind.changes import compare
from rebind.changes.release import next_version

from tests.forked import rebind

from .conftest import Take
from .test_diff import RENAMED, SHOP, git

SETTINGS = """\
[project]
name = "x"          # kept as it is
version = "9.9.9"

[tool.rebind]
input = "spec/openapi.yaml"
output = "out"
package = "shop"
version = "1.4.2"   # stamped

[tool.other]
version = "7"
"""
MORE = SHOP.replace("enum: [red, green, blue]", "enum: [red, green, blue, black]")
WORDS = SHOP.replace("description: A thing to sell.", "description: Something to sell.")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "spec").mkdir()
    (tmp_path / "spec" / "openapi.yaml").write_text(SHOP, "utf-8")
    (tmp_path / "pyproject.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## [Unreleased]\n\n- Soon.\n\n## shop 1.4.2 - 2020-01-01\n\nOld.\n", "utf-8"
    )
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
    git(tmp_path, "tag", "v1.4.2")
    return tmp_path


def changed(project: Path, text: str) -> None:
    (project / "spec" / "openapi.yaml").write_text(text, "utf-8")


def snapshot(project: Path) -> dict[str, bytes]:
    paths = [p for p in project.rglob("*") if p.is_file() and ".git" not in p.parts]
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.parametrize(
    ("text", "version"), [(RENAMED, "2.0.0"), (MORE, "1.5.0"), (WORDS, "1.4.3")]
)
def test_the_version_follows_from_what_changed(project: Path, text: str, version: str) -> None:
    changed(project, text)
    ran = rebind(project, "release")
    assert ran.returncode == 0, ran.stderr
    assert f"shop 1.4.2 -> {version}: 1 " in ran.stdout
    settings = (project / "pyproject.toml").read_text("utf-8")
    assert settings == SETTINGS.replace('"1.4.2"   # stamped', f'"{version}"   # stamped')
    made = tomllib.loads((project / "out" / "pyproject.toml").read_text("utf-8"))
    assert made["project"]["version"] == version
    changelog = (project / "CHANGELOG.md").read_text("utf-8")
    assert changelog.index("Soon.") < changelog.index(f"## shop {version} - ")
    assert changelog.index(f"## shop {version} - ") < changelog.index("## shop 1.4.2")
    assert rebind(project, "generate", "--check").returncode == 0


def test_the_changelog_says_what_a_caller_must_do(project: Path) -> None:
    changed(project, RENAMED)
    rebind(project, "release")
    changelog = (project / "CHANGELOG.md").read_text("utf-8")
    assert "### Breaking" in changelog
    assert "`items.get` is now `items.find`. Call it by its new name." in changelog


def test_a_dry_run_writes_nothing(project: Path) -> None:
    changed(project, RENAMED)
    before = snapshot(project)
    ran = rebind(project, "release", "--dry-run")
    assert ran.returncode == 0
    assert "`items.get` is now `items.find`" in ran.stdout
    assert "shop 1.4.2 -> 2.0.0" in ran.stdout
    assert snapshot(project) == before


def test_what_was_released_can_be_named(project: Path) -> None:
    git(project, "tag", "-d", "v1.4.2")
    changed(project, MORE)
    ran = rebind(project, "release")
    assert ran.returncode == 2
    assert "pyproject.toml:9:" in ran.stderr
    assert "error[no-release]: git has no tag of 1.4.2" in ran.stderr
    assert "1.4.2 -> 1.5.0" in rebind(project, "release", "HEAD:spec/").stdout


def test_the_first_release_has_the_version_that_is_configured(project: Path) -> None:
    ran = rebind(project, "release", "--first")
    assert "shop 1.4.2 -> 1.4.2: the first release" in ran.stdout
    assert "The first release." in (project / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "nothing changed since 1.4.2"),
        (("--version", "1.4.2"), "1.4.2 does not come after 1.4.2"),
        (("--version", "two"), "the version 'two' is not MAJOR.MINOR.PATCH"),
    ],
)
def test_what_makes_no_release_is_refused(project: Path, words: tuple[str, ...], said: str) -> None:
    before = snapshot(project)
    ran = rebind(project, "release", *words)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert snapshot(project) == before


def test_a_release_that_cannot_be_written_leaves_everything_as_it_was(project: Path) -> None:
    changed(project, RENAMED)
    (project / "out" / "shop").mkdir(parents=True)
    (project / "out" / "shop" / "errors.py").write_text("mine = 1\n", "utf-8")
    before = snapshot(project)
    ran = rebind(project, "release")
    assert ran.returncode == 2
    assert "error[in-the-way]" in ran.stderr
    assert snapshot(project) == before


def test_a_write_that_fails_is_undone(project: Path) -> None:
    changed(project, RENAMED)
    before = snapshot(project)
    script = (
        "import rebind.output, rebind.cli, sys\n"
        "def full(*_):\n    raise OSError(28, 'No space left on device')\n"
        "rebind.output.write = full\n"
        "sys.exit(rebind.cli.main(['release']))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert "No space left on device" in ran.stderr
    assert snapshot(project) == before


@pytest.mark.parametrize(
    ("current", "text", "version"),
    [
        ("0.3.1", RENAMED, "0.4.0"),
        ("0.3.1", MORE, "0.3.2"),
        ("0.3.1", WORDS, "0.3.2"),
        ("2.0.9", MORE, "2.1.0"),
        ("2.0.9", RENAMED, "3.0.0"),
        ("2.0.9", SHOP, None),
    ],
)
def test_before_1_0_everything_moves_one_place_right(
    current: str, text: str, version: str | None, take: Take, shop: dict[str, Any], tmp_path: Path
) -> None:
    import json

    from rebind import source

    (tmp_path / "openapi.yaml").write_text(text, "utf-8")
    loaded = source.load(tmp_path / "openapi.yaml").value
    assert loaded is not None
    old, new = take(shop), take(json.loads(json.dumps(loaded.data)))
    assert old is not None
    assert new is not None
    assert next_version(current, compare(old, new)) == version
