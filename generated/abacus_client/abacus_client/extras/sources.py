"""Functions -> the source text that the API runs."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from abacus_client._runtime.errors import RequestError

Function = Callable[..., Any]


class Source(NamedTuple):
    """The text of several functions, and what those with a part to play are called.

    Attributes:
        text: The source text; None: there is no function.
        names: Part -> name of the function that plays it, where there is one.
    """

    text: str | None
    names: dict[str, str]

    def name(self, part: str) -> str | None:
        """What the function with a part is called.

        Args:
            part: The part.

        Returns:
            The name; None: there is no such function.
        """
        return self.names.get(part)


def source_of(function: Function, modules: Sequence[str] | None = None) -> str:
    """Read the source text of a function.

    Args:
        function: A function that was written in a file or a notebook.
        modules: Modules of the platform; all names of each are imported first.

    Returns:
        Its text, as it would stand on the top level of a module.

    Raises:
        RequestError: It has no text of its own, such as a lambda or a builtin.
    """
    return _imports(modules) + _text(function)


def sources_of(
    parts: Iterable[tuple[str, Function | None]],
    modules: Sequence[str] | None = None,
    more: Iterable[Function] = (),
) -> Source:
    """Read the source text of functions that belong together.

    Args:
        parts: Part and function, in the order in which they are to stand; None: nobody plays it.
        modules: Modules of the platform; all names of each are imported first.
        more: Functions that those call.

    Returns:
        Their text, and what they are called.

    Raises:
        RequestError: One of them has no text of its own.
    """
    playing = [(part, function) for part, function in parts if function is not None]
    if not playing:
        return Source(None, {})
    texts = [_text(function) for _, function in playing]
    texts += [_text(function) for function in more]
    names = {part: function.__name__ for part, function in playing}
    return Source(_imports(modules) + "\n\n".join(texts), names)


def model_source(
    train: Function | None,
    predict: Function | None,
    predict_many: Function | None,
    initialize: Function | None,
    modules: Sequence[str] | None,
    more: Iterable[Function] = (),
) -> Source:
    """Read the source text of the functions that make a model.

    Args:
        train: Trains the model; where it is None, there is no text at all.
        predict: Makes a prediction.
        predict_many: Makes many at once.
        initialize: Makes ready for predictions.
        modules: Modules of the platform; all names of each are imported first.
        more: Functions that those call.

    Returns:
        Their text, and what they are called.

    Raises:
        RequestError: One of them has no text of its own.
    """
    if train is None:
        return Source(None, {})
    parts = [
        ("train", train),
        ("predict", predict),
        ("predict_many", predict_many),
        ("initialize", initialize),
    ]
    return sources_of(parts, modules, more)


def operator_source(
    predict: Function | None, initialize: Function | None, modules: Sequence[str] | None
) -> Source:
    """Read the source text of the functions that make a prediction operator.

    Args:
        predict: Makes a prediction.
        initialize: Makes ready for predictions; it makes no sense alone.
        modules: Modules of the platform; all names of each are imported first.

    Returns:
        Their text, and what they are called.

    Raises:
        RequestError: One of them has no text of its own, or there is nothing to make ready for.
    """
    if initialize is not None and predict is None:
        raise RequestError("an initialize_function needs a predict_function beside it")
    return sources_of([("initialize", initialize), ("predict", predict)], modules)


def agent_source_of(function: Function) -> str:
    """Read the source text of an agent's function, with those of its script that it calls.

    Args:
        function: The function.

    Returns:
        The text of the functions that it calls, directly or not, where they are defined in the
        script or notebook that runs, and then its own.

    Raises:
        RequestError: One of them has no text of its own.
    """
    own = _text(function)
    found: dict[str, str] = {}
    known: dict[str, Any] = getattr(function, "__globals__", {})
    pending = list(_called(own))
    while pending:
        name = pending.pop(0)
        called = known.get(name)
        if name in found or name == function.__name__ or not inspect.isfunction(called):
            continue
        if called.__module__ == "__main__":
            found[name] = _text(called)
            pending += _called(found[name])
    return "\n\n".join([*found.values(), own])


def _text(function: Function) -> str:
    if not callable(function):
        raise RequestError(f"a function is needed, not {type(function).__name__}")
    name = getattr(function, "__name__", repr(function))
    if name == "<lambda>":
        raise RequestError("a lambda has no source text of its own: write it with `def`")
    try:
        return textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        raise RequestError(
            f"the source text of {name} cannot be found: define it in a file or a notebook, or "
            "hand over its text to the method that takes source code"
        ) from None


def _imports(modules: Sequence[str] | None) -> str:
    if not modules:
        return ""
    if isinstance(modules, str) or not all(isinstance(name, str) for name in list[object](modules)):
        raise RequestError("included_modules is a list of names of modules")
    return "\n".join(f"from {name} import *" for name in modules) + "\n\n"


def _called(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
