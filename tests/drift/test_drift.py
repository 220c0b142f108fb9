"""`rebind drift`: one or several files become proposals, in several forms."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from rebind import openapi, source
from rebind.drift import CODES, describe, propose, read, shown
from rebind.upstream import overlay

from tests.drift.conftest import Build, Caller, rebind
from tests.faults.server import Server, reply

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PETS = HERE / "pets.yaml"
SEEN = {
    "drift": 1,
    "operation": "getPet",
    "status": 200,
    "part": False,
    "kind": "undescribed",
    "path": "/nick",
    "owner": "Pet",
    "expected": "no field of this name",
    "came": "string",
    "count": 2,
    "first": "2026-01-02",
    "last": "2026-01-03",
}


def written(file: Path, *lines: dict[str, Any] | str) -> Path:
    texts = [line if isinstance(line, str) else json.dumps({**SEEN, **line}) for line in lines]
    file.write_text("".join(f"{text}\n" for text in texts))
    return file


def as_data(*words: object) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(rebind("drift", *words, "--format", "json"))
    return data


def test_text_says_what_how_often_and_where(tmp_path: Path) -> None:
    one = written(tmp_path / "one.jsonl", {}, {"kind": "null", "path": "/name", "came": "null"})
    other = written(tmp_path / "other.jsonl", {"count": 40, "first": "2025-12-31"}, {"path": "/*"})
    page = tmp_path / "pets.yaml"
    shutil.copy(PETS, page)
    line = 1 + page.read_text().splitlines().index("    Pet:")
    name = 1 + next(n for n, t in enumerate(page.read_text().splitlines()) if "What it is" in t)
    assert (
        rebind("drift", one, other, page)
        == f"""\
proposed
  `Pet.nick` is not described: string [add-property]
      {page}:{line + 1}; 42 times in getPet, 2025-12-31 to 2026-01-03
      {{"nick": "<string>"}}
  `Pet.name` may be null [allow-null]
      {page}:{name}; 2 times in getPet, 2026-01-02 to 2026-01-03
      {{"name": null}}

