"""Answers of chat deployments and agents while they are written: JSON lines from the proxy host."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, aclosing, closing
from typing import TYPE_CHECKING, Any, cast

from abacus_client._runtime.call import Call, Json, Operation
from abacus_client._runtime.decode import read_json
from abacus_client._runtime.errors import ApiError, DecodeError, RequestError
from abacus_client._runtime.response import Response, read
from abacus_client._runtime.scrub import scrub

if TYPE_CHECKING:
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client._runtime.client import AsyncClient, Client
    from abacus_client._runtime.payload import FileTypes
    from abacus_client._runtime.streams import AsyncStreamedResponse, StreamedResponse
    from abacus_client.extras.predictions import Asking
    from typing_extensions import Self

_WORD = re.compile(r"(.)([A-Z][a-z]+)")
_CAPITAL = re.compile(r"([a-z0-9])([A-Z])")


class Chunk(Mapping[str, Any]):
    """A piece of an answer: what the API sent, by names in lower case with underscores.

    Args:
        data: What the API sent.
    """

    __slots__ = ("_data",)

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = {_snake(key): value for key, value in data.items()}

    @property
    def type(self) -> str | None:
        """What kind of piece it is, such as `text`; None if the API does not say."""
        return self._data.get("type")

    @property
    def segment(self) -> Any:
        """The piece itself, in the form that its kind has."""
        return self._data.get("segment")

    @property
    def text(self) -> str:
        """The text that it adds to the answer; empty if it adds none."""
        segment = self.segment
        passing = self._data.get("temp") or self.type not in (None, "text")
        return segment if isinstance(segment, str) and not passing else ""

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __repr__(self) -> str:
        return f"Chunk({self._data!r})"


class ChatStream:
    """An answer while it is written. Close it, or use it as a context manager."""

    def __init__(self, client: Client, call: Request, options: CallOptions) -> None:
        self._client = client
        self._call = call
        self._open = ExitStack()
        streaming = client.with_streaming_response(client.send, call, options)
        self.response: StreamedResponse = self._open.enter_context(streaming)
        self._chunks = self._made()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Chunk:
        return next(self._chunks)

    def text(self) -> str:
        """Read the rest of the answer.

        Returns:
            Its text, without what was only shown for the time being.

        Raises:
            ApiError: The answer broke off, or failed.
        """
        with self:
            return "".join([chunk.text for chunk in self])

    def close(self) -> None:
        """Let go of the connection, whether or not there is more to come."""
        self._chunks.close()
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _made(self) -> Generator[Chunk]:
        with self._open, closing(self.response.raw_lines()) as lines:
            for line in lines:
                chunk = _chunk(self._client, self._call, self.response, line)
                if chunk is not None:
                    yield chunk


class AsyncChatStream:
    """An answer while it is written. Close it, or use it as a context manager."""

    def __init__(self, client: AsyncClient, call: Request) -> None:
        self._client = client
        self._call = call
        self._open = AsyncExitStack()
        self.response: AsyncStreamedResponse
        self._chunks = self._made()

    @classmethod
    async def opened(cls, client: AsyncClient, call: Request, options: CallOptions) -> Self:
        """Ask, and wait until the answer begins.

        Args:
            client: The client.
            call: What is asked.
            options: Options of the call.

        Returns:
            The answer.
        """
        made = cls(client, call)
        streaming = client.with_streaming_response(client.send, call, options)
        made.response = await made._open.enter_async_context(streaming)
        return made

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Chunk:
        return await anext(self._chunks)

    async def text(self) -> str:
        """Read the rest of the answer, as `ChatStream.text` does."""
        async with self:
            return "".join([chunk.text async for chunk in self])

    async def aclose(self) -> None:
        """Let go of the connection, whether or not there is more to come."""
        await self._chunks.aclose()
        await self._open.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _made(self) -> AsyncGenerator[Chunk]:
        async with self._open, aclosing(self.response.raw_lines()) as lines:
            async for line in lines:
                chunk = _chunk(self._client, self._call, self.response, line)
                if chunk is not None:
                    yield chunk


async def as_generator(ask: Callable[[], ChatStream]) -> AsyncGenerator[Chunk]:
    """Read an answer from an event loop, through a client that blocks.

    Args:
        ask: Asks; called when the first chunk is wanted.

    Yields:
        The chunks. Each is waited for in a thread.

    Raises:
        ApiError: The deployment refuses; also while the answer is read.
    """
    stream = await asyncio.to_thread(ask)
    try:
        while (chunk := await asyncio.to_thread(next, stream, None)) is not None:
            yield chunk
    finally:
        await asyncio.to_thread(stream.close)


Request = Call[Any, Any]


def chat(
    deployment_token: str,
    deployment_id: str,
    messages: Sequence[Mapping[str, Any]],
    asking: Asking,
) -> Request:
    """Ask a chat deployment to go on after some messages.

    Args:
        deployment_token: The token of the deployment.
        deployment_id: The id of the deployment.
        messages: The messages.
        asking: How it is asked.

    Returns:
        The call.
    """
    body = {
        "deploymentToken": deployment_token,
        "deploymentId": deployment_id,
        "messages": messages,
        **_how(asking),
    }
    return _request("getStreamingChatResponse", body, asking)


def conversation(
    deployment_token: str,
    deployment_id: str,
    message: str,
    deployment_conversation_id: str | None,
    external_session_id: str | None,
    asking: Asking,
) -> Request:
    """Ask a chat deployment to go on with a conversation that it remembers.

    Args:
        deployment_token: The token of the deployment.
        deployment_id: The id of the deployment.
        message: The message.
        deployment_conversation_id: The id of the conversation.
        external_session_id: The caller's own id of it.
        asking: How it is asked.

    Returns:
        The call.
    """
    body = {
        "deploymentToken": deployment_token,
        "deploymentId": deployment_id,
        "message": message,
        "deploymentConversationId": deployment_conversation_id,
        "externalSessionId": external_session_id,
        **_how(asking),
    }
    return _request("getStreamingConversationResponse", body, asking)


def agent(
    deployment_token: str,
    deployment_id: str,
    *,
    arguments: Sequence[Any] | None,
    keyword_arguments: Mapping[str, Any] | None,
    deployment_conversation_id: str | None,
    external_session_id: str | None,
    regenerate: bool,
    doc_infos: Sequence[Any] | None,
    agent_workflow_node_id: str | None,
) -> Request:
    """Ask an agent.

    Args:
        deployment_token: The token of the deployment.
        deployment_id: The id of the deployment.
        arguments: What it is given by position.
        keyword_arguments: What it is given by name.
        deployment_conversation_id: The id of the conversation.
        external_session_id: The caller's own id of it.
        regenerate: Whether the last answer is to be given anew.
        doc_infos: The documents that it is about.
        agent_workflow_node_id: The step of the workflow that runs.

    Returns:
        The call.
    """
    body = {
        "deploymentToken": deployment_token,
        "deploymentId": deployment_id,
        "arguments": arguments,
        "keywordArguments": keyword_arguments,
        "deploymentConversationId": deployment_conversation_id,
        "externalSessionId": external_session_id,
        "regenerate": regenerate,
        "docInfos": doc_infos,
        "agentWorkflowNodeId": agent_workflow_node_id,
    }
    return Call(_operation("executeConversationAgentStreaming"), json=body)


def options(asking: Asking) -> CallOptions:
    """Take the options of the call out of how it is asked.

    Args:
        asking: How it is asked.

    Returns:
        The options.

    Raises:
        TypeError: There is an argument that nobody knows.
    """
    given: Mapping[str, Any] = asking
    unknown = sorted(given.keys() - _ASKING - _OPTIONS)
    if unknown:
        raise TypeError(f"unexpected keyword argument {', '.join(map(repr, unknown))}")
    return cast("CallOptions", {name: given[name] for name in given if name in _OPTIONS})


_OPTIONS = frozenset({"timeout", "retry", "headers", "progress"})
_ASKING = frozenset(
    {
        *("llm_name", "num_completion_tokens", "system_message", "temperature"),
        *("filter_key_values", "search_score_cutoff", "chat_config", "ignore_documents"),
        *("include_search_results", "exclude_thinking_segments", "user_info", "attachments"),
    }
)


def _how(asking: Asking) -> dict[str, Any]:
    return {
        "llmName": asking.get("llm_name"),
        "numCompletionTokens": asking.get("num_completion_tokens"),
        "temperature": asking.get("temperature", 0.0),
        "filterKeyValues": asking.get("filter_key_values"),
        "searchScoreCutoff": asking.get("search_score_cutoff"),
        "chatConfig": _config(asking.get("chat_config"), asking.get("system_message")),
        "ignoreDocuments": asking.get("ignore_documents", False),
        "includeSearchResults": asking.get("include_search_results", False),
        "excludeThinkingSegments": asking.get("exclude_thinking_segments", False),
    }


def _config(
    chat_config: Mapping[str, Any] | None, system_message: str | None
) -> Mapping[str, Any] | None:
    """The system message stands in the configuration, unless that has one already."""
    if system_message is None or "behavior_instructions" in (chat_config or {}):
        return chat_config
    return {**(chat_config or {}), "behavior_instructions": system_message}


def _request(name: str, body: dict[str, Any], asking: Asking) -> Request:
    user, attachments = asking.get("user_info"), asking.get("attachments")
    if attachments is None:
        return Call(_operation(name), json={**body, "userInfo": user})
    if user is not None:
        raise RequestError("the API takes no user_info beside attachments")
    taken = sorted(body.keys() & attachments.keys())
    if taken:
        raise RequestError(f"an attachment cannot be called {taken[0]}: a parameter has that name")
    files = {key: _attachment(key, value) for key, value in attachments.items()}
    fields = {key: value for key, value in body.items() if value is not None}
    return Call(_operation(f"{name}WithBinaryData"), multipart={**fields, **files})


def _operation(name: str) -> Operation[Any, Any]:
    return Operation(
        id=name,
        method="POST",
        path=f"/api/{name}",
        host="proxy",
        security=(("apiKey",), ()),
        replies={"200": Json()},
        encodings=dict.fromkeys(("messages", "filterKeyValues", "chatConfig"), "application/json"),
    )


def _attachment(name: str, value: FileTypes) -> FileTypes:
    """A file as the API expects it: with a name, and bytes of no particular kind."""
    if isinstance(value, tuple):
        return value if len(value) == 3 else (*value, "application/octet-stream")
    if isinstance(value, str):
        value = value.encode()
    named = getattr(value, "name", None)
    return (named if isinstance(named, str) else name, value, "application/octet-stream")


def _chunk(
    client: Client | AsyncClient,
    call: Request,
    response: StreamedResponse | AsyncStreamedResponse,
    line: bytes,
) -> Chunk | None:
    """Make a chunk of a line; None of an empty line, or of one that keeps the connection alive."""
    if not line.strip():
        return None
    data = response.parsed(read_json, line)
    if not isinstance(data, dict):
        odd = DecodeError("a line of the answer is no object", content=line)
        raise _about(odd, client, call, response)
    chunk = cast("dict[str, Any]", data)
    if chunk.get("success") is False:
        raise _about(_failure(client, call, response, line), client, call, response)
    return None if "ping" in chunk else Chunk(chunk)


def _failure(
    client: Client | AsyncClient,
    call: Request,
    response: StreamedResponse | AsyncStreamedResponse,
    line: bytes,
) -> ApiError:
    """The error that a line tells, of the class that it names."""
    outcome = read(
        cast("Any", client)._api,
        call.operation,
        Response(response.status, response.headers, line),
        asynchronous=False,
        now=time.time(),
    )
    return outcome.error or DecodeError("the answer failed without an error", content=line)


def _about(
    error: ApiError,
    client: Client | AsyncClient,
    call: Request,
    response: StreamedResponse | AsyncStreamedResponse,
) -> ApiError:
    error.status, error.operation = response.status, call.operation.id
    error.request_id = error.request_id or response.request_id
    error.attempts = response.attempts
    scrub(cast("Any", client)._settings.credentials, error)
    return error


def _snake(name: str) -> str:
    return _CAPITAL.sub(r"\1_\2", _WORD.sub(r"\1_\2", name)).lower()
