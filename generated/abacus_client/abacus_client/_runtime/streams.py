"""Responses that are read while they come."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, closing, suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from .call import Binary, Events, Json, JsonLines
from .decode import Unreadable, choose, read_json, read_plain, read_text
from .errors import ApiConnectionError, ApiError, DecodeError
from .events import Event, Lines
from .events import Events as EventParser
from .failure import failure_of
from .flow import judged
from .model import attached
from .response import BOUND, Read, Response
from .scrub import scrub

if TYPE_CHECKING:
    from typing_extensions import Self

    from .async_connections import AsyncOpened
    from .call import Operation
    from .connections import Opened
    from .flow import Answered, Settings
    from .headers import Headers
    from .options import Progress
    from .raw import Capture

T = TypeVar("T")


class _Seen:
    """What both flavours of a streamed response know."""

    _ahead: bytearray

    def __init__(self, settings: Settings, operation: str, answered: Answered) -> None:
        self.status: int = answered.response.status
        self.headers: Headers = answered.response.headers
        self.attempts: int = answered.attempts
        self._settings = settings
        self._operation = operation
        self._started = settings.clock() - answered.elapsed

    @property
    def request_id(self) -> str | None:
        """The server's id of the request."""
        return self.headers.get(self._settings.api.request_id_header)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.status}>"

    def _failed(self, error: Exception) -> ApiError:
        made = failure_of(error).error
        made.status, made.request_id = self.status, self.request_id
        made.operation, made.attempts = self._operation, self.attempts
        made.elapsed = self._settings.clock() - self._started
        scrub(self._settings.credentials, made)
        if self._settings.on_error is not None:
            self._settings.on_error(made)
        return made

    def _check_open(self, closed: bool) -> None:
        """Refuse to read a second time: what is below would look for the bytes for ever."""
        if closed:
            raise self._failed(ApiConnectionError("the response was read already, or closed"))

    def _length(self) -> int | None:
        length = self.headers.get("content-length") or ""
        plain = "content-encoding" not in self.headers
        return int(length) if plain and length.isascii() and length.isdigit() else None

    def _taken(self, size: int) -> bytes:
        """Take what was read ahead."""
        taken = bytes(self._ahead[:size])
        del self._ahead[:size]
        return taken

    def parsed(self, parse: Callable[[bytes], T], piece: bytes) -> T:
        """Parse a piece of the body.

        Args:
            parse: Parses it.
            piece: The piece.

        Returns:
            What it was made into.

        Raises:
            DecodeError: It cannot be read.
        """
        try:
            return parse(piece)
        except (Unreadable, DecodeError) as error:
            failed = self._failed(as_error(error, piece))
        raise failed

    def made(self, reply: Json, piece: bytes, client: object) -> Any:
        """Make an object of a piece of the body.

        Args:
            reply: What it is.
            piece: The piece.
            client: The client of objects that have methods.

        Returns:
            The object.

        Raises:
            DecodeError: It cannot be read, or deviates where that is refused.
        """
        settings = self._settings
        asynchronous = settings.asynchronous
        decoded = self.parsed(lambda p: read_plain(p, reply, asynchronous=asynchronous), piece)
        outcome = Read(decoded.result, misfits=decoded.misfits)
        response = Response(self.status, self.headers, piece)
        try:
            result = judged(settings, self._operation, outcome, response, part=True)
        except DecodeError as error:
            failed = self._failed(error)
        else:
            return attached(result, client)
        raise failed

    def _text(self, line: bytes) -> str:
        return read_text(line, self.headers.get("content-type") or "")


