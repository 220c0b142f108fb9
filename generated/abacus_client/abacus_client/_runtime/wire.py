"""The two drivers of a flow, twins but for `await`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar, cast

from .errors import DecodeError
from .failure import Failure, failure_of, too_late
from .flow import Flow, Send
from .response import Response

if TYPE_CHECKING:
    import httpx

    from .request import Request

T = TypeVar("T")

LARGEST = 1024 * 1024 * 1024
"""The most bytes of a body that is read into memory."""


class Wire:
    """Does what flows ask for.

    Args:
        given: An HTTP client to send with; None: connections of its own.
    """

    def __init__(self, given: httpx.Client | None = None) -> None:
        from .connections import Pool

        self._pool = Pool(given)

    def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end.

        Args:
            flow: The flow.

        Returns:
            What it ends with.
        """
        answer: Response | Failure | None = None
        while True:
            try:
                effect = flow.send(answer)
            except StopIteration as end:
                return cast("T", end.value)
            if isinstance(effect, Send):
                answer = self.send(effect.request)
            else:
                self._pool.sleep(effect.seconds)
                answer = None

    def send(self, request: Request) -> Response | Failure:
        """Send a request and read the whole response.

        Args:
            request: The request.

        Returns:
            The response, or why there is none.
        """
        opened = None
        try:
            opened = self._pool.open(request)
            try:
                pieces: list[bytes] = []
                size = 0
                for piece in opened.pieces:
                    pieces.append(piece)
                    size += len(piece)
                    if size > LARGEST:
                        raise too_large()
                    if request.deadline is not None and time.monotonic() > request.deadline:
                        return too_late().at(opened)
            finally:
                opened.close()
            return Response(opened.status, opened.headers, b"".join(pieces))
        except Exception as error:
            return failure_of(error).at(opened)

    def close(self) -> None:
        """Close the connections, unless they were given."""
        self._pool.close()


class AsyncWire:
    """Does what flows ask for.

    Args:
        given: An HTTP client to send with; None: connections of its own.
    """

    def __init__(self, given: httpx.AsyncClient | None = None) -> None:
        from .async_connections import AsyncPool

        self._pool = AsyncPool(given)

    async def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end.

        Args:
            flow: The flow.

        Returns:
            What it ends with.
        """
        answer: Response | Failure | None = None
        while True:
            try:
                effect = flow.send(answer)
            except StopIteration as end:
                return cast("T", end.value)
            if isinstance(effect, Send):
                answer = await self.send(effect.request)
            else:
                await self._pool.sleep(effect.seconds)
                answer = None

    async def send(self, request: Request) -> Response | Failure:
        """Send a request and read the whole response.

        Args:
            request: The request.

        Returns:
            The response, or why there is none.
        """
        opened = None
        try:
            opened = await self._pool.open(request)
            try:
                pieces: list[bytes] = []
                size = 0
                async for piece in opened.pieces:
                    pieces.append(piece)
                    size += len(piece)
                    if size > LARGEST:
                        raise too_large()
                    if request.deadline is not None and time.monotonic() > request.deadline:
                        return too_late().at(opened)
            finally:
                await opened.close()
            return Response(opened.status, opened.headers, b"".join(pieces))
        except Exception as error:
            return failure_of(error).at(opened)

    async def aclose(self) -> None:
        """Close the connections, unless they were given."""
        await self._pool.aclose()


def too_large() -> DecodeError:
    """Make the error of a body that does not fit into memory."""
    return DecodeError(f"the reply is longer than {LARGEST} bytes")
