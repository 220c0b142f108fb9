"""What the repository promises of its own shape."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REBIND = ROOT / "codegen" / "rebind"
PACKAGE = ROOT / "generated" / "abacus_client" / "abacus_client"
RENAMED = ROOT / "tests" / "cases" / "renamed" / "golden" / "renamed"


def methods(folder: Path) -> Iterator[tuple[str, int]]:
    for path in sorted(folder.rglob("*.py")):
        if {"_runtime", "extras"} & {*path.relative_to(folder).parts}:  # copied, not printed
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                said = ast.get_docstring(node) is not None
                yield f"{path.name}:{node.name}", len(node.body) - said


@pytest.mark.parametrize("package", [PACKAGE, RENAMED], ids=lambda path: path.name)
def test_a_generated_method_is_one_or_two_statements(package: Path) -> None:
    found = dict(methods(package))
    assert len(found) > 20
    assert {name: count for name, count in found.items() if count > 2} == {}


def test_the_pipeline_fits_one_screen() -> None:
    assert len((REBIND / "pipeline.py").read_text("utf-8").splitlines()) <= 64


def test_the_runtime_is_the_same_bytes_in_both_places() -> None:
    ours = {p.relative_to(REBIND / "runtime"): p for p in (REBIND / "runtime").rglob("*.py")}
    copied = {p.relative_to(PACKAGE / "_runtime"): p for p in (PACKAGE / "_runtime").rglob("*.py")}
    assert set(ours) == set(copied)
    assert [p for p in ours if ours[p].read_bytes() != copied[p].read_bytes()] == []


def test_hand_written_modules_are_the_same_bytes_in_both_places() -> None:
    source = ROOT / "extras" / "abacus_client"
    ours = {p.relative_to(source): p.read_bytes() for p in source.rglob("*.py")}
    copied = {p.name: p.read_bytes() for p in (PACKAGE / "extras").glob("*.py")}
    assert ours
    assert {str(p): text for p, text in ours.items()}.items() <= copied.items()
    assert copied.keys() - {str(p) for p in ours} <= {"__init__.py"}


@pytest.mark.parametrize("path", sorted((REBIND / "templates").glob("*")), ids=lambda p: p.name)
def test_a_template_is_dull(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 70
    assert not re.search(r"{%-?\s*(set|macro|import|call)\b|namespace\(", text)


def test_only_one_module_imports_datamodel_code_generator() -> None:
    found = [
        path.name
        for path in sorted(REBIND.rglob("*.py"))
        if re.search(r"^\s*(from|import) datamodel_code_generator", path.read_text("utf-8"), re.M)
    ]
    assert found == ["models.py"]


def test_importing_the_package_loads_neither_httpx_nor_pydantic() -> None:
    code = (
        "import sys, abacus_client; "
        "print([m for m in ('httpx', 'pydantic', 'ssl', 'asyncio') if m in sys.modules])"
    )
    ran = subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); {code}",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "[]"


def test_the_async_client_is_few_handwritten_lines() -> None:
    """Deleting it would remove the driver, the resource, the object's side, and little else."""
    lines = 0
    for path in sorted((REBIND / "runtime").rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name.startswith("Async"):
                assert node.end_lineno is not None
                lines += node.end_lineno - node.lineno + 1
    assert lines > 0
