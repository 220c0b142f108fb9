"""A large reply into objects."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bench.fresh import said, scratch
from bench.race import Race, Target, race

SESSION = {
    "chatSessionId": "8dabc9192",
    "projectId": "1148839d8",
    "name": "Churn model",
    "createdAt": "2024-09-20T15:23:50+00:00",
    "aiBuildingInProgress": False,
    "chatHistory": [{"role": "USER", "text": "How?", "timestamp": "2024-09-20T15:24:03+00:00"}],
}
_READ = """
import time
body = open({path!r}, "rb").read()
{make}
{do}
start = time.process_time()
{do}
print((time.process_time() - start) * 1000)
"""
_OURS = """
import httpx
from abacus_client import Abacus
transport = httpx.MockTransport(lambda request: httpx.Response(200, content=body))
client = Abacus("k", http_client=httpx.Client(transport=transport))
"""


def main() -> Iterator[Race]:
    """Measure."""
    path = scratch() / "sessions.json"
    path.write_text(json.dumps({"success": True, "result": [SESSION] * 20_000}))
    size = path.stat().st_size / 1e6
    programs = {
        "abacus_client": (_OURS, "client.chat_sessions.list()"),
        "json.loads": ("import json", "json.loads(body)"),
    }
    yield race(
        f"20,000 nested sessions, {size:.1f} MB, into objects, processor time",
        {
            name: said(_READ.format(path=str(path), make=make, do=do))
            for name, (make, do) in programs.items()
        },
        base="json.loads",
        rounds=9,
        target=Target(3.2),
        warm=False,
    )
