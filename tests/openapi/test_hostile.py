"""A description is hostile input: whatever it holds, the answer is a diagnostic, and soon."""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rebind.diagnostics import render
from rebind.openapi import findings, refs, resolve
from rebind.source import Json, load, parse, step

Codes = Callable[..., list[str]]


def chain(section: str, length: int, last: str) -> str:
    lines = [f"    P{i}: {{$ref: '#/components/{section}/P{i + 1}'}}" for i in range(length)]
    return f"components:\n  {section}:\n" + "\n".join([*lines, f"    P{length}: {last}"]) + "\n"


@pytest.mark.parametrize("section", ["parameters", "schemas", "responses"])
def test_long_chains_of_references_end(codes: Codes, section: str) -> None:
    last = {
        "parameters": "{name: a, in: query, schema: {}}",
        "schemas": "{type: object}",
        "responses": "{description: ok}",
    }[section]
    found = codes(chain(section, 1500, last))
    assert set(found) <= {"too-deep", "too-many-errors"}
    assert ("too-deep" in found) == (section != "schemas")


def test_references_that_double_at_every_step_cost_nothing(resolved: Any) -> None:
    lines = [
        f"""
    C{i}:
      one: {{post: {{responses: {{"200": {{description: ok}}}}, callbacks:
        {{a: {{$ref: '#/components/callbacks/C{i + 1}'}},
          b: {{$ref: '#/components/callbacks/C{i + 1}'}}}}}}}}"""
        for i in range(6)
    ]
    body = "components:\n  callbacks:" + "".join(lines)
    body += "\n    C6: {one: {post: {responses: {'200': {description: ok}}}}}\n"
    data = resolved(body).data
    one = data["components"]["callbacks"]["C0"]["one"]["post"]["callbacks"]
    assert one["a"] is one["b"]


def test_callbacks_nested_without_end_are_refused(codes: Codes) -> None:
    lines = [
        f"""
    C{i}:
      one: {{post: {{responses: {{"200": {{description: ok}}}}, callbacks:
        {{a: {{$ref: '#/components/callbacks/C{i + 1}'}}}}}}}}"""
        for i in range(300)
    ]
    body = "components:\n  callbacks:" + "".join(lines)
    found = codes(body + "\n    C300: {one: {post: {responses: {'200': {description: ok}}}}}\n")
    assert "too-deep" in found


@pytest.mark.parametrize("keyword", ["not", "items", "additionalProperties", "if", "contains"])
def test_schemas_as_deep_as_a_file_may_be_are_resolved(schemas: Any, keyword: str) -> None:
    depth = 90
    text = f"{{{keyword}: " * depth + "{type: string}" + "}" * depth
    found: Any = schemas(f"Deep: {text}\n")["Deep"]
    for _ in range(depth):
        found = found[keyword]
    assert found == {"type": "string"}


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf", "prefixItems"])
def test_deep_lists_of_schemas_are_resolved(codes: Codes, keyword: str) -> None:
    text = f"{{{keyword}: [" * 45 + "{type: string}" + "]}" * 45
    assert codes(f"components: {{schemas: {{Deep: {text}}}}}\n") == []


def test_recursive_schemas_of_every_sort_are_fine(codes: Codes) -> None:
    ref = "$ref: '#/components/schemas/A'"
    for body in (
        f"properties: {{a: {{{ref}}}}}",
        f"additionalProperties: {{{ref}}}",
        f"items: {{{ref}}}",
        f"oneOf: [{{{ref}}}, {{type: string}}]",
        f"anyOf: [{{{ref}}}, {{type: 'null'}}]",
        f"not: {{{ref}}}",
        "properties: {a: {$ref: '#/components/schemas/A/properties/a'}}",
        "properties: {a: {not: {$ref: '#/components/schemas/A/properties/a'}}}",
        "properties: {a: {$ref: '#'}}",
        "properties: {a: {$ref: 'openapi.yaml'}}",
        f"allOf: [{{type: object, properties: {{a: {{{ref}}}}}}}]",
    ):
        found = codes(f"components: {{schemas: {{A: {{{body}}}}}}}\n")
        assert set(found) <= {"circular-reference", "circular-schema", "unknown-field"}, body


def test_a_base_and_its_variants_may_name_each_other(codes: Codes) -> None:
    assert (
        codes("""
        components:
          schemas:
            Pet:
              oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
            Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object}]}
            Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object}]}
    """)
        == []
    )


def test_references_between_files_may_form_a_circle(codes: Codes) -> None:
    assert (
        codes(
            "components: {schemas: {A: {$ref: a.yaml}}}\n",
            a_yaml="type: object\nproperties: {b: {$ref: b.yaml}}\n",
            b_yaml="type: object\nproperties: {a: {$ref: a.yaml}}\n",
        )
        == []
    )
    assert codes(
        "components: {schemas: {A: {$ref: a.yaml}}}\n", a_yaml="$ref: b.yaml", b_yaml="$ref: a.yaml"
    ) == ["circular-reference"]


