"""A description, a package of it, a server on this machine, and what a collector wrote."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import inspect
import io
import itertools
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from rebind import cli, output, pipeline
from rebind.cache import Kept
from rebind.config import Config
from rebind.output import compare, write

from tests.faults.server import Server, json_reply

_number = itertools.count()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


Build = Callable[[Path], ModuleType]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """Generate a package from a description and import it; from the same one, once."""
    made: dict[Path, ModuleType] = {}
    root = tmp_path_factory.mktemp("built")
    kept = Kept()

    def make(description: Path) -> ModuleType:
        if description in made:
            return made[description]
        name = f"drifting_{next(_number)}"
        folder = root / name
        result = pipeline.generate(Config(description, folder, name, client="Try"), kept=kept)
        assert result.value is not None, result.diagnostics
        changes = compare(result.value, folder)
        assert changes.value is not None
        write(changes.value, folder)
        sys.path.insert(0, str(folder))
        made[description] = importlib.import_module(name)
        return made[description]

    # How the code is laid out is no matter here, and takes longer than the rest.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(output, "tidy", lambda files, _: files)
        yield make
    for name in [module.__name__ for module in made.values()]:
        sys.path[:] = [path for path in sys.path if not path.endswith(name)]
        for module in [m for m in sys.modules if m == name or m.startswith(f"{name}.")]:
            del sys.modules[module]


class Caller:
    """Makes the call of a package, blocking or awaited, with a collector."""

    def __init__(self, flavour: str, server: Server, file: Path) -> None:
        self.awaited = flavour == "async"
        self.server = server
        self.file = file

    def collect(
        self, package: Any, replies: list[Any], call: Callable[[Any], Any]
    ) -> list[dict[str, Any]]:
        """Make the call once for each reply; return what the collector wrote."""
        self.file.unlink(missing_ok=True)
        with package.Drift(self.file) as drift:
            for reply in replies:
                self.server.answer(reply if isinstance(reply, bytes) else json_reply(reply))
                self._call(package, drift, call)
        if not self.file.exists():
            return []
        return [json.loads(line) for line in self.file.read_text().splitlines()]

    def _call(self, package: Any, drift: Any, call: Callable[[Any], Any]) -> None:
        if not self.awaited:
            client = package.Try(base_url=self.server.url, on_deviation=drift)
            made = call(client)
            if hasattr(made, "__next__") or hasattr(made, "pages"):
                list(made)
            client.close()
            return

        async def main() -> None:
            async with package.AsyncTry(base_url=self.server.url, on_deviation=drift) as client:
                made = call(client)
                if inspect.isawaitable(made):
                    made = await made
                if hasattr(made, "__anext__") or hasattr(made, "pages"):
                    async for _ in made:
                        pass

        asyncio.run(main())


@pytest.fixture(params=["sync", "async"])
def caller(request: pytest.FixtureRequest, server: Server, tmp_path: Path) -> Caller:
    return Caller(request.param, server, tmp_path / "drift.jsonl")


def rebind(*words: object, status: int = 0) -> str:
    """Run `rebind`; return what it prints, or its complaints where it fails."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        ended = cli.main(list(map(str, words)))
    assert ended == status, out.getvalue() + err.getvalue()
    return err.getvalue() if status == 2 else out.getvalue()
