"""20,000 sessions, about 5 MB, into objects, beside json.loads of them (processor time)."""

from __future__ import annotations

import json

from bench.side_by_side import compare, timed

SESSION = {
    "chatSessionId": "8dabc9192",
    "projectId": "1148839d8",
    "name": "Churn model",
    "createdAt": "2024-09-20T15:23:50+00:00",
    "aiBuildingInProgress": False,
    "chatHistory": [{"role": "USER", "text": "How?", "timestamp": "2024-09-20T15:24:03+00:00"}],
}


def main() -> None:
    """Print the measurements."""
    import httpx
    from abacus_client import Abacus

    body = json.dumps({"success": True, "result": [SESSION] * 20_000}).encode()
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=body))
    with Abacus("k", http_client=httpx.Client(transport=transport)) as client:
        compare(
            f"{len(body) / 1e6:.1f} MB into objects / json.loads",
            timed(client.chat_sessions.list),
            timed(lambda: json.loads(body)),
            9,
        )
