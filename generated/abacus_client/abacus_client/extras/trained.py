"""What a model version was trained with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from abacus_client._runtime.errors import RequestError


class Names(NamedTuple):
    """What the arguments of a training function are called.

    Attributes:
        data: Kind of feature group -> argument.
        config: The argument that takes the configuration.
    """

    data: dict[str, str] | None
    config: str | None


def algorithm(version: Any, named: str | None) -> str:
    """Find the algorithm of a model version.

    Args:
        version: The model version.
        named: The name that the caller gives.

    Returns:
        The name: that one, or the first of the organisation's own.

    Raises:
        RequestError: There is none.
    """
    known: list[Any] = version.deployable_algorithms or []
    names = [str(plain(item).get("name") or "") for item in known]
    found = named or next((name for name in names if name.startswith("USER.")), None)
    if not found:
        raise RequestError("this model has no algorithm of yours: name one with algorithm=")
    return found


def names(described: Any) -> Names:
    """Read what an algorithm calls its arguments.

    Args:
        described: The algorithm.

    Returns:
        The names.
    """
    said = plain(described.training_input_mappings)
    return Names(
        said.get("training_data_parameter_names_mapping"),
        said.get("training_config_parameter_name"),
    )


def tables(model: Any) -> list[str] | None:
    """Read which feature groups a model was trained with.

    Args:
        model: The model.

    Returns:
        Their table names.
    """
    return cast("list[str] | None", model.training_input_tables)


def config(version: Any) -> Any:
    """Read the configuration of a training.

    Args:
        version: The model version.

    Returns:
        The configuration, as it is sent back.
    """
    return version.model_config_


def algorithm_config(version: Any, name: str) -> dict[str, Any] | None:
    """Read the configuration of an algorithm.

    Args:
        version: The model version.
        name: The name of the algorithm.

    Returns:
        The configuration, if there was one.
    """
    return plain(version.custom_algorithm_configs).get(name)


def plain(value: Any) -> Mapping[str, Any]:
    """Take an object or a dictionary for what it holds.

    Args:
        value: An object, a dictionary, or nothing.

    Returns:
        A dictionary.
    """
    if isinstance(value, Mapping):
        return cast("Mapping[str, Any]", value)
    return {} if value is None else cast("Mapping[str, Any]", value.to_dict())
