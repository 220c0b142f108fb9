"""What the tests of the resolver share: documents written in the test that reads them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rebind.diagnostics import Checked, render
from rebind.openapi import Resolved, resolve
from rebind.source import load

HEAD = 'openapi: {version}\ninfo: {{title: Pets, version: "1.0"}}\n'

Write = Callable[..., Checked[Resolved]]
Resolve = Callable[..., Resolved]


@pytest.fixture
def checked(tmp_path: Path) -> Write:
    """Resolve a document: its YAML after `info`, and other files by name."""

    def run(body: str, version: str = "3.1.0", **files: str) -> Checked[Resolved]:
        root = tmp_path / "spec" / "openapi.yaml"
        root.parent.mkdir(exist_ok=True)
        text = HEAD.format(version=version) + textwrap.dedent(body)
        root.write_text(text if "paths:" in text else text + "\npaths: {}\n", encoding="utf-8")
        for name, content in files.items():
            path = root.parent / name.replace("__", "/").replace("_yaml", ".yaml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(content), encoding="utf-8")
        document = load(root)
        assert document.value is not None, render(document.diagnostics)
        return resolve(document.value)

    return run


@pytest.fixture
def resolved(checked: Write) -> Resolve:
    """As `checked`, of a document without errors."""

    def run(body: str, version: str = "3.1.0", **files: str) -> Resolved:
        found = checked(body, version, **files)
        assert found.value is not None, render(found.diagnostics)
        return found.value

    return run


@pytest.fixture
def codes(checked: Write) -> Callable[..., list[str]]:
    """The codes of everything that is wrong with a document."""

    def run(body: str, version: str = "3.1.0", **files: str) -> list[str]:
        return [d.code for d in checked(body, version, **files).diagnostics]

    return run


@pytest.fixture
def schemas(resolved: Resolve) -> Callable[..., dict[str, Any]]:
    """The resolved schemas of a document: the YAML of its `components: schemas:`."""

    def run(body: str, version: str = "3.1.0", **files: str) -> dict[str, Any]:
        inner = textwrap.indent(textwrap.dedent(body), "    ")
        text = "components:\n  schemas:\n" + inner
        found: dict[str, Any] = resolved(text, version, **files).data["components"]["schemas"]
        return found

    return run
