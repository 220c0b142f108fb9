"""A document in a few lines of YAML, answered by a mock: without a network, or on a port."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from rebind import source
from rebind.mock import Mock, MockServer
from rebind.mock.problems import Request
from rebind.openapi import Resolved, resolve

HEAD = "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\n"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def errors(self) -> list[str]:
        """What a problem document says, one line for each error."""
        return [
            f"{error.get('in', '')}{error.get('pointer', '')}: {error['detail']}"
            for error in self.json["errors"]
        ]


class Api:
    """A mock that is asked without a network."""

    def __init__(self, mock: Mock) -> None:
        self.mock = mock

    def __call__(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        raw: bytes = b"",
    ) -> Answer:
        path, _, query = target.partition("?")
        fields = {name.lower(): value for name, value in (headers or {}).items()}
        if body is not None:
            raw = json.dumps(body).encode()
            fields.setdefault("content-type", "application/json")
        reply = self.mock.answer(Request(method, path, query, fields, raw), self.mock.request_id())
        told = {name.lower(): value for name, value in reply.headers}
        if reply.content_type:
            told["content-type"] = reply.content_type
        return Answer(reply.status, told, reply.body)


def resolved_from(path: Path) -> Resolved:
    loaded = source.load(path)
    assert loaded.value is not None, [one.message for one in loaded.diagnostics]
    checked = resolve(loaded.value)
    assert checked.value is not None, [one.message for one in checked.diagnostics]
    return checked.value


@cache
def project() -> Resolved:
    """The description of this project; to read it takes a while."""
    return resolved_from(Path(__file__).parents[2] / "spec" / "openapi.yaml")


@pytest.fixture
def document(tmp_path: Path) -> Callable[[str], Resolved]:
    """Text to a resolved document; the head is added where it is missing."""

    def document(text: str) -> Resolved:
        text = textwrap.dedent(text)
        path = tmp_path / "openapi.yaml"
        path.write_text(text if text.lstrip().startswith("openapi:") else HEAD + text, "utf-8")
        return resolved_from(path)

    return document


@pytest.fixture
def api(document: Callable[[str], Resolved]) -> Callable[[str], Api]:
    """Text to an API that answers."""
    return lambda text: Api(Mock(document(text)))


@pytest.fixture
def served(document: Callable[[str], Resolved]) -> Iterator[Callable[..., httpx.Client]]:
    """Text to a client of a mock that listens on a port."""
    with ExitStack() as stack:

        def served(text: str, **options: Any) -> httpx.Client:
            server = stack.enter_context(MockServer(document(text), **options))
            return stack.enter_context(httpx.Client(base_url=server.url, trust_env=False))

        yield served
