"""Calls of the methods that the vendor's objects have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.contract.cases import Reply
from tests.contract.exchanges import json_reply
from tests.vendor.calls import Call, Calls, optional
from tests.vendor.oracle import Oracle

MECHANICAL = ("passthrough", "refresh", "poll", "status")


def mechanical(catalogue: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The bound methods that do nothing but call the API."""
    flat = {each["method"] for each in catalogue["operations"]}
    return [
        each
        for each in catalogue["bound"]
        if each["kind"] in MECHANICAL and (each["target"] is None or each["target"] in flat)
    ]


def bound_calls(oracle: Oracle) -> Iterator[tuple[Call, list[Reply] | None]]:
    """Every bound method, with what it needs alone and with everything.

    Yields:
        A call, and the replies to it where they are not those that it names.
    """
    calls = oracle.calls
    for method in mechanical(oracle.catalogue):
        needed = [each for each in method["parameters"] if not optional(each)]
        operation = calls.operations.get(method["target"], {"mapping": None})
        arguments = calls.arguments(calls.plain, operation, method["parameters"])
        required = calls.arguments(calls.plain, operation, needed)
        if method["kind"] == "poll":  # how long to wait is not sent
            arguments = required = {}
        for way, given in (("required", required), ("all", arguments)):
            if way == "all" and arguments == required:
                continue
            call = Call(
                method=method["method"],
                way=way,
                arguments=given,
                reply=_reply(calls, method),
                on={"class": method["class"], "fields": _object(oracle, method["class"])},
            )
            yield call, _in_time(oracle, method)


def _object(oracle: Oracle, cls: str) -> dict[str, Any]:
    """The fields of the object: what is not nested, so that calls stay readable."""
    fields = {field["name"] for field in oracle.catalogue["classes"][cls] if not field["class"]}
    rich = oracle.objects[f"{cls}/rich"]["reply"]
    return {name: value for name, value in rich.items() if name in fields}


def _reply(calls: Calls, method: Mapping[str, Any]) -> dict[str, Any]:
    if method["target"] is not None:
        return calls.reply(calls.operations[method["target"]], "rich")
    return {"object": f"{method['class']}/rich"}


def _in_time(oracle: Oracle, method: Mapping[str, Any]) -> list[Reply] | None:
    """Replies to what asks for a state until it has changed."""
    if method["kind"] not in ("poll", "status"):
        return None
    rich = oracle.objects[f"{method['class']}/rich"]["reply"]
    states = ("PENDING", "COMPLETE") if method["kind"] == "poll" else ("COMPLETE",)
    return [json_reply({"success": True, "result": in_state(rich, state)}) for state in states]


def in_state(value: Any, state: str) -> Any:
    """An object of which every field that tells a state tells this one."""
    if isinstance(value, list):
        return [in_state(item, state) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: state if _tells_state(name) and isinstance(item, str) else in_state(item, state)
        for name, item in value.items()
    }


def _tells_state(name: str) -> bool:
    return name.lower().endswith(("status", "lifecycle"))
