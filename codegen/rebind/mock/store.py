"""What callers made: things in memory, changed by the operations that have a role."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import re
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .examples import Impossible
from .pages import limit
from .problems import Arguments, Problem
from .replies import Replies, listing
from .resources import Role, Thing
from .routes import Operation
from .schemas import Schema, Schemas, component
from .values import is_array, is_object, members
from .wire import MISSING, Reader

_MOST: Final = 10_000


@dataclass
class _Record:
    scope: tuple[str, ...]
    value: dict[str, Any]


class Store:
    """Things by kind and id. Safe for several threads.

    Args:
        schemas: The document's schemas as replies read them.
        replies: The document's replies.
    """

    def __init__(self, schemas: Schemas, replies: Replies) -> None:
        self._schemas = schemas
        self._replies = replies
        self._reader = Reader(schemas)
        self._lock = threading.Lock()
        self._records: dict[str, dict[tuple[str, ...], _Record]] = {}
        self._made: dict[str, int] = {}

    def clear(self) -> None:
        """Forgets everything, and starts counting ids anew."""
        with self._lock:
            self._records.clear()
            self._made.clear()

    def owns(self, role: Role, arguments: Arguments) -> bool:
        """Whether the call creates or lists, or names a thing that is here."""
        if role.effect in ("create", "list") or role.upserts:
            return True
        with self._lock:
            return self._find(role, arguments) is not None

    def apply(self, role: Role, operation: Operation, arguments: Arguments) -> Any:
        """Does what the operation does.

        Args:
            role: The operation's role.
            operation: The operation.
            arguments: The values of a request that was found right.

        Returns:
            What the call yields, below the envelope; MISSING where the description's own example
            will do; a `Problem` when a thing that the call names is not here.
        """
        with self._lock:
            for thing, argument in role.within:
                parent = self._key(thing, arguments.path, str(arguments.path.get(argument)))
                if parent not in self._records.get(thing.name, {}):
                    return _absent(thing, argument, arguments)
            if role.effect == "create":
                return self._create(role, operation, arguments)
            if role.effect == "list":
                return self._list(role, operation, arguments)
            record = self._find(role, arguments)
            if record is None:
                if role.upserts and role.argument is not None:
                    return self._create(role, operation, arguments)
                if arguments.fields.get(role.argument or "") is None:
                    return MISSING  # nothing is named, where naming something is optional
                return _absent(role.thing, role.argument or "", arguments)
            return self._change(role, operation, arguments, record)

    # --- Effects --------------------------------------------------------------------------------

    def _create(self, role: Role, operation: Operation, arguments: Arguments) -> Any:
        thing = role.thing
        records = self._records.setdefault(thing.name, {})
        if len(records) >= _MOST:
            return Problem("malformed-request", f"the mock keeps no more than {_MOST} of a kind")
        value = self._fresh(thing)
        given = dict(arguments.fields)
        chosen = MISSING
        if role.argument is not None:
            chosen = given.get(role.argument, MISSING)
        elif is_object(arguments.body):
            chosen = arguments.body.get(thing.id_field, MISSING)
        self._overlay(value, {k: v for k, v in given.items() if k != thing.id_field}, thing.schema)
        if chosen is MISSING or chosen is None or isinstance(chosen, (dict, list)):
            chosen = self._id(thing, value.get(thing.id_field))
        value[thing.id_field] = chosen
        record = _Record(self._scope(thing, arguments.path), value)
        key = (*record.scope, str(chosen))
        records[key] = record
        return self._shown(record, role, operation)

    def _list(self, role: Role, operation: Operation, arguments: Arguments) -> Any:
        thing = role.thing
        scope = self._scope(thing, arguments.path)
        outline = self._reader.outline(thing.schema)
        # Pages are cut later, out of the whole list.
        turning = members(operation.data.get("x-rebind-page"))
        filters = {
            name: value
            for name, value in arguments.query.items()
            if name in outline.properties and isinstance(value, (str, int, float, bool))
            if name not in turning.values()
        }
        found = [
            record
            for record in self._records.get(thing.name, {}).values()
            if record.scope == scope and all(record.value.get(k) == v for k, v in filters.items())
        ]
        if not turning:
            found = found[: limit(arguments.query)]
        result = self._replies.result(operation)
        if result is None:
            return MISSING
        page = self._reader.outline(result)
        if role.inside is None:
            return [self._as(record.value, page.items, thing) for record in found]
        items = self._reader.outline(page.properties.get(role.inside, True)).items
        listed = [self._as(record.value, items, thing) for record in found]
        return listing(members(self._example(result)), listed, role.inside, page, self._reader)

    def _change(
        self, role: Role, operation: Operation, arguments: Arguments, record: _Record
    ) -> Any:
        thing = role.thing
        if role.effect == "update":
            own = {thing.id_field, role.argument, *thing.scope}
            given = {k: v for k, v in arguments.fields.items() if k not in own}
            self._overlay(record.value, given, thing.schema)
        elif role.effect == "delete":
            records = self._records[thing.name]
            for key in [key for key, other in records.items() if other is record]:
                del records[key]
        elif role.effect == "delete-item":
            problem = self._take(role, arguments, record)
            if problem is not None:
                return problem
        return self._shown(record, role, operation)

    def _take(self, role: Role, arguments: Arguments, record: _Record) -> Problem | None:
        items = record.value.get(role.field)
        listed: list[Any] = items if is_array(items) else []
        wanted = arguments.fields.get(role.item)
        for number, item in enumerate(listed):
            if str(members(item).get(role.item_id) if role.item_id else number) == str(wanted):
                del listed[number]
                return None
        return Problem(
            "not-found",
            f"'{role.field}' has no item {wanted}: it has {len(listed)}",
            _place(role.item, arguments),
            f"/{role.item}",
        )

    # --- Values ---------------------------------------------------------------------------------

    def _find(self, role: Role, arguments: Arguments) -> _Record | None:
        if role.argument is None:
            return None
        named = arguments.fields.get(role.argument)
        if role.argument in arguments.path:
            named = arguments.path[role.argument]
        return self._records.get(role.thing.name, {}).get(
            self._key(role.thing, arguments.path, str(named))
        )

    def _key(self, thing: Thing, path: Mapping[str, Any], named: str) -> tuple[str, ...]:
        return (*self._scope(thing, path), named)

    def _scope(self, thing: Thing, path: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(str(path.get(name)) for name in thing.scope)

    def _fresh(self, thing: Thing) -> dict[str, Any]:
        """One as a documented example shows it, else one made from the schema."""
        for operation in thing.examples:
            for value in self._documented(operation):
                nested = [value, *(value.values() if is_object(value) else ())]
                for one in nested:
                    if (
                        is_object(one)
                        and thing.id_field in one
                        and self._schemas.valid(thing.schema, one)
                    ):
                        return copy.deepcopy(one)
        value = self._example(thing.schema)
        return value if is_object(value) else {}

    def _documented(self, operation: Operation) -> list[Any]:
        _, response = self._replies.success(operation)
        values: list[Any] = []
        for media in members(response.get("content")).values():
            examples = media.get("examples")
            shown = [e.get("value") for e in examples.values()] if is_object(examples) else []
            values += [media["example"], *shown] if "example" in media else shown
        key = self._replies.envelope.result if self._replies.envelope else None
        return [value.get(key) if key and is_object(value) else value for value in values]

    def _example(self, schema: Schema) -> Any:
        try:
            return self._replies.examples.of(schema)
        except Impossible:
            return self._replies.examples.nearest(schema)

    def _overlay(self, value: dict[str, Any], given: Mapping[str, Any], schema: Schema) -> None:
        """Sets what the thing has a property for, as far as it stays valid."""
        properties = self._reader.outline(schema).properties
        sound = self._schemas.valid(schema, value)
        for name, new in given.items():
            if name not in properties:
                continue
            had, old = name in value, value.get(name)
            value[name] = copy.deepcopy(new)
            if sound and not self._schemas.valid(schema, value):
                if had:
                    value[name] = old
                else:
                    del value[name]

    def _shown(self, record: _Record, role: Role, operation: Operation) -> Any:
        """The record as the operation replies; MISSING when it replies something else."""
        result = self._replies.result(operation)
        if result is None:
            return MISSING
        schema = result
        if role.inside is not None:
            schema = self._reader.outline(result).properties.get(role.inside, True)
        if role.thing.id_field not in self._reader.outline(schema).properties:
            return MISSING
        shown = self._as(record.value, schema, role.thing)
        if role.inside is None:
            return shown
        around = self._example(result)
        return {**(around if is_object(around) else {}), role.inside: shown}

    def _as(self, value: dict[str, Any], schema: Schema, thing: Thing) -> dict[str, Any]:
        """The thing in another schema, with examples for what only that one knows."""
        if schema is thing.schema or (
            component(schema) is not None and self._schemas.follow(schema) is thing.schema
        ):
            return copy.deepcopy(value)
        own = self._reader.outline(thing.schema).properties
        properties = self._reader.outline(schema).properties
        if not properties.keys() - own.keys() and self._schemas.valid(schema, value):
            return {
                k: copy.deepcopy(v) for k, v in value.items() if k in properties or not properties
            }
        example = self._example(schema)
        shown: dict[str, Any] = example if is_object(example) else {}
        required = self._reader.outline(schema).required
        for name in list(shown):
            if name in own and name not in value and name not in required:
                del shown[name]
        self._overlay(shown, value, schema)
        return shown

    def _id(self, thing: Thing, shown: Any) -> Any:
        """An id that nothing of this kind has had, of the form that the example has."""
        schema = self._reader.outline(thing.schema).properties.get(thing.id_field, True)
        types = self._reader.outline(schema).types
        for _ in range(_MOST * 2):
            number = self._made[thing.name] = self._made.get(thing.name, 0) + 1
            for candidate in self._ids(thing, shown, schema, types, number):
                taken = any(key[-1] == str(candidate) for key in self._records[thing.name])
                if not taken and self._schemas.valid(schema, candidate):
                    return candidate
        return shown

    def _ids(
        self, thing: Thing, shown: Any, schema: Schema, types: set[str], number: int
    ) -> list[Any]:
        digest = hashlib.sha256(f"{thing.name}/{number}".encode()).hexdigest()
        ids: list[Any] = []
        if "string" in types or not types:
            text = shown if isinstance(shown, str) else ""
            if re.fullmatch(
                r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", text, re.IGNORECASE
            ):
                ids.append(str(uuid.UUID(digest[:32], version=4)))
            elif re.fullmatch(r"[0-9a-f]{6,64}", text) and re.search(r"\d", text):
                ids.append(digest[: len(text)])
            elif re.fullmatch(r"\d+", text):
                ids.append(str(number))
            else:
                noun = (
                    re.sub(r"[^A-Za-z0-9]+", "-", thing.name.rpartition("/")[2]).strip("-").lower()
                )
                ids.append(f"{noun or 'id'}-{number}")
        if types & {"integer", "number"}:
            ids.append(number)
        with contextlib.suppress(Impossible):
            ids.append(self._replies.examples.of(schema, number))
        return ids


def _absent(thing: Thing, argument: str, arguments: Arguments) -> Problem:
    named = arguments.path.get(argument, arguments.fields.get(argument))
    kind = f"'{thing.name}' item" if thing.name.startswith("/") else thing.name
    return Problem(
        "not-found",
        f"there is no {kind} with {argument} '{named}'",
        _place(argument, arguments),
        f"/{argument}",
    )


def _place(name: str, arguments: Arguments) -> str:
    if name in arguments.path:
        return "path"
    return "query" if name in arguments.query else "body"
