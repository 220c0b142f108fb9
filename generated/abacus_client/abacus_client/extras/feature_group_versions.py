"""What a feature group version can do besides: hand over its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    import pandas as pd
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.models.feature_group_version import (
        AsyncFeatureGroupVersionCalls,
        FeatureGroupVersionCalls,
    )
    from typing_extensions import Unpack
else:
    FeatureGroupVersionCalls = AsyncFeatureGroupVersionCalls = object


class FeatureGroupVersionMethods(FeatureGroupVersionCalls):
    """What a feature group version can do besides."""

    def load_as_pandas(self, *, workers: int = 10, **options: Unpack[CallOptions]) -> pd.DataFrame:
        """Fetch the rows.

        Args:
            workers: How many parts are fetched at a time.
            **options: Options of each call.

        Returns:
            The rows; nulls stay nulls, whatever the type of their column.

        Raises:
            RequestError: pandas, pyarrow or fastavro is not installed.
            ApiError: A part could not be fetched.
        """
        from abacus_client._runtime.model import need
        from abacus_client.extras import results

        rows = results.of_version(need(self.feature_group_version, "feature_group_version"))
        return results.load(self._client, rows, workers, options)

    def load_as_spark(
        self,
        session: Any,
        *,
        workers: int = 10,
        deadline: float | None = 3600,
        **options: Unpack[CallOptions],
    ) -> Any:
        """Wait until the version is materialized, and hand over its rows to Spark.

        Args:
            session: The Spark session.
            workers: How many parts are fetched at a time.
            deadline: The most seconds to wait; None for no limit.
            **options: Options of each call.

        Returns:
            The rows, as a data frame of the session.

        Raises:
            RequestError: pandas, pyarrow or fastavro is not installed.
            ApiTimeoutError: The deadline has come.
            ApiError: A part could not be fetched.
        """
        from abacus_client.extras import waits

        self.wait_for_materialization(deadline=deadline, **waits.each(self._client, options))
        return session.createDataFrame(self.load_as_pandas(workers=workers, **options))


class AsyncFeatureGroupVersionMethods(AsyncFeatureGroupVersionCalls):
    """What a feature group version can do besides, awaited."""

    async def load_as_pandas(
        self, *, workers: int = 10, **options: Unpack[CallOptions]
    ) -> pd.DataFrame:
        """Fetch the rows, as `FeatureGroupVersion.load_as_pandas` does."""
        from abacus_client._runtime.model import need
        from abacus_client.extras import results

        rows = results.of_version(need(self.feature_group_version, "feature_group_version"))
        return await results.load_awaited(self._client, rows, workers, options)

    async def load_as_spark(
        self,
        session: Any,
        *,
        workers: int = 10,
        deadline: float | None = 3600,
        **options: Unpack[CallOptions],
    ) -> Any:
        """Hand over the rows to Spark, as `FeatureGroupVersion.load_as_spark` does."""
        import asyncio

        from abacus_client.extras import waits

        await self.wait_for_materialization(deadline=deadline, **waits.each(self._client, options))
        df = await self.load_as_pandas(workers=workers, **options)
        return await asyncio.to_thread(session.createDataFrame, df)
