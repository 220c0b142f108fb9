"""Calls the vendor's client; runs in the environment that has it, as a program of its own.

Reads one call per line from standard input: `{"server", "key", "method", "arguments",
"known_only"}`, the last being whether to leave out arguments that the method does not have.
Writes one outcome per line to standard output: `{"returned", "class"}` or `{"raised": {...}}`;
before them, one line that tells the version of the vendor's client.
"""

from __future__ import annotations

import inspect
import json
import logging
import sys
from typing import Any

# The vendor's client prints and logs; nothing but outcomes may reach standard output.
out, sys.stdout = sys.stdout, sys.stderr
logging.disable(logging.CRITICAL)

import abacusai  # noqa: E402  (after standard output is out of its reach)


def plain(value: Any) -> Any:
    """Objects as their `to_dict()`, everything else as it is."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.to_dict() if hasattr(value, "to_dict") else value


def class_of(value: Any) -> str | None:
    """The name of the vendor's class of an object, or of the objects in a list."""
    if isinstance(value, list):
        names = {class_of(item) for item in value} - {None}
        return names.pop() if len(names) == 1 else None
    return type(value).__name__ if hasattr(value, "to_dict") else None


def outcome(call: dict[str, Any]) -> dict[str, Any]:
    """What a call comes to."""
    try:
        client = abacusai.ApiClient(
            api_key=call["key"], server=call["server"], skip_version_check=True
        )
        method, arguments = getattr(client, call["method"]), call["arguments"]
        if call["known_only"]:
            known = inspect.signature(method).parameters
            arguments = {name: value for name, value in arguments.items() if name in known}
        value = method(**arguments)
    except abacusai.ApiException as error:
        return {
            "raised": {
                "class": type(error).__name__,
                "status": error.http_status,
                "message": error.message,
                "error_type": error.exception,
                "request_id": error.request_id,
            }
        }
    except Exception as error:
        # The text of foreign errors holds addresses and ports.
        return {"raised": {"class": type(error).__name__}}
    return {"returned": plain(value), "class": class_of(value)}


def main() -> None:
    """Answer calls until there are no more."""
    out.write(json.dumps({"version": abacusai.ApiClient.client_version}) + "\n")
    out.flush()
    for line in sys.stdin:
        out.write(json.dumps(outcome(json.loads(line))) + "\n")
        out.flush()


main()
