"""Writes the recordings: `python -m tests.contract.record`.

The request of a recording is what the vendor's client sends to a local server. The reply is the
case's own; with an API key (ABACUS_API_KEY), it is what the live API answers, where a case can be
asked there. A recording whose content would not change keeps its date and so its bytes.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from tests.contract import bindings, live, recording
from tests.contract.cases import Case, Reply, all_cases
from tests.contract.recording import LIVE, Recording, Request, path_of
from tests.contract.scrub import REPLY_HEADERS, REQUEST_HEADERS, Scrubber
from tests.contract.server import Received, ReplyServer
from tests.contract.vendor import VendorClient, VendorMissing

KEY = "key-of-the-recorder"

Change = Literal["new", "changed", "removed", "same"]


class RecordError(Exception):
    """A case cannot be recorded; the message says which and why."""


PROBLEMS = (RecordError, live.LiveError, VendorMissing)


@dataclass(frozen=True)
class Written:
    """A file and what happened to it."""

    path: Path
    change: Change


def record(
    cases: Iterable[Case],
    folder: Path,
    *,
    live_replies: Mapping[str, Reply] | None = None,
    today: datetime.date | None = None,
    check: bool = False,
) -> list[Written]:
    """Write the recordings of the cases.

    Args:
        cases: What to record.
        folder: Where the recordings are.
        live_replies: Replies of the live API by the ids of the cases. A case that has none keeps
            the live reply of its present recording, or gets its own.
        today: The date to note.
        check: Only say what would change.

    Returns:
        Every file with what happened to it.

    Raises:
        RecordError: a client sent no request, or more than one kind of it. Nothing is written.
        VendorMissing: there is no environment with the vendor's client.
    """
    texts: dict[Path, str] = {}
    date = (today or datetime.datetime.now(datetime.timezone.utc).date()).isoformat()
    with ReplyServer() as server, VendorClient() as vendor:
        for case in cases:
            path = path_of(case, folder)
            old = path.read_text("utf-8") if path.exists() else ""
            reply, source = _reply(case, live_replies or {}, old)
            new = _record(case, reply, source, date, server, vendor)
            texts[path] = _keep_date(old, new)
    written = []
    for path, text in texts.items():
        old = path.read_text("utf-8") if path.exists() else ""
        change: Change = "same" if old == text else "changed" if old else "new"
        written.append(Written(path, change))
        if change != "same" and not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
    return written


def remove_strays(cases: Iterable[Case], folder: Path, *, check: bool = False) -> list[Written]:
    """Remove the recordings that no case has."""
    wanted = {path_of(case, folder) for case in cases}
    strays = sorted(set(folder.glob("*/*.yaml")) - wanted)
    if not check:
        for path in strays:
            path.unlink()
    return [Written(path, "removed") for path in strays]


def _reply(case: Case, live_replies: Mapping[str, Reply], old: str) -> tuple[Reply, str]:
    """The reply to record, and who gave it."""
    if case.id in live_replies:
        return live_replies[case.id], LIVE
    if old and (present := recording.loads(old)).live:
        return present.reply, LIVE
    return case.reply, f"a local server, as cases/{case.operation}.yaml says"


def _record(
    case: Case, reply: Reply, source: str, date: str, server: ReplyServer, vendor: VendorClient
) -> Recording:
    server.answer(reply)
    ours = case.sent_by == "bindings"
    outcome: Mapping[str, Any] = vendor.call(
        case.call.vendor, case.arguments, server=server.url, key=KEY, known_only=ours
    )
    sent_by = f"abacusai {vendor.version}"
    if ours:
        server.answer(reply)  # and forget what the vendor's client sent
        package = bindings.package()
        sent_by = f"{bindings.NAME} {package.__version__}"
        # The reply may well be an error.
        with suppress(package.ApiError):
            bindings.call(case, "sync", api_key=KEY, base_url=server.url, strict=False)
    scrubber = Scrubber((KEY,))
    requests: list[Request] = []
    for received in server.received:  # more than one where the client tried again
        if (request := _request(received, scrubber)) not in requests:
            requests.append(request)
    if len(requests) != 1:
        what = f"{len(requests)} different requests" if requests else "nothing"
        raise RecordError(
            f"{case.id}: {sent_by} sent {what}; the call came to {outcome}. Where the vendor's"
            " client lacks a parameter, the case can say `sent_by: bindings`."
        )
    return Recording(
        request=requests[0],
        reply=Reply(
            reply.status, scrubber.headers(reply.headers, REPLY_HEADERS), scrubber.body(reply.body)
        ),
        sent_by=sent_by,
        replied_by=source,
        date=date,
        vendor=outcome,
    )


def _request(received: Received, scrubber: Scrubber) -> Request:
    return Request(
        method=received.method,
        url=scrubber.url(f"http://127.0.0.1{received.target}"),
        headers=scrubber.headers(received.headers, REQUEST_HEADERS),
        body=scrubber.body(received.body),
    )


def _keep_date(old: str, new: Recording) -> str:
    """The text of the recording, with the old date if nothing else is new."""
    if old:
        dated = replace(new, date=recording.loads(old).date)
        if recording.dumps(dated) == old:
            return old
    return recording.dumps(new)


def renew(
    folder: Path | None = None,
    *,
    ask_live: bool = True,
    check: bool = False,
    only: Callable[[Case], bool] = lambda case: True,
    say: Callable[[str], None] = lambda line: None,
) -> list[Written]:
    """Record what is to be recorded, live where there is a key.

    Args:
        folder: Where the recordings are.
        ask_live: Whether to ask the live API if there is a key for it.
        check: Only say what would change.
        only: Which cases to record. Without a choice, recordings that no case has are removed.
        say: Called with every line of the report.

    Returns:
        Every file with what happened to it.

    Raises:
        RecordError: a case cannot be recorded.
        LiveError: the live API does not answer.
        VendorMissing: there is no environment with the vendor's client.
    """
    folder = folder or recording.folder()
    every = all_cases()
    cases = [case for case in every if only(case)]
    live_replies: dict[str, Reply] = {}
    if ask_live and (key := os.environ.get("ABACUS_API_KEY")):
        live_replies = live.replies(
            cases,
            key=key,
            server=os.environ.get("ABACUS_API_SERVER"),
            own_session=os.environ.get("REBIND_LIVE_SESSION"),
            say=say,
        )
    written = record(cases, folder, live_replies=live_replies, check=check)
    if len(cases) == len(every):
        written += remove_strays(every, folder, check=check)
    for file in written:
        if file.change != "same":
            say(f"{file.change}: {file.path}")
    asked = f", {len(live_replies)} replies from the live API" if live_replies else ""
    say(f"{len(cases)} recordings{asked}; {sum(file.change != 'same' for file in written)} changed")
    return written


def main(argv: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.contract.record", description=__doc__)
    parser.add_argument("cases", nargs="*", help="OPERATION or OPERATION/CASE; otherwise all")
    parser.add_argument("--local", action="store_true", help="ask no live API, key or not")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 for a change")
    arguments = parser.parse_args(argv)
    known = {name for case in all_cases() for name in (case.operation, case.id)}
    if unknown := [name for name in arguments.cases if name not in known]:
        parser.error(f"no such case: {', '.join(unknown)}")

    def chosen(case: Case) -> bool:
        return not arguments.cases or bool({case.operation, case.id} & set(arguments.cases))

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")

    try:
        written = renew(ask_live=not arguments.local, check=arguments.check, only=chosen, say=say)
    except PROBLEMS as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return int(arguments.check and any(file.change != "same" for file in written))


if __name__ == "__main__":
    sys.exit(main())
