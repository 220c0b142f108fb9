"""What ours sends and makes of answers, beside what the vendor's client does with the same."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import sysconfig
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from abacus_client import Abacus

from tests.contract.vendor import VendorMissing, python
from tests.extras import sample_functions as f
from tests.extras.platform import Asked, Lines, Platform, always, chunks

pd = pytest.importorskip("pandas")
fastavro = pytest.importorskip("fastavro")
pytest.importorskip("pyarrow")

HERE = Path(__file__).parent
PROGRAM = HERE / "vendor_program.py"


@pytest.fixture(scope="module")
def vendor() -> Path:
    try:
        return python()
    except VendorMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def borrowed(vendor: Path) -> list[str]:
    """Where the vendor's environment finds pyarrow, which it does not come with."""
    version = "import sys; print(sys.version_info[:2])"
    ran = subprocess.run([vendor, "-I", "-c", version], capture_output=True, text=True, check=True)
    if ran.stdout.strip() != str(sys.version_info[:2]):
        pytest.skip("the vendor's environment has another Python, which cannot borrow pyarrow")
    return [sysconfig.get_paths()["purelib"]]


Theirs = Callable[..., Any]


@pytest.fixture(scope="module")
def program(vendor: Path) -> Iterator[subprocess.Popen[str]]:
    """Runs code with the vendor's client, each in a process of its own."""
    with subprocess.Popen(
        [vendor, "-I", str(PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"NO_PROXY": "127.0.0.1"},
    ) as process:
        yield process


@pytest.fixture
def theirs(platform: Platform, program: subprocess.Popen[str]) -> Theirs:
    """Runs code with the vendor's client."""

    def run(code: str, *paths: str) -> Any:
        asked = {"server": platform.url, "code": code, "paths": [str(HERE), *paths]}
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(json.dumps(asked) + "\n")
        program.stdin.flush()
        answer = json.loads(program.stdout.readline() or '{"failed": "the program ended"}')
        assert "failed" not in answer, answer["failed"]
        return answer["result"]

    return run


def ours(platform: Platform, work: Callable[[Abacus], Any]) -> Any:
    with Abacus("secret", base_url=platform.url) as client:
        return work(client)


def sent(platform: Platform, *ignored: str) -> list[tuple[Any, ...]]:
    """What was asked, in the order in which it came, and then forgotten."""
    found = [
        (asked.method, asked.path, asked.query, _body(asked))
        for asked in platform.asked
        if asked.action not in ("getApiEndpoint", *ignored)
    ]
    platform.asked.clear()
    return found


def _body(asked: Asked) -> str:
    if "multipart" in asked.headers.get("content-type", ""):
        parts = {name: (part.content, part.filename) for name, part in asked.parts.items()}
        return repr(sorted(parts.items()))
    return json.dumps(json.loads(asked.body), sort_keys=True) if asked.body else ""


UPLOAD = {"uploadId": "u1", "status": "COMPLETE", "datasetId": "d1"}
GROUP = {"featureGroupId": "f1", "featureGroupSourceType": "DATASET", "datasetId": "d1"}


@pytest.fixture
def uploads(platform: Platform) -> None:
    platform.answers |= {
        "uploadPart": always({"etag": "e"}),
        "markUploadComplete": always(UPLOAD),
        "describeUpload": always(UPLOAD),
        "describeDataset": always({"datasetId": "d1", "featureGroupTableName": "t"}),
        "createDatasetFromUpload": always(UPLOAD),
        "createDatasetVersionFromUpload": always(UPLOAD),
        "describeFeatureGroupByTableName": always(GROUP),
    }


def test_a_file_goes_out_in_the_same_parts(
    platform: Platform, theirs: Theirs, uploads: None
) -> None:
    data = bytes(range(256)) * 3
    theirs(
        "import io\n"
        "upload = client.describe_upload('u1')\n"
        f"upload.upload_file(io.BytesIO({data!r}), threads=3, chunksize=100)"
    )
    expected = sent(platform, "describeUpload")
    ours(
        platform,
        lambda c: c.uploads.describe("u1").upload_file(data, workers=3, part_size=100),
    )
    found = sent(platform, "describeUpload")
    assert Counter(found[:8]) == Counter(expected[:8])
    assert found[8:] == expected[8:]
    assert len(found) == 10


FRAME = "pd.DataFrame({'a b': [1, 2, 3], 'x': [1.5, None, 2.5], 'b': [True, False, True]})"


@pytest.mark.parametrize(
    ("code", "work"),
    [
        (
            "client.create_feature_group_from_pandas_df('t', df, True)",
            lambda c, df: c.feature_groups.create_from_pandas("t", df, clean_column_names=True),
        ),
        (
            "client.update_feature_group_from_pandas_df('t', df, True)",
            lambda c, df: c.feature_groups.update_from_pandas("t", df, clean_column_names=True),
        ),
        (
            "client.create_dataset_version_from_pandas('d1', df, True)",
            lambda c, df: c.datasets.create_version_from_pandas("d1", df, clean_column_names=True),
        ),
    ],
    ids=["create", "update", "version"],
)
def test_a_data_frame_goes_out_as_the_same_bytes(
    platform: Platform,
    theirs: Theirs,
    borrowed: list[str],
    uploads: None,
    code: str,
    work: Callable[[Abacus, Any], Any],
) -> None:
    theirs(f"import pandas as pd\ndf = {FRAME}\n{code}", *borrowed)
    expected = sent(platform, "describeUpload")
    ours(platform, lambda c: work(c, eval(FRAME, {"pd": pd})))
    assert sent(platform, "describeUpload") == expected
    assert any(path.endswith("uploadPart") for _, path, *_ in expected)


REPLY = {"name": "n", "modelId": "m1", "agentId": "a1", "featureGroupId": "f1"}
FUNCTIONS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "create_prediction_operator_from_functions": (
        "('n', 'p', f.predict, f.initialize, ['g'], included_modules=['m'], memory=4)",
        lambda c: c.prediction_operators.create_from_functions(
            "n", "p", f.predict, f.initialize, feature_group_ids=["g"], included_modules=["m"],
            memory=4,
        ),
    ),
    "update_prediction_operator_from_functions": (
        "('o', 'n', f.predict, f.initialize)",
        lambda c: c.prediction_operators.update_from_functions(
            "o", f.predict, f.initialize, name="n"
        ),
    ),
    "create_model_from_functions": (
        "('p', f.train, f.predict, ['t'], f.predict_many, f.initialize, included_modules=['m'])",
        lambda c: c.models.create_from_functions(
            "p", f.train, f.predict, ["t"], predict_many_function=f.predict_many,
            initialize_function=f.initialize, included_modules=["m"],
        ),
    ),
    "update_model_from_functions": (
        "('m', f.train, f.predict, training_input_tables=['t'])",
        lambda c: c.models.update_from_functions(
            "m", f.train, f.predict, training_input_tables=["t"]
        ),
    ),
    "create_pipeline_step_from_function": (
        "('l', 's', f.train, [], ['o'], timeout=5)",
        lambda c: c.pipeline_steps.create_from_function(
            "l", "s", f.train, step_input_mappings=[], output_variable_mappings=["o"], timeout_=5
        ),
    ),
    "update_pipeline_step_from_function": (
        "('s', f.train, included_modules=['m', 'n'])",
        lambda c: c.pipeline_steps.update_from_function(
            "s", f.train, included_modules=["m", "n"]
        ),
    ),
    "create_python_function_from_function": (
        "('n', f.train, description='d')",
        lambda c: c.python_functions.create_from_function("n", f.train, description="d"),
    ),
    "update_python_function_code": (
        "('n', f.train, included_modules=['m'])",
        lambda c: c.python_functions.update_from_function("n", f.train, included_modules=["m"]),
    ),
    "create_feature_group_from_python_function": (
        "(f.train, 't', ['i'], memory=4)",
        lambda c: c.feature_groups.create_from_python_function(f.train, "t", ["i"], memory=4),
    ),
    "create_algorithm_from_function": (
        "('n', 'REGRESSION', {'a': 'b'}, 'c', f.train, f.predict, common_functions=[f.shared])",
        lambda c: c.algorithms.create_from_function(
            "n", "REGRESSION", f.train, f.predict, common_functions=[f.shared],
            training_data_parameter_names_mapping={"a": "b"}, training_config_parameter_name="c",
        ),
    ),
    "update_algorithm_from_function": (
        "('n', train_function=f.train)",
        lambda c: c.algorithms.update_from_function("n", f.train),
    ),
    "create_custom_loss_function": (
        "('n', 'REGRESSION_DL_TF', f.shared)",
        lambda c: c.custom_loss_functions.create_from_function("n", "REGRESSION_DL_TF", f.shared),
    ),
    "update_custom_loss_function": (
        "('n', f.shared)",
        lambda c: c.custom_loss_functions.update_from_function("n", f.shared),
    ),
    "create_custom_metric_from_function": (
        "('n', 'REGRESSION', f.shared)",
        lambda c: c.custom_metrics.create_from_function("n", "REGRESSION", f.shared),
    ),
    "update_custom_metric_from_function": (
        "('n', f.shared)",
        lambda c: c.custom_metrics.update_from_function("n", f.shared),
    ),
    "create_agent_from_function": (
        "('p', f.shared, 'n', package_requirements=[])",
        lambda c: c.agents.create_from_function("p", f.shared, name="n"),
    ),
    "update_agent_with_function": (
        "('m', f.shared, memory=4)",
        lambda c: c.agents.update_from_function("m", f.shared, memory=4),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_go_out_as_the_same_text(platform: Platform, theirs: Theirs, name: str) -> None:
    arguments, work = FUNCTIONS[name]
    platform.answers = Always(REPLY)
    theirs(f"import sample_functions as f\nclient.{name}{arguments}")
    ((*expected, their_body),) = sent(platform)
    ours(platform, work)
    ((*found, our_body),) = sent(platform)
    assert found == expected
    assert tidied(json.loads(our_body)) == tidied(json.loads(their_body))


class Always(dict[str, Any]):
    """The same answer to every action."""

    def __init__(self, result: Any) -> None:
        self._answer = always(result)

    def __contains__(self, _: object) -> bool:
        return True

    def __getitem__(self, _: str) -> Any:
        return self._answer


def tidied(body: dict[str, Any]) -> dict[str, Any]:
    """Without the empty lines that the vendor's client puts before the text of an agent."""
    return {
        key: value.lstrip("\n") if isinstance(value, str) else value for key, value in body.items()
    }


def test_columns_get_the_same_names(platform: Platform, theirs: Theirs) -> None:
    from abacus_client.extras.frames import clean_name

    names = ["a", "a b", "_x", "1", "é", "a-b.c", "__", "Z9", "9Z", "_9", "", "\t", "a\nb"]
    code = "from abacusai.api_client_utils import clean_column_name as clean\n"
    expected = theirs(f"{code}result = [clean(name) for name in {names!r}]")
    assert [clean_name(name) for name in names] == expected


SCHEMA = fastavro.parse_schema(
    {
        "type": "record",
        "name": "row",
        "fields": [
            {"name": "n", "type": ["null", "long"]},
            {"name": "i", "type": ["null", "int"]},
            {"name": "x", "type": ["null", "double"]},
            {"name": "y", "type": ["null", "float"]},
            {"name": "s", "type": ["null", "string"]},
            {"name": "b", "type": "boolean"},
            {"name": "t", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}]},
            {"name": "d", "type": ["null", {"type": "int", "logicalType": "date"}]},
            {"name": "l", "type": {"type": "array", "items": "long"}},
        ],
    }
)
ROWS = [
    {"n": 2**60, "i": 1, "x": 1.5, "y": 0.5, "s": "é", "b": True, "t": 0, "d": 19000, "l": [1]},
    {**dict.fromkeys("nixystd"), "b": False, "l": []},
]
SHOWN = (
    "result = [[name, str(df[name].dtype)] for name in df.columns] + "
    "[df.astype(object).where(df.notna(), None).map(str).to_dict('list')]"
)


