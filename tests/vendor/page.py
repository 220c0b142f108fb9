"""The differences that `docs/vendor-differences.md` lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.contract.exchange import Difference, exactly

PAGE = Path(__file__).parents[2] / "docs/vendor-differences.md"
HEAD = ["calls", "what", "the vendor's client", "ours", "why"]


@dataclass(frozen=True)
class Row:
    """A documented difference; `*` in a pattern stands for anything.

    Attributes:
        calls: Patterns of calls, as in `describe_project/all`.
        aspects: Patterns of what differs, as in `header user-agent`.
        theirs: A pattern of what the vendor's client does, as JSON; None: the page explains.
        ours: A pattern of what ours does, as JSON; None: the page explains.
        why: The reason.
    """

    calls: tuple[str, ...]
    aspects: tuple[str, ...]
    theirs: str | None
    ours: str | None
    why: str

    def covers(self, difference: Difference) -> bool:
        """Whether this row is about a difference."""
        return (
            any(fits(pattern, difference.case) for pattern in self.calls)
            and any(fits(pattern, difference.aspect) for pattern in self.aspects)
            and (self.theirs is None or fits(self.theirs, exactly(difference.theirs)))
            and (self.ours is None or fits(self.ours, exactly(difference.ours)))
        )

    def __str__(self) -> str:
        return f"{', '.join(self.calls)}: {', '.join(self.aspects)}: {self.why}"


def fits(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern."""
    parts = (re.escape(part) for part in pattern.split("*"))
    return re.fullmatch(".*".join(parts), text, re.S) is not None


@cache
def rows(page: Path = PAGE) -> tuple[Row, ...]:
    """The rows of the page's tables.

    Raises:
        ValueError: a row has too few cells, or names no call or nothing that differs.
    """
    found = []
    inside = False
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        if not line.startswith("|"):
            inside = False
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if [cell.lower() for cell in cells] == HEAD:
            inside = True
        elif inside and not set(line) <= set("|- "):
            found.append(_row(cells, f"{page.name}:{number}"))
    return tuple(found)


def _row(cells: list[str], where: str) -> Row:
    if len(cells) != len(HEAD):
        raise ValueError(f"{where}: {len(cells)} cells instead of {len(HEAD)}")
    calls, aspects, theirs, ours = (tuple(_codes(cell)) for cell in cells[:4])
    if not calls or not aspects or len(cells[4]) < 20:
        raise ValueError(f"{where}: a row names calls, what differs and a reason")
    return Row(
        calls,
        aspects,
        theirs[0] if _is_code(cells[2]) else None,
        ours[0] if _is_code(cells[3]) else None,
        cells[4],
    )


def _is_code(cell: str) -> bool:
    """Whether a cell is a pattern alone; what says more explains it."""
    return re.fullmatch(r"`[^`]+`", cell) is not None


def _codes(cell: str) -> Iterable[str]:
    return (text.replace("\\|", "|") for text in re.findall(r"`([^`]+)`", cell))


def undocumented(differences: Iterable[Difference]) -> list[Difference]:
    """The differences that no row is about."""
    return [each for each in differences if not any(row.covers(each) for row in rows())]


def outdated(differences: Iterable[Difference]) -> list[Row]:
    """The rows of which no difference is left."""
    found = list(differences)
    return [row for row in rows() if not any(row.covers(each) for each in found)]
