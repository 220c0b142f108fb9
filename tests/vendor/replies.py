"""Replies, made up from the fields of the vendor's resource classes; the same ones every time.

Objects come in three kinds:

- `rich`: every field has a value of its documented type, nested objects theirs.
- `nulls`: every field is null.
- `odd`: what a server may do and nobody documented: fields that no class has, a list in the place
  of a nested object and an object in the place of a list, nulls in lists, a type nobody expects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from zlib import crc32

Kind = Literal["rich", "nulls", "odd"]
KINDS: tuple[Kind, ...] = ("rich", "nulls", "odd")

UNKNOWN, UNKNOWN_SNAKE = "fieldFromTheFuture", "field_from_the_future"


@dataclass(frozen=True)
class Objects:
    """Makes objects of resource classes, as the API would send them.

    Attributes:
        catalogue: What there is in the vendor's client.
        written: What an input object with a name is on the wire: some fields hold one.
    """

    catalogue: Mapping[str, Any]
    written: Callable[[str], Any]

    def object(self, cls: str, kind: Kind = "rich", depth: int = 0) -> dict[str, Any]:
        """An object of a class."""
        fields = self.catalogue["classes"][cls]
        if kind == "nulls":
            return {field["name"]: None for field in fields}
        made: dict[str, Any] = {}
        for index, field in enumerate(fields):
            if nested := field["class"]:
                if nested not in self.catalogue["classes"] and "(" in nested:
                    # The class depends on another field, which names it.
                    nested = self.variant(field["type"])
                    made[f"{field['name']}Type"] = nested
                if depth < 2:
                    made[field["name"]] = self._nested(field["name"], nested, kind, depth)
            else:
                made[field["name"]] = _value(field["name"], field["type"])
                if kind == "odd" and index == len(fields) - 1:
                    made[field["name"]] = {"not": ["what", "was", "said", index]}
        if kind == "odd":
            made[UNKNOWN] = {"yes": [1, None]}
        return made

    def variant(self, root: str) -> str:
        """A variant of a family of input classes."""
        families = {family["root"]: family["variants"] for family in self.catalogue["families"]}
        return next(cls for cls in families[root].values() if cls != root)  # type: ignore[no-any-return]

    def _nested(self, name: str, cls: str, kind: Kind, depth: int) -> Any:
        if cls in self.catalogue["classes"]:
            inner: Any = self.object(cls, "rich", depth + 1)
        elif cls in self.catalogue["inputs"]:
            inner = self.written(cls)
        else:  # some of the vendor's classes name others that do not exist
            inner = {"name": f"{name} 1", "count": 2}
        if is_plural(name) != (kind == "odd"):
            return [inner, None] if kind == "odd" else [inner]
        return inner


def is_plural(name: str) -> bool:
    """Whether a field is named like a list."""
    return name.endswith("s") and not name.endswith(("ss", "us", "Settings", "Specs"))


def _value(name: str, documented: str) -> Any:
    kind = documented.lower()
    number = 1 + crc32(name.encode()) % 99
    if kind.startswith(("list[dict]", "list<dict>")):
        return [{"key": f"{name} 1", "nothing": None}]
    if kind.startswith("list[int]"):
        return [number, 0]
    if kind.startswith("list"):
        return [f"{name} 1", f"{name} 2"]
    if kind.startswith("dict"):
        return {"some key": number, "nested": {"on": True, "off": None}}
    if kind.startswith(("int", "number")):
        return number
    if kind.startswith("float"):
        return number + 0.5
    if kind.startswith("bool"):
        return bool(number % 2)
    return f"{name} 1"
