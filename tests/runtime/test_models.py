"""Objects of the API: how they are made, read, printed, compared and turned into dictionaries."""

from __future__ import annotations

import asyncio
import copy
import datetime
import pickle
import threading
from typing import Any

import pytest
from pydantic import ValidationError
from rebind.runtime.adapters import building
from rebind.runtime.errors import ApiError, UnboundError
from rebind.runtime.model import ApiModel, attached, need

from tests.runtime.things import (
    AsyncSession,
    Colour,
    Dog,
    Message,
    Pet,
    Session,
    SessionData,
    Task,
    Things,
)


@pytest.fixture
def client() -> Things:
    return Things("key-123456")


def test_an_object_is_made_with_the_client_first_and_fields_in_their_order(client: Things) -> None:
    session = Session(client, "the answer", "1", "name")
    assert (session.answer, session.session_id, session.name) == ("the answer", "1", "name")
    assert session._client is client
    assert Session(None, "a").answer == "a"


def test_an_object_is_made_with_wire_names_or_python_names(client: Things) -> None:
    by_wire = Session(client, sessionId="1", nextTask={"taskType": "t"})
    by_python = Session(client=client, session_id="1", next_task={"task_type": "t"})
    assert by_wire == by_python == Session(session_id="1", next_task=Task(None, task_type="t"))
    assert by_python._client is client
    assert by_wire.next_task == Task(task_type="t")


def test_an_object_takes_whatever_comes() -> None:
    session = Session(None, 1, history={"role": "a"}, nextTask=[{}, None, {"task": 2}], what=3)
    assert session.answer == 1  # type: ignore[comparison-overlap]
    assert session.history == Message(None, "a")
    assert session.next_task == [Task(task=2)]  # type: ignore[comparison-overlap]
    assert session.what == 3
    assert Session(None, history={}, nextTask=None).to_dict() == {}


def test_an_object_keeps_the_objects_that_it_is_given() -> None:
    message = Message(None, "a")
    session = Session(None, history=[message, None, {"role": "b"}])
    assert session.history[0] is message  # type: ignore[index]
    assert session.history[1] == Message(None, "b")  # type: ignore[index]


@pytest.mark.parametrize(
    ("args", "kwargs", "said"),
    [
        ((None, "a"), {"answer": "b"}, "'answer' by position and by name"),
        ((None, "a", "1"), {"sessionId": "2"}, "'session_id' by position and by name"),
        ((None,), {"client": None}, "the client by position and by name"),
        ((None, *range(9)), {}, "at most 7 fields after the client, not 9"),
    ],
)
def test_an_object_is_not_made_of_contradictions(
    args: Any, kwargs: dict[str, Any], said: str
) -> None:
    with pytest.raises(TypeError, match=said):
        Session(*args, **kwargs)


def test_a_model_without_client_is_validated(client: Things) -> None:
    with pytest.raises(ValidationError, match="id"):
        Pet(id="x", name="y")
    with pytest.raises(ValidationError, match="name"):
        Pet(id=1)
    with pytest.raises(TypeError, match="keyword arguments only"):
        Pet(1, "x")
    assert Pet(id=1, name="x", client="a field").client == "a field"


def test_an_object_without_client_says_so(client: Things) -> None:
    with pytest.raises(UnboundError, match=r"fetch it|Fetch it through a client.*Session\(client"):
        Session(None, session_id="1").rename("x")
    with pytest.raises(UnboundError, match="this object has no session_id"):
        Session(client).rename("x")
    with pytest.raises(UnboundError):
        asyncio.run(AsyncSession(None, session_id="1").rename("x"))
    assert issubclass(UnboundError, ApiError)
    assert need("", "x") == ""
    assert need(0, "x") == 0


def test_nested_objects_get_the_client_too(client: Things) -> None:
    session = Session(client, children=[{"name": "c", "children": [{"name": "d"}]}])
    child = session.children[0]  # type: ignore[index]
    assert child._client is client
    assert child.children[0]._client is client  # type: ignore[index]


def test_a_dictionary_has_python_names_and_no_none() -> None:
    session = Session(
        None,
        session_id="1",
        busy=False,
        history=[Message(None, "a", [{"docId": None}], ["x"]), Message(None)],
        next_task={},
        newField={"keepMe": None},
    )
    assert session.to_dict() == {
        "session_id": "1",
        "busy": False,
        "history": [{"role": "a", "text": [{"docId": None}], "doc_ids": ["x"]}, {}],
        "newField": {"keepMe": None},
    }
    assert Session(None, history=[]).to_dict() == {"history": []}


