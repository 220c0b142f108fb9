"""Our clients return or raise what a case says, and agree with the vendor's on the same reply."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract import bindings
from tests.contract.bindings import FLAVOURS, Flavour, Form
from tests.contract.cases import Case, Raised, Returned, all_cases, typical
from tests.contract.recording import Recording

CASES = all_cases()

NESTED = {"chat_history": "ChatMessage", "next_ai_building_task": "AiBuildingTask"}


def plain(value: Any) -> Any:
    """Objects as their `to_dict()`, everything else as it is."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.to_dict() if hasattr(value, "to_dict") else value


def each(value: Any) -> list[Any]:
    """The items of a list, or the one value."""
    return value if isinstance(value, list) else [value]


def known(value: Any, unknown: frozenset[str]) -> Any:
    """The data without the fields that no class lists."""
    if isinstance(value, dict):
        return {key: known(item, unknown) for key, item in value.items() if key not in unknown}
    if isinstance(value, list):
        return [known(item, unknown) for item in value]
    return value


def exactly(value: Any) -> Any:
    """A value that compares with its kinds: 1, 1.0 and True differ."""
    if isinstance(value, dict):
        return {key: exactly(item) for key, item in value.items()}
    if isinstance(value, list):
        return [exactly(item) for item in value]
    return type(value).__name__, value


def error_of(case: Case, flavour: Flavour, form: Form = "keywords", **options: Any) -> Any:
    """The error that a call raises."""
    with pytest.raises(bindings.package().ApiError) as caught:
        bindings.call(case, flavour, form, **options)
    return caught.value


def check(case: Case, flavour: Flavour, form: Form) -> None:
    """Make the call and compare what comes of it with what the case says."""
    expected = case.outcome
    if isinstance(expected, Returned):
        value = bindings.call(case, flavour, form)
        assert exactly(plain(value)) == exactly(expected.value)
        check_classes(value, expected, flavour)
        return
    error = error_of(case, flavour, form)
    start, cut, _ = expected.message.partition("…")
    found = Raised(
        name=type(error).__name__,
        status=error.status,
        message=expected.message if cut and error.message.startswith(start) else error.message,
        error_type=error.error_type,
        request_id=error.request_id,
    )
    assert found == expected
    # Some classes of the runtime have the name of one of the API's.
    assert getattr(bindings.package(), expected.name, type(error)) is type(error)


def check_classes(value: Any, expected: Returned, flavour: Flavour) -> None:
    """Objects are of the class of their flavour, and their attributes are what `to_dict()` says."""
    package = bindings.package()
    for item, data in zip(each(value), each(expected.value), strict=True):
        if expected.name is None or not isinstance(data, dict):
            continue
        assert type(item) is bindings.session_class(flavour)
        for name, content in data.items():
            attribute = getattr(item, name)
            assert exactly(plain(attribute)) == exactly(content), name
            if name in NESTED:
                for nested, inside in zip(each(attribute), each(content), strict=True):
                    if isinstance(inside, dict):
                        assert type(nested) is getattr(package, NESTED[name])


@pytest.mark.vcr
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_client_returns_or_raises_what_the_case_says(
    case: Case, flavour: Flavour, recorded: Recording
) -> None:
    check(case, flavour, "keywords")


@pytest.mark.vcr
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("case", [case for case in typical(CASES) if case.call.bound], ids=str)
def test_a_bound_method_returns_or_raises_what_the_case_says(
    case: Case, flavour: Flavour, recorded: Recording
) -> None:
    check(case, flavour, "bound")


@pytest.mark.vcr
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("case", [case for case in CASES if not case.vendor_differs], ids=str)
def test_a_client_agrees_with_the_vendors_on_the_reply(
    case: Case, flavour: Flavour, recorded: Recording
) -> None:
    if "returned" in recorded.vendor:
        value = bindings.call(case, flavour)
        ours = known(plain(value), case.unknown)
        assert exactly(ours) == exactly(recorded.vendor["returned"])
        return
    error = error_of(case, flavour)
    theirs = recorded.vendor["raised"]
    assert type(error).__name__ == theirs["class"]
    assert error.status == theirs["status"]
    assert error.request_id == theirs["request_id"]
    # Where the API names no type, the vendor's error has the name of its root class there. It also
    # translates one type before it chooses the class.
    own = {None: "ApiException", "TimeoutError": "RequestTimeoutError"}
    assert own.get(error.error_type, error.error_type) == theirs["error_type"]
    if theirs["class"] not in FIXED_MESSAGES:
        suffix = f". Request ID: {theirs['request_id']}" if theirs["request_id"] else ""
        assert error.message + suffix == theirs["message"]


# The vendor's client has messages of its own for these; ours says what the server says.
FIXED_MESSAGES = {"GatewayTimeoutError", "InternalServerError", "TooManyRequestsError"}


@pytest.mark.parametrize("case", [case for case in CASES if case.vendor_differs], ids=str)
def test_where_the_vendors_client_is_said_to_differ_it_does(
    case: Case, recorded: Recording
) -> None:
    vendor, expected = recorded.vendor, case.outcome
    if isinstance(expected, Returned):
        assert vendor.get("returned") != known(expected.value, case.unknown)
    else:
        theirs = vendor["raised"]
        assert (theirs["class"], theirs.get("message")) != (expected.name, expected.message)


@pytest.mark.vcr
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "case", [case for case in CASES if case.deviates and case.succeeds], ids=str
)
def test_a_strict_client_raises_where_a_reply_deviates(
    case: Case, flavour: Flavour, recorded: Recording
) -> None:
    error = error_of(case, flavour, strict=True)
    assert type(error).__name__ == "DecodeError"
    assert error.status == case.reply.status
    assert sorted(found.pointer for found in error.deviations) == sorted(case.deviates_at)


@pytest.mark.vcr
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("case", [case for case in CASES if case.succeeds], ids=str)
def test_a_client_tells_where_a_reply_deviates(
    case: Case, flavour: Flavour, recorded: Recording
) -> None:
    found: list[Any] = []
    bindings.call(case, flavour, strict=False, on_deviation=found.append)
    assert sorted(each.pointer for each in found) == sorted(case.deviates_at)
    assert {each.operation for each in found} <= {case.operation}


@pytest.mark.parametrize(
    "case", [case for case in CASES if not case.succeeds and not case.deviates], ids=str
)
def test_the_model_of_an_error_reads_a_recorded_error(case: Case, recorded: Recording) -> None:
    data = recorded.reply.data
    error = bindings.package().ErrorReply.model_validate(data)
    assert error.success is False
    assert error.error == data.get("error")
    assert error.error_type == data.get("errorType")
    assert error.request_id == data.get("requestId")
