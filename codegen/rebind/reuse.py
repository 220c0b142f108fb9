"""Classes and types that an earlier run made, made again only where what they are made of changed.

A class is made of its schema, of every schema that this leads to, and of their names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, cast

from rebind import ir, models
from rebind.lower.terms import is_list
from rebind.models import Class, Field, Models, Type
from rebind.names import Identifier, Names

Kept = dict[str, Any]
"""Digest -> a class or a type, as JSON has it; null for a schema that became no class."""


def model(api: ir.Api, given: Names, kept: Kept) -> Models:
    """Have made what is not kept, and keep it.

    Args:
        api: The API.
        given: The names of its classes.
        kept: What an earlier run made. What nobody asks for any more goes.

    Returns:
        What `models.model` would return.
    """
    keys, slots, earlier = _Keys(api, given), models.alike(api), dict(kept)
    new = [pointer for pointer in api.schemas if keys.schema(pointer) not in earlier]
    asked = [same for same in slots if keys.slot(same[0]) not in earlier]
    if new or asked:
        wanted = keys.reached({*new, *(ref for same in asked for ref in _refs(same[0].schema))})
        part = replace(api, schemas={p: s for p, s in api.schemas.items() if p in wanted})
        made = models.made(part, given, asked)
        for pointer in new:
            cls = made.classes.get(pointer)
            earlier[keys.schema(pointer)] = None if cls is None else _class_out(cls)
        for same in asked:
            earlier[keys.slot(same[0])] = _type_out(made.slots[same[0].pointer])
    kept.clear()
    kept.update((key, earlier[key]) for key in map(keys.schema, api.schemas))
    kept.update((key, earlier[key]) for key in (keys.slot(same[0]) for same in slots))
    found = {pointer: kept[keys.schema(pointer)] for pointer in api.schemas}
    return Models(
        {p: _class_in(p, item) for p, item in found.items() if item is not None},
        {
            s.pointer: t
            for same in slots
            for t in [_type_in(kept[keys.slot(same[0])])]
            for s in same
        },
        tuple(p for p, item in found.items() if item is None),
    )


class _Keys:
    """Digests of what classes and types are made of."""

    def __init__(self, api: ir.Api, given: Names) -> None:
        self.links = {p: tuple(dict.fromkeys(_refs(s.data))) for p, s in api.schemas.items()}
        fields: dict[str, list[tuple[str, str]]] = {}
        for (pointer, wire), name in given.fields.items():
            fields.setdefault(pointer, []).append((wire, name))
        self.own = {
            pointer: _digest(
                pointer, given.classes[pointer], schema.data, schema.named, fields.get(pointer)
            )
            for pointer, schema in api.schemas.items()
        }
        self.schema = cache(self._schema)

    def _schema(self, pointer: ir.Pointer) -> str:
        return _digest("schema", self.own[pointer], self._around([pointer]))

    def slot(self, slot: ir.Slot) -> str:
        return _digest("slot", slot.schema, self._around(_refs(slot.schema)))

    def reached(self, pointers: Iterable[ir.Pointer]) -> set[ir.Pointer]:
        """Schemas, and all that they lead to."""
        found: set[ir.Pointer] = set()
        waiting = list(pointers)
        while waiting:
            pointer = waiting.pop()
            if pointer not in found:
                found.add(pointer)
                waiting.extend(self.links[pointer])
        return found

    def _around(self, pointers: Iterable[ir.Pointer]) -> list[str]:
        return sorted(self.own[pointer] for pointer in self.reached(pointers))


def _refs(data: Any) -> Iterator[ir.Pointer]:
    if isinstance(data, Mapping):
        known = cast("Mapping[str, Any]", data)
        if isinstance(known.get("$ref"), str):
            yield known["$ref"]
        for key, value in known.items():
            if key == "mapping" and isinstance(value, Mapping):
                yield from cast("Mapping[str, str]", value).values()
            elif key not in ("default", "enum", "const"):
                yield from _refs(value)
    elif is_list(data):
        for value in data:
            yield from _refs(value)


def _digest(*parts: object) -> str:
    text = json.dumps(parts, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _type_out(known: Type) -> list[Any]:
    return [known.text(), dict(known.imports), list(known.refs)]


def _type_in(item: Any) -> Type:
    text, imports, refs = item
    return _typed(text, tuple(imports.items()), tuple(refs))


@cache
def _typed(text: str, imports: tuple[tuple[str, str], ...], refs: tuple[str, ...]) -> Type:
    return Type(text, dict(imports), tuple(Identifier(ref) for ref in refs))


def _class_out(cls: Class) -> list[Any]:
    return [
        cls.kind,
        [[f.wire, _type_out(f.type), f.default] for f in cls.fields],
        list(cls.values),
        cls.value_type,
        cls.type and _type_out(cls.type),
        cls.extra and _type_out(cls.extra),
    ]


def _class_in(pointer: ir.Pointer, item: Any) -> Class:
    kind, fields, values, value_type, stands_for, extra = item
    return Class(
        pointer,
        kind,
        tuple(Field(wire, _type_in(found), default) for wire, found, default in fields),
        tuple(values),
        value_type,
        stands_for and _type_in(stands_for),
        extra and _type_in(extra),
    )
