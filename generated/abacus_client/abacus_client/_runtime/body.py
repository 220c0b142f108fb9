"""Request bodies: bytes, or a stream that is read in pieces and, where it can be, read again."""

from __future__ import annotations

import io
import os
import stat
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from .call import OMIT
from .errors import RequestError

if TYPE_CHECKING:
    from .call import Operation
    from .options import Progress

CHUNK = 64 * 1024
_MOMENT = 0.02


class SourceFailed(Exception):
    """The caller's own file or iterable failed.

    Args:
        error: What it raised. (The libraries between here and there cut the chain of causes.)
    """

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class Source:
    """Bytes that come in pieces.

    Attributes:
        length: How many there are, if that is known.
        again: Whether they can be read a second time.
    """

    length: int | None = None
    again: bool = True

    def pieces(self) -> Iterator[bytes]:
        """Read from the start.

        Yields:
            The bytes.
        """
        raise NotImplementedError


class Held(Source):
    """Bytes in memory."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.length = len(data)

    def pieces(self) -> Iterator[bytes]:
        """Hand over the bytes."""
        for start in range(0, len(self.data), CHUNK):
            yield self.data[start : start + CHUNK]


class OnDisk(Source):
    """A file that is opened for each reading."""

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            found = os.stat(path)
        except OSError as error:
            raise RequestError(f"{path} cannot be read: {error.strerror}") from None
        if stat.S_ISDIR(found.st_mode):
            raise RequestError(f"{path} is a folder")
        # A pipe or a device tells no size, and gives its bytes once.
        self.again = stat.S_ISREG(found.st_mode)
        self.length = found.st_size if self.again else None

    def pieces(self) -> Iterator[bytes]:
        """Read the file."""
        with open(self.path, "rb") as file:
            while piece := file.read(CHUNK):
                yield piece


class Opened(Source):
    """A file that the caller opened; read from where it stands, left open."""

    def __init__(self, file: Any) -> None:
        if isinstance(file, io.TextIOBase):
            raise RequestError("a file to be sent has to be opened in binary mode")
        self._file = file
        try:
            self._start: int | None = file.tell()
            self.length = file.seek(0, os.SEEK_END) - self._start
            file.seek(self._start)
        except (AttributeError, OSError, ValueError):  # ValueError: io.UnsupportedOperation is one
            self._start = None
            self.again = False

    def pieces(self) -> Iterator[bytes]:
        """Read the file."""
        if self._start is not None:
            self._file.seek(self._start)
        while piece := self._file.read(CHUNK):
            yield piece


class Pieces(Source):
    """An iterable of bytes."""

    def __init__(self, iterable: Iterable[bytes]) -> None:
        self._iterable = iterable
        # A generator is its own iterator: it can be read once.
        self.again = iter(iterable) is not iterable

    def pieces(self) -> Iterator[bytes]:
        """Pass the bytes on."""
        return iter(self._iterable)


class Joined(Source):
    """Several sources, one after the other."""

    def __init__(self, sources: list[Source]) -> None:
        self._sources = sources
        self.again = all(source.again for source in sources)
        lengths = [source.length for source in sources]
        self.length = None if None in lengths else sum(n for n in lengths if n is not None)

    def pieces(self) -> Iterator[bytes]:
        """Read all of them."""
        for source in self._sources:
            yield from source.pieces()


class Body:
    """A request's body.

    Attributes:
        content: All of it, if it is in memory.
        length: How many bytes, if that is known.
        again: Whether it can be sent a second time.
    """

    def __init__(self, source: Source | AsyncIterable[bytes]) -> None:
        self._source = source
        self.content = source.data if isinstance(source, Held) else None
        self.length = source.length if isinstance(source, Source) else None
        self.again = source.again if isinstance(source, Source) else False
        self._progress: Progress | None = None

    def watch(self, progress: Progress) -> None:
        """Tell how much has gone out, while it does.

        Args:
            progress: Called with the bytes so far, and with how many there will be.
        """
        self._progress = progress
        # What is in memory goes out in pieces then, too.
        self.content = None

    def __iter__(self) -> Iterator[bytes]:
        if not isinstance(self._source, Source):
            raise RequestError("an asynchronous iterable is for the asynchronous client only")
        sent = 0
        try:
            for piece in self._source.pieces():
                sent += self._checked(piece, sent)
                yield piece
                if self._progress is not None:
                    self._progress(sent, self.length)
        except (RequestError, GeneratorExit):
            raise
        except Exception as error:
            raise SourceFailed(error) from None
        self._check_end(sent)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if isinstance(self._source, Source):
            import asyncio

            pieces = iter(self)
            # In a thread, for a slow disk must not stop the event loop.
            while batch := await asyncio.to_thread(_batch, pieces):
                for piece in batch:
                    yield piece
            return
        sent = 0
        try:
            async for piece in self._source:
                sent += self._checked(piece, sent)
                yield piece
                if self._progress is not None:
                    self._progress(sent, self.length)
        except (RequestError, GeneratorExit):
            raise
        except Exception as error:
            raise SourceFailed(error) from None
        self._check_end(sent)

    def _checked(self, piece: object, sent: int) -> int:
        if not isinstance(piece, (bytes, bytearray, memoryview)):
            raise RequestError(f"a body is made of bytes, not of {type(piece).__name__}")
        size = len(cast("bytes", piece))
        if self.length is not None and sent + size > self.length:
            raise RequestError("a file changed while it was sent")
        return size

    def _check_end(self, sent: int) -> None:
        if self.length is not None and sent != self.length:
            raise RequestError("a file changed while it was sent")


def _batch(pieces: Iterator[bytes]) -> list[bytes]:
    """The next pieces: as many as make it worth a thread, but no longer than a moment's worth."""
    batch: list[bytes] = []
    size, end = 0, time.monotonic() + _MOMENT
    for piece in pieces:
        batch.append(piece)
        size += len(piece)
        if size >= CHUNK or time.monotonic() > end:
            break
    return batch


