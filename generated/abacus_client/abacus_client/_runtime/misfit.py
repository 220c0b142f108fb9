"""A place of a reply that is not as described, as reading finds it."""

from __future__ import annotations

from typing import Any, NamedTuple


class Misfit(NamedTuple):
    """What does not fit; the fields are those of `Deviation`, which says what they mean."""

    pointer: str
    expected: str
    value: object
    kind: str = "type"
    path: str = ""
    owner: str = ""
    known: tuple[object, ...] = ()
    tag: str = ""


Where = tuple[Any, ...]
"""A place while it is being read, innermost step first: (what is above, step, sort, class).

The sort tells names that the description has from the rest: "name", "index" or "key". What is above
the outermost step is a string: the pointer that the reading began at.
"""


def pointer(where: Where | str) -> str:
    """Write a place as a JSON pointer."""
    steps: list[str] = []
    while not isinstance(where, str):
        steps.append(f"/{escape(where[1])}")
        where = where[0]
    return where + "".join(reversed(steps))


def path(where: Where | str) -> str:
    """Write a place without what is data: `-` for each index, `*` for each key of a map."""
    steps: list[str] = []
    while not isinstance(where, str):
        _, step, sort, _ = where
        steps.append("/-" if sort == "index" else "/*" if sort == "key" else f"/{escape(step)}")
        where = where[0]
    return where + "".join(reversed(steps))


def owner(where: Where | str) -> str:
    """Name the class of the innermost object around a place; "" if there is none."""
    while not isinstance(where, str):
        if where[3]:
            return str(where[3])
        where = where[0]
    return ""


def escape(key: object) -> str:
    """Escape one step of a JSON pointer."""
    return str(key).replace("~", "~0").replace("/", "~1")
