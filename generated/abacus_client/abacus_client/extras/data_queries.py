"""What comes of a question about data: the query that was written, and its execution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from abacus_client import models

if TYPE_CHECKING:
    from abacus_client import AsyncExecuteFeatureGroupOperation, ExecuteFeatureGroupOperation
    from abacus_client import AsyncLlmExecutionResult as AsyncResult
    from abacus_client import LlmExecutionResult as Result
    from abacus_client._runtime.call_options import CallOptions

_NONE = "no query could be written for this question: say more, or name other feature groups"


def options(prompt: Mapping[str, Any]) -> CallOptions:
    """Take the options of a call out of what the language model is told.

    Args:
        prompt: What the language model is told.

    Returns:
        The options.
    """
    names = ("timeout", "retry", "headers", "progress")
    return cast("CallOptions", {name: prompt[name] for name in names if name in prompt})


def sql(code: Any) -> str | None:
    """Read the query that was written.

    Args:
        code: What the language model wrote.

    Returns:
        The query; None if it is none.
    """
    text = getattr(code, "sql", None)
    return text if isinstance(text, str) and "SELECT" in text.upper() else None


def result(query: str | None, run: ExecuteFeatureGroupOperation | None = None) -> Result:
    """Put together what came of a question.

    Args:
        query: The query; None: none could be written.
        run: Its execution, if it was run.

    Returns:
        The result.
    """
    if query is None:
        return models.LlmExecutionResult(error=_NONE)
    preview = models.LlmExecutionPreview(sql=query)
    return models.LlmExecutionResult(preview=preview, execution=run)


def async_result(
    query: str | None, run: AsyncExecuteFeatureGroupOperation | None = None
) -> AsyncResult:
    """Put together what came of a question, as `result` does."""
    if query is None:
        return models.AsyncLlmExecutionResult(error=_NONE)
    preview = models.LlmExecutionPreview(sql=query)
    return models.AsyncLlmExecutionResult(preview=preview, execution=run)
