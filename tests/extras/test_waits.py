"""Waits that are made of several, and what objects tell of themselves, in both flavours."""

from __future__ import annotations

import time
from typing import Any

import pytest
from abacus_client import ApiTimeoutError
from abacus_client.errors import ConflictError

from tests.extras.conftest import Run, done
from tests.extras.platform import Asked, Platform, always, in_turn


async def got(client: Any, namespace: str, ident: str) -> Any:
    return await done(getattr(client, namespace).describe(ident))


def states(key: str, ident: str, *found: Any, field: str = "status", **more: Any) -> Any:
    return in_turn(*({key: ident, field: state, **more} for state in found))


def within(outer: dict[str, Any], key: str, inner: Any) -> Any:
    return always({**outer, key: inner})


VERSIONS = [
    ("datasets", "Dataset", "datasetId", "latestDatasetVersion", "datasetVersion",
     "describeDatasetVersion", "wait_for_import", "IMPORTING"),
    ("datasets", "Dataset", "datasetId", "latestDatasetVersion", "datasetVersion",
     "describeDatasetVersion", "wait_for_inspection", "INSPECTING"),
    ("feature_groups", "FeatureGroup", "featureGroupId", "latestFeatureGroupVersion",
     "featureGroupVersion", "describeFeatureGroupVersion", "wait_for_materialization",
     "GENERATING"),
    ("agents", "Agent", "agentId", "latestAgentVersion", "agentVersion",
     "describeAgentVersion", "wait_for_publish", "PUBLISHING"),
]  # fmt: skip


@pytest.mark.parametrize("case", VERSIONS, ids=lambda case: f"{case[1]}.{case[6]}")
def test_waiting_for_the_latest_version_brings_it_up_to_date(
    run: Run, platform: Platform, case: tuple[str, ...]
) -> None:
    namespace, name, ident, latest, version, look, wait, busy = case
    platform.answers[f"describe{name}"] = within(
        {ident: "x"}, latest, {version: "v", "status": "PENDING"}
    )
    platform.answers[look] = states(version, "v", busy, "COMPLETE")

    async def work(client: Any) -> Any:
        made = await got(client, namespace, "x")
        assert await done(getattr(made, wait)(delay=0)) is made
        return made

    made = run(work)
    words = {"latestDatasetVersion": "latest_dataset_version",
             "latestFeatureGroupVersion": "latest_feature_group_version",
             "latestAgentVersion": "latest_agent_version"}  # fmt: skip
    assert getattr(made, words[latest]).status == "COMPLETE"
    assert platform.actions().count(look) == 2


@pytest.mark.parametrize("case", VERSIONS, ids=lambda case: f"{case[1]}.{case[6]}")
def test_without_a_version_there_is_nothing_to_wait_for(
    run: Run, platform: Platform, case: tuple[str, ...]
) -> None:
    namespace, name, ident, *_, wait, _busy = case
    platform.answers[f"describe{name}"] = always({ident: "x"})

    async def work(client: Any) -> None:
        await done(getattr(await got(client, namespace, "x"), wait)())

    with pytest.raises(ConflictError, match="no version yet"):
        run(work)


@pytest.mark.parametrize("case", VERSIONS, ids=lambda case: f"{case[1]}.{case[6]}")
@pytest.mark.parametrize("way", ["timeout", "deadline", "position"])
def test_one_limit_bounds_a_wait_that_is_made_of_several_calls(
    run: Run, platform: Platform, case: tuple[str, ...], way: str
) -> None:
    namespace, name, ident, latest, version, look, wait, busy = case
    platform.answers[f"describe{name}"] = within(
        {ident: "x"}, latest, {version: "v", "status": "PENDING"}
    )
    platform.answers[look] = always({version: "v", "status": busy})

    async def work(client: Any) -> None:
        made = await got(client, namespace, "x")
        limit = (0.2,) if way == "position" else ()
        named = {} if way == "position" else {way: 0.2}
        await done(getattr(made, wait)(*limit, delay=0.05, **named))

    with pytest.raises(TimeoutError, match=f"still '{busy}'") as caught:
        run(work)
    assert isinstance(caught.value, ApiTimeoutError)
    assert caught.value.elapsed < 2


