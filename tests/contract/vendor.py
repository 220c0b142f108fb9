"""The vendor's client, asked from outside its environment."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("vendor_client")
HOW = (
    "The vendor's client is not installed. `make .venv-vendor/.ready` installs it; or let "
    "REBIND_VENDOR_PYTHON name a Python that has it."
)


_PATIENCE = 10


class VendorMissing(Exception):
    """There is no environment with the vendor's client; the message says how to make it."""


def python() -> Path:
    """The interpreter that has the vendor's client.

    Raises:
        VendorMissing: there is none.
    """
    path = Path(os.environ.get("REBIND_VENDOR_PYTHON") or ROOT / ".venv-vendor/bin/python")
    if not path.exists():
        raise VendorMissing(f"{path} does not exist. {HOW}")
    return path


class VendorClient:
    """A running program that calls the vendor's client."""

    def __init__(self) -> None:
        environment = {
            name: value
            for name, value in os.environ.items()
            if name in ("PATH", "SYSTEMROOT", "TMPDIR", "LD_LIBRARY_PATH")
        }
        self._process = subprocess.Popen(
            [str(python()), "-I", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment, "NO_PROXY": "127.0.0.1"},
            encoding="utf-8",
        )
        try:
            self.version: str = self._read()["version"]
        except BaseException:
            self.__exit__()
            raise

    def call(
        self,
        method: str,
        arguments: Mapping[str, Any],
        *,
        server: str,
        key: str,
        known_only: bool = False,
    ) -> Any:
        """What a method of the vendor's client comes to, as the program tells it.

        Args:
            method: The method.
            arguments: Its arguments.
            server: Where to send.
            key: The API key.
            known_only: Whether to leave out arguments that the method does not have.
        """
        return self.order(
            {
                "do": "call",
                "server": server,
                "key": key,
                "method": method,
                "arguments": dict(arguments),
                "known_only": known_only,
            }
        )

    def order(self, order: Mapping[str, Any]) -> Any:
        """What the program in `vendor_client` answers to an order."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise VendorMissing(f"{python()} cannot run the vendor's client. {HOW}")
        return json.loads(line)

    def __enter__(self) -> VendorClient:
        return self

    def __exit__(self, *exc: object) -> None:
        # It ends where its input does; whatever hinders that, none is left behind.
        with self._process as process:
            try:
                process.communicate(timeout=_PATIENCE)
            except (subprocess.TimeoutExpired, OSError):
                process.kill()
