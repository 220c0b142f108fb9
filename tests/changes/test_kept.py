"""Renames whose old names go on working: what a comparison sees of them, and how they are kept."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import tomllib
from rebind.changes import compare

from tests.forked import rebind

from .conftest import Take
from .test_diff import SHOP, git

RENAMED = (
    SHOP.replace("operationId: createItem\n", "operationId: createItem\n      x-rebind-name: add\n")
    .replace("{name: color, in: query", "{name: color, x-rebind-name: tint, in: query")
    .replace("{schema: Item, name: refresh,", "{schema: Item, name: renew,")
    .replace("price: {type: number}\n", "price: {type: number, x-rebind-name: cost}\n")
    .replace("    Maker:\n", "    Maker:\n      x-rebind-name: MakerInfo\n")
    .replace("enum: [red, green, blue],", "enum: [red, green, blue], x-enum-varnames: [R, G, B],")
)
SETTINGS = """\
[tool.rebind]
input = "spec/openapi.yaml"
output = "out"
package = "shop"
version = "1.4.2"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "spec").mkdir()
    (tmp_path / "spec" / "openapi.yaml").write_text(SHOP, "utf-8")
    (tmp_path / "pyproject.toml").write_text(SETTINGS, "utf-8")
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
    git(tmp_path, "tag", "v1.4.2")
    return tmp_path


def codes(folder: Path, *words: str) -> set[str]:
    ran = rebind(folder, "diff", *words, "--format", "json")
    assert ran.returncode == 0, ran.stderr
    return {change["code"] for change in json.loads(ran.stdout)}


def renamed(project: Path) -> str:
    """The keep list of what has another name in the project now."""
    (project / "spec" / "openapi.yaml").write_text(RENAMED, "utf-8")
    ran = rebind(project, "diff", "HEAD:spec/", "--keep")
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_keep_list_for_what_was_renamed_is_printed(project: Path) -> None:
    assert tomllib.loads(renamed(project))["tool"]["rebind"]["keep"] == {
        "Maker": "MakerInfo",
        "items.create": "items.add",
        "items.list(color)": "tint",
        "Color.RED": "Color.R",
        "Color.GREEN": "Color.G",
        "Color.BLUE": "Color.B",
        "Item.price": "Item.cost",
        "Item.refresh()": "Item.renew()",
    }


def test_what_is_on_the_printed_list_breaks_nobody(project: Path) -> None:
    table = renamed(project)
    before = codes(project, "HEAD:spec/")
    assert {"operation-renamed", "field-renamed", "class-renamed"} <= before
    (project / "pyproject.toml").write_text(f"{SETTINGS}\n{table}", "utf-8")
    assert rebind(project, "generate").returncode == 0
    kept = codes(project, "HEAD:spec/")
    assert {code.removesuffix("-kept") for code in kept} == before
    ran = rebind(project, "diff", "HEAD:spec/", "--fail-on", "breaking")
    assert ran.returncode == 0, ran.stdout
    assert rebind(project, "diff", "HEAD:spec/", "--keep").stdout == "# no name has to be kept\n"


def test_the_keep_list_of_a_project_is_seen_on_either_side(project: Path) -> None:
    table = renamed(project)
    (project / "pyproject.toml").write_text(f"{SETTINGS}\n{table}", "utf-8")
    assert codes(project, ".", ".") == set()
    assert codes(project, ".", "spec") == {"alias-removed"}
    git(project, "commit", "-am", "second")
    assert codes(project, "HEAD:", "spec") == {"alias-removed"}
    assert codes(project, "HEAD:spec", "spec") == set()


def test_a_mistake_in_the_keep_list_is_told_before_anything_is_compared(project: Path) -> None:
    (project / "pyproject.toml").write_text(
        f'{SETTINGS}\n[tool.rebind.keep]\n"items.all" = "items.lits"\n', "utf-8"
    )
    ran = rebind(project, "diff", "HEAD:spec/")
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert "pyproject.toml:8:1: error[config]: there is no method 'lits' in 'items'" in ran.stderr


def test_a_release_that_keeps_the_old_names_is_no_major_one(project: Path) -> None:
    table = renamed(project)
    assert "1.4.2 -> 2.0.0" in rebind(project, "release", "--dry-run").stdout
    (project / "pyproject.toml").write_text(f"{SETTINGS}\n{table}", "utf-8")
    ran = rebind(project, "release")
    assert "1.4.2 -> 1.5.0" in ran.stdout, ran.stderr
    git(project, "add", ".")
    git(project, "commit", "-m", "second")
    git(project, "tag", "v1.5.0")
    shorter = (project / "pyproject.toml").read_text("utf-8").replace('"Maker" = "MakerInfo"\n', "")
    (project / "pyproject.toml").write_text(shorter, "utf-8")
    later = rebind(project, "release", "--dry-run")
    assert "1.5.0 -> 2.0.0: 1 breaking" in later.stdout, later.stderr
    assert "The old name `Maker` of `MakerInfo` is gone." in later.stdout


def test_an_old_name_that_outlives_its_version_stops_the_release(project: Path) -> None:
    table = renamed(project).replace(
        '"Maker" = "MakerInfo"', '"Maker" = {to = "MakerInfo", until = "2.0.0"}'
    )
    (project / "pyproject.toml").write_text(f"{SETTINGS}\n{table}", "utf-8")
    before = (project / "pyproject.toml").read_bytes()
    ran = rebind(project, "release", "--version", "2.0.0")
    assert ran.returncode == 1
    assert "error[old-name-expired]: 'Maker' goes in 2.0.0, and this is 2.0.0" in ran.stderr
    assert (project / "pyproject.toml").read_bytes() == before
    assert not (project / "out").exists()


def test_an_old_name_tells_what_was_renamed_where_nothing_else_does(
    take: Take, shop: dict[str, Any]
) -> None:
    new = copy.deepcopy(shop)
    moved = new["paths"].pop("/payments")["put"]
    moved |= {"operationId": "settle", "tags": ["money"], "x-rebind-renamed-from": "payments.pay"}
    new["paths"]["/settlements"] = {"post": moved}
    one, other = take(shop), take(new)
    assert one is not None
    assert other is not None
    found = {change.code: change for change in compare(one, other)}
    assert set(found) == {
        "operation-renamed-kept", "operation-verb-changed", "operation-path-changed"
    }  # fmt: skip
    kept = found["operation-renamed-kept"]
    assert (kept.old, kept.new) == ("payments.pay", "money.settle")
    assert {change.code for change in compare(other, one)} >= {"operation-renamed"}


def test_another_end_of_an_old_name_is_a_matter_of_words(take: Take, shop: dict[str, Any]) -> None:
    new = copy.deepcopy(shop)
    new["components"]["schemas"]["Item"]["x-rebind-renamed-from"] = {
        "name": "Thing", "until": "10.0.0"
    }  # fmt: skip
    one, other = take(shop), take(new)
    assert one is not None
    assert other is not None
    (change,) = compare(one, other)
    assert (change.code, change.severity) == ("alias-changed", "docs")
    assert change.message == "The old name `Thing` goes in 10.0.0."
    (back,) = compare(other, one)
    assert back.message == "The old name `Thing` has no end any more."
