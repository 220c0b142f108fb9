"""No secret reaches a recording, wherever it stands and however it is spelled."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.scrub import REDACTED, REPLY_HEADERS, REQUEST_HEADERS, Scrubber

KEY = "s2_Zt/9+qu=é 41"
SCRUBBER = Scrubber((KEY,), (("0f4e3d2c1", "5e0c1a7f3"),))

SPELLINGS = [
    KEY,
    quote(KEY, safe=""),
    quote_plus(KEY),
    json.dumps(KEY)[1:-1],
    base64.b64encode(KEY.encode()).decode(),
    base64.urlsafe_b64encode(KEY.encode()).decode().rstrip("="),
    KEY.encode().hex(),
]

TOKENS = [
    "ada.lovelace+tides@mail.example.org",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "Bearer abcdef0123456789",
    "sk-live0123456789",
    "AKIAABCDEFGHIJKLMNOP",
    "0123456789abcdef0123456789abcdef",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_key_is_found_in_every_spelling(spelling: str) -> None:
    assert SCRUBBER.text(f"the key is {spelling}, so to say") == f"the key is {REDACTED}, so to say"


@pytest.mark.parametrize("token", TOKENS)
def test_what_looks_like_a_secret_is_taken_out(token: str) -> None:
    body = json.dumps({"result": [{"text": f"write to {token} today"}]}).encode()
    clean = SCRUBBER.body(body).decode()
    assert token.removeprefix("Bearer ") not in clean
    assert "write to " in clean
    assert " today" in clean


@pytest.mark.parametrize(
    "name",
    [
        "apiKey",
        "api_key",
        "deploymentToken",
        "Authorization",
        "password",
        "clientSecret",
        "sessionCookie",
        "credentials",
        "x-signature",
    ],
)
def test_fields_that_are_named_like_secrets_lose_their_value(name: str) -> None:
    body = json.dumps({"result": {"nested": [{name: {"value": 1234}}]}}).encode()
    assert json.loads(SCRUBBER.body(body)) == {"result": {"nested": [{name: REDACTED}]}}
    query = urlsplit(SCRUBBER.url(f"http://127.0.0.1/x?a=1&{name}=hunter2&b=2")).query
    assert parse_qsl(query) == [("a", "1"), (name, REDACTED), ("b", "2")]


@pytest.mark.parametrize("value", [None, "", [], {}])
def test_a_secret_that_is_absent_stays_absent(value: Any) -> None:
    assert SCRUBBER.data({"deploymentToken": value}) == {"deploymentToken": value}


def test_words_that_only_begin_like_secrets_stay() -> None:
    data = {"max_tokens": 512, "name": "tokens and keys", "keywordArguments": {"k": 1}}
    assert SCRUBBER.data(data) == data


def test_only_allowed_headers_are_kept_and_the_key_leaves_its_mark() -> None:
    headers = [
        ("host", "127.0.0.1:8000"),
        ("APIKEY", KEY),
        ("cookie", "session=1"),
        ("authorization", f"Bearer {KEY}"),
        ("content-type", "application/json"),
        ("x-forwarded-for", "10.0.0.1"),
    ]
    assert SCRUBBER.headers(headers, REQUEST_HEADERS) == {
        "apiKey": REDACTED,
        "Content-Type": "application/json",
    }
    reply = {"Set-Cookie": "session=1", "Server": "x", "content-type": "text/html"}
    assert SCRUBBER.headers(reply, REPLY_HEADERS) == {"Content-Type": "text/html"}


def test_addresses_are_those_of_the_public_host() -> None:
    url = f"http://127.0.0.1:43121/api/v0/get?key={quote_plus(KEY)}&b=1+2%2F3"
    assert SCRUBBER.url(url) == f"https://api.abacus.ai/api/v0/get?key={REDACTED}&b=1+2%2F3"


def test_a_real_id_becomes_the_one_in_the_cases() -> None:
    assert SCRUBBER.body(b'{"chatSessionId": "0f4e3d2c1"}') == b'{"chatSessionId": "5e0c1a7f3"}'


def test_a_body_without_secrets_keeps_its_bytes() -> None:
    for body in (b'{"a":1.0,"b" : "\\u00e9"}', b"<html>\r\n</html>", b"", b'{"a": 1e5}'):
        assert SCRUBBER.body(body) == body


def test_a_body_that_is_no_text_is_not_recorded() -> None:
    assert SCRUBBER.body(b"\xff\xfe\x00" + KEY.encode()) == REDACTED.encode()


@given(secret=st.text(min_size=6, max_size=40).filter(str.strip), before=st.text(max_size=20))
def test_no_secret_survives_in_a_body_or_an_address(secret: str, before: str) -> None:
    try:
        secret.encode()
        before.encode()
    except UnicodeEncodeError:
        return  # no text that can be sent
    scrubber = Scrubber((secret,))
    if secret in REDACTED or secret in "https://api.abacus.ai/x?q=user@example.com":
        return
    body = scrubber.body(json.dumps({"text": before + secret}).encode())
    assert secret not in json.loads(body)["text"]
    url = scrubber.url("http://127.0.0.1/x?" + urlencode({"q": before + secret}))
    assert secret not in parse_qsl(urlsplit(url).query, keep_blank_values=True)[0][1]
