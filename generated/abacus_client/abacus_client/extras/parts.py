"""Results that the API hands over in parts, and each part in chunks."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

WORKERS = 10

Chunk = Callable[[int], bytes]
"""Called with an offset; returns what comes from there, nothing at the end."""
AsyncChunk = Callable[[int], Awaitable[bytes]]


def write_chunks(chunk: Chunk, file: IO[bytes]) -> int:
    """Write all that comes, chunk by chunk.

    Args:
        chunk: Fetches a chunk.
        file: Where it goes.

    Returns:
        How many bytes there were.
    """
    offset = 0
    while piece := chunk(offset):
        file.write(piece)
        offset += len(piece)
    return offset


async def write_chunks_awaited(chunk: AsyncChunk, file: IO[bytes]) -> int:
    """Write all that comes, chunk by chunk, as `write_chunks` does."""
    offset = 0
    while piece := await chunk(offset):
        file.write(piece)
        offset += len(piece)
    return offset


def fetch_parts(chunks: Sequence[Chunk], folder: Path, workers: int) -> list[Path]:
    """Fetch parts, several at a time.

    Args:
        chunks: What fetches the chunks of each part.
        folder: Where they go.
        workers: How many are fetched at a time.

    Returns:
        The files of the parts, in their order.

    Raises:
        ApiError: One of them could not be fetched; the rest is not fetched then.
    """

    def fetch(number: int) -> Path:
        path = folder / str(number)
        with path.open("wb") as file:
            write_chunks(chunks[number], file)
        return path

    with ThreadPoolExecutor(max(1, workers), thread_name_prefix="download") as pool:
        tasks = [
            pool.submit(contextvars.copy_context().run, fetch, number)
            for number in range(len(chunks))
        ]
        try:
            return [task.result() for task in tasks]
        except BaseException:
            for task in tasks:
                task.cancel()
            raise


async def fetch_parts_awaited(
    chunks: Sequence[AsyncChunk], folder: Path, workers: int
) -> list[Path]:
    """Fetch parts, several at a time, as `fetch_parts` does."""
    turns = asyncio.Semaphore(max(1, workers))

    async def fetch(number: int) -> Path:
        path = folder / str(number)
        async with turns:
            with path.open("wb") as file:
                await write_chunks_awaited(chunks[number], file)
        return path

    tasks = [asyncio.ensure_future(fetch(number)) for number in range(len(chunks))]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
