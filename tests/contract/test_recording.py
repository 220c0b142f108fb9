"""The recorder writes what the vendor's client sends, the same bytes every time."""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from vcr.serialize import deserialize
from vcr.serializers import yamlserializer

from tests.contract import record, recording, vendor
from tests.contract.cases import Case, Reply, all_cases, parse
from tests.contract.record import RecordError
from tests.contract.recording import LIVE, Recording, path_of
from tests.contract.scrub import HOST, REDACTED, REPLY_HEADERS, REQUEST_HEADERS, Scrubber
from tests.contract.server import ReplyServer

CASES = all_cases()
ROOT = Path(__file__).parents[2]

FIRST = datetime.date(2026, 1, 1)
LATER = datetime.date(2026, 2, 2)


def case(name: str) -> Case:
    """The case with this id."""
    return next(case for case in CASES if case.id == name)


def test_recording_again_changes_no_byte(tmp_path: Path) -> None:
    shutil.copytree(recording.folder(), tmp_path, dirs_exist_ok=True)
    written = record.record(CASES, tmp_path, today=LATER)
    changed = [str(file.path.relative_to(tmp_path)) for file in written if file.change != "same"]
    assert changed == []
    assert len(written) == len(CASES)


def test_the_date_changes_with_the_content_alone(tmp_path: Path) -> None:
    one = case("renameChatSession/done")
    assert [file.change for file in record.record([one], tmp_path, today=FIRST)] == ["new"]
    assert [file.change for file in record.record([one], tmp_path, today=LATER)] == ["same"]
    assert recording.read(path_of(one, tmp_path)).date == "2026-01-01"
    other = replace(one, arguments={**one.arguments, "name": "Winds"})
    assert [file.change for file in record.record([other], tmp_path, today=LATER)] == ["changed"]
    assert recording.read(path_of(one, tmp_path)).date == "2026-02-02"


def test_a_check_writes_nothing(tmp_path: Path) -> None:
    one = case("renameChatSession/done")
    assert [file.change for file in record.record([one], tmp_path, check=True)] == ["new"]
    assert list(tmp_path.iterdir()) == []


def test_a_local_recording_keeps_a_reply_of_the_live_api(tmp_path: Path) -> None:
    one = case("getChatSession/everything")
    reply = Reply(200, {"Content-Type": "application/json"}, b'{"success": true, "result": {}}')
    record.record([one], tmp_path, live_replies={one.id: reply}, today=FIRST)
    live = recording.read(path_of(one, tmp_path))
    assert (live.replied_by, live.reply) == (LIVE, reply)
    assert [file.change for file in record.record([one], tmp_path, today=LATER)] == ["same"]


