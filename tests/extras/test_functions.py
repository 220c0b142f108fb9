"""Functions of the caller's that become models, steps, metrics and agents, in both flavours."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest
from abacus_client import RequestError

from tests.extras import sample_functions as f
from tests.extras.conftest import Run, done
from tests.extras.platform import Platform, always, job

TRAIN, PREDICT, MANY, INITIALIZE, SHARED = (
    inspect.getsource(function)
    for function in (f.train, f.predict, f.predict_many, f.initialize, f.shared)
)
MODULES = "from mine import *\n\n"
REPLY = {"name": "n", "modelId": "m1", "agentId": "a1", "featureGroupId": "f1"}


def joined(*texts: str) -> str:
    return "\n\n".join(texts)


CALLS: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "a Python function": (
        "createPythonFunction",
        lambda c: c.python_functions.create_from_function("n", f.train, description="d"),
        {
            "name": "n",
            "sourceCode": TRAIN,
            "functionName": "train",
            "functionType": "FEATURE_GROUP",
            "description": "d",
        },
    ),
    "the code of a Python function": (
        "updatePythonFunction",
        lambda c: c.python_functions.update_from_function("n", f.train, included_modules=["mine"]),
        {"name": "n", "sourceCode": MODULES + TRAIN, "functionName": "train"},
    ),
    "a feature group": (
        "createFeatureGroupFromFunction",
        lambda c: c.feature_groups.create_from_python_function(f.train, "t", ["in"], memory=4),
        {
            "tableName": "t",
            "functionSourceCode": TRAIN,
            "functionName": "train",
            "pythonFunctionName": "train",
            "inputFeatureGroups": ["in"],
            "memory": 4,
        },
    ),
    "a prediction operator": (
        "createPredictionOperator",
        lambda c: c.prediction_operators.create_from_functions(
            "n", "p1", f.predict, f.initialize, included_modules=["mine"], feature_group_ids=["f1"]
        ),
        {
            "name": "n",
            "projectId": "p1",
            "sourceCode": MODULES + joined(INITIALIZE, PREDICT),
            "predictFunctionName": "predict",
            "initializeFunctionName": "initialize",
            "featureGroupIds": ["f1"],
            "useGpu": False,
        },
    ),
    "a prediction operator without functions": (
        "createPredictionOperator",
        lambda c: c.prediction_operators.create_from_functions("n", "p1"),
        {"sourceCode": None, "predictFunctionName": None, "initializeFunctionName": None},
    ),
    "the functions of a prediction operator": (
        "updatePredictionOperator",
        lambda c: c.prediction_operators.update_from_functions("o1", f.predict, name="m"),
        {
            "predictionOperatorId": "o1",
            "name": "m",
            "sourceCode": PREDICT,
            "predictFunctionName": "predict",
            "initializeFunctionName": None,
        },
    ),
    "a model": (
        "createModelFromPython",
        lambda c: c.models.create_from_functions(
            "p1",
            f.train,
            f.predict,
            ["in"],
            predict_many_function=f.predict_many,
            initialize_function=f.initialize,
            package_requirements=["numpy"],
            name="n",
        ),
        {
            "projectId": "p1",
            "functionSourceCode": joined(TRAIN, PREDICT, MANY, INITIALIZE),
            "trainFunctionName": "train",
            "predictFunctionName": "predict",
            "predictManyFunctionName": "predict_many",
            "initializeFunctionName": "initialize",
            "trainingInputTables": ["in"],
            "packageRequirements": ["numpy"],
            "name": "n",
            "exclusiveRun": False,
        },
    ),
    "the functions of a model": (
        "updatePythonModel",
        lambda c: c.models.update_from_functions("m1", f.train, f.predict),
        {
            "modelId": "m1",
            "functionSourceCode": joined(TRAIN, PREDICT),
            "trainFunctionName": "train",
            "predictFunctionName": "predict",
            "predictManyFunctionName": None,
        },
    ),
    "a step of a pipeline": (
        "createPipelineStep",
        lambda c: c.pipeline_steps.create_from_function(
            "l1", "s", f.train, step_dependencies=["r"], timeout_=5
        ),
        {
            "pipelineId": "l1",
            "stepName": "s",
            "functionName": "train",
            "sourceCode": TRAIN,
            "stepDependencies": ["r"],
            "timeout": 5,
        },
    ),
    "the function of a step": (
        "updatePipelineStep",
        lambda c: c.pipeline_steps.update_from_function("s1", f.train, included_modules=["mine"]),
        {"pipelineStepId": "s1", "functionName": "train", "sourceCode": MODULES + TRAIN},
    ),
    "an algorithm": (
        "createAlgorithm",
        lambda c: c.algorithms.create_from_function(
            "n", "REGRESSION", f.train, f.predict, common_functions=[f.shared], project_id="p1"
        ),
        {
            "name": "n",
            "problemType": "REGRESSION",
            "sourceCode": joined(TRAIN, PREDICT, SHARED),
            "trainFunctionName": "train",
            "predictFunctionName": "predict",
            "predictManyFunctionName": None,
            "isDefaultEnabled": False,
            "projectId": "p1",
        },
    ),
    "the functions of an algorithm": (
        "updateAlgorithm",
        lambda c: c.algorithms.update_from_function("n", f.train),
        {"algorithm": "n", "sourceCode": TRAIN, "isDefaultEnabled": None, "useGpu": None},
    ),
    "a loss function": (
        "createCustomLossFunctionWithSourceCode",
        lambda c: c.custom_loss_functions.create_from_function("n", "REGRESSION_DL_TF", f.shared),
        {
            "name": "n",
            "lossFunctionType": "REGRESSION_DL_TF",
            "lossFunctionName": "shared",
            "lossFunctionSourceCode": SHARED,
        },
    ),
    "another loss function": (
        "updateCustomLossFunctionWithSourceCode",
        lambda c: c.custom_loss_functions.update_from_function("n", f.shared),
        {"name": "n", "lossFunctionName": "shared", "lossFunctionSourceCode": SHARED},
    ),
    "a metric": (
        "createCustomMetric",
        lambda c: c.custom_metrics.create_from_function("n", "REGRESSION", f.shared),
        {
            "name": "n",
            "problemType": "REGRESSION",
            "customMetricFunctionName": "shared",
            "sourceCode": SHARED,
        },
    ),
    "another metric": (
        "updateCustomMetric",
        lambda c: c.custom_metrics.update_from_function("n", f.shared),
        {"name": "n", "customMetricFunctionName": "shared", "sourceCode": SHARED},
    ),
    "an agent": (
        "createAgent",
        lambda c: c.agents.create_from_function("p1", f.shared, name="n", memory=4),
        {
            "projectId": "p1",
            "functionSourceCode": SHARED,
            "agentFunctionName": "shared",
            "name": "n",
            "memory": 4,
        },
    ),
    "the function of an agent": (
        "updateAgent",
        lambda c: c.agents.update_from_function("m1", f.shared, enable_binary_input=True),
        {
            "modelId": "m1",
            "functionSourceCode": SHARED,
            "agentFunctionName": "shared",
            "enableBinaryInput": True,
        },
    ),
}


@pytest.mark.parametrize("what", CALLS)
def test_the_text_of_functions_is_sent(run: Run, platform: Platform, what: str) -> None:
    action, call, expected = CALLS[what]
    platform.answers[action] = always(REPLY)
    run(lambda client: done(call(client)))
    (asked,) = platform.of(action)
    assert expected.items() <= asked.json.items()


def test_a_function_that_makes_ready_needs_one_that_predicts(run: Run, platform: Platform) -> None:
    with pytest.raises(RequestError, match="needs a predict_function"):
        run(
            lambda client: done(
                client.prediction_operators.create_from_functions(
                    "n", "p1", initialize_function=f.initialize
                )
            )
        )
    assert platform.asked == []


def notebook(path: Path, *cells: Any) -> Path:
    made = [{"cell_type": "code", "source": source} for source in cells]
    text = {"cells": [{"cell_type": "markdown", "source": "#module_start#"}, *made]}
    path.write_text(json.dumps(text))
    return path


@pytest.mark.parametrize("method", ["create_from_notebook", "update_from_notebook"])
def test_a_module_is_what_stands_between_the_marks(
    run: Run, platform: Platform, tmp_path: Path, method: str
) -> None:
    path = notebook(
        tmp_path / "n.ipynb",
        "before = 1",
        ["#module_start#\n", "a = 1"],
        "b = 2",
        "c = 3 #module_end#",
        "after = 1",
    )
    platform.answers |= {"createModule": always(REPLY), "updateModule": always(REPLY)}
    run(lambda client: done(getattr(client.modules, method)(path, "n")))
    expected = "#module_start#\na = 1\n\nb = 2\n\nc = 3 #module_end#"
    assert platform.asked[-1].json == {"name": "n", "sourceCode": expected}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read"),
        ("{", "is no notebook"),
        ("[]", "is no notebook"),
        ('{"cells": [{}]}', "is no notebook"),
        ('{"cells": []}', "no cell of"),
    ],
)
def test_a_notebook_that_is_none_is_refused(
    run: Run, platform: Platform, tmp_path: Path, text: str | None, said: str
) -> None:
    path = tmp_path / "n.ipynb"
    if text is not None:
        path.write_text(text)
    with pytest.raises(RequestError, match=said):
        run(lambda client: done(client.modules.create_from_notebook(path, "n")))
    assert platform.asked == []


ASSIGNED = {"data": "{}"}


def test_frames_to_optimise_are_sent_as_text(run: Run, platform: Platform) -> None:
    pd = pytest.importorskip("pandas")
    df = pd.DataFrame({"a": [1], "t": pd.to_datetime(["2024-01-02"])})
    platform.answers |= {
        "getAssignmentsOnlineWithNewSerializedInputs": always(ASSIGNED),
        "getOptimizationInputsFromSerialized": always(ASSIGNED),
    }

    async def work(client: Any) -> Any:
        await done(
            client.predictions.get_assignments_online_with_new_inputs(
                "t1", "d1", assignments_df=df, optimality_gap_limit=0.5
            )
        )
        return await done(
            client.predictions.get_optimization_input_dataframes_with_new_inputs(
                "t1", "d1", {"one": df}
            )
        )

    assert run(work) == ASSIGNED
    (first,) = platform.of("getAssignmentsOnlineWithNewSerializedInputs")
    query = first.json["queryData"]
    assert json.loads(query["assignments_df"])["dtypes"] == {"a": "int64", "t": "datetime"}
    assert (query["constraints_df"], query["feature_mapping_dict"]) == (None, None)
    (second,) = platform.of("getOptimizationInputsFromSerialized")
    assert json.loads(second.json["queryData"]["one"])["dtypes"]["t"] == "datetime"


def test_documents_are_looked_up_in_the_deployment_of_their_retriever(
    run: Run, platform: Platform
) -> None:
    platform.answers |= {
        "_getDocRetrieverDeploymentInfo": always({"deploymentToken": "t1", "deploymentId": "d1"}),
        "lookupMatches": always([{"document": "A", "score": 0.5}]),
    }

    async def work(client: Any) -> Any:
        return await done(
            client.document_retrievers.get_matching_documents("r1", "who?", filters={"a": ["b"]})
        )

    (found,) = run(work)
    assert found.document == "A"
    where, asked = [a for a in platform.asked if a.action != "getApiEndpoint"]
    assert where.given == {"documentRetrieverId": "r1"}
    assert asked.given == {"deploymentToken": "t1", "deploymentId": "d1"}
    assert asked.json["data"] == "who?"
    assert asked.json["num"] == 10
    assert asked.json["filters"] == {"a": ["b"]}


CODE = "GenerateCodeForDataQueryUsingLlm"
QUERY_RUN = {"featureGroupOperationRunId": "r1", "status": "COMPLETE"}


@pytest.mark.parametrize(("preview", "ran"), [(False, True), (True, False)])
def test_a_question_about_data_is_written_as_a_query_and_run(
    run: Run, platform: Platform, preview: bool, ran: bool
) -> None:
    platform.answers |= {
        **job(CODE, {"sql": "select 1"}),
        "executeAsyncFeatureGroupOperation": always(QUERY_RUN),
        "describeAsyncFeatureGroupOperation": always(QUERY_RUN),
    }
    found = run(
        lambda client: done(client.llms.execute_data_query("how many?", ["f1"], preview=preview))
    )
    assert found.preview.sql == "select 1"
    assert (found.execution is not None) is ran
    assert ("executeAsyncFeatureGroupOperation" in platform.actions()) is ran
    if ran:
        assert found.execution.status == "COMPLETE"


def test_a_question_that_gives_no_query_is_not_run(run: Run, platform: Platform) -> None:
    platform.answers |= job(CODE, {"sql": "I do not know."})
    found = run(lambda client: done(client.llms.execute_data_query("how many?", ["f1"])))
    assert "no query could be written" in found.error
    assert platform.actions() == [f"create{CODE}Request", f"get{CODE}Status"]
