"""Commands. Only this module prints and exits."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rebind import __version__, cache, config, diagnostics, lock, output
from rebind.config import Config
from rebind.diagnostics import Checked, Diagnostic
from rebind.files import Files

_DEFAULT_RECORDINGS = "tests/contract/cassettes"
_GENERATE = "rebind generate SPEC -o DIR --package NAME [--client NAME]"
_DIFF = "rebind diff OLD NEW"
_TABLE = "run this where a pyproject.toml has one, or below"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: The words after `rebind`; those of the process when left out.

    Returns:
        0 when all is well, 1 when there is something to mend, 2 when the command could not run.
    """
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        print("interrupted; nothing more was written", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        where = f" '{error.filename}'" if error.filename else ""
        print(f"rebind: error: {error.strerror or error}{where}", file=sys.stderr)
        return 2
    except Exception as error:  # a defect: say where to look, not how the stack stood
        if os.environ.get("REBIND_DEBUG"):
            traceback.print_exc()
        print(f"rebind: internal error: {type(error).__name__}: {error}", file=sys.stderr)
        print("  = help: this is a defect of Rebind; REBIND_DEBUG=1 shows where", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rebind", description="Turn an OpenAPI description into a Python package."
    )
    parser.add_argument("--version", action="version", version=f"rebind {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    make = commands.add_parser(
        "generate",
        help="generate the package",
        description="Generate a package from SPEC, or what [tool.rebind] configures.",
    )
    make.add_argument(
        "spec", nargs="?", type=Path, metavar="SPEC", help="an OpenAPI 3.0 or 3.1 document"
    )
    make.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="the folder of the package's project"
    )
    make.add_argument("--package", metavar="NAME", help="the import name of the package")
    make.add_argument("--client", metavar="NAME", help="the class name of the client")
    make.add_argument(
        "--check",
        action="store_true",
        help="write nothing: print what would change, exit 1 if anything",
    )
    make.add_argument(
        "--no-cache", action="store_true", help="make everything anew, and keep nothing of it"
    )
    make.set_defaults(run=_generate)
    diff = commands.add_parser(
        "diff",
        help="say what changed for callers",
        description="Say what changed for callers between OLD and NEW: each an OpenAPI document, a "
        "folder that holds one, REVISION:PATH of the git repository, or the wheel or source "
        "archive of a generated package.",
    )
    diff.add_argument("old", metavar="OLD", help="what callers know")
    diff.add_argument(
        "new",
        nargs="?",
        metavar="NEW",
        help="what they will meet; what is configured when left out",
    )
    diff.add_argument(
        "--format",
        choices=("text", "markdown", "html", "json"),
        default="text",
        help="how to say it; text when left out",
    )
    diff.add_argument(
        "--fail-on",
        choices=("breaking", "risky", "additive", "docs"),
        help="exit 1 when a change is as bad as that, or worse",
    )
    diff.set_defaults(run=_diff)
    out = commands.add_parser(
        "release",
        help="stamp the next version and tell of it",
        description="Choose the next version by what changed since OLD (by default what is tagged "
        "with the present version), write it into the settings and the package, and an entry into "
        "the changelog.",
    )
    out.add_argument("old", nargs="?", metavar="OLD", help="what was released, as for rebind diff")
    out.add_argument("--version", metavar="X.Y.Z", help="this version, whatever changed")
    out.add_argument("--first", action="store_true", help="nothing was released before")
    out.add_argument("--dry-run", action="store_true", help="write nothing: say what would be")
    out.set_defaults(run=_release)
    mock = commands.add_parser(
        "mock",
        help="serve a document on this machine",
        description="Serve SPEC on 127.0.0.1: recordings, or made-up replies that fit.",
    )
    mock.add_argument(
        "spec", nargs="?", type=Path, metavar="SPEC", help="an OpenAPI 3.0 or 3.1 document"
    )
    mock.add_argument("--port", type=int, default=0, help="the port; a free one when left out")
    mock.add_argument("--recordings", type=Path, metavar="DIR", help="a folder of recorded replies")
    mock.add_argument(
        "--run", dest="script", type=Path, metavar="SCRIPT", help="run a Python script against it"
    )
    mock.set_defaults(run=_mock)
    upstream = commands.add_parser("upstream", help="work with the vendor's published SDK")
    steps = upstream.add_subparsers(required=True, metavar="STEP")
    bring = steps.add_parser(
        "import",
        help="describe the API that a release calls",
        description="Read a release of the vendor's SDK, without running it, and write OpenAPI.",
    )
    bring.add_argument(
        "release", metavar="RELEASE", help="abacusai==1.4.119, an archive (.tar.gz), or a folder"
    )
    bring.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="where to write; the folder of the spec"
    )
    bring.add_argument(
        "--overlay", type=Path, metavar="FILE", help="corrections by hand; overlay.yaml of the spec"
    )
    bring.add_argument("--no-overlay", action="store_true", help="apply no corrections")
    bring.add_argument(
        "--check",
        action="store_true",
        help="write nothing: print what would change, exit 1 if anything",
    )
    bring.set_defaults(run=_import)
    return parser


