"""Changes as people and programs read them: text, Markdown, HTML, JSON."""

from __future__ import annotations

import contextlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from rebind.changes.catalogue import SEVERITIES, Change, Severity
from rebind.changes.waves import Wave
from rebind.diagnostics import Place, printable

_COLORS: Mapping[Severity, str] = {
    "breaking": "\x1b[1;31m",
    "risky": "\x1b[1;33m",
    "additive": "\x1b[1;32m",
    "docs": "\x1b[1;34m",
}
_FEW = 3
"""So many changes of a wave are shown."""
_MEANING: Mapping[Severity, str] = {
    "breaking": "Code that works today fails with the new package.",
    "risky": "Code goes on working, but not surely in the same way.",
    "additive": "Nothing to do.",
    "docs": "Nothing but words changed.",
}


def counted(changes: Sequence[Change]) -> str:
    """How many changes there are of each severity, in one line."""
    counts = [(sum(c.severity == s for c in changes), s) for s in SEVERITIES]
    return ", ".join(f"{count} {severity}" for count, severity in counts if count) or "no changes"


def text(changes: Sequence[Change], waves: Sequence[Wave] = (), *, color: bool = False) -> str:
    """Changes for a terminal.

    Args:
        changes: The changes, the worst first.
        waves: Kinds of change of which a few are shown, and what to make of them.
        color: Whether to use ANSI colours.

    Returns:
        The text, ending in a newline.
    """
    lines = [line for wave in waves for line in (f"look: {wave.sentence}.", "")]
    for severity, group in _grouped(changes):
        paint = _COLORS[severity] if color else ""
        lines.append(_painted(severity, paint))
        for change in _some(group, waves):
            if isinstance(change, str):
                lines.append(f"  {change}")
                continue
            lines.append(f"  {printable(change.message)} [{change.code}]")
            if change.severity not in ("docs", "additive"):
                lines.append(f"      {change.advice}")
            lines.append(f"      {printable(_touched(change))}")
        lines.append("")
    return "\n".join([*lines, counted(changes), ""])


def _grouped(changes: Sequence[Change]) -> Iterator[tuple[Severity, list[Change]]]:
    for severity in SEVERITIES:
        if group := [change for change in changes if change.severity == severity]:
            yield severity, group


def _some(group: Sequence[Change], waves: Sequence[Wave]) -> Iterator[Change | str]:
    """Changes; of each wave the first few, and how many more there are."""
    counts = {wave.code: wave.count for wave in waves}
    seen: Counter[str] = Counter()
    for change in group:
        seen[change.code] += 1
        if change.code not in counts or seen[change.code] <= _FEW:
            yield change
        elif seen[change.code] == counts[change.code]:
            yield f"... and {counts[change.code] - _FEW:,} more of `{change.code}`"


def _painted(severity: str, paint: str) -> str:
    return f"{paint}{severity}\x1b[0m" if paint else severity


def _touched(change: Change) -> str:
    return "; ".join(filter(None, [" -> ".join(_places(change)), ", ".join(change.python)]))


def _places(change: Change) -> list[str]:
    """Where something stood and stands, each place once."""
    places = [_where(place) for place in (change.old_place, change.new_place) if place]
    return list(dict.fromkeys(places))


def _where(place: Place) -> str:
    """The place as `file:line`, from here."""
    path = Path(place.file)
    with contextlib.suppress(ValueError):
        if path.is_absolute():
            path = path.relative_to(Path.cwd())
    return f"{path}:{place.line}"


def markdown(changes: Sequence[Change], waves: Sequence[Wave] = ()) -> str:
    """Changes as Markdown, for a changelog or a review.

    Args:
        changes: The changes, the worst first.
        waves: As for `text`.

    Returns:
        The text, ending in a newline.
    """
    lines = [f"**{counted(changes)}**", ""]
    lines += [line for wave in waves for line in (f"> {_escaped(wave.sentence)}.", "")]
    for severity, group in _grouped(changes):
        lines += [f"## {severity.capitalize()}", "", _MEANING[severity], ""]
        for change in _some(group, waves):
            if isinstance(change, str):
                lines.append(f"- {change}")
                continue
            said = _escaped(change.message)
            advice = "" if change.advice.startswith("Nothing") else f" {change.advice}"
            lines.append(f"- {said}{advice} (`{change.code}`)")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _escaped(text: str) -> str:
    """One line of Markdown in which only code is marked up."""
    plain = printable(" ".join(text.split()))
    parts = re.split(r"(`[^`]*`)", plain)
    return "".join(
        p if p.startswith("`") else re.sub(r"([\\*_\[\]<>|#])", r"\\\1", p) for p in parts
    )


def page(changes: Sequence[Change], title: str, waves: Sequence[Wave] = ()) -> str:
    """Changes as one HTML page that needs nothing else.

    Args:
        changes: The changes, the worst first.
        title: What was compared.
        waves: Kinds of change of which there are very many, and what to make of them.

    Returns:
        The page.
    """
    environment = Environment(
        loader=PackageLoader("rebind.changes", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    rows = [
        {
            "change": change,
            "words": re.split(r"`([^`]*)`", printable(change.message)),
            "names": [printable(name) for name in change.python],
            "places": [printable(place) for place in _places(change)],
        }
        for change in changes
    ]
    template = environment.get_template("changes.html.jinja")
    warnings = [wave.sentence for wave in waves]
    return template.render(
        title=printable(title), summary=counted(changes), warnings=warnings, rows=rows
    )


def data(changes: Sequence[Change]) -> str:
    """Changes as JSON, for programs.

    Args:
        changes: The changes, the worst first.

    Returns:
        A list of objects.
    """
    listed = [
        {
            "code": change.code,
            "severity": change.severity,
            "pointer": change.pointer,
            "old": change.old,
            "new": change.new,
            "python": list(change.python),
            "message": change.message,
            "advice": change.advice,
            "places": [_where(p) if p else None for p in (change.old_place, change.new_place)],
        }
        for change in changes
    ]
    return json.dumps(listed, indent=2, ensure_ascii=False) + "\n"


def keep(changes: Sequence[Change]) -> str:
    """The old names of what was renamed, as settings that keep them.

    Args:
        changes: The changes.

    Returns:
        A table for `pyproject.toml`; a comment where nothing breaks by its name alone.
    """
    entries = dict(filter(None, map(_entry, changes)))
    if not entries:
        return "# no name has to be kept\n"
    lines = [f"{json.dumps(old)} = {json.dumps(new)}" for old, new in entries.items()]
    return "\n".join(["[tool.rebind.keep]", *lines, ""])


def _entry(change: Change) -> tuple[str, str] | None:
    """An old name, and what is meant by it; None where a change is no renaming."""
    old, new = change.old, change.new
    if old is None or new is None:
        return None
    owner = change.path[1]
    if change.code in ("operation-renamed", "class-renamed"):
        return old, new
    if change.code == "parameter-renamed":
        return f"{owner}({old})", new
    if change.code == "method-renamed":
        return f"{owner}.{old}()", f"{owner}.{new}()"
    if change.code in ("field-renamed", "enum-value-renamed"):
        return f"{owner}.{old}", f"{owner}.{new}"
    return None