def body_of(value: object) -> Body:
    """Make a body of what a caller gives as content.

    Args:
        value: str (sent as UTF-8), bytes, a path, a binary file, an iterable of bytes, or, for the
            asynchronous client, an asynchronous one.

    Returns:
        The body.

    Raises:
        RequestError: It is none of these.
    """
    if isinstance(value, AsyncIterable):
        return Body(cast("AsyncIterable[bytes]", value))
    return Body(source_of(value))


def source_of(value: object) -> Source:
    """Make a source of a value, as `body_of` does."""
    if isinstance(value, str):
        return Held(value.encode("utf-8"))
    if isinstance(value, (bytes, bytearray, memoryview)):
        return Held(bytes(cast("bytes", value)))
    if isinstance(value, os.PathLike):
        return OnDisk(os.fspath(cast("os.PathLike[str]", value)))
    if hasattr(value, "read"):
        return Opened(value)
    if isinstance(value, Iterable) and not isinstance(value, Mapping):
        return Pieces(cast("Iterable[bytes]", value))
    kind = type(cast("Any", value)).__name__
    raise RequestError(f"a {kind} cannot be sent as a body")


def multipart(
    operation: Operation[object, object],
    parts: Mapping[str, object],
    *,
    title: bool = False,
    guess: bool = True,
) -> tuple[Body, str]:
    """Write a multipart form.

    Args:
        operation: Knows the parts' content types.
        parts: Wire name -> str, number, boolean, model, mapping (as JSON), bytes, file, path or
            `(file name, content[, content type])`; lists repeat the part.
        title: Whether booleans are `True` and `False`.
        guess: Whether files say what they are, by their names.

    Returns:
        The body, and its content type with the boundary.

    Raises:
        RequestError: A part cannot be written.
    """
    boundary = os.urandom(16).hex()
    sources: list[Source] = []
    for name, value in parts.items():
        for item in _repeated(operation, name, value):
            head, source = _part(operation, name, item, title, guess)
            sources += [Held(f"--{boundary}\r\n{head}\r\n\r\n".encode()), source, Held(b"\r\n")]
    sources.append(Held(f"--{boundary}--\r\n".encode("ascii")))
    body = Body(_compact(sources))
    return body, f"multipart/form-data; boundary={boundary}"


def _repeated(operation: Operation[object, object], name: str, value: object) -> list[object]:
    place = ("multipart", name)
    as_json = operation.encodings.get(name) == "application/json"
    as_json = as_json or place in operation.json_params or place in operation.json_unless_string
    if isinstance(value, (list, set, frozenset)) and not as_json:
        items = cast("Iterable[object]", value)
        return [item for item in items if item is not None and item is not OMIT]
    if value is OMIT or (value is None and place not in operation.json_params):
        return []
    return [value]


def _compact(sources: list[Source]) -> Source:
    """Small bodies are sent in one piece."""
    held = [source.data for source in sources if isinstance(source, Held)]
    return Held(b"".join(held)) if len(held) == len(sources) else Joined(sources)


def _part(
    operation: Operation[object, object], name: str, value: object, title: bool, guess: bool
) -> tuple[str, Source]:
    """The head of a part, and what follows it."""
    from .encode import is_single, json_part, json_text, scalar

    declared = operation.encodings.get(name)
    text = json_part(operation, "multipart", name, value)
    if text is not None:
        return _head(name, None, declared), Held(text.encode())
    named = _named(value)
    if named is not None:
        called, content, content_type = named
        kind = content_type or declared or _type(called, guess)
        return _head(name, called, kind), source_of(content)
    filename = _filename(name, value)
    if filename is not None:
        return _head(name, filename, declared or _type(filename, guess)), source_of(value)
    if declared == "application/json" or not is_single(value):
        return _head(name, None, declared or "application/json"), Held(json_text(value).encode())
    return _head(name, None, declared), Held(scalar(value, title=title).encode())


def _named(value: object) -> tuple[str, object, str | None] | None:
    """A part given as (file name, content[, content type])."""
    if not isinstance(value, tuple):
        return None
    given = cast("tuple[object, ...]", value)
    if len(given) not in (2, 3) or not isinstance(given[0], str):
        return None
    return given[0], given[1], str(given[2]) if len(given) == 3 else None


def _type(filename: str, guess: bool) -> str | None:
    """What a file is, by its name."""
    if not guess:
        return None
    import mimetypes

    return mimetypes.guess_type(filename)[0] or "application/octet-stream"


def _filename(name: str, value: object) -> str | None:
    """What a file is called; None if it is none."""
    if isinstance(value, os.PathLike):
        return os.path.basename(os.fspath(cast("os.PathLike[str]", value)))
    if hasattr(value, "read"):
        named: object = getattr(value, "name", None)
        return os.path.basename(named) if isinstance(named, str) else name
    return name if isinstance(value, (bytes, bytearray, memoryview)) else None


def _head(name: str, filename: str | None, content_type: str | None) -> str:
    head = f'Content-Disposition: form-data; name="{_quoted(name)}"'
    if filename is not None:
        head += f'; filename="{_quoted(filename)}"'
    if content_type is not None:
        if any(ord(c) < 32 for c in content_type):
            raise RequestError("a content type holds a control character")
        head += f"\r\nContent-Type: {content_type}"
    return head


def _quoted(text: str) -> str:
    """Escape as browsers do."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
