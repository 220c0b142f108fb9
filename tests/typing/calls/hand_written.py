"""Calls of what is written by hand, in both flavours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abacus_client import (
    Abacus,
    AsyncAbacus,
    AsyncDataset,
    AsyncFeatureGroup,
    AsyncModel,
    Dataset,
    FeatureGroup,
    Model,
)
from abacus_client.extras.chat import AsyncChatStream, ChatStream, Chunk
from typing_extensions import assert_type

if TYPE_CHECKING:
    import pandas as pd

client = Abacus()
awaited = AsyncAbacus()


def train(table: object) -> None: ...


def blocking(df: pd.DataFrame) -> None:
    upload = client.uploads.describe("1")
    made = upload.upload_file("data.csv", workers=4, timeout=60)
    if isinstance(made, Dataset):
        assert_type(made.wait_for_import(deadline=60), Dataset)
    upload.upload_file(17)  # E: arg-type, reportArgumentType
    upload.upload_file(b"", threads=4)  # E: call-arg, reportCallIssue

    group = client.feature_groups.create_from_pandas("t", df, clean_column_names=True)
    assert_type(group, FeatureGroup)
    assert_type(group.materialize(), FeatureGroup)
    assert_type(group.load_as_pandas(), "pd.DataFrame")
    client.feature_groups.create_from_pandas(df, "t")  # E: arg-type, reportArgumentType
    assert_type(client.feature_groups.execute_sql("SELECT 1"), "pd.DataFrame")

    stream = client.predictions.stream_chat_response("t", "d", [{"text": "Hi"}], temperature=0.5)
    assert_type(stream, ChatStream)
    for chunk in stream:
        assert_type(chunk, Chunk)
        assert_type(chunk.text, str)
    client.predictions.stream_chat_response("t", "d", [], temprature=1)  # E: call-arg, reportCallIssue

    assert_type(client.models.create_from_functions("p", train, memory=4), Model)
    client.models.create_from_functions("p", "train")  # E: arg-type, reportArgumentType


async def awaiting(df: pd.DataFrame) -> None:
    made = await (await awaited.uploads.describe("1")).upload_file(b"data")
    if isinstance(made, AsyncDataset):
        assert_type(await made.wait_for_inspection(), AsyncDataset)
    group = await awaited.feature_groups.update_from_pandas("t", df)
    assert_type(group, AsyncFeatureGroup)
    assert_type(await group.load_as_pandas(workers=2), "pd.DataFrame")

    stream = await awaited.predictions.stream_conversation_response("t", "d", "Hi")
    assert_type(stream, AsyncChatStream)
    async for chunk in stream:
        assert_type(chunk, Chunk)
    assert_type(await awaited.models.update_from_functions("m", train), AsyncModel)
