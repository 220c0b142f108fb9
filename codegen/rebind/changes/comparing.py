"""Two surfaces -> every change between them, judged for callers."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any, cast

from rebind.changes import types
from rebind.changes.catalogue import KINDS, SEVERITIES, Change, Severity
from rebind.changes.edits import ABSENT, Edit, Form, Move, Path, at, moved
from rebind.changes.surface import Surface
from rebind.lower.terms import is_dict

_ALIKE = 0.6
"""What is gone and what is new are one thing with two names when they agree by so much."""
_WORDS = {"description", "summary", "raises"}
"""Keys whose change touches nothing but documentation."""


def compare(old: Surface, new: Surface) -> tuple[Change, ...]:
    """Find every change between two surfaces.

    Args:
        old: What callers know.
        new: What they will meet.

    Returns:
        The changes, the worst first, then in the order of the description.
    """
    found = _Comparison(old, new).run()
    return tuple(sorted(found, key=lambda change: SEVERITIES.index(change.severity)))


def reaches(changes: Iterable[Change], severity: Severity | None) -> bool:
    """Whether a change is as bad as that, or worse; never, when no severity is named."""
    if severity is None:
        return False
    worst = SEVERITIES.index(severity)
    return any(SEVERITIES.index(change.severity) <= worst for change in changes)


class _Comparison:
    def __init__(self, old: Surface, new: Surface) -> None:
        self.old = old
        self.new = new
        self.before: Form = {key: dict(value) for key, value in old.form.items()}
        self.after = new.form
        self.found: list[Change] = []
        self.origin: dict[Path, Path] = {}
        """Where something that moved was before."""
        self.bound = _bound(new.form)

    def run(self) -> list[Change]:
        for name, known in self.pairs(("classes",), _unless_kept(_class_likeness)):
            self.move(("classes", name), known, "class-renamed")
        for name, known in self.pairs(("operations",), _unless_kept(_operation_likeness)):
            was, now = self.before["operations"][name]["id"], self.after["operations"][known]["id"]
            ids = [Edit(("operations", known, "id"), was, now)] if was != now else []
            self.move(("operations", name), known, "operation-renamed", ids)
        self.section(("operations",), "operation", self.operation)
        self.section(("classes",), "class", self.cls)
        self.section(("errors",), "error", self.error)
        self.client()
        return self.found

    # What is in both, under one name or another

    def pairs(
        self, path: Path, likeness: Callable[[str, Any, str, Any], float]
    ) -> Iterator[tuple[str, str]]:
        """What seems to have got another name: old name, new name."""
        before, after = at(self.before, path), at(self.after, path)
        gone = [name for name in before if name not in after]
        come = [name for name in after if name not in before]
        if not gone or not come:
            return
        scored = [
            (score, sorted((one, other)), one, other)
            for one in gone
            for other in come
            if (score := likeness(one, before[one], other, after[other])) >= _ALIKE
        ]
        used: set[str] = set()
        for _, _, one, other in sorted(scored, key=lambda item: (-item[0], item[1])):
            if one not in used and other not in used:
                used |= {one, other}
                yield one, other

    def move(self, path: Path, name: str, code: str, edits: Sequence[Edit] = ()) -> None:
        """Something got another name; the code says whether the old one goes on working."""
        here = (*path[:-1], name)
        move = Move(path, name)
        known = self.before_path(path)
        before, after = at(self.before, path[:-1])[path[-1]], at(self.after, here[:-1])[name]
        if is_dict(after) and is_dict(before):
            kept = path[-1] in after["old_names"]
            code = f"{code}-kept" if kept else code
            spots = ((path[-1], kept), (name, name in before["old_names"]))
            edits = [
                *edits,
                *(
                    self.edit((*here, "old_names"), old, before["old_names"], after["old_names"])
                    for old, told in spots
                    if told
                ),
            ]
        self.before = moved(_copied(self.before, path[:-1]), move)
        self.origin[here] = known
        self.add(code, here, (move, *edits), old=path[-1], new=name)

    def old_names(self, path: Path) -> None:
        """What changed in the old names that go on working, apart from its own former name."""
        before, after = at(self.before, path)["old_names"], at(self.after, path)["old_names"]
        told = {path[-1]}
        if path in self.origin:
            told.add(self.origin[path][-1])
        self.aliases((*path, "old_names"), before, after, told, lambda _: path)

    def aliases(
        self,
        path: Path,
        before: Form,
        after: Form,
        told: Collection[str],
        meant_by: Callable[[str], Path],
    ) -> None:
        """Old names that came, went, or go in another version; but for those that are told of."""
        for name in _keys(before, after):
            edit = self.edit(path, name, before, after)
            if name in told or edit.old == edit.new:
                continue
            where, owner = (*path, name), _shown(meant_by(name))
            shown = _shown((*meant_by(name)[:-1], name))
            if edit.old is ABSENT:
                self.add("alias-added", where, (edit,), old=shown, new=owner)
            elif edit.new is ABSENT:
                self.add("alias-removed", where, (edit,), old=shown, new=owner)
            else:
                until = edit.new["until"]
                meant = edit.old.get("value") != edit.new.get("value")
                said = f"goes in {until}" if until else "has no end any more"
                said = f"means {edit.new['value']}" if meant else said
                self.add(
                    "alias-changed",
                    where,
                    (edit,),
                    old=shown,
                    new=said,
                    severe="risky" if meant else None,
                )

    def section(self, path: Path, noun: str, each: Callable[[Path], None]) -> None:
        """What was added and removed, and what changed in the rest."""
        before, after = at(self.before, path), at(self.after, path)
        for name, value in before.items():
            if name not in after:
                edit = Edit((*path, name), value, ABSENT)
                self.add(f"{noun}-removed", (*path, name), (edit,))
        for name, value in after.items():
            if name not in before:
                self.add(f"{noun}-added", (*path, name), (Edit((*path, name), ABSENT, value),))
            elif before[name] != value:
                each((*path, name))

    # One thing of each kind

    def operation(self, path: Path) -> None:
        """What changed in an operation."""
        before, after = at(self.before, path), at(self.after, path)
        codes = {
            "method": "operation-verb-changed",
            "path": "operation-path-changed",
            "host": "operation-host-changed",
            "server": "operation-host-changed",
            "media_type": "operation-encoding-changed",
            "part_types": "operation-encoding-changed",
            "security": "operation-security-changed",
            "replies": "replies-changed",
            "flat": "operation-flat-changed",
            "flat_order": "operation-flat-changed",
        }
        self.parameters(path)
        if before["result"] != after["result"]:
            self.result(path)
        self.words(path, "operation-described", also=() if path in self.origin else ("id",))
        self.deprecation(path, "operation")
        self.old_names(path)
        done = {"parameters", "positional", "result", "deprecated", "id", "old_names", *_WORDS}
        replies = before["replies"], after["replies"]
        if before["result"] != after["result"]:
            done.add("replies")
        elif replies[0] != replies[1] and _worded(replies[0]) == _worded(replies[1]):
            self.value(path, "replies", "operation-described")
            done.add("replies")
        for key in _keys(before, after):
            if key not in done and before.get(key, ABSENT) != after.get(key, ABSENT):
                self.value(path, key, codes.get(key, "operation-wire-changed"))

    def parameters(self, path: Path) -> None:
        """What changed in the parameters of an operation."""
        here = (*path, "parameters")
        for name, known in self.pairs(here, _unless_kept(_parameter_likeness)):
            self.move((*here, name), known, "parameter-renamed")
        before, after = at(self.before, here), at(self.after, here)
        order: list[Edit] = []
        old_order: list[str] = at(self.before, path)["positional"]
        new_order: list[str] = at(self.after, path)["positional"]
        if old_order != new_order:
            order = [Edit((*path, "positional"), old_order, new_order)]
        renamed = {self.origin[p][-1]: p[-1] for p in self.origin if p[:-1] == here}
        kept = [renamed.get(n, n) for n in old_order if renamed.get(n, n) in new_order]
        if kept != [n for n in new_order if n in kept]:
            old, new = ", ".join(old_order), ", ".join(new_order)
            self.add("parameters-reordered", path, tuple(order), old=old, new=new)
            order = []
        for name, value in before.items():
            if name not in after:
                gone = (Edit((*here, name), value, ABSENT), *order)
                self.add("parameter-removed", (*here, name), gone, old=name)
                order = []
        for name, value in after.items():
            if name not in before:
                come = (Edit((*here, name), ABSENT, value), *order)
                code = "parameter-added-required" if value["required"] else "parameter-added"
                self.add(code, (*here, name), come, new=name)
                order = []
            elif before[name] != value:
                order = self.parameter((*here, name), order)
        if order:  # the same parameters under other names
            change = self.found[-1]
            self.found[-1] = _with(change, tuple(order))

    def parameter(self, path: Path, order: list[Edit]) -> list[Edit]:
        """What changed in a parameter; the order that is left to tell of."""
        before, after = at(self.before, path), at(self.after, path)
        if before["type"] != after["type"]:
            self.type(path, "parameter")
        if before["required"] != after["required"]:
            code = "parameter-now-required" if after["required"] else "parameter-now-optional"
            keys = ["required"]
            keys += [k for k in ("default", "has_default") if before.get(k) != after.get(k)]
            edits = [self.edit(path, key, before, after) for key in keys]
            self.add(code, path, (*edits, *order))
            order = []
        elif [before.get(k) for k in ("default", "has_default")] != [
            after.get(k) for k in ("default", "has_default")
        ]:
            keys = [k for k in ("default", "has_default") if before.get(k) != after.get(k)]
            edits = [self.edit(path, key, before, after) for key in keys]
            old, new = _default(before), _default(after)
            self.add("parameter-default-changed", path, tuple(edits), old=old, new=new)
        self.words(path, "parameter-described")
        self.deprecation(path, "parameter")
        self.old_names(path)
        if before["limits"] != after["limits"]:
            self.value(path, "limits", "parameter-limits-changed")
        done = {"type", "required", "default", "has_default", "deprecated", "limits", *_WORDS}
        done.add("old_names")
        keys = [k for k in _keys(before, after) if k not in done and before.get(k) != after.get(k)]
        if keys:
            edits = [self.edit(path, key, before, after) for key in keys]
            old, new = _said(before, keys), _said(after, keys)
            self.add("parameter-wire-changed", path, tuple(edits), old=old, new=new)
        return order

    def result(self, path: Path) -> None:
        """The type of what a method returns changed, and with it perhaps the replies."""
        before, after = at(self.before, path), at(self.after, path)
        old, new = before["result"], after["result"]
        said = types.relation(old, new)
        one, other = types.without_null(old), types.without_null(new)
        chosen = f"result-{said}" if said in ("widened", "narrowed") else "result-retyped"
        if not old:
            chosen = "result-added"
        elif not new:
            chosen = "result-removed"
        elif one == other:
            chosen = "result-nullable" if types.NULL in new else "result-not-nullable"
        elif _is_list(other) and not _is_list(one):
            chosen = "result-became-list"
        elif _is_list(one) and not _is_list(other):
            chosen = "result-no-longer-list"
        keys = [key for key in ("result", "replies") if before[key] != after[key]]
        edits = tuple(self.edit(path, key, before, after) for key in keys)
        self.add(chosen, path, edits, old=types.text(old), new=types.text(new))

    def cls(self, path: Path) -> None:
        """What changed in a class."""
        before, after = at(self.before, path), at(self.after, path)
        if _kind(before) != _kind(after):
            keys = [key for key in _keys(before, after) if before[key] != after[key]]
            edits = tuple(self.edit(path, key, before, after) for key in keys)
            old, new = _kind(before), _kind(after)
            self.add("class-retyped", path, edits, old=old, new=new)
            return
        self.fields(path)
        self.values(path)
        self.methods(path)
        if before["type"] != after["type"]:
            self.alias(path, before["type"], after["type"])
        self.words(path, "class-described")
        self.old_names(path)
        if before["discriminator"] != after["discriminator"]:
            self.value(path, "discriminator", "discriminator-changed")
        if before["positional"] != after["positional"]:
            code = "class-positional" if after["positional"] else "class-not-positional"
            self.add(code, path, (self.edit(path, "positional", before, after),))

    def alias(self, path: Path, old: types.Type, new: types.Type) -> None:
        """A union or another name of a type changed."""
        edit = Edit((*path, "type"), old, new)
        added = [item for item in new if item not in old]
        gone = [item for item in old if item not in new]
        if added and not gone:
            self.add("variant-added", path, (edit,), new=types.text(added))
        elif gone and not added:
            self.add("variant-removed", path, (edit,), old=types.text(gone))
        else:
            self.add("class-retyped", path, (edit,), old=types.text(old), new=types.text(new))

    def fields(self, path: Path) -> None:
        """What changed in the fields of a class."""
        here = (*path, "fields")
        for name, known in self.pairs(here, _unless_kept(_field_likeness)):
            self.move((*here, name), known, "field-renamed")
        before, after = at(self.before, here), at(self.after, here)
        positional = at(self.after, path)["positional"] and at(self.before, path)["positional"]
        old_order: list[str] = at(self.before, path)["order"]
        new_order: list[str] = at(self.after, path)["order"]
        order = [Edit((*path, "order"), old_order, new_order)] if old_order != new_order else []
        renamed = {self.origin[p][-1]: p[-1] for p in self.origin if p[:-1] == here}
        kept = [renamed.get(n, n) for n in old_order if renamed.get(n, n) in after]
        if kept != [n for n in new_order if n in kept]:
            self.add("fields-reordered", path, tuple(order), severe=None if positional else "docs")
            order = []
        for name, value in before.items():
            if name not in after:
                self.add(
                    "field-removed", (*here, name), (Edit((*here, name), value, ABSENT), *order)
                )
                order = []
        last = max((new_order.index(n) for n in kept), default=-1)
        sent = path[-1] in self.new.sent
        for name, value in after.items():
            if name not in before:
                code = "field-added-required" if value["required"] and sent else "field-added"
                if code == "field-added" and positional and new_order.index(name) < last:
                    code = "field-inserted"
                self.add(code, (*here, name), (Edit((*here, name), ABSENT, value), *order))
                order = []
            elif before[name] != value:
                self.field((*here, name))
        if order:
            self.found[-1] = _with(self.found[-1], tuple(order))

    def field(self, path: Path) -> None:
        """What changed in a field."""
        before, after = at(self.before, path), at(self.after, path)
        if before["type"] != after["type"]:
            self.type(path, "field")
        if before["required"] != after["required"]:
            code = "field-now-required" if after["required"] else "field-now-optional"
            self.value(path, "required", code)
        if before["limits"] != after["limits"]:
            self.value(path, "limits", _limits(before["limits"], after["limits"]))
        if before["default"] != after["default"]:
            self.value(path, "default", "field-default-changed")
        if before["wire"] != after["wire"]:
            self.value(path, "wire", "field-wire-changed")
        self.words(path, "field-described")
        self.deprecation(path, "field")
        self.old_names(path)

    def values(self, path: Path) -> None:
        """What changed in the values of an enumeration."""
        here, former = (*path, "values"), (*path, "old_values")
        old, new = at(self.before, former), at(self.after, former)

        def likeness(name: str, one: Any, known: str, other: Any) -> float:
            kept = name in new and new[name]["value"] == other
            back = known in old and old[known]["value"] == one
            return 2.0 if kept or back else float(one == other)

        told: set[str] = set()
        for name, known in self.pairs(here, likeness):
            code = "enum-value-renamed-kept" if name in new else "enum-value-renamed"
            moved_names = [n for n, names in ((name, new), (known, old)) if n in names]
            told.update(moved_names)
            edits = [self.edit(former, n, old, new) for n in moved_names]
            self.move((*here, name), known, code, edits)
        before, after = at(self.before, here), at(self.after, here)
        names = [{value: name for name, value in values.items()} for values in (before, after)]

        def member(name: str) -> Path:
            spot = 1 if name in new else 0
            value = (old, new)[spot][name]["value"]
            return (*here, names[spot].get(value, str(value)))

        self.aliases(former, old, new, told, member)
        for name, value in before.items():
            where = (*here, name)
            if name not in after:
                self.add(
                    "enum-value-removed", where, (Edit(where, value, ABSENT),), old=repr(value)
                )
            elif after[name] != value:
                edit = Edit(where, value, after[name])
                said = repr(value), repr(after[name])
                self.add("enum-value-changed", where, (edit,), old=said[0], new=said[1])
        for name, value in after.items():
            if name not in before:
                where = (*here, name)
                self.add("enum-value-added", where, (Edit(where, ABSENT, value),), new=repr(value))

    def methods(self, path: Path) -> None:
        """What changed in the bound methods of a class."""
        here = (*path, "methods")
        for name, known in self.pairs(here, _unless_kept(_method_likeness)):
            self.move((*here, name), known, "method-renamed")
        before, after = at(self.before, here), at(self.after, here)
        for name, value in before.items():
            where = (*here, name)
            if name not in after:
                self.add("method-removed", where, (Edit(where, value, ABSENT),))
                continue
            self.old_names(where)
            keys = [k for k in _keys(value, after[name]) if k != "old_names"]
            edits = [self.edit(where, key, value, after[name]) for key in keys]
            edits = [edit for edit in edits if edit.old != edit.new]
            if edits:
                self.method(where, value, after[name], edits)
        for name, value in after.items():
            if name not in before:
                self.add("method-added", (*here, name), (Edit((*here, name), ABSENT, value),))

    def method(self, path: Path, before: Form, after: Form, edits: list[Edit]) -> None:
        """What changed in one bound method."""
        code, old, new = "method-changed", _flat(before), _flat(after)
        if "status" in before and "status" in after:
            code = "wait-changed"
            keys = [edit.path[-1] for edit in edits]
            old, new = _said(before, keys), _said(after, keys)
        elif [edit.path[-1] for edit in edits] == ["only"]:
            one, other = _offered(self.before, before), _offered(self.after, after)
            if one == other:
                code = "method-described"
            elif other[: len(one)] == one:
                code, new = "method-widened", ", ".join(other[len(one) :])
            elif one[: len(other)] == other:
                code, old = "method-narrowed", ", ".join(one[len(other) :])
        self.add(code, path, edits, old=old, new=new)

    def error(self, path: Path) -> None:
        """What changed in an error class."""
        before, after = at(self.before, path), at(self.after, path)
        self.words(path, "error-described")
        if before["extends"] != after["extends"]:
            self.value(path, "extends", "error-base-changed")
        keys = [key for key in ("statuses", "types") if before[key] != after[key]]
        if keys:
            edits = tuple(self.edit(path, key, before, after) for key in keys)
            old, new = _said(before, keys), _said(after, keys)
            self.add("error-chosen-otherwise", path, edits, old=old, new=new)

    def client(self) -> None:
        """What changed in the client itself."""
        before, after = self.before["client"], self.after["client"]
        codes = {
            "name": "client-renamed",
            "server": "server-changed",
            "key_env": "variable-changed",
            "server_env": "variable-changed",
            "schemes": "security-changed",
            "security": "security-changed",
            "title": "api-described",
            "version": "api-described",
            "description": "api-described",
        }
        for key in _keys(before, after):
            if before.get(key, ABSENT) != after.get(key, ABSENT):
                edit = self.edit(("client",), key, before, after)
                old, new = _word(edit.old), _word(edit.new)
                self.add(codes.get(key, "wire-changed"), ("client", key), (edit,), old=old, new=new)

    # What all of them share

    def words(self, path: Path, code: str, also: Iterable[str] = ()) -> None:
        """Something is described otherwise."""
        before, after = at(self.before, path), at(self.after, path)
        keys = [
            key
            for key in (*sorted(_WORDS), *also)
            if before.get(key, ABSENT) != after.get(key, ABSENT)
        ]
        if keys:
            self.add(code, path, tuple(self.edit(path, key, before, after) for key in keys))

    def deprecation(self, path: Path, noun: str) -> None:
        """Something is deprecated, or no longer."""
        before, after = at(self.before, path), at(self.after, path)
        if before.get("deprecated", False) != after.get("deprecated", False):
            code = f"{noun}-deprecated" if after.get("deprecated") else f"{noun}-undeprecated"
            self.add(code, path, (self.edit(path, "deprecated", before, after),))

    def type(self, path: Path, noun: str) -> None:
        """The type of something changed."""
        edit = self.edit(path, "type", at(self.before, path), at(self.after, path))
        said = types.relation(edit.old, edit.new)
        code = f"{noun}-{said}" if said in ("widened", "narrowed") else f"{noun}-retyped"
        self.add(code, path, (edit,), old=types.text(edit.old), new=types.text(edit.new))

    def value(self, path: Path, key: str, code: str) -> None:
        """One value of something changed."""
        edit = self.edit(path, key, at(self.before, path), at(self.after, path))
        self.add(code, path, (edit,), old=_word(edit.old), new=_word(edit.new))

    def edit(self, path: Path, key: str, before: Form, after: Form) -> Edit:
        """The edit of one key."""
        return Edit((*path, key), before.get(key, ABSENT), after.get(key, ABSENT))

    def before_path(self, path: Path) -> Path:
        """Where something was before it, or what holds it, got another name."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origin:
                return (*self.origin[path[:length]], *path[length:])
        return path

    def add(
        self,
        code: str,
        path: Path,
        edits: Sequence[Edit | Move],
        *,
        old: str | None = None,
        new: str | None = None,
        severe: Severity | None = None,
    ) -> None:
        """Tell of a change."""
        kind = KINDS[code]
        was = self.before_path(path)
        gone = code.endswith("-removed") and len(edits) > 0 and isinstance(edits[0], Edit)
        gone = gone and cast("Edit", edits[0]).new is ABSENT
        come = isinstance(edits[0], Edit) and edits[0].old is ABSENT and edits[0].path == path
        message = kind.sentence.format(name=_name(path), owner=path[1], old=old, new=new)
        self.found.append(
            Change(
                code=code,
                severity=severe or self.severity(code, path),
                path=path,
                old=old,
                new=new,
                python=tuple(_python(path, was, self.bound)),
                message=message[:1].upper() + message[1:] + ".",
                advice=kind.advice,
                pointer=self.old.pointer(was) if gone else self.new.pointer(path),
                old_place=None if come else self.old.place(was),
                new_place=None if gone else self.new.place(path),
                edits=tuple(edits),
            )
        )

    def severity(self, code: str, path: Path) -> Severity:
        """How bad a change is, by the way that the values travel."""
        kind = KINDS[code]
        if kind.sent is None or kind.received is None or path[0] != "classes":
            return kind.severity
        was = self.before_path(path)[1]
        ways: set[Severity] = set()
        if path[1] in self.new.sent or was in self.old.sent:
            ways.add(kind.sent)
        if path[1] in self.new.received or was in self.old.received:
            ways.add(kind.received)
        for severity in SEVERITIES:
            if severity in ways:
                return severity
        return kind.severity


