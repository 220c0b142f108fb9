"""`rebind mock`: serve a document on this machine."""

from __future__ import annotations

import argparse
from pathlib import Path

from rebind.commands.terminal import Commands, report, settings

_RECORDINGS = "tests/contract/cassettes"


def add(commands: Commands) -> None:
    """Add the words of the command."""
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
    mock.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from rebind.mock import run

    spec, recordings = arguments.spec, arguments.recordings
    if spec is None:
        configured = settings("name a document")
        if configured.value is None:
            return report(configured.diagnostics, 2)
        spec = configured.value.input
        beside = (configured.value.file or Path()).parent / _RECORDINGS
        recordings = recordings or (beside if beside.is_dir() else None)
    return run(spec, arguments.port, recordings, arguments.script)