def test_a_call_that_a_wait_begins_with_has_the_same_limit(run: Run, platform: Platform) -> None:
    slow: Any = always({"agentId": "x"})

    def answer(asked: Asked) -> Any:
        if platform.actions().count("describeAgent") > 1:
            time.sleep(0.5)
        return slow(asked)

    platform.answers["describeAgent"] = answer

    async def work(client: Any) -> None:
        await done((await got(client, "agents", "x")).wait_for_publish(timeout=0.1, retry=1))

    started = time.monotonic()
    with pytest.raises(TimeoutError):
        run(work)
    assert time.monotonic() - started < 2
    assert platform.actions() == ["describeAgent"] * 2


def test_a_timeout_of_what_waits_on_the_way_stays_one_of_each_call(
    run: Run, platform: Platform
) -> None:
    """`materialize` waits at its end, and has a deadline of its own for that."""
    group = {"featureGroupId": "x", "latestVersionOutdated": True}
    now = {**group, "latestFeatureGroupVersion": {"featureGroupVersion": "v", "status": "PENDING"}}
    platform.answers["describeFeatureGroup"] = always(now)
    platform.answers["createFeatureGroupVersion"] = always({"featureGroupVersion": "v"})
    platform.answers["describeFeatureGroupVersion"] = states(
        "featureGroupVersion", "v", *["GENERATING"] * 8, "COMPLETE"
    )

    async def work(client: Any) -> Any:
        made = await got(client, "feature_groups", "x")
        return await done(made.materialize(delay=0.1, timeout=0.5))

    assert run(work).latest_feature_group_version.status == "COMPLETE"


@pytest.mark.parametrize("wait", ["wait_for_training", "wait_for_evaluation", "wait_for_publish"])
def test_a_model_is_trained_when_a_part_of_the_search_is_done(
    run: Run, platform: Platform, wait: str
) -> None:
    platform.answers["describeModel"] = within(
        {"modelId": "m"}, "latestModelVersion", {"modelVersion": "v", "status": "TRAINING"}
    )
    platform.answers["describeModelVersion"] = in_turn(
        {"modelVersion": "v", "status": "TRAINING", "partialComplete": False},
        {"modelVersion": "v", "status": "TRAINING", "partialComplete": True},
    )

    async def work(client: Any) -> Any:
        return await done(getattr(await got(client, "models", "m"), wait)(delay=0))

    assert run(work).latest_model_version.partial_complete is True
    assert platform.actions().count("describeModelVersion") == 2


def test_a_training_that_failed_is_not_waited_for(run: Run, platform: Platform) -> None:
    platform.answers["describeModelVersion"] = always({"modelVersion": "v", "status": "FAILED"})

    async def work(client: Any) -> Any:
        return await done((await got(client, "model_versions", "v")).wait_for_training(delay=0))

    assert run(work).status == "FAILED"


def test_the_whole_search_is_over_when_nothing_is_pending(run: Run, platform: Platform) -> None:
    base = {"modelVersion": "v", "status": "COMPLETE", "partialComplete": True}
    platform.answers["describeModel"] = within({"modelId": "m"}, "latestModelVersion", base)
    platform.answers["describeModelVersion"] = in_turn(
        {**base, "status": "TRAINING"},
        {**base, "pendingDeploymentIds": ["d"]},
        {**base, "featureAnalysisStatus": "ANALYZING"},
        {**base, "featureAnalysisStatus": "COMPLETE"},
    )

    async def work(client: Any) -> Any:
        version = await got(client, "models", "m")
        now = version.latest_model_version
        return await done(now.wait_for_full_automl(delay=0))

    assert run(work).feature_analysis_status == "COMPLETE"
    asked = platform.of("describeModelVersion")
    assert len(asked) == 4
    assert asked[0].given == {"modelVersion": "v", "waitForFullAutoml": "True"}


