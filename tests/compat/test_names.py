"""Every name, signature, value and exception of the vendor's package, held against ours.

What differs is a row of docs/coming-from-abacusai.md, and a row that no longer holds is an error.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import json
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from abacus_client import ApiError, compat, errors
from abacus_client.compat import ApiException, api_class

from tests.contract.vendor import VendorMissing, python

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "coming-from-abacusai.md"
HAND_WRITTEN = 70
CLIENTS = {"ReadOnlyClient": 197, "ApiClient": 646, "PredictionClient": 56, "StreamingClient": 5}


@pytest.fixture(scope="session")
def vendor() -> dict[str, Any]:
    try:
        interpreter = python()
    except VendorMissing as missing:
        pytest.skip(str(missing))
    ran = subprocess.run(
        [str(interpreter), "-I", str(HERE / "vendor_surface.py")],
        capture_output=True,
        text=True,
        check=True,
    )
    surface: dict[str, Any] = json.loads(ran.stdout)
    return surface


def rows(heading: str) -> dict[str, str]:
    """The rows of the table below a heading of the page: first cell -> second cell."""
    text = PAGE.read_text("utf-8")
    section = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(r"^\| (`.+?`) \| (.+?) \|$", section, re.MULTILINE)
    names = {name: said for cell, said in found for name in re.findall(r"`([^`]+)`", cell)}
    return names


def signature(function: Any, *, hidden: tuple[str, ...] = ()) -> list[list[Any]]:
    """Name, kind and default of each parameter, as `vendor_surface.py` writes them."""
    # Once a model was used, pydantic's own idea of its signature has the names on the wire.
    made = isinstance(function, type) and "__init__" in vars(function)
    found = list(inspect.signature(function.__init__ if made else function).parameters.values())
    found = found[1:] if made else found
    return [[p.name, p.kind.name, default(p)] for p in found if p.name not in hidden]


def default(parameter: inspect.Parameter) -> Any:
    value = parameter.default
    if value is parameter.empty:
        return "<required>"
    return value.value if isinstance(value, enum.Enum) else value


def alike(theirs: list[list[Any]], ours: list[list[Any]]) -> bool:
    """Equal, but that a list or object that is made anew is shown as None."""
    same = [a[:2] for a in theirs] == [b[:2] for b in ours]
    return same and all(
        a[2] == b[2] or (a[2] in ([], {}) and b[2] is None)
        for a, b in zip(theirs, ours, strict=True)
    )


def test_every_mechanical_method_has_the_vendors_name_arguments_and_defaults(
    vendor: dict[str, Any],
) -> None:
    missing: set[str] = set()
    different: dict[str, Any] = {}
    for client, count in CLIENTS.items():
        methods = vendor["clients"][client]
        assert len(methods) == count
        cls = getattr(compat, client)
        missing |= {name for name in methods if not hasattr(cls, name)}
        for name, theirs in methods.items():
            if name not in missing and theirs != (ours := signature(getattr(cls, name))):
                different[name] = (theirs, ours)
    left = rows("Methods that are not there")
    assert missing == set(left)
    assert set(different) == set(rows("Methods with other arguments")), different
    there = vendor["clients"]["ApiClient"].keys() - missing
    assert len(there) >= CLIENTS["ApiClient"] - HAND_WRITTEN


def test_constructors_of_clients_are_the_vendors(vendor: dict[str, Any]) -> None:
    for name, theirs in vendor["constructors"].items():
        assert signature(getattr(compat, name)) == theirs, name


def test_every_class_that_callers_make_has_the_vendors_constructor(vendor: dict[str, Any]) -> None:
    different = {
        name: (theirs, ours)
        for name, theirs in vendor["objects"].items()
        if not alike(theirs, ours := signature(getattr(api_class, name)))
    }
    assert len(vendor["objects"]) >= 147
    assert set(different) == set(rows("Constructors that differ")), different


def test_classes_that_callers_make_extend_what_they_extend_at_the_vendors(
    vendor: dict[str, Any],
) -> None:
    for name, bases in vendor["bases"].items():
        ours = {base.__name__ for base in getattr(api_class, name).__mro__}
        missing = set(bases) - ours - {"JSONSchema", "DatasetConfig", name, *ALIASES}
        assert not missing, (name, missing)


ALIASES = {"ResponseSection", "VectorStoreConfig"}
"""`Segment` and `DocumentRetrieverConfig` are second names of these."""


def test_enumerations_have_the_vendors_members_and_values(vendor: dict[str, Any]) -> None:
    found = {k: v for k, v in vendor["enums"].items() if k not in ("Enum", "ApiEnum")}
    assert len(found) == 76
    assert sum(len(members) for members in found.values()) == 649
    for name, members in found.items():
        ours = getattr(api_class, name).__members__
        assert {member: value.value for member, value in ours.items()} == members, name


def test_exceptions_have_the_vendors_tree_and_constructors(vendor: dict[str, Any]) -> None:
    assert len(vendor["errors"]) == 22
    for name, said in vendor["errors"].items():
        cls = getattr(compat, name)
        assert issubclass(cls, ApiException)
        assert set(said["bases"]) - {"Exception", "BaseException", "object"} <= {
            base.__name__ for base in cls.__mro__
        }
        theirs = [p[0] for p in said["constructor"]]
        assert [p[0] for p in signature(cls)] == theirs, name
        made = cls(*["No."], *[404] * (len(theirs) > 1))
        again = pickle.loads(pickle.dumps(made))
        assert (type(again), str(again), again.http_status) == (cls, str(made), made.http_status)


def test_an_exception_is_caught_under_the_names_of_the_package_too() -> None:
    for name, cls in vars(errors).items():
        if isinstance(cls, type) and issubclass(cls, ApiError) and cls is not ApiError:
            assert issubclass(getattr(compat, name), (cls, ApiException)), name
            assert issubclass(getattr(compat, name), cls), name


def test_every_object_in_replies_is_there_with_its_fields(vendor: dict[str, Any]) -> None:
    assert len(vendor["resources"]) == 372
    for name, said in vendor["resources"].items():
        ours = {info.alias or field for field, info in getattr(compat, name).model_fields.items()}
        theirs = [field[0] for field in said["fields"] if field[0] != "client"]
        assert set(theirs) - ours == set(), name


def test_methods_of_objects_have_the_vendors_names_and_arguments(vendor: dict[str, Any]) -> None:
    missing: set[str] = set()
    different: set[str] = set()
    count = 0
    for name, said in vendor["resources"].items():
        cls = getattr(compat, name)
        for method, theirs in said["methods"].items():
            count += 1
            if not hasattr(cls, method):
                missing.add(f"{name}.{method}")
            elif method != "to_dict" and theirs != signature(
                getattr(cls, method), hidden=("options",)
            ):
                different.add(f"{name}.{method}")
    assert count > 800
    assert missing == set(rows("Methods of objects that are not there"))
    waits = {name for name in different if ".wait_" in name}
    assert different - waits == set(rows("Methods of objects with other arguments"))


def test_every_name_of_the_vendors_package_is_there_or_says_what_to_do(
    vendor: dict[str, Any],
) -> None:
    gone = rows("Names that are gone")
    for name in vendor["names"]:
        if name in gone:
            with pytest.raises(ImportError, match=re.escape(f"there is no {name} in")):
                exec(f"from abacus_client.compat import {name}")
        else:
            assert hasattr(compat, name), name
    assert set(gone) <= set(vendor["names"])


def printed(code: str) -> str:
    """What another process prints."""
    path = str(Path(inspect.getfile(compat)).parents[2])
    command, env = [sys.executable, "-c", code], {"PYTHONPATH": path}
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    return ran.stdout.strip()


def test_importing_the_second_front_is_not_part_of_importing_the_package() -> None:
    code = "import sys, abacus_client; print([m for m in sys.modules if '.compat' in m])"
    path = str(Path(inspect.getfile(compat)).parents[2])
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": path},
    )
    assert ran.stdout.strip() == "[]"


def test_a_client_imports_no_namespace_and_no_model_until_it_is_used() -> None:
    code = (
        "import sys; from abacus_client.compat import ApiClient; ApiClient('key'); "
        "print([m for m in sys.modules if '.resources' in m or '.models' in m], "
        "[m for m in ('pydantic', 'httpx') if m in sys.modules])"
    )
    path = str(Path(inspect.getfile(compat)).parents[2])
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": path},
    )
    assert ran.stdout.strip() == "[] []"


def test_names_are_also_where_the_vendor_keeps_them() -> None:
    client = importlib.import_module("abacus_client.compat.client")
    assert client.ApiClient is compat.ApiClient
    assert client.DataNotFoundError is compat.DataNotFoundError
