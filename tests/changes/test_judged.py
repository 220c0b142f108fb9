"""The judgement is right: old callers fail with the newer package where it says so, else pass."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from rebind import config, output, pipeline
from rebind.changes import KINDS, compare

from .conftest import Take

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = yaml.safe_load((HERE / "judged.yaml").read_text("utf-8"))
TOGETHER = [case for case in CASES if "apart" not in case]
APART = [case for case in CASES if "apart" in case]
HEAD: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Case", "version": "1"},
    "servers": [{"url": "https://case.test"}],
    "security": [{"key": []}],
    "tags": [{"name": "things"}],
    "x-rebind-client": {"name": "Case", "key-env": "CASE_KEY", "server-env": "CASE_SERVER"},
    "x-rebind-objects": True,
    "x-rebind-errors": {"ErrorBase": {"description": "Any of them."}},
    "paths": {
        "/kept": {
            "post": {
                "operationId": "kept",
                "responses": {
                    "200": {
                        "description": "It.",
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Kept"}}
                        },
                    }
                },
            }
        }
    },
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "key"}},
        "schemas": {"Kept": {"type": "object", "properties": {"a": {"type": "string"}}}},
    },
}


MINOR = {
    *("class-added", "class-removed", "class-positional", "class-not-positional"),
    *("field-default-changed", "field-now-optional", "field-now-required"),
}
"""What else happens to the classes of a union that gets or loses a variant."""


def code_of(case: Mapping[str, Any]) -> str:
    return str(case["case"]).split(" ")[0]


def severity_of(case: Mapping[str, Any]) -> str:
    return str(case.get("severity") or KINDS[code_of(case)].severity)


def module_of(case: Mapping[str, Any]) -> str:
    return "".join(c if c.isalnum() else "_" for c in case["case"]).strip("_")


def described(
    parts: list[Mapping[str, Any]], root: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    made = copy.deepcopy(HEAD)
    if root is not None:
        made.pop("x-rebind-objects")
        made.update(root)
    for part in parts:
        made["paths"].update(copy.deepcopy(part.get("paths") or {}))
        made["components"]["schemas"].update(copy.deepcopy(part.get("schemas") or {}))
        made["x-rebind-errors"].update(copy.deepcopy(part.get("errors") or {}))
    for item in made["paths"].values():
        for operation in item.values():
            operation["tags"] = ["things"]
    return made


class Sides(NamedTuple):
    """The folders of two packages, each named like its package, with every caller as a module."""

    old: Path
    new: Path


def callers_of(side: Path) -> str:
    return f"{side.name}_callers"


def packages(root: Path, name: str, cases: list[dict[str, Any]]) -> Sides:
    apart = cases[0].get("apart") or {"old": None, "new": None}
    sides = Sides(root / f"old_{name}", root / f"new_{name}")
    for word, side in (("old", sides.old), ("new", sides.new)):
        document = root / f"{side.name}.json"
        description = described([case[word] for case in cases], apart[word])
        document.write_text(json.dumps(description), "utf-8")
        made = pipeline.generate(config.Config(document, side, side.name))
        assert made.value is not None, made.diagnostics
        changes = output.compare(made.value, side)
        assert changes.value is not None
        output.write(changes.value, side)
        callers = side / callers_of(side)
        callers.mkdir()
        for case in cases:
            lines = f"from {side.name} import Case\n" + case["caller"]
            text = lines.replace("PACKAGE", side.name)
            (callers / f"{module_of(case)}.py").write_text(text, "utf-8")
    return sides


def checked(sides: list[Path]) -> str:
    """What mypy says of the callers of packages that are side by side, looked at all at once."""
    root = sides[0].parent
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--no-error-summary"),
            *("--explicit-package-bases", *(f"{side.name}/{callers_of(side)}" for side in sides)),
        ],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "MYPYPATH": os.pathsep.join(side.name for side in sides),
            "MYPY_CACHE_DIR": str(root / ".mypy"),
        },
    )
    assert ran.returncode in (0, 1), ran.stderr
    return ran.stdout


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def runs(side: Path, case: Mapping[str, Any], address: str) -> subprocess.CompletedProcess[str]:
    """Run a caller."""
    script = (
        f"from {side.name} import Case\n"
        f"from {callers_of(side)}.{module_of(case)} import call\n"
        "call(Case())\n"
    )
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=side,
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "CASE_KEY": "k",
            "CASE_SERVER": address,
            "PYTHONPATH": ".",
        },
    )


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sides]:
    """The packages by the cases that they are for; most cases share one."""
    root = tmp_path_factory.mktemp("judged")
    shared = packages(root, "package", TOGETHER)
    apart = {case["case"]: packages(root, module_of(case), [case]) for case in APART}
    return {case["case"]: apart.get(case["case"], shared) for case in CASES}


@pytest.fixture(scope="module")
def complaints(sides: dict[str, Sides]) -> str:
    return checked(list(dict.fromkeys(side for both in sides.values() for side in both)))


def of(case: Mapping[str, Any], side: Path, said: str) -> list[str]:
    name = f"{side.name}/{callers_of(side)}/{module_of(case)}.py:"
    return [line for line in said.splitlines() if line.startswith(name)]


@pytest.mark.xdist_group("judged")  # what takes long is done once for all
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_caller_fails_where_the_change_is_breaking_and_passes_where_it_is_additive(
    case: dict[str, Any], sides: dict[str, Sides], complaints: str, address: str
) -> None:
    both = sides[case["case"]]
    old, new = (of(case, side, complaints) for side in both)
    assert old == [], "the caller must pass with the older package"
    breaking = severity_of(case) == "breaking"
    if case.get("by") == "run":
        before, ran = (runs(side, case, address) for side in both)
        assert before.returncode == 0, before.stderr
        assert (ran.returncode != 0) == breaking, ran.stderr
    else:
        assert bool(new) == breaking, new or "mypy has nothing against the caller"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_comparison_finds_the_case_and_nothing_else(case: dict[str, Any], take: Take) -> None:
    apart = case.get("apart") or {"old": None, "new": None}
    old, new = (take(described([case[side]], apart[side])) for side in ("old", "new"))
    assert old is not None
    assert new is not None
    found = compare(old, new)
    wanted = {code_of(case)}
    assert {change.code for change in found} - MINOR | wanted == wanted
    assert {c.severity for c in found if c.code in wanted} == {severity_of(case)}


def test_every_breaking_and_additive_code_has_a_case() -> None:
    ways = {
        (code, severity)
        for code, kind in KINDS.items()
        for severity in ({kind.sent, kind.received} if kind.sent else {kind.severity})
        if severity in ("breaking", "additive")
    }
    assert ways <= {(code_of(case), severity_of(case)) for case in CASES}
