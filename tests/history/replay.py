"""Replays the published releases of the SDK: import, diff, release, generate, check, call.

    python -m tests.history.replay            # what the page is made of; resumes where it stopped
    python -m tests.history.replay --every 1  # every release since 0.75

Each release is imported without the overlay, whose corrections are of the present one; compared with
the one before; released by the rule of `rebind release`; generated; type-checked; and called against
a mock. What changed is counted a second time by `census`, which shares no code with Rebind.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rebind import __version__, cache, changes, config, output, pipeline, upstream
from rebind.changes import release
from rebind.diagnostics import Checked

from tests.history import page
from tests.history.census import census, steps
from tests.history.told import told

ROOT = Path(__file__).parents[2]
WORK = ROOT / ".cache" / "history"
RESULTS = Path(__file__).parent / "history.json"
PACKAGE = "abacusai"
FIRST = (0, 75)
ALWAYS = {
    *("0.75.7", "0.78.0", "0.79.0", "0.79.2", "0.79.8"),  # the chat sessions as they grew
    *("1.1.0", "1.1.1", "1.1.2", "1.1.3", "1.1.4", "1.1.5", "1.3.3", "1.4.0", "1.4.36"),
}
NEWEST = 10
SETTINGS = """\
[tool.rebind]
input = "spec/openapi.yaml"
output = "package"
package = "abacus_client"
client = "Abacus"
version = "1.0.0"
"""


@dataclass
class Step:
    """One release, and what it was made into."""

    version: str
    files: dict[str, str]
    side: changes.Side
    census: dict[str, Any]


def main() -> int:
    """Run what has not been run yet; write the results and the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=3, help="one release of so many; 3")
    parser.add_argument("--most", type=int, help="stop after so many releases")
    parser.add_argument(
        "--again", action="store_true", help="compare anew, and generate only what is not known"
    )
    arguments = parser.parse_args()
    chosen = list(choose(published(), arguments.every))[: arguments.most]
    WORK.mkdir(parents=True, exist_ok=True)
    project = WORK / "project"
    project.mkdir(exist_ok=True)
    (project / "pyproject.toml").write_text(SETTINGS, "utf-8")
    (project / "CHANGELOG.md").unlink(missing_ok=True)
    rows: list[dict[str, Any]] = []
    before: Step | None = None
    released, kept = "1.0.0", cache.Kept()
    for number, version in enumerate(chosen):
        began = time.monotonic()
        after = chosen[number - 1] if number else None
        row = None if arguments.again else _known(version, after)
        if row is None:
            before = before or (take(after) if after else None)
            now = take(version)
            row = judged(before, now, released, project)
            built = _known(version, after)
            row |= (
                {key: built[key] for key in ("types", "calls")}
                if arguments.again and built
                else generated(now, row["released"], project, kept)
            )
            (WORK / f"{version}.json").write_text(json.dumps(row), "utf-8")
            took = time.monotonic() - began
            print(f"{version}: {row['changes']} {row['calls']} calls, {took:.0f} s", flush=True)
            before = now
        else:
            before = None
        released = row["released"]
        rows.append(row)
    made = {
        "origin": f"tests/history/replay.py with Rebind {__version__}, from the source distributions"
        f" of {PACKAGE} on the package index; counted a second time by tests/history/census.py",
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "steps": rows,
    }
    RESULTS.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", "utf-8")
    (ROOT / "docs" / "history.md").write_text(page.page(made), "utf-8")
    return 0


