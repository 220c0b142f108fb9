"""Uses the generated package as its user would."""

import asyncio
import json
import sys

import extended

assert not any(name.startswith("extended.extras") for name in sys.modules)

import httpx  # noqa: E402
from extended import AsyncGarden, AsyncPlant, Garden, Plant  # noqa: E402
from extended.models.plant import PlantCalls  # noqa: E402

seen: list[object] = []


def answer(request: httpx.Request) -> httpx.Response:
    seen.append(json.loads(request.content) if request.content else str(request.url.params))
    if request.method == "POST":
        return httpx.Response(204)
    young = {"plantId": "p2", "thirst": 20}
    return httpx.Response(200, json={"plantId": "p1", "thirst": 2, "offshoot": young})


DONE = [
    "plantId=p1",
    {"plantId": "p1", "litres": 2.0},
    {"plantId": "p2", "litres": 5.0},
    {"plantId": "p9", "litres": 100.0},
    "plantId=p9",
    "plantId=p1",
    "plantId=p1",
]


def sync() -> None:
    seen.clear()
    with Garden(http_client=httpx.Client(transport=httpx.MockTransport(answer))) as client:
        assert "extended.extras.deeper.watering" not in sys.modules
        plant = client.plants.get("p1")
        assert type(plant) is Plant and isinstance(plant, PlantCalls)
        assert type(plant.offshoot) is Plant
        assert plant.quench(most=5) is plant
        assert plant.is_thirsty and not Plant(plant_id="p3").is_thirsty
        assert type(client.plants.soak("p9")) is Plant
        assert plant.refresh() is plant.wait_until_wet()
    assert seen == DONE


async def awaited() -> None:
    seen.clear()
    transport = httpx.MockTransport(answer)
    async with AsyncGarden(http_client=httpx.AsyncClient(transport=transport)) as client:
        plant = await client.plants.get("p1")
        assert type(plant) is AsyncPlant
        assert await plant.quench(most=5) is plant
        assert type(await client.plants.soak("p9")) is AsyncPlant
        assert await plant.refresh() is await plant.wait_until_wet()
    assert seen == DONE


sync()
asyncio.run(awaited())
assert extended.__version__
