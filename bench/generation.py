"""Generating from spec/, beside datamodel-codegen making the models (processor time)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from typing import Any

from bench.side_by_side import ROOT, compare, spent


def main() -> None:
    """Print the measurements."""
    with tempfile.TemporaryDirectory() as folder:
        spec = ROOT / "spec" / "openapi.yaml"
        ours = [sys.executable, "-m", "rebind.cli", "generate", str(spec), "--package", "made"]
        theirs = [sys.executable, "-m", "datamodel_code_generator", "--input", str(spec)]
        theirs += ["--input-file-type", "openapi", "--formatters", "builtin"]
        theirs += ["--output-model-type", "pydantic_v2.BaseModel"]
        quiet: dict[str, Any] = {"check": True, "cwd": folder, "capture_output": True}
        compare(
            "rebind generate / datamodel-codegen, models alone",
            spent(lambda: subprocess.run([*ours, "-o", f"{folder}/ours"], **quiet)),
            spent(lambda: subprocess.run([*theirs, "--output", f"{folder}/models.py"], **quiet)),
            5,
        )
