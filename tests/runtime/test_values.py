"""Values: frozen dataclasses in all but the cost."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from rebind.runtime.call import Call, Json, Operation
from rebind.runtime.options import RetryPolicy, Timeout
from rebind.runtime.values import Value


class Point(Value):
    x: int
    y: int = 0
    origin: ClassVar[str] = "here"


class Named(Point, kw_only=True):
    name: str = "p"
    tags: tuple[str, ...] = ()


@pytest.mark.parametrize(
    "make",
    [lambda: Point(1, 2), lambda: Point(1, y=2), lambda: Point(x=1, y=2), lambda: Point(y=2, x=1)],
)
def test_fields_are_given_by_position_and_by_name(make: Callable[[], Point]) -> None:
    assert vars(make()) == {"x": 1, "y": 2}
    assert make() == Point(1, 2)
    assert hash(make()) == hash(Point(1, 2))


def test_what_is_left_out_has_its_default() -> None:
    assert Point(1).y == 0
    assert vars(Named(x=3)) == {"x": 3, "y": 0, "name": "p", "tags": ()}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Point(), "misses 'x'"),
        (lambda: Point(1, 2, 3), "at most 2 values by position"),
        (lambda: Point(1, x=1), "'x' by position and by name"),
        (lambda: Point(1, z=1), "unexpected argument 'z'"),
        (lambda: Point(z=1), "unexpected argument 'z'"),
        (lambda: Named(1), "at most 0 values by position"),
    ],
)
def test_wrong_arguments_are_refused(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        make()


def test_a_value_does_not_change() -> None:
    point: Any = Point(1)
    with pytest.raises(AttributeError, match="does not change: 'x'"):
        point.x = 2
    with pytest.raises(AttributeError, match="does not change: 'z'"):
        point.z = 2
    with pytest.raises(AttributeError, match="does not change: 'x'"):
        del point.x
    assert point == Point(1)


def test_values_of_two_classes_are_never_equal() -> None:
    class Other(Value):
        x: int
        y: int = 0

    assert Point(1) != Other(1)
    assert Point(1) != (1, 0)


def test_a_value_shows_its_fields() -> None:
    assert repr(Named(x=1, tags=("a",))) == "Named(x=1, y=0, name='p', tags=('a',))"


def test_copies_and_pickles_are_equal() -> None:
    point = Point(1, 2)
    assert copy.copy(point) == copy.deepcopy(point) == pickle.loads(pickle.dumps(point)) == point


def test_dataclasses_take_values_for_their_own() -> None:
    policy = RetryPolicy(attempts=5)
    assert dataclasses.replace(policy, cap=1.0) == RetryPolicy(attempts=5, cap=1.0)
    assert [field.name for field in dataclasses.fields(Timeout)] == list(vars(Timeout()))
    assert dataclasses.asdict(Timeout(total=1))["connect"] == 10.0
    operation = Operation(id="a", method="GET", path="/", replies={"200": Json()})
    assert dataclasses.replace(operation, id="b").replies == {"200": Json()}
    with pytest.raises(ValueError, match="attempts=0"):
        dataclasses.replace(policy, attempts=0)


def test_the_signature_is_what_was_declared() -> None:
    assert str(inspect.signature(Timeout)).startswith("(total: 'float | None' = 600.0, connect:")
    kinds = {p.kind for p in inspect.signature(Operation).parameters.values()}
    assert kinds == {inspect.Parameter.KEYWORD_ONLY}
    assert "operation" in inspect.signature(Call).parameters


def test_patterns_match_by_position_and_by_name() -> None:
    match Timeout(5):
        case Timeout(total, connect=connect):
            assert (total, connect) == (5, 10.0)
