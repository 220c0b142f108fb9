"""What a training function of yours is called with, to try it here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from abacus_client import TrainingConfig
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.resources.model_versions import AsyncModelVersionsCalls, ModelVersionsCalls
    from abacus_client.resources.projects import AsyncProjectsCalls, ProjectsCalls
    from typing_extensions import Unpack
else:
    ProjectsCalls = AsyncProjectsCalls = ModelVersionsCalls = AsyncModelVersionsCalls = object


class ProjectsMethods(ProjectsCalls):
    """What `client.projects` can do besides."""

    def get_train_function_input(
        self,
        project_id: str,
        *,
        training_table_names: list[str] | None = None,
        training_data_parameter_name_override: dict[str, str] | None = None,
        training_config_parameter_name_override: str | None = None,
        training_config: TrainingConfig | dict[str, Any] | None = None,
        custom_algorithm_config: dict[str, Any] | None = None,
        **options: Unpack[CallOptions],
    ) -> dict[str, Any]:
        """Fetch what a training function would be called with.

        Args:
            project_id: The id of the project.
            training_table_names: The table names of the feature groups to train with.
            training_data_parameter_name_override: Kind of feature group -> argument that takes it.
            training_config_parameter_name_override: The argument that takes the configuration.
            training_config: The configuration.
            custom_algorithm_config: The configuration of the algorithm.
            **options: Options of each call.

        Returns:
            Argument -> value: a data frame for each feature group, the mappings of the schema, and
            the configuration.

        Raises:
            ApiError: There is no such project, or a feature group could not be fetched.
        """
        info = self.get_custom_train_function_info(
            project_id,
            feature_group_names_for_training=training_table_names,
            training_data_parameter_name_override=training_data_parameter_name_override,
            training_config=training_config,
            custom_algorithm_config=custom_algorithm_config,
            **options,
        )
        groups = self._client.feature_groups
        found: dict[str, Any] = {
            name: groups.describe(group, **options).load_as_pandas(**options)
            for name, group in (info.train_data_parameter_to_feature_group_ids or {}).items()
        }
        found["schema_mappings"] = info.schema_mappings
        found[training_config_parameter_name_override or "training_config"] = info.training_config
        return found


class AsyncProjectsMethods(AsyncProjectsCalls):
    """What `client.projects` can do besides, awaited."""

    async def get_train_function_input(
        self,
        project_id: str,
        *,
        training_table_names: list[str] | None = None,
        training_data_parameter_name_override: dict[str, str] | None = None,
        training_config_parameter_name_override: str | None = None,
        training_config: TrainingConfig | dict[str, Any] | None = None,
        custom_algorithm_config: dict[str, Any] | None = None,
        **options: Unpack[CallOptions],
    ) -> dict[str, Any]:
        """Fetch what it would be called with, as `Projects.get_train_function_input` does."""
        info = await self.get_custom_train_function_info(
            project_id,
            feature_group_names_for_training=training_table_names,
            training_data_parameter_name_override=training_data_parameter_name_override,
            training_config=training_config,
            custom_algorithm_config=custom_algorithm_config,
            **options,
        )
        groups = self._client.feature_groups
        found: dict[str, Any] = {}
        for name, group in (info.train_data_parameter_to_feature_group_ids or {}).items():
            found[name] = await (await groups.describe(group, **options)).load_as_pandas(**options)
        found["schema_mappings"] = info.schema_mappings
        found[training_config_parameter_name_override or "training_config"] = info.training_config
        return found


class ModelVersionsMethods(ModelVersionsCalls):
    """What `client.model_versions` can do besides."""

    def get_train_function_input(
        self,
        model_version: str,
        *,
        algorithm: str | None = None,
        training_config: TrainingConfig | dict[str, Any] | None = None,
        custom_algorithm_config: dict[str, Any] | None = None,
        **options: Unpack[CallOptions],
    ) -> dict[str, Any]:
        """Fetch what the training function of a model version was called with.

        Args:
            model_version: The id of the model version.
            algorithm: The name of the algorithm; by default the only one of yours in it.
            training_config: Another configuration.
            custom_algorithm_config: Another configuration of the algorithm.
            **options: Options of each call.

        Returns:
            Argument -> value, as `client.projects.get_train_function_input` returns it.

        Raises:
            RequestError: The model has no algorithm of yours: name one.
            ApiError: There is no such model version, or a feature group could not be fetched.
        """
        from abacus_client._runtime.model import need
        from abacus_client.extras import trained

        version = self.describe(model_version, **options)
        model = self._client.models.describe(need(version.model_id, "model_id"), **options)
        name = trained.algorithm(version, algorithm)
        names = trained.names(self._client.algorithms.describe(name, **options))
        return self._client.projects.get_train_function_input(
            need(model.project_id, "project_id"),
            training_table_names=trained.tables(model),
            training_data_parameter_name_override=names.data,
            training_config_parameter_name_override=names.config,
            training_config=training_config or trained.config(version),
            custom_algorithm_config=custom_algorithm_config
            or trained.algorithm_config(version, name),
            **options,
        )


class AsyncModelVersionsMethods(AsyncModelVersionsCalls):
    """What `client.model_versions` can do besides, awaited."""

    async def get_train_function_input(
        self,
        model_version: str,
        *,
        algorithm: str | None = None,
        training_config: TrainingConfig | dict[str, Any] | None = None,
        custom_algorithm_config: dict[str, Any] | None = None,
        **options: Unpack[CallOptions],
    ) -> dict[str, Any]:
        """Fetch what it was called with, as `ModelVersions.get_train_function_input` does."""
        from abacus_client._runtime.model import need
        from abacus_client.extras import trained

        version = await self.describe(model_version, **options)
        model = await self._client.models.describe(need(version.model_id, "model_id"), **options)
        name = trained.algorithm(version, algorithm)
        names = trained.names(await self._client.algorithms.describe(name, **options))
        return await self._client.projects.get_train_function_input(
            need(model.project_id, "project_id"),
            training_table_names=trained.tables(model),
            training_data_parameter_name_override=names.data,
            training_config_parameter_name_override=names.config,
            training_config=training_config or trained.config(version),
            custom_algorithm_config=custom_algorithm_config
            or trained.algorithm_config(version, name),
            **options,
        )
