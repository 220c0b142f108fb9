"""What is written by hand costs nothing until it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("pandas", "numpy", "pyarrow", "fastavro", "concurrent.futures", "tarfile")
TOUCHED = """
import sys
sys.path[:0] = {paths!r}
import abacus_client
from abacus_client import Abacus
{code}
print([m for m in {names!r} if m in sys.modules])
print(sorted(m.rsplit('.', 1)[1] for m in sys.modules if m.startswith('abacus_client.extras.')))
"""


def loaded(code: str) -> tuple[str, str]:
    """What is loaded after some code: of the heavy modules, and of the hand-written ones."""
    program = TOUCHED.format(paths=sys.path, code=code, names=HEAVY)
    ran = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    heavy, ours = ran.stdout.splitlines()
    return heavy, ours


def test_a_client_loads_nothing_written_by_hand() -> None:
    assert loaded("Abacus('key')") == ("[]", "[]")


@pytest.mark.parametrize(
    ("code", "ours"),
    [
        ("Abacus('key').feature_groups", "['feature_groups']"),
        ("Abacus('key').predictions", "['predictions']"),
        ("abacus_client.Upload(uploadId='u')", "['uploads']"),
    ],
)
def test_what_is_touched_loads_its_methods_but_not_what_they_need(code: str, ours: str) -> None:
    heavy, found = loaded(code)
    assert heavy in ("[]", "['concurrent.futures']")  # which asyncio loads, too
    assert found == ours
