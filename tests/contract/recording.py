"""A recording: one vcrpy cassette, with a note of where it came from and of what the vendor's
client made of the reply.

vcrpy reads `version` and `interactions` and leaves the other keys alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import responses
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml

from tests.contract.cases import HERE, Case, NoTimestamps, Reply

LIVE = "https://api.abacus.ai"


def folder() -> Path:
    """Where the recordings are: `cassettes/`, or what REBIND_RECORDINGS names."""
    return Path(os.environ.get("REBIND_RECORDINGS") or HERE / "cassettes")


def path_of(case: Case, within: Path | None = None) -> Path:
    """The file of a case's recording."""
    return (within or folder()) / case.operation / f"{case.name}.yaml"


@dataclass(frozen=True)
class Request:
    """A request as it was sent, without what may not be in a recording."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path of the URL, still encoded."""
        return urlsplit(self.url).path

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query as ordered pairs, decoded."""
        return parse_qsl(urlsplit(self.url).query, keep_blank_values=True)

    @property
    def data(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Recording:
    """A request, its reply, and where both came from.

    Attributes:
        request: What was sent.
        reply: What was answered.
        sent_by: The client, with its version.
        replied_by: The live server, or the file of the case whose reply a local server gave.
        date: When, as `YYYY-MM-DD`.
        vendor: What the vendor's client returned or raised.
    """

    request: Request
    reply: Reply
    sent_by: str
    replied_by: str
    date: str
    vendor: Mapping[str, Any]

    @property
    def live(self) -> bool:
        """Whether the reply came from the live API."""
        return self.replied_by == LIVE


class _Readable(yaml.SafeDumper):
    """Texts of several lines as such."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Readable.add_representer(str, _text)


def dumps(recording: Recording) -> str:
    """The text of the cassette."""
    request, reply = recording.request, recording.reply
    data = {
        "recorded": {
            "request": recording.sent_by,
            "reply": recording.replied_by,
            "date": recording.date,
        },
        "version": 1,
        "interactions": [
            {
                "request": {
                    "method": request.method,
                    "uri": request.url,
                    "headers": {name: [value] for name, value in request.headers.items()},
                    "body": request.body.decode() or None,
                },
                "response": {
                    "status": {"code": reply.status, "message": responses.get(reply.status, "")},
                    "headers": {name: [value] for name, value in reply.headers.items()},
                    "body": {"string": reply.body.decode()},
                },
            }
        ],
        "vendor": dict(recording.vendor),
    }
    return yaml.dump(
        data, Dumper=_Readable, sort_keys=False, allow_unicode=True, width=2000, indent=2
    )


def loads(text: str) -> Recording:
    """The recording in the text of a cassette."""
    data = yaml.load(text, NoTimestamps)
    (interaction,) = data["interactions"]
    request, response = interaction["request"], interaction["response"]
    return Recording(
        request=Request(
            method=request["method"],
            url=request["uri"],
            headers={name: values[0] for name, values in request["headers"].items()},
            body=(request["body"] or "").encode(),
        ),
        reply=Reply(
            status=response["status"]["code"],
            headers={name: values[0] for name, values in response["headers"].items()},
            body=response["body"]["string"].encode(),
        ),
        sent_by=data["recorded"]["request"],
        replied_by=data["recorded"]["reply"],
        date=data["recorded"]["date"],
        vendor=data["vendor"],
    )


def read(path: Path) -> Recording:
    """The recording in a file."""
    return loads(path.read_text("utf-8"))
