"""Whatever version came in, what comes out has the shape of 3.1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Schemas = Callable[..., dict[str, Any]]
OWNER = "Owner: {type: object}\n"
REF = {"$ref": "#/components/schemas/Owner"}
NULL = {"type": "null"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{type: string, nullable: true}", {"type": ["string", "null"]}),
        ("{type: string, nullable: false}", {"type": "string"}),
        (
            "{type: string, nullable: true, enum: [a, b]}",
            {"type": ["string", "null"], "enum": ["a", "b", None]},
        ),
        (
            "{type: string, nullable: true, enum: [a, null]}",
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        ("{enum: [a], nullable: true}", {"enum": ["a", None]}),
        ("{nullable: true}", {}),
        ("{nullable: true, description: Anything.}", {"description": "Anything."}),
        (
            "{nullable: true, properties: {a: {type: string}}}",
            {"type": ["object", "null"], "properties": {"a": {"type": "string"}}},
        ),
        (
            "{nullable: true, items: {type: string}}",
            {"type": ["array", "null"], "items": {"type": "string"}},
        ),
        ("{$ref: '#/components/schemas/Owner', nullable: true}", {"anyOf": [REF, NULL]}),
        (
            "{$ref: '#/components/schemas/Owner', nullable: true, description: Whose.}",
            {"anyOf": [REF, NULL], "description": "Whose."},
        ),
        (
            "{nullable: true, allOf: [{$ref: '#/components/schemas/Owner'}], title: T}",
            {"anyOf": [{"allOf": [REF]}, NULL], "title": "T"},
        ),
        (
            "{nullable: true, type: object, allOf: [{$ref: '#/components/schemas/Owner'}]}",
            {"anyOf": [{"type": "object", "allOf": [REF]}, NULL]},
        ),
        (
            "{nullable: true, oneOf: [{$ref: '#/components/schemas/Owner'}, {type: string}]}",
            {"oneOf": [REF, {"type": "string"}, NULL]},
        ),
        (
            "{nullable: true, anyOf: [{$ref: '#/components/schemas/Owner'}, {type: 'null'}]}",
            {"anyOf": [REF, NULL]},
        ),
        (
            "{nullable: true, oneOf: [{$ref: '#/components/schemas/Owner'}],"
            " discriminator: {propertyName: kind}}",
            {"anyOf": [{"oneOf": [REF], "discriminator": {"propertyName": "kind"}}, NULL]},
        ),
        ("{type: [string, 'null'], nullable: true}", {"type": ["string", "null"]}),
        (
            "{type: number, minimum: 1, exclusiveMinimum: true}",
            {"type": "number", "exclusiveMinimum": 1},
        ),
        (
            "{type: number, maximum: 5, exclusiveMaximum: true, exclusiveMinimum: false}",
            {"type": "number", "exclusiveMaximum": 5},
        ),
        ("{type: number, exclusiveMinimum: true}", {"type": "number"}),
        ("{type: number, exclusiveMinimum: 3}", {"type": "number", "exclusiveMinimum": 3}),
        ("{type: string, example: x}", {"type": "string", "examples": ["x"]}),
        ("{type: string, example: null}", {"type": "string", "examples": [None]}),
        ("{type: string, examples: [a], example: b}", {"type": "string", "examples": ["a"]}),
        (
            "{type: string, examples: {one: {value: a}, two: b}}",
            {"type": "string", "examples": ["a", "b"]},
        ),
        ("{type: array, items: {type: string, nullable: true}}",
         {"type": "array", "items": {"type": ["string", "null"]}}),
        (
            "{type: object, additionalProperties: {type: integer, nullable: true}}",
            {"type": "object", "additionalProperties": {"type": ["integer", "null"]}},
        ),
        ("{type: object, additionalProperties: false}",
         {"type": "object", "additionalProperties": False}),
        ("{not: {type: string, nullable: true}}", {"not": {"type": ["string", "null"]}}),
        ("{type: string, default: null}", {"type": "string"}),
        ("{type: string, nullable: true, default: null}",
         {"type": ["string", "null"], "default": None}),
        ("{type: string, description: null, title: 5}", {"type": "string", "title": "5"}),
        ("{type: integer, minimum: 1.0, minLength: 2.0}",
         {"type": "integer", "minimum": 1.0, "minLength": 2}),
    ],
)  # fmt: skip
def test_a_schema_of_3_0_is_written_as_3_1(
    schemas: Schemas, written: str, meant: dict[str, Any]
) -> None:
    assert schemas(OWNER + f"It: {written}\n", "3.0.3")["It"] == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{type: [string, integer, 'null']}", {"type": ["string", "integer", "null"]}),
        ("{const: 5}", {"const": 5}),
        ("true", True),
        ("{type: object, properties: {a: true, b: false}}",
         {"type": "object", "properties": {"a": True, "b": False}}),
        ("{type: array, prefixItems: [true, {$ref: '#/components/schemas/Owner'}], items: false}",
         {"type": "array", "prefixItems": [True, REF], "items": False}),
        ("{if: {type: string}, then: {minLength: 1}, else: {$ref: '#/components/schemas/Owner'}}",
         {"if": {"type": "string"}, "then": {"minLength": 1}, "else": REF}),
        ("{type: object, patternProperties: {'^x': {$ref: '#/components/schemas/Owner'}}}",
         {"type": "object", "patternProperties": {"^x": REF}}),
        ("{type: object, dependentSchemas: {a: {$ref: '#/components/schemas/Owner'}},"
         " unevaluatedProperties: {$ref: '#/components/schemas/Owner'},"
         " propertyNames: {type: string}}",
         {"type": "object", "dependentSchemas": {"a": REF}, "unevaluatedProperties": REF,
          "propertyNames": {"type": "string"}}),
        ("{type: array, contains: {$ref: '#/components/schemas/Owner'}, unevaluatedItems: false}",
         {"type": "array", "contains": REF, "unevaluatedItems": False}),
        ("{type: string, contentMediaType: application/json,"
         " contentSchema: {$ref: '#/components/schemas/Owner'}}",
         {"type": "string", "contentMediaType": "application/json", "contentSchema": REF}),
        ("{type: string, nullable: true}", {"type": ["string", "null"]}),
        ("{type: string, x-note: {$ref: kept}}", {"type": "string", "x-note": {"$ref": "kept"}}),
        ("{enum: [a, {$ref: kept}], default: {$ref: kept}}",
         {"enum": ["a", {"$ref": "kept"}], "default": {"$ref": "kept"}}),
    ],
)  # fmt: skip
def test_a_schema_of_3_1_stays_as_it_is(schemas: Schemas, written: str, meant: Any) -> None:
    assert schemas(OWNER + f"It: {written}\n")["It"] == meant


def test_the_version_of_the_result_is_3_1(resolved: Any) -> None:
    for written, given in (("3.0.3", "3.1.0"), ("3.1.1", "3.1.1"), ("3.0", "3.1.0")):
        assert resolved("paths: {}", written).data["openapi"] == given


def test_a_document_that_says_nothing_of_itself_still_has_a_title(tmp_path: Any) -> None:
    from rebind.openapi import resolve
    from rebind.source import parse

    document = parse("openapi: 3.1.0\npaths: {}\n", tmp_path / "pets.api.yaml").value
    assert document is not None
    found = resolve(document).value
    assert found is not None
    assert found.data["info"] == {"title": "pets", "version": "0"}


def test_a_part_of_a_3_0_document_is_read_as_3_0(schemas: Schemas) -> None:
    found = schemas(
        "A: {$ref: 'a.yaml#/A'}",
        "3.0.3",
        a_yaml="""
        A: {type: object, properties: {b: {$ref: '#/B', maxProperties: 3}}}
        B: {type: object}
        """,
    )
    assert found["A"]["properties"]["b"] == {"$ref": "#/components/schemas/B"}


def test_the_parameters_of_a_path_are_those_of_its_operations(resolved: Any) -> None:
    data = resolved("""
        paths:
          /pets/{id}:
            summary: Pets.
            x-note: kept nowhere
            servers: [{url: https://pets.example.com}]
            parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
              - {name: lang, in: query, schema: {type: string}}
            get:
              parameters:
                - {name: limit, in: query, schema: {type: integer}}
                - {name: lang, in: query, schema: {type: integer}}
              responses: {"200": {description: ok}}
            delete:
              responses: {"200": {description: ok}}
    """).data
    item = data["paths"]["/pets/{id}"]
    assert list(item) == ["servers", "get", "delete"]
    assert [(p["name"], p["schema"]["type"]) for p in item["get"]["parameters"]] == [
        ("id", "string"),
        ("lang", "integer"),
        ("limit", "integer"),
    ]
    assert [p["name"] for p in item["delete"]["parameters"]] == ["id", "lang"]


def test_a_referenced_path_item_gives_its_parameters_to_its_own_operations(resolved: Any) -> None:
    data = resolved("""
        paths:
          /a: {$ref: '#/components/pathItems/Shared'}
          /b: {$ref: '#/components/pathItems/Shared', post: {responses: {"200": {description: ok}}}}
        components:
          pathItems:
            Shared:
              parameters: [{name: q, in: query, schema: {type: string}}]
              get: {responses: {"200": {description: ok}}}
    """).data
    assert list(data["paths"]["/a"]) == ["get"]
    assert sorted(data["paths"]["/b"]) == ["get", "post"]
    assert data["paths"]["/b"]["get"]["parameters"][0]["name"] == "q"


def test_status_ranges_and_extensions_of_paths_are_tidied(resolved: Any) -> None:
    data = resolved("""
        paths:
          x-internal: true
          /pets:
            get:
              responses:
                200: {description: ok}
                4xx: {description: no}
                x-note: nothing
    """).data
    assert list(data["paths"]) == ["/pets"]
    assert list(data["paths"]["/pets"]["get"]["responses"]) == ["200", "4XX"]


def test_slips_with_one_meaning_are_mended(schemas: Schemas) -> None:
    found = schemas("""
        Version: {type: string, enum: [1.0, 1.10, 1.10], default: 1.10}
        Level: {type: integer, enum: ["1", 2], default: "2"}
        Flag: {type: boolean, default: "True"}
        Order: {type: string, enum: [ASC, DESC], default: asc}
        Kind: {type: string, enum: []}
        Tree: {type: object, properties: {a: {type: string, required: true}}}
        Pair: {type: array, items: [{type: string}, {type: integer}]}
        Email: {type: string, pattern: '^[\\w-.]+@'}
    """)
    assert found["Version"] == {"type": "string", "enum": ["1.0", "1.10"], "default": "1.10"}
    assert found["Level"] == {"type": "integer", "enum": [1, 2], "default": 2}
    assert found["Flag"] == {"type": "boolean", "default": True}
    assert found["Order"]["default"] == "ASC"
    assert found["Kind"] == {"type": "string"}
    assert found["Tree"]["properties"]["a"] == {"type": "string"}
    assert found["Pair"]["prefixItems"] == [{"type": "string"}, {"type": "integer"}]
    assert found["Email"]["pattern"] == "^[\\w\\-.]+@"


def test_webhooks_are_kept_and_paths_may_be_missing(tmp_path: Any) -> None:
    from rebind.openapi import resolve
    from rebind.source import parse

    text = """
openapi: 3.1.0
info: {title: x, version: x}
webhooks:
  newPet:
    post:
      requestBody: {$ref: '#/components/requestBodies/Pet'}
      responses: {"200": {description: ok}}
components: {requestBodies: {Pet: {content: {application/json: {schema: {type: string}}}}}}
"""
    document = parse(text, tmp_path / "openapi.yaml").value
    assert document is not None
    found = resolve(document).value
    assert found is not None
    assert "paths" not in found.data
    assert "content" in found.data["webhooks"]["newPet"]["post"]["requestBody"]
