"""Workflows of agents: nodes made of functions, and graphs of them."""

from __future__ import annotations

import ast
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from abacus_client import models
from abacus_client.compat.api_class.trigger_config import TriggerConfig
from abacus_client.compat.api_class.workflow_node_input_type import WorkflowNodeInputType
from abacus_client.compat.api_class.workflow_node_output_mapping import WorkflowNodeOutputMapping
from abacus_client.compat.api_class.workflow_node_output_type import WorkflowNodeOutputType

from .compat_inputs import ApiClass
from .sources import agent_source_of

if TYPE_CHECKING:
    from typing_extensions import Self

MIN_AGENT_SLEEP_TIME = 300
"""The least seconds between two runs of an agent that runs by itself."""

_FILE = "data-url"
_TYPES = {
    "int": WorkflowNodeOutputType.INTEGER,
    "str": WorkflowNodeOutputType.STRING,
    "bool": WorkflowNodeOutputType.BOOLEAN,
    "float": WorkflowNodeOutputType.FLOAT,
    "dict": WorkflowNodeOutputType.DICT,
    "list": WorkflowNodeOutputType.LIST,
    "NoneType": WorkflowNodeOutputType.ANY,
    "any": WorkflowNodeOutputType.ANY,
    "None": WorkflowNodeOutputType.ANY,
}


class _Whole(ApiClass):
    """An object that is sent with every field, those that are None included."""

    def _all(self, **values: Any) -> None:
        self._take(values)
        self.__pydantic_fields_set__ = set(type(self).model_fields)


class WorkflowNodeInputMapping(_Whole, models.WorkflowNodeInputMapping):
    """Where an argument of a node's function comes from.

    Args:
        name: The argument.
        variable_type: What it comes from: the user, another node, or a constant.
        variable_source: The node that it comes from, or whose output is offered to the user.
        source_prop: Which output of that node; None: the one of the same name.
        is_required: Whether it must be there.
        description: What people say of it.
        long_description: The same at length.
        constant_value: The constant.

    Raises:
        ValueError: The parts do not go together.
    """

    def __init__(
        self,
        name: str,
        variable_type: WorkflowNodeInputType | str,
        variable_source: str | None = None,
        source_prop: str | None = None,
        is_required: bool = True,
        description: str | None = None,
        long_description: str | None = None,
        constant_value: str | None = None,
    ) -> None:
        kind = WorkflowNodeInputType(variable_type)
        fixed = kind in (WorkflowNodeInputType.IGNORE, WorkflowNodeInputType.CONSTANT)
        if fixed and (variable_source or source_prop):
            raise ValueError(f"{name!r} is {kind.name}: it comes from no node")
        if kind == WorkflowNodeInputType.IGNORE and is_required:
            raise ValueError(f"{name!r} is ignored: it cannot be required")
        if kind != WorkflowNodeInputType.CONSTANT and constant_value:
            raise ValueError(f"{name!r} is {kind.name}: it has no constant value")
        if kind == WorkflowNodeInputType.CONSTANT and is_required and constant_value is None:
            raise ValueError(f"{name!r} is a constant that is required: it needs 'constant_value'")
        self._all(
            name=name,
            variable_type=kind,
            variable_source=variable_source,
            source_prop=source_prop or name,
            is_required=is_required,
            description=description,
            long_description=long_description,
            constant_value=constant_value,
        )


class JSONSchema:
    """What the schemas of a node's inputs and outputs have in common."""

    @classmethod
    def from_fields_list(cls, fields_list: Sequence[str]) -> Self:
        """Make a schema of texts.

        Args:
            fields_list: What they are called.

        Returns:
            The schema.
        """
        made: Any = cls
        if not fields_list:
            return cast("Self", made(json_schema={}))
        fields = {name: {"title": name, "type": "string"} for name in fields_list}
        return cast("Self", made(json_schema={"type": "object", "properties": fields}))

    @classmethod
    def to_fields_list(cls, json_schema: Mapping[str, Any]) -> list[str]:
        """List the fields of a schema.

        Args:
            json_schema: The schema.

        Returns:
            What they are called.
        """
        return list(json_schema.get("properties", {}))


