"""Packages whose names are imported when they are first touched (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module

TYPE_CHECKING = False  # what type checkers take for true; importing typing takes longer than this
if TYPE_CHECKING:
    from types import FrameType


def lazy_package(
    package: str,
    names: Mapping[str, str],
    gone: Mapping[str, str] | None = None,
    old: Mapping[str, tuple[str, str]] | None = None,
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Make the module functions `__getattr__` and `__dir__` of a lazy package.

    Args:
        package: The package's `__name__`.
        names: Public name -> module that holds it, relative to the package, with or without its
            leading dots. An attribute of another name is written `"module:attribute"`, the module
            itself `"module:"`.
        gone: Names that another package has -> what to do here instead. With it, an import of a
            name that is not there says what is.
        old: Names that something had before -> where it is, as in `names`, and what to say of it.

    Returns:
        `(__getattr__, __dir__)`, to be assigned in the package's `__init__`.
    """

    def load(name: str) -> object:
        try:
            target = names[name]
        except KeyError:
            if old is not None and name in old:
                target, message = old[name]
                return _formerly(package, target, message)
            if gone is not None:
                _explain(package, name, names, gone)
            raise AttributeError(f"module {package!r} has no attribute {name!r}") from None
        value = _loaded(package, target, name)
        # Stored, so that the next access is an ordinary one; this also puts a class before a
        # submodule of the same name.
        setattr(sys.modules[package], name, value)
        return value

    def listing() -> list[str]:
        return sorted({*vars(sys.modules[package]), *names})

    return load, listing


def the_same_as(package: str) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Make the module functions of a module that offers the names of a lazy package.

    Args:
        package: The package.

    Returns:
        `(__getattr__, __dir__)`, to be assigned in the module.
    """

    def load(name: str) -> object:
        if name.startswith("__"):  # what import itself asks for is the module's own
            raise AttributeError(f"there is no {name} here: look in {package}")
        return getattr(import_module(package), name)

    return load, lambda: sorted(dir(import_module(package)))


def _loaded(package: str, target: str, name: str) -> object:
    module_name, colon, attribute = target.partition(":")
    relative = module_name if module_name.startswith(".") else f".{module_name}"
    value: object = import_module(relative, package)
    return getattr(value, attribute or name) if attribute or not colon else value


def _formerly(package: str, target: str, message: str) -> object:
    """What an old name means; not stored, so that the next use warns where it stands."""
    from inspect import currentframe

    from .renamed import warn

    # An import statement asks twice, and the first time only whether the name is there.
    if not _importing(currentframe()):
        warn(message)
    return _loaded(package, target, "")


def _importing(frame: FrameType | None) -> bool:
    """Whether the code that asked the module for a name is that of an import statement."""
    for _ in range(2):
        frame = frame.f_back if frame else None
    return frame is not None and frame.f_code.co_name == "_handle_fromlist"


def _explain(package: str, name: str, names: Mapping[str, str], gone: Mapping[str, str]) -> None:
    """Raise an `ImportError` with a way out, if this is `from package import name`."""
    # An attribute that is missing is looked for in other ways, too, by `hasattr` for one; those
    # must go on getting an AttributeError, whose text an import statement would not show.
    from importlib.util import find_spec
    from inspect import currentframe

    if name.startswith("__") or not _importing(currentframe()):
        return
    if find_spec(f"{package}.{name}") is not None:
        return
    said = gone.get(name)
    if said is None:
        from difflib import get_close_matches

        near = get_close_matches(name, names, 1)
        said = f"did you mean {near[0]}?" if near else f"dir({package}) lists what is there"
    raise ImportError(f"there is no {name} in {package}: {said}", name=package)
