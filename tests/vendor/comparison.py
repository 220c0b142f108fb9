"""Both clients make the same calls against the same server: where do they differ?"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.contract.cases import Reply
from tests.contract.exchange import Difference, in_headers, in_outcomes, in_requests
from tests.contract.exchanges import Exchange
from tests.contract.surface import Surface
from tests.vendor.calls import Call
from tests.vendor.oracle import Oracle
from tests.vendor.replies import UNKNOWN, UNKNOWN_SNAKE

Given = tuple[Call, "list[Reply] | None"]


async def compare(
    oracle: Oracle,
    calls: Iterable[Given],
    surface: Surface,
    seen: Callable[[Exchange], object] = lambda exchange: None,
) -> list[Difference]:
    """Let both clients make calls.

    Args:
        oracle: The vendor's client and the server.
        calls: The calls, each with its replies where they are not those that it names.
        surface: Our client.
        seen: Called with what the vendor's client did.

    Returns:
        Every difference.
    """
    found: list[Difference] = []
    for call, given in calls:
        case = f"{surface.prefix}{call.id}"
        theirs = oracle.exchange(call, given)
        seen(theirs)
        oracle.answer(call, given)
        outcome = await our_outcome(surface, call)
        ours = oracle.received()
        if not ours and "raised" in outcome and "status" not in outcome["raised"]:
            found.append(Difference(case, "refused", theirs.outcome, outcome))
            continue
        found += in_requests(case, list(theirs.sent), ours)
        found += in_headers(case, list(theirs.sent), ours)
        found += in_outcomes(case, theirs.outcome, outcome, {UNKNOWN, UNKNOWN_SNAKE})
    return found


async def our_outcome(surface: Surface, call: Call) -> Mapping[str, Any]:
    """What a call comes to with our client.

    Where our method takes only the required arguments by position, the others are named.
    """
    try:
        method = surface.method(call.method, call.on)
    except LookupError as error:
        return {"raised": {"class": "LookupError", "message": str(error)}}
    ahead = 0
    if call.positional:
        kinds = [each.kind for each in inspect.signature(method).parameters.values()]
        ahead = sum(kind is inspect.Parameter.POSITIONAL_OR_KEYWORD for kind in kinds)
    return await surface.outcome(call.method, call.arguments, ahead=ahead, on=call.on)
