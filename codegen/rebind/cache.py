"""What the last run made, kept for the next one: in a folder of the user's own, as JSON.

It is only a shortcut: a run with it ends in the same bytes as one without it. Everything in it is
found by digest of what it was made of, Rebind and its tools among it; what is damaged, or what
somebody else could have written, counts for nothing. A checkout holds none of it: who clones it
would take a stranger's word for what its description becomes.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rebind import lock
from rebind.config import Config
from rebind.diagnostics import Checked, Diagnostic, Place
from rebind.files import Files

if TYPE_CHECKING:
    from rebind.changes.surface import Surface
    from rebind.source import Document, Readings

HOME = "REBIND_CACHE"
"""The environment variable that names another folder; an empty one turns the cache off."""
_TOOLS = ("jsonschema-rs", "pydantic", "pydantic-core", "pyyaml")
"""What else decides what is made, besides what the lock names."""
_PARTS = ("types", "texts", "templates")
"""What of `Kept` is in a file."""
_MOST = 50
"""Packages of which something is kept."""
_SAID = "said"
"""The folder of what YAML says, for all packages."""
_MOST_SAID = 2000
"""Files of which it is kept what they say."""


@dataclass
class Kept:
    """What is handed from one run to the next.

    Attributes:
        types: What schemas became, by digest; see `reuse`.
        texts: What files became when they were formatted, by digest of what they were.
        templates: Our templates, compiled.
        said: What YAML says, by digest of its text; see `source.load`.
        read: Every file that the description is made of, and its text. Of this run alone.
        surface: Takes what callers see of the package; asked by those who compare. Of this run
            alone.
    """

    types: dict[str, Any] = field(default_factory=dict[str, Any])
    texts: dict[str, str] = field(default_factory=dict[str, str])
    templates: dict[str, str] = field(default_factory=dict[str, str])
    said: Readings = field(default_factory=dict[str, str])
    read: dict[Path, str] = field(default_factory=dict[Path, str])
    surface: Callable[[], Surface] | None = None

    def saw(self, documents: Iterable[Document]) -> None:
        """Note what a description is made of."""
        self.read = {document.path: document.text for document in documents}


class Cache:
    """The cache of one package.

    Args:
        config: What the package is made from, and what it is called.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        root = _root()
        name = lock.digest("\0".join(str(p.absolute()) for p in (config.input, config.output)))
        self._folder = root / name if root else None

    def files(self) -> Checked[Files] | None:
        """What the last run made, if the next would make the same; None if it might not."""
        known = self._read("run.json")
        if known is None or known.get("of") != self._settled() or not _unchanged(known["inputs"]):
            return None
        files = self._read("files.json", known["made"])
        if files is None:
            return None
        return Checked(files, tuple(_told(known["diagnostics"])))

    def kept(self) -> Kept:
        """What can be used again of the last run, whatever has changed since."""
        known = self._read("parts.json")
        if known is None or known.get("of") != _makers():
            return Kept(said=Said())
        return Kept(**{name: known[name] for name in _PARTS}, said=Said())

    def keep(self, made: Checked[Files], kept: Kept) -> None:
        """Keep what a run made.

        Args:
            made: The files, and what there was to say.
            kept: What else can be used again.
        """
        if made.value is None or self._folder is None:
            return
        with suppress(OSError):  # a full disk, a folder that is not to be written
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            parts = {name: getattr(kept, name) for name in _PARTS}
            self._write("parts.json", {"of": _makers(), **parts})
            inputs = dict(_inputs(kept.read))
            if not inputs or any(d.place.file not in kept.read for d in made.diagnostics):
                return
            said = [_out(diagnostic) for diagnostic in made.diagnostics]
            files = self._write("files.json", made.value)
            run = {"of": self._settled(), "inputs": inputs, "made": files, "diagnostics": said}
            self._write("run.json", run)
            _prune(self._folder.parent)

    def _settled(self) -> str:
        return lock.digest(f"{_makers()} {self._config.input} {lock.configured(self._config)}")

    def _read(self, name: str, sealed: str | None = None) -> dict[str, Any] | None:
        """What is in a file of the cache, if it is as it was written, and has that seal, if any."""
        found = _opened(self._folder / name, sealed) if self._folder else None
        try:
            return None if found is None else cast("dict[str, Any]", json.loads(found))
        except (ValueError, RecursionError):
            return None

    def _write(self, name: str, data: Mapping[str, Any]) -> str:
        """Write a file of the cache: whole, or not at all. Returns its seal."""
        assert self._folder is not None
        return _sealed(self._folder / name, json.dumps(data).encode())


