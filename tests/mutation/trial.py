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
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import pytest

from tests.contract.cases import all_cases, typical
from tests.contract.description import description
from tests.mutation.mutant import Area, Mutant

ROOT = Path(__file__).parents[2]
PACKAGE = "abacus_client"
TESTS = tuple(
    f"tests/contract/test_{name}.py"
    for name in ("coverage", "requests", "replies", "outcomes", "conventions", "every_operation")
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
        mutant: The mutant.
        killer: The test that failed first, or what else noticed; empty if it survived.
        seconds: How long it took.
    """

    mutant: Mutant
    killer: str
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether anything noticed."""
        return bool(self.killer)


def run(mutants: Iterable[Mutant], done: Callable[[Result], object], *, workers: int = 2) -> str:
    """Try mutants, some at a time.

    The tests are collected once; every mutant then has a process that is forked from this one. What
    noticed a change is asked again at the end without any: it tells something only if it passes.

    Args:
        mutants: What to try.
        done: Called with every result as it comes.
        workers: How many processes at a time.

    Returns:
        The name of a test that noticed a change and fails without any, too; empty if there is none.
    """
    plugin: Any = _Trials(mutants, done, workers)
    options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist"]
    # What this process has imported already has plain assertions, which is all right here.
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    os.chdir(ROOT)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = pytest.main([*options, *TESTS], plugins=[plugin])
    if not plugin.started:
        return f"pytest ended with {code!r}: {out.getvalue()}"
    return str(plugin.broken)


class _Trials:
    """A pytest plugin: runs the collected tests once per mutant."""

    def __init__(
        self, mutants: Iterable[Mutant], done: Callable[[Result], object], workers: int
    ) -> None:
        self.mutants = iter(mutants)
        self.done = done
        self.workers = workers
        self.started = False
        self.broken = ""
        self.failed = ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Run telling tests early."""
        telling = typical(all_cases())

        def rank(item: pytest.Item) -> int:
            if item.path.stem == "test_every_operation":  # many, and hardly any of what is changed
                return 3
            case = item.callspec.params.get("case") if hasattr(item, "callspec") else None
            return 0 if case is None else 1 if case in telling else 2

        items.sort(key=rank)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of the loop that runs the tests."""
        # Shared by all processes, so that none has to import it.
        import httpx  # noqa: F401
        import pydantic  # noqa: F401
        import rebind.pipeline  # noqa: F401

        assert PACKAGE not in sys.modules, "every process imports a package of its own"
        self.started = bool(session.items) and not session.testsfailed
        if not self.started:
            return True
        killers: set[str] = set()
        trials = self._next(session.items, self.workers)
        while trials:
            wait([trial.said for trial in trials], timeout=1.0)
            for trial in list(trials):
                if (killer := trial.killer()) is None:
                    continue
                assert trial.mutant is not None
                trials.remove(trial)
                killers.add(killer)
                self.done(Result(trial.mutant, killer, time.monotonic() - trial.started))
                trials += self._next(session.items, 1)
        unchanged = _Trial(self, [item for item in session.items if item.nodeid in killers], None)
        while (broken := unchanged.killer()) is None:
            wait([unchanged.said], timeout=1.0)
        self.broken = broken
        return True

    def _next(self, items: Sequence[pytest.Item], number: int) -> list[_Trial]:
        return [_Trial(self, items, mutant) for mutant in islice(self.mutants, number)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the name of the first test that fails."""
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def first_failure(self, items: Sequence[pytest.Item]) -> str:
        """Run tests until one fails, and name it."""
        for item, following in zip_longest(items, items[1:]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                break
        return self.failed


class _Trial:
    """One mutant in a process of its own."""

    def __init__(
        self, trials: _Trials, items: Sequence[pytest.Item], mutant: Mutant | None
    ) -> None:
        context = multiprocessing.get_context("fork")
        self.mutant = mutant
        self.started = time.monotonic()
        self.said, theirs = context.Pipe(duplex=False)
        self.process = context.Process(
            target=_try, args=(trials, items, mutant, theirs), daemon=True
        )
        self.process.start()
        theirs.close()

    def killer(self) -> str | None:
        """Who noticed; empty if nobody did, None while it is not known."""
        found = None
        if self.said.poll():
            try:
                found = self.said.recv()
            except EOFError:
                found = "the process died"
        elif time.monotonic() - self.started > TIMEOUT:
            self.process.kill()
            found = f"it took more than {TIMEOUT:.0f} s"
        if found is not None:
            self.process.join()
        return found


def _try(
    trials: _Trials, items: Sequence[pytest.Item], mutant: Mutant | None, out: Connection
) -> None:
    """In a process of its own: make the mutant, and say who notices: a test or the generator."""
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        out.send(_put_to_the_test(mutant, Path(folder)) or trials.first_failure(items))


def _put_to_the_test(mutant: Mutant | None, folder: Path) -> str:
    """Let the tests find a copy with the change; what the generator says if it finds it wrong."""
    area: Area = mutant.area if mutant else "spec"
    copy = folder / area
    package = copy / PACKAGE  # the tests are told the folder that holds the package
    here = package if area == "client" else copy
    shutil.copytree(FOLDERS[area], here, ignore=shutil.ignore_patterns("__pycache__"))
    if mutant:
        mutant.apply(here)
    if area == "recordings":
        os.environ["REBIND_RECORDINGS"] = str(copy)
    elif area == "client":
        os.environ["REBIND_PACKAGE_DIR"] = str(copy)
    else:
        os.environ["REBIND_SPEC"] = str(copy / "openapi.yaml")
        os.environ["REBIND_PACKAGE_DIR"] = str(folder / "client")
        description.cache_clear()
        return _generate(copy / "openapi.yaml", folder / "client")
    return ""


def _generate(spec: Path, to: Path) -> str:
    from rebind import output, pipeline
    from rebind.config import Config

    output.tidy = lambda files, _: files  # how the code is laid out is no matter to these tests
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
