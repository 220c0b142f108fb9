"""The page about the runtime: its examples run, its names exist."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "runtime.md"
BLOCKS = re.findall(r"^( *)```python\n(.*?)^ *```$", PAGE.read_text("utf-8"), re.M | re.S)


def answer(_: Any, request: httpx.Request) -> httpx.Response:
    if request.url.path.endswith("exportChatSession"):
        return httpx.Response(200, content=b'{"success": true, "result": "<html>"}')
    if "list" in request.url.path:
        return httpx.Response(200, json={"success": True, "result": []})
    if request.method == "GET":
        return httpx.Response(200, json={"success": True, "result": {"chatSessionId": "1"}})
    return httpx.Response(200, content=json.dumps({"success": True}).encode())


def test_the_examples_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("abacus_client")
    monkeypatch.setenv("ABACUS_API_KEY", "a-key-for-tests")
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", answer)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for indent, block in BLOCKS:
        text = re.sub(rf"^{indent}", "", block, flags=re.M)
        code = compile(text, str(PAGE), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        made = eval(code, names)
        if inspect.iscoroutine(made):
            asyncio.run(made)
    names["signing"].chat_sessions.list()
    names["through_mine"].close()
    assert "GET 200" in capsys.readouterr().out
    assert (tmp_path / "session.html").read_bytes().endswith(b'"<html>"}')


def test_the_errors_of_the_page_are_the_errors_there_are() -> None:
    from rebind.runtime import errors

    tree = PAGE.read_text("utf-8").partition("```\nApiError")[2].partition("```")[0]
    named = set(re.findall(r"\b([A-Z]\w+Error)\b", tree)) - {"DataNotFoundError", "ValueError"}
    there = {
        name
        for name, thing in vars(errors).items()
        if inspect.isclass(thing) and issubclass(thing, errors.ApiError)
    }
    assert named | {"ApiError"} == there


def test_the_defaults_of_the_page_are_the_defaults() -> None:
    from rebind.runtime.flow import IDEMPOTENT
    from rebind.runtime.options import DEFAULT_RETRY, DEFAULT_TIMEOUT
    from rebind.runtime.outgoing import LIMITS

    text = " ".join(PAGE.read_text("utf-8").split())
    assert f"{DEFAULT_TIMEOUT.total:.0f} seconds, {DEFAULT_TIMEOUT.connect:.0f} of them" in text
    assert ", ".join(map(str, sorted(DEFAULT_RETRY.statuses))).replace(", 504", " and 504") in text
    assert f"({DEFAULT_RETRY.retry_after_cap:.0f} seconds)" in text
    assert all(method in text for method in IDEMPOTENT)
    assert f"at most {LIMITS['max_connections']}, {LIMITS['max_keepalive_connections']}" in text
