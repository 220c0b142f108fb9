"""What feature groups can do besides: data frames in and out, queries, waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import pandas as pd
    from abacus_client import AsyncDataset, AsyncFeatureGroup, Dataset, FeatureGroup
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.models.feature_group import AsyncFeatureGroupCalls, FeatureGroupCalls
    from abacus_client.resources.feature_groups import AsyncFeatureGroupsCalls, FeatureGroupsCalls
    from typing_extensions import Self, Unpack
else:
    FeatureGroupCalls = AsyncFeatureGroupCalls = object
    FeatureGroupsCalls = AsyncFeatureGroupsCalls = object


class FeatureGroupsMethods(FeatureGroupsCalls):
    """What `client.feature_groups` can do besides."""

    def create_from_pandas(
        self,
        table_name: str,
        df: pd.DataFrame,
        *,
        clean_column_names: bool = False,
        **options: Unpack[CallOptions],
    ) -> FeatureGroup:
        """Create a feature group from a data frame, uploaded as Parquet.

        Args:
            table_name: The table name of the feature group.
            df: The data frame. Its index goes along where it has a name.
            clean_column_names: Whether columns are renamed where the API would refuse their names.
            **options: Options of each call; `progress` is told how much has gone out.

        Returns:
            The feature group.

        Raises:
            RequestError: A column has a name or a dtype that the API does not accept.
            ApiError: The upload failed.
        """
        from abacus_client.extras import frames

        made = self._client.datasets.create_from_pandas(
            table_name, df, clean_column_names=clean_column_names, **options
        )
        return made.describe_feature_group(**frames.quiet(options))

    def update_from_pandas(
        self,
        table_name: str,
        df: pd.DataFrame,
        *,
        clean_column_names: bool = False,
        **options: Unpack[CallOptions],
    ) -> FeatureGroup:
        """Replace the data of a feature group that is made from a dataset, by a data frame.

        Args:
            table_name: The table name of the feature group.
            df: The data frame. Its index goes along where it has a name.
            clean_column_names: Whether columns are renamed where the API would refuse their names.
            **options: Options of each call; `progress` is told how much has gone out.

        Returns:
            The feature group.

        Raises:
            RequestError: A column has a name or a dtype that the API does not accept.
            ConflictError: The feature group is not made from a dataset.
            ApiError: There is no such feature group, or the upload failed.
        """
        from abacus_client.extras import frames

        df = frames.checked(df, clean_column_names=clean_column_names)
        quiet = frames.quiet(options)
        group = self.describe_by_table_name(table_name, **quiet)
        dataset_id = frames.dataset_of(group.feature_group_source_type, group.dataset_id)
        versions = self._client.dataset_versions
        upload = versions.create_from_upload(dataset_id, file_format="PARQUET", **quiet)
        with frames.as_parquet(df) as file:
            made = frames.dataset(upload.upload_file(file, **options))
        return made.describe_feature_group(**quiet)

    def create_from_spark(
        self, table_name: str, df: Any, **options: Unpack[CallOptions]
    ) -> FeatureGroup:
        """Create a feature group from a Spark data frame, uploaded as an archive of Parquet.

        Args:
            table_name: The table name of the feature group.
            df: The data frame. Spark has to write to folders of this machine.
            **options: Options of each call; `progress` is told how much has gone out.

        Returns:
            The feature group.

        Raises:
            RequestError: It is no Spark data frame, or Spark has written nothing here.
            ApiError: The upload failed.
        """
        from abacus_client.extras import frames, spark

        quiet = frames.quiet(options)
        with spark.as_tar(df) as file:
            datasets = self._client.datasets
            upload = datasets.create_from_upload(table_name, file_format="TAR", **quiet)
            made = frames.dataset(upload.upload_file(file, **options))
        return made.describe_feature_group(**quiet)

    def update_from_spark(
        self, table_name: str, df: Any, **options: Unpack[CallOptions]
    ) -> FeatureGroup:
        """Replace the data of a feature group that is made from a dataset, by a Spark data frame.

        Args:
            table_name: The table name of the feature group.
            df: The data frame. Spark has to write to folders of this machine.
            **options: Options of each call; `progress` is told how much has gone out.

        Returns:
            The feature group.

        Raises:
            RequestError: It is no Spark data frame, or Spark has written nothing here.
            ConflictError: The feature group is not made from a dataset.
            ApiError: There is no such feature group, or the upload failed.
        """
        from abacus_client.extras import frames, spark

        quiet = frames.quiet(options)
        group = self.describe_by_table_name(table_name, **quiet)
        dataset_id = frames.dataset_of(group.feature_group_source_type, group.dataset_id)
        with spark.as_tar(df) as file:
            versions = self._client.dataset_versions
            upload = versions.create_from_upload(dataset_id, file_format="TAR", **quiet)
            made = frames.dataset(upload.upload_file(file, **options))
        return made.describe_feature_group(**quiet)

    def create_from_python_function(
        self,
        function: Callable[..., Any],
        table_name: str,
        input_tables: list[str] | None = None,
        *,
        python_function_name: str | None = None,
        python_function_bindings: list[Any] | None = None,
        included_modules: list[str] | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        package_requirements: list[str] | None = None,
        **options: Unpack[CallOptions],
    ) -> FeatureGroup:
        """Create a feature group that a Python function of yours computes.

        Args:
            function: The function; its source text is sent.
            table_name: The table name of the feature group.
            input_tables: The table names of the feature groups that the function takes.
            python_function_name: What the function is called on the platform.
            python_function_bindings: What the arguments of the function are.
            included_modules: Modules of the platform that the function uses.
            cpu_size: The size of the machine that runs it.
            memory: The memory that it may use, in gigabytes.
            package_requirements: The packages that it needs, as pip writes them.
            **options: Options of the call.

        Returns:
            The feature group.

        Raises:
            RequestError: The source text of the function cannot be found.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.sources import source_of

        return self.create_from_function(
            table_name,
            function_source_code=source_of(function, included_modules),
            input_feature_groups=input_tables,
            python_function_name=python_function_name or function.__name__,
            function_name=function.__name__,
            package_requirements=package_requirements,
            python_function_bindings=python_function_bindings,
            cpu_size=cpu_size,
            memory=memory,
            **options,
        )

    def execute_sql(
        self,
        sql: str,
        *,
        fix_query_on_error: bool = False,
        use_latest_version: bool = True,
        workers: int = 10,
        deadline: float | None = 3600,
        delay: float = 2,
        **options: Unpack[CallOptions],
    ) -> pd.DataFrame:
        """Run a query over feature groups.

        Where the code runs in a deployment of the platform (`ABACUS_DEPLOYMENT_ID` is set), the
        deployment answers, if it can.

        Args:
            sql: The query, with feature groups by their table names.
            fix_query_on_error: Whether a language model may mend a query that is not valid.
            use_latest_version: Whether the latest data are used, rather than the latest version.
            workers: How many parts of the result are fetched at a time.
            deadline: The most seconds to wait for the result; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The rows.

        Raises:
            WaitError: The query failed.
            ApiTimeoutError: The deadline has come.
            ApiError: The query was refused.
        """
        from abacus_client.extras import frames, queries, waits

        frames.needed()
        if use_latest_version:
            found = queries.in_deployment(self._client, sql, options)
            if found is not None:
                return found
        run = self._client.feature_group_operations.execute(
            query=sql,
            fix_query_on_error=fix_query_on_error,
            use_latest_version=use_latest_version,
            **options,
        )
        queries.succeeded(
            run.wait_for_execution(
                deadline=deadline, delay=delay, **waits.each(self._client, options)
            )
        )
        return run.load_as_pandas(workers=workers, **options)


