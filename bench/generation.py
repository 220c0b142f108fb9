"""Generating the whole package from spec/, beside others on the same document."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.fresh import ROOT, largest, scratch, spent, within
from bench.peers import described
from bench.race import Race, Target, race

_OTHER = "openapi-python-client generate"
_MODELS = "datamodel-codegen, models alone"
_RESOURCE = "chat_sessions.yaml"
_SUMMARY = "summary: Rename a chat session"


def main() -> Iterator[Race]:
    """Measure."""
    ours = _Ours(scratch() / "generation")
    other, models = _others(scratch())
    ours.run()  # with byte code, as an installation has it, and a cache for the runs after a change
    yield race(
        "The whole API, from nothing, processor time",
        {
            "rebind generate": _after(ours.forget, spent(ours.run)),
            _OTHER: spent(_quiet(other)),
            _MODELS: spent(_quiet(models)),
        },
        base=_OTHER,
        rounds=3,
        target=Target(10_000, "value"),
        warm=False,
    )
    yield race(
        "Again, with nothing changed, processor time",
        {"rebind generate": spent(ours.run), _OTHER: spent(_quiet(other))},
        base=_OTHER,
        rounds=3,
        target=Target(500, "value"),
        warm=False,
    )
    yield race(
        "Again, with the summary of one operation changed, processor time",
        {"rebind generate": _after(ours.change, spent(ours.run)), _OTHER: spent(_quiet(other))},
        base=_OTHER,
        rounds=3,
        target=Target(2_000, "value"),
        warm=False,
    )
    yield race(
        "The whole API, from nothing, the most memory that a process held",
        {
            "rebind generate": _after(ours.forget, largest(ours.command, ours.environment)),
            _OTHER: largest(other),
            _MODELS: largest(models),
        },
        base=_OTHER,
        rounds=1,
        unit="MB",
        target=Target(500, "value"),
        warm=False,
    )


class _Ours:
    """Runs of `rebind generate` on a copy of the description, with a cache of their own.

    Args:
        folder: Where all of it is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.changes = 0
        shutil.copytree(ROOT / "spec", folder / "spec")
        self.resource = folder / "spec" / "resources" / _RESOURCE
        self.written = self.resource.read_text(encoding="utf-8")
        if _SUMMARY not in self.written:
            raise SystemExit(f"{_RESOURCE} has no '{_SUMMARY}' to change")
        spec = str(folder / "spec" / "openapi.yaml")
        command = [sys.executable, "-m", "rebind.cli", "generate", spec, "--package", "made"]
        self.command = [*command, "-o", str(folder / "made")]
        self.environment = {"REBIND_CACHE": str(folder / "cache")}

    def run(self) -> None:
        """Generate."""
        _quiet(self.command, self.environment)()

    def forget(self) -> None:
        """Remove what the runs before left."""
        for name in ("made", "cache"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def change(self) -> None:
        """Give one operation another summary."""
        self.changes += 1
        text = self.written.replace(_SUMMARY, f"{_SUMMARY}, {self.changes}", 1)
        self.resource.write_text(text, encoding="utf-8")


def _others(folder: Path) -> tuple[list[str], list[str]]:
    """The commands of the others: a whole client, and models."""
    given = str(described())
    tool = str(Path(sys.executable).with_name("openapi-python-client"))
    other = [tool, "generate", "--overwrite", "--path", given, "--meta", "none"]
    models = [sys.executable, "-m", "datamodel_code_generator", "--input", given]
    models += ["--input-file-type", "openapi", "--formatters", "builtin"]
    models += ["--output-model-type", "pydantic_v2.BaseModel"]
    return (
        [*other, "--output-path", str(folder / "other")],
        [*models, "--output", str(folder / "models.py")],
    )


def _after(prepare: Callable[[], None], measured: Callable[[], float]) -> Callable[[], float]:
    def both() -> float:
        prepare()
        return measured()

    return both


def _quiet(command: list[str], environment: dict[str, str] | None = None) -> Callable[[], object]:
    return lambda: subprocess.run(command, check=True, capture_output=True, env=within(environment))