def test_values_in_a_dictionary_are_those_of_json() -> None:
    pet = Pet(id=1, name="x", colour=Colour.RED, born=datetime.date(2020, 1, 2))
    assert pet.to_dict() == {
        "id": 1,
        "name": "x",
        "colour": "red",
        "born": "2020-01-02",
        "tags": [],
    }


def test_an_object_prints_what_it_has() -> None:
    assert repr(Session(None, session_id="8dabc9192", name="x")) == (
        "Session(session_id='8dabc9192', name='x')"
    )
    assert str(Session(None)) == "Session()"
    long = Session(None, answer="a" * 60, history=[{"role": "b", "text": "c" * 60}], extra=1)
    assert repr(long) == (
        "Session(\n"
        f"  answer='{'a' * 60}',\n"
        f"  history=[Message(role='b', text='{'c' * 60}')],\n"
        "  extra=1,\n"
        ")"
    )


def test_objects_are_equal_by_class_and_data(client: Things) -> None:
    assert Session(client, name="a") == Session(None, name="a")
    assert Session(None, name="a") != Session(None, name="b")
    assert Session(None, name="a") != AsyncSession(None, name="a")
    assert Session(None, name="a", x=1) != Session(None, name="a", x=2)
    assert Session(None, name="a") != "a"
    assert Session(None, name=None) == Session(None)


def test_copies_keep_the_client_and_pickles_do_not(client: Things) -> None:
    session = Session(client, name="a", children=[{"name": "b"}], extra=1)
    for twin in (copy.copy(session), copy.deepcopy(session), session.model_copy()):
        assert twin == session
        assert twin._client is client
    assert copy.deepcopy(session).children[0]._client is client  # type: ignore[index]
    again = pickle.loads(pickle.dumps(session))
    assert again == session
    assert again.extra == 1


def test_the_client_is_in_no_dump(client: Things) -> None:
    session = Session(client, name="a")
    assert "client" not in str(session.model_dump()) + session.model_dump_json() + repr(session)
    assert "client" not in str(vars(session))
    assert session.model_dump(exclude_unset=True) == {"name": "a"}
    assert session.model_dump(by_alias=True, exclude_unset=True) == {"name": "a"}


def test_pydantics_own_ways_work() -> None:
    session = Session.model_validate({"sessionId": "1", "children": [{"name": "c"}]})
    assert session.children[0].name == "c"  # type: ignore[index]
    assert SessionData.model_validate_json('{"name": "x"}').name == "x"
    pet = Pet.model_validate({"id": 1, "name": "x", "friend": {"kind": "dog"}})
    assert isinstance(pet.friend, Dog)
    assert pet.model_copy(update={"name": "y"}).name == "y"


def test_the_constructor_is_not_called_for_objects_of_replies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from rebind.runtime.adapters import adapter

    def no(*_: Any, **__: Any) -> None:
        raise AssertionError("called")

    class Counted(SessionData):
        """Made by the validator alone."""

    monkeypatch.setattr(Counted, "__init__", no)
    made = adapter(list[Counted]).validate_json('[{"name": "a"}]')
    assert made[0].name == "a"


class Late(ApiModel):
    """What nothing has been read into, nor written from."""

    name: str | None = None


def test_a_model_is_built_when_it_is_first_written_and_by_one_thread_at_a_time() -> None:
    late = Late.model_construct(name="x")
    assert not Late.__pydantic_complete__
    written: list[str] = []
    thread = threading.Thread(target=lambda: written.append(late.model_dump_json()))
    with building:
        thread.start()
        thread.join(0.05)
        assert (written, Late.__pydantic_complete__) == ([], False)
    thread.join(5)
    assert (written, Late.__pydantic_complete__) == (['{"name":"x"}'], True)


class Inner(ApiModel):
    """What the next one holds."""

    session: Session | None = None


class Outer(ApiModel):
    """What holds an object that holds one with methods."""

    inner: Inner | None = None


def test_giving_a_client_to_objects_builds_no_model(client: Things) -> None:
    session = Session(None, name="Rex")
    attached(Outer.model_construct(inner=Inner.model_construct(session=session)), client)
    assert session._client is client
    assert not any(model.__pydantic_complete__ for model in (Inner, Outer))
