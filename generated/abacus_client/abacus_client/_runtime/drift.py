"""Deviations, collected in a file: what differs and how often, and no value of any reply."""

from __future__ import annotations

import json
import logging
import os
import re
import stat
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from typing_extensions import Self

    from .options import Deviation

log = logging.getLogger(__name__.rsplit(".", 2)[0])

MOST = 1_000
"""So many different deviations are told apart in one process; further ones are left out."""
MOST_NAMES = 100
"""An object with more undescribed fields than this is a map, and their names are data."""
MOST_BYTES = 16 * 1024 * 1024
"""A file that has grown to this is written to no more."""
_LONGEST_PATH = 1_000
_MOST_ITEMS = 1_000
"""So many items of a list are looked at to say what it holds."""
_MOST_FIELDS = 64
_LONGEST_EXPECTED = 200

_STYLES = (
    re.compile(r"[A-Z]{1,20}[0-9]{0,3}(?:[_-](?:[A-Z]{1,20}[0-9]{0,3}|[0-9]{1,3}))*"),
    re.compile(r"[a-z]{1,20}[0-9]{0,3}(?:[_.-](?:[a-z]{1,20}[0-9]{0,3}|[0-9]{1,3}))*"),
    re.compile(r"[a-z]{1,20}(?:[A-Z][a-z]{1,20})+[0-9]{0,3}"),
    re.compile(r"(?:[A-Z][a-z]{1,20})+[0-9]{0,3}"),
)
"""How constants are written: EACH_WORD_SO, each-word-so, eachWordSo, EachWordSo."""
_NAME = re.compile(r"[$@_]?[A-Za-z]+[0-9]{0,4}(?:[_.:-]*[A-Za-z]+[0-9]{0,4})*_?")
_HEX = re.compile(r"[0-9a-fA-F]{8,}")

_Key = tuple[object, ...]
_Bounded = Callable[[_Key, str], bool]


class _Count:
    """How often something was seen, and how much of that is written."""

    __slots__ = ("first", "last", "pending", "record", "written")

    def __init__(self, record: dict[str, object], today: str) -> None:
        self.record = record
        self.pending = self.written = 0
        self.first = self.last = today

    def line(self) -> bytes:
        """What is to be written; it counts as written then."""
        told = {**self.record, "count": self.pending, "first": self.first, "last": self.last}
        self.written += self.pending
        self.pending, self.first = 0, self.last
        return json.dumps(told, separators=(",", ":")).encode("ascii") + b"\n"


