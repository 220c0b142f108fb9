"""Flat methods, as the vendor's client has them, for what is written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from abacus_client import Abacus
from abacus_client.extras.chat import as_generator

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncGenerator, Callable

    import pandas as pd
    from abacus_client import (
        Agent,
        Algorithm,
        CustomLossFunction,
        CustomMetric,
        Dataset,
        DocumentRetrieverLookupResult,
        FeatureGroup,
        LlmExecutionResult,
        Model,
        Module,
        Pipeline,
        PipelineStep,
        PredictionOperator,
        PythonFunction,
        TrainingConfig,
        WorkflowGraph,
    )
    from abacus_client._runtime.payload import FileTypes
    from abacus_client.extras.chat import Chunk

    Function = Callable[..., Any]
    Attachments = dict[str, FileTypes] | None


class ByHandMethods(Abacus):
    """The methods of the vendor's client that are more than one call."""

    def create_dataset_from_pandas(
        self, feature_group_table_name: str, df: pd.DataFrame, clean_column_names: bool = False
    ) -> Dataset:
        """Create a dataset from a data frame.

        As `client.datasets.create_from_pandas`.
        """
        return self.datasets.create_from_pandas(
            feature_group_table_name, df, clean_column_names=clean_column_names
        )

    def create_dataset_version_from_pandas(
        self, table_name_or_id: str, df: pd.DataFrame, clean_column_names: bool = False
    ) -> Dataset:
        """Create a version of a dataset from a data frame.

        As `client.datasets.create_version_from_pandas`.
        """
        return self.datasets.create_version_from_pandas(
            table_name_or_id, df, clean_column_names=clean_column_names
        )

    def create_feature_group_from_pandas_df(
        self, table_name: str, df: pd.DataFrame, clean_column_names: bool = False
    ) -> FeatureGroup:
        """Create a feature group from a data frame.

        As `client.feature_groups.create_from_pandas`.
        """
        return self.feature_groups.create_from_pandas(
            table_name, df, clean_column_names=clean_column_names
        )

    def update_feature_group_from_pandas_df(
        self, table_name: str, df: pd.DataFrame, clean_column_names: bool = False
    ) -> FeatureGroup:
        """Replace the data of a feature group by a data frame.

        As `client.feature_groups.update_from_pandas`.
        """
        return self.feature_groups.update_from_pandas(
            table_name, df, clean_column_names=clean_column_names
        )

    def create_feature_group_from_spark_df(self, table_name: str, df: Any) -> FeatureGroup:
        """Create a feature group from a Spark data frame.

        As `client.feature_groups.create_from_spark`.
        """
        return self.feature_groups.create_from_spark(table_name, df)

    def update_feature_group_from_spark_df(self, table_name: str, df: Any) -> FeatureGroup:
        """Replace the data of a feature group by a Spark data frame.

        As `client.feature_groups.update_from_spark`.
        """
        return self.feature_groups.update_from_spark(table_name, df)

    def create_spark_df_from_feature_group_version(
        self, session: Any, feature_group_version: str
    ) -> Any:
        """Hand over the rows of a feature group version to Spark.

        As `FeatureGroupVersion.load_as_spark`.
        """
        return self.feature_group_versions.describe(feature_group_version).load_as_spark(session)

    def create_feature_group_from_python_function(
        self,
        function: Function,
        table_name: str,
        input_tables: list[Any] | None = None,
        python_function_name: str | None = None,
        python_function_bindings: list[Any] | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        package_requirements: list[Any] | None = None,
        included_modules: list[Any] | None = None,
    ) -> FeatureGroup:
        """Create a feature group that a function computes.

        As `client.feature_groups.create_from_python_function`.
        """
        return self.feature_groups.create_from_python_function(
            function,
            table_name,
            input_tables=input_tables,
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
        """Run a query over feature groups.

        As `client.feature_groups.execute_sql`.
        """
        return self.feature_groups.execute_sql(
            sql,
            fix_query_on_error=fix_query_on_error,
            deadline=timeout,
            delay=delay,
            use_latest_version=use_latest_version,
        )

    def execute_data_query_using_llm(
        self,
        query: str,
        feature_group_ids: list[str],
        prompt_context: str | None = None,
        llm_name: str | None = None,
        temperature: float | None = None,
        preview: bool = False,
        schema_document_retriever_ids: list[str] | None = None,
        timeout: float | None = 3600,
        delay: float = 2,
        use_latest_version: bool = True,
    ) -> LlmExecutionResult:
        """Let a language model write a query, and run it.

        As `client.llms.execute_data_query`.
        """
        return self.llms.execute_data_query(
            query,
            feature_group_ids,
            prompt_context=prompt_context,
            llm_name=llm_name,
            temperature=temperature,
            preview=preview,
            deadline=timeout,
            delay=delay,
            use_latest_version=use_latest_version,
        )

    def get_matching_documents(
        self,
        document_retriever_id: str,
        query: str,
        filters: dict[str, Any] | None = None,
        limit: int | None = None,
        result_columns: list[Any] | None = None,
        max_words: int | None = None,
        num_retrieval_margin_words: int | None = None,
        max_words_per_chunk: int | None = None,
        score_multiplier_column: str | None = None,
        min_score: float | None = None,
        required_phrases: list[Any] | None = None,
        filter_clause: str | None = None,
        crowding_limits: dict[str, int] | None = None,
        include_text_search: bool | None = None,
    ) -> list[DocumentRetrieverLookupResult]:
        """Find the documents that fit a query.

        As `client.document_retrievers.get_matching_documents`.
        """
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

    def get_streaming_chat_response(
        self,
        deployment_token: str,
        deployment_id: str,
        messages: list[Any],
        llm_name: str | None = None,
        num_completion_tokens: int | None = None,
        system_message: str | None = None,
        temperature: float = 0.0,
        filter_key_values: dict[str, Any] | None = None,
        search_score_cutoff: float | None = None,
        chat_config: dict[str, Any] | None = None,
        ignore_documents: bool = False,
        include_search_results: bool = False,
        exclude_thinking_segments: bool = False,
        user_info: dict[str, Any] | None = None,
    ) -> AsyncGenerator[Chunk]:
        """Let a chat deployment go on after some messages.

        As `client.predictions.stream_chat_response`.
        """
        return as_generator(
            lambda: self.predictions.stream_chat_response(
                deployment_token,
                deployment_id,
                messages,
                llm_name=llm_name,
                num_completion_tokens=num_completion_tokens,
                system_message=system_message,
                temperature=temperature,
                filter_key_values=filter_key_values,
                search_score_cutoff=search_score_cutoff,
                chat_config=chat_config,
                ignore_documents=ignore_documents,
                include_search_results=include_search_results,
                exclude_thinking_segments=exclude_thinking_segments,
                user_info=user_info,
            )
        )

    def get_streaming_chat_response_with_binary_data(
        self,
        deployment_token: str,
        deployment_id: str,
        messages: list[Any],
        llm_name: str | None = None,
        num_completion_tokens: int | None = None,
        system_message: str | None = None,
        temperature: float = 0.0,
        filter_key_values: dict[str, Any] | None = None,
        search_score_cutoff: float | None = None,
        chat_config: dict[str, Any] | None = None,
        ignore_documents: bool = False,
        include_search_results: bool = False,
        exclude_thinking_segments: bool = False,
        attachments: Attachments = None,
    ) -> AsyncGenerator[Chunk]:
        """Let a chat deployment go on after some messages, with files.

        As `client.predictions.stream_chat_response`.
        """
        return as_generator(
            lambda: self.predictions.stream_chat_response(
                deployment_token,
                deployment_id,
                messages,
                llm_name=llm_name,
                num_completion_tokens=num_completion_tokens,
                system_message=system_message,
                temperature=temperature,
                filter_key_values=filter_key_values,
                search_score_cutoff=search_score_cutoff,
                chat_config=chat_config,
                ignore_documents=ignore_documents,
                include_search_results=include_search_results,
                exclude_thinking_segments=exclude_thinking_segments,
                attachments=attachments,
            )
        )

    def get_streaming_conversation_response(
        self,
        deployment_token: str,
        deployment_id: str,
        message: str,
        deployment_conversation_id: str | None = None,
        external_session_id: str | None = None,
        llm_name: str | None = None,
        num_completion_tokens: int | None = None,
        system_message: str | None = None,
        temperature: float = 0.0,
        filter_key_values: dict[str, Any] | None = None,
        search_score_cutoff: float | None = None,
        chat_config: dict[str, Any] | None = None,
        ignore_documents: bool = False,
        include_search_results: bool = False,
        exclude_thinking_segments: bool = False,
        user_info: dict[str, Any] | None = None,
    ) -> AsyncGenerator[Chunk]:
        """Go on with a conversation.

        As `client.predictions.stream_conversation_response`.
        """
        return as_generator(
            lambda: self.predictions.stream_conversation_response(
                deployment_token,
                deployment_id,
                message,
                deployment_conversation_id=deployment_conversation_id,
                external_session_id=external_session_id,
                llm_name=llm_name,
                num_completion_tokens=num_completion_tokens,
                system_message=system_message,
                temperature=temperature,
                filter_key_values=filter_key_values,
                search_score_cutoff=search_score_cutoff,
                chat_config=chat_config,
                ignore_documents=ignore_documents,
                include_search_results=include_search_results,
                exclude_thinking_segments=exclude_thinking_segments,
                user_info=user_info,
            )
        )

    def get_streaming_conversation_response_with_binary_data(
        self,
        deployment_token: str,
        deployment_id: str,
        message: str,
        deployment_conversation_id: str | None = None,
        external_session_id: str | None = None,
        llm_name: str | None = None,
        num_completion_tokens: int | None = None,
        system_message: str | None = None,
        temperature: float = 0.0,
        filter_key_values: dict[str, Any] | None = None,
        search_score_cutoff: float | None = None,
        chat_config: dict[str, Any] | None = None,
        ignore_documents: bool = False,
        include_search_results: bool = False,
        exclude_thinking_segments: bool = False,
        attachments: Attachments = None,
    ) -> AsyncGenerator[Chunk]:
        """Go on with a conversation, with files.

        As `client.predictions.stream_conversation_response`.
        """
        return as_generator(
            lambda: self.predictions.stream_conversation_response(
                deployment_token,
                deployment_id,
                message,
                deployment_conversation_id=deployment_conversation_id,
                external_session_id=external_session_id,
                llm_name=llm_name,
                num_completion_tokens=num_completion_tokens,
                system_message=system_message,
                temperature=temperature,
                filter_key_values=filter_key_values,
                search_score_cutoff=search_score_cutoff,
                chat_config=chat_config,
                ignore_documents=ignore_documents,
                include_search_results=include_search_results,
                exclude_thinking_segments=exclude_thinking_segments,
                attachments=attachments,
            )
        )

    def execute_conversation_agent_streaming(
        self,
        deployment_token: str,
        deployment_id: str,
        arguments: list[Any] | None = None,
        keyword_arguments: dict[str, Any] | None = None,
        deployment_conversation_id: str | None = None,
        external_session_id: str | None = None,
        regenerate: bool = False,
        doc_infos: list[Any] | None = None,
        agent_workflow_node_id: str | None = None,
    ) -> AsyncGenerator[Chunk]:
        """Run an agent in a conversation.

        As `client.predictions.stream_conversation_agent`.
        """
        return as_generator(
            lambda: self.predictions.stream_conversation_agent(
                deployment_token,
                deployment_id,
                arguments=arguments,
                keyword_arguments=keyword_arguments,
                deployment_conversation_id=deployment_conversation_id,
                external_session_id=external_session_id,
                regenerate=regenerate,
                doc_infos=doc_infos,
                agent_workflow_node_id=agent_workflow_node_id,
            )
        )

    def get_assignments_online_with_new_inputs(
        self,
        deployment_token: str,
        deployment_id: str,
        assignments_df: pd.DataFrame | None = None,
        constraints_df: pd.DataFrame | None = None,
        constraint_equations_df: pd.DataFrame | None = None,
        feature_mapping_dict: dict[str, Any] | None = None,
        solve_time_limit_seconds: float | None = None,
        optimality_gap_limit: float | None = None,
    ) -> Any:
        """Solve an optimisation problem anew, with other inputs.

        As `client.predictions.get_assignments_online_with_new_inputs`.
        """
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
        self, deployment_token: str, deployment_id: str, query_data: dict[str, pd.DataFrame]
    ) -> Any:
        """Compute the inputs of an optimisation problem anew.

        As `client.predictions.get_optimization_input_dataframes_with_new_inputs`.
        """
        return self.predictions.get_optimization_input_dataframes_with_new_inputs(
            deployment_token, deployment_id, query_data
        )

    def create_prediction_operator_from_functions(
        self,
        name: str,
        project_id: str,
        predict_function: Function | None = None,
        initialize_function: Function | None = None,
        feature_group_ids: list[Any] | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        included_modules: list[Any] | None = None,
        package_requirements: list[Any] | None = None,
        use_gpu: bool = False,
    ) -> PredictionOperator:
        """Create a prediction operator of functions.

        As `client.prediction_operators.create_from_functions`.
        """
        return self.prediction_operators.create_from_functions(
            name,
            project_id,
            predict_function=predict_function,
            initialize_function=initialize_function,
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
        predict_function: Function | None = None,
        initialize_function: Function | None = None,
        feature_group_ids: list[Any] | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        included_modules: list[Any] | None = None,
        package_requirements: list[Any] | None = None,
        use_gpu: bool = False,
    ) -> PredictionOperator:
        """Replace the functions of a prediction operator.

        As `client.prediction_operators.update_from_functions`.
        """
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

    def create_model_from_functions(
        self,
        project_id: str,
        train_function: Function,
        predict_function: Function | None = None,
        training_input_tables: list[Any] | None = None,
        predict_many_function: Function | None = None,
        initialize_function: Function | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        training_config: TrainingConfig | dict[str, Any] | None = None,
        exclusive_run: bool = False,
        included_modules: list[Any] | None = None,
        package_requirements: list[Any] | None = None,
        name: str | None = None,
        use_gpu: bool = False,
        is_thread_safe: bool | None = None,
    ) -> Model:
        """Create a model of functions.

        As `client.models.create_from_functions`.
        """
        return self.models.create_from_functions(
            project_id,
            train_function,
            predict_function=predict_function,
            training_input_tables=training_input_tables,
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
        train_function: Function,
        predict_function: Function | None = None,
        predict_many_function: Function | None = None,
        initialize_function: Function | None = None,
        training_input_tables: list[Any] | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        included_modules: list[Any] | None = None,
        package_requirements: list[Any] | None = None,
        use_gpu: bool = False,
        is_thread_safe: bool | None = None,
    ) -> Model:
        """Replace the functions of a model.

        As `client.models.update_from_functions`.
        """
        return self.models.update_from_functions(
            model_id,
            train_function,
            predict_function=predict_function,
            predict_many_function=predict_many_function,
            initialize_function=initialize_function,
            training_input_tables=training_input_tables,
            cpu_size=cpu_size,
            memory=memory,
            included_modules=included_modules,
            package_requirements=package_requirements,
            use_gpu=use_gpu,
            is_thread_safe=is_thread_safe,
        )

    def create_pipeline_step_from_function(
        self,
        pipeline_id: str,
        step_name: str,
        function: Function,
        step_input_mappings: list[Any] | None = None,
        output_variable_mappings: list[Any] | None = None,
        step_dependencies: list[Any] | None = None,
        package_requirements: list[Any] | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        included_modules: list[Any] | None = None,
        timeout: int | None = None,
    ) -> Pipeline:
        """Add a step to a pipeline that is a function.

        As `client.pipeline_steps.create_from_function`.
        """
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
        function: Function,
        step_input_mappings: list[Any] | None = None,
        output_variable_mappings: list[Any] | None = None,
        step_dependencies: list[Any] | None = None,
        package_requirements: list[Any] | None = None,
        cpu_size: str | None = None,
        memory: int | None = None,
        included_modules: list[Any] | None = None,
        timeout: int | None = None,
    ) -> PipelineStep:
        """Replace the function of a step.

        As `client.pipeline_steps.update_from_function`.
        """
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

    def create_python_function_from_function(
        self,
        name: str,
        function: Function,
        function_variable_mappings: list[Any] | None = None,
        package_requirements: list[Any] | None = None,
        function_type: str = "FEATURE_GROUP",
        description: str | None = None,
    ) -> PythonFunction:
        """Create a Python function of a function.

        As `client.python_functions.create_from_function`.
        """
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
        function: Function | None = None,
        function_variable_mappings: list[Any] | None = None,
        package_requirements: list[Any] | None = None,
        included_modules: list[Any] | None = None,
    ) -> PythonFunction:
        """Replace the code of a Python function.

        As `client.python_functions.update_from_function`.
        """
        return self.python_functions.update_from_function(
            name,
            cast("Function", function),
            function_variable_mappings=function_variable_mappings,
            package_requirements=package_requirements,
            included_modules=included_modules,
        )

    def create_algorithm_from_function(
        self,
        name: str,
        problem_type: str,
        training_data_parameter_names_mapping: dict[str, Any] | None = None,
        training_config_parameter_name: str | None = None,
        train_function: Function | None = None,
        predict_function: Function | None = None,
        predict_many_function: Function | None = None,
        initialize_function: Function | None = None,
        common_functions: list[Function] | None = None,
        config_options: dict[str, Any] | None = None,
        is_default_enabled: bool = False,
        project_id: str | None = None,
        use_gpu: bool = False,
        package_requirements: list[Any] | None = None,
        included_modules: list[Any] | None = None,
    ) -> Algorithm:
        """Create an algorithm of functions.

        As `client.algorithms.create_from_function`.
        """
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
        train_function: Function | None = None,
        predict_function: Function | None = None,
        predict_many_function: Function | None = None,
        initialize_function: Function | None = None,
        common_functions: list[Function] | None = None,
        config_options: dict[str, Any] | None = None,
        is_default_enabled: bool | None = None,
        use_gpu: bool | None = None,
        package_requirements: list[Any] | None = None,
        included_modules: list[Any] | None = None,
    ) -> Algorithm:
        """Replace the functions of an algorithm.

        As `client.algorithms.update_from_function`.
        """
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

    def get_train_function_input(
        self,
        project_id: str,
        training_table_names: list[Any] | None = None,
        training_data_parameter_name_override: dict[str, Any] | None = None,
        training_config_parameter_name_override: str | None = None,
        training_config: TrainingConfig | dict[str, Any] | None = None,
        custom_algorithm_config: Any = None,
    ) -> dict[str, Any]:
        """Fetch what a training function would be called with.

        As `client.projects.get_train_function_input`.
        """
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
        custom_algorithm_config: Any = None,
    ) -> dict[str, Any]:
        """Fetch what the training function of a model version was called with.

        As `client.model_versions.get_train_function_input`.
        """
        return self.model_versions.get_train_function_input(
            model_version,
            algorithm=algorithm,
            training_config=training_config,
            custom_algorithm_config=custom_algorithm_config,
        )

    def create_custom_loss_function(
        self, name: str, loss_function_type: str, loss_function: Function
    ) -> CustomLossFunction:
        """Register a loss function.

        As `client.custom_loss_functions.create_from_function`.
        """
        return self.custom_loss_functions.create_from_function(
            name, loss_function_type, loss_function
        )

    def update_custom_loss_function(self, name: str, loss_function: Function) -> CustomLossFunction:
        """Replace a loss function.

        As `client.custom_loss_functions.update_from_function`.
        """
        return self.custom_loss_functions.update_from_function(name, loss_function)

    def create_custom_metric_from_function(
        self, name: str, problem_type: str, custom_metric_function: Function
    ) -> CustomMetric:
        """Register a metric.

        As `client.custom_metrics.create_from_function`.
        """
        return self.custom_metrics.create_from_function(name, problem_type, custom_metric_function)

    def update_custom_metric_from_function(
        self, name: str, custom_metric_function: Function
    ) -> CustomMetric:
        """Replace the function of a metric.

        As `client.custom_metrics.update_from_function`.
        """
        return self.custom_metrics.update_from_function(name, custom_metric_function)

    def create_module_from_notebook(self, file_path: str | os.PathLike[str], name: str) -> Module:
        """Create a module of a notebook.

        As `client.modules.create_from_notebook`.
        """
        return self.modules.create_from_notebook(file_path, name)

    def update_module_from_notebook(self, file_path: str | os.PathLike[str], name: str) -> Module:
        """Replace the code of a module by that of a notebook.

        As `client.modules.update_from_notebook`.
        """
        return self.modules.update_from_notebook(file_path, name)

    def create_agent_from_function(
        self,
        project_id: str,
        agent_function: Function,
        name: str | None = None,
        memory: int | None = None,
        package_requirements: list[Any] | None = None,
        description: str | None = None,
        evaluation_feature_group_id: str | None = None,
        workflow_graph: WorkflowGraph | dict[str, Any] | None = None,
    ) -> Agent:
        """Create an agent of a function.

        As `client.agents.create_from_function`.
        """
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
        agent_function: Function,
        memory: int | None = None,
        package_requirements: list[Any] | None = None,
        enable_binary_input: bool | None = None,
        description: str | None = None,
        workflow_graph: WorkflowGraph | dict[str, Any] | None = None,
    ) -> Agent:
        """Replace the function of an agent.

        As `client.agents.update_from_function`.
        """
        return self.agents.update_from_function(
            model_id,
            agent_function,
            memory=memory,
            package_requirements=package_requirements,
            enable_binary_input=enable_binary_input,
            description=description,
            workflow_graph=workflow_graph,
        )