def test_what_cannot_be_sent_is_an_error_and_nothing_is_written(tmp_path: Path) -> None:
    good = case("renameChatSession/done")
    bad = replace(good, name="bad", arguments={**good.arguments, "colour": "blue"})
    with pytest.raises(RecordError, match=r"renameChatSession/bad: abacusai .* sent nothing"):
        record.record([good, bad], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_bindings_record_what_the_vendors_client_cannot_send(tmp_path: Path) -> None:
    one = replace(case("getChatSession/everything"), sent_by="bindings")
    record.record([one], tmp_path)
    ours, theirs = recording.read(path_of(one, tmp_path)), recording.read(path_of(one))
    assert ours.sent_by.startswith("abacus_client ")
    assert (ours.request.method, ours.request.url) == (theirs.request.method, theirs.request.url)
    assert ours.vendor == theirs.vendor


def test_the_vendors_client_is_asked_without_what_it_does_not_know() -> None:
    one = case("renameChatSession/done")
    more = {**one.arguments, "colour": "blue"}
    with ReplyServer() as server, vendor.VendorClient() as client:
        server.answer(one.reply)
        ask = partial(client.call, "rename_chat_session", more, server=server.url, key=record.KEY)
        refused = ask()
        assert refused == {"raised": {"class": "TypeError"}}
        assert server.received == []
        done = ask(known_only=True)
        assert done == {"returned": None, "class": None}
        assert len(server.received) == 1


def test_recordings_that_no_case_has_are_removed(tmp_path: Path) -> None:
    one, two = case("renameChatSession/done"), case("getChatSession/new")
    for stray in (one, two):
        path_of(stray, tmp_path).parent.mkdir(parents=True)
        shutil.copy(path_of(stray), path_of(stray, tmp_path))
    removed = record.remove_strays([one], tmp_path)
    assert [file.path for file in removed] == [path_of(two, tmp_path)]
    assert sorted(tmp_path.glob("*/*.yaml")) == [path_of(one, tmp_path)]


def test_without_the_vendors_client_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REBIND_VENDOR_PYTHON", str(tmp_path / "python"))
    with pytest.raises(vendor.VendorMissing, match=r"`make .venv-vendor/\.ready` installs it"):
        vendor.VendorClient()
    monkeypatch.setenv("REBIND_VENDOR_PYTHON", sys.executable)
    with pytest.raises(vendor.VendorMissing, match="cannot run the vendor's client"):
        vendor.VendorClient()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_vcrpy_reads_a_recording_as_we_do(case: Case, recorded: Recording) -> None:
    text = path_of(case).read_text("utf-8")
    (request,), (response,) = deserialize(text, yamlserializer)
    assert recording.dumps(recorded) == text
    assert (request.method, request.uri) == (recorded.request.method, recorded.request.url)
    assert (request.body or b"") == recorded.request.body
    assert response["status"]["code"] == recorded.reply.status
    assert response["body"]["string"] == recorded.reply.body


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_recording_is_minimal_and_says_where_it_came_from(
    case: Case, recorded: Recording
) -> None:
    request, reply = recorded.request, recorded.reply
    assert set(request.headers) <= set(REQUEST_HEADERS)
    assert set(reply.headers) <= set(REPLY_HEADERS)
    assert request.headers["apiKey"] == REDACTED
    assert request.url.startswith(f"{HOST}/api/v0/{case.operation}")
    assert recorded.sent_by.split()[0] == (
        "abacusai" if case.sent_by == "vendor" else "abacus_client"
    )
    assert recorded.replied_by in (LIVE, f"a local server, as cases/{case.operation}.yaml says")
    assert datetime.date.fromisoformat(recorded.date) >= datetime.date(2026, 11, 1)
    scrubber = Scrubber((record.KEY,))
    assert scrubber.body(request.body) == request.body
    assert scrubber.body(reply.body) == reply.body
    text = path_of(case).read_text("utf-8")
    assert "127.0.0.1" not in text
    assert record.KEY not in text


def test_a_misspelled_key_in_a_case_is_an_error() -> None:
    data = {
        "operation": "a",
        "call": {"ours": "a", "vendor": "a", "positional": []},
        "cases": {"b": {"reply": {"json": {}}, "returns": None, "deviate": "x"}},
    }
    with pytest.raises(ValueError, match=r"a.yaml: b: unknown keys deviate"):
        list(parse(data, "a.yaml"))


def test_pytest_renews_recordings_before_it_plays_them(tmp_path: Path) -> None:
    shutil.copytree(recording.folder(), tmp_path, dirs_exist_ok=True)
    one = case("renameChatSession/done")
    path_of(one, tmp_path).unlink()
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            "tests/contract/test_requests.py",
            *("--record-mode", "once", "-k", "a_client_sends and renameChatSession/done-sync"),
        ],
        env={
            **{key: value for key, value in os.environ.items() if key != "ABACUS_API_KEY"},
            "REBIND_RECORDINGS": str(tmp_path),
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"new: {path_of(one, tmp_path)}\n1 recordings; 1 changed" in run.stdout
    assert "1 passed" in run.stdout
    assert recording.read(path_of(one, tmp_path)).request == recording.read(path_of(one)).request
