"""What a caller puts around each attempt, and who is told what happens."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from rebind.runtime.call import Call
from rebind.runtime.errors import ApiConnectionError, ApiError, ServerError
from rebind.runtime.options import RetryPolicy
from rebind.runtime.request import Request
from rebind.runtime.response import Response

from tests.faults.server import Server, ok, reply
from tests.runtime.conftest import Flavour
from tests.runtime.test_bodies import UPLOAD
from tests.runtime.things import CREATE, GET, KEY

POLICY = RetryPolicy(backoff=0.001)


def layer(flavour: Flavour, before: Any = None, after: Any = None) -> Any:
    """Make a layer of either flavour."""

    def plain(request: Request, send: Any) -> Response:
        if before is not None:
            before(request)
        response: Response = send(request)
        return after(response) if after is not None else response

    async def awaited(request: Request, send: Any) -> Response:
        if before is not None:
            before(request)
        response: Response = await send(request)
        return after(response) if after is not None else response

    return awaited if flavour.awaited else plain


def test_a_layer_sees_and_changes_each_attempt(server: Server, flavour: Flavour) -> None:
    statuses: list[int] = []

    def before(request: Request) -> None:
        request.headers.append(("X-Signed", f"{request.method} {len(request.url)}"))

    def after(response: Response) -> Response:
        statuses.append(response.status)
        return response

    server.answer(reply(b"", 503), ok({"name": "n"}))
    client = flavour.things(middleware=[layer(flavour, before, after)], retry=POLICY)
    assert flavour.send(client, Call(GET)).name == "n"
    assert statuses == [503, 200]
    assert all((seen.header("X-Signed") or "").startswith("GET ") for seen in server.seen)


def test_the_first_layer_is_outermost(server: Server, flavour: Flavour) -> None:
    order: list[str] = []

    def named(name: str) -> Any:
        def after(response: Response) -> Response:
            order.append(f"-{name}")
            return response

        return layer(flavour, lambda _: order.append(f"+{name}"), after)

    server.answer(ok())
    flavour.send(flavour.things(middleware=[named("a"), named("b")]), Call(GET))
    assert order == ["+a", "+b", "-b", "-a"]


def test_a_layer_may_answer_itself(server: Server, flavour: Flavour) -> None:
    answer = Response(200, {"Content-Type": "application/json"}, b'{"success": true, "result": {}}')

    def plain(request: Request, send: Any) -> Response:
        return answer

    async def awaited(request: Request, send: Any) -> Response:
        return answer

    client = flavour.things(middleware=[awaited if flavour.awaited else plain])
    assert flavour.send(client, Call(GET)) is None
    assert server.seen == []


def test_a_failure_goes_through_the_layers_and_is_tried_again(
    server: Server, flavour: Flavour
) -> None:
    caught: list[ApiError] = []

    def plain(request: Request, send: Any) -> Response:
        try:
            return send(request)  # type: ignore[no-any-return]
        except ApiConnectionError as error:
            caught.append(error)
            raise

    async def awaited(request: Request, send: Any) -> Response:
        try:
            return await send(request)  # type: ignore[no-any-return]
        except ApiConnectionError as error:
            caught.append(error)
            raise

    server.answer(lambda c: c.reset(), ok({"name": "n"}))
    client = flavour.things(middleware=[awaited if flavour.awaited else plain], retry=POLICY)
    assert flavour.send(client, Call(GET)).name == "n"
    assert len(caught) == 1


def test_what_a_layer_raises_is_raised(server: Server, flavour: Flavour) -> None:
    def refuse(_: Request) -> None:
        raise ServerError("not today")

    def break_(_: Request) -> None:
        raise ZeroDivisionError

    client = flavour.things(middleware=[layer(flavour, refuse)], retry=POLICY)
    with pytest.raises(ServerError, match="not today") as caught:
        flavour.send(client, Call(GET))
    assert (caught.value.attempts, caught.value.operation) == (1, "getSession")
    with pytest.raises(ZeroDivisionError):
        flavour.send(client.with_options(middleware=[layer(flavour, break_)]), Call(GET))
    assert server.seen == []


def test_a_copy_may_have_other_layers(server: Server, flavour: Flavour) -> None:
    seen: list[int] = []
    server.answer(ok())
    client = flavour.things(middleware=[layer(flavour, lambda _: seen.append(1))])
    flavour.send(client.with_options(middleware=[]), Call(GET))
    assert seen == []
    flavour.send(client.with_options(timeout=3), Call(GET))
    assert seen == [1]


def test_progress_of_an_upload_is_told(server: Server, flavour: Flavour, tmp_path: Path) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(b"x" * 200_000)
    server.answer(reply(b"", 204))
    for call, known in (
        (Call(UPLOAD, content=path), True),
        (Call(UPLOAD, content=path.read_bytes()), True),
        (Call(UPLOAD, content=[b"a" * 10, b"b" * 10]), False),
        (Call(CREATE, json={"a": "x" * 100_000}), True),
        (Call(UPLOAD, multipart={"file": path}), True),
    ):
        told: list[tuple[int, int | None]] = []
        server.answer(reply(b"", 204))
        flavour.send(flavour.things(), call, progress=lambda *at, told=told: told.append(at))
        size = len(server.seen[0].body)
        assert told[-1] == (size, size if known else None)
        assert [sent for sent, _ in told] == sorted(sent for sent, _ in told)
        assert len(told) > 1


def test_each_attempt_of_an_upload_begins_anew(server: Server, flavour: Flavour) -> None:
    told: list[int] = []
    server.answer(reply(b"", 503), reply(b"", 204))
    call = Call(UPLOAD, content=b"abc")
    flavour.send(flavour.things(), call, progress=lambda size, _: told.append(size), retry=POLICY)
    assert told == [3, 3]


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Any:
    pytest.importorskip("opentelemetry.sdk", reason="spans are collected by OpenTelemetry's SDK")
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    return exporter


def test_a_call_is_a_span(server: Server, flavour: Flavour, spans: Any) -> None:
    server.answer(reply(b"", 503), ok({"name": "n"}))
    flavour.send(flavour.things(retry=POLICY), Call(GET, query={"q": "private"}))
    (span,) = spans.get_finished_spans()
    assert span.name == "getSession"
    assert span.kind.name == "CLIENT"
    assert dict(span.attributes) == {
        "http.request.method": "GET",
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "url.template": "/api/v0/getSession",
        "http.response.status_code": 200,
        "http.request.resend_count": 1,
    }
    trace_id = f"{span.context.trace_id:032x}"
    assert all(trace_id in (seen.header("traceparent") or "") for seen in server.seen)
    assert "private" not in str(span.to_json())


def test_a_failed_call_is_a_failed_span(server: Server, flavour: Flavour, spans: Any) -> None:
    server.answer(reply(b'{"success": false, "error": "gone", "errorType": "X"}', 404))
    with pytest.raises(ApiError):
        flavour.send(flavour.things(), Call(GET))
    (span,) = spans.get_finished_spans()
    assert span.status.description == "gone"
    assert span.attributes["error.type"] == "X"
    assert span.attributes["http.response.status_code"] == 404
    assert KEY not in str(span.to_json())


def test_a_cancelled_call_ends_its_span(server: Server, spans: Any) -> None:
    from tests.runtime.things import AsyncThings

    server.answer(lambda c: c.stall())

    async def main() -> None:
        async with AsyncThings(KEY, base_url=server.url) as client:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.send(Call(GET)), 0.2)

    asyncio.run(main())
    assert [span.name for span in spans.get_finished_spans()] == ["getSession"]


def test_spans_of_tasks_are_their_own(server: Server, spans: Any) -> None:
    from tests.runtime.things import AsyncThings

    server.answer(ok())

    async def main() -> None:
        async with AsyncThings(KEY, base_url=server.url) as client:
            await asyncio.gather(*[client.send(Call(GET)) for _ in range(5)])

    asyncio.run(main())
    assert len({span.context.span_id for span in spans.get_finished_spans()}) == 5
