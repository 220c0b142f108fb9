"""A few lines of a description beside what the generated package does."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import itertools
import json
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from rebind import keep, output, pipeline
from rebind.config import Config
from rebind.output import compare, write

from tests.faults.server import Server

_number = itertools.count()
HEAD = """\
openapi: 3.1.0
info: {title: Try, version: '1'}
servers: [{url: 'https://try.test'}]
"""


@dataclass
class Wire:
    """What a client sent, and what it is answered."""

    reply: httpx.Response = field(default_factory=lambda: httpx.Response(200, json={}))
    sent: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.sent.append(request)
        return httpx.Response(
            self.reply.status_code, headers=self.reply.headers, content=self.reply.content
        )

    @property
    def request(self) -> httpx.Request:
        assert len(self.sent) == 1
        return self.sent[0]

    @property
    def body(self) -> Any:
        return json.loads(self.request.content)

    def client(self, package: ModuleType, name: str = "Try", **options: Any) -> Any:
        transport = httpx.MockTransport(self)
        options.setdefault("http_client", httpx.Client(transport=transport))
        return getattr(package, name)(**options)


Build = Callable[..., ModuleType]


class Both:
    """A package in one of its flavours, against a server of this machine."""

    def __init__(self, flavour: str, server: Server) -> None:
        self.awaited = flavour == "async"
        self.server = server
        self._loop = asyncio.new_event_loop()
        self._clients: list[Any] = []

    def client(self, package: ModuleType, **options: Any) -> Any:
        cls = package.AsyncTry if self.awaited else package.Try
        self._clients.append(cls(base_url=self.server.url, **options))
        return self._clients[-1]

    def get(self, made: Any) -> Any:
        """What a method returns, awaited where it has to be."""
        if not inspect.isawaitable(made):
            return made

        async def main() -> Any:
            return await made

        return self._loop.run_until_complete(main())

    def list(self, made: Any, most: int = 1_000_000) -> list[Any]:
        """What an iterator gives."""
        if not self.awaited:
            return list(itertools.islice(made, most))

        async def main() -> list[Any]:
            found: list[Any] = []
            async for item in made:
                found.append(item)
                if len(found) == most:
                    break
            return found

        return self._loop.run_until_complete(main())

    def close(self) -> None:
        for client in self._clients:
            self.get(client.aclose() if self.awaited else client.close())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


@pytest.fixture(params=["sync", "async"])
def both(request: pytest.FixtureRequest, server: Server) -> Iterator[Both]:
    made = Both(request.param, server)
    yield made
    made.close()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    """Generate a package from a description and import it."""
    yield from _builds(tmp_path)


@pytest.fixture(scope="module")
def build_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """The same for all tests of a module."""
    yield from _builds(tmp_path_factory.mktemp("once"))


def _builds(tmp_path: Path) -> Iterator[Build]:
    made: list[str] = []

    def make(
        text: str,
        *,
        files: dict[str, str] | None = None,
        head: str = HEAD,
        old_names: dict[str, Any] | None = None,
    ) -> ModuleType:
        name = f"tried_{next(_number)}"
        (tmp_path / "openapi.yaml").write_text(head + textwrap.dedent(text))
        for path, content in (files or {}).items():
            (tmp_path / path).write_text(textwrap.dedent(content))
        folder = tmp_path / name
        kept = keep.read(old_names or {})
        assert isinstance(kept, tuple), kept
        config = Config(tmp_path / "openapi.yaml", folder, name, client="Try", keep=kept)
        # How the code is laid out is no matter here, and takes longer than the rest.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(output, "tidy", lambda files, _: files)
            result = pipeline.generate(config)
        assert result.value is not None, result.diagnostics
        changes = compare(result.value, folder)
        assert changes.value is not None
        write(changes.value, folder)
        sys.path.insert(0, str(folder))
        made.append(name)
        return importlib.import_module(name)

    yield make
    for name in made:
        sys.path[:] = [path for path in sys.path if not path.endswith(name)]
        for module in [m for m in sys.modules if m == name or m.startswith(f"{name}.")]:
            del sys.modules[module]


FORECAST = Path(__file__).parents[1] / "cases" / "forecast" / "openapi.yaml"


@pytest.fixture(scope="session")
def forecast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The package of several servers, jobs, downloads and forms."""
    building = _builds(tmp_path_factory.mktemp("forecast"))
    yield next(building)(FORECAST.read_text("utf-8"), head="")
    next(building, None)
