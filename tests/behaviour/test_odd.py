"""A document of awkward names and odd but legal schemas becomes a package that imports and type-checks."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import BaseModel, TypeAdapter
from rebind import pipeline
from rebind.config import Config
from rebind.output import compare, write

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder = tmp_path_factory.mktemp("odd")
    files = pipeline.generate(Config(HERE / "odd.yaml", folder, "odd_names"))
    assert files.value is not None, files.diagnostics
    changes = compare(files.value, folder)
    assert changes.value is not None
    write(changes.value, folder)
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module("odd_names")
    finally:
        sys.path.remove(str(folder))


def test_every_module_imports_and_every_model_is_whole(odd: ModuleType) -> None:
    for module in pkgutil.walk_packages(odd.__path__, "odd_names."):
        importlib.import_module(module.name)
    for name in importlib.import_module("odd_names.models").__all__:
        value = getattr(odd, name)
        if inspect.isclass(value) and issubclass(value, BaseModel):
            value.model_rebuild(force=True)
        else:
            TypeAdapter(value)


def test_every_reply_has_a_type_that_can_be_read(odd: ModuleType) -> None:
    resources = importlib.import_module("odd_names.resources")
    seen = 0
    for module in pkgutil.iter_modules(resources.__path__, "odd_names.resources."):
        for value in vars(importlib.import_module(module.name)).values():
            for reply in getattr(value, "replies", {}).values():
                if getattr(reply, "type", None):
                    TypeAdapter(reply.type())
                    seen += 1
    assert seen > 5


@pytest.mark.slow
@pytest.mark.parametrize(
    "checker",
    [
        ["mypy", "--strict", "--config-file=", "--python-version=3.10"],
        [
            "basedpyright",
            "--level=error",
            "-p",
            "pyrightconfig.json",
            "--pythonpath",
            sys.executable,
        ],
    ],
    ids=lambda checker: checker[0],
)
def test_type_checkers_find_nothing(odd: ModuleType, checker: list[str]) -> None:
    folder = Path(odd.__path__[0]).parent
    (folder / "pyrightconfig.json").write_text(
        '{"typeCheckingMode": "strict", "include": ["odd_names"], "pythonVersion": "3.10"}'
    )
    where = ["odd_names"] if checker[0] == "mypy" else []
    ran = subprocess.run(
        [sys.executable, "-m", *checker, *where],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