def _with(change: Change, edits: tuple[Edit, ...]) -> Change:
    return replace(change, edits=(*change.edits, *edits))


def _copied(form: Form, path: Path) -> Form:
    """The form with everything down to a path copied, so that a move spares the original."""
    made = dict(form)
    part = made
    for key in path:
        part[key] = dict(part[key])
        part = part[key]
    return made


def _keys(*forms: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(key for form in forms for key in form))


# Likeness: 0 for two things, 1 for one thing under two names


def _unless_kept(
    likeness: Callable[[str, Form, str, Form], float],
) -> Callable[[str, Form, str, Form], float]:
    """The same, unless one of the two says that it had the name of the other."""

    def judged(one: str, old: Form, other: str, new: Form) -> float:
        kept = one in new["old_names"] or other in old["old_names"]
        return 2.0 if kept else likeness(one, old, other, new)

    return judged


def _method_likeness(one: str, old: Form, other: str, new: Form) -> float:
    bare = [{k: v for k, v in known.items() if k != "old_names"} for known in (old, new)]
    return float(bare[0] == bare[1])


def _operation_likeness(one: str, old: Form, other: str, new: Form) -> float:
    if (old["method"], old["path"]) == (new["method"], new["path"]):
        return 1.0
    if old["id"] == new["id"]:
        return 0.95
    if old["method"] != new["method"]:
        return 0.0
    shared = _shared(old["parameters"], new["parameters"])
    if shared < _ALIKE or old["result"] != new["result"]:
        return 0.0
    return (shared + _spelled(old["id"], new["id"])) / 2 if _spelled(one, other) > 0.5 else 0.0


