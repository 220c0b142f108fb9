"""Calls by old names type-check as what they are, and those who ask are told that they are old."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from rebind import pipeline
from rebind.config import Config
from rebind.output import compare, write

from tests.typing.checkers import ROOT, Finding, basedpyright, differences, expected, mypy

RENAMED = ROOT / "tests" / "cases" / "renamed" / "openapi.yaml"
CALLS = """\
from renamed import AsyncStudio, ChatLog, Colour, Message, Room, Session, Studio, Tint
from renamed.models import AsyncChatLog
from typing_extensions import assert_type

client = Studio()
assert_type(client.sessions.fetch("1"), Session)  # E: -, reportDeprecated
assert_type(client.rooms.index(query="a"), list[Session])  # E: -, reportDeprecated
client.sessions.list(search="a")  # E: -, reportDeprecated
client.sessions.list(query="a")
client.sessions.list(search=1)  # E: call-overload, reportArgumentType
client.sessions.list(query="a", search="b")  # E: call-overload, reportCallIssue
client.sessions.rename("1", title="a", notify=True)  # E: -, reportDeprecated
client.sessions.rename("1", title="a", mail=True)  # E: -, reportDeprecated
client.sessions.rename("1", "a", title="b")  # E: call-overload, reportCallIssue
client.sessions.rename("1")  # E: call-overload, reportCallIssue
client.sessions.rename("1", "a", timeout=3)
client.sessions.retitle("1")  # E: call-overload, reportCallIssue+reportDeprecated

log: ChatLog = client.sessions.get("1")
room: Room = log
assert_type(log, Session)
assert_type(log.title, str | None)  # E: -, reportDeprecated
log.title = "a"
log.title = 1  # E: assignment, reportAttributeAccessIssue
log.retitle(title="a")  # E: -, reportDeprecated
assert_type(log.reload(), Session)  # E: -, reportDeprecated
log.titel  # E: attr-defined, reportAttributeAccessIssue+reportUnknownMemberType

Message(text="a", pinned=True)
Message(body="a")  # E: -, reportDeprecated
Message(content="a", sticky=True)  # E: -, reportDeprecated
Message(text="a", body="b")  # E: call-overload, reportCallIssue
Message(body=1)  # E: call-overload, reportArgumentType
Message()  # E: call-overload, reportCallIssue
Session(session_id="1", room=log)  # E: -, reportDeprecated

tint: Tint = Colour.RED
assert_type(Colour.GREY, Colour)  # E: -, reportDeprecated
Colour["GREY"]
Colour.BLUE  # E: attr-defined, reportAttributeAccessIssue+reportUnknownMemberType


async def run() -> None:
    awaited = AsyncStudio()
    session: AsyncChatLog = await awaited.sessions.fetch("1")  # E: -, reportDeprecated
    await session.retitle("a")  # E: -, reportDeprecated
    await awaited.sessions.rename("1", title="a")  # E: -, reportDeprecated
    await awaited.rooms.close("1", reason="a")  # E: -, reportDeprecated
"""


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("renamed")
    made = pipeline.generate(Config(RENAMED, folder, "renamed"))
    assert made.value is not None
    changes = compare(made.value, folder)
    assert changes.value is not None
    write(changes.value, folder)
    (folder / "calls.py").write_text(CALLS, "utf-8")
    settings = '{"typeCheckingMode": "strict", "pythonVersion": "3.10"}'
    (folder / "pyrightconfig.json").write_text(settings, "utf-8")
    return folder / "calls.py"


@pytest.mark.parametrize(("checker", "which"), [(mypy, 0), (basedpyright, 1)])
def test_old_names_type_check_and_are_marked_as_deprecated(
    calls: Path, checker: Callable[[Sequence[Path], Path], dict[Finding, str]], which: int
) -> None:
    found = checker([calls], calls.parent)
    found = {f: said for f, said in found.items() if f.file == calls.name}
    assert differences(expected([calls])[which], found) == ""
