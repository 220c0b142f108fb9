"""A small SDK of our own, in the form that the vendor's has, and the vendor's own where it is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from rebind.upstream import archive, reading
from rebind.upstream.sdk import Sdk

HERE = Path(__file__).parent
ZOO = HERE / "zoo"
ROOT = HERE.parents[1]


def packed(folder: Path, to: Path, name: str = "zoosdk-2.3.4") -> Path:
    """A source distribution of a folder."""
    path = to / f"{name}.tar.gz"
    with tarfile.open(path, "w:gz") as made:
        made.add(folder, arcname=name, filter=lambda m: None if "__pycache__" in m.name else m)
    return path


def read(path: Path) -> Sdk:
    """What an SDK says."""
    sources = archive.read(path)
    assert sources.value is not None, sources.diagnostics
    sdk = reading.read(sources.value)
    assert sdk.value is not None, sdk.diagnostics
    return sdk.value


@pytest.fixture(scope="session")
def zoo() -> Sdk:
    return read(ZOO)


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """A copy of the small SDK in which a text is another one."""

    def change(file: str, *pairs: tuple[str, str]) -> Path:
        folder = tmp_path / "zoo"
        if not folder.exists():
            shutil.copytree(ZOO, folder, ignore=shutil.ignore_patterns("__pycache__"))
        path = folder / "zoosdk" / file
        text = path.read_text("utf-8")
        for before, after in pairs:
            assert before in text
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")
        return folder

    return change


@pytest.fixture(scope="session")
def installed() -> Path:
    """The folder of the vendor's SDK, found without importing it."""
    python = Path(os.environ.get("REBIND_VENDOR_PYTHON") or ROOT / ".venv-vendor/bin/python")
    if not python.exists():
        if "CI" in os.environ:
            pytest.fail("the vendor's SDK is not installed; `make .venv-vendor/.ready` does it")
        pytest.skip("the vendor's SDK is not installed; `make .venv-vendor/.ready` does it")
    code = (
        "import importlib.util as u; print(u.find_spec('abacusai').submodule_search_locations[0])"
    )
    ran = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=True)
    return Path(ran.stdout.strip())


@pytest.fixture(scope="session")
def abacus(installed: Path) -> Sdk:
    return read(installed)
