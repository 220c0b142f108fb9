"""The vendor's client, asked what it sends and what it makes of replies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from functools import cached_property
from typing import Any

from tests.contract.cases import Reply
from tests.contract.exchange import Sent, sent
from tests.contract.exchanges import Exchange, replies
from tests.contract.server import Received, ReplyServer
from tests.contract.surface import KEY
from tests.contract.vendor import VendorClient
from tests.vendor.arguments import Maker
from tests.vendor.calls import Call, Calls
from tests.vendor.replies import Kind, Objects

HOSTS = ("prediction", "proxy", "told")


class InTurn:
    """Gives replies in turn, the last one for good."""

    def __init__(self, left: Iterable[Reply]) -> None:
        self.left = list(left)

    def __call__(self, _: Received) -> Reply:
        return self.left.pop(0) if len(self.left) > 1 else self.left[0]


class Told(dict[str, dict[str, Any]]):
    """Objects in replies by `Class/kind`, made when they are first asked for."""

    def __init__(self, make: Callable[[str, str], dict[str, Any]]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, name: str) -> dict[str, Any]:
        cls, _, kind = name.partition("/")
        self[name] = self.make(cls, kind)
        return self[name]


class Oracle:
    """The vendor's client and the server that it talks to, while they run."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> Oracle:
        self.server = self._stack.enter_context(ReplyServer(HOSTS))
        self.vendor = self._stack.enter_context(VendorClient())
        self.objects = Told(self._object)
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    @cached_property
    def catalogue(self) -> Mapping[str, Any]:
        """What there is in the vendor's client."""
        return self.vendor.order({"do": "catalogue"})  # type: ignore[no-any-return]

    @cached_property
    def calls(self) -> Calls:
        """The calls to make."""
        return Calls(self.catalogue)

    @cached_property
    def _made(self) -> Objects:
        plain = Maker(self.catalogue, "plain")
        return Objects(self.catalogue, lambda cls: self.written(plain.input(cls, cls))["returned"])

    def _object(self, cls: str, kind: Kind) -> dict[str, Any]:
        made = self._made.object(cls, kind)
        outcome = self.order("build", **{"class": cls, "fields": made})
        return {"reply": made, "returned": outcome.get("returned", made)}

    def order(self, what: str, **order: Any) -> dict[str, Any]:
        """Let the vendor's program do something."""
        return self.vendor.order(  # type: ignore[no-any-return]
            {"do": what, "server": self.server.url, "key": KEY, **order}
        )

    def written(self, value: Any) -> dict[str, Any]:
        """What an input object is on the wire."""
        return self.order("write", value=value)

    def answer(self, call: Call, given: Iterable[Reply] | None = None) -> None:
        """Let the server answer as a call says."""
        self.server.tells_endpoints = call.action != "getApiEndpoint"
        self.server.answer(InTurn(given or replies(call.reply, self.objects)))

    def received(self) -> list[Sent]:
        """What the server received since it was last told what to answer."""
        return [
            sent(each.method, each.host, each.target, each.headers, each.body)
            for each in self.server.received
        ]

    def exchange(self, call: Call, given: Iterable[Reply] | None = None) -> Exchange:
        """Let the vendor's client make a call."""
        self.answer(call, given)
        outcome = self.order(
            "call",
            method=call.method,
            arguments=call.arguments,
            positional=call.positional,
            on=call.on,
        )
        return Exchange(
            operation=call.action,
            method=call.method,
            way=call.way,
            arguments=call.arguments,
            reply=call.reply,
            sent=tuple(self.received()),
            outcome=outcome,
        )
