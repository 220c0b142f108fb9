"""What is wrong with the input, where, and the way out: the words a user reads when a run fails."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Severity = Literal["error", "warning"]
Sources = Mapping[str, str] | Mapping[Path, str] | Callable[[Path | str], str | None]

_WINDOW = 110
"""Characters of a source line that an excerpt shows; longer lines are cut around the caret."""

_LONGEST = 100
"""Words longer than this are compared with nothing."""
_MOST_COMPARED = 500
"""A word is compared with so many others."""

_LINE_END = re.compile(r"\r\n|\r|\n")

_BOLD, _RED, _YELLOW, _BLUE, _RESET = "\x1b[1m", "\x1b[1;31m", "\x1b[1;33m", "\x1b[1;34m", "\x1b[0m"


@dataclass(frozen=True)
class Place:
    """A spot in a file.

    Args:
        file: The file, as it was opened.
        line: The line, from 1.
        column: The column in characters, from 1.
        end_column: The column after the last character when the thing ends on the same line.
        pointer: The JSON pointer of the thing inside its file.
        source: The whole text of the file, for the excerpt; no part of the place's identity.
    """

    file: Path | str
    line: int = 1
    column: int = 1
    end_column: int | None = None
    pointer: str = ""
    source: str | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Diagnostic:
    """One thing to tell the user.

    Args:
        code: A stable kebab-case name (see docs/diagnostics.md).
        message: What is wrong, in one sentence.
        place: Where it is wrong.
        help: A way out, if one is known.
        severity: ``error`` stops the run, ``warning`` does not.
    """

    code: str
    message: str
    place: Place
    help: str = ""
    severity: Severity = "error"


@dataclass(frozen=True)
class Checked(Generic[T_co]):
    """A value and everything there is to say about it.

    Args:
        value: The value; ``None`` when there is none to give.
        diagnostics: All errors and warnings found on the way.
    """

    value: T_co | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there is no error (warnings may be there)."""
        return not any(d.severity == "error" for d in self.diagnostics)


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that somebody who wrote ``word`` most likely meant.

    Args:
        word: What was written.
        candidates: What could have been written.

    Returns:
        The best candidate, or ``None`` when nothing is near.
    """
    folded = word.casefold()
    most = len(folded) // 3
    letters = set(folded)
    # A slip changes two letters of a word's set at most: what differs by more is not worth a look.
    near = [
        (len(letters.symmetric_difference(candidate.casefold())), index, candidate)
        for index, candidate in enumerate(candidates)
        if abs(len(candidate) - len(word)) <= most and len(candidate) <= _LONGEST
    ]
    best, found = most + 1, None
    for differing, _, candidate in sorted(near)[:_MOST_COMPARED]:
        if (differing + 1) // 2 >= best:
            break
        distance = _distance(folded, candidate.casefold())
        if distance < best:
            best, found = distance, candidate
    return found


def _distance(one: str, other: str) -> int:
    """How many slips lie between two words: a letter more, less, another, or two swapped."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def did_you_mean(word: str, candidates: Iterable[str], otherwise: str = "") -> str:
    """A help line that proposes the nearest candidate.

    Args:
        word: What was written.
        candidates: What could have been written.
        otherwise: The help to give when nothing is near.

    Returns:
        ``did you mean 'x'?``, or ``otherwise``.
    """
    near = closest(word, candidates)
    return f"did you mean {quoted(near)}?" if near is not None else otherwise


def quoted(text: str, limit: int = 80) -> str:
    """Text from a document, in quotes, short enough for a message.

    Args:
        text: The text.
        limit: How much of it to show.

    Returns:
        The text in single quotes, cut in the middle when it is long.
    """
    if len(text) > limit:
        text = f"{text[: limit // 2]}…{text[-(limit // 2 - 1) :]}"
    return f"'{text}'"


def render(
    diagnostics: Iterable[Diagnostic],
    sources: Sources | None = None,
    color: bool = False,
    root: Path | None = None,
) -> str:
    """All diagnostics as text: place, code, message, excerpt with a caret, help; then a summary.

    Args:
        diagnostics: What to print; sorted by place, duplicates once.
        sources: File -> text, for places that do not carry their text.
        color: Whether to use ANSI colours.
        root: The folder that paths are shown relative to; the working directory by default.

    Returns:
        The text, ending in a newline; empty when there is nothing to say.
    """
    unique = dict.fromkeys(diagnostics)
    found = sorted(
        unique,
        key=lambda d: (
            str(d.place.file),
            d.place.line,
            d.place.column,
            d.severity,
            d.code,
            d.message,
        ),
    )
    if not found:
        return ""
    blocks = [_block(d, sources, color, root) for d in found]
    return "\n\n".join(blocks) + "\n\n" + _summary(found) + "\n"


