"""Several ways to do one thing, measured in turn, A B C A B C ..., and compared round by round."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Target:
    """What ours may take at most.

    Args:
        most: How much.
        of: Of what: of the ratio to the base, of the difference to it, or of our own figure.
    """

    most: float
    of: Literal["ratio", "more", "value"] = "ratio"


@dataclass(frozen=True)
class Row:
    """One contender: its median, and its ratio to the base, median and range."""

    name: str
    median: float
    ratio: tuple[float, float, float]


@dataclass(frozen=True)
class Race:
    """What came out; the first row is ours."""

    title: str
    unit: str
    base: str
    rows: tuple[Row, ...]
    rounds: int
    target: Target | None = None

    @property
    def verdict(self) -> str:
        """The target, and whether it is met; "" where there is none."""
        if self.target is None:
            return ""
        ours = self.rows[0]
        base = next(row for row in self.rows if row.name == self.base)
        most = f"{self.target.most:g}"
        if self.target.of == "ratio":
            value, text = ours.ratio[0], f"at most {most} x {self.base}"
        elif self.target.of == "more":
            value = ours.median - base.median
            text = f"at most {most} {self.unit} more than {self.base}"
        else:
            value, text = ours.median, f"at most {most} {self.unit}"
        if value <= self.target.most:
            return f"{text}: met"
        shown = f"{value:.2f} x" if self.target.of == "ratio" else f"{value:.1f} {self.unit}"
        return f"{text}: missed, {shown}"

    def text(self) -> str:
        """The result for a terminal."""
        width = max(46, *(len(row.name) for row in self.rows))
        lines = [f"  {self.title} ({self.rounds} rounds)"]
        for row in self.rows:
            line = f"    {row.name:{width}} {row.median:10.2f} {self.unit}"
            lines.append(line + ("" if row.name == self.base else f"   {_ratio(row)}"))
        return "\n".join([*lines, *([f"    target: {self.verdict}"] if self.target else [])])

    def markdown(self) -> str:
        """The result for a page."""
        lines = [
            f"**{self.title}** ({self.rounds} rounds)",
            "",
            f"| | {self.unit} | to {self.base} |",
            "| --- | ---: | ---: |",
        ]
        for row in self.rows:
            ratio = "1" if row.name == self.base else _ratio(row)
            lines.append(f"| {row.name} | {row.median:.2f} | {ratio} |")
        return "\n".join([*lines, *(["", f"Target: {self.verdict}."] if self.target else [])])


def race(
    title: str,
    contenders: Mapping[str, Callable[[], float]],
    *,
    base: str,
    rounds: int,
    unit: str = "ms",
    target: Target | None = None,
    warm: bool = True,
) -> Race:
    """Run all contenders, round after round.

    Args:
        title: What is measured.
        contenders: Name -> runs once and returns a figure. The first one is ours.
        base: The name of the contender that the others are compared with.
        rounds: How often each runs.
        unit: Of the figures.
        target: What ours may take at most.
        warm: Whether each runs once more before, which does not count.

    Returns:
        The result.
    """
    if warm:
        for run in contenders.values():
            run()
    figures: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            figures[name].append(run())
    rows: list[Row] = []
    for name, values in figures.items():
        pairs = zip(values, figures[base], strict=True)
        ratios = sorted(a / b if b else float("inf") for a, b in pairs)
        spread = (statistics.median(ratios), ratios[0], ratios[-1])
        rows.append(Row(name, statistics.median(values), spread))
    return Race(title, unit, base, tuple(rows), rounds, target)


def _ratio(row: Row) -> str:
    middle, low, high = row.ratio
    return "" if high == float("inf") else f"{middle:.2f} ({low:.2f} to {high:.2f})"
