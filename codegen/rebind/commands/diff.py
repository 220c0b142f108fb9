"""`rebind diff`: what changed for the code that calls the package."""

from __future__ import annotations

import argparse
import os
import sys

from rebind.commands.terminal import Commands, report, settings, shown

_USE = "rebind diff OLD NEW"


def add(commands: Commands) -> None:
    """Add the words of the command."""
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
    diff.add_argument(
        "--all",
        action="store_true",
        help="list every change, also where hundreds changed in one way",
    )
    diff.add_argument(
        "--keep",
        action="store_true",
        help="print a [tool.rebind.keep] table that keeps the old names of what was renamed",
    )
    diff.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from rebind import changes
    from rebind.changes import shown as forms
    from rebind.changes.reading import both

    new, configured = arguments.new, None
    if new is None:
        found = settings("name the newer description", _USE)
        if found.value is None:
            return report(found.diagnostics, 2)
        configured = found.value
        new = shown(configured.input)
    old_side, new_side = both(arguments.old, new, configured)
    compared = changes.between(old_side, new_side)
    if compared.value is None or old_side.value is None:
        return report(compared.diagnostics, 2)
    waves = () if arguments.all else changes.waves(compared.value, old_side.value.surface)
    if arguments.keep:
        print(forms.keep(compared.value), end="")
    elif arguments.format == "html":
        print(forms.page(compared.value, f"{arguments.old} -> {new}", waves), end="")
    elif arguments.format == "text":
        colored = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        print(forms.text(compared.value, waves, color=colored), end="")
    elif arguments.format == "markdown":
        print(forms.markdown(compared.value, waves), end="")
    else:
        print(forms.data(compared.value), end="")
    return 1 if changes.reaches(compared.value, arguments.fail_on) else 0
