"""What plants can do besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

    from extended.models.plant import AsyncPlantCalls, PlantCalls
else:
    PlantCalls = AsyncPlantCalls = object


class PlantMethods(PlantCalls):
    """What a plant can do besides."""

    def quench(self, *, most: float = 9.0) -> Self:
        """Water the plant and its offshoots until no thirst is left.

        Args:
            most: How much water one of them gets.

        Returns: The plant.
        """
        if self.thirst:
            self.water(min(self.thirst, most))
        if self.offshoot:
            self.offshoot.quench(most=most)
        return self

    @property
    def is_thirsty(self) -> bool:
        """Whether it wants water."""
        return bool(self.thirst)


class AsyncPlantMethods(AsyncPlantCalls):
    """What a plant can do besides, awaited."""

    async def quench(self, *, most: float = 9.0) -> Self:
        """Water the plant and its offshoots until no thirst is left.

        Args:
            most: How much water one of them gets.

        Returns: The plant.
        """
        if self.thirst:
            await self.water(min(self.thirst, most))
        if self.offshoot:
            await self.offshoot.quench(most=most)
        return self
