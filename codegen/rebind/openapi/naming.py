"""Readable names for schemas that stood elsewhere and move to components."""

from __future__ import annotations

import re
from collections.abc import Container
from pathlib import Path

from rebind.openapi.shapes import METHODS
from rebind.source import Document, steps

_NAMED = frozenset({"schemas", "definitions", "$defs"})
_SAID_BY_NAME = frozenset(
    {"properties", "patternProperties", "dependentSchemas", "schema", "content"}
)
_BY_NAME = frozenset({"properties", "patternProperties", "dependentSchemas"})
_SUFFIX = {
    "items": "Item",
    "prefixItems": "Item",
    "additionalProperties": "Value",
    "requestBody": "Body",
    "oneOf": "Option",
    "anyOf": "Option",
    "allOf": "Part",
    "parameters": "Parameter",
    "responses": "Response",
}


def is_named(document: Document, pointer: str, root: Document) -> bool:
    """Whether somebody gave the schema at a pointer a name: a file, a definition, a component.

    Args:
        document: The file that holds it.
        pointer: Where it stands in the file.
        root: The root document.

    Returns:
        Whether the last step of the pointer (or the file's name) is a name for it.
    """
    names = steps(pointer)
    if not names:
        return True
    if len(names) == 1:
        return document is not root
    return names[-2] in _NAMED


def proposal(document: Document, pointer: str, root: Document) -> str:
    """A name for the schema at a pointer.

    Args:
        document: The file that holds it.
        pointer: Where it stands in the file.
        root: The root document.

    Returns:
        A name of letters, digits, ``.``, ``_`` and ``-``.
    """
    names = steps(pointer)
    if is_named(document, pointer, root):
        return _clean(names[-1] if names else stem(document.path))
    words: list[str] = []
    if names[0] == "components" and len(names) > 2:
        words.append(names[2])
        names = names[3:]
    elif names[0] in ("paths", "webhooks") and len(names) > 2:
        words.append(_operation(document, names))
        names = names[3:] if names[2] in METHODS else names[2:]
    elif names[0] in _NAMED and len(names) > 1:
        words.append(names[1])
        names = names[2:]
    elif document is not root:
        words.append(stem(document.path))
    keyword = ""  # the keyword whose own mapping or list the next step is a key of
    for name in names:
        if keyword in _BY_NAME or keyword == "responses":
            words.append(name)
        elif name.isdecimal():
            words.append(str(int(name) + 1))
        elif name in _SUFFIX:
            words.append(_SUFFIX[name])
        elif keyword != "content" and name not in _SAID_BY_NAME:
            words.append(name)
        keyword = "" if keyword in _BY_NAME else name
    return _clean("".join(_pascal(word) for word in words)) or "Schema"


def unique(name: str, document: Document, taken: Container[str]) -> str:
    """A name that nobody has, near the proposed one.

    Args:
        name: The proposal.
        document: The file that holds the schema; its name tells two equal names apart.
        taken: The names that are in use.

    Returns:
        The name.
    """
    if name not in taken:
        return name
    longer = _clean(_pascal(stem(document.path)) + _pascal(name))
    if longer not in taken:
        return longer
    number = 2
    while f"{name}{number}" in taken:
        number += 1
    return f"{name}{number}"


def _operation(document: Document, names: list[str]) -> str:
    found = document.data
    for name in names[:3]:
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, dict) and isinstance(found.get("operationId"), str):
        return str(found["operationId"])
    method = [names[2]] if names[2] in METHODS else []
    return "".join(_pascal(word) for word in (*method, *re.split(r"\W+", names[1])))


def stem(path: Path) -> str:
    """The name of a file without its suffixes.

    Args:
        path: The file.

    Returns:
        The name; never empty.
    """
    return path.name.split(".")[0] or path.name.strip(".") or "File"


def _pascal(word: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", word))


def _clean(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("_") or "Schema"
