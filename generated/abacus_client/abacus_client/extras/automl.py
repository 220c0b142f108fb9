"""How far the training of models is, with all that the automatic search tries."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from abacus_client import models
from abacus_client._runtime.call import Call, Json, Operation
from abacus_client._runtime.model import need
from abacus_client.extras.waits import Until

if TYPE_CHECKING:
    from abacus_client import AsyncModel, AsyncModelVersion, Model, ModelVersion
    from abacus_client.models.model_version import ModelVersionData

_MODEL: Operation[Model, AsyncModel] = Operation(
    id="describeModel",
    method="GET",
    path="/api/v0/describeModel",
    replies={"200": Json(lambda: models.Model, lambda: models.AsyncModel)},
)
_VERSION: Operation[ModelVersion, AsyncModelVersion] = Operation(
    id="describeModelVersion",
    method="GET",
    path="/api/v0/describeModelVersion",
    replies={"200": Json(lambda: models.ModelVersion, lambda: models.AsyncModelVersion)},
)


def model(model_id: str | None) -> Call[Model, AsyncModel]:
    """Describe a model, its state being that of the whole search.

    Args:
        model_id: Its id.

    Returns:
        The call.
    """
    given = {"modelId": need(model_id, "model_id"), "waitForFullAutoml": True}
    return Call(_MODEL, query=given)


def version(model_version: str | None) -> Call[ModelVersion, AsyncModelVersion]:
    """Describe a model version, its state being that of the whole search.

    Args:
        model_version: Its id.

    Returns:
        The call.
    """
    given = {"modelVersion": need(model_version, "model_version"), "waitForFullAutoml": True}
    return Call(_VERSION, query=given)


def until(true: Callable[[], bool]) -> Until:
    """Wait for something to come true of a model version.

    Args:
        true: Tells whether it has.

    Returns:
        The wait.
    """
    return Until(operation="describeModelVersion", status=("status",), true=true)


def is_trained(now: ModelVersionData) -> bool:
    """Tell whether there is a trained model.

    Args:
        now: The version as it is now.

    Returns:
        Whether there is one, or training has ended without one.
    """
    return bool(now.partial_complete) or now.status in _ENDED


def is_complete(now: ModelVersionData) -> bool:
    """Tell whether the search is over.

    Args:
        now: The version as it is now.

    Returns:
        Whether nothing is trained, deployed or analysed any more.
    """
    return (
        now.status not in ("PENDING", "TRAINING")
        and not now.pending_deployment_ids
        and now.feature_analysis_status not in ("ANALYZING", "PENDING")
    )


_ENDED = ("FAILED", "CANCELLED", "COMPLETE")
