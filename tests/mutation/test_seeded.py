"""The recordings of all operations notice faults of every sort."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.mutation.seeded import FAULTS, ROOT, Fault, noticed

PAGE = ROOT / "docs/seeded-faults.md"


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what.replace(" ", "-"))
def test_a_fault_is_noticed(fault: Fault, tmp_path: Path) -> None:
    assert noticed(fault, tmp_path, [fault.operation]), f"nobody noticed that {fault.what}"


def test_the_package_without_a_fault_passes(tmp_path: Path) -> None:
    assert noticed(None, tmp_path, sorted({fault.operation for fault in FAULTS})) == ""


def test_the_page_lists_every_fault() -> None:
    rows = re.findall(r"^\| ([^|]+?) \| `([^`]+)` \| `([^`]+)` \|$", PAGE.read_text("utf-8"), re.M)
    assert rows == [(fault.what, fault.file, fault.operation) for fault in FAULTS]
