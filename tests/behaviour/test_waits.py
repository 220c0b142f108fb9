"""Methods that wait until something is done, as `x-rebind-wait` describes them."""

from __future__ import annotations

import inspect
import pickle
from types import ModuleType
from typing import Any

import pytest

from tests.behaviour.conftest import Both, Build
from tests.faults.server import json_reply

UPLOADS = """
    paths:
      /uploads/{uploadId}:
        get:
          operationId: describeUpload
          tags: [uploads]
          parameters:
            - {name: uploadId, in: path, required: true, schema: {type: string}}
            - {name: verbose, in: query, schema: {type: boolean}}
          responses:
            '200':
              description: The upload.
              content: {application/json: {schema: {$ref: '#/components/schemas/Upload'}}}
    components:
      schemas:
        Upload:
          type: object
          properties:
            uploadId: {type: string}
            status: {type: string}
            latest:
              anyOf: [{$ref: '#/components/schemas/Version'}, {type: 'null'}]
          x-rebind-wait:
            - name: wait_for_join
              operation: describeUpload
              with: {uploadId: uploadId}
              status: status
              pending: [PENDING, JOINING]
              failed: [FAILED]
              delay: 0.01
            - name: wait_for_version
              operation: describeUpload
              with: {uploadId: uploadId}
              status: latest.ready
              done: [true]
              delay: 0
              deadline: null
        Version: {type: object, properties: {ready: {type: boolean}}}
"""


@pytest.fixture
def package(build: Build) -> ModuleType:
    return build(UPLOADS)


def upload(status: str, **more: Any) -> bytes:
    return json_reply({"uploadId": "u/1", "status": status, **more})


def test_it_waits_and_brings_the_object_up_to_date(both: Both, package: ModuleType) -> None:
    both.server.script += [upload("PENDING"), upload("JOINING"), upload("DONE", part=7)]
    client = both.client(package)
    it = both.get(client.uploads.describe("u/1"))
    told: list[tuple[str, bool]] = []
    waited = both.get(it.wait_for_join(on_progress=lambda o, s: told.append((o.status, s >= 0))))
    assert waited is it
    assert (it.status, it.part) == ("DONE", 7)
    assert told == [("JOINING", True), ("DONE", True)]
    assert {seen.path for seen in both.server.seen} == {"/uploads/u%2F1"}


def test_a_state_deeper_inside_is_waited_for(both: Both, package: ModuleType) -> None:
    for latest in (None, {"ready": False}, {"ready": True}):
        both.server.script.append(upload("X", latest=latest))
    client = both.client(package)
    it = both.get(client.uploads.describe("u"))
    assert both.get(it.wait_for_version()).latest.ready is True
    assert len(both.server.seen) == 3


def test_a_failure_is_an_error_with_the_object(both: Both, package: ModuleType) -> None:
    both.server.script += [upload("PENDING"), upload("FAILED")]
    it = both.get(both.client(package).uploads.describe("u"))
    with pytest.raises(package.WaitError, match="this Upload has failed: it is 'FAILED'") as caught:
        both.get(it.wait_for_join())
    assert caught.value.body is it
    assert isinstance(caught.value, package.ApiError)
    assert pickle.loads(pickle.dumps(caught.value)).state == "FAILED"


def test_the_deadline_is_a_timeout_with_the_last_state(both: Both, package: ModuleType) -> None:
    both.server.script += [upload("PENDING")] * 200
    it = both.get(both.client(package).uploads.describe("u"))
    with pytest.raises(package.ApiTimeoutError, match="still 'PENDING'"):
        both.get(it.wait_for_join(deadline=0.2, delay=0.05))


def test_a_timeout_bounds_the_whole_wait(both: Both, package: ModuleType) -> None:
    both.server.script += [upload("PENDING")] * 200
    it = both.get(both.client(package).uploads.describe("u"))
    with pytest.raises(TimeoutError, match="still 'PENDING'") as caught:
        both.get(it.wait_for_join(timeout=0.2, delay=0.05))  # its own deadline is 600
    assert isinstance(caught.value, package.ApiTimeoutError)
    assert pickle.loads(pickle.dumps(caught.value)).attempts == caught.value.attempts > 1
    assert caught.value.elapsed < 2


def test_a_timeout_of_none_is_no_limit_and_one_in_detail_is_for_each_look(
    both: Both, package: ModuleType
) -> None:
    both.server.script += [upload("PENDING"), *[upload("JOINING")] * 5, upload("DONE")] * 2
    limits = {"timeout": None}, {"timeout": package.Timeout(total=30)}
    for limit in limits:
        it = both.get(both.client(package).uploads.describe("u"))
        deadline = 0.01 if limit["timeout"] is None else 600
        assert both.get(it.wait_for_join(deadline=deadline, **limit)).status == "DONE"


def test_a_timeout_that_is_no_time_is_refused(both: Both, package: ModuleType) -> None:
    both.server.script += [upload("PENDING")]
    it = both.get(both.client(package).uploads.describe("u"))
    with pytest.raises(ValueError, match="above 0"):
        both.get(it.wait_for_join(timeout=0))
    assert len(both.server.seen) == 1


def test_options_go_to_every_look(both: Both, package: ModuleType) -> None:
    both.server.script += [upload("PENDING"), upload("PENDING"), upload("DONE")]
    it = both.get(both.client(package).uploads.describe("u"))
    both.get(it.wait_for_join(headers={"X-Trace": "7"}))
    assert [seen.header("x-trace") for seen in both.server.seen] == [None, "7", "7"]


def test_an_object_without_its_id_says_so(both: Both, package: ModuleType) -> None:
    both.server.script.append(json_reply({"status": "PENDING"}))
    it = both.get(both.client(package).uploads.describe("u"))
    with pytest.raises(package.UnboundError, match="upload_id"):
        both.get(it.wait_for_join())


def test_the_signature_has_what_the_description_says(package: ModuleType) -> None:
    for cls in (package.Upload, package.AsyncUpload):
        said = inspect.signature(cls.wait_for_join).parameters
        assert (said["deadline"].default, said["delay"].default) == (600, 0.01)
        assert inspect.signature(cls.wait_for_version).parameters["deadline"].default is None
    assert "PENDING or JOINING" in inspect.getdoc(package.Upload.wait_for_join)
