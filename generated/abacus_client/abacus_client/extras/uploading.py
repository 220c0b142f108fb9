"""A file in parts, several at a time: reading them, sending them, and what to do when one fails."""

from __future__ import annotations

import asyncio
import contextvars
import io
import os
import threading
from collections.abc import Awaitable, Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

from abacus_client._runtime.errors import ApiError, RequestError
from abacus_client._runtime.options import RetryPolicy

if TYPE_CHECKING:
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client._runtime.options import Progress

FileInput = bytes | bytearray | memoryview | str | os.PathLike[str] | IO[bytes] | IO[str]
"""Bytes, a path, or an open file."""

LEAST = 20 * 1024 * 1024
MOST = 100 * 1024 * 1024
MOST_PARTS = 10_000
ATTEMPTS = 5
_AHEAD = 256 * 1024


class Part(NamedTuple):
    """A part of a file.

    Attributes:
        number: Its number, from 1.
        size: How many bytes it has.
        content: The bytes, or something to read them from.
    """

    number: int
    size: int
    content: bytes | IO[bytes]


def part_size(size: int | None) -> int:
    """Choose how large parts are.

    Args:
        size: How many bytes there are; None: nobody knows.

    Returns:
        20 MB, or as much more as it takes to need no more than 10,000 parts, but 100 MB at most.
    """
    needed = 0 if size is None else -(-size // MOST_PARTS)
    return min(max(LEAST, needed), MOST)


def part_options(options: CallOptions) -> CallOptions:
    """Choose the options of the requests that carry parts.

    Args:
        options: What the caller says.

    Returns:
        The same, with more tries than usual unless the caller says how many.
    """
    return {"retry": RetryPolicy(attempts=ATTEMPTS), **options}


def told(options: CallOptions, progress: Progress) -> CallOptions:
    """Choose what is told how much of one request has gone out.

    Args:
        options: The options of all of them.
        progress: What is told.

    Returns:
        The options of this one.
    """
    return {**options, "progress": progress}


class File:
    """What is to be uploaded.

    Args:
        size: How many bytes it has; None: nobody knows.
        stopped: Set when nothing of it is wanted any more.
    """

    def __init__(self, size: int | None, stopped: threading.Event) -> None:
        self.size = size
        self.stopped = stopped

    def parts(self, size: int) -> Iterator[Part]:
        """Cut it into parts.

        Args:
            size: How many bytes each has, but for the last.

        Yields:
            The parts.

        Raises:
            RequestError: There is nothing, or too much of it.
        """
        number = 0
        for number, (length, content) in enumerate(self._cut(size), start=1):
            if number > MOST_PARTS:
                raise RequestError(f"more than {MOST_PARTS} parts: choose a larger part_size")
            yield Part(number, length, content)
        if not number:
            raise RequestError("there is nothing to upload: the file is empty")

    def _cut(self, size: int) -> Iterator[tuple[int, bytes | IO[bytes]]]:
        raise NotImplementedError


@contextmanager
def opened(file: FileInput) -> Generator[File]:
    """Open what is to be uploaded.

    Args:
        file: Bytes, a path, or an open file; a file that can be rewound is read from its start.

    Yields:
        The file.

    Raises:
        RequestError: It cannot be read.
    """
    stopped = threading.Event()
    if isinstance(file, (bytes, bytearray, memoryview)):
        yield _Seekable(io.BytesIO(file), stopped)
    elif isinstance(file, (str, os.PathLike)):
        try:
            handle = open(file, "rb")  # noqa: SIM115 - closed below
        except OSError as error:
            said = error.strerror or error
            raise RequestError(f"{os.fspath(file)} cannot be read: {said}") from None
        with handle:
            yield _Seekable(handle, stopped) if handle.seekable() else _Flowing(handle, stopped)
    elif not hasattr(file, "read"):
        raise RequestError(f"bytes, a path or an open file is needed, not {type(file).__name__}")
    elif isinstance(file, io.TextIOBase) or not _rewinds(file):
        with suppress(AttributeError, OSError, ValueError):  # a stream is read from where it is
            file.seek(0)
        yield _Flowing(file, stopped)
    else:
        yield _Seekable(cast("IO[bytes]", file), stopped)


def _rewinds(file: Any) -> bool:
    try:
        file.seek(0)
        return isinstance(file.read(0), bytes)
    except (AttributeError, OSError, ValueError):  # ValueError: io.UnsupportedOperation is one
        return False


class _Seekable(File):
    """A file of which several places can be read by turns: no part of it is held in memory."""

    def __init__(self, file: IO[bytes], stopped: threading.Event) -> None:
        super().__init__(file.seek(0, os.SEEK_END), stopped)
        self._file = file
        self._turn = threading.Lock()

    def _cut(self, size: int) -> Iterator[tuple[int, bytes | IO[bytes]]]:
        whole = self.size or 0
        if whole > size * MOST_PARTS:
            raise RequestError(f"more than {MOST_PARTS} parts: choose a larger part_size")
        for start in range(0, whole, size):
            end = min(whole, start + size)
            yield end - start, cast("IO[bytes]", _Window(self, start, end))

    def read(self, start: int, size: int) -> bytes:
        """Read from a place."""
        if self.stopped.is_set():
            raise Stopped
        with self._turn:
            self._file.seek(start)
            return self._file.read(size)


class _Window:
    """A stretch of a file, as a file of its own."""

    def __init__(self, file: _Seekable, start: int, end: int) -> None:
        self._file = file
        self._start = self._at = start
        self._end = end
        self._held = b""

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_AHEAD), b""))
        wanted = min(size, self._end - self._at)
        if wanted > len(self._held):
            behind = self._at + len(self._held)
            more = max(wanted, _AHEAD) - len(self._held)
            self._held += self._file.read(behind, min(more, self._end - behind))
        piece, self._held = self._held[:wanted], self._held[wanted:]
        if not piece and wanted:
            raise OSError("the file became shorter while it was uploaded")
        self._at += len(piece)
        return piece

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        base = {os.SEEK_SET: self._start, os.SEEK_CUR: self._at}.get(whence, self._end)
        self._at, self._held = min(max(base + offset, self._start), self._end), b""
        return self.tell()

    def tell(self) -> int:
        """Where it is."""
        return self._at - self._start

    def seekable(self) -> bool:
        """Whether it can go to a place."""
        return True


