"""What importing costs, and what the runtime is allowed to import."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import rebind.runtime

ROOT = Path(rebind.runtime.__file__).parent
# httpx and pydantic, and what comes with every installation of them.
ALLOWED = {"httpx", "httpcore", "certifi", "idna", "pydantic", "pydantic_core", "typing_extensions"}


def loaded(code: str) -> set[str]:
    script = f"import sys; {code}; print(' '.join(m.partition('.')[0] for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["lazy", "call", "options", "errors", "api", "resource"])
def test_light_modules_import_no_heavy_ones(module: str) -> None:
    heavy = loaded(f"import rebind.runtime.{module}")
    assert heavy & {"httpx", "httpcore", "pydantic", "ssl", "asyncio", "email", "json"} == set()
    assert heavy & {"dataclasses", "inspect", "logging"} == set()


def test_a_client_is_made_without_httpx_or_pydantic() -> None:
    code = (
        "from rebind.runtime.client import Client; from rebind.runtime.api import Api; "
        "C = type('C', (Client,), {'_api': Api(title='x', base_url='http://h')}); C('key')"
    )
    assert loaded(code) & {"httpx", "httpcore", "pydantic", "pydantic_core"} == set()


def test_the_runtime_imports_what_it_may_and_itself_only_relatively() -> None:
    for file in ROOT.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 1, f"{file.name}: {ast.unparse(node)}"
            for name in names:
                top = name.partition(".")[0]
                assert top in ALLOWED | sys.stdlib_module_names, f"{file.name}: {name}"


def test_the_runtime_works_under_any_name(tmp_path: Path) -> None:
    import shutil

    shutil.copytree(ROOT, tmp_path / "thing" / "_runtime", ignore=lambda *_: ["__pycache__"])
    (tmp_path / "thing" / "__init__.py").write_text("")
    code = (
        f"sys.path.insert(0, {str(tmp_path)!r}); "
        "from thing._runtime import flow, client, model; assert flow.log.name == 'thing'"
    )
    assert "rebind" not in loaded(code)
