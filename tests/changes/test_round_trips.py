"""What a comparison finds is all there is: it can be replayed, and it mirrors."""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rebind.changes import KINDS, Change, Surface, compare
from rebind.changes.edits import apply

from .conftest import Take

ADDED = {
    "parameter-added-required": "parameter-added",
    "field-added-required": "field-added",
    "field-inserted": "field-added",
    **{code: code.removesuffix("-kept") for code in KINDS if code.endswith("-renamed-kept")},
}
"""What is removed, when read backwards, was added in one of several ways; what got another name may
have kept the old one."""


def spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every key or index of a description, with what holds it."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield value, key
        if isinstance(inner, dict | list):
            yield from spots(inner)


def edited(description: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The description after a few slips of the pen."""
    made = copy.deepcopy(description)
    for _ in range(dice.randint(1, 4)):
        holder, key = dice.choice(list(spots(made)))
        way = dice.randrange(7)
        if way == 0:
            del holder[key]
        elif way == 1 and isinstance(holder, dict):
            holder[f"{key}New"] = holder.pop(key)
        elif way == 2 and isinstance(holder, dict):
            holder["extra"] = copy.deepcopy(holder[key])
        elif way == 3 and isinstance(holder[key], bool):
            holder[key] = not holder[key]
        elif way == 4 and isinstance(holder[key], str):
            kinds = ["string", "integer", "number", "boolean", "object", "get", "put", "other"]
            holder[key] = dice.choice(kinds)
        elif way == 5 and isinstance(holder[key], int):
            holder[key] += dice.choice([-1, 1, 7])
        elif isinstance(holder, list):
            dice.shuffle(holder)
        elif isinstance(holder[key], dict):
            kept = list(holder[key].items())
            dice.shuffle(kept)
            holder[key] = dict(kept)
    return made


def codes(changes: tuple[Change, ...]) -> Counter[str]:
    return Counter(ADDED.get(change.code, change.code) for change in changes)


def holds(old: Surface, new: Surface) -> None:
    there, back = compare(old, new), compare(new, old)
    assert apply(old.form, [e for change in there for e in change.edits]) == new.form
    assert apply(new.form, [e for change in back for e in change.edits]) == old.form
    mirrored = Counter(
        ADDED.get(KINDS[change.code].mirror, KINDS[change.code].mirror) for change in there
    )
    assert mirrored == codes(back)
    assert bool(there) == (old.form != new.form)


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seeds=st.tuples(st.integers(0, 2**32), st.integers(0, 2**32)))
def test_changes_can_be_replayed_and_mirror(
    seeds: tuple[int, int], take: Take, shop: dict[str, Any]
) -> None:
    one = take(edited(shop, random.Random(seeds[0])))
    other = take(edited(shop, random.Random(seeds[1])))
    plain = take(shop)
    assert plain is not None
    for old, new in ((plain, one), (one, other)):
        if old is not None and new is not None:
            holds(old, new)


def test_a_description_does_not_differ_from_itself(take: Take, shop: dict[str, Any]) -> None:
    one, other = take(shop), take(copy.deepcopy(shop))
    assert one is not None
    assert other is not None
    assert compare(one, other) == ()


def test_every_kind_names_a_kind_as_its_mirror_and_that_one_names_it_back() -> None:
    for code, kind in KINDS.items():
        mirror = KINDS[kind.mirror].mirror
        assert ADDED.get(code, code) == ADDED.get(mirror, mirror)
