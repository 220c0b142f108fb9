"""What the tool tells of a step, in the kinds that `census` counts.

The tool tells of more than is written in the SDK, and of some of it in another way. Each rule here
says which: with them, both counts have to be equal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rebind.changes import Change, Surface
from rebind.changes.edits import Edit

Census = dict[str, Any]
_SUFFIXES = {
    "added": ("added",),
    "added-required": ("added",),
    "inserted": ("added",),
    "removed": ("removed",),
    "renamed": ("added", "removed"),
}


def told(
    changes: Sequence[Change], old: Surface, new: Surface, was: Census, now: Census
) -> Counter[str]:
    """Count changes by the kinds of the census.

    Args:
        changes: What `rebind diff` says of the step.
        old: The surface before.
        new: The surface after.
        was: The census before.
        now: The census after.

    Returns:
        How many there are of each kind.
    """
    found: Counter[str] = Counter()
    renamed = {c.path for c in changes if c.code == "parameter-renamed"}
    for change in changes:
        noun, section = _noun(change), change.path[0]
        if section == "operations":
            # An operation of another name on the wire is another one, whatever it takes.
            if _edited(change, "id"):
                found.update(("operation-added", "operation-removed"))
            elif change.code in ("operation-added", "operation-removed"):
                found[change.code] += 1
            elif change.code == "operation-verb-changed":
                found[change.code] += not _is_new(change, old, new)
            elif (
                noun == "parameter"
                and not _is_new(change, old, new)
                # What may be added to any call is no argument of its own.
                and _place(change, old, new) != "extra"
                # Who counts names sees another argument, not one that is different now.
                and (change.code == "parameter-renamed" or change.path not in renamed)
            ):
                _count(found, change, noun)
        elif section == "classes":
            name = change.path[1]
            sides = [c for c in (was, now) if name in c["resources"] or name in c["inputs"]]
            if noun == "class":
                if name in was["enums"] or name in now["enums"]:
                    _count(found, change, "enum")
                elif sides or (change.old and change.old in was["resources"]):
                    _count(found, change, noun)
            elif noun == "enum-value" and name in was["enums"] and name in now["enums"]:
                _values(found, change)
            elif (
                name in was["resources"]
                and name in now["resources"]
                # `refresh`, `get_status` and waits are made of a call, but do more than to hand it over.
                and (noun == "field" or (noun == "method" and not _does_more(change)))
            ):
                _count(found, change, noun)
    return +found


def _noun(change: Change) -> str:
    for noun in ("enum-value", "operation", "parameter", "class", "field", "method"):
        if change.code.startswith(noun):
            return noun
    return change.code


def _count(found: Counter[str], change: Change, noun: str) -> None:
    kind = change.code.removeprefix("class-" if noun == "enum" else f"{noun}-")
    for word in _SUFFIXES.get(kind, ()):
        found[f"{noun}-{word}"] += 1
    if noun == "parameter" and kind in ("now-required", "now-optional", "default-changed"):
        found[change.code] += 1


def _values(found: Counter[str], change: Change) -> None:
    """A member of another name is the same value; another value is another one."""
    if change.code == "enum-value-changed":
        found["enum-value-added"] += 1
        found["enum-value-removed"] += 1
    elif change.code != "enum-value-renamed":
        _count(found, change, "enum-value")


def _edited(change: Change, key: str) -> bool:
    return any(isinstance(edit, Edit) and edit.path[-1] == key for edit in change.edits)


def _is_new(change: Change, old: Surface, new: Surface) -> bool:
    """Whether the operation has another name on the wire than it had."""
    now = new.form["operations"].get(change.path[1])
    return now is None or all(now["id"] != o["id"] for o in old.form["operations"].values())


def _place(change: Change, old: Surface, new: Surface) -> str:
    for side in (new, old):
        operation = side.form["operations"].get(change.path[1], {"parameters": {}})
        if change.path[3] in operation["parameters"]:
            return str(operation["parameters"][change.path[3]]["place"])
    return ""


def _does_more(change: Change) -> bool:
    for edit in change.edits:
        if isinstance(edit, Edit):
            for value in (edit.old, edit.new):
                if isinstance(value, dict) and any(map(value.get, ("update", "field", "status"))):
                    return True
    return False
