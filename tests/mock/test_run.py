"""`rebind mock` as a user runs it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import httpx
import pytest
from rebind.mock import run

ROOT = Path(__file__).parents[2]
DOCUMENT = """\
openapi: 3.1.0
info: {title: Shop, version: '1'}
x-rebind-client: {name: Shop, key-env: SHOP_KEY, server-env: SHOP_SERVER}
paths:
  /a: {get: {responses: {'204': {description: none}}}}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yaml"
    path.write_text(DOCUMENT, "utf-8")
    return path


def script(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "script.py"
    path.write_text(textwrap.dedent(text), "utf-8")
    return path


def test_a_script_runs_against_the_mock_and_gives_its_status(
    tmp_path: Path, spec: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    package = tmp_path / "out" / "shop_client"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("NAME = 'the package'\n", "utf-8")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.rebind]\ninput = "shop.yaml"\noutput = "out"\npackage = "shop_client"\n', "utf-8"
    )
    told = script(
        tmp_path,
        """
        import os, sys, urllib.request
        import shop_client
        url = os.environ["SHOP_SERVER"]
        assert url == os.environ["REBIND_MOCK_URL"]
        print(urllib.request.urlopen(url + "/a").status, os.environ["SHOP_KEY"], shop_client.NAME)
        sys.exit(7)
        """,
    )
    assert run(spec, 0, None, told) == 7
    url, printed = capfd.readouterr().out.splitlines()
    assert re.fullmatch(r"Shop: http://127\.0\.0\.1:\d+", url)
    assert printed == "204 mock-key the package"


def test_a_script_that_is_killed_gives_the_shell_s_status(tmp_path: Path, spec: Path) -> None:
    killed = script(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert run(spec, 0, None, killed) == 128 + signal.SIGKILL


def test_a_key_of_the_caller_is_not_given_to_the_script(
    tmp_path: Path, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_KEY", "real")
    leaks = script(tmp_path, "import os, sys; sys.exit(os.environ['SHOP_KEY'] == 'real')")
    assert run(spec, 0, None, leaks) == 0


def test_a_port_that_is_in_use_is_said_so(spec: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run(spec, port) == 2
    assert capfd.readouterr().err == (
        f"rebind: error: port {port} of 127.0.0.1 is in use\n"
        "  = help: choose another with --port; --port 0 takes a free one\n"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"port": 70_000}, "70000 is not a port"),
        ({"script": Path("nowhere.py")}, "there is no script 'nowhere.py'"),
    ],
)
def test_an_option_that_cannot_be_is_said_so(
    spec: Path, options: Any, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(spec, **options) == 2
    assert capfd.readouterr().err.startswith(f"rebind: error: {message}\n  = help: ")


def test_mistakes_of_the_document_and_the_recordings_are_shown_together(
    tmp_path: Path, spec: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    spec.write_text(DOCUMENT + "    post: {responses: 5}\n", "utf-8")
    (tmp_path / "bad.yaml").write_text("interactions: 5\n", "utf-8")
    assert run(spec, 0, tmp_path) == 1
    said = capfd.readouterr().err
    assert "shop.yaml:" in said
    assert "bad.yaml:1:1: error[bad-recording]: the file has no list of `interactions`" in said


def test_a_document_that_is_not_there_is_an_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "none.yaml") == 1
    assert "error[" in capfd.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_an_interrupt_stops_it_cleanly(spec: Path) -> None:
    command = [sys.executable, "-m", "rebind.cli", "mock", str(spec)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(r"Shop: (http://127\.0\.0\.1:\d+) \(Ctrl-C stops\)\n", line)
        assert found, line
        with httpx.Client(base_url=found[1], trust_env=False) as client:
            assert client.get("/a").status_code == 204
            process.send_signal(signal.SIGINT)
            out, said = process.communicate(timeout=10)
    finally:
        process.kill()
    assert (process.returncode, out.strip(), said) == (0, "", "")


def test_the_tour_tells_the_same_story_every_time(capfd: pytest.CaptureFixture[str]) -> None:
    told: list[list[str]] = []
    for _ in range(2):
        assert run(ROOT / "spec" / "openapi.yaml", 0, None, ROOT / "examples" / "tour.py") == 0
        told.append(capfd.readouterr().out.splitlines()[1:])
    assert told[0] == told[1]
    words = [line.split()[0] for line in told[0]]
    assert words == [
        "created", "renamed", "listed", "message", "message",
        "deleted", "exported", "error", "awaited",
    ]  # fmt: skip
    assert told[0][0].endswith(": Churn model")
    assert told[0][1].endswith(": Churn model, Q3")
    assert told[0][5].endswith("one message, 1 left")
    assert "DataNotFoundError (HTTP 404)" in told[0][7]
