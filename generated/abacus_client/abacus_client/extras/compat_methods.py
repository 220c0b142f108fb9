"""What the vendor's clients have besides the methods that only call: each calls its namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abacus_client import Abacus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from abacus_client.models import (
        Agent,
        Algorithm,
        CustomLossFunction,
        CustomMetric,
        Dataset,
        DocumentRetrieverLookupResult,
        FeatureGroup,
        Model,
        Module,
        Pipeline,
        PipelineStep,
        PredictionOperator,
        PythonFunction,
        TrainingConfig,
        WorkflowGraph,
    )


class HandwrittenMethods(Abacus):
    """The methods that are written by hand at the vendor's, too."""

    def create_agent_from_function(
        self,
        project_id: str,
        agent_function: Callable[..., Any],
        name: str | None = None,
        memory: int | None = None,
        package_requirements: list[str] | None = None,
        description: str | None = None,
        evaluation_feature_group_id: str | None = None,
        workflow_graph: WorkflowGraph | dict[str, Any] | None = None,
    ) -> Agent:
        """The same as `client.agents.create_from_function()`."""
        return self.agents.create_from_function(
            project_id,
            agent_function,
            name=name,
            memory=memory,
            package_requirements=package_requirements,
            description=description,
            evaluation_feature_group_id=evaluation_feature_group_id,
            workflow_graph=workflow_graph,
        )

    def update_agent_with_function(
        self,
        model_id: str,
        agent_function: Callable[..., Any],
        memory: int | None = None,
        package_requirements: list[str] | None = None,
        enable_binary_input: bool | None = None,
        description: str | None = None,
        workflow_graph: WorkflowGraph | dict[str, Any] | None = None,
    ) -> Agent:
        """The same as `client.agents.update_from_function()`."""
        return self.agents.update_from_function(
            model_id,
            agent_function,
            memory=memory,
            package_requirements=package_requirements,
            enable_binary_input=enable_binary_input,
            description=description,
            workflow_graph=workflow_graph,
        )

    def create_algorithm_from_function(
        self,
        name: str,
        problem_type: str,
        training_data_parameter_names_mapping: dict[str, Any] | None = None,
        training_config_parameter_name: str | None = None,
        train_function: Callable[..., Any] | None = None,
        predict_function: Callable[..., Any] | None = None,
        predict_many_function: Callable[..., Any] | None = None,
        initialize_function: Callable[..., Any] | None = None,
        common_functions: list[Callable[..., Any]] | None = None,
        config_options: dict[str, Any] | None = None,
        is_default_enabled: bool = False,
        project_id: str | None = None,
        use_gpu: bool = False,
        package_requirements: list[str] | None = None,
        included_modules: list[str] | None = None,
    ) -> Algorithm:
        """The same as `client.algorithms.create_from_function()`."""
        return self.algorithms.create_from_function(
            name,
            problem_type,
            training_data_parameter_names_mapping=training_data_parameter_names_mapping,
            training_config_parameter_name=training_config_parameter_name,
            train_function=train_function,
            predict_function=predict_function,
            predict_many_function=predict_many_function,
            initialize_function=initialize_function,
            common_functions=common_functions or (),
            config_options=config_options,
            is_default_enabled=is_default_enabled,
            project_id=project_id,
            use_gpu=use_gpu,
            package_requirements=package_requirements,
            included_modules=included_modules,
        )

    def update_algorithm_from_function(
        self,
        algorithm: str,
        training_data_parameter_names_mapping: dict[str, Any] | None = None,
        training_config_parameter_name: str | None = None,
        train_function: Callable[..., Any] | None = None,
        predict_function: Callable[..., Any] | None = None,
        predict_many_function: Callable[..., Any] | None = None,
        initialize_function: Callable[..., Any] | None = None,
        common_functions: list[Callable[..., Any]] | None = None,
        config_options: dict[str, Any] | None = None,
        is_default_enabled: bool | None = None,
        use_gpu: bool | None = None,
        package_requirements: list[str] | None = None,
        included_modules: list[str] | None = None,
    ) -> Algorithm:
        """The same as `client.algorithms.update_from_function()`."""
        return self.algorithms.update_from_function(
            algorithm,
            training_data_parameter_names_mapping=training_data_parameter_names_mapping,
            training_config_parameter_name=training_config_parameter_name,
            train_function=train_function,
            predict_function=predict_function,
            predict_many_function=predict_many_function,
            initialize_function=initialize_function,
            common_functions=common_functions or (),
            config_options=config_options,
            is_default_enabled=is_default_enabled,
            use_gpu=use_gpu,
            package_requirements=package_requirements,
            included_modules=included_modules,
        )

    def create_custom_loss_function(
        self, name: str, loss_function_type: str, loss_function: Callable[..., Any]
    ) -> CustomLossFunction:
        """The same as `client.custom_loss_functions.create_from_function()`."""
        return self.custom_loss_functions.create_from_function(
            name, loss_function_type, loss_function
        )

    def update_custom_loss_function(
        self, name: str, loss_function: Callable[..., Any]
    ) -> CustomLossFunction:
        """The same as `client.custom_loss_functions.update_from_function()`."""
        return self.custom_loss_functions.update_from_function(name, loss_function)

    def create_custom_metric_from_function(
        self, name: str, problem_type: str, custom_metric_function: Callable[..., Any]
    ) -> CustomMetric:
        """The same as `client.custom_metrics.create_from_function()`."""
        return self.custom_metrics.create_from_function(name, problem_type, custom_metric_function)

    def update_custom_metric_from_function(
        self, name: str, custom_metric_function: Callable[..., Any]
    ) -> CustomMetric:
        """The same as `client.custom_metrics.update_from_function()`."""
        return self.custom_metrics.update_from_function(name, custom_metric_function)

    def create_dataset_from_pandas(
        self, feature_group_table_name: str, df: Any, clean_column_names: bool = False
    ) -> Dataset:
        """The same as `client.datasets.create_from_pandas()`."""
        return self.datasets.create_from_pandas(
            feature_group_table_name, df, clean_column_names=clean_column_names
        )

    def create_dataset_version_from_pandas(
        self, table_name_or_id: str, df: Any, clean_column_names: bool = False
    ) -> Dataset:
        """The same as `client.datasets.create_version_from_pandas()`."""
        return self.datasets.create_version_from_pandas(
            table_name_or_id, df, clean_column_names=clean_column_names
        )

    def create_feature_group_from_pandas_df(
        self, table_name: str, df: Any, clean_column_names: bool = False
    ) -> FeatureGroup:
        """The same as `client.feature_groups.create_from_pandas()`."""
        return self.feature_groups.create_from_pandas(
            table_name, df, clean_column_names=clean_column_names
        )

    def update_feature_group_from_pandas_df(
        self, table_name: str, df: Any, clean_column_names: bool = False
    ) -> FeatureGroup:
        """The same as `client.feature_groups.update_from_pandas()`."""
        return self.feature_groups.update_from_pandas(
            table_name, df, clean_column_names=clean_column_names
        )

    def create_feature_group_from_spark_df(self, table_name: str, df: Any) -> FeatureGroup:
        """The same as `client.feature_groups.create_from_spark()`."""
        return self.feature_groups.create_from_spark(table_name, df)

    def update_feature_group_from_spark_df(self, table_name: str, df: Any) -> FeatureGroup:
        """The same as `client.feature_groups.update_from_spark()`."""
        return self.feature_groups.update_from_spark(table_name, df)

    def create_feature_group_from_python_function(
        self,
        function: Callable[..., Any],
        table_name: str,
        input_tables: list[str] | None = None,
        python_function_name: str | None = None,
        python_function_bindings: list[Any] | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        package_requirements: list[str] | None = None,
        included_modules: list[str] | None = None,
    ) -> FeatureGroup:
        """The same as `client.feature_groups.create_from_python_function()`."""
        return self.feature_groups.create_from_python_function(
            function,
            table_name,
            input_tables,
            python_function_name=python_function_name,
            python_function_bindings=python_function_bindings,
            cpu_size=cpu_size,
            memory=memory,
            package_requirements=package_requirements,
            included_modules=included_modules,
        )

    def execute_feature_group_sql(
        self,
        sql: str,
        fix_query_on_error: bool = False,
        timeout: float | None = 3600,
        delay: float = 2,
        use_latest_version: bool = True,
    ) -> pd.DataFrame:
        """The same as `client.feature_groups.execute_sql()`."""
        return self.feature_groups.execute_sql(
            sql,
            fix_query_on_error=fix_query_on_error,
            deadline=timeout,
            delay=delay,
            use_latest_version=use_latest_version,
        )

    def create_model_from_functions(
        self,
        project_id: str,
        train_function: Callable[..., Any],
        predict_function: Callable[..., Any] | None = None,
        training_input_tables: list[str] | None = None,
        predict_many_function: Callable[..., Any] | None = None,
        initialize_function: Callable[..., Any] | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        training_config: TrainingConfig | dict[str, Any] | None = None,
        exclusive_run: bool = False,
        included_modules: list[str] | None = None,
        package_requirements: list[str] | None = None,
        name: str | None = None,
        use_gpu: bool = False,
        is_thread_safe: bool | None = None,
    ) -> Model:
        """The same as `client.models.create_from_functions()`."""
        return self.models.create_from_functions(
            project_id,
            train_function,
            predict_function,
            training_input_tables,
            predict_many_function=predict_many_function,
            initialize_function=initialize_function,
            cpu_size=cpu_size,
            memory=memory,
            training_config=training_config,
            exclusive_run=exclusive_run,
            included_modules=included_modules,
            package_requirements=package_requirements,
            name=name,
            use_gpu=use_gpu,
            is_thread_safe=is_thread_safe,
        )

    def update_model_from_functions(
        self,
        model_id: str,
        train_function: Callable[..., Any],
        predict_function: Callable[..., Any] | None = None,
        predict_many_function: Callable[..., Any] | None = None,
        initialize_function: Callable[..., Any] | None = None,
        training_input_tables: list[str] | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        included_modules: list[str] | None = None,
        package_requirements: list[str] | None = None,
        use_gpu: bool = False,
        is_thread_safe: bool | None = None,
    ) -> Model:
        """The same as `client.models.update_from_functions()`."""
        return self.models.update_from_functions(
            model_id,
            train_function,
            predict_function,
            predict_many_function,
            initialize_function,
            training_input_tables=training_input_tables,
            cpu_size=cpu_size,
            memory=memory,
            included_modules=included_modules,
            package_requirements=package_requirements,
            use_gpu=use_gpu,
            is_thread_safe=is_thread_safe,
        )

    def create_module_from_notebook(self, file_path: str, name: str) -> Module:
        """The same as `client.modules.create_from_notebook()`."""
        return self.modules.create_from_notebook(file_path, name)

    def update_module_from_notebook(self, file_path: str, name: str) -> Module:
        """The same as `client.modules.update_from_notebook()`."""
        return self.modules.update_from_notebook(file_path, name)

    def create_pipeline_step_from_function(
        self,
        pipeline_id: str,
        step_name: str,
        function: Callable[..., Any],
        step_input_mappings: list[Any] | None = None,
        output_variable_mappings: list[Any] | None = None,
        step_dependencies: list[str] | None = None,
        package_requirements: list[str] | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        included_modules: list[str] | None = None,
        timeout: int | None = None,
    ) -> Pipeline:
        """The same as `client.pipeline_steps.create_from_function()`."""
        return self.pipeline_steps.create_from_function(
            pipeline_id,
            step_name,
            function,
            step_input_mappings=step_input_mappings,
            output_variable_mappings=output_variable_mappings,
            step_dependencies=step_dependencies,
            package_requirements=package_requirements,
            cpu_size=cpu_size,
            memory=memory,
            included_modules=included_modules,
            timeout_=timeout,
        )

    def update_pipeline_step_from_function(
        self,
        pipeline_step_id: str,
        function: Callable[..., Any],
        step_input_mappings: list[Any] | None = None,
        output_variable_mappings: list[Any] | None = None,
        step_dependencies: list[str] | None = None,
        package_requirements: list[str] | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        included_modules: list[str] | None = None,
        timeout: int | None = None,
    ) -> PipelineStep:
        """The same as `client.pipeline_steps.update_from_function()`."""
        return self.pipeline_steps.update_from_function(
            pipeline_step_id,
            function,
            step_input_mappings=step_input_mappings,
            output_variable_mappings=output_variable_mappings,
            step_dependencies=step_dependencies,
            package_requirements=package_requirements,
            cpu_size=cpu_size,
            memory=memory,
            included_modules=included_modules,
            timeout_=timeout,
        )

    def create_prediction_operator_from_functions(
        self,
        name: str,
        project_id: str,
        predict_function: Callable[..., Any] | None = None,
        initialize_function: Callable[..., Any] | None = None,
        feature_group_ids: list[str] | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        included_modules: list[str] | None = None,
        package_requirements: list[str] | None = None,
        use_gpu: bool = False,
    ) -> PredictionOperator:
        """The same as `client.prediction_operators.create_from_functions()`."""
        return self.prediction_operators.create_from_functions(
            name,
            project_id,
            predict_function,
            initialize_function,
            feature_group_ids=feature_group_ids,
            cpu_size=cpu_size,
            memory=memory,
            included_modules=included_modules,
            package_requirements=package_requirements,
            use_gpu=use_gpu,
        )

    def update_prediction_operator_from_functions(
        self,
        prediction_operator_id: str,
        name: str | None = None,
        predict_function: Callable[..., Any] | None = None,
        initialize_function: Callable[..., Any] | None = None,
        feature_group_ids: list[str] | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        included_modules: list[str] | None = None,
        package_requirements: list[str] | None = None,
        use_gpu: bool = False,
    ) -> PredictionOperator:
        """The same as `client.prediction_operators.update_from_functions()`."""
        return self.prediction_operators.update_from_functions(
            prediction_operator_id,
            name=name,
            predict_function=predict_function,
            initialize_function=initialize_function,
            feature_group_ids=feature_group_ids,
            cpu_size=cpu_size,
            memory=memory,
            included_modules=included_modules,
            package_requirements=package_requirements,
            use_gpu=use_gpu,
        )

    def create_python_function_from_function(
        self,
        name: str,
        function: Callable[..., Any],
        function_variable_mappings: list[Any] | None = None,
        package_requirements: list[str] | None = None,
        function_type: str = "FEATURE_GROUP",
        description: str | None = None,
    ) -> PythonFunction:
        """The same as `client.python_functions.create_from_function()`."""
        return self.python_functions.create_from_function(
            name,
            function,
            function_variable_mappings=function_variable_mappings,
            package_requirements=package_requirements,
            function_type=function_type,
            description=description,
        )

    def update_python_function_code(
        self,
        name: str,
        function: Callable[..., Any] | None = None,
        function_variable_mappings: list[Any] | None = None,
        package_requirements: list[str] | None = None,
        included_modules: list[str] | None = None,
    ) -> PythonFunction:
        """The same as `client.python_functions.update_from_function()`."""
        if function is None:
            return self.python_functions.update(
                name,
                function_variable_mappings=function_variable_mappings,
                package_requirements=package_requirements,
            )
        return self.python_functions.update_from_function(
            name,
            function,
            function_variable_mappings=function_variable_mappings,
            package_requirements=package_requirements,
            included_modules=included_modules,
        )

    def get_assignments_online_with_new_inputs(
        self,
        deployment_token: str,
        deployment_id: str,
        assignments_df: Any = None,
        constraints_df: Any = None,
        constraint_equations_df: Any = None,
        feature_mapping_dict: dict[str, Any] | None = None,
        solve_time_limit_seconds: float | None = None,
        optimality_gap_limit: float | None = None,
    ) -> Any:
        """The same as `client.predictions.get_assignments_online_with_new_inputs()`."""
        return self.predictions.get_assignments_online_with_new_inputs(
            deployment_token,
            deployment_id,
            assignments_df=assignments_df,
            constraints_df=constraints_df,
            constraint_equations_df=constraint_equations_df,
            feature_mapping_dict=feature_mapping_dict,
            solve_time_limit_seconds=solve_time_limit_seconds,
            optimality_gap_limit=optimality_gap_limit,
        )

    def get_optimization_input_dataframes_with_new_inputs(
        self, deployment_token: str, deployment_id: str, query_data: Mapping[str, Any]
    ) -> Any:
        """The same as `client.predictions.get_optimization_input_dataframes_with_new_inputs()`."""
        return self.predictions.get_optimization_input_dataframes_with_new_inputs(
            deployment_token, deployment_id, query_data
        )

    def get_matching_documents(
        self,
        document_retriever_id: str,
        query: str,
        filters: dict[str, Any] | None = None,
        limit: int | None = None,
        result_columns: list[str] | None = None,
        max_words: int | None = None,
        num_retrieval_margin_words: int | None = None,
        max_words_per_chunk: int | None = None,
        score_multiplier_column: str | None = None,
        min_score: float | None = None,
        required_phrases: list[str] | None = None,
        filter_clause: str | None = None,
        crowding_limits: dict[str, Any] | None = None,
        include_text_search: bool | None = None,
    ) -> list[DocumentRetrieverLookupResult]:
        """The same as `client.document_retrievers.get_matching_documents()`."""
        return self.document_retrievers.get_matching_documents(
            document_retriever_id,
            query,
            filters=filters,
            limit=limit,
            result_columns=result_columns,
            max_words=max_words,
            num_retrieval_margin_words=num_retrieval_margin_words,
            max_words_per_chunk=max_words_per_chunk,
            score_multiplier_column=score_multiplier_column,
            min_score=min_score,
            required_phrases=required_phrases,
            filter_clause=filter_clause,
            crowding_limits=crowding_limits,
            include_text_search=include_text_search,
        )

    def get_train_function_input(
        self,
        project_id: str,
        training_table_names: list[str] | None = None,
        training_data_parameter_name_override: dict[str, Any] | None = None,
        training_config_parameter_name_override: str | None = None,
        training_config: TrainingConfig | dict[str, Any] | None = None,
        custom_algorithm_config: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The same as `client.projects.get_train_function_input()`."""
        return self.projects.get_train_function_input(
            project_id,
            training_table_names=training_table_names,
            training_data_parameter_name_override=training_data_parameter_name_override,
            training_config_parameter_name_override=training_config_parameter_name_override,
            training_config=training_config,
            custom_algorithm_config=custom_algorithm_config,
        )

    def get_train_function_input_from_model_version(
        self,
        model_version: str,
        algorithm: str | None = None,
        training_config: TrainingConfig | dict[str, Any] | None = None,
        custom_algorithm_config: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The same as `client.model_versions.get_train_function_input()`."""
        return self.model_versions.get_train_function_input(
            model_version,
            algorithm=algorithm,
            training_config=training_config,
            custom_algorithm_config=custom_algorithm_config,
        )
