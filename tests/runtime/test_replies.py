"""Replies that are not what the description says: kept, reported, and refused only when asked."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from rebind.runtime.call import Call, Json, Operation
from rebind.runtime.decode import read_plain
from rebind.runtime.errors import DecodeError
from rebind.runtime.options import Deviation

from tests.faults.server import Server, json_reply, ok, reply
from tests.runtime.conftest import Flavour
from tests.runtime.things import GET, LIST, PET, Cat, Colour, Dog, Message, Pet, Session, Task


def read(tp: Any, value: Any) -> tuple[Any, list[tuple[str, str, Any]]]:
    """Read a value without an envelope."""
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    decoded = read_plain(content, Json(lambda: tp), asynchronous=False)
    return decoded.result, [misfit[:3] for misfit in decoded.misfits]


def test_a_reply_as_described_has_no_deviation() -> None:
    pet, misfits = read(
        Pet,
        {
            "id": 1,
            "name": "Rex",
            "colour": "red",
            "born": "2020-01-02",
            "weight": 3,
            "owner": {"email": "a@b"},
            "friend": {"kind": "dog", "good": False},
            "notes": {"a": 1},
        },
    )
    assert misfits == []
    assert pet.colour is Colour.RED
    assert pet.born.year == 2020
    assert pet.friend == Dog(kind="dog", good=False)


def test_unknown_fields_are_kept_and_are_no_deviation() -> None:
    pet, misfits = read(Pet, {"id": 1, "name": "Rex", "newField": {"x": [1]}})
    assert misfits == []
    assert pet.newField == {"x": [1]}
    assert pet.model_dump(exclude_unset=True) == {"id": 1, "name": "Rex", "newField": {"x": [1]}}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("id", "1", "int"),
        ("id", 1.5, "int"),
        ("id", None, "int"),
        ("id", True, "int"),
        ("name", 7, "str"),
        ("name", {"a": 1}, "str"),
        ("colour", "green", "Colour"),
        ("born", "yesterday", "date"),
        ("weight", "heavy", "float"),
        ("tags", "a", "list[str]"),
        ("notes", [1], "dict[str, int]"),
    ],
)
def test_a_value_of_another_type_is_kept_as_it_came(field: str, value: Any, expected: str) -> None:
    pet, misfits = read(Pet, {"id": 1, "name": "Rex", field: value})
    assert isinstance(pet, Pet)
    assert getattr(pet, field) == value
    assert type(getattr(pet, field)) is type(value)
    assert misfits == [(f"/{field}", expected, value)]


def test_a_whole_number_with_a_point_is_a_whole_number() -> None:
    pet, misfits = read(Pet, b'{"id": 1.0, "name": "Rex"}')
    assert (pet.id, type(pet.id), misfits) == (1, int, [])


def test_what_fits_is_typed_beside_what_does_not() -> None:
    pet, misfits = read(
        Pet,
        {
            "id": "x",
            "name": "Rex",
            "born": "2020-01-02",
            "owner": {"email": "e" * 30, "more": 1},
            "tags": ["a", 2, "c"],
            "notes": {"a": 1, "b/c~": "two"},
        },
    )
    assert pet.born.day == 2
    assert pet.owner.email == "e" * 30
    assert pet.tags == ["a", 2, "c"]
    assert [m[0] for m in misfits] == ["/id", "/tags/1", "/owner/email", "/notes/b~1c~0"]


def test_a_missing_required_field_is_none_and_stays_missing() -> None:
    pet, misfits = read(Pet, {"name": "Rex"})
    assert pet.id is None
    assert "id" not in pet.model_fields_set
    assert misfits == [("/id", "the required id", None)]
    assert repr(pet) == "Pet(name='Rex', tags=[])"


def test_an_unknown_variant_is_the_object_as_it_came() -> None:
    raw = {"kind": "fish", "scales": 9}
    pet, misfits = read(Pet, {"id": 1, "name": "Rex", "friend": raw})
    assert pet.friend == raw
    assert misfits == [("/friend", "one of the variants told apart by kind", raw)]


def test_a_known_variant_is_made_even_where_it_deviates() -> None:
    pet, misfits = read(Pet, {"id": 1, "name": "R", "friend": {"kind": "cat", "lives": "nine"}})
    assert isinstance(pet.friend, Cat)
    assert pet.friend.lives == "nine"  # type: ignore[comparison-overlap]
    assert misfits == [("/friend/lives", "int", "nine")]


def test_the_better_of_two_variants_is_made_where_nothing_tells_them_apart() -> None:
    made, misfits = read(Pet | Cat, {"kind": "cat", "lives": "many"})
    assert isinstance(made, Cat)
    assert misfits == [("/lives", "int", "many")]


def test_an_object_where_a_list_was_promised_is_one_object() -> None:
    made, misfits = read(list[Pet], {"id": 1, "name": "Rex"})
    assert isinstance(made, Pet)
    assert [m[:2] for m in misfits] == [("", "list[Pet]")]


def test_a_list_where_an_object_was_promised_is_a_list_of_objects() -> None:
    made, misfits = read(Pet, [{"id": 1, "name": "Rex"}])
    assert isinstance(made[0], Pet)
    assert [m[:2] for m in misfits] == [("", "Pet")]


def test_the_objects_of_an_api_may_be_one_or_many() -> None:
    one, misfits = read(Session, {"history": {"role": "BOT"}, "nextTask": [{"task": "x"}]})
    assert one.history == Message(None, role="BOT")
    assert one.next_task == [Task(None, task="x")]
    assert [m[0] for m in misfits] == ["/nextTask"]


@pytest.mark.parametrize("nothing", [None, {}, "absent"])
@pytest.mark.parametrize("deviates", [False, True])
def test_null_nothing_and_an_empty_object_make_no_object(nothing: Any, deviates: bool) -> None:
    raw: dict[str, Any] = {"sessionId": "1"}
    if nothing != "absent":
        raw.update(history=nothing, nextTask=nothing)
    if deviates:
        raw["name"] = 3
    session, misfits = read(Session, raw)
    assert session.history is None
    assert session.next_task is None
    assert [m[0] for m in misfits] == (["/name"] if deviates else [])


@pytest.mark.parametrize("deviates", [False, True])
def test_nulls_in_a_list_of_objects_are_dropped_and_reported(deviates: bool) -> None:
    name: Any = 3 if deviates else "n"
    history = [None, {"role": "a"}, {}, {"role": "b", "text": [None, {}]}]
    session, misfits = read(Session, {"name": name, "history": history})
    assert [m.role for m in session.history] == ["a", "b"]
    assert session.history[1].text == [None, {}]
    assert [m[0] for m in misfits] == [*(["/name"] if deviates else []), "/history/0"]
    assert read(Session, {"history": []})[0].history == []


def test_deviations_are_reported_to_the_hook(server: Server, flavour: Flavour) -> None:
    found: list[Deviation] = []
    server.answer(ok([{"name": "a"}, {"name": 1, "history": "x"}]))
    client = flavour.things(on_deviation=found.append)
    sessions = flavour.send(client, Call(LIST))
    assert sessions[1].name == 1
    assert sessions[1].history == "x"
    assert [(d.pointer, d.value, d.operation) for d in found] == [
        ("/result/1/name", 1, "listSessions"),
        ("/result/1/history", "x", "listSessions"),
    ]
    assert found[0].expected == "str"


def test_strict_refuses_with_every_deviation(server: Server, flavour: Flavour) -> None:
    server.answer(ok([{"name": 1, "busy": "yes", "unknown": 1}]), ok([{"unknown": 1}]))
    client = flavour.things(strict=True)
    with pytest.raises(DecodeError, match=r"/result/0/name is not str \(and 1 more\)") as caught:
        flavour.send(client, Call(LIST))
    assert [d.pointer for d in caught.value.deviations] == ["/result/0/name", "/result/0/busy"]
    assert (caught.value.status, caught.value.operation) == (200, "listSessions")
    assert flavour.send(client, Call(LIST))[0].unknown == 1


def test_a_hook_that_fails_is_heard(server: Server, flavour: Flavour) -> None:
    def hook(_: Deviation) -> None:
        raise ZeroDivisionError

    server.answer(ok({"name": 1}))
    with pytest.raises(ZeroDivisionError):
        flavour.send(flavour.things(on_deviation=hook), Call(GET))


def test_a_missing_result_is_none_and_a_deviation_where_it_cannot_be(
    server: Server, flavour: Flavour
) -> None:
    found: list[Deviation] = []
    client = flavour.things(on_deviation=found.append)
    server.answer(json_reply({"success": True}), ok(None), ok({}))
    assert flavour.send(client, Call(LIST)) is None
    assert [d.pointer for d in found] == ["/result"]
    assert flavour.send(client, Call(GET)) is None
    assert flavour.send(client, Call(GET)) is None
    assert [d.pointer for d in found] == ["/result", "/result"]


def test_success_is_what_the_envelope_says(server: Server, flavour: Flavour) -> None:
    server.answer(json_reply({"success": True, "result": {"name": "n"}}, 404))
    assert flavour.send(flavour.things(), Call(GET)).name == "n"


def test_success_that_is_no_boolean_is_a_deviation(server: Server, flavour: Flavour) -> None:
    found: list[Deviation] = []
    server.answer(json_reply({"success": 1, "result": {"name": "n"}}))
    assert flavour.send(flavour.things(on_deviation=found.append), Call(GET)).name == "n"
    assert [d.pointer for d in found] == ["/success"]


def test_no_content_where_an_object_was_promised_is_none(server: Server, flavour: Flavour) -> None:
    found: list[Deviation] = []
    server.answer(reply(b"", 204))
    client = flavour.pets(on_deviation=found.append)
    assert flavour.send(client, Call(PET, path={"petId": 1})) is None
    assert [(d.pointer, d.expected) for d in found] == [("", "a body")]


def test_json_in_other_encodings_is_read() -> None:
    pet, misfits = read(
        Pet, json.dumps({"id": 1, "name": "Ré"}, ensure_ascii=False).encode("utf-16")
    )
    assert (pet.name, misfits) == ("Ré", [])
    pet, misfits = read(Pet, b"\xef\xbb\xbf" + b'{"id": 1, "name": "x"}')
    assert (pet.name, misfits) == ("x", [])


def test_half_a_surrogate_pair_is_kept() -> None:
    pet, misfits = read(Pet, rb'{"id": 1, "name": "\ud800"}')
    assert pet.name == "\ud800"
    assert misfits == []


def test_numbers_that_json_does_not_know_are_read() -> None:
    pet, misfits = read(Pet, b'{"id": 1, "name": "x", "weight": NaN}')
    assert pet.weight != pet.weight
    assert misfits == []


def test_a_large_reply_is_read_in_one_piece_and_collection_goes_on() -> None:
    import gc

    many = [{"id": n, "name": "x" * 20} for n in range(20_000)]
    pets, misfits = read(list[Pet], many)
    assert (len(pets), pets[-1].id, misfits) == (20_000, 19_999, [])
    assert gc.isenabled()


def test_many_threads_may_read_the_first_reply_of_a_type() -> None:
    class Late(Pet):
        more: list[Pet] | None = None

    reply_kind = Json(lambda: Late)
    content = json.dumps({"id": 1, "name": "x", "more": [{"id": 2, "name": "y"}]}).encode()
    results: list[Any] = []
    start = threading.Barrier(16)

    def work() -> None:
        start.wait()
        results.append(read_plain(content, reply_kind, asynchronous=False).result)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [r.more[0].id for r in results] == [2] * 16


def test_a_type_is_built_once(server: Server, flavour: Flavour) -> None:
    asked: list[int] = []

    def thunk() -> object:
        asked.append(1)
        return Session

    operation: Operation[Any, Any] = Operation(
        id="op", method="GET", path="/", replies={"200": Json(thunk)}
    )
    server.answer(ok({"name": "n"}))
    client = flavour.things()
    for _ in range(3):
        flavour.send(client, Call(operation))
    assert asked == [1]
