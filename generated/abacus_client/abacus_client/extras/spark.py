"""Spark data frames: written as Parquet by Spark itself, and put into one archive."""

from __future__ import annotations

import asyncio
import tarfile
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO, Any

from abacus_client._runtime.errors import RequestError


@contextmanager
def as_tar(df: Any) -> Generator[IO[bytes]]:
    """Write a Spark data frame to a temporary archive.

    Args:
        df: The data frame. Spark has to write to folders of this machine.

    Yields:
        The archive, of the Parquet files that Spark has written.

    Raises:
        RequestError: It is no Spark data frame, or Spark has written nothing here.
    """
    if not hasattr(df, "write"):
        raise RequestError(f"a Spark data frame is needed, not {type(df).__name__}")
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as file:
        df.write.format("parquet").mode("overwrite").save(folder)
        parts = sorted(Path(folder).glob("*.parquet"))
        if not parts:
            raise RequestError("Spark has written no Parquet to a folder of this machine")
        with tarfile.open(fileobj=file, mode="w") as archive:
            for part in parts:
                archive.add(part, arcname=part.name)
        file.seek(0)
        yield file


@asynccontextmanager
async def as_tar_awaited(df: Any) -> AsyncGenerator[IO[bytes]]:
    """Write a Spark data frame to a temporary archive, as `as_tar` does, beside the event loop."""
    with ExitStack() as stack:
        yield await asyncio.to_thread(stack.enter_context, as_tar(df))
