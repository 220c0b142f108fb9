"""The page on extensions shows each of them, and what it shows is accepted."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema_rs
import pytest
from rebind.diagnostics import render
from rebind.openapi import extensions, resolve
from rebind.source import parse

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "extensions.md"
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split(":")[0].strip())
def test_an_example_of_the_page_is_accepted(example: str) -> None:
    text = example
    if not text.startswith("openapi:"):
        text = 'openapi: 3.1.0\ninfo: {title: Pets, version: "1.0"}\n' + text
    document = parse(text, Path("openapi.yaml"))
    assert document.value is not None, render(document.diagnostics)
    found = resolve(document.value)
    assert found.value is not None, render(found.diagnostics)
    assert "x-rebind-" in example


@pytest.mark.parametrize("name", sorted(extensions.known()))
def test_every_extension_has_a_section_and_an_example(name: str) -> None:
    assert re.search(rf"^#+ `{name}`", PAGE.read_text("utf-8"), re.M)
    assert any(f"{name}:" in example for example in EXAMPLES)


def test_the_page_names_no_extension_that_does_not_exist() -> None:
    named = set(re.findall(r"x-rebind-[a-z-]*[a-z]", PAGE.read_text("utf-8")))
    assert named == set(extensions.known())


def test_every_key_of_an_extension_is_on_the_page() -> None:
    page = PAGE.read_text("utf-8")

    def keys(rule: object) -> set[str]:
        found: set[str] = set()
        if isinstance(rule, dict):
            found.update(rule.get("properties", {}))
            for inner in rule.values():
                found |= keys(inner)
        elif isinstance(rule, list):
            for inner in rule:
                found |= keys(inner)
        return found

    for name in keys(extensions._schema()["$defs"]):
        assert f"`{name}`" in page, name


def test_the_schema_is_a_json_schema() -> None:
    jsonschema_rs.meta.validate(extensions._schema())
