"""What decides a package: the files that are read for it, as they are on disk."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rebind.config import Config

State = Mapping[Path, str]
"""File -> digest of its content; a file that is not there has none."""

_DOCUMENTS = (".yaml", ".yml", ".json")
_NOT_OURS = {"node_modules", "__pycache__"}
_MOST_FOLDERS = 500
_GRACE = 0.5
"""So many seconds a file may be away: editors write a new one, and give it the old one's name."""


def paths(package: Config, read: Iterable[Path], *, all_documents: bool) -> set[Path]:
    """The files that decide a package, whether they are there or not.

    Args:
        package: The package.
        read: The files of its description.
        all_documents: Whether every document beside them counts: after a mistake, what would mend
            it may be in a file that nothing could read yet.

    Returns:
        The files.
    """
    found = {package.input, *read, *_extras(package)}
    if package.file is not None:
        found.add(package.file)
    if all_documents:
        for folder in _below(package.input.parent, package.output):
            found |= {path for path in _listed(folder) if path.suffix.lower() in _DOCUMENTS}
    return {path.absolute() for path in found}


def state(files: Iterable[Path]) -> dict[Path, str]:
    """What files are: the digest of every one that is there."""
    digests = ((path, _digest(path)) for path in files)
    return {path: digest for path, digest in digests if digest is not None}


def digest(text: str) -> str:
    """The digest of a file by its text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def settled(known: State, now: dict[Path, str]) -> dict[Path, str]:
    """Wait for files that were there a moment ago, but not for long.

    Args:
        known: The files as they were.
        now: The files as they are.

    Returns:
        The files as they are after that.
    """
    end = time.monotonic() + _GRACE
    while (missing := known.keys() - now.keys()) and time.monotonic() < end:
        time.sleep(0.02)
        now = {**now, **state(missing)}
    return now


def folders(package: Config, read: Iterable[Path], *, all_documents: bool) -> frozenset[Path]:
    """The folders to watch, each for itself alone.

    Args:
        package: The package.
        read: The files of its description.
        all_documents: As for `paths`.

    Returns:
        The folders that are there.
    """
    found = {path.absolute().parent for path in (package.input, *read)}
    if package.file is not None:
        found.add(package.file.absolute().parent)
    if package.extras is not None:
        found.add(package.extras.absolute().parent)
        found |= {folder.absolute() for folder in _below(package.extras, package.output)}
    if all_documents:
        found |= {f.absolute() for f in _below(package.input.parent, package.output)}
    return frozenset(folder for folder in found if folder.is_dir())


def _extras(package: Config) -> Iterator[Path]:
    if package.extras is not None:
        for folder in _below(package.extras, package.output):
            yield from (path for path in _listed(folder) if path.suffix == ".py")


def _below(folder: Path, output: Path) -> list[Path]:
    """A folder and those in it, without what is generated, hidden, or of other tools."""
    found: list[Path] = []
    generated = output.resolve()
    for root, inner, _ in os.walk(folder):
        if len(found) >= _MOST_FOLDERS:
            break
        path = Path(root)
        if path != folder and path.resolve() == generated:
            inner.clear()
            continue
        found.append(path)
        inner[:] = sorted(n for n in inner if not n.startswith(".") and n not in _NOT_OURS)
    return found


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes().removeprefix(b"\xef\xbb\xbf")).hexdigest()
    except OSError:
        return None
