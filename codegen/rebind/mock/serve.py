"""The mock as a server that can be started and stopped, and as a command."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

from rebind import config, diagnostics, source
from rebind.diagnostics import Diagnostic
from rebind.openapi import Resolved, resolve

from . import recordings as recorded
from .answers import Mock
from .listener import Listener
from .recordings import Recording
from .store import Store
from .values import members

_HOST: Final = "127.0.0.1"
_LARGEST: Final = 64 * 1024 * 1024
_KEY: Final = "mock-key"


class MockServer:
    """Serves a document on a port of this machine.

    A context manager: it serves in the background from `with` to the end of the block.

    Args:
        resolved: The document.
        recordings: A folder of cassettes, or recordings that were read already.
        host: `127.0.0.1`, and nothing that another machine can reach.
        port: The port; 0 for a free one.
        max_body: How many bytes a request's body may have.

    Raises:
        ValueError: The host is another one, or the recordings cannot be read.
        OSError: The port cannot be had.
    """

    def __init__(
        self,
        resolved: Resolved,
        *,
        recordings: Path | Sequence[Recording] | None = None,
        host: str = _HOST,
        port: int = 0,
        max_body: int = _LARGEST,
    ) -> None:
        if host not in (_HOST, "localhost"):
            raise ValueError(f"the mock listens on {_HOST} alone, not on {host}")
        if isinstance(recordings, Path):
            read = recorded.read(recordings)
            if read.value is None:
                raise ValueError(diagnostics.render(read.diagnostics))
            recordings = read.value
        self.mock: Final = Mock(resolved, recordings or ())
        self._listener: Final = Listener((_HOST, port), self.mock, max_body)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it is: `http://127.0.0.1:PORT`."""
        return f"http://{_HOST}:{self._listener.server_port}"

    @property
    def store(self) -> Store:
        """What callers made; `clear()` starts anew."""
        return self.mock.store

    def start(self) -> None:
        """Serves in the background."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._listener.serve_forever, args=(0.05,), name="rebind-mock", daemon=True
            )
            self._thread.start()

    def wait(self) -> None:
        """Serves until the process is interrupted."""
        self._listener.serve_forever(0.2)

    def close(self) -> None:
        """Stops serving and frees the port; a second call does nothing."""
        if self._thread is not None:
            self._listener.shutdown()
            self._thread.join()
            self._thread = None
        self._listener.server_close()

    def __enter__(self) -> MockServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def run(
    spec: Path,
    port: int = 0,
    recordings: Path | None = None,
    script: Path | None = None,
) -> int:
    """Serve a document until it is interrupted, or for as long as a script runs.

    Args:
        spec: The OpenAPI document.
        port: The port; 0 for a free one.
        recordings: A folder of cassettes.
        script: A Python script to run against the mock: the key and the server are in the
            environment variables that `x-rebind-client` names (the server always in
            `REBIND_MOCK_URL`, too), and the generated package is on its path where a
            `[tool.rebind]` table beside or above the document says where that is.

    Returns:
        0 when interrupted, or the script's status; 1 when the document or the recordings have
        errors; 2 when the port or the script cannot be used.
    """
    if not 0 <= port <= 65535:
        return _refuse(f"{port} is not a port", "0 to 65535; 0 takes a free one")
    if script is not None and not script.is_file():
        return _refuse(f"there is no script '{script}'", "give the path of a Python file")
    found: list[Diagnostic] = []
    resolved = _resolved(spec, found)
    exchanges: tuple[Recording, ...] = ()
    if recordings is not None:
        read = recorded.read(recordings)
        found += read.diagnostics
        exchanges = read.value or ()
    if found:
        colored = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
        _tell(diagnostics.render(found, color=colored), sys.stderr)
    if resolved is None or any(one.severity == "error" for one in found):
        return 1
    try:
        server = MockServer(resolved, recordings=exchanges, port=port)
    except OSError as error:
        return _refuse(*_port_trouble(port, error))
    return _serve(server, resolved, spec, script)


def _resolved(spec: Path, found: list[Diagnostic]) -> Resolved | None:
    loaded = source.load(spec)
    found += loaded.diagnostics
    if loaded.value is None:
        return None
    checked = resolve(loaded.value)
    found += checked.diagnostics
    return checked.value


def _serve(server: MockServer, resolved: Resolved, spec: Path, script: Path | None) -> int:
    for pointer, why in server.mock.unused:
        _tell(f"rebind mock: {pointer} is not used: {why.splitlines()[0]}\n", sys.stderr)
    try:
        if script is None:
            _tell(f"{server.mock.title}: {server.url} (Ctrl-C stops)\n")
            server.wait()
            return 0
        _tell(f"{server.mock.title}: {server.url}\n")
        server.start()
        return _run_script(script, _environment(server.url, resolved, spec))
    except KeyboardInterrupt:
        _tell("\n")
        return 0 if script is None else 130
    finally:
        server.close()


def _run_script(script: Path, environment: dict[str, str]) -> int:
    process = subprocess.Popen([sys.executable, str(script)], env=environment)
    try:
        status = process.wait()
    except KeyboardInterrupt:
        # The terminal interrupted the script, too: let it end its way.
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise
    return status if status >= 0 else 128 - status


def _environment(url: str, resolved: Resolved, spec: Path) -> dict[str, str]:
    client: dict[str, Any] = members(resolved.data.get("x-rebind-client"))
    environment = {**os.environ, "REBIND_MOCK_URL": url}
    if client.get("server-env"):
        environment[str(client["server-env"])] = url
    if client.get("key-env"):
        environment[str(client["key-env"])] = _KEY
    package = _package_folder(spec)
    if package is not None:
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([str(package), *([known] if known else [])])
    return environment


def _package_folder(spec: Path) -> Path | None:
    """Where the package generated from the document is, as `[tool.rebind]` says."""
    path = config.find(spec.resolve().parent)
    settings = config.read(path).value if path is not None else None
    return settings.output.resolve() if settings is not None else None


def _port_trouble(port: int, error: OSError) -> tuple[str, str]:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} of {_HOST} is in use",
            "choose another with --port; --port 0 takes a free one",
        )
    if error.errno == errno.EACCES:
        return f"port {port} needs rights that this user has not", "choose one above 1023"
    return f"port {port} cannot be had: {error.strerror or error}", "choose another with --port"


def _refuse(message: str, way_out: str) -> int:
    _tell(f"rebind: error: {message}\n  = help: {way_out}\n", sys.stderr)
    return 2


def _tell(text: str, stream: TextIO | None = None) -> None:
    out = stream or sys.stdout
    out.write(text)
    out.flush()
