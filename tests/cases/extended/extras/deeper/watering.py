"""What `client.plants` can do besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extended.extras.deeper import amounts

if TYPE_CHECKING:
    from extended import AsyncPlant, Plant
    from extended.resources.plants import AsyncPlantsCalls, PlantsCalls
else:
    PlantsCalls = AsyncPlantsCalls = object


class PlantsMethods(PlantsCalls):
    """What the namespace can do besides."""

    def soak(self, plant_id: str) -> Plant:
        """Give a plant all the water there is, and look at it."""
        self._client.plants.water(plant_id, amounts.ALL)
        return self.get(plant_id)


class AsyncPlantsMethods(AsyncPlantsCalls):
    """What the namespace can do besides, awaited."""

    async def soak(self, plant_id: str) -> AsyncPlant:
        """Give a plant all the water there is, and look at it."""
        await self._client.plants.water(plant_id, amounts.ALL)
        return await self.get(plant_id)