@pytest.mark.parametrize(("whole", "expected"), [(False, "COMPLETE"), (True, "TRAINING")])
def test_the_state_of_a_model_is_that_of_its_latest_version(
    run: Run, platform: Platform, whole: bool, expected: str
) -> None:
    def model(asked: Asked) -> Any:
        search = asked.given.get("waitForFullAutoml") == "True"
        status = "TRAINING" if search else "COMPLETE"
        return {"modelId": "m", "latestModelVersion": {"status": status}}

    platform.answers["describeModel"] = model

    async def work(client: Any) -> Any:
        return await done((await got(client, "models", "m")).get_status(get_automl_status=whole))

    assert run(work) == expected


def test_the_state_of_what_has_no_version_is_none(run: Run, platform: Platform) -> None:
    platform.answers["describeModel"] = always({"modelId": "m"})
    platform.answers["describeFeatureGroup"] = always({"featureGroupId": "f"})

    async def work(client: Any) -> Any:
        model, group = await got(client, "models", "m"), await got(client, "feature_groups", "f")
        return await done(model.get_status()), await done(group.get_status())

    assert run(work) == (None, None)


@pytest.mark.parametrize("pending", ["pendingModelVersion", "pendingPredictionOperatorVersion"])
def test_a_deployment_is_waited_for_until_nothing_is_about_to_take_over(
    run: Run, platform: Platform, pending: str
) -> None:
    base = {"deploymentId": "d", "status": "ACTIVE"}
    busy = {"modelVersion": "v"} if pending == "pendingModelVersion" else "v"
    platform.answers["describeDeployment"] = in_turn(base, {**base, pending: busy}, base)

    async def work(client: Any) -> Any:
        made = await got(client, "deployments", "d")
        return await done(made.wait_for_pending_deployment_update(delay=0))

    assert run(work).status == "ACTIVE"
    assert platform.actions().count("describeDeployment") == 3


RETRIEVER = {"documentRetrieverId": "r"}


def retriever(status: str, deployment: str) -> Any:
    version = {
        "documentRetrieverVersion": "v",
        "documentRetrieverId": "r",
        "status": status,
        "deploymentStatus": deployment,
    }
    return {**RETRIEVER, "latestDocumentRetrieverVersion": version}


@pytest.mark.parametrize("kind", ["retriever", "version"])
def test_a_document_retriever_that_has_stopped_is_started_again(
    run: Run, platform: Platform, kind: str
) -> None:
    found = [
        retriever("INDEXING", "PENDING"),
        retriever("COMPLETE", "STOPPED"),
        retriever("COMPLETE", "DEPLOYING"),
        retriever("COMPLETE", "ACTIVE"),
    ]
    versions = [made["latestDocumentRetrieverVersion"] for made in found]
    platform.answers |= {
        "describeDocumentRetriever": in_turn(found[0], *found),
        "describeDocumentRetrieverVersion": in_turn(versions[0], *versions),
        "restartDocumentRetriever": always(RETRIEVER),
    }
    namespace = "document_retrievers" if kind == "retriever" else "document_retriever_versions"

    async def work(client: Any) -> Any:
        return await done((await got(client, namespace, "r")).wait_until_ready(delay=0))

    made = run(work)
    version = made.latest_document_retriever_version if kind == "retriever" else made
    assert version.deployment_status == "ACTIVE"
    assert platform.actions().count("restartDocumentRetriever") == 1


@pytest.mark.parametrize("state", ["STOPPED", "FAILED"])
def test_a_deployment_that_will_not_answer_is_an_error(
    run: Run, platform: Platform, state: str
) -> None:
    platform.answers["describeDocumentRetriever"] = always(retriever("COMPLETE", state))

    async def work(client: Any) -> None:
        await done((await got(client, "document_retrievers", "r")).wait_until_deployment_ready())

    with pytest.raises(ConflictError, match=f"{state.lower()}: restart it"):
        run(work)


def test_one_deadline_bounds_both_waits(run: Run, platform: Platform) -> None:
    platform.answers["describeDocumentRetriever"] = always(retriever("COMPLETE", "DEPLOYING"))

    async def work(client: Any) -> None:
        made = await got(client, "document_retrievers", "r")
        await done(made.wait_until_ready(deadline=0.3, delay=0.05))

    with pytest.raises(ApiTimeoutError, match="DEPLOYING"):
        run(work)


