"""`rebind` as somebody runs it: in a process of its own, forked from one that has all modules.

What takes longest of a short command is to import what it needs, so that is done once. A process
that is forked has its own folder, environment, output and end, as one that is started has.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

SMALL = Path(__file__).parent / "cases" / "shop" / "openapi.yaml"


def rebind(
    folder: Path, *words: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command.

    Args:
        folder: Where.
        words: What follows `rebind`.
        env: What is in its environment besides the path.

    Returns:
        What it said, and how it ended.
    """
    environment = {"PATH": os.environ["PATH"], "REBIND_CACHE": "", **(env or {})}
    if sys.platform != "linux":  # elsewhere it is not safe to fork
        command = [sys.executable, "-m", "rebind.cli", *words]
        return subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, env=environment
        )
    with tempfile.TemporaryDirectory() as said:
        asked = {"folder": str(folder), "words": words, "env": environment, "said": said}
        process = _ready()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        status = process.stdout.readline()
        assert status, "the process that forks is gone"
        out, err = (Path(said, name).read_bytes().decode() for name in ("out", "err"))
    return subprocess.CompletedProcess(["rebind", *words], int(status), out, err)


@cache
def _ready() -> subprocess.Popen[str]:
    """The process that forks; it ends with this one."""
    process = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )
    atexit.register(process.communicate)
    return process


def _load() -> None:
    """Import what commands import, also where they do so late: when a package is made."""
    import pkgutil
    from importlib import import_module

    import rebind
    from rebind import output, pipeline
    from rebind.config import Config

    for module in pkgutil.walk_packages(rebind.__path__, "rebind."):
        if not module.name.startswith("rebind.runtime"):  # it is copied, and not imported
            import_module(module.name)
    tidy, output.tidy = output.tidy, lambda files, _: files
    made = pipeline.generate(Config(SMALL, Path(), "small"))
    output.tidy = tidy
    assert made.ok, made.diagnostics


def _serve() -> None:
    """Fork for each line of the standard input; only a process that is forked returns."""
    gc.freeze()  # what is there stays, and no forked process has to look at it
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if not child:
            _become(json.loads(line))
            return
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()
    os._exit(0)


def _become(asked: dict[str, Any]) -> None:
    """Have the folder, the environment, the words and the output that are asked for."""
    for number, name in enumerate(("in", "out", "err")):
        path = Path(asked["said"], name) if number else Path(os.devnull)
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv = ["rebind", *asked["words"]]
    sys.path[0] = asked["folder"]


if __name__ == "__main__":
    sys.path[0] = ""  # the folders beside this file are no modules
    _load()
    _serve()
    from rebind.cli import main

    sys.exit(main())
