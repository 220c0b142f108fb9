"""What every call of the SDK has in common: the key, the hosts, the envelope, the errors."""

from __future__ import annotations

from typing import Any

from rebind.upstream.sdk import Sdk

Json = dict[str, Any]

DONE, FORBIDDEN, ERROR = (
    f"#/components/responses/{name}" for name in ("Done", "Forbidden", "Error")
)
"""The replies that operations share."""

_ASKED = "get_api_endpoint"
_HOSTS = {
    "proxy": ("proxyEndpoint", ("deployment_id", "deployment_token")),
    "prediction": ("predictEndpoint", ("deployment_id", "deployment_token")),
    "streaming": ("predictEndpoint", ("model_id", "feature_group_id", "streaming_token")),
}
_TRANSPORTS = {"proxy": {"proxy", "job"}}
_GATEWAY = {"GatewayTimeoutError": [504], "TooManyRequestsError": [429]}
_FAILED = "InternalServerError"
_FAILURES = [*range(505, 512), *range(520, 528), 529, 530, 598, 599]
"""Server errors above 502 but 503 and 504: the registered ones and those of common proxies."""
_RENAMED = {"RequestTimeoutError": ["TimeoutError"]}


def root(sdk: Sdk) -> Json:
    """The beginning of the document.

    Args:
        sdk: What the SDK says.

    Returns:
        Everything before the paths.
    """
    errors = {name: _error(name, base, sdk) for name, base in sdk.errors.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": sdk.name, "version": sdk.version or "0"},
        "servers": [{"url": "https://api.example.com", "description": "Say it in the overlay."}],
        "security": [{"apiKey": []}],
        "x-rebind-envelope": {
            "ok": "success",
            "result": "result",
            "message": "error",
            "type": "errorType",
            "request-id": "requestId",
        },
        "x-rebind-wire": {"booleans": "True/False", "send-defaults": True, "part-types": False},
        "x-rebind-objects": True,
        **_hosts(sdk),
        **({"x-rebind-errors": errors} if errors else {}),
    }


def _hosts(sdk: Sdk) -> Json:
    """The addresses that the API itself tells, where it has a call for that."""
    asked = sdk.methods.get(_ASKED)
    if asked is None:
        return {}
    wires = {sent.argument.name: sent.wire for sent in asked.sent}
    used = {method.transport for method in sdk.methods.values()}
    action = asked.action[:1].lower() + asked.action[1:]
    hosts = {
        name: {
            "operation": action,
            "field": field,
            "with": [wires[argument] for argument in arguments if argument in wires],
        }
        for name, (field, arguments) in _HOSTS.items()
        if _TRANSPORTS.get(name, {name}) & used
    }
    return {"x-rebind-hosts": hosts} if hosts else {}


def _error(name: str, base: str, sdk: Sdk) -> Json:
    found: Json = {"description": f"The API answered `{name}`."}
    if base in sdk.errors:
        found["extends"] = base
    statuses = _FAILURES if name == _FAILED else _GATEWAY.get(name)
    if statuses:
        found["statuses"] = statuses
    if name in _RENAMED:
        found["types"] = _RENAMED[name]
    return found


def shared() -> Json:
    """The parts under `components` that every operation refers to."""
    reply = {"$ref": "#/components/schemas/ErrorReply"}
    return {
        "securitySchemes": {
            "apiKey": {
                "type": "apiKey",
                "in": "header",
                "name": "apiKey",
                "description": "An API key of the organization.",
            }
        },
        "responses": {
            "Done": {
                "description": "It is done; there is no result.",
                "content": {"application/json": {"schema": _envelope({}, ["success"], True)}},
            },
            "Forbidden": _failure(
                "The API key is missing, not valid or not allowed to do this.", reply
            ),
            "Error": _failure("Any other failure, whatever its status.", reply),
        },
        "schemas": {"ErrorReply": _error_reply()},
    }


def _envelope(rest: Json, required: list[str], ok: bool) -> Json:
    said = f"Always `{str(ok).lower()}`{'' if ok else '; this is what makes the reply an error'}."
    success = {"type": "boolean", "const": ok, "description": said}
    return {"type": "object", "required": required, "properties": {"success": success, **rest}}


def _failure(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _error_reply() -> Json:
    text = {"type": ["string", "null"]}
    rest = {
        "error": {**text, "description": "What went wrong, for people to read."},
        "errorType": {**text, "description": "The kind of error, for programs to decide by."},
        "requestId": {**text, "description": "The id under which the API logged the call."},
    }
    return {
        "description": "The envelope of a call that failed.",
        **_envelope(rest, ["success"], False),
    }