class WorkflowNodeInputSchema(_Whole, models.WorkflowNodeInputSchema, JSONSchema):
    """The form that a node asks people to fill in.

    Args:
        json_schema: Its fields.
        ui_schema: How they are shown.
    """

    def __init__(
        self, json_schema: dict[str, Any], ui_schema: dict[str, Any] | None = None
    ) -> None:
        self._all(json_schema=json_schema, ui_schema=ui_schema or {}, runtime_schema=False)
        self.__pydantic_fields_set__ -= {"schema_source", "schema_prop"}

    @classmethod
    def from_workflow_node(cls, schema_source: str, schema_prop: str) -> Self:
        """Take the form that another node puts out.

        Args:
            schema_source: The name of that node.
            schema_prop: The output that holds the form.

        Returns:
            The schema.

        Raises:
            ValueError: One of both is missing.
        """
        if not schema_source or not schema_prop:
            raise ValueError("'schema_source' and 'schema_prop' are both needed")
        made = cls({})
        made.schema_source, made.schema_prop = schema_source, schema_prop
        made.runtime_schema = True
        made.__pydantic_fields_set__ = {"schema_source", "schema_prop", "runtime_schema"}
        return made

    @classmethod
    def from_input_mappings(cls, input_mappings: Sequence[WorkflowNodeInputMapping]) -> Self:
        """Ask for whatever is mapped to the user's input.

        Args:
            input_mappings: The mappings of the node.

        Returns:
            The schema.
        """
        asked = [m for m in input_mappings if m.variable_type == WorkflowNodeInputType.USER_INPUT]
        if not asked:
            return cls({})
        fields: dict[str, Any] = {}
        for mapping in asked:
            about = {"description": mapping.description} if mapping.description else {}
            fields[mapping.name] = {"title": mapping.name, "type": "string", **about}
        required = [m.name for m in asked if m.is_required]
        return cls({"type": "object", "required": required, "properties": fields})

    @classmethod
    def from_dict(cls, input_dict: Mapping[str, Any] | None) -> Self | None:
        """Make a schema of a dictionary.

        Args:
            input_dict: The dictionary, or only its `json_schema`.

        Returns:
            The schema; None for None.
        """
        if input_dict is None:
            return None
        if input_dict.get("runtime_schema"):
            source, prop = input_dict.get("schema_source"), input_dict.get("schema_prop")
            return cls.from_workflow_node(source or "", prop or "")
        said = input_dict.get("json_schema", dict(input_dict))
        return cls(said, input_dict.get("ui_schema") or {})


class WorkflowNodeOutputSchema(_Whole, models.WorkflowNodeOutputSchema, JSONSchema):
    """What a node shows.

    Args:
        json_schema: Its fields.
    """

    def __init__(self, json_schema: dict[str, Any]) -> None:
        self._all(json_schema=json_schema)

    @classmethod
    def from_dict(cls, input_dict: Mapping[str, Any] | None) -> Self | None:
        """Make a schema of a dictionary.

        Args:
            input_dict: The dictionary, or only its `json_schema`.

        Returns:
            The schema; None for None.
        """
        return None if input_dict is None else cls(input_dict.get("json_schema", dict(input_dict)))


class WebhookTriggerConfig(TriggerConfig):
    """What starts a workflow from outside.

    Args:
        sleep_time: Without meaning here.
        cron_expression: Without meaning here.
        timezone: Without meaning here.
        is_org_level: Without meaning here.
        test_webhook_url: The address for trying it.
        production_webhook_url: The address.
        response_config: What is answered.
    """

    test_webhook_url: str | None = None
    production_webhook_url: str | None = None
    response_config: dict[str, Any] | None = None

    def __init__(
        self,
        sleep_time: int | None = None,
        cron_expression: str | None = None,
        timezone: str | None = "UTC",
        is_org_level: bool | None = False,
        test_webhook_url: str | None = None,
        production_webhook_url: str | None = None,
        response_config: dict[str, Any] | None = None,
    ) -> None:
        self._take(locals())
        self.sleep_time = None
        sent = {"sleep_time", "test_webhook_url", "production_webhook_url", "response_config"}
        self.__pydantic_fields_set__ = sent


