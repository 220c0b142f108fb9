"""Connections are shared, reused, kept apart where they must be, and closed."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import socket
import ssl
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpcore
import httpx
import pytest
from rebind.runtime import outgoing
from rebind.runtime.call import Call
from rebind.runtime.errors import ApiConnectionError, ApiError, ApiTimeoutError, ConfigError

from tests.faults.server import Connection, Seen, Server, closed_port, ok, reply
from tests.faults.situations import interrupted
from tests.runtime.conftest import Flavour
from tests.runtime.things import CREATE, GET, KEY, AsyncThings, Things


def echo(connection: Connection, seen: Seen) -> None:
    connection.send(ok({"sessionId": dict(seen.query)["n"]}))


def test_one_connection_serves_one_call_after_the_other(server: Server) -> None:
    server.answer(ok({"name": "n"}))
    with Things(KEY, base_url=server.url) as client:
        for _ in range(5):
            client.send(Call(GET))
        client.with_options(timeout=3).send(Call(GET))
    assert (server.connections, len(server.seen)) == (1, 6)


def test_one_connection_serves_one_awaited_call_after_the_other(server: Server) -> None:
    server.answer(ok({"name": "n"}))

    async def main() -> None:
        async with AsyncThings(KEY, base_url=server.url) as client:
            for _ in range(5):
                await client.send(Call(GET))
            await client.with_options(timeout=3).send(Call(GET))

    asyncio.run(main())
    assert (server.connections, len(server.seen)) == (1, 6)


def test_thirty_two_threads_may_race_the_first_call(server: Server) -> None:
    server.answer(echo)
    client = Things(KEY, base_url=server.url)
    barrier = threading.Barrier(32)

    def work(number: int) -> str | None:
        barrier.wait()
        return client.send(Call(GET, query={"n": number})).session_id

    with ThreadPoolExecutor(32) as pool:
        assert list(pool.map(work, range(32))) == [str(n) for n in range(32)]
    assert len(server.seen) == 32
    assert sorted(dict(s.query)["n"] for s in server.seen) == sorted(map(str, range(32)))
    client.close()


def test_one_async_client_works_in_four_event_loops(server: Server) -> None:
    server.answer(echo)
    client = AsyncThings(KEY, base_url=server.url)
    results = [asyncio.run(client.send(Call(GET, query={"n": n}))).session_id for n in range(4)]
    assert results == ["0", "1", "2", "3"]
    assert len(server.seen) == 4


def test_event_loops_in_several_threads_have_connections_of_their_own(server: Server) -> None:
    server.answer(echo)
    client = AsyncThings(KEY, base_url=server.url)

    async def several(first: int) -> list[str | None]:
        calls = [client.send(Call(GET, query={"n": first + n})) for n in range(5)]
        return [session.session_id for session in await asyncio.gather(*calls)]

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda n: asyncio.run(several(n * 10)), range(4)))
    assert results == [[str(n * 10 + m) for m in range(5)] for n in range(4)]
    assert len(server.seen) == 20


def test_a_loop_that_ends_closes_its_connections(server: Server) -> None:
    server.answer(ok({"name": "n"}))
    client = AsyncThings(KEY, base_url=server.url)
    asyncio.run(client.send(Call(GET)))
    # Connections that are closed neither warn when they are collected nor keep the loop alive.
    assert len(client._wire._pool._loops) == 0
    gc.collect()


def test_a_loop_that_is_just_dropped_is_forgotten(server: Server) -> None:
    server.answer(ok({"name": "n"}))
    client = AsyncThings(KEY, base_url=server.url)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(client.send(Call(GET)))
    loop.run_until_complete(client.aclose())
    loop.close()
    alive = weakref.ref(loop)
    del loop
    asyncio.run(client.send(Call(GET)))
    gc.collect()
    assert alive() is None


def test_a_closed_client_connects_again(server: Server, flavour: Flavour) -> None:
    server.answer(ok({"name": "n"}))
    client = flavour.things()
    flavour.send(client, Call(GET))
    if not flavour.awaited:
        client.close()
    assert flavour.send(client, Call(GET)).name == "n"
    assert server.connections == 2


def test_a_connection_that_the_server_closed_is_not_used(server: Server) -> None:
    def once(connection: Connection) -> None:
        connection.send(ok({"name": "n"}))
        connection.close()

    server.answer(once)
    with Things(KEY, base_url=server.url, retry=1) as client:
        for _ in range(4):
            client.send(Call(CREATE, json={}))
            threading.Event().wait(0.02)
    assert (server.connections, len(server.seen)) == (4, 4)


def test_a_failed_call_leaves_the_client_usable(server: Server, flavour: Flavour) -> None:
    server.answer(
        lambda c: c.reset(), reply(b"<html>", 500), reply(b"x", length=9), ok({"name": "n"})
    )
    client = flavour.things(retry=1, timeout=0.3)
    for _ in range(3):
        with pytest.raises(ApiError) as caught:
            flavour.send(client, Call(CREATE, json={}))
        assert caught.value.attempts == 1
    assert flavour.send(client, Call(GET)).name == "n"


def test_the_constructor_does_nothing_but_assign(monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*_: Any, **__: Any) -> Any:
        raise AssertionError("made something")

    for thing in (httpx.HTTPTransport, httpx.AsyncHTTPTransport, httpx.Client, httpx.AsyncClient):
        monkeypatch.setattr(thing, "__init__", no)
    monkeypatch.setattr(httpcore.ConnectionPool, "__init__", no)
    monkeypatch.setattr(httpcore.AsyncConnectionPool, "__init__", no)
    monkeypatch.setattr(ssl, "create_default_context", no)
    monkeypatch.setattr(threading.Thread, "start", no)
    for cls in (Things, AsyncThings):
        client = cls(KEY)
        client.with_options(timeout=1)


def test_plain_http_reads_no_certificates_and_tls_reads_them_once(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    real = ssl.create_default_context

    def counted(*args: Any, **kwargs: Any) -> Any:
        made.append(1)
        return real(*args, **kwargs)

    monkeypatch.setattr(outgoing, "_secure", None)
    monkeypatch.setattr(ssl, "create_default_context", counted)
    server.answer(ok({"name": "n"}))
    with Things(KEY, base_url=server.url) as client:
        client.send(Call(GET))
    assert made == []
    for _ in range(3):
        client = Things(KEY, base_url="https://127.0.0.1:1", retry=1)
        with client, pytest.raises(ApiConnectionError):
            client.send(Call(GET))
    assert made == [1]


def test_an_injected_client_sends_and_stays_open(server: Server) -> None:
    server.answer(ok({"name": "n"}))
    with httpx.Client(headers={"X-Mine": "1"}) as http:
        with Things(KEY, base_url=server.url, http_client=http) as client:
            assert client.send(Call(GET)).name == "n"
        assert not http.is_closed
        assert server.seen[0].header("X-Mine") == "1"
        assert server.seen[0].header("User-Agent") == "things-client/0.1.0"


def test_an_injected_async_client_sends_and_stays_open(server: Server) -> None:
    server.answer(ok({"name": "n"}))

    async def main() -> None:
        async with httpx.AsyncClient() as http:
            async with AsyncThings(KEY, base_url=server.url, http_client=http) as client:
                assert (await client.send(Call(GET))).name == "n"
            assert not http.is_closed

    asyncio.run(main())


def test_an_injected_transport_answers(flavour: Flavour) -> None:
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"success": True, "result": {"name": "mock"}})

    transport = httpx.MockTransport(handler)
    http: Any = (httpx.AsyncClient if flavour.awaited else httpx.Client)(transport=transport)
    client = flavour.things(http_client=http)
    assert flavour.send(client, Call(CREATE, json={"a": 1})).name == "mock"
    assert asked[0].read() == b'{"a": 1}'
    if not flavour.awaited:
        http.close()


def test_what_an_injected_transport_raises_by_mistake_is_heard(flavour: Flavour) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise AssertionError("a mistake in a test")

    transport = httpx.MockTransport(handler)
    http: Any = (httpx.AsyncClient if flavour.awaited else httpx.Client)(transport=transport)
    with pytest.raises(AssertionError, match="a mistake in a test"):
        flavour.send(flavour.things(http_client=http), Call(GET))
    if not flavour.awaited:
        http.close()


def test_a_closed_injected_client_is_a_connection_error(server: Server) -> None:
    http = httpx.Client()
    http.close()
    client = Things(KEY, base_url=server.url, http_client=http)
    with pytest.raises(ApiConnectionError, match="closed"):
        client.send(Call(GET))


def test_a_client_of_the_other_flavour_is_refused() -> None:
    with pytest.raises(TypeError, match=r"has to be an httpx\.Client, not AsyncClient"):
        Things(KEY, http_client=httpx.AsyncClient())  # type: ignore[arg-type]
    with httpx.Client() as http, pytest.raises(TypeError, match=r"httpx\.AsyncClient, not Client"):
        AsyncThings(KEY, http_client=http)  # type: ignore[arg-type]


def test_mocks_of_httpx_reach_the_clients_own_connections(
    flavour: Flavour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """vcrpy and pytest-httpx replace these two methods."""

    def answer(self: Any, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"success": True, "result": {"name": str(request.url)}})

    async def awaited(self: Any, request: httpx.Request) -> httpx.Response:
        return answer(self, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", answer)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", awaited)
    client = flavour.things(base_url="https://api.example.com")
    assert flavour.send(client, Call(GET)).name == "https://api.example.com/api/v0/getSession"


def test_without_httpcore_requests_go_through_httpx(
    server: Server, flavour: Flavour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "_has_httpcore", lambda: False)
    server.answer(ok({"name": "n"}))
    client = flavour.things()
    assert flavour.send(client, Call(CREATE, content=[b"a", b"b"])).name == "n"
    assert server.seen[0].body == b"ab"
    assert server.seen[0].header("Host") == server.url.removeprefix("http://")


@pytest.mark.parametrize("url", ["http://[::1]:{}", "http://LOCALHOST:{}", "http://localhost:{}/"])
def test_hosts_of_every_kind_are_reached(url: str, flavour: Flavour) -> None:
    family = socket.AF_INET6 if "::1" in url else socket.AF_INET
    try:
        listener = socket.create_server(("::1" if "::1" in url else "127.0.0.1", 0), family=family)
    except OSError:
        pytest.skip("there is no IPv6 here")
    hosts: list[bytes] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            hosts.append(connection.recv(65536).split(b"\r\n")[1])
            connection.sendall(ok({"name": "n"}))

    thread = threading.Thread(target=serve)
    thread.start()
    port = listener.getsockname()[1]
    client = flavour.things(base_url=url.format(port))
    assert flavour.send(client, Call(GET)).name == "n"
    thread.join()
    listener.close()
    named = "[::1]" if "::1" in url else "localhost"
    assert hosts == [f"Host: {named}:{port}".encode()]


def test_a_proxy_of_the_environment_is_used(
    server: Server, flavour: Flavour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    server.answer(ok({"name": "through"}))
    client = flavour.things(base_url="http://api.example.com/base")
    assert flavour.send(client, Call(GET)).name == "through"
    assert server.seen[0].target == "http://api.example.com/base/api/v0/getSession"


def _child(url: str, client: Things, results: Any) -> None:
    results.put((client.send(Call(GET, query={"n": os.getpid()})).session_id, os.getpid()))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_makes_connections_of_its_own(server: Server) -> None:
    server.answer(echo)
    with Things(KEY, base_url=server.url) as client:
        client.send(Call(GET, query={"n": 0}))
        context = multiprocessing.get_context("fork")
        results = context.Queue()
        child = context.Process(target=_child, args=(server.url, client, results))
        child.start()
        assert len(set(map(str, results.get(timeout=10)))) == 1
        child.join(10)
        assert client.send(Call(GET, query={"n": 1})).session_id == "1"
    assert [seen.connection for seen in server.seen] == [1, 2, 1]


def test_clients_are_not_pickled_and_copies_share_connections(server: Server) -> None:
    import copy
    import pickle

    server.answer(ok({"name": "n"}))
    with Things(KEY, base_url=server.url) as client:
        with pytest.raises(TypeError, match="holds connections and a key"):
            pickle.dumps(client)
        client.send(Call(GET))
        copy.copy(client).send(Call(GET))
        copy.deepcopy(client).send(Call(GET))
    assert server.connections == 1


def test_a_client_that_is_dropped_closes_its_connections(server: Server) -> None:
    server.answer(ok({"name": "n"}))
    client = Things(KEY, base_url=server.url)
    client.send(Call(GET))
    del client
    gc.collect()


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_clients_of_httpx_and_of_its_fork_serve_alike(
    server: Server, flavour: Flavour, library: str
) -> None:
    module = pytest.importorskip(library, reason=f"{library} is not installed")

    def call(call: Call[Any, Any], **options: Any) -> Any:
        cls = module.AsyncClient if flavour.awaited else module.Client
        if not flavour.awaited:
            with cls() as http:
                return flavour.things(http_client=http).send(call, options)

        async def main() -> Any:
            async with cls() as http:
                return await flavour.things(http_client=http).send(call, options)

        return asyncio.run(main())

    server.answer(ok({"name": "n" * 100_000}))
    assert len(call(Call(GET)).name) == 100_000
    server.answer(ok({"name": "n"}))
    assert call(Call(CREATE, content=[b"a", b"b"])).name == "n"
    assert server.seen[0].body == b"ab"
    server.answer(lambda c: c.reset())
    with pytest.raises(ApiConnectionError) as caught:
        call(Call(CREATE, json={}))
    assert caught.value.attempts == 1
    server.answer(lambda c: c.stall())
    with pytest.raises(ApiTimeoutError):
        call(Call(GET), timeout=0.3)
    server.answer(reply(b"", 302, {"Location": "/there"}), ok({"name": "there"}))
    assert call(Call(GET)).name == "there"


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "gopher://user:hidden-word@h:1"])
def test_a_proxy_that_cannot_be_used_is_a_config_error(
    server: Server, flavour: Flavour, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(ConfigError, match="the proxy that the environment names") as caught:
        flavour.send(flavour.things(), Call(GET))
    assert "hidden-word" not in repr(caught.value.__dict__)
    assert caught.value.__context__ is None
    assert server.seen == []


def test_what_needs_no_proxy_goes_without(
    server: Server, flavour: Flavour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server.answer(reply(b"", 200, {"Set-Cookie": "taste=good"}), ok({"name": "n"}))
    client = flavour.things(retry=1)
    with pytest.raises(ApiError):
        flavour.send(client, Call(GET))
    assert flavour.send(client, Call(GET)).name == "n"
    # Connections of our own keep no cookies, whichever library they go through.
    assert server.seen[1].header("Cookie") is None


def test_a_scheme_may_be_written_large(server: Server, flavour: Flavour) -> None:
    server.answer(ok({"name": "n"}))
    client = flavour.things(base_url=server.url.replace("http", "HTTP"))
    assert flavour.send(client, Call(GET)).name == "n"


@pytest.mark.parametrize("url", ["http://a..b", "https://" + "a" * 64 + ".example", "http://.a/"])
def test_what_no_host_is_called_is_refused_at_once(url: str) -> None:
    for cls in (Things, AsyncThings):
        with pytest.raises(ConfigError, match="is no server"):
            cls(KEY, base_url=url)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_waits_for_no_thread_of_its_parent(server: Server) -> None:
    server.answer(echo)
    with Things(KEY, base_url=server.url) as client:
        context = multiprocessing.get_context("fork")
        results = context.Queue()
        with client._wire._pool._lock:  # as if another thread were making connections
            child = context.Process(target=_child, args=(server.url, client, results))
            child.start()
        assert len(set(map(str, results.get(timeout=10)))) == 1
        child.join(10)


def test_an_interrupted_call_leaves_the_client_usable(server: Server) -> None:
    server.answer(lambda c: c.stall(), ok({"name": "n"}))
    with Things(KEY, base_url=server.url) as client:
        with (
            pytest.raises(KeyboardInterrupt),
            interrupted(lambda: bool(server.seen), signal.SIGINT),
        ):
            client.send(Call(GET))
        assert client._wire._pool._own["http"].connections == []
        assert client.send(Call(GET)).name == "n"
    assert len(server.seen) == 2


def test_a_proxy_of_an_injected_client_is_used(server: Server, flavour: Flavour) -> None:
    server.answer(ok({"name": "through"}))
    url = "http://api.example.com"

    async def main() -> Any:
        async with httpx.AsyncClient(proxy=server.url) as http:
            return await flavour.things(base_url=url, http_client=http).send(Call(GET))

    if flavour.awaited:
        found = asyncio.run(main())
    else:
        with httpx.Client(proxy=server.url) as http:
            found = flavour.things(base_url=url, http_client=http).send(Call(GET))
    assert found.name == "through"
    assert server.seen[0].target == f"{url}/api/v0/getSession"
