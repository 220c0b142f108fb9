"""`rebind upstream import`, as somebody runs it; packages come from this machine alone."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests import forked
from tests.upstream.conftest import ZOO, packed

OVERLAY = """\
overlay: 1.0.0
info: {title: By hand, version: '1'}
actions:
  - target: $.servers[0]
    description: Nothing says it.
    update: {url: 'https://zoo.test'}
"""


def rebind(
    folder: Path, *words: str, index: str | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": index or "http://127.0.0.1:9/simple",
        "NO_PROXY": "127.0.0.1",
        **(env or {}),
    }
    return forked.rebind(folder, "upstream", "import", *words, env=environment)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def index(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A package index with one release: its address, and the page that lists it."""
    simple = tmp_path / "www" / "simple" / "zoosdk"
    simple.mkdir(parents=True)
    archive = packed(ZOO, simple)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    page = simple / "index.html"
    page.write_text(f'<a href="{archive.name}#sha256={digest}">{archive.name}</a>')

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(tmp_path / "www"))  # type: ignore[arg-type]

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/simple", page
    server.shutdown()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "project"
    path.mkdir()
    return path


def test_an_archive_becomes_a_description_that_generates(folder: Path) -> None:
    archive = packed(ZOO, folder)
    ran = rebind(folder, archive.name)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "11 client methods: 10 derived, 1 hand-written, 0 refused" in ran.stdout
    assert ran.stdout.splitlines()[-1] == "spec: 6 added"
    words = ["generate", "spec/openapi.yaml", "-o", "out", "--package", "zoo", "--client", "Zoo"]
    made = forked.rebind(folder, *words)
    assert made.returncode == 0, made.stderr
    code = "from zoo import Zoo; print(Zoo(api_key='k').pets.rename.__doc__.split('.')[0])"
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=folder / "out", capture_output=True, text=True
    )
    assert shown.stdout.strip() == "Rename a pet", shown.stderr


def test_importing_again_changes_no_byte(folder: Path) -> None:
    archive = packed(ZOO, folder)
    rebind(folder, archive.name)
    before = contents(folder / "spec")
    ran = rebind(folder, archive.name)
    assert ran.stdout.splitlines()[-1] == "spec: nothing changed"
    assert contents(folder / "spec") == before
    assert rebind(folder, archive.name, "--check").returncode == 0


def test_the_overlay_is_applied_and_never_overwritten(folder: Path) -> None:
    (folder / "spec").mkdir()
    (folder / "spec/overlay.yaml").write_text(OVERLAY)
    ran = rebind(folder, str(ZOO))
    assert ran.returncode == 0, ran.stderr
    assert "https://zoo.test" in (folder / "spec/openapi.yaml").read_text()
    assert (folder / "spec/overlay.yaml").read_text() == OVERLAY
    assert rebind(folder, str(ZOO), "--no-overlay", "--check").returncode == 1


def test_files_of_an_earlier_import_are_removed_and_others_are_not(folder: Path) -> None:
    rebind(folder, str(ZOO))
    spec = folder / "spec"
    (spec / "resources/gone.yaml").write_text((spec / "resources/pets.yaml").read_text())
    (spec / "resources/mine.yaml").write_text("by: hand\n")
    ran = rebind(folder, str(ZOO))
    assert ran.stdout.splitlines()[-1] == "spec: 1 removed"
    assert not (spec / "resources/gone.yaml").exists()
    assert (spec / "resources/mine.yaml").exists()


def test_a_description_by_hand_is_not_overwritten(folder: Path) -> None:
    (folder / "spec").mkdir()
    (folder / "spec/openapi.yaml").write_text("openapi: 3.1.0\n")
    ran = rebind(folder, str(ZOO))
    assert ran.returncode == 1
    assert "error[in-the-way]" in ran.stderr
    assert contents(folder / "spec") == {"openapi.yaml": b"openapi: 3.1.0\n"}


def test_a_failed_import_leaves_everything_as_it_was(folder: Path) -> None:
    rebind(folder, str(ZOO))
    (folder / "spec/overlay.yaml").write_text(OVERLAY.replace("servers", "serverz"))
    before = contents(folder / "spec")
    ran = rebind(folder, str(ZOO))
    assert ran.returncode == 1
    assert "overlay.yaml:4:13: error[overlay-no-match]" in ran.stderr
    assert "did you mean 'servers'?" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert contents(folder / "spec") == before


def test_it_can_write_elsewhere(folder: Path) -> None:
    assert rebind(folder, str(ZOO), "-o", "there").returncode == 0
    assert (folder / "there/openapi.yaml").exists()
    assert not (folder / "spec").exists()


def test_a_release_comes_from_the_index_that_pip_is_configured_with(
    folder: Path, index: tuple[str, Path]
) -> None:
    ran = rebind(folder, "zoosdk==2.3.4", index=index[0])
    assert ran.returncode == 0, ran.stderr
    kept = folder / ".cache/upstream/zoosdk-2.3.4.tar.gz"
    assert kept.exists()
    # The second time nothing is asked of anybody.
    assert rebind(folder, "zoosdk==2.3.4").returncode == 0
    kept.write_bytes(b"damaged")
    assert rebind(folder, "zoosdk==2.3.4").returncode == 1


def test_a_folder_of_links_is_enough(folder: Path, tmp_path: Path) -> None:
    packed(ZOO, tmp_path)
    env = {"PIP_FIND_LINKS": str(tmp_path), "PIP_NO_INDEX": "1"}
    ran = rebind(folder, "zoosdk", env=env)
    assert ran.returncode == 0, ran.stderr


def test_an_archive_that_is_not_what_the_index_says_is_refused(
    folder: Path, index: tuple[str, Path]
) -> None:
    address, page = index
    page.write_text(page.read_text().replace("#sha256=", "#sha256=00"))
    ran = rebind(folder, "zoosdk==2.3.4", index=address)
    assert ran.returncode == 1
    assert "error[upstream-hash]" in ran.stderr
    assert not (folder / ".cache").exists()
    assert not (folder / "spec").exists()


@pytest.mark.parametrize(
    ("words", "code", "help"),
    [
        ("zoosdk==9.9.9", "upstream-version", "2.3.4"),
        ("nothing-like-it==1.0", "upstream-fetch", "check the name and the network"),
        ("zoo sdk", "upstream-requirement", "abacusai==1.4.119"),
        ("zoosdk @ https://zoo.test/x.tar.gz", "upstream-requirement", "abacusai==1.4.119"),
        ("none.tar.gz", "upstream-missing", "check the name"),
    ],
)
def test_what_cannot_be_had_is_told_with_a_way_out(
    folder: Path, index: tuple[str, Path], words: str, code: str, help: str
) -> None:
    ran = rebind(folder, words, index=index[0])
    assert ran.returncode == 1
    assert f"error[{code}]" in ran.stderr
    assert help in ran.stderr
    assert "Traceback" not in ran.stderr
    assert list(folder.iterdir()) == []


def test_an_index_that_cannot_be_reached_is_told(folder: Path) -> None:
    ran = rebind(folder, "zoosdk==2.3.4")
    assert ran.returncode == 1
    assert "error[upstream-fetch]" in ran.stderr
    assert "127.0.0.1" not in ran.stderr