class StreamedResponse(_Seen):
    """A response whose body is read while it comes. Close it, or use it as a context manager."""

    def __init__(self, settings: Settings, operation: str, answered: Answered) -> None:
        super().__init__(settings, operation, answered)
        self._opened = cast("Opened", answered.response.opened)
        self._pieces = iter(self._opened.pieces)
        self._ahead, self._ended = bytearray(), False

    def iter_bytes(self) -> Generator[bytes]:
        """Read the body piece by piece, decompressed.

        Yields:
            Bytes, as they come.

        Raises:
            ApiError: The body broke off.
        """
        self._check_open(self._opened.closed and not self._ended)
        failed: ApiError | None = None
        try:
            if self._ahead:
                yield self._taken(len(self._ahead))
            if not self._ended:
                for piece in self._pieces:
                    if piece:
                        yield piece
        except Exception as error:
            failed = self._failed(error)
        finally:
            self.close()
        # Raised out here, it does not drag along what was raised underneath.
        if failed is not None:
            raise failed

    def iter_lines(self) -> Generator[str]:
        """Read the body line by line, whatever ends its lines.

        Yields:
            Lines without their ends.

        Raises:
            ApiError: The body broke off, or a line is too long.
        """
        with closing(self.raw_lines()) as lines:
            for line in lines:
                yield self._text(line)

    def iter_json(self) -> Generator[Any]:
        """Read the body as JSON values, one per line.

        Yields:
            The values; empty lines are skipped.

        Raises:
            ApiError: The body broke off, or a line is not JSON.
        """
        with closing(self.raw_lines()) as lines:
            for line in lines:
                if line.strip():
                    yield self.parsed(read_json, line)

    def iter_events(self) -> Generator[Event]:
        """Read the body as server-sent events.

        Yields:
            The events.

        Raises:
            ApiError: The body broke off, or an event is too long.
        """
        parser = EventParser()
        with closing(self.iter_bytes()) as pieces:
            for piece in pieces:
                for event in self.parsed(parser.feed, piece):  # noqa: UP028
                    yield event

    def read(self, size: int = -1) -> bytes:
        """Read the body, as of a file.

        Args:
            size: How many bytes; less than 0 for all that are left.

        Returns:
            As many bytes, or fewer at the end; none after it.

        Raises:
            ApiError: The body broke off.
        """
        if size < 0:
            return b"".join(list(self.iter_bytes()))
        failed: ApiError | None = None
        while len(self._ahead) < size and not self._ended:
            self._check_open(self._opened.closed)
            try:
                piece = next(self._pieces, None)
            except Exception as error:
                failed = self._failed(error)
                break
            self._ended = piece is None
            self._ahead += piece or b""
        if failed is not None or self._ended:
            self.close()
        if failed is not None:
            raise failed
        return self._taken(size)

    def save(self, path: str | os.PathLike[str], *, progress: Progress | None = None) -> int:
        """Read the body into a file, which appears only once it is complete.

        Args:
            path: Where it goes; a file that is there is replaced.
            progress: Called after each piece.

        Returns:
            How many bytes there were.

        Raises:
            ApiError: The body broke off.
            OSError: The file cannot be written.
        """
        target = Target(path)
        try:
            with closing(self.iter_bytes()) as pieces:
                for piece in pieces:
                    target.write(piece)
                    if progress is not None:
                        progress(target.size, self._length())
            return target.keep()
        finally:
            target.close()
            self.close()

    def close(self) -> None:
        """Let go of the connection; it is closed if the body was not read to its end."""
        self._opened.close()

    def __iter__(self) -> Generator[bytes]:
        return self.iter_bytes()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def raw_lines(self) -> Generator[bytes]:
        """Read the body line by line, not decoded.

        Yields:
            Lines without their ends.

        Raises:
            ApiError: The body broke off, or a line is too long.
        """
        lines = Lines()
        with closing(self.iter_bytes()) as pieces:
            for piece in pieces:
                for line in self.parsed(lines.feed, piece):
                    yield line
        for line in lines.end():
            yield line

    def items(self, reply: Events | JsonLines, client: object) -> Generator[Any]:
        """Read the body as what the description says that it streams.

        Args:
            reply: What that is.
            client: The client of objects that have methods.

        Yields:
            The items.

        Raises:
            ApiError: The body broke off, or an item cannot be read.
        """
        make = _Items(self, reply, client)
        if isinstance(reply, JsonLines):
            with closing(self.raw_lines()) as lines:
                for line in lines:
                    if line.strip():
                        yield make.item(line)
            return
        with closing(self.iter_events()) as events:
            for event in events:
                if event.data == reply.done:
                    return
                yield make.event(event)


