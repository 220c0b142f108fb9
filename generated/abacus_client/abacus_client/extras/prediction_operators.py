"""What `client.prediction_operators` can do besides: take functions of yours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from abacus_client import AsyncPredictionOperator, PredictionOperator
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.resources.prediction_operators import (
        AsyncPredictionOperatorsCalls,
        PredictionOperatorsCalls,
    )
    from typing_extensions import Unpack

    Function = Callable[..., Any]

    class Machine(CallOptions, total=False):
        """What a prediction operator runs on, and what it reads.

        Attributes:
            feature_group_ids: The ids of the feature groups that it reads.
            cpu_size: The size of the machine.
            memory: The memory that it may use, in gigabytes.
            package_requirements: The packages that it needs, as pip writes them.
        """

        feature_group_ids: list[str] | None
        cpu_size: str | None
        memory: int | None
        package_requirements: list[str] | None

else:
    PredictionOperatorsCalls = AsyncPredictionOperatorsCalls = object


class PredictionOperatorsMethods(PredictionOperatorsCalls):
    """What `client.prediction_operators` can do besides."""

    def create_from_functions(
        self,
        name: str,
        project_id: str,
        predict_function: Function | None = None,
        initialize_function: Function | None = None,
        *,
        included_modules: list[str] | None = None,
        use_gpu: bool = False,
        **machine: Unpack[Machine],
    ) -> PredictionOperator:
        """Create a prediction operator of functions of yours; their source text is sent.

        Args:
            name: Its name.
            project_id: The id of the project.
            predict_function: Makes a prediction.
            initialize_function: Makes ready for predictions.
            included_modules: Modules of the platform that the functions use.
            use_gpu: Whether it runs on a graphics processor.
            **machine: What it runs on and reads, and options of the call.

        Returns:
            The prediction operator.

        Raises:
            RequestError: The source text of a function cannot be found.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.sources import operator_source

        source = operator_source(predict_function, initialize_function, included_modules)
        return self.create(
            name,
            project_id,
            source_code=source.text,
            predict_function_name=source.name("predict"),
            initialize_function_name=source.name("initialize"),
            use_gpu=use_gpu,
            **machine,
        )

    def update_from_functions(
        self,
        prediction_operator_id: str,
        predict_function: Function | None = None,
        initialize_function: Function | None = None,
        *,
        name: str | None = None,
        included_modules: list[str] | None = None,
        use_gpu: bool = False,
        **machine: Unpack[Machine],
    ) -> PredictionOperator:
        """Replace the functions of a prediction operator.

        Args:
            prediction_operator_id: The id of the prediction operator.
            predict_function: Makes a prediction.
            initialize_function: Makes ready for predictions.
            name: Its name.
            included_modules: Modules of the platform that the functions use.
            use_gpu: Whether it runs on a graphics processor.
            **machine: What it runs on and reads, and options of the call.

        Returns:
            The prediction operator.

        Raises:
            RequestError: The source text of a function cannot be found.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.sources import operator_source

        source = operator_source(predict_function, initialize_function, included_modules)
        return self.update(
            prediction_operator_id,
            name=name,
            source_code=source.text,
            predict_function_name=source.name("predict"),
            initialize_function_name=source.name("initialize"),
            use_gpu=use_gpu,
            **machine,
        )


class AsyncPredictionOperatorsMethods(AsyncPredictionOperatorsCalls):
    """What `client.prediction_operators` can do besides, awaited."""

    async def create_from_functions(
        self,
        name: str,
        project_id: str,
        predict_function: Function | None = None,
        initialize_function: Function | None = None,
        *,
        included_modules: list[str] | None = None,
        use_gpu: bool = False,
        **machine: Unpack[Machine],
    ) -> AsyncPredictionOperator:
        """Create a prediction operator, as `PredictionOperators.create_from_functions` does."""
        from abacus_client.extras.sources import operator_source

        source = operator_source(predict_function, initialize_function, included_modules)
        return await self.create(
            name,
            project_id,
            source_code=source.text,
            predict_function_name=source.name("predict"),
            initialize_function_name=source.name("initialize"),
            use_gpu=use_gpu,
            **machine,
        )

    async def update_from_functions(
        self,
        prediction_operator_id: str,
        predict_function: Function | None = None,
        initialize_function: Function | None = None,
        *,
        name: str | None = None,
        included_modules: list[str] | None = None,
        use_gpu: bool = False,
        **machine: Unpack[Machine],
    ) -> AsyncPredictionOperator:
        """Replace its functions, as `PredictionOperators.update_from_functions` does."""
        from abacus_client.extras.sources import operator_source

        source = operator_source(predict_function, initialize_function, included_modules)
        return await self.update(
            prediction_operator_id,
            name=name,
            source_code=source.text,
            predict_function_name=source.name("predict"),
            initialize_function_name=source.name("initialize"),
            use_gpu=use_gpu,
            **machine,
        )
