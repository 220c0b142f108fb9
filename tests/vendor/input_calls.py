"""Calls that send an object of each input class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.vendor.arguments import LEFT_OUT
from tests.vendor.calls import Call, Calls, optional

UNBUILT = {"DataframeResponseSection"}
"""Classes of which JSON cannot say what makes an object: it takes a data frame."""


def input_calls(calls: Calls) -> Iterator[Call]:
    """An object of every input class in the place of a mapping, sent as JSON."""
    carrier = carrier_of(calls.catalogue)
    name = next(each["name"] for each in carrier["parameters"] if each["type"] == "dict")
    needed = [each for each in carrier["parameters"] if not optional(each)]
    others = calls.plain.arguments(needed)
    for cls in calls.catalogue["inputs"]:
        if cls in UNBUILT or cls in roots(calls.catalogue):
            continue
        for way, required_only in (("all", False), ("required", True)):
            made = calls.plain.input(cls, cls, required_only=required_only)
            yield Call(
                method=carrier["method"],
                way=f"{cls}-{way}",
                arguments={**others, name: made},
                reply=calls.reply(carrier, "nulls"),
                action=carrier["action"],
            )


def carrier_of(catalogue: Mapping[str, Any]) -> Mapping[str, Any]:
    """An operation that sends a mapping as JSON, whatever is in it."""
    return next(
        each
        for each in catalogue["operations"]
        if each["transport"] == "api"
        and each["verb"] == "POST"
        and not each["files"]
        and any(one["type"] == "dict" and not optional(one) for one in each["parameters"])
    )


def roots(catalogue: Mapping[str, Any]) -> set[str]:
    """The classes that stand for one of their variants."""
    return {family["root"] for family in catalogue["families"]} - set(LEFT_OUT)