def test_so_many_errors_are_not_all_listed(codes: Codes) -> None:
    lines = [f"    A{i}: {{$ref: '#/components/schemas/B{i}'}}" for i in range(5000)]
    found = codes("components:\n  schemas:\n" + "\n".join(lines))
    assert found.count("dangling-reference") == findings.MAX_ERRORS
    assert found[-1] == "too-many-errors"


REF = "$ref: '#/components/schemas/"
MUCH = {
    "proposals": [f"Name{i}: {{{REF}Nome{i}'}}" for i in range(5000)],
    "extensions": [f"A{i}: {{allOf: [{{{REF}A{(i + 1)}'}}]}}" for i in range(3000)]
    + ["A3000: {type: object}"],
    "values": ["A: {type: string, enum: [" + ", ".join(f"v{i}" for i in range(20_000)) + "]}"],
    "variants": [
        "A: {oneOf: [" + ", ".join(f"{{{REF}V{i}'}}" for i in range(1000)) + "],"
        " discriminator: {propertyName: kind}}",
        *(f"V{i}: {{allOf: [{{{REF}B'}}]}}" for i in range(1000)),
        "B: {type: object, properties: {kind: {type: string}}}",
    ],
    "pattern": ['A: {type: string, pattern: "' + "(a" * 5000 + ")" * 5000 + '"}'],
}


@pytest.mark.parametrize("kind", MUCH)
def test_no_check_takes_longer_than_its_document_deserves(codes: Codes, kind: str) -> None:
    start = time.process_time()
    codes("components:\n  schemas:\n" + "\n".join(f"    {line}" for line in MUCH[kind]))
    assert time.process_time() - start < 15


def test_many_warnings_of_one_kind_are_counted(checked: Any) -> None:
    lines = [f"    A{i}: {{type: array}}" for i in range(1000)]
    found = checked("components:\n  schemas:\n" + "\n".join(lines), "3.0.3")
    assert [d.code for d in found.diagnostics] == ["array-without-items"] * 3
    assert "997 more like this are not shown" in found.diagnostics[-1].help
    assert found.value is not None


def test_a_document_of_too_many_files_is_refused(
    codes: Codes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refs, "MAX_FILES", 3)
    found = codes(
        "components: {schemas: {A: {$ref: a.yaml}, B: {$ref: b.yaml}, C: {$ref: c.yaml}}}\n",
        a_yaml="type: object",
        b_yaml="type: object",
        c_yaml="type: object",
    )
    assert found == ["too-many-files"]


def test_large_documents_are_quick(tmp_path: Path) -> None:
    schema = {
        f"Schema{i}": {
            "type": "object",
            "properties": {
                f"p{j}": {"$ref": f"#/components/schemas/Schema{(i * 7 + j) % 3000}"}
                if j % 3
                else {"type": "string", "nullable": True, "description": "x" * 60}
                for j in range(8)
            },
        }
        for i in range(3000)
    }
    data = {
        "openapi": "3.0.3",
        "info": {"title": "x", "version": "1"},
        "paths": {},
        "components": {"schemas": schema},
    }
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(data))
    start = time.process_time()
    document = load(path).value
    assert document is not None
    assert resolve(document).value is not None
    assert time.process_time() - start < 10


# Mutation: a good document with a few things replaced at random.

