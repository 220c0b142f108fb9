"""200 MB of a file, sent in a form: the memory that it takes."""

from __future__ import annotations

from collections.abc import Iterator

from bench.fresh import said, scratch
from bench.peers import BODIES
from bench.race import Race, Target, race
from bench.serve import server

_SIZE = 200
_HELD = """
def held(name):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith(name))
"""
_OURS = """
from pathlib import Path
from abacus_client import Abacus
client = Abacus("k", hosts={{"proxy": "{url}/abacus"}}, base_url="{url}/abacus")
def send(file): client.uploads.upload_part("u", 1, file)
"""
_HTTPX = """
import httpx
from pathlib import Path
client = httpx.Client(timeout=600)
def send(file): client.post("{url}/abacus/api/uploadPart", files={{"partData": file}})
"""


def main() -> Iterator[Race]:
    """Measure."""
    path = scratch() / "large"
    with open(path, "wb") as file:
        file.truncate(_SIZE * 2**20)
    with server(BODIES) as url:
        ours, httpx = _OURS.format(url=url), _HTTPX.format(url=url)
        yield race(
            f"{_SIZE} MB sent in a form, memory beyond what a first small form took",
            {
                "abacus_client, a Path": said(_sent(ours, f"Path({str(path)!r})")),
                "abacus_client, a handle": said(_sent(ours, f"open({str(path)!r}, 'rb')")),
                "httpx, a handle": said(_sent(httpx, f"open({str(path)!r}, 'rb')")),
                "httpx, a Path's bytes": said(_sent(httpx, f"Path({str(path)!r}).read_bytes()")),
            },
            base="httpx, a handle",
            rounds=3,
            unit="MB",
            target=Target(5, "value"),
            warm=False,
        )


def _sent(client: str, file: str) -> str:
    """A program that prints the megabytes that sending a file took beyond a small one."""
    return (
        f"{client}{_HELD}\nsend(b'small')\nbefore = held('VmHWM')\nsend({file})\n"
        "print(held('VmHWM') - before)"
    )
