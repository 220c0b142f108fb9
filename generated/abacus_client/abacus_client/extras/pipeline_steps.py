"""What `client.pipeline_steps` can do besides: take functions of yours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from abacus_client import AsyncPipeline, AsyncPipelineStep, Pipeline, PipelineStep
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.resources.pipeline_steps import AsyncPipelineStepsCalls, PipelineStepsCalls
    from typing_extensions import Unpack

    Function = Callable[..., Any]

    class Wiring(CallOptions, total=False):
        """What a step takes, gives and needs.

        Attributes:
            step_input_mappings: What the arguments of the function are.
            output_variable_mappings: What it returns.
            step_dependencies: The names of the steps that come before it.
            package_requirements: The packages that it needs, as pip writes them.
            cpu_size: The size of the machine that runs it.
            memory: The memory that it may use, in gigabytes.
            timeout_: The minutes that it may take.
        """

        step_input_mappings: list[Any] | None
        output_variable_mappings: list[Any] | None
        step_dependencies: list[str] | None
        package_requirements: list[str] | None
        cpu_size: str | None
        memory: int | None
        timeout_: int | None

else:
    PipelineStepsCalls = AsyncPipelineStepsCalls = object


class PipelineStepsMethods(PipelineStepsCalls):
    """What `client.pipeline_steps` can do besides."""

    def create_from_function(
        self,
        pipeline_id: str,
        step_name: str,
        function: Function,
        *,
        included_modules: list[str] | None = None,
        **wiring: Unpack[Wiring],
    ) -> Pipeline:
        """Add a step to a pipeline that is a function of yours; its source text is sent.

        Args:
            pipeline_id: The id of the pipeline.
            step_name: The name of the step.
            function: The function.
            included_modules: Modules of the platform that the function uses.
            **wiring: What the step takes, gives and needs, and options of the call.

        Returns:
            The pipeline.

        Raises:
            RequestError: The source text of the function cannot be found.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.sources import source_of

        return self.create(
            pipeline_id,
            step_name,
            function_name=function.__name__,
            source_code=source_of(function, included_modules),
            **wiring,
        )

    def update_from_function(
        self,
        pipeline_step_id: str,
        function: Function,
        *,
        included_modules: list[str] | None = None,
        **wiring: Unpack[Wiring],
    ) -> PipelineStep:
        """Replace the function of a step by one of yours.

        Args:
            pipeline_step_id: The id of the step.
            function: The function.
            included_modules: Modules of the platform that the function uses.
            **wiring: What the step takes, gives and needs, and options of the call.

        Returns:
            The step.

        Raises:
            RequestError: The source text of the function cannot be found.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.sources import source_of

        return self.update(
            pipeline_step_id,
            function_name=function.__name__,
            source_code=source_of(function, included_modules),
            **wiring,
        )


class AsyncPipelineStepsMethods(AsyncPipelineStepsCalls):
    """What `client.pipeline_steps` can do besides, awaited."""

    async def create_from_function(
        self,
        pipeline_id: str,
        step_name: str,
        function: Function,
        *,
        included_modules: list[str] | None = None,
        **wiring: Unpack[Wiring],
    ) -> AsyncPipeline:
        """Add a step to a pipeline, as `PipelineSteps.create_from_function` does."""
        from abacus_client.extras.sources import source_of

        return await self.create(
            pipeline_id,
            step_name,
            function_name=function.__name__,
            source_code=source_of(function, included_modules),
            **wiring,
        )

    async def update_from_function(
        self,
        pipeline_step_id: str,
        function: Function,
        *,
        included_modules: list[str] | None = None,
        **wiring: Unpack[Wiring],
    ) -> AsyncPipelineStep:
        """Replace the function of a step, as `PipelineSteps.update_from_function` does."""
        from abacus_client.extras.sources import source_of

        return await self.update(
            pipeline_step_id,
            function_name=function.__name__,
            source_code=source_of(function, included_modules),
            **wiring,
        )
