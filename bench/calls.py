"""A kept-alive call, 1 KB into an object, beside raw httpx into a dict (processor time)."""

from __future__ import annotations

import asyncio
import json

from bench.side_by_side import compare, server, timed

SESSION = {
    "chatSessionId": "8dabc9192",
    "projectId": "1148839d8",
    "name": "Churn model",
    "createdAt": "2024-09-20T15:23:50+00:00",
    "aiBuildingInProgress": False,
    "whiteboard": "",
    "chatHistory": [
        {
            "role": "USER",
            "text": [{"type": "text", "text": "x" * 300}],
            "timestamp": "t",
            "docIds": [],
        },
        {"role": "BOT", "text": [{"type": "text", "text": "y" * 300}], "timestamp": "t"},
    ],
}
CALLS = 200


def main() -> None:
    """Print the measurements."""
    import httpx
    from abacus_client import Abacus, AsyncAbacus

    body = json.dumps({"success": True, "result": SESSION}).encode()
    with server(body) as url:
        raw = httpx.Client(headers={"apiKey": "k"})
        action = f"{url}/api/v0/getChatSession"
        with Abacus("k", base_url=url) as client:

            def ours() -> None:
                for _ in range(CALLS):
                    client.chat_sessions.get("8dabc9192")

            def theirs() -> None:
                for _ in range(CALLS):
                    raw.get(action, params={"chatSessionId": "8dabc9192"}).json()

            compare(
                f"{CALLS} sync calls / httpx.Client.get().json()", timed(ours), timed(theirs), 9
            )
        raw.close()

        async def awaited() -> None:
            async with AsyncAbacus("k", base_url=url) as client:
                for _ in range(CALLS):
                    await client.chat_sessions.get("8dabc9192")

        async def raw_awaited() -> None:
            async with httpx.AsyncClient(headers={"apiKey": "k"}) as raw:
                for _ in range(CALLS):
                    (await raw.get(action, params={"chatSessionId": "8dabc9192"})).json()

        compare(
            f"{CALLS} async calls / httpx.AsyncClient.get().json()",
            timed(lambda: asyncio.run(awaited())),
            timed(lambda: asyncio.run(raw_awaited())),
            9,
        )
