"""The old names that a package keeps, as its configuration lists them: `[tool.rebind.keep]`.

Who does not own a description says here what has another name in it now. An entry is what callers
write, by its old name, and what they should write: `"sessions.retitle" = "sessions.rename"`.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from rebind.compat import Mistake
from rebind.diagnostics import did_you_mean

_NAME = r"[A-Za-z]\w*"
_OLD = re.compile(
    rf"(?:(?P<owner>{_NAME})\.)?(?P<name>{_NAME})(?P<called>\((?P<argument>{_NAME})?\))?", re.ASCII
)
_VERSION = re.compile(r"\d+(\.\d+)*", re.ASCII)
_FORMS = (
    '"space.old" = "space.new" for a method, "space.method(old)" = "new" for an argument, '
    '"Class.old()" = "Class.new()" for a method of objects, "Class.old" = "Class.new" for a field '
    'or a member, "Old" = "New" for a class'
)
_KEYS = {"to", "until"}


@dataclass(frozen=True)
class Written:
    """One side of an entry, taken apart.

    Attributes:
        owner: The namespace or the class before the dot; empty where there is none.
        name: What stands behind it.
        called: Whether parentheses follow.
        argument: What stands between them.
    """

    owner: str
    name: str
    called: bool = False
    argument: str = ""


@dataclass(frozen=True)
class Entry:
    """An old name that is kept.

    Attributes:
        key: The entry's key, as it is written.
        old: The key, taken apart.
        new: What is meant, taken apart.
        until: The version of the package in which the old name goes.
    """

    key: str
    old: Written
    new: Written
    until: str | None = None


def read(said: object) -> tuple[Entry, ...] | list[Mistake]:
    """Read the table.

    Args:
        said: The table.

    Returns:
        Its entries; mistakes otherwise. Whether there is what they name is not looked at.
    """
    if not isinstance(said, dict):
        return [Mistake("keep", "'keep' must be a table", "[tool.rebind.keep]")]
    table = cast("dict[str, Any]", said)
    mistakes = [mistake for key, value in table.items() for mistake in _mistakes(key, value)]
    return mistakes or tuple(_entry(key, value) for key, value in table.items())


def _entry(key: str, value: Any) -> Entry:
    table = cast("dict[str, str]", value if isinstance(value, dict) else {"to": value})
    old, new = taken_apart(key), taken_apart(table["to"])
    assert old is not None
    assert new is not None
    return Entry(key, old, new, table.get("until"))


def taken_apart(text: str) -> Written | None:
    """Take a side of an entry apart.

    Args:
        text: Such as `Session.retitle()`.

    Returns:
        Its parts; None where it has another form.
    """
    found = _OLD.fullmatch(text)
    if found is None:
        return None
    called = found["called"] is not None
    if called and not found["owner"]:
        return None
    return Written(found["owner"] or "", found["name"], called, found["argument"] or "")


def _mistakes(key: str, value: object) -> Iterator[Mistake]:
    old = taken_apart(key)
    if old is None:
        yield Mistake(key, f"'{key}' is no old name that can be kept", _FORMS)
        return
    word = next((w for w in (old.owner, old.name, old.argument) if keyword.iskeyword(w)), None)
    if word is not None:
        yield Mistake(key, f"'{word}' is a keyword of Python", "no name was ever called so")
        return
    if isinstance(value, Mapping):
        yield from _of_table(key, cast("Mapping[str, object]", value))
        return
    if not isinstance(value, str) or taken_apart(value) is None:
        hint = f'{_quoted(key)} = "..." or {_quoted(key)} = {{to = "...", until = "2.0.0"}}'
        yield Mistake(key, f"'{key}' must name what is meant", hint)


def _of_table(key: str, table: Mapping[str, object]) -> Iterator[Mistake]:
    if not _KEYS & table.keys():  # a name with a dot, which TOML takes apart without quotes
        for name in table:
            hint = f'"{key}.{name}" = "..."'
            yield Mistake(f"{key}.{name}", "a name with a dot must be put in quotes", hint)
        return
    for name in table:
        if name not in _KEYS:
            hint = did_you_mean(name, _KEYS, "the keys are to and until")
            yield Mistake(key, f"'{name}' has no meaning here", hint)
    to, until = table.get("to"), table.get("until")
    if not isinstance(to, str) or taken_apart(to) is None:
        yield Mistake(key, f"'{key}' must name what is meant", f'{_quoted(key)} = {{to = "..."}}')
    if until is not None and not (isinstance(until, str) and _VERSION.fullmatch(until)):
        hint = 'name the version in which it goes: until = "2.0.0"'
        yield Mistake(key, "'until' must be a version", hint)


def _quoted(key: str) -> str:
    return key if key.isidentifier() else f'"{key}"'
