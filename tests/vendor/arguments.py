"""Arguments for the vendor's methods, made up from their declared types; the same ones every time.

A mood says what sort they are:

- `plain`: ordinary values; a flag is the opposite of its default, a choice is a member of its enum,
  a configuration is an object of its class.
- `awkward`: values that are easily sent wrongly: characters that need escaping, empty texts and
  lists, zero, whole and huge numbers, nulls inside of lists, choices as texts, configurations as
  plain mappings.

What JSON cannot say is written as `tests/contract/vendor_client/values.py` explains.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from zlib import crc32

Mood = Literal["plain", "awkward"]

TEXTS = (
    'Grüße & "quotes" = 50% + 1/2',
    "two\nlines\tand a tab",
    "",
    "漢字 🙂 ~tilde*star",
    "None",
    "a;b#c?d[e]{f}|g\\h'i<j>",
)
NUMBERS = (0, -1, 2**53 + 1)
FRACTIONS = (2.0, 1e22, -0.000001)
LISTS: tuple[list[Any], ...] = (
    [],
    ["x", None, "é"],
    [{"näme": [1, None]}, [True, "y"]],
    [0, False],
)
MAPPINGS: tuple[dict[str, Any], ...] = (
    {},
    {"ключ": 1.5, "": [], "none": None},
    {"deep": {"er": {"list": [{}]}}, "on": False},
)

LEFT_OUT = {
    "DataframeResponseSection": {"df"},
    "TextResponseSection": {"text"},
    "TriggerConfig": {"cron_expression"},
    "WebhookTriggerConfig": {"cron_expression"},
    "WorkflowGraph": {"edges"},
    "WorkflowNodeInputMapping": {"constant_value", "is_required"},
    "WorkflowGraphNode": {"function", "input_schema", "output_schema", "template_metadata"},
}
"""Fields that an object cannot have beside its others."""

VARIABLE = {
    "$enum": "WorkflowNodeInputType",
    "member": "WORKFLOW_VARIABLE",
    "value": "WORKFLOW_VARIABLE",
}
MAPPING = {
    "$input": "WorkflowNodeInputMapping",
    "with": {
        "name": "x",
        "variable_type": VARIABLE,
        "variable_source": "start",
        "source_prop": "x",
    },
}
CONSISTENT: dict[str, dict[str, Any]] = {
    "DecisionNode": {"condition": "x > 1", "input_mappings": [MAPPING]},
    "InputNode": {"input_mappings": [MAPPING]},
    "WorkflowGraph": {"primary_start_node": "double", "specification_type": "data_flow"},
    "WorkflowGraphEdge": {"source": "start", "target": "double"},
    "WorkflowGraphNode": {
        "function_name": "double",
        "source_code": "def double(x):\n    return 2 * x\n",
        "input_mappings": [MAPPING],
        "output_mappings": ["y"],
    },
    "WorkflowNodeInputMapping": MAPPING["with"],  # type: ignore[dict-item]
}
"""Values of fields that the vendor's classes hold against each other."""


def pick(options: tuple[Any, ...], name: str) -> Any:
    """One of the options, by name: the same one every time."""
    return options[crc32(name.encode()) % len(options)]


