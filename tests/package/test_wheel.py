"""What people install: the wheel of the generated package, with httpx and pydantic alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "generated/abacus_client"
OLDEST = Path(__file__).with_name("oldest.txt")
WHEELS = ROOT / ".cache/wheels"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]

SCRIPT = """
import sys

import abacus_client

assert sys.prefix in abacus_client.__file__, abacus_client.__file__

from abacus_client import Abacus, ChatSession
from abacus_client.errors import DataNotFoundError

with Abacus("a-key", base_url=sys.argv[1]) as client:
    session = client.chat_sessions.get("8dabc9192")
    assert isinstance(session, ChatSession), session
    try:
        client.chat_sessions.get("unknown")
    except DataNotFoundError as error:
        print(session.name, error.status, sep="|")
"""


class Api(BaseHTTPRequestHandler):
    """Knows one chat session."""

    def do_GET(self) -> None:
        known = "chatSessionId=8dabc9192" in self.path and self.headers["apiKey"] == "a-key"
        reply = (
            {"success": True, "result": {"chatSessionId": "8dabc9192", "name": "Churn model"}}
            if known
            else {"success": False, "error": "Not found", "errorType": "DataNotFoundError"}
        )
        body = json.dumps(reply).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def run(*command: str | Path) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
        *("--outdir", folder, PROJECT),
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module", params=["constraints.txt", "tests/package/oldest.txt"])
def python(
    wheel: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Path:
    """The interpreter of an environment with the wheel and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=False)
    python = folder / "bin/python"
    # `make` keeps the wheels it needs, so that this works without a network.
    offline = ["--no-index", "--find-links", WHEELS] if WHEELS.is_dir() else []
    run(
        *(sys.executable, "-m", "pip", "--python", python, "install", "-qq", *offline),
        *("--constraint", ROOT / request.param, wheel),
    )
    return python


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    package = PROJECT / "abacus_client"
    assert names == {
        str(file.relative_to(PROJECT))
        for file in package.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert "abacus_client/py.typed" in names


def test_the_wheel_asks_for_httpx_and_pydantic_alone(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = archive.read(name).decode()
    asked = re.findall(r"^Requires-Dist: (\w+)>=([\d.]+)$", metadata, re.M)
    always = [line for line in metadata.splitlines() if line.startswith("Requires-Dist")]
    assert len([line for line in always if "extra ==" not in line]) == len(asked)
    oldest = re.findall(r"^(\w+)==([\d.]+)\.0$", OLDEST.read_text("utf-8"), re.M)
    assert sorted(asked) == oldest
    assert [name for name, _ in oldest] == ["httpx", "pydantic"]


def test_it_works_where_nothing_else_is_installed(python: Path, server: str) -> None:
    assert run(python, "-I", "-W", "error", "-c", SCRIPT, server) == "Churn model|404\n"
    installed = run(sys.executable, "-m", "pip", "--python", python, "list", "--format=json")
    names = {each["name"] for each in json.loads(installed)}
    assert {"httpx", "pydantic"} <= names
    assert not names & {"rebind", "jinja2", "datamodel-code-generator", "PyYAML", "ruff"}
