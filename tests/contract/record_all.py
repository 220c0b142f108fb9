"""Writes the recordings of all operations: `python -m tests.contract.record_all`.

The requests are what the vendor's client sends to a local server; the replies are made up from the
fields of its classes. A file whose content would not change keeps its date and so its bytes.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.contract import exchanges
from tests.contract.description import description
from tests.contract.exchanges import Exchange
from tests.contract.surface import places
from tests.vendor.oracle import Oracle

WAYS = ("required", "all", "nulls", "awkward", "refused")
"""The ways that are recorded; by position, the same is sent as by name."""


def texts(date: str) -> dict[str, str]:
    """The text of every file, by its name.

    Args:
        date: The date to note.

    Raises:
        VendorMissing: there is no environment with the vendor's client.
    """
    found: dict[str, list[Exchange]] = defaultdict(list)
    with Oracle() as oracle:
        for call in oracle.calls.of_operations():
            if call.way in WAYS and call.method in places():
                found[places()[call.method].resource].append(oracle.exchange(call))
        origin = {
            "request": f"abacusai {oracle.vendor.version}",
            "reply": "a local server, made up from the fields of the vendor's classes",
            "date": date,
        }
        objects = dict(sorted(oracle.objects.items()))
    written = {
        f"{resource}.json": exchanges.dumps(origin, calls, objects)
        for resource, calls in found.items()
    }
    used = _used(call for calls in found.values() for call in calls)
    kept = {name: sides for name, sides in objects.items() if name in used}
    return {**written, exchanges.OBJECTS: exchanges.dumps_objects(origin, kept)}


def _used(calls: Iterable[Exchange]) -> set[str]:
    found: set[str] = set()
    for call in calls:
        found |= {call.reply[key] for key in ("object",) if key in call.reply}
        found |= set(call.reply.get("objects", ()))
    return found


def renew(
    folder: Path | None = None,
    *,
    check: bool = False,
    say: Callable[[str], None] = lambda line: None,
) -> list[str]:
    """Record everything.

    Args:
        folder: Where the recordings are.
        check: Only say what would change.
        say: Called with every line of the report.

    Returns:
        The files that changed.

    Raises:
        VendorMissing: there is no environment with the vendor's client.
    """
    where = folder or exchanges.folder()
    made = texts(datetime.datetime.now(datetime.timezone.utc).date().isoformat())
    changed = []
    for name, text in sorted(made.items()):
        path = where / name
        old = path.read_text("utf-8") if path.exists() else ""
        if _undated(old) != _undated(text):
            changed.append(name)
            if not check:
                where.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8", newline="\n")
    for stray in sorted({path.name for path in where.glob("*.json")} - set(made)):
        changed.append(stray)
        if not check:
            (where / stray).unlink()
    operations = len(description().operations)
    say(f"{operations} operations in {len(made)} files; {len(changed)} changed")
    return changed


def _undated(text: str) -> object:
    """What a file says, but for its date."""
    if not text:
        return None
    data = json.loads(text)
    data["recorded"].pop("date")
    return json.dumps(data)  # the order counts


def main(argv: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.contract.record_all")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 for a change")
    arguments = parser.parse_args(argv)
    changed = renew(check=arguments.check, say=lambda line: print(line, file=sys.stdout))  # noqa: T201
    return int(arguments.check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