def avro(rows: list[Any]) -> bytes:
    file = io.BytesIO()
    fastavro.writer(file, SCHEMA, rows)
    return file.getvalue()


def test_rows_become_the_same_frame(platform: Platform, theirs: Theirs) -> None:
    parts = [avro(ROWS), avro(ROWS[:1]), avro(ROWS[1:])]
    platform.answers |= {
        "describeFeatureGroupVersion": always({"featureGroupVersion": "v1"}),
        "_getFeatureGroupVersionParts": always(["a", "b", "c"]),
        "_downloadFeatureGroupVersionPartChunk": lambda asked: chunks(
            parts[int(asked.given["part"])], 200
        )(asked),
    }
    code = "df = client.describe_feature_group_version('v1').load_as_pandas()\n"
    expected = theirs(code + SHOWN)
    their_requests = sent(platform)
    seen: dict[str, Any] = {
        "df": ours(platform, lambda c: c.feature_group_versions.describe("v1").load_as_pandas())
    }
    exec(SHOWN, seen)
    assert json.loads(json.dumps(seen["result"])) == expected
    assert Counter(sent(platform)) == Counter(their_requests)


def test_frames_to_optimise_are_the_same_text(platform: Platform, theirs: Theirs) -> None:
    platform.answers["getAssignmentsOnlineWithNewSerializedInputs"] = always({})
    frame = "pd.DataFrame({'a': [1.5], 't': pd.to_datetime(['2024-01-02']), 'c': ['x']})"
    theirs(
        f"import pandas as pd\ndf = {frame}\n"
        "client.get_assignments_online_with_new_inputs('t', 'd', df, df, df, {'a': 1}, 5, 0.1)"
    )
    expected = sent(platform)
    df = eval(frame, {"pd": pd})
    ours(
        platform,
        lambda c: c.predictions.get_assignments_online_with_new_inputs(
            "t",
            "d",
            assignments_df=df,
            constraints_df=df,
            constraint_equations_df=df,
            feature_mapping_dict={"a": 1},
            solve_time_limit_seconds=5,
            optimality_gap_limit=0.1,
        ),
    )
    assert sent(platform) == expected


