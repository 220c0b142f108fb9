"""What to generate from, and where to: `[tool.rebind]`, or the command line."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from rebind.diagnostics import Checked, Diagnostic, Place, did_you_mean

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_KEYS = {"input", "output", "package", "client", "project", "version"}


@dataclass(frozen=True)
class Config:
    """One package to generate.

    Attributes:
        input: The OpenAPI document.
        output: The folder of the package's project.
        package: Its import name.
        client: The class name of its client; None: from the document.
        project: Its distribution name.
        version: Its version.
    """

    input: Path
    output: Path
    package: str
    client: str | None = None
    project: str = ""
    version: str = "0.1.0"

    @property
    def distribution(self) -> str:
        """The distribution name: as configured, or from the import name."""
        return self.project or self.package.replace("_", "-")


def find(start: Path) -> Path | None:
    """Find the `pyproject.toml` with a `[tool.rebind]` table, here or in a folder above."""
    for folder in (start.resolve(), *start.resolve().parents):
        path = folder / "pyproject.toml"
        if path.is_file() and re.search(
            r"^\s*\[tool\.rebind\]", path.read_text("utf-8", "replace"), re.M
        ):
            return path
    return None


def read(path: Path) -> Checked[Config]:
    """Read the `[tool.rebind]` table of a `pyproject.toml`.

    Args:
        path: The file.

    Returns:
        The configuration, its paths relative to the file's folder; what is wrong with it otherwise.
    """
    text = path.read_bytes().decode("utf-8", errors="replace")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = int(found.group(1)) if (found := re.search(r"line (\d+)", str(error))) else 1
        return Checked(None, (Diagnostic("syntax", str(error), Place(path, line, 1, None, "")),))
    table = cast("dict[str, Any]", data.get("tool", {})).get("rebind", {})
    problems: list[Diagnostic] = []
    for key, value in cast("dict[str, Any]", table).items():
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS, f"known keys: {', '.join(sorted(_KEYS))}")
            problems.append(_problem(path, text, key, f"there is no setting '{key}'", hint))
        elif not isinstance(value, str):
            problems.append(
                _problem(path, text, key, f"'{key}' must be a string", f'{key} = "..."')
            )
    for key in ("input", "output", "package"):
        if key not in table:
            hint = f'add `{key} = "..."` to [tool.rebind]'
            problems.append(_problem(path, text, "", f"'{key}' is missing", hint))
    if problems:
        return Checked(None, tuple(problems))
    folder = path.parent
    known = {**table, "input": folder / table["input"], "output": folder / table["output"]}
    return checked(Config(**known), path, text)


def checked(config: Config, path: Path | None = None, text: str = "") -> Checked[Config]:
    """The configuration, if the package can be called so."""
    problems: list[Diagnostic] = []
    for key, value in (("package", config.package), ("client", config.client or "Client")):
        if not (value.isidentifier() and value.isascii()):
            message = f"{key} '{value}' is not a Python name"
            hint = "letters, digits and underscores, and no digit first"
            problems.append(_problem(path or Path("command line"), text, key, message, hint))
    return Checked(None if problems else config, tuple(problems))


def _problem(path: Path, text: str, key: str, message: str, hint: str) -> Diagnostic:
    found = re.search(rf"^{re.escape(key)}\s*=\s*(.*)$", text, re.MULTILINE) if key else None
    found = found or re.search(r"^\[tool\.rebind\]", text, re.MULTILINE)
    line = text.count("\n", 0, found.start()) + 1 if found else 1
    end = (found.end() - found.start() + 1) if found else None
    return Diagnostic("config", message, Place(path, line, 1, end, ""), hint)
