"""What a call puts on the wire, and what comes back when all is well."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from rebind.runtime.call import OMIT, Call, Empty, Json, Operation, Text
from rebind.runtime.errors import ConfigError, RequestError

from tests.faults.server import Server, json_reply, ok, reply
from tests.runtime.conftest import Flavour
from tests.runtime.things import (
    ADD_PET,
    CREATE,
    DROP,
    EXPORT,
    GET,
    KEY,
    LIST,
    PET,
    PHOTO,
    RENAME,
    STORY,
    AsyncSession,
    Colour,
    Pet,
    Session,
    rename,
)


def test_a_call_returns_the_object_under_the_result(server: Server, flavour: Flavour) -> None:
    server.answer(ok({"sessionId": "1", "name": "Churn", "history": [{"role": "USER"}]}))
    session = flavour.send(flavour.things(), Call(GET, query={"sessionId": "1"}))
    assert type(session) is (AsyncSession if flavour.awaited else Session)
    assert (session.session_id, session.name) == ("1", "Churn")
    assert session.history[0].role == "USER"
    (seen,) = server.seen
    assert (seen.method, seen.path, seen.query) == (
        "GET",
        "/api/v0/getSession",
        [("sessionId", "1")],
    )
    assert seen.header("apiKey") == KEY
    assert seen.header("user-agent") == "things-client/0.1.0"
    assert seen.header("accept") == "application/json"
    assert seen.body == b""
    assert seen.header("content-length") is None


def test_a_result_without_a_type_is_none(server: Server, flavour: Flavour) -> None:
    server.answer(ok({"whatever": 1}))
    assert flavour.send(flavour.things(), rename("1", "x")) is None
    assert server.seen[0].json() == {"sessionId": "1", "name": "x"}
    assert server.seen[0].header("content-type") == "application/json"


def test_json_keeps_none_and_leaves_out_what_is_omitted(server: Server, flavour: Flavour) -> None:
    server.answer(ok({"sessionId": "1"}))
    call = Call(CREATE, json={"a": None, "b": OMIT, "c": {"d": OMIT, "e": [None]}})
    flavour.send(flavour.things(), call)
    assert server.seen[0].json() == {"a": None, "c": {"e": [None]}}


def test_a_whole_model_is_a_body(server: Server, flavour: Flavour) -> None:
    server.answer(json_reply({"id": 1, "name": "Rex"}, 201))
    pet = Pet(id=1, name="Rex", colour=Colour.RED, born=datetime.date(2020, 1, 2), owner=None)
    made = flavour.send(flavour.pets(), Call(ADD_PET, json=pet))
    assert server.seen[0].json() == {
        "id": 1,
        "name": "Rex",
        "colour": "red",
        "born": "2020-01-02",
        "owner": None,
    }
    assert made == Pet(id=1, name="Rex")


def test_booleans_in_a_query_are_written_as_the_api_writes_them(
    server: Server, flavour: Flavour
) -> None:
    server.answer(ok([]), json_reply({"id": 1, "name": "x"}))
    flavour.send(flavour.things(), Call(LIST, query={"all": True, "none": None, "no": False}))
    flavour.send(flavour.pets(), Call(PET, path={"petId": 1}, query={"all": True}))
    assert server.seen[0].query == [("all", "True"), ("no", "False")]
    assert server.seen[1].query == [("all", "true")]


def test_bytes_text_and_nothing_are_handed_over_as_they_are(
    server: Server, flavour: Flavour
) -> None:
    pets = flavour.pets()
    server.answer(
        reply(b"\x00\xff", kind="image/png"),
        reply("grüße".encode("latin-1"), kind="text/plain; charset=latin-1"),
        reply(b"", 204),
    )
    assert flavour.send(pets, Call(PHOTO)) == b"\x00\xff"
    assert flavour.send(pets, Call(STORY)) == "grüße"
    assert flavour.send(pets, Call(DROP)) is None


def test_an_envelope_in_the_place_of_bytes_is_an_error(server: Server, flavour: Flavour) -> None:
    server.answer(
        json_reply({"success": False, "error": "gone", "errorType": "DataNotFoundError"}),
        reply(b"%PDF", kind="application/pdf"),
    )
    things = flavour.things()
    with pytest.raises(Exception, match="gone") as caught:
        flavour.send(things, Call(EXPORT))
    assert type(caught.value).__name__ == "DataNotFoundError"
    assert flavour.send(things, Call(EXPORT)) == b"%PDF"


@pytest.mark.parametrize(
    ("security", "auth", "expected"),
    [
        (((("token",),)), {"token": "abc-token"}, ("authorization", "Bearer abc-token")),
        (((("login",),)), {"login": ("me", "pw")}, ("authorization", "Basic bWU6cHc=")),
        (((("header_key",),)), {"header_key": "k"}, ("x-key", "k")),
        (((("cookie_key",),)), {"cookie_key": "a b"}, ("cookie", "session=a%20b")),
        ((("login",), ("header_key",)), {"header_key": "k"}, ("x-key", "k")),
        (((), ("header_key",)), {"header_key": "k"}, ("x-key", "k")),
    ],
)
def test_each_security_scheme_goes_where_it_belongs(
    server: Server,
    flavour: Flavour,
    security: Any,
    auth: dict[str, Any],
    expected: tuple[str, str],
) -> None:
    server.answer(reply(b"", 204))
    operation: Operation[None, None] = Operation(
        id="op", method="GET", path="/", replies={"204": Empty()}, security=security
    )
    flavour.send(flavour.pets(None, auth=auth), Call(operation))
    assert server.seen[0].header(expected[0]) == expected[1]


def test_a_key_in_the_query_comes_after_the_parameters(server: Server, flavour: Flavour) -> None:
    server.answer(reply(b"", 204))
    operation: Operation[None, None] = Operation(
        id="op", method="GET", path="/", replies={"204": Empty()}, security=(("query_key",),)
    )
    flavour.send(flavour.pets("a&b"), Call(operation, query={"x": 1}))
    assert server.seen[0].query == [("x", "1"), ("api_key", "a&b")]


def test_an_operation_without_security_sends_no_key(server: Server, flavour: Flavour) -> None:
    server.answer(ok())
    operation: Operation[None, None] = Operation(
        id="op", method="GET", path="/", replies={"200": Json()}, security=()
    )
    flavour.send(flavour.things(None), Call(operation))
    flavour.send(flavour.things(), Call(operation))
    assert [seen.header("apiKey") for seen in server.seen] == [None, None]


def test_a_missing_key_is_an_error_of_the_first_call_that_needs_one(
    server: Server, flavour: Flavour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("THINGS_API_KEY", raising=False)
    client = flavour.things(None)
    with pytest.raises(ConfigError, match=r"api_key=.*THINGS_API_KEY"):
        flavour.send(client, Call(GET))
    assert server.seen == []


def test_key_and_server_come_from_the_environment(
    server: Server, flavour: Flavour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THINGS_API_KEY", " from-env\n")
    monkeypatch.setenv("THINGS_API_SERVER", server.url)
    server.answer(ok([]))
    client = flavour.things(None, base_url=None)
    flavour.send(client, Call(LIST))
    assert server.seen[0].header("apiKey") == "from-env"


def test_headers_of_the_client_the_copy_and_the_call_add_up(
    server: Server, flavour: Flavour
) -> None:
    server.answer(ok([]))
    client = flavour.things(headers={"X-A": "1", "X-B": "1", "X-C": "1"})
    copy = client.with_options(headers={"x-b": "2", "X-C": "2"})
    flavour.send(copy, Call(LIST), headers={"x-c": "3", "User-Agent": "mine"})
    seen = server.seen[0]
    assert [seen.header(n) for n in ("X-A", "X-B", "X-C", "User-Agent")] == ["1", "2", "3", "mine"]
    assert [n.lower() for n, _ in seen.headers].count("x-c") == 1


@pytest.mark.parametrize("bad", ["a\r\nX-Evil: 1", "a\x00b", "a\nb"])
def test_a_header_cannot_smuggle_another(server: Server, flavour: Flavour, bad: str) -> None:
    for call, options in [
        (Call(LIST, headers={"X-A": bad}), {}),
        (Call(LIST), {"headers": {"X-A": bad}}),
        (Call(LIST), {"headers": {bad: "1"}}),
    ]:
        with pytest.raises(RequestError) as caught:
            flavour.send(flavour.things(), call, **options)
        if bad not in options.get("headers", {}):
            assert "Evil" not in str(caught.value)
    assert server.seen == []


def test_a_path_with_an_operations_own_server(server: Server, flavour: Flavour) -> None:
    server.answer(reply(b"tale", kind="text/plain"))
    operation: Operation[str, str] = Operation(
        id="op", method="GET", path="/x", replies={"200": Text()}, base_url=server.url + "/v7/"
    )
    assert flavour.send(flavour.pets(base_url="http://127.0.0.1:1"), Call(operation)) == "tale"
    assert server.seen[0].path == "/v7/x"


@pytest.mark.parametrize(
    "url",
    ["api.example.com", "ftp://x", "http://", "https://u:pw-1@h/", "http://h/?a=1", "http://["],
)
def test_a_server_address_that_is_none_is_refused(url: str, flavour: Flavour) -> None:
    with pytest.raises(ConfigError) as caught:
        flavour.things(base_url=url)
    assert "pw-1" not in str(caught.value)


def test_an_unknown_option_is_refused(server: Server, flavour: Flavour) -> None:
    with pytest.raises(TypeError, match="'tiemout'"):
        flavour.send(flavour.things(), Call(LIST), tiemout=3)
    with pytest.raises(ConfigError, match="no security scheme 'x'; there are: key"):
        flavour.things(auth={"x": "y"})


def test_an_object_knows_its_client(server: Server) -> None:
    import asyncio

    from tests.runtime.things import AsyncThings, Things

    server.answer(ok({"sessionId": "1", "children": [{"sessionId": "2"}]}), ok(), ok())
    with Things(KEY, base_url=server.url) as client:
        session = client.send(Call(GET))
        session.rename("new")
        (session.children or [])[0].rename("child")

    async def main() -> None:
        async with AsyncThings(KEY, base_url=server.url) as client:
            session = await client.send(Call(GET))
            await session.rename("awaited")

    assert [s.json() for s in server.seen[1:]] == [
        {"sessionId": "1", "name": "new"},
        {"sessionId": "2", "name": "child"},
    ]
    server.answer(ok({"sessionId": "1"}), ok())
    asyncio.run(main())
    assert server.seen[1].json() == {"sessionId": "1", "name": "awaited"}


def test_renaming_is_a_post_of_no_type() -> None:
    assert RENAME.replies["200"] == Json()


def test_the_length_of_a_body_is_said_once(server: Server, flavour: Flavour) -> None:
    client = flavour.things()
    for headers, said in (
        ({"Content-Length": "3"}, "says 3, but the body has 2 bytes"),
        ({"content-length": "x"}, "says x"),
        ({"Transfer-Encoding": "chunked"}, "no header to choose"),
    ):
        with pytest.raises(RequestError, match=said):
            flavour.send(client, Call(CREATE, json={}), headers=headers)
    assert server.seen == []
    server.answer(ok())
    flavour.send(client, Call(CREATE, json={}), headers={"Content-Length": "2"})
    flavour.send(client, Call(CREATE, content=[b"a", b"b"]), headers={"Content-Length": "2"})
    flavour.send(client, Call(CREATE), headers={"Content-Length": "0"})
    for seen, body in zip(server.seen, (b"{}", b"ab", b""), strict=True):
        lengths = [value for name, value in seen.headers if name.lower() == "content-length"]
        assert (seen.body, lengths) == (body, [str(len(body))])
        assert seen.header("transfer-encoding") is None
    with pytest.raises(RequestError, match="changed while it was sent"):
        flavour.send(client, Call(CREATE, content=[b"abc"]), headers={"Content-Length": "2"})


def test_the_host_that_is_asked_for_may_be_another(server: Server, flavour: Flavour) -> None:
    server.answer(ok())
    flavour.send(flavour.things(), Call(GET), headers={"Host": "api.example.com"})
    hosts = [value for name, value in server.seen[0].headers if name.lower() == "host"]
    assert hosts == ["api.example.com"]


@pytest.mark.parametrize("value", [1, None, b"x", ["a"]])
def test_a_header_is_text(server: Server, flavour: Flavour, value: object) -> None:
    with pytest.raises(RequestError, match="the header 'X' has to be text, not"):
        flavour.send(flavour.things(headers={"X": value}), Call(GET))
    assert server.seen == []


def test_what_a_layer_makes_unsendable_is_a_request_error(server: Server, flavour: Flavour) -> None:
    def broken(change: Any) -> Any:
        def plain(request: Any, send: Any) -> Any:
            change(request)
            return send(request)

        async def awaited(request: Any, send: Any) -> Any:
            change(request)
            return await send(request)

        return awaited if flavour.awaited else plain

    for change in (
        lambda request: request.headers.append(("Ü", "x")),
        lambda request: setattr(request, "url", "http://" + "a" * 70 + ".example/"),
        lambda request: request.headers.append(("X", "a\r\nY: b")),
    ):
        with pytest.raises(RequestError, match="cannot be sent"):
            flavour.send(flavour.things(middleware=[broken(change)]), Call(GET))
    assert server.seen == []


def test_a_reply_to_head_has_no_body(server: Server, flavour: Flavour) -> None:
    head: Operation[Any, Any] = Operation(
        id="head", method="HEAD", path="/x", replies={"200": Json(lambda: Session)}
    )
    server.answer(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\n",
        ok({"name": "n"}),
    )
    client = flavour.things(strict=True)
    assert flavour.send(client, Call(head)) is None
    assert flavour.send(client, Call(GET)).name == "n"


def test_what_comes_before_and_after_a_reply_is_no_part_of_it(
    server: Server, flavour: Flavour
) -> None:
    body = b'{"success": true, "result": {"name": "n"}}'
    early = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    trailed = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\nX-T: 1\r\n\r\n"
    )
    server.answer(early + ok({"name": "n"}), trailed % (len(body), body), ok({"name": "m"}))
    client = flavour.things()
    assert [flavour.send(client, Call(GET)).name for _ in range(3)] == ["n", "n", "m"]
