"""Queries that the deployment answers in which the code runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from abacus_client._runtime.call import Binary, Call, Json, Operation
from abacus_client._runtime.errors import DecodeError, WaitError
from abacus_client.extras import frames
from abacus_client.extras.results import AGAIN

if TYPE_CHECKING:
    import pandas as pd
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client._runtime.client import AsyncClient, Client
    from abacus_client.models.execute_feature_group_operation import (
        ExecuteFeatureGroupOperationData,
    )

_WHERE: Operation[Any, Any] = Operation(
    id="_executeFeatureGroupSqlInDeploymentParams",
    method="GET",
    path="/api/v0/_executeFeatureGroupSqlInDeploymentParams",
    replies={"200": Json(lambda: Any)},
    retry_statuses=AGAIN,
)


def succeeded(run: ExecuteFeatureGroupOperationData) -> None:
    """Insist that a query has found something.

    Args:
        run: Its execution, when that is over.

    Raises:
        WaitError: It has failed.
    """
    if run.error or run.status in ("FAILED", "CANCELLED"):
        said = run.error or f"it is {run.status}"
        raise WaitError(
            f"the query failed: {said}",
            state=run.status,
            operation="describeAsyncFeatureGroupOperation",
            body=run,
        )


def in_deployment(client: Client, sql: str, options: CallOptions) -> pd.DataFrame | None:
    """Let the deployment answer a query.

    Args:
        client: The client.
        sql: The query.
        options: Options of each call.

    Returns:
        The rows; None if this is no deployment, or one that does not answer queries.

    Raises:
        ApiError: The query failed.
    """
    deployment = os.environ.get("ABACUS_DEPLOYMENT_ID")
    if not deployment:
        return None
    address = client.send(Call(_WHERE, query={"deploymentId": deployment}), options)
    if not address:
        return None
    return frames.read_parquet(client.send(_query(address, sql), options))


async def in_deployment_awaited(
    client: AsyncClient, sql: str, options: CallOptions
) -> pd.DataFrame | None:
    """Let the deployment answer a query, as `in_deployment` does."""
    deployment = os.environ.get("ABACUS_DEPLOYMENT_ID")
    if not deployment:
        return None
    address = await client.send(Call(_WHERE, query={"deploymentId": deployment}), options)
    if not address:
        return None
    return frames.read_parquet(await client.send(_query(address, sql), options))


def _query(address: object, sql: str) -> Call[bytes, bytes]:
    """Ask the address that the API has told. No key goes there: the address itself admits."""
    parts = urlsplit(address) if isinstance(address, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc:
        raise DecodeError("the API told no address for queries", body=address)
    operation: Operation[bytes, bytes] = Operation(
        id="executeFeatureGroupSqlInDeployment",
        method="GET",
        path=parts.path or "/",
        base_url=f"{parts.scheme}://{parts.netloc}",
        security=(),
        replies={"200": Binary()},
        retry_statuses=AGAIN,
    )
    return Call(operation, query={"sql": sql})
