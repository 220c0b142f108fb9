"""Packages whose names are imported when they are first touched (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_package(
    package: str, names: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Make the module functions `__getattr__` and `__dir__` of a lazy package.

    Args:
        package: The package's `__name__`.
        names: Public name -> module that holds it, relative to the package, with or without its
            leading dots. An attribute of another name is written `"module:attribute"`, the module
            itself `"module:"`.

    Returns:
        `(__getattr__, __dir__)`, to be assigned in the package's `__init__`.
    """

    def load(name: str) -> object:
        try:
            target = names[name]
        except KeyError:
            raise AttributeError(f"module {package!r} has no attribute {name!r}") from None
        module_name, colon, attribute = target.partition(":")
        relative = module_name if module_name.startswith(".") else f".{module_name}"
        value: object = import_module(relative, package)
        if attribute or not colon:
            value = getattr(value, attribute or name)
        # Stored, so that the next access is an ordinary one; this also puts a class before a
        # submodule of the same name.
        setattr(sys.modules[package], name, value)
        return value

    def listing() -> list[str]:
        return sorted({*vars(sys.modules[package]), *names})

    return load, listing
