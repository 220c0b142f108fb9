"""The diagnostics of one run, each said once, and no flood of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from rebind.diagnostics import Diagnostic, Place, Severity
from rebind.source import Document

MAX_ERRORS = 200
"""After so many errors a run stops looking for more."""
_SHOWN = 3
"""How many warnings of one code are shown one by one."""


class TooMany(Exception):
    """There are so many errors that more would help nobody."""


class Findings:
    """Collects diagnostics; the same code at the same place is kept once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Place], Diagnostic] = {}
        self._errors = 0
        self._warnings: Counter[str] = Counter()
        self._hidden: Counter[str] = Counter()

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic unless its code was reported at that place as severely.

        Args:
            diagnostic: What to keep.

        Raises:
            TooMany: It is one error too many.
        """
        key = (diagnostic.code, diagnostic.place)
        known = self._found.get(key)
        if known is not None:
            if known.severity == diagnostic.severity or known.severity == "error":
                return
            self._warnings[known.code] -= 1
        if diagnostic.severity == "warning":
            self._warnings[diagnostic.code] += 1
        else:
            self._errors += 1
        self._found[key] = diagnostic
        if self._errors == MAX_ERRORS:
            message = f"there are {MAX_ERRORS} errors or more; the rest was not looked at"
            place = replace(diagnostic.place, pointer="")
            self._found["too-many-errors", place] = Diagnostic(
                "too-many-errors", message, place, "correct these first, then run again"
            )
            raise TooMany

    def report(
        self,
        code: str,
        message: str,
        document: Document,
        pointer: str,
        help: str = "",
        *,
        key: bool = False,
        severity: Severity = "error",
    ) -> None:
        """Keep a diagnostic about a spot of a document.

        Args:
            code: The kebab-case code.
            message: What is wrong.
            document: The file.
            pointer: The spot in it.
            help: The way out.
            key: Whether the key is meant and not the value.
            severity: Whether it stops the run.

        Raises:
            TooMany: It is one error too many.
        """
        if severity == "warning" and self._warnings[code] >= MAX_ERRORS:
            self._hidden[code] += 1
            return
        self.add(Diagnostic(code, message, document.place(pointer, key=key), help, severity))

    def warn(
        self,
        code: str,
        message: str,
        document: Document,
        pointer: str,
        help: str = "",
        *,
        key: bool = False,
    ) -> None:
        """As `report`, of something that the run survives."""
        self.report(code, message, document, pointer, help, key=key, severity="warning")

    def all(self) -> tuple[Diagnostic, ...]:
        """Everything that was found; of many warnings of one code the first few and a count.

        Returns:
            The diagnostics, in no particular order.
        """
        kept: list[Diagnostic] = []
        seen: Counter[str] = Counter()
        for found in self._found.values():
            if found.severity == "warning":
                seen[found.code] += 1
                if seen[found.code] > _SHOWN:
                    continue
                more = self._warnings[found.code] + self._hidden[found.code] - _SHOWN
                if seen[found.code] == _SHOWN and more > 0:
                    text = f"{more} more like this {'is' if more == 1 else 'are'} not shown"
                    found = replace(found, help=f"{found.help}\n{text}" if found.help else text)
            kept.append(found)
        return tuple(kept)
