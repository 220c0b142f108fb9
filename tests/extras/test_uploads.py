"""`Upload.upload_file` and uploads of data frames, against a server, in both flavours."""

from __future__ import annotations

import io
import tarfile
import threading
from pathlib import Path
from typing import Any

import pytest
from abacus_client import ApiTimeoutError, RequestError, RetryPolicy
from abacus_client.errors import ConflictError, InternalServerError

from tests.extras.conftest import Run, done
from tests.extras.platform import Asked, Failed, Platform, always, in_turn

pd = pytest.importorskip("pandas")
pytest.importorskip("pyarrow")

DATA = bytes(range(256)) * 4
FAST = RetryPolicy(attempts=3, backoff=0)
UPLOAD = {"uploadId": "u1", "status": "PENDING", "datasetId": "d1"}
DATASET = {"datasetId": "d1", "name": "churn", "featureGroupTableName": "churn"}
GROUP = {
    "featureGroupId": "f1",
    "tableName": "churn",
    "featureGroupSourceType": "DATASET",
    "datasetId": "d1",
}


@pytest.fixture
def parts(platform: Platform) -> dict[int, bytes]:
    """What has arrived of a file."""
    found: dict[int, bytes] = {}
    lock = threading.Lock()

    def part(asked: Asked) -> object:
        with lock:
            found[int(asked.parts["partNumber"].content)] = asked.parts["partData"].content
        return {"etag": "e", "md5": "m"}

    platform.answers |= {
        "uploadPart": part,
        "markUploadComplete": always(UPLOAD),
        "describeUpload": in_turn(
            {**UPLOAD, "status": "UPLOADING"}, {**UPLOAD, "status": "COMPLETE"}
        ),
        "describeDataset": always(DATASET),
        "describeBatchPrediction": always({"batchPredictionId": "b1"}),
        "describeModel": always({"modelId": "m1"}),
        "createDatasetFromUpload": always(UPLOAD),
        "createDatasetVersionFromUpload": always(UPLOAD),
        "describeFeatureGroupByTableName": always(GROUP),
    }
    return found


def upload(file: Any, **more: Any) -> Any:
    async def work(client: Any) -> Any:
        made = await done(client.uploads.describe("u1"))
        return await done(made.upload_file(file, **{"part_size": 100, **more}))

    return work


def whole(parts: dict[int, bytes]) -> bytes:
    assert sorted(parts) == list(range(1, len(parts) + 1))
    return b"".join(parts[number] for number in sorted(parts))


@pytest.mark.parametrize("kind", ["bytes", "a path", "an open file", "a pipe"])
def test_a_file_arrives_in_parts_and_becomes_a_dataset(
    run: Run, platform: Platform, parts: dict[int, bytes], tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(DATA)
    with path.open("rb") as file, path.open("rb") as pipe:
        pipe.seek(0)
        files = {"bytes": DATA, "a path": path, "an open file": file}
        files["a pipe"] = type("Pipe", (), {"read": staticmethod(pipe.read)})()
        made = run(upload(files[kind], workers=3))
    assert whole(parts) == DATA
    assert len(parts) == 11
    assert made.dataset_id == "d1"
    assert type(made).__name__.removeprefix("Async") == "Dataset"
    assert platform.actions()[-3:] == ["markUploadComplete", "describeUpload", "describeDataset"]


def test_a_part_goes_to_the_proxy_as_a_form_of_three(
    run: Run, platform: Platform, parts: dict[int, bytes]
) -> None:
    run(upload(DATA, workers=1, part_size=len(DATA)))
    (part,) = platform.of("uploadPart")
    assert (part.method, part.path, part.query) == ("POST", "/api/uploadPart", ())
    assert part.headers["apikey"] == "secret"
    assert list(part.parts) == ["uploadId", "partNumber", "partData"]
    assert (part.parts["uploadId"].content, part.parts["partNumber"].content) == (b"u1", b"1")
    assert part.parts["partData"].filename == "partData"
    assert platform.of("markUploadComplete")[0].json == {"uploadId": "u1"}


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"batchPredictionId": "b1", "datasetId": "d1"}, "BatchPrediction"),
        ({"modelId": "m1"}, "Model"),
        ({}, "Upload"),
    ],
)
def test_what_the_file_was_for_comes_back(
    run: Run, platform: Platform, parts: dict[int, bytes], result: Any, expected: str
) -> None:
    platform.answers["markUploadComplete"] = always({"uploadId": "u1", **result})
    made = run(upload(DATA))
    assert type(made).__name__.removeprefix("Async") == expected


