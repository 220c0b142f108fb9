"""Jobs: a reply that is held back until somebody asks for it (`x-rebind-job`)."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final

from .problems import Problem, Request
from .replies import Reply
from .routes import Operation
from .values import is_object, members

_MOST: Final = 1000
"""How many results wait to be asked for; the oldest goes first."""


class Jobs:
    """Begins jobs, and tells how far they are: at first that they are not done, then the result.

    Args:
        operations: The operations of the document.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._paths: Final[dict[str, Mapping[str, Any]]] = {}
        for operation in operations:
            job = members(operation.data.get("x-rebind-job"))
            if job:
                self._paths[str(job["status"])] = job
        self._begun: dict[str, tuple[bool, Any]] = {}
        self._count = 0
        self._lock = threading.Lock()

    def begin(self, operation: Operation, reply: Reply) -> Reply:
        """Hold a reply back.

        Args:
            operation: The operation.
            reply: What it comes to.

        Returns:
            The id to ask for it with; the reply itself, where it is no job's or no success.
        """
        job = members(operation.data.get("x-rebind-job"))
        if not job or not 200 <= reply.status < 300 or "json" not in (reply.content_type or ""):
            return reply
        with self._lock:
            self._count += 1
            ident = f"job-{self._count}"
            self._begun[ident] = (False, json.loads(reply.body))
            for old in list(self._begun)[:-_MOST]:
                del self._begun[old]
        return _reply({str(job["id"]): ident})

    def ask(self, request: Request) -> Reply | Problem | None:
        """Tell how far a job is.

        Args:
            request: A request.

        Returns:
            The answer; None where the request is no such question.
        """
        job = self._paths.get(request.path)
        if job is None or request.method != "POST":
            return None
        name = str(job.get("send") or job["id"])
        try:
            body = json.loads(request.body)
        except ValueError:
            body = None
        ident = body.get(name) if is_object(body) else None
        with self._lock:
            found = self._begun.get(ident) if isinstance(ident, str) else None
            if found is None or not isinstance(ident, str):
                return Problem("not-found", f"there is no job {ident!r}", "body", f"/{name}")
            asked, result = found
            self._begun[ident] = (True, result)
        if not asked:
            return _reply({str(job["state"]): job["pending"][0], str(job["result"]): None})
        return _reply({str(job["state"]): "COMPLETE", str(job["result"]): result})


def _reply(value: Any) -> Reply:
    return Reply(200, json.dumps(value, ensure_ascii=False).encode(), "application/json")
