"""Data frames as the API takes and gives them: Parquet out, Avro and Parquet in.

pandas, pyarrow and fastavro are imported by the functions that need them.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Generator, Iterable, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from importlib.util import find_spec
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, cast

from abacus_client._runtime.errors import DecodeError, RequestError

if TYPE_CHECKING:
    import pandas as pd
    from abacus_client import AsyncDataset, Dataset
    from abacus_client._runtime.call_options import CallOptions

_FITS = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_OTHER = re.compile(r"[^A-Za-z0-9_]")
TYPES = {
    *("int8", "int16", "int32", "int64", "float32", "float64"),
    *("bool", "boolean", "object", "string", "str"),
    *("datetime64[ns]", "datetime64[us]", "datetime64[ms]", "timedelta64[ns]"),
}
"""The dtypes that the API can read; all of them also where they are spelled with a capital."""
_AVRO = {
    "long": "Int64",
    "int": "Int32",
    "float": "float32",
    "double": "float64",
    "boolean": "bool",
}
_TIME = "datetime"


def clean_name(column: str) -> str:
    """Make a column name that the API accepts.

    Args:
        column: The name.

    Returns:
        The name with underscores for what is no letter and no digit, and with a letter first.
    """
    cleaned = _OTHER.sub("_", column).lstrip("_")
    return cleaned if not cleaned or cleaned[0].isalpha() else f"Column_{cleaned}"


def checked(df: pd.DataFrame, *, clean_column_names: bool = False) -> pd.DataFrame:
    """Check that the API can read a data frame.

    Args:
        df: The data frame.
        clean_column_names: Whether columns are renamed where the API would refuse their names.

    Returns:
        The data frame; another one if columns were renamed.

    Raises:
        RequestError: A column has a name or a dtype that the API does not accept.
    """
    needed()
    columns: list[object] = list(df.columns)
    unnamed = [column for column in columns if not isinstance(column, str)]
    if unnamed:
        raise RequestError(f"columns need names that are text: {_listed(unnamed)} are none")
    names = cast("list[str]", columns)
    if clean_column_names:
        names = [clean_name(name) for name in names]
    bad = [old for old, new in zip(columns, names, strict=True) if not _FITS.fullmatch(new)]
    if bad:
        raise RequestError(
            f"the API does not accept {_listed(bad)} as names of columns: letters, digits and "
            "underscores, a letter first"
            + ("" if clean_column_names else " (clean_column_names=True renames them)")
        )
    twice = [old for old, new in zip(columns, names, strict=True) if names.count(new) > 1]
    if twice:
        raise RequestError(
            f"several columns have one name{' when it is cleaned' if clean_column_names else ''}: "
            f"{_listed(twice)}"
        )
    odd = [
        f"{name} ({dtype})"
        for name, dtype in zip(names, map(str, df.dtypes), strict=True)
        if dtype.lower() not in TYPES
    ]
    if odd:
        known = ", ".join(sorted(TYPES))
        raise RequestError(f"the API cannot read the dtypes of {', '.join(odd)}; it reads {known}")
    if names == columns:
        return df
    renamed: Any = cast("Any", df).copy(deep=False)
    renamed.columns = names
    return cast("pd.DataFrame", renamed)


@contextmanager
def as_parquet(df: pd.DataFrame) -> Generator[IO[bytes]]:
    """Write a data frame to a temporary file.

    Args:
        df: The data frame; its index is written where all of its levels have names.

    Yields:
        The file, in Parquet.
    """
    with TemporaryFile() as file:
        df.to_parquet(cast("Any", file), index=all(df.index.names))
        file.seek(0)
        yield file


@asynccontextmanager
async def as_parquet_awaited(df: pd.DataFrame) -> AsyncGenerator[IO[bytes]]:
    """Write a data frame to a temporary file, as `as_parquet` does, beside the event loop."""
    with ExitStack() as stack:
        yield await asyncio.to_thread(stack.enter_context, as_parquet(df))


def quiet(options: CallOptions) -> CallOptions:
    """Leave out what only the upload has to do with.

    Args:
        options: What the caller says.

    Returns:
        The options of the other calls.
    """
    kept = options.copy()
    kept.pop("progress", None)
    return kept


def dataset(made: object) -> Dataset:
    """Insist that an upload has become a dataset.

    Args:
        made: What it has become.

    Returns:
        The dataset.

    Raises:
        DecodeError: It is something else.
    """
    from abacus_client import Dataset

    if not isinstance(made, Dataset):
        raise DecodeError("the upload has become no dataset", body=made)
    return made


def async_dataset(made: object) -> AsyncDataset:
    """Insist that an upload has become a dataset, as `dataset` does."""
    from abacus_client import AsyncDataset

    if not isinstance(made, AsyncDataset):
        raise DecodeError("the upload has become no dataset", body=made)
    return made


def dataset_of(source_type: str | None, dataset_id: str | None) -> str:
    """Insist that a feature group is made from a dataset.

    Args:
        source_type: What it is made from.
        dataset_id: The id of its dataset.

    Returns:
        The id.

    Raises:
        ConflictError: It is made from something else.
    """
    from abacus_client.errors import ConflictError

    if source_type != "DATASET" or not dataset_id:
        raise ConflictError(
            "this feature group is not made from a dataset", status=409, error_type="ConflictError"
        )
    return dataset_id


def read_parquet(content: bytes) -> pd.DataFrame:
    """Read a data frame.

    Args:
        content: Parquet.

    Returns:
        The data frame.
    """
    import io

    return cast("pd.DataFrame", needed().read_parquet(io.BytesIO(content)))


def read_avro(files: Iterable[IO[bytes]]) -> pd.DataFrame:
    """Read a data frame from its parts.

    Args:
        files: The parts, in their order, each a file in Avro.

    Returns:
        The data frame; an empty one if there are no parts.
    """
    pandas = needed()
    frames = [_avro_frame(file) for file in files]
    whole = pandas.concat(frames, ignore_index=True) if frames else pandas.DataFrame()
    return cast("pd.DataFrame", whole)


def _avro_frame(file: IO[bytes]) -> Any:
    import fastavro

    pandas = needed()
    reader = fastavro.reader(file)
    schema = cast("Mapping[str, Any]", reader.writer_schema)
    types = {field["name"]: _dtype(field["type"]) for field in schema["fields"]}
    rows = cast("list[dict[str, object]]", list(reader))
    columns = {
        name: _series([row.get(name) for row in rows], dtype) for name, dtype in types.items()
    }
    return pandas.DataFrame(columns, columns=pandas.Index(list(types)))


def _series(values: list[object], dtype: str) -> Any:
    """A column; nulls stay nulls."""
    pandas = needed()
    if dtype == _TIME:
        times = pandas.to_datetime(pandas.Series(values, dtype="object"), errors="coerce", utc=True)
        return times.dt.tz_localize(None)
    if dtype == "bool" and any(value is None for value in values):
        dtype = "boolean"
    return pandas.Series(values, dtype=dtype)


def _dtype(said: Any) -> str:
    """The dtype of an Avro type: of the first that is not null, in a union."""
    if isinstance(said, list):
        items = cast("list[object]", said)
        said = next((item for item in items if item != "null"), "null")
    if isinstance(said, Mapping):
        described = cast("Mapping[str, Any]", said)
        logical = str(described.get("logicalType"))
        if logical.startswith("timestamp-"):
            return _TIME
        said = "date" if logical == "date" else described.get("type")
    return _AVRO.get(said, "object") if isinstance(said, str) else "object"


def as_text(df: pd.DataFrame | None) -> str | None:
    """Write a data frame as the optimisation operations take it.

    Args:
        df: The data frame.

    Returns:
        JSON text of its data and of what its columns are; None for None.
    """
    if df is None:
        return None
    kinds = {str(name): _kind(str(dtype)) for name, dtype in df.dtypes.items()}
    return json.dumps({"data": df.to_json(date_format="iso"), "dtypes": kinds})


def _kind(dtype: str) -> str:
    low = dtype.lower()
    return next((kind for kind in ("datetime", "category") if kind in low), dtype)


def needed() -> Any:
    """Insist on what data frames need, before anything is sent.

    Returns:
        pandas.

    Raises:
        RequestError: A package is missing.
    """
    missing = [name for name in ("pandas", "pyarrow", "fastavro") if not _there(name)]
    if missing:
        raise RequestError(
            f"data frames need {' and '.join(missing)}: pip install abacus-client[pandas]"
        )
    import pandas

    return pandas


def _there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ValueError:  # it is in sys.modules, and is nothing
        return False


def _listed(names: Iterable[object]) -> str:
    return ", ".join(map(repr, names))
