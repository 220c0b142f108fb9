"""TLS: what is trusted, and what a caller sees when it fails."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rebind.runtime import outgoing
from rebind.runtime.call import Call
from rebind.runtime.errors import ApiConnectionError, ApiTimeoutError
from rebind.runtime.options import Timeout

from tests.faults.server import Connection, Server, ok, reply, until
from tests.runtime.conftest import Flavour
from tests.runtime.things import CREATE, GET, KEY

trustme = pytest.importorskip("trustme", reason="certificates are made by trustme")


@pytest.fixture(scope="module")
def authority() -> Any:
    return trustme.CA()


@pytest.fixture
def secure_server(authority: Any) -> Iterator[Server]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    made = Server(context=context)
    yield made
    made.stop()


@pytest.fixture
def trusted(authority: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.setattr(outgoing, "_secure", None)
    return


@pytest.mark.usefixtures("trusted")
def test_a_call_over_tls(secure_server: Server, flavour: Flavour) -> None:
    secure_server.answer(ok({"name": "n" * 300_000}))
    client = flavour.things(base_url=secure_server.url)
    assert len(flavour.send(client, Call(GET)).name) == 300_000
    flavour.send(client, Call(CREATE, json={"a": "x" * 300_000}))
    assert len(secure_server.seen[1].body) > 300_000
    assert secure_server.seen[0].header("apiKey") == KEY


@pytest.mark.usefixtures("trusted")
def test_connections_over_tls_are_reused(secure_server: Server) -> None:
    import asyncio

    from tests.runtime.things import AsyncThings, Things

    secure_server.answer(ok({"name": "n"}))
    with Things(KEY, base_url=secure_server.url) as client:
        for _ in range(3):
            client.send(Call(GET))
    assert secure_server.connections == 1

    async def main() -> None:
        async with AsyncThings(KEY, base_url=secure_server.url) as client:
            for _ in range(3):
                await client.send(Call(GET))

    asyncio.run(main())
    assert secure_server.connections == 2


def test_a_certificate_that_nobody_vouches_for_is_refused_once(
    secure_server: Server, flavour: Flavour
) -> None:
    secure_server.answer(ok({"name": "n"}))
    client = flavour.things(base_url=secure_server.url)
    with pytest.raises(ApiConnectionError, match="certificate is not to be trusted") as caught:
        flavour.send(client, Call(GET))
    assert caught.value.attempts == 1
    assert secure_server.seen == []


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_host_is_refused(authority: Any, flavour: Flavour) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("api.example.com").configure_cert(context)
    other = Server(context=context)
    try:
        with pytest.raises(ApiConnectionError, match="certificate is not to be trusted"):
            flavour.send(flavour.things(base_url=other.url), Call(GET))
        assert other.seen == []
    finally:
        other.stop()


@pytest.mark.usefixtures("trusted")
def test_the_total_bounds_a_drip_over_tls(secure_server: Server, flavour: Flavour) -> None:
    def drip(connection: Connection) -> None:
        connection.send(reply(b"", length=10_000))
        connection.drip(b"{" * 10_000, 0.03)

    secure_server.answer(drip)
    started = time.monotonic()
    with pytest.raises(ApiTimeoutError):
        flavour.send(flavour.things(base_url=secure_server.url), Call(GET), timeout=0.5)
    assert 0.4 < time.monotonic() - started < 1.2


def test_a_handshake_that_is_never_answered_ends(server: Server, flavour: Flavour) -> None:
    client = flavour.things(base_url=server.url.replace("http:", "https:"), retry=1)
    started = time.monotonic()
    with pytest.raises(ApiTimeoutError):
        flavour.send(client, Call(GET), timeout=Timeout(connect=0.3))
    assert time.monotonic() - started < 1.0


@pytest.mark.usefixtures("trusted")
def test_a_connection_that_is_closed_over_tls_is_not_used(
    secure_server: Server,
) -> None:
    from tests.runtime.things import Things

    def once(connection: Connection) -> None:
        connection.send(ok({"name": "n"}))
        connection.close()

    secure_server.answer(once)
    with Things(KEY, base_url=secure_server.url, retry=1) as client:
        for count in range(1, 4):
            client.send(Call(CREATE, json={}))
            assert until(lambda count=count: len(secure_server.seen) == count)  # type: ignore[misc]
            time.sleep(0.05)
    assert len(secure_server.seen) == 3
