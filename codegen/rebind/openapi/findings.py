"""The diagnostics of one run, each said once, and no flood of warnings."""

from __future__ import annotations

from collections import Counter

from rebind.diagnostics import Diagnostic, Place, Severity
from rebind.source import Document

_MOST = 5
"""How many warnings of one code are shown one by one."""


class Findings:
    """Collects diagnostics; the same code at the same place is kept once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Place], Diagnostic] = {}

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic unless its code was reported at that place.

        Args:
            diagnostic: What to keep.
        """
        self._found.setdefault((diagnostic.code, diagnostic.place), diagnostic)

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
        """
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
        """Everything that was found; of many warnings of one code the first few and a count."""
        kept: list[Diagnostic] = []
        total = Counter(d.code for d in self._found.values() if d.severity == "warning")
        seen: Counter[str] = Counter()
        for found in self._found.values():
            if found.severity == "warning":
                seen[found.code] += 1
                if seen[found.code] > _MOST:
                    continue
                if seen[found.code] == _MOST and total[found.code] > _MOST:
                    more = f"{total[found.code] - _MOST} more like this are not shown"
                    text = f"{found.help}\n{more}" if found.help else more
                    found = Diagnostic(found.code, found.message, found.place, text, "warning")
            kept.append(found)
        return tuple(kept)
