"""Answers while they are written, in both flavours."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from abacus_client import Abacus, ApiConnectionError, DecodeError, RequestError, StatusError
from abacus_client.errors import DataNotFoundError, TooManyRequestsError
from abacus_client.extras.chat import Chunk, as_generator

from tests.extras.conftest import Run, closed, done, every
from tests.extras.platform import Failed, Lines, Platform, always

CHUNKS = [
    {"type": "text", "temp": True, "isSpinny": True, "segment": "Thinking"},
    {"ping": True},
    {"type": "text", "segment": "Hel", "messageId": "m1"},
    {"type": "text", "segment": "lo"},
    {"type": "image", "segment": {"url": "x"}},
    {"end": True, "success": True},
]
MESSAGES = [{"is_user": True, "text": "Hi"}]


def lines(*chunks: Any) -> Lines:
    return Lines([json.dumps(chunk).encode() + b"\n" for chunk in chunks])


def chat(**asking: Any) -> Any:
    async def work(client: Any) -> Any:
        stream = await done(client.predictions.stream_chat_response("t1", "d1", MESSAGES, **asking))
        return await every(stream)

    return work


def test_chunks_come_with_names_in_lower_case_and_without_pings(
    run: Run, platform: Platform
) -> None:
    platform.answers["getStreamingChatResponse"] = always(lines(*CHUNKS))
    found = run(chat())
    assert [dict(chunk) for chunk in found] == [
        {"type": "text", "temp": True, "is_spinny": True, "segment": "Thinking"},
        {"type": "text", "segment": "Hel", "message_id": "m1"},
        {"type": "text", "segment": "lo"},
        {"type": "image", "segment": {"url": "x"}},
        {"end": True, "success": True},
    ]
    assert [chunk.text for chunk in found] == ["", "Hel", "lo", "", ""]
    assert (found[3].type, found[3].segment) == ("image", {"url": "x"})
    assert found[1]["message_id"] == "m1"
    assert found[1].get("nothing") is None


def test_the_text_of_an_answer_leaves_out_what_is_only_shown_for_a_while(
    run: Run, platform: Platform
) -> None:
    platform.answers["getStreamingChatResponse"] = always(lines(*CHUNKS))

    async def work(client: Any) -> Any:
        stream = await done(client.predictions.stream_chat_response("t1", "d1", MESSAGES))
        return await done(stream.text())

    assert run(work) == "Hello"


def test_the_request_goes_to_the_proxy_with_every_field(run: Run, platform: Platform) -> None:
    platform.answers["getStreamingChatResponse"] = always(lines())
    run(chat(system_message="Be kind.", chat_config={"a": 1}, llm_name="X", user_info={"id": 1}))
    (asked,) = platform.of("getStreamingChatResponse")
    assert (asked.method, asked.path) == ("POST", "/api/getStreamingChatResponse")
    assert asked.headers["apikey"] == "secret"
    assert asked.json == {
        "deploymentToken": "t1",
        "deploymentId": "d1",
        "messages": MESSAGES,
        "llmName": "X",
        "numCompletionTokens": None,
        "temperature": 0.0,
        "filterKeyValues": None,
        "searchScoreCutoff": None,
        "chatConfig": {"a": 1, "behavior_instructions": "Be kind."},
        "ignoreDocuments": False,
        "includeSearchResults": False,
        "excludeThinkingSegments": False,
        "userInfo": {"id": 1},
    }


def test_a_configuration_that_has_instructions_keeps_them(run: Run, platform: Platform) -> None:
    platform.answers["getStreamingChatResponse"] = always(lines())
    own = {"behavior_instructions": "Be brief."}
    run(chat(system_message="Be kind.", chat_config=own))
    assert platform.of("getStreamingChatResponse")[0].json["chatConfig"] == own


def test_a_client_without_a_key_asks_for_the_proxy_of_the_deployment(
    run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ABACUS_API_KEY", raising=False)
    platform.answers["getStreamingChatResponse"] = always(lines({"segment": "x"}))
    assert len(run(chat(), api_key=None)) == 1
    where, asked = platform.asked
    assert where.given == {"deploymentId": "d1", "deploymentToken": "t1"}
    assert "apikey" not in asked.headers


def test_a_conversation_is_continued(run: Run, platform: Platform) -> None:
    platform.answers["getStreamingConversationResponse"] = always(lines({"segment": "x"}))

    async def work(client: Any) -> Any:
        stream = await done(
            client.predictions.stream_conversation_response(
                "t1", "d1", "Hi", deployment_conversation_id="c1", temperature=0.5
            )
        )
        return await every(stream)

    run(work)
    body = platform.of("getStreamingConversationResponse")[0].json
    assert (body["message"], body["deploymentConversationId"]) == ("Hi", "c1")
    assert (body["externalSessionId"], body["temperature"]) == (None, 0.5)


def test_an_agent_streams_its_answer(run: Run, platform: Platform) -> None:
    platform.answers["executeConversationAgentStreaming"] = always(lines({"segment": "x"}))

    async def work(client: Any) -> Any:
        stream = await done(
            client.predictions.stream_conversation_agent("t1", "d1", keyword_arguments={"q": 1})
        )
        return await every(stream)

    assert len(run(work)) == 1
    assert platform.of("executeConversationAgentStreaming")[0].json == {
        "deploymentToken": "t1",
        "deploymentId": "d1",
        "arguments": None,
        "keywordArguments": {"q": 1},
        "deploymentConversationId": None,
        "externalSessionId": None,
        "regenerate": False,
        "docInfos": None,
        "agentWorkflowNodeId": None,
    }


def test_attachments_make_it_a_form(run: Run, platform: Platform, tmp_path: Any) -> None:
    platform.answers["getStreamingChatResponseWithBinaryData"] = always(lines({"segment": "x"}))
    path = tmp_path / "note.txt"
    path.write_bytes(b"two")
    files = {"one": b"1", "two": path, "three": ("a.pdf", b"3")}
    assert len(run(chat(attachments=files, filter_key_values={"a": [1]}))) == 1
    parts = platform.of("getStreamingChatResponseWithBinaryData")[0].parts
    assert parts["one"].content == b"1"
    assert parts["two"].content == b"two"
    assert (parts["three"].filename, parts["three"].content) == ("a.pdf", b"3")
    assert {parts[name].kind for name in files} == {"application/octet-stream"}
    assert json.loads(parts["messages"].content) == MESSAGES
    assert json.loads(parts["filterKeyValues"].content) == {"a": [1]}
    assert parts["messages"].kind == "application/json"
    assert parts["temperature"].content == b"0.0"
    assert parts["ignoreDocuments"].content == b"False"
    assert "llmName" not in parts


@pytest.mark.parametrize(
    ("asking", "said"),
    [
        ({"attachments": {"messages": b""}}, "cannot be called messages"),
        ({"attachments": {"a": b""}, "user_info": {"id": 1}}, "no user_info"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_is_sent(
    run: Run, platform: Platform, asking: Any, said: str
) -> None:
    with pytest.raises(RequestError, match=said):
        run(chat(**asking))
    assert platform.asked == []


def test_an_argument_that_nobody_knows_is_a_type_error(run: Run) -> None:
    with pytest.raises(TypeError, match="'temprature'"):
        run(chat(temprature=1))


def test_a_refusal_is_raised_when_the_answer_is_asked_for(run: Run, platform: Platform) -> None:
    platform.answers["getStreamingChatResponse"] = always(Failed(404, "DataNotFoundError", "No."))
    with pytest.raises(DataNotFoundError, match=r"No\.") as caught:
        run(chat())
    assert caught.value.operation == "getStreamingChatResponse"


def test_a_refusal_with_status_200_is_raised_as_well(run: Run, platform: Platform) -> None:
    platform.answers["getStreamingChatResponse"] = always(Failed(200, "DataNotFoundError", "No."))
    with pytest.raises(DataNotFoundError):
        run(chat())


def test_an_error_inside_the_answer_is_raised_of_the_class_that_it_names(
    run: Run, platform: Platform
) -> None:
    failed = {"success": False, "error": "Too fast", "errorType": "TooManyRequestsError"}
    platform.answers["getStreamingChatResponse"] = always(lines(CHUNKS[2], failed, CHUNKS[3]))
    seen: list[Chunk] = []

    async def work(client: Any) -> Any:
        stream = await done(client.predictions.stream_chat_response("t1", "d1", MESSAGES))
        if hasattr(stream, "__aiter__"):
            async for chunk in stream:
                seen.append(chunk)
        else:
            seen.extend(stream)

    with pytest.raises(TooManyRequestsError, match="Too fast") as caught:
        run(work)
    assert [chunk.text for chunk in seen] == (["Hel"] if seen else [])
    assert caught.value.request_id == "r-2"
    assert caught.value.operation == "getStreamingChatResponse"


def test_an_error_of_no_known_type_is_one_of_the_tree(run: Run, platform: Platform) -> None:
    platform.answers["getStreamingChatResponse"] = always(lines({"success": False}))
    with pytest.raises(StatusError):
        run(chat())


def test_an_answer_that_breaks_off_is_an_error(run: Run, platform: Platform) -> None:
    cut = Lines([json.dumps(CHUNKS[2]).encode() + b"\n", None])
    platform.answers["getStreamingChatResponse"] = always(cut)
    with pytest.raises(ApiConnectionError):
        run(chat())


@pytest.mark.parametrize("line", [b"{half\n", b"[1]\n", b'"text"\n', b"data: {}\n"])
def test_a_line_that_is_no_object_is_an_error(run: Run, platform: Platform, line: bytes) -> None:
    platform.answers["getStreamingChatResponse"] = always(Lines([line]))
    with pytest.raises(DecodeError) as caught:
        run(chat())
    assert caught.value.operation == "getStreamingChatResponse"


def test_chunks_may_be_split_anywhere(run: Run, platform: Platform) -> None:
    text = "".join(json.dumps(chunk) + "\r\n\n" for chunk in CHUNKS).encode()
    pieces = Lines([text[at : at + 7] for at in range(0, len(text), 7)])
    platform.answers["getStreamingChatResponse"] = always(pieces)
    assert "".join(chunk.text for chunk in run(chat())) == "Hello"


def test_a_document_of_json_may_stream_too(run: Run, platform: Platform) -> None:
    found = lines(*CHUNKS)
    platform.answers["getStreamingChatResponse"] = always(Lines(found.lines, "application/json"))
    assert "".join(chunk.text for chunk in run(chat())) == "Hello"


@pytest.mark.parametrize("how", ["closed", "left"])
def test_who_stops_early_frees_the_connection(run: Run, platform: Platform, how: str) -> None:
    first = json.dumps(CHUNKS[2]).encode() + b"\n"

    def endless() -> Iterator[bytes]:
        while True:
            yield first

    platform.answers["getStreamingChatResponse"] = lambda _: Lines(endless())

    async def work(client: Any) -> Any:
        stream = await done(client.predictions.stream_chat_response("t1", "d1", MESSAGES))
        if how == "closed":
            chunk = await anext(stream) if hasattr(stream, "__anext__") else next(stream)
            await closed(stream)
            await closed(stream)
        elif hasattr(stream, "__aenter__"):
            async with stream:
                chunk = await anext(stream)
        else:
            with stream:
                chunk = next(stream)
        assert chunk.text == "Hel"

    run(work)
    assert platform.cut.wait(10)


def test_the_first_chunk_is_there_before_the_last_is_written(run: Run, platform: Platform) -> None:
    seen = threading.Event()

    def slowly() -> Iterator[bytes]:
        yield json.dumps(CHUNKS[2]).encode() + b"\n"
        assert seen.wait(10)
        yield json.dumps(CHUNKS[3]).encode() + b"\n"

    platform.answers["getStreamingChatResponse"] = lambda _: Lines(slowly())

    async def work(client: Any) -> Any:
        stream = await done(client.predictions.stream_chat_response("t1", "d1", MESSAGES))
        first = await anext(stream) if hasattr(stream, "__anext__") else next(stream)
        seen.set()
        return [first, *await every(stream)]

    assert [chunk.text for chunk in run(work)] == ["Hel", "lo"]


def test_a_blocking_answer_can_be_read_from_an_event_loop(platform: Platform) -> None:
    platform.answers["getStreamingChatResponse"] = always(lines(*CHUNKS))

    async def work() -> list[str]:
        with Abacus("secret", base_url=platform.url) as client:
            ask = client.predictions.stream_chat_response
            chunks = as_generator(lambda: ask("t1", "d1", MESSAGES))
            return [chunk.text async for chunk in chunks]

    assert "".join(asyncio.run(work())) == "Hello"


def test_who_leaves_the_generator_frees_the_connection(platform: Platform) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield json.dumps(CHUNKS[2]).encode() + b"\n"

    platform.answers["getStreamingChatResponse"] = lambda _: Lines(endless())

    async def work() -> None:
        with Abacus("secret", base_url=platform.url) as client:
            ask = client.predictions.stream_chat_response
            chunks = as_generator(lambda: ask("t1", "d1", MESSAGES))
            assert (await anext(chunks)).text == "Hel"
            await chunks.aclose()

    asyncio.run(work())
    assert platform.cut.wait(10)
