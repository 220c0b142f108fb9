"""What document retrievers can do besides: find documents, and wait until they can."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from abacus_client import DocumentRetrieverLookupResult
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.models.document_retriever import (
        AsyncDocumentRetrieverCalls,
        DocumentRetrieverCalls,
    )
    from abacus_client.models.document_retriever_version import (
        AsyncDocumentRetrieverVersionCalls,
        DocumentRetrieverVersionCalls,
    )
    from abacus_client.resources.document_retrievers import (
        AsyncDocumentRetrieversCalls,
        DocumentRetrieversCalls,
    )
    from typing_extensions import Self, Unpack

    class Search(CallOptions, total=False):
        """How documents are searched.

        Attributes:
            filters: Column -> values that documents must have.
            result_columns: The columns that come along.
            max_words: The most words of all results.
            num_retrieval_margin_words: Words around each result that come along.
            max_words_per_chunk: The most words of a result.
            score_multiplier_column: The column that scores are multiplied by.
            min_score: The least score of a result.
            required_phrases: What results must have in them.
            filter_clause: A condition, as in SQL.
            crowding_limits: Column -> the most results with one value in it.
            include_text_search: Whether words are searched for, beside meanings.
        """

        filters: dict[str, Any] | None
        result_columns: list[str] | None
        max_words: int | None
        num_retrieval_margin_words: int | None
        max_words_per_chunk: int | None
        score_multiplier_column: str | None
        min_score: float | None
        required_phrases: list[str] | None
        filter_clause: str | None
        crowding_limits: dict[str, int] | None
        include_text_search: bool | None

else:
    DocumentRetrieversCalls = AsyncDocumentRetrieversCalls = object
    DocumentRetrieverCalls = AsyncDocumentRetrieverCalls = object
    DocumentRetrieverVersionCalls = AsyncDocumentRetrieverVersionCalls = object


class DocumentRetrieversMethods(DocumentRetrieversCalls):
    """What `client.document_retrievers` can do besides."""

    def get_matching_documents(
        self,
        document_retriever_id: str,
        query: str,
        *,
        limit: int | None = None,
        **search: Unpack[Search],
    ) -> list[DocumentRetrieverLookupResult]:
        """Find the documents that fit a query.

        Args:
            document_retriever_id: The id of the document retriever.
            query: The query.
            limit: The most results; by default 10.
            **search: How documents are searched, and options of each call.

        Returns:
            The documents, the best first.

        Raises:
            ApiError: There is no such document retriever, or it is not deployed.
        """
        from abacus_client.extras import retrieval

        where = retrieval.deployment_call(document_retriever_id)
        token, deployment = retrieval.deployment(
            self._client.send(where, retrieval.options(search))
        )
        num = 10 if limit is None else limit
        return self._client.predictions.lookup_matches(
            token, deployment, data=query, num=num, **search
        )


class AsyncDocumentRetrieversMethods(AsyncDocumentRetrieversCalls):
    """What `client.document_retrievers` can do besides, awaited."""

    async def get_matching_documents(
        self,
        document_retriever_id: str,
        query: str,
        *,
        limit: int | None = None,
        **search: Unpack[Search],
    ) -> list[DocumentRetrieverLookupResult]:
        """Find documents, as `DocumentRetrievers.get_matching_documents` does."""
        from abacus_client.extras import retrieval

        where = retrieval.deployment_call(document_retriever_id)
        token, deployment = retrieval.deployment(
            await self._client.send(where, retrieval.options(search))
        )
        num = 10 if limit is None else limit
        return await self._client.predictions.lookup_matches(
            token, deployment, data=query, num=num, **search
        )


class DocumentRetrieverMethods(DocumentRetrieverCalls):
    """What a document retriever can do besides."""

    def wait_until_ready(
        self, deadline: float | None = 3600, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the latest version is indexed and deployed; a stopped one is started again.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The document retriever itself, brought up to date.

        Raises:
            ConflictError: There is no version, or it cannot be deployed.
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras import retrieval, waits

        within = waits.Within(self._client, deadline, options)
        self._wait(
            retrieval.INDEXED,
            lambda limits: self.describe(**limits),
            within.left(),
            delay,
            None,
            within.options,
        )
        version = waits.latest(self.latest_document_retriever_version, "document retriever")
        if version.deployment_status == "STOPPED":
            self.restart(**within.call())
        return self.wait_until_deployment_ready(
            deadline=within.left(), delay=delay, **within.options
        )

    def wait_until_deployment_ready(
        self, deadline: float | None = 3600, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the latest version is deployed.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The document retriever itself, brought up to date.

        Raises:
            ConflictError: There is no version, or its deployment has stopped or failed.
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras import retrieval, waits

        self._wait(
            retrieval.DEPLOYED,
            lambda limits: self.describe(**limits),
            deadline,
            delay,
            None,
            options,
        )
        version = waits.latest(self.latest_document_retriever_version, "document retriever")
        retrieval.answers(version.deployment_status)
        return self


class AsyncDocumentRetrieverMethods(AsyncDocumentRetrieverCalls):
    """What a document retriever can do besides, awaited."""

    async def wait_until_ready(
        self, deadline: float | None = 3600, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until it is indexed and deployed, as `DocumentRetriever.wait_until_ready` does."""
        from abacus_client.extras import retrieval, waits

        within = waits.Within(self._client, deadline, options)
        await self._wait(
            retrieval.INDEXED,
            lambda limits: self.describe(**limits),
            within.left(),
            delay,
            None,
            within.options,
        )
        version = waits.latest(self.latest_document_retriever_version, "document retriever")
        if version.deployment_status == "STOPPED":
            await self.restart(**within.call())
        return await self.wait_until_deployment_ready(
            deadline=within.left(), delay=delay, **within.options
        )

    async def wait_until_deployment_ready(
        self, deadline: float | None = 3600, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until it is deployed, as `DocumentRetriever.wait_until_deployment_ready` does."""
        from abacus_client.extras import retrieval, waits

        await self._wait(
            retrieval.DEPLOYED,
            lambda limits: self.describe(**limits),
            deadline,
            delay,
            None,
            options,
        )
        version = waits.latest(self.latest_document_retriever_version, "document retriever")
        retrieval.answers(version.deployment_status)
        return self


class DocumentRetrieverVersionMethods(DocumentRetrieverVersionCalls):
    """What a document retriever version can do besides."""

    def wait_for_results(
        self, deadline: float | None = 3600, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the version is indexed and deployed; a stopped one is started again.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The version itself, brought up to date.

        Raises:
            ConflictError: Its deployment has failed.
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client._runtime.model import need
        from abacus_client.extras import retrieval, waits

        within = waits.Within(self._client, deadline, options)
        self._wait(
            retrieval.VERSION_INDEXED,
            lambda limits: self.describe(**limits),
            within.left(),
            delay,
            None,
            within.options,
        )
        if self.deployment_status == "STOPPED":
            retriever = need(self.document_retriever_id, "document_retriever_id")
            self._client.document_retrievers.restart(retriever, **within.call())
        return self.wait_until_deployment_ready(
            deadline=within.left(), delay=delay, **within.options
        )

    def wait_until_ready(
        self, deadline: float | None = 3600, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the version is indexed and deployed, as `wait_for_results` does.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The version itself, brought up to date.

        Raises:
            ConflictError: Its deployment has failed.
            ApiTimeoutError: The deadline has come.
        """
        return self.wait_for_results(deadline=deadline, delay=delay, **options)

    def wait_until_deployment_ready(
        self, deadline: float | None = 3600, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the version is deployed.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The version itself, brought up to date.

        Raises:
            ConflictError: Its deployment has stopped or failed.
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras import retrieval

        self._wait(
            retrieval.VERSION_DEPLOYED,
            lambda limits: self.describe(**limits),
            deadline,
            delay,
            None,
            options,
        )
        retrieval.answers(self.deployment_status)
        return self


class AsyncDocumentRetrieverVersionMethods(AsyncDocumentRetrieverVersionCalls):
    """What a document retriever version can do besides, awaited."""

    async def wait_for_results(
        self, deadline: float | None = 3600, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until it is deployed, as `DocumentRetrieverVersion.wait_for_results` does."""
        from abacus_client._runtime.model import need
        from abacus_client.extras import retrieval, waits

        within = waits.Within(self._client, deadline, options)
        await self._wait(
            retrieval.VERSION_INDEXED,
            lambda limits: self.describe(**limits),
            within.left(),
            delay,
            None,
            within.options,
        )
        if self.deployment_status == "STOPPED":
            retriever = need(self.document_retriever_id, "document_retriever_id")
            await self._client.document_retrievers.restart(retriever, **within.call())
        return await self.wait_until_deployment_ready(
            deadline=within.left(), delay=delay, **within.options
        )

    async def wait_until_ready(
        self, deadline: float | None = 3600, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until it is indexed and deployed, as `wait_for_results` does."""
        return await self.wait_for_results(deadline=deadline, delay=delay, **options)

    async def wait_until_deployment_ready(
        self, deadline: float | None = 3600, *, delay: float = 15, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until it is deployed, as the same method of `DocumentRetrieverVersion` does."""
        from abacus_client.extras import retrieval

        await self._wait(
            retrieval.VERSION_DEPLOYED,
            lambda limits: self.describe(**limits),
            deadline,
            delay,
            None,
            options,
        )
        retrieval.answers(self.deployment_status)
        return self
