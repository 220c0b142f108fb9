"""Generating the whole package from spec/, beside others on the same document (processor time)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.fresh import ROOT, scratch, spent
from bench.peers import described
from bench.race import Race, Target, race


def main() -> Iterator[Race]:
    """Measure."""
    folder = scratch()
    spec = str(ROOT / "spec" / "openapi.yaml")
    ours = [sys.executable, "-m", "rebind.cli", "generate", spec, "--package", "made"]
    models = [sys.executable, "-m", "datamodel_code_generator", "--input", str(described())]
    models += ["--input-file-type", "openapi", "--formatters", "builtin"]
    models += [
        "--output-model-type",
        "pydantic_v2.BaseModel",
        "--output",
        str(folder / "models.py"),
    ]
    other = [
        str(Path(sys.executable).with_name("openapi-python-client")),
        "generate",
        "--overwrite",
    ]
    other += ["--path", str(described()), "--meta", "none", "--output-path", str(folder / "other")]
    yield race(
        "The whole API",
        {
            "rebind generate": spent(_quiet([*ours, "-o", str(folder / "made")])),
            "openapi-python-client generate": spent(_quiet(other)),
            "datamodel-codegen, models alone": spent(_quiet(models)),
        },
        base="openapi-python-client generate",
        rounds=3,
        target=Target(10_000, "value"),
        warm=False,
    )


def _quiet(command: list[str]) -> Callable[[], object]:
    return lambda: subprocess.run(command, check=True, capture_output=True)
