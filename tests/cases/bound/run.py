"""Uses the generated package as its user would."""

import asyncio
import json

import httpx
from bound import ApiError, AsyncGarden, AsyncPlant, Bed, Garden, Plant, PlantNotFound, TooDry

seen: list[tuple[str, object]] = []


def answer(request: httpx.Request) -> httpx.Response:
    seen.append((str(request.url), json.loads(request.content) if request.content else None))
    path = request.url.path
    if path == "/beds/list":
        return httpx.Response(200, json={"ok": True, "data": [{"plants": [{"plantId": "p1"}]}]})
    if path == "/plants/water":
        return httpx.Response(200, json={"ok": False, "why": "Dry.", "kind": "Drought", "id": "r"})
    if request.url.params["plantId"] == "p1":
        return httpx.Response(200, json={"ok": True, "data": {"plantId": "p1", "name": "Rose"}})
    return httpx.Response(200, json={"ok": False, "why": "No.", "kind": "PlantNotFound"})


def sync() -> None:
    with Garden("k", http_client=httpx.Client(transport=httpx.MockTransport(answer))) as client:
        bed = client.beds.list()[0]
        assert type(bed) is Bed and bed.plants
        plant = bed.plants[0]
        assert type(plant) is Plant
        assert plant.refresh().name == "Rose"
        assert seen[-1][0] == "https://garden.test/plants/get?plantId=p1&deep=False"
        try:
            plant.water(1.5)
        except TooDry as error:
            assert (error.message, error.error_type, error.request_id) == ("Dry.", "Drought", "r")
        assert seen[-1][1] == {"plantId": "p1", "litres": 1.5, "note": None}
        try:
            client.plants.get("p2")
        except PlantNotFound as error:
            assert error.status == 200
        assert Plant(client, "p1", "Rose") == Plant(plantId="p1", name="Rose")
        try:
            Plant(plantId="p1").refresh()
        except ApiError as error:
            assert "no client" in str(error)


async def awaited() -> None:
    transport = httpx.MockTransport(answer)
    async with AsyncGarden("k", http_client=httpx.AsyncClient(transport=transport)) as client:
        bed = (await client.beds.list())[0]
        assert bed.plants
        plant = bed.plants[0]
        assert type(plant) is AsyncPlant
        assert (await plant.refresh()).name == "Rose"


sync()
asyncio.run(awaited())
