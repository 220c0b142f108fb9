"""`rebind upstream sync`: everything that follows from a newer release of the vendor's SDK."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from rebind import output
from rebind.commands.terminal import Commands, Progress, counted, report, settings, shown
from rebind.config import Config
from rebind.diagnostics import Diagnostic, Place
from rebind.git import GitError, Repository

if TYPE_CHECKING:
    from rebind.upstream.syncing import Sync

_TABLE = "run this where a pyproject.toml has one, or below"


def add(steps: Commands) -> None:
    """Add the words of the command."""
    sync = steps.add_parser(
        "sync",
        help="bring everything up to a release: description, package, changelog",
        description="Import RELEASE, compare it with the description that is there, and bring "
        "that, the package and the changelog up to date: in the working tree, on a new branch, or "
        "as a patch. All of it is written, or nothing.",
    )
    sync.add_argument(
        "release",
        nargs="?",
        metavar="RELEASE",
        help="as for rebind upstream import; the newest one of what was imported when left out",
    )
    where = sync.add_mutually_exclusive_group()
    where.add_argument(
        "--branch", metavar="NAME", help="commit to a new branch; touch nothing else"
    )
    where.add_argument("--patch", metavar="FILE", help="write a patch for git apply; - prints it")
    sync.add_argument("--dry-run", action="store_true", help="write nothing: say what would be")
    sync.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from rebind.upstream.syncing import prepare

    configured = settings("there is no [tool.rebind] table", _TABLE)
    if configured.value is None or configured.value.file is None:
        return report(configured.diagnostics, 2)
    package = configured.value
    repository = Repository.of(configured.value.file.parent)
    refused = tuple(_refused(arguments, package, repository))
    if refused:
        return report(refused, 2)
    with Progress() as progress:
        found = prepare(package, arguments.release, progress.stage)
    report(found.diagnostics, 0)
    if found.value is None:
        return 1
    status = 1 if found.diagnostics else 0
    sync = found.value
    out = sys.stderr if arguments.patch == "-" else sys.stdout
    if not any(part for part, _ in sync.parts):
        print(f"{sync.after}: nothing changed", file=out)
        return status
    _tell(sync, out)
    if found.diagnostics:
        print(f"corrections that no longer apply: {len(found.diagnostics)}, left out", file=out)
    if arguments.dry_run:
        return status
    try:
        _write(sync, arguments, repository)
    except GitError as error:
        help = "mend what git says, or leave out --branch and --patch; nothing was changed"
        return report((Diagnostic("sync-git", f"git: {error}", Place("command line"), help),), 2)
    return status


def _refused(
    arguments: argparse.Namespace, package: Config, repository: Repository | None
) -> Iterator[Diagnostic]:
    """What stands in the way, whatever the release is."""
    here = Place("command line")
    if repository is None:
        if arguments.branch or arguments.patch:
            message = "there is no git repository with a commit to build on"
            yield Diagnostic("sync-git", message, here, "leave out --branch and --patch")
        return
    if arguments.branch and not repository.takes_branch(arguments.branch):
        message = f"no branch can be called '{arguments.branch}'"
        yield Diagnostic("sync-branch", message, here, "see git help check-ref-format")
    elif arguments.branch and repository.has_branch(arguments.branch):
        message = f"there is a branch '{arguments.branch}' already"
        help = "choose another name, or delete it: git branch -D"
        yield Diagnostic("sync-branch", message, here, help)
    if arguments.dry_run:
        return
    changelog = package.changelog or (package.file or Path()).parent / "CHANGELOG.md"
    for path in repository.uncommitted([package.input.parent, package.output, changelog])[:5]:
        message = "it has changes that are not committed, and would be overwritten"
        help = "commit or stash them first; --dry-run goes without"
        yield Diagnostic("sync-uncommitted", message, Place(repository.top / path), help)


def _tell(sync: Sync, out: TextIO) -> None:
    """What changed, for callers and in files, and what is to be recorded anew."""
    from rebind.changes import shown as forms

    colored = out.isatty() and not os.environ.get("NO_COLOR")
    print(f"{sync.before} -> {sync.after}\n", file=out)
    print(forms.text(sync.changes, sync.waves, color=colored), file=out)
    for part, folder in sync.parts:
        if part:
            name = folder / part[0].path if part == [sync.changelog] else folder
            print(f"{shown(name)}: {counted(part)}", file=out)
    if sync.recordings:
        print(f"recordings to renew: {len(sync.recordings)}", file=out)
        for operation in sync.recordings:
            print(f"  {operation}", file=out)


def _write(sync: Sync, arguments: argparse.Namespace, repository: Repository | None) -> None:
    if repository is not None and (arguments.branch or arguments.patch):
        commits = sync.commits(repository.tracks)
        if arguments.branch:
            repository.commit(commits, arguments.branch)
            print(f"branch {arguments.branch}: {len(commits)} commits")
            return
        patch = repository.patch(commits).decode("utf-8", "replace")
        if arguments.patch == "-":
            print(patch, end="")
            return
        path = Path(arguments.patch)
        output.write([output.Change(path.name, None, patch)], path.parent)
        print(f"patch {shown(path)}")
        return
    output.write_all(sync.parts)
