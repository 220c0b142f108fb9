"""The page of measurements: what was measured last, between the marks of each section."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from bench.fresh import ROOT

PAGE = ROOT / "docs" / "measurements.md"
_SHOWN = ("httpx", "pydantic", "openapi-python-client", "abacusai", "openai", "anthropic", "cohere")


def put(name: str, sections: Sequence[str]) -> None:
    """Put results into the page.

    Args:
        name: Whose.
        sections: What was measured, as Markdown.
    """
    text = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise SystemExit(f"{PAGE.name} has no place for '{name}': {begin} ... {end}")
    inner = "\n\n".join([f"`make bench ARGS={name}`, {_when_and_where()}", *sections])
    PAGE.write_text(f"{before}{begin}\n{inner}\n{end}{after}", encoding="utf-8")


def _when_and_where() -> str:
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    cores = os.cpu_count()
    return f"{today}, {platform.system()}, {cores} cores, Python {platform.python_version()}:"


def versions() -> str:
    """The versions of what is measured beside."""
    found: list[str] = []
    for name in _SHOWN:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
