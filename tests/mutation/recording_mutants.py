"""Mutants of the recordings: every part of one success and of one error of every operation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.contract import recording
from tests.contract.cases import Reply, all_cases, typical
from tests.contract.recording import Recording, path_of
from tests.mutation.mutant import Mutant


def mutants(folder: Path) -> Iterator[Mutant]:
    """Every mutant of the typical recordings in a folder."""
    for case in typical(all_cases()):
        path = path_of(case, folder)
        file = path.relative_to(folder).as_posix()
        yield Mutant("recordings", "file", file, "all of it", "remove", None)
        for kind, place, change, mutated in _changes(recording.read(path)):
            yield Mutant("recordings", kind, file, place, change, recording.dumps(mutated))


def _changes(whole: Recording) -> Iterator[tuple[str, str, str, Recording]]:
    request, reply = whole.request, whole.reply
    verb = "PUT" if request.method != "PUT" else "POST"
    yield (
        "request",
        "method",
        f"{request.method} -> {verb}",
        replace(whole, request=replace(request, method=verb)),
    )
    head, mark, query = request.url.partition("?")
    urls = {
        "another path": f"{head}X{mark}{query}",
        "another host": request.url.replace("//", "//x.", 1),
    }
    for name, value in request.query:
        pairs = request.query
        urls[f"drop {name}"] = _url(head, [pair for pair in pairs if pair[0] != name])
        urls[f"rename {name}"] = _url(head, [(f"{n}X" if n == name else n, v) for n, v in pairs])
        urls[f"change {name}"] = _url(head, [(n, f"{v}1" if n == name else v) for n, v in pairs])
        urls[f"repeat {name}"] = _url(head, [*pairs, (name, value)])
    for change, url in urls.items():
        yield (
            "request",
            "request address",
            change,
            replace(whole, request=replace(request, url=url)),
        )
    for name in ("apiKey", "Content-Type"):
        if name in request.headers:
            rest = {key: value for key, value in request.headers.items() if key != name}
            yield (
                "request",
                "headers",
                f"drop {name}",
                replace(whole, request=replace(request, headers=rest)),
            )
            changed = {**request.headers, name: "text/plain"}
            yield (
                "request",
                "headers",
                f"change {name}",
                replace(whole, request=replace(request, headers=changed)),
            )
    if request.body:
        for change, data in _data_changes(request.data):
            body = json.dumps(data).encode()
            yield (
                "request",
                "request body",
                change,
                replace(whole, request=replace(request, body=body)),
            )
    yield (
        "reply",
        "status",
        "another",
        replace(whole, reply=replace(reply, status=reply.status + 6)),
    )
    plain = {**reply.headers, "Content-Type": "text/plain"}
    yield (
        "reply",
        "reply headers",
        "text/plain",
        replace(whole, reply=replace(reply, headers=plain)),
    )
    for change, data in _data_changes(reply.data):
        yield "reply", "reply body", change, replace(whole, reply=_with_data(reply, data))
    if isinstance(reply.data.get("result"), dict):
        for change, data in _data_changes(reply.data["result"]):
            mutated = {**reply.data, "result": data}
            yield "reply", "reply result", change, replace(whole, reply=_with_data(reply, mutated))
    yield from _vendor_changes(whole, dict(whole.vendor))


def _url(head: str, pairs: list[tuple[str, str]]) -> str:
    return f"{head}?{urlencode(pairs)}" if pairs else head


def _with_data(reply: Reply, data: Any) -> Reply:
    return replace(reply, body=json.dumps(data, ensure_ascii=False, indent=2).encode())


def _data_changes(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, value in data.items():
        rest = {key: item for key, item in data.items() if key != name}
        yield f"drop {name}", rest
        yield f"rename {name}", {f"{k}X" if k == name else k: v for k, v in data.items()}
        yield f"change {name}", {**data, name: _other(value)}
    if len(data) > 1:
        yield "reverse the order", dict(reversed(data.items()))


def _other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case str():
            return f"{value}x"
        case int() | float():
            return value + 1
        case None:
            return "x"
        case list():
            return value[1:] if value else ["x"]
        case _:
            return "x"


def _vendor_changes(
    whole: Recording, vendor: dict[str, Any]
) -> Iterator[tuple[str, str, str, Recording]]:
    returned = vendor.get("returned")
    if isinstance(returned, dict):
        for change, data in _data_changes(returned):
            if change != "reverse the order":
                mutated = {**vendor, "returned": data}
                yield "vendor", "vendor's result", change, replace(whole, vendor=mutated)
    elif "returned" in vendor:
        mutated = {**vendor, "returned": "x"}
        yield "vendor", "vendor's result", "another", replace(whole, vendor=mutated)
    else:
        for change, data in _data_changes(vendor["raised"]):
            if change.startswith("change "):
                yield "vendor", "vendor's error", change, replace(whole, vendor={"raised": data})
