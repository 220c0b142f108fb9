"""What batch predictions can do besides: hand over their results."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from typing import IO

    import pandas as pd
    from abacus_client import AsyncFeatureGroup, FeatureGroup
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.models.batch_prediction import (
        AsyncBatchPredictionCalls,
        BatchPredictionCalls,
    )
    from abacus_client.models.batch_prediction_version import (
        AsyncBatchPredictionVersionCalls,
        BatchPredictionVersionCalls,
    )
    from typing_extensions import Self, Unpack
else:
    BatchPredictionCalls = AsyncBatchPredictionCalls = object
    BatchPredictionVersionCalls = AsyncBatchPredictionVersionCalls = object


class BatchPredictionMethods(BatchPredictionCalls):
    """What a batch prediction can do besides."""

    def wait_for_drift_monitor(
        self, deadline: float | None = 86400, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the drift of the latest version is computed, if there is a version.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The batch prediction itself, with its latest version as it is now.

        Raises:
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras.waits import Within

        within = Within(self._client, deadline, options)
        version = self.describe(**within.call()).latest_batch_prediction_version
        if version:
            version.wait_for_drift_monitor(deadline=within.left(), delay=delay, **within.options)
            self.latest_batch_prediction_version = version
        return self

    def describe_output_feature_group(self, **options: Unpack[CallOptions]) -> FeatureGroup:
        """Describe the feature group that the results go to.

        Args:
            **options: Options of the call.

        Returns:
            The feature group.

        Raises:
            ConflictError: The results go elsewhere.
        """
        from abacus_client.extras.prediction_results import output_table

        table = output_table(self.feature_group_table_name)
        return self._client.feature_groups.describe_by_table_name(table, **options)

    def load_results_as_pandas(
        self, *, deadline: float | None = 86400, **options: Unpack[CallOptions]
    ) -> pd.DataFrame:
        """Wait for the latest version, and fetch its results.

        Args:
            deadline: The most seconds to wait; None for no limit.
            **options: Options of each call.

        Returns:
            The results.

        Raises:
            ConflictError: There is no version.
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras import frames, waits

        frames.needed()
        now = self.describe(**options).latest_batch_prediction_version
        version = waits.latest(now, "batch prediction")
        version.wait_for_predictions(deadline=deadline, **waits.each(self._client, options))
        return version.load_results_as_pandas(**options)


class AsyncBatchPredictionMethods(AsyncBatchPredictionCalls):
    """What a batch prediction can do besides, awaited."""

    async def wait_for_drift_monitor(
        self, deadline: float | None = 86400, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait for the drift, as `BatchPrediction.wait_for_drift_monitor` does."""
        from abacus_client.extras.waits import Within

        within = Within(self._client, deadline, options)
        version = (await self.describe(**within.call())).latest_batch_prediction_version
        if version:
            await version.wait_for_drift_monitor(
                deadline=within.left(), delay=delay, **within.options
            )
            self.latest_batch_prediction_version = version
        return self

    async def describe_output_feature_group(
        self, **options: Unpack[CallOptions]
    ) -> AsyncFeatureGroup:
        """Describe what the results go to, as `BatchPrediction.describe_output_feature_group`."""
        from abacus_client.extras.prediction_results import output_table

        table = output_table(self.feature_group_table_name)
        return await self._client.feature_groups.describe_by_table_name(table, **options)

    async def load_results_as_pandas(
        self, *, deadline: float | None = 86400, **options: Unpack[CallOptions]
    ) -> pd.DataFrame:
        """Wait for the results and fetch them, as `BatchPrediction.load_results_as_pandas` does."""
        from abacus_client.extras import frames, waits

        frames.needed()
        now = (await self.describe(**options)).latest_batch_prediction_version
        version = waits.latest(now, "batch prediction")
        await version.wait_for_predictions(deadline=deadline, **waits.each(self._client, options))
        return await version.load_results_as_pandas(**options)


class BatchPredictionVersionMethods(BatchPredictionVersionCalls):
    """What a batch prediction version can do besides."""

    def get_status(
        self, *, drift_monitor_status: bool = False, **options: Unpack[CallOptions]
    ) -> str | None:
        """Read the state that it is in.

        Args:
            drift_monitor_status: Whether to tell instead how far the drift is computed.
            **options: Options of the call.

        Returns:
            The state.
        """
        now = self.describe(**options)
        return now.drift_monitor_status if drift_monitor_status else now.status

    def download_result_to_file(
        self, file: str | os.PathLike[str] | IO[bytes], **options: Unpack[CallOptions]
    ) -> int:
        """Download the results.

        Args:
            file: A file that is open for writing bytes; or a path, under which the file appears
                once it is complete.
            **options: Options of each call.

        Returns:
            How many bytes there were.

        Raises:
            ApiError: A chunk could not be fetched.
        """
        from abacus_client._runtime.model import need
        from abacus_client.extras import parts, prediction_results

        version = need(self.batch_prediction_version, "batch_prediction_version")
        with prediction_results.target(file) as opened:
            return parts.write_chunks(
                lambda offset: self._client.send(
                    prediction_results.chunk(version, offset), options
                ),
                opened,
            )

    def load_results_as_pandas(self, **options: Unpack[CallOptions]) -> pd.DataFrame:
        """Fetch the results, of the feature group that they went to or of their file.

        Args:
            **options: Options of each call.

        Returns:
            The results.

        Raises:
            ApiError: They could not be fetched.
        """
        from tempfile import TemporaryFile

        from abacus_client.extras import frames, prediction_results

        frames.needed()
        if self.output_feature_group_version:
            versions = self._client.feature_group_versions
            version = versions.describe(self.output_feature_group_version, **options)
            version.wait_for_materialization(**options)
            return version.load_as_pandas(**options)
        with TemporaryFile() as file:
            self.download_result_to_file(file, **options)
            return prediction_results.frame(file, self.file_output_format)


class AsyncBatchPredictionVersionMethods(AsyncBatchPredictionVersionCalls):
    """What a batch prediction version can do besides, awaited."""

    async def get_status(
        self, *, drift_monitor_status: bool = False, **options: Unpack[CallOptions]
    ) -> str | None:
        """Read the state that it is in, as `BatchPredictionVersion.get_status` does."""
        now = await self.describe(**options)
        return now.drift_monitor_status if drift_monitor_status else now.status

    async def download_result_to_file(
        self, file: str | os.PathLike[str] | IO[bytes], **options: Unpack[CallOptions]
    ) -> int:
        """Download the results, as `BatchPredictionVersion.download_result_to_file` does."""
        from abacus_client._runtime.model import need
        from abacus_client.extras import parts, prediction_results

        version = need(self.batch_prediction_version, "batch_prediction_version")
        with prediction_results.target(file) as opened:
            return await parts.write_chunks_awaited(
                lambda offset: self._client.send(
                    prediction_results.chunk(version, offset), options
                ),
                opened,
            )

    async def load_results_as_pandas(self, **options: Unpack[CallOptions]) -> pd.DataFrame:
        """Fetch the results, as `BatchPredictionVersion.load_results_as_pandas` does."""
        import asyncio
        from tempfile import TemporaryFile

        from abacus_client.extras import frames, prediction_results

        frames.needed()
        if self.output_feature_group_version:
            versions = self._client.feature_group_versions
            version = await versions.describe(self.output_feature_group_version, **options)
            await version.wait_for_materialization(**options)
            return await version.load_as_pandas(**options)
        with TemporaryFile() as file:
            await self.download_result_to_file(file, **options)
            form = self.file_output_format
            return await asyncio.to_thread(prediction_results.frame, file, form)
