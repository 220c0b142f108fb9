"""Lines and events come out the same, wherever the bytes are split."""

from __future__ import annotations

import io
import itertools
import json
import re

import pytest
from httpx_sse._decoders import SSEDecoder, SSELineDecoder
from hypothesis import example, given
from hypothesis import strategies as st
from rebind.runtime import events
from rebind.runtime.errors import DecodeError
from rebind.runtime.events import Event, Events, Lines


def lines(*pieces: bytes) -> list[bytes]:
    parser = Lines()
    found = [line for piece in pieces for line in parser.feed(piece)]
    return found + parser.end()


def parse(*pieces: bytes) -> list[Event]:
    parser = Events()
    return [event for piece in pieces for event in parser.feed(piece)]


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    return [data[a:b] for a, b in itertools.pairwise(places)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"a", [b"a"]),
        (b"a\nb\r\nc\rd", [b"a", b"b", b"c", b"d"]),
        (b"\n\r\n\r", [b"", b"", b""]),
        (b"a\r\r\n\nb", [b"a", b"", b"", b"b"]),
        (b"a\x0bb\x0cc\x1cd\xc2\x85e\xe2\x80\xa8f\n", [b"a\x0bb\x0cc\x1cd\xc2\x85e\xe2\x80\xa8f"]),
    ],
)
def test_lines_end_in_three_ways_and_no_other(data: bytes, expected: list[bytes]) -> None:
    assert lines(data) == expected
    assert lines(*[bytes([byte]) for byte in data]) == expected


def test_the_fields_of_an_event() -> None:
    assert parse(b"data: one\ndata:two\ndata\ndata:  three\nevent: e\nid: 7\nretry: 500\n\n") == [
        Event("one\ntwo\n\n three", "e", "7", 500)
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"data: a\n\ndata: b\n\n", [Event("a"), Event("b")]),
        (b": a comment\n:\ndata: a\n\n", [Event("a")]),
        (b"event: only\nid: 1\n\ndata: a\n\n", [Event("a", id="1")]),
        (b"data\n\n", [Event("")]),
        (b"data:\ndata:\n\n", [Event("\n")]),
        (b"data: cut off\n", []),
        (b"data: cut off", []),
        (b"\xef\xbb\xbfdata: a\n\n", [Event("a")]),
        (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", [Event("a")]),
        (b"id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
         [Event("a", id="1"), Event("b", id="1"), Event("c")]),
        (b"id: a\0b\ndata: a\n\n", [Event("a")]),
        (b"retry: 5\xe2\x80\xa8\ndata: a\n\n", [Event("a")]),
        (b"retry: 1x\ndata: a\n\nretry: 10\ndata: b\n\n", [Event("a"), Event("b", retry=10)]),
        (b"event: e\ndata: a\n\ndata: b\n\n", [Event("a", "e"), Event("b")]),
        (b"unknown: x\nDATA: y\n data: z\ndata: a\n\n", [Event("a")]),
        (b"data: a:b: c\n\n", [Event("a:b: c")]),
        (b"data: \xff\n\n", [Event("\ufffd")]),
        (b"data: a\r\rdata: b\r\n\r\n", [Event("a"), Event("b")]),
        (b"\n\n\ndata: a\n\n\n\n", [Event("a")]),
    ],
)  # fmt: skip
def test_the_standards_corners(data: bytes, expected: list[Event]) -> None:
    assert parse(data) == expected
    assert parse(*[bytes([byte]) for byte in data]) == expected


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=8))
def test_lines_do_not_depend_on_where_bytes_are_split(data: bytes, cuts: list[int]) -> None:
    assert lines(*split(data, cuts)) == lines(data)


soup = st.lists(
    st.sampled_from(
        [b"data:", b"data", b" x", b"id: 1", b"event: e", b"retry: 5", b":", b"\n", b"\r", b"\r\n",
         b"\n\n", b"\xc3\xa9", b"\xef\xbb\xbf", b"\0", b"\n\ndata: y\n\n", b"\xe2\x80\xa8", b"\xff"]
    ),
    max_size=20,
).map(b"".join)  # fmt: skip


