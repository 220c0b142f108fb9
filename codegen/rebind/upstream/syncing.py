"""A newer release of the SDK -> everything in the project that follows from it, not yet written."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from rebind import cache, changes, config, lock, output, pipeline, upstream
from rebind.changes import Change, Wave, sources
from rebind.changes.shown import counted, markdown
from rebind.changes.types import classes
from rebind.config import Config
from rebind.diagnostics import Checked, Diagnostic, Place
from rebind.git import Commit, Repository

_ORIGIN = re.compile(rf"# {output.MARK} from (\S+) (\S+?)(?: and |;)")
_UNRELEASED = re.compile(r"^## \[?unreleased\]?.*\n", re.IGNORECASE | re.MULTILINE)
_SECTION = re.compile(r"^## ", re.MULTILINE)
_NEW = "# Changelog\n\nWhat changed, newest first.\n"
_WIRE = re.compile(
    r"operation-(added|renamed|(verb|path|host|encoding|wire|security)-changed)"
    r"|parameter-(added|added-required|removed|renamed|retyped|wire-changed|default-changed)"
    r"|parameter-now-(required|optional)|result-.*|replies-changed"
)
"""The changes of an operation after which its recording is no longer what goes over the wire."""
_FIELDS = re.compile(
    r"field-(added|added-required|removed|retyped|narrowed|widened|wire-changed)|class-retyped"
)
"""The same of a class, for the operations that take or return it."""


@dataclass(frozen=True)
class Sync:
    """What a newer release changes in a project.

    Attributes:
        before: What the description was made of: `abacusai 1.4.118`.
        after: What it is made of now.
        spec: The files of the description that change.
        package: The files of the package that change.
        changelog: The changelog; None where there is nothing to tell.
        changes: What changed for callers.
        waves: What changed in very many places at once.
        recordings: The operations whose recordings are no longer what goes over the wire, and why:
            the changes that made them so.
        folders: Where the files of the description, of the changelog and of the package are.
    """

    before: str
    after: str
    spec: list[output.Change]
    package: list[output.Change]
    changelog: output.Change | None
    changes: Sequence[Change]
    waves: Sequence[Wave]
    recordings: Mapping[str, Sequence[Change]]
    folders: tuple[Path, Path, Path]

    @property
    def parts(self) -> list[tuple[list[output.Change], Path]]:
        """Everything that changes, and where."""
        spec, beside, package = self.folders
        told = [self.changelog] if self.changelog else []
        return [(self.spec, spec), (told, beside), (self.package, package)]

    def commits(self, tracked: Callable[[Path], bool]) -> list[Commit]:
        """The same as commits: what only regenerates is one of its own.

        Args:
            tracked: Tells whether a folder is under version control; what is in others is left out.
        """
        described, told, made = (
            {
                folder / change.path: None
                if change.new is None
                else change.new.encode(errors="surrogateescape")
                for change in (part if tracked(folder) else ())
            }
            for part, folder in self.parts
        )
        message = f"Describe {self.after}\n\nFor callers: {counted(self.changes)}.\n"
        generated = f"Generate {self.folders[2].name}\n"
        commits = [Commit(message, {**described, **told}), Commit(generated, made)]
        return [commit for commit in commits if commit.files]


def origin(document: Path) -> tuple[str, str] | None:
    """What a description was imported from.

    Args:
        document: Its root document.

    Returns:
        The name of the package and its version; None where the document does not say so.
    """
    try:
        with document.open(encoding="utf-8", errors="replace") as file:
            found = _ORIGIN.match(file.readline())
    except OSError:
        return None
    return (found[1], found[2]) if found else None


def prepare(
    package: Config,
    words: str | None,
    stage: Callable[[str], None] = lambda name: None,
    *,
    pre: bool = False,
) -> Checked[Sync]:
    """Work out what a release changes; nothing is written.

    Args:
        package: The project.
        words: The release, as for `rebind upstream import`; the newest final one of the package
            that the description was imported from, when left out.
        stage: Told the name of each stage as it begins.
        pre: Whether releases that are not final count like the others.

    Returns:
        The changes, and what of the corrections by hand no longer applies, as warnings; where
        nothing final is newer, what is newer all the same. What stands in the way otherwise.
    """
    known = origin(package.input)
    if known is None:
        message = "the description does not say which release it was imported from"
        help = "import it first: rebind upstream import NAME==VERSION"
        return Checked(None, (Diagnostic("sync-origin", message, Place(package.input), help),))
    stage("finding the release")
    found = upstream.find(words or known[0], pre=pre)
    if found.value is None:
        return Checked(None, found.diagnostics)
    stage("reading the release")
    spec = package.input.parent
    beside = spec / upstream.OVERLAY
    made = upstream.make(found.value, beside if beside.is_file() else None, skip=True)
    if made.value is None:
        return Checked(None, made.diagnostics)
    changelog = package.changelog or (package.file or Path()).parent / "CHANGELOG.md"
    folders = (spec, changelog.parent, package.output)
    if words is None and _earlier(made.value.origin, known):
        now = " ".join(known)
        return Checked(Sync(now, now, [], [], None, (), (), {}, folders), found.diagnostics)
    stale = tuple(d for d in made.diagnostics if d.code.startswith("overlay-"))
    if made.value.origin == " ".join(known):
        stale += found.diagnostics
    described = output.compare(made.value.files, spec)
    if described.value is None:
        return Checked(None, described.diagnostics)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve() / spec.name
        shutil.copytree(spec, copy)
        output.write(described.value, copy)
        shown = sources.relabelled(copy, f"{spec.name}/")
        stage("comparing")
        before = changes.read(str(package.input))
        after = sources.described(copy / package.input.name, str(package.input), shown)
        compared = changes.between(before, after)
        if compared.value is None or before.value is None:
            return Checked(None, compared.diagnostics)
        kept = cache.Cache(package).kept()
        files = pipeline.generate(replace(package, input=copy / package.input.name), stage, kept)
        if files.value is None:
            return Checked(None, tuple(replace(d, place=shown(d.place)) for d in files.diagnostics))
    generated = output.compare(lock.seal(files.value, package), package.output)
    if generated.value is None:
        return Checked(None, generated.diagnostics)
    waves = changes.waves(compared.value, before.value.surface)
    told = _told(changelog, made.value.origin, compared.value, waves) if compared.value else None
    sync = Sync(
        " ".join(known),
        made.value.origin,
        described.value,
        generated.value,
        told,
        compared.value,
        waves,
        _recordings(compared.value, after.value),
        folders,
    )
    return Checked(sync, stale)


def committed(
    package: Config,
    repository: Repository,
    words: str | None,
    stage: Callable[[str], None] = lambda name: None,
    *,
    pre: bool = False,
) -> Checked[Sync]:
    """The same for a project as it is committed, whatever the working tree holds.

    Args:
        package: The project in the working tree.
        repository: Where it is committed.
        words: As for `prepare`.
        stage: As for `prepare`.
        pre: As for `prepare`.

    Returns:
        As `prepare` does; every place and every folder is one of the working tree.
    """
    file = package.file or Path()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve()
        repository.unpack(copy)
        home = sources.relabelled(copy, f"{repository.top}/")
        settings = copy / repository.inside(file)
        if not settings.is_file():
            help = "commit the project first, or leave out --branch and --patch"
            message = "it is not committed, so there is nothing to build on"
            return Checked(None, (Diagnostic("sync-git", message, Place(file), help),))
        read = config.read(settings)
        made = prepare(read.value, words, stage, pre=pre) if read.value else Checked[Sync](None)
        said = tuple(
            replace(d, place=home(replace(d.place, source=d.place.source or _text(d.place))))
            for d in (*read.diagnostics, *made.diagnostics)
        )
        if made.value is None:
            return Checked(None, said)
        spec, beside, output_ = (repository.top / f.relative_to(copy) for f in made.value.folders)
        changed = [
            replace(
                c,
                old_place=c.old_place and home(c.old_place),
                new_place=c.new_place and home(c.new_place),
            )
            for c in made.value.changes
        ]
        return Checked(replace(made.value, folders=(spec, beside, output_), changes=changed), said)


def _text(place: Place) -> str | None:
    """The text around a place, while the file is there."""
    path = Path(place.file)
    return path.read_text("utf-8", "replace") if path.is_file() else None


def _earlier(origin: str, known: tuple[str, str]) -> bool:
    """Whether what an index has as the newest comes before what the description is of."""
    name, _, version = origin.partition(" ")
    try:
        return name == known[0] and Version(version) < Version(known[1])
    except InvalidVersion:
        return False


def _recordings(
    found: Sequence[Change], after: sources.Side | None
) -> Mapping[str, Sequence[Change]]:
    """The ids of the operations that recordings were made of in another form, and what changed."""
    if after is None:
        return {}
    operations, known = after.surface.form["operations"], after.surface.form["classes"]
    held: dict[str, set[str]] = {}
    for name, form in operations.items():
        # Objects that stand for their ids are not sent.
        types = (parameter["type"] for parameter in form["parameters"].values())
        taken = _reached(types, known) & after.surface.sent
        for cls in taken | _reached([form["result"]], known):
            held.setdefault(cls, set()).add(name)
    renewed: dict[str, list[Change]] = {}
    for change in found:
        section, name = change.path[:2] if len(change.path) > 1 else ("", "")
        names = {name} if section == "operations" and _WIRE.fullmatch(change.code) else set[str]()
        if section == "classes" and _FIELDS.fullmatch(change.code):
            names = held.get(name, set())
        for operation in sorted(names & set(operations)):
            renewed.setdefault(operations[operation]["id"], []).append(change)
    return dict(sorted(renewed.items()))


def _reached(types: Iterable[object], known: Mapping[str, Any]) -> set[str]:
    """The classes that stand in types, and all that these lead to by their fields."""
    found: set[str] = set()
    waiting = [name for type in types for name in classes(type)]
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found.add(name)
            fields = known[name]["fields"].values()
            inner = known[name]["type"], *(field["type"] for field in fields)
            waiting += [name for type in inner for name in classes(type)]
    return found


def _told(
    changelog: Path, origin: str, found: Sequence[Change], waves: Sequence[Wave]
) -> output.Change:
    """The changelog with an entry under what is not released yet."""
    known = changelog.read_bytes().decode(errors="surrogateescape") if changelog.is_file() else None
    said = markdown([c for c in found if c.severity != "docs"] or found, waves)
    entry = f"### {origin}\n\n{said.replace(chr(10) + '## ', chr(10) + '#### ')}\n"
    text = known if known is not None else _NEW
    heading = _UNRELEASED.search(text)
    if heading is not None:
        end = heading.end()
        text = f"{text[:end]}\n{entry}{text[end:].lstrip(chr(10))}"
    else:
        first = _SECTION.search(text)
        end = first.start() if first else len(text)
        text = f"{text[:end].rstrip()}\n\n## Unreleased\n\n{entry}{text[end:]}"
    return output.Change(changelog.name, known, text.rstrip("\n") + "\n")