class Stream(Generic[T]):
    """The items of a response, made while it comes. Close it, or use it as a context manager.

    Attributes:
        response: The response itself.
    """

    def __init__(
        self, response: StreamedResponse, reply: Events | JsonLines, client: object
    ) -> None:
        self.response = response
        self._items: Generator[T] = response.items(reply, client)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        return self._items.__next__()

    def close(self) -> None:
        """Let go of the connection, whether or not there is more to come."""
        self._items.close()
        self.response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncStreamedResponse(_Seen):
    """A response whose body is read while it comes. Close it, or use it as a context manager."""

    def __init__(self, settings: Settings, operation: str, answered: Answered) -> None:
        super().__init__(settings, operation, answered)
        self._opened = cast("AsyncOpened", answered.response.opened)
        self._pieces = aiter(self._opened.pieces)
        self._ahead, self._ended = bytearray(), False

    async def iter_bytes(self) -> AsyncGenerator[bytes]:
        """Read the body piece by piece, decompressed.

        Yields:
            Bytes, as they come.

        Raises:
            ApiError: The body broke off.
        """
        self._check_open(self._opened.closed and not self._ended)
        failed: ApiError | None = None
        try:
            if self._ahead:
                yield self._taken(len(self._ahead))
            if not self._ended:
                async for piece in self._pieces:
                    if piece:
                        yield piece
        except Exception as error:
            failed = self._failed(error)
        finally:
            await self.aclose()
        # Raised out here, it does not drag along what was raised underneath.
        if failed is not None:
            raise failed

    async def iter_lines(self) -> AsyncGenerator[str]:
        """Read the body line by line, whatever ends its lines.

        Yields:
            Lines without their ends.

        Raises:
            ApiError: The body broke off, or a line is too long.
        """
        async with aclosing(self.raw_lines()) as lines:
            async for line in lines:
                yield self._text(line)

    async def iter_json(self) -> AsyncGenerator[Any]:
        """Read the body as JSON values, one per line.

        Yields:
            The values; empty lines are skipped.

        Raises:
            ApiError: The body broke off, or a line is not JSON.
        """
        async with aclosing(self.raw_lines()) as lines:
            async for line in lines:
                if line.strip():
                    yield self.parsed(read_json, line)

    async def iter_events(self) -> AsyncGenerator[Event]:
        """Read the body as server-sent events.

        Yields:
            The events.

        Raises:
            ApiError: The body broke off, or an event is too long.
        """
        parser = EventParser()
        async with aclosing(self.iter_bytes()) as pieces:
            async for piece in pieces:
                for event in self.parsed(parser.feed, piece):
                    yield event

    async def read(self, size: int = -1) -> bytes:
        """Read the body, as of a file.

        Args:
            size: How many bytes; less than 0 for all that are left.

        Returns:
            As many bytes, or fewer at the end; none after it.

        Raises:
            ApiError: The body broke off.
        """
        if size < 0:
            return b"".join([piece async for piece in self.iter_bytes()])
        failed: ApiError | None = None
        while len(self._ahead) < size and not self._ended:
            self._check_open(self._opened.closed)
            try:
                piece = await anext(self._pieces, None)
            except Exception as error:
                failed = self._failed(error)
                break
            self._ended = piece is None
            self._ahead += piece or b""
        if failed is not None or self._ended:
            await self.aclose()
        if failed is not None:
            raise failed
        return self._taken(size)

    async def save(self, path: str | os.PathLike[str], *, progress: Progress | None = None) -> int:
        """Read the body into a file, which appears only once it is complete.

        Args:
            path: Where it goes; a file that is there is replaced.
            progress: Called after each piece.

        Returns:
            How many bytes there were.

        Raises:
            ApiError: The body broke off.
            OSError: The file cannot be written.
        """
        target = Target(path)
        try:
            async with aclosing(self.iter_bytes()) as pieces:
                async for piece in pieces:
                    target.write(piece)
                    if progress is not None:
                        progress(target.size, self._length())
            return target.keep()
        finally:
            target.close()
            await self.aclose()

    async def aclose(self) -> None:
        """Let go of the connection; it is closed if the body was not read to its end."""
        await self._opened.close()

    def __aiter__(self) -> AsyncGenerator[bytes]:
        return self.iter_bytes()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def raw_lines(self) -> AsyncGenerator[bytes]:
        """Read the body line by line, not decoded.

        Yields:
            Lines without their ends.

        Raises:
            ApiError: The body broke off, or a line is too long.
        """
        lines = Lines()
        async with aclosing(self.iter_bytes()) as pieces:
            async for piece in pieces:
                for line in self.parsed(lines.feed, piece):
                    yield line
        for line in lines.end():
            yield line

    async def items(self, reply: Events | JsonLines, client: object) -> AsyncGenerator[Any]:
        """Read the body as what the description says that it streams.

        Args:
            reply: What that is.
            client: The client of objects that have methods.

        Yields:
            The items.

        Raises:
            ApiError: The body broke off, or an item cannot be read.
        """
        make = _Items(self, reply, client)
        if isinstance(reply, JsonLines):
            async with aclosing(self.raw_lines()) as lines:
                async for line in lines:
                    if line.strip():
                        yield make.item(line)
            return
        async with aclosing(self.iter_events()) as events:
            async for event in events:
                if event.data == reply.done:
                    return
                yield make.event(event)


