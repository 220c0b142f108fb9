"""`docs/hand-written.md` lists all that the vendor writes by hand: what is here, what is not."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import abacus_client
import pytest
from abacus_client import Abacus, AsyncAbacus

from tests.contract.vendor import VendorMissing, python

PAGE = Path(__file__).parents[2] / "docs" / "hand-written.md"
NAME = re.compile(r"`([\w.]+)`")

# Finds them again: what does not send exactly one request as its only statement.
COUNT = r"""
import ast, pathlib, re
import abacusai

folder = pathlib.Path(abacusai.__file__).parent
source = folder.joinpath("client.py").read_text("utf-8")
one = re.compile(r"return self\._(call_api|proxy_request)\(")


def says(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def statements(node):
    return [n for n in node.body if not says(n)]


def mechanical(node):
    text = [ast.unparse(s) for s in statements(node)]
    return bool(text) and bool(one.match(text[-1])) and len(text) <= 2


for cls in ast.parse(source).body:
    if isinstance(cls, ast.ClassDef) and cls.name in ("ApiClient", "ReadOnlyClient"):
        for node in cls.body:
            if isinstance(node, ast.FunctionDef) and node.name[0] != "_" and not mechanical(node):
                print(node.name)
"""


def tables() -> list[list[tuple[str, str]]]:
    text = PAGE.read_text("utf-8").split("## What of `abacus_client`")[1]
    found: list[list[tuple[str, str]]] = []
    for line in text.splitlines():
        if line.startswith("| ---"):
            found.append([])
        elif line.startswith("| `"):
            left, right = line.strip("| ").split(" | ")
            found[-1].append((left, right))
    return found


def same(table: list[tuple[str, str]]) -> list[str]:
    return [
        f"{NAME.findall(cls)[0]}.{method}"
        for cls, methods in table
        for method in NAME.findall(methods)
    ]


HERE, OBJECTS, LEFT = tables()
MOVED = [(NAME.findall(left)[0], NAME.findall(right)[0]) for left, right in HERE]
SAME = same(OBJECTS)
OUT = [name for names, _ in LEFT for name in NAME.findall(names)]


@pytest.mark.parametrize("path", sorted({ours for _, ours in MOVED} | set(SAME)))
@pytest.mark.parametrize("flavour", ["blocking", "awaited"])
def test_what_is_said_to_be_here_is_here(path: str, flavour: str) -> None:
    first, *rest = path.split(".")
    if first == "client":
        here = Abacus("key") if flavour == "blocking" else AsyncAbacus("key")
    else:
        here = getattr(abacus_client, first if flavour == "blocking" else f"Async{first}")
    for name in rest:
        here = getattr(here, name)
    assert here.__doc__
    assert len(here.__doc__) > 10


def test_there_are_seventy_on_the_client_and_fifty_five_on_objects() -> None:
    every = [*(theirs for theirs, _ in MOVED), *SAME, *OUT]
    assert len(every) == len(set(every))
    assert len([name for name in every if "." not in name]) == 70
    assert len([name for name in every if "." in name]) == 55


def test_what_is_left_out_is_left_out_with_a_reason() -> None:
    assert all(len(why) > 20 for _, why in LEFT)
    clients = {name for name in OUT if "." not in name}
    for namespace in dir(Abacus):
        assert not clients & set(dir(getattr(Abacus, namespace)))


def test_nothing_that_the_vendor_writes_by_hand_is_forgotten() -> None:
    try:
        command = [str(python()), "-I", "-c", COUNT]
    except VendorMissing as missing:
        pytest.skip(str(missing))
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    written = set(ran.stdout.split())
    listed = {name for name in [*(theirs for theirs, _ in MOVED), *OUT] if "." not in name}
    assert listed == written
