"""Lines and server-sent events out of bytes that are split anywhere; no I/O."""

from __future__ import annotations

from .errors import DecodeError
from .values import Value

LONGEST = 64 * 1024 * 1024
"""The most bytes of one line, or of one event."""


class Event(Value):
    """A server-sent event.

    Attributes:
        data: Its data; several `data` lines are joined by line ends.
        event: Its type.
        id: The last id that the stream has named, with this event or before it.
        retry: Milliseconds to wait before connecting again, if the stream has named them.
    """

    data: str
    event: str = "message"
    id: str = ""
    retry: int | None = None


class Lines:
    r"""Takes bytes, gives lines: ended by `\n`, `\r\n` or `\r`."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._size = 0
        self._after_return = False

    def feed(self, piece: bytes) -> list[bytes]:
        """Take bytes.

        Args:
            piece: The next bytes.

        Returns:
            The lines that they complete, without their ends.

        Raises:
            DecodeError: A line is too long.
        """
        if self._after_return and piece:
            # The second half of a line end that was split.
            self._after_return = False
            piece = piece.removeprefix(b"\n")
        lines = piece.splitlines(keepends=True)
        if not lines:
            return []
        self._after_return = lines[-1].endswith(b"\r")
        open_ended = not lines[-1].endswith((b"\n", b"\r"))
        rest = lines.pop() if open_ended else b""
        ended = [line.rstrip(b"\r\n") for line in lines]
        if ended and self._held:
            ended[0] = b"".join([*self._held, ended[0]])
            self._held, self._size = [], 0
        if rest:
            self._held.append(rest)
            self._size += len(rest)
            if self._size > LONGEST:
                raise DecodeError(f"a line of the reply is longer than {LONGEST} bytes")
        return ended

    def end(self) -> list[bytes]:
        """Take the end.

        Returns:
            The last line, if it has no end of its own.
        """
        rest = b"".join(self._held)
        self._held, self._size = [], 0
        return [rest] if rest else []


class Events:
    """Takes bytes, gives events, as the HTML standard says. An event that is cut off is none."""

    def __init__(self) -> None:
        self._lines = Lines()
        self._first = True
        self._data: list[str] = []
        self._size = 0
        self._type = ""
        self._id = ""
        self._retry: int | None = None

    def feed(self, piece: bytes) -> list[Event]:
        """Take bytes.

        Args:
            piece: The next bytes.

        Returns:
            The events that they complete.

        Raises:
            DecodeError: An event is too long.
        """
        events: list[Event] = []
        for line in self._lines.feed(piece):
            if self._first:
                self._first = False
                line = line.removeprefix(b"\xef\xbb\xbf")
            if line:
                self._field(line.decode("utf-8", "replace"))
            else:
                self._dispatch(events)
        return events

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
            self._size += len(value)
            if self._size > LONGEST:
                raise DecodeError(f"an event of the reply is longer than {LONGEST} characters")
        elif name == "event":
            self._type = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self._retry = int(value[:15])

    def _dispatch(self, events: list[Event]) -> None:
        if self._data:
            kind = self._type or "message"
            events.append(Event("\n".join(self._data), kind, self._id, self._retry))
        self._data, self._size, self._type = [], 0, ""
