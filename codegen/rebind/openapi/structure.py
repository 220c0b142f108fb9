"""Whether each object of a document holds what may stand there, before references are followed."""

from __future__ import annotations

from typing import Final, TypeAlias

from rebind.diagnostics import Severity, closest, quoted
from rebind.openapi import extensions
from rebind.openapi.findings import Findings
from rebind.openapi.shapes import METHODS, NAMES, OLD, SHAPES, Field
from rebind.source import Document, Json, step

Object: TypeAlias = dict[str, Json]


class Absent:
    """The type of `ABSENT`."""


ABSENT: Final = Absent()
"""In place of a value that counts as left out."""

_REQUIRED = {
    shape: [key for key, field in fields.items() if field.required]
    for shape, fields in SHAPES.items()
}
_MUST = frozenset({"parameter", "server", "request-body", "security-scheme"})
"""Shapes that mean nothing without their required keys."""
_WORDS_ONLY = frozenset(
    {
        "bearerFormat",
        "contact",
        "deprecated",
        "description",
        "externalDocs",
        "externalValue",
        "license",
        "summary",
        "termsOfService",
        "title",
        "xml",
    }
)
"""Keys that only people read, of which a wrong one costs nobody more than a remark."""
_WORDS = {
    "string": "text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a mapping",
    "strings": "a list of texts",
}


