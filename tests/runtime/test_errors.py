"""Every failure is one of ours, tells what is known, and holds no key."""

from __future__ import annotations

import copy
import dataclasses
import gzip
import pickle
import socket
from collections.abc import Callable
from typing import Any

import pytest
from rebind.runtime import wire
from rebind.runtime.call import Call
from rebind.runtime.errors import (
    ApiConnectionError,
    ApiError,
    ApiTimeoutError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    DecodeError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RequestError,
    ServerError,
    StatusError,
    UnprocessableError,
)
from rebind.runtime.options import Timeout

from tests.faults.server import Connection, Server, closed_port, json_reply, ok, reply
from tests.runtime.conftest import Flavour
from tests.runtime.things import (
    CREATE,
    GET,
    KEY,
    PET,
    DataNotFoundError,
    Problem,
    TooManyRequestsError,
)

GZIP = {"Content-Encoding": "gzip"}


def failure(flavour: Flavour, client: Any, call: Any, **options: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        flavour.send(client, call, **options)
    error = caught.value
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error), copy.copy(error)):
        assert type(twin) is type(error)
        assert twin.__dict__ == error.__dict__
        assert str(twin) == str(error)
    assert KEY not in repr(error.__dict__) + str(error) + repr(error)
    assert KEY.encode() not in pickle.dumps(error)
    assert error.__cause__ is None
    return error


def test_an_error_of_the_api_has_its_class_and_everything_that_is_known(
    server: Server, flavour: Flavour
) -> None:
    body = {
        "success": False,
        "error": "No such session.",
        "errorType": "DataNotFoundError",
        "requestId": "rid-1",
    }
    server.answer(json_reply(body, 404, {"x-request-id": "other"}))
    error = failure(flavour, flavour.things(), Call(GET))
    assert type(error) is DataNotFoundError
    assert error.message == "No such session."
    assert str(error) == ("No such session. (status 404, DataNotFoundError, request id rid-1)")
    assert (error.status, error.error_type, error.request_id) == (404, "DataNotFoundError", "rid-1")
    assert (error.attempts, error.operation) == (1, "getSession")
    assert 0 < error.elapsed < 5
    assert error.body == body
    assert b"No such session" in error.content


def test_success_false_is_an_error_at_any_status(server: Server, flavour: Flavour) -> None:
    server.answer(json_reply({"success": False, "error": "no", "errorType": "Unheard"}))
    error = failure(flavour, flavour.things(), Call(GET))
    assert type(error) is StatusError
    assert (error.status, error.error_type) == (200, "Unheard")


def test_a_status_with_a_class_goes_before_the_type(server: Server, flavour: Flavour) -> None:
    body = {"success": False, "error": "slow down", "errorType": "DataNotFoundError"}
    server.answer(json_reply(body, 429, {"Retry-After": "7"}))
    error = failure(flavour, flavour.things(), Call(CREATE, json={}))
    assert type(error) is TooManyRequestsError
    assert (error.error_type, error.retry_after) == ("DataNotFoundError", 7.0)