def published() -> list[str]:
    """The versions on the package index, oldest first, as pip knows them."""
    ran = subprocess.run(
        [sys.executable, "-m", "pip", "index", "versions", PACKAGE],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    listed = next(line for line in ran.stdout.splitlines() if line.startswith("Available"))
    return [name.strip() for name in reversed(listed.partition(":")[2].split(","))]


def choose(versions: Sequence[str], every: int) -> Iterator[str]:
    """The versions to replay."""
    wanted = [v for v in versions if tuple(map(int, v.split(".")))[:2] >= FIRST]
    newest = set(wanted[-NEWEST:])
    for number, version in enumerate(wanted):
        if version in ALWAYS or version in newest or number % every == 0:
            yield version


def take(version: str) -> Step:
    """Import a release; its description goes to a folder of its own."""
    found = upstream.find(f"{PACKAGE}=={version}", ROOT / upstream.CACHE)
    assert found.value, found.diagnostics
    made = upstream.make(found.value, None)
    assert made.value, made.diagnostics
    folder = WORK / "spec" / version
    compared = output.compare(made.value.files, folder)
    assert compared.value is not None, compared.diagnostics
    output.write(compared.value, folder)
    side = changes.read(str(folder))
    assert side.value, side.diagnostics
    return Step(version, made.value.files, side.value, census(found.value))


def judged(old: Step | None, new: Step, released: str, project: Path) -> dict[str, Any]:
    """What changed with a release, and the version that it asks for.

    Args:
        old: The release before; None for the first one.
        new: The release.
        released: The version of the package before.
        project: The folder of a project with a changelog.

    Returns:
        What the page tells of it.
    """
    found: Sequence[changes.Change] = ()
    told_of, counted = Counter[str](), Counter[str]()
    waves: Sequence[changes.Wave] = ()
    version = released
    if old is not None:
        compared = changes.between(Checked(old.side), Checked(new.side))
        assert compared.value is not None, compared.diagnostics
        found = compared.value
        waves = changes.waves(found, old.side.surface)
        told_of = told(found, old.side.surface, new.side.surface, old.census, new.census)
        counted = steps(old.census, new.census)
    if found:
        ready = release.prepare(_settings(project, released), found, version=None, first=False)
        assert ready.value, ready.diagnostics
        version = ready.value.version
        for path, text in ready.value.texts.items():
            path.write_text(text, "utf-8")
    return {
        "version": new.version,
        "after": old.version if old else None,
        "released": version,
        "changes": dict(Counter(change.severity for change in found)),
        "codes": dict(Counter(change.code for change in found)),
        "waves": [
            {"code": w.code, "count": w.count, "share": round(w.share, 3), "sentence": w.sentence}
            for w in waves
        ],
        "breaks": [c.message for c in found if c.severity == "breaking"][:12],
        "counted": dict(counted),
        "differs": {
            kind: [told_of[kind], counted[kind]]
            for kind in sorted({*told_of, *counted})
            if told_of[kind] != counted[kind]
        },
    }


def generated(new: Step, version: str, project: Path, kept: cache.Kept) -> dict[str, Any]:
    """Generate the package of a release, check its types and call it.

    Args:
        new: The release.
        version: The version of the package.
        project: The folder of its project.
        kept: What can be used again of earlier releases.

    Returns:
        What came of both.
    """
    described = output.compare(new.files, project / "spec")
    assert described.value is not None, described.diagnostics
    output.write(described.value, project / "spec")
    settings = _settings(project, version)
    made = pipeline.generate(settings, kept=kept)
    assert made.value, made.diagnostics
    files = output.compare(made.value, settings.output)
    assert files.value is not None, files.diagnostics
    output.write(files.value, settings.output)
    return {"types": types(settings.output), "calls": calls(project)}


def _settings(project: Path, version: str) -> config.Config:
    settings = config.read(project / "pyproject.toml").value
    assert settings
    return replace(settings, version=version)


def types(package: Path) -> str:
    """What mypy says of the package in its strict mode: the last line."""
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "abacus_client",
         "--cache-dir", str(WORK / "mypy"), "--python-version", "3.10"],
        cwd=package, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.strip().splitlines()[-1]


def calls(project: Path) -> int:
    """How many calls of the package its mock answered as they should be."""
    script = Path(__file__).with_name("smoke.py")
    ran = subprocess.run(
        [sys.executable, "-m", "rebind.cli", "mock", "spec/openapi.yaml", "--run", str(script)],
        cwd=project, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(project / "package")},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return int(json.loads(ran.stdout.strip().splitlines()[-1])["calls"])


def _known(version: str, after: str | None) -> dict[str, Any] | None:
    """What an earlier run found out."""
    try:
        row: dict[str, Any] = json.loads((WORK / f"{version}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return row if row["after"] == after else None


if __name__ == "__main__":
    sys.exit(main())
