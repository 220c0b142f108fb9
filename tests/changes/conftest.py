"""Descriptions in memory -> surfaces."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rebind import changes
from rebind.changes import Surface

Take = Callable[[dict[str, Any]], Surface | None]


@pytest.fixture(scope="session")
def take(tmp_path_factory: pytest.TempPathFactory) -> Take:
    """Takes the surface of a description; None where it is refused."""
    folder = tmp_path_factory.mktemp("surfaces")

    def taken(description: dict[str, Any]) -> Surface | None:
        path = folder / "openapi.json"
        path.write_text(json.dumps(description), "utf-8")
        side = changes.read(str(path))
        return side.value.surface if side.value else None

    return taken


@pytest.fixture(scope="session")
def shop() -> dict[str, Any]:
    """A description with something of everything."""
    from rebind import source

    loaded = source.load(Path(__file__).parent / "shop.yaml")
    return json.loads(json.dumps(loaded.value.data))  # type: ignore[union-attr]
