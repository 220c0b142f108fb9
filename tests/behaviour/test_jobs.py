"""Results that take their time: `x-rebind-job`."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from tests.behaviour.conftest import Both
from tests.faults.server import json_reply, reply

BEGUN = json_reply({"request_id": "r1"})
PENDING = json_reply({"status": "PENDING", "result": None})
REPORT = {"success": True, "result": {"reportId": "7", "state": "NEW"}}


def begin(both: Both, package: ModuleType, **options: Any) -> Any:
    client = both.client(package, api_key="secret-key", hosts={"proxy": both.server.url})
    return both.get(client.reports.create("s1", {"a.png": b"PNG"}, **options))


def test_the_method_returns_the_result(both: Both, forecast: ModuleType) -> None:
    both.server.answer(BEGUN, PENDING, PENDING, json_reply({"status": "DONE", "result": REPORT}))
    report = begin(both, forecast)
    assert type(report) is (forecast.AsyncReport if both.awaited else forecast.Report)
    assert (report.report_id, report.state) == ("7", "NEW")
    first, *asked = both.server.seen
    assert (first.method, first.path) == ("PUT", "/api/createReportRequest")
    assert b'name="a.png"; filename="a.png"\r\n\r\nPNG' in first.body  # and no content type
    assert [(seen.method, seen.path) for seen in asked] == [("POST", "/api/getReportStatus")] * 3
    assert [seen.json() for seen in asked] == [{"request_id": "r1"}] * 3
    assert {seen.header("apiKey") for seen in both.server.seen} == {"secret-key"}


def test_a_question_is_asked_again_whatever_the_server_answers(
    both: Both, forecast: ModuleType
) -> None:
    done = json_reply({"status": "DONE", "result": REPORT})
    both.server.answer(BEGUN, reply(b"oops", 500, kind="text/plain"), done)
    retry = forecast.RetryPolicy(attempts=2, backoff=0)
    assert begin(both, forecast, retry=retry).report_id == "7"
    assert len(both.server.seen) == 3


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (
            {"success": False, "error": "not here", "errorType": "NoSuchStation"},
            "NoSuchStation",
            "not here",
        ),
        ({"error": "too dark"}, "StatusError", "too dark"),
        ({"success": True, "result": {}}, "StatusError", "status 200"),
        (None, "StatusError", "the job ended as FAILED"),
        ("out of paper", "StatusError", "the job ended as FAILED: out of paper"),
    ],
)
def test_a_job_that_fails_says_why(
    both: Both, forecast: ModuleType, answer: Any, error: str, said: str
) -> None:
    both.server.answer(BEGUN, PENDING, json_reply({"status": "FAILED", "result": answer}))
    with pytest.raises(getattr(forecast, error), match=said) as caught:
        begin(both, forecast)
    assert caught.value.operation == "createReport"
    assert caught.value.attempts == 3


@pytest.mark.parametrize(
    ("first", "error", "said"),
    [
        (json_reply({"success": False, "error": "no"}), "StatusError", "no"),
        (json_reply({"success": False, "error": "no"}, 409), "ConflictError", "no"),
        (json_reply({"requestId": "r1"}), "DecodeError", "it has no request_id"),
        (json_reply([1]), "DecodeError", "it is no object"),
        (reply(b"<html>", kind="text/html"), "DecodeError", "HTML"),
    ],
)
def test_a_job_that_does_not_begin_is_an_error(
    both: Both, forecast: ModuleType, first: bytes, error: str, said: str
) -> None:
    both.server.answer(first)
    with pytest.raises(getattr(forecast, error), match=said) as caught:
        begin(both, forecast)
    assert caught.value.operation == "createReport"
    assert len(both.server.seen) == 1


def test_a_result_in_an_unknown_state_is_read_all_the_same(
    both: Both, forecast: ModuleType
) -> None:
    both.server.answer(BEGUN, json_reply({"result": REPORT}))
    assert begin(both, forecast).report_id == "7"


def test_a_result_that_deviates_is_reported(both: Both, forecast: ModuleType) -> None:
    odd = {"success": True, "result": {"reportId": 7}}
    both.server.answer(BEGUN, json_reply({"status": "DONE", "result": odd}))
    assert begin(both, forecast).report_id == 7
    both.server.answer(BEGUN, json_reply({"status": "DONE", "result": odd}))
    hosts = {"proxy": both.server.url}
    strict = both.client(forecast, api_key="k", hosts=hosts, strict=True)
    with pytest.raises(forecast.DecodeError, match="reportId"):
        both.get(strict.reports.create("s1", {}))


def test_the_timeout_bounds_all_of_it_and_the_error_says_the_state(
    both: Both, forecast: ModuleType
) -> None:
    both.server.answer(BEGUN, PENDING)
    with pytest.raises(forecast.ApiTimeoutError, match="still PENDING") as caught:
        begin(both, forecast, timeout=2)
    assert caught.value.attempts > 1


def test_the_response_of_a_job_is_the_one_with_the_result(both: Both, forecast: ModuleType) -> None:
    both.server.answer(BEGUN, json_reply({"status": "DONE", "result": REPORT}))
    client = both.client(forecast, api_key="k", hosts={"proxy": both.server.url})
    raw = both.get(client.with_raw_response(client.reports.create, "s1", {}))
    assert raw.parsed.report_id == "7"
    assert raw.json() == REPORT
    assert raw.attempts == 2


def test_the_response_of_a_job_cannot_be_streamed(both: Both, forecast: ModuleType) -> None:
    client = both.client(forecast, api_key="k", hosts={"proxy": both.server.url})
    opened = client.with_streaming_response(client.reports.create, "s1", {})
    enter = opened.__aenter__ if both.awaited else opened.__enter__
    with pytest.raises(forecast.RequestError, match="cannot be streamed"):
        both.get(enter())


def test_keys_are_not_in_the_errors_of_a_job(both: Both, forecast: ModuleType) -> None:
    failed = {"status": "FAILED", "result": {"error": "secret-key is too old"}}
    both.server.answer(BEGUN, json_reply(failed))
    with pytest.raises(forecast.StatusError) as caught:
        begin(both, forecast)
    assert "secret-key" not in f"{caught.value} {caught.value.body} {caught.value.content!r}"
