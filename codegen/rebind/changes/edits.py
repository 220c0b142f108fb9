"""Edits of a surface: what two surfaces differ by, such that one can be made of the other."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from rebind.changes import types

Path = tuple[str, ...]
Form = dict[str, Any]


class Absent(Enum):
    """The type of `ABSENT`: there is nothing, which `None` is not."""

    ABSENT = "ABSENT"

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent.ABSENT


@dataclass(frozen=True)
class Edit:
    """One value that became another.

    Attributes:
        path: Where, by the keys of the form.
        old: The value; `ABSENT` where there was none.
        new: The value; `ABSENT` where there is none.
    """

    path: Path
    old: Any
    new: Any


@dataclass(frozen=True)
class Move:
    """Something that got another name; the last step of the path.

    Attributes:
        path: Where it was.
        name: Its new name.
    """

    path: Path
    name: str


def apply(form: Mapping[str, Any], edits: Iterable[Edit | Move]) -> Form:
    """Make the new form of the old one.

    Args:
        form: What the edits were found in as the old one; left as it is.
        edits: All edits between the two, in any order.

    Returns:
        The new form.
    """
    made: Form = copy.deepcopy(dict(form))
    listed = list(edits)
    moves = [edit for edit in listed if isinstance(edit, Move)]
    for move in sorted(moves, key=lambda move: len(move.path)):
        made = moved(made, move)
    for edit in listed:
        if isinstance(edit, Edit):
            parent = at(made, edit.path[:-1])
            if edit.new is ABSENT:
                parent.pop(edit.path[-1], None)
            else:
                parent[edit.path[-1]] = copy.deepcopy(edit.new)
    return made


def moved(form: Form, move: Move) -> Form:
    """The form after a move, in which everything says the new name; the old form is not kept."""
    parent = at(form, move.path[:-1])
    parent[move.name] = parent.pop(move.path[-1])
    if move.path[0] == "classes" and len(move.path) == 2:
        return cast("Form", types.renamed(form, {move.path[-1]: move.name}))
    if move.path[0] == "operations" and len(move.path) == 2:
        return {**form, "classes": _calling(form["classes"], move.path[-1], move.name)}
    return form


def _calling(classes: Form, old: str, new: str) -> Form:
    """Classes whose methods call an operation by its new name."""
    made: Form = {}
    for name, cls in classes.items():
        methods: Form = {
            key: {**method, "operation": new} if method["operation"] == old else method
            for key, method in cls["methods"].items()
        }
        made[name] = cls if methods == cls["methods"] else {**cls, "methods": methods}
    return made


def at(form: Form, path: Path) -> Form:
    """The part of a form at a path."""
    for key in path:
        form = form[key]
    return form
