"""Rows of feature group versions and of queries: Avro files that the API hands over in chunks."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from abacus_client._runtime.call import Binary, Call, Json, Operation
from abacus_client.extras import frames, parts

if TYPE_CHECKING:
    import pandas as pd
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client._runtime.client import AsyncClient, Client

AGAIN = frozenset({500})

_VERSION_PARTS: Operation[list[Any], list[Any]] = Operation(
    id="_getFeatureGroupVersionParts",
    method="GET",
    path="/api/v0/_getFeatureGroupVersionParts",
    replies={"200": Json(lambda: list[Any])},
    retry_statuses=AGAIN,
)
_VERSION_CHUNK: Operation[bytes, bytes] = Operation(
    id="_downloadFeatureGroupVersionPartChunk",
    method="GET",
    path="/api/v0/_downloadFeatureGroupVersionPartChunk",
    replies={"200": Binary()},
    retry_statuses=AGAIN,
)
_QUERY_PARTS: Operation[list[Any], list[Any]] = Operation(
    id="_getExecuteFeatureGroupOperationResultParts",
    method="POST",
    path="/api/v0/_getExecuteFeatureGroupOperationResultParts",
    replies={"200": Json(lambda: list[Any])},
    idempotent=True,
)
_QUERY_CHUNK: Operation[bytes, bytes] = Operation(
    id="downloadExecuteFeatureGroupOperationResultPartChunk",
    method="GET",
    path="/api/v0/downloadExecuteFeatureGroupOperationResultPartChunk",
    replies={"200": Binary()},
)


class Rows(NamedTuple):
    """Where rows are to be had.

    Attributes:
        parts: Asks for the parts that there are.
        chunk: Asks for what a part has from an offset.
    """

    parts: Call[list[Any], list[Any]]
    chunk: Callable[[int, int], Call[bytes, bytes]]


def of_version(version: str) -> Rows:
    """The rows of a feature group version.

    Args:
        version: Its id.

    Returns:
        Where they are to be had.
    """
    given = {"featureGroupVersion": version}

    def chunk(part: int, offset: int) -> Call[bytes, bytes]:
        return Call(_VERSION_CHUNK, query={**given, "part": part, "offset": offset})

    return Rows(Call(_VERSION_PARTS, query=given), chunk)


def of_query(run: str) -> Rows:
    """The rows that a query has found.

    Args:
        run: The id of its execution.

    Returns:
        Where they are to be had.
    """
    given = {"featureGroupOperationRunId": run}

    def chunk(part: int, offset: int) -> Call[bytes, bytes]:
        return Call(_QUERY_CHUNK, query={**given, "part": part, "offset": offset})

    return Rows(Call(_QUERY_PARTS, query=given), chunk)


def load(client: Client, rows: Rows, workers: int, options: CallOptions) -> pd.DataFrame:
    """Fetch rows.

    Args:
        client: The client.
        rows: Where they are to be had.
        workers: How many parts are fetched at a time.
        options: Options of each call.

    Returns:
        The rows.

    Raises:
        ApiError: A part could not be fetched.
    """
    frames.needed()
    found = client.send(rows.parts, options) or []

    def chunks(part: int) -> parts.Chunk:
        return lambda offset: client.send(rows.chunk(part, offset), options)

    with tempfile.TemporaryDirectory() as folder:
        fetched = parts.fetch_parts([*map(chunks, range(len(found)))], Path(folder), workers)
        return _frame(fetched)


async def load_awaited(
    client: AsyncClient, rows: Rows, workers: int, options: CallOptions
) -> pd.DataFrame:
    """Fetch rows, as `load` does."""
    frames.needed()
    found = await client.send(rows.parts, options) or []

    def chunks(part: int) -> parts.AsyncChunk:
        return lambda offset: client.send(rows.chunk(part, offset), options)

    with tempfile.TemporaryDirectory() as folder:
        every = [*map(chunks, range(len(found)))]
        fetched = await parts.fetch_parts_awaited(every, Path(folder), workers)
        return await asyncio.to_thread(_frame, fetched)


def _frame(paths: Sequence[Path]) -> pd.DataFrame:
    with contextlib.ExitStack() as stack:
        return frames.read_avro(stack.enter_context(path.open("rb")) for path in paths)
