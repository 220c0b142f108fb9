"""What a deployment can do besides: wait for the model that is to take over."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.models.deployment import AsyncDeploymentCalls, DeploymentCalls
    from typing_extensions import Self, Unpack
else:
    DeploymentCalls = AsyncDeploymentCalls = object


class DeploymentMethods(DeploymentCalls):
    """What a deployment can do besides."""

    def wait_for_pending_deployment_update(
        self, deadline: float | None = 900, *, delay: float = 5, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until no other model or prediction operator is about to take over.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The deployment itself, brought up to date.

        Raises:
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras.waits import Until

        return self._wait(
            Until(
                operation="describeDeployment",
                status=("status",),
                true=lambda: (
                    not (self.pending_model_version or self.pending_prediction_operator_version)
                ),
            ),
            lambda limits: self.describe(**limits),
            deadline,
            delay,
            None,
            options,
        )


class AsyncDeploymentMethods(AsyncDeploymentCalls):
    """What a deployment can do besides, awaited."""

    async def wait_for_pending_deployment_update(
        self, deadline: float | None = 900, *, delay: float = 5, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until nothing is about to take over, as the same method of `Deployment` does."""
        from abacus_client.extras.waits import Until

        return await self._wait(
            Until(
                operation="describeDeployment",
                status=("status",),
                true=lambda: (
                    not (self.pending_model_version or self.pending_prediction_operator_version)
                ),
            ),
            lambda limits: self.describe(**limits),
            deadline,
            delay,
            None,
            options,
        )
