"""What to generate from, and where to: `[tool.rebind]`, or the command line."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from rebind import compat, keep
from rebind.diagnostics import Checked, Diagnostic, Place, did_you_mean

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_TEXTS = {
    "input",
    "output",
    "package",
    "client",
    "project",
    "version",
    "extras",
    "changelog",
    "record",
}
_PATHS = ("input", "output", "extras", "changelog")
_TABLES = {"extend", "optional-dependencies"}
_KEYS = _TEXTS | _TABLES | {"compat", "keep"}
_MIXIN = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)


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
        extras: The folder of hand-written modules that the package gets.
        changelog: The file that releases are told of in.
        record: The command that renews recordings.
        extend: Generated class -> `module:class` of `extras` that it inherits.
        optional: Name -> requirements that only some of its callers need.
        compat: The second front of the package; None: there is none.
        keep: Old names that go on working.
        file: The file that says all this; None: the command line.
    """

    input: Path
    output: Path
    package: str
    client: str | None = None
    project: str = ""
    version: str = "0.1.0"
    extras: Path | None = None
    changelog: Path | None = None
    record: str | None = None
    extend: Mapping[str, str] = field(default_factory=dict[str, str])
    optional: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, "tuple[str, ...]"])
    compat: compat.Compat | None = None
    keep: tuple[keep.Entry, ...] = ()
    file: Path | None = None

    @property
    def distribution(self) -> str:
        """The distribution name: as configured, or from the import name."""
        return self.project or self.package.replace("_", "-")

    def place(self, key: str, table: str = "") -> Place:
        """Where a setting stands, in `[tool.rebind]` or a table below it."""
        if self.file is None:
            return Place("command line")
        text = self.file.read_bytes().decode("utf-8", "replace")
        return _place(self.file, text, key, table)


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
        place = Place(path, line, 1, None, "", text)
        hint = "mend the TOML; texts stand in quotes"
        return Checked(None, (Diagnostic("config-syntax", str(error), place, hint),))
    table = cast("dict[str, Any]", data.get("tool", {})).get("rebind", {})
    problems: list[Diagnostic] = []
    flat: compat.Compat | None = None
    kept: tuple[keep.Entry, ...] = ()
    for key, value in cast("dict[str, Any]", table).items():
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS, f"known keys: {', '.join(sorted(_KEYS))}")
            problems.append(_problem(path, text, key, f"there is no setting '{key}'", hint))
        elif key in _TABLES:
            problems += _entries(path, text, key, value)
        elif key == "compat":
            made = compat.read(value)
            mistakes = made if isinstance(made, list) else []
            problems += [_problem(path, text, *mistake) for mistake in mistakes]
            flat = None if isinstance(made, list) else made
        elif key == "keep":
            entries = keep.read(value)
            mistakes = entries if isinstance(entries, list) else []
            problems += [_problem(path, text, *mistake, table="keep") for mistake in mistakes]
            kept = () if isinstance(entries, list) else entries
        elif not isinstance(value, str):
            problems.append(
                _problem(path, text, key, f"'{key}' must be a string", f'{key} = "..."')
            )
    for key in ("input", "output", "package"):
        if key not in table:
            hint = f'add `{key} = "..."` to [tool.rebind]'
            problems.append(_problem(path, text, "", f"'{key}' is missing", hint))
    if "extras" not in table and ("extend" in table or (flat and any(flat.written))):
        hint = 'add `extras = "..."`, the folder of the modules that it names'
        problems.append(_problem(path, text, "", "'extras' is missing", hint))
    if problems:
        return Checked(None, tuple(problems))
    folder = path.parent
    known = {key: table[key] for key in _TEXTS & table.keys()}
    known |= {key: folder / table[key] for key in _PATHS if key in table}
    optional = {key: tuple(value) for key, value in table.get("optional-dependencies", {}).items()}
    extend: dict[str, str] = table.get("extend", {})
    config = Config(**known, extend=extend, optional=optional, compat=flat, keep=kept, file=path)
    return checked(config, path, text)


def _entries(path: Path, text: str, key: str, value: object) -> Iterator[Diagnostic]:
    """What is wrong with a table of settings."""
    if not isinstance(value, dict):
        yield _problem(path, text, key, f"'{key}' must be a table", f"[tool.rebind.{key}]")
        return
    for name, said in cast("dict[str, object]", value).items():
        if key == "extend":
            fits = isinstance(said, str) and _MIXIN.fullmatch(said) is not None
            hint, what = f'{name} = "module:Class"', "a module and a class"
        else:
            fits = isinstance(said, list) and all(
                isinstance(item, str) for item in cast("list[object]", said)
            )
            hint, what = f'{name} = ["name>=1"]', "a list of requirements"
        if not fits:
            yield _problem(path, text, name, f"'{name}' must name {what}", hint)


def checked(config: Config, path: Path | None = None, text: str = "") -> Checked[Config]:
    """The configuration, if the package can be called so."""
    problems: list[Diagnostic] = []
    for key, value in (("package", config.package), ("client", config.client or "Client")):
        if not (value.isidentifier() and value.isascii()):
            message = f"{key} '{value}' is not a Python name"
            hint = "letters, digits and underscores, and no digit first"
            problems.append(_problem(path or Path("command line"), text, key, message, hint))
    return Checked(None if problems else config, tuple(problems))


def _problem(
    path: Path, text: str, key: str, message: str, hint: str, table: str = ""
) -> Diagnostic:
    return Diagnostic("config", message, _place(path, text, key, table), hint)


def _place(path: Path, text: str, key: str, table: str = "") -> Place:
    pattern = rf"^[\"']?{re.escape(key)}[\"']?\s*=\s*(.*)$"
    start = re.search(rf"^\[tool\.rebind\.{table}\]", text, re.MULTILINE) if table else None
    start = start or re.search(r"^\[tool\.rebind[\].]", text, re.MULTILINE)
    span = _entry(text, key, table) if key and table else None
    if span is None and start:
        found = re.compile(pattern, re.MULTILINE).search(text, start.start()) if key else None
        span = (found or start).span()
    if span is None:
        return Place(path, 1, 1, None, "", text)
    column = span[0] - text.rfind("\n", 0, span[0])
    end = column + span[1] - span[0]
    return Place(path, text.count("\n", 0, span[0]) + 1, column, end, "", text)


def _entry(text: str, key: str, table: str) -> tuple[int, int] | None:
    """Where an entry of a table below `[tool.rebind]` stands, in each form that TOML has for it."""
    name = rf"[\"']?{re.escape(key)}[\"']?"
    forms = (
        (rf"tool\.rebind\.{table}", rf"^({name}\s*=.*)$"),
        (rf"tool\.rebind\.{table}", rf"^({name}\s*\..*)$"),  # "old".to = "new"
        (rf"tool\.rebind\.{table}\.{name}", r"^(.*)$"),
        (r"tool\.rebind", rf"^({table}\s*\.\s*{name}\s*[.=].*)$"),
        (r"tool\.rebind", rf"^{table}\s*=.*?[{{,\s]({name})\s*[.=]"),
    )
    for header, form in forms:
        if (head := re.search(rf"^\[{header}\]", text, re.MULTILINE)) is not None:
            after = re.compile(r"^\[", re.MULTILINE).search(text, head.end())
            end = after.start() if after else len(text)
            found = re.compile(form, re.MULTILINE).search(text, head.start(), end)
            if found is not None:
                return found.span(1)
    return None
