"""A source distribution -> the text of its Python modules. Nothing is written or run."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import tokenize
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath
from typing import IO

from rebind.diagnostics import Checked, Diagnostic, Place, quoted

MAX_MEMBERS = 20_000
"""An archive may have so many members."""
MAX_BYTES = 512 * 1024 * 1024
"""An archive may become so large."""
MAX_FILE = 16 * 1024 * 1024
"""A module may be so large."""
CLIENT = "client.py"
"""The module that a package of an SDK is known by."""


@dataclass(frozen=True)
class Sources:
    """The modules of a package.

    Args:
        name: The name of the distribution.
        version: Its version; empty where nothing says it.
        files: Path inside the package -> text.
        shown: What the paths stand in, as users see it.
    """

    name: str
    version: str
    files: Mapping[str, str]
    shown: str


def read(path: Path) -> Checked[Sources]:
    """Read the modules of a package.

    Args:
        path: A `.tar.gz`, or a folder that was made of one.

    Returns:
        The modules; nothing where the archive is broken, hostile, or holds no SDK.
    """
    try:
        if path.is_dir():
            found = _folder(path)
        elif path.is_file():
            found = dict(_members(path))
        else:
            return _refusal(
                path, "upstream-missing", "there is no such archive", "check the name of the file"
            )
    except _Refused as refused:
        return _refusal(path, refused.code, str(refused), refused.help)
    except (OSError, EOFError, zlib.error, tarfile.TarError, ValueError) as error:
        message = f"the archive cannot be read: {str(error) or type(error).__name__}"
        return _refusal(
            path, "upstream-archive", message, "download it again; it has to be a .tar.gz"
        )
    return _package(path, found)


class _Refused(Exception):
    """The archive is not one that is read."""

    def __init__(self, code: str, message: str, help: str) -> None:
        super().__init__(message)
        self.code = code
        self.help = help


class _Limited(io.RawIOBase):
    """A stream that ends with an error rather than fill the memory."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile) -> None:
        self._stream = stream
        self._left = MAX_BYTES

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise _Refused(
                "upstream-archive",
                f"the archive is larger than {MAX_BYTES // 1024 // 1024} MiB when it is unpacked",
                "this is no source distribution of an SDK; download it again",
            )
        return data


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    """The Python modules and the metadata of an archive, as they come."""
    with gzip.open(path, "rb") as packed:
        limited = _Limited(packed)
        with tarfile.open(fileobj=limited, mode="r|") as archive:
            for number, member in enumerate(archive, 1):
                if number > MAX_MEMBERS:
                    raise _Refused(
                        "upstream-archive",
                        f"the archive has more than {MAX_MEMBERS} members",
                        "this is no source distribution of an SDK; download it again",
                    )
                _check(member)
                if member.isfile() and _is_wanted(member.name):
                    if member.size > MAX_FILE:
                        raise _Refused(
                            "upstream-archive",
                            f"{quoted(member.name)} is larger than {MAX_FILE // 1024 // 1024} MiB",
                            "this is no module that somebody wrote; download the archive again",
                        )
                    taken = archive.extractfile(member)
                    if taken is not None:
                        yield str(PurePosixPath(member.name)), taken.read()


def _check(member: tarfile.TarInfo) -> None:
    """A member that would leave its folder, or stand for another file, refuses the archive."""
    pure = PurePosixPath(member.name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in member.name or "\0" in member.name:
        raise _Refused(
            "upstream-hostile",
            f"the archive has a member that leads out of it: {quoted(member.name)}",
            "do not use this archive; take the release from the package index",
        )
    if not (member.isfile() or member.isdir()) and _is_wanted(member.name):
        raise _Refused(
            "upstream-hostile",
            f"{quoted(member.name)} is no ordinary file, but a link or a device",
            "do not use this archive; take the release from the package index",
        )


def _is_wanted(name: str) -> bool:
    return name.endswith(".py") or PurePosixPath(name).name in ("PKG-INFO", "METADATA")


def _folder(path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    # An installed package has its metadata beside it.
    beside = [p / "METADATA" for p in path.parent.glob(f"{path.name}-*.dist-info")]
    for file in (*sorted(path.rglob("*")), *beside):
        name = file.name if file in beside else file.relative_to(path).as_posix()
        if not _is_wanted(name) or not file.is_file():
            continue
        if not file.resolve().is_relative_to(path.parent.resolve()):
            raise _Refused(
                "upstream-hostile",
                f"{quoted(name)} is a link that leads out of the folder",
                "name a folder that holds the package itself",
            )
        if len(found) >= MAX_MEMBERS or file.stat().st_size > MAX_FILE:
            raise _Refused(
                "upstream-archive",
                "the folder holds more than an SDK",
                "name the folder of the package",
            )
        found[name] = file.read_bytes()
    return found


def _package(path: Path, found: Mapping[str, bytes]) -> Checked[Sources]:
    """The package among the files: the highest folder with a client in it."""
    clients = sorted(
        (name for name in found if PurePosixPath(name).name == CLIENT),
        key=lambda name: (name.count("/"), name),
    )
    if not clients:
        message = f"there is no {CLIENT} in it, so that this is no SDK that is understood"
        return _refusal(path, "upstream-archive", message, "name a source distribution of the SDK")
    folder = clients[0].removesuffix(CLIENT)
    files: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for name, data in found.items():
        if name.startswith(folder) and name.endswith(".py"):
            shown = f"{path.name}/{name}"
            try:
                encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
                text = data.decode(encoding)
            except (SyntaxError, UnicodeDecodeError, LookupError) as error:
                message = f"the module is not text: {error}"
                problems.append(
                    Diagnostic("upstream-syntax", message, Place(shown), "download it again")
                )
                continue
            files[name.removeprefix(folder)] = text.replace("\r\n", "\n").replace("\r", "\n")
    name, version = _metadata(path, found)
    if problems:
        return Checked(None, tuple(problems))
    sources = Sources(
        name, version, dict(sorted(files.items())), f"{path.name}/{folder}".rstrip("/")
    )
    return Checked(sources)


def _metadata(path: Path, found: Mapping[str, bytes]) -> tuple[str, str]:
    """The distribution's name and version: of its metadata, otherwise of the archive's name."""
    for name in sorted(found, key=lambda name: (name.count("/"), name)):
        if PurePosixPath(name).name in ("PKG-INFO", "METADATA"):
            headers = HeaderParser().parsestr(found[name].decode("utf-8", "replace"))
            if headers["Name"] and headers["Version"]:
                return str(headers["Name"]).strip(), str(headers["Version"]).strip()
    match = re.fullmatch(r"(.+?)-(\d[^-]*?)(\.tar\.gz|\.tgz)?", path.name)
    return (match[1], match[2]) if match else (path.name, "")


def _refusal(path: Path, code: str, message: str, help: str) -> Checked[Sources]:
    return Checked(None, (Diagnostic(code, message, Place(path), help),))
