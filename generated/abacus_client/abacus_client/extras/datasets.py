"""What datasets can do besides: come from data frames, and wait for their latest version."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from abacus_client import AsyncDataset, Dataset
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.models.dataset import AsyncDatasetCalls, DatasetCalls
    from abacus_client.resources.datasets import AsyncDatasetsCalls, DatasetsCalls
    from typing_extensions import Self, Unpack
else:
    DatasetCalls = AsyncDatasetCalls = DatasetsCalls = AsyncDatasetsCalls = object


class DatasetsMethods(DatasetsCalls):
    """What `client.datasets` can do besides."""

    def create_from_pandas(
        self,
        table_name: str,
        df: pd.DataFrame,
        *,
        clean_column_names: bool = False,
        **options: Unpack[CallOptions],
    ) -> Dataset:
        """Create a dataset from a data frame, uploaded as Parquet.

        Args:
            table_name: The table name of the feature group that the dataset becomes.
            df: The data frame. Its index goes along where it has a name.
            clean_column_names: Whether columns are renamed where the API would refuse their names.
            **options: Options of each call; `progress` is told how much has gone out.

        Returns:
            The dataset.

        Raises:
            RequestError: A column has a name or a dtype that the API does not accept.
            ApiError: The upload failed.
        """
        from abacus_client.extras import frames

        df = frames.checked(df, clean_column_names=clean_column_names)
        quiet = frames.quiet(options)
        upload = self.create_from_upload(table_name, file_format="PARQUET", **quiet)
        with frames.as_parquet(df) as file:
            return frames.dataset(upload.upload_file(file, **options))

    def create_version_from_pandas(
        self,
        table_name_or_id: str,
        df: pd.DataFrame,
        *,
        clean_column_names: bool = False,
        **options: Unpack[CallOptions],
    ) -> Dataset:
        """Create a new version of a dataset from a data frame, uploaded as Parquet.

        Args:
            table_name_or_id: The id of the dataset, or the table name of its feature group.
            df: The data frame. Its index goes along where it has a name.
            clean_column_names: Whether columns are renamed where the API would refuse their names.
            **options: Options of each call; `progress` is told how much has gone out.

        Returns:
            The dataset.

        Raises:
            RequestError: A column has a name or a dtype that the API does not accept.
            ConflictError: The feature group of this name is not made from a dataset.
            ApiError: There is no such dataset, or the upload failed.
        """
        from abacus_client.errors import StatusError
        from abacus_client.extras import frames

        df = frames.checked(df, clean_column_names=clean_column_names)
        quiet = frames.quiet(options)
        try:
            dataset_id = self.describe(table_name_or_id, **quiet).dataset_id
        except StatusError:  # it is no id, then; if it is no name either, the next call says so
            groups = self._client.feature_groups
            group = groups.describe_by_table_name(table_name_or_id, **quiet)
            dataset_id = frames.dataset_of(group.feature_group_source_type, group.dataset_id)
        versions = self._client.dataset_versions
        upload = versions.create_from_upload(
            dataset_id or table_name_or_id, file_format="PARQUET", **quiet
        )
        with frames.as_parquet(df) as file:
            return frames.dataset(upload.upload_file(file, **options))


class AsyncDatasetsMethods(AsyncDatasetsCalls):
    """What `client.datasets` can do besides, awaited."""

    async def create_from_pandas(
        self,
        table_name: str,
        df: pd.DataFrame,
        *,
        clean_column_names: bool = False,
        **options: Unpack[CallOptions],
    ) -> AsyncDataset:
        """Create a dataset from a data frame, as `Datasets.create_from_pandas` does.

        Args:
            table_name: The table name of the feature group that the dataset becomes.
            df: The data frame.
            clean_column_names: Whether columns are renamed where the API would refuse their names.
            **options: Options of each call.

        Returns:
            The dataset.

        Raises:
            RequestError: A column has a name or a dtype that the API does not accept.
            ApiError: The upload failed.
        """
        from abacus_client.extras import frames

        df = frames.checked(df, clean_column_names=clean_column_names)
        quiet = frames.quiet(options)
        upload = await self.create_from_upload(table_name, file_format="PARQUET", **quiet)
        async with frames.as_parquet_awaited(df) as file:
            return frames.async_dataset(await upload.upload_file(file, **options))

    async def create_version_from_pandas(
        self,
        table_name_or_id: str,
        df: pd.DataFrame,
        *,
        clean_column_names: bool = False,
        **options: Unpack[CallOptions],
    ) -> AsyncDataset:
        """Create a new version of a dataset, as `Datasets.create_version_from_pandas` does.

        Args:
            table_name_or_id: The id of the dataset, or the table name of its feature group.
            df: The data frame.
            clean_column_names: Whether columns are renamed where the API would refuse their names.
            **options: Options of each call.

        Returns:
            The dataset.

        Raises:
            RequestError: A column has a name or a dtype that the API does not accept.
            ConflictError: The feature group of this name is not made from a dataset.
            ApiError: There is no such dataset, or the upload failed.
        """
        from abacus_client.errors import StatusError
        from abacus_client.extras import frames

        df = frames.checked(df, clean_column_names=clean_column_names)
        quiet = frames.quiet(options)
        try:
            dataset_id = (await self.describe(table_name_or_id, **quiet)).dataset_id
        except StatusError:  # it is no id, then; if it is no name either, the next call says so
            groups = self._client.feature_groups
            group = await groups.describe_by_table_name(table_name_or_id, **quiet)
            dataset_id = frames.dataset_of(group.feature_group_source_type, group.dataset_id)
        versions = self._client.dataset_versions
        upload = await versions.create_from_upload(
            dataset_id or table_name_or_id, file_format="PARQUET", **quiet
        )
        async with frames.as_parquet_awaited(df) as file:
            return frames.async_dataset(await upload.upload_file(file, **options))


class DatasetMethods(DatasetCalls):
    """What a dataset can do besides."""

    def wait_for_import(
        self, deadline: float | None = 900, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the latest version is imported.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The dataset itself, with its latest version as it is now.

        Raises:
            ConflictError: There is no version.
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras.waits import Within, latest

        within = Within(self._client, deadline, options)
        version = latest(self.describe(**within.call()).latest_dataset_version, "dataset")
        self.latest_dataset_version = version.wait_for_import(
            deadline=within.left(), delay=delay, **within.options
        )
        return self

    def wait_for_inspection(
        self, deadline: float | None = None, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the latest version is imported and inspected.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The dataset itself, with its latest version as it is now.

        Raises:
            ConflictError: There is no version.
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras.waits import Within, latest

        within = Within(self._client, deadline, options)
        version = latest(self.describe(**within.call()).latest_dataset_version, "dataset")
        self.latest_dataset_version = version.wait_for_inspection(
            deadline=within.left(), delay=delay, **within.options
        )
        return self


class AsyncDatasetMethods(AsyncDatasetCalls):
    """What a dataset can do besides, awaited."""

    async def wait_for_import(
        self, deadline: float | None = 900, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the latest version is imported, as `Dataset.wait_for_import` does."""
        from abacus_client.extras.waits import Within, latest

        within = Within(self._client, deadline, options)
        version = latest((await self.describe(**within.call())).latest_dataset_version, "dataset")
        self.latest_dataset_version = await version.wait_for_import(
            deadline=within.left(), delay=delay, **within.options
        )
        return self

    async def wait_for_inspection(
        self, deadline: float | None = None, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the latest version is inspected, as `Dataset.wait_for_inspection` does."""
        from abacus_client.extras.waits import Within, latest

        within = Within(self._client, deadline, options)
        version = latest((await self.describe(**within.call())).latest_dataset_version, "dataset")
        version = await version.wait_for_inspection(
            deadline=within.left(), delay=delay, **within.options
        )
        self.latest_dataset_version = version
        return self
