"""Redirects are followed, and the key stays with the origin that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rebind.runtime.api import Api, ApiKey
from rebind.runtime.body import Body, Held, Pieces
from rebind.runtime.call import Call, Json, Operation
from rebind.runtime.errors import ApiConnectionError, RedirectError
from rebind.runtime.options import RetryPolicy, Timeout
from rebind.runtime.request import Request, redirected

from tests.faults.server import Server, closed_port, ok, reply
from tests.runtime.conftest import Flavour
from tests.runtime.things import CREATE, GET, KEY, PLAIN


@pytest.fixture
def elsewhere() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


def to(location: str, status: int = 302) -> bytes:
    return reply(b"moved", status, {"Location": location})


def test_a_redirect_on_the_same_origin_keeps_the_key(server: Server, flavour: Flavour) -> None:
    server.answer(to("/moved?x=1#there"), ok({"name": "n"}))
    assert flavour.send(flavour.things(), Call(GET, query={"y": 2})).name == "n"
    assert server.seen[1].target == "/moved?x=1"
    assert [seen.header("apiKey") for seen in server.seen] == [KEY, KEY]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_key_never_crosses_to_another_origin(
    server: Server, elsewhere: Server, flavour: Flavour, status: int
) -> None:
    server.answer(to(elsewhere.url + "/taken", status))
    elsewhere.answer(ok({"name": "n"}))
    client = flavour.things(headers={"X-Token": KEY, "Authorization": KEY, "Cookie": KEY})
    flavour.send(client, Call(GET, headers={"X-Other": KEY}), headers={"X-Call": KEY})
    (seen,) = elsewhere.seen
    assert KEY not in str(seen)
    assert {name.lower() for name, _ in seen.headers} <= {
        "host", "accept", "accept-encoding", "user-agent", "connection"
    }  # fmt: skip


def test_the_key_does_not_come_back_from_another_origin(
    server: Server, elsewhere: Server, flavour: Flavour
) -> None:
    server.answer(to(elsewhere.url + "/taken"), ok({"name": "n"}))
    elsewhere.answer(to(server.url + "/back"))
    flavour.send(flavour.things(), Call(GET))
    assert [seen.header("apiKey") for seen in server.seen] == [KEY, None]


def test_a_retry_starts_where_the_call_started(server: Server, elsewhere: Server) -> None:
    from tests.runtime.things import Things

    server.answer(to(elsewhere.url + "/taken"))
    elsewhere.answer(reply(b"", 503, {"Retry-After": "0"}), ok({"name": "n"}))
    with Things(KEY, base_url=server.url) as client:
        assert client.send(Call(GET)).name == "n"
    assert [seen.header("apiKey") for seen in server.seen] == [KEY, KEY]
    assert [seen.header("apiKey") for seen in elsewhere.seen] == [None, None]


@pytest.mark.parametrize(
    ("status", "method", "becomes", "body"),
    [
        (301, "POST", "GET", b""),
        (302, "POST", "GET", b""),
        (303, "POST", "GET", b""),
        (307, "POST", "POST", b'{"a": 1}'),
        (308, "POST", "POST", b'{"a": 1}'),
        (302, "PUT", "PUT", b'{"a": 1}'),
        (303, "PUT", "GET", b""),
    ],
)
def test_methods_and_bodies_follow_as_in_browsers(
    server: Server, flavour: Flavour, status: int, method: str, becomes: str, body: bytes
) -> None:
    server.answer(to("/there", status), ok())
    operation: Operation[None, None] = Operation(
        id="op", method=method, path="/here", replies={"200": Json()}
    )
    flavour.send(flavour.things(), Call(operation, json={"a": 1}))
    seen = server.seen[1]
    assert (seen.method, seen.body) == (becomes, body)
    assert seen.header("content-type") == ("application/json" if body else None)


def test_endless_redirects_end(server: Server, flavour: Flavour) -> None:
    server.answer(to("/again"))
    with pytest.raises(RedirectError, match="more than 10 redirects") as caught:
        flavour.send(flavour.things(), Call(GET))
    assert (len(server.seen), caught.value.status, caught.value.attempts) == (11, 302, 1)


@pytest.mark.parametrize(
    "location",
    [
        "ftp://h/x", "javascript:alert(1)", "file:///etc/passwd", "http://[", "http://h:x/",
        "http://user:pw@h/",
    ],
)  # fmt: skip
def test_a_redirect_to_what_is_no_web_address_is_refused(
    server: Server, flavour: Flavour, location: str
) -> None:
    server.answer(to(location))
    with pytest.raises(RedirectError):
        flavour.send(flavour.things(), Call(CREATE, json={}))
    assert len(server.seen) == 1


def test_a_redirect_without_a_location_is_refused(server: Server, flavour: Flavour) -> None:
    server.answer(reply(b"", 302))
    with pytest.raises(RedirectError, match="to no address"):
        flavour.send(flavour.things(), Call(GET))


def _request(url: str, body: Body | None = None) -> Request:
    return Request("PUT", url, [("apiKey", KEY)], body, Timeout())


def test_a_redirect_from_https_to_http_is_refused() -> None:
    with pytest.raises(RedirectError, match="from https to http"):
        redirected(PLAIN, _request("https://h/a"), 302, "http://h/a")


def test_another_port_or_scheme_is_another_origin() -> None:
    for here, there in (
        ("https://h/a", "https://h:444/"),
        ("http://h/a", "https://h/"),
        ("https://h/a", "https://sub.h/"),
    ):
        assert redirected(PLAIN, _request(here), 302, there).headers == []
    for here, there in (("https://h/a", "https://H:443/b"), ("http://h:80/", "http://h/")):
        assert redirected(PLAIN, _request(here), 302, there).headers == [("apiKey", KEY)]


def test_a_body_that_cannot_be_read_again_is_not_redirected() -> None:
    with pytest.raises(RedirectError, match="cannot be sent twice"):
        redirected(PLAIN, _request("http://h/", Body(Pieces(iter([b"a"])))), 307, "/b")
    assert redirected(PLAIN, _request("http://h/", Body(Held(b"a"))), 307, "/b").body is not None


def test_a_key_in_the_query_stays_with_its_origin() -> None:
    api = Api(title="Q", schemes=(ApiKey("k", "query", "api key"),))
    request = _request("http://h/a?x=1&api%20key=secret")
    assert redirected(api, request, 302, "/b?y=2").url == "http://h/b?y=2&api%20key=secret"
    assert redirected(api, request, 302, "http://i/b?api%20key=secret&y=2").url == "http://i/b?y=2"
    other: Any = redirected(api, request, 302, "http://i/b")
    assert other.url == "http://i/b"


@pytest.mark.parametrize(("status", "sent"), [(303, 1), (302, 1), (307, 3)])
def test_who_told_where_the_outcome_is_has_processed_the_request(
    server: Server, flavour: Flavour, status: int, sent: int
) -> None:
    server.answer(to(f"http://127.0.0.1:{closed_port()}/outcome", status))
    with pytest.raises(ApiConnectionError) as caught:
        flavour.send(
            flavour.things(retry=RetryPolicy(backoff=0.001)), Call(CREATE, json={"pay": 1})
        )
    assert (len(server.seen), caught.value.attempts) == (sent, sent)


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "a..b", ".a", "%00"])
def test_a_redirect_to_what_no_host_is_called_is_an_error_of_ours(
    server: Server, flavour: Flavour, host: str
) -> None:
    server.answer(to(f"http://{host}/x"))
    with pytest.raises((RedirectError, ApiConnectionError)) as caught:
        flavour.send(flavour.things(retry=1), Call(GET))
    assert len(server.seen) == 1
    assert caught.value.attempts == 1
