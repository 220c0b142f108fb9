"""The two drivers of a flow, twins but for `await`."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar, cast

from .errors import ApiError, DecodeError
from .failure import Failure, failure_of, too_late
from .flow import Flow, Keeps, Send, Sleep, Turn
from .response import Response

if TYPE_CHECKING:
    import httpx

    from .request import Request
    from .waiting import WaitFlow

S = TypeVar("S")
T = TypeVar("T")

Sender = Callable[["Request"], Response]
AsyncSender = Callable[["Request"], Awaitable[Response]]
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
        answer: object = None
        try:
            while True:
                try:
                    effect = flow.send(answer)
                except StopIteration as end:
                    return cast("T", end.value)
                if isinstance(effect, Send):
                    answer = self.send(effect)
                elif isinstance(effect, Turn):
                    answer = self._pool.turn(effect.key, effect.deadline)
                else:
                    self._pool.sleep(effect.seconds)
                    answer = None
        finally:
            flow.close()

    def watch(self, flow: WaitFlow[T], look: Callable[[float | None], object]) -> T:
        """Drive a flow that waits for something.

        Args:
            flow: The flow.
            look: Reads the state again, within so many seconds.

        Returns:
            What it ends with.
        """
        answer: object = None
        failed: ApiError | None = None
        try:
            while True:
                try:
                    effect = flow.send(answer) if failed is None else flow.throw(failed)
                except StopIteration as end:
                    return cast("T", end.value)
                answer = failed = None
                if isinstance(effect, Sleep):
                    self._pool.sleep(effect.seconds)
                    continue
                try:
                    answer = look(effect.left)
                except ApiError as error:
                    failed = error
        finally:
            flow.close()

    def send(self, effect: Send) -> Response | Failure:
        """Send a request through the caller's layers.

        Args:
            effect: What to send, and what is around it.

        Returns:
            The response, or why there is none.
        """
        if not effect.layers:
            return self.exchange(effect.request, effect.keeps)
        failures: list[Failure] = []

        def innermost(request: Request) -> Response:
            answer = self.exchange(request, effect.keeps)
            if isinstance(answer, Failure):
                failures.append(answer)
                raise answer.error
            return answer

        send: Sender = innermost
        for layer in reversed(effect.layers):
            send = around(layer, send)
        try:
            return send(effect.request)
        except ApiError as error:
            return given_up(error, failures)

    def exchange(self, request: Request, keeps: Keeps | None) -> Response | Failure:
        """Send a request and read the response, unless it is to be left open.

        Args:
            request: The request.
            keeps: Tells which response is left open.

        Returns:
            The response, or why there is none.
        """
        opened = None
        try:
            opened = self._pool.open(request)
            if keeps is not None and keeps(opened.status, opened.headers):
                opened.unlimited(request.timeout)
                return Response(opened.status, opened.headers, opened=opened)
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
        answer: object = None
        try:
            while True:
                try:
                    effect = flow.send(answer)
                except StopIteration as end:
                    return cast("T", end.value)
                if isinstance(effect, Send):
                    answer = await self.send(effect)
                elif isinstance(effect, Turn):
                    answer = await self._pool.turn(effect.key, effect.deadline)
                else:
                    await self._pool.sleep(effect.seconds)
                    answer = None
        finally:
            flow.close()

    async def watch(
        self, flow: WaitFlow[T], look: Callable[[float | None], Awaitable[object]]
    ) -> T:
        """Drive a flow that waits for something.

        Args:
            flow: The flow.
            look: Reads the state again, within so many seconds.

        Returns:
            What it ends with.
        """
        answer: object = None
        failed: ApiError | None = None
        try:
            while True:
                try:
                    effect = flow.send(answer) if failed is None else flow.throw(failed)
                except StopIteration as end:
                    return cast("T", end.value)
                answer = failed = None
                if isinstance(effect, Sleep):
                    await self._pool.sleep(effect.seconds)
                    continue
                try:
                    answer = await look(effect.left)
                except ApiError as error:
                    failed = error
        finally:
            flow.close()

    async def send(self, effect: Send) -> Response | Failure:
        """Send a request through the caller's layers.

        Args:
            effect: What to send, and what is around it.

        Returns:
            The response, or why there is none.
        """
        if not effect.layers:
            return await self.exchange(effect.request, effect.keeps)
        failures: list[Failure] = []

        async def innermost(request: Request) -> Response:
            answer = await self.exchange(request, effect.keeps)
            if isinstance(answer, Failure):
                failures.append(answer)
                raise answer.error
            return answer

        send: AsyncSender = innermost
        for layer in reversed(effect.layers):
            send = around(layer, send)
        try:
            return await send(effect.request)
        except ApiError as error:
            return given_up(error, failures)

    async def exchange(self, request: Request, keeps: Keeps | None) -> Response | Failure:
        """Send a request and read the response, unless it is to be left open.

        Args:
            request: The request.
            keeps: Tells which response is left open.

        Returns:
            The response, or why there is none.
        """
        opened = None
        try:
            opened = await self._pool.open(request)
            if keeps is not None and keeps(opened.status, opened.headers):
                opened.unlimited(request.timeout)
                return Response(opened.status, opened.headers, opened=opened)
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


def around(layer: Callable[[Request, S], T], send: S) -> Callable[[Request], T]:
    """Put a layer around what sends.

    Args:
        layer: The layer.
        send: What sends.

    Returns:
        What sends through the layer.
    """
    return lambda request: layer(request, send)


def given_up(error: ApiError, failures: list[Failure]) -> Failure:
    """Find the failure that an error of the caller's layers comes from.

    Args:
        error: What they raised.
        failures: What had failed below them.

    Returns:
        The failure; a final one if the error is their own.
    """
    for failure in failures:
        if failure.error is error:
            return failure
    return Failure(error, final=True)


def too_large() -> DecodeError:
    """Make the error of a body that does not fit into memory."""
    return DecodeError(f"the reply is longer than {LARGEST} bytes")