def _class_likeness(one: str, old: Form, other: str, new: Form) -> float:
    if old["values"] or new["values"]:
        return _shared(old["values"], new["values"])
    if not old["fields"] or not new["fields"]:
        return 0.0
    shared = _shared(old["fields"], new["fields"])
    alike = _spelled(one, other)
    return shared if shared > 0.8 and (alike > 0.4 or len(old["fields"]) > 3) else 0.0


def _parameter_likeness(one: str, old: Form, other: str, new: Form) -> float:
    if (old["place"], old["wire"]) == (new["place"], new["wire"]):
        return 1.0
    if old["type"] != new["type"] or old["required"] != new["required"]:
        return 0.0
    return _spelled(one, other)


def _field_likeness(one: str, old: Form, other: str, new: Form) -> float:
    if old["wire"] == new["wire"]:
        return 1.0
    return _spelled(one, other) if old["type"] == new["type"] else 0.0


def _shared(one: Collection[str], other: Collection[str]) -> float:
    """How much of two sets of names is in both."""
    either = len({*one, *other})
    return len(set(one) & set(other)) / either if either else 1.0


def _spelled(one: str, other: str) -> float:
    """How alike two names are, whichever comes first."""
    first, second = sorted((one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


# Words


def _kind(cls: Form) -> str:
    """What a class is, in a word."""
    if cls["fields"]:
        return "an object"
    return "a set of values" if cls["values"] else "another name of a type"


def _name(path: Path) -> str:
    section, name, *rest = path
    if len(rest) < 2:
        return name
    return f"`{rest[1]}` of `{name}`" if section == "operations" else f"{name}.{rest[1]}"


def _shown(path: Path) -> str:
    """What has old names, as callers know it: `Session.name` for `classes/Session/fields/name`."""
    section, name, *rest = path
    if section == "operations":
        return f"{name}({rest[1]})" if rest else name
    called = "()" if rest[:1] == ["methods"] else ""
    return f"{name}.{rest[-1]}{called}" if rest else name


def _python(path: Path, was: Path, bound: Mapping[str, list[str]]) -> Iterator[str]:
    if path[0] == "operations":
        yield f"client.{was[1]}"
        if was[1] != path[1]:
            yield f"client.{path[1]}"
        yield from bound.get(path[1], ())
    elif path[0] == "classes":
        parts = [path[1], *path[3:4]]
        old = [was[1], *was[3:4]]
        yield ".".join(old)
        if old != parts:
            yield ".".join(parts)
    elif path[0] == "errors":
        yield f"errors.{was[1]}"


def _bound(form: Form) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, cls in form["classes"].items():
        for method, known in cls["methods"].items():
            found.setdefault(known["operation"], []).append(f"{name}.{method}")
    return found


def _default(parameter: Form) -> str:
    return repr(parameter.get("default")) if parameter.get("has_default") else "not sent"


def _said(form: Form, keys: Iterable[str]) -> str:
    return ", ".join(f"{key} {_word(form.get(key, ABSENT))}" for key in keys)


def _word(value: Any) -> str:
    if value is ABSENT or value is None or value in ([], {}, ""):
        return "nothing"
    if isinstance(value, str):
        return value
    return json.dumps(value, default=str, ensure_ascii=False)


def _flat(method: Form) -> str:
    fields = ", ".join(f"{one}={other}" for one, other in method.get("fields", {}).items())
    return f"{method['operation']}({fields})"


def _offered(form: Form, method: Form) -> list[str]:
    """What a bound method takes, by its names in Python and in their order."""
    parameters: Form = form["operations"][method["operation"]]["parameters"]
    given = {*method["fields"], *method["fixed"], *method["listed"]}
    only = method["only"]
    return [
        name
        for name, known in parameters.items()
        if known["wire"] not in given and (only is None or known["wire"] in only)
    ]


def _worded(replies: Mapping[str, Form]) -> Any:
    """Replies without their descriptions."""
    return {
        status: {key: value for key, value in reply.items() if key != "description"}
        for status, reply in replies.items()
    }


def _is_list(type: types.Type) -> bool:
    return len(type) == 1 and type[0][0] == "list"


def _limits(old: Form, new: Form) -> str:
    """Whether limits became closer, wider, or neither."""
    lower = {"minLength", "minimum", "exclusiveMinimum", "minItems"}
    upper = {"maxLength", "maximum", "exclusiveMaximum", "maxItems"}
    closer = wider = False
    for key in _keys(old, new):
        one, other = old.get(key), new.get(key)
        if one == other:
            continue
        if one is None or other is None:
            closer, wider = closer or one is None, wider or other is None
        elif (word := key.rpartition(".")[2]) in lower | upper:
            more = other > one if word in lower else other < one
            closer, wider = closer or more, wider or not more
        else:
            closer = wider = True
    if closer and wider:
        return "field-limits-changed"
    return "field-limits-tightened" if closer else "field-limits-loosened"
