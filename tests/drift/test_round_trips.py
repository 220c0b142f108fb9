"""Replies deviate, an overlay is proposed, it is applied: the same replies deviate no more."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from rebind import source
from rebind.upstream import overlay

from tests.drift.conftest import Build, Caller, rebind
from tests.faults.server import Server, reply

PETS = Path(__file__).parent / "pets.yaml"
PET = {"id": 1, "name": "Rex", "kind": "dog"}
BOX = {
    "owner": {"email": "a@b"},
    "planet": "earth",
    "kind": "cat",
    "food": {"sort": "wet"},
    "names": [],
    "text": 1,
}


@dataclass
class Trip:
    """Replies, and what is proposed of them: (code, words of the message)."""

    name: str
    replies: list[Any]
    proposed: list[tuple[str, str]]


def pet(**fields: Any) -> dict[str, Any]:
    return {**PET, **fields}


def boxed(**fields: Any) -> dict[str, Any]:
    return pet(box={**BOX, **fields})


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in PET.items() if key != name}


TRIPS = [
    Trip("a new field", [pet(nick="R")], [("add-property", "`Pet.nick` is not described: string")]),
    Trip(
        "a new field of several sorts",
        [pet(nick=1), pet(nick=None), pet(nick=["a", None]), pet(nick={"x": 1}), pet(nick=1.5)],
        [("add-property", "array[null|string], integer, null, number, object")],
    ),
    Trip("a new field that is a list of nothing", [pet(nick=[])], [("add-property", "array[]")]),
    Trip("a new field that is null", [pet(nick=None)], [("add-property", "null")]),
    Trip(
        "a new field with lists of lists", [pet(nick=[[1], "a"])], [("add-property", "array[")]
    ),
    Trip(
        "a new field with an odd name", [pet(**{"x-'a'".replace("'", ""): 1, "$b.c": 2})],
        [("add-property", "`Pet.$b.c`"), ("add-property", "`Pet.x-a`")],
    ),
    Trip("null", [pet(name=None)], [("allow-null", "`Pet.name` may be null")]),
    Trip("null in the place of an object", [boxed(owner=None)], [("allow-null", "`Box.owner`")]),
    Trip("null in the place of a constant", [boxed(planet=None)], [("allow-null", "`Box.planet`")]),
    Trip("null in the place of an enumeration", [boxed(kind=None)],
         [("allow-null", "`Box.kind`")]),
    Trip("null in the place of a union", [boxed(food=None)], [("allow-null", "`Box.food`")]),
    Trip("null in the place of a list", [boxed(names=None)], [("allow-null", "`Box.names`")]),
    Trip("null in the place of alternatives", [boxed(text=None)], [("allow-null", "`Box.text`")]),
    Trip("another type in the place of alternatives", [boxed(text=[1])],
         [("widen-type", "`Box.text` is array[integer], too, not only integer or string")]),
    Trip("a new variant without a mapping", [boxed(food={"sort": "raw"})],
         [("add-variant", '`Box.food` has the variant "raw"')]),
    Trip("text for a union", [boxed(food="none")], [("widen-type", "`Box.food` is string")]),
    Trip("null in a list", [pet(tags=["a", None])], [("allow-null", "`Pet.tags[]` may be null")]),
    Trip("another type", [pet(name=7)], [("widen-type", "`Pet.name` is integer, too")]),
    Trip("another type twice", [pet(name=7), pet(name={"a": 1})],
         [("widen-type", "`Pet.name` is integer, object, too, not only string")]),
    Trip("a number", [pet(id=1.5)], [("widen-type", "`Pet.id` is number")]),
    Trip("an object for a text", [pet(name={"first": "R"})], [("widen-type", "object")]),
    Trip("another type and null", [pet(name=7), pet(name=None)],
         [("widen-type", "integer"), ("allow-null", "null")]),
    Trip("text for an object", [pet(owner="Ann")], [("widen-type", "`Pet.owner` is string")]),
    Trip("a list for an object", [pet(owner=[{"email": "a@b"}])], [("widen-type", "array[")]),
    Trip("a list for an object that deviates itself",
         [pet(owner=[{"email": 1, "phone": "1"}])],
         [("widen-type", "`Pet.owner` is array[object]"), ("add-property", "`Owner.phone`"),
          ("widen-type", "`Owner.email` is integer")]),
    Trip("an object for a list", [pet(friends=PET)], [("widen-type", "`Pet.friends` is object")]),
    Trip("an object for a list that deviates itself", [pet(friends=pet(nick=1))],
         [("widen-type", "`Pet.friends` is object"), ("add-property", "`Pet.nick`")]),
    Trip("an object for a list of texts", [pet(tags={"a": 1})], [("widen-type", "`Pet.tags`")]),
    Trip("text for a list", [pet(tags="a")], [("widen-type", "`Pet.tags` is string")]),
    Trip("text for a map", [pet(scores="a")], [("widen-type", "`Pet.scores` is string")]),
    Trip("text in a map", [pet(scores={"Ann": "one"})], [("widen-type", "`Pet.scores[]`")]),
    Trip("a list of lists", [pet(tags=["a", ["b"]])], [("widen-type", "`Pet.tags[]`")]),
    Trip("an object inside", [pet(chip={"number": "1", "maker": "X"})],
         [("widen-type", "`Pet.chip.number`"), ("add-property", "`Pet.chip.maker`")]),
    Trip("an object inside that comes as a list, and deviates",
         [pet(chip=[{"number": "1", "maker": "X"}])],
         [("widen-type", "`Pet.chip` is array[object]"), ("widen-type", "`Pet.chip.number`"),
          ("add-property", "`Pet.chip.maker`")]),
    Trip("a new value of an enumeration", [pet(kind="gold-fish")],
         [("add-value", '`Pet.kind` has the value "gold-fish"')]),
    Trip("a new value of an enumeration by reference", [pet(mood="sad")],
         [("add-value", '`Mood` has the value "sad"')]),
    Trip("a new value of numbers", [pet(size=3)], [("add-value", "`Pet.size` has the value 3")]),
    Trip("another value of a constant", [pet(planet="mars")],
         [("add-value", '`Pet.planet` has the value "mars"')]),
    Trip("a new value of named constants", [pet(speed="medium")],
         [("add-value", '`Pet.speed` has the value "medium"')]),
    Trip("another type in an enumeration", [pet(kind=7)],
         [("widen-type", "`Pet.kind` is integer")]),
    Trip("a missing field", [without("name")],
         [("drop-required", "`Pet.name` may be left out")]),
    Trip("two missing fields", [{"kind": "dog"}],
         [("drop-required", "`Pet.id`"), ("drop-required", "`Pet.name`")]),
    Trip("a missing field of an allOf", [pet(vet={"email": "a@b"})],
         [("drop-required", "`Vet.licence`")]),
    Trip("a new field of an allOf", [pet(vet={"email": "a@b", "licence": "1", "new": 1})],
         [("add-property", "`Vet.new`")]),
    Trip("a field of an allOf of another type", [pet(vet={"email": 1, "licence": "1"})],
         [("widen-type", "`Owner.email`")]),
    Trip("a new variant", [pet(food={"sort": "raw-meat", "grams": 1.5, "from": ["x"]})],
         [("add-variant", 'has the variant "raw-meat"')]),
    Trip("a new field of one variant", [pet(food={"sort": "dry", "grams": 1, "brand": "B"})],
         [("add-property", "`Dry.brand`")]),
    Trip("another type in one variant", [pet(food={"sort": "wet", "tins": "one"})],
         [("widen-type", "`Wet.tins` is string")]),
    Trip("no date", [pet(born="yesterday")],
         [("drop-limit", "`Pet.born` does not keep its format")]),
    Trip("no body", [reply(b"", 204)], [("add-reply", "status 204 and no body")]),
    Trip("null for everything", [None], [("allow-null", "may be null")]),
    Trip("a list for everything", [[PET]], [("widen-type", "is array[object]")]),
    Trip("much at once",
         [pet(name=None, nick=1, kind="gold-fish", tags=["a", 2], owner=None, legs="four"),
          {"name": 7, "kind": None, "friends": [pet(owner=[{}], nick="x")]}],
         [("drop-required", "`Pet.id`"), ("add-property", "`Pet.nick`"),
          ("allow-null", "`Pet.name`"), ("widen-type", "`Pet.name`"), ("add-value", "`Pet.kind`"),
          ("widen-type", "`Pet.tags[]`"),
          ("widen-type", "`Pet.owner`"), ("widen-type", "`Pet.legs`"),
          ("drop-required", "`Owner.email`")]),
]  # fmt: skip


def as_30(data: Any) -> Any:
    """The description in the words of OpenAPI 3.0."""
    if isinstance(data, list):
        return [as_30(item) for item in data]
    if not isinstance(data, dict):
        return data
    made = {key: as_30(value) for key, value in data.items()}
    if "const" in made:
        made["enum"] = [made.pop("const")]
    return {**made, "openapi": "3.0.3"} if "openapi" in made else made


def _mended(description: Path, files: list[Path], to: Path) -> list[tuple[str, str]]:
    """Apply what is proposed; return the proposals."""
    proposed = json.loads(rebind("drift", *files, description, "--format", "json"))
    assert proposed["unproposed"] == proposed["settled"] == []
    said = to.parent / "overlay.yaml"
    said.write_text(rebind("drift", *files, description, "--format", "overlay"))
    read = overlay.read(said)
    assert read.value is not None, read.diagnostics
    loaded = source.load(description)
    assert loaded.value is not None
    applied = overlay.apply(read.value, loaded.value.data)
    assert applied.value is not None, applied.diagnostics
    to.write_text(json.dumps(applied.value))
    return [(entry["code"], entry["message"]) for entry in proposed["proposed"]]


def _check(proposed: list[tuple[str, str]], trip: Trip) -> None:
    for code, words in trip.proposed:
        matching = [entry for entry in proposed if entry[0] == code and words in entry[1]]
        assert len(matching) == 1, (code, words, proposed)
        proposed.remove(matching[0])
    assert proposed == []


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The description in both versions of OpenAPI."""
    data = yaml.safe_load(PETS.read_text())
    made: dict[str, Path] = {}
    for version, said in (("3.1", data), ("3.0", as_30(data))):
        made[version] = tmp_path_factory.mktemp("described") / "pets.json"
        made[version].write_text(json.dumps(said))
    return made


