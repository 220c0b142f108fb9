"""What a user names -> a surface: a file, a folder, a git revision, or an archived package."""

from __future__ import annotations

import io
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from rebind import config, git, openapi, source
from rebind.aliases import alias
from rebind.cache import Said
from rebind.changes.catalogue import Change
from rebind.changes.comparing import compare
from rebind.changes.surface import Surface, surface
from rebind.config import Config
from rebind.diagnostics import Checked, Diagnostic, Place, did_you_mean, quoted
from rebind.files import DESCRIPTION
from rebind.lower import lower
from rebind.names import assign

_ROOTS = ("openapi.yaml", "openapi.yml", "openapi.json")
_LARGEST = 64 * 1024 * 1024
"""Nothing larger is taken out of an archive or a revision."""
_MOST_FILES = 20_000

Shown = Callable[[Place], Place]


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Attributes:
        name: What the user called it.
        title: The title of the API.
        surface: What its callers see.
        package: The import name of the package, where it is an archived one.
    """

    name: str
    title: str
    surface: Surface
    package: str | None = None


def read(name: str, root: Path | None = None, settings: Config | None = None) -> Checked[Side]:
    """Read what a user names.

    Args:
        name: A document, a folder that holds one, `REVISION:PATH` of the git repository, or the
            wheel or source archive of a generated package.
        root: The folder that the name is relative to; the working directory when left out.
        settings: What its package is made by: the old names that it keeps. A project, or a folder
            with one, has its own.

    Returns:
        The surface, or what is wrong with it.
    """
    path = (root or Path()) / name
    if path.is_dir():
        found, own = document_in(path)
        return described(found, name, settings=settings or own) if found else _refused(
            name, "no-document", "there is no OpenAPI document in this folder",
            f"name the document, or a folder that holds {_ROOTS[0]}",
        )  # fmt: skip
    if path.exists() and path.suffix.lower() in (".whl", ".zip", ".gz", ".tgz"):
        return _archive(path, name)
    revision, colon, inside = name.partition(":")
    if colon and revision and not path.exists():
        return _revision(revision, inside, name, root or Path(), settings)
    return described(path, name, settings=settings)


def released(name: str, file: Path) -> Checked[Side]:
    """Read what a revision of the repository made a package of.

    Args:
        name: `REVISION:PATH` of the description.
        file: The file with the package's settings.

    Returns:
        The surface, with the old names that the settings kept then.
    """
    revision = name.partition(":")[0]
    text = git.ask(file.parent, "show", f"{revision}:./{file.name}")
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made).resolve() / file.name
        copy.write_bytes(text or b"")
        side = read(name, file.parent, config.read(copy).value)
        shown = relabelled(copy.parent, f"{revision}:")
        return Checked(side.value, _all(side.diagnostics, shown))


def between(old: Checked[Side], new: Checked[Side]) -> Checked[tuple[Change, ...]]:
    """Compare two sides that were read.

    Args:
        old: What callers know.
        new: What they will meet.

    Returns:
        The changes; what is wrong with either side, or that they are of two packages, otherwise.
    """
    said = old.diagnostics + new.diagnostics
    if old.value is None or new.value is None:
        return Checked(None, said)
    one, other = old.value, new.value
    apart = one.package and other.package and one.package != other.package
    if apart or (one.title != other.title and _nothing_shared(one.surface, other.surface)):
        called = [quoted(side.package or side.title) for side in (one, other)]
        message = f"{quoted(one.name)} is of {called[0]}, and this of {called[1]}"
        help = "name two versions of one package"
        return Checked(None, (*said, Diagnostic("two-packages", message, Place(other.name), help)))
    return Checked(compare(one.surface, other.surface), said)


def _nothing_shared(one: Surface, other: Surface) -> bool:
    operations = one.form["operations"], other.form["operations"]
    return all(operations) and not set(operations[0]) & set(operations[1])


def document_in(path: Path) -> tuple[Path | None, Config | None]:
    """The document of a folder: its own, or that of the project or the package there."""
    for name in _ROOTS:
        if (path / name).is_file():
            return path / name, None
    project = path / "pyproject.toml"
    if project.is_file() and config.find(path) == project.resolve():
        settings = config.read(project)
        if settings.value is not None:
            return settings.value.input, settings.value
    packaged = sorted(path.glob(f"*/{DESCRIPTION}"))
    return (packaged[0] if len(packaged) == 1 else None), None


def described(
    path: Path,
    name: str,
    shown: Shown = lambda place: place,
    package: str | None = None,
    settings: Config | None = None,
) -> Checked[Side]:
    """Read a document.

    Args:
        path: The document.
        name: What the user called it.
        shown: Makes places what the user knows them as.
        package: The import name of the package, where it is an archived one.
        settings: What the package is made by; with the old names that it keeps.

    Returns:
        The surface, or what is wrong with the document.
    """
    kept = Said()
    document = source.load(path, kept)
    if document.value is None or not document.ok:
        return Checked(None, _all(document.diagnostics, shown))
    resolved = openapi.resolve(document.value, kept)
    said = _all(document.diagnostics + resolved.diagnostics, shown)
    if resolved.value is None or not resolved.ok:
        return Checked(None, said)
    api = lower(resolved.value)
    if api.value is None or not api.ok:
        return Checked(None, said + _all(api.diagnostics, shown))
    names = assign(api.value, package=package or "package", client=None)
    aliases = alias(api.value, names, resolved.value.place, settings, expires=False)
    if aliases.value is None:
        return Checked(None, said + _all(aliases.diagnostics, shown))
    taken = surface(api.value, names, resolved.value, shown, aliases.value)
    return Checked(Side(name, api.value.title, taken, package), said)


def _all(found: tuple[Diagnostic, ...], shown: Shown) -> tuple[Diagnostic, ...]:
    return tuple(replace(d, place=shown(d.place)) for d in found)


def _revision(
    revision: str, inside: str, name: str, root: Path, settings: Config | None
) -> Checked[Side]:
    """The document as a git revision has it."""
    if revision.startswith("-") or not git.ask(root, "rev-parse", "--git-dir"):
        return _refused(
            name, "file-not-found", "the file does not exist", "see whether the path is right"
        )
    commit = git.ask(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"
    )
    if not commit:
        known = git.ask(root, "for-each-ref", "--format=%(refname:short)") or b""
        hint = did_you_mean(revision, known.decode("utf-8", "replace").split(), "see git log")
        return _refused(name, "unknown-revision", f"git knows no revision {quoted(revision)}", hint)
    tree = commit.decode().strip()
    prefix = (git.ask(root, "rev-parse", "--show-prefix") or b"").decode().strip()
    wanted = prefix + inside[2:] if inside.startswith("./") else inside
    top = root / (git.ask(root, "rev-parse", "--show-cdup") or b"").decode().strip()
    folder, document = _split(top, tree, wanted)
    taken = git.ask(top, "archive", "--format=tar", f"{tree}:{folder}" if folder else tree)
    if taken is None:
        message = f"there is no {quoted(inside)} in {quoted(revision)}"
        return _refused(name, "file-not-found", message, f"see git ls-tree -r {revision}")
    with tempfile.TemporaryDirectory() as made:
        place = Path(made).resolve()
        _unpack(taken, place)
        path, own = (place / document, None) if document else document_in(place)
        if path is None:
            message = "there is no OpenAPI document in this folder"
            return _refused(name, "no-document", message, "name the document itself")
        label = f"{revision}:{folder}/" if folder else f"{revision}:"
        return described(path, name, relabelled(place, label), settings=settings or own)


def _split(root: Path, tree: str, wanted: str) -> tuple[str, str]:
    """A path of a revision as the folder to take and the document in it."""
    wanted = wanted.strip("/")
    kind = (git.ask(root, "cat-file", "-t", f"{tree}:{wanted}") or b"").strip()
    if kind != b"blob":
        return wanted, ""
    path = PurePosixPath(wanted)
    return ("" if str(path.parent) == "." else str(path.parent)), path.name


def _archive(path: Path, name: str) -> Checked[Side]:
    """The document that a generated package carries."""
    try:
        found = sorted(_members(path), key=lambda item: (item[0].count("/"), item[0]))
    except (OSError, tarfile.TarError, zipfile.BadZipFile, EOFError) as error:
        return _refused(
            name, "bad-archive", f"this archive cannot be read: {error}", "build it again"
        )
    if not found:
        message = f"this is no package that Rebind generated: there is no {DESCRIPTION} in it"
        return _refused(name, "foreign-archive", message, "name the archive of a generated package")
    inside, content = found[0]
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made).resolve() / DESCRIPTION
        copy.write_bytes(content)
        label = relabelled(copy.parent, f"{name}!{inside.removesuffix(DESCRIPTION)}")
        return described(copy, name, label, PurePosixPath(inside).parent.name)


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    """The descriptions in an archive, none of them larger than is allowed."""
    if path.suffix.lower() in (".whl", ".zip"):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist()[:_MOST_FILES]:
                if _is_description(info.filename) and info.file_size <= _LARGEST:
                    with archive.open(info) as file:
                        yield info.filename, file.read(_LARGEST)
        return
    with tarfile.open(path, "r:*") as archive:
        for index, member in enumerate(archive):
            if index >= _MOST_FILES:
                return
            if member.isfile() and _is_description(member.name) and member.size <= _LARGEST:
                taken = archive.extractfile(member)
                if taken is not None:
                    yield member.name, taken.read(_LARGEST)


def _is_description(name: str) -> bool:
    return PurePosixPath(name).name == DESCRIPTION and 2 <= len(PurePosixPath(name).parts) <= 4


def _unpack(content: bytes, folder: Path) -> None:
    """The plain files of an archive that git made; nothing leaves the folder."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for index, member in enumerate(archive):
            target = (folder / member.name).resolve()
            if index >= _MOST_FILES or not target.is_relative_to(folder):
                continue
            if member.isfile() and member.size <= _LARGEST:
                file = archive.extractfile(member)
                if file is not None:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(file.read())


def relabelled(folder: Path, label: str) -> Shown:
    """Makes places in a folder what the user knows them as: `label` and the path in it."""

    def shown(place: Place) -> Place:
        path = Path(place.file)
        if not path.is_relative_to(folder):
            return place
        return replace(place, file=label + path.relative_to(folder).as_posix())

    return shown


def _refused(name: str, code: str, message: str, help: str) -> Checked[Side]:
    return Checked(None, (Diagnostic(code, message, Place(name), help),))
