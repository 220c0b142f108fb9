"""Recorded HTTP (vcrpy cassettes), found again by request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import unquote, urlsplit

import yaml

from rebind.diagnostics import Checked, Diagnostic, Place

from .problems import Request
from .values import is_array, is_object
from .wire import split_query

_REFUSALS: Final = frozenset({401, 403})
# These belong to the connection that was recorded, or are written anew.
_DROPPED: Final = frozenset(
    {"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"}
)


@dataclass(frozen=True)
class Recording:
    """One recorded exchange.

    Attributes:
        source: The file it stands in.
        request: The request, its URL cut to path and query.
        status: The status of the reply.
        headers: The header fields of the reply that can be sent again.
        body: The body of the reply.
    """

    source: Path
    request: Request
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Recordings:
    """Recorded exchanges by request.

    Args:
        recordings: The exchanges, in the order of the files.
        envelope: The key of the reply that says whether the call worked, where the API has one.
    """

    def __init__(self, recordings: Iterable[Recording], envelope: str | None = None) -> None:
        self._known: dict[tuple[Any, ...], list[Recording]] = {}
        self._envelope = envelope
        for recording in recordings:
            self._known.setdefault(_key(recording.request), []).append(recording)

    def find(self, request: Request, *, refused: bool = False) -> Recording | None:
        """The recording whose request equals this one; a success where there are several.

        Requests are equal when method, path, the query as a set of pairs, and the body are: JSON
        and forms by value, everything else by bytes. Hosts and headers do not count.

        Args:
            request: The request as it came.
            refused: The request has no credentials, so that only a recorded refusal can be meant.
        """
        found = self._known.get(_key(request), [])
        if refused:
            return next((recording for recording in found if recording.status in _REFUSALS), None)
        return min(found, key=lambda recording: not self._worked(recording), default=None)

    def _worked(self, recording: Recording) -> bool:
        if self._envelope is not None:
            try:
                body = json.loads(recording.body)
            except (ValueError, RecursionError):
                return False
            return is_object(body) and body.get(self._envelope) is True
        return recording.status < 400


def read(folder: Path) -> Checked[tuple[Recording, ...]]:
    """Reads every cassette below a folder.

    Args:
        folder: Where the `.yaml` files are.

    Returns:
        The recordings in the order of their paths; a file that is not a cassette is an error.
    """
    if not folder.is_dir():
        place = Place(folder, 1, 1, None, "")
        wrong = Diagnostic(
            "no-recordings", f"there is no folder '{folder}'", place, "give a folder of cassettes"
        )
        return Checked(None, (wrong,))
    recordings: list[Recording] = []
    problems: list[Diagnostic] = []
    for path in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")]):
        try:
            recordings += _cassette(path)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = Place(
                path, mark.line + 1 if mark else 1, mark.column + 1 if mark else 1, None, ""
            )
            problems.append(Diagnostic("bad-recording", f"not YAML: {error.problem}", place, _HELP))
        except (_NotACassette, OSError, UnicodeError, yaml.YAMLError) as error:
            problems.append(
                Diagnostic("bad-recording", str(error), Place(path, 1, 1, None, ""), _HELP)
            )
    return Checked(None if problems else tuple(recordings), tuple(problems))


_HELP: Final = "a recording is a vcrpy cassette: `interactions`, each with `request` and `response`"


class _NotACassette(Exception):
    pass


def _cassette(path: Path) -> Iterator[Recording]:
    # vcrpy writes YAML 1.1, binary tags included, so that is what is read.
    loaded: object = yaml.load(
        path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    interactions = _mapping(loaded, "file").get("interactions")
    if not is_array(interactions):
        raise _NotACassette("the file has no list of `interactions`")
    for number, item in enumerate(cast("list[object]", interactions)):
        where = f"interactions[{number}]"
        interaction = _mapping(item, where)
        sent = _mapping(interaction.get("request"), f"{where}.request")
        came = _mapping(interaction.get("response"), f"{where}.response")
        try:
            url = urlsplit(str(sent.get("uri", "")))
        except ValueError as error:
            raise _NotACassette(f"{where}.request.uri: {error}") from None
        status = came.get("status")
        code = cast("dict[str, object]", status).get("code") if is_object(status) else status
        if not isinstance(code, int) or not 100 <= code <= 599:
            raise _NotACassette(f"{where}.response.status is not an HTTP status")
        yield Recording(
            path,
            Request(
                str(sent.get("method", "GET")).upper(),
                url.path or "/",
                url.query,
                {name.lower(): ", ".join(values) for name, values in _headers(sent.get("headers"))},
                _bytes(sent.get("body")),
            ),
            code,
            tuple(
                (name, value)
                for name, values in _headers(came.get("headers"))
                for value in values
                if name.lower() not in _DROPPED and "\n" not in value and "\r" not in value
            ),
            _bytes(came.get("body")),
        )


def _mapping(value: object, where: str) -> dict[str, object]:
    if not is_object(value):
        raise _NotACassette(f"the {where} is not a mapping")
    return cast("dict[str, object]", value)


def _headers(value: object) -> Iterator[tuple[str, list[str]]]:
    if is_object(value):
        for name, values in cast("dict[object, object]", value).items():
            listed = cast("list[object]", values) if is_array(values) else [values]
            yield str(name), [str(one) for one in listed]


def _bytes(value: object) -> bytes:
    if is_object(value):
        value = cast("dict[str, object]", value).get("string")
    if isinstance(value, bytes):
        return value
    return b"" if value is None else str(value).encode("utf-8", "surrogatepass")


def _key(request: Request) -> tuple[Any, ...]:
    query = sorted(
        (name, unquote(value.replace("+", " "))) for name, value in split_query(request.query)
    )
    return request.method, unquote(request.path), tuple(query), _body_key(request)


def _body_key(request: Request) -> Any:
    if request.content_type == "application/x-www-form-urlencoded":
        return tuple(
            sorted(
                (n, unquote(v.replace("+", " ")))
                for n, v in split_query(request.body.decode("latin-1"))
            )
        )
    try:
        return json.dumps(json.loads(request.body), sort_keys=True)
    except (ValueError, RecursionError):
        return request.body
