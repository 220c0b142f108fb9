"""Other people's descriptions become packages that import, and whose replies have types."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rebind import pipeline
from rebind.config import Config
from rebind.output import compare, write

CORPUS = os.environ.get("REBIND_CORPUS", "")
FILES = sorted(
    path
    for size in ("small", "medium", "large")
    for path in (Path(CORPUS) / size).glob("*")
    if CORPUS and path.suffix in (".json", ".yaml", ".yml")
)
TYPED = ("petstore", "petstore_expanded", "train_travel")

IMPORT_ALL = """
import importlib, inspect, pkgutil, sys
from pydantic import BaseModel, TypeAdapter

package = importlib.import_module(sys.argv[1])
for found in pkgutil.walk_packages(package.__path__, sys.argv[1] + "."):
    module = importlib.import_module(found.name)
    for value in list(vars(module).values()):
        if inspect.isclass(value) and issubclass(value, BaseModel) and ".models." in value.__module__:
            value.model_rebuild(force=True)
        for reply in getattr(value, "replies", {}).values() if not inspect.isclass(value) else ():
            for thunk in (getattr(reply, "type", None), getattr(reply, "async_type", None)):
                thunk and TypeAdapter(thunk())
"""


def generated(path: Path, folder: Path, name: str) -> None:
    files = pipeline.generate(Config(path, folder, name))
    assert files.value is not None, files.diagnostics[:5]
    changes = compare(files.value, folder)
    assert changes.value is not None
    write(changes.value, folder)


@pytest.mark.slow
@pytest.mark.skipif(not FILES, reason="REBIND_CORPUS names no folder of OpenAPI documents")
@pytest.mark.parametrize("path", FILES or [Path("none")], ids=lambda path: path.stem)
def test_a_description_of_others_becomes_a_package_that_imports(path: Path, tmp_path: Path) -> None:
    name = f"api_{path.stem}"
    generated(path, tmp_path, name)
    ran = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]


@pytest.mark.slow
@pytest.mark.skipif(not FILES, reason="REBIND_CORPUS names no folder of OpenAPI documents")
@pytest.mark.parametrize("stem", TYPED)
def test_packages_of_the_first_descriptions_type_check(stem: str, tmp_path: Path) -> None:
    (path,) = (path for path in FILES if path.stem == stem)
    generated(path, tmp_path, stem)
    (tmp_path / "pyrightconfig.json").write_text(
        f'{{"typeCheckingMode": "strict", "include": ["{stem}"], "pythonVersion": "3.10"}}'
    )
    for checker in (
        ["mypy", "--strict", "--config-file=", stem],
        [
            "basedpyright",
            "--level=error",
            "-p",
            "pyrightconfig.json",
            "--pythonpath",
            sys.executable,
        ],
    ):
        ran = subprocess.run(
            [sys.executable, "-m", *checker],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout
