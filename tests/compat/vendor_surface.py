"""What the vendor's package offers, as JSON; runs in the environment that has it."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import json
import sys
from typing import Any

import abacusai
from abacusai import api_class, client
from abacusai.return_class import AbstractApiClass

CLIENTS = ("ReadOnlyClient", "ApiClient", "PredictionClient", "StreamingClient")


def default_of(value: Any) -> Any:
    """A default as JSON; what has none is `<required>`."""
    if value is inspect.Parameter.empty:
        return "<required>"
    if isinstance(value, enum.Enum):
        return value.value
    if value is list or repr(value) == "<factory>":
        return []
    if isinstance(value, set):
        return sorted(value)
    return value


def signature_of(function: Any) -> list[list[Any]]:
    """Name, kind and default of each parameter."""
    hidden = inspect.getclosurevars(function.__init__) if isinstance(function, type) else None
    checked = hidden.nonlocals.get("func") if hidden else None
    parameters = list(inspect.signature(checked or function).parameters.values())
    if checked is not None:  # behind a decorator that checks types and hides the signature
        parameters = parameters[1:]
    return [[p.name, p.kind.name, default_of(p.default)] for p in parameters]


def methods_of(cls: type) -> dict[str, list[list[Any]]]:
    """The public methods of a class."""
    found = inspect.getmembers(cls, inspect.isfunction)
    return {name: signature_of(function) for name, function in found if name[0] != "_"}


def members_of(module: Any, base: type) -> dict[str, Any]:
    """The classes of a module that extend another."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, base) and name[0] != "_"
    }


def main() -> None:
    objects = {
        name: value
        for name, value in vars(api_class).items()
        if isinstance(value, type) and dataclasses.is_dataclass(value) and name[0] != "_"
    }
    resources = {
        name: value
        for name, value in members_of(abacusai, AbstractApiClass).items()
        if value is not AbstractApiClass
    }
    surface = {
        "version": abacusai.__version__,
        "names": [
            name
            for name, value in vars(abacusai).items()
            if name[0] != "_" and not inspect.ismodule(value)
        ],
        "clients": {name: methods_of(getattr(abacusai, name)) for name in CLIENTS},
        "constructors": {
            name: signature_of(getattr(abacusai, name)) for name in (*CLIENTS, "ClientOptions")
        },
        "objects": {name: signature_of(value) for name, value in objects.items()},
        "bases": {
            name: [base.__name__ for base in value.__mro__ if base.__name__ in objects]
            for name, value in objects.items()
        },
        "enums": {
            name: {member: value.value for member, value in found.__members__.items()}
            for name, found in members_of(api_class, enum.Enum).items()
        },
        "resources": {
            name: {"fields": signature_of(value), "methods": methods_of(value)}
            for name, value in resources.items()
        },
        "errors": {
            name: {
                "bases": [base.__name__ for base in value.__mro__],
                "constructor": signature_of(value),
            }
            for name, value in members_of(client, client.ApiException).items()
        },
    }
    json.dump(surface, sys.stdout)


main()
