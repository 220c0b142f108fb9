"""Uses the generated package as its user would."""

import asyncio
import json
from typing import Any

import httpx
from forecast import AsyncForecast, AsyncReport, Forecast, Kind, Layout, RainSensor, Sensor, Station

seen: list[httpx.Request] = []
states = {"status": "PENDING"}


def answer(request: httpx.Request) -> httpx.Response:
    request.read()
    seen.append(request)
    path, found = request.url.path, {"stationId": "s1", "status": "DRY", "kind": "SNOW"}
    if path.endswith("getEndpoints"):
        told = {"proxyServer": "https://proxy.test", "predictionServer": "https://predict.test"}
        return httpx.Response(200, json={"success": True, "result": told})
    if path.endswith("createReportRequest"):
        states["status"] = "PENDING"
        return httpx.Response(200, json={"request_id": "r1"})
    if path.endswith("getReportStatus"):
        now, states["status"] = states["status"], "DONE"
        report = {"success": True, "result": {"reportId": "1", "station": found}}
        return httpx.Response(200, json={"status": now, "result": report})
    if path.endswith("getReportFile"):
        return httpx.Response(200, content=b"%PDF" * 5)
    if path.endswith("getStation"):
        return httpx.Response(200, json={"success": True, "result": {**found, "latestReport": {}}})
    return httpx.Response(200, json={"success": True, "result": {"rain": 0.5}})


def body() -> Any:
    return json.loads(seen[-1].content)


def sync() -> None:
    transport = httpx.MockTransport(answer)
    with Forecast("k", http_client=httpx.Client(transport=transport)) as client:
        assert client.stations.predict("t", "s1", extra={"depth": 2}) == {"rain": 0.5}
        told, asked = seen
        assert str(told.url) == "https://forecast.test/api/v0/getEndpoints"
        assert str(asked.url) == "https://predict.test/api/v0/predict?token=t&stationId=s1&depth=2"
        assert body() == {"when": None, "depth": 2}
        report = client.reports.create("s1", {"a.png": b"PNG"}, options_=Layout(colour="red"))
        assert isinstance(report.station, Station)
        assert report.station.kind == "SNOW"
        assert [r.url.path for r in seen[2:]] == [
            "/api/createReportRequest",
            "/api/getReportStatus",
            "/api/getReportStatus",
        ]
        assert all(r.url.host == "proxy.test" for r in seen[2:])
        with report.download(pages=[1, 2]) as file:
            assert seen[-1].url.query == b"reportId=1&pages=%5B1%2C%202%5D"
            assert file.read(6) == b"%PDF%P"
            assert b"".join(file) == b"DF%PDF%PDF%PDF"
        station = report.station
        assert station.refresh() is station
        assert station.get_status(detailed=True) == "DRY"
        assert station.get_last_state() is None
        sensor: Sensor = RainSensor(bucket_size=2)
        client.stations.set_sensor("s1", sensor, kinds=[Kind.RAIN, "FOG"])
        assert body() == {
            "stationId": "s1",
            "sensor": {"kind": "RAIN", "bucketSize": 2.0},
            "kinds": ["RAIN", "FOG"],
            "size": 10,
        }
        client.stations.set_sensor("s1", {"kind": "FOG"}, size=7)
        assert body()["sensor"] == {"kind": "FOG"}


async def awaited() -> None:
    transport = httpx.MockTransport(answer)
    async with AsyncForecast("k", http_client=httpx.AsyncClient(transport=transport)) as client:
        report = await client.reports.create("s1", {"a.png": b"PNG"})
        assert type(report) is AsyncReport and report.station
        async with await report.download() as file:
            assert [piece async for piece in file] == [b"%PDF" * 5]
        station = report.station
        assert await station.refresh() is station
        assert await station.get_status() == "DRY"


sync()
asyncio.run(awaited())
