"""Calls of the asynchronous client: the same ones, awaited; its objects have awaited methods."""

from __future__ import annotations

from abacus_client import (
    AsyncAbacus,
    AsyncChatSession,
    AsyncDataset,
    AsyncDatasetVersion,
    AsyncPage,
    AsyncProject,
    ChatSession,
)
from typing_extensions import assert_type


async def run() -> None:
    client = AsyncAbacus("key", timeout=30)
    AsyncAbacus("key", retries=2)  # E: call-arg, reportCallIssue

    async with AsyncAbacus() as entered:
        assert_type(entered, AsyncAbacus)
    assert_type(client.with_options(timeout=5), AsyncAbacus)

    assert_type(await client.chat_sessions.create(name="Churn model"), AsyncChatSession)
    assert_type(await client.chat_sessions.get("1"), AsyncChatSession)
    assert_type(await client.chat_sessions.list(), list[AsyncChatSession])
    await client.chat_sessions.rename("1", "Churn model", timeout=5)
    await client.chat_sessions.delete_message("1", 0)

    client.chat_sessions.rename("1", "Churn model")  # E: unused-coroutine, reportUnusedCoroutine
    client.chat_sessions.get("1").name  # E: attr-defined, reportAttributeAccessIssue+reportUnknownMemberType
    await client.chat_sessions.rename("1")  # E: call-arg, reportCallIssue
    await client.chat_sessions.get(1)  # E: arg-type, reportArgumentType

    session = await client.chat_sessions.get("1")
    assert_type(await session.get(), AsyncChatSession)
    await session.rename("Churn model")
    await session.delete_chat_message(0)
    await session.export()
    session.rename("Churn model")  # E: unused-coroutine, reportUnusedCoroutine
    await session.rename()  # E: call-arg, reportCallIssue
    await session.delete_chat_message("0")  # E: arg-type, reportArgumentType

    plain: ChatSession = session  # E: assignment, reportAssignmentType
    awaited: AsyncChatSession = plain  # E: assignment, reportAssignmentType
    del awaited

    assert_type(await client.projects.list(), AsyncPage[AsyncProject])
    async for project in client.projects.list(limit=5):
        assert_type(project, AsyncProject)
    assert_type(await AsyncDataset(client).list_versions(), list[AsyncDatasetVersion])
    list(client.projects.list())  # E: call-overload, reportArgumentType