@dataclass(frozen=True)
class Maker:
    """Makes values for declared types.

    Attributes:
        catalogue: What there is in the vendor's client.
        mood: What sort of values.
    """

    catalogue: Mapping[str, Any]
    mood: Mood

    def arguments(self, parameters: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """An argument for each parameter, by name."""
        found: dict[str, Any] = {}
        for parameter in parameters:
            if parameter.get("rest"):
                found["extraText"], found["extra_number"] = "extra 1", 2
            else:
                name, default = parameter["name"], parameter.get("default")
                found[name] = self.value(name, parameter["type"], default=default)
        return found

    def value(self, name: str, declared: Any, *, default: Any = None, depth: int = 0) -> Any:
        """A value for a parameter or a field."""
        if isinstance(declared, dict):
            return self._composed(name, declared, default, depth)
        if declared == "bool":
            return not default if self.mood == "plain" else bool(default)
        if declared in self.catalogue["enums"]:
            return self._choice(declared, name)
        if declared in self.catalogue["inputs"]:
            return self.input(declared, name, depth=depth)
        return self._simple(name, declared)

    def _simple(self, name: str, declared: str) -> Any:
        plain = self.mood == "plain"
        match declared:
            case "int":
                return 1 + crc32(name.encode()) % 99 if plain else pick(NUMBERS, name)
            case "float":
                return 0.25 if plain else pick(FRACTIONS, name)
            case "list":
                return [f"{name} 1", f"{name} 2"] if plain else pick(LISTS, name)
            case "dict":
                if not plain:
                    return pick(MAPPINGS, name)
                return {"first": 1, "second key": {"on": True, "off": None, "list": ["é", 2.5]}}
            case "TextIOBase":
                return file(name, plain=plain)
            case "bytes":
                return {"$bytes": "Ynl0ZXM="}
            case _:
                return f"{name} 1" if plain else pick(TEXTS, name)

    def _composed(self, name: str, declared: Mapping[str, Any], default: Any, depth: int) -> Any:
        ((kind, items),) = declared.items()
        if kind == "union":
            known = [item for item in items if item != "NoneType"]
            classes = [item for item in known if self._is_class(item)]
            if self.mood == "awkward":
                return self._simple_form(name, known, depth)
            return self.value(name, (classes or known)[0], default=default, depth=depth)
        if not items:
            return self._simple(name, kind)
        if kind in ("list", "List"):
            return [self.value(f"{name} {n}", items[0], depth=depth) for n in (1, 2)]
        if kind == "tuple":
            return [self.value(name, item, depth=depth) for item in items]
        return {f"key {n}": self.value(f"{name} {n}", items[1], depth=depth) for n in (1, 2)}

    def _is_class(self, declared: Any) -> bool:
        known = [*self.catalogue["inputs"], *self.catalogue["enums"]]
        return isinstance(declared, str) and declared in known

    def _simple_form(self, name: str, known: list[Any], depth: int) -> Any:
        """What a union takes in the place of an object."""
        for item in known:
            if item in ("str", "dict"):
                return self._simple(name, item)
        return self.value(name, known[0], depth=depth)

    def _choice(self, enum: str, name: str) -> Any:
        members = self.catalogue["enums"][enum]
        member = pick(tuple(members), name)
        if self.mood == "plain":
            return {"$enum": enum, "member": member, "value": members[member]}
        return members[member]

    def input(self, cls: str, name: str, *, depth: int = 0, required_only: bool = False) -> Any:
        """An object of an input class; of one of its variants where it is the root of a family."""
        for family in self.catalogue["families"]:
            if family["root"] == cls:
                variants = tuple(v for v in family["variants"].values() if v != cls)
                cls = pick(variants, name)
        given = {}
        for field in self.catalogue["inputs"][cls]["fields"]:
            nested = self._nests(field["type"])
            if ("default" in field and (required_only or (nested and depth >= 2))) or (
                field["name"] in {"kwargs"} | LEFT_OUT.get(cls, set())
            ):
                continue
            given[field["name"]] = self.value(
                field["name"], field["type"], default=field.get("default"), depth=depth + 1
            )
        fixed = {
            field: value
            for field, value in CONSISTENT.get(cls, {}).items()
            if field in given or not required_only
        }
        return {"$input": cls, "with": {**given, **fixed}}

    def _nests(self, declared: Any) -> bool:
        if isinstance(declared, dict):
            return any(self._nests(item) for items in declared.values() for item in items)
        return declared in self.catalogue["inputs"]


def file(name: str, *, plain: bool = True) -> dict[str, Any]:
    """An open file."""
    return {"$file": f"{name}.csv" if plain else f"{name} 2.csv", "text": f"{name}\nrow 1\n"}
