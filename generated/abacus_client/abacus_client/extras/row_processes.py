"""What `client.feature_group_row_processes` can do besides: wait for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abacus_client import FeatureGroupRowProcess
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.resources.feature_group_row_processes import (
        AsyncFeatureGroupRowProcessesCalls,
        FeatureGroupRowProcessesCalls,
    )
    from typing_extensions import Unpack
else:
    FeatureGroupRowProcessesCalls = AsyncFeatureGroupRowProcessesCalls = object


class FeatureGroupRowProcessesMethods(FeatureGroupRowProcessesCalls):
    """What `client.feature_group_row_processes` can do besides."""

    def wait_for_process(
        self,
        deployment_id: str,
        primary_key_value: str,
        *,
        deadline: float | None = 1200,
        delay: float = 5,
        **options: Unpack[CallOptions],
    ) -> FeatureGroupRowProcess:
        """Wait until a row is processed.

        Args:
            deployment_id: The id of the deployment.
            primary_key_value: The value of the row's primary key.
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            What became of it.

        Raises:
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras import waits

        return waits.watch(
            self._client,
            waits.ROW_PROCESSED,
            lambda limits: self.describe_by_key(deployment_id, primary_key_value, **limits),
            deadline,
            delay,
            options,
        )


class AsyncFeatureGroupRowProcessesMethods(AsyncFeatureGroupRowProcessesCalls):
    """What `client.feature_group_row_processes` can do besides, awaited."""

    async def wait_for_process(
        self,
        deployment_id: str,
        primary_key_value: str,
        *,
        deadline: float | None = 1200,
        delay: float = 5,
        **options: Unpack[CallOptions],
    ) -> FeatureGroupRowProcess:
        """Wait until a row is processed, as `FeatureGroupRowProcesses.wait_for_process` does."""
        from abacus_client.extras import waits

        return await waits.watch_awaited(
            self._client,
            waits.ROW_PROCESSED,
            lambda limits: self.describe_by_key(deployment_id, primary_key_value, **limits),
            deadline,
            delay,
            options,
        )
