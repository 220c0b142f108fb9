"""A file in parts: where they are cut, how they are read, and what is sent when one fails."""

from __future__ import annotations

import asyncio
import gzip
import io
import os
import tempfile
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from abacus_client import ApiConnectionError, RequestError
from abacus_client.extras import uploading
from abacus_client.extras.uploading import MOST_PARTS, FileInput, Part, Tally, opened, part_size

MB = 1024 * 1024
DATA = bytes(range(256)) * 5 + b"end"


def content(part: Part) -> bytes:
    return part.content if isinstance(part.content, bytes) else part.content.read()


def parts(file: FileInput, size: int) -> list[bytes]:
    with opened(file) as whole:
        return [content(part) for part in whole.parts(size)]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (None, 20 * MB),
        (1, 20 * MB),
        (200_000 * MB, 20 * MB),
        (200_001 * MB, 20 * MB + 105),
        (500_000 * MB, 50 * MB),
        (1_000_000 * MB, 100 * MB),
        (5_000_000 * MB, 100 * MB),
    ],
)
def test_parts_have_20_to_100_megabytes_and_are_no_more_than_10000(
    size: int | None, expected: int
) -> None:
    assert part_size(size) == expected


class NoSeek(io.RawIOBase):
    """A pipe: read once, a little at a time."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._file.read(min(size, 7))


def on_disk(path: Path) -> Path:
    path.write_bytes(DATA)
    return path


def rewound(path: Path) -> Any:
    file = io.BytesIO(DATA)
    file.seek(99)
    return file


def zipped(path: Path) -> Any:
    with gzip.open(path, "wb") as file:
        file.write(DATA)
    return gzip.open(path, "rb")


def spooled(path: Path) -> Any:
    file = tempfile.SpooledTemporaryFile()  # noqa: SIM115 - closed with the test
    file.write(DATA)
    return file


FILES: dict[str, Callable[[Path], Any]] = {
    "bytes": lambda path: DATA,
    "a bytearray": lambda path: bytearray(DATA),
    "a path": on_disk,
    "a path as text": lambda path: str(on_disk(path)),
    "an open file": lambda path: on_disk(path).open("rb"),
    "a file that stands at its end": rewound,
    "an unbuffered file": lambda path: on_disk(path).open("rb", buffering=0),
    "a gzip file": zipped,
    "a temporary file": spooled,
    "a pipe": lambda path: NoSeek(DATA),
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("size", [1, 100, len(DATA) - 1, len(DATA), len(DATA) + 1])
def test_a_file_is_the_same_when_its_parts_are_put_together(
    kind: str, size: int, tmp_path: Path
) -> None:
    file = FILES[kind](tmp_path / "file")
    found = parts(file, size)
    if hasattr(file, "close"):
        file.close()
    assert b"".join(found) == DATA
    assert {len(part) for part in found[:-1]} <= {size}
    assert 0 < len(found[-1]) <= size


def test_text_is_sent_as_utf_8() -> None:
    assert b"".join(parts(io.StringIO("añb" * 10), 4)) == ("añb" * 10).encode()


def test_parts_of_one_file_can_be_read_by_turns() -> None:
    with opened(DATA) as whole:
        first, second, *_ = whole.parts(500)
        assert not isinstance(first.content, bytes)
        assert not isinstance(second.content, bytes)
        read = [first.content.read(3), second.content.read(3), first.content.read(3)]
        assert read == [DATA[:3], DATA[500:503], DATA[3:6]]
        assert first.content.seek(0, os.SEEK_END) == 500
        first.content.seek(0)
        assert first.content.read() == DATA[:500]
        assert second.content.tell() == 3


def test_a_closed_file_of_the_callers_stays_theirs(tmp_path: Path) -> None:
    with on_disk(tmp_path / "f").open("rb") as file:
        parts(file, 100)
        assert not file.closed


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", "nothing to upload"),
        (io.StringIO(""), "nothing to upload"),
        (NoSeek(b""), "nothing to upload"),
        ("nowhere.csv", "nowhere.csv cannot be read"),
        (17, "not int"),
    ],
)
def test_what_cannot_be_uploaded_is_a_mistake_before_anything_is_sent(file: Any, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        parts(file, 100)


@pytest.mark.parametrize("file", [DATA * 10, NoSeek(DATA * 10)])
def test_more_than_10000_parts_are_refused(file: Any) -> None:
    with pytest.raises(RequestError, match=f"more than {MOST_PARTS} parts"):
        parts(file, 1)


def test_a_file_that_shrinks_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"x" * 1000)
    with opened(path) as whole:
        path.write_bytes(b"x" * 600)
        with pytest.raises(OSError, match="shorter"):
            b"".join(map(content, whole.parts(500)))


def test_memory_holds_no_part_of_a_file_that_can_be_rewound(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(64 * MB)

    def send(part: Part) -> None:
        assert not isinstance(part.content, bytes)
        while part.content.read(64 * 1024):
            pass

    tracemalloc.start()
    with opened(path) as whole:
        uploading.send_parts(whole, 8 * MB, send, workers=4)
    assert tracemalloc.get_traced_memory()[1] < 8 * MB
    tracemalloc.stop()


class Sender:
    """Sends parts, some of which fail, in either flavour."""

    def __init__(self, broken: int | None = None) -> None:
        self.broken = broken
        self.sent: list[int] = []
        self.at_a_time = 0
        self.most = 0
        self.lock = threading.Lock()

    def __call__(self, part: Part) -> None:
        with self.lock:
            self.at_a_time += 1
            self.most = max(self.most, self.at_a_time)
        try:
            if part.number == self.broken:
                raise ApiConnectionError("the connection broke")
            content(part)
            self.sent.append(part.number)
        finally:
            with self.lock:
                self.at_a_time -= 1

    async def awaited(self, part: Part) -> None:
        self.at_a_time += 1
        self.most = max(self.most, self.at_a_time)
        try:
            await asyncio.sleep(0)
            if part.number == self.broken:
                raise ApiConnectionError("the connection broke")
            content(part)
            self.sent.append(part.number)
        finally:
            self.at_a_time -= 1


def run(sender: Sender, file: FileInput, size: int, workers: int, *, awaited: bool) -> None:
    with opened(file) as whole:
        if awaited:
            asyncio.run(uploading.send_parts_awaited(whole, size, sender.awaited, workers))
        else:
            uploading.send_parts(whole, size, sender, workers)


@pytest.mark.parametrize("awaited", [False, True])
@pytest.mark.parametrize("file", [DATA, NoSeek(DATA)], ids=["bytes", "pipe"])
def test_every_part_is_sent_once(file: Any, awaited: bool) -> None:
    if isinstance(file, NoSeek):
        file = NoSeek(DATA)
    sender = Sender()
    run(sender, file, 10, 4, awaited=awaited)
    assert sorted(sender.sent) == list(range(1, -(-len(DATA) // 10) + 1))
    assert sender.most <= 4


@pytest.mark.parametrize("awaited", [False, True])
def test_one_worker_sends_the_parts_in_their_order(awaited: bool) -> None:
    sender = Sender()
    run(sender, DATA, 100, 1, awaited=awaited)
    assert sender.sent == list(range(1, 14))


@pytest.mark.parametrize("awaited", [False, True])
@pytest.mark.parametrize("workers", [1, 3])
def test_a_part_that_fails_ends_it_and_is_named(workers: int, awaited: bool) -> None:
    sender = Sender(broken=5)
    with pytest.raises(ApiConnectionError, match=r"^part 5: the connection broke$"):
        run(sender, DATA, 10, workers, awaited=awaited)
    assert sender.at_a_time == 0
    assert len(sender.sent) < 12


def test_parts_that_are_on_their_way_stop_when_another_has_failed() -> None:
    begun = threading.Event()
    cut: list[bool] = []

    def send(part: Part) -> None:
        assert not isinstance(part.content, bytes)
        if part.number == 1:
            begun.wait(10)
            raise ApiConnectionError("broken")
        begun.set()
        try:
            while part.content.seek(0) == 0:
                part.content.read(1)
        except uploading.Stopped:
            cut.append(True)

    with opened(DATA) as whole, pytest.raises(ApiConnectionError, match="part 1"):
        uploading.send_parts(whole, 700, send, workers=2)
    assert cut == [True]


@pytest.mark.parametrize(("workers", "size"), [(0, 10), (-1, 10), (1, -5)])
@pytest.mark.parametrize("awaited", [False, True])
def test_numbers_that_make_no_sense_are_refused(workers: int, size: int, awaited: bool) -> None:
    with pytest.raises(RequestError, match="1 at least"):
        run(Sender(), DATA, size, workers, awaited=awaited)


def test_progress_only_grows_and_ends_at_the_size_of_the_file() -> None:
    told: list[tuple[int, int | None]] = []
    tally = Tally(25, lambda sent, total: told.append((sent, total)))
    first, last = tally.of(Part(1, 20, b"")), tally.of(Part(2, 5, b""))
    first(8, 900)
    first(0, 900)  # the part is tried again
    first(8, 900)
    last(5, 900)
    first(900, 900)  # with what is around it in the request
    assert told == [(8, 25), (13, 25), (25, 25)]
