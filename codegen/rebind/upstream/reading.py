"""The modules of an SDK -> everything that it says of its API."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from rebind.diagnostics import Checked, Diagnostic, Place
from rebind.upstream import archive, enums, inputs, methods, resources, syntax
from rebind.upstream.sdk import Gap, Method, Module, Resource, Sdk


def read(sources: archive.Sources) -> Checked[Sdk]:
    """Read an SDK.

    Args:
        sources: The text of its modules.

    Returns:
        What it says. What could not be derived is a warning each, and in `Sdk.gaps`.
    """
    modules = syntax.parse(sources)
    if modules.value is None:
        return Checked(None, modules.diagnostics)
    client = modules.value.get(archive.CLIENT)
    known = enums.read(modules.value)
    values = enums.values(known)
    called = methods.read(client, values) if client else None
    if client is None or called is None or not called.derived:
        message = "no class ApiClient with methods that call the API is in it"
        help = "name a source distribution of the SDK that has one"
        shown = f"{sources.shown}/{archive.CLIENT}"
        text = sources.files.get(archive.CLIENT)
        return Checked(
            None, (Diagnostic("upstream-client", message, Place(shown, source=text), help),)
        )
    given = inputs.read(modules.value, values)
    replies = resources.read(modules.value, called.derived, values, given.found)
    absent = tuple(_absent(called.derived, replies.found, given.found))
    gaps = (*called.gaps, *replies.gaps, *given.gaps, *absent)
    sdk = Sdk(
        name=sources.name,
        version=sources.version or _version(client),
        methods=called.derived,
        by_hand=called.by_hand,
        refused=called.refused,
        resources=replies.found,
        inputs=given.found,
        families=given.families,
        enums=known,
        errors=enums.errors(client),
        exported=_exported(modules.value),
        gaps=gaps,
    )
    return Checked(sdk, (*modules.diagnostics, *map(warning, gaps)))


def _absent(
    found: Mapping[str, Method], replies: Mapping[str, Resource], given: Mapping[str, object]
) -> Iterator[Gap]:
    """Results of classes that do not exist."""
    for method in found.values():
        if method.result and method.result not in replies and method.result not in given:
            why = f"there is no class {method.result}"
            yield Gap("upstream-class", method.name, why, "any result is allowed", method.place)


def warning(gap: Gap) -> Diagnostic:
    """A gap as users are told of it."""
    message = f"{gap.what}: {gap.why}; {gap.instead}"
    help = "say in the overlay what a person knows of it"
    return Diagnostic(gap.code, message, gap.place, help, "warning")


def _version(client: Module) -> str:
    """The version that the client says, which some releases forgot to raise."""
    for node in ast.walk(client.tree):
        value = node.value if isinstance(node, ast.Assign) else None
        named = isinstance(node, ast.Assign) and syntax.name_of(node.targets[0])
        if named == "client_version" and isinstance(value, ast.Constant):
            return str(value.value)
    return ""


def _exported(modules: Mapping[str, Module]) -> dict[str, str]:
    """The names at the top of the package, and the module that each comes from."""
    top = modules.get("__init__.py")
    found: dict[str, str] = {}
    for node in top.tree.body if top else []:
        if isinstance(node, ast.ImportFrom) and node.level:
            for alias in node.names:
                if alias.name == "*":
                    inner = modules.get(f"{node.module}/__init__.py")
                    found |= dict.fromkeys(_starred(modules, inner), node.module or "")
                else:
                    found[alias.asname or alias.name] = node.module or ""
    return found


def _starred(modules: Mapping[str, Module], inner: Module | None) -> Iterator[str]:
    """The classes that `from .package import *` brings."""
    folder = inner.name.removesuffix("__init__.py") if inner else ""
    for name, module in modules.items():
        if folder and name.startswith(folder):
            yield from (node.name for node in syntax.classes(module))