def test_a_feature_group_waits_for_its_dataset(run: Run, platform: Platform) -> None:
    version = {"datasetVersion": "v", "status": "COMPLETE"}
    platform.answers |= {
        "describeFeatureGroup": always({"featureGroupId": "f", "datasetId": "d"}),
        "describeDataset": within({"datasetId": "d"}, "latestDatasetVersion", version),
        "describeDatasetVersion": states("datasetVersion", "v", "INSPECTING", "COMPLETE"),
    }

    async def work(client: Any) -> Any:
        made = await got(client, "feature_groups", "f")
        assert await done(made.wait_for_upload(delay=0)) is made
        return (await done(made.describe_dataset())).dataset_id

    assert run(work) == "d"
    assert platform.actions().count("describeDatasetVersion") == 2


def test_a_feature_group_of_no_dataset_waits_for_none(run: Run, platform: Platform) -> None:
    platform.answers["describeFeatureGroup"] = always({"featureGroupId": "f"})

    async def work(client: Any) -> Any:
        made = await got(client, "feature_groups", "f")
        await done(made.wait_for_dataset())
        return await done(made.describe_dataset())

    assert run(work) is None
    assert platform.actions() == ["describeFeatureGroup"]


def test_a_feature_group_becomes_ready_for_streaming(run: Run, platform: Platform) -> None:
    base = {"featureGroupId": "f", "streamingEnabled": True}
    platform.answers["describeFeatureGroup"] = in_turn(
        base, {**base, "streamingReady": False}, {**base, "streamingReady": True}
    )

    async def work(client: Any) -> Any:
        made = await done(
            (await got(client, "feature_groups", "f")).wait_for_streaming_ready(delay=0)
        )
        return await done(made.get_status(streaming_status=True))

    assert run(work) is True
    platform.answers["describeFeatureGroup"] = always({"featureGroupId": "f"})
    with pytest.raises(ConflictError, match="not made for streaming"):
        run(work)


def test_a_row_is_waited_for_by_its_key(run: Run, platform: Platform) -> None:
    platform.answers["describeFeatureGroupRowProcessByKey"] = in_turn(
        {"status": "PENDING"}, {"status": "PROCESSING"}, {"status": "COMPLETE"}
    )
    found = run(
        lambda client: done(client.feature_group_row_processes.wait_for_process("d", "k", delay=0))
    )
    assert found.status == "COMPLETE"
    asked = platform.of("describeFeatureGroupRowProcessByKey")
    assert len(asked) == 3
    sent = {**asked[0].given, **asked[0].json}
    assert sent == {"deploymentId": "d", "primaryKeyValue": "k"}


def test_a_batch_prediction_waits_for_its_drift(run: Run, platform: Platform) -> None:
    version = {"batchPredictionVersion": "v", "driftMonitorStatus": "MONITORING"}
    platform.answers |= {
        "describeBatchPrediction": within(
            {"batchPredictionId": "b"}, "latestBatchPredictionVersion", version
        ),
        "describeBatchPredictionVersion": states(
            "batchPredictionVersion", "v", "MONITORING", "COMPLETE", field="driftMonitorStatus"
        ),
    }

    async def work(client: Any) -> Any:
        return await done(
            (await got(client, "batch_predictions", "b")).wait_for_drift_monitor(delay=0)
        )

    assert run(work).latest_batch_prediction_version.drift_monitor_status == "COMPLETE"


def test_an_agent_tells_what_it_is_and_is_published_again(run: Run, platform: Platform) -> None:
    agent = {
        "agentId": "a",
        "agentConfig": {
            "DESCRIPTION": "d",
            "AGENT_INTERFACE": "CHAT",
            "AGENT_CONNECTORS": {"x": []},
        },
        "latestAgentVersion": {"agentVersion": "v2"},
    }
    platform.answers |= {"describeAgent": always(agent), "retrainModel": always({"modelId": "a"})}

    async def work(client: Any) -> Any:
        made = await got(client, "agents", "a")
        told = (made.description, made.agent_interface, made.agent_connectors)
        return told, (await done(made.republish())).agent_version

    assert run(work) == (("d", "CHAT", {"x": []}), "v2")
    assert platform.of("retrainModel")[0].json["modelId"] == "a"