def test_parts_are_retried(run: Run, platform: Platform, parts: dict[int, bytes]) -> None:
    good, broken = platform.answers["uploadPart"], dict[str, int]()
    lock = threading.Lock()

    def sometimes(asked: Asked) -> object:
        number = asked.parts["partNumber"].content.decode()
        with lock:
            broken[number] = broken.get(number, 0) + 1
        return Failed(503) if broken[number] < 3 else good(asked)

    platform.answers["uploadPart"] = sometimes
    told: list[int] = []
    run(
        upload(
            DATA, retry=FAST, workers=2, part_size=300, progress=lambda sent, _: told.append(sent)
        )
    )
    assert whole(parts) == DATA
    assert set(broken.values()) == {3}
    assert told == sorted(told)
    assert told[-1] == len(DATA)


@pytest.mark.parametrize("workers", [1, 4])
def test_a_part_that_fails_for_good_fails_the_upload_and_it_is_not_marked_complete(
    run: Run, platform: Platform, parts: dict[int, bytes], workers: int
) -> None:
    good = platform.answers["uploadPart"]
    platform.answers["uploadPart"] = lambda asked: (
        Failed(503) if asked.parts["partNumber"].content == b"3" else good(asked)
    )
    with pytest.raises(InternalServerError, match=r"^part 3: It failed\."):
        run(upload(DATA, retry=FAST, workers=workers))
    assert "markUploadComplete" not in platform.actions()
    assert len([a for a in platform.of("uploadPart") if a.parts["partNumber"].content == b"3"]) == 3


def test_an_error_that_is_no_accident_is_not_retried(
    run: Run, platform: Platform, parts: dict[int, bytes]
) -> None:
    platform.answers["uploadPart"] = always(Failed(400, "InvalidParameterError", "No."))
    with pytest.raises(Exception, match="part 1: No"):
        run(upload(DATA, workers=1))
    assert platform.actions().count("uploadPart") == 1


@pytest.mark.parametrize("file", [b"", io.BytesIO(), io.StringIO("")])
def test_an_empty_file_sends_nothing(
    run: Run, platform: Platform, parts: dict[int, bytes], file: Any
) -> None:
    with pytest.raises(RequestError, match="nothing to upload"):
        run(upload(file))
    assert platform.actions() == ["describeUpload"]


def test_nobody_waits_who_does_not_want_to(
    run: Run, platform: Platform, parts: dict[int, bytes]
) -> None:
    run(upload(DATA, wait=False))
    assert platform.actions()[-2:] == ["markUploadComplete", "describeDataset"]


def test_the_deadline_bounds_the_wait_for_the_parts_to_be_joined(
    run: Run, platform: Platform, parts: dict[int, bytes]
) -> None:
    platform.answers["describeUpload"] = always({**UPLOAD, "status": "JOINING"})
    with pytest.raises(ApiTimeoutError, match="JOINING"):
        run(upload(DATA, deadline=0.2))


def test_progress_is_told_of_the_whole_file(
    run: Run, platform: Platform, parts: dict[int, bytes]
) -> None:
    told: list[tuple[int, int | None]] = []
    run(upload(DATA, workers=3, progress=lambda *what: told.append(what)))
    assert told == sorted(told)
    assert told[-1] == (len(DATA), len(DATA))
    assert {total for _, total in told} == {len(DATA)}


def frame() -> Any:
    return pd.DataFrame({"name": ["Ann", None], "age": [1, 2]})


def read(parts: dict[int, bytes]) -> Any:
    return pd.read_parquet(io.BytesIO(whole(parts)))


def test_a_data_frame_becomes_a_dataset(
    run: Run, platform: Platform, parts: dict[int, bytes]
) -> None:
    made = run(lambda client: done(client.datasets.create_from_pandas("churn", frame())))
    assert made.dataset_id == "d1"
    body = platform.of("createDatasetFromUpload")[0].json
    assert (body["tableName"], body["fileFormat"]) == ("churn", "PARQUET")
    pd.testing.assert_frame_equal(read(parts), frame(), check_dtype=False)


