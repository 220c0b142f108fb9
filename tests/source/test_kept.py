"""What YAML was read as is kept for the next run, and cannot be told from reading it anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from rebind import source

TEXT = """\
openapi: 3.1.0
info: {title: "Caf\\u00e9", version: 1.10, x-list: [1, 2.0, null, yes, 0o17]}
x-one: &one {a: 1}
x-two: [*one, {<<: *one, b: 2}]
"""
POINTERS = ["", "/info/version", "/x-two/1/b", "/x-two/0", "/nowhere"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "openapi.yaml"
    found.write_text(TEXT, "utf-8")
    return found


def test_it_has_the_same_data_and_places(path: Path) -> None:
    kept: dict[str, str] = {}
    anew, first, second = (
        source.load(path).value,
        source.load(path, kept).value,
        source.load(path, kept).value,
    )
    assert anew
    assert first
    assert second
    assert list(kept) == [source.digest(TEXT)]
    assert second._spot is None, "it was not read from what was kept"
    for found in (first, second):
        assert found.data == anew.data
        assert repr(found.data) == repr(anew.data)
        for pointer in POINTERS:
            for key in (False, True):
                assert found.place(pointer, key=key) == anew.place(pointer, key=key)
            assert found.written(pointer) == anew.written(pointer)


def test_another_text_is_read_anew(path: Path) -> None:
    kept: dict[str, str] = {}
    source.load(path, kept)
    path.write_text(TEXT.replace("a: 1", "a: 3"), "utf-8")
    found = source.load(path, kept).value
    assert found
    assert found.data["x-one"] == {"a": 3}  # type: ignore[index, call-overload]
    assert len(kept) == 2


@pytest.mark.parametrize(
    "text",
    ["a: [", '{"a": 1}', "a: &x [" + "1, " * 50 + "1]\nb: [" + "*x, " * 20 + "*x]\n"],
    ids=["broken", "JSON", "much longer than it is written"],
)
def test_nothing_is_kept_of(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    kept: dict[str, str] = {}
    again = [source.load(path, kept) for _ in range(2)]
    assert kept == {}
    assert again[0].diagnostics == again[1].diagnostics
