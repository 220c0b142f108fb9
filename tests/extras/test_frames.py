"""Data frames: which columns the API takes, and what comes back of its parts."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
from abacus_client import RequestError
from abacus_client.extras import frames

pd = pytest.importorskip("pandas")
fastavro = pytest.importorskip("fastavro")
pytest.importorskip("pyarrow")


def frame(*columns: Any) -> Any:
    return pd.DataFrame([[1] * len(columns)], columns=list(columns))


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("plain_1", "plain_1"),
        ("with space", "with_space"),
        ("__hidden", "hidden"),
        ("1st", "Column_1st"),
        ("ärger", "rger"),
        ("a.b-c", "a_b_c"),
    ],
)
def test_names_are_cleaned_as_the_vendors_client_cleans_them(name: str, cleaned: str) -> None:
    assert frames.clean_name(name) == cleaned
    assert list(frames.checked(frame(name), clean_column_names=True).columns) == [cleaned]


@pytest.mark.parametrize(
    ("columns", "clean", "said"),
    [
        (["a b"], False, "'a b'.*clean_column_names=True"),
        (["1a"], False, "'1a'"),
        ([""], False, "''"),
        (["___"], True, "'___'"),
        ([3], False, "text: 3"),
        ([None], True, "text: None"),
        (["a", "a"], False, "several columns have one name: 'a', 'a'"),
        (["a b", "a.b", "c"], True, "when it is cleaned: 'a b', 'a.b'"),
    ],
)
def test_columns_that_the_api_refuses_are_refused_here(
    columns: list[Any], clean: bool, said: str
) -> None:
    with pytest.raises(RequestError, match=said):
        frames.checked(frame(*columns), clean_column_names=clean)


def test_dtypes_that_the_api_cannot_read_are_named() -> None:
    df = pd.DataFrame({"ok": [1], "kind": pd.Categorical(["a"]), "many": pd.array([1], "UInt8")})
    with pytest.raises(RequestError, match=r"kind \(category\), many \(UInt8\)"):
        frames.checked(df)


def test_dtypes_that_the_api_reads_pass_and_the_frame_is_the_callers_own() -> None:
    df = pd.DataFrame(
        {
            "text": ["a"],
            "when": pd.to_datetime(["2024-01-02"]),
            "n": pd.array([None], "Int64"),
            "b": pd.array([None], "boolean"),
            "x": [1.5],
        }
    )
    assert frames.checked(df) is df


def test_cleaning_leaves_the_callers_frame_alone() -> None:
    df = frame("a b")
    frames.checked(df, clean_column_names=True)
    assert list(df.columns) == ["a b"]


def written(df: Any) -> Any:
    with frames.as_parquet(df) as file:
        return frames.read_parquet(file.read())


def test_an_index_is_written_where_it_has_a_name() -> None:
    df = frame("a", "b")
    assert list(written(df).columns) == ["a", "b"]
    assert written(df.set_index("a")).index.names == ["a"]


SCHEMA = fastavro.parse_schema(
    {
        "type": "record",
        "name": "row",
        "fields": [
            {"name": "n", "type": ["null", "long"]},
            {"name": "i", "type": "int"},
            {"name": "x", "type": ["double", "null"]},
            {"name": "s", "type": ["null", "string"]},
            {"name": "b", "type": ["null", "boolean"]},
            {"name": "whole", "type": "boolean"},
            {"name": "t", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}]},
            {"name": "d", "type": ["null", {"type": "int", "logicalType": "date"}]},
            {"name": "none", "type": "null"},
            {"name": "list", "type": {"type": "array", "items": "long"}},
        ],
    }
)
NOON = dt.datetime(2024, 1, 2, 12, tzinfo=dt.timezone.utc)
ROW = {
    "n": 2**60,
    "i": 3,
    "x": 1.5,
    "s": "é",
    "b": True,
    "whole": True,
    "t": NOON,
    "d": dt.date(2024, 1, 2),
    "none": None,
    "list": [1, 2],
}
EMPTY = {**dict.fromkeys(ROW), "i": 0, "whole": False, "list": []}


def avro(*rows: Any) -> io.BytesIO:
    file = io.BytesIO()
    fastavro.writer(file, SCHEMA, rows)
    file.seek(0)
    return file


def test_parts_become_one_frame_with_the_types_of_their_schema() -> None:
    df = frames.read_avro([avro(ROW, EMPTY), avro(ROW)])
    assert list(df.columns) == list(ROW)
    assert list(df.index) == [0, 1, 2]
    types = {name: str(dtype) for name, dtype in df.dtypes.items()}
    assert (types["n"], types["i"], types["x"], types["whole"]) == (
        "Int64",
        "Int32",
        "float64",
        "bool",
    )
    assert types["t"].startswith("datetime64[")
    assert df["n"][0] == 2**60  # a float would have lost some of it
    assert df["n"][1] is pd.NA
    assert df["t"][0] == pd.Timestamp("2024-01-02 12:00")
    assert df["t"][1] is pd.NaT
    assert df["d"][0] == dt.date(2024, 1, 2)
    assert (df["s"][0], df["s"][1]) == ("é", None)
    assert df["list"][0] == [1, 2]


def test_a_boolean_that_is_null_does_not_become_false() -> None:
    df = frames.read_avro([avro(ROW, EMPTY)])
    assert df["b"][1] is pd.NA
    assert not df["whole"][1]


def test_a_result_without_rows_keeps_its_columns_and_one_without_parts_is_empty() -> None:
    assert list(frames.read_avro([avro()]).columns) == list(ROW)
    assert len(frames.read_avro([])) == 0


def test_a_frame_as_text_says_what_its_columns_are() -> None:
    df = pd.DataFrame({"c": pd.Categorical(["a"]), "t": pd.to_datetime(["2024-01-02"]), "n": [1]})
    text = json.loads(frames.as_text(df) or "")
    assert text["dtypes"] == {"c": "category", "t": "datetime", "n": "int64"}
    assert json.loads(text["data"])["t"]["0"].startswith("2024-01-02T00:00:00")
    assert frames.as_text(None) is None


def test_without_pandas_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(RequestError, match=r"need pandas: pip install abacus-client\[pandas\]"):
        frames.read_avro([])
