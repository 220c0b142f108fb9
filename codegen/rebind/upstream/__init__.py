"""The vendor's published SDK -> a description of its API. It is read, never imported or run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from rebind.diagnostics import Checked, Diagnostic
from rebind.output import MARK
from rebind.upstream import archive, document, overlay, reading, release, report, splitting, writing

CACHE = Path(".cache/upstream")
"""Where downloaded archives are kept."""
OVERLAY = "overlay.yaml"
"""The corrections by hand, beside the description."""
REPORT = "REPORT.md"


@dataclass(frozen=True)
class Imported:
    """A description that was made of an SDK.

    Args:
        files: File -> text.
        totals: What was found, a line for each thing.
        origin: What it was made of: `abacusai 1.4.119`.
    """

    files: dict[str, str]
    totals: tuple[str, ...]
    origin: str


def find(words: str, cache: Path = CACHE, *, pre: bool = False) -> Checked[Path]:
    """Find a release.

    Args:
        words: A file, a folder, or a requirement such as `abacusai==1.4.119`.
        cache: Where downloaded archives are kept.
        pre: Whether releases that are not final count like the others.

    Returns:
        The archive or the folder.
    """
    path = Path(words)
    is_file = words.endswith((".tar.gz", ".tgz")) or os.sep in words
    if path.exists() or (is_file and "@" not in words):
        return Checked(path)
    return release.fetch(words, cache, pre=pre)


def make(source: Path, corrections: Path | None, *, skip: bool = False) -> Checked[Imported]:
    """Describe the API that an SDK calls.

    Args:
        source: The archive or the folder of the SDK.
        corrections: The overlay to apply, if any.
        skip: Whether corrections that no longer apply are warnings, and left out.

    Returns:
        The files of the description. The same input gives the same bytes.
    """
    sources = archive.read(source)
    if sources.value is None:
        return Checked(None, sources.diagnostics)
    sdk = reading.read(sources.value)
    if sdk.value is None:
        return Checked(None, (*sources.diagnostics, *sdk.diagnostics))
    found: list[Diagnostic] = [*sources.diagnostics, *sdk.diagnostics]
    described = document.describe(sdk.value)
    found += map(reading.warning, described.gaps)
    data = described.data
    if corrections is not None:
        corrected = _corrected(corrections, data, skip=skip)
        found += corrected.diagnostics
        if corrected.value is None:
            return Checked(None, tuple(found))
        data = corrected.value
    origin = f"{sdk.value.name} {sdk.value.version}".strip()
    mark = f"{MARK} from {origin}{f' and {OVERLAY}' if corrections else ''}; edits are lost."
    files = {name: writing.write(part, mark) for name, part in splitting.split(data).items()}
    gaps = (*sdk.value.gaps, *described.gaps)
    files[REPORT] = report.page(sdk.value, described.choices, gaps, mark)
    return Checked(Imported(files, tuple(report.summary(sdk.value)), origin), tuple(found))


def _corrected(corrections: Path, data: document.Json, *, skip: bool) -> Checked[document.Json]:
    read = overlay.read(corrections)
    if read.value is None:
        return Checked(None, read.diagnostics)
    applied = overlay.apply(read.value, data, skip=skip)
    return Checked(applied.value, (*read.diagnostics, *applied.diagnostics))
