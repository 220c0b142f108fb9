"""The command line: which command is run, and what becomes of what goes wrong."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import traceback
from collections.abc import Sequence

from rebind import __version__
from rebind.commands import diff, drift, generate, mock, release, upstream, watch


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: The words after `rebind`; those of the process when left out.

    Returns:
        0 when all is well, 1 when there is something to mend, 2 when the command could not run.
    """
    arguments = _parser().parse_args(argv)
    # Much is made and nearly all of it stays: looking for garbage as often as usual finds little.
    gc.set_threshold(1_000_000, 50, 1000)
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
    for command in (generate, watch, diff, drift, release, mock, upstream):
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
