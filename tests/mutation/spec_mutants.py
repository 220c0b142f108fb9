"""Mutants of the description: every place in its documents that says something about the wire.

Prose (descriptions, summaries, titles, examples, tags, and `x-rebind-raises`, which is printed in
docstrings) is left alone.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests.contract.cases import read_yaml
from tests.mutation.mutant import Mutant

PROSE = {
    *("description", "summary", "title", "info", "tags", "example", "examples"),
    *("x-rebind-raises", "openapi"),
}
VERBS = {"get": "post", "post": "put", "delete": "get"}
TYPES = {"string": "integer", "integer": "string", "boolean": "string"} | {
    "array": "string",
    "object": "string",
}

Steps = tuple[str | int, ...]
Among = Callable[[str, Steps], bool]
Edit = Callable[[Any], None]
"""Changes the container that holds the place."""


def mutants(folder: Path, among: Among = lambda file, steps: True) -> Iterator[Mutant]:
    """Every mutant of the documents in a folder.

    Args:
        folder: The folder.
        among: Whether a place is to be changed, by its file and the steps to it.
    """
    for path in sorted(folder.rglob("*.yaml")):
        file = path.relative_to(folder).as_posix()
        if not among(file, ()):
            continue
        document = read_yaml(path)
        for kind, steps, change, edit in _changes(document, partial(among, file)):
            mutated = copy.deepcopy(document)
            edit(_at(mutated, steps[:-1]))
            text = json.dumps(mutated, ensure_ascii=False, indent=1)  # it is YAML, too, and fast
            yield Mutant("spec", kind, file, _pointer(steps), change, text)


def _at(data: Any, steps: Steps) -> Any:
    for step in steps:
        data = data[step]
    return data


def _pointer(steps: Steps) -> str:
    return "#" + "".join("/" + str(s).replace("~", "~0").replace("/", "~1") for s in steps)


def _changes(
    document: Any, among: Callable[[Steps], bool]
) -> Iterator[tuple[str, Steps, str, Edit]]:
    for steps, value in _walk(document, ()):
        if not among(steps):
            continue
        key = steps[-1]
        for kind, change, edit in _rules(steps, key, value):
            yield kind, steps, change, edit


def _walk(value: Any, steps: Steps) -> Iterator[tuple[Steps, Any]]:
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        named = steps and steps[-1] in ("properties", "with", "x-rebind-errors")
        items = [(key, item) for key, item in value.items() if named or key not in PROSE]
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, item in items:
        yield (*steps, key), item
        yield from _walk(item, (*steps, key))


def _drop(key: Any) -> Edit:
    def edit(holder: Any) -> None:
        del holder[key]

    return edit


def _set(key: Any, value: Any) -> Edit:
    def edit(holder: Any) -> None:
        holder[key] = copy.deepcopy(value)

    return edit


def _rename(key: Any, name: Any) -> Edit:
    def edit(holder: Any) -> None:
        pairs = [(name if old == key else old, value) for old, value in holder.items()]
        holder.clear()
        holder.update(pairs)

    return edit


def _rules(steps: Steps, key: Any, value: Any) -> Iterator[tuple[str, str, Edit]]:
    """The changes to make at a place: kind, what is done, how."""
    above = steps[-2] if len(steps) > 1 else None
    match key, value:
        case "operationId", str():
            yield "operation", f"{value} -> {value}X", _set(key, f"{value}X")
        case (("get" | "post" | "delete"), {"operationId": _}):
            yield "verb", f"{key} -> {VERBS[key]}", _rename(key, VERBS[key])
        case _, {"in": place, "name": name} if above == "parameters":
            yield from _parameter(key, value, place, name)
        case "default", _:
            yield "default", f"drop {value!r}", _drop(key)
            if isinstance(value, bool):
                yield "default", f"{value} -> {not value}", _set(key, not value)
            if value is None:
                yield "default", "null -> 'x'", _set(key, "x")
        case "required", bool():
            yield "required", f"{value} -> {not value}", _set(key, not value)
        case "required", list():
            for index, name in enumerate(value):
                left = [*value[:index], *value[index + 1 :]]
                yield "required", f"drop {name}", _set(key, left) if left else _drop(key)
        case "type", str() if above != "x-rebind-envelope" and value in TYPES:
            yield "type", f"{value} -> {TYPES[value]}", _set(key, TYPES[value])
        case "type", [kind, "null"]:
            yield "type", f"{kind} -> {TYPES[kind]}", _set(key, [TYPES[kind], "null"])
            yield "type", "not null", _set(key, kind)
        case "type", "null":
            pass  # an arm of a oneOf, which is dropped as a whole
        case "const", bool():
            yield "envelope", f"{value} -> {not value}", _set(key, not value)
        case "properties", dict() if "requestBody" not in steps:
            # A request that is recorded has no other fields; a reply has.
            yield "type", "and no others", _set("additionalProperties", False)
        case "additionalProperties", True:
            yield "type", "additionalProperties: false", _set(key, False)
        case "oneOf", list():
            for index in range(len(value)):
                yield "type", f"drop arm {index}", _set(key, value[:index] + value[index + 1 :])
        case "$ref", str():
            yield from _reference(key, value)
        case _, _ if above == "paths":
            yield "path", f"rename to {key}X", _rename(key, f"{key}X")
            yield "operation", "drop the path", _drop(key)
        case _, _ if above == "properties":
            yield "field", "drop", _drop(key)
            yield "field", f"rename to {key}X", _rename(key, f"{key}X")
        case _, _ if above == "responses" and "operations" in steps:
            yield "status", "drop", _drop(key)
            if key == "200":
                yield "status", "200 -> 201", _rename(key, "201")
        case "application/json", _:
            yield "content type", "text/plain", _rename(key, "text/plain")
        case "url", str():
            yield "server", f"{value}/x", _set(key, f"{value}/x")
            yield "server", "http", _set(key, value.replace("https:", "http:"))
        case "security", list() if len(steps) == 1:
            yield "security", "drop", _drop(key)
        case (("in" | "name"), str()) if "securitySchemes" in steps:
            new = {"in": "query", "name": f"{value}X"}[key]
            yield "security", f"{value} -> {new}", _set(key, new)
        case _:
            yield from _extension(steps, key, value)


def _parameter(key: Any, value: Any, place: str, name: str) -> Iterator[tuple[str, str, Edit]]:
    yield "parameter", f"drop {name}", _drop(key)
    yield "parameter", f"{name} -> {name}X", _set(key, {**value, "name": f"{name}X"})
    yield "parameter", f"{name} in {place} -> header", _set(key, {**value, "in": "header"})


def _reference(key: Any, value: str) -> Iterator[tuple[str, str, Edit]]:
    swaps = {
        "/schemas/ChatSession": "/schemas/ChatMessage",
        "/schemas/ChatMessage": "/schemas/AiBuildingTask",
        "/schemas/AiBuildingTask": "/schemas/ChatMessage",
        "/responses/Done": "/responses/Error",
        "/responses/Error": "/responses/Done",
        "/responses/NotFound": "/responses/Done",
        "/responses/Forbidden": "/responses/Done",
    }
    for old, new in swaps.items():
        if value.endswith(old):
            yield "reference", f"{old} -> {new}", _set(key, value.replace(old, new))


def _extension(steps: Steps, key: Any, value: Any) -> Iterator[tuple[str, str, Edit]]:
    inside = [step for step in steps[:-1] if str(step).startswith("x-rebind-")]
    match inside, key, value:
        case [], ("x-rebind-name" | "x-rebind-resource"), str():
            yield "surface", f"{value} -> {value}_x", _set(key, f"{value}_x")
        case [], "x-rebind-bound", list():
            yield "bound method", "drop", _drop(key)
        case [], "x-rebind-objects", bool():
            yield "surface", f"{value} -> {not value}", _set(key, not value)
        case ["x-rebind-bound"], "name", str():
            yield "bound method", f"{value} -> {value}_x", _set(key, f"{value}_x")
        case ["x-rebind-bound"], "schema", str():
            yield "bound method", f"{value} -> ChatMessage", _set(key, "ChatMessage")
        case ["x-rebind-bound"], "with", dict():
            yield "bound method", "pass nothing", _set(key, {})
        case ["x-rebind-bound"], _, str():
            yield "bound method", f"{key} from name", _set(key, "name")
        case ["x-rebind-client"], _, str():
            yield "client", f"{value} -> {value}X", _set(key, f"{value}X")
        case ["x-rebind-envelope"], _, str():
            yield "envelope", f"{value} -> {value}X", _set(key, f"{value}X")
            if key != "ok":
                yield "envelope", "drop", _drop(key)
        case ["x-rebind-wire"], "booleans", str():
            yield "wire", "true/false", _set(key, "true/false")
        case ["x-rebind-wire"], _, bool():
            yield "wire", f"{value} -> {not value}", _set(key, not value)
        case ["x-rebind-errors"], _, dict():
            yield "error", "drop", _drop(key)
            yield "error", f"rename to {key}X", _rename(key, f"{key}X")
        case ["x-rebind-errors"], _, list():
            yield "error", f"drop {key}", _drop(key)
            for index, item in enumerate(value):
                left = [*value[:index], *value[index + 1 :]]
                if left:
                    yield "error", f"drop {item}", _set(key, left)
        case ["x-rebind-errors"], "extends", str():
            yield "error", "drop extends", _drop(key)
