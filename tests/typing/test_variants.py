"""Arguments of several kinds: what fits type-checks, a wrong combination does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from rebind import pipeline
from rebind.config import Config
from rebind.output import compare, write

from tests.typing.checkers import ROOT, Finding, basedpyright, differences, expected, mypy

FORECAST = ROOT / "tests" / "cases" / "forecast" / "openapi.yaml"
CALLS = """\
from forecast import AsyncForecast, Forecast, Kind, Layout, RainSensor, Sensor, Size, Station
from forecast import StreamedResponse, WindSensor
from typing_extensions import assert_type

client = Forecast()
rain: Sensor = RainSensor(bucket_size=2)
wrong: Sensor = Layout()  # E: assignment, reportAssignmentType
client.stations.set_sensor("s", rain)
client.stations.set_sensor("s", WindSensor(height=3, also=Kind.RAIN), size=Size.VALUE_10)
client.stations.set_sensor("s", WindSensor(height=3, also="FOG"), size=12)
client.stations.set_sensor("s", {"kind": "FOG", "depth": 3})
client.stations.set_sensor("s", "RAIN")  # E: arg-type, reportArgumentType
client.stations.set_sensor("s", Layout())  # E: arg-type, reportArgumentType
client.stations.set_sensor("s", [rain])  # E: arg-type, reportArgumentType
RainSensor(height=3)  # E: call-arg, reportCallIssue
WindSensor()  # E: call-arg, reportCallIssue
WindSensor(kind="RAIN", height=3)  # E: arg-type, reportArgumentType
WindSensor(height="high")  # E: arg-type, reportArgumentType

texts: list[str] = ["FOG"]
kinds: list[Kind] = [Kind.RAIN]
client.stations.set_sensor("s", rain, kinds=texts)
client.stations.set_sensor("s", rain, kinds=kinds)
client.stations.set_sensor("s", rain, kinds=["FOG", Kind.WIND])
client.stations.set_sensor("s", rain, kinds=[1])  # E: list-item, reportArgumentType
client.stations.set_sensor("s", rain, size="ten")  # E: arg-type, reportArgumentType

client.reports.create("s", {"a": b"1"}, options_=Layout(colour="red"))
client.reports.create("s", [b"1"])  # E: arg-type, reportArgumentType
client.stations.predict("t", "s", extra={"depth": 2})
client.stations.predict("t", "s", depth=2)  # E: call-arg, reportCallIssue
station = client.stations.get("s")
assert_type(station.refresh(), Station)
assert_type(station.get_last_state(), str | None)
station.refresh(detailed=True)  # E: call-arg, reportCallIssue
assert_type(client.reports.download("r"), StreamedResponse)
assert_type(client.reports.download("r").read(10), bytes)
Forecast(hosts={"proxy": 1})  # E: dict-item, reportArgumentType


async def run() -> None:
    awaited = AsyncForecast()
    async with await awaited.reports.download("r") as file:
        assert_type(await file.read(), bytes)
"""


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("variants")
    made = pipeline.generate(Config(FORECAST, folder, "forecast"))
    assert made.value is not None
    changes = compare(made.value, folder)
    assert changes.value is not None
    write(changes.value, folder)
    (folder / "calls.py").write_text(CALLS, "utf-8")
    settings = '{"typeCheckingMode": "strict", "pythonVersion": "3.10"}'
    (folder / "pyrightconfig.json").write_text(settings, "utf-8")
    return folder / "calls.py"


@pytest.mark.parametrize(("checker", "which"), [(mypy, 0), (basedpyright, 1)])
def test_a_wrong_combination_does_not_type_check(
    calls: Path, checker: Callable[[Sequence[Path], Path], dict[Finding, str]], which: int
) -> None:
    found = checker([calls], calls.parent)
    found = {f: said for f, said in found.items() if f.file == calls.name}
    assert differences(expected([calls])[which], found) == ""
