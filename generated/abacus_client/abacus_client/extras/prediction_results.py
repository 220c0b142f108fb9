"""The results of batch predictions: files of CSV, or of JSON lines, in chunks."""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

from abacus_client._runtime.call import Binary, Call, Operation
from abacus_client._runtime.streams import Target
from abacus_client.errors import ConflictError
from abacus_client.extras import frames

if TYPE_CHECKING:
    import pandas as pd

_CHUNK: Operation[bytes, bytes] = Operation(
    id="downloadBatchPredictionResultChunk",
    method="GET",
    path="/api/v0/downloadBatchPredictionResultChunk",
    replies={"200": Binary()},
)


def chunk(version: str, offset: int) -> Call[bytes, bytes]:
    """Ask for a chunk.

    Args:
        version: The id of the batch prediction version.
        offset: Where it begins.

    Returns:
        The call.
    """
    return Call(_CHUNK, query={"batchPredictionVersion": version, "offset": offset})


@contextmanager
def target(file: str | os.PathLike[str] | IO[bytes]) -> Generator[IO[bytes]]:
    """Open what results are written to.

    Args:
        file: A path, or a file that is open for writing bytes.

    Yields:
        The file. Under a path it appears once it is complete.
    """
    if not isinstance(file, (str, os.PathLike)):
        yield file
        return
    made = Target(file)
    try:
        yield cast("IO[bytes]", made)
        made.keep()
    finally:
        made.close()


def frame(file: IO[bytes], form: str | None) -> pd.DataFrame:
    """Read results.

    Args:
        file: Their file.
        form: `CSV`, or another for JSON lines.

    Returns:
        The results.
    """
    pandas: Any = frames.needed()
    file.seek(0)
    if (form or "").upper() == "CSV":
        return cast("pd.DataFrame", pandas.read_csv(file))
    rows = [json.loads(line) for line in file if line.strip()]
    return cast("pd.DataFrame", pandas.json_normalize(rows))


def output_table(name: str | None) -> str:
    """Insist that results go to a feature group.

    Args:
        name: Its table name.

    Returns:
        The name.

    Raises:
        ConflictError: There is none.
    """
    if not name:
        raise ConflictError(
            "this batch prediction has no feature group for its results",
            status=409,
            error_type="ConflictError",
        )
    return name
