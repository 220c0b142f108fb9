"""Uses the generated package by its old names, as code does that was written for an older one.

Every old name warns, which is an error here but where `old` expects it: see `-W error`.
"""

from __future__ import annotations

import asyncio
import inspect
import warnings
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import renamed
from renamed import AsyncSession, AsyncStudio, Colour, Message, Session, Studio

SENT: list[str] = []


def answer(request: httpx.Request) -> httpx.Response:
    SENT.append(
        f"{request.method} {request.url.raw_path.decode()} {request.content.decode()}".strip()
    )
    if request.method == "GET":
        session = {"sessionId": "1", "name": "Loud", "colour": "gray", "parent": {"sessionId": "0"}}
        several = request.url.path == "/sessions"
        return httpx.Response(200, json=[session] if several else session)
    return httpx.Response(204)


@contextmanager
def old(*says: str) -> Generator[None]:
    """Expect warnings, each at a line of this file inside the `with` statement."""
    start = inspect.stack()[2].lineno
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        yield
    assert [str(w.message) for w in told] == list(says), [str(w.message) for w in told]
    for warning in told:
        assert warning.category is DeprecationWarning
        assert warning.filename == __file__
        assert start < warning.lineno < start + 3, (start, warning.lineno)


client = Studio(http_client=httpx.Client(transport=httpx.MockTransport(answer)))

with old("`sessions.fetch` is deprecated: use `sessions.get`."):
    session = client.sessions.fetch("1")  # pyright: ignore[reportDeprecated]
with old("`messages.session` is deprecated: use `sessions.get`."):
    session = client.messages.session("1")  # pyright: ignore[reportDeprecated]
with old("`sessions.list(search)` is deprecated: use `query`."):
    client.sessions.list(search="x")  # pyright: ignore[reportDeprecated]
with old("`rooms.index` is deprecated: use `sessions.list`. It goes in 4.0.0."):
    (room,) = client.rooms.index(query="x")  # pyright: ignore[reportDeprecated]
with old("`Session.retitle()` is deprecated: use `Session.rename()`."):
    session.retitle("Louder")  # pyright: ignore[reportDeprecated]
with old("`Session.rename(title)` is deprecated: use `name`."):
    session.rename(title="Loudest", notify=True)  # pyright: ignore[reportDeprecated]
with old("`Session.copy()` is deprecated: use `Session.refresh()`. It goes in 5."):
    assert session.copy() is session  # pyright: ignore[reportDeprecated]
assert SENT == [
    "GET /sessions/1",
    "GET /sessions/1",
    "GET /sessions?q=x",
    "GET /sessions?q=x",
    'PATCH /sessions/1 {"name": "Louder"}',
    'PATCH /sessions/1 {"name": "Loudest", "notify": true}',
    "GET /sessions/1",
]

with old("`Session.title` is deprecated: use `Session.name`."):
    assert session.title == "Loud"  # pyright: ignore[reportDeprecated]
with old("`Session.title` is deprecated: use `Session.name`."):
    session.title = "Soft"
assert session.name == "Soft"
with old("`Message.body` is deprecated: use `Message.text`."):
    message = Message(body="Hello", deprecated=False)  # pyright: ignore[reportDeprecated]
assert message == Message(text="Hello", deprecated=False)
assert message.to_dict() == {"text": "Hello", "deprecated": False}
with old("`Session.room` is deprecated: use `Session.parent`."):
    assert session.room == Session(session_id="0")  # pyright: ignore[reportDeprecated]

with old("`Colour.GREY` is deprecated: use `Colour.GRAY`."):
    assert Colour.GREY is Colour.GRAY  # pyright: ignore[reportDeprecated]
with old("`Colour.CRIMSON` is deprecated: use `Colour.RED`. It goes in 4.0.0."):
    assert Colour["CRIMSON"] is Colour.RED
assert [*Colour.__members__] == ["GRAY", "RED"]
assert Colour["RED"] is Colour.RED

with old("`ChatLog` is deprecated: use `Session`. It goes in 4.0.0."):
    from renamed import ChatLog
with old("`AsyncRoom` is deprecated: use `AsyncSession`."):
    from renamed.models import AsyncRoom
with old("`Tint` is deprecated: use `Colour`."):
    assert renamed.Tint is Colour
log: ChatLog = session
assert ChatLog is Session
assert AsyncRoom is AsyncSession
assert not {"ChatLog", "Tint"} & {*dir(renamed), *renamed.__all__}


async def main() -> None:
    transport = httpx.MockTransport(answer)
    async with AsyncStudio(http_client=httpx.AsyncClient(transport=transport)) as awaited:
        with old("`sessions.retitle` is deprecated: use `sessions.rename`. It goes in 3.1.0."):
            await awaited.sessions.retitle("1", "Soft")  # pyright: ignore[reportDeprecated]
        with old("`sessions.rename(title)` is deprecated: use `name`."):
            task = asyncio.create_task(awaited.sessions.rename("1", title="Soft"))  # pyright: ignore[reportDeprecated]
        await task
        with old("`rooms.index` is deprecated: use `sessions.list`. It goes in 4.0.0."):
            (found,) = await awaited.rooms.index()  # pyright: ignore[reportDeprecated]
        with old("`Session.reload()` is deprecated: use `Session.refresh()`."):
            await found.reload()  # pyright: ignore[reportDeprecated]
        assert inspect.iscoroutinefunction(awaited.sessions.rename) or not hasattr(
            inspect, "markcoroutinefunction"
        )


asyncio.run(main())
