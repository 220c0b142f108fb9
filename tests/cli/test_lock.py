"""`rebind.lock` tells `rebind generate --check` why a package is out of date."""

from __future__ import annotations

from pathlib import Path

import pytest
from rebind import lock

from tests.forked import rebind

from .test_generate import SPEC

SETTINGS = '[tool.rebind]\ninput = "openapi.yaml"\noutput = "out"\npackage = "pets"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "openapi.yaml").write_text(SPEC, "utf-8")
    (tmp_path / "pyproject.toml").write_text(SETTINGS, "utf-8")
    assert rebind(tmp_path, "generate").returncode == 0
    return tmp_path


def why(project: Path) -> list[str]:
    ran = rebind(project, "generate", "--check")
    assert ran.returncode == 1, ran.stdout
    return [line[4:] for line in ran.stderr.splitlines() if line.startswith("  = ")]


def test_a_package_that_is_up_to_date_has_no_reasons(project: Path) -> None:
    ran = rebind(project, "generate", "--check")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_changed_description_is_told(project: Path) -> None:
    (project / "openapi.yaml").write_text(SPEC.replace("name: {type", "age: {type"), "utf-8")
    assert why(project) == ["the description changed"]


def test_a_comment_in_the_description_changes_nothing(project: Path) -> None:
    (project / "openapi.yaml").write_text("# Pets\n" + SPEC, "utf-8")
    assert rebind(project, "generate", "--check").returncode == 0


def test_a_changed_configuration_is_told(project: Path) -> None:
    (project / "pyproject.toml").write_text(SETTINGS + 'client = "Zoo"\n', "utf-8")
    assert why(project) == ["the configuration or a hand-written module changed"]


def test_edits_by_hand_are_told_by_file(project: Path) -> None:
    errors = project / "out" / "pets" / "errors.py"
    errors.write_text(errors.read_text("utf-8") + "x = 1\n", "utf-8")
    (project / "out" / "api.md").unlink()
    assert why(project) == [
        "api.md was removed by hand",
        "pets/errors.py was edited by hand",
    ]


def test_another_generator_is_told_where_it_makes_another_package(project: Path) -> None:
    known = lock.read(project / "out")
    assert known is not None
    path = project / "out" / lock.LOCK
    path.write_text(path.read_text("utf-8").replace(known.generator, "0" * 32), "utf-8")
    assert rebind(project, "generate", "--check").returncode == 0, "the package is the same"
    client = project / "out" / "pets" / "_client.py"
    text = path.read_text("utf-8")
    client.write_text(client.read_text("utf-8") + "# older\n", "utf-8")
    older = lock.digest(client.read_text("utf-8"))
    path.write_text(text.replace(known.files["pets/_client.py"], older), "utf-8")
    assert why(project) == ["the generator changed"]


@pytest.mark.parametrize("content", [None, "", "files = 3\n", "\xff"])
def test_a_lock_that_is_missing_or_broken_is_told_and_made_anew(
    project: Path, content: str | None
) -> None:
    path = project / "out" / lock.LOCK
    path.unlink()
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    assert why(project)[0] == "there is no rebind.lock that says what the package was made of"
    assert rebind(project, "generate").returncode == 0
    assert rebind(project, "generate", "--check").returncode == 0
