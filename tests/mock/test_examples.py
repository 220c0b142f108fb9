"""Values made from schemas."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rebind import source
from rebind.mock.examples import Examples, Impossible
from rebind.mock.patterns import matching
from rebind.mock.schemas import Schemas
from rebind.openapi import resolve


def made(schema: Any, /, variant: int = 0, **components: Any) -> Any:
    """An example, which the validator has found valid."""
    schemas = Schemas({"components": {"schemas": components}}, "reply")
    read = schemas.read(schema)
    value = Examples(schemas).of(read, variant)
    assert schemas.valid(read, value)
    return value


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "examples": ["Rex"], "default": "x"}, "Rex"),
        ({"type": "string", "default": "x"}, "x"),
        ({"type": "string", "enum": ["a", "b"]}, "a"),
        ({"const": 4}, 4),
        ({"type": ["integer", "null"]}, 1),
        ({"type": "integer", "minimum": 7}, 7),
        ({"type": "integer", "maximum": -7}, -7),
        ({"type": "integer", "exclusiveMinimum": 7, "multipleOf": 5}, 10),
        ({"type": "number", "minimum": 0.2, "maximum": 0.3}, 0.25),
        ({"type": "number", "multipleOf": 0.01}, 1.0),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 3}, [1, 2, 3]),
        ({"type": "array", "items": False}, []),
        ({"type": "array", "maxItems": 0}, []),
        ({"type": "object", "properties": {"a": {"type": "boolean"}}}, {"a": True}),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"key": 1}),
        ({"prefixItems": [{"const": 1}, {"const": "x"}], "items": False}, [1, "x"]),
    ],
)
def test_an_example_is_what_the_schema_offers_or_the_nearest_plain_value(
    schema: Any, value: Any
) -> None:
    assert made(schema) == value


@pytest.mark.parametrize(
    "form",
    [
        "date", "date-time", "time", "duration", "email", "idn-email", "hostname", "idn-hostname",
        "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference", "uuid", "uri-template",
        "json-pointer", "relative-json-pointer", "regex", "byte", "password", "made-up",
    ],
)  # fmt: skip
@pytest.mark.parametrize("variant", [0, 1, 17])
def test_every_format_has_valid_examples(form: str, variant: int) -> None:
    assert isinstance(made({"type": "string", "format": form}, variant), str)


@pytest.mark.parametrize(
    "limits",
    [
        {"minLength": 50},
        {"maxLength": 3},
        {"minLength": 0, "maxLength": 0},
        {"format": "uri", "minLength": 60},
        {"format": "email", "minLength": 30},
        {"pattern": "^[A-Z]{2}[0-9]{9,12}$"},
        {"pattern": r"^\d{3}-\d{2}$"},
        {"pattern": r"^(?=.*[A-Z])(?=.*\d).{8,}$"},
        {"pattern": r"^(foo|bar)(-[a-z]+)?$"},
        {"pattern": r"^\p{L}+$"},
        {"pattern": r"^(?<year>\d{4})$"},
        {"pattern": "a.c"},
        {"pattern": "^[^a-z]+$", "minLength": 5},
        {"pattern": "^[a-z]*$", "minLength": 20},
        {"pattern": r"^https:\/\/"},
        {"pattern": r"^[\w.-]+@[\w.-]+\.[A-Za-z]{2,}$"},
        {"pattern": "^[0-9a-f]{24}$"},
    ],
)
def test_a_text_keeps_to_its_limits(limits: dict[str, Any]) -> None:
    made({"type": "string", **limits})


def test_an_invalid_example_is_passed_over() -> None:
    assert made({"type": "integer", "examples": ["seven", 7]}) == 7
    assert made({"type": "object", "properties": {"n": {"type": "integer", "default": "x"}}}) == {
        "n": 1
    }


def test_an_example_has_the_optional_properties_too() -> None:
    schema = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
    }
    assert made(schema) == {"id": 1, "name": "string"}


def test_what_is_write_only_stays_out_of_replies_even_where_it_is_required() -> None:
    schema = {
        "type": "object",
        "required": ["name", "password"],
        "properties": {
            "name": {"type": "string"},
            "password": {"type": "string", "writeOnly": True},
        },
    }
    assert made(schema) == {"name": "string"}


def test_a_recursion_ends_where_the_schema_lets_it() -> None:
    tree = {
        "type": "object",
        "required": ["children"],
        "properties": {"children": {"type": "array", "items": ref("Tree")}, "up": ref("Tree")},
    }
    assert made(ref("Tree"), Tree=tree) == {"children": []}
    chain = {
        "type": "object",
        "required": ["next"],
        "properties": {"next": {"oneOf": [ref("Chain"), {"type": "null"}]}},
    }
    assert made(ref("Chain"), Chain=chain) == {"next": None}


def test_a_recursion_without_end_is_impossible_and_says_so() -> None:
    loop = {"type": "object", "required": ["next"], "properties": {"next": ref("Loop")}}
    with pytest.raises(Impossible, match="'Loop' holds itself without end"):
        made(ref("Loop"), Loop=loop)
    with pytest.raises(Impossible):
        made(ref("Me"), Me={"allOf": [ref("Me")]})


def test_parts_of_an_all_of_are_kept_all() -> None:
    schema = {
        "allOf": [
            {
                "type": "object",
                "required": ["a"],
                "properties": {"a": {"type": "integer", "minimum": 3}},
            },
            {"required": ["b"], "properties": {"a": {"maximum": 5}, "b": {"type": "string"}}},
        ]
    }
    assert made(schema) == {"a": 3, "b": "string"}


def test_one_branch_of_a_one_of_fits_and_no_other() -> None:
    schema = {"oneOf": [{"type": "number"}, {"type": "integer"}]}
    assert made(schema) == 1.5
    overlapping = {
        "oneOf": [
            {"type": "object", "properties": {"a": {"type": "string"}}},
            {"type": "object", "properties": {"b": {"type": "string"}}},
        ]
    }
    made(overlapping)


def pets() -> dict[str, Any]:
    pet = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}},
        "discriminator": {"propertyName": "kind", "mapping": {"meow": "#/components/schemas/Cat"}},
    }
    cat = {"allOf": [ref("Pet"), {"type": "object", "properties": {"lives": {"type": "integer"}}}]}
    dog = {"allOf": [ref("Pet"), {"type": "object", "properties": {"tricks": {"type": "integer"}}}]}
    return {"Pet": pet, "Cat": cat, "Dog": dog}


def test_a_discriminator_names_the_schema_that_was_chosen() -> None:
    either = {"oneOf": [ref("Dog"), ref("Cat")], "discriminator": {"propertyName": "kind"}}
    assert made({"anyOf": [ref("Dog")]}, **pets()) == {"kind": "Dog", "tricks": 1}
    assert made(ref("Cat"), **pets()) == {"kind": "meow", "lives": 1}
    components: dict[str, Any] = {
        "Dog": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}},
        "Cat": {
            "type": "object",
            "required": ["lives"],
            "properties": {"lives": {"type": "integer"}},
        },
    }
    assert made({**either}, **components) == {"kind": "Dog"}


def test_a_discriminated_parent_is_shown_as_one_of_its_children() -> None:
    assert made(ref("Pet"), **pets()) == {"kind": "meow", "lives": 1}


def test_distinct_items_are_distinct() -> None:
    for items in (
        {"type": "string"},
        {"type": "integer", "minimum": 0},
        {"enum": ["a", "b", "c"]},
        {"type": "object", "properties": {"x": {"type": "integer"}}},
        {"type": "string", "format": "uuid"},
        {"type": "string", "pattern": "^[a-z]$"},
    ):
        value = made({"type": "array", "items": items, "minItems": 3, "uniqueItems": True})
        assert len({json.dumps(item) for item in value}) == 3
    with pytest.raises(Impossible, match="fewer than 3 different items"):
        made({"type": "array", "items": {"type": "boolean"}, "minItems": 3, "uniqueItems": True})


def test_conditions_names_and_patterns_of_properties_are_kept() -> None:
    made({"type": "object", "minProperties": 3})
    made({"type": "object", "minProperties": 2, "propertyNames": {"pattern": "^x-[a-z]+$"}})
    made(
        {
            "patternProperties": {"^x-": {"type": "integer"}},
            "additionalProperties": False,
            "minProperties": 1,
        }
    )
    made({"properties": {"a": {"type": "string"}}, "dependentRequired": {"a": ["b", "c"]}})
    made({"type": "array", "contains": {"const": 5}, "minContains": 2})
    made(
        {
            "type": "object",
            "properties": {"country": {"enum": ["US", "NL"]}},
            "if": {"properties": {"country": {"const": "US"}}, "required": ["country"]},
            "then": {
                "required": ["zip"],
                "properties": {"zip": {"type": "string", "pattern": "^[0-9]{5}$"}},
            },
        }
    )
    made({"type": "string", "not": {"enum": ["string"]}, "minLength": 0})
    made({"type": "object", "properties": {"a": {}, "b": {}}, "maxProperties": 1})


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"type": "string", "enum": [1]},
        {"type": "integer", "minimum": 5, "maximum": 4},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"type": "string", "minLength": 9_999_999_999},
        {"type": "array", "minItems": 9_999_999_999},
        {"type": "object", "minProperties": 9_999_999_999},
        {"oneOf": [{"type": "string"}, {"type": "string"}]},
    ],
)
def test_what_nothing_satisfies_is_impossible_soon(schema: Any) -> None:
    start = time.monotonic()
    with pytest.raises(Impossible):
        made(schema)
    assert time.monotonic() - start < 5


def test_a_wide_and_deep_schema_is_bounded() -> None:
    components: dict[str, Any] = {
        f"Level{n}": {
            "type": "object",
            "properties": {f"p{i}": ref(f"Level{n + 1}") for i in range(20)},
        }
        for n in range(20)
    }
    components["Level20"] = {"type": "string"}
    start = time.monotonic()
    value = made(ref("Level0"), **components)
    assert time.monotonic() - start < 5
    assert len(json.dumps(value)) < 500_000


def test_the_same_schema_gives_the_same_example() -> None:
    schema = {"type": "array", "items": {"type": "string", "pattern": "^[a-z]{3}$"}, "minItems": 4}
    assert made(schema) == made(json.loads(json.dumps(schema)))


def test_examples_are_copies() -> None:
    schemas = Schemas({}, "reply")
    examples = Examples(schemas)
    schema = schemas.read({"type": "object", "examples": [{"a": []}]})
    examples.of(schema)["a"].append(1)
    assert examples.of(schema) == {"a": []}


def test_a_keyword_that_json_schema_cannot_use_is_left_out_and_told() -> None:
    written = {"components": {"schemas": {"A": {"type": "string", "pattern": "(?<"}}}}
    schemas = Schemas(written, "reply")
    assert [pointer for pointer, _ in schemas.unused] == ["#/components/schemas/A/pattern"]
    assert Examples(schemas).of(schemas.components["A"]) == "string"


def test_a_pattern_that_asks_for_gigabytes_is_given_up() -> None:
    assert matching("^(a{60000}){60000}$") is None
    assert matching("^((((a{99}){99}){99}){99}){99}$") is None


@given(st.from_regex(r"\A[a-z0-9\[\]{}()|?*+.^$\\-]{0,12}\Z"))
@settings(max_examples=300, deadline=None)
def test_no_pattern_is_a_crash_or_takes_long(pattern: str) -> None:
    start = time.monotonic()
    text = matching(pattern)
    assert text is None or len(text) < 100_000
    assert time.monotonic() - start < 2


low, size, count = st.integers(-50, 50), st.integers(0, 40), st.integers(0, 3)
leaves = st.one_of(
    st.builds(lambda a, n: {"type": "integer", "minimum": a, "maximum": a + n}, low, size),
    st.builds(lambda a, n: {"type": "string", "minLength": a, "maxLength": a + n}, size, size),
    st.builds(lambda values: {"enum": values}, st.lists(low | st.text() | st.none(), min_size=1)),
    st.sampled_from([{"type": "boolean"}, {"type": ["number", "null"]}, {"format": "date"}, {}]),
)
json_schemas = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda one, n: {"type": "array", "items": one, "minItems": n}, inner, count),
        st.builds(
            lambda properties, n: {
                "type": "object",
                "properties": properties,
                "required": sorted(properties)[:n],
                "additionalProperties": False,
            },
            st.dictionaries(st.sampled_from("abcdef"), inner, max_size=4),
            count,
        ),
        st.builds(lambda one, other: {"anyOf": [one, other]}, inner, inner),
    ),
    max_leaves=12,
)


@given(json_schemas, st.integers(0, 5))
@settings(max_examples=300, deadline=None)
def test_every_satisfiable_schema_gets_a_valid_example(schema: Any, variant: int) -> None:
    made(schema, variant)


# What no value satisfies, with the reason.
IMPOSSIBLE = {
    ("baseline_openapi_3.0.json", "/types/unions/duplicate-types"): "a oneOf of one schema, twice",
    ("baseline_openapi_3.1.yaml", "/types/unions/duplicate-types"): "a oneOf of one schema, twice",
}


def corpus() -> list[Path]:
    folder = os.environ.get("REBIND_CORPUS")
    if not folder:
        return []
    found = [path for path in Path(folder).rglob("*") if path.suffix in (".yaml", ".yml", ".json")]
    return sorted(path for path in found if "config" not in path.name)


@pytest.mark.skipif(not corpus(), reason="REBIND_CORPUS names no folder of documents")
@pytest.mark.slow
@pytest.mark.parametrize("path", corpus(), ids=lambda path: str(path.name))
def test_every_json_reply_of_a_real_document_has_a_valid_example(path: Path) -> None:
    loaded = source.load(path)
    resolved = resolve(loaded.value).value if loaded.value is not None else None
    if resolved is None:
        pytest.skip("not a document that Rebind reads")
    data = resolved.data
    schemas = Schemas(data, "reply")
    examples = Examples(schemas)
    failed: dict[str, str] = {}
    for route, item in (data.get("paths") or {}).items():
        for operation in item.values():
            responses = operation.get("responses", {}) if isinstance(operation, dict) else {}
            for response in responses.values():
                for media_type, media in (response.get("content") or {}).items():
                    if "json" not in media_type or "schema" not in media:
                        continue
                    schema = schemas.read(media["schema"])
                    try:
                        assert schemas.valid(schema, examples.of(schema))
                    except Impossible as impossible:
                        failed[route] = str(impossible)
    assert set(failed) == {route for name, route in IMPOSSIBLE if name == path.name}, failed
