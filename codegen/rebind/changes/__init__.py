"""Two descriptions -> what changed for callers -> the next version and its changelog."""

from __future__ import annotations

from rebind.changes.catalogue import KINDS, SEVERITIES, Change, Severity
from rebind.changes.comparing import compare, reaches
from rebind.changes.sources import Side, between, read, released
from rebind.changes.surface import Surface, surface
from rebind.changes.waves import Wave, waves

__all__ = [
    "KINDS",
    "SEVERITIES",
    "Change",
    "Severity",
    "Side",
    "Surface",
    "Wave",
    "between",
    "compare",
    "reaches",
    "read",
    "released",
    "surface",
    "waves",
]
