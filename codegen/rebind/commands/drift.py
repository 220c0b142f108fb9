"""`rebind drift`: what replies that deviate say of the description."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from rebind.commands.terminal import Commands, report, settings, usage

_USE = "rebind drift FILE... [SPEC]"
_DOCUMENTS = (".yaml", ".yml", ".json")


def add(commands: Commands) -> None:
    """Add the words of the command."""
    drift = commands.add_parser(
        "drift",
        help="propose changes of the description from replies that deviate",
        description="Propose changes of the description from what a client's Drift collector wrote "
        "of replies that are not as described.",
    )
    drift.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="what collectors wrote; the last one may be SPEC, a .yaml or .json document or a "
        "folder that holds one: the description, which is what is configured when left out",
    )
    drift.add_argument(
        "--format",
        choices=("text", "markdown", "json", "overlay"),
        default="text",
        help="how to say it; text when left out",
    )
    drift.add_argument(
        "--check",
        action="store_true",
        help="exit 1 when replies deviate from what is described by now",
    )
    drift.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from rebind import drift
    from rebind.drift import shown as forms

    files = [Path(name) for name in arguments.files]
    package, client = "client", None
    if files[-1].suffix.lower() in _DOCUMENTS or files[-1].is_dir():
        spec = files.pop()
        if not files:
            usage("name a file that a collector wrote", _USE)
            return 2
    else:
        configured = settings("name the description", _USE)
        if configured.value is None:
            return report(configured.diagnostics, 2)
        spec, package = configured.value.input, configured.value.package
        client = configured.value.client
    seen = drift.read(files)
    description = drift.describe(spec, package=package, client=client)
    if seen.value is None or description.value is None:
        return report(seen.diagnostics + description.diagnostics, 2)
    outcome = drift.propose(description.value, seen.value)
    if arguments.format == "text":
        colored = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        print(forms.text(outcome, color=colored), end="")
    elif arguments.format == "overlay" and not outcome.actions:
        print(f"there is no overlay: {forms.counted(outcome)}", file=sys.stderr)
    else:
        print(forms.FORMATS[arguments.format](outcome), end="")
    return 1 if arguments.check and (outcome.proposals or outcome.unproposed) else 0
