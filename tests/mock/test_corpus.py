"""Other people's documents: what the runtime sends for valid values, the mock takes and answers.

The runtime writes requests, the mock reads them, and neither knows the other; jsonschema-rs judges
the replies.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from rebind import source
from rebind.mock import Mock
from rebind.mock.examples import Examples, Impossible
from rebind.mock.problems import Request
from rebind.mock.schemas import Schemas
from rebind.openapi import resolve
from rebind.runtime.call import Call, Operation, Style
from rebind.runtime.encode import form_of, headers_of, url_of

from tests.mock.test_examples import IMPOSSIBLE


def corpus() -> list[Path]:
    folder = os.environ.get("REBIND_CORPUS")
    found = Path(folder).rglob("*") if folder else ()
    kinds = {".yaml", ".yml", ".json"}
    return sorted(path for path in found if path.suffix in kinds and "config" not in path.name)


class Caller:
    """Calls every operation of a document with made-up values."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self._asked = Schemas(data, "request")
        self._examples = Examples(self._asked)

    def operations(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        for path, item in (self._data.get("paths") or {}).items():
            for method, operation in item.items():
                if isinstance(operation, dict) and "responses" in operation:
                    yield method.upper(), path, operation

    def request(
        self, method: str, path: str, data: Mapping[str, Any], full: bool
    ) -> Request | None:
        """A request that is right by the document; None where it cannot be made."""
        values: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
        styles: dict[tuple[str, str], Style] = {}
        json_params: set[tuple[str, str]] = set()
        for parameter in data.get("parameters", ()):
            name, place = parameter["name"], parameter["in"]
            content = parameter.get("content") or {}
            schema = next(iter(content.values()), parameter).get("schema", True)
            if not (full or parameter.get("required")):
                continue
            value = self._examples.of(self._asked.read(schema))
            if value in ("", [], {}, None) or (_nested(value) and not content):
                # The styles of OpenAPI have no spelling for these.
                if parameter.get("required"):
                    return None
                continue
            values[place][name] = value
            if content:
                json_params.add((place, name))
            elif "style" in parameter or "explode" in parameter:
                styles[place, name] = Style(parameter.get("style"), parameter.get("explode"))
        operation: Operation[object, object] = Operation(
            id="x", method=method, path=path, styles=styles, json_params=frozenset(json_params)
        )
        call = Call(
            operation,
            path=values["path"],
            query=values["query"],
            headers=values["header"],
            cookies=values["cookie"],
        )
        url = httpx.URL(url_of(call, "http://x"))
        raw, query = url.raw_path.decode().partition("?")[::2]
        headers = {name.lower(): value for name, value in headers_of(call)}
        body = b""
        described = data.get("requestBody") or {}
        if described and (full or described.get("required")):
            made = self._body(described, operation)
            if made is None:
                return None
            body, content_type = made
            headers["content-type"] = content_type
        return Request(method, raw, query, headers, body)

    def _body(
        self, described: Mapping[str, Any], operation: Operation[object, object]
    ) -> tuple[bytes, str] | None:
        for media_type, media in described["content"].items():
            schema = self._asked.read(media.get("schema", True))
            value = self._examples.of(schema)
            if "json" in media_type and "*" not in media_type:
                return json.dumps(value).encode(), media_type
            if media_type == "application/x-www-form-urlencoded" and isinstance(value, dict):
                flat = {k: v for k, v in value.items() if v not in ([], {}) and not _nested(v)}
                if not self._asked.valid(schema, flat):
                    return None
                styles = {
                    ("form", name): Style(encoding.get("style"), encoding.get("explode"))
                    for name, encoding in (media.get("encoding") or {}).items()
                }
                filled: Operation[object, object] = Operation(
                    id="x", method="POST", path="/", styles=styles
                )
                return form_of(Call(filled, form=flat)), media_type
            if media_type == "multipart/form-data" and isinstance(value, dict) and value:
                parts = [
                    (name, (None, one if isinstance(one, str) else json.dumps(one)))
                    for name, several in value.items()
                    for one in (several if isinstance(several, list) else [several])
                ]
                request = httpx.Request("POST", "http://x", files=parts)
                return request.read(), request.headers["content-type"]
        return None

    def authorized(self, request: Request, data: Mapping[str, Any]) -> Request:
        """The request with every credential that the operation may ask for."""
        headers = {"authorization": "Bearer key", **request.headers}
        query = request.query
        for place, name, key in self._credentials():
            if place == "header":
                headers.setdefault(name.lower(), key)
            elif place == "cookie":
                cookies = filter(None, [headers.get("cookie"), f"{name}={key}"])
                headers["cookie"] = "; ".join(cookies)
            elif name + "=" not in query:
                query = "&".join(filter(None, [query, f"{name}={key}"]))
        for scheme in _schemes(self._data, data):
            value = "YTpi" if scheme == "basic" else "key"
            headers["authorization"] = f"{scheme} {value}"
        return Request(request.method, request.path, query, headers, request.body)

    def _credentials(self) -> Iterator[tuple[str, str, str]]:
        schemes = (self._data.get("components") or {}).get("securitySchemes") or {}
        for scheme in schemes.values():
            if scheme.get("type") == "apiKey":
                yield scheme["in"], scheme["name"], "key"


def _nested(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(isinstance(one, (dict, list)) or one is None for one in inner)


@pytest.mark.slow
@pytest.mark.skipif(not corpus(), reason="REBIND_CORPUS names no folder of documents")
@pytest.mark.parametrize("path", corpus(), ids=lambda path: str(path.name))
def test_a_right_call_of_every_operation_is_taken_and_answered_rightly(path: Path) -> None:
    loaded = source.load(path)
    resolved = resolve(loaded.value).value if loaded.value is not None else None
    if resolved is None:
        pytest.skip("not a document that Rebind reads")
    mock = Mock(resolved)
    caller = Caller(resolved.data)
    judge = Schemas(resolved.data, "reply")
    wrong: list[str] = []
    asked = 0
    for method, template, data in caller.operations():
        if "#" in template or (path.name, template) in IMPOSSIBLE:
            continue  # a request does not show which of several operations is meant
        for full in (False, True):
            try:
                request = caller.request(method, template, data, full)
            except Impossible:
                continue
            if request is None:
                continue
            asked += 1
            reply = mock.answer(caller.authorized(request, data), "id")
            if reply.status == 404 and b"urn:rebind:mock:not-found" in reply.body:
                continue  # a thing that nobody made
            if b"urn:rebind:mock:" in reply.body:
                wrong.append(f"{method} {template}: {json.loads(reply.body)['detail']}")
                continue
            schema = _schema(data, reply.status, reply.content_type)
            if schema is not None:
                value = json.loads(reply.body)
                errors = judge.errors(judge.read(schema), value)
                wrong += [f"{method} {template} replied {one.message}"[:300] for one in errors]
    assert not wrong, "\n".join(wrong)
    assert asked or not list(caller.operations()) or path.parent.name in ("ogen", "opc")


@pytest.mark.slow
@pytest.mark.skipif(not corpus(), reason="REBIND_CORPUS names no folder of documents")
@pytest.mark.parametrize("path", corpus(), ids=lambda path: str(path.name))
def test_what_is_created_can_be_read_listed_and_deleted(path: Path) -> None:
    loaded = source.load(path)
    resolved = resolve(loaded.value).value if loaded.value is not None else None
    if resolved is None:
        pytest.skip("not a document that Rebind reads")
    mock = Mock(resolved)
    caller = Caller(resolved.data)
    described = {f"{m} {p}": (m, p, data) for m, p, data in caller.operations()}
    wrong: list[str] = []
    for key, role in mock.roles.items():
        if role.effect != "create" or role.within or "{" in key:
            continue
        try:
            request = caller.request(*described[key], full=True)
        except Impossible:
            continue
        if request is None:
            continue
        made = mock.answer(caller.authorized(request, described[key][2]), "id")
        if made.status >= 300 or not made.body:
            wrong += [f"{key}: {made.body!r}"] if made.status >= 300 else []
            continue
        value = json.loads(made.body)
        thing = value[role.inside] if role.inside else value
        identity = thing.get(role.thing.id_field)
        if identity is None:
            continue  # the reply is about something else, a task that makes the thing for instance
        for other, said in mock.roles.items():
            if said.thing != role.thing or said.effect not in ("get", "delete"):
                continue
            if f"{{{said.argument}}}" not in other:
                continue
            for expected in (True, False):
                if said.effect == "get" and not expected:
                    continue
                target = described[other][1].replace("{" + str(said.argument) + "}", str(identity))
                if "{" in target:
                    continue
                asked = caller.request(*described[other], full=False)
                assert asked is not None
                asked = Request(asked.method, target, asked.query, asked.headers, asked.body)
                told = mock.answer(caller.authorized(asked, described[other][2]), "id")
                found = b"urn:rebind:mock:not-found" not in told.body
                if found is not expected:
                    wrong.append(f"{key}, then {other}: {told.body!r}"[:300])
                if said.effect == "get" and found and told.content_type == "application/json":
                    same = json.loads(told.body)
                    same = same[said.inside] if said.inside else same
                    if str(same.get(role.thing.id_field)) != str(identity):
                        wrong.append(f"{other}: {same} is not {identity}"[:300])
    assert not wrong, "\n".join(wrong)


def _schemes(data: Mapping[str, Any], operation: Mapping[str, Any]) -> list[Any]:
    schemes = (data.get("components") or {}).get("securitySchemes") or {}
    wanted = operation.get("security", data.get("security")) or []
    first = wanted[0] if wanted else {}
    return [s["scheme"] for name in first if "scheme" in (s := schemes.get(name, {}))]


def _schema(data: Mapping[str, Any], status: int, content_type: str | None) -> Any:
    responses = data["responses"]
    found = responses.get(str(status)) or responses.get(f"{status // 100}XX") or {}
    for media_type, media in (
        (found or responses.get("default") or {}).get("content") or {}
    ).items():
        kind = media_type if media_type == content_type else ""
        if re.search(r"\bjson\b", kind) and not re.search(r"json-seq|ndjson|jsonl", kind):
            return media.get("schema")
    return None