def test_an_apis_own_class_stands_for_the_one_of_its_name(
    server: Server, flavour: Flavour, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NotFoundError(StatusError):
        """What the API names so."""

    client = flavour.things()
    client._settings.api = dataclasses.replace(
        client._api, errors=lambda: {"NotFoundError": NotFoundError}
    )
    server.answer(reply(b"", 404))
    with pytest.raises(NotFoundError):
        flavour.send(client, Call(GET))


@pytest.mark.parametrize(
    "odd",
    [
        {"success": False},
        {"success": False, "error": None, "requestId": "r"},
        {"success": False, "error": {"code": 3}, "errorType": ["x"]},
        {"success": None},
        {"success": False, "error": "", "errorType": "json"},
    ],
)
def test_an_odd_error_envelope_is_still_an_error(
    server: Server, flavour: Flavour, odd: dict[str, Any]
) -> None:
    server.answer(json_reply(odd, 500))
    error = failure(flavour, flavour.things(), Call(CREATE, json={}))
    assert type(error) is ServerError
    assert error.message
    assert error.body == odd


@pytest.mark.parametrize(
    ("status", "cls"),
    [
        (400, BadRequestError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, ConflictError),
        (418, StatusError),
        (422, UnprocessableError),
        (429, RateLimitError),
        (500, ServerError),
        (599, ServerError),
        (304, StatusError),
    ],
)
def test_each_status_has_a_class(
    server: Server, flavour: Flavour, status: int, cls: type[ApiError]
) -> None:
    server.answer(reply(b"", status))
    client = flavour.pets(retry=1)
    error = failure(flavour, client, Call(PET, path={"petId": 1}))
    assert type(error) is cls
    assert error.status == status
    assert str(error) == f"the server answered with status {status} (status {status})"


def test_the_described_body_of_an_error_is_an_object(server: Server, flavour: Flavour) -> None:
    server.answer(json_reply({"title": "Nope", "detail": "the pet is away"}, 404))
    error = failure(flavour, flavour.pets(), Call(PET, path={"petId": 1}))
    assert error.body == Problem(title="Nope", detail="the pet is away")
    assert error.message == "the pet is away"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"message": "m"}', "m"),
        (b'{"error": {"message": "inner"}}', "inner"),
        (b'{"error": "e"}', "e"),
        (b'{"errors": [1]}', "the server answered with status 400"),
        (b"plain words", "plain words"),
        (b"<html><h1>Bad</h1>", "the server answered with status 400"),
        (b"", "the server answered with status 400"),
        (b"[" * 100_000, None),
    ],
)
def test_the_message_is_found_where_servers_put_it(
    server: Server, flavour: Flavour, body: bytes, message: str | None
) -> None:
    server.answer(reply(body, 400))
    error = failure(flavour, flavour.pets(), Call(PET, path={"petId": 1}))
    assert type(error) is BadRequestError
    if message is not None:
        assert error.message == message
    assert len(error.content) <= 64 * 1024


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "it is empty"),
        (b"   ", "it is empty"),
        (b"<!DOCTYPE html><html>login</html>", "HTML"),
        (b'{"success": tru', "not JSON"),
        (b'{"success": true, "result": {"name": "cut', "not JSON"),
        (b"null", "null without 'success'"),
        (b"[]", "a list without 'success'"),
        (b"{}", "an object without 'success'"),
        (b"\xff\xfe\xff", "not JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"success": true, "result": ' + b'{"a":' * 150_000 + b"1", "nested too deeply"),
    ],
)
def test_a_success_that_cannot_be_read_is_a_decode_error(
    server: Server, flavour: Flavour, body: bytes, said: str
) -> None:
    server.answer(reply(body, headers={"x-request-id": "r-9"}))
    error = failure(flavour, flavour.things(), Call(GET))
    assert type(error) is DecodeError
    assert said in error.message
    assert (error.status, error.request_id) == (200, "r-9")
    assert error.content == body[: 64 * 1024]
    assert len(server.seen) == 1


def test_deep_json_in_the_place_of_any_value_is_kept_or_refused(
    server: Server, flavour: Flavour
) -> None:
    deep = b'{"success": true, "result": {"history": [{"text": ' + b"[" * 400 + b"]" * 400 + b"}]}}"
    server.answer(reply(deep))
    session = flavour.send(flavour.things(), Call(GET))
    assert str(session.history[0].text) == "[" * 400 + "]" * 400


def _refused(server: Server) -> str:
    return f"http://127.0.0.1:{closed_port()}"


def test_nobody_listens(server: Server, flavour: Flavour) -> None:
    client = flavour.things(base_url=_refused(server), retry=1)
    error = failure(flavour, client, Call(GET))
    assert type(error) is ApiConnectionError
    assert (error.status, error.attempts) == (None, 1)
    assert "connection failed" in str(error)


def test_no_such_host(flavour: Flavour) -> None:
    client = flavour.things(base_url="http://nowhere.invalid", retry=1)
    assert type(failure(flavour, client, Call(GET))) is ApiConnectionError


