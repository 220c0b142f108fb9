"""`python -m tests.mutation`: change one thing at a time and see who notices."""

from __future__ import annotations

import argparse
import random
import sys
import time

from tests.mutation import client_mutants, recording_mutants, report, spec_mutants, trial
from tests.mutation.mutant import AREAS, Mutant, distinct
from tests.mutation.trial import FOLDERS, Result

SEED = 20261123


def every_mutant() -> list[Mutant]:
    """Every mutant, always in the same order."""
    return distinct(
        [
            *spec_mutants.mutants(FOLDERS["spec"]),
            *client_mutants.mutants(FOLDERS["client"]),
            *recording_mutants.mutants(FOLDERS["recordings"]),
        ]
    )


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


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
    trial.warm_up()
    (control,) = trial.run([None])
    if control.killed:
        say(f"The tests fail without any change: {control.killer}")
        return 1
    started = time.monotonic()
    results: dict[str, Result] = {}
    for result in trial.run(mutants, workers):
        assert result.mutant is not None
        results[result.mutant.id] = result
        known = result.mutant.id in reasons
        verdict = "noticed" if result.killed else "cannot be noticed" if known else "NOT NOTICED"
        if result.killed and known:
            verdict = "noticed, though equivalent.yaml has it"
        about = f"{len(results)}/{len(mutants)}"
        say(f"{about} {verdict}: {result.mutant.id}  [{result.killer}] {result.seconds:.1f} s")
    killed = {name for name, result in results.items() if result.killed}
    gaps = [name for name in results if name not in killed and name not in reasons]
    wrong = sorted(killed & set(reasons))
    proven = len(results) - len(killed) - len(gaps)
    say(
        f"{len(results)} changes: {len(killed)} noticed, {proven} cannot be, {len(gaps)} gaps;"
        f" {time.monotonic() - started:.0f} s"
    )
    for title, names in (("gaps", gaps), ("noticed, though equivalent.yaml has them", wrong)):
        if names:
            say("\n".join([f"{title}:", *names]))
    if write:
        ordered = [results[mutant.id] for mutant in mutants]
        report.PAGE.write_text(report.page(ordered, reasons), "utf-8")
        say(f"wrote {report.PAGE}")
    return int(bool(gaps or wrong))


if __name__ == "__main__":
    sys.exit(main())
