"""What was recorded as a reply is what the description says, unless it deviates on purpose."""

from __future__ import annotations

import pytest

from tests.contract.cases import Case, all_cases
from tests.contract.description import description
from tests.contract.recording import Recording

CASES = all_cases()


@pytest.mark.parametrize("case", [case for case in CASES if not case.deviates], ids=str)
def test_a_recorded_reply_is_one_that_the_description_has(case: Case, recorded: Recording) -> None:
    operation = description().operations[case.operation]
    assert operation.reply_mistakes(recorded.reply) == []


@pytest.mark.parametrize("case", [case for case in CASES if case.deviates], ids=str)
def test_a_reply_that_deviates_on_purpose_is_not_one_that_the_description_has(
    case: Case, recorded: Recording
) -> None:
    mistakes = description().operations[case.operation].reply_mistakes(recorded.reply)
    assert mistakes, f"the description allows it; {case.id} must not be marked: {case.deviates}"
    assert sorted({mistake.pointer for mistake in mistakes} - {""}) == sorted(case.deviates_at)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_recording_is_of_the_reply_that_its_case_has(case: Case, recorded: Recording) -> None:
    if recorded.live:
        # What the live API answers may change in its values, not in whether it is an error.
        assert (recorded.reply.status == case.reply.status) or case.deviates
    else:
        assert recorded.reply == case.reply


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.reply.status in (403, 404) and not case.succeeds],
    ids=str,
)
def test_the_failures_to_expect_are_described_by_their_status(case: Case) -> None:
    operation = description().operations[case.operation]
    assert str(case.reply.status) in operation.node / "responses"