class AsyncStream(Generic[T]):
    """The items of a response, made while it comes. Close it, or use it as a context manager.

    Attributes:
        response: The response itself.
    """

    def __init__(
        self, response: AsyncStreamedResponse, reply: Events | JsonLines, client: object
    ) -> None:
        self.response = response
        self._items: AsyncGenerator[T] = response.items(reply, client)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        return await self._items.__anext__()

    async def aclose(self) -> None:
        """Let go of the connection, whether or not there is more to come."""
        await self._items.aclose()
        await self.response.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def streamed(
    settings: Settings,
    operation: Operation[object, object],
    answered: Answered,
    client: object,
    capture: Capture | None,
) -> Any:
    """Hand over a response that is open.

    Args:
        settings: The client's settings.
        operation: What was called.
        answered: What came back.
        client: The client of objects that have methods.
        capture: Who wants the response itself.

    Returns:
        The stream of its items; None if it was handed to the capture.
    """
    awaited = settings.asynchronous
    made: Any = (AsyncStreamedResponse if awaited else StreamedResponse)(
        settings, operation.id, answered
    )
    if capture is not None and capture.stream:
        capture.streamed = made
        return None
    reply = choose(operation.replies, answered.response.status)
    if isinstance(reply, Binary):
        return made
    kind: Any = AsyncStream if awaited else Stream
    return kind(made, reply, client)


def reopened(response: Response, *, asynchronous: bool) -> None:
    """Make a response that was read, to see whether it is an error's, one that is open.

    Args:
        response: The response; it is changed.
        asynchronous: For which flavour of client.
    """
    from .async_connections import AsyncOpened
    from .connections import Opened

    status, headers, content = response.status, response.headers, response.content
    opened: Opened | AsyncOpened
    if asynchronous:
        opened = AsyncOpened(status, headers, _awaited(content), _nothing, {})
    else:
        opened = Opened(status, headers, [content], lambda: None, {})
    response.opened, response.content = opened, b""


async def _awaited(content: bytes) -> AsyncGenerator[bytes]:
    yield content


async def _nothing() -> None: ...


class Target:
    """A file that appears under its name only once it is complete.

    Attributes:
        size: Bytes written.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = os.fspath(path)
        self._beside = f"{self._path}.{os.urandom(4).hex()}.part"
        self._file = open(self._beside, "xb")  # noqa: SIM115 - closed by `close`
        self.size = 0

    def write(self, piece: bytes) -> None:
        """Write bytes."""
        self._file.write(piece)
        self.size += len(piece)

    def keep(self) -> int:
        """Give the file its name; returns its size."""
        self._file.close()
        os.replace(self._beside, self._path)
        return self.size

    def close(self) -> None:
        """Remove what was not kept."""
        self._file.close()
        with suppress(FileNotFoundError):
            os.unlink(self._beside)


class _Items:
    """Makes the items of a stream."""

    def __init__(self, response: _Seen, reply: Events | JsonLines, client: object) -> None:
        self._response = response
        self._client = client
        self._typed = reply.type is not None
        self._json = Json(reply.type, reply.async_type)

    def event(self, event: Event) -> Any:
        """Make what an event stands for."""
        return self.item(event.data.encode("utf-8", "surrogatepass")) if self._typed else event

    def item(self, data: bytes) -> Any:
        """Make what a line stands for, with or without the mark of RFC 7464 before it."""
        data = data.removeprefix(b"\x1e")
        if not self._typed:
            return self._response.parsed(read_json, data)
        return self._response.made(self._json, data, self._client)


def as_error(error: Unreadable | DecodeError, piece: bytes) -> DecodeError:
    """Make the error of a piece that cannot be read.

    Args:
        error: How it cannot be read.
        piece: The piece.

    Returns:
        The error.
    """
    if isinstance(error, DecodeError):
        return error
    return DecodeError(f"a part of the reply cannot be read: {error}", content=piece[:BOUND])