class AsyncFeatureGroupsMethods(AsyncFeatureGroupsCalls):
    """What `client.feature_groups` can do besides, awaited."""

    async def create_from_pandas(
        self,
        table_name: str,
        df: pd.DataFrame,
        *,
        clean_column_names: bool = False,
        **options: Unpack[CallOptions],
    ) -> AsyncFeatureGroup:
        """Create a feature group from a data frame, as `FeatureGroups.create_from_pandas` does."""
        from abacus_client.extras import frames

        made = await self._client.datasets.create_from_pandas(
            table_name, df, clean_column_names=clean_column_names, **options
        )
        return await made.describe_feature_group(**frames.quiet(options))

    async def update_from_pandas(
        self,
        table_name: str,
        df: pd.DataFrame,
        *,
        clean_column_names: bool = False,
        **options: Unpack[CallOptions],
    ) -> AsyncFeatureGroup:
        """Replace the data of a feature group, as `FeatureGroups.update_from_pandas` does."""
        from abacus_client.extras import frames

        df = frames.checked(df, clean_column_names=clean_column_names)
        quiet = frames.quiet(options)
        group = await self.describe_by_table_name(table_name, **quiet)
        dataset_id = frames.dataset_of(group.feature_group_source_type, group.dataset_id)
        versions = self._client.dataset_versions
        upload = await versions.create_from_upload(dataset_id, file_format="PARQUET", **quiet)
        async with frames.as_parquet_awaited(df) as file:
            made = frames.async_dataset(await upload.upload_file(file, **options))
        return await made.describe_feature_group(**quiet)

    async def create_from_spark(
        self, table_name: str, df: Any, **options: Unpack[CallOptions]
    ) -> AsyncFeatureGroup:
        """Create a feature group from a Spark frame, as `FeatureGroups.create_from_spark` does."""
        from abacus_client.extras import frames, spark

        quiet = frames.quiet(options)
        async with spark.as_tar_awaited(df) as file:
            datasets = self._client.datasets
            upload = await datasets.create_from_upload(table_name, file_format="TAR", **quiet)
            made = frames.async_dataset(await upload.upload_file(file, **options))
        return await made.describe_feature_group(**quiet)

    async def update_from_spark(
        self, table_name: str, df: Any, **options: Unpack[CallOptions]
    ) -> AsyncFeatureGroup:
        """Replace the data of a feature group, as `FeatureGroups.update_from_spark` does."""
        from abacus_client.extras import frames, spark

        quiet = frames.quiet(options)
        group = await self.describe_by_table_name(table_name, **quiet)
        dataset_id = frames.dataset_of(group.feature_group_source_type, group.dataset_id)
        async with spark.as_tar_awaited(df) as file:
            versions = self._client.dataset_versions
            upload = await versions.create_from_upload(dataset_id, file_format="TAR", **quiet)
            made = frames.async_dataset(await upload.upload_file(file, **options))
        return await made.describe_feature_group(**quiet)

    async def create_from_python_function(
        self,
        function: Callable[..., Any],
        table_name: str,
        input_tables: list[str] | None = None,
        *,
        python_function_name: str | None = None,
        python_function_bindings: list[Any] | None = None,
        included_modules: list[str] | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        package_requirements: list[str] | None = None,
        **options: Unpack[CallOptions],
    ) -> AsyncFeatureGroup:
        """Create a feature group, as `FeatureGroups.create_from_python_function` does."""
        from abacus_client.extras.sources import source_of

        return await self.create_from_function(
            table_name,
            function_source_code=source_of(function, included_modules),
            input_feature_groups=input_tables,
            python_function_name=python_function_name or function.__name__,
            function_name=function.__name__,
            package_requirements=package_requirements,
            python_function_bindings=python_function_bindings,
            cpu_size=cpu_size,
            memory=memory,
            **options,
        )

    async def execute_sql(
        self,
        sql: str,
        *,
        fix_query_on_error: bool = False,
        use_latest_version: bool = True,
        workers: int = 10,
        deadline: float | None = 3600,
        delay: float = 2,
        **options: Unpack[CallOptions],
    ) -> pd.DataFrame:
        """Run a query over feature groups, as `FeatureGroups.execute_sql` does."""
        from abacus_client.extras import frames, queries, waits

        frames.needed()
        if use_latest_version:
            found = await queries.in_deployment_awaited(self._client, sql, options)
            if found is not None:
                return found
        run = await self._client.feature_group_operations.execute(
            query=sql,
            fix_query_on_error=fix_query_on_error,
            use_latest_version=use_latest_version,
            **options,
        )
        queries.succeeded(
            await run.wait_for_execution(
                deadline=deadline, delay=delay, **waits.each(self._client, options)
            )
        )
        return await run.load_as_pandas(workers=workers, **options)


