"""Servers whose addresses the API tells: `x-rebind-hosts`."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import httpx
import pytest

from tests.behaviour.conftest import Both
from tests.faults.server import Connection, Seen, Step, json_reply, ok

ASKED = "/api/v0/getEndpoints"


def told(address: str, *, slowly: float = 0.0) -> Step:
    """Answer the question for addresses with one, and everything else with the weather."""

    def step(connection: Connection, seen: Seen) -> None:
        if seen.path == ASKED:
            connection.wait(slowly)
            connection.send(ok({"predictionServer": address, "proxyServer": None}))
        else:
            connection.send(ok({"rain": 1}))

    return step


def held(both: Both, begun: threading.Event, done: threading.Event) -> Step:
    """Answer the question for addresses when somebody says so."""

    def step(connection: Connection, seen: Seen) -> None:
        if seen.path == ASKED:
            begun.set()
            done.wait(20)
            connection.send(ok({"predictionServer": both.server.url}))
        else:
            connection.send(ok({"rain": 1}))

    return step


def paths(both: Both) -> list[str]:
    return [seen.path for seen in both.server.seen]


def test_the_address_is_asked_for_once_and_not_by_the_constructor(
    both: Both, forecast: ModuleType
) -> None:
    both.server.answer(told(both.server.url + "/there/"))
    client = both.client(forecast, api_key="secret-key")
    assert paths(both) == []
    for _ in range(2):
        assert both.get(client.stations.predict("t", "s")) == {"rain": 1}
    assert both.get(client.with_options(timeout=5).stations.predict("t", "s")) == {"rain": 1}
    assert paths(both) == [ASKED, *["/there/api/v0/predict"] * 3]
    asked, first, *_ = both.server.seen
    assert asked.query == []  # the key says who asks
    assert first.header("apiKey") == "secret-key"


def test_without_a_key_each_token_has_an_address(both: Both, forecast: ModuleType) -> None:
    both.server.answer(told(both.server.url))
    client = both.client(forecast)
    for token in ("a", "a", "b"):
        both.get(client.stations.predict(token, "s"))
    asked = [seen.query for seen in both.server.seen if seen.path == ASKED]
    assert asked == [
        [("stationId", "s"), ("token", "a")],
        [("stationId", "s"), ("token", "b")],
    ]
    assert all(seen.header("apiKey") is None for seen in both.server.seen)


def test_another_key_asks_anew(both: Both, forecast: ModuleType) -> None:
    both.server.answer(told(both.server.url))
    client = both.client(forecast, api_key="first-key")
    both.get(client.stations.predict("t", "s"))
    both.get(client.with_options(api_key="second-key").stations.predict("t", "s"))
    assert paths(both).count(ASKED) == 2


def test_an_address_by_hand_is_not_asked_for(both: Both, forecast: ModuleType) -> None:
    both.server.answer(told("https://nowhere.test"))
    client = both.client(forecast, api_key="k", hosts={"prediction": both.server.url})
    both.get(client.stations.predict("t", "s"))
    moved = client.with_options(hosts={"prediction": f"{both.server.url}/moved"})
    both.get(moved.stations.predict("t", "s"))
    assert paths(both) == ["/api/v0/predict", "/moved/api/v0/predict"]


def test_a_server_that_there_is_not_is_refused(both: Both, forecast: ModuleType) -> None:
    with pytest.raises(
        forecast.ConfigError, match="no server 'predictions'; there are: prediction"
    ):
        both.client(forecast, hosts={"predictions": "https://x.test"})
    with pytest.raises(forecast.ConfigError, match="is no server"):
        both.client(forecast, hosts={"prediction": "x.test"})


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (None, "does not tell the address of the server 'prediction' .predictionServer."),
        (["https://x.test"], "does not tell the address"),
        ("x.test", "an address of the server 'prediction' that is none"),
        ("https://key:secret@x.test", "that is none"),
        ("ftp://x.test", "that is none"),
    ],
)
def test_an_address_that_is_none_is_an_error_and_asked_for_again(
    both: Both, forecast: ModuleType, address: Any, said: str
) -> None:
    result = {"predictionServer": address}
    both.server.answer(ok(result), ok({"predictionServer": both.server.url}), ok({"rain": 1}))
    client = both.client(forecast, api_key="k")
    with pytest.raises(forecast.DecodeError, match=said) as caught:
        both.get(client.stations.predict("t", "s"))
    assert caught.value.operation == "getEndpoints"
    assert both.get(client.stations.predict("t", "s")) == {"rain": 1}


@pytest.mark.parametrize("flavour", ["Try", "AsyncTry"])
def test_a_key_does_not_go_to_a_server_without_tls(forecast: ModuleType, flavour: str) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        result = {"predictionServer": "http://predict.test"}
        return httpx.Response(200, json={"success": True, "result": result})

    made: Any = httpx.Client if flavour == "Try" else httpx.AsyncClient
    client = getattr(forecast, flavour)(
        "k", http_client=made(transport=httpx.MockTransport(answer))
    )
    run: Any = asyncio.run if flavour == "AsyncTry" else lambda made: made
    with pytest.raises(forecast.DecodeError, match="without TLS"):
        run(client.stations.predict("t", "s"))
    assert [request.url.host for request in seen] == ["forecast.test"]


def test_what_the_question_fails_with_is_the_error(both: Both, forecast: ModuleType) -> None:
    failed = {"success": False, "error": "no", "errorType": "NoSuchStation"}
    both.server.answer(json_reply(failed, 404))
    client = both.client(forecast, api_key="k")
    with pytest.raises(forecast.NoSuchStation) as caught:
        both.get(client.stations.predict("t", "s"))
    assert caught.value.operation == "getEndpoints"
    assert paths(both) == [ASKED]


def test_the_question_is_tried_again_within_the_time_of_the_call(
    both: Both, forecast: ModuleType
) -> None:
    both.server.answer(json_reply({}, 503), told(both.server.url))
    retry = forecast.RetryPolicy(attempts=3, backoff=0)
    client = both.client(forecast, api_key="k", retry=retry)
    assert both.get(client.stations.predict("t", "s")) == {"rain": 1}
    assert paths(both) == [ASKED, ASKED, "/api/v0/predict"]
    both.server.answer(lambda connection: connection.stall())
    other = client.with_options(api_key="other", timeout=0.2)
    with pytest.raises(forecast.ApiTimeoutError) as caught:
        both.get(other.stations.predict("t", "s"))
    assert caught.value.operation == "getEndpoints"


def test_threads_that_come_meanwhile_wait_for_the_answer(both: Both, forecast: ModuleType) -> None:
    if both.awaited:
        pytest.skip("tasks have a test of their own")
    both.server.answer(told(both.server.url, slowly=0.1))
    client = both.client(forecast, api_key="k")
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: client.stations.predict("t", "s"), range(8)))
    assert found == [{"rain": 1}] * 8
    assert paths(both).count(ASKED) == 1


def test_a_thread_does_not_wait_longer_than_its_call_may_take(
    both: Both, forecast: ModuleType
) -> None:
    if both.awaited:
        pytest.skip("tasks have a test of their own")
    begun, done = threading.Event(), threading.Event()
    both.server.answer(held(both, begun, done))
    client = both.client(forecast, api_key="k")
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(client.stations.predict, "t", "s")
        assert begun.wait(20)
        with pytest.raises(forecast.ApiTimeoutError, match="not told in time"):
            client.stations.predict("t", "s", timeout=0.05)
        done.set()
        assert first.result(20) == {"rain": 1}


def test_tasks_wait_for_the_answer_and_a_cancelled_one_does_not_keep_others(
    both: Both, forecast: ModuleType
) -> None:
    if not both.awaited:
        pytest.skip("threads have tests of their own")
    begun, done = threading.Event(), threading.Event()
    both.server.answer(held(both, begun, done))
    client = both.client(forecast, api_key="k")

    async def main() -> list[Any]:
        tasks = [asyncio.ensure_future(client.stations.predict("t", "s")) for _ in range(5)]
        assert await asyncio.to_thread(begun.wait, 20)
        tasks[0].cancel()
        with pytest.raises(forecast.ApiTimeoutError, match="not told in time"):
            await client.stations.predict("t", "s", timeout=0.05)
        done.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    cancelled, *found = both.get(main())
    assert isinstance(cancelled, asyncio.CancelledError)
    assert found == [{"rain": 1}] * 4
    assert paths(both).count(ASKED) == 2  # by the one that was cancelled, and by the next


def test_headers_come_from_the_environment(
    both: Both, forecast: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    both.server.answer(ok({}))
    plain = both.client(forecast, api_key="k")
    monkeypatch.setenv("FORECAST_NOTEBOOK", "n1")
    client = both.client(forecast, api_key="k")
    for one, options in ((plain, {}), (client, {}), (client, {"headers": {"notebookId": "n2"}})):
        both.get(one.servers.get_endpoints(**options))
    assert [seen.header("notebookId") for seen in both.server.seen] == [None, "n1", "n2"]
