"""`[tool.rebind.compat]`: the second front of a package, flat as another package had it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from rebind.diagnostics import did_you_mean

_CLASS = re.compile(r"[A-Z]\w*", re.ASCII)
_HOST = re.compile(r"[a-z][a-z0-9_-]*")
_MODULE = re.compile(r"[a-z]\w*", re.ASCII)
_WRITTEN = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)
_LINKS = ("error", "input", "enum")
_KEYS = {"client", "classes", "groups", "modules", "names", "objects", "gone", *_LINKS}


class Mistake(NamedTuple):
    """A setting that cannot be.

    Attributes:
        key: The setting.
        message: What is wrong with it.
        hint: The way out.
    """

    key: str
    message: str
    hint: str


@dataclass(frozen=True)
class Compat:
    """What `<package>.compat` holds besides the methods.

    Attributes:
        client: The name of a generated client with every method; None: one is written by hand.
        classes: The module below `compat` that holds what is made by position.
        modules: Further modules below `compat` that offer the same names.
        groups: Hosts whose methods stand in a class of their own.
        error: What every error of the API also is, as `module:Class` of the extras.
        input: What every class that is made by position also is.
        enum: What enumerations are there, in the place of those of the models.
        names: Public name -> `module:Class` of the extras.
        objects: The same, for what belongs to the module of the classes, too.
        gone: Name that there is no more -> what to do instead.
    """

    client: str | None = None
    classes: str = "classes"
    modules: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    error: str | None = None
    input: str | None = None
    enum: str | None = None
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    objects: Mapping[str, str] = field(default_factory=dict[str, str])
    gone: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def written(self) -> Iterator[tuple[str, str]]:
        """Every setting that names a class of the extras, with what it names."""
        for key, said in (("error", self.error), ("input", self.input), ("enum", self.enum)):
            if said:
                yield key, said
        yield from self.names.items()
        yield from self.objects.items()


def read(said: object) -> Compat | list[Mistake] | None:
    """Read the setting.

    Args:
        said: `true`, the name of a client, or a table.

    Returns:
        What it says; None: no second front. Mistakes otherwise.
    """
    if isinstance(said, bool):
        return Compat(client="FlatClient") if said else None
    if isinstance(said, str):
        said = {"client": said}
    if not isinstance(said, dict):
        return [Mistake("compat", "'compat' must be true, a name or a table", "compat = true")]
    table = cast("dict[str, Any]", said)
    mistakes = list(_mistakes(table))
    if mistakes:
        return mistakes
    known: dict[str, Any] = dict(table)
    known |= {key: tuple(table.get(key, ())) for key in ("groups", "modules")}
    if "client" not in known and not known.get("names"):
        known["client"] = "FlatClient"
    return Compat(**known)


def _mistakes(table: Mapping[str, Any]) -> Iterator[Mistake]:
    for key, value in table.items():
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS, f"known keys: {', '.join(sorted(_KEYS))}")
            yield Mistake(key, f"there is no setting '{key}'", hint)
        elif key == "client" and not _is(_CLASS, value):
            yield Mistake(key, "'client' must be the name of a class", 'client = "FlatClient"')
        elif key == "classes" and not _is(_MODULE, value):
            yield Mistake(key, "'classes' must be the name of a module", 'classes = "classes"')
        elif key in _LINKS and not _is(_WRITTEN, value):
            hint = f'{key} = "module:Class"'
            yield Mistake(key, f"'{key}' must name a module and a class", hint)
        elif key == "groups" and not _are(_HOST, value):
            yield Mistake(key, "'groups' must be a list of hosts", 'groups = ["host"]')
        elif key == "modules" and not _are(_MODULE, value):
            yield Mistake(key, "'modules' must be a list of modules", 'modules = ["module"]')
        elif key in ("names", "objects", "gone"):
            yield from _named(key, cast("object", value))


def _named(key: str, value: object) -> Iterator[Mistake]:
    if not isinstance(value, dict):
        yield Mistake(key, f"'{key}' must be a table", f"[tool.rebind.compat.{key}]")
        return
    for name, said in cast("dict[str, object]", value).items():
        if not name.isidentifier() or not name.isascii():
            hint = "letters, digits and underscores, and no digit first"
            yield Mistake(name, f"'{name}' is not a Python name", hint)
        elif key != "gone" and not _is(_WRITTEN, said):
            hint = f'{name} = "module:Class"'
            yield Mistake(name, f"'{name}' must name a module and a class", hint)
        elif not isinstance(said, str) or not said.strip():
            hint = f'{name} = "what to use instead"'
            yield Mistake(name, f"'{name}' must say what to use instead", hint)


def _are(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, list) and all(_is(pattern, v) for v in cast("list[object]", value))


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
