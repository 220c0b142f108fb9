"""A requirement such as `abacusai==1.4.119` -> its source distribution, which is never run."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shlex
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import Version

from rebind.diagnostics import Checked, Diagnostic, Place

_SECONDS = 60.0
_MAX_BYTES = 256 * 1024 * 1024
_WAY_OUT = "download the .tar.gz by other means and name the file"


@dataclass(frozen=True)
class _Where:
    """Where pip would look for packages."""

    indexes: tuple[str, ...]
    links: tuple[str, ...]
    trusted: tuple[str, ...]
    cert: str | None = None


def fetch(words: str, cache: Path, *, pre: bool = False) -> Checked[Path]:
    """Download a source distribution, unless it is in the cache.

    Args:
        words: A requirement that names one release, or a package for its latest one. One that is
            not final is taken only where nothing else fits.
        cache: The folder to keep it in.
        pre: Whether releases that are not final count like the others.

    Returns:
        The archive, its digest verified, with a warning where a later one was left out because it
        is not final. The index is the one that pip is configured with.
    """
    try:
        wanted = Requirement(words)
    except InvalidRequirement:
        return _refuse("upstream-requirement", f"'{words}' is neither a file nor a requirement",
                       "write a release such as abacusai==1.4.119, or name an archive")  # fmt: skip
    if wanted.url or wanted.extras or wanted.marker:
        return _refuse("upstream-requirement", f"'{words}' says more than a release",
                       "write a release such as abacusai==1.4.119")  # fmt: skip
    kept = _kept(wanted, cache)
    if kept is not None:
        return Checked(kept)
    # Imported where it is used: it takes a while, and only this needs it.
    import unearth

    logging.getLogger("unearth").setLevel(logging.ERROR)
    where = _configured()
    finder = unearth.PackageFinder(
        _session(where),
        index_urls=where.indexes,
        find_links=where.links,
        trusted_hosts=where.trusted,
        no_binary=[wanted.name],
        ignore_compatibility=True,
    )
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = [
                package
                for package in finder.find_all_packages(wanted.name, allow_yanked=True)
                if package.link.filename.endswith((".tar.gz", ".tgz"))
            ]
            if not found:
                return _nothing(wanted)
            fitting = [p for p in found if wanted.specifier.contains(p.version or "", True)]
            if not fitting:
                return _unknown(wanted, [str(p.version) for p in found])
            final = [p for p in fitting if not Version(str(p.version)).is_prerelease]
            taken = fitting[0] if pre or not final else final[0]
            got = _download(finder.session, taken.link, Path(folder), cache)
            return Checked(got.value, (*got.diagnostics, *_left_out(taken, fitting[0])))
    except (OSError, ValueError, RuntimeError) as error:
        message = f"the package index did not give it: {type(error).__name__}: {error}"
        return _refuse("upstream-fetch", _without_hosts(message), _WAY_OUT)
    except Exception as error:
        if type(error).__module__.split(".")[0] not in ("httpx", "httpx2", "httpcore", "httpcore2"):
            raise
        message = f"the package index cannot be reached: {type(error).__name__}"
        return _refuse("upstream-fetch", message, f"check the network; or {_WAY_OUT}")


def _left_out(taken: Any, newest: Any) -> Iterable[Diagnostic]:
    """That the newest release was not taken, because it is not final."""
    if newest.version != taken.version:
        message = f"{newest.name} {newest.version} is newer than {taken.version}, and is not final"
        help = f"to have it, name it: {newest.name}=={newest.version}; sync has --pre, too"
        yield Diagnostic("upstream-prerelease", message, Place("command line"), help, "warning")


def _download(session: Any, link: Any, folder: Path, cache: Path) -> Checked[Path]:
    """Stream a file into the cache; it is there only when it is complete and what it should be."""
    name = Path(link.filename).name
    digests: dict[str, list[str]] = link.hash_option or {}
    hashes = {algorithm: hashlib.new(algorithm) for algorithm in digests}
    own = hashlib.sha256()
    target = folder / name
    with target.open("wb") as file:
        for chunk in _chunks(session, link):
            file.write(chunk)
            own.update(chunk)
            for digest in hashes.values():
                digest.update(chunk)
            if file.tell() > _MAX_BYTES:
                message = f"the archive is larger than {_MAX_BYTES // 1024 // 1024} MiB"
                return _refuse("upstream-fetch", message, "check what the index offers there")
    wrong = [a for a, digest in hashes.items() if digest.hexdigest() not in digests[a]]
    if wrong:
        message = f"the archive is not what the index says: its {wrong[0]} differs"
        return _refuse("upstream-hash", message, "try again; then tell whoever runs the index")
    cache.mkdir(parents=True, exist_ok=True)
    final = cache / name
    staged = cache / f".{name}.{os.getpid()}"
    staged.write_bytes(target.read_bytes())
    (cache / f"{name}.sha256").write_text(f"{own.hexdigest()}\n", encoding="ascii")
    os.replace(staged, final)
    return Checked(final)


def _chunks(session: Any, link: Any) -> Iterable[bytes]:
    if link.is_file:
        with open(link.file_path, "rb") as file:
            while chunk := file.read(1 << 16):
                yield chunk
        return
    with session.get_stream(link.normalized) as response:
        response.raise_for_status()
        yield from response.iter_raw(1 << 16)  # the file as it is, not unpacked on the way


def _session(where: _Where) -> Any:
    """A client that trusts whom pip is told to trust."""
    from unearth.auth import MultiDomainBasicAuth
    from unearth.fetchers import PyPIClient

    verify = ssl.create_default_context(cafile=where.cert) if where.cert else True
    session = PyPIClient(
        trusted_hosts=where.trusted, verify=verify, timeout=_SECONDS, follow_redirects=True
    )
    session.auth = MultiDomainBasicAuth(index_urls=list(where.indexes))
    return session


def _kept(wanted: Requirement, cache: Path) -> Path | None:
    """The archive of the one release that is wanted, where an earlier run left it unharmed."""
    pins = [s for s in wanted.specifier if s.operator == "==" and "*" not in s.version]
    if len(pins) != 1 or len(wanted.specifier) != 1:
        return None
    spelled = {re.sub(r"[-_.]+", sign, wanted.name).lower() for sign in "-_."}
    for name in sorted(spelled):
        path = cache / f"{name}-{pins[0].version}.tar.gz"
        digest = path.with_name(f"{path.name}.sha256")
        if not (path.is_file() and digest.is_file()):
            continue
        if hashlib.sha256(path.read_bytes()).hexdigest() == digest.read_text().strip():
            return path
    return None


def _configured() -> _Where:
    """What pip is configured with: in files, in the environment."""
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "pip", "config", "list"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        lines = ran.stdout.splitlines() if ran.returncode == 0 else []
    except (OSError, subprocess.SubprocessError):
        lines = []
    known: dict[str, list[str]] = {}
    for line in lines:
        section, _, value = line.partition("=")
        key = section.rpartition(".")[2]
        scope = section.rpartition(".")[0]
        if scope in ("global", "download", "install", ":env:") and value:
            try:
                # Later lines win, the environment last.
                known[key] = " ".join(shlex.split(value)).split()
            except ValueError:
                continue
    if not lines:  # no pip beside this Python
        for key in (
            "index-url",
            "extra-index-url",
            "find-links",
            "trusted-host",
            "cert",
            "no-index",
        ):
            said = os.environ.get(f"PIP_{key.replace('-', '_').upper()}")
            if said:
                known[key] = said.split()
    first = known.get("index-url", [])
    indexes = (
        []
        if known.get("no-index", ["0"])[0].lower() in ("1", "true", "yes")
        else [
            *(first or [_default_index()]),
            *known.get("extra-index-url", []),
        ]
    )
    links, trusted = known.get("find-links", []), known.get("trusted-host", [])
    authority = next(iter(known.get("cert", [])), None)
    return _Where(tuple(indexes), tuple(links), tuple(trusted), authority)


def _default_index() -> str:
    """The index that the library takes when it is told none."""
    import unearth

    return str(unearth.PackageFinder().sources[0]["url"])


def _nothing(wanted: Requirement) -> Checked[Path]:
    message = (
        f"the package index offers no source distribution of '{wanted.name}', or cannot be reached"
    )
    return _refuse("upstream-fetch", message, f"check the name and the network; or {_WAY_OUT}")


def _unknown(wanted: Requirement, versions: list[str]) -> Checked[Path]:
    message = f"there is no source distribution for '{wanted}'"
    near = [
        v for v in versions if v.split(".")[:2] == str(wanted.specifier).lstrip("=").split(".")[:2]
    ]
    listed = ", ".join((near or versions)[:5])
    return _refuse("upstream-version", message, f"there are, for example, {listed}")


def _without_hosts(text: str) -> str:
    return re.sub(r"\w+://\S+", "the index", text)


def _refuse(code: str, message: str, help: str) -> Checked[Path]:
    return Checked(None, (Diagnostic(code, message, Place("command line"), help),))
