"""What `client.llms` can do besides: answer questions about data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abacus_client import AsyncLlmExecutionResult, LlmExecutionResult
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.resources.llms import AsyncLlmsCalls, LlmsCalls
    from typing_extensions import Unpack

    class Prompt(CallOptions, total=False):
        """What the language model is told.

        Attributes:
            prompt_context: What it should know besides.
            llm_name: The language model.
            temperature: How free it is.
        """

        prompt_context: str | None
        llm_name: str | None
        temperature: float | None

else:
    LlmsCalls = AsyncLlmsCalls = object


class LlmsMethods(LlmsCalls):
    """What `client.llms` can do besides."""

    def execute_data_query(
        self,
        query: str,
        feature_group_ids: list[str],
        *,
        preview: bool = False,
        use_latest_version: bool = True,
        deadline: float | None = 3600,
        delay: float = 2,
        **prompt: Unpack[Prompt],
    ) -> LlmExecutionResult:
        """Let a language model write a query over feature groups, and run it.

        Args:
            query: The question.
            feature_group_ids: The ids of the feature groups.
            preview: Whether the query is only written, not run.
            use_latest_version: Whether the latest data are used, rather than the latest version.
            deadline: The most seconds to wait for the result; None for no limit.
            delay: The most seconds between two looks.
            **prompt: What the language model is told, and options of each call.

        Returns:
            The query as `preview`, and what came of it as `execution`. Where no query could be
            written, only an `error`.

        Raises:
            ApiTimeoutError: The deadline has come.
            ApiError: The query failed.
        """
        from abacus_client.extras import data_queries, waits

        options = data_queries.options(prompt)
        code = self.generate_code_for_data_query(
            query, feature_group_ids=feature_group_ids, sql_dialect="Spark", **prompt
        )
        sql = data_queries.sql(code)
        if sql is None or preview:
            return data_queries.result(sql)
        run = self._client.feature_group_operations.execute(
            query=sql, use_latest_version=use_latest_version, **options
        )
        run.wait_for_execution(deadline=deadline, delay=delay, **waits.each(self._client, options))
        return data_queries.result(sql, run)


class AsyncLlmsMethods(AsyncLlmsCalls):
    """What `client.llms` can do besides, awaited."""

    async def execute_data_query(
        self,
        query: str,
        feature_group_ids: list[str],
        *,
        preview: bool = False,
        use_latest_version: bool = True,
        deadline: float | None = 3600,
        delay: float = 2,
        **prompt: Unpack[Prompt],
    ) -> AsyncLlmExecutionResult:
        """Let a language model write and run a query, as `Llms.execute_data_query` does."""
        from abacus_client.extras import data_queries, waits

        options = data_queries.options(prompt)
        code = await self.generate_code_for_data_query(
            query, feature_group_ids=feature_group_ids, sql_dialect="Spark", **prompt
        )
        sql = data_queries.sql(code)
        if sql is None or preview:
            return data_queries.async_result(sql)
        run = await self._client.feature_group_operations.execute(
            query=sql, use_latest_version=use_latest_version, **options
        )
        await run.wait_for_execution(
            deadline=deadline, delay=delay, **waits.each(self._client, options)
        )
        return data_queries.async_result(sql, run)
