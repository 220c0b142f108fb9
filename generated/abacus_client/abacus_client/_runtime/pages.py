"""The pages of a list, asked for as they are needed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Any, Generic, cast

from typing_extensions import TypeVar

from .paging import following, items_of, start

if TYPE_CHECKING:
    from .call import Call
    from .call_options import CallOptions
    from .client import AsyncClient, Client
    from .flow import Answered
    from .paging import Paging

T = TypeVar("T")
R = TypeVar("R", default=Any)


class _Held(Generic[T, R]):
    """What both flavours of a page know.

    Attributes:
        items: The items on this page.
        reply: The whole reply that they came in.
    """

    items: list[T]
    reply: R

    def __init__(
        self, client: Any, call: Call[Any, Any], options: Any, answered: Answered, reply: R
    ) -> None:
        self._client = client
        self._call = call
        self._options = options
        self._headers = answered.response.headers
        self._paging = cast("Paging", call.operation.page)
        self._position = start(self._paging, call)
        self.reply = reply
        self.items = items_of(self._paging, reply)

    @property
    def has_next(self) -> bool:
        """Whether there is another page.

        Raises:
            PagingError: The server says so, but the pages lead nowhere.
        """
        return self._next() is not None

    def _next(self) -> Call[Any, Any] | None:
        return following(
            self._paging, self._call, self.reply, self.items, self._headers, self._position
        )

    def _after(self, page: _Held[T, R]) -> None:
        self._position = page._position.next(page.items)

    def __bool__(self) -> bool:
        """Whether there is anything in it or after it."""
        return bool(self.items) or self.has_next

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.items)} items>"


class Page(_Held[T, R]):
    """A page of a list. Iterating gives its items and goes on with those of the pages after it.

    Attributes:
        items: The items on this page.
        reply: The whole reply that they came in.
    """

    _client: Client

    def next_page(self) -> Page[T, R] | None:
        """Ask for the next page.

        Returns:
            The page; None after the last one.

        Raises:
            PagingError: The pages lead nowhere.
            ApiError: Any other failure; the call can be made again.
        """
        call = self._next()
        if call is None:
            return None
        page: Page[T, R] = self._client.send(call, self._options)
        page._after(self)
        return page

    def pages(self) -> Generator[Page[T, R]]:
        """Go through this page and those after it.

        Yields:
            The pages.

        Raises:
            ApiError: Any failure.
        """
        page: Page[T, R] | None = self
        while page is not None:
            yield page
            page = page.next_page()

    def __iter__(self) -> Generator[T]:
        with closing(self.pages()) as pages:
            for page in pages:
                for item in page.items:  # noqa: UP028 - its twin cannot
                    yield item


class AsyncPage(_Held[T, R]):
    """A page of a list. Iterating gives its items and goes on with those of the pages after it.

    Attributes:
        items: The items on this page.
        reply: The whole reply that they came in.
    """

    _client: AsyncClient

    async def next_page(self) -> AsyncPage[T, R] | None:
        """Ask for the next page.

        Returns:
            The page; None after the last one.

        Raises:
            PagingError: The pages lead nowhere.
            ApiError: Any other failure; the call can be made again.
        """
        call = self._next()
        if call is None:
            return None
        page: AsyncPage[T, R] = await self._client.send(call, self._options)
        page._after(self)
        return page

    async def pages(self) -> AsyncGenerator[AsyncPage[T, R]]:
        """Go through this page and those after it.

        Yields:
            The pages.

        Raises:
            ApiError: Any failure.
        """
        page: AsyncPage[T, R] | None = self
        while page is not None:
            yield page
            page = await page.next_page()

    async def __aiter__(self) -> AsyncGenerator[T]:
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                for item in page.items:
                    yield item


class AsyncPages(Generic[T, R]):
    """The pages of a list, not asked for yet: await the first one, or iterate over all items.

    Each `await` and each iteration begins anew.
    """

    def __init__(
        self, client: AsyncClient, call: Call[object, AsyncPage[T, R]], options: CallOptions
    ) -> None:
        self._client = client
        self._call = call
        self._options: CallOptions = options

    def __await__(self) -> Generator[Any, None, AsyncPage[T, R]]:
        return self._client.send(self._call, self._options).__await__()

    async def pages(self) -> AsyncGenerator[AsyncPage[T, R]]:
        """Go through all pages.

        Yields:
            The pages.

        Raises:
            ApiError: Any failure.
        """
        first = await self
        async with aclosing(first.pages()) as pages:
            async for page in pages:
                yield page

    async def __aiter__(self) -> AsyncGenerator[T]:
        first = await self
        async with aclosing(first.__aiter__()) as items:
            async for item in items:
                yield item

    def __repr__(self) -> str:
        return f"<AsyncPages of {self._call.operation.id}>"
