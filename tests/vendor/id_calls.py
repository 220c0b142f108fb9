"""Calls that give objects where ids and tokens are expected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.vendor.calls import Call, Calls

TOKENS = {
    "deployment_token": ("DeploymentAuthToken", "deploymentToken"),
    "streaming_token": ("StreamingAuthToken", "streamingToken"),
}
"""Arguments that are called otherwise than the class of the object that holds them."""


def id_calls(calls: Calls) -> Iterator[Call]:
    """Every operation that takes an id of a class of the vendor's, given the object instead."""
    known = {**named(calls.catalogue["classes"]), **TOKENS}
    for operation in calls.operations.values():
        arguments = calls.arguments(calls.plain, operation, operation["parameters"])
        objects = {
            name: {"$object": cls, "fields": {field: f"{cls} 1"}}
            for name in arguments
            if (found := _stands_for(name, known))
            for cls, field in [found]
        }
        if objects:
            yield Call(
                method=operation["method"],
                way="objects",
                arguments={**arguments, **objects},
                reply=calls.reply(operation, "nulls"),
                action=operation["action"],
            )


def named(classes: Mapping[str, list[Mapping[str, Any]]]) -> dict[str, tuple[str, str]]:
    """Argument -> the class of whose objects it is the id, and the field that holds that.

    An id is called after its class (`project_id`), and that of a version is the version.
    """
    found: dict[str, tuple[str, str]] = {}
    for cls, fields in classes.items():
        name = cls[0].lower() + cls[1:]
        for field in fields:
            if field["name"] in (f"{name}Id", name if cls.endswith("Version") else ""):
                snake = re.sub(r"(?<=[a-z0-9])[A-Z]", lambda m: f"_{m[0].lower()}", field["name"])
                found[snake] = (cls, field["name"])
    return found


def _stands_for(name: str, known: Mapping[str, tuple[str, str]]) -> tuple[str, str] | None:
    """The object for an argument that is called as an id, or ends so: `source_feature_group_id`."""
    parts = name.split("_")
    ends = ("_".join(parts[start:]) for start in range(len(parts)))
    return next((known[end] for end in ends if end in known), None)
