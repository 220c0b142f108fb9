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
from rebind.cli import main as rebind

from tests.contract.cases import read_yaml
from tests.contract.description import root_document

ROOT = Path(__file__).parents[2]
FILES = ("requests", "coverage")


def add_to_query(operations: Any) -> None:
    """A parameter that has to be given by nobody and is sent by nobody who leaves it out."""
    operations["listChatSessions"]["get"]["parameters"].append(
        {"name": "limit", "in": "query", "description": "How many.", "schema": {"type": "integer"}}
    )


def add_to_body(operations: Any) -> None:
    """A parameter with a default, which is sent."""
    content = operations["exportChatSession"]["post"]["requestBody"]["content"]
    content["application/json"]["schema"]["properties"]["theme"] = {
        "type": "string",
        "default": "light",
        "description": "The colours of the page.",
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("add", "operation"),
    [(add_to_query, "listChatSessions"), (add_to_body, "exportChatSession")],
    ids=["query", "body"],
)
def test_a_new_parameter_fails_for_its_operation_alone(
    add: Callable[[Any], None], operation: str, tmp_path: Path
) -> None:
    shutil.copytree(root_document().parent, tmp_path / "spec")
    resource = tmp_path / "spec/resources/chat_sessions.yaml"
    data = read_yaml(resource)
    add(data["operations"])
    resource.write_text(yaml.safe_dump(data, sort_keys=False), "utf-8")
    spec, client = tmp_path / "spec/openapi.yaml", tmp_path / "client"
    assert rebind(["generate", str(spec), "-o", str(client), "--package", "abacus_client"]) == 0
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *(f"tests/contract/test_{name}.py" for name in FILES),
        ],
        env={**os.environ, "REBIND_SPEC": str(spec), "REBIND_PACKAGE_DIR": str(client)},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    failed = set(re.findall(r"^FAILED (\S+\[\S+?\])", run.stdout, re.M))
    assert failed, run.stdout
    assert [name for name in failed if operation not in name] == []
    assert f"no recording sends {'limit' if add is add_to_query else 'theme'}" in run.stdout
