"""A resolved document as one file, for what is generated from it to carry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rebind.openapi.resolved import Resolved

_LISTED = {"paths", "webhooks", "components"}


def text(resolved: Resolved) -> str:
    """The description as JSON, a line for each path and each component.

    Args:
        resolved: The document.

    Returns:
        The text, which says what the document and the files beside it say together.
    """
    entries = [f"{_json(key)}: {_entry(key, value)}" for key, value in resolved.data.items()]
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _entry(key: str, value: Any) -> str:
    if key not in _LISTED:
        return _json(value)
    return "{\n" + ",\n".join(_lines(key, value)) + "\n}"


def _lines(key: str, value: dict[str, Any]) -> Iterator[str]:
    for name, item in value.items():
        if key == "components":
            named: dict[str, Any] = item
            parts = ",\n".join(f"{_json(part)}: {_json(said)}" for part, said in named.items())
            yield f"{_json(name)}: {{\n{parts}\n}}"
        else:
            yield f"{_json(name)}: {_json(item)}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
