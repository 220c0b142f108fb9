"""What an SDK says -> a whole OpenAPI document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rebind.upstream import calls, components, conventions, namespaces
from rebind.upstream.components import Choice
from rebind.upstream.sdk import Gap, Sdk

Json = dict[str, Any]


@dataclass(frozen=True)
class Described:
    """A document, and what a person should look at.

    Args:
        data: The whole document, in one piece.
        choices: What rules decided.
        gaps: What could not be derived.
    """

    data: Json
    choices: tuple[Choice, ...]
    gaps: tuple[Gap, ...]


def describe(sdk: Sdk) -> Described:
    """Describe an API.

    Args:
        sdk: What its SDK says.

    Returns:
        A document without what only a person knows; that is in the overlay.
    """
    keys = components.keys(sdk)
    made = components.make(sdk, keys)
    spots = namespaces.assign(sdk)
    paths = calls.Calls(sdk, keys, spots, made).items()
    for name, resource in sdk.resources.items():
        waiting = calls.waits(sdk, resource)
        if waiting:
            schema = made.schemas[keys.resources[name]]
            kept = {k: schema[k] for k in ("type", "description")}
            made.schemas[keys.resources[name]] = {**kept, "x-rebind-wait": waiting, **schema}
    moved = [
        Choice("a name that was taken", name, f"{spot.resource}.{spot.name}")
        for name, spot in spots.items()
        if spot.rule.startswith("full name")
    ]
    shared = conventions.shared()
    schemas = dict(sorted({**shared["schemas"], **made.schemas}.items()))
    data = {
        **conventions.root(sdk),
        "paths": paths,
        "components": {**shared, "schemas": schemas},
    }
    return Described(data, (*made.choices, *moved), tuple(made.gaps))
