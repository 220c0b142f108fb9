"""Our clients send what was recorded, and what was recorded is what the description allows."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest

from tests.contract import bindings
from tests.contract.bindings import FLAVOURS, KEY, Flavour, Form
from tests.contract.cases import Case, all_cases, typical
from tests.contract.description import description
from tests.contract.recording import Recording, Request, path_of, read
from tests.contract.scrub import REDACTED, REQUEST_HEADERS, Scrubber

CASES = all_cases()


def as_recorded(request: Request) -> Request:
    """The request as a recording would have it, but at the address that it went to."""
    scrubber = Scrubber((KEY,))
    return Request(
        request.method,
        request.url,
        scrubber.headers(request.headers, REQUEST_HEADERS),
        scrubber.body(request.body),
    )


def differences(ours: Request, recorded: Request) -> list[str]:
    """Where a request of ours is not the recorded one, as far as a server can care."""
    pairs = {
        "method": (ours.method, recorded.method),
        "address": (ours.url.partition("?")[0], recorded.url.partition("?")[0]),
        "query": (ours.query, recorded.query),
        "apiKey": (ours.headers.get("apiKey"), recorded.headers.get("apiKey")),
        "Content-Type": (ours.headers.get("Content-Type"), recorded.headers.get("Content-Type")),
        "body": (canonical(ours.body), canonical(recorded.body)),
    }
    return [
        f"{what}: {one!r} is not {other!r}" for what, (one, other) in pairs.items() if one != other
    ]


def canonical(body: bytes) -> str:
    """JSON with its own order of keys and kinds of numbers, but one layout."""
    return json.dumps(json.loads(body)) if body else ""


def send(case: Case, flavour: Flavour, form: Form) -> None:
    """Make the call for its request alone."""
    with suppress(bindings.package().ApiError):
        bindings.call(case, flavour, form)


@pytest.mark.vcr
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_client_sends_the_recorded_request(
    case: Case, flavour: Flavour, recorded: Recording, sent: list[Request]
) -> None:
    send(case, flavour, "keywords")
    (request,) = sent
    assert {name.lower(): value for name, value in request.headers.items()}["apikey"] == KEY
    assert recorded.request.headers["apiKey"] == REDACTED
    assert differences(as_recorded(request), recorded.request) == []


@pytest.mark.vcr
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("case", [case for case in typical(CASES) if case.positional], ids=str)
def test_arguments_in_the_vendors_order_send_the_recorded_request(
    case: Case, flavour: Flavour, recorded: Recording, sent: list[Request]
) -> None:
    send(case, flavour, "positional")
    (request,) = sent
    assert differences(as_recorded(request), recorded.request) == []


@pytest.mark.vcr
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("case", [case for case in typical(CASES) if case.call.bound], ids=str)
def test_a_bound_method_sends_the_recorded_request(
    case: Case, flavour: Flavour, recorded: Recording, sent: list[Request]
) -> None:
    send(case, flavour, "bound")
    (request,) = sent
    assert differences(as_recorded(request), recorded.request) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_recorded_request_is_one_that_the_description_allows(
    case: Case, recorded: Recording
) -> None:
    operation = description().operations[case.operation]
    assert operation.request_mistakes(recorded.request) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_arguments_of_a_case_are_what_the_description_allows(case: Case) -> None:
    schemas = description().operations[case.operation].schemas()
    mistakes = {
        name: found
        for name, value in case.arguments.items()
        if (found := schemas[wire_name(name)].mistakes(value))
    }
    assert mistakes == {}


def wire_name(name: str) -> str:
    """The vendor's spelling of a parameter on the wire, which knows no exception."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@pytest.mark.parametrize("operation", sorted({case.operation for case in CASES}))
def test_a_body_that_is_always_sent_is_required(operation: str) -> None:
    recordings = [read(path_of(case)) for case in CASES if case.operation == operation]
    always = all(recording.request.body for recording in recordings)
    assert description().operations[operation].needs_body is always
