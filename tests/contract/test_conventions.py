"""What holds for every operation, shown with one of them against a server on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.contract import bindings
from tests.contract.bindings import FLAVOURS, Flavour
from tests.contract.cases import Case, Reply, all_cases, typical
from tests.contract.server import ReplyServer

DONE = next(case for case in all_cases() if case.id == "renameChatSession/done")


@pytest.fixture(scope="module")
def server() -> Iterator[ReplyServer]:
    """A server for one reply."""
    with ReplyServer() as server:
        yield server


def answering(status: int, error_type: str | None) -> Case:
    """A call that fails."""
    body = {"success": False, "error": "It failed", "errorType": error_type}
    return replace(DONE, reply=Reply(status, {}, json.dumps(body).encode()))


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_key_and_server_come_from_the_environment(
    flavour: Flavour, server: ReplyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The names are those that the vendor's client reads.
    monkeypatch.setenv("ABACUS_API_KEY", "key-of-the-environment")
    monkeypatch.setenv("ABACUS_API_SERVER", server.url)
    server.answer(DONE.reply)
    bindings.call(DONE, flavour, api_key=None)
    (request,) = server.received
    headers = {name.lower(): value for name, value in request.headers}
    assert headers["apikey"] == "key-of-the-environment"


# As the vendor's client chooses: every server error above 502 but 503.
STATUSES = {429: "TooManyRequestsError", 504: "GatewayTimeoutError"} | dict.fromkeys(
    (*range(505, 512), *range(520, 528), 529, 530, 598, 599), "InternalServerError"
)


@pytest.mark.parametrize("status", sorted(STATUSES))
@pytest.mark.parametrize("error_type", ["DataNotFoundError", "KettleError", None])
def test_some_statuses_choose_the_class_whatever_the_type(
    status: int, error_type: str | None, server: ReplyServer
) -> None:
    case = answering(status, error_type)
    server.answer(case.reply)
    with pytest.raises(bindings.package().ApiError) as caught:
        bindings.call(case, "sync", base_url=server.url)
    assert type(caught.value).__name__ == STATUSES[status]
    assert caught.value.error_type == error_type
    assert caught.value.status == status


@pytest.mark.parametrize("status", [200, 400, 404, 500, 502, 503])
def test_other_statuses_leave_the_class_to_the_type(status: int, server: ReplyServer) -> None:
    case = answering(status, "DataNotFoundError")
    server.answer(case.reply)
    with pytest.raises(bindings.package().ApiError) as caught:
        bindings.call(case, "sync", base_url=server.url)
    assert type(caught.value).__name__ == "DataNotFoundError"


# The types that the vendor's client has a class for.
TYPES = (
    *("MissingParameterError", "InvalidParameterError", "InvalidEnumParameterError"),
    *("PaymentMethodRequired", "InvalidRequest", "GenericPermissionDeniedError"),
    *("PermissionDeniedError", "PaidPlanRequired", "Generic404Error", "DataNotFoundError"),
    *("MethodNotAllowed", "RequestTimeoutError", "ConflictError", "AlreadyExistsError"),
    *("NotReadyError", "FailedDependencyError", "TooManyRequestsError"),
    *("InstanceNotModifiedError", "GatewayTimeoutError", "InternalServerError"),
    "UnsuccessfulTrigger",
)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("error_type", [*TYPES, "TimeoutError"])
def test_a_type_chooses_its_class(error_type: str, status: int, server: ReplyServer) -> None:
    case = answering(status, error_type)
    server.answer(case.reply)
    package = bindings.package()
    with pytest.raises(package.ApiError) as caught:
        bindings.call(case, "sync", base_url=server.url)
    name = "RequestTimeoutError" if error_type == "TimeoutError" else error_type
    assert type(caught.value) is getattr(package, name)
    assert caught.value.error_type == error_type


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_requests_name_the_package_that_sends_them(flavour: Flavour, server: ReplyServer) -> None:
    server.answer(DONE.reply)
    bindings.call(DONE, flavour, base_url=server.url)
    headers = {name.lower(): value for name, value in server.received[0].headers}
    assert headers["user-agent"] == f"abacus-client/{bindings.package().__version__}"
    assert headers["accept"] == "application/json"


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "case", [case for case in typical(all_cases()) if case.call.bound], ids=str
)
def test_a_session_without_its_id_says_that_it_lacks_it(case: Case, flavour: Flavour) -> None:
    nameless = replace(case, arguments={**case.arguments, "chat_session_id": None})
    with pytest.raises(bindings.package().UnboundError, match=r"\bchat_session_id\b"):
        bindings.call(nameless, flavour, "bound")


def test_objects_take_the_client_and_then_their_fields_in_order() -> None:
    # The order of the document that the project began from; what came later stands behind.
    package = bindings.package()
    task = package.AiBuildingTask(None, "Train.", "TRAIN")
    message = package.ChatMessage(
        None, "BOT", [{"text": "14:06"}], "2026-03-02T08:16:09+00:00", True
    )
    session = package.ChatSession(None, "At 14:06.", "5e0c1a7f3", "9b3d20c84", "Harbour tides")
    assert (task.task, task.task_type) == ("Train.", "TRAIN")
    assert (message.role, message.is_useful) == ("BOT", True)
    assert session.to_dict() == {
        "answer": "At 14:06.",
        "chat_session_id": "5e0c1a7f3",
        "project_id": "9b3d20c84",
        "name": "Harbour tides",
    }


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_without_a_key_the_error_names_the_api_and_the_place_for_one(flavour: Flavour) -> None:
    package = bindings.package()
    with pytest.raises(package.ConfigError, match=r"Abacus\.AI API: .*\bABACUS_API_KEY\b"):
        bindings.call(DONE, flavour, api_key=None)