class _Flowing(File):
    """A file that is read once, from where it is: parts are held in memory, one for each worker."""

    def __init__(self, file: Any, stopped: threading.Event) -> None:
        super().__init__(None, stopped)
        self._file = file

    def _cut(self, size: int) -> Iterator[tuple[int, bytes | IO[bytes]]]:
        held = bytearray()
        while True:
            piece = self._file.read(size - len(held))
            held += piece.encode() if isinstance(piece, str) else piece
            while len(held) >= size or (held and not piece):
                part = bytes(held[:size])
                del held[:size]
                yield len(part), part
            if not piece:
                return


class Stopped(Exception):
    """Another part has failed."""


class Tally:
    """How much of a file has gone out.

    Args:
        total: How many bytes it has; None: nobody knows.
        progress: Told after each piece, by whichever thread sent it.
    """

    def __init__(self, total: int | None, progress: Progress | None) -> None:
        self._total = total
        self._progress = progress
        self._sent: dict[int, int] = {}
        self._turn = threading.Lock()

    def of(self, part: Part) -> Progress:
        """Count a part.

        Args:
            part: The part.

        Returns:
            What is told how much of its request has gone out. A repetition does not count again.
        """

        def told(sent: int, _: int | None) -> None:
            with self._turn:
                before = self._sent.get(part.number, 0)
                self._sent[part.number] = now = max(before, min(sent, part.size))
                if self._progress is not None and now > before:
                    self._progress(sum(self._sent.values()), self._total)

        return told

    @property
    def parts(self) -> int:
        """How many parts have been begun."""
        return len(self._sent)


Send = Callable[[Part], object]


def send_parts(file: File, size: int, send: Send, workers: int) -> None:
    """Send the parts of a file, several at a time; all of them, or the first failure is raised.

    Args:
        file: The file.
        size: How many bytes a part has.
        send: Sends one.
        workers: How many are sent at a time.

    Raises:
        ApiError: A part failed. What was under way has ended, and nothing more is sent.
    """
    running: set[Future[object]] = set()
    with ThreadPoolExecutor(_checked(workers, size), thread_name_prefix="upload") as pool:
        try:
            for part in file.parts(size):
                while len(running) >= workers:
                    running = _first(running)
                run = contextvars.copy_context().run
                running.add(pool.submit(run, _told(send), part))
            while running:
                running = _first(running)
        except BaseException:
            file.stopped.set()
            for future in running:
                future.cancel()
            raise


def _first(running: set[Future[object]]) -> set[Future[object]]:
    done, rest = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        future.result()
    return rest


async def send_parts_awaited(
    file: File, size: int, send: Callable[[Part], Awaitable[object]], workers: int
) -> None:
    """Send the parts of a file, several at a time, as `send_parts` does."""
    _checked(workers, size)
    parts = file.parts(size)
    turn = asyncio.Lock()

    async def work() -> None:
        while True:
            async with turn:
                part = await asyncio.to_thread(next, parts, None)
            if part is None:
                return
            try:
                await send(part)
            except ApiError as error:
                raise _of_part(error, part) from error.__cause__

    tasks = [asyncio.ensure_future(work()) for _ in range(workers)]
    try:
        await asyncio.gather(*tasks)
    finally:
        file.stopped.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _checked(workers: int, size: int) -> int:
    if workers < 1 or size < 1:
        raise RequestError("workers= and part_size= are 1 at least")
    return workers


def _told(send: Send) -> Send:
    def sent(part: Part) -> object:
        try:
            return send(part)
        except ApiError as error:
            raise _of_part(error, part) from error.__cause__

    return sent


def _of_part(error: ApiError, part: Part) -> ApiError:
    error.message = f"part {part.number}: {error.message}"
    return error
