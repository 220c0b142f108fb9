"""Agents: a workflow of two functions."""

from abacusai import ApiClient, WorkflowGraph, WorkflowGraphNode
from abacusai.api_class import WorkflowNodeInputMapping, WorkflowNodeInputType


def look(question):
    return {"found": question.upper()}


def answer(found, polite=True):
    return found


first = WorkflowGraphNode(
    "Look",
    look,
    input_mappings=[WorkflowNodeInputMapping("question", WorkflowNodeInputType.USER_INPUT)],
    output_mappings=["found"],
)
second = WorkflowGraphNode("Answer", answer, {"found": first.outputs.found}, ["said"])
graph = WorkflowGraph(nodes=[first, second], primary_start_node=first)
agent = ApiClient().create_agent("p1", name="Helper", workflow_graph=graph)
print(agent.agent_id, agent.name)
