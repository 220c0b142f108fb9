"""Many changes of one kind at once: more often a mistake than the wish of whoever made the API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rebind.changes.catalogue import Change
from rebind.changes.edits import Form
from rebind.changes.surface import Surface

_LEAST = 25
_SHARE = 0.2
"""So many, and so much of all that there is, is a wave."""


@dataclass(frozen=True)
class Wave:
    """Changes of one kind in a large part of what could change so.

    Attributes:
        code: What they have in common.
        count: How many there are.
        owners: In how many operations or classes.
        share: Which part of all there was before, from 0 to 1.
        sentence: What to make of it.
    """

    code: str
    count: int
    owners: int
    share: float
    sentence: str


_NOUNS: Mapping[str, tuple[str, str, Callable[[Form], Iterator[object]]]] = {
    "operation": ("operations", "", lambda form: iter(form["operations"])),
    "parameter": (
        "parameters",
        "operations",
        lambda form: _parts(form, "operations", "parameters"),
    ),
    "result": ("results", "", lambda form: iter(form["operations"])),
    "field": ("fields", "classes", lambda form: _parts(form, "classes", "fields")),
    "enum-value": ("values", "classes", lambda form: _parts(form, "classes", "values")),
    "method": ("methods", "classes", lambda form: _parts(form, "classes", "methods")),
    "class": ("classes", "", lambda form: iter(form["classes"])),
}


def waves(changes: Sequence[Change], old: Surface) -> tuple[Wave, ...]:
    """Find what changed in a large part of an API at once.

    Args:
        changes: What changed.
        old: What callers know.

    Returns:
        A wave for each kind of change that breaks callers or changes what they send, and that
        befalls at least a fifth of all parameters, fields or whatever it is that changed.
    """
    counts = Counter(c.code for c in changes if c.severity in ("breaking", "risky"))
    found: list[Wave] = []
    for code, count in counts.items():
        noun = next((noun for noun in _NOUNS if code.startswith(f"{noun}-")), None)
        if noun is None or count < _LEAST:
            continue
        several, holders, parts = _NOUNS[noun]
        total = sum(1 for _ in parts(old.form))
        share = count / total if total else 1.0
        if share >= _SHARE:
            owners = len({c.path[:2] for c in changes if c.code == code})
            where = f" in {owners:,} {holders}" if holders else ""
            sentence = (
                f"{count:,} of {total:,} {several}{where} changed in one way (`{code}`): "
                "so many at once are more often a mistake of the description, or of the release it "
                "was made from, than what the API means; look before you release it"
            )
            found.append(Wave(code, count, owners, share, sentence))
    return tuple(found)


def _parts(form: Form, section: str, key: str) -> Iterator[object]:
    for owner in form[section].values():
        yield from owner[key]
