"""The flat methods of what is written by hand, called with the very code that the vendor's runs."""

from __future__ import annotations

import asyncio
import inspect
import json
from typing import Any

import pytest
from abacus_client.compat import ApiClient

from tests.extras import sample_functions as f
from tests.extras.platform import Lines, Platform
from tests.extras.test_page import MOVED
from tests.extras.test_vendor import (  # noqa: F401 - fixtures are found by their names
    ANSWERS,
    CHUNKS,
    FUNCTIONS,
    REPLY,
    Always,
    Theirs,
    program,
    sent,
    theirs,
    tidied,
    vendor,
)

FLAT = sorted({name for name, _ in MOVED if "." not in name})


def test_the_arguments_are_the_vendors(platform: Platform, theirs: Theirs) -> None:  # noqa: F811
    code = (
        "import inspect\n"
        "def told(method):\n"
        "    found = inspect.signature(method).parameters.values()\n"
        "    return [[p.name, None if p.default is p.empty else repr(p.default)] for p in found]\n"
        f"result = {{name: told(getattr(client, name)) for name in {FLAT!r}}}"
    )
    expected = theirs(code)
    seen: dict[str, Any] = {"client": ApiClient("key", platform.url), "inspect": inspect}
    exec(code, seen)
    assert seen["result"] == expected
    assert len(expected) == 38


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_sent_by_the_flat_methods(
    platform: Platform,
    theirs: Theirs,  # noqa: F811
    name: str,
) -> None:
    call = f"client.{name}{FUNCTIONS[name][0]}"
    platform.answers = Always(REPLY)
    theirs(f"import sample_functions as f\n{call}")
    ((*expected, their_body),) = sent(platform)
    with ApiClient("secret", platform.url) as client:
        eval(call, {"client": client, "f": f})
    ((*found, our_body),) = sent(platform)
    assert found == expected
    assert tidied(json.loads(our_body)) == tidied(json.loads(their_body))


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_are_read_in_an_event_loop(platform: Platform, name: str) -> None:
    platform.answers = Always(Lines([json.dumps(chunk).encode() + b"\n" for chunk in CHUNKS]))

    async def read() -> list[Any]:
        with ApiClient("secret", platform.url) as client:
            made = eval(f"client.{name}{ANSWERS[name][0]}", {"client": client})
            return [dict(chunk) async for chunk in made]

    assert asyncio.run(read()) == [
        {"type": "text", "segment": "Hi", "message_id": "m", "is_html_text": True},
        {"end": True, "success": True},
    ]
