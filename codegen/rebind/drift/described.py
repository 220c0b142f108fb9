"""Where in a description a path of a reply is described: through references, unions and maps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rebind import ir
from rebind.diagnostics import did_you_mean, quoted
from rebind.drift.reading import Seen
from rebind.lower.terms import COMPONENT, is_dict, is_list, types_of
from rebind.names import Names
from rebind.openapi import Resolved
from rebind.source import step, steps

Pointer = str
_UNIONS = ("oneOf", "anyOf")


class Unfound(Exception):
    """Why a path is described nowhere; the message says so to people."""


@dataclass(eq=False)
class Description:
    """A description, and what its package calls things.

    Attributes:
        resolved: The description.
        api: What it means.
        names: What its classes are called.
    """

    resolved: Resolved
    api: ir.Api
    names: Names
    _classes: dict[str, Pointer] = field(default_factory=dict[str, Pointer])

    def __post_init__(self) -> None:
        for pointer, name in self.names.classes.items():
            written = pointer.removeprefix("#").partition("/alternatives/")[0]
            for called in (str(name), f"Async{name}", f"{name}Data"):
                self._classes.setdefault(called, written)

    def get(self, pointer: Pointer) -> Any:
        """What stands at a pointer; None where nothing does."""
        return value_at(self.resolved.data, pointer)

    def operation(self, seen: Seen) -> ir.Operation:
        """The operation that was called."""
        found = [o for o in self.api.operations if o.id == seen.operation]
        for operation in found:
            streams = any(r.kind in ("events", "lines") for r in operation.replies)
            if streams == seen.part:
                return operation
        if found and not seen.part:
            return found[0]
        known = {operation.id for operation in self.api.operations}
        help = did_you_mean(seen.operation, known)
        what = "no stream" if found else "no operation"
        raise Unfound(f"there is {what} {quoted(seen.operation)}{help and f'; {help}'}")

    def reply(self, operation: ir.Operation, seen: Seen) -> ir.Reply:
        """The reply that was read: chosen as the runtime chooses it."""
        status = seen.status or 200
        if self.api.envelope is not None and not 200 <= status < 300:
            status = 200
        replies = {reply.status: reply for reply in operation.replies}
        found = replies.get(str(status)) or replies.get(f"{status // 100}XX")
        found = found or replies.get("default")
        found = found or next((r for key, r in replies.items() if key[:1] == "2"), None)
        if found is None or found.slot is None:
            raise Unfound(f"status {status} of {quoted(operation.id)} has no schema")
        return found

    def places(self, seen: Seen) -> list[Pointer]:
        """The schemas that describe what came, each where it is used.

        Args:
            seen: What was seen.

        Returns:
            Their pointers; several where variants cannot be told apart.

        Raises:
            Unfound: There is none.
        """
        at, names = self._start(seen)
        return self._walk(at, names, seen)

    def objects(self, seen: Seen) -> list[Pointer]:
        """The objects that a field belongs to, which the last step of the path names."""
        at, names = self._start(seen)
        if not names:
            raise Unfound("the path names no field")
        around = self._walk(at, names[:-1], seen)
        found = [o for place in around for o in self.concrete(place) if self._is_object(o)]
        if not found:  # one where a list was described
            around = [items for place in around for items in self.items(place)]
            found = [o for place in around for o in self.concrete(place) if self._is_object(o)]
        if not found:
            raise Unfound("no object is described there any more")
        return self._of_owner(list(dict.fromkeys(found)), seen.owner)

    def _start(self, seen: Seen) -> tuple[Pointer, list[str]]:
        reply = self.reply(self.operation(seen), seen)
        assert reply.slot is not None
        at, names = reply.slot.pointer.removeprefix("#"), seen.steps
        if reply.kind in ("events", "lines"):
            at = at.removesuffix("/item")
        envelope = self.api.envelope
        if envelope is not None and not seen.part:
            if names[:1] != [envelope.result]:
                raise Unfound("it is in the envelope, which is the same for all replies")
            names = names[1:]
        return at, names

    def _walk(self, at: Pointer, names: list[str], seen: Seen) -> list[Pointer]:
        places = [at]
        named = [i for i, name in enumerate(names) if name not in ("-", "*")]
        for index, name in enumerate(names):
            owner = seen.owner if named and index == named[-1] else ""
            below = [p for place in places for p in self._below(place, name, owner)]
            places = list(dict.fromkeys(below))
            if not places:
                raise Unfound(f"{quoted(seen.path)} is not described any more")
        return places

    def _below(self, place: Pointer, name: str, owner: str) -> list[Pointer]:
        """What describes the value at a step below a place."""
        arms = self._of_owner(self.concrete(place), owner)
        parts = [part for arm in arms for part in self.parts(arm)]
        found: list[Pointer] = []
        for part in parts:
            schema = self.get(part)
            if name == "-":
                found += [f"{part}/items"] if "items" in schema else []
            elif name in (schema.get("properties") or {}):
                found.append(f"{part}/properties{step(name)}")
        if not found and name == "*":
            for part in parts:
                schema = self.get(part)
                if is_dict(schema.get("additionalProperties")):
                    found.append(f"{part}/additionalProperties")
                patterns: dict[str, Any] = schema.get("patternProperties") or {}
                for pattern in patterns:
                    found.append(f"{part}/patternProperties{step(pattern)}")
        if not found and name == "-":  # a list where one was described
            return [place]
        if not found:  # one where a list was described
            for part in parts:
                if "items" in self.get(part):
                    found += self._below(f"{part}/items", name, owner)
        return found

    def _of_owner(self, arms: list[Pointer], owner: str) -> list[Pointer]:
        """Those of several schemas that the class is made of; all of them where that is unknown."""
        at = self._classes.get(owner)
        if len(arms) < 2 or at is None:
            return arms
        own = self.concrete(at)
        return [arm for arm in arms if arm in own] or arms

    def items(self, place: Pointer) -> list[Pointer]:
        """The schemas of the items of the lists that a place may be."""
        return [f"{part}/items" for part in self.used(place) if "items" in self.get(part)]

    def concrete(self, place: Pointer) -> list[Pointer]:
        """The schemas that a place stands for: what references lead to, the arms of unions."""
        return list(self._concrete(place, set()))

    def _concrete(self, place: Pointer, passed: set[Pointer]) -> Iterator[Pointer]:
        if place in passed:
            return
        passed.add(place)
        schema = self.get(place)
        if not is_dict(schema):
            return
        if "$ref" in schema:
            yield from self._concrete(target(schema), passed)
            return
        unions = [word for word in _UNIONS if is_list(schema.get(word))]
        if not unions or "properties" in schema or "allOf" in schema:
            yield place
        for word in unions:
            for index in range(len(schema[word])):
                yield from self._concrete(f"{place}/{word}/{index}", passed)

    def parts(self, place: Pointer) -> list[Pointer]:
        """A schema and those that its `allOf` adds to it."""
        found: list[Pointer] = []
        todo = [place]
        while todo:
            at = todo.pop(0)
            schema = self.get(at)
            if at in found or not is_dict(schema):
                continue
            if "$ref" in schema:
                todo.append(target(schema))
            found.append(at)
            members: list[Any] = schema.get("allOf") or []
            todo += [f"{at}/allOf/{index}" for index in range(len(members))]
        return found

    def _is_object(self, place: Pointer) -> bool:
        return any(
            "properties" in schema or "object" in types_of(schema)
            for schema in map(self.get, self.parts(place))
        )

    def sorts(self, place: Pointer) -> set[str]:
        """The sorts of value that a place admits; all of them are `any`."""
        found: set[str] = set()
        for arm in self._used(place, set()):
            schema = self.get(arm)
            kinds = set(types_of(schema))
            values: list[Any] = schema.get("enum") or []
            if not kinds and values:
                kinds = {sort_of(value) for value in values}
            if not kinds and "const" in schema:
                kinds = {sort_of(schema["const"])}
            if not kinds and ("properties" in schema or "additionalProperties" in schema):
                kinds = {"object"}
            if not kinds and "items" in schema:
                kinds = {"array"}
            if None in values:
                kinds.add("null")
            if not kinds and not any(word in schema for word in ("allOf", *_UNIONS)):
                kinds = {"any"}
            found |= kinds
        return found

    def _used(self, place: Pointer, passed: set[Pointer]) -> Iterator[Pointer]:
        for arm in self._concrete(place, passed):
            for part in self.parts(arm):
                if "$ref" not in self.get(part):
                    yield part
                for word in _UNIONS:
                    for index in range(len(self.get(part).get(word) or ())):
                        yield from self._used(f"{part}/{word}/{index}", passed)

    def used(self, place: Pointer) -> list[Pointer]:
        """Every schema that says something of the values at a place, not of what is in them."""
        return list(dict.fromkeys(self._used(place, set())))

    def unions(self, place: Pointer) -> list[Pointer]:
        """The unions at a place that have a discriminator."""
        found: list[Pointer] = []
        todo, passed = [place], set[Pointer]()
        while todo:
            at = todo.pop(0)
            schema = self.get(at)
            if at in passed or not is_dict(schema):
                continue
            passed.add(at)
            if is_dict(schema.get("discriminator")):
                found.append(at)
            if "$ref" in schema:
                todo.append(target(schema))
            for word in ("allOf", *_UNIONS):
                members: list[Any] = schema.get(word) or []
                todo += [f"{at}/{word}/{index}" for index in range(len(members))]
        return found

    def called(self, place: Pointer) -> str:
        """What to call a place when talking to people: by its component and the steps in it."""
        names = steps(place)
        if place.startswith(COMPONENT[1:]):
            names = names[2:]
        else:
            methods = [i for i, name in enumerate(names) if name == "responses"]
            around: Any = self.get("".join(map(step, names[: methods[0]]))) if methods else None
            ident = (
                str((around if is_dict(around) else {}).get("operationId") or "the reply")
                if methods
                else "the reply"
            )
            names = [ident, *names[methods[0] + 2 :]] if methods else names
        kept: list[str] = []
        words = iter(names)
        for name in words:
            if name == "properties":
                kept.append(next(words, ""))
            elif name in ("items", "additionalProperties"):
                kept[-1:] = [f"{kept[-1] if kept else ''}[]"]
            elif name in ("allOf", *_UNIONS, "patternProperties") or name == "content":
                next(words, "")
            elif name != "schema":
                kept.append(name)
        return ".".join(kept)


def target(schema: dict[str, Any]) -> Pointer:
    """The pointer that a reference leads to."""
    return str(schema["$ref"]).removeprefix("#")


def value_at(data: Any, pointer: Pointer) -> Any:
    """What stands at a pointer; None where nothing does."""
    for name in steps(pointer):
        if is_dict(data):
            data = data.get(name)
        elif is_list(data) and name.isdecimal() and int(name) < len(data):
            data = data[int(name)]
        else:
            return None
    return data


def sort_of(value: object) -> str:
    """The sort of a JSON value."""
    if isinstance(value, bool):
        return "boolean"
    sorts = ((str, "string"), (int, "integer"), (float, "number"), (list, "array"))
    if value is None:
        return "null"
    return next((name for kind, name in sorts if isinstance(value, kind)), "object")
