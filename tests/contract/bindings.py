"""The bindings under test, called as the cases say.

REBIND_PACKAGE_DIR names the folder that holds the package; otherwise it is the generated one.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from tests.contract.cases import Case

NAME = "abacus_client"
GENERATED = Path(__file__).parents[2] / "generated" / NAME
KEY = "key-for-replays-only"

Flavour = Literal["sync", "async"]
Form = Literal["keywords", "positional", "bound"]

FLAVOURS: tuple[Flavour, ...] = ("sync", "async")


def package() -> Any:
    """The generated package.

    Raises:
        ImportError: another copy of it is imported already.
    """
    folder = os.environ.get("REBIND_PACKAGE_DIR") or str(GENERATED)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    module = importlib.import_module(NAME)
    if Path(folder).resolve() not in Path(str(module.__file__)).resolve().parents:
        raise ImportError(f"{NAME} is imported from {module.__file__}, not from {folder}")
    return module


def client(flavour: Flavour, **options: Any) -> Any:
    """A client that tries once and says so where a reply deviates."""
    module = package()
    cls = module.Abacus if flavour == "sync" else module.AsyncAbacus
    return cls(**{"api_key": KEY, "strict": True, "retry": None, **options})


def session_class(flavour: Flavour) -> Any:
    """The class of sessions that a client of this flavour returns."""
    module = package()
    return module.ChatSession if flavour == "sync" else module.AsyncChatSession


def call(case: Case, flavour: Flavour, form: Form = "keywords", **options: Any) -> Any:
    """Make the call of a case and return what it returns, or raise what it raises."""
    options = {"strict": not case.deviates, **options}
    if flavour == "sync":
        with client("sync", **options) as connected:
            return _call(connected, case, flavour, form)

    async def run() -> Any:
        async with client("async", **options) as connected:
            return await _call(connected, case, flavour, form)

    return asyncio.run(run())


def _call(connected: Any, case: Case, flavour: Flavour, form: Form) -> Any:
    arguments: Mapping[str, Any] = case.arguments
    if form == "bound":
        rest = {name: value for name, value in arguments.items() if name != "chat_session_id"}
        session = session_class(flavour)(connected, chatSessionId=arguments["chat_session_id"])
        return getattr(session, str(case.call.bound))(**rest)
    method = getattr(connected.chat_sessions, case.call.ours)
    return method(*arguments.values()) if form == "positional" else method(**arguments)
