"""Documents that other people wrote, where somebody has some: `REBIND_CORPUS` names their folder.

Folders called `small`, `medium` and `large` hold documents that must be accepted; folders called
`documents_with_errors` under `edge` hold some that must be refused.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from rebind.diagnostics import render
from rebind.openapi import Resolved, resolve
from rebind.source import load

CORPUS = os.environ.get("REBIND_CORPUS", "")
SUFFIXES = {".json", ".yaml", ".yml"}
FOUND = sorted(
    path
    for folder in ("small", "medium", "large")
    for path in (Path(CORPUS) / folder).glob("*.*")
    if CORPUS and path.suffix in SUFFIXES
)
DOCUMENTS: list[Any] = [pytest.param(path, id=path.stem) for path in FOUND] or [
    pytest.param(
        Path(),
        id="none",
        marks=pytest.mark.skip("REBIND_CORPUS names no folder of OpenAPI documents"),
    )
]


def read(path: Path) -> Resolved:
    document = load(path)
    assert document.value is not None, render(document.diagnostics)
    found = resolve(document.value)
    assert found.value is not None, render(found.diagnostics)
    return found.value


def errors(data: Any) -> list[str]:
    version = str(data["openapi"])
    kind = OpenAPIV30SpecValidator if version.startswith("3.0") else OpenAPIV31SpecValidator
    return [error.message for error in kind(data).iter_errors()]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_real_document_is_accepted_soon_and_with_few_words(path: Path) -> None:
    start = time.process_time()
    document = load(path)
    assert document.value is not None, render(document.diagnostics)
    found = resolve(document.value)
    assert time.process_time() - start < 5
    assert found.value is not None, render(found.diagnostics)
    assert len(found.diagnostics) <= 12


@pytest.mark.slow
@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_valid_document_is_valid_3_1_when_it_is_resolved(path: Path) -> None:
    found = read(path)
    if errors(found.documents[0].data):
        pytest.skip("the document was not valid before either")
    assert errors(found.data) == []


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_reference_left_is_to_a_named_schema(path: Path) -> None:
    found = read(path)
    names = {
        f"#/components/schemas/{n}" for n in found.data.get("components", {}).get("schemas", {})
    }
    todo: list[Any] = [
        found.data.get(section, {}) for section in ("paths", "webhooks", "components")
    ]
    seen: set[int] = set()
    while todo:
        value = todo.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, dict):
            ref = value.get("$ref")
            if isinstance(ref, str):
                assert ref.replace("~1", "/").replace("~0", "~") in names
            todo += [inner for key, inner in value.items() if key not in ("example", "examples")]
        elif isinstance(value, list):
            todo += value


@pytest.mark.skipif(not CORPUS, reason="REBIND_CORPUS names no folder of OpenAPI documents")
def test_documents_with_errors_are_refused() -> None:
    broken = [
        path
        for path in Path(CORPUS or ".").glob("edge/**/documents_with_errors/*")
        if path.suffix in SUFFIXES
    ]
    assert broken
    for path in broken:
        document = load(path)
        assert document.value is None or not resolve(document.value).ok, path
