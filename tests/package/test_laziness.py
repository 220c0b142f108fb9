"""Nothing is loaded that is not touched, however many operations and models there are."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import abacus_client

FOLDER = Path(abacus_client.__file__).parent
MODELS = sorted(path.stem for path in (FOLDER / "models").glob("[a-z]*.py"))
MOST = 100
"""How many modules one model may bring along, of an API with hundreds."""


def loaded(code: str) -> set[str]:
    """The modules of the package that are there after some code."""
    script = f"import sys; {code}; print(' '.join(m for m in sys.modules if 'abacus_client' in m))"
    command = [sys.executable, "-c", script]
    environment = {"PYTHONPATH": str(FOLDER.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return {name.removeprefix("abacus_client.") for name in done.stdout.split()}


def needed(module: str) -> set[str]:
    """The modules that a model's module imports, and theirs."""
    found: set[str] = set()
    pending = [module]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            tree = ast.parse((FOLDER / "models" / f"{name}.py").read_text("utf-8"))
            pending += [
                node.module
                for node in tree.body  # what is below TYPE_CHECKING is not at the top
                if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module
            ]
    return found


def test_importing_the_package_loads_its_list_of_names_alone() -> None:
    assert loaded("import abacus_client") == {"abacus_client", "_runtime", "_runtime.lazy"}


def test_a_client_loads_no_namespace_and_no_model() -> None:
    found = loaded("from abacus_client import Abacus, AsyncAbacus; Abacus('k'); AsyncAbacus('k')")
    assert not [name for name in found if name.startswith(("models", "resources"))]


def test_a_namespace_loads_itself_alone() -> None:
    found = loaded("from abacus_client import Abacus; Abacus('k').chat_sessions")
    kept = {name for name in found if name.startswith(("models", "resources"))}
    assert kept == {"models", "resources", "resources.chat_sessions"}


def test_a_model_loads_what_it_holds_alone() -> None:
    found = loaded("from abacus_client.models import ChatSession")
    kept = {name.removeprefix("models.") for name in found if name.startswith("models.")}
    assert kept == needed("chat_session")


def test_no_model_brings_all_others_along() -> None:
    most = max(MODELS, key=lambda module: len(needed(module)))
    assert len(needed(most)) <= MOST, most
