"""`rebind upstream`: the vendor's published SDK, read."""

from __future__ import annotations

import argparse
from pathlib import Path

from rebind import config, output
from rebind.commands import sync
from rebind.commands.terminal import Commands, Progress, report, settle


def add(commands: Commands) -> None:
    """Add the words of the command."""
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
    sync.add(steps)


def _import(arguments: argparse.Namespace) -> int:
    from rebind import upstream

    spec = _spec_folder()
    beside = spec / upstream.OVERLAY
    overlay = arguments.overlay or (beside if beside.is_file() else None)
    folder = arguments.output or spec
    with Progress() as progress:
        progress.stage("finding the release")
        source = upstream.find(arguments.release)
        if source.value is None:
            progress.clear()
            return report(source.diagnostics, 1)
        progress.stage("reading the release")
        made = upstream.make(source.value, None if arguments.no_overlay else overlay)
        if made.value is None:
            progress.clear()
            return report(made.diagnostics, 1)
        changes = output.compare(made.value.files, folder)
    if changes.value is None:
        return report(changes.diagnostics, 1)
    report((*source.diagnostics, *made.diagnostics), 0)
    for line in made.value.totals:
        print(line)
    return settle(changes.value, folder, check=arguments.check)


def _spec_folder() -> Path:
    """The folder of the description that is configured; `spec` without one."""
    path = config.find(Path.cwd())
    found = config.read(path) if path else None
    return found.value.input.parent if found and found.value else Path("spec")
