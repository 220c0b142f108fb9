"""`python -m tests.mutation`: change one thing at a time and see who notices."""

from __future__ import annotations

import argparse
import random
import sys
import time
from typing import TextIO

from tests.contract.cases import all_cases
from tests.mutation import client_mutants, recording_mutants, report, spec_mutants, trial
from tests.mutation.mutant import AREAS, Mutant, distinct
from tests.mutation.trial import FOLDERS, Result

SEED = 20261123


# What the recordings of chat sessions speak of; `seeded.py` has faults of every sort for the rest.
CLIENT = {
    *("_api.py", "errors.py", "resources/chat_sessions.py"),
    *(f"models/{name}.py" for name in ("chat_session", "chat_message", "ai_building_task")),
    "models/error_reply.py",
}
SPEC = {"openapi.yaml", "resources/chat_sessions.yaml"}
ELSEWHERE = {"x-rebind-hosts", "header-env", "part-types"}
PATHS = {f"/api/v0/{case.operation}" for case in all_cases()}
COMPONENTS = {"securitySchemes", "responses"}


def _of_chat_sessions(file: str, steps: tuple[str | int, ...]) -> bool:
    """Whether a place of the description concerns chat sessions."""
    if file not in SPEC or ELSEWHERE & set(steps):
        return False
    match steps:
        case ("paths", path, *_) if file == "openapi.yaml":
            return str(path) in PATHS
        case ("components", "schemas", name, *_):
            return name == "ErrorReply"
        case ("components", kind, *_):
            return kind in COMPONENTS
        case _:
            return True


def every_mutant() -> list[Mutant]:
    """Every mutant, always in the same order."""
    return distinct(
        [
            *spec_mutants.mutants(FOLDERS["spec"], _of_chat_sessions),
            *client_mutants.mutants(FOLDERS["client"], CLIENT.__contains__),
            *recording_mutants.mutants(FOLDERS["recordings"]),
        ]
    )


def say(line: str, out: TextIO = sys.stdout) -> None:
    """Print a line at once, also while pytest's output is held back."""
    out.write(f"{line}\n")
    out.flush()


def main(argv: list[str] | None = None) -> int:
    """The command: 0 when everything is noticed that can be."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument(
        "text", nargs="?", default="", help="only mutants with this text in their line"
    )
    parser.add_argument("--area", choices=AREAS, help="only these")
    parser.add_argument(
        "--sample", type=int, metavar="N", help="N of them, the same ones every time"
    )
    parser.add_argument(
        "--workers", type=int, default=2, metavar="N", help="how many at a time (2)"
    )
    parser.add_argument("--list", action="store_true", help="print them and try none")
    parser.add_argument("--write", action="store_true", help=f"write {report.PAGE.name}; takes all")
    arguments = parser.parse_args(argv)
    if arguments.write and (arguments.text or arguments.area or arguments.sample):
        parser.error("--write takes all mutants")
    everything = every_mutant()
    mutants = [
        mutant
        for mutant in everything
        if arguments.text in f"{mutant.kind}: {mutant.id}" and arguments.area in (None, mutant.area)
    ]
    reasons = report.equivalent()
    if stale := sorted(set(reasons) - {mutant.id for mutant in everything}):
        say("\n".join(["these are in equivalent.yaml, but there is no such mutant:", *stale]))
        return 1
    if arguments.sample:
        left = [mutant for mutant in mutants if mutant.id not in reasons]
        mutants = random.Random(SEED).sample(left, min(arguments.sample, len(left)))
    if arguments.list:
        say("\n".join(f"{mutant.kind}: {mutant.id}" for mutant in mutants))
        return 0
    return _try_all(mutants, reasons, arguments.workers, arguments.write)


def _try_all(mutants: list[Mutant], reasons: dict[str, str], workers: int, write: bool) -> int:
    started = time.monotonic()
    results: dict[str, Result] = {}

    def done(result: Result) -> None:
        name = result.mutant.id
        results[name] = result
        if result.killed:
            verdict = "noticed, though it is in equivalent.yaml" if name in reasons else "noticed"
        else:
            verdict = "cannot be noticed" if name in reasons else "NOT NOTICED"
        by = f" by {result.killer}" if result.killed else ""
        say(f"{len(results)}/{len(mutants)} {result.seconds:.1f} s  {name}: {verdict}{by}")

    if broken := trial.run(mutants, done, workers=workers):
        say(f"The tests fail without any change: {broken}")
        return 1
    killed = {name for name, result in results.items() if result.killed}
    gaps = [name for name in results if name not in killed and name not in reasons]
    wrong = sorted(killed & set(reasons))
    proven = len(results) - len(killed) - len(gaps)
    say(
        f"{len(results)} changes: {len(killed)} noticed, {proven} cannot be, {len(gaps)} gaps;"
        f" {time.monotonic() - started:.0f} s"
    )
    for title, names in (("gaps", gaps), ("noticed, though in equivalent.yaml", wrong)):
        if names:
            say("\n".join([f"{title}:", *names]))
    if write:
        report.PAGE.write_text(
            report.page([results[mutant.id] for mutant in mutants], reasons), "utf-8"
        )
        say(f"wrote {report.PAGE}")
    return int(bool(gaps or wrong))


if __name__ == "__main__":
    sys.exit(main())
