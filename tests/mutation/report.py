"""docs/mutation-score.md: every mutant, what killed it, and why the others need not be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from tests.contract.cases import read_yaml
from tests.mutation.mutant import AREAS, Area
from tests.mutation.trial import Result

PAGE = Path(__file__).parents[2] / "docs/mutation-score.md"
EQUIVALENT = Path(__file__).with_name("equivalent.yaml")

HEAD = """\
# Do the contract tests notice?

Every small change below was made to a copy of the description, of the generated client or of the
recordings, one at a time; then the contract tests ran until one failed. A change that no test
notices has to be one that nobody can notice, and the reason is written down; any other is a gap.

```console
$ python -m tests.mutation --write          # all of it, and this page; half an hour
$ python -m tests.mutation --sample 20      # a few, the same ones every time
$ python -m tests.mutation 'verb'           # those whose line has this text
```

A change to the description is followed by generating the package anew from it. Changes are made
systematically: to every place in the documents and in what was generated that says something about
the wire, and to every part of one success and one error per operation among the recordings.
Left alone are prose (descriptions, summaries, examples, docstrings), what only type checkers read,
and the runtime, which has tests of its own.
"""

TITLES: dict[Area, str] = {
    "spec": "The description",
    "client": "The generated client",
    "recordings": "The recordings",
}


def equivalent() -> dict[str, str]:
    """The reasons why some mutants cannot be noticed, by their ids."""
    groups = read_yaml(EQUIVALENT) or []
    return {name: group["why"] for group in groups for name in group["mutants"]}


def page(results: Iterable[Result], reasons: Mapping[str, str]) -> str:
    """The text of the page."""
    found = list(results)
    lines = [HEAD, *_summary(found, reasons)]
    for area in AREAS:
        lines += _area(area, [r for r in found if r.mutant.area == area], reasons)
    return "\n".join(lines).rstrip() + "\n"


def _summary(results: list[Result], reasons: Mapping[str, str]) -> list[str]:
    lines = [
        "| what is changed | changes | noticed | cannot be noticed | gaps | score |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    rows = [(TITLES[area], [r for r in results if r.mutant.area == area]) for area in AREAS]
    for title, some in [*rows, ("**all**", results)]:
        killed = sum(r.killed for r in some)
        proven = sum(not r.killed and r.mutant.id in reasons for r in some)
        left = len(some) - killed - proven
        score = 100 * killed / (len(some) - proven) if len(some) > proven else 100.0
        lines.append(f"| {title} | {len(some)} | {killed} | {proven} | {left} | {score:.1f} % |")
    return [*lines, ""]


def _area(area: Area, results: list[Result], reasons: Mapping[str, str]) -> list[str]:
    lines = [f"## {TITLES[area]}", ""]
    kinds = Counter(r.mutant.kind for r in results)
    lines += ["Kinds: " + ", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items())) + ".", ""]
    survivors = [r for r in results if not r.killed]
    if survivors:
        lines += ["### Not noticed", ""]
        for why, some in groupby(survivors, key=lambda r: reasons.get(r.mutant.id)):
            lines += [f"{why or '**A gap.**'}", ""]
            lines += [f"- `{_place(r)}`" for r in some]
            lines.append("")
    lines += ["### Noticed", ""]
    for file, in_file in groupby((r for r in results if r.killed), key=lambda r: r.mutant.file):
        lines += [f"`{file}`", "", "| change | noticed first by |", "| --- | --- |"]
        lines += [f"| {_cell(_change(r))} | {_cell(_killer(r))} |" for r in in_file]
        lines.append("")
    return lines


def _place(result: Result) -> str:
    return result.mutant.id.split(": ", 1)[1]


def _change(result: Result) -> str:
    return f"{result.mutant.place}: {result.mutant.change}"


def _killer(result: Result) -> str:
    """The test, without its folder."""
    return result.killer.removeprefix("tests/contract/")


def _cell(text: str) -> str:
    return "`" + text.replace("|", "\\|").replace("\n", " ") + "`"
