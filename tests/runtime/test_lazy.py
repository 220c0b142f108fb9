"""Lazy packages import a name's module when the name is touched."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from rebind.runtime.lazy import lazy_package\n"
        "__getattr__, __dir__ = lazy_package(__name__, {\n"
        "    'Till': '.till', 'Drawer': 'till:Tray', 'till_module': 'till:', 'broken': 'broken',\n"
        "    'missing': 'till', 'order': 'order',\n"
        "})\n"
    )
    (package / "till.py").write_text("class Till: pass\nclass Tray: pass\n")
    (package / "broken.py").write_text("raise RuntimeError('broken')\n")
    (package / "order.py").write_text("def order(): return 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("shop")
    for name in [name for name in sys.modules if name.split(".")[0] == "shop"]:
        del sys.modules[name]


def test_a_name_imports_its_module_once(shop: ModuleType) -> None:
    assert "shop.till" not in sys.modules
    till = shop.Till
    assert till.__module__ == "shop.till"
    assert vars(shop)["Till"] is till
    assert shop.Drawer.__name__ == "Tray"
    assert shop.till_module is sys.modules["shop.till"]


def test_a_name_goes_before_a_module_of_the_same_name(shop: ModuleType) -> None:
    assert shop.order() == 1
    assert shop.order() == 1


def test_a_package_lists_its_names_without_importing_them(shop: ModuleType) -> None:
    assert {"Till", "Drawer", "broken", "__name__"} <= set(dir(shop))
    assert "shop.till" not in sys.modules


def test_unknown_names_and_broken_modules_are_errors(shop: ModuleType) -> None:
    with pytest.raises(AttributeError, match="module 'shop' has no attribute 'nothing'"):
        shop.nothing  # noqa: B018
    with pytest.raises(RuntimeError, match="broken"):
        shop.broken  # noqa: B018
    with pytest.raises(AttributeError, match="missing"):
        shop.missing  # noqa: B018
    assert not hasattr(shop, "__path_to_nowhere__")


def test_star_and_from_imports_work(shop: ModuleType) -> None:
    from shop import Drawer, Till  # type: ignore[import-not-found]

    assert (Till.__name__, Drawer.__name__) == ("Till", "Tray")
    with pytest.raises(ImportError, match="nothing"):
        from shop import nothing  # noqa: F401
