"""Runs the contract tests against one mutant, in a process of its own."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.mutant import Area, Mutant
from tests.mutation.recording_mutants import chosen

ROOT = Path(__file__).parents[2]
PACKAGE = "abacus_client"
TESTS = tuple(
    f"tests/contract/test_{name}.py"
    for name in ("coverage", "requests", "replies", "outcomes", "conventions")
)
TIMEOUT = 300.0

# Where each area is, and the variable by which the contract tests find a copy of it.
FOLDERS: dict[Area, Path] = {
    "spec": ROOT / "spec",
    "client": ROOT / "generated" / PACKAGE / PACKAGE,
    "recordings": ROOT / "tests/contract/cassettes",
}


@dataclass(frozen=True)
class Result:
    """What became of a mutant.

    Attributes:
        mutant: The mutant; None where nothing was changed.
        killer: The test that failed first, or what else noticed; empty if it survived.
        seconds: How long it took.
    """

    mutant: Mutant | None
    killer: str
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether anything noticed."""
        return bool(self.killer)


@dataclass(eq=False)
class _FirstFailure:
    """A pytest plugin: keeps the name of the first test that fails, and runs telling ones early."""

    name: str = ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        telling = chosen()

        def rank(item: pytest.Item) -> int:
            if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
                if (case := item.callspec.params.get("case")) is not None:
                    return 1 if case in telling else 2
            return 3 if item.path.name == "test_conventions.py" else 0

        items.sort(key=rank)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.name:
            self.name = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.name:
            self.name = f"{report.nodeid} (cannot be loaded)"


def warm_up() -> None:
    """Import what every trial needs, so that the processes share it; never the package itself."""
    import datamodel_code_generator  # noqa: F401  (only for the import)
    import httpx  # noqa: F401
    import pydantic  # noqa: F401
    import rebind.pipeline  # noqa: F401
    import vcr  # noqa: F401

    assert PACKAGE not in sys.modules


def run(mutants: Iterable[Mutant | None], workers: int = 2) -> Iterator[Result]:
    """Try mutants, some at a time, and yield the results as they come."""
    waiting = iter(mutants)
    trials = [_Trial(mutant) for mutant in islice(waiting, workers)]
    while trials:
        wait([trial.said for trial in trials], timeout=1.0)
        for trial in list(trials):
            if (result := trial.result()) is not None:
                trials.remove(trial)
                trials += [_Trial(mutant) for mutant in islice(waiting, 1)]
                yield result


class _Trial:
    """One mutant in a process of its own."""

    def __init__(self, mutant: Mutant | None) -> None:
        # Forked, a process has everything imported already.
        context: Any = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
        self.mutant = mutant
        self.started = time.monotonic()
        self.said, theirs = context.Pipe(duplex=False)
        self.process = context.Process(target=_child, args=(mutant, theirs), daemon=True)
        self.process.start()
        theirs.close()

    def result(self) -> Result | None:
        """The result, if it is there."""
        seconds = time.monotonic() - self.started
        killer = None
        if self.said.poll():
            try:
                killer = self.said.recv()
            except EOFError:
                killer = "the process died"
        elif seconds > TIMEOUT:
            self.process.kill()
            killer = f"it took more than {TIMEOUT:.0f} s"
        if killer is None:
            return None
        self.process.join()
        return Result(self.mutant, killer, seconds)


def _child(mutant: Mutant | None, out: Connection) -> None:
    silence = io.StringIO()
    with (
        tempfile.TemporaryDirectory(prefix="mutant-") as folder,
        contextlib.redirect_stdout(silence),
        contextlib.redirect_stderr(silence),
    ):
        out.send(try_out(mutant, Path(folder)))


def try_out(mutant: Mutant | None, folder: Path) -> str:
    """Make the mutant in a folder and run the tests on it.

    Returns:
        What noticed: a test, the generator, or nothing (an empty text).
    """
    os.chdir(ROOT)
    area: Area = mutant.area if mutant else "spec"
    copy = folder / area
    if area == "client":
        # The folder that holds the package is what the tests are told.
        shutil.copytree(FOLDERS[area], copy / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copytree(FOLDERS[area], copy)
    if mutant:
        mutant.apply(copy / PACKAGE if area == "client" else copy)
    if area == "spec":
        os.environ["REBIND_SPEC"] = str(copy / "openapi.yaml")
        if problem := _generate(copy / "openapi.yaml", folder / "client"):
            return problem
        os.environ["REBIND_PACKAGE_DIR"] = str(folder / "client")
    elif area == "client":
        os.environ["REBIND_PACKAGE_DIR"] = str(copy)
    else:
        os.environ["REBIND_RECORDINGS"] = str(copy)
        # A recording is used by the tests of its case, if by any: those first.
        case = mutant.file.removesuffix(".yaml") if mutant else ""
        if case and (killer := _pytest("-k", f"[{case}")):
            return killer
    return _pytest()


def _generate(spec: Path, to: Path) -> str:
    from rebind import output, pipeline
    from rebind.config import Config

    try:
        files = pipeline.generate(Config(spec, to, PACKAGE))
    except Exception as error:
        return f"rebind generate: {type(error).__name__}"
    if files.value is None:
        codes = sorted({found.code for found in files.diagnostics if found.severity == "error"})
        return f"rebind generate: error[{', '.join(codes)}]"
    changes = output.compare(files.value, to)
    assert changes.value is not None
    output.write(changes.value, to)
    return ""


def _pytest(*arguments: str) -> str:
    """Run the contract tests until one fails, and name it."""
    plugin: Any = _FirstFailure()
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    # What this process has imported already has plain assertions, which is all right here.
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    code = pytest.main([*options, *arguments, *TESTS], plugins=[plugin])
    if plugin.name:
        return str(plugin.name)
    nothing_chosen = code == pytest.ExitCode.NO_TESTS_COLLECTED
    return "" if code == 0 or nothing_chosen else f"pytest: {code!r}"
