"""The pages say what is true: commands exist, links lead somewhere, output is what comes out."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REBIND = Path(sys.executable).with_name("rebind")
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of a page that are in some language."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)
    assert all("```" not in block for block in found)
    return found


def commands(page: Path) -> list[str]:
    """Return the commands after a `$` in a page's console blocks."""
    return [
        line.removeprefix("$ ").split(" #")[0].strip()
        for block in blocks(page, "console")
        for line in block.splitlines()
        if line.startswith("$ ")
    ]


def targets() -> list[str]:
    """Return the Makefile's documented targets."""
    return re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.M)


def rebind(*arguments: str) -> str:
    """Return what a `rebind` command prints."""
    run = subprocess.run([REBIND, *arguments], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@cache
def rebind_commands() -> dict[str, set[str]]:
    """Return the options of each `rebind` command."""
    listed = re.findall(r"^    ([a-z]+) ", rebind("--help"), re.M)
    return {
        name: set(re.findall(r"(?<![\w-])(--?\w[\w-]*)", rebind(name, "--help"))) for name in listed
    }


@pytest.mark.parametrize("target", targets())
def test_every_target_is_explained_in_contributing(target: str) -> None:
    assert f"`make {target}`" in CONTRIBUTING.read_text("utf-8")


def test_every_phony_target_says_what_it_does() -> None:
    phony = re.findall(r"^\.PHONY: (\w+)$", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert phony == targets()


def test_every_rebind_command_is_in_the_readme() -> None:
    shown = {command.split()[1] for command in commands(README) if command.startswith("rebind ")}
    assert set(rebind_commands()) <= shown


@pytest.mark.parametrize("page", [README, CONTRIBUTING], ids=lambda page: page.stem)
def test_every_command_on_a_page_exists(page: Path) -> None:
    inline = re.findall(r"`((?:make|rebind) [^`]+)`", page.read_text("utf-8"))
    assert inline
    for command in [*commands(page), *inline]:
        program, *arguments = shlex.split(command)
        if program == "make":
            names = [each for each in arguments if "=" not in each]
            assert set(names) <= set(targets()), command
        elif program == "rebind":
            options = {each.split("=")[0] for each in arguments[1:] if each.startswith("-")}
            assert options <= rebind_commands()[arguments[0]], command
        else:
            assert program in {"git", "cd", "python", ".venv/bin/python", "pip"}, command


def test_contributing_says_what_is_where() -> None:
    (tree,) = blocks(CONTRIBUTING, "text")
    shown = [line.split()[0] for line in tree.splitlines() if not line.startswith("  ")]
    stages = [line.split()[0] for line in tree.splitlines() if line.startswith("  ")]
    assert all((ROOT / path).exists() for path in shown)
    generator = ROOT / "codegen/rebind"
    assert all((generator / path).exists() for path in stages)
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()}
    theirs = {"node_modules", "build", "dist"} | {name for name in folders if name.startswith(".")}
    assert folders - theirs == {path.split("/")[0] for path in shown}
    modules = {path.name for path in generator.glob("*.py") if path.name != "__init__.py"}
    assert modules <= set(stages)


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _links(page: Path) -> Iterator[str]:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if not link.startswith(("https://", "http://")):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_inside_the_project_leads_somewhere(page: Path) -> None:
    for link in _links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in _anchors(target), link


def test_the_readme_shows_what_the_demo_prints() -> None:
    (shown,) = [block for block in blocks(README, "console") if block.startswith("$ make demo\n")]
    tour = rebind("mock", "spec/openapi.yaml", "--run", "examples/tour.py")
    printed = f"$ make demo\ngenerated/abacus_client: nothing changed\n{tour}"
    assert _without_port(shown) == _without_port(printed)


def _without_port(text: str) -> str:
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)


def test_the_readme_s_example_runs_and_type_checks(tmp_path: Path) -> None:
    (example, *_) = blocks(README, "python")
    file = tmp_path / "example.py"
    file.write_text(example, "utf-8")
    rebind("mock", "spec/openapi.yaml", "--run", str(file))
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", str(file)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert checked.returncode == 0, checked.stdout


def test_decisions_are_numbered_and_say_what_was_rejected() -> None:
    pages = sorted(ROOT.glob("docs/decisions/[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        titles = re.findall(r"^## (.+)$", page.read_text("utf-8"), re.M)
        assert titles == ["Context", "Decision", "Rejected"], page.name


def test_help_lists_every_target() -> None:
    run = subprocess.run(
        ["make", "help"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "REBIND_CACHE": ""},
    )
    assert re.findall(r"make (\w+)", run.stdout) == targets()
