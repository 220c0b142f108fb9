"""The replay of the vendor's releases: the page is what was found, and two counts agree."""

from __future__ import annotations

import json
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest
from rebind import changes, output, upstream

from tests.history import page, replay
from tests.history.census import census, steps
from tests.history.told import told

ZOO = Path(__file__).parents[1] / "upstream" / "zoo"
MADE: dict[str, Any] = json.loads(replay.RESULTS.read_text("utf-8"))


def test_the_page_is_what_was_found() -> None:
    assert (replay.ROOT / "docs" / "history.md").read_text("utf-8") == page.page(MADE)


def test_there_are_sixty_releases_and_more_from_the_first_to_the_newest() -> None:
    versions = [step["version"] for step in MADE["steps"]]
    assert len(versions) >= 60
    assert set(versions) >= replay.ALWAYS
    assert [step["after"] for step in MADE["steps"]] == [None, *versions[:-1]]


def test_every_step_was_generated_type_checked_and_called() -> None:
    for step in MADE["steps"]:
        assert step["types"].startswith("Success: "), step["version"]
        assert step["calls"] >= 40, step["version"]


def test_both_counts_are_equal_in_every_step() -> None:
    assert {step["version"]: step["differs"] for step in MADE["steps"] if step["differs"]} == {}


def test_the_faulty_release_is_called_out_and_so_is_its_reversal() -> None:
    found = {s["version"]: {w["code"]: w["count"] for w in s["waves"]} for s in MADE["steps"]}
    assert found["1.1.1"]["parameter-now-optional"] == 823
    assert found["1.1.2"]["parameter-now-required"] == 823
    assert {version for version, waves in found.items() if waves} == {"1.1.1", "1.1.2"}
    assert "takes back what 1.1.1 did" in page.page(MADE)


def test_a_release_that_breaks_something_gets_a_major_version() -> None:
    before = [1, 0, 0]
    for step in MADE["steps"]:
        now = [int(part) for part in step["released"].split(".")]
        assert (now[0] > before[0]) == bool(step["changes"].get("breaking")), step["version"]
        before = now


@pytest.mark.parametrize(
    ("was", "now", "kinds"),
    [
        (r"def describe_pet\(self, pet_id: str\)", "def describe_pet(self, pet_id: str = None)",
         {"parameter-now-optional": 1}),
        ("limit: int = 100,", "limit: int = 50,", {"parameter-default-changed": 1}),
        ("listPets", "listAnimals", {"operation-added": 1, "operation-removed": 1}),
        ('DRY = "DRY"', 'DRIED = "DRIED"', {"enum-value-added": 1, "enum-value-removed": 1}),
        ("isTame", "isWild", {"field-added": 1, "field-removed": 1}),
        (r"def stroke\(self\):", "def feed(self):\n        return self.client.list_pets()\n\n    def stroke(self):", {"method-added": 1}),
    ],
)  # fmt: skip
def test_two_releases_of_a_small_sdk_are_counted_alike(
    tmp_path: Path, was: str, now: str, kinds: dict[str, int]
) -> None:
    old = packed(tmp_path / "old", "1.0")
    new = packed(tmp_path / "new", "1.1", was, now)
    sides = [described(archive) for archive in (old, new)]
    found = changes.between(*sides)
    assert found.value is not None
    assert sides[0].value
    assert sides[1].value
    counts = census(old), census(new)
    surfaces = sides[0].value.surface, sides[1].value.surface
    assert steps(*counts) == kinds
    assert told(found.value, *surfaces, *counts) == kinds


def packed(folder: Path, version: str, was: str = "", now: str = "") -> Path:
    """The small SDK as a source distribution, with a change in it."""
    folder.mkdir()
    archive = folder / f"abacusai-{version}.tar.gz"
    changed = 0
    with tarfile.open(archive, "w:gz") as made:
        for path in sorted(ZOO.rglob("*.py")):
            text = path.read_text("utf-8")
            if was:
                text, count = re.subn(was, now, text)
                changed += count
            copy = folder / "copy.py"
            copy.write_text(text, "utf-8")
            inside = path.relative_to(ZOO)
            made.add(copy, f"abacusai-{version}/{inside.as_posix()}")
    assert bool(changed) == bool(was)
    return archive


def described(archive: Path) -> Any:
    made = upstream.make(archive, None)
    assert made.value, made.diagnostics
    folder = archive.parent / "spec"
    compared = output.compare(made.value.files, folder)
    assert compared.value is not None
    output.write(compared.value, folder)
    return changes.read(str(folder))
