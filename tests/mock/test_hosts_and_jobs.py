"""Several servers in one, results that take their time, and JSON in queries and forms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from rebind import source
from rebind.mock import Mock, MockServer
from rebind.openapi import resolve

from tests.behaviour.conftest import FORECAST
from tests.behaviour.conftest import forecast as forecast
from tests.mock.conftest import Api

KEY = {"apiKey": "k"}


@pytest.fixture(scope="module")
def served() -> Iterator[MockServer]:
    document = source.load(Path(FORECAST)).value
    assert document is not None
    resolved = resolve(document).value
    assert resolved is not None
    with MockServer(resolved) as server:
        yield server


@pytest.fixture
def api(served: MockServer) -> Api:
    mock: Mock = served.mock
    return Api(mock)


def test_it_is_every_server_that_the_api_has(api: Api) -> None:
    told = api("GET", "/api/v0/getEndpoints", headers={"Host": "127.0.0.1:81"}).json["result"]
    assert told["proxyServer"] == told["predictionServer"] == "http://127.0.0.1:81"


def test_a_job_is_not_done_at_first_and_then_it_is(api: Api) -> None:
    form = {**KEY, "Content-Type": "multipart/form-data; boundary=b"}
    parts = (
        b'--b\r\nContent-Disposition: form-data; name="stationId"\r\n\r\ns\r\n'
        b'--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n1\r\n--b--\r\n'
    )
    begun = api("PUT", "/api/createReportRequest", headers=form, raw=parts).json
    assert list(begun) == ["request_id"]
    first, second, third = (api("POST", "/api/getReportStatus", begun).json for _ in range(3))
    assert first == {"status": "PENDING", "result": None}
    assert second["status"] not in ("PENDING", "FAILED")
    assert second["result"]["success"] is True
    assert second == third


@pytest.mark.parametrize("body", [{"request_id": "job-77"}, {}, [1], {"request_id": [1]}])
def test_a_job_that_nobody_began_is_not_found(api: Api, body: object) -> None:
    answer = api("POST", "/api/getReportStatus", body)
    assert (answer.status, answer.json["success"]) == (404, False)


def test_a_job_that_is_begun_wrongly_is_refused(api: Api) -> None:
    assert api("PUT", "/api/createReportRequest", headers=KEY).status == 400


@pytest.mark.parametrize(
    ("pages", "status"), [("%5B1%2C2%5D", 404), ("1", 404), ("%5B%22x%22%5D", 400)]
)
def test_json_in_a_query_is_read(api: Api, pages: str, status: int) -> None:
    target = f"/api/getReportFile?reportId=1&pages={pages}"
    assert api("GET", target, headers=KEY).status == status  # there is no such report


def test_values_that_are_not_described_are_taken_where_they_may_be(api: Api) -> None:
    target = "/api/v0/predict?token=t&stationId=s&depth=2"
    # There is no such station, which is all that is wrong.
    assert api("POST", target, {"when": None, "depth": 2}, headers=KEY).status == 404
    assert api("GET", "/api/v0/getEndpoints?depth=2", headers=KEY).status == 400


def test_the_generated_package_works_with_it(served: MockServer, forecast: ModuleType) -> None:
    with forecast.Try("k", base_url=served.url, strict=True) as client:
        layout = forecast.Layout(colour="red")
        options = {"options_": layout, "filter": [1, "a"]}
        report = client.reports.create("s", {"a.png": b"PNG"}, **options)
        assert type(report) is forecast.Report
        with report.download(pages=[1, 2]) as file:
            assert file.status == 200
