"""The API that a document describes, without a network: a request in, a reply out."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

from rebind.openapi import Resolved

from .hosts import Hosts
from .jobs import Jobs
from .pages import Pages
from .problems import Arguments, Checker, Problem, Request
from .recordings import Recording, Recordings
from .replies import Replies, Reply
from .resources import Inference, Role
from .routes import Match, Operation, Routes
from .schemas import Schemas
from .store import Store
from .values import members
from .wire import MISSING, Reader


class Mock:
    """Answers requests to one API.

    Args:
        resolved: The document.
        recordings: Recorded exchanges, which answer requests that equal theirs.

    Attributes:
        title: The name of the API.
        roles: What operations do to the things in the store, by `METHOD /path`.
        store: What callers made.
        unused: What the document's schemas have that JSON Schema cannot use, as `(pointer, why)`.
    """

    def __init__(self, resolved: Resolved, recordings: Sequence[Recording] = ()) -> None:
        data = resolved.data
        asked, told = Schemas(data, "request"), Schemas(data, "reply")
        title_case = members(data.get("x-rebind-wire")).get("booleans") == "True/False"
        reader = Reader(asked, ("True", "False") if title_case else ("true", "false"))
        self._routes = Routes(data, asked)
        self._checker = Checker(data, asked, reader)
        self._replies = Replies(data, told)
        envelope = self._replies.envelope
        self._recordings = Recordings(recordings, envelope.ok if envelope else None)
        self.title: Final = str(members(data.get("info")).get("title", "API"))
        self.roles: Final[dict[str, Role]] = Inference(
            self._routes.operations, asked, told, self._replies
        ).roles()
        self.store: Final = Store(told, self._replies)
        self.unused: Final = tuple(told.unused)
        self._hosts = Hosts(data, envelope)
        self._jobs = Jobs(self._routes.operations)
        self._pages = Pages(data, told, self._replies)
        self._count = 0
        self._lock = threading.Lock()

    def request_id(self) -> str:
        """The id of one more request."""
        with self._lock:
            self._count += 1
            return f"mock-{self._count:06d}"

    def answer(self, request: Request, request_id: str) -> Reply:
        """The reply to a request.

        In this order: how far a job is; missing credentials; a right call about things that are
        in the store; a recording whose request is equal; what is wrong with the request; what the
        description shows.

        Args:
            request: The request.
            request_id: Its id, for the reply.
        """
        told = self._jobs.ask(request)
        if told is not None:
            return self.error([told], None, request_id) if isinstance(told, Problem) else told
        request, before = self._pages.asked(request)
        match = self._routes.find(request.method, request.path)
        for other in match.others:
            # Descriptions tell such operations apart by what they take.
            if self._wrong(match, request):
                match = other
        operation = match.operation
        if operation is None:
            recording = self._recordings.find(request)
            return _replayed(recording) if recording else self._lost(request, match, request_id)
        refusal = self._checker.credentials(operation, request)
        if refusal is not None:
            recording = self._recordings.find(request, refused=True)
            return (
                _replayed(recording) if recording else self.error([refusal], operation, request_id)
            )
        arguments, problems = self._checker.check(operation, match.path_values, request)
        role = self.roles.get(operation.key)
        if role is None or problems or not self.store.owns(role, arguments):
            recording = self._recordings.find(request)
            if recording is not None:
                return _replayed(recording)
        if problems:
            return self.error(problems, operation, request_id)
        reply = self._performed(operation, role, arguments, request, before)
        if isinstance(reply, Problem):
            return self.error([reply], operation, request_id)
        return self._jobs.begin(operation, self._hosts.told(operation, request, reply))

    def _wrong(self, match: Match, request: Request) -> bool:
        assert match.operation is not None
        return bool(self._checker.check(match.operation, match.path_values, request)[1])

    def error(
        self, problems: Sequence[Problem], operation: Operation | None, request_id: str
    ) -> Reply:
        """The reply that says what is wrong."""
        return self._replies.error(problems, operation, request_id)

    def _performed(
        self,
        operation: Operation,
        role: Role | None,
        arguments: Arguments,
        request: Request,
        before: int,
    ) -> Reply | Problem:
        accept = request.headers.get("accept", "")
        prefer = _preferences(request.headers.get("prefer", ""))
        if "code" in prefer or "example" in prefer:
            return self._replies.preferred(operation, prefer, accept)
        result = MISSING
        if role is not None:
            result = self.store.apply(role, operation, arguments)
            if isinstance(result, Problem):
                return result
        reply = self._replies.yields(operation, result, accept)
        if isinstance(reply, Problem):
            return reply
        return self._pages.turned(operation, request, arguments, reply, before)

    def _lost(self, request: Request, match: Match, request_id: str) -> Reply:
        if match.allowed:
            message = f"there is no {request.method} at {request.path}"
            wrong = Problem("unknown-method", message, expected=" or ".join(match.allowed))
            reply = self.error([wrong], None, request_id)
            allow = ("Allow", ", ".join(match.allowed))
            return Reply(reply.status, reply.body, reply.content_type, (allow,))
        hint = f"; did you mean {match.nearest}?" if match.nearest else ""
        wrong = Problem("unknown-path", f"there is nothing at {request.path}{hint}")
        return self.error([wrong], None, request_id)


def _replayed(recording: Recording) -> Reply:
    content_type = next((v for k, v in recording.headers if k.lower() == "content-type"), None)
    headers = tuple((k, v) for k, v in recording.headers if k.lower() != "content-type")
    return Reply(recording.status, recording.body, content_type, headers)


def _preferences(header: str) -> dict[str, str]:
    """What a Prefer header says (RFC 7240), by name."""
    pieces = (piece.partition("=") for part in header.split(",") for piece in part.split(";"))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pieces}
