"""Many changes of one kind at once are told as what they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.forked import rebind


def api(operations: int, *, required: int = 0, text: str = "") -> str:
    """An API of so many operations, each with four parameters of which some are required."""
    paths: dict[str, Any] = {}
    for number in range(operations):
        paths[f"/things{number}"] = {
            "get": {
                "operationId": f"getThing{number}",
                "parameters": [
                    {
                        "name": f"filter{index}",
                        "in": "query",
                        "required": index < required,
                        "description": text,
                        "schema": {"type": "string"},
                    }
                    for index in range(4)
                ],
                "responses": {"200": {"description": "Done."}},
            }
        }
    info = {"title": "Things", "version": "1"}
    return json.dumps({"openapi": "3.1.0", "info": info, "paths": paths})


def diff(folder: Path, old: str, new: str, *words: str) -> str:
    (folder / "old.json").write_text(old, "utf-8")
    (folder / "new.json").write_text(new, "utf-8")
    ran = rebind(folder, "diff", "old.json", "new.json", *words)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize(
    ("required", "code"),
    [((2, 1), "parameter-now-optional"), ((1, 2), "parameter-now-required")],
)
def test_a_fifth_of_all_parameters_is_one_line_and_a_few_examples(
    tmp_path: Path, required: tuple[int, int], code: str
) -> None:
    old, new = (api(30, required=count) for count in required)
    said = diff(tmp_path, old, new)
    assert said.startswith(
        f"look: 30 of 120 parameters in 30 operations changed in one way (`{code}`)"
    )
    assert said.count(f"[{code}]") == 3
    assert f"... and 27 more of `{code}`" in said
    assert said.endswith("30 breaking\n")
    in_full = diff(tmp_path, old, new, "--all")
    assert in_full.count(f"[{code}]") == 30
    assert "look:" not in in_full
    marked = diff(tmp_path, old, new, "--format", "markdown")
    assert marked.count(f"(`{code}`)") == 1 + 3
    assert "> 30 of 120 parameters" in marked
    assert '<p class="breaking">30 of 120' in diff(tmp_path, old, new, "--format", "html")


def test_json_has_every_change(tmp_path: Path) -> None:
    said = diff(tmp_path, api(30, required=2), api(30, required=1), "--format", "json")
    assert len(json.loads(said)) == 30


@pytest.mark.parametrize(
    ("operations", "before", "after"),
    [
        pytest.param(24, {"required": 2}, {"required": 1}, id="few changes"),
        pytest.param(40, {"text": "One."}, {"text": "Two."}, id="words alone"),
    ],
)
def test_all_are_listed_where_it_is_no_wave(
    tmp_path: Path, operations: int, before: dict[str, Any], after: dict[str, Any]
) -> None:
    said = diff(tmp_path, api(operations, **before), api(operations, **after))
    assert "look:" not in said
    assert "more of" not in said


def test_many_changes_in_a_much_larger_api_are_no_wave(tmp_path: Path) -> None:
    old, new = json.loads(api(200, required=1)), json.loads(api(200, required=1))
    for number in range(40):
        new["paths"][f"/things{number}"]["get"]["parameters"][0]["required"] = False
    said = diff(tmp_path, json.dumps(old), json.dumps(new))
    assert said.count("[parameter-now-optional]") == 40
    assert "look:" not in said