def _summary(found: list[Diagnostic]) -> str:
    errors = sum(d.severity == "error" for d in found)
    warnings = len(found) - errors
    parts: list[str] = []
    if errors:
        parts.append(f"{errors} error{'s' * (errors != 1)}")
    if warnings:
        parts.append(f"{warnings} warning{'s' * (warnings != 1)}")
    return ", ".join(parts) + ("; nothing was written" if errors else "")


def _block(d: Diagnostic, sources: Sources | None, color: bool, root: Path | None) -> str:
    def paint(style: str, text: str) -> str:
        return f"{style}{text}{_RESET}" if color else text

    place = d.place
    head = f"{_shown_path(place.file, root)}:{place.line}:{place.column}: "
    hue = _RED if d.severity == "error" else _YELLOW
    lines = [
        paint(_BOLD, printable(head))
        + paint(hue, f"{d.severity}[{d.code}]")
        + paint(_BOLD, f": {printable(d.message)}")
    ]
    gutter = " " * (len(str(place.line)) + 1)
    source = place.source if place.source is not None else _source(sources, place.file)
    excerpt = _excerpt(source, place) if source is not None else None
    if excerpt is not None:
        line, caret = excerpt
        lines.append(paint(_BLUE, f"{gutter}|"))
        lines.append((paint(_BLUE, f"{place.line} |") + f" {line}").rstrip())
        lines.append(paint(_BLUE, f"{gutter}|") + f" {paint(hue, caret)}")
    for number, line in enumerate(d.help.splitlines()):
        lead = "= help: " if number == 0 else "        "
        lines.append(f"{gutter}{paint(_BLUE, lead)}{printable(line)}")
    return "\n".join(lines)


def _source(sources: Sources | None, file: Path | str) -> str | None:
    if sources is None:
        return None
    if callable(sources):
        return sources(file)
    plain: dict[str, str] = {str(name): text for name, text in sources.items()}
    return plain.get(str(file))


def _shown_path(file: Path | str, root: Path | None) -> str:
    path = os.path.abspath(str(file))
    base = os.path.abspath(str(root if root is not None else Path.cwd()))
    try:
        inside = os.path.commonpath([path, base]) == base
    except ValueError:  # another drive
        inside = False
    return Path(os.path.relpath(path, base)).as_posix() if inside else str(file)


def _excerpt(source: str, place: Place) -> tuple[str, str] | None:
    """The line of a place, made printable, and the caret line under it."""
    starts = line_starts(source)
    if not 1 <= place.line <= len(starts):
        return None
    begin = starts[place.line - 1]
    end = starts[place.line] if place.line < len(starts) else len(source)
    first = place.column - 1
    last = max(place.end_column - 1 if place.end_column else first + 1, first + 1)
    # Only a window of the line is ever copied: a minified document is one line of megabytes.
    left = 0 if last <= _WINDOW else max(0, first - _WINDOW // 3)
    right = left + _WINDOW
    line = source[begin + left : min(end, begin + right)].rstrip("\r\n")
    cut = end - begin > right and bool(source[begin + right : end].strip("\r\n"))
    before = _shown(line[: first - left])
    marked = _shown(line[first - left : last - left])
    after = _shown(line[last - left :])
    prefix = "…" if left else ""
    caret = " " * (len(prefix) + _width(before)) + "^" * max(1, _width(marked))
    return f"{prefix}{before}{marked}{after}{'…' if cut else ''}", caret


def _shown(text: str) -> str:
    return printable(text.replace("\t", " "))


def printable(text: str) -> str:
    """Text in which nothing can steer a terminal: control characters become visible signs.

    Args:
        text: Any text, such as a line of a document.

    Returns:
        The text, of the same length.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


@lru_cache(maxsize=8)
def line_starts(text: str) -> tuple[int, ...]:
    """Where each line of a text begins (``\\n``, ``\\r\\n`` and ``\\r`` end a line).

    Args:
        text: The text.

    Returns:
        The offset of the first character of each line.
    """
    return (0, *(match.end() for match in _LINE_END.finditer(text)))