class Signal(_Whole, models.Signal):
    """What a trigger hands to the nodes after it.

    Args:
        triggered: Whether it fired.
        trigger_type: What kind of trigger it is.
        metadata: What else there is to know.
    """

    def __init__(
        self,
        triggered: bool = True,
        trigger_type: str | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        given = {"triggered": triggered, "trigger_type": trigger_type, "metadata": metadata}
        self._all(**given, type="Signal")


class Outputs:
    """The outputs of a node, as what other nodes take.

    Args:
        node: The node.
    """

    def __init__(self, node: WorkflowGraphNode) -> None:
        self._node = node

    def __getattr__(self, name: str) -> WorkflowNodeInputMapping:
        known = cast("list[WorkflowNodeOutputMapping]", self._node.output_mappings)
        if not self._node.is_template_node() and name not in [m.name for m in known]:
            raise AttributeError(f"the node {self._node.name!r} has no output {name!r}")
        return WorkflowNodeInputMapping(
            name,
            WorkflowNodeInputType.WORKFLOW_VARIABLE,
            variable_source=self._node.name,
            source_prop=name,
        )


class WorkflowGraphNode(_Whole, models.WorkflowGraphNode):
    """A node of a workflow: a function, where its arguments come from, and what it gives.

    Args:
        name: Its name, of which there is one in a graph.
        function: The function; its source text is sent.
        input_mappings: Where each argument comes from: mappings, or by the argument's name a
            node's output or a node that has one of this name.
        output_mappings: What it gives: mappings, names, or name -> type.
        function_name: What the function is called, where the source text is given instead.
        source_code: The source text.
        input_schema: The form to fill in, or the names of its fields.
        output_schema: What is shown, or the names of its fields.
        template_metadata: The template that it is made from.
        trigger_config: When it runs by itself.
        description: What people say of it.

    Raises:
        ValueError: There is no function of this name in the source text, or a mapping of an
            argument that it does not have.
    """

    def __init__(
        self,
        name: str,
        function: Callable[..., Any] | None = None,
        input_mappings: Mapping[str, WorkflowNodeInputMapping | WorkflowGraphNode]
        | list[WorkflowNodeInputMapping]
        | None = None,
        output_mappings: Sequence[str]
        | Mapping[str, str | type]
        | list[WorkflowNodeOutputMapping]
        | None = None,
        function_name: str | None = None,
        source_code: str | None = None,
        input_schema: Sequence[str] | WorkflowNodeInputSchema | None = None,
        output_schema: Sequence[str] | WorkflowNodeOutputSchema | None = None,
        template_metadata: dict[str, Any] | None = None,
        trigger_config: TriggerConfig | None = None,
        description: str | None = None,
    ) -> None:
        more = {
            "name": name,
            "template_metadata": template_metadata,
            "trigger_config": trigger_config,
            "description": description,
            "node_type": "workflow_node",
        }
        if template_metadata and not template_metadata.get("initialized"):
            mappings = {"input_mappings": input_mappings, "output_mappings": []}
            schemas = {"input_schema": input_schema, "output_schema": output_schema}
            self._all(**more, **mappings, **schemas)
            return
        fixed = self.is_special_node_type() or (template_metadata or {}).get("is_agentic_loop_tool")
        if function is not None:
            function_name, source_code = function.__name__, agent_source_of(function)
        elif not function_name or not (fixed or source_code):
            raise ValueError(f"the node {name!r} needs a function, or its name and source code")
        elif fixed:
            source_code = None
        arguments = None if fixed else _arguments(name, source_code or "", function_name)
        inputs, short = _inputs(name, input_mappings or {}, arguments)
        asked = _input_schema(name, input_schema, inputs)
        if input_schema is not None and short:
            for mapping in inputs:
                if mapping.name in JSONSchema.to_fields_list(asked.json_schema):
                    mapping.variable_type = WorkflowNodeInputType.USER_INPUT
        outputs = _outputs(name, output_mappings)
        self._all(
            **more,
            function_name=function_name,
            source_code=source_code,
            input_mappings=inputs,
            output_mappings=outputs,
            input_schema=asked,
            output_schema=_output_schema(name, output_schema, [o.name for o in outputs]),
        )
        vars(self)["function"] = function

    @classmethod
    def is_special_node_type(cls) -> bool:
        """Whether it runs without a function of its own."""
        return False

    def is_template_node(self) -> bool:
        """Whether it is made from a template."""
        return self.template_metadata is not None

    def is_trigger_node(self) -> bool:
        """Whether it runs by itself."""
        return self.trigger_config is not None

    @property
    def outputs(self) -> Outputs:
        """Its outputs, as what other nodes take."""
        return Outputs(self)

    @classmethod
    def from_template(
        cls,
        template_name: str,
        name: str,
        configs: dict[str, Any] | None = None,
        input_mappings: Mapping[str, WorkflowNodeInputMapping]
        | list[WorkflowNodeInputMapping]
        | None = None,
        input_schema: Sequence[str] | WorkflowNodeInputSchema | None = None,
        output_schema: Sequence[str] | WorkflowNodeOutputSchema | None = None,
        sleep_time: int | None = None,
    ) -> Self:
        """Make a node from a template of the platform.

        Args:
            template_name: The template.
            name: The name of the node.
            configs: Its settings.
            input_mappings: Where each input comes from.
            input_schema: The form to fill in, or the names of its fields.
            output_schema: What is shown, or the names of its fields.
            sleep_time: The seconds between two runs.

        Returns:
            The node.

        Raises:
            ValueError: The time is too short.
        """
        if sleep_time is not None and int(sleep_time) < MIN_AGENT_SLEEP_TIME:
            raise ValueError(f"'sleep_time' must be {MIN_AGENT_SLEEP_TIME} seconds or more")
        given = input_mappings or []
        if isinstance(given, Mapping):
            given = [_renamed(mapping, key) for key, mapping in given.items()]
        return cls(
            name=name,
            input_mappings=given,
            input_schema=_input_schema(name, input_schema, []),
            output_schema=_output_schema(name, output_schema, []),
            template_metadata={
                "template_name": template_name,
                "configs": configs or {},
                "initialized": False,
                "sleep_time": sleep_time,
            },
        )

    @classmethod
    def from_tool(
        cls,
        tool_name: str,
        name: str,
        configs: dict[str, Any] | None = None,
        input_mappings: Mapping[str, WorkflowNodeInputMapping]
        | list[WorkflowNodeInputMapping]
        | None = None,
        input_schema: Sequence[str] | WorkflowNodeInputSchema | None = None,
        output_schema: Sequence[str] | WorkflowNodeOutputSchema | None = None,
    ) -> Self:
        """Make a node from a tool of one's own.

        Args:
            tool_name: The tool.
            name: The name of the node.
            configs: Its settings.
            input_mappings: Where each input comes from.
            input_schema: The form to fill in, or the names of its fields.
            output_schema: What is shown, or the names of its fields.

        Returns:
            The node.
        """
        made = cls.from_template(
            tool_name, name, configs, input_mappings, input_schema, output_schema
        )
        cast("dict[str, Any]", made.template_metadata)["template_type"] = "tool"
        return made

    @classmethod
    def from_system_tool(
        cls,
        tool_name: str,
        name: str,
        configs: dict[str, Any] | None = None,
        input_mappings: Mapping[str, WorkflowNodeInputMapping]
        | list[WorkflowNodeInputMapping]
        | None = None,
        input_schema: Sequence[str] | WorkflowNodeInputSchema | None = None,
        output_schema: Sequence[str] | WorkflowNodeOutputSchema | None = None,
    ) -> Self:
        """Make a node from a tool of the platform.

        Args:
            tool_name: The tool.
            name: The name of the node.
            configs: Its settings.
            input_mappings: Where each input comes from.
            input_schema: The form to fill in, or the names of its fields.
            output_schema: What is shown, or the names of its fields.

        Returns:
            The node.
        """
        made = cls.from_tool(tool_name, name, configs, input_mappings, input_schema, output_schema)
        cast("dict[str, Any]", made.template_metadata)["is_system_tool"] = True
        return made


class DecisionNode(WorkflowGraphNode):
    """A node that decides whether those after it run.

    Args:
        name: Its name.
        condition: An expression of its inputs.
        input_mappings: The outputs of other nodes that it looks at.
        description: What people say of it.

    Raises:
        ValueError: An input is not the output of a node, or may be missing.
    """

    def __init__(
        self,
        name: str,
        condition: str,
        input_mappings: Mapping[str, WorkflowNodeInputMapping | WorkflowGraphNode]
        | list[WorkflowNodeInputMapping],
        description: str | None = None,
    ) -> None:
        if isinstance(input_mappings, Mapping):
            inputs = [_renamed(_taken(value, key), key) for key, value in input_mappings.items()]
        else:
            inputs = list(input_mappings)
        for mapping in inputs:
            if mapping.variable_type != WorkflowNodeInputType.WORKFLOW_VARIABLE:
                raise ValueError(f"{mapping.name!r} must be the output of a node")
            if not mapping.is_required:
                raise ValueError(f"{mapping.name!r} must be required")
        self._all(
            name=name,
            source_code=condition,
            input_mappings=inputs,
            output_mappings=[WorkflowNodeOutputMapping(m.name) for m in inputs],
            node_type="decision_node",
            description=description,
        )
        sent = {"name", "source_code", "input_mappings", "output_mappings"}
        self.__pydantic_fields_set__ = sent | {"node_type", "description"}


class LLMAgentNode(WorkflowGraphNode, models.LLMAgentNode):
    """A node that is a chatbot.

    Args:
        name: Its name.
        chatbot_deployment_id: The deployment that answers; None: it is made of the parameters.
        chatbot_parameters: What the chatbot is made of.
        input_schema: The form to fill in.
        output_schema: What is shown.
    """

    def __init__(
        self,
        name: str,
        chatbot_deployment_id: str | None = None,
        chatbot_parameters: dict[str, Any] | None = None,
        input_schema: WorkflowNodeInputSchema | None = None,
        output_schema: WorkflowNodeOutputSchema | None = None,
    ) -> None:
        uid = _short_id()
        asked = WorkflowNodeInputMapping("user_input", WorkflowNodeInputType.USER_INPUT)
        about = "The output of the chatbot"
        answer = WorkflowNodeOutputMapping("chat_output", WorkflowNodeOutputType.DICT, about)
        super().__init__(
            name,
            function_name=f"llm_agent_node_{uid}",
            input_mappings=[asked],
            output_mappings=[answer],
            input_schema=input_schema,
            output_schema=output_schema,
        )
        self.node_type = "llm_agent_node"
        self.chatbot_deployment_id = chatbot_deployment_id
        parameters = chatbot_parameters if chatbot_parameters is not None else {}
        parameters["_is_llm_agent_node"] = True
        self.chatbot_parameters, self.uid = parameters, uid

    @classmethod
    def is_special_node_type(cls) -> bool:
        """Whether it runs without a function of its own."""
        return True

    def get_source_code(self) -> None:
        """The source text, of which there is none."""

    def get_function_name(self) -> str:
        """What its function is called."""
        return f"llm_agent_node_{self.uid}"


class InputNode(WorkflowGraphNode):
    """A node that asks for text and files.

    Args:
        name: Its name.
        input_mappings: What it asks for; None: a text, and a file that may be missing.
        output_mappings: What it gives; None: one text.
        input_schema: The form to fill in.
        output_schema: What is shown.
        description: What people say of it.
        function_name: What its function is called.
        source_code: The source text.
        uid: What tells it apart.
    """

    uid: str | None = None

    def __init__(
        self,
        name: str,
        input_mappings: Mapping[str, WorkflowNodeInputMapping | WorkflowGraphNode]
        | list[WorkflowNodeInputMapping]
        | None = None,
        output_mappings: Sequence[str]
        | Mapping[str, str | type]
        | list[WorkflowNodeOutputMapping]
        | None = None,
        input_schema: WorkflowNodeInputSchema | None = None,
        output_schema: WorkflowNodeOutputSchema | None = None,
        description: str | None = None,
        function_name: str | None = None,
        source_code: str | None = None,
        uid: str | None = None,
    ) -> None:
        uid = uid or _short_id()
        user = WorkflowNodeInputType.USER_INPUT
        if input_mappings is None:
            about = "Optional file attachment to process"
            text = WorkflowNodeInputMapping("text_input", user)
            file = WorkflowNodeInputMapping("file_input", user, None, None, False, about)
            input_mappings = [text, file]
        if output_mappings is None:
            kind, said = WorkflowNodeOutputType.STRING, "The combined output text"
            output_mappings = [WorkflowNodeOutputMapping("answer", kind, said)]
        mappings, _ = _inputs(name, input_mappings, None)
        if input_schema is None:
            input_schema = WorkflowNodeInputSchema.from_input_mappings(mappings)
            fields = input_schema.json_schema.get("properties", {})
            for mapping in mappings:
                said = (mapping.description or "").lower()
                if mapping.name in fields and ("file" in said or "attachment" in said):
                    fields[mapping.name]["format"] = _FILE
        _mark_files(input_schema)
        super().__init__(
            name,
            function_name=function_name or f"input_node_{uid}",
            input_mappings=mappings,
            output_mappings=output_mappings,
            input_schema=input_schema,
            output_schema=output_schema or WorkflowNodeOutputSchema.from_fields_list(["answer"]),
            description=description,
        )
        self.node_type, self.source_code, self.uid = "input_node", source_code, uid

    @classmethod
    def is_special_node_type(cls) -> bool:
        """Whether it runs without a function of its own."""
        return True

    def get_source_code(self) -> str | None:
        """The source text."""
        return self.source_code

    def get_function_name(self) -> str:
        """What its function is called."""
        return f"input_node_{self.uid}"

    def get_input_schema(self) -> Any:
        """The form to fill in."""
        return self.input_schema


class WorkflowGraphEdge(ApiClass, models.WorkflowGraphEdge):
    """What leads from one node to another, in graphs of the older kind.

    Args:
        source: The node it comes from, or its name.
        target: The node it goes to, or its name.
        details: The condition, under `EXECUTION_CONDITION`.
    """

    def __init__(
        self,
        source: str | WorkflowGraphNode,
        target: str | WorkflowGraphNode,
        details: dict[str, Any] | None = None,
    ) -> None:
        ends = {"source": _name(source), "target": _name(target)}
        self._take({**ends, "details": details or {}})

    def to_nx_edge(self) -> list[Any]:
        """The edge as networkx takes it."""
        return [self.source, self.target, self.details]


class WorkflowGraph(ApiClass, models.WorkflowGraph):
    """A workflow.

    Args:
        nodes: Its nodes.
        edges: What leads from one to another, in graphs of the older kind.
        primary_start_node: The node that it starts with, or its name.
        common_source_code: Source text for all nodes.
        specification_type: `data_flow`, or `execution_flow` for the older kind.

    Raises:
        ValueError: The graph is of a kind that has no such nodes or edges.
    """

    def __init__(
        self,
        nodes: list[Any] | None = None,
        edges: list[Any] | None = None,
        primary_start_node: str | WorkflowGraphNode | None = None,
        common_source_code: str | None = None,
        specification_type: str = "data_flow",
    ) -> None:
        older = specification_type == "execution_flow"
        for node in nodes or ():
            if older and isinstance(node, DecisionNode | LLMAgentNode):
                raise ValueError(f"a graph with edges has no {type(node).__name__}")
        if edges and not older:
            raise ValueError("edges follow from what nodes take of each other: leave them out")
        self._take(
            {
                "nodes": nodes or [],
                "edges": list(_edges(edges or ())),
                "primary_start_node": _name(primary_start_node),
                "common_source_code": common_source_code,
                "specification_type": specification_type,
            }
        )
        self.__pydantic_fields_set__ = {f for f in type(self).model_fields if older or f != "edges"}


def _short_id() -> str:
    return str(uuid.uuid4())[:6]


def _name(node: str | WorkflowGraphNode | None) -> str | None:
    return node.name if isinstance(node, WorkflowGraphNode) else node


def _edges(said: Sequence[Any]) -> Iterator[Any]:
    for edge in said:
        made = isinstance(edge, tuple)
        yield WorkflowGraphEdge(*cast("tuple[str, str]", edge)) if made else edge


def _arguments(node: str, source: str, function: str | None) -> dict[str, bool]:
    """The arguments of a function, and which of them must be given."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ValueError(f"the source code of {node!r} is not Python: {error}") from None
    for item in tree.body:
        if isinstance(item, ast.FunctionDef) and item.name == function:
            names = [argument.arg for argument in item.args.args]
            free = len(names) - len(item.args.defaults)
            return {name: index < free for index, name in enumerate(names)}
    raise ValueError(f"the source code of {node!r} has no function {function!r}")


def _inputs(
    node: str,
    said: Mapping[str, WorkflowNodeInputMapping | WorkflowGraphNode]
    | list[WorkflowNodeInputMapping],
    arguments: Mapping[str, bool] | None,
) -> tuple[list[WorkflowNodeInputMapping], bool]:
    """The mappings of a node, and whether they were given by the names of the arguments."""
    asked = WorkflowNodeInputType.USER_INPUT
    known = list(said) if isinstance(said, Mapping) else [mapping.name for mapping in said]
    for name in known:
        if arguments is not None and name not in arguments:
            raise ValueError(f"the function of {node!r} has no argument {name!r}")
    rest = [
        WorkflowNodeInputMapping(name, asked, is_required=needed)
        for name, needed in (arguments or {}).items()
        if name not in known
    ]
    if not isinstance(said, Mapping):
        said.extend(rest)
        return said, False
    mapped = [
        _renamed(_taken(value, key), key, needed=(arguments or {}).get(key, True))
        for key, value in said.items()
    ]
    return [*rest, *mapped], True


def _taken(value: WorkflowNodeInputMapping | WorkflowGraphNode, key: str) -> Any:
    """What an argument takes: the output of a node by its own name, or as it is said."""
    if isinstance(value, WorkflowGraphNode):
        kind = WorkflowNodeInputType.WORKFLOW_VARIABLE
        return WorkflowNodeInputMapping(key, kind, variable_source=value.name, source_prop=key)
    return value


def _renamed(mapping: Any, name: str, *, needed: bool | None = None) -> WorkflowNodeInputMapping:
    return WorkflowNodeInputMapping(
        name,
        mapping.variable_type,
        variable_source=mapping.variable_source,
        source_prop=mapping.source_prop,
        is_required=mapping.is_required if needed is None else needed,
        description=mapping.description,
        long_description=mapping.long_description,
    )


def _outputs(
    node: str,
    said: Sequence[str] | Mapping[str, str | type] | list[WorkflowNodeOutputMapping] | None,
) -> list[WorkflowNodeOutputMapping]:
    if isinstance(said, Mapping):
        return [WorkflowNodeOutputMapping(name, _type(kind)) for name, kind in said.items()]
    found: list[WorkflowNodeOutputMapping] = []
    for output in cast("Sequence[object]", said or ()):
        if isinstance(output, WorkflowNodeOutputMapping):
            found.append(output)
        elif isinstance(output, str):
            found.append(WorkflowNodeOutputMapping(output, WorkflowNodeOutputType.STRING))
        else:
            raise ValueError(f"an output of {node!r} is neither a mapping nor a name: {output!r}")
    return found


def _type(kind: str | type) -> WorkflowNodeOutputType:
    name = kind.__name__ if isinstance(kind, type) else str(kind)
    if name.upper() in WorkflowNodeOutputType.__members__:
        return WorkflowNodeOutputType[name.upper()]
    return _TYPES.get(name, WorkflowNodeOutputType.ANY)


def _input_schema(
    node: str,
    said: Sequence[str] | WorkflowNodeInputSchema | None,
    mappings: Sequence[WorkflowNodeInputMapping],
) -> WorkflowNodeInputSchema:
    if said is None:
        return WorkflowNodeInputSchema.from_input_mappings(mappings)
    if isinstance(said, WorkflowNodeInputSchema):
        return said
    return WorkflowNodeInputSchema.from_fields_list(_names(node, said))


def _output_schema(
    node: str, said: Sequence[str] | WorkflowNodeOutputSchema | None, outputs: Sequence[str]
) -> WorkflowNodeOutputSchema:
    if isinstance(said, WorkflowNodeOutputSchema):
        return said
    fields = outputs if said is None else _names(node, said)
    return WorkflowNodeOutputSchema.from_fields_list(fields)


def _names(node: str, said: Sequence[object]) -> list[str]:
    if isinstance(said, str) or not all(isinstance(name, str) for name in said):
        raise ValueError(f"a schema of {node!r} must be a schema or a list of names")
    return [str(name) for name in said]


def _mark_files(schema: WorkflowNodeInputSchema) -> None:
    """Fields for files are shown as such."""
    shown: dict[str, Any] = schema.ui_schema or {}
    schema.ui_schema = shown
    fields: dict[str, dict[str, Any]] = schema.json_schema.get("properties", {})
    for name, field in fields.items():
        several = field.get("type") == "array"
        held: Any = field.get("items") if several else field
        widget: Any = shown.get(name)
        by_widget = widget == "file" or _object(widget).get("ui:widget") == "file"
        if not by_widget and _object(held).get("format") != _FILE:
            continue
        if several:
            field["items"] = {"type": "string", "format": _FILE, **_object(held)}
        else:
            field |= {"type": "string", "format": _FILE}
        shown[name] = {"ui:widget": "file", **_object(widget)}


def _object(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
