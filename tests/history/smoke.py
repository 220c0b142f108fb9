"""Calls what a generated package can list, in both flavours; run against a mock of its API."""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

from abacus_client import Abacus, AsyncAbacus


def lists(client: Any) -> Iterator[tuple[str, Any]]:
    """The methods called `list` that need nothing, by namespace."""
    for name in dir(client):
        method = getattr(getattr(client, name), "list", None) if name[0] != "_" else None
        if method is not None and callable(method):
            needed = [
                p
                for p in inspect.signature(method).parameters.values()
                if p.default is p.empty and p.kind is not p.VAR_KEYWORD
            ]
            if not needed:
                yield name, method


def blocking() -> dict[str, str]:
    """What each list is."""
    with Abacus(api_key="key", base_url=os.environ["REBIND_MOCK_URL"], strict=True) as client:
        return {name: type(method()).__name__ for name, method in lists(client)}


async def awaited() -> dict[str, str]:
    """The same, awaited."""
    async with AsyncAbacus(
        api_key="key", base_url=os.environ["REBIND_MOCK_URL"], strict=True
    ) as client:
        return {name: type(await method()).__name__ for name, method in lists(client)}


def main() -> int:
    """Say how many calls there were; fail where the flavours differ, or there are none."""
    first, second = blocking(), asyncio.run(awaited())
    same = {n: k.removeprefix("Async") for n, k in first.items()} == {
        n: k.removeprefix("Async") for n, k in second.items()
    }
    print(json.dumps({"calls": len(first) + len(second)}))
    return 0 if same and len(first) > 5 else 1


if __name__ == "__main__":
    sys.exit(main())