def called(value: Json) -> str:
    """What a value of a document is, for a message.

    Args:
        value: The value.

    Returns:
        For example ``a list``.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return "text"
    return "nothing" if value is None else "a number"


class Structure:
    """Checks objects as they stand in the files, and mends what has one obvious meaning.

    Args:
        findings: Where mistakes go.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def keys(self, value: Object, shape: str, document: Document, pointer: str) -> None:
        """Report keys that are unknown or missing, and wrong extensions.

        Args:
            value: An object.
            shape: What it is.
            document: Its file.
            pointer: Where it stands.
        """
        fields = SHAPES[shape]
        extended = False
        unknown: list[str] = []
        for key in value:
            if key in fields:
                continue
            if key.startswith("x-"):
                extended = True
            elif shape not in ("callback", "requirement"):
                unknown.append(key)
        if extended:
            extensions.check(value, shape, document, pointer, self._findings)
        for key in _REQUIRED[shape]:
            if value.get(key) is None:
                near = closest(key, unknown)
                if near is not None:
                    unknown.remove(near)
                self._missing(key, near, value, shape, document, pointer)
        for key in unknown:
            self._unknown(key, value, shape, document, pointer)

    def _unknown(
        self, key: str, value: Object, shape: str, document: Document, pointer: str
    ) -> None:
        at = pointer + step(key)
        near = closest(key, (name for name in SHAPES[shape] if name not in value))
        help = OLD.get((shape, key), f"did you mean {quoted(near)}?" if near else "")
        inner = value[key]
        if shape == "path-item" and isinstance(inner, dict) and "responses" in inner:
            message = f"{quoted(key)} is not a method of a path"
            otherwise = f"the methods are {', '.join(METHODS)}"
            self._findings.report(
                "unknown-method", message, document, at, help or otherwise, key=True
            )
        elif shape == "path-item" and key in ("additionalOperations", "query"):
            message = f"{quoted(key)} of OpenAPI 3.2 is not understood"
            help = "remove it; use the methods of OpenAPI 3.1"
            self._findings.report("unknown-method", message, document, at, help, key=True)
        elif shape != "schema" or help:
            # JSON Schema allows any keyword, so that only a likely slip is worth a word.
            message = f"{quoted(key)} has no meaning in {NAMES[shape]}"
            help = help or "remove it, or begin its name with 'x-'"
            self._findings.warn("unknown-field", message, document, at, help, key=True)

    def _missing(
        self,
        key: str,
        near: str | None,
        value: Object,
        shape: str,
        document: Document,
        pointer: str,
    ) -> None:
        at = pointer + step(key) if key in value else pointer
        at = pointer + step(near) if near is not None else at
        help = f"add '{key}:'" if near is None else f"write {quoted(key)} for {quoted(near)}"
        message = f"{NAMES[shape]} needs {quoted(key)}"
        severity: Severity = "error" if shape in _MUST else "warning"
        self._findings.report(
            "missing-field", message, document, at, help, key=True, severity=severity
        )

    def plain(
        self, value: Json, field: Field, shape: str, document: Document, pointer: str
    ) -> Json | Absent:
        """A value that is no object of the specification, as the type it should have.

        Args:
            value: The value as written.
            field: What it should be.
            shape: The object that holds it.
            document: Its file.
            pointer: Where it stands.

        Returns:
            The value, mended where its meaning is plain; `ABSENT` where there is none.
        """
        kind = field.kind
        if field.many == "list":
            if isinstance(value, list):
                return value
            self.wrong(value, "a list", document, pointer)
            return ABSENT
        if kind == "any":
            return value
        if value is None:
            return ABSENT
        if kind == "string":
            if isinstance(value, str):
                return value
            if isinstance(value, (bool, int, float)):
                return document.written(pointer)  # `version: 1.10` is meant as it is written
        elif kind == "boolean":
            if isinstance(value, bool):
                return value
            if isinstance(value, str) and value.lower() in ("true", "false"):
                self._mended(value, "boolean", document, pointer)
                return value.lower() == "true"
        elif kind in ("integer", "number"):
            number = _number(value)
            if number is not None and (kind == "number" or number == int(number)):
                if isinstance(value, str):
                    self._mended(value, "number", document, pointer)
                return int(number) if number == int(number) and kind == "integer" else number
        elif kind == "object":
            if isinstance(value, dict):
                return value
        elif kind == "strings":
            if isinstance(value, list):
                return self._strings(value, document, pointer)
            if shape == "schema" and isinstance(value, bool):
                self._required(value, document, pointer)
                return ABSENT
        mild = pointer.rpartition("/")[2] in _WORDS_ONLY
        self.wrong(value, _WORDS[kind], document, pointer, mild=mild)
        return ABSENT

    def _strings(self, value: list[Json], document: Document, pointer: str) -> Json:
        kept: list[Json] = []
        for index, item in enumerate(value):
            at = pointer + step(index)
            if isinstance(item, str):
                kept.append(item)
            elif isinstance(item, (bool, int, float)):
                kept.append(document.written(at))
            else:
                self.wrong(item, "text", document, at)
        return kept

    def _required(self, value: bool, document: Document, pointer: str) -> None:
        self._findings.warn(
            "old-keyword",
            f"'required: {called(value)}' on a property has no meaning",
            document,
            pointer,
            "name the property in the 'required' list of the object around it",
            key=True,
        )

    def _mended(self, value: str, kind: str, document: Document, pointer: str) -> None:
        message = f"{quoted(value)} is text and is read as a {kind}"
        self._findings.warn("quoted-value", message, document, pointer, "remove the quotes")

    def wrong(
        self,
        value: Json,
        expected: str,
        document: Document,
        pointer: str,
        *,
        mild: bool = False,
    ) -> None:
        """Report a value of the wrong type.

        Args:
            value: The value.
            expected: What it should be, in words.
            document: Its file.
            pointer: Where it stands.
            mild: Whether the document means the same without it.
        """
        name = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        subject = f"{quoted(name)}" if name and not name.isdecimal() else "this"
        message = f"{subject} must be {expected}, not {called(value)}"
        severity: Severity = "error"
        if mild:
            message, severity = f"{message}; it is left out", "warning"
        help = f"write {expected}"
        if expected.startswith("a list"):
            help = "begin each item with '- '"
            help = f"write '[{value}]'" if isinstance(value, str) and len(value) < 40 else help
        elif expected.startswith("a mapping"):
            help = "write a name and a colon before each"
        elif value is None:
            help = f"write {expected}, or remove the key"
        self._findings.report("wrong-type", message, document, pointer, help, severity=severity)


def _number(value: Json) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            return None
        if number != number or number in (float("inf"), float("-inf")):
            return None
        return int(value) if value.lstrip("+-").isdecimal() else number
    return None
