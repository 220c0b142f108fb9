"""`docs/mock.md` says what is so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from rebind.mock import Mock
from rebind.mock.resources import VERBS

from tests.mock.conftest import Api, project

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "mock.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S)


def test_the_errors_shown_are_the_errors_sent(api: Callable[[str], Api]) -> None:
    enveloped, problem = map(json.loads, blocks("json"))
    ours = Api(Mock(project()))
    call = "/api/v0/deleteChatMessage?chatSessionId=1&messageIndex=x"
    assert ours("DELETE", call, headers={"apiKey": "k"}).json == enveloped
    shop = api("""
        paths:
          /pets:
            get:
              parameters: [{name: limit, in: query, schema: {type: integer}}]
              responses: {'204': {description: none}}
    """)
    assert shop("GET", "/pets?limit=ten").json == problem


def test_the_verbs_listed_are_the_verbs_known() -> None:
    rows = re.findall(r"^\| ([a-z, ]+?) \| (creates what|reads|changes|deletes the)", PAGE, re.M)
    effects = {
        "creates what": "create",
        "reads": "get",
        "changes": "update",
        "deletes the": "delete",
    }
    listed = {verb: effects[does] for verbs, does in rows for verb in verbs.split(", ")}
    assert {**listed, "list": "list"} == VERBS


def test_the_python_shown_runs() -> None:
    (example,) = blocks("python")
    command = [sys.executable, "-c", example]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (run.returncode, run.stdout) == (0, "{'success': True, 'result': []}\n"), run.stderr
