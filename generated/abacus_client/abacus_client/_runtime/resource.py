"""Namespaces of a client: `client.chat_sessions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from .call import Call
    from .call_options import CallOptions
    from .client import AsyncClient, Client

T = TypeVar("T")


class Resource:
    """A group of operations of a client."""

    __slots__ = ("_client",)
    _client: Any  # a class of the package that has hand-written methods says which client

    def __init__(self, client: Client) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"

    def _send(self, call: Call[T, object], options: CallOptions) -> T:
        client: Client = self._client
        return client.send(call, options)


class AsyncResource:
    """A group of operations of an asynchronous client."""

    __slots__ = ("_client",)
    _client: Any

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"

    async def _send(self, call: Call[object, T], options: CallOptions) -> T:
        client: AsyncClient = self._client
        return await client.send(call, options)
