"""A mutant: one small change to one file, as a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Area = Literal["spec", "client", "recordings"]

AREAS: tuple[Area, ...] = ("spec", "client", "recordings")


@dataclass(frozen=True)
class Mutant:
    """One small change.

    Attributes:
        area: What is changed.
        kind: The sort of change, in a word or two.
        file: The changed file, below the folder of the area.
        place: Where in the file.
        change: What is done there.
        text: The new text of the file; None removes it.
    """

    area: Area
    kind: str
    file: str
    place: str
    change: str
    text: str | None

    @property
    def id(self) -> str:
        """What tells this mutant from all others."""
        return f"{self.area}: {self.file}: {self.place}: {self.change}"

    def apply(self, folder: Path) -> None:
        """Make the change in a copy of the area's folder."""
        path = folder / self.file
        if self.text is None:
            path.unlink()
        else:
            path.write_text(self.text, "utf-8")

    def __str__(self) -> str:
        return self.id


def distinct(mutants: Iterable[Mutant]) -> list[Mutant]:
    """The mutants in order, each once.

    Raises:
        ValueError: two different mutants have one id.
    """
    found: dict[str, Mutant] = {}
    for mutant in mutants:
        if found.setdefault(mutant.id, mutant) != mutant:
            raise ValueError(f"two mutants are called {mutant.id}")
    return list(found.values())
