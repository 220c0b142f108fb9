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
from rebind.diagnostics import Diagnostic, Place, printable
from rebind.git import GitError, Repository

if TYPE_CHECKING:
    from rebind.upstream.syncing import Sync

_TABLE = "run this where a pyproject.toml has one, or below"

_RENEW = (
    "make these calls again, and keep what is sent and answered; with "
    'record = "COMMAND" in [tool.rebind], this line is that command'
)


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
    sync.add_argument(
        "--pre", action="store_true", help="count releases that are not final, where none is named"
    )
    sync.add_argument("--dry-run", action="store_true", help="write nothing: say what would be")
    sync.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from rebind.upstream.syncing import committed, prepare

    configured = settings("there is no [tool.rebind] table", _TABLE)
    if configured.value is None or configured.value.file is None:
        return report(configured.diagnostics, 2)
    package = configured.value
    repository = Repository.of(configured.value.file.parent)
    refused = tuple(_refused(arguments, repository))
    if refused:
        return report(refused, 2)
    with Progress() as progress:
        words = (arguments.release, progress.stage)
        if repository is not None and (arguments.branch or arguments.patch):
            try:
                found = committed(package, repository, *words, pre=arguments.pre)
            except GitError as error:
                return _refusal(error)
        else:
            found = prepare(package, *words, pre=arguments.pre)
    report(found.diagnostics, 0)
    if found.value is None:
        return 1
    sync = found.value
    stale = [d for d in found.diagnostics if d.code.startswith("overlay-")]
    status = 1 if stale else 0
    out = sys.stderr if arguments.patch == "-" else sys.stdout
    if not any(part for part, _ in sync.parts):
        print(f"{sync.after}: nothing changed", file=out)
        return status
    _tell(sync, package.record, out)
    if stale:
        print(f"corrections that no longer apply: {len(stale)}, left out", file=out)
    if arguments.dry_run:
        return status
    try:
        beside = arguments.branch or arguments.patch  # the working tree stays as it is
        if not beside and (in_the_way := tuple(_in_the_way(sync, repository))):
            return report(in_the_way, 2)
        _write(sync, arguments, repository)
    except GitError as error:
        return _refusal(error)
    return status


def _refusal(error: GitError) -> int:
    help = "mend what git says, or leave out --branch and --patch; nothing was changed"
    return report((Diagnostic("sync-git", f"git: {error}", Place("command line"), help),), 2)


def _refused(arguments: argparse.Namespace, repository: Repository | None) -> Iterator[Diagnostic]:
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
    if arguments.branch and (why := repository.nameless()):
        help = "git config user.name 'Your Name', and git config user.email you@example.com"
        yield Diagnostic("sync-identity", f"nobody to commit as: {why}", here, help)


def _in_the_way(sync: Sync, repository: Repository | None) -> Iterator[Diagnostic]:
    """The files that would be written, and hold what is not committed."""
    paths = [folder / change.path for part, folder in sync.parts for change in part]
    for path in repository.uncommitted(paths) if repository else ():
        message = "it has changes that are not committed, and would be overwritten"
        help = "commit or stash this file first; others are not in the way"
        yield Diagnostic("sync-uncommitted", message, Place(path), help)


def _tell(sync: Sync, renew: str | None, out: TextIO) -> None:
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
        for operation, why in sync.recordings.items():
            print(f"  {operation}", file=out)
            for change in why:
                print(f"    {printable(change.message)} [{change.code}]", file=out)
        print(f"  = help: {renew or _RENEW}", file=out)


def _write(sync: Sync, arguments: argparse.Namespace, repository: Repository | None) -> None:
    if repository is not None and (arguments.branch or arguments.patch):
        commits = sync.commits(repository.tracks)
        if arguments.branch:
            repository.commit(commits, arguments.branch)
            print(f"branch {arguments.branch}: {len(commits)} commits")
            return
        patch = repository.patch(commits)
        if arguments.patch == "-":
            sys.stdout.flush()
            sys.stdout.buffer.write(patch)
            return
        path = Path(arguments.patch)
        output.replace(path, patch)
        print(f"patch {shown(path)}")
        return
    output.write_all(sync.parts)