not proposed
  getPet /* [undescribed]
      the names of the fields look like data, and are not told: if the object is a map, describe it\
 with additionalProperties

2 proposed, 1 not proposed
"""
    )


def test_markdown_says_the_same(tmp_path: Path) -> None:
    file = written(tmp_path / "one.jsonl", {}, {"operation": "gone"})
    said = rebind("drift", file, PETS, "--format", "markdown")
    assert said.startswith("**1 proposed, 1 not proposed**\n\n## Proposed\n\n- `Pet.nick` is not")
    assert "- `gone /nick`: there is no operation 'gone'" in said


def test_an_overlay_s_actions_say_why(tmp_path: Path) -> None:
    file = written(tmp_path / "one.jsonl", {})
    to = tmp_path / "overlay.yaml"
    to.write_text(rebind("drift", file, PETS, "--format", "overlay"))
    checked = overlay.read(to)
    assert checked.value is not None
    assert checked.value.data["actions"] == [  # type: ignore[call-overload, index]
        {
            "target": "$.components.schemas.Pet",
            "description": "The field 'nick' came and was not described: seen 2 times in getPet, "
            "from 2026-01-02 to 2026-01-03.",
            "update": {"properties": {"nick": {"type": "string"}}},
        }
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({"operation": "getPets"}, "no operation 'getPets'; did you mean 'getPet'?"),
        ({"operation": "getPet", "part": True}, "no stream 'getPet'"),
        ({"kind": "enum", "path": "/kind", "came": "string"}, "may be somebody's data"),
        ({"kind": "variant", "path": "/food", "came": "object"}, "what `sort` says may be"),
        ({"kind": "type", "path": "/nope/x", "came": "string"}, "'/nope/x' is not described any"),
        ({"path": "/name/x"}, "no object is described there any more"),
        ({"kind": "missing", "path": "", "came": "null"}, "the path names no field"),
        ({"path": "/owner/*"}, "the names of the fields look like data"),
    ],
)
def test_what_cannot_be_proposed_says_why(tmp_path: Path, line: dict[str, Any], why: str) -> None:
    data = as_data(written(tmp_path / "one.jsonl", line), PETS)
    assert data["proposed"] == data["settled"] == []
    assert why in data["unproposed"][0]["why"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({"path": "/tags"}, "`Pet.tags` is described"),
        ({"kind": "missing", "path": "/tags", "came": "null"}, "`Pet.tags` may be left out"),
        ({"kind": "type", "path": "/name", "came": "string"}, "`Pet.name` may be a string"),
        ({"kind": "enum", "path": "/kind", "came": "string", "value": "dog"}, "`dog` is one of"),
        ({"kind": "enum", "path": "/name", "came": "string", "value": "dog"}, "no enumeration"),
        (
            {"kind": "variant", "path": "/food", "came": "object", "tag": "sort", "value": "dry"},
            "`dry` is one of the variants",
        ),
        (
            {"kind": "variant", "path": "/owner", "came": "object", "tag": "a", "value": "b"},
            "not told apart by a field any more",
        ),
        ({"kind": "limit", "path": "/name", "came": "string"}, "`Pet.name` has no limit any more"),
        ({"kind": "body", "path": "", "came": "null"}, "status 200 is described"),
    ],
)
def test_what_is_described_by_now_is_settled(
    tmp_path: Path, line: dict[str, Any], why: str
) -> None:
    data = as_data(written(tmp_path / "one.jsonl", line), PETS)
    assert data["proposed"] == data["unproposed"] == []
    assert why in data["settled"][0]["why"]
    assert rebind("drift", tmp_path / "one.jsonl", PETS, "--check").endswith("1 settled\n")


def test_limits_that_do_not_hold_are_dropped(tmp_path: Path) -> None:
    lines = [
        {"kind": "limit", "path": "/code", "came": "string", "owner": "AsyncPet"},
        {"kind": "limit", "path": "/legs", "came": "integer"},
    ]
    said = rebind("drift", written(tmp_path / "a.jsonl", *lines), PETS, "--format", "overlay")
    assert "target: $.components.schemas.Pet.properties.code.maxLength" in said
    assert "target: $.components.schemas.Pet.properties.code.pattern" in said
    assert "target: $.components.schemas.Pet.properties.legs.maximum" in said


def test_check_fails_where_there_is_drift(tmp_path: Path) -> None:
    file = written(tmp_path / "one.jsonl", {})
    assert "1 proposed" in rebind("drift", file, PETS, "--check", status=1)
    (tmp_path / "none.jsonl").write_text("")
    assert rebind("drift", tmp_path / "none.jsonl", PETS, "--check") == "no drift\n"
    assert rebind("drift", tmp_path / "none.jsonl", PETS, "--format", "overlay") == ""


@pytest.mark.parametrize(
    ("line", "column", "code", "words"),
    [
        ("{", 1, "drift-line", "this is not a line of JSON"),
        ('{"drift":1,"a"}', 15, "drift-line", "this is not a line of JSON"),
        ("[" * 100_000, 1, "drift-line", "longer than 64 KiB"),
        ("[" * 10_000, 1, "drift-line", "nested too deeply"),
        ("9" * 6_000, 1, "drift-line", "too many digits"),
        ("[1]", 1, "drift-line", "does not say that a collector wrote it"),
        ("null", 1, "drift-line", "does not say that a collector wrote it"),
        ('{"drift": 2}', 11, "drift-version", "version '2' of these files is not understood"),
        ('{"drift": true}', 11, "drift-version", "version 'True'"),
        ({"count": 0}, None, "drift-field", "'count' is not a number above 0"),
        ({"count": True}, None, "drift-field", "'count' is not a number above 0"),
        ({"kind": "odd"}, None, "drift-field", "'kind' is not a kind of deviation"),
        ({"path": ["a"]}, None, "drift-field", "'path' is not a path"),
        ({"path": "a/b"}, None, "drift-field", "'path' is not a path"),
        ({"came": "array[string|]"}, None, "drift-field", "'came' is not a sort of value"),
        ({"first": "yesterday"}, None, "drift-field", "'first' is not a date"),
        ({"status": "200"}, None, "drift-field", "'status' is not a status"),
        ({"value": {"a": 1}}, None, "drift-field", "'value' is neither a text nor"),
        ({"fields": {"a": "secret"}}, None, "drift-field", "'fields' does not say what sort"),
        ({"oparation": "x"}, None, "drift-field", "'oparation' has no meaning here"),
    ],
)
def test_hostile_lines_are_located(
    tmp_path: Path, line: Any, column: int | None, code: str, words: str
) -> None:
    file = written(tmp_path / "bad.jsonl", {}, "", line, {})
    said = rebind("drift", file, PETS, status=2)
    text = file.read_text().splitlines()[2]
    if column is None:
        key = json.dumps(next(iter(line)))
        column = text.index(key) + len(key) + 3
    assert f"{file}:3:{column}: error[{code}]: " in said
    assert words in said
    assert len(said) < 2_000


def test_missing_fields_and_many_broken_lines_are_reported(tmp_path: Path) -> None:
    file = written(tmp_path / "bad.jsonl", '{"drift":1}', *(["?"] * 1_000))
    said = rebind("drift", file, PETS, status=2)
    assert "error[drift-field]: 'operation' is missing" in said
    assert said.count("error[") == 100


def test_files_that_are_none_are_reported(tmp_path: Path) -> None:
    said = rebind("drift", tmp_path / "none.jsonl", tmp_path / "none.yaml", status=2)
    assert said.count("error[file-not-found]") == 2
    binary = tmp_path / "binary.jsonl"
    binary.write_bytes(b"\xff\xfe\x00\x00ab\xff")
    assert "error[" in rebind("drift", binary, PETS, status=2)
    assert "name a file that a collector wrote" in rebind("drift", PETS, status=2)
    assert "error[no-document]" in rebind("drift", binary, tmp_path, status=2)


def test_what_a_file_says_cannot_steer_a_terminal_or_a_page(tmp_path: Path) -> None:
    file = written(tmp_path / "one.jsonl", {"operation": "\x1b[2Jx`<b>", "path": "/a\x1b]0;b"})
    for form in ("text", "markdown", "json"):
        assert "\x1b" not in rebind("drift", file, PETS, "--format", form)


def test_a_path_that_goes_round_in_circles_ends(tmp_path: Path) -> None:
    (tmp_path / "circle.yaml").write_text(
        PETS.read_text().replace(
            "Mood: {type: string, enum: [happy, sleepy]}",
            "Mood: {anyOf: [{$ref: '#/components/schemas/Mood'}, {type: string}]}",
        )
    )
    lines = [
        {"path": "/friends/-" * 90 + "/nick"},
        {"kind": "type", "path": "/mood", "came": "integer"},
        {"kind": "variant", "path": "/mood", "came": "object", "value": "x", "tag": "t"},
    ]
    data = as_data(written(tmp_path / "one.jsonl", *lines), tmp_path / "circle.yaml")
    assert [entry["code"] for entry in data["proposed"]] == ["add-property", "widen-type"]


def test_several_files_streams_and_pages_are_one_description(
    build: Build, caller: Caller, tmp_path: Path
) -> None:
    description = tmp_path / "feed.yaml"
    shutil.copy(HERE / "feed.yaml", description)
    shutil.copy(HERE / "parts.yaml", tmp_path / "parts.yaml")
    calls: list[tuple[list[Any], Any]] = [
        ([{"success": True, "result": {"title": "a", "mark": 1}}], lambda c: c.posts.get()),
        ([{"success": True, "result": {"author": 1}}], lambda c: c.posts.get_draft()),
        (
            [{"success": True, "result": {"data": [{"title": "a", "mark": "x"}], "total": 1}}],
            lambda c: c.posts.list(),
        ),
        (
            [reply(b'{"what": "a", "when": 1}\n{"what": 2}\n', 200, kind="application/x-ndjson")],
            lambda c: c.log.read(),
        ),
    ]

    def collected(description: Path) -> list[Path]:
        package, files = build(description), list[Path]()
        for index, (replies, call) in enumerate(calls):
            if caller.collect(package, replies, call):
                files.append(caller.file.rename(tmp_path / f"{index}.jsonl"))
        return files

    files = collected(description)
    data = as_data(*files, description)
    assert data["unproposed"] == data["settled"] == []
    told = {entry["message"]: entry for entry in data["proposed"]}
    assert set(told) == {
        "`Post.mark` is not described: integer, string",
        "`Post.title` may be left out",
        "`Post.author` is integer, too, not only string",
        "`listPosts.result.total` is not described: integer",
        "`Event.when` is not described: integer",
        "`Event.what` is integer, too, not only string",
    }
    mark = told["`Post.mark` is not described: integer, string"]
    assert mark["operations"] == ["getPost", "listPosts"]
    assert mark["place"].startswith(str(tmp_path / "parts.yaml:"))
    said = tmp_path / "overlay.yaml"
    said.write_text(rebind("drift", *files, description, "--format", "overlay"))
    mended = _applied(said, description, tmp_path / "mended.json")
    assert collected(mended) == []


def _applied(said: Path, description: Path, to: Path) -> Path:
    """Apply an overlay to all files of a description together."""
    document = source.load(description)
    assert document.value is not None
    resolved = openapi.resolve(document.value)
    assert resolved.value is not None
    checked = overlay.read(said)
    assert checked.value is not None
    applied = overlay.apply(checked.value, json.loads(openapi.text(resolved.value)))
    assert applied.value is not None, applied.diagnostics
    to.write_text(json.dumps(applied.value))
    return to


def test_chat_sessions_that_drift_are_proposed(server: Server, tmp_path: Path) -> None:
    import abacus_client

    key = "s2_aVeryLongKeyOfSomebody"
    session = {
        "chatSessionId": "0f00ba4",
        "projectId": {"projectId": "c0ffee123", "problemType": "ai_agent"},
        "name": "Numbers of Ann",
        "starred": 0,
        "tags": None,
        "systemCreated": False,
        "chatHistory": {"role": "BOT", "text": {"text": "Hello"}, "docIds": [None], "rank": 1.5},
        "nextAiBuildingTask": [{"task": "x", "taskType": 4}],
    }
    drifted = [session, {**session, "tags": ["a"], "createdAt": 1_700_000_000}]

    class Named:
        Drift = abacus_client.Drift
        Try = staticmethod(lambda **options: abacus_client.Abacus(key, **options))
        AsyncTry = staticmethod(lambda **options: abacus_client.AsyncAbacus(key, **options))

    replies = [{"success": True, "result": drifted}, {"success": True, "result": drifted}]
    files = [tmp_path / "sync.jsonl", tmp_path / "async.jsonl"]
    for file in files:
        caller = Caller(file.stem, server, file)
        caller.collect(Named, replies, lambda c: c.chat_sessions.list())
    raw = "".join(file.read_text() for file in files)
    for secret in (key, "Ann", "0f00ba4", "c0ffee123", "ai_agent", "Hello"):
        assert secret not in raw
    spec = ROOT / "spec/openapi.yaml"
    description = describe(spec)
    seen = read(files)
    assert description.value is not None
    assert seen.value is not None
    outcome = propose(description.value, seen.value)
    assert outcome.unproposed == outcome.settled == ()
    assert {(proposal.code, proposal.message) for proposal in outcome.proposals} == {
        ("widen-type", "`ChatSession.projectId` is object, too, not only null or string"),
        ("widen-type", "`ChatSession.createdAt` is integer, too, not only null or string"),
        ("widen-type", "`ChatSession.chatHistory` is object, too, not only array or null"),
        (
            "widen-type",
            "`ChatSession.nextAiBuildingTask` is array[object], too, not only null or object",
        ),
        ("add-property", "`ChatSession.starred` is not described: integer"),
        ("add-property", "`ChatSession.tags` is not described: array[string], null"),
        ("add-property", "`ChatSession.systemCreated` is not described: boolean"),
        ("add-property", "`ChatMessage.rank` is not described: number"),
        ("allow-null", "`ChatMessage.docIds[]` may be null"),
        ("widen-type", "`ChatMessage.text` is object, too, not only array or null or string"),
        ("widen-type", "`AiBuildingTask.taskType` is integer, too, not only null or string"),
    }
    counts = {p.message.split("`")[1]: p.count for p in outcome.proposals}
    assert counts.pop("ChatSession.tags") == 8  # null and a list in one reply
    assert set(counts.values()) == {4}
    assert {Path(str(p.place.file)).name for p in outcome.proposals} == {"chat_sessions.yaml"}
    said = tmp_path / "overlay.yaml"
    said.write_text(shown.overlay(outcome))
    mended = describe(_applied(said, spec, tmp_path / "mended.json"))
    assert mended.value is not None, mended.diagnostics
    after = propose(mended.value, seen.value)
    assert after.proposals == after.unproposed == ()
    assert len(after.settled) >= len(outcome.proposals)


def test_every_code_is_explained() -> None:
    page = (ROOT / "docs/drift.md").read_text("utf-8")
    assert all(f"`{code}`" in page for code in CODES)
    assert all(f"`{code}`" in page for code in ("drift-line", "drift-version", "drift-field"))
