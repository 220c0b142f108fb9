"""Addresses that the API itself tells: asked for by the first call that needs one, then known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, cast

from .call import OMIT, Call
from .errors import ApiError, ApiTimeoutError, DecodeError
from .flow import Flow, Turn, single_flow
from .request import alternative, server_address

if TYPE_CHECKING:
    from .api import Host
    from .flow import Settings


def host_flow(
    settings: Settings, call: Call[object, object], name: str, deadline: float | None
) -> Flow[str]:
    """Find the address of a server.

    Args:
        settings: The client's settings.
        call: What is to be called there.
        name: The server.
        deadline: When the whole call ends, by the flow's clock.

    Returns:
        A flow that ends with the address.

    Raises:
        ApiError: It cannot be found.
    """
    by_hand = settings.hosts.get(name)
    if by_hand is not None:
        return by_hand
    host = settings.api.hosts[name]
    asked = host.operation
    names = alternative(settings.api, asked, settings.credentials)
    # Whose key it is decides; what has no key is told apart by what it sends along.
    given = {} if names else _given(host, call)
    who = tuple(settings.credentials[n] for n in names) if names else tuple(given.items())
    key = (settings.base_url, asked.id, who)
    addresses = settings.addresses.get(key)
    if addresses is None:
        turn: Callable[[], None] | None = yield Turn(key, deadline)
        if turn is None:
            late = ApiTimeoutError("the address of the server was not told in time")
            late.operation = asked.id
            raise late
        try:
            addresses = settings.addresses.get(key)
            if addresses is None:
                addresses = yield from _asked(settings, Call(asked, query=given), deadline)
                settings.addresses[key] = addresses
        finally:
            turn()
    try:
        return _checked(settings, name, host, addresses)
    except ApiError:
        settings.addresses.pop(key, None)  # another time it may be told
        raise


def _given(host: Host, call: Call[object, object]) -> dict[str, object]:
    """What the call carries of that which the question takes."""
    found: dict[str, object] = {}
    for place in (call.query, call.form, call.multipart, call.json):
        if isinstance(place, Mapping):
            found.update(cast("Mapping[str, object]", place))
    known = {name: found.get(name) for name in host.given}
    return {name: value for name, value in known.items() if value not in (None, OMIT)}


def _asked(
    settings: Settings, call: Call[object, object], deadline: float | None
) -> Flow[Mapping[str, Any]]:
    quietly = copy(settings)
    quietly.progress = None
    answered = yield from single_flow(quietly, call, deadline=deadline)
    result = answered.result
    return cast("Mapping[str, Any]", result) if isinstance(result, Mapping) else {}


def _checked(settings: Settings, name: str, host: Host, addresses: Mapping[str, Any]) -> str:
    """Refuse an address that no key may be sent to."""
    told, asked = addresses.get(host.field), host.operation.id
    wrong = ""
    if not isinstance(told, str) or not told:
        wrong = f"{asked} does not tell the address of the server {name!r} ({host.field})"
    else:
        try:
            address = server_address(told)
        except ApiError:
            wrong = f"{asked} tells an address of the server {name!r} that is none"
        else:
            if settings.base_url.startswith("https:") and not address.startswith("https:"):
                wrong = f"{asked} tells an address of the server {name!r} that is without TLS"
            else:
                return address
    error = DecodeError(wrong)
    error.operation = asked
    raise error
