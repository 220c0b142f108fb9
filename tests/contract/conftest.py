"""Replays: a test that has a `case` gets its recording played by vcrpy."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from vcr import VCR, patch
from vcr.request import Request as VcrRequest

from tests.contract import record, record_all, recording
from tests.contract.cases import Case
from tests.contract.recording import Recording, Request, path_of

_sent = pytest.StashKey[list[Request]]()


def pytest_recording_configure(config: pytest.Config, vcr: VCR) -> None:
    """Play a recording whatever is asked, and keep what was: the tests compare it themselves."""

    def keep(sent: VcrRequest, recorded: VcrRequest) -> bool:
        request = Request(sent.method, sent.uri, dict(sent.headers), sent.body or b"")
        # vcrpy compares twice, to see whether there is a reply and to fetch it.
        if not config.stash.setdefault(_sent, []) or config.stash[_sent][-1] != request:
            config.stash[_sent].append(request)
        return True

    config.stash[_sent] = []
    vcr.register_matcher("keep", keep)


@pytest.fixture(scope="session")
def record_mode(request: pytest.FixtureRequest) -> str:
    """`--record-mode` renews the recordings first; then they are played as ever.

    `rewrite` and `all` renew all of them, `once` and `new_episodes` those that are missing.
    """
    mode = request.config.getoption("--record-mode") or "none"
    if mode == "none":
        return "none"
    if hasattr(request.config, "workerinput"):
        pytest.exit("Recordings are renewed by one process: leave out -n.", returncode=4)
    missing_only = mode in ("once", "new_episodes")
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def say(line: str) -> None:
        with capture.global_and_fixture_disabled():
            sys.stdout.write(f"{line}\n")

    try:
        record.renew(only=lambda case: not (missing_only and path_of(case).exists()), say=say)
        if not missing_only:
            record_all.renew(say=say)
    except record.PROBLEMS as error:
        pytest.exit(f"Recordings are as they were: {error}", returncode=1)
    return "none"


@pytest.fixture(autouse=True)
def _no_key_or_server_of_the_developer(
    request: pytest.FixtureRequest, record_mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ABACUS_API_KEY", "ABACUS_API_SERVER", "REBIND_LIVE_SESSION"):
        monkeypatch.delenv(name, raising=False)


def _case(request: pytest.FixtureRequest) -> Case | None:
    callspec = getattr(request.node, "callspec", None)
    return callspec.params.get("case") if callspec else None


@pytest.fixture
def vcr_cassette_dir(request: pytest.FixtureRequest) -> str:
    """The folder of the operation's recordings."""
    case = _case(request)
    return str(recording.folder() / case.operation if case else recording.folder())


@pytest.fixture
def default_cassette_name(request: pytest.FixtureRequest) -> str:
    """The name of the case."""
    case = _case(request)
    return case.name if case else request.node.name


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    """Compare nothing while playing; see `pytest_recording_configure`."""
    # Ours is the only client here; older vcrpys cannot leave out the others.
    others = [name for name in getattr(patch, "PATCHER_NAMES", ()) if name != "httpx"]
    return {"match_on": ["keep"]} | ({"skip_patchers": others} if others else {})


@pytest.fixture
def recorded(case: Case, record_mode: str) -> Recording:
    """The recording of the case."""
    path = path_of(case)
    if not path.exists():
        pytest.fail(f"{case.id} has no recording; `make record` makes it", pytrace=False)
    return recording.read(path)


@pytest.fixture
def sent(request: pytest.FixtureRequest, vcr: object) -> list[Request]:
    """What the bindings sent while the recording was played."""
    return request.config.stash[_sent]