@given(soup, st.lists(st.integers(0, 80), max_size=10))
def test_events_do_not_depend_on_where_bytes_are_split(data: bytes, cuts: list[int]) -> None:
    assert parse(*split(data, cuts)) == parse(data)


def parsed_by_others(data: bytes) -> list[Event]:
    """What httpx-sse makes of a stream.

    It gives events without data, too, and tells of `retry` in the next event alone; and the mark
    at the start of a text is httpx's business. What `int` reads as a number it takes for `retry`,
    also where it is not ASCII digits alone, as the standard asks: such a line is not given to it.
    """
    splitter, decoder = SSELineDecoder(), SSEDecoder()
    text = data.decode("utf-8-sig", "replace")
    found: list[Event] = []
    lines = splitter.decode(text)
    if text.endswith("\r"):  # half a line end, perhaps: the splitter waits for the other half
        lines += splitter.decode("\n")
    filled, retry = False, None
    for line in lines:
        filled = filled or line.partition(":")[0] == "data"
        name, _, value = line.partition(":")
        if name == "retry" and not re.fullmatch("[0-9]+", value.removeprefix(" ")):
            continue
        event = decoder.decode(line)
        if event is not None:
            retry = retry if event.retry is None else event.retry
            if filled:
                found.append(Event(event.data, event.event or "message", event.id, retry))
        filled = filled and bool(line)
    return found


@example(b"retry: 5\xe2\x80\xa8\n\ndata: y\n\n", [])
@example(b"retry: 5\n\ndata: y\n\n", [])
@example(b"data:\n", [])
@given(soup, st.lists(st.integers(0, 80), max_size=10))
def test_events_are_those_that_another_parser_finds(data: bytes, cuts: list[int]) -> None:
    assert parse(*split(data, cuts)) == parsed_by_others(data)


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=8))
def test_lines_are_those_that_python_finds_in_a_file(data: bytes, cuts: list[int]) -> None:
    text = io.TextIOWrapper(io.BytesIO(data), encoding="latin-1", newline=None).read()
    wanted = [line.encode("latin-1") for line in text.split("\n")]
    assert lines(*split(data, cuts)) == (wanted if wanted[-1] else wanted[:-1])


plain = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=10)


@given(
    st.lists(
        st.tuples(
            st.lists(plain, min_size=1, max_size=3), plain, plain.filter(lambda s: "\0" not in s)
        ),
        max_size=4,
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(0, 200), max_size=6),
)
def test_what_a_server_writes_is_what_comes_out(
    sent: list[tuple[list[str], str, str]], end: str, cuts: list[int]
) -> None:
    text = ""
    for data, kind, identity in sent:
        fields = [f"data: {line}" for line in data] + [f"event: {kind}", f"id: {identity}", "", ""]
        text += end.join(fields)
    found = parse(*split(text.encode(), cuts))
    assert found == [
        Event("\n".join(data), kind or "message", identity) for data, kind, identity in sent
    ]


@given(
    st.lists(st.recursive(st.none() | st.integers() | plain, lambda x: st.lists(x, max_size=2))),
    st.lists(st.integers(0, 200), max_size=6),
)
def test_values_on_lines_are_what_was_sent(values: list[object], cuts: list[int]) -> None:
    data = b"".join(json.dumps(value).encode() + b"\n" for value in values)
    assert [json.loads(line) for line in lines(*split(data, cuts))] == values


def test_a_line_or_event_without_end_does_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(events, "LONGEST", 1000)
    parser = Lines()
    for _ in range(10):
        parser.feed(b"x" * 100)
    with pytest.raises(DecodeError, match="longer than 1000 bytes"):
        parser.feed(b"x")
    stream = Events()
    for _ in range(10):
        stream.feed(b"data: " + b"x" * 100 + b"\n")
    with pytest.raises(DecodeError, match="longer than 1000 characters"):
        stream.feed(b"data: x\n")