def test_a_data_frame_becomes_a_feature_group(
    run: Run, platform: Platform, parts: dict[int, bytes]
) -> None:
    df = frame().rename(columns={"name": "the name"})
    made = run(
        lambda client: done(
            client.feature_groups.create_from_pandas("churn", df, clean_column_names=True)
        )
    )
    assert made.feature_group_id == "f1"
    assert list(read(parts).columns) == ["the_name", "age"]


def test_a_data_frame_replaces_the_data_of_a_feature_group(
    run: Run, platform: Platform, parts: dict[int, bytes]
) -> None:
    made = run(lambda client: done(client.feature_groups.update_from_pandas("churn", frame())))
    assert made.feature_group_id == "f1"
    asked = platform.of("createDatasetVersionFromUpload")[0]
    assert asked.given == {"datasetId": "d1"}
    assert asked.json == {"fileFormat": "PARQUET", "parsingConfig": None}
    assert len(read(parts)) == 2


@pytest.mark.parametrize("name", ["d1", "churn"])
def test_a_version_of_a_dataset_is_made_by_its_id_or_its_table(
    run: Run, platform: Platform, parts: dict[int, bytes], name: str
) -> None:
    known = platform.answers["describeDataset"]
    platform.answers["describeDataset"] = lambda asked: (
        known(asked) if asked.given["datasetId"] == "d1" else Failed(404, "DataNotFoundError")
    )
    run(lambda client: done(client.datasets.create_version_from_pandas(name, frame())))
    assert platform.of("createDatasetVersionFromUpload")[0].given == {"datasetId": "d1"}


def test_a_feature_group_of_another_source_is_refused(
    run: Run, platform: Platform, parts: dict[int, bytes]
) -> None:
    platform.answers["describeFeatureGroupByTableName"] = always(
        {**GROUP, "featureGroupSourceType": "SQL"}
    )
    with pytest.raises(ConflictError, match="not made from a dataset"):
        run(lambda client: done(client.feature_groups.update_from_pandas("churn", frame())))
    assert "uploadPart" not in platform.actions()


def test_columns_are_checked_before_anything_is_created(
    run: Run, platform: Platform, parts: dict[int, bytes]
) -> None:
    df = frame().rename(columns={"name": "the name"})
    with pytest.raises(RequestError, match="'the name'"):
        run(lambda client: done(client.feature_groups.create_from_pandas("churn", df)))
    assert platform.actions() == []


class Written:
    """A Spark data frame, as far as it is written."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.write = self

    def format(self, form: str) -> Written:
        assert form == "parquet"
        return self

    def mode(self, mode: str) -> Written:
        assert mode == "overwrite"
        return self

    def save(self, folder: str) -> None:
        for name in self.names:
            Path(folder, name).write_bytes(name.encode())


@pytest.mark.parametrize("method", ["create_from_spark", "update_from_spark"])
def test_a_spark_frame_goes_out_as_an_archive(
    run: Run, platform: Platform, parts: dict[int, bytes], method: str
) -> None:
    df = Written("b.parquet", "a.parquet", "_SUCCESS")
    made = run(lambda client: done(getattr(client.feature_groups, method)("churn", df)))
    assert made.feature_group_id == "f1"
    with tarfile.open(fileobj=io.BytesIO(whole(parts))) as archive:
        assert archive.getnames() == ["a.parquet", "b.parquet"]
    created = platform.of("createDatasetFromUpload") + platform.of("createDatasetVersionFromUpload")
    assert created[0].json["fileFormat"] == "TAR"


@pytest.mark.parametrize(
    ("df", "said"), [(17, "a Spark data frame is needed, not int"), (Written(), "no Parquet")]
)
def test_what_spark_has_not_written_is_not_uploaded(
    run: Run, platform: Platform, parts: dict[int, bytes], df: Any, said: str
) -> None:
    with pytest.raises(RequestError, match=said):
        run(lambda client: done(client.feature_groups.create_from_spark("churn", df)))
    assert platform.actions() == []
