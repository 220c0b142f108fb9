"""`rebind generate`: write the package, or say what would change."""

from __future__ import annotations

import argparse
from pathlib import Path

from rebind import cache, config, lock, output
from rebind.commands.terminal import Commands, Progress, report, settings, settle, usage
from rebind.config import Config
from rebind.diagnostics import Checked
from rebind.files import Files


def add(commands: Commands) -> None:
    """Add the words of the command."""
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
    make.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    configured = _settings(arguments)
    if configured.value is None:
        return report(configured.diagnostics, 2)
    package = configured.value
    with Progress() as progress:
        files = made(package, progress, cached=not arguments.no_cache)
        if files.value is None:
            progress.clear()
            return report(files.diagnostics, 1)
        changes = output.compare(lock.seal(files.value, package), package.output)
    if changes.value is None:
        return report(changes.diagnostics, 2)
    report(files.diagnostics, 0)
    reasons = lock.reasons(files.value, package)
    return settle(changes.value, package.output, check=arguments.check, reasons=reasons)


def made(package: Config, progress: Progress, *, cached: bool) -> Checked[Files]:
    """The files of a package: those of the last run, where they would be the same."""
    store = cache.Cache(package) if cached else None
    found = store.files() if store else None
    if found is not None:
        return found
    from rebind import pipeline  # with all that it imports, only for those who need it

    kept = store.kept() if store else cache.Kept()
    files = pipeline.generate(package, progress.stage, kept)
    if store:
        store.keep(files, kept)
    return files


def _settings(arguments: argparse.Namespace) -> Checked[Config]:
    """The configuration: of the file when no document is named, of the command line otherwise."""
    if arguments.spec is None:
        found = settings("name a document, or add a [tool.rebind] table to pyproject.toml")
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
        return usage(f"a document on the command line needs {' and '.join(missing)}")
    return config.checked(
        Config(arguments.spec, arguments.output, arguments.package, client=arguments.client)
    )
