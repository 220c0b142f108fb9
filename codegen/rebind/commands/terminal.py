"""What all commands say in the same words: diagnostics, changed files, how far a run is."""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from rebind import config, diagnostics, output
from rebind.config import Config
from rebind.diagnostics import Checked, Diagnostic

_GENERATE = "rebind generate SPEC -o DIR --package NAME [--client NAME]"


class Commands(Protocol):
    """What takes the words of the commands: the sub-parsers of argparse, whose type is private."""

    def add_parser(
        self, name: str, /, *, help: str, description: str | None = None
    ) -> argparse.ArgumentParser:
        """Add a command."""
        ...


def report(found: Sequence[Diagnostic], status: int) -> int:
    """Print diagnostics.

    Args:
        found: What there is to say.
        status: The exit status of the command.

    Returns:
        The status.
    """
    if found:
        colored = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
        print(diagnostics.render(found, color=colored), end="", file=sys.stderr)
    return status


def usage(message: str, help: str = _GENERATE) -> Checked[Any]:
    """Print what is wrong with the words of a command, and how they go."""
    print(f"rebind: error: {message}", file=sys.stderr)
    print(f"  = help: {help}", file=sys.stderr)
    return Checked(None)


def settings(message: str, help: str = _GENERATE) -> Checked[Config]:
    """The settings of the project that this is; `message` where it is none."""
    path = config.find(Path.cwd())
    return config.read(path) if path else usage(message, help)


def settle(
    changes: list[output.Change], folder: Path, *, check: bool, reasons: Iterable[str] = ()
) -> int:
    """Make the changes, or say what they would be.

    Args:
        changes: The files that change.
        folder: Where they are.
        check: Whether to write nothing.
        reasons: Why the folder is out of date; asked only where that is said.

    Returns:
        The exit status: 1 where something would change.
    """
    name = shown(folder)
    if check:
        for change in changes:
            print(
                change.diff() or f"{change.verb} {change.path}",
                end="\n" if not change.diff() else "",
            )
        if changes:
            print(f"{name} is out of date: {counted(changes)}", file=sys.stderr)
            for reason in reasons:
                print(f"  = {reason}", file=sys.stderr)
            return 1
        print(f"{name} is up to date")
        return 0
    output.write(changes, folder)
    print(f"{name}: {counted(changes)}")
    return 0


def counted(changes: Sequence[output.Change]) -> str:
    """How many files were added, changed and removed, in a few words."""
    verbs = [change.verb for change in changes]
    counts = [(verb, verbs.count(verb)) for verb in ("added", "changed", "removed")]
    return ", ".join(f"{count} {verb}" for verb, count in counts if count) or "nothing changed"


def shown(path: Path) -> str:
    """A path as it is seen from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


class Progress:
    """One line on a terminal, once a run has taken a second."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._name = ""
        self._done = threading.Event()
        self._shown = False
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            self._thread = threading.Thread(target=self._show, daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def stage(self, name: str) -> None:
        """A stage begins."""
        self._name = name

    def clear(self) -> None:
        """Take the line away."""
        self._done.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self._shown = False

    def _show(self) -> None:
        wait = 1.0
        while not self._done.wait(wait):
            self._shown = True
            seconds = time.monotonic() - self._start
            print(f"\r\033[K{self._name} ... {seconds:.0f} s", end="", file=sys.stderr, flush=True)
            wait = 0.5
