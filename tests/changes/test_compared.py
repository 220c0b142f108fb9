"""`docs/changes-compared.md` says what is told of each group of changes that other tools know."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from rebind.changes import KINDS, between, read

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/changes-compared.md"
CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("compared.yaml").read_text("utf-8")
)
DONE: dict[str, Any] = {"204": {"description": "Done."}}
OUT = {"application/json": {"schema": {"$ref": "#/components/schemas/Out"}}}
IN = {"application/json": {"schema": {"$ref": "#/components/schemas/In"}}}
TEXT = {"type": "string"}
BASE: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Compared", "version": "1"},
    "servers": [{"url": "https://compared.test"}],
    "paths": {
        "/a": {
            "get": {
                "operationId": "getIt",
                "tags": ["things"],
                "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}],
                "responses": {"200": {"description": "It.", "content": OUT}},
            },
            "post": {
                "operationId": "makeIt",
                "tags": ["things"],
                "requestBody": {"required": True, "content": IN},
                "responses": DONE,
            },
        },
        "/c": {"post": {"operationId": "doIt", "tags": ["things"], "responses": DONE}},
    },
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "K"}},
        "schemas": {
            "In": {"type": "object", "properties": {"a": TEXT, "z": TEXT}},
            "Out": {"type": "object", "required": ["a"], "properties": {"a": TEXT, "z": TEXT}},
            "Spare": {"type": "object", "properties": {"s": {"type": "string"}}},
        },
    },
}


def put(data: Any, pointer: str, value: Any) -> None:
    """Put a value at a pointer; None takes away what is there."""
    *above, last = [s.replace("~1", "/").replace("~0", "~") for s in pointer[1:].split("/")]
    for name in above:
        data = data[int(name)] if isinstance(data, list) else data[name]
    if isinstance(data, list):
        data[int(last) :] = [] if value is None else [value]
    elif value is None:
        data.pop(last, None)
    else:
        data[last] = value


def codes(case: dict[str, Any], folder: Path) -> set[str]:
    """The codes of the changes between both descriptions of a case."""
    for side in ("old", "new"):
        data = copy.deepcopy(BASE)
        for pointer, value in (case.get("with") or {}).items():
            split = isinstance(value, dict) and set(value) == {"old", "new"}
            put(data, pointer, value[side] if split else value)
        if side in case:
            put(data, case["at"], case[side])
        (folder / f"{side}.json").write_text(json.dumps(data))
    found = between(read(str(folder / "old.json")), read(str(folder / "new.json")))
    assert found.value is not None, found.diagnostics
    return {change.code for change in found.value}


def rows() -> dict[str, tuple[str, str]]:
    """What the page says of each group: the codes, and why there are none."""
    found = re.findall(r"^\| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$", PAGE.read_text("utf-8"), re.M)
    return {group: (said, why) for group, _, said, why in found if group not in ("group", "---")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["group"])
def test_the_page_says_what_is_told(case: dict[str, Any], tmp_path: Path) -> None:
    said, why = rows()[case["group"]]
    assert set(re.findall(r"`([a-z-]+)`", said)) == codes(case, tmp_path)
    assert "`" in said or why


def test_the_page_has_no_other_rows_and_no_other_codes() -> None:
    assert list(rows()) == [case["group"] for case in CASES]
    named = {code for said, _ in rows().values() for code in re.findall(r"`([a-z-]+)`", said)}
    assert named <= set(KINDS)
