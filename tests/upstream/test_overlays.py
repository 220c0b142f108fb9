"""OpenAPI Overlay 1.0: what its actions do, and how its mistakes are told."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from rebind.diagnostics import Diagnostic, render
from rebind.upstream import overlay

DATA: Any = {
    "info": {"title": "Pets", "tags": ["a"]},
    "paths": {"/pets": {"get": {"parameters": [{"name": "limit"}, {"name": "after"}]}}},
}


def applied(tmp_path: Path, actions: str, data: Any = DATA) -> tuple[Any, tuple[Diagnostic, ...]]:
    path = tmp_path / "overlay.yaml"
    path.write_text(f"overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions:\n{actions}")
    read = overlay.read(path)
    if read.value is None:
        return None, read.diagnostics
    before = copy.deepcopy(data)
    done = overlay.apply(read.value, data)
    assert data == before
    return done.value, done.diagnostics


@pytest.mark.parametrize(
    ("action", "path", "value"),
    [
        ("target: $.info, update: {title: Zoo}", ("info", "title"), "Zoo"),
        ("target: $.info, update: {license: {name: MIT}}", ("info", "license"), {"name": "MIT"}),
        ("target: $.info, update: {tags: [b]}", ("info", "tags"), ["a", "b"]),
        ("target: $.info.tags, update: b", ("info", "tags"), ["a", "b"]),
        ("target: $.info.tags, remove: true", ("info",), {"title": "Pets"}),
        ("target: $.info.tags, remove: true, update: {x: 1}", ("info",), {"title": "Pets"}),
        (
            "target: \"$.paths['/pets'].get.parameters[?@.name == 'after']\", update: {in: query}",
            ("paths", "/pets", "get", "parameters"),
            [{"name": "limit"}, {"name": "after", "in": "query"}],
        ),
        ("target: '$..parameters[*]', remove: true", ("paths", "/pets", "get", "parameters"), []),
        ("target: \"$.paths.*.*\", update: {deprecated: true}", ("paths", "/pets", "get", "deprecated"), True),
        ("target: $, update: {openapi: 3.1.0}", ("openapi",), "3.1.0"),
    ],
)  # fmt: skip
def test_an_action_does_what_the_specification_says(
    tmp_path: Path, action: str, path: tuple[str, ...], value: Any
) -> None:
    found, problems = applied(tmp_path, f"- {{description: why, {action}}}\n")
    assert problems == ()
    for step in path:
        found = found[step]
    assert found == value


def test_actions_are_applied_one_after_another(tmp_path: Path) -> None:
    actions = (
        "- {description: why, target: $.info.title, remove: true}\n"
        "- {description: why, target: $.info, update: {title: {short: Pets}}}\n"
        "- {description: why, target: $.info.title, update: {long: All the pets}}\n"
    )
    found, _ = applied(tmp_path, actions)
    assert found["info"]["title"] == {"short": "Pets", "long": "All the pets"}


@pytest.mark.parametrize(
    ("actions", "code", "help"),
    [
        ("- {description: why, target: $.inof, update: {}}", "overlay-no-match", "did you mean 'info'?"),
        ("- {description: why, target: \"$.paths['/pet']\", update: {}}", "overlay-no-match", "did you mean '/pets'?"),
        ("- {description: why, target: '$.x[?@.y == 1]', remove: true}", "overlay-no-match", "there is no 'x' any more"),
        ("- {description: why, target: $.info.title, update: {a: 1}}", "overlay-mismatch", "target the object"),
        ("- {description: why, target: $.info, update: 1}", "overlay-mismatch", "target the object"),
        ("- {description: why, target: $, remove: true}", "overlay-mismatch", "name what is to go"),
        ("- {description: why, target: 'info..', update: {}}", "overlay-path", "RFC 9535"),
        ("- {description: why, target: $.info}", "overlay-field", "add 'update:'"),
        ("- {target: $.info, update: {}}", "overlay-field", "with the reason"),
        ("- {description: why, target: $.info, updte: {}}", "overlay-field", "did you mean 'update'?"),
        ("- {description: why, update: {}}", "overlay-field", "add 'target:'"),
        ("- no action", "overlay-field", "write 'target:'"),
        ("  []", "overlay-field", "add one"),
    ],
)  # fmt: skip
def test_a_mistake_has_its_place_and_a_way_out(
    tmp_path: Path, actions: str, code: str, help: str
) -> None:
    found, problems = applied(tmp_path, actions + "\n")
    assert found is None
    told = [problem for problem in problems if problem.code == code]
    assert told
    assert any(help in problem.help for problem in told)
    assert all(problem.place.line >= 3 for problem in problems)
    assert "overlay.yaml:" in render(problems)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("openapi: 3.1.0\n", "not-an-overlay"),
        ("[]\n", "not-an-overlay"),
        ("overlay: 2.0.0\ninfo: {title: t, version: '1'}\nactions: [{}]\n", "overlay-version"),
        ("overlay: 1.0.0\nactions: []\n", "overlay-field"),
        ("overlay: [\n", "syntax-error"),
    ],
)
def test_what_is_no_overlay_is_told(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "overlay.yaml"
    path.write_text(text)
    found = overlay.read(path)
    assert found.value is None
    assert code in {problem.code for problem in found.diagnostics}
