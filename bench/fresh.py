"""Fresh processes: the processor time that they take, and the memory."""

from __future__ import annotations

import atexit
import compileall
import functools
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
# With click beside it, which another tool here needs, httpx imports its command line, too.
_BARE = "import sys\nsys.modules['click'] = None\n"
_PEAK = """
import sys as _sys
try:
    _peak = next(int(x.split()[1]) for x in open("/proc/self/status") if x.startswith("VmHWM"))
except (OSError, StopIteration):
    import resource as _resource
    _peak = _resource.getrusage(_resource.RUSAGE_SELF).ru_maxrss
    _peak = _peak // 1024 if _sys.platform == "darwin" else _peak
print(_peak / 1024)
"""


_LARGEST = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@functools.cache
def scratch() -> Path:
    """A folder that lasts as long as this process."""
    folder = Path(tempfile.mkdtemp(prefix="rebind-bench-"))
    atexit.register(_remove, folder, os.getpid())
    return folder


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


@functools.cache
def installed() -> Path:
    """A folder to import the package from: a copy with byte code, as an installation has it."""
    target = scratch() / "installed"
    shutil.copytree(
        ROOT / "generated" / "abacus_client" / "abacus_client",
        target / "abacus_client",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    compileall.compile_dir(target, quiet=2)
    return target


def run(code: str, *paths: Path) -> str:
    """Run some code in a fresh Python; more folders to import from may be given.

    Returns:
        What it printed.
    """
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (installed(), *paths)))}
    command = [sys.executable, "-c", _BARE + code]
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{code}\n{done.stderr}")
    return done.stdout


def seconds(code: str, *paths: Path) -> Callable[[], float]:
    """The milliseconds of processor time that some code takes in a fresh Python."""
    installed()
    return spent(lambda: run(code, *paths))


def peak(code: str, *paths: Path) -> Callable[[], float]:
    """The most megabytes that some code holds in a fresh Python."""
    return lambda: float(run(code + _PEAK, *paths).split()[-1])


def largest(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> Callable[[], float]:
    """The most megabytes that one process of a command's holds."""

    def measured() -> float:
        watched = [sys.executable, "-c", _LARGEST, *command]
        done = subprocess.run(
            watched, env=within(environment), stdout=subprocess.PIPE, text=True, check=True
        )
        return int(done.stdout) / (2**20 if sys.platform == "darwin" else 2**10)

    return measured


def within(environment: Mapping[str, str] | None) -> dict[str, str]:
    """The environment of this process, with more in it."""
    return {**os.environ, **(environment or {})}


def said(code: str, *paths: Path) -> Callable[[], float]:
    """The figure that some code prints last in a fresh Python."""
    return lambda: float(run(code, *paths).split()[-1])


def spent(action: Callable[[], object]) -> Callable[[], float]:
    """Milliseconds of processor time of the processes that an action starts and waits for."""

    def measured() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        action()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return used * 1000

    return measured


def timed(action: Callable[[], object]) -> Callable[[], float]:
    """Milliseconds of processor time that an action takes in this process."""

    def measured() -> float:
        start = time.process_time()
        action()
        return (time.process_time() - start) * 1000

    return measured
