"""Uses the generated package as its user would."""

import datetime as dt
import json

import httpx
from bodies import Bodies, Form

last: list[httpx.Request] = []


def answer(request: httpx.Request) -> httpx.Response:
    request.read()
    last[:] = [request]
    if request.url.path.startswith("/upload"):
        return httpx.Response(202, json={"user": "u", "born": "2000-01-02"})
    if request.url.path == "/form":
        return httpx.Response(200, content=b"\x00\x01")
    return httpx.Response(204) if request.url.path == "/raw" else httpx.Response(200, text="done")


with Bodies(http_client=httpx.Client(transport=httpx.MockTransport(answer))) as client:
    assert client.class_.import_(self_="me", from_=None, timeout_=3) == "done"
    assert json.loads(last[0].content) == {"self": "me", "from": None, "timeout": 3}
    assert client.class_.send_form("ann", colours=["red", "blue"]) == b"\x00\x01"
    assert last[0].content == b"user=ann&colours=red&colours=blue"
    made = client.class_.upload(
        "a b", b"x", query_class_="q", x_class=dt.date(2020, 1, 2), meta=Form(user="u")
    )
    assert last[0].url.raw_path == b"/upload/a%20b?class=q"
    assert last[0].headers["x-class"] == "2020-01-02"
    assert b'{"user":"u"}' in last[0].content.replace(b" ", b"")
    assert made == Form(user="u", born=dt.date(2000, 1, 2))
    client.raw.put(body=b"abc")
    assert last[0].content == b"abc"
