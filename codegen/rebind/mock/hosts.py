"""The mock as every server of the API: what it says when it is asked for addresses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from .problems import Request
from .replies import Envelope, Reply
from .routes import Operation
from .values import is_object, members


class Hosts:
    """Puts the mock's own address where the API tells addresses (`x-rebind-hosts`).

    Args:
        data: The resolved document.
        envelope: What replies are wrapped in.
    """

    def __init__(self, data: Mapping[str, Any], envelope: Envelope | None) -> None:
        self._envelope = envelope
        self._fields: Final[dict[str, set[str]]] = {}
        for host in members(data.get("x-rebind-hosts")).values():
            self._fields.setdefault(str(host["operation"]), set()).add(str(host["field"]))

    def told(self, operation: Operation, request: Request, reply: Reply) -> Reply:
        """The reply with the address at which the request came.

        Args:
            operation: The operation.
            request: The request.
            reply: Its reply.

        Returns:
            The same, where the operation tells no address.
        """
        fields = self._fields.get(operation.id)
        if not fields or not 200 <= reply.status < 300 or "json" not in (reply.content_type or ""):
            return reply
        body: Any = json.loads(reply.body)
        result = body
        if self._envelope is not None:
            if not is_object(body) or not body.get(self._envelope.ok):
                return reply
            key = self._envelope.result or ""
            result = body[key] = members(body.get(key))
        if not is_object(result):
            return reply
        address = f"http://{request.headers.get('host', '127.0.0.1')}"
        result.update(dict.fromkeys(sorted(fields), address))
        return replace(reply, body=json.dumps(body, ensure_ascii=False).encode())
