"""Every operation of the description has recordings, and they leave out no parameter of it."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.contract import recording
from tests.contract.cases import Case, all_cases
from tests.contract.coverage import missing, unsent
from tests.contract.description import description
from tests.contract.recording import path_of

CASES = all_cases()
OPERATIONS = sorted(description().operations)
RECORDED = sorted({case.operation for case in CASES})
"""The operations that have cases of their own."""


def recorded_cases() -> dict[str, list[Case]]:
    """The cases that have a recording, by operation."""
    found = defaultdict(list)
    for case in CASES:
        if path_of(case).exists():
            found[case.operation].append(case)
    return found


@pytest.mark.parametrize("operation", RECORDED)
def test_an_operation_has_recordings_of_a_success_and_of_an_error(operation: str) -> None:
    assert missing([operation], recorded_cases()) == []


@pytest.mark.parametrize("operation", RECORDED)
def test_every_parameter_is_sent_in_some_recording(operation: str) -> None:
    recordings = [recording.read(path_of(case)) for case in recorded_cases()[operation]]
    left = unsent(description().operations[operation].schemas(), recordings)
    assert left == [], (
        f"{operation}: no recording sends {', '.join(left)}; add a case that does (with"
        " `sent_by: bindings` while the vendor's client does not have it), then `make record`"
    )


@pytest.mark.parametrize("operation", RECORDED)
def test_the_description_has_every_operation_that_is_recorded(operation: str) -> None:
    assert operation in OPERATIONS


def test_every_recording_belongs_to_a_case() -> None:
    known = {path_of(case) for case in CASES}
    assert sorted(set(recording.folder().glob("*/*.yaml")) - known) == []


@pytest.mark.parametrize(
    ("lost", "sentence"),
    [
        (True, "getChatSession has no recording of a success"),
        (False, "getChatSession has no recording of an error"),
    ],
)
def test_what_is_missing_is_named(lost: bool, sentence: str) -> None:
    left = [case for case in CASES if case.succeeds != lost]
    assert missing(["getChatSession"], {"getChatSession": left}) == [sentence]


def test_an_operation_without_recordings_lacks_both() -> None:
    assert missing(["trainModel"], recorded_cases()) == [
        "trainModel has no recording of a success",
        "trainModel has no recording of an error",
    ]


def test_a_parameter_that_nobody_sends_is_named() -> None:
    recordings = [recording.read(path_of(case)) for case in recorded_cases()["createChatSession"]]
    assert unsent(["name", "projectId", "colour"], recordings) == ["colour"]
