"""What git knows of a project, and commits that touch neither its files nor its index."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class GitError(Exception):
    """What git said when it refused."""


def ask(folder: Path, *words: str) -> bytes | None:
    """What git says; None where it refuses, or is not there."""
    try:
        return _run(folder, words)
    except GitError:
        return None


def _run(
    folder: Path,
    words: Sequence[str],
    given: bytes | None = None,
    environment: Mapping[str, str] | None = None,
) -> bytes:
    try:
        ran = subprocess.run(
            ["git", *words],
            cwd=folder,
            input=given,
            capture_output=True,
            check=False,
            env={**os.environ, **(environment or {})},
        )
    except FileNotFoundError:
        raise GitError("git is not there") from None
    if ran.returncode != 0:
        said = ran.stderr.decode("utf-8", "replace").strip() or f"git {words[0]} failed"
        raise GitError(said.splitlines()[-1])
    return ran.stdout


@dataclass(frozen=True)
class Commit:
    """A commit to be made.

    Attributes:
        message: What it says.
        files: Path -> content; None for a file that goes.
    """

    message: str
    files: Mapping[Path, bytes | None]


@dataclass(frozen=True)
class Repository:
    """A git repository with a commit to build on.

    Attributes:
        top: The folder of its working tree.
        head: The commit that is checked out.
    """

    top: Path
    head: str

    @classmethod
    def of(cls, folder: Path) -> Repository | None:
        """The repository that a folder is in; None without one, or before its first commit."""
        top = ask(folder, "rev-parse", "--show-toplevel")
        head = ask(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        if not top or not head:
            return None
        return cls(Path(os.fsdecode(top.removesuffix(b"\n"))), head.decode().strip())

    def uncommitted(self, paths: Sequence[Path]) -> list[Path]:
        """Which of some files are not committed as they are."""
        words = ["status", "--porcelain", "-z", "--untracked-files=all", "--no-renames"]
        said = os.fsdecode(_run(self.top, words)).split("\0")
        known = {entry[3:] for entry in said if entry[2:3] == " "}
        return [path for path in paths if self.inside(path) in known]

    def unpack(self, folder: Path) -> None:
        """Write what is committed into an empty folder; nothing else changes.

        Raises:
            GitError: git refused.
        """
        with tempfile.TemporaryDirectory() as made:
            index = {"GIT_INDEX_FILE": str(Path(made) / "index")}
            _run(self.top, ["read-tree", self.head], environment=index)
            words = ["checkout-index", "--all", f"--prefix={folder}{os.sep}"]
            _run(self.top, words, environment=index)

    def nameless(self) -> str | None:
        """Why git cannot tell whose commits these would be; None where it can."""
        try:
            for who in ("AUTHOR", "COMMITTER"):
                _run(self.top, ["var", f"GIT_{who}_IDENT"])
        except GitError as error:
            return str(error)
        return None

    def tracks(self, path: Path) -> bool:
        """Whether a file is, or would be, under version control."""
        return ask(self.top, "check-ignore", "--quiet", "--", self.inside(path)) is None

    def has_branch(self, name: str) -> bool:
        """Whether there is a branch of that name."""
        return ask(self.top, "rev-parse", "--verify", "--quiet", f"refs/heads/{name}") is not None

    def takes_branch(self, name: str) -> bool:
        """Whether a branch may be called so."""
        return ask(self.top, "check-ref-format", "--branch", name) is not None

    def commit(self, commits: Sequence[Commit], branch: str) -> None:
        """Make a new branch of commits upon the present one; nothing else changes.

        Args:
            commits: One after the other.
            branch: The name of the branch.

        Raises:
            GitError: git refused; there is no such branch then.
        """
        # commit-tree alone does not ask whether the user signs.
        asked = ask(self.top, "config", "--type=bool", "commit.gpgsign") or b""
        sign = ["-S"] if asked.strip() == b"true" else []
        last = self.head
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            for tree, message in self._trees(commits, index):
                words = ["commit-tree", *sign, tree, "-p", last, "-F", "-"]
                last = _run(self.top, words, message.encode()).decode().strip()
        _run(self.top, ["update-ref", f"refs/heads/{branch}", last, "0" * len(last)])

    def patch(self, commits: Sequence[Commit]) -> bytes:
        """What commits would change, as a patch for `git apply`.

        Raises:
            GitError: git refused.
        """
        with tempfile.TemporaryDirectory() as folder:
            objects = ask(self.top, "rev-parse", "--path-format=absolute", "--git-path", "objects")
            known = os.fsdecode((objects or b"").strip())
            (Path(folder) / "objects").mkdir()
            apart = {
                "GIT_INDEX_FILE": str(Path(folder) / "index"),
                "GIT_OBJECT_DIRECTORY": str(Path(folder) / "objects"),
                "GIT_ALTERNATE_OBJECT_DIRECTORIES": known,
            }
            *_, (tree, _) = self._trees(commits, apart)
            words = ["diff", "--binary", "--no-color", "--no-ext-diff", self.head, tree]
            return _run(self.top, words, environment=apart)

    def _trees(
        self, commits: Sequence[Commit], environment: Mapping[str, str]
    ) -> list[tuple[str, str]]:
        """The tree of each commit, and its message."""
        _run(self.top, ["read-tree", self.head], environment=environment)
        programs = self._programs()
        made: list[tuple[str, str]] = []
        for commit in commits:
            lines = b""
            for path, content in commit.files.items():
                name = os.fsencode(self.inside(path))
                mode, blob = b"0", b"0" * len(self.head)
                if content is not None:
                    words = ["hash-object", "-w", "--stdin"]
                    mode = b"100755" if name in programs else b"100644"
                    blob = _run(self.top, words, content, environment=environment).strip()
                lines += b"%s %s\t%s\0" % (mode, blob, name)
            _run(self.top, ["update-index", "-z", "--index-info"], lines, environment=environment)
            tree = _run(self.top, ["write-tree"], environment=environment).decode().strip()
            made.append((tree, commit.message))
        return made

    def _programs(self) -> set[bytes]:
        """The files that may be run, and go on to be."""
        listed = _run(self.top, ["ls-tree", "-r", "-z", self.head]).split(b"\0")
        return {line.partition(b"\t")[2] for line in listed if line.startswith(b"100755")}

    def inside(self, path: Path) -> str:
        """A path as git knows it; links on the way to it are followed, the file itself is not."""
        return (path.parent.resolve() / path.name).relative_to(self.top.resolve()).as_posix()