ALONE = {
    "a new field",
    "a new field of several sorts",
    "null in the place of a union",
    "null in the place of a constant",
    "another type twice",
    "another type and null",
    "an object for a text",
    "a list for an object that deviates itself",
    "an object for a list that deviates itself",
    "an object inside that comes as a list, and deviates",
    "a new value of named constants",
    "a missing field of an allOf",
    "a new variant",
    "no date",
    "no body",
    "much at once",
}
"""What is mended for its own sake, too: the rest is mended together alone, which is quicker."""
VERSIONS = ["3.1", "3.0"]


def _flavour(version: str) -> str:
    # Each flavour with one of the versions: what they have in common is tested with the runtime.
    return "async" if version == "3.0" else "sync"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("trip", TRIPS, ids=lambda trip: trip.name)
def test_what_is_proposed_ends_the_drift(
    trip: Trip,
    version: str,
    described: dict[str, Path],
    build: Build,
    server: Server,
    tmp_path: Path,
) -> None:
    caller = Caller(_flavour(version), server, tmp_path / "drift.jsonl")
    mended = tmp_path / "mended.json"
    package = build(described[version])
    assert caller.collect(package, trip.replies, lambda client: client.pets.get())
    _check(_mended(described[version], [caller.file], mended), trip)
    if trip.name in ALONE:
        again = build(mended)
        assert caller.collect(again, trip.replies, lambda client: client.pets.get()) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_all_of_it_together_ends_all_drift(
    version: str, described: dict[str, Path], build: Build, server: Server, tmp_path: Path
) -> None:
    caller = Caller(_flavour(version), server, tmp_path / "drift.jsonl")
    package, files = build(described[version]), list[Path]()
    for index, trip in enumerate(TRIPS):
        caller.collect(package, trip.replies, lambda client: client.pets.get())
        files.append(caller.file.rename(tmp_path / f"{index}.jsonl"))
    mended = tmp_path / "mended.json"
    assert len(_mended(described[version], files, mended)) > 40
    again = build(mended)
    for trip in TRIPS:
        drifted = caller.collect(again, trip.replies, lambda client: client.pets.get())
        assert drifted == [], trip.name
