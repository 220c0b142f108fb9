"""The ``x-rebind-*`` extensions of a document against their JSON Schema."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs

from rebind.diagnostics import closest, did_you_mean, quoted
from rebind.openapi.findings import Findings
from rebind.source import Document, Json, step

PREFIX = "x-rebind-"
_SLIP = re.compile(r"x-?re?b", re.IGNORECASE)

_OBJECTS = {
    "openapi": ("root", "the root of the document"),
    "operation": ("operation", "an operation"),
    "schema": ("schema", "a schema"),
    "parameter": ("parameter", "a parameter"),
}
"""Shape -> its definition in the schema, and how to say it."""
_WORDS = {
    "^[A-Za-z][A-Za-z0-9_]*$": "a Python name",
    "^[a-z][a-z0-9_]*$": "a Python name in lower case, such as 'rename_session'",
    "^[A-Z][A-Za-z0-9_]*$": "a class name, such as 'NotFoundError'",
    "^[A-Za-z0-9-]+$": "the name of a header, such as 'Idempotency-Key'",
    "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$": "the name of a header, such as 'X-Team'",
    "^[a-z][a-z0-9_-]*$": "a name in lower case, such as 'predictions'",
    "^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)?$": "a method, such as 'retitle' or 'sessions.retitle'",
    "^[0-9]+([.][0-9]+)*$": "a version, such as '2.0.0'",
    "^/": "a path, such as '/jobs/status'",
    "^[^.]+([.][^.]+)*$": "a name, or names with dots between them",
    "^[A-Z_][A-Z0-9_]*$": "the name of an environment variable, such as 'ACME_API_KEY'",
}


@cache
def _schema() -> dict[str, Any]:
    text = resources.files("rebind.openapi").joinpath("extensions.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@cache
def _validator(name: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for({**_schema(), "$ref": f"#/$defs/{name}"})


@cache
def known() -> dict[str, tuple[str, ...]]:
    """The extensions there are.

    Returns:
        Name -> the shapes that it may stand on.
    """
    places: dict[str, tuple[str, ...]] = {}
    for shape, (name, _) in _OBJECTS.items():
        for extension in _schema()["$defs"][name]["properties"]:
            places[extension] = (*places.get(extension, ()), shape)
    return places


def check(
    value: dict[str, Json], shape: str, document: Document, pointer: str, findings: Findings
) -> None:
    """Report extensions that do not exist, stand on the wrong object or hold a wrong value.

    Args:
        value: An object of the document.
        shape: What it is.
        document: Its file.
        pointer: Where it stands.
        findings: Where mistakes go.
    """
    fitting: dict[str, Json] = {}
    for key in value:
        if not key.startswith(PREFIX):
            near = closest(key, known()) if _SLIP.match(key) else None
            if near is not None:
                message = f"{quoted(key)} is not an extension of Rebind"
                help = f"did you mean {quoted(near)}?"
                at = pointer + step(key)
                findings.warn("unknown-extension", message, document, at, help, key=True)
            continue
        at = pointer + step(key)
        if key not in known():
            message = f"there is no extension {quoted(key)}"
            otherwise = "docs/extensions.md lists those there are"
            near = closest(key.removeprefix(PREFIX), (n.removeprefix(PREFIX) for n in known()))
            help = f"did you mean {quoted(PREFIX + near)}?" if near else otherwise
            findings.report("unknown-extension", message, document, at, help, key=True)
        elif shape not in known()[key]:
            where = " or ".join(_OBJECTS[place][1] for place in known()[key])
            message = f"{quoted(key)} has no meaning here"
            findings.report(
                "misplaced-extension", message, document, at, f"it belongs on {where}", key=True
            )
        else:
            fitting[key] = value[key]
    if fitting:
        _validate(fitting, _OBJECTS[shape][0], document, pointer, findings)


def _validate(
    fitting: dict[str, Json], name: str, document: Document, pointer: str, findings: Findings
) -> None:
    for error in _validator(name).iter_errors(fitting):
        at = pointer + "".join(step(part) for part in error.instance_path)
        kind: Any = error.kind
        message, help, key = error.message, "", False
        if error.kind.name == "additionalProperties":
            known_here = _properties(error.schema_path[:-1])
            for unexpected in kind.unexpected:
                findings.report(
                    "bad-extension",
                    f"{quoted(str(unexpected))} has no meaning here",
                    document,
                    at + step(unexpected),
                    did_you_mean(unexpected, known_here, f"the keys are {', '.join(known_here)}"),
                    key=True,
                )
            continue
        if error.kind.name == "required":
            message, key = f"the key {quoted(kind.property)} is missing", True
            help = f"add '{kind.property}:'"
        elif error.kind.name == "propertyNames":
            at, key = at + step(kind.error.instance), True
            message = f"{quoted(kind.error.instance)} is not {_word(kind.error)}"
        elif error.kind.name == "pattern":
            message = f"{quoted(str(error.instance))} is not {_word(error)}"
        elif error.kind.name == "not":
            message = f"{quoted(str(error.instance))} is a keyword of Python"
        elif error.kind.name == "enum":
            options = [str(option) for option in kind.options]
            message = f"{error.instance!r} is not one of {', '.join(map(repr, options))}"
            help = did_you_mean(str(error.instance), options)
        elif error.kind.name == "type":
            message = f"this must be {_a_type(str(kind.types[0]))}"
        help = help or f"{error.instance_path[0]}: {_said(name, str(error.instance_path[0]))}"
        findings.report("bad-extension", message, document, at, help, key=key)


def _said(name: str, extension: str) -> str:
    """What the schema says that an extension is for."""
    rule = _schema()["$defs"][name]["properties"][extension]
    said: str = rule["description"]
    return said[0].lower() + said[1:].rstrip(".")


def _word(error: jsonschema_rs.ValidationError) -> str:
    kind: Any = error.kind
    if error.kind.name == "pattern":
        return _WORDS.get(kind.pattern, f"text that matches {kind.pattern}")
    return "a name, but a keyword of Python" if error.kind.name == "not" else "a name"


def _a_type(name: str) -> str:
    words = {
        "boolean": "true or false",
        "object": "a mapping",
        "array": "a list",
        "string": "text",
        "integer": "an integer",
    }
    return words.get(name, f"a {name}")


def _properties(path: list[str | int]) -> list[str]:
    rule: Any = _schema()
    for part in path:
        rule = rule[part]
    return sorted(rule.get("properties", {}))