class _Ledger:
    """What one process has seen.

    Args:
        path: The file.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.complained: set[str] = set()
        self.begin()

    def begin(self) -> None:
        """Begin with nothing: in a new process, too, whose parent writes what it has seen."""
        self.pid = os.getpid()
        self.lock = threading.Lock()
        self.counts: dict[_Key, _Count] = {}
        self.names: dict[_Key, set[str]] = {}

    def add(self, found: Iterable[Deviation]) -> None:
        """Count the deviations of one reply, each kind of them once."""
        if self.pid != os.getpid():
            self.begin()
        today = time.strftime("%Y-%m-%d", time.gmtime())
        lines: list[bytes] = []
        with self.lock:
            counted: set[_Key] = set()
            for deviation in found:
                record = _record(deviation, self._bounded)
                key = tuple(map(str, record.values()))
                if key in counted or len(str(record["path"])) > _LONGEST_PATH:
                    continue
                counted.add(key)
                count = self.counts.get(key)
                if count is None:
                    if len(self.counts) >= MOST:
                        self.complain(
                            f"more than {MOST} different deviations; the rest are left out"
                        )
                        continue
                    count = self.counts[key] = _Count(record, today)
                count.pending, count.last = count.pending + 1, today
                # Written when first seen and each time that the number has doubled: what is never
                # written because a process is killed is less than half, and the file stays small.
                if count.pending > count.written:
                    lines.append(count.line())
        self.write(lines)

    def _bounded(self, place: _Key, name: str) -> bool:
        """Whether a field's name may be told: an object with too many of them is a map."""
        names = self.names.setdefault(place, set())
        if len(names) < MOST_NAMES:
            names.add(name)
        return name in names

    def flush(self) -> None:
        """Write what is still to be written."""
        if self.pid != os.getpid():
            return
        with self.lock:
            lines = [count.line() for count in self.counts.values() if count.pending]
        self.write(lines)

    def write(self, lines: list[bytes]) -> None:
        """Append lines; a failure is said once in the log, and nowhere else."""
        if not lines:
            return
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        for name in ("O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
            flags |= getattr(os, name, 0)
        try:
            file = os.open(self.path, flags, 0o600)
            try:
                about = os.fstat(file)
                if not stat.S_ISREG(about.st_mode):
                    self.complain("it is no ordinary file")
                elif about.st_size >= MOST_BYTES:
                    self.complain(f"it has {MOST_BYTES // 2**20} MiB, which is all that it gets")
                else:
                    for line in lines:  # one write each, so that processes do not mix them
                        os.write(file, line)
            finally:
                os.close(file)
        except OSError as error:
            self.complain(error.strerror or type(error).__name__)

    def complain(self, why: str) -> None:
        """Say once what is wrong."""
        if why not in self.complained:
            self.complained.add(why)
            log.warning("deviations are not collected in %s: %s", self.path, why)


class Drift:
    """Collects where replies are not as described in a file, for `rebind drift` to read.

    Pass it as `on_deviation`; one may serve any number of clients, threads and tasks, and several
    processes may share a file. With it, fields that are not described are reported too. The file
    says which operation, where, what was described and what sort of value came, with counts and
    dates. It holds no value of any reply, no index and no key of a map; what a constant looks like
    is told where an enumeration or a variant has a new one. A file that cannot be written to is
    said in the log, and breaks no call.

    Args:
        path: The file. It is made for its owner alone, and appended to.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._ledger = _Ledger(os.fspath(path))
        # At the end of the process, or when nobody holds the collector any more.
        self._close = weakref.finalize(self, _Ledger.flush, self._ledger)

    def __call__(self, deviation: Deviation) -> None:
        """Take one deviation."""
        self.collect((deviation,))

    def collect(self, found: Iterable[Deviation]) -> None:
        """Take the deviations of one reply.

        Args:
            found: The deviations.
        """
        try:
            self._ledger.add(found)
        except Exception as error:  # whatever a reply holds, it is no reason to fail a call
            self._ledger.complain(f"a deviation cannot be told ({type(error).__name__})")

    def flush(self) -> None:
        """Write the counts that are not written yet; done at the end of the process, too."""
        self._ledger.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.flush()

    def __repr__(self) -> str:
        return f"Drift({self._ledger.path!r})"


def _record(deviation: Deviation, bounded: _Bounded) -> dict[str, object]:
    """What is told of a deviation; the only place that decides so."""
    kind, path = deviation.kind, deviation.path
    record: dict[str, object] = {
        "drift": 1,
        "operation": deviation.operation,
        "status": deviation.status,
        "part": deviation.part,
        "kind": kind,
        "path": path,
        "owner": deviation.owner,
        "expected": deviation.expected[:_LONGEST_EXPECTED],
        "came": came(deviation.value),
    }
    value = deviation.value
    if kind == "undescribed":
        above, _, step = path.rpartition("/")
        place = (deviation.operation, deviation.status, above)
        if not (is_name(step) and bounded(place, step)):
            record["path"] = f"{above}/*"
    elif kind == "enum" and is_constant(value, deviation.known):
        record["value"] = value
    elif kind == "variant" and isinstance(value, dict):
        fields = cast("Mapping[object, object]", value)
        record["tag"] = deviation.tag
        if is_constant(fields.get(deviation.tag), deviation.known):
            record["value"] = fields[deviation.tag]
            record["fields"] = _fields(fields)
    return record


def _fields(fields: Mapping[object, object]) -> dict[str, str]:
    """The names of an object that is to be described, with the sort of value that each has."""
    named = {str(key): came(value) for key, value in fields.items() if is_name(str(key))}
    return dict(sorted(named.items())[:_MOST_FIELDS])


def came(value: object) -> str:
    """Name the sort of a value, as JSON Schema does; of a list with that of its items.

    Args:
        value: The value.

    Returns:
        For example `string`, `object` or `array[integer|null]`.
    """
    if isinstance(value, (list, tuple)):
        items = cast("list[object]", value)[:_MOST_ITEMS]
        return f"array[{'|'.join(sorted({_sort(item) for item in items}))}]"
    return _sort(value)


def _sort(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, (list, tuple)) else "object"


def is_constant(value: object, known: Iterable[object]) -> bool:
    """Tell whether a value is surely one that an API has made up, not data of somebody.

    Args:
        value: The value.
        known: The values that the description lists in its place.

    Returns:
        Whether it is short, made of words, written like one of the known values, and neither an
        id nor an address nor a key; a whole number has to be small.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) < 1_000
    if not isinstance(value, str) or not 0 < len(value) <= 40 or not _few_digits(value):
        return False
    styles = [style for style in _STYLES if style.fullmatch(value)]
    return any(isinstance(k, str) and style.fullmatch(k) for style in styles for k in known)


def is_name(text: str) -> bool:
    """Tell whether a text is surely the name of a field, not data of somebody."""
    return 0 < len(text) <= 64 and _NAME.fullmatch(text) is not None and _few_digits(text)


def _few_digits(text: str) -> bool:
    """Whether a text has no more digits than words have: ids and keys have many."""
    runs = re.findall("[0-9]+", text)
    if len(runs) > 1 or sum(map(len, runs)) > 4:
        return False
    return not (runs and _HEX.fullmatch(text))
