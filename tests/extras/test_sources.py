"""Functions -> the text that the API runs, compared with the vendor's where that says anything."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import pytest
from abacus_client import RequestError
from abacus_client.extras.sources import agent_source_of, source_of, sources_of


def first(rows: list[int]) -> int:
    """What it says is sent along."""
    return len(rows)


def second() -> str:
    return "é"


FIRST = '''def first(rows: list[int]) -> int:
    """What it says is sent along."""
    return len(rows)
'''
SECOND = 'def second() -> str:\n    return "é"\n'


def inner() -> Callable[[], int]:
    def nested() -> int:
        if True:
            return 1

    return nested


def test_the_text_of_a_function_is_as_it_was_written() -> None:
    assert source_of(first) == FIRST


def test_a_nested_function_is_moved_to_the_left() -> None:
    assert source_of(inner()) == "def nested() -> int:\n    if True:\n        return 1\n"


def test_modules_are_imported_first() -> None:
    text = source_of(second, ["mine", "theirs"])
    assert text == f"from mine import *\nfrom theirs import *\n\n{SECOND}"


def test_functions_stand_in_the_order_of_their_parts_with_what_they_call_last() -> None:
    parts = [("train", second), ("predict", None), ("initialize", first)]
    found = sources_of(parts, more=[second])
    assert found.text == f"{SECOND}\n\n{FIRST}\n\n{SECOND}"
    assert (found.name("train"), found.name("predict")) == ("second", None)
    assert found.name("initialize") == "first"


def test_no_function_is_no_text() -> None:
    assert sources_of([("train", None)], ["mine"]) == (None, {})


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda: 0, "a lambda has no source text"),
        (len, "the source text of len cannot be found"),
        (eval("type('C', (), {'__call__': lambda self: 0})()"), "cannot be found"),
        ("def f(): ...", "a function is needed, not str"),
        (None, "a function is needed, not NoneType"),
    ],
)
def test_what_has_no_text_is_refused_with_a_way_out(function: Any, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        source_of(function)


@pytest.mark.parametrize("modules", ["mine", [1], [None]])
def test_modules_are_a_list_of_names(modules: Any) -> None:
    with pytest.raises(RequestError, match="included_modules"):
        source_of(first, modules)


SCRIPT = """\
import os

def deep():
    return deeper()

def deeper():
    return deep()

def unused():
    return 1

def agent(question):
    agent(question)
    return str(deep()) + os.fspath(question)
"""


def script(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    path = tmp_path_factory.mktemp("script") / "script.py"
    path.write_text(SCRIPT)
    made = types.ModuleType("__main__")
    exec(compile(SCRIPT, str(path), "exec"), vars(made))
    return made


def test_an_agent_brings_what_it_calls_of_its_script(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    text = agent_source_of(script(tmp_path_factory).agent)
    assert text.startswith("def deep():\n    return deeper()\n\n\ndef deeper():")
    assert text.endswith("return str(deep()) + os.fspath(question)\n")
    assert "unused" not in text
    assert text.count("def ") == 3


def test_an_agent_of_a_module_brings_nothing_else() -> None:
    assert agent_source_of(second) == SECOND
