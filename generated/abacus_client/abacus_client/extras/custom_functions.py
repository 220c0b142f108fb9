"""Loss functions and metrics of yours: `client.custom_loss_functions`, `client.custom_metrics`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from abacus_client import AsyncCustomMetric, CustomLossFunction, CustomMetric
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.resources.custom_loss_functions import (
        AsyncCustomLossFunctionsCalls,
        CustomLossFunctionsCalls,
    )
    from abacus_client.resources.custom_metrics import AsyncCustomMetricsCalls, CustomMetricsCalls
    from typing_extensions import Unpack

    Function = Callable[..., Any]
else:
    CustomLossFunctionsCalls = AsyncCustomLossFunctionsCalls = object
    CustomMetricsCalls = AsyncCustomMetricsCalls = object


class CustomLossFunctionsMethods(CustomLossFunctionsCalls):
    """What `client.custom_loss_functions` can do besides."""

    def create_from_function(
        self,
        name: str,
        loss_function_type: str,
        loss_function: Function,
        **options: Unpack[CallOptions],
    ) -> CustomLossFunction:
        """Register a loss function of yours; its source text is sent.

        Args:
            name: What it is called on the platform.
            loss_function_type: The kind of problem that it is for.
            loss_function: The function.
            **options: Options of the call.

        Returns:
            The loss function.

        Raises:
            RequestError: The source text of the function cannot be found.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.sources import source_of

        text = source_of(loss_function)
        return self.create_with_source_code(
            name, loss_function_type, loss_function.__name__, text, **options
        )

    def update_from_function(
        self, name: str, loss_function: Function, **options: Unpack[CallOptions]
    ) -> CustomLossFunction:
        """Replace a loss function by one of yours.

        Args:
            name: What it is called on the platform.
            loss_function: The function.
            **options: Options of the call.

        Returns:
            The loss function.

        Raises:
            RequestError: The source text of the function cannot be found.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.sources import source_of

        text = source_of(loss_function)
        return self.update_with_source_code(name, loss_function.__name__, text, **options)


class AsyncCustomLossFunctionsMethods(AsyncCustomLossFunctionsCalls):
    """What `client.custom_loss_functions` can do besides, awaited."""

    async def create_from_function(
        self,
        name: str,
        loss_function_type: str,
        loss_function: Function,
        **options: Unpack[CallOptions],
    ) -> CustomLossFunction:
        """Register a loss function, as `CustomLossFunctions.create_from_function` does."""
        from abacus_client.extras.sources import source_of

        text = source_of(loss_function)
        return await self.create_with_source_code(
            name, loss_function_type, loss_function.__name__, text, **options
        )

    async def update_from_function(
        self, name: str, loss_function: Function, **options: Unpack[CallOptions]
    ) -> CustomLossFunction:
        """Replace a loss function, as `CustomLossFunctions.update_from_function` does."""
        from abacus_client.extras.sources import source_of

        text = source_of(loss_function)
        return await self.update_with_source_code(name, loss_function.__name__, text, **options)


class CustomMetricsMethods(CustomMetricsCalls):
    """What `client.custom_metrics` can do besides."""

    def create_from_function(
        self,
        name: str,
        problem_type: str,
        custom_metric_function: Function,
        **options: Unpack[CallOptions],
    ) -> CustomMetric:
        """Register a metric of yours; the source text of the function is sent.

        Args:
            name: What it is called on the platform.
            problem_type: The kind of problem that it is for.
            custom_metric_function: The function.
            **options: Options of the call.

        Returns:
            The metric.

        Raises:
            RequestError: The source text of the function cannot be found.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.sources import source_of

        return self.create(
            name,
            problem_type,
            custom_metric_function_name=custom_metric_function.__name__,
            source_code=source_of(custom_metric_function),
            **options,
        )

    def update_from_function(
        self, name: str, custom_metric_function: Function, **options: Unpack[CallOptions]
    ) -> CustomMetric:
        """Replace the function of a metric by one of yours.

        Args:
            name: What it is called on the platform.
            custom_metric_function: The function.
            **options: Options of the call.

        Returns:
            The metric.

        Raises:
            RequestError: The source text of the function cannot be found.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.sources import source_of

        text = source_of(custom_metric_function)
        return self.update(name, custom_metric_function.__name__, text, **options)


class AsyncCustomMetricsMethods(AsyncCustomMetricsCalls):
    """What `client.custom_metrics` can do besides, awaited."""

    async def create_from_function(
        self,
        name: str,
        problem_type: str,
        custom_metric_function: Function,
        **options: Unpack[CallOptions],
    ) -> AsyncCustomMetric:
        """Register a metric of yours, as `CustomMetrics.create_from_function` does."""
        from abacus_client.extras.sources import source_of

        return await self.create(
            name,
            problem_type,
            custom_metric_function_name=custom_metric_function.__name__,
            source_code=source_of(custom_metric_function),
            **options,
        )

    async def update_from_function(
        self, name: str, custom_metric_function: Function, **options: Unpack[CallOptions]
    ) -> AsyncCustomMetric:
        """Replace the function of a metric, as `CustomMetrics.update_from_function` does."""
        from abacus_client.extras.sources import source_of

        text = source_of(custom_metric_function)
        return await self.update(name, custom_metric_function.__name__, text, **options)
