"""What was seen -> what the description should say: proposals, each with an overlay's actions."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rebind.diagnostics import Place
from rebind.drift.described import Description, Pointer, Unfound, value_at
from rebind.drift.mending import Json, Mend, actions, json_path
from rebind.drift.reading import Seen
from rebind.lower.terms import component_pointer, is_dict
from rebind.names import pascal, words
from rebind.source import steps

Code = Literal[
    "add-property", "drop-required", "add-variant", "add-value", "drop-limit",
    "widen-type", "allow-null", "add-reply",
]  # fmt: skip
CODES: tuple[Code, ...] = (
    "add-property", "drop-required", "add-variant", "add-value", "drop-limit",
    "widen-type", "allow-null", "add-reply",
)  # fmt: skip
"""The kinds of proposals, in the order in which those of one place are applied."""


@dataclass(frozen=True)
class Proposal:
    """A change of the description.

    Attributes:
        code: Its kind.
        message: What is to be said, in a sentence.
        place: Where in the description it is to be said.
        pointer: The same as a JSON pointer into the resolved description.
        operations: The operations whose replies ask for it.
        count: How often it was seen: each sort of value once in a reply.
        first: The first day.
        last: The last day.
        example: What a reply looks like there, without its values.
        actions: How an overlay says it.
    """

    code: Code
    message: str
    place: Place
    pointer: Pointer
    operations: tuple[str, ...]
    count: int
    first: str
    last: str
    example: Any
    actions: tuple[Json, ...]


@dataclass(frozen=True)
class Open:
    """What was seen and leads to no proposal.

    Attributes:
        seen: What was seen.
        why: Why there is none.
    """

    seen: Seen
    why: str


@dataclass(frozen=True)
class Outcome:
    """What becomes of everything that was seen.

    Attributes:
        proposals: The proposals, by their place.
        unproposed: What nothing can be proposed for.
        settled: What the description says by now.
        actions: The actions of all proposals, in the order in which they can be applied.
    """

    proposals: tuple[Proposal, ...]
    unproposed: tuple[Open, ...]
    settled: tuple[Open, ...]
    actions: tuple[Json, ...]


class Settled(Exception):
    """The description says by now what came."""


@dataclass
class _Wish:
    """A change of one schema, asked for by everything in `seen`."""

    code: Code
    pointer: Pointer
    detail: str
    seen: list[Seen] = field(default_factory=list[Seen])


def propose(description: Description, found: Iterable[Seen]) -> Outcome:
    """Turn what was seen into proposals.

    Args:
        description: The description.
        found: What was seen.

    Returns:
        What becomes of all of it.
    """
    draft = _Draft(description)
    wishes: dict[tuple[str, str, str], _Wish] = {}
    unproposed: list[Open] = []
    settled: list[Open] = []
    for seen in found:
        try:
            for code, pointer, detail in _Asked(description, seen).wishes():
                wish = _Wish(code, pointer, detail)
                # What several operations share is written once.
                key = (code, draft.written(pointer), detail)
                wishes.setdefault(key, wish).seen.append(seen)
        except Unfound as error:
            unproposed.append(Open(seen, str(error)))
        except Settled as error:
            settled.append(Open(seen, str(error)))
    # What is deeper goes first: a schema that is put into another one takes its parts along.
    ordered = sorted(
        wishes.values(),
        key=lambda w: (-len(steps(w.pointer)), w.pointer, CODES.index(w.code), w.detail),
    )
    proposals: list[Proposal] = []
    for wish in ordered:
        made = draft.grant(wish)
        if made is None:
            why = "it is written in a way that no overlay can mend: several references, or an alias"
            unproposed += [Open(seen, why) for seen in wish.seen]
        else:
            proposals.append(made)
    return Outcome(
        tuple(sorted(proposals, key=_by_place)),
        tuple(unproposed),
        tuple(settled),
        tuple(action for proposal in proposals for action in proposal.actions),
    )


def _by_place(proposal: Proposal) -> tuple[Any, ...]:
    place = proposal.place
    return str(place.file), place.line, place.column, CODES.index(proposal.code), proposal.message


_Wished = tuple[Code, Pointer, str]


class _Asked:
    """What one deviation asks for."""

    def __init__(self, description: Description, seen: Seen) -> None:
        self.description = description
        self.seen = seen
        self.sort = seen.came.partition("[")[0]

    def wishes(self) -> list[_Wished]:
        """The changes that it asks for."""
        asked: Mapping[str, Callable[[], list[_Wished]]] = {
            "undescribed": self.undescribed,
            "missing": self.missing,
            "null": self.type,
            "type": self.type,
            "enum": self.enum,
            "variant": self.variant,
            "limit": self.limit,
            "body": self.body,
        }
        return asked[self.seen.kind]()

    def undescribed(self) -> list[_Wished]:
        name = self.seen.steps[-1] if self.seen.steps else ""
        objects = self.description.objects(self.seen)
        if name == "*":
            raise Unfound(
                "the names of the fields look like data, and are not told: if the object is a map, "
                "describe it with additionalProperties"
            )
        wished: list[_Wished] = []
        for place in objects:
            if self._property(place, name) is None:
                wished.append(("add-property", place, name))
        if not wished:
            raise Settled(f"`{self.description.called(objects[0])}.{name}` is described")
        return wished

    def _property(self, place: Pointer, name: str) -> Pointer | None:
        for part in self.description.parts(place):
            properties: Json = self.description.get(part).get("properties") or {}
            if name in properties:
                return part + "/properties/" + name.replace("~", "~0").replace("/", "~1")
        return None

    def missing(self) -> list[_Wished]:
        if not self.seen.steps:
            raise Unfound("the path names no field")
        name = self.seen.steps[-1]
        objects = self.description.objects(self.seen)
        wished: list[_Wished] = []
        for place in objects:
            for part in self.description.parts(place):
                if name in (self.description.get(part).get("required") or ()):
                    wished.append(("drop-required", part, name))
        if wished:
            return wished
        for place in objects:
            schema = self.description.api.schemas.get(f"#{place}")
            if schema is not None and name in (schema.data.get("required") or ()):
                raise Unfound(f"`{name}` tells the variants of a union apart: it has to be there")
        raise Settled(f"`{self.description.called(objects[0])}.{name}` may be left out")

    def type(self) -> list[_Wished]:
        places = self.description.places(self.seen)
        code: Code = "allow-null" if self.sort == "null" else "widen-type"
        wished: list[_Wished] = []
        for place in places:
            if not self._admits(place):
                wished.append((code, place, ""))
        if not wished:
            raise Settled(f"`{self.description.called(places[0])}` may be {_article(self.sort)}")
        return wished

    def _admits(self, place: Pointer) -> bool:
        sorts = self.description.sorts(place)
        if "any" in sorts or (self.sort == "integer" and "number" in sorts):
            return True
        return self.sort in sorts

    def enum(self) -> list[_Wished]:
        places, value = self.description.places(self.seen), self.seen.value
        if value is None:
            raise Unfound(
                "the value may be somebody's data, and is not told: see what the API sends there"
            )
        wished: list[_Wished] = []
        for place in places:
            holders = [p for p in self.description.used(place) if self._lists(p)]
            if any(value in self._listed(holder) for holder in holders):
                raise Settled(f"`{value}` is one of the values")
            alike = [h for h in holders if any(type(v) is type(value) for v in self._listed(h))]
            for holder in (alike or holders)[:1]:
                wished.append(("add-value", holder, json.dumps(value)))
        if not wished:
            raise Settled(f"`{self.description.called(places[0])}` is no enumeration any more")
        return wished

    def _lists(self, place: Pointer) -> bool:
        return bool(self._listed(place))

    def _listed(self, place: Pointer) -> list[Any]:
        schema = self.description.get(place)
        if "const" in schema:
            return [schema["const"]]
        return [value for value in schema.get("enum") or () if value is not None]

    def variant(self) -> list[_Wished]:
        places, value = self.description.places(self.seen), self.seen.value
        unions = [union for place in places for union in self.description.unions(place)]
        if not unions:
            raise Settled("the variants are not told apart by a field any more")
        tag = self.description.get(unions[0])["discriminator"].get("propertyName")
        if value is None:
            raise Unfound(f"what `{tag}` says may be somebody's data, and is not told")
        for union in unions:
            for arm in self.description.concrete(union):
                known = self._property(arm, str(tag))
                if known is not None and value in self._listed(known):
                    raise Settled(f"`{value}` is one of the variants")
        return [("add-variant", unions[0], json.dumps(value))]

    def limit(self) -> list[_Wished]:
        mend = Mend(old=False)
        places = self.description.places(self.seen)
        wished: list[_Wished] = []
        for place in places:
            for part in self.description.used(place):
                if mend.limits(self.description.get(part), self.sort):
                    wished.append(("drop-limit", part, self.sort))
        if not wished:
            raise Settled(f"`{self.description.called(places[0])}` has no limit any more")
        return wished

    def body(self) -> list[_Wished]:
        operation = self.description.operation(self.seen)
        status = str(self.seen.status or 204)
        if any(reply.status == status for reply in operation.replies):
            raise Settled(f"status {status} is described")
        at = operation.pointer.removeprefix("#")
        if not is_dict(self.description.get(f"{at}/responses")):
            at = at.rpartition("/")[0]  # the method that takes the result as a stream
        return [("add-reply", f"{at}/responses", status)]


class _Draft:
    """The description while proposals are written into it, one after the other."""

    def __init__(self, description: Description) -> None:
        self.description = description
        resolved = description.resolved
        root = resolved.documents[0]
        self.root = root
        self.alone = len(resolved.documents) == 1
        # Several files are mended as the one that they are together. Aliases are taken apart.
        self.data: Any = json.loads(json.dumps(root.data if self.alone else resolved.data))
        self.mend = Mend(old=str(self.data.get("openapi")).startswith("3.0"))

    def written(self, pointer: Pointer) -> Pointer:
        """Where a schema is written in the document that is mended."""
        return self.description.resolved.place(pointer).pointer if self.alone else pointer

    def grant(self, wish: _Wish) -> Proposal | None:
        """Write a change down; None where it cannot be."""
        at = self.written(wish.pointer)
        old = value_at(self.data, at)
        if not is_dict(old):
            return None
        place = self.description.resolved.place(wish.pointer)
        more, new = self._mended(wish, old)
        if new == old:
            return None
        made: list[Json] = []
        for path, value in ({**more, at: new}).items():
            made += self._put(path, value, _why(wish))
        ends = [(seen.first, seen.last) for seen in wish.seen]
        return Proposal(
            wish.code,
            _message(self.description, wish),
            place,
            wish.pointer,
            tuple(sorted({seen.operation for seen in wish.seen})),
            sum(seen.count for seen in wish.seen),
            min(first for first, _ in ends),
            max(last for _, last in ends),
            _example(wish.seen[0]),
            tuple(made),
        )

    def _mended(self, wish: _Wish, old: Json) -> tuple[dict[Pointer, Json], Json]:
        """The schema as it has to be, and others that go with it."""
        mend, came = self.mend, [seen.came for seen in wish.seen]
        if wish.code == "add-property":
            return {}, mend.property(old, wish.detail, came)
        if wish.code == "drop-required":
            return {}, mend.optional(old, [wish.detail])
        if wish.code == "add-value":
            return {}, mend.value(old, [json.loads(wish.detail)])
        if wish.code == "drop-limit":
            return {}, mend.unlimited(old, wish.detail)
        if wish.code == "allow-null":
            return {}, mend.null(old)
        if wish.code == "add-reply":
            return {}, {
                **old,
                wish.detail: {"description": "It worked, and there is nothing to say."},
            }
        if wish.code == "add-variant":
            return self._variant(wish, old)
        objects = "object" in self.description.sorts(wish.pointer)
        return {}, mend.wider(old, came, self._items(wish.pointer), objects=objects)

    def _items(self, pointer: Pointer) -> Json | None:
        """The items of the list that a schema describes, where they are objects."""
        for items in self.description.items(pointer):
            found = value_at(self.data, self.written(items))
            if is_dict(found) and self.description.sorts(items) == {"object"}:
                return found
        return None

    def _variant(self, wish: _Wish, old: Json) -> tuple[dict[Pointer, Json], Json]:
        value: str | int = json.loads(wish.detail)
        known: Json = self.data.get("components", {}).get("schemas") or {}
        plain = str(pascal(words(str(value)))) or "Variant"
        name, number = plain, 2
        while name in known:
            name, number = f"{plain}{number}", number + 1
        fields: dict[str, list[str]] = {}
        for seen in wish.seen:
            for field_name, came in seen.fields:
                fields.setdefault(field_name, []).append(came)
        tag: str = old["discriminator"]["propertyName"]
        at = "/components/schemas"
        schemas = {**known, name: self.mend.variant(tag, value, fields)}
        word = "oneOf" if "oneOf" in old else "anyOf"
        reference = component_pointer(name)
        discriminator: Json = old["discriminator"]
        if "mapping" in discriminator:
            mapping = {**discriminator["mapping"], str(value): reference}
            discriminator = {**discriminator, "mapping": mapping}
        new = {**old, word: [*old[word], {"$ref": reference}], "discriminator": discriminator}
        return {at: schemas}, new

    def _put(self, at: Pointer, new: Json, why: str) -> list[Json]:
        """Write a value, and say how an overlay does that."""
        old = value_at(self.data, at)
        made = actions(json_path(at, self.data), old, new, why)
        old.clear()
        old.update(copy.deepcopy(new))
        return made


def _message(description: Description, wish: _Wish) -> str:
    """What is to be said, in a sentence."""
    called = description.called(wish.pointer)
    sorts = sorted({seen.came for seen in wish.seen})
    came = ", ".join(sorts)
    if wish.code == "add-property":
        return f"`{called}.{wish.detail}` is not described: {came}"
    if wish.code == "drop-required":
        return f"`{called}.{wish.detail}` may be left out"
    if wish.code == "add-value":
        return f"`{called}` has the value {wish.detail}"
    if wish.code == "drop-limit":
        found = Mend(old=False).limits(description.get(wish.pointer), wish.detail)
        return f"`{called}` does not keep its {' and '.join(found)}"
    if wish.code == "allow-null":
        return f"`{called}` may be null"
    if wish.code == "add-reply":
        return f"`{wish.seen[0].operation}` answers with status {wish.detail} and no body"
    if wish.code == "add-variant":
        return f"`{called}` has the variant {wish.detail}"
    was = " or ".join(sorted(description.sorts(wish.pointer)))
    return f"`{called}` is {came}, too, not only {was}"


def _why(wish: _Wish) -> str:
    """Why an action is there: how often it was seen, when, and of what."""
    count = sum(seen.count for seen in wish.seen)
    operations = sorted({seen.operation for seen in wish.seen})
    shown = ", ".join(operations[:5]) + (
        f" and {len(operations) - 5} more" if operations[5:] else ""
    )
    first = min(seen.first for seen in wish.seen)
    last = max(seen.last for seen in wish.seen)
    days = f"on {first}" if first == last else f"from {first} to {last}"
    what = {
        "add-property": f"The field {wish.detail!r} came and was not described",
        "drop-required": f"The field {wish.detail!r} was required and did not come",
        "add-value": f"The value {wish.detail} came and was not listed",
        "add-variant": f"The variant {wish.detail} came and was not known",
        "drop-limit": "A value came that does not keep the limits",
        "allow-null": "A null came where none was allowed",
        "widen-type": f"Another type came: {', '.join(sorted({s.came for s in wish.seen}))}",
        "add-reply": f"Status {wish.detail} came without a body",
    }[wish.code]
    return f"{what}: seen {'once' if count == 1 else f'{count} times'} in {shown}, {days}."


def _example(seen: Seen) -> Any:
    """What a reply looks like, with the sort of the value in place of the value."""
    value: Any = f"<{seen.came}>"
    if seen.kind == "missing":
        value = "<missing>"
    elif seen.kind == "enum" and seen.value is not None:
        value = seen.value
    elif seen.kind == "variant":
        value = {name: f"<{came}>" for name, came in seen.fields}
        if seen.value is not None:
            value[seen.tag] = seen.value
    elif seen.came == "null":
        value = None
    for name in reversed(seen.steps):
        value = [value] if name == "-" else {"<key>" if name == "*" else name: value}
    return value


def _article(sort: str) -> str:
    return {
        "null": "null",
        "array": "an array",
        "object": "an object",
        "integer": "an integer",
    }.get(sort, f"a {sort}")
