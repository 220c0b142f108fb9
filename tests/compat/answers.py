"""A server on this machine that answers as the API does, and remembers what it was asked."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

ERRORS: dict[str, tuple[int, dict[str, Any]]] = {
    "missing": (404, {"error": "There is no such project", "errorType": "DataNotFoundError"}),
    "forbidden": (
        403,
        {
            "error": "Invalid API Key",
            "errorType": "GenericPermissionDeniedError",
            "requestId": "r-17",
        },
    ),
    "odd": (400, {"error": "Something odd", "errorType": "OddError"}),
    "unsuccessful": (200, {"error": "It did not work", "errorType": "ConflictError"}),
}
PROJECT = {
    "projectId": "p1",
    "name": "Churn",
    "useCase": "PREDICTING",
    "createdAt": "2026-01-02T03:04:05+00:00",
    "tags": ["new"],
    "somethingNew": 1,
}
GROUP = {
    "featureGroupId": "fg1",
    "name": "users_sample",
    "tableName": "users_sample",
    "features": [{"name": "country", "featureType": "CATEGORICAL"}],
    "latestFeatureGroupVersion": {"featureGroupVersion": "fgv1", "status": "COMPLETE"},
}
RESULTS: dict[str, Any] = {
    "createProject": PROJECT,
    "listProjects": [PROJECT, {"projectId": "p2", "name": "Sales", "tags": None}],
    "describeProject": {**PROJECT, "name": "Churn, Q3"},
    "listProjectFeatureGroups": [GROUP],
    "createFeatureGroup": GROUP,
    "createFeatureGroupVersion": {"featureGroupVersion": "fgv2"},
    "trainModel": {"modelId": "m1", "name": "Sales"},
    "createAgent": {"agentId": "a1", "name": "Helper"},
    "predict": {"predicted": 0.7},
    "getRecommendations": [{"item": 1, "score": 0.9}],
}


class Asked(NamedTuple):
    """One request, as far as it matters to the API."""

    verb: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: Any


class Answers:
    """The server.

    Attributes:
        asked: The requests, but for those that look for addresses and versions.
        url: Where it is.
    """

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length)
                status, reply = outer.reply(self.command, self.path, body)
                text = json.dumps(reply).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = answer

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def reply(self, verb: str, target: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Answer one request."""
        parts = urlsplit(target)
        action = parts.path.rpartition("/")[2]
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        if action == "getApiEndpoint":
            names = ("apiEndpoint", "predictEndpoint", "proxyEndpoint")
            return 200, {"success": True, "result": dict.fromkeys(names, self.url)}
        if action == "version":
            return 200, {"success": True, "result": "0.0.1"}
        sent = json.loads(body) if body else None
        self.asked.append(Asked(verb, parts.path, query, plain(sent)))
        wrong = next((ERRORS[value] for _, value in query if value in ERRORS), None)
        if wrong is not None:
            return wrong[0], {"success": False, **wrong[1]}
        return 200, {"success": True, "result": RESULTS.get(action)}

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def plain(body: Any) -> Any:
    """A body without what differs from run to run, or only in white space around source text."""
    if isinstance(body, dict):
        return {key: plain(value) for key, value in body.items()}
    if isinstance(body, list):
        return [plain(value) for value in body]
    if isinstance(body, str):
        return re.sub(r"_node_[0-9a-f-]{6}", "_node", body).strip("\n")
    return body
