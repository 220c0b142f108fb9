"""Bytes that are handed over while they come: `x-rebind-stream`."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.behaviour.conftest import Both
from tests.faults.server import Connection, json_reply, reply

FILE = bytes(range(256)) * 1000


def binary(content: bytes = FILE) -> bytes:
    return reply(content, kind="application/octet-stream")


def download(both: Both, package: ModuleType, **options: Any) -> Any:
    client = both.client(package, api_key="k")
    return both.get(client.reports.download("7", **options))


def test_the_bytes_come_when_they_are_read(both: Both, forecast: ModuleType) -> None:
    both.server.answer(binary())
    file = download(both, forecast)
    kind = forecast.AsyncStreamedResponse if both.awaited else forecast.StreamedResponse
    assert type(file) is kind
    assert (file.status, file.headers["content-type"]) == (200, "application/octet-stream")
    assert both.get(file.read(10)) == FILE[:10]
    assert both.get(file.read(0)) == b""
    assert both.get(file.read(100_000)) == FILE[10:100_010]
    assert both.get(file.read(len(FILE))) == FILE[100_010:]
    assert both.get(file.read(5)) == both.get(file.read()) == b""


def test_a_part_that_was_read_is_not_in_the_rest(both: Both, forecast: ModuleType) -> None:
    both.server.answer(binary())
    file = download(both, forecast)
    assert both.get(file.read(1)) == FILE[:1]
    assert b"".join(both.list(file)) == FILE[1:]


def test_a_file_is_copied_as_any_other(forecast: ModuleType, both: Both, tmp_path: Path) -> None:
    both.server.answer(binary())
    file = download(both, forecast)
    path = tmp_path / "report"
    if both.awaited:
        assert both.get(file.save(path)) == len(FILE)
    else:
        with file, path.open("wb") as target:
            shutil.copyfileobj(file, target)
    assert path.read_bytes() == FILE


def test_a_download_that_breaks_off_is_an_error(both: Both, forecast: ModuleType) -> None:
    def step(connection: Connection) -> None:
        connection.send(binary()[:10_000])
        connection.close()

    both.server.answer(step)
    file = download(both, forecast)
    with pytest.raises(forecast.ApiConnectionError) as caught:
        both.get(file.read(len(FILE)))
    assert caught.value.operation == "getReportFile"


def test_an_envelope_in_the_place_of_a_file_is_an_error(both: Both, forecast: ModuleType) -> None:
    both.server.answer(
        json_reply({"success": False, "error": "gone", "errorType": "NoSuchStation"})
    )
    with pytest.raises(forecast.NoSuchStation, match="gone"):
        download(both, forecast)


@pytest.mark.parametrize("content", [b'{"rain": [1, 2]}', b'"' + b"x" * 100_000 + b'"'])
def test_a_file_may_be_json(both: Both, forecast: ModuleType, content: bytes) -> None:
    both.server.answer(reply(content))
    file = download(both, forecast)
    assert both.get(file.read(3)) == content[:3]
    assert b"".join(both.list(file)) == content[3:]


def test_a_status_that_the_description_names_is_tried_again(
    both: Both, forecast: ModuleType
) -> None:
    both.server.answer(json_reply({}, 500), binary(b"x"))
    retry = forecast.RetryPolicy(attempts=2, backoff=0)
    assert both.get(download(both, forecast, retry=retry).read()) == b"x"
    both.server.answer(json_reply({}, 500))
    client = both.client(forecast, api_key="k", retry=retry)
    with pytest.raises(forecast.ServerError):
        both.get(client.stations.get("1"))
    assert len(both.server.seen) == 1  # of the others it is not said


def test_with_raw_response_the_file_is_what_was_parsed(both: Both, forecast: ModuleType) -> None:
    both.server.answer(binary(b"abc"))
    client = both.client(forecast, api_key="k")
    raw = both.get(client.with_raw_response(client.reports.download, "7"))
    assert (raw.status, both.get(raw.parsed.read())) == (200, b"abc")


def test_an_object_downloads_its_own_file(both: Both, forecast: ModuleType) -> None:
    client = both.client(forecast, api_key="k")
    report = (forecast.AsyncReport if both.awaited else forecast.Report)(client, "9")
    both.server.answer(binary(b"abc"))
    assert both.get(both.get(report.download(pages=[1, 2])).read()) == b"abc"
    assert both.server.seen[0].query == [("reportId", "9"), ("pages", "[1, 2]")]


def test_text_can_be_read_from_it_line_by_line(both: Both, forecast: ModuleType) -> None:
    both.server.answer(binary(b"a,b\r\n1,2\n"))
    file = download(both, forecast)
    assert both.list(file.iter_lines()) == ["a,b", "1,2"]
    if not both.awaited:
        both.server.answer(binary("ä".encode()))
        assert io.BytesIO(download(both, forecast).read()).getvalue().decode() == "ä"