class Said:
    """What YAML says, by digest of its text: found again by every command, of whichever package."""

    def __init__(self) -> None:
        root = _root()
        self._folder = root / _SAID if root else None
        self._pruned = False

    def get(self, digest: str) -> str | None:
        """The JSON of a text, if it was read before."""
        found = _opened(self._folder / self._name(digest)) if self._folder else None
        return None if found is None else found.decode()

    def __setitem__(self, digest: str, said: str) -> None:
        """Note what a text says."""
        if self._folder is None:
            return
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True, mode=0o700)
            if not self._pruned:
                self._pruned = True
                for file in _oldest(self._folder.iterdir(), _MOST_SAID):
                    file.unlink(missing_ok=True)
            _sealed(self._folder / self._name(digest), said.encode())

    @staticmethod
    def _name(digest: str) -> str:
        return f"{digest}-{_reader()}"


def _opened(path: Path, seal: str | None = None) -> bytes | None:
    """What is in a file of the cache; None if it is not there, or not as it was written."""
    try:
        found, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if found != hashlib.sha256(content).hexdigest().encode() or seal not in (None, found.decode()):
        return None
    return content


def _sealed(path: Path, content: bytes) -> str:
    """Write a file of the cache: whole, or not at all. Returns its seal."""
    seal = hashlib.sha256(content).hexdigest()
    number, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(seal.encode() + b"\n" + content)
        os.replace(made, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(made)
        raise
    return seal


def _root() -> Path | None:
    """The folder of all caches; None if there is none that is the user's own."""
    said = os.environ.get(HOME)
    if said == "":
        return None
    try:
        root = Path(said) if said else _usual()
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = root.stat()
    except (OSError, RuntimeError):  # RuntimeError: there is no home
        return None
    if hasattr(os, "geteuid"):
        shared = stat.S_IWGRP | stat.S_IWOTH
        if found.st_uid != os.geteuid() or found.st_mode & shared:
            return None
    return root.resolve()


def _usual() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "rebind"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "rebind"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rebind"


@cache
def _makers() -> str:
    """The digest of Rebind and of whatever else decides what it makes."""
    from importlib.metadata import version

    tools = (f"{name}=={version(name)}" for name in _TOOLS)
    return lock.digest(" ".join([lock.generator(), sys.version, *tools]))


@cache
def _reader() -> str:
    """The digest of what decides what YAML says."""
    from importlib.metadata import version

    parts = [lock.source("source.py"), sys.version, version("pyyaml")]
    return lock.digest(" ".join(parts))[:16]


def _inputs(read: Mapping[Path, str]) -> Iterator[tuple[str, str]]:
    """Every file and the digest of its bytes; none if one has changed since it was read."""
    found: dict[str, str] = {}
    for path, text in read.items():
        raw = path.read_bytes()
        if raw.removeprefix(b"\xef\xbb\xbf") != text.encode("utf-8", "surrogatepass"):
            return
        found[str(path.absolute())] = hashlib.sha256(raw).hexdigest()
    yield from found.items()


def _unchanged(inputs: Mapping[str, str]) -> bool:
    try:
        return all(
            hashlib.sha256(Path(path).read_bytes()).hexdigest() == known
            for path, known in inputs.items()
        )
    except OSError:
        return False


def _out(said: Diagnostic) -> list[Any]:
    place = said.place
    spot = [str(place.file), place.line, place.column, place.end_column, place.pointer]
    return [said.code, said.message, spot, said.help, said.severity]


def _told(diagnostics: list[Any]) -> Iterator[Diagnostic]:
    for code, message, (file, line, column, end, pointer), help, severity in diagnostics:
        text = Path(file).read_bytes().decode("utf-8-sig", "surrogatepass")
        place = Place(Path(file), line, column, end, pointer, text)
        yield Diagnostic(code, message, place, help, severity)


def _prune(root: Path) -> None:
    """Forget the packages that were made longest ago."""
    folders = [path for path in root.iterdir() if path.is_dir() and path.name != _SAID]
    for path in _oldest(folders, _MOST):
        for file in path.iterdir():
            file.unlink()
        path.rmdir()


def _oldest(paths: Iterable[Path], kept: int) -> list[Path]:
    return sorted(paths, key=lambda path: path.stat().st_mtime)[:-kept]
