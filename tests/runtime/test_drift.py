"""Deviations in a file: every kind of them, and no value of any reply."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from rebind.runtime import drift as module
from rebind.runtime.call import Call, Json, JsonLines, Operation
from rebind.runtime.drift import Drift, came, is_constant, is_name
from rebind.runtime.errors import DecodeError
from rebind.runtime.options import Deviation

from tests.faults.server import Server, json_reply, ok, reply
from tests.runtime.conftest import Flavour
from tests.runtime.things import GET, KEY, LIST, PET, Pet


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("ascii").splitlines()]


def told(file: Path) -> set[tuple[str, str, str]]:
    return {(line["kind"], line["path"], line["came"]) for line in lines(file)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "drift.jsonl"


PET_THAT_DRIFTED = {
    "name": None,
    "colour": "green",
    "born": "yesterday",
    "weight": "heavy",
    "tags": {"ann@example.com": 1},
    "owner": [{"email": "x" * 30, "phone": "+41 44 000 00 00"}],
    "friend": {"kind": "gold-fish", "scales": 9, "ann@example.com": 1},
    "notes": {"ann@example.com": "secret"},
    "nickName": "Annie",
}


def test_every_kind_of_deviation_is_told(server: Server, flavour: Flavour, file: Path) -> None:
    server.answer(json_reply(PET_THAT_DRIFTED))
    flavour.send(flavour.pets(on_deviation=Drift(file)), Call(PET, path={"petId": 1}))
    assert told(file) == {
        ("missing", "/id", "null"),
        ("null", "/name", "null"),
        ("enum", "/colour", "string"),
        ("limit", "/born", "string"),
        ("type", "/weight", "string"),
        ("type", "/tags", "object"),
        ("type", "/owner", "array[object]"),
        ("limit", "/owner/-/email", "string"),
        ("undescribed", "/owner/-/phone", "string"),
        ("variant", "/friend", "object"),
        ("type", "/notes/*", "string"),
        ("undescribed", "/nickName", "string"),
    }
    by_kind = {line["kind"]: line for line in lines(file)}
    assert by_kind["enum"]["value"] == "green"
    assert by_kind["variant"]["tag"] == "kind"
    assert by_kind["variant"]["value"] == "gold-fish"
    assert by_kind["variant"]["fields"] == {"kind": "string", "scales": "integer"}
    assert {line["operation"] for line in lines(file)} == {"getPet"}
    assert {line["status"] for line in lines(file)} == {200}


def test_no_value_and_no_key_gets_into_the_file(
    server: Server, flavour: Flavour, file: Path
) -> None:
    secrets = [KEY, "Ann Lee", "ann@example.com", "8dabc9192", "b2f7f1806", "hunter2secret99"]
    hostile = {
        "sessionId": 17,
        "name": {secret: secret for secret in secrets},
        "busy": KEY,
        "history": [{"role": 1, "docIds": secrets, secret: secret} for secret in secrets],
        "nextTask": [secrets],
        **{secret: {secret: [secret]} for secret in secrets},
    }
    pet = {
        "id": KEY,
        "name": {"Ann Lee": 1},
        "colour": KEY,
        "born": "Ann Lee",
        "notes": dict.fromkeys(secrets, "Ann Lee"),
        "friend": {"kind": KEY, KEY: KEY},
        "owner": {"email": "ann@example.com" * 9, KEY: 1},
    }
    with Drift(file) as collector:
        for value in secrets:
            server.answer(ok([hostile, {"name": value, value: value}, value]))
            flavour.send(flavour.things(on_deviation=collector), Call(LIST))
            server.answer(json_reply({**pet, "colour": value, "friend": {"kind": value}}))
            flavour.send(flavour.pets(on_deviation=collector), Call(PET, path={"petId": 1}))
    written = file.read_text("ascii")
    assert "/result/-/name" in written
    for secret in secrets:
        assert secret not in written
        assert secret.partition("@")[0].partition(" ")[0] not in written


def test_a_key_that_looks_like_a_name_stays_out_too(
    server: Server, flavour: Flavour, file: Path
) -> None:
    key = "opensesame"
    server.answer(json_reply({"id": 1, "name": "Rex", key: 1, "colour": key, "owner": {key: 2}}))
    flavour.send(flavour.pets(key, on_deviation=Drift(file)), Call(PET, path={"petId": 1}))
    assert ("undescribed", "/*", "integer") in told(file)
    assert key not in file.read_text("ascii")


def test_described_replies_make_no_file(server: Server, flavour: Flavour, file: Path) -> None:
    server.answer(ok([{"name": "n", "history": [{"role": "a", "text": {"any": 1}}]}]))
    with Drift(file) as collector:
        flavour.send(flavour.things(on_deviation=collector), Call(LIST))
    assert not file.exists()


def test_plain_hooks_are_told_of_no_undescribed_field(server: Server, flavour: Flavour) -> None:
    found: list[Deviation] = []
    server.answer(ok({"unknown": 1, "name": 2}))
    flavour.send(flavour.things(on_deviation=found.append), Call(GET))
    assert [(d.pointer, d.kind, d.path, d.status) for d in found] == [
        ("/result/name", "type", "/result/name", 200)
    ]


def test_strict_calls_are_collected_before_they_fail(
    server: Server, flavour: Flavour, file: Path
) -> None:
    server.answer(ok([{"name": 1, "unknown": True}]))
    with pytest.raises(DecodeError):
        flavour.send(flavour.things(strict=True, on_deviation=Drift(file)), Call(LIST))
    assert told(file) == {
        ("type", "/result/-/name", "integer"),
        ("undescribed", "/result/-/unknown", "boolean"),
    }


def test_items_of_a_stream_are_parts(server: Server, flavour: Flavour, file: Path) -> None:
    operation: Operation[Any, Any] = Operation(
        id="feed", method="GET", path="/feed", replies={"200": JsonLines(lambda: Pet)}
    )
    server.answer(reply(b'{"id": 1, "name": "a", "new": 1}\n{"id": "x", "name": "b"}\n', 200))
    client = flavour.pets(on_deviation=Drift(file))
    if flavour.awaited:
        import asyncio

        async def main() -> None:
            async for _ in await client.send(Call(operation)):
                pass

        asyncio.run(main())
    else:
        list(client.send(Call(operation)))
    assert told(file) == {("undescribed", "/new", "integer"), ("type", "/id", "string")}
    assert all(line["part"] for line in lines(file))


def deviation(path: str = "/a", **more: Any) -> Deviation:
    return Deviation(path, "str", 1, "op", path=path, **more)


def test_counts_are_written_when_they_double_and_at_the_end(file: Path) -> None:
    with Drift(file) as collector:
        for _ in range(1_000):
            collector.collect([deviation(), deviation()])
        assert 5 < len(lines(file)) < 15
    assert sum(line["count"] for line in lines(file)) == 1_000
    assert all(line["first"] <= line["last"] for line in lines(file))


def test_the_file_is_its_owner_s_alone(file: Path) -> None:
    before = os.umask(0)
    try:
        Drift(file)(deviation())
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_endless_new_names_fill_neither_file_nor_memory(file: Path) -> None:
    collector = Drift(file)
    letters = "abcdefghij"
    names = ["".join(letters[int(digit)] for digit in f"{n:05}") for n in range(20_000)]
    for start in range(0, len(names), 100):
        some = names[start : start + 100]
        collector.collect(deviation(f"/x/{name}", kind="undescribed") for name in some)
    assert len(told(file)) == module.MOST_NAMES + 1
    assert ("undescribed", "/x/*", "integer") in told(file)
    for name in names:
        collector(deviation(f"/{name}"))
    assert len(told(file)) == module.MOST
    assert file.stat().st_size < 1_000_000


def test_a_file_of_some_size_is_left_alone(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 500)
    collector = Drift(file)
    for n in range(100):
        collector(deviation(f"/a/{'x' * n}"))
    assert file.stat().st_size < 1_000
    assert len(caplog.records) == 1


@pytest.mark.parametrize("what", ["a folder", "a missing folder", "a link", "a pipe"])
def test_a_file_that_cannot_be_written_breaks_no_call(
    server: Server, flavour: Flavour, tmp_path: Path, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "here"
    if what == "a folder":
        file.mkdir()
    elif what == "a missing folder":
        file = file / "drift.jsonl"
    elif what == "a link":
        file.symlink_to(tmp_path / "elsewhere")
    else:
        os.mkfifo(file)
    server.answer(ok({"name": 1}))
    client = flavour.things(on_deviation=Drift(file))
    with caplog.at_level(logging.WARNING, "rebind"):
        for name in range(3):
            server.answer(ok({"name": name, f"more{name}": "Ann Lee"}))
            assert flavour.send(client, Call(GET)).name == name
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "Ann Lee" not in caplog.text
    assert not (tmp_path / "elsewhere").exists()


def test_threads_share_a_collector(file: Path) -> None:
    collector = Drift(file)

    def work() -> None:
        for n in range(200):
            collector.collect([deviation(f"/{'abc'[n % 3]}")])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    collector.flush()
    assert sum(line["count"] for line in lines(file)) == 1_600


def _child(path: str) -> None:
    with Drift(path) as collector:
        for n in range(300):
            collector(deviation(f"/{'x' * (n % 30)}"))


def test_processes_share_a_file(file: Path) -> None:
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=_child, args=(str(file),)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    assert sum(line["count"] for line in lines(file)) == 900


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_counts_its_own(file: Path) -> None:
    collector = Drift(file)
    for _ in range(3):
        collector(deviation())
    child = os.fork()
    if child == 0:
        collector(deviation())
        collector.flush()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    collector.flush()
    assert sum(line["count"] for line in lines(file)) == 4


def test_what_is_pending_is_written_when_the_collector_goes(file: Path) -> None:
    collector = Drift(file)
    for _ in range(6):
        collector(deviation())
    assert sum(line["count"] for line in lines(file)) < 6
    del collector
    assert sum(line["count"] for line in lines(file)) == 6


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("PAUSED", ["ACTIVE"]),
        ("IN_PROGRESS_2", ["DONE"]),
        ("gold-fish", ["cat"]),
        ("eachWord", ["someWord"]),
        ("EachWord", ["SomeWord"]),
        (7, [1, 2]),
    ],
)
def test_a_constant_is_told(value: Any, known: list[Any]) -> None:
    assert is_constant(value, known)


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("PAUSED", ["active"]),
        ("Ann Lee", ["ACTIVE", "Active"]),
        ("ann@example.com", ["active"]),
        ("8dabc9192", ["active"]),
        ("b2f7f1806", ["active"]),
        ("sk-very-secret-0123456789", ["active"]),
        ("d41d8cd98f00b204e9800998ecf8427e", ["active"]),
        ("2024-01-01", ["active"]),
        ("https://example.com", ["active"]),
        ("A" * 41, ["ACTIVE"]),
        ("", ["active"]),
        (123_456_789, [1]),
        (True, [1]),
        (None, ["a"]),
        ({"a": 1}, ["a"]),
    ],
)
def test_what_may_be_data_is_not_told(value: Any, known: list[Any]) -> None:
    assert not is_constant(value, known)


def test_names_are_words() -> None:
    assert all(map(is_name, ["projectId", "sha256", "s3Bucket", "_id", "x-rebind", "$ref", "a.b"]))
    odd = ["8dabc9192", "b2f7f1806", "a1b2c3", "ann@example.com", "Ann Lee", "", "x" * 65, "é"]
    assert not any(map(is_name, odd))


def test_lists_say_what_they_hold() -> None:
    assert came([1, "a", None, 1.5, {}, [], True]) == (
        "array[array|boolean|integer|null|number|object|string]"
    )
    assert came([]) == "array[]"


def test_a_collector_s_text_holds_its_file(file: Path) -> None:
    assert repr(Drift(file)) == f"Drift({str(file)!r})"


def test_further_fields_that_are_described_as_a_map_are_data(
    server: Server, flavour: Flavour, file: Path
) -> None:
    from pydantic import Field
    from rebind.runtime.model import ApiModel

    class Scores(ApiModel):
        """An object with a type for further fields."""

        __pydantic_extra__: dict[str, Pet] = Field(init=False)
        name: str

    operation: Operation[Any, Any] = Operation(
        id="scores", method="GET", path="/scores", replies={"200": Json(lambda: Scores)}
    )
    server.answer(json_reply({"name": "n", "Ann": {"id": 1, "name": "x", "new": 1}}))
    flavour.send(flavour.pets(on_deviation=Drift(file)), Call(operation))
    assert told(file) == {("undescribed", "/*/new", "integer")}
