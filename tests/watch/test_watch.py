"""`rebind watch`, as somebody runs it: files are saved, its output and the package looked at."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = (
    '[tool.rebind]\ninput = "spec/openapi.yaml"\noutput = "out"\npackage = "zoo"\nclient = "Zoo"\n'
)
ROOT = """\
openapi: 3.1.0
info: {title: Zoo, version: '1'}
servers: [{url: 'https://zoo.test'}]
paths:
  /pets:
    get:
      operationId: listPets
      responses: {'200': {description: Pets, content: {application/json: {schema: {type: string}}}}}
"""
MORE = """\
  /food:
    get:
      operationId: listFood
      responses: {'200': {description: Food, content: {application/json: {schema: {type: string}}}}}
"""
APART = "  /food: {$ref: 'parts/food.yaml#/food'}\n"
FOOD = "food:\n" + "".join(f"  {line[4:]}\n" for line in MORE.splitlines()[1:])
SECONDS = 60
"""A line that does not come in this time never comes."""


class Watching:
    """A `rebind watch` that runs, and the lines that it prints."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rebind.cli", "watch"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "REBIND_CACHE": str(cache), "NO_COLOR": "1"},
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.seen: list[str] = []
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.lines.put(line.rstrip("\n"))

    def until(self, text: str) -> list[str]:
        """The lines up to one that has a text in it."""
        end, found = time.monotonic() + SECONDS, list[str]()
        while True:
            try:
                line = self.lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"no {text!r} in {self.seen + found}")
            found.append(line)
            if text in line:
                self.seen += found
                return found

    def save(self, name: str, text: str) -> None:
        """Save as careful editors do: a new file takes the name of the old one."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}.new")
        new.write_text(text)
        os.replace(new, path)

    def close(self) -> None:
        """Wait until all that it printed is read."""
        self._reading.join(SECONDS)

    def end(self) -> tuple[int, list[str]]:
        """Press Ctrl-C; the status, and what was still printed."""
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(SECONDS)
        rest: list[str] = []
        while not self.lines.empty():
            rest.append(self.lines.get())
        return status, rest


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "spec").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "spec/openapi.yaml").write_text(ROOT)
    return folder


@pytest.fixture
def watching(project: Path, tmp_path: Path) -> Iterator[Watching]:
    made = Watching(project, tmp_path / "cache")
    try:
        made.until("Ctrl-C ends it")
        yield made
    finally:
        if made.process.poll() is None:
            made.process.kill()
            made.process.wait()
        made.close()


def package(folder: Path) -> str:
    return "".join(p.read_text() for p in sorted((folder / "out").rglob("*.py")))


def test_a_save_becomes_a_package_and_what_changed_for_callers(watching: Watching) -> None:
    watching.save("spec/openapi.yaml", ROOT + MORE)
    said = watching.until("1 additive")
    assert any(
        line.startswith("out: ") and " changed in " in line and line.endswith(" s") for line in said
    )
    assert any("is new. [operation-added]" in line for line in said)
    assert "listFood" in package(watching.folder) or "/food" in package(watching.folder)
    status, rest = watching.end()
    assert status == 130
    assert rest == ["interrupted; nothing more was written"]


def test_a_mistake_is_told_with_its_place_and_leaves_the_last_good_package(
    watching: Watching,
) -> None:
    good = package(watching.folder)
    watching.save("spec/openapi.yaml", ROOT + "  /food: [\n")
    said = watching.until("out stays as it was")
    assert any("openapi.yaml:10:" in line and "error[" in line for line in said)
    assert package(watching.folder) == good
    watching.save("spec/openapi.yaml", ROOT + MORE)
    watching.until("1 additive")
    assert package(watching.folder) != good
    assert not any("Traceback" in line for line in watching.seen)


def test_its_own_output_and_other_files_start_no_run(watching: Watching) -> None:
    watching.save("spec/notes.txt", "not read")
    watching.save("out/zoo/notes.txt", "not read")
    watching.save("spec/openapi.yaml", ROOT)  # saved, but the same
    watching.save("spec/openapi.yaml", ROOT + MORE)
    said = watching.until("1 additive")
    assert sum(line.startswith("out: ") for line in said) == 1
    # What was written is watched by nobody: the next run that is seen is the one of the next save.
    watching.save("spec/openapi.yaml", ROOT)
    said = watching.until("1 breaking")
    assert sum(line.startswith("out: ") for line in said) == 1


def test_files_that_the_description_comes_to_refer_to_are_watched_too(watching: Watching) -> None:
    watching.save("spec/openapi.yaml", ROOT + APART)
    watching.until("out stays as it was")  # the file is not there yet
    watching.save("spec/parts/food.yaml", FOOD)
    watching.until("1 additive")
    watching.save("spec/parts/food.yaml", FOOD.replace("listFood", "listMeals"))
    said = watching.until("1 breaking")
    assert any("[operation-renamed]" in line for line in said)


def test_a_file_that_goes_for_a_moment_is_no_failure(watching: Watching) -> None:
    path = watching.folder / "spec/openapi.yaml"
    aside = path.with_name("aside.txt")
    os.rename(path, aside)
    os.rename(aside, path)
    watching.save("spec/openapi.yaml", ROOT + MORE)
    assert not any("error[" in line for line in watching.until("1 additive"))


def test_a_file_that_is_gone_is_told_and_may_come_back(watching: Watching) -> None:
    (watching.folder / "spec/openapi.yaml").unlink()
    assert any("error[file-not-found]" in line for line in watching.until("out stays as it was"))
    watching.save("spec/openapi.yaml", ROOT + MORE)
    watching.until("1 additive")


def test_settings_and_hand_written_modules_are_watched(watching: Watching) -> None:
    watching.save("pyproject.toml", PROJECT + "extras = 3\n")
    assert any(
        "pyproject.toml:6:1: error[config]" in line for line in watching.until("stays as it was")
    )
    watching.save("extras/mine.py", '"""Mine."""\n')
    watching.save("pyproject.toml", PROJECT + 'extras = "extras"\n')
    watching.until("added zoo/extras/mine.py")
    watching.save("extras/mine.py", '"""Mine, again."""\n')
    watching.until("changed zoo/extras/mine.py")
    assert (watching.folder / "out/zoo/extras/mine.py").read_text() == '"""Mine, again."""\n'


def test_a_burst_of_saves_ends_in_the_last_one(watching: Watching) -> None:
    for count in range(20):
        watching.save("spec/openapi.yaml", ROOT + MORE.replace("ood", f"ood{count}"))
    watching.save(
        "spec/openapi.yaml", ROOT + MORE.replace("/food", "/last").replace("Food", "Last")
    )
    said = [*watching.until("last"), *watching.until(" additive")]
    assert sum(line.startswith("out: ") for line in said) <= 3
    status, rest = watching.end()
    assert status == 130
    assert not any("Traceback" in line for line in rest)
    ran = subprocess.run(
        [sys.executable, "-m", "rebind.cli", "generate", "--check", "--no-cache"],
        cwd=watching.folder,
        check=False,
    )
    assert ran.returncode == 0


def test_without_settings_it_says_what_to_do(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "rebind.cli", "watch"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert "there is no [tool.rebind] table" in ran.stderr