def test_documents_are_asked_for_in_the_same_way(platform: Platform, theirs: Theirs) -> None:
    platform.answers |= {
        "_getDocRetrieverDeploymentInfo": always({"deploymentToken": "t1", "deploymentId": "d1"}),
        "lookupMatches": always([]),
    }
    theirs("client.get_matching_documents('r', 'q', {'a': [1]}, min_score=0.5)")
    expected = sent(platform)
    ours(
        platform,
        lambda c: c.document_retrievers.get_matching_documents(
            "r", "q", filters={"a": [1]}, min_score=0.5
        ),
    )
    assert sent(platform) == expected


CHUNKS = [
    {"type": "text", "segment": "Hi", "messageId": "m", "isHTMLText": True},
    {"ping": 1},
    {"end": True, "success": True},
]
ANSWERS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "get_streaming_chat_response": (
        "('t', 'd', [{'is_user': True, 'text': 'Hi'}], 'X', system_message='s', user_info={})",
        lambda c: c.predictions.stream_chat_response(
            "t",
            "d",
            [{"is_user": True, "text": "Hi"}],
            llm_name="X",
            system_message="s",
            user_info={},
        ),
    ),
    "get_streaming_conversation_response": (
        "('t', 'd', 'Hi', 'c', chat_config={'a': 1}, ignore_documents=True)",
        lambda c: c.predictions.stream_conversation_response(
            "t",
            "d",
            "Hi",
            deployment_conversation_id="c",
            chat_config={"a": 1},
            ignore_documents=True,
        ),
    ),
    "execute_conversation_agent_streaming": (
        "('t', 'd', [1], {'a': 2}, regenerate=True)",
        lambda c: c.predictions.stream_conversation_agent(
            "t", "d", arguments=[1], keyword_arguments={"a": 2}, regenerate=True
        ),
    ),
    "get_streaming_chat_response_with_binary_data": (
        "('t', 'd', [{'is_user': True, 'text': 'Hi'}], attachments={'file': b'1'})",
        lambda c: c.predictions.stream_chat_response(
            "t", "d", [{"is_user": True, "text": "Hi"}], attachments={"file": b"1"}
        ),
    ),
    "get_streaming_conversation_response_with_binary_data": (
        "('t', 'd', 'Hi', filter_key_values={'a': [1]}, attachments={'file': b'1'})",
        lambda c: c.predictions.stream_conversation_response(
            "t", "d", "Hi", filter_key_values={"a": [1]}, attachments={"file": b"1"}
        ),
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_are_asked_for_and_read_in_the_same_way(
    platform: Platform, theirs: Theirs, name: str
) -> None:
    arguments, work = ANSWERS[name]
    platform.answers = Always(Lines([json.dumps(chunk).encode() + b"\n" for chunk in CHUNKS]))
    expected = theirs(
        "import asyncio\n"
        "async def read():\n"
        f"    return [chunk async for chunk in client.{name}{arguments}]\n"
        "result = asyncio.run(read())"
    )
    their_requests = sent(platform)
    found = ours(platform, lambda c: [dict(chunk) for chunk in work(c)])
    assert found == expected
    assert sent(platform) == their_requests
