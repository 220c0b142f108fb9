"""The cases: one call each, the reply it gets, and what the caller then has in hand.

The data is in `cases/OPERATION.yaml`; `README.md` explains its keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml

HERE = Path(__file__).parent
FOLDER = HERE / "cases"

Live = Literal["session", "invalid-key", "own-session"]


if TYPE_CHECKING:
    from yaml import SafeLoader
else:  # the fast one, where PyYAML was built with it
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NoTimestamps(SafeLoader):
    """Plain YAML, but a date stays the text it is on the wire."""


NoTimestamps.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path) -> Any:
    """The data in a YAML file."""
    return yaml.load(path.read_text("utf-8"), NoTimestamps)


@dataclass(frozen=True)
class Reply:
    """What a server answers."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """The body as JSON, or the `ValueError` that says why it is none."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Raised:
    """What a call raises."""

    name: str
    status: int
    message: str
    """The message; one that ends in an ellipsis only begins so."""
    error_type: str | None = None
    request_id: str | None = None


@dataclass(frozen=True)
class Returned:
    """What a call returns: the `to_dict()` of objects, other values as they are."""

    value: Any
    """Objects as their `to_dict()`."""
    name: str | None = None
    """The class of the object or objects."""


@dataclass(frozen=True)
class Call:
    """How the clients spell an operation."""

    ours: str
    """The method on `client.chat_sessions`."""
    vendor: str
    """The method on the vendor's client."""
    positional: tuple[str, ...]
    """The parameters that need no name, in the order of the vendor's method."""
    bound: str | None = None
    """The method on a `ChatSession`, which fills in the session's id."""


@dataclass(frozen=True)
class Case:
    """One call with its reply and its outcome."""

    operation: str
    name: str
    call: Call
    arguments: Mapping[str, Any]
    reply: Reply
    outcome: Raised | Returned
    deviates: str = ""
    """Why the reply is not what the spec describes; empty where it is."""
    deviates_at: tuple[str, ...] = ()
    """The JSON pointers of the places that are not; none where the whole body is not."""
    vendor_differs: str = ""
    """Why the vendor's client makes something else of the reply; empty where it does not."""
    unknown: frozenset[str] = frozenset()
    """Names in the reply that no class lists: ours keep them, the vendor's drop them."""
    sent_by: Literal["vendor", "bindings"] = "vendor"
    """Whose request is recorded."""
    live: Live | None = None
    """Whether and how the live API can be asked for this reply."""

    @property
    def id(self) -> str:
        """`operation/name`: where its recording is."""
        return f"{self.operation}/{self.name}"

    @property
    def succeeds(self) -> bool:
        """Whether the call returns."""
        return isinstance(self.outcome, Returned)

    @property
    def positional(self) -> bool:
        """Whether the arguments can be passed without their names."""
        return bool(self.arguments) and tuple(self.arguments) == self.call.positional

    def __str__(self) -> str:
        return self.id


@dataclass
class _Keys:
    """A mapping of which every key must be asked for; a leftover is a spelling mistake."""

    where: str
    data: dict[str, Any]
    _asked: set[str] = field(default_factory=set)

    def get(self, key: str, default: Any = None) -> Any:
        self._asked.add(key)
        return self.data.get(key, default)

    def need(self, key: str) -> Any:
        if key not in self.data:
            raise ValueError(f"{self.where}: `{key}` is missing")
        return self.get(key)

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self.data

    def done(self) -> None:
        if unknown := sorted(set(self.data) - self._asked):
            raise ValueError(f"{self.where}: unknown keys {', '.join(unknown)}")


def _reply(keys: _Keys) -> Reply:
    headers = {"Content-Type": "application/json", **keys.get("headers", {})}
    if keys.has("json"):
        body = json.dumps(keys.get("json"), ensure_ascii=False, indent=2)
    else:
        body = keys.need("text")
    reply = Reply(keys.get("status", 200), headers, body.encode())
    keys.done()
    return reply


def _raised(keys: _Keys) -> Raised:
    raised = Raised(
        name=keys.need("class"),
        status=keys.need("status"),
        message=keys.need("message"),
        error_type=keys.get("error_type"),
        request_id=keys.get("request_id"),
    )
    keys.done()
    return raised


def parse(data: Any, where: str) -> Iterator[Case]:
    """The cases that the data of one file describes.

    Raises:
        ValueError: the data has an unknown key or lacks one; the message says which and where.
    """
    top = _Keys(where, data)
    operation = top.need("operation")
    spelling = _Keys(f"{where}: call", top.need("call"))
    call = Call(
        ours=spelling.need("ours"),
        vendor=spelling.need("vendor"),
        positional=tuple(spelling.need("positional")),
        bound=spelling.get("bound"),
    )
    spelling.done()
    result = top.get("result")
    sent_by = top.get("sent_by", "vendor")
    cases = top.need("cases")
    top.done()
    for name, case in cases.items():
        place = f"{where}: {name}"
        keys = _Keys(place, case)
        keys.get("about")
        outcome: Raised | Returned
        if keys.has("raises"):
            outcome = _raised(_Keys(f"{place}: raises", keys.need("raises")))
        else:
            value = keys.need("returns")
            outcome = Returned(value, result if value is not None else None)
        yield Case(
            operation=operation,
            name=name,
            call=call,
            arguments=keys.get("arguments", {}),
            reply=_reply(_Keys(f"{place}: reply", keys.need("reply"))),
            outcome=outcome,
            deviates=keys.get("deviates", ""),
            deviates_at=tuple(keys.get("deviates_at", ())),
            vendor_differs=keys.get("vendor_differs", ""),
            unknown=frozenset(keys.get("unknown", ())),
            sent_by=keys.get("sent_by", sent_by),
            live=keys.get("live"),
        )
        keys.done()


def typical(cases: Iterable[Case]) -> list[Case]:
    """One success and one error of every operation, those with the most arguments.

    They stand for all where it does not matter what is answered.
    """
    found: dict[tuple[str, bool], Case] = {}
    for case in cases:
        if not case.deviates:
            key = (case.operation, case.succeeds)
            found[key] = max(found.get(key, case), case, key=lambda case: len(case.arguments))
    return list(found.values())


@cache
def all_cases() -> tuple[Case, ...]:
    """Every case, in the order of the files."""
    return tuple(
        case for path in sorted(FOLDER.glob("*.yaml")) for case in parse(read_yaml(path), path.name)
    )
