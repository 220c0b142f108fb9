"""What changed -> the next version, and its entry in the changelog."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import cast

import tomlkit

from rebind import git
from rebind.changes.catalogue import Change
from rebind.changes.shown import markdown
from rebind.config import Config
from rebind.diagnostics import Checked, Diagnostic, did_you_mean, quoted

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", re.ASCII)
_HEADING = re.compile(r"^## (?!\[?unreleased)", re.IGNORECASE | re.MULTILINE)
_NEW = "# Changelog\n\nWhat changed, newest first.\n"


@dataclass(frozen=True)
class Release:
    """A release that is ready to be written.

    Attributes:
        version: Its version.
        texts: Path -> text of the files that it changes, apart from the package itself.
    """

    version: str
    texts: Mapping[Path, str]


def next_version(current: str, changes: Sequence[Change]) -> str | None:
    """The version that changes ask for, after Semantic Versioning.

    Args:
        current: The version that is out, `MAJOR.MINOR.PATCH`.
        changes: What changed since.

    Returns:
        The next version: a major one when something breaks, a minor one when something else does
        than before, a patch otherwise. Before 1.0.0 one place further right. None when nothing
        changed.
    """
    if not changes:
        return None
    severities = {change.severity for change in changes}
    place = 0 if "breaking" in severities else 1 if severities & {"risky", "additive"} else 2
    parts = [int(part) for part in current.split(".")]
    if parts[0] == 0:
        place = min(place + 1, 2)
    raised = [*parts[:place], parts[place] + 1, *([0] * (2 - place))]
    return ".".join(str(part) for part in raised)


def prepare(
    config: Config, changes: Sequence[Change], *, version: str | None, first: bool
) -> Checked[Release]:
    """Prepare a release; nothing is written.

    Args:
        config: The package, as its file configures it.
        changes: What changed since the last release.
        version: The version to release; by the changes when left out.
        first: Whether nothing was released before.

    Returns:
        The release, or what stands in its way.
    """
    assert config.file is not None
    problem = _problem(config, changes, version, first=first)
    if problem is not None:
        return Checked(None, (problem,))
    chosen = version or (config.version if first else next_version(config.version, changes))
    assert chosen is not None
    changelog = config.changelog or config.file.parent / "CHANGELOG.md"
    entry = _entry(config.distribution, chosen, changes, first=first)
    known = changelog.read_bytes().decode() if changelog.is_file() else _NEW
    settings = config.file.read_bytes().decode()
    texts = {changelog: _with_entry(known, entry), config.file: _stamped(settings, chosen)}
    return Checked(Release(chosen, texts))


def released(config: Config) -> Checked[str]:
    """What the last release was made of, as `REVISION:PATH`, by the tag of its version.

    Args:
        config: The package, as its file configures it.

    Returns:
        The description as the tag has it.
    """
    assert config.file is not None
    folder = config.file.parent
    names = [f"v{config.version}", config.version]
    names += [f"{config.distribution}-{name}" for name in names]
    tags = (git.ask(folder, "tag", "--list") or b"").decode("utf-8", "replace").split()
    found = next((name for name in names if name in tags), None)
    if found is None:
        message = f"git has no tag of {config.version}, so what was released is not known"
        help = did_you_mean(names[0], tags, "name it (rebind release OLD), or say --first")
        return Checked(None, (Diagnostic("no-release", message, config.place("version"), help),))
    inside = os.path.relpath(config.input, folder)
    return Checked(f"{found}:./{inside}")


def _problem(
    config: Config, changes: Sequence[Change], version: str | None, *, first: bool
) -> Diagnostic | None:
    place = config.place("version")
    if not _VERSION.fullmatch(config.version):
        message = f"the version {quoted(config.version)} is not MAJOR.MINOR.PATCH"
        return Diagnostic("bad-version", message, place, 'write a version such as "1.4.0"')
    if version is not None:
        if not _VERSION.fullmatch(version):
            message = f"the version {quoted(version)} is not MAJOR.MINOR.PATCH"
            return Diagnostic("bad-version", message, place, "name a version such as 1.4.0")
        if not first and _numbers(version) <= _numbers(config.version):
            message = f"{version} does not come after {config.version}"
            return Diagnostic("bad-version", message, place, "name a later version")
    elif not first and not changes:
        message = f"nothing changed since {config.version}"
        return Diagnostic("no-release", message, place, "name a --version to release it anyway")
    return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _entry(project: str, version: str, changes: Sequence[Change], *, first: bool) -> str:
    """The section of the changelog."""
    seconds = float(os.environ.get("SOURCE_DATE_EPOCH") or time.time())
    date = datetime.fromtimestamp(seconds, timezone.utc).date().isoformat()
    told = "The first release.\n" if first else markdown(changes).replace("\n## ", "\n### ")
    return f"## {project} {version} - {date}\n\n{told}"


def _with_entry(text: str, entry: str) -> str:
    """The changelog with a section before the newest release."""
    found = _HEADING.search(text)
    if found is None:
        return text.rstrip("\n") + "\n\n" + entry
    return text[: found.start()] + entry + "\n" + text[found.start() :]


def _stamped(text: str, version: str) -> str:
    """The settings with another version."""
    document = tomlkit.parse(text)
    cast("dict[str, dict[str, object]]", document["tool"])["rebind"]["version"] = version
    return tomlkit.dumps(document)
