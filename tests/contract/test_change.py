"""A change of the description fails for the operation that changed, and for no other."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from rebind import output
from rebind.cli import main as rebind

from tests.contract.cases import read_yaml
from tests.contract.description import root_document

ROOT = Path(__file__).parents[2]
FILES = ("requests", "coverage")


def add_to_query(operations: Any) -> str:
    """A parameter that has to be given by nobody and is sent by nobody who leaves it out."""
    operations["listChatSessions"]["get"]["parameters"].append(
        {"name": "newest", "in": "query", "description": "How many.", "schema": {"type": "integer"}}
    )
    return "newest"


def add_to_body(operations: Any) -> str:
    """A parameter with a default, which is sent."""
    content = operations["exportChatSession"]["post"]["requestBody"]["content"]
    content["application/json"]["schema"]["properties"]["colours"] = {
        "type": "string",
        "default": "light",
        "description": "The colours of the page.",
    }
    return "colours"


def failures(**where: str) -> tuple[set[str], str]:
    """The contract tests that fail, and all that pytest says."""
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *(f"tests/contract/test_{name}.py" for name in FILES),
        ],
        env={**os.environ, **where},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return set(re.findall(r"^FAILED (\S+\[\S+?\])", run.stdout, re.M)), run.stdout


@pytest.fixture(scope="module")
def failing_anyway() -> set[str]:
    """The tests that fail without a new parameter: none, unless somebody is at work."""
    return failures()[0]


@pytest.mark.slow
@pytest.mark.xdist_group("change")
@pytest.mark.parametrize(
    ("add", "operation"),
    [(add_to_query, "listChatSessions"), (add_to_body, "exportChatSession")],
    ids=["query", "body"],
)
def test_a_new_parameter_fails_for_its_operation_alone(
    add: Callable[[Any], str],
    operation: str,
    tmp_path: Path,
    failing_anyway: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # How the code is laid out is no matter here.
    monkeypatch.setattr(output, "tidy", lambda files, _: files)
    shutil.copytree(root_document().parent, tmp_path / "spec")
    resource = tmp_path / "spec/resources/chat_sessions.yaml"
    data = read_yaml(resource)
    name = add(data["operations"])
    resource.write_text(yaml.safe_dump(data, sort_keys=False), "utf-8")
    spec, client = str(tmp_path / "spec/openapi.yaml"), str(tmp_path / "client")
    assert rebind(["generate", spec, "-o", client, "--package", "abacus_client"]) == 0
    failed, said = failures(REBIND_SPEC=spec, REBIND_PACKAGE_DIR=client)
    new = failed - failing_anyway
    assert new, said
    assert [test for test in new if operation not in test] == []
    assert re.search(rf"{operation}: no recording sends .*\b{name}\b", said)