def _import(arguments: argparse.Namespace) -> int:
    from rebind import upstream

    spec = _spec_folder()
    beside = spec / upstream.OVERLAY
    overlay = arguments.overlay or (beside if beside.is_file() else None)
    folder = arguments.output or spec
    with _Progress() as progress:
        progress.stage("finding the release")
        source = upstream.find(arguments.release)
        if source.value is None:
            progress.clear()
            return _report(source.diagnostics, 1)
        progress.stage("reading the release")
        made = upstream.make(source.value, None if arguments.no_overlay else overlay)
        if made.value is None:
            progress.clear()
            return _report(made.diagnostics, 1)
        changes = output.compare(made.value.files, folder)
    if changes.value is None:
        return _report(changes.diagnostics, 1)
    _report(made.diagnostics, 0)
    for line in made.value.totals:
        print(line)
    return _settle(changes.value, folder, check=arguments.check)


def _spec_folder() -> Path:
    """The folder of the description that is configured; `spec` without one."""
    path = config.find(Path.cwd())
    found = config.read(path) if path else None
    return found.value.input.parent if found and found.value else Path("spec")


def _generate(arguments: argparse.Namespace) -> int:
    settings = _settings(arguments)
    if settings.value is None:
        return _report(settings.diagnostics, 2)
    # Much is made and nearly all of it stays: looking for garbage as often as usual finds little.
    gc.set_threshold(100_000, 50, 1000)
    with _Progress() as progress:
        files = _made(settings.value, progress, cached=not arguments.no_cache)
        if files.value is None:
            progress.clear()
            return _report(files.diagnostics, 1)
        sealed = lock.seal(files.value, settings.value)
        changes = output.compare(sealed, settings.value.output)
    if changes.value is None:
        return _report(changes.diagnostics, 2)
    _report(files.diagnostics, 0)
    reasons = lock.reasons(files.value, settings.value)
    return _settle(changes.value, settings.value.output, check=arguments.check, reasons=reasons)


def _made(settings: Config, progress: _Progress, *, cached: bool) -> Checked[Files]:
    """The files of a package: those of the last run, where they would be the same."""
    store = cache.Cache(settings) if cached else None
    found = store.files() if store else None
    if found is not None:
        return found
    from rebind import pipeline  # with all that it imports, only for those who need it

    kept = store.kept() if store else cache.Kept()
    files = pipeline.generate(settings, progress.stage, kept)
    if store:
        store.keep(files, kept)
    return files


def _settle(
    changes: list[output.Change], folder: Path, *, check: bool, reasons: Iterable[str] = ()
) -> int:
    """Make the changes, or say what they would be."""
    shown = _shown(folder)
    if check:
        for change in changes:
            print(
                change.diff() or f"{change.verb} {change.path}",
                end="\n" if not change.diff() else "",
            )
        if changes:
            print(f"{shown} is out of date: {_counted(changes)}", file=sys.stderr)
            for reason in reasons:
                print(f"  = {reason}", file=sys.stderr)
            return 1
        print(f"{shown} is up to date")
        return 0
    output.write(changes, folder)
    said = _counted(changes) if changes else "nothing changed"
    print(f"{shown}: {said}")
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    from rebind import changes
    from rebind.changes import shown

    new = arguments.new
    if new is None:
        path = config.find(Path.cwd())
        settings = config.read(path) if path else _usage("name the newer description", _DIFF)
        if settings.value is None:
            return _report(settings.diagnostics, 2)
        new = _shown(settings.value.input)
    sides = changes.read(arguments.old), changes.read(new)
    found = changes.between(*sides)
    if found.value is None:
        return _report(found.diagnostics, 2)
    if arguments.format == "html":
        title = f"{arguments.old} -> {new}"
        print(shown.page(found.value, title), end="")
    elif arguments.format == "text":
        colored = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        print(shown.text(found.value, color=colored), end="")
    else:
        print(shown.FORMATS[arguments.format](found.value), end="")
    return 1 if changes.reaches(found.value, arguments.fail_on) else 0