def cut(connection: Connection) -> None:
    connection.send(reply(b'{"success": true', length=500))
    connection.close()


def reset_in_body(connection: Connection) -> None:
    connection.send(reply(b'{"success": true', length=500, headers={"x-request-id": "r1"}))
    connection.wait(0.1)
    connection.reset()


def silent(connection: Connection) -> None:
    connection.close()


def reset(connection: Connection) -> None:
    connection.reset()


def garbage(connection: Connection) -> None:
    connection.send(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
    connection.close()


def half_a_head(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Le")
    connection.close()


def endless_head(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 300_000)
    connection.close()


def bad_chunks(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n")
    connection.close()


@pytest.mark.parametrize(
    "fault",
    [cut, reset_in_body, silent, reset, garbage, half_a_head, endless_head, bad_chunks],
)
def test_a_connection_that_breaks_is_a_connection_error(
    server: Server, flavour: Flavour, fault: Callable[[Connection], None]
) -> None:
    server.answer(fault)
    error = failure(flavour, flavour.things(), Call(CREATE, json={}))
    assert type(error) is ApiConnectionError
    assert len(server.seen) == 1
    if fault is reset_in_body:
        assert (error.status, error.request_id) == (200, "r1")


def test_a_body_that_is_not_gzip_is_a_decode_error(server: Server, flavour: Flavour) -> None:
    packed = gzip.compress(ok({"name": "n"}).partition(b"\r\n\r\n")[2])
    server.answer(
        reply(packed, headers={"Content-Encoding": "gzip"}),
        reply(b"not gzip", headers={"Content-Encoding": "gzip"}),
    )
    client = flavour.things()
    assert flavour.send(client, Call(GET)).name == "n"
    error = failure(flavour, client, Call(GET))
    assert type(error) is DecodeError
    assert error.status == 200


def test_a_body_that_would_fill_the_memory_is_a_decode_error(
    server: Server, flavour: Flavour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "LARGEST", 3_000_000)
    server.answer(reply(b" " * 4_000_000), reply(gzip.compress(b" " * 40_000_000), headers=GZIP))
    client = flavour.things()
    for _ in range(2):
        error = failure(flavour, client, Call(GET))
        assert type(error) is DecodeError
        assert "longer than 3000000 bytes" in error.message


def test_tls_where_there_is_none_is_a_connection_error(server: Server, flavour: Flavour) -> None:
    server.answer(ok())
    limits = Timeout(connect=0.3)
    client = flavour.things(base_url=server.url.replace("http:", "https:"), retry=1, timeout=limits)
    assert isinstance(failure(flavour, client, Call(GET)), ApiConnectionError)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), object(), {1: {2: {object(): 1}}}, lambda: 1]
)
def test_a_body_that_is_no_json_is_a_request_error(flavour: Flavour, value: Any) -> None:
    error = failure(flavour, flavour.things(), Call(CREATE, json={"a": [value]}))
    assert type(error) is RequestError
    assert isinstance(error, ValueError)
    assert error.attempts == 0


def test_a_body_that_contains_itself_is_a_request_error(flavour: Flavour) -> None:
    loop: list[Any] = []
    loop.append(loop)
    assert type(failure(flavour, flavour.things(), Call(CREATE, json=loop))) is RequestError


def test_half_a_surrogate_pair_cannot_be_sent_in_a_url(flavour: Flavour) -> None:
    error = failure(flavour, flavour.things(), Call(GET, query={"a": "\ud800"}))
    assert type(error) is RequestError


def test_how_long_a_url_may_be_is_the_servers_business(server: Server, flavour: Flavour) -> None:
    server.answer(reply(b"", 414))
    error = failure(flavour, flavour.things(), Call(GET, query={"a": "x" * 100_000}))
    assert error.status == 414
    assert len(server.seen[0].target) > 100_000


