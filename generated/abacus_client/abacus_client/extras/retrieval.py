"""How far document retrievers are, and the deployments that answer for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from abacus_client._runtime.call import Call, Json, Operation
from abacus_client._runtime.errors import DecodeError
from abacus_client._runtime.waiting import Waiting
from abacus_client.errors import ConflictError

if TYPE_CHECKING:
    from abacus_client._runtime.call_options import CallOptions

_BUSY, _STARTING = ("PENDING", "INDEXING"), ("PENDING", "DEPLOYING")
_LATEST = "latestDocumentRetrieverVersion"
INDEXED = Waiting(operation="describeDocumentRetriever", status=(_LATEST, "status"), pending=_BUSY)
DEPLOYED = Waiting(
    operation="describeDocumentRetriever", status=(_LATEST, "deploymentStatus"), pending=_STARTING
)
VERSION_INDEXED = Waiting(
    operation="describeDocumentRetrieverVersion", status=("status",), pending=_BUSY
)
VERSION_DEPLOYED = Waiting(
    operation="describeDocumentRetrieverVersion", status=("deploymentStatus",), pending=_STARTING
)

_DEPLOYMENT: Operation[Any, Any] = Operation(
    id="_getDocRetrieverDeploymentInfo",
    method="GET",
    path="/api/v0/_getDocRetrieverDeploymentInfo",
    replies={"200": Json(lambda: Any)},
)


def answers(status: str | None) -> None:
    """Insist that a deployment answers.

    Args:
        status: Its state.

    Raises:
        ConflictError: It has stopped or failed.
    """
    if status in ("STOPPED", "FAILED"):
        raise ConflictError(
            f"the deployment of this document retriever is {status.lower()}: restart it",
            status=409,
            error_type="ConflictError",
        )


def deployment_call(document_retriever_id: str) -> Call[Any, Any]:
    """Ask for the deployment of a document retriever.

    Args:
        document_retriever_id: Its id.

    Returns:
        The call.
    """
    return Call(_DEPLOYMENT, query={"documentRetrieverId": document_retriever_id})


def deployment(reply: object) -> tuple[str, str]:
    """Read what that call returns.

    Args:
        reply: What it returns.

    Returns:
        The token and the id of the deployment.

    Raises:
        DecodeError: They are not in it.
    """
    found: Mapping[str, Any] = {}
    if isinstance(reply, Mapping):
        found = cast("Mapping[str, Any]", reply)
    token, name = found.get("deploymentToken"), found.get("deploymentId")
    if not (isinstance(token, str) and isinstance(name, str)):
        raise DecodeError("the reply names no deployment", operation=_DEPLOYMENT.id)
    return token, name


def options(search: Mapping[str, Any]) -> CallOptions:
    """Take the options of a call out of how documents are searched.

    Args:
        search: How documents are searched.

    Returns:
        The options.
    """
    names = ("timeout", "retry", "headers", "progress")
    return cast("CallOptions", {name: search[name] for name in names if name in search})
