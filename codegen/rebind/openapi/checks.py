"""Everything that can be wrong between the parts of a resolved document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rebind.diagnostics import did_you_mean, quoted
from rebind.openapi import (
    bindings,
    hosts,
    idents,
    pages,
    parameters,
    paths,
    renames,
    results,
    security,
    waits,
)
from rebind.openapi.schemas import Schemas
from rebind.openapi.shapes import METHODS, SHAPES
from rebind.openapi.survey import Object, Survey
from rebind.source import Json

_STATUS = re.compile(r"[1-5](?:[0-9][0-9]|XX)")
_STATUSES = ("default", "1XX", "2XX", "3XX", "4XX", "5XX")
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+\s*(?:;.*)?", re.ASCII)
_MEDIA_TYPES = {
    "json": "application/json",
    "xml": "application/xml",
    "text": "text/plain",
    "plain": "text/plain",
    "html": "text/html",
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data",
    "binary": "application/octet-stream",
    "*": "*/*",
}


def check(survey: Survey, *, is_30: bool) -> None:
    """Report everything that is wrong in a resolved document.

    Args:
        survey: The resolved data.
        is_30: Whether the document is written in OpenAPI 3.0.
    """
    schemas = Schemas(survey, is_30=is_30)
    paths.check(survey)
    bindings.check_errors(survey)
    bindings.check_flat_bases(survey)
    operations = _operations(survey)
    waits.check(survey, operations)
    idents.check(survey)
    hosts.check_hosts(survey, operations)
    for node in survey.nodes:
        value = node.value
        if node.shape == "schema":
            schemas.check(node)
            results.check_values(survey, value)
            renames.check(survey, node)
            continue
        if node.shape == "operation":
            _operation(survey, value)
        elif node.shape == "parameter":
            parameters.check(survey, value)
        elif node.shape == "requirement":
            security.check_requirement(survey, value)
        elif node.shape == "security-scheme":
            security.check_scheme(survey, value)
        elif node.shape == "server":
            security.check_server(survey, value)
        elif node.shape == "media-type":
            _encoding(survey, value)
        elif node.shape == "link":
            _link(survey, value, operations)
        if "content" in value and "content" in SHAPES[node.shape]:
            _media_types(survey, value["content"])
    schemas.cycles()


def _operations(survey: Survey) -> dict[str, Object]:
    """The operations by their ids, of which no two may be the same."""
    found: dict[str, Object] = {}
    for holder, key in _path_items(survey):
        item = holder[key]
        for method in METHODS:
            operation = item.get(method) if isinstance(item, dict) else None
            name = operation.get("operationId") if isinstance(operation, dict) else None
            if not isinstance(operation, dict) or not isinstance(name, str):
                continue
            if name not in found:
                found[name] = operation
            elif found[name] is operation:
                message = f"{quoted(key)} is another path to the operation {quoted(name)}"
                help = "leave out its operationId, or describe the operation twice"
                survey.report("duplicate-operation-id", message, holder, key, help, key=True)
            else:
                message = f"two operations have the operationId {quoted(name)}"
                where = survey.where(found[name], "operationId")
                help = f"the first one is at {where}; give each its own"
                survey.report("duplicate-operation-id", message, operation, "operationId", help)
    return found


def _path_items(survey: Survey) -> Iterator[tuple[Object, str]]:
    """Everything that can be called: paths, webhooks and the callbacks of operations."""
    for section in ("paths", "webhooks"):
        holder = survey.data.get(section)
        if isinstance(holder, dict):
            yield from ((holder, key) for key in holder)
    for node in survey.nodes:
        if node.shape == "callback":
            yield from ((node.value, key) for key in node.value if not key.startswith("x-"))


def _operation(survey: Survey, operation: Object) -> None:
    parameters.check_list(survey, operation)
    responses = operation.get("responses")
    if isinstance(responses, dict):
        _responses(survey, responses)
    if not responses:
        message = "the operation describes no response"
        help = "add 'responses:', for example with 'default'"
        at = "responses" if "responses" in operation else None
        survey.warn("no-responses", message, operation, at, help, key=True)
    bindings.check_bound(survey, operation)
    bindings.check_flat(survey, operation)
    bindings.check_raises(survey, operation)
    hosts.check_host(survey, operation)
    results.check_stream(survey, operation)
    results.check_extra(survey, operation)
    results.check_encoding(survey, operation)
    pages.check(survey, operation)


def _responses(survey: Survey, responses: Object) -> None:
    for status, response in responses.items():
        if status != "default" and not _STATUS.fullmatch(status):
            message = f"{quoted(status)} is no HTTP status"
            otherwise = "write a status such as '200', a range such as '2XX', or 'default'"
            help = did_you_mean(status, _STATUSES, otherwise)
            survey.report("bad-status", message, responses, status, help, key=True)
        if isinstance(response, dict) and response and "description" not in response:
            message = "the response has no description"
            help = "OpenAPI asks for one: add 'description:'"
            survey.warn("missing-description", message, responses, status, help, key=True)
            response["description"] = ""


def _media_types(survey: Survey, content: Json) -> None:
    if not isinstance(content, dict):
        return
    for name in list(content):
        if _MEDIA_TYPE.fullmatch(name):
            continue
        message = f"{quoted(name)} is no media type"
        if "/" in name:  # wrong, but nobody's slip: servers compare it as text
            help = "a media type has the form 'type/subtype'"
            survey.warn("bad-media-type", message, content, name, help, key=True)
        elif not content[name]:
            message += "; it is left out"
            survey.warn("bad-media-type", message, content, name, "remove it", key=True)
            del content[name]
        else:
            better = _MEDIA_TYPES.get(name.lower().strip())
            help = f"did you mean {quoted(better)}?" if better else ""
            help = help or did_you_mean(name, _MEDIA_TYPES.values(), "write 'type/subtype'")
            survey.report("bad-media-type", message, content, name, help, key=True)


def _encoding(survey: Survey, media_type: Object) -> None:
    encoding, schema = media_type.get("encoding"), media_type.get("schema")
    if not isinstance(encoding, dict) or not isinstance(schema, dict):
        return
    known = survey.properties(schema)
    for name in encoding if known else ():
        if name not in known:
            message = f"the body has no property {quoted(name)}"
            help = did_you_mean(name, known, "remove the encoding")
            survey.warn("unknown-encoding", message, encoding, name, help, key=True)


def _link(survey: Survey, link: Object, operations: dict[str, Object]) -> None:
    name = link.get("operationId")
    if isinstance(name, str) and name not in operations:
        message = f"no operation has the operationId {quoted(name)}"
        help = did_you_mean(name, operations)
        survey.warn("unknown-operation", message, link, "operationId", help)
