"""A tour of the Abacus.AI bindings: chat sessions, an error, and the asynchronous client.

`make demo` runs it against a mock on this machine. Run it against the real API with your key in
ABACUS_API_KEY: it makes two chat sessions and deletes a message of the first.
"""

from __future__ import annotations

import asyncio
from typing import Any

from abacus_client import Abacus, AsyncAbacus, DataNotFoundError


def tour() -> None:
    """Goes through what a chat session can do."""
    with Abacus() as client:  # the key comes from ABACUS_API_KEY
        session = client.chat_sessions.create(name="Churn model")
        print(f"created   {session.chat_session_id}: {session.name}")

        session.rename("Churn model, Q3")  # methods that belong to an object are on the object
        session = session.get()
        print(f"renamed   {session.chat_session_id}: {session.name}")

        for other in client.chat_sessions.list():
            print(f"listed    {other.chat_session_id}: {other.name}")

        for message in session.chat_history or ():
            print(f"message   {message.role}: {text_of(message.text)}")

        if session.chat_history:
            session.delete_chat_message(0)
            print(f"deleted   one message, {len(session.get().chat_history or ())} left")

        print(f"exported  {session.export()}")

        try:
            client.chat_sessions.get("000000000")
        except DataNotFoundError as error:
            print(f"error     {error.error_type} (HTTP {error.status}): {error.message}")


async def asynchronous_tour() -> None:
    """Goes through the same with the asynchronous client: its objects have methods to await."""
    async with AsyncAbacus() as client:
        session = await client.chat_sessions.create(name="Churn model, async")
        await session.rename("Churn model, awaited")
        first, second = await asyncio.gather(session.get(), client.chat_sessions.list())
        print(f"awaited   {first.chat_session_id}: {first.name}, one of {len(second)} sessions")


def text_of(text: list[dict[str, Any]] | str | None) -> str:
    """The words of a message, which come as one text or in segments."""
    if isinstance(text, list):
        return " ".join(str(segment.get("text", "")) for segment in text)
    return str(text)


if __name__ == "__main__":
    tour()
    asyncio.run(asynchronous_tour())
