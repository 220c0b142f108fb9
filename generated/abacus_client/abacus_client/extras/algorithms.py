"""What `client.algorithms` can do besides: take functions of yours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from abacus_client import Algorithm
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.resources.algorithms import AlgorithmsCalls, AsyncAlgorithmsCalls
    from typing_extensions import Unpack

    Function = Callable[..., Any]

    class Traits(CallOptions, total=False):
        """What an algorithm takes and needs.

        Attributes:
            training_data_parameter_names_mapping: Kind of feature group -> argument of the
                training function.
            training_config_parameter_name: The argument that takes the configuration.
            config_options: The options that people can choose.
            package_requirements: The packages that it needs, as pip writes them.
        """

        training_data_parameter_names_mapping: dict[str, Any] | None
        training_config_parameter_name: str | None
        config_options: dict[str, Any] | None
        package_requirements: list[str] | None

else:
    AlgorithmsCalls = AsyncAlgorithmsCalls = object


class AlgorithmsMethods(AlgorithmsCalls):
    """What `client.algorithms` can do besides."""

    def create_from_function(
        self,
        name: str,
        problem_type: str,
        train_function: Function | None = None,
        predict_function: Function | None = None,
        predict_many_function: Function | None = None,
        initialize_function: Function | None = None,
        *,
        common_functions: Sequence[Function] = (),
        included_modules: list[str] | None = None,
        is_default_enabled: bool = False,
        project_id: str | None = None,
        use_gpu: bool = False,
        **traits: Unpack[Traits],
    ) -> Algorithm:
        """Create an algorithm of functions of yours; their source text is sent.

        Args:
            name: Its name.
            problem_type: The kind of problem that it solves.
            train_function: Trains a model.
            predict_function: Makes a prediction.
            predict_many_function: Makes many predictions at once.
            initialize_function: Makes ready for predictions.
            common_functions: Functions that those call.
            included_modules: Modules of the platform that the functions use.
            is_default_enabled: Whether new models use it.
            project_id: The id of the project that it is for.
            use_gpu: Whether it runs on a graphics processor.
            **traits: What it takes and needs, and options of the call.

        Returns:
            The algorithm.

        Raises:
            RequestError: The source text of a function cannot be found.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.sources import model_source

        source = model_source(
            train_function,
            predict_function,
            predict_many_function,
            initialize_function,
            included_modules,
            common_functions,
        )
        return self.create(
            name,
            problem_type,
            source_code=source.text,
            train_function_name=source.name("train"),
            predict_function_name=source.name("predict"),
            predict_many_function_name=source.name("predict_many"),
            initialize_function_name=source.name("initialize"),
            is_default_enabled=is_default_enabled,
            project_id=project_id,
            use_gpu=use_gpu,
            **traits,
        )

    def update_from_function(
        self,
        algorithm: str,
        train_function: Function | None = None,
        predict_function: Function | None = None,
        predict_many_function: Function | None = None,
        initialize_function: Function | None = None,
        *,
        common_functions: Sequence[Function] = (),
        included_modules: list[str] | None = None,
        is_default_enabled: bool | None = None,
        use_gpu: bool | None = None,
        **traits: Unpack[Traits],
    ) -> Algorithm:
        """Replace the functions of an algorithm, all of them.

        Args:
            algorithm: The name of the algorithm.
            train_function: Trains a model.
            predict_function: Makes a prediction.
            predict_many_function: Makes many predictions at once.
            initialize_function: Makes ready for predictions.
            common_functions: Functions that those call.
            included_modules: Modules of the platform that the functions use.
            is_default_enabled: Whether new models use it.
            use_gpu: Whether it runs on a graphics processor.
            **traits: What it takes and needs, and options of the call.

        Returns:
            The algorithm.

        Raises:
            RequestError: The source text of a function cannot be found.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.sources import model_source

        source = model_source(
            train_function,
            predict_function,
            predict_many_function,
            initialize_function,
            included_modules,
            common_functions,
        )
        return self.update(
            algorithm,
            source_code=source.text,
            train_function_name=source.name("train"),
            predict_function_name=source.name("predict"),
            predict_many_function_name=source.name("predict_many"),
            initialize_function_name=source.name("initialize"),
            is_default_enabled=is_default_enabled,
            use_gpu=use_gpu,
            **traits,
        )


class AsyncAlgorithmsMethods(AsyncAlgorithmsCalls):
    """What `client.algorithms` can do besides, awaited."""

    async def create_from_function(
        self,
        name: str,
        problem_type: str,
        train_function: Function | None = None,
        predict_function: Function | None = None,
        predict_many_function: Function | None = None,
        initialize_function: Function | None = None,
        *,
        common_functions: Sequence[Function] = (),
        included_modules: list[str] | None = None,
        is_default_enabled: bool = False,
        project_id: str | None = None,
        use_gpu: bool = False,
        **traits: Unpack[Traits],
    ) -> Algorithm:
        """Create an algorithm of functions of yours, as `Algorithms.create_from_function` does."""
        from abacus_client.extras.sources import model_source

        source = model_source(
            train_function,
            predict_function,
            predict_many_function,
            initialize_function,
            included_modules,
            common_functions,
        )
        return await self.create(
            name,
            problem_type,
            source_code=source.text,
            train_function_name=source.name("train"),
            predict_function_name=source.name("predict"),
            predict_many_function_name=source.name("predict_many"),
            initialize_function_name=source.name("initialize"),
            is_default_enabled=is_default_enabled,
            project_id=project_id,
            use_gpu=use_gpu,
            **traits,
        )

    async def update_from_function(
        self,
        algorithm: str,
        train_function: Function | None = None,
        predict_function: Function | None = None,
        predict_many_function: Function | None = None,
        initialize_function: Function | None = None,
        *,
        common_functions: Sequence[Function] = (),
        included_modules: list[str] | None = None,
        is_default_enabled: bool | None = None,
        use_gpu: bool | None = None,
        **traits: Unpack[Traits],
    ) -> Algorithm:
        """Replace the functions of an algorithm, as `Algorithms.update_from_function` does."""
        from abacus_client.extras.sources import model_source

        source = model_source(
            train_function,
            predict_function,
            predict_many_function,
            initialize_function,
            included_modules,
            common_functions,
        )
        return await self.update(
            algorithm,
            source_code=source.text,
            train_function_name=source.name("train"),
            predict_function_name=source.name("predict"),
            predict_many_function_name=source.name("predict_many"),
            initialize_function_name=source.name("initialize"),
            is_default_enabled=is_default_enabled,
            use_gpu=use_gpu,
            **traits,
        )
