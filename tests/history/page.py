"""The results of a replay -> docs/history.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

_KINDS = (
    "operation-added", "operation-removed", "operation-verb-changed", "parameter-added",
    "parameter-removed", "parameter-now-required", "parameter-now-optional",
    "parameter-default-changed", "class-added", "class-removed", "field-added", "field-removed",
    "method-added", "method-removed", "enum-added", "enum-removed", "enum-value-added",
    "enum-value-removed",
)  # fmt: skip
_BREAKS = 5
"""So many breaks of a step are told."""


def page(made: dict[str, Any]) -> str:
    """Write the page.

    Args:
        made: What `replay` found out.

    Returns:
        The page.
    """
    steps = [step for step in made["steps"] if step["after"]]
    return "\n".join([*_head(made, steps), *_table(made["steps"]), *_counts(steps), *_told(steps)])


def _head(made: dict[str, Any], steps: list[dict[str, Any]]) -> Iterator[str]:
    breaking = sum(bool(step["changes"].get("breaking")) for step in steps)
    differs = sum(len(step["differs"]) for step in steps)
    first, last = made["steps"][0]["version"], made["steps"][-1]["version"]
    calls = sum(step["calls"] for step in made["steps"])
    yield "# What broke when"
    yield ""
    yield (
        f"{len(made['steps'])} releases of the vendor's SDK, from {first} to {last}, each as `rebind` "
        "sees it: imported, compared with the one before, released, generated, type-checked and called. "
        f"{breaking} of {len(steps)} steps break code that calls the package."
    )
    yield ""
    yield (
        "- `mypy --strict` finds nothing in any of the packages; their mocks answered "
        f"{calls:,} calls, half of them awaited."
    )
    yield (
        "- What changed was counted a second time, by code that shares nothing with Rebind "
        f"(`tests/history/census.py`): {len(_KINDS)} kinds in {len(steps)} steps, "
        f"{differs or 'no'} difference{'s' if differs > 1 else ''}."
    )
    yield ""
    yield f"`make history` makes this page. Origin: {made['origin']}, {made['date']}."
    yield ""


def _table(steps: list[dict[str, Any]]) -> Iterator[str]:
    yield "## Steps"
    yield ""
    yield (
        "*package* is the version that `rebind release` gives the package, which began as 1.0.0. "
        "A step of more than one release is told as one."
    )
    yield ""
    yield "| release | breaking | risky | additive | docs | package |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    for step in steps:
        counts = [
            f"{step['changes'].get(s, 0):,}" for s in ("breaking", "risky", "additive", "docs")
        ]
        said = " | ".join(counts) if step["after"] else "  |  |  | "
        mark = " (see below)" if step["waves"] else ""
        yield f"| {step['version']}{mark} | {said} | {step['released']} |"
    yield ""


def _counts(steps: list[dict[str, Any]]) -> Iterator[str]:
    total: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for step in steps:
        total.update(step["counted"])
        told.update({k: n - step["counted"].get(k, 0) for k, (n, _) in step["differs"].items()})
    yield "## Both counts"
    yield ""
    yield (
        "Renames that `rebind` detects are told as one there, and count as one removed and one added here."
    )
    yield ""
    yield "| kind | by Rebind | by the census |"
    yield "| --- | ---: | ---: |"
    for kind in _KINDS:
        yield f"| {kind} | {total[kind] + told[kind]:,} | {total[kind]:,} |"
    yield ""
    for step in steps:
        for kind, (one, other) in step["differs"].items():
            yield f"- {step['version']}: {kind}: {one} by Rebind, {other} by the census"
    if any(step["differs"] for step in steps):
        yield ""


def _told(steps: list[dict[str, Any]]) -> Iterator[str]:
    yield "## Releases that are not what they should be"
    yield ""
    for index, step in enumerate(steps):
        for wave in step["waves"]:
            yield f"- **{step['version']}**: {wave['sentence']}."
        before = steps[index - 1] if index else None
        back = _taken_back(before, step) if before else []
        if back:
            yield f"- **{step['version']}** takes back what {step['after']} did: {', '.join(back)}."
    yield ""
    yield "## What broke"
    yield ""
    for step in steps:
        if not step["breaks"]:
            continue
        more = step["changes"]["breaking"] - _BREAKS
        yield f"### {step['version']}"
        yield ""
        yield from (f"- {message}" for message in step["breaks"][:_BREAKS])
        if more > 0:
            yield f"- ... and {more:,} more"
        yield ""


def _taken_back(before: dict[str, Any], step: dict[str, Any]) -> list[str]:
    """The waves of a step that undo those of the step before, in numbers."""
    inverse = {
        "parameter-now-optional": "parameter-now-required",
        "parameter-now-required": "parameter-now-optional",
    }
    counts = {wave["code"]: wave["count"] for wave in step["waves"]}
    return [
        f"{min(counts[inverse[w['code']]], w['count']):,} of {w['count']:,} `{w['code']}`"
        for w in before["waves"]
        if inverse.get(w["code"]) in counts
    ]
