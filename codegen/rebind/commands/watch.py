"""`rebind watch`: generate on save."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rebind import cache, config, inputs, lock, output
from rebind.commands.terminal import Commands, Progress, counted, report, settings, shown
from rebind.config import Config
from rebind.diagnostics import Checked, Diagnostic, Place
from rebind.files import Files

if TYPE_CHECKING:
    from rebind.changes import Surface

_TABLE = "run this where a pyproject.toml has one, or below"
_QUIET = 100
"""So many milliseconds without a save end a burst of them."""
_FIRST = 500
"""After so many milliseconds it is looked whether something was saved before watching began."""
_MOST = 10
"""No more files are named one by one."""


def add(commands: Commands) -> None:
    """Add the words of the command."""
    watch = commands.add_parser(
        "watch",
        help="generate on save",
        description="Generate what [tool.rebind] configures, again after each save, and say what "
        "changed for callers. A mistake leaves the last good package as it is. Ctrl-C ends it.",
    )
    watch.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command; only an interrupt ends it."""
    import watchfiles

    configured = settings("there is no [tool.rebind] table", _TABLE)
    if configured.value is None:
        return report(configured.diagnostics, 2)
    watch = _Watch(configured.value)
    try:
        watch.make()
        _say(f"watching {watch.told()}; Ctrl-C ends it")
        while True:
            folders, begun = watch.folders(), False
            for events in watchfiles.watch(
                *folders,
                recursive=False,
                watch_filter=None,
                step=_QUIET,
                rust_timeout=_FIRST,
                yield_on_timeout=True,
            ):
                if (events or not begun) and watch.changed():
                    watch.make()
                begun = True
                if watch.folders() != folders:
                    break  # and watch those
    finally:
        watch.keep()


class _Watch:
    """A package, and what was seen of it last."""

    def __init__(self, package: Config) -> None:
        self.package = package
        self.kept = cache.Cache(package).kept()
        self.read: set[Path] = set()
        self.state: inputs.State = {}
        self.failed = False
        self.surface: Surface | None = None
        self.made: Checked[Files] | None = None
        self.said: tuple[Diagnostic, ...] = ()

    def told(self) -> str:
        """What is watched, in a few words."""
        count = len(self.state)
        return f"{count} file{'s' if count != 1 else ''} for {shown(self.package.output)}"

    def folders(self) -> frozenset[Path]:
        """The folders to watch."""
        return inputs.folders(self.package, self.read, all_documents=self.failed)

    def changed(self) -> bool:
        """Whether a file is another than it was; one that is away for a moment is not."""
        now = inputs.state(self.paths())
        return now != self.state and inputs.settled(self.state, now) != self.state

    def paths(self) -> set[Path]:
        """The files to watch."""
        return inputs.paths(self.package, self.read, all_documents=self.failed)

    def make(self) -> None:
        """Generate, write, and say what changed."""
        begun = time.monotonic()
        known = self.paths()
        before = inputs.state(known)
        changes: Checked[list[output.Change]] = Checked(None)
        try:
            made = self.generated()
            if made.value is not None:
                changes = self.written(made.value)
            found = made.diagnostics + changes.diagnostics
        except OSError as error:
            found = (_unreadable(error, self.package),)
        self.failed = changes.value is None
        self.read = set(self.kept.read) or self.read
        self.state = dict(self.seen(known, before))
        if found != self.said:
            report(found, 0)
        self.said = found
        if changes.value is not None:
            self.tell(changes.value, time.monotonic() - begun)
        elif self.surface is not None:
            _say(f"{shown(self.package.output)} stays as it was")

    def generated(self) -> Checked[Files]:
        """The files of the package, by the settings as they are now."""
        if self.package.file is not None:
            configured = config.read(self.package.file)
            if configured.value is None:
                return Checked(None, configured.diagnostics)
            self.package = configured.value
        from rebind import pipeline  # with all that it imports, only for this command

        with Progress() as progress:
            self.made = pipeline.generate(self.package, progress.stage, self.kept)
        return self.made

    def written(self, files: Files) -> Checked[list[output.Change]]:
        """Write the files, all of them or none."""
        folder = self.package.output
        changes = output.compare(lock.seal(files, self.package), folder)
        if changes.value:
            output.write_all([(changes.value, folder)])
        return changes

    def seen(self, known: set[Path], before: inputs.State) -> Iterator[tuple[Path, str]]:
        """The files as the run saw them; what was saved meanwhile is another state than that."""
        paths = self.paths()
        texts = {path.absolute(): text for path, text in self.kept.read.items()}
        now = inputs.state(paths - known) if self.failed else {}
        for path in paths:
            if path in known:
                if path in before:
                    yield path, before[path]
            elif path in texts:
                yield path, inputs.digest(texts[path])
            elif path in now:
                yield path, now[path]

    def tell(self, changes: Sequence[output.Change], seconds: float) -> None:
        """Say what changed: the files, and what callers notice."""
        _say(f"{shown(self.package.output)}: {counted(changes)} in {seconds:.1f} s")
        if self.surface is not None:
            for change in changes[:_MOST]:
                _say(f"  {change.verb} {change.path}")
            if len(changes) > _MOST:
                _say(f"  and {len(changes) - _MOST} more")
        from rebind.changes import compare
        from rebind.changes import shown as forms

        old, take = self.surface, self.kept.surface
        assert take is not None
        self.surface = take()
        if old is not None and changes:
            colored = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
            _say(forms.text(compare(old, self.surface), color=colored).rstrip("\n"))

    def keep(self) -> None:
        """Keep what was made for the next run."""
        if self.made is not None and not self.failed:
            cache.Cache(self.package).keep(self.made, self.kept)


def _unreadable(error: OSError, package: Config) -> Diagnostic:
    """What the system refused, as a mistake: the next save may mend it."""
    place = Place(Path(str(error.filename)) if error.filename else package.input)
    message = f"it cannot be read or written: {error.strerror or error}"
    return Diagnostic("watch-file", message, place, "mend it; the next save tries again")


def _say(text: str) -> None:
    print(text, flush=True)
