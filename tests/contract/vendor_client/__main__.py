"""Calls the vendor's client; runs in the environment that has it, as a program of its own.

Reads one order per line from standard input and answers each with one line on standard output;
before them, one line tells the version of the vendor's client. Orders:

- `{"do": "catalogue"}`: what there is, see `catalogue.py`.
- `{"do": "call", "server", "key", "method", "arguments", "positional", "known_only", "on"}`: call a
  method of the client, or of the object that `on` builds (`{"class", "fields"}`). The answer is
  `{"returned", "class"}` or `{"raised": {...}}`.
- `{"do": "build", "class", "fields"}`: the `to_dict()` of an object of a resource class.
- `{"do": "write", "value"}`: the `to_dict()` of an input object.

What JSON cannot say is written as `values.py` explains.
"""

from __future__ import annotations

import inspect
import json
import logging
import os
import sys
import time
import warnings
from functools import cache
from typing import Any

# The vendor's client prints and logs; nothing but answers may reach standard output.
out, sys.stdout = sys.stdout, sys.stderr
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")

import abacusai  # noqa: E402  (after standard output is out of its reach)
import catalogue  # noqa: E402
import values  # noqa: E402


class Sleeps:
    """Takes the place of `time.sleep`: waits say nothing about what is sent."""

    left = 0

    def __call__(self, seconds: float) -> None:
        """Wait for nothing, but not for ever."""
        self.left -= 1
        if self.left < 0:
            raise RuntimeError("the call waits for ever")


sleeps = time.sleep = Sleeps()


@cache
def client(server: str, key: str | None) -> Any:
    """A client of a server."""
    return abacusai.ApiClient(api_key=key, server=server, skip_version_check=True)


def call(order: dict[str, Any]) -> dict[str, Any]:
    """What a call comes to."""
    files: list[Any] = []
    sleeps.left = 50
    try:
        connected = client(order["server"], order["key"])
        holder = connected
        if on := order.get("on"):
            holder = catalogue.resource(on["class"])(connected, **on["fields"])
        method = getattr(holder, order["method"])
        arguments = values.read(order["arguments"], files)
        if order.get("known_only"):
            known = inspect.signature(method).parameters
            arguments = {name: value for name, value in arguments.items() if name in known}
        value = method(*arguments.values()) if order.get("positional") else method(**arguments)
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
    finally:
        for file in files:
            file.close()
            os.unlink(file.name)
    return {"returned": values.plain(value), "class": values.class_of(value)}


def build(order: dict[str, Any]) -> dict[str, Any]:
    """An object of a resource class, as its `to_dict()`."""
    try:
        connected = client(order["server"], order["key"])
        made = connected._build_class(catalogue.resource(order["class"]), order["fields"])
        return {"returned": values.plain(made), "class": values.class_of(made)}
    except Exception as error:
        return {"raised": {"class": type(error).__name__, "message": str(error)}}


def write(order: dict[str, Any]) -> dict[str, Any]:
    """What an input object is on the wire."""
    try:
        return {"returned": values.plain(values.read(order["value"], []))}
    except Exception as error:
        return {"raised": {"class": type(error).__name__, "message": str(error)}}


DO = {"call": call, "build": build, "write": write, "catalogue": lambda order: catalogue.read()}


def main() -> None:
    """Obey orders until there are no more."""
    out.write(json.dumps({"version": abacusai.ApiClient.client_version}) + "\n")
    out.flush()
    for line in sys.stdin:
        order = json.loads(line)
        out.write(json.dumps(DO[order.get("do", "call")](order), default=repr) + "\n")
        out.flush()


main()
