"""Proposals as people and programs read them: text, Markdown, JSON, an overlay."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rebind.diagnostics import Place, printable
from rebind.drift.proposing import Open, Outcome, Proposal
from rebind.upstream.writing import write

_BOLD, _RESET = "\x1b[1m", "\x1b[0m"
_MOST_OPERATIONS = 4


def counted(outcome: Outcome) -> str:
    """How much there is of everything, in one line."""
    counts = (
        (len(outcome.proposals), "proposed"),
        (len(outcome.unproposed), "not proposed"),
        (len(outcome.settled), "settled"),
    )
    return ", ".join(f"{count} {what}" for count, what in counts if count) or "no drift"


def text(outcome: Outcome, *, color: bool = False) -> str:
    """Proposals for a terminal.

    Args:
        outcome: The proposals, and what there is none for.
        color: Whether to use ANSI codes.

    Returns:
        The text, ending in a newline.
    """

    def head(title: str) -> str:
        return f"{_BOLD}{title}{_RESET}" if color else title

    lines: list[str] = []
    if outcome.proposals:
        lines.append(head("proposed"))
        for proposal in outcome.proposals:
            lines.append(f"  {printable(proposal.message)} [{proposal.code}]")
            lines.append(f"      {printable(_where(proposal.place))}; {printable(_seen(proposal))}")
            lines.append(f"      {printable(_short(proposal.example))}")
        lines.append("")
    for title, listed in (("not proposed", outcome.unproposed), ("settled", outcome.settled)):
        if listed:
            lines.append(head(title))
            for entry in listed:
                lines.append(f"  {printable(_named(entry))} [{entry.seen.kind}]")
                lines.append(f"      {printable(entry.why)}")
            lines.append("")
    return "\n".join([*lines, counted(outcome), ""])


def markdown(outcome: Outcome) -> str:
    """Proposals as Markdown, for an issue or a review.

    Args:
        outcome: The proposals, and what there is none for.

    Returns:
        The text, ending in a newline.
    """
    lines = [f"**{counted(outcome)}**", ""]
    if outcome.proposals:
        lines += ["## Proposed", ""]
        for proposal in outcome.proposals:
            where, seen = _code(_where(proposal.place)), _code(_short(proposal.example))
            said = _line(proposal.message)
            lines.append(f"- {said} (`{proposal.code}`)")
            lines.append(f"  {where}; {_line(_seen(proposal))}; {seen}")
        lines.append("")
    for title, listed in (("Not proposed", outcome.unproposed), ("Settled", outcome.settled)):
        if listed:
            lines += [f"## {title}", ""]
            lines += [f"- {_code(_named(entry))}: {_line(entry.why)}" for entry in listed]
            lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def data(outcome: Outcome) -> str:
    """Proposals as JSON, for programs.

    Args:
        outcome: The proposals, and what there is none for.

    Returns:
        An object with `proposed`, `unproposed` and `settled`.
    """
    said = {
        "proposed": [
            {
                "code": proposal.code,
                "message": proposal.message,
                "place": _where(proposal.place),
                "pointer": proposal.pointer,
                "operations": list(proposal.operations),
                "count": proposal.count,
                "first": proposal.first,
                "last": proposal.last,
                "example": proposal.example,
                "actions": list(proposal.actions),
            }
            for proposal in outcome.proposals
        ],
        "unproposed": list(map(_entry, outcome.unproposed)),
        "settled": list(map(_entry, outcome.settled)),
    }
    return json.dumps(said, indent=2, ensure_ascii=True) + "\n"


def overlay(outcome: Outcome) -> str:
    """Proposals as an OpenAPI Overlay.

    Args:
        outcome: The proposals; at least one, because an overlay does something.

    Returns:
        The document.
    """
    document = {
        "overlay": "1.0.0",
        "info": {"title": "What replies say beyond the description", "version": "1.0.0"},
        "actions": list(outcome.actions),
    }
    return write(document, "Proposed by `rebind drift`; each action says what was seen.")


def _entry(entry: Open) -> dict[str, Any]:
    seen = entry.seen
    return {
        "operation": seen.operation,
        "path": seen.path,
        "kind": seen.kind,
        "came": seen.came,
        "count": seen.count,
        "first": seen.first,
        "last": seen.last,
        "why": entry.why,
    }


def _named(entry: Open) -> str:
    return f"{entry.seen.operation} {entry.seen.path or '/'}"


def _seen(proposal: Proposal) -> str:
    """How often something was seen, in which operations, and when."""
    shown = list(proposal.operations[:_MOST_OPERATIONS])
    more = len(proposal.operations) - len(shown)
    names = ", ".join([*shown, *([f"{more} more"] if more else [])])
    times = "once" if proposal.count == 1 else f"{proposal.count} times"
    first, last = proposal.first, proposal.last
    return f"{times} in {names}, {first if first == last else f'{first} to {last}'}"


def _where(place: Place) -> str:
    """The place as `file:line`, from here."""
    path = Path(place.file)
    with contextlib.suppress(ValueError):
        if path.is_absolute():
            path = path.relative_to(Path.cwd())
    return f"{path}:{place.line}"


def _short(example: Any) -> str:
    return json.dumps(example, ensure_ascii=False)


def _code(said: str) -> str:
    plain = printable(" ".join(said.split()))
    fence = "``" if "`" in plain else "`"
    return f"{fence} {plain} {fence}" if "`" in plain else f"`{plain}`"


def _line(said: str) -> str:
    """One line of Markdown in which only code is marked up."""
    return "".join(_parts(printable(" ".join(said.split()))))


def _parts(said: str) -> Iterator[str]:
    for index, part in enumerate(said.split("`")):
        if index % 2:
            yield f"`{part}`"
        else:
            yield "".join(f"\\{c}" if c in "\\*_[]<>|#" else c for c in part)


FORMATS: Mapping[str, Callable[[Outcome], str]] = {
    "text": text,
    "markdown": markdown,
    "json": data,
    "overlay": overlay,
}
