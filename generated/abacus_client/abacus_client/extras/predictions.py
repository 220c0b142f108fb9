"""What `client.predictions` can do besides: answers while they are written, frames to optimise."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    import pandas as pd
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client._runtime.payload import FileTypes
    from abacus_client.extras.chat import AsyncChatStream, ChatStream
    from abacus_client.resources.predictions import AsyncPredictionsCalls, PredictionsCalls
    from typing_extensions import Unpack

    class Asking(CallOptions, total=False):
        """How a chat deployment is asked.

        Attributes:
            llm_name: The language model.
            num_completion_tokens: The most tokens of the answer.
            system_message: What the language model is told before.
            temperature: How free the answer is.
            filter_key_values: Column -> values that documents must have.
            search_score_cutoff: The least score of a document that is used.
            chat_config: Further settings.
            ignore_documents: Whether no documents are searched.
            include_search_results: Whether what was found comes along.
            exclude_thinking_segments: Whether what the language model thinks stays out.
            user_info: Who asks; not beside attachments.
            attachments: Name -> file that goes along.
        """

        llm_name: str | None
        num_completion_tokens: int | None
        system_message: str | None
        temperature: float | None
        filter_key_values: Mapping[str, Any] | None
        search_score_cutoff: float | None
        chat_config: Mapping[str, Any] | None
        ignore_documents: bool
        include_search_results: bool
        exclude_thinking_segments: bool
        user_info: Mapping[str, Any] | None
        attachments: Mapping[str, FileTypes] | None

else:
    PredictionsCalls = AsyncPredictionsCalls = object


class PredictionsMethods(PredictionsCalls):
    """What `client.predictions` can do besides."""

    def stream_chat_response(
        self,
        deployment_token: str,
        deployment_id: str,
        messages: Sequence[Mapping[str, Any]],
        **asking: Unpack[Asking],
    ) -> ChatStream:
        """Let a chat deployment go on after some messages, and read the answer while it is written.

        Args:
            deployment_token: The token of the deployment.
            deployment_id: The id of the deployment.
            messages: The messages so far, each with `is_user` and `text`.
            **asking: How it is asked, and options of the call.

        Returns:
            The answer, to iterate over; close it, or use it as a context manager.

        Raises:
            ApiError: The deployment refuses; also while the answer is read.
        """
        from abacus_client.extras import chat

        call = chat.chat(deployment_token, deployment_id, messages, asking)
        return chat.ChatStream(self._client, call, chat.options(asking))

    def stream_conversation_response(
        self,
        deployment_token: str,
        deployment_id: str,
        message: str,
        *,
        deployment_conversation_id: str | None = None,
        external_session_id: str | None = None,
        **asking: Unpack[Asking],
    ) -> ChatStream:
        """Go on with a conversation that the API keeps, and read the answer while it is written.

        Args:
            deployment_token: The token of the deployment.
            deployment_id: The id of the deployment.
            message: What is said.
            deployment_conversation_id: The id of the conversation; a new one is begun without.
            external_session_id: Your own id of it.
            **asking: How it is asked, and options of the call.

        Returns:
            The answer, to iterate over; close it, or use it as a context manager.

        Raises:
            ApiError: The deployment refuses; also while the answer is read.
        """
        from abacus_client.extras import chat

        call = chat.conversation(
            deployment_token,
            deployment_id,
            message,
            deployment_conversation_id,
            external_session_id,
            asking,
        )
        return chat.ChatStream(self._client, call, chat.options(asking))

    def stream_conversation_agent(
        self,
        deployment_token: str,
        deployment_id: str,
        *,
        arguments: Sequence[Any] | None = None,
        keyword_arguments: Mapping[str, Any] | None = None,
        deployment_conversation_id: str | None = None,
        external_session_id: str | None = None,
        regenerate: bool = False,
        doc_infos: Sequence[Any] | None = None,
        agent_workflow_node_id: str | None = None,
        **options: Unpack[CallOptions],
    ) -> ChatStream:
        """Run an agent in a conversation, and read its answer while it is written.

        Args:
            deployment_token: The token of the deployment.
            deployment_id: The id of the deployment.
            arguments: What the agent is given by position.
            keyword_arguments: What it is given by name.
            deployment_conversation_id: The id of the conversation; a new one is begun without.
            external_session_id: Your own id of it.
            regenerate: Whether the last answer is to be given anew.
            doc_infos: The documents that it is about.
            agent_workflow_node_id: The step of the workflow that runs.
            **options: Options of the call.

        Returns:
            The answer, to iterate over; close it, or use it as a context manager.

        Raises:
            ApiError: The agent refuses; also while the answer is read.
        """
        from abacus_client.extras import chat

        call = chat.agent(
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
        return chat.ChatStream(self._client, call, options)

    def get_assignments_online_with_new_inputs(
        self,
        deployment_token: str,
        deployment_id: str,
        *,
        assignments_df: pd.DataFrame | None = None,
        constraints_df: pd.DataFrame | None = None,
        constraint_equations_df: pd.DataFrame | None = None,
        feature_mapping_dict: dict[str, Any] | None = None,
        solve_time_limit_seconds: float | None = None,
        optimality_gap_limit: float | None = None,
        **options: Unpack[CallOptions],
    ) -> Any:
        """Solve an optimisation problem anew, with other inputs.

        Args:
            deployment_token: The token of the deployment.
            deployment_id: The id of the deployment.
            assignments_df: The variables.
            constraints_df: The constraints, and the variables in them.
            constraint_equations_df: The operator, the constant and the penalty of each constraint.
            feature_mapping_dict: What the columns stand for.
            solve_time_limit_seconds: The most seconds to search.
            optimality_gap_limit: How far from the best a solution may be.
            **options: Options of the call.

        Returns:
            The assignments.

        Raises:
            ApiError: The deployment refuses.
        """
        from abacus_client.extras import frames

        query = {
            "assignments_df": frames.as_text(assignments_df),
            "constraints_df": frames.as_text(constraints_df),
            "constraint_equations_df": frames.as_text(constraint_equations_df),
            "feature_mapping_dict": feature_mapping_dict,
        }
        return self.get_assignments_online_with_new_serialized_inputs(
            deployment_token,
            deployment_id,
            query_data=query,
            solve_time_limit_seconds=solve_time_limit_seconds,
            optimality_gap_limit=optimality_gap_limit,
            **options,
        )

    def get_optimization_input_dataframes_with_new_inputs(
        self,
        deployment_token: str,
        deployment_id: str,
        query_data: Mapping[str, pd.DataFrame],
        **options: Unpack[CallOptions],
    ) -> Any:
        """Compute the inputs of an optimisation problem anew, from other feature groups.

        Args:
            deployment_token: The token of the deployment.
            deployment_id: The id of the deployment.
            query_data: Name of a feature group -> its data.
            **options: Options of the call.

        Returns:
            The inputs.

        Raises:
            ApiError: The deployment refuses.
        """
        from abacus_client.extras import frames

        query = {name: frames.as_text(df) for name, df in query_data.items()}
        return self.get_optimization_inputs_from_serialized(
            deployment_token, deployment_id, query_data=query, **options
        )


class AsyncPredictionsMethods(AsyncPredictionsCalls):
    """What `client.predictions` can do besides, awaited."""

    async def stream_chat_response(
        self,
        deployment_token: str,
        deployment_id: str,
        messages: Sequence[Mapping[str, Any]],
        **asking: Unpack[Asking],
    ) -> AsyncChatStream:
        """Let a chat deployment go on, as `Predictions.stream_chat_response` does."""
        from abacus_client.extras import chat

        call = chat.chat(deployment_token, deployment_id, messages, asking)
        return await chat.AsyncChatStream.opened(self._client, call, chat.options(asking))

    async def stream_conversation_response(
        self,
        deployment_token: str,
        deployment_id: str,
        message: str,
        *,
        deployment_conversation_id: str | None = None,
        external_session_id: str | None = None,
        **asking: Unpack[Asking],
    ) -> AsyncChatStream:
        """Go on with a conversation, as `Predictions.stream_conversation_response` does."""
        from abacus_client.extras import chat

        call = chat.conversation(
            deployment_token,
            deployment_id,
            message,
            deployment_conversation_id,
            external_session_id,
            asking,
        )
        return await chat.AsyncChatStream.opened(self._client, call, chat.options(asking))

    async def stream_conversation_agent(
        self,
        deployment_token: str,
        deployment_id: str,
        *,
        arguments: Sequence[Any] | None = None,
        keyword_arguments: Mapping[str, Any] | None = None,
        deployment_conversation_id: str | None = None,
        external_session_id: str | None = None,
        regenerate: bool = False,
        doc_infos: Sequence[Any] | None = None,
        agent_workflow_node_id: str | None = None,
        **options: Unpack[CallOptions],
    ) -> AsyncChatStream:
        """Run an agent in a conversation, as `Predictions.stream_conversation_agent` does."""
        from abacus_client.extras import chat

        call = chat.agent(
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
        return await chat.AsyncChatStream.opened(self._client, call, options)

    async def get_assignments_online_with_new_inputs(
        self,
        deployment_token: str,
        deployment_id: str,
        *,
        assignments_df: pd.DataFrame | None = None,
        constraints_df: pd.DataFrame | None = None,
        constraint_equations_df: pd.DataFrame | None = None,
        feature_mapping_dict: dict[str, Any] | None = None,
        solve_time_limit_seconds: float | None = None,
        optimality_gap_limit: float | None = None,
        **options: Unpack[CallOptions],
    ) -> Any:
        """Solve a problem anew, as `Predictions.get_assignments_online_with_new_inputs` does."""
        from abacus_client.extras import frames

        query = {
            "assignments_df": frames.as_text(assignments_df),
            "constraints_df": frames.as_text(constraints_df),
            "constraint_equations_df": frames.as_text(constraint_equations_df),
            "feature_mapping_dict": feature_mapping_dict,
        }
        return await self.get_assignments_online_with_new_serialized_inputs(
            deployment_token,
            deployment_id,
            query_data=query,
            solve_time_limit_seconds=solve_time_limit_seconds,
            optimality_gap_limit=optimality_gap_limit,
            **options,
        )

    async def get_optimization_input_dataframes_with_new_inputs(
        self,
        deployment_token: str,
        deployment_id: str,
        query_data: Mapping[str, pd.DataFrame],
        **options: Unpack[CallOptions],
    ) -> Any:
        """Compute inputs anew, as the same method of `Predictions` does."""
        from abacus_client.extras import frames

        query = {name: frames.as_text(df) for name, df in query_data.items()}
        return await self.get_optimization_inputs_from_serialized(
            deployment_token, deployment_id, query_data=query, **options
        )
