"""Rows of feature groups and queries, and results of batch predictions, in both flavours."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

import pytest
from abacus_client import (
    ApiError,
    ApiTimeoutError,
    DecodeError,
    RequestError,
    RetryPolicy,
    WaitError,
)
from abacus_client.errors import ConflictError, DataNotFoundError

from tests.extras.conftest import Run, done
from tests.extras.platform import Asked, Bytes, Failed, Platform, always, chunks, in_turn

pd = pytest.importorskip("pandas")
fastavro = pytest.importorskip("fastavro")
pytest.importorskip("pyarrow")

SCHEMA = fastavro.parse_schema(
    {"type": "record", "name": "row", "fields": [{"name": "n", "type": ["null", "long"]}]}
)
VERSION = {"featureGroupVersion": "v1", "status": "COMPLETE"}
GROUP = {"featureGroupId": "f1", "latestFeatureGroupVersion": VERSION}
RUN = {"featureGroupOperationRunId": "r1", "status": "PENDING"}


def avro(*values: int | None) -> bytes:
    file = io.BytesIO()
    fastavro.writer(file, SCHEMA, [{"n": value} for value in values])
    return file.getvalue()


PARTS = [avro(1, None), avro(2), avro()]


@pytest.fixture
def rows(platform: Platform) -> None:
    """The platform has rows, in three parts."""

    def chunk(asked: Asked) -> Any:
        return chunks(PARTS[int(asked.given["part"])], 60)(asked)

    platform.answers |= {
        "_getFeatureGroupVersionParts": always(["a", "b", "c"]),
        "_downloadFeatureGroupVersionPartChunk": chunk,
        "_getExecuteFeatureGroupOperationResultParts": always(["a", "b", "c"]),
        "downloadExecuteFeatureGroupOperationResultPartChunk": chunk,
        "describeFeatureGroupVersion": always(VERSION),
        "describeFeatureGroup": always(GROUP),
        "describeAsyncFeatureGroupOperation": in_turn(
            {**RUN, "status": "GENERATING"}, {**RUN, "status": "COMPLETE"}
        ),
        "executeAsyncFeatureGroupOperation": always(RUN),
    }


async def version_rows(client: Any) -> Any:
    version = await done(client.feature_group_versions.describe("v1"))
    return await done(version.load_as_pandas(workers=2))


def test_the_parts_of_a_version_become_one_frame(run: Run, platform: Platform, rows: None) -> None:
    df = run(version_rows)
    assert list(df["n"].dropna()) == [1, 2]
    assert df["n"].isna().tolist() == [False, True, False]
    assert platform.of("_getFeatureGroupVersionParts")[0].given == {"featureGroupVersion": "v1"}
    first = [
        asked.given
        for asked in platform.of("_downloadFeatureGroupVersionPartChunk")
        if asked.given["part"] == "0"
    ]
    assert [asked["offset"] for asked in first][:3] == ["0", "60", "120"]
    assert {asked["featureGroupVersion"] for asked in first} == {"v1"}


def test_a_chunk_that_fails_is_fetched_again(run: Run, platform: Platform, rows: None) -> None:
    good, seen, lock = (
        platform.answers["_downloadFeatureGroupVersionPartChunk"],
        set[Any](),
        (threading.Lock()),
    )

    def sometimes(asked: Asked) -> Any:
        with lock:
            first = asked.query not in seen
            seen.add(asked.query)
        return Failed(500) if first else good(asked)

    platform.answers["_downloadFeatureGroupVersionPartChunk"] = sometimes
    df = run(version_rows, retry=RetryPolicy(attempts=2, backoff=0))
    assert len(df) == 3


def test_a_part_that_cannot_be_fetched_is_an_error(
    run: Run, platform: Platform, rows: None
) -> None:
    good = platform.answers["_downloadFeatureGroupVersionPartChunk"]
    platform.answers["_downloadFeatureGroupVersionPartChunk"] = lambda asked: (
        Failed(404, "DataNotFoundError", "Gone.") if asked.given["part"] == "1" else good(asked)
    )
    with pytest.raises(DataNotFoundError, match="Gone"):
        run(version_rows)


def test_a_version_without_parts_is_an_empty_frame(
    run: Run, platform: Platform, rows: None
) -> None:
    platform.answers["_getFeatureGroupVersionParts"] = always([])
    assert len(run(version_rows)) == 0


async def group_rows(client: Any) -> Any:
    group = await done(client.feature_groups.describe("f1"))
    return await done(group.load_as_pandas())


def test_a_feature_group_that_is_up_to_date_is_not_materialized_again(
    run: Run, platform: Platform, rows: None
) -> None:
    assert len(run(group_rows)) == 3
    assert "createFeatureGroupVersion" not in platform.actions()


@pytest.mark.parametrize(
    "group",
    [{"featureGroupId": "f1"}, {**GROUP, "latestVersionOutdated": True}],
    ids=["never", "outdated"],
)
def test_a_feature_group_is_materialized_where_need_be(
    run: Run, platform: Platform, rows: None, group: Any
) -> None:
    platform.answers["createFeatureGroupVersion"] = always({**VERSION, "status": "PENDING"})
    platform.answers["describeFeatureGroup"] = lambda _: (
        GROUP if "createFeatureGroupVersion" in platform.actions() else group
    )
    assert len(run(group_rows)) == 3
    assert platform.actions().count("createFeatureGroupVersion") == 1


def test_the_feature_group_of_a_project_hands_over_its_rows(
    run: Run, platform: Platform, rows: None
) -> None:
    platform.answers["describeProjectFeatureGroup"] = always({"featureGroupId": "f1"})

    async def work(client: Any) -> Any:
        group = await done(client.project_feature_groups.describe("p1", "f1"))
        return await done(group.load_as_pandas())

    assert len(run(work)) == 3


def test_a_query_is_run_waited_for_and_fetched(run: Run, platform: Platform, rows: None) -> None:
    df = run(
        lambda client: done(
            client.feature_groups.execute_sql("SELECT 1", fix_query_on_error=True, delay=0)
        )
    )
    assert len(df) == 3
    (asked,) = platform.of("executeAsyncFeatureGroupOperation")
    sent = {**asked.given, **(asked.json if asked.body else {})}
    assert sent["query"] == "SELECT 1"
    assert str(sent["fixQueryOnError"]) == "True"
    assert platform.actions().count("describeAsyncFeatureGroupOperation") == 2
    (parts,) = platform.of("_getExecuteFeatureGroupOperationResultParts")
    assert (parts.method, parts.given) == ("POST", {"featureGroupOperationRunId": "r1"})


def test_a_query_that_takes_too_long_is_given_up(run: Run, platform: Platform, rows: None) -> None:
    platform.answers["describeAsyncFeatureGroupOperation"] = always(RUN)
    with pytest.raises(ApiTimeoutError, match="PENDING"):
        run(
            lambda client: done(
                client.feature_groups.execute_sql("SELECT 1", deadline=0.3, delay=0.1)
            )
        )


@pytest.mark.parametrize("failed", [{"status": "FAILED"}, {"status": "FAILED", "error": "x = ?"}])
def test_a_query_that_fails_says_why(
    run: Run, platform: Platform, rows: None, failed: dict[str, str]
) -> None:
    platform.answers["describeAsyncFeatureGroupOperation"] = always({**RUN, **failed})
    with pytest.raises(WaitError, match=r"x = \?" if "error" in failed else "it is FAILED"):
        run(lambda client: done(client.feature_groups.execute_sql("SELECT x")))
    assert "_getExecuteFeatureGroupOperationResultParts" not in platform.actions()


def in_deployment(platform: Platform, answer: Any) -> None:
    platform.answers["_executeFeatureGroupSqlInDeploymentParams"] = always(
        f"{platform.url}/sql/here"
    )
    platform.answers["here"] = always(answer)


def test_a_query_inside_a_deployment_is_answered_there_without_a_key(
    run: Run, platform: Platform, rows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ABACUS_DEPLOYMENT_ID", "d1")
    file = io.BytesIO()
    pd.DataFrame({"a": [1, 2]}).to_parquet(file)
    in_deployment(platform, Bytes(file.getvalue()))
    df = run(lambda client: done(client.feature_groups.execute_sql("SELECT a")))
    assert list(df["a"]) == [1, 2]
    where, here = platform.asked[-2:]
    assert where.given == {"deploymentId": "d1"}
    assert (here.method, here.path, here.given) == ("GET", "/sql/here", {"sql": "SELECT a"})
    assert "apikey" not in here.headers


@pytest.mark.parametrize("use_latest_version", [True, False])
def test_a_deployment_that_does_not_answer_leaves_it_to_the_platform(
    run: Run,
    platform: Platform,
    rows: None,
    monkeypatch: pytest.MonkeyPatch,
    use_latest_version: bool,
) -> None:
    monkeypatch.setenv("ABACUS_DEPLOYMENT_ID", "d1")
    platform.answers["_executeFeatureGroupSqlInDeploymentParams"] = always(None)
    df = run(
        lambda client: done(
            client.feature_groups.execute_sql(
                "SELECT 1", use_latest_version=use_latest_version, delay=0
            )
        )
    )
    assert len(df) == 3
    asked = "_executeFeatureGroupSqlInDeploymentParams" in platform.actions()
    assert asked is use_latest_version


def test_a_query_that_a_deployment_refuses_is_an_error(
    run: Run, platform: Platform, rows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ABACUS_DEPLOYMENT_ID", "d1")
    in_deployment(platform, Failed(400, "InvalidParameterError", "No such table."))
    with pytest.raises(ApiError, match="No such table"):
        run(lambda client: done(client.feature_groups.execute_sql("SELECT a")))


@pytest.mark.parametrize("address", ["file:///etc/passwd", {"a": 1}, "nowhere"])
def test_an_address_that_is_none_is_refused(
    run: Run, platform: Platform, rows: None, monkeypatch: pytest.MonkeyPatch, address: Any
) -> None:
    monkeypatch.setenv("ABACUS_DEPLOYMENT_ID", "d1")
    platform.answers["_executeFeatureGroupSqlInDeploymentParams"] = always(address)
    with pytest.raises(DecodeError, match="no address"):
        run(lambda client: done(client.feature_groups.execute_sql("SELECT a")))


RESULT = b"a,b\n1,2\n3,4\n"
PREDICTION = {"batchPredictionVersion": "p1", "status": "COMPLETE", "fileOutputFormat": "CSV"}


def predicted(platform: Platform, content: bytes = RESULT, **version: Any) -> None:
    made = {**PREDICTION, **version}
    platform.answers |= {
        "describeBatchPredictionVersion": always(made),
        "describeBatchPrediction": always(
            {"batchPredictionId": "b1", "latestBatchPredictionVersion": made}
        ),
        "downloadBatchPredictionResultChunk": chunks(content, 5),
    }


async def prediction(client: Any) -> Any:
    return await done(client.batch_prediction_versions.describe("p1"))


def test_results_are_written_to_a_file_chunk_by_chunk(run: Run, platform: Platform) -> None:
    predicted(platform)
    file = io.BytesIO()

    async def work(client: Any) -> Any:
        return await done((await prediction(client)).download_result_to_file(file))

    assert run(work) == len(RESULT)
    assert file.getvalue() == RESULT
    asked = [a.given for a in platform.of("downloadBatchPredictionResultChunk")]
    assert [a["offset"] for a in asked] == ["0", "5", "10", "12"]
    assert asked[0]["batchPredictionVersion"] == "p1"


def test_under_a_path_there_is_a_whole_file_or_none(
    run: Run, platform: Platform, tmp_path: Path
) -> None:
    predicted(platform)

    async def work(client: Any) -> Any:
        return await done((await prediction(client)).download_result_to_file(tmp_path / "r.csv"))

    assert run(work) == len(RESULT)
    assert (tmp_path / "r.csv").read_bytes() == RESULT
    (tmp_path / "r.csv").unlink()
    platform.answers["downloadBatchPredictionResultChunk"] = in_turn(
        Bytes(b"a,b"), Failed(404, "DataNotFoundError")
    )
    with pytest.raises(DataNotFoundError):
        run(work)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("form", "content"),
    [("CSV", RESULT), ("JSON", b'{"a": 1, "b": 2}\n{"a": 3, "b": 4}\n')],
)
def test_results_become_a_frame(run: Run, platform: Platform, form: str, content: bytes) -> None:
    predicted(platform, content, fileOutputFormat=form)

    async def work(client: Any) -> Any:
        batch = await done(client.batch_predictions.describe("b1"))
        return await done(batch.load_results_as_pandas())

    df = run(work)
    assert df.to_dict("list") == {"a": [1, 3], "b": [2, 4]}


def test_results_in_a_feature_group_are_fetched_from_there(
    run: Run, platform: Platform, rows: None
) -> None:
    predicted(platform, outputFeatureGroupVersion="v1")

    async def work(client: Any) -> Any:
        return await done((await prediction(client)).load_results_as_pandas())

    assert len(run(work)) == 3
    assert "downloadBatchPredictionResultChunk" not in platform.actions()


@pytest.mark.parametrize(
    ("drift", "expected"), [({}, "COMPLETE"), ({"drift_monitor_status": True}, "MONITORING")]
)
def test_the_state_is_that_of_the_prediction_or_of_its_drift(
    run: Run, platform: Platform, drift: Any, expected: str
) -> None:
    predicted(platform, driftMonitorStatus="MONITORING")

    async def work(client: Any) -> Any:
        return await done((await prediction(client)).get_status(**drift))

    assert run(work) == expected


def test_a_prediction_says_which_feature_group_its_results_go_to(
    run: Run, platform: Platform
) -> None:
    predicted(platform)
    platform.answers["describeBatchPrediction"] = always(
        {"batchPredictionId": "b1", "featureGroupTableName": "out"}
    )
    platform.answers["describeFeatureGroupByTableName"] = always(GROUP)

    async def work(client: Any) -> Any:
        batch = await done(client.batch_predictions.describe("b1"))
        return await done(batch.describe_output_feature_group())

    assert run(work).feature_group_id == "f1"
    assert platform.of("describeFeatureGroupByTableName")[0].given == {"tableName": "out"}
    platform.answers["describeBatchPrediction"] = always({"batchPredictionId": "b1"})
    with pytest.raises(ConflictError, match="no feature group"):
        run(work)


def test_rows_are_handed_over_to_spark(run: Run, platform: Platform, rows: None) -> None:
    platform.answers["describeFeatureGroupVersion"] = in_turn(
        VERSION, {**VERSION, "status": "GENERATING"}, VERSION
    )

    class Session:
        def createDataFrame(self, df: Any) -> Any:
            return "spark", len(df)

    async def work(client: Any) -> Any:
        version = await done(client.feature_group_versions.describe("v1"))
        return await done(version.load_as_spark(Session()))

    assert run(work) == ("spark", 3)


TRAINED = {
    "modelVersion": "v1",
    "modelId": "m1",
    "modelConfig": {"A": 1},
    "deployableAlgorithms": [{"name": "OTHERS"}, {"name": "USER.mine"}],
    "customAlgorithmConfigs": {"USER.mine": {"depth": 3}},
}


def trained(platform: Platform, **more: Any) -> None:
    platform.answers |= {
        "getCustomTrainFunctionInfo": always(
            {
                "trainDataParameterToFeatureGroupIds": {"table": "f1"},
                "schemaMappings": {"f1": "x"},
                "trainingConfig": {"B": 2},
            }
        ),
        "describeModelVersion": always({**TRAINED, **more}),
        "describeModel": always({"modelId": "m1", "projectId": "p1", "trainingInputTables": ["t"]}),
        "describeAlgorithm": always(
            {
                "name": "USER.mine",
                "trainingInputMappings": {
                    "training_data_parameter_names_mapping": {"DATA": "table"},
                    "training_config_parameter_name": "config",
                },
            }
        ),
    }


def test_a_training_function_can_be_tried_with_what_it_would_get(
    run: Run, platform: Platform, rows: None
) -> None:
    trained(platform)
    found = run(
        lambda client: done(
            client.projects.get_train_function_input("p1", training_table_names=["t"])
        )
    )
    assert list(found) == ["table", "schema_mappings", "training_config"]
    assert len(found["table"]) == 3
    assert dict(found["training_config"]) == {"B": 2}
    assert platform.of("getCustomTrainFunctionInfo")[0].json["featureGroupNamesForTraining"] == [
        "t"
    ]


def test_a_training_function_can_be_tried_with_what_it_got(
    run: Run, platform: Platform, rows: None
) -> None:
    trained(platform)
    found = run(lambda client: done(client.model_versions.get_train_function_input("v1")))
    assert list(found) == ["table", "schema_mappings", "config"]
    assert platform.of("describeAlgorithm")[0].given == {"algorithm": "USER.mine"}
    body = platform.of("getCustomTrainFunctionInfo")[0].json
    assert body["projectId"] == "p1"
    assert body["trainingDataParameterNameOverride"] == {"DATA": "table"}
    assert body["customAlgorithmConfig"] == {"depth": 3}
    assert body["trainingConfig"] == {"A": 1}


def test_a_model_without_an_algorithm_of_ones_own_needs_a_name(
    run: Run, platform: Platform, rows: None
) -> None:
    trained(platform, deployableAlgorithms=None)
    with pytest.raises(RequestError, match="name one with algorithm="):
        run(lambda client: done(client.model_versions.get_train_function_input("v1")))