class FeatureGroupMethods(FeatureGroupCalls):
    """What a feature group can do besides."""

    def get_status(
        self, *, streaming_status: bool = False, **options: Unpack[CallOptions]
    ) -> str | bool | None:
        """Read the state of the latest version.

        Args:
            streaming_status: Whether to tell instead if the feature group is ready for streaming.
            **options: Options of the call.

        Returns:
            The state; None if there is no version.
        """
        now = self.describe(**options)
        if streaming_status:
            return now.streaming_ready
        version = now.latest_feature_group_version
        return version.status if version else None

    def describe_dataset(self, **options: Unpack[CallOptions]) -> Dataset | None:
        """Describe the dataset that the feature group is made from.

        Args:
            **options: Options of the call.

        Returns:
            The dataset; None if it is made from something else.
        """
        if not self.dataset_id:
            return None
        return self._client.datasets.describe(self.dataset_id, **options)

    def wait_for_dataset(
        self, deadline: float | None = 7200, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the dataset that the feature group is made from is inspected.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The feature group itself, brought up to date.

        Raises:
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras.waits import Within

        within = Within(self._client, deadline, options)
        dataset = self.describe_dataset(**within.call())
        if dataset is not None:
            dataset.wait_for_inspection(deadline=within.left(), delay=delay, **within.options)
            self.refresh(**within.options)
        return self

    def wait_for_upload(
        self, deadline: float | None = 7200, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until a feature group made from a data frame can be materialized.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The feature group itself, brought up to date.

        Raises:
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras.waits import Within

        within = Within(self._client, deadline, options)
        self.wait_for_dataset(deadline=within.left(), delay=delay, **within.options)
        self.refresh(**within.options)
        return self

    def wait_for_materialization(
        self, deadline: float | None = 7200, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the latest version is materialized.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The feature group itself, with its latest version as it is now.

        Raises:
            ConflictError: There is no version.
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras.waits import Within, latest

        within = Within(self._client, deadline, options)
        version = latest(
            self.describe(**within.call()).latest_feature_group_version, "feature group"
        )
        version.wait_for_materialization(deadline=within.left(), delay=delay, **within.options)
        self.latest_feature_group_version = version
        return self

    def wait_for_streaming_ready(
        self, deadline: float | None = 600, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the feature group is ready for streaming.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The feature group itself, brought up to date.

        Raises:
            ConflictError: It is not made for streaming.
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras import waits

        waits.streams(self.streaming_enabled)
        return self._wait(
            waits.STREAMING_READY,
            lambda limits: self.describe(**limits),
            deadline,
            delay,
            None,
            options,
        )

    def materialize(
        self, *, deadline: float | None = 7200, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Make a version of the feature group as it is now, unless there is one, and wait for it.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The feature group itself, with its latest version as it is now.

        Raises:
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras import waits

        self.refresh(**options)
        if not self.latest_feature_group_version or self.latest_version_outdated:
            self.latest_feature_group_version = self.create_version(**options)
        return self.wait_for_materialization(
            deadline=deadline, delay=delay, **waits.each(self._client, options)
        )

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
        from abacus_client.extras import frames, waits

        frames.needed()
        self.materialize(deadline=deadline, **options)
        version = waits.latest(self.latest_feature_group_version, "feature group")
        return version.load_as_pandas(workers=workers, **options)


class AsyncFeatureGroupMethods(AsyncFeatureGroupCalls):
    """What a feature group can do besides, awaited."""

    async def get_status(
        self, *, streaming_status: bool = False, **options: Unpack[CallOptions]
    ) -> str | bool | None:
        """Read the state of the latest version, as `FeatureGroup.get_status` does."""
        now = await self.describe(**options)
        if streaming_status:
            return now.streaming_ready
        version = now.latest_feature_group_version
        return version.status if version else None

    async def describe_dataset(self, **options: Unpack[CallOptions]) -> AsyncDataset | None:
        """Describe the dataset that it is made from, as `FeatureGroup.describe_dataset` does."""
        if not self.dataset_id:
            return None
        return await self._client.datasets.describe(self.dataset_id, **options)

    async def wait_for_dataset(
        self, deadline: float | None = 7200, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until its dataset is inspected, as `FeatureGroup.wait_for_dataset` does."""
        from abacus_client.extras.waits import Within

        within = Within(self._client, deadline, options)
        dataset = await self.describe_dataset(**within.call())
        if dataset is not None:
            await dataset.wait_for_inspection(deadline=within.left(), delay=delay, **within.options)
            await self.refresh(**within.options)
        return self

    async def wait_for_upload(
        self, deadline: float | None = 7200, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until it can be materialized, as `FeatureGroup.wait_for_upload` does."""
        from abacus_client.extras.waits import Within

        within = Within(self._client, deadline, options)
        await self.wait_for_dataset(deadline=within.left(), delay=delay, **within.options)
        await self.refresh(**within.options)
        return self

    async def wait_for_materialization(
        self, deadline: float | None = 7200, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait for the latest version, as `FeatureGroup.wait_for_materialization` does."""
        from abacus_client.extras.waits import Within, latest

        within = Within(self._client, deadline, options)
        now = await self.describe(**within.call())
        version = latest(now.latest_feature_group_version, "feature group")
        await version.wait_for_materialization(
            deadline=within.left(), delay=delay, **within.options
        )
        self.latest_feature_group_version = version
        return self

    async def wait_for_streaming_ready(
        self, deadline: float | None = 600, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until it is ready, as `FeatureGroup.wait_for_streaming_ready` does."""
        from abacus_client.extras import waits

        waits.streams(self.streaming_enabled)
        return await self._wait(
            waits.STREAMING_READY,
            lambda limits: self.describe(**limits),
            deadline,
            delay,
            None,
            options,
        )

    async def materialize(
        self, *, deadline: float | None = 7200, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Make a version of the feature group as it is now, as `FeatureGroup.materialize` does."""
        from abacus_client.extras import waits

        await self.refresh(**options)
        if not self.latest_feature_group_version or self.latest_version_outdated:
            self.latest_feature_group_version = await self.create_version(**options)
        return await self.wait_for_materialization(
            deadline=deadline, delay=delay, **waits.each(self._client, options)
        )

    async def load_as_pandas(
        self,
        *,
        workers: int = 10,
        deadline: float | None = 7200,
        **options: Unpack[CallOptions],
    ) -> pd.DataFrame:
        """Materialize it and fetch its rows, as `FeatureGroup.load_as_pandas` does."""
        from abacus_client.extras import frames, waits

        frames.needed()
        await self.materialize(deadline=deadline, **options)
        version = waits.latest(self.latest_feature_group_version, "feature group")
        return await version.load_as_pandas(workers=workers, **options)
