"""What models can do besides: be made of functions of yours, and wait for their training."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import pandas as pd
    from abacus_client import AsyncModel, Model, TrainingConfig
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.models.model import AsyncModelCalls, ModelCalls
    from abacus_client.models.model_version import AsyncModelVersionCalls, ModelVersionCalls
    from abacus_client.resources.models import AsyncModelsCalls, ModelsCalls
    from typing_extensions import Self, Unpack

    Function = Callable[..., Any]

    class Machine(CallOptions, total=False):
        """What a model of yours runs on.

        Attributes:
            cpu_size: The size of the machine.
            memory: The memory that it may use, in gigabytes.
            package_requirements: The packages that it needs, as pip writes them.
            is_thread_safe: Whether several predictions may be made at a time.
        """

        cpu_size: str | None
        memory: int | None
        package_requirements: list[str] | None
        is_thread_safe: bool | None

else:
    ModelsCalls = AsyncModelsCalls = ModelCalls = AsyncModelCalls = object
    ModelVersionCalls = AsyncModelVersionCalls = object


class ModelsMethods(ModelsCalls):
    """What `client.models` can do besides."""

    def create_from_functions(
        self,
        project_id: str,
        train_function: Function,
        predict_function: Function | None = None,
        training_input_tables: list[str] | None = None,
        *,
        predict_many_function: Function | None = None,
        initialize_function: Function | None = None,
        training_config: TrainingConfig | dict[str, Any] | None = None,
        exclusive_run: bool = False,
        included_modules: list[str] | None = None,
        name: str | None = None,
        use_gpu: bool = False,
        **machine: Unpack[Machine],
    ) -> Model:
        """Create a model of Python functions of yours; their source text is sent.

        Args:
            project_id: The id of the project.
            train_function: Trains the model.
            predict_function: Makes a prediction.
            training_input_tables: The table names of the feature groups that training takes.
            predict_many_function: Makes many predictions at once.
            initialize_function: Makes ready for predictions.
            training_config: The configuration of the training.
            exclusive_run: Whether the model competes with no other.
            included_modules: Modules of the platform that the functions use.
            name: The name of the model.
            use_gpu: Whether it runs on a graphics processor.
            **machine: What it runs on, and options of the call.

        Returns:
            The model.

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
        )
        return self.create_from_python(
            project_id,
            source.text or "",
            train_function.__name__,
            training_input_tables or [],
            predict_function_name=source.name("predict"),
            predict_many_function_name=source.name("predict_many"),
            initialize_function_name=source.name("initialize"),
            training_config=training_config,
            exclusive_run=exclusive_run,
            name=name,
            use_gpu=use_gpu,
            **machine,
        )

    def update_from_functions(
        self,
        model_id: str,
        train_function: Function,
        predict_function: Function | None = None,
        predict_many_function: Function | None = None,
        initialize_function: Function | None = None,
        *,
        training_input_tables: list[str] | None = None,
        included_modules: list[str] | None = None,
        use_gpu: bool = False,
        **machine: Unpack[Machine],
    ) -> Model:
        """Replace the functions of a model, all of them.

        Args:
            model_id: The id of the model.
            train_function: Trains the model.
            predict_function: Makes a prediction.
            predict_many_function: Makes many predictions at once.
            initialize_function: Makes ready for predictions.
            training_input_tables: The table names of the feature groups that training takes.
            included_modules: Modules of the platform that the functions use.
            use_gpu: Whether it runs on a graphics processor.
            **machine: What it runs on, and options of the call.

        Returns:
            The model.

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
        )
        return self.update_from_python(
            model_id,
            function_source_code=source.text,
            train_function_name=train_function.__name__,
            predict_function_name=source.name("predict"),
            predict_many_function_name=source.name("predict_many"),
            initialize_function_name=source.name("initialize"),
            training_input_tables=training_input_tables,
            use_gpu=use_gpu,
            **machine,
        )


class AsyncModelsMethods(AsyncModelsCalls):
    """What `client.models` can do besides, awaited."""

    async def create_from_functions(
        self,
        project_id: str,
        train_function: Function,
        predict_function: Function | None = None,
        training_input_tables: list[str] | None = None,
        *,
        predict_many_function: Function | None = None,
        initialize_function: Function | None = None,
        training_config: TrainingConfig | dict[str, Any] | None = None,
        exclusive_run: bool = False,
        included_modules: list[str] | None = None,
        name: str | None = None,
        use_gpu: bool = False,
        **machine: Unpack[Machine],
    ) -> AsyncModel:
        """Create a model of functions of yours, as `Models.create_from_functions` does."""
        from abacus_client.extras.sources import model_source

        source = model_source(
            train_function,
            predict_function,
            predict_many_function,
            initialize_function,
            included_modules,
        )
        return await self.create_from_python(
            project_id,
            source.text or "",
            train_function.__name__,
            training_input_tables or [],
            predict_function_name=source.name("predict"),
            predict_many_function_name=source.name("predict_many"),
            initialize_function_name=source.name("initialize"),
            training_config=training_config,
            exclusive_run=exclusive_run,
            name=name,
            use_gpu=use_gpu,
            **machine,
        )

    async def update_from_functions(
        self,
        model_id: str,
        train_function: Function,
        predict_function: Function | None = None,
        predict_many_function: Function | None = None,
        initialize_function: Function | None = None,
        *,
        training_input_tables: list[str] | None = None,
        included_modules: list[str] | None = None,
        use_gpu: bool = False,
        **machine: Unpack[Machine],
    ) -> AsyncModel:
        """Replace the functions of a model, as `Models.update_from_functions` does."""
        from abacus_client.extras.sources import model_source

        source = model_source(
            train_function,
            predict_function,
            predict_many_function,
            initialize_function,
            included_modules,
        )
        return await self.update_from_python(
            model_id,
            function_source_code=source.text,
            train_function_name=train_function.__name__,
            predict_function_name=source.name("predict"),
            predict_many_function_name=source.name("predict_many"),
            initialize_function_name=source.name("initialize"),
            training_input_tables=training_input_tables,
            use_gpu=use_gpu,
            **machine,
        )


class ModelMethods(ModelCalls):
    """What a model can do besides."""

    def get_status(
        self, *, get_automl_status: bool = False, **options: Unpack[CallOptions]
    ) -> str | None:
        """Read the state of the latest version.

        Args:
            get_automl_status: Whether the state counts all models of the automatic search.
            **options: Options of the call.

        Returns:
            The state; None if there is no version.
        """
        from abacus_client.extras import automl

        if get_automl_status:
            call = automl.model(self.model_id)
            version = self._client.send(call, options).latest_model_version
        else:
            version = self.describe(**options).latest_model_version
        return version.status if version else None

    def wait_for_training(
        self, deadline: float | None = None, *, delay: float = 5, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the latest version is trained.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The model itself, with its latest version as it is now.

        Raises:
            ConflictError: There is no version.
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras.waits import Within, latest

        within = Within(self._client, deadline, options)
        version = latest(self.describe(**within.call()).latest_model_version, "model")
        self.latest_model_version = version.wait_for_training(
            deadline=within.left(), delay=delay, **within.options
        )
        return self

    def wait_for_evaluation(
        self, deadline: float | None = None, *, delay: float = 5, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the latest version is trained, and with that evaluated.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The model itself, with its latest version as it is now.

        Raises:
            ConflictError: There is no version.
            ApiTimeoutError: The deadline has come.
        """
        return self.wait_for_training(deadline=deadline, delay=delay, **options)

    def wait_for_publish(
        self, deadline: float | None = None, *, delay: float = 5, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the latest version of an agent is published.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The model itself, with its latest version as it is now.

        Raises:
            ConflictError: There is no version.
            ApiTimeoutError: The deadline has come.
        """
        return self.wait_for_training(deadline=deadline, delay=delay, **options)

    def wait_for_full_automl(
        self, deadline: float | None = None, *, delay: float = 5, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until all models of the automatic search are trained and analysed.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The model itself, with its latest version as it is now.

        Raises:
            ConflictError: There is no version.
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras.waits import Within, latest

        within = Within(self._client, deadline, options)
        version = latest(self.describe(**within.call()).latest_model_version, "model")
        self.latest_model_version = version.wait_for_full_automl(
            deadline=within.left(), delay=delay, **within.options
        )
        return self

    def get_train_test_feature_group_as_pandas(
        self, **options: Unpack[CallOptions]
    ) -> pd.DataFrame:
        """Fetch the rows that the model was trained and tested with.

        Args:
            **options: Options of each call.

        Returns:
            The rows.
        """
        group = self.describe_train_test_data_split_feature_group(**options)
        return group.load_as_pandas(**options)


class AsyncModelMethods(AsyncModelCalls):
    """What a model can do besides, awaited."""

    async def get_status(
        self, *, get_automl_status: bool = False, **options: Unpack[CallOptions]
    ) -> str | None:
        """Read the state of the latest version, as `Model.get_status` does."""
        from abacus_client.extras import automl

        if get_automl_status:
            call = automl.model(self.model_id)
            version = (await self._client.send(call, options)).latest_model_version
        else:
            version = (await self.describe(**options)).latest_model_version
        return version.status if version else None

    async def wait_for_training(
        self, deadline: float | None = None, *, delay: float = 5, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the latest version is trained, as `Model.wait_for_training` does."""
        from abacus_client.extras.waits import Within, latest

        within = Within(self._client, deadline, options)
        version = latest((await self.describe(**within.call())).latest_model_version, "model")
        self.latest_model_version = await version.wait_for_training(
            deadline=within.left(), delay=delay, **within.options
        )
        return self

    async def wait_for_evaluation(
        self, deadline: float | None = None, *, delay: float = 5, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the latest version is evaluated, as `Model.wait_for_evaluation` does."""
        return await self.wait_for_training(deadline=deadline, delay=delay, **options)

    async def wait_for_publish(
        self, deadline: float | None = None, *, delay: float = 5, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the latest version is published, as `Model.wait_for_publish` does."""
        return await self.wait_for_training(deadline=deadline, delay=delay, **options)

    async def wait_for_full_automl(
        self, deadline: float | None = None, *, delay: float = 5, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait for the automatic search, as `Model.wait_for_full_automl` does."""
        from abacus_client.extras.waits import Within, latest

        within = Within(self._client, deadline, options)
        version = latest((await self.describe(**within.call())).latest_model_version, "model")
        await version.wait_for_full_automl(deadline=within.left(), delay=delay, **within.options)
        self.latest_model_version = version
        return self

    async def get_train_test_feature_group_as_pandas(
        self, **options: Unpack[CallOptions]
    ) -> pd.DataFrame:
        """Fetch the rows, as `Model.get_train_test_feature_group_as_pandas` does."""
        group = await self.describe_train_test_data_split_feature_group(**options)
        return await group.load_as_pandas(**options)


class ModelVersionMethods(ModelVersionCalls):
    """What a model version can do besides."""

    def wait_for_training(
        self, deadline: float | None = None, *, delay: float = 5, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the version is trained, even if more models are still to come.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The version itself, brought up to date.

        Raises:
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras import automl

        return self._wait(
            automl.until(lambda: automl.is_trained(self)),
            lambda limits: self.describe(**limits),
            deadline,
            delay,
            None,
            options,
        )

    def wait_for_full_automl(
        self, deadline: float | None = None, *, delay: float = 5, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until all models of the automatic search are trained and analysed.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The version itself, brought up to date.

        Raises:
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras import automl

        return self._wait(
            automl.until(lambda: automl.is_complete(self)),
            lambda limits: self._client.send(automl.version(self.model_version), limits),
            deadline,
            delay,
            None,
            options,
        )

    def get_train_test_feature_group_as_pandas(
        self, **options: Unpack[CallOptions]
    ) -> pd.DataFrame:
        """Fetch the rows that the version was trained and tested with.

        Args:
            **options: Options of each call.

        Returns:
            The rows.
        """
        group = self.describe_train_test_data_split_feature_group_version(**options)
        return group.load_as_pandas(**options)


class AsyncModelVersionMethods(AsyncModelVersionCalls):
    """What a model version can do besides, awaited."""

    async def wait_for_training(
        self, deadline: float | None = None, *, delay: float = 5, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the version is trained, as `ModelVersion.wait_for_training` does."""
        from abacus_client.extras import automl

        return await self._wait(
            automl.until(lambda: automl.is_trained(self)),
            lambda limits: self.describe(**limits),
            deadline,
            delay,
            None,
            options,
        )

    async def wait_for_full_automl(
        self, deadline: float | None = None, *, delay: float = 5, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait for the automatic search, as `ModelVersion.wait_for_full_automl` does."""
        from abacus_client.extras import automl

        return await self._wait(
            automl.until(lambda: automl.is_complete(self)),
            lambda limits: self._client.send(automl.version(self.model_version), limits),
            deadline,
            delay,
            None,
            options,
        )

    async def get_train_test_feature_group_as_pandas(
        self, **options: Unpack[CallOptions]
    ) -> pd.DataFrame:
        """Fetch the rows, as `ModelVersion.get_train_test_feature_group_as_pandas` does."""
        group = await self.describe_train_test_data_split_feature_group_version(**options)
        return await group.load_as_pandas(**options)
