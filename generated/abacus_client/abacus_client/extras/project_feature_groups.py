"""What the feature group of a project can do besides: hand over its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.models.project_feature_group import (
        AsyncProjectFeatureGroupCalls,
        ProjectFeatureGroupCalls,
    )
    from typing_extensions import Unpack
else:
    ProjectFeatureGroupCalls = AsyncProjectFeatureGroupCalls = object


class ProjectFeatureGroupMethods(ProjectFeatureGroupCalls):
    """What the feature group of a project can do besides."""

    def load_as_pandas(
        self,
        *,
        workers: int = 10,
        deadline: float | None = 7200,
        **options: Unpack[CallOptions],
    ) -> pd.DataFrame:
        """Materialize the feature group, if need be, and fetch its rows.

        Args:
            workers: How many parts are fetched at a time.
            deadline: The most seconds to wait for the version; None for no limit.
            **options: Options of each call.

        Returns:
            The rows.

        Raises:
            ApiTimeoutError: The deadline has come.
            ApiError: A part could not be fetched.
        """
        from abacus_client._runtime.model import need

        ident = need(self.feature_group_id, "feature_group_id")
        group = self._client.feature_groups.describe(ident, **options)
        return group.load_as_pandas(workers=workers, deadline=deadline, **options)


class AsyncProjectFeatureGroupMethods(AsyncProjectFeatureGroupCalls):
    """What the feature group of a project can do besides, awaited."""

    async def load_as_pandas(
        self,
        *,
        workers: int = 10,
        deadline: float | None = 7200,
        **options: Unpack[CallOptions],
    ) -> pd.DataFrame:
        """Fetch the rows, as `ProjectFeatureGroup.load_as_pandas` does."""
        from abacus_client._runtime.model import need

        ident = need(self.feature_group_id, "feature_group_id")
        group = await self._client.feature_groups.describe(ident, **options)
        return await group.load_as_pandas(workers=workers, deadline=deadline, **options)
