"""A fresh process to its first reply on loopback, beside httpx alone (processor time)."""

from __future__ import annotations

from bench.side_by_side import compare, process, server

BODY = b'{"success": true, "result": {"chatSessionId": "8dabc9192", "name": "x"}}'


def main() -> None:
    """Print the measurements."""
    with server(BODY) as url:
        ours = process(
            f"from abacus_client import Abacus\nc = Abacus('k', base_url='{url}')\n"
            "print(c.chat_sessions.get('8dabc9192').name)"
        )
        httpx = process(
            f"import httpx\nc = httpx.Client(headers={{'apiKey': 'k'}})\n"
            f"print(c.get('{url}/api/v0/getChatSession').json()['result']['name'])"
        )
        both = process(
            f"import httpx, pydantic\nc = httpx.Client(headers={{'apiKey': 'k'}})\n"
            f"print(c.get('{url}/api/v0/getChatSession').json()['result']['name'])"
        )
        compare("first call / httpx alone", ours, httpx, 11)
        compare("first call / httpx alone, pydantic imported too", ours, both, 11)