def _release(arguments: argparse.Namespace) -> int:
    from rebind import changes, pipeline
    from rebind.changes import release, shown

    path = config.find(Path.cwd())
    settings = config.read(path) if path else _usage("there is no [tool.rebind] table", _TABLE)
    if settings.value is None:
        return _report(settings.diagnostics, 2)
    package = settings.value
    found: Sequence[changes.Change] = ()
    if not arguments.first:
        old = Checked(arguments.old) if arguments.old else release.released(package)
        if old.value is None:
            return _report(old.diagnostics, 2)
        compared = changes.between(changes.read(old.value), changes.read(str(package.input)))
        if compared.value is None:
            return _report(compared.diagnostics, 2)
        found = compared.value
    ready = release.prepare(package, found, version=arguments.version, first=arguments.first)
    if ready.value is None:
        return _report(ready.diagnostics, 2)
    made = pipeline.generate(replace(package, version=ready.value.version))
    if made.value is None:
        return _report(made.diagnostics, 1)
    sealed = lock.seal(made.value, replace(package, version=ready.value.version))
    files = output.compare(sealed, package.output)
    if files.value is None:
        return _report(files.diagnostics, 2)
    if arguments.dry_run:
        print(shown.markdown(found))
    else:
        with release.written(ready.value.texts):
            output.write(files.value, package.output)
    told = "the first release" if arguments.first else shown.counted(found)
    print(f"{package.distribution} {package.version} -> {ready.value.version}: {told}")
    for text in ready.value.texts:
        print(f"  {_shown(text)}")
    print(f"  {_shown(package.output)}: {_counted(files.value) or 'nothing changed'}")
    return 0


def _settings(arguments: argparse.Namespace) -> Checked[Config]:
    """The configuration: of the file when no document is named, of the command line otherwise."""
    if arguments.spec is None:
        path = config.find(Path.cwd())
        if path is None:
            return _usage("name a document, or add a [tool.rebind] table to pyproject.toml")
        found = config.read(path)
        if found.value is None:
            return found
        given = {
            "output": arguments.output,
            "package": arguments.package,
            "client": arguments.client,
        }
        known = {**found.value.__dict__, **{k: v for k, v in given.items() if v is not None}}
        return config.checked(Config(**known))
    missing = [
        f for f, v in (("-o DIR", arguments.output), ("--package NAME", arguments.package)) if not v
    ]
    if missing:
        return _usage(f"a document on the command line needs {' and '.join(missing)}")
    return config.checked(
        Config(arguments.spec, arguments.output, arguments.package, client=arguments.client)
    )


def _usage(message: str, help: str = _GENERATE) -> Checked[Config]:
    print(f"rebind: error: {message}", file=sys.stderr)
    print(f"  = help: {help}", file=sys.stderr)
    return Checked(None)


def _mock(arguments: argparse.Namespace) -> int:
    from rebind.mock import run

    spec, recordings = arguments.spec, arguments.recordings
    if spec is None:
        path = config.find(Path.cwd())
        found = config.read(path) if path else _usage("name a document")
        if found.value is None:
            return _report(found.diagnostics, 2)
        spec = found.value.input
        beside = (path or Path()).parent / _DEFAULT_RECORDINGS
        recordings = recordings or (beside if beside.is_dir() else None)
    return run(spec, arguments.port, recordings, arguments.script)


def _report(found: Sequence[Diagnostic], status: int) -> int:
    if found:
        colored = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
        print(diagnostics.render(found, color=colored), end="", file=sys.stderr)
    return status


def _counted(changes: Sequence[output.Change]) -> str:
    verbs = [change.verb for change in changes]
    counts = [(verb, verbs.count(verb)) for verb in ("added", "changed", "removed")]
    return ", ".join(f"{count} {verb}" for verb, count in counts if count)


def _shown(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


class _Progress:
    """One line on a terminal, once a run has taken a second."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._name = ""
        self._done = threading.Event()
        self._shown = False
        self._thread: threading.Thread | None = None

    def __enter__(self) -> _Progress:
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


if __name__ == "__main__":
    sys.exit(main())