def test_a_server_that_repeats_the_key_does_not_put_it_into_the_error(
    server: Server, flavour: Flavour
) -> None:
    body = {
        "success": False,
        "error": f"bad key {KEY}",
        "errorType": KEY,
        "requestId": KEY,
        "more": [{KEY: KEY}],
    }
    server.answer(json_reply(body, 403))
    error = failure(flavour, flavour.things(), Call(CREATE, json={}))
    assert error.message == "bad key ***"
    server.answer(reply(f'{{"title": "{KEY}"}}'.encode(), 400))
    error = failure(flavour, flavour.pets(), Call(PET, path={"petId": 1}))
    server.answer(reply(f"<html>{KEY}".encode()))
    error = failure(flavour, flavour.things(), Call(GET))
    assert "***" in error.body
    server.answer(ok({"name": {"key": KEY}}))
    error = failure(flavour, flavour.things(strict=True), Call(GET))
    assert type(error) is DecodeError
    assert error.deviations[0].value == {"key": "***"}


def test_what_went_wrong_underneath_is_not_dragged_along(flavour: Flavour) -> None:
    with pytest.raises(ApiConnectionError) as caught:
        flavour.send(
            flavour.things(base_url=f"http://127.0.0.1:{closed_port()}", retry=1), Call(GET)
        )
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_timeout_is_a_connection_error_of_its_own_kind() -> None:
    assert issubclass(ApiTimeoutError, ApiConnectionError)
    assert issubclass(ApiConnectionError, ApiError)


def test_an_error_made_by_hand_can_be_pickled() -> None:
    error = DataNotFoundError("gone", status=404, body={"a": socket.AF_INET})
    twin = pickle.loads(pickle.dumps(error))
    assert (twin.message, twin.status, twin.body, twin.args) == ("gone", 404, {"a": 2}, ("gone",))


@pytest.mark.parametrize(
    ("auth", "echo"),
    [
        ({"login": ("ann", "pass-word-9")}, "Basic YW5uOnBhc3Mtd29yZC05"),
        ({"login": ("ann", "pass-word-9")}, "pass-word-9"),
        ({"token": 'a/b+c=d&e"f'}, r"a\/b+c=d&e\"f"),
        ({"token": 'a/b+c=d&e"f'}, r"a/b+c=d&e\"f"),
        ({"token": 'a/b+c=d&e"f'}, "a%2Fb%2Bc%3Dd%26e%22f"),
        ({"token": "sk-0123456789abcdef"}, "x" * (64 * 1024 - 12) + "sk-0123456789abcdef"),
    ],
)
def test_a_key_is_taken_out_however_it_is_written(
    server: Server, flavour: Flavour, auth: dict[str, Any], echo: str
) -> None:
    server.answer(reply(b"<p>" + echo.encode() + b"</p>", 400, kind="text/html"))
    client = flavour.pets(None, auth={"token": "other-token", **auth})
    with pytest.raises(BadRequestError) as caught:
        flavour.send(client, Call(PET, path={"petId": 1}))
    held = repr(caught.value.__dict__)
    for secret in (echo.removeprefix("Basic ").strip("x"), "sk-01234567"):
        assert secret not in held


def test_a_word_that_a_key_begins_with_stays_in_a_message(server: Server, flavour: Flavour) -> None:
    server.answer(json_reply({"success": False, "error": "give another password"}, 400))
    with pytest.raises(ApiError, match="give another password"):
        flavour.send(flavour.things("password-1234"), Call(GET))


def test_the_key_is_in_no_place_of_a_deviation(server: Server, flavour: Flavour) -> None:
    server.answer(ok({"history": [{"docIds": {KEY: KEY}}]}))
    error = failure(flavour, flavour.things(strict=True), Call(GET))
    assert isinstance(error, DecodeError)
    assert error.deviations


def test_an_error_can_always_be_printed(server: Server, flavour: Flavour) -> None:
    half = {"success": False, "error": "\ud800", "errorType": "\ud800", "requestId": "\ud800"}
    server.answer(json_reply(half, 400))
    error = failure(flavour, flavour.things(), Call(GET))
    assert str(error).encode("utf-8") == b"? (status 400, ?, request id ?)"