GOOD: dict[str, Json] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "servers": [{"url": "https://{r}.example.com", "variables": {"r": {"default": "eu"}}}],
    "security": [{"key": []}],
    "tags": [{"name": "pets"}],
    "x-rebind-errors": {"NotFound": {"description": "No.", "statuses": [404]}},
    "paths": {
        "/pets/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {}}],
            "get": {
                "operationId": "getPet",
                "tags": ["pets"],
                "x-rebind-bound": [{"schema": "Pet", "name": "get", "with": {"id": "id"}}],
                "x-rebind-raises": ["NotFound"],
                "parameters": [
                    {"$ref": "#/components/parameters/Limit"},
                    {"name": "f", "in": "query", "content": {"application/json": {"schema": {}}}},
                ],
                "responses": {
                    "200": {"$ref": "#/components/responses/Pet"},
                    "default": {"description": "An error.", "headers": {"X": {"schema": {}}}},
                },
                "callbacks": {"done": {"{$url}": {"post": {"responses": {}}}}},
            },
            "post": {
                "requestBody": {
                    "content": {
                        "multipart/form-data": {
                            "schema": {"$ref": "#/components/schemas/Pet"},
                            "encoding": {"name": {"contentType": "text/plain"}},
                            "example": {"name": "x"},
                        }
                    }
                },
                "responses": {
                    "201": {"description": "ok", "links": {"a": {"operationId": "getPet"}}}
                },
            },
        }
    },
    "webhooks": {"new": {"post": {"responses": {"200": {"description": "ok"}}}}},
    "components": {
        "parameters": {
            "Limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 1}}
        },
        "responses": {
            "Pet": {
                "description": "A pet.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Any"}}},
            }
        },
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        "schemas": {
            "Any": {
                "oneOf": [
                    {"$ref": "#/components/schemas/Pet"},
                    {"$ref": "#/components/schemas/Dog"},
                ],
                "discriminator": {"propertyName": "id", "mapping": {"dog": "Dog"}},
            },
            "Pet": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": {"type": "string", "pattern": "^a", "minLength": 1},
                    "kind": {"type": "string", "enum": ["a", "b"], "default": "a"},
                    "next": {"$ref": "#/components/schemas/Pet", "nullable": True},
                    "dogs": {"type": "array", "items": {"$ref": "#/components/schemas/Dog"}},
                },
            },
            "Dog": {
                "allOf": [{"$ref": "#/components/schemas/Pet"}],
                "$defs": {"Tail": {"type": "object"}},
                "additionalProperties": {"$ref": "#/components/schemas/Dog/$defs/Tail"},
            },
        },
    },
}  # fmt: skip
VALUES: list[Json] = [
    None, True, False, 0, -1, 1.5, 10**30, "", "x", "{a}", "#", "#/", "#/paths",
    "#/components/schemas/Pet",
    "../x.yaml", "none.yaml#/a", "https://example.com", [], {}, [None], [{}], ["a", "b"], {"": 1},
    {"$ref": None}, {"$ref": "#"}, {"$ref": "#/paths"}, {"$ref": "#/components/schemas/Pet"},
    {"$ref": "#/components/responses/Pet"}, {"type": "object"}, {"allOf": [{"$ref": "#"}]},
    {"a": {"b": [1]}}, {"type": ["null", "x"]},
]  # fmt: skip
NAMES = (
    "$ref", "type", "items", "properties", "discriminator", "enum", "default", "required", "allOf",
    "schema", "parameters", "content", "$defs", "$id", "$anchor", "$dynamicRef", "nullable",
    "example", "examples",
    "x-rebind-name", "x-rebind-bound", "x-rebind-errors", "x-rebind-client", "x-rebnd", "x-",
)  # fmt: skip


def spots(value: Json) -> Iterator[tuple[dict[str, Json] | list[Json], str | int]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield value, key
            yield from spots(inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield value, index
            yield from spots(inner)


def mutate(chance: random.Random) -> Json:
    data: Json = copy.deepcopy(GOOD)
    for _ in range(chance.randint(1, 4)):
        holder, key = chance.choice(list(spots(data)))
        what = chance.random()
        if isinstance(holder, list) or what < 0.6:
            new = copy.deepcopy(chance.choice(VALUES))
            if what > 0.5:
                other, name = chance.choice(list(spots(data)))
                new = copy.deepcopy(other[name])  # type: ignore[index, call-overload]
            holder[key] = new  # type: ignore[index, call-overload]
        elif what < 0.75:
            del holder[str(key)]
        else:
            holder[chance.choice([*NAMES, f"{key}s", str(key).upper()])] = holder.pop(str(key))
    return data


@given(st.randoms(use_true_random=False))
@settings(max_examples=400, deadline=None)
def test_no_change_to_a_document_makes_the_resolver_fail(chance: random.Random) -> None:
    data = mutate(chance)
    document = parse(json.dumps(data), Path("openapi.json")).value
    assert document is not None
    found = resolve(document)
    assert found.ok == (found.value is not None)
    render(found.diagnostics)
    if found.value is not None:
        check_promises(found.value.data)
        for pointer in chance.sample(sorted(pointers(found.value.data)), 5):
            assert found.value.place(pointer).line >= 1


def test_the_document_that_is_changed_is_good() -> None:
    document = parse(json.dumps(GOOD), Path("openapi.json")).value
    assert document is not None
    found = resolve(document)
    assert [d for d in found.diagnostics if d.severity == "error"] == []


def pointers(value: Any, at: str = "") -> Iterator[str]:
    yield at
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from pointers(inner, at + step(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from pointers(inner, at + step(index))


def check_promises(data: dict[str, Any]) -> None:
    """What `resolve` promises of every result."""
    assert data["openapi"].startswith("3.1")
    schemas = data.get("components", {}).get("schemas", {})
    names = {f"#/components/schemas{step(name)}" for name in schemas}
    assert all(schema is not None for schema in schemas.values())
    for item in data.get("paths", {}).values():
        assert not {"parameters", "$ref", "summary", "description"} & set(item)
        for operation in item.values():
            for parameter in operation.get("parameters", ()):
                assert "$ref" not in parameter
            for response in operation.get("responses", {}).values():
                assert "$ref" not in response
    for schema in schemas.values():
        if isinstance(schema, dict):
            assert schema.get("$ref", next(iter(names))) in names
            assert "nullable" not in schema
            assert "$defs" not in schema
            for inner in (schema.get("properties") or {}).values():
                if isinstance(inner, dict):
                    assert inner.get("$ref", next(iter(names))) in names
