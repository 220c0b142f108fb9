"""Compressed bodies, as they are needed."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator

from .errors import DecodeError

ACCEPTED = "gzip, deflate"
"""What a request says it can read."""
_HEAD = 2
"""Bytes by which a format is told."""
_MOST = 2
"""How many times over; each time, a thousandth is enough."""


def inflated(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Decompress a body.

    Args:
        pieces: The body.
        encoding: Its `Content-Encoding`.

    Yields:
        The body, decompressed.

    Raises:
        DecodeError: It is not what the header says, or nobody asked for that.
    """
    for name in _names(encoding):
        pieces = _inflated(pieces, _Inflater(name))
    yield from pieces


async def async_inflated(pieces: AsyncIterable[bytes], encoding: str) -> AsyncIterator[bytes]:
    """Decompress a body.

    Args:
        pieces: The body.
        encoding: Its `Content-Encoding`.

    Yields:
        The body, decompressed.

    Raises:
        DecodeError: It is not what the header says, or nobody asked for that.
    """
    for name in _names(encoding):
        pieces = _async_inflated(pieces, _Inflater(name))
    async for piece in pieces:
        yield piece


def _inflated(pieces: Iterable[bytes], inflater: _Inflater) -> Iterator[bytes]:
    for piece in pieces:
        yield from inflater.feed(piece)
    inflater.end()


async def _async_inflated(
    pieces: AsyncIterable[bytes], inflater: _Inflater
) -> AsyncIterator[bytes]:
    async for piece in pieces:
        for part in inflater.feed(piece):
            yield part
    inflater.end()


def _names(encoding: str) -> list[str]:
    """The encodings, the last one applied first."""
    names = [name.strip().lower() for name in encoding.split(",")]
    names = [name.removeprefix("x-") for name in reversed(names) if name not in ("", "identity")]
    if len(names) > _MOST:
        raise DecodeError(f"the reply is compressed {len(names)} times over")
    for name in names:
        if name not in ("gzip", "deflate"):
            raise DecodeError(f"the reply is compressed with {name!r}, which nobody asked for")
    return names


class _Inflater:
    """Decompresses piece by piece, never more than a little at a time."""

    _MOST = 1024 * 1024

    def __init__(self, name: str) -> None:
        self._name = name
        # With 32 zlib tells gzip from its own format by the first bytes.
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._head: bytes | None = b""

    def feed(self, piece: bytes) -> Iterator[bytes]:
        while piece:
            if self._inflate.eof:
                # Several compressed files, one after the other, are one.
                self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
                self._head = b""
            try:
                out = self._inflate.decompress(piece, self._MOST)
            except zlib.error as error:
                out = self._bare(piece, error)
            if self._head is not None:  # what it begins with may come byte by byte
                head = self._head + piece
                self._head = head if len(head) < _HEAD else None
            if out:
                yield out
            piece = self._inflate.unconsumed_tail or self._inflate.unused_data

    def end(self) -> None:
        if self._head != b"" and not self._inflate.eof:
            raise DecodeError("the reply cannot be decompressed: it ends too soon")

    def _bare(self, piece: bytes, error: zlib.error) -> bytes:
        """Some servers send what they call deflate without zlib's header."""
        if self._name == "deflate" and self._head is not None:
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                return self._inflate.decompress(self._head + piece, self._MOST)
            except zlib.error:
                pass
        raise DecodeError(f"the reply cannot be decompressed: {error}") from None
