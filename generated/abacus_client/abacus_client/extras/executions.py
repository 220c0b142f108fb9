"""What the execution of a query can do besides: hand over the rows that it has found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.models.execute_feature_group_operation import (
        AsyncExecuteFeatureGroupOperationCalls,
        ExecuteFeatureGroupOperationCalls,
    )
    from typing_extensions import Unpack
else:
    ExecuteFeatureGroupOperationCalls = AsyncExecuteFeatureGroupOperationCalls = object


class ExecutionMethods(ExecuteFeatureGroupOperationCalls):
    """What the execution of a query can do besides."""

    def load_as_pandas(self, *, workers: int = 10, **options: Unpack[CallOptions]) -> pd.DataFrame:
        """Fetch the rows that the query has found.

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

        run = need(self.feature_group_operation_run_id, "feature_group_operation_run_id")
        return results.load(self._client, results.of_query(run), workers, options)


class AsyncExecutionMethods(AsyncExecuteFeatureGroupOperationCalls):
    """What the execution of a query can do besides, awaited."""

    async def load_as_pandas(
        self, *, workers: int = 10, **options: Unpack[CallOptions]
    ) -> pd.DataFrame:
        """Fetch the rows, as `ExecuteFeatureGroupOperation.load_as_pandas` does."""
        from abacus_client._runtime.model import need
        from abacus_client.extras import results

        run = need(self.feature_group_operation_run_id, "feature_group_operation_run_id")
        return await results.load_awaited(self._client, results.of_query(run), workers, options)
