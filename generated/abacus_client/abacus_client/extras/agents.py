"""What agents can do besides: be made of functions of yours, and be published."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from abacus_client import Agent, AgentVersion, AsyncAgent, AsyncAgentVersion, WorkflowGraph
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.models.agent import AgentCalls, AsyncAgentCalls
    from abacus_client.resources.agents import AgentsCalls, AsyncAgentsCalls
    from typing_extensions import Self, Unpack

    Function = Callable[..., Any]

    class Traits(CallOptions, total=False):
        """What an agent needs.

        Attributes:
            memory: The memory that it may use, in gigabytes.
            description: What it does.
            workflow_graph: Its steps.
        """

        memory: int | None
        description: str | None
        workflow_graph: WorkflowGraph | dict[str, Any] | None

else:
    AgentsCalls = AsyncAgentsCalls = AgentCalls = AsyncAgentCalls = object


class AgentsMethods(AgentsCalls):
    """What `client.agents` can do besides."""

    def create_from_function(
        self,
        project_id: str,
        agent_function: Function,
        *,
        name: str | None = None,
        package_requirements: list[str] | None = None,
        evaluation_feature_group_id: str | None = None,
        **traits: Unpack[Traits],
    ) -> Agent:
        """Create an agent of a function of yours.

        The source text of the function is sent, with that of the functions of the running script
        that it calls.

        Args:
            project_id: The id of the project.
            agent_function: The function.
            name: The name of the agent.
            package_requirements: The packages that it needs, as pip writes them.
            evaluation_feature_group_id: The id of the feature group that it is evaluated with.
            **traits: What it needs, and options of the call.

        Returns:
            The agent.

        Raises:
            RequestError: The source text of the function cannot be found.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.sources import agent_source_of

        return self.create(
            project_id,
            function_source_code=agent_source_of(agent_function),
            agent_function_name=agent_function.__name__,
            name=name,
            package_requirements=package_requirements or [],
            evaluation_feature_group_id=evaluation_feature_group_id,
            **traits,
        )

    def update_from_function(
        self,
        model_id: str,
        agent_function: Function,
        *,
        package_requirements: list[str] | None = None,
        enable_binary_input: bool | None = None,
        **traits: Unpack[Traits],
    ) -> Agent:
        """Replace the function of an agent by one of yours.

        Args:
            model_id: The id of the agent.
            agent_function: The function; its source text is sent as by `create_from_function`.
            package_requirements: The packages that it needs, as pip writes them.
            enable_binary_input: Whether it takes files.
            **traits: What it needs, and options of the call.

        Returns:
            The agent.

        Raises:
            RequestError: The source text of the function cannot be found.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.sources import agent_source_of

        return self.update(
            model_id,
            function_source_code=agent_source_of(agent_function),
            agent_function_name=agent_function.__name__,
            package_requirements=package_requirements,
            enable_binary_input=enable_binary_input,
            **traits,
        )


class AsyncAgentsMethods(AsyncAgentsCalls):
    """What `client.agents` can do besides, awaited."""

    async def create_from_function(
        self,
        project_id: str,
        agent_function: Function,
        *,
        name: str | None = None,
        package_requirements: list[str] | None = None,
        evaluation_feature_group_id: str | None = None,
        **traits: Unpack[Traits],
    ) -> AsyncAgent:
        """Create an agent of a function of yours, as `Agents.create_from_function` does."""
        from abacus_client.extras.sources import agent_source_of

        return await self.create(
            project_id,
            function_source_code=agent_source_of(agent_function),
            agent_function_name=agent_function.__name__,
            name=name,
            package_requirements=package_requirements or [],
            evaluation_feature_group_id=evaluation_feature_group_id,
            **traits,
        )

    async def update_from_function(
        self,
        model_id: str,
        agent_function: Function,
        *,
        package_requirements: list[str] | None = None,
        enable_binary_input: bool | None = None,
        **traits: Unpack[Traits],
    ) -> AsyncAgent:
        """Replace the function of an agent, as `Agents.update_from_function` does."""
        from abacus_client.extras.sources import agent_source_of

        return await self.update(
            model_id,
            function_source_code=agent_source_of(agent_function),
            agent_function_name=agent_function.__name__,
            package_requirements=package_requirements,
            enable_binary_input=enable_binary_input,
            **traits,
        )


class AgentMethods(AgentCalls):
    """What an agent can do besides."""

    @property
    def description(self) -> str | None:
        """What it does."""
        return (self.agent_config or {}).get("DESCRIPTION")

    @property
    def agent_interface(self) -> str | None:
        """The interface that it is deployed with."""
        return (self.agent_config or {}).get("AGENT_INTERFACE")

    @property
    def agent_connectors(self) -> dict[str, list[str]] | None:
        """Application -> the rights that it has there."""
        return (self.agent_config or {}).get("AGENT_CONNECTORS")

    def wait_for_publish(
        self, deadline: float | None = None, *, delay: float = 30, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the latest version is published.

        Args:
            deadline: The most seconds to wait; None for no limit.
            delay: The most seconds between two looks.
            **options: Options of each call.

        Returns:
            The agent itself, with its latest version as it is now.

        Raises:
            ConflictError: There is no version.
            ApiTimeoutError: The deadline has come.
        """
        from abacus_client.extras.waits import Within, latest

        within = Within(self._client, deadline, options)
        version = latest(self.describe(**within.call()).latest_agent_version, "agent")
        self.latest_agent_version = version.wait_for_publish(
            deadline=within.left(), delay=delay, **within.options
        )
        return self

    def republish(self, **options: Unpack[CallOptions]) -> AgentVersion | None:
        """Publish the agent again, as a new version.

        Args:
            **options: Options of each call.

        Returns:
            The version.
        """
        from abacus_client._runtime.model import need

        self._client.models.retrain(need(self.agent_id, "agent_id"), **options)
        return self.describe(**options).latest_agent_version


class AsyncAgentMethods(AsyncAgentCalls):
    """What an agent can do besides, awaited."""

    @property
    def description(self) -> str | None:
        """What it does."""
        return (self.agent_config or {}).get("DESCRIPTION")

    @property
    def agent_interface(self) -> str | None:
        """The interface that it is deployed with."""
        return (self.agent_config or {}).get("AGENT_INTERFACE")

    @property
    def agent_connectors(self) -> dict[str, list[str]] | None:
        """Application -> the rights that it has there."""
        return (self.agent_config or {}).get("AGENT_CONNECTORS")

    async def wait_for_publish(
        self, deadline: float | None = None, *, delay: float = 30, **options: Unpack[CallOptions]
    ) -> Self:
        """Wait until the latest version is published, as `Agent.wait_for_publish` does."""
        from abacus_client.extras.waits import Within, latest

        within = Within(self._client, deadline, options)
        version = latest((await self.describe(**within.call())).latest_agent_version, "agent")
        self.latest_agent_version = await version.wait_for_publish(
            deadline=within.left(), delay=delay, **within.options
        )
        return self

    async def republish(self, **options: Unpack[CallOptions]) -> AsyncAgentVersion | None:
        """Publish the agent again, as `Agent.republish` does."""
        from abacus_client._runtime.model import need

        await self._client.models.retrain(need(self.agent_id, "agent_id"), **options)
        return (await self.describe(**options)).latest_agent_version
