"""Golden packages: what the generator prints, type-checked, and run as `run.py` says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rebind import config, pipeline
from rebind.config import Config
from rebind.output import Change, compare, write

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/openapi.yaml"))
RUNTIME = "/_runtime/"


def generated(case: str) -> dict[str, str]:
    file = HERE / case / "pyproject.toml"
    known = config.read(file).value if file.exists() else None
    result = pipeline.generate(known or Config(HERE / case / "openapi.yaml", Path(), case))
    assert result.value is not None, result.diagnostics
    return result.value


@pytest.mark.parametrize("case", CASES)
def test_the_generator_prints_the_golden_package(case: str, update: bool) -> None:
    files = {path: text for path, text in generated(case).items() if RUNTIME not in path}
    golden = HERE / case / "golden"
    if update:
        shutil.rmtree(golden, ignore_errors=True)
    found = {
        path.relative_to(golden).as_posix(): path.read_bytes().decode()
        for path in golden.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    changes = [
        Change(path, found.get(path), files.get(path))
        for path in sorted({*files, *found})
        if found.get(path) != files.get(path)
    ]
    if update:
        write(changes, golden)
        return
    shown = "".join(change.diff() for change in changes)
    assert not changes, f"update with: pytest tests/cases --update\n{shown[:4000]}"


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All packages in one folder, whole."""
    folder = tmp_path_factory.mktemp("cases")
    for case in CASES:
        changes = compare(generated(case), folder / case)
        assert changes.value is not None
        write(changes.value, folder / case)
        shutil.copytree(folder / case / case, folder / "all" / case)
        shutil.copy(HERE / case / "run.py", folder / "all" / f"run_{case}.py")
    return folder / "all"


@pytest.mark.parametrize("case", CASES)
def test_a_golden_package_does_what_its_script_says(case: str, packages: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error", packages / f"run_{case}.py"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(packages)},
    )
    assert ran.returncode == 0, ran.stderr


def test_golden_packages_and_their_scripts_are_clean_under_mypy_strict(packages: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-version=3.10", "."],
        cwd=packages,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_golden_packages_and_their_scripts_are_clean_under_pyright_strict(packages: Path) -> None:
    (packages / "pyrightconfig.json").write_text(
        '{"typeCheckingMode": "strict", "include": ["."], "pythonVersion": "3.10"}'
    )
    command = [sys.executable, "-m", "basedpyright", "--level", "error", "--pythonpath"]
    ran = subprocess.run(
        [*command, sys.executable, "-p", str(packages)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


def test_generating_twice_changes_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        changes = compare(generated(CASES[0]), tmp_path)
        assert changes.value is not None
        write(changes.value, tmp_path)
    assert changes.value == []


@pytest.mark.parametrize("seed", ["0", "1", "12345"])
def test_output_does_not_depend_on_hashing_or_the_working_folder(seed: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "rebind.cli", "generate", str(HERE / "bound" / "openapi.yaml")]
    subprocess.run(
        [*command, "-o", "out", "--package", "bound"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        env={"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo"},
    )
    changes = compare(generated("bound"), tmp_path / "out")
    assert changes.value == []
