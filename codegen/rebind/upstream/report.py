"""What an import found, derived and could not derive: numbers, and a page for a person to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rebind.upstream.components import Choice
from rebind.upstream.sdk import Gap, Kind, Sdk

TITLE = "What the import could not derive"
_RULES = {
    "a nested class": (
        "Fields of nested classes",
        "The SDK builds an object or a list, whatever comes. A name in plural is taken for a list.",
    ),
    "a list in pages": (
        "Lists in pages",
        "An argument names the item after which a list starts, and the items have such a name.",
    ),
    "a list that is declared as one object": (
        "Lists that are declared as one object",
        "The annotation is followed, not the name, unless the overlay says otherwise.",
    ),
    "a result that nothing describes": (
        "Results that nothing describes",
        "Neither a class nor an annotation, but the name says that something comes: any value.",
    ),
    "a name that was taken": (
        "Methods that keep their flat name",
        "The short name would be another method's too.",
    ),
    "equal names": ("Classes of equal names", "One of them gets another name in the description."),
}

_BOUND: dict[Kind, str] = {
    "call": "calls",
    "refresh": "refreshes",
    "status": "states",
    "poll": "waits",
    "hand": "hand-written",
}
"""Kinds of methods of objects, and what the totals call them; all but the last are derived."""


def totals(sdk: Sdk) -> dict[str, dict[str, int]]:
    """Count what was found; the parts of each thing add up to `found`.

    Args:
        sdk: What the SDK says.

    Returns:
        Thing -> kind -> number.
    """
    transports = Counter(method.transport for method in sdk.methods.values())
    bound = Counter(b.kind for resource in sdk.resources.values() for b in resource.bound)
    methods = len(sdk.methods) + len(sdk.by_hand) + len(sdk.refused)
    return {
        "client methods": {
            "found": methods,
            "derived": len(sdk.methods),
            "hand-written": len(sdk.by_hand),
            "refused": len(sdk.refused),
        },
        "operations": {"found": len(sdk.methods), **dict(sorted(transports.items()))},
        "parameters": {
            "found": sum(len(m.arguments) + m.extra for m in sdk.methods.values()),
            "required": sum(a.required for m in sdk.methods.values() for a in m.arguments),
        },
        "resource classes": {
            "found": len(sdk.resources),
            "fields": sum(len(resource.fields) for resource in sdk.resources.values()),
        },
        "bound methods": {
            "found": sum(bound.values()),
            **{said: bound[kind] for kind, said in _BOUND.items()},
        },
        "input classes": {
            "found": len(sdk.inputs),
            "families": len(sdk.families),
            "variants": sum(len(family.variants) for family in sdk.families.values()),
        },
        "enumerations": {
            "found": len(sdk.enums),
            "values": sum(len(enum.members) for enum in sdk.enums.values()),
        },
        "error classes": {"found": len(sdk.errors)},
    }


def summary(sdk: Sdk) -> list[str]:
    """The totals, a line for each thing."""
    lines: list[str] = []
    for thing, numbers in totals(sdk).items():
        parts = [f"{number:,} {kind}" for kind, number in numbers.items() if kind != "found"]
        lines.append(f"{numbers['found']:,} {thing}{': ' if parts else ''}{', '.join(parts)}")
    return lines


def page(sdk: Sdk, choices: Iterable[Choice], gaps: Iterable[Gap], mark: str) -> str:
    """The report.

    Args:
        sdk: What the SDK says.
        choices: What rules decided.
        gaps: What could not be derived.
        mark: The line that says who made the file.

    Returns:
        A page in Markdown.
    """
    lines = [f"<!-- {mark} -->", f"# {TITLE}", ""]
    lines += [f"From {sdk.name} {sdk.version}:", ""]
    lines += [f"- {line}" for line in summary(sdk)]
    lines += ["", "## Gaps", ""]
    lines += _table(("what", "why", "instead"), ((g.what, g.why, g.instead) for g in gaps))
    by_rule: dict[str, list[Choice]] = {}
    for choice in choices:
        by_rule.setdefault(choice.rule, []).append(choice)
    for rule in sorted(by_rule):
        title, said = _RULES[rule]
        lines += ["", f"## {title}", "", said, ""]
        lines += _table(("what", "chosen"), ((c.what, c.result) for c in by_rule[rule]))
    lines += [
        "",
        "## Hand-written methods",
        "",
        "More than one call; they are not in the description.",
        "",
    ]
    hand = [f"`{name}`" for name in sdk.by_hand]
    for resource in sdk.resources.values():
        hand += [f"`{resource.name}.{b.name}`" for b in resource.bound if b.kind == "hand"]
    lines += list(_filled(hand))
    return "\n".join(lines).rstrip("\n") + "\n"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    found = sorted(dict.fromkeys(rows))
    if not found:
        return ["None."]
    lines = [f"| {' | '.join(heads)} |", f"| {' | '.join('---' for _ in heads)} |"]
    for first, *rest in found:
        lines.append(
            f"| `{first}` | {' | '.join(cell.replace('|', chr(92) + '|') for cell in rest)} |"
        )
    return lines


def _filled(words: list[str], width: int = 100) -> Iterator[str]:
    line = ""
    for number, word in enumerate(words):
        text = word + ("." if number == len(words) - 1 else ",")
        if line and len(line) + len(text) + 1 > width:
            yield line
            line = text
        else:
            line = f"{line} {text}" if line else text
    if line:
        yield line
