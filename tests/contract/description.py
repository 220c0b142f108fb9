"""What spec/ says about requests and replies, checked by a JSON Schema validator on the documents
as they stand: nothing of the generator reads them here.

REBIND_SPEC names the root document; otherwise it is the project's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import url2pathname

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from tests.contract.cases import Reply, read_yaml
from tests.contract.recording import Request

ROOT = Path(__file__).parents[2]
VERBS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def root_document() -> Path:
    """The root document of the description."""
    return Path(os.environ.get("REBIND_SPEC") or ROOT / "spec/openapi.yaml").resolve()


@cache
def _document(url: str) -> Any:
    return read_yaml(Path(url2pathname(urlsplit(url).path)))


@dataclass(frozen=True)
class Mistake:
    """What is wrong, and the JSON pointer of the place in a body; empty for all else."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}" if self.pointer else self.message


@dataclass(frozen=True)
class Node:
    """A value in a document, and the URL of the place, with a JSON pointer as its fragment."""

    url: str
    value: Any

    @classmethod
    def at(cls, url: str) -> Node:
        """The value that a URL points to, references followed.

        Raises:
            LookupError: there is nothing at that place.
        """
        document, pointer = urldefrag(url)
        value = _document(document)
        for step in pointer.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            value = value[int(key) if isinstance(value, list) else key]
        node = cls(url if "#" in url else f"{url}#", value)
        if isinstance(value, dict) and isinstance(value.get("$ref"), str):
            return cls.at(urljoin(node.url, value["$ref"]))
        return node

    def __truediv__(self, key: object) -> Node:
        """The value under a key, references followed."""
        step = str(key).replace("~", "~0").replace("/", "~1")
        return Node.at(f"{self.url}/{step}")

    def __contains__(self, key: object) -> bool:
        return isinstance(self.value, Mapping) and key in self.value

    def get(self, key: str) -> Node | None:
        """The value under a key, if there is one."""
        return self / key if key in self else None

    def items(self) -> Iterator[tuple[str, Node]]:
        """Keys and values, references followed."""
        for key in self.value:
            yield key, self / key

    def mistakes(self, instance: Any) -> list[Mistake]:
        """What is wrong with a JSON value if this node is its schema."""
        validator = Draft202012Validator(
            {"$ref": self.url}, retriever=_document, validate_formats=True
        )
        return [
            mistake for error in validator.iter_errors(instance) for mistake in _mistakes(error)
        ]


@dataclass(frozen=True)
class Operation:
    """An operation of the description."""

    id: str
    method: str
    path: str
    item: Node
    node: Node
    root: Node

    def parameters(self) -> dict[tuple[str, str], Node]:
        """Parameters outside the body, by place and name."""
        found = {}
        for holder in (self.item, self.node):
            for index in range(len(holder.value.get("parameters", ()))):
                parameter = holder / "parameters" / index
                found[parameter.value["in"], parameter.value["name"]] = parameter
        return found

    @property
    def body(self) -> Node | None:
        """The schema of a JSON body, if it takes one."""
        if (body := self.node.get("requestBody")) is None:
            return None
        return body / "content" / "application/json" / "schema"

    @property
    def needs_body(self) -> bool:
        """Whether it cannot be called without a body."""
        body = self.node.get("requestBody")
        return body is not None and bool(body.value.get("required"))

    def schemas(self) -> dict[str, Node]:
        """The schema of every parameter that a caller can pass, by its name on the wire."""
        fields = self.body.value.get("properties", ()) if self.body is not None else ()
        found = {name: node / "schema" for (_, name), node in self.parameters().items()}
        return found | {name: self.body / "properties" / name for name in fields if self.body}

    def request_mistakes(self, request: Request) -> list[str]:
        """What is wrong with a request to this operation."""
        server = self.root.value["servers"][0]["url"]
        found = []
        if request.method != self.method:
            found.append(f"the method is {request.method}, not {self.method}")
        if request.url.partition("?")[0] != server + self.path:
            found.append(f"the address is {request.url}, not {server + self.path}")
        found += self._security_mistakes(request)
        found += self._query_mistakes(request)
        found += self._body_mistakes(request)
        return found

    def _security_mistakes(self, request: Request) -> list[str]:
        requirements = self.node.value.get("security", self.root.value.get("security", []))
        schemes = self.root / "components" / "securitySchemes"
        for requirement in requirements:
            for name in requirement:
                scheme = (schemes / name).value
                sent = {key.lower() for key in request.headers}
                if scheme["in"] != "header" or scheme["name"].lower() not in sent:
                    return [f"the security scheme {name} is not met"]
        return [] if requirements else ["the operation asks for no key"]

    def _query_mistakes(self, request: Request) -> list[str]:
        declared = {name: node for (place, name), node in self.parameters().items()}
        sent = dict(request.query)
        found = [f"the query has an unknown {name}" for name in sent if name not in declared]
        if len(sent) != len(request.query):
            found.append("the query repeats a name")
        for name, node in declared.items():
            if node.value["in"] != "query":
                found.append(f"{name} is not in the query, but declared in {node.value['in']}")
            elif name in sent:
                value = self._read(sent[name], (node / "schema").value.get("type"))
                found += [f"{name}: {mistake}" for mistake in (node / "schema").mistakes(value)]
            elif node.value.get("required"):
                found.append(f"the query lacks {name}")
        return found

    def _read(self, text: str, kind: Any) -> Any:
        """The JSON value that a text in a query stands for."""
        wire = self.root.value.get("x-rebind-wire", {})
        true, _, false = str(wire.get("booleans", "true/false")).partition("/")
        kinds = kind if isinstance(kind, list) else [kind]
        if "boolean" in kinds and text in (true, false):
            return text == true
        for number, name in ((int, "integer"), (float, "number")):
            if name in kinds:
                try:
                    return number(text)
                except ValueError:
                    pass
        return text

    def _body_mistakes(self, request: Request) -> list[str]:
        if self.body is None:
            return ["there is a body"] if request.body else []
        if request.headers.get("Content-Type") != "application/json":
            return ["the body is not JSON"]
        known = self.body.value.get("properties", {})
        found = [f"the body has an unknown {name}" for name in request.data if name not in known]
        return found + [str(mistake) for mistake in self.body.mistakes(request.data)]

    def reply_mistakes(self, reply: Reply) -> list[Mistake]:
        """What is wrong with a reply of this operation.

        The envelope decides, not the status: a success at any status is what a 2xx response
        describes, and a failure at a 2xx status is what `default` describes.
        """
        responses = self.node / "responses"
        try:
            data = reply.data
        except ValueError as error:
            return [Mistake("", f"the body is not JSON: {error}")]
        own = str(reply.status)
        ok = (
            data.get(self.root.value["x-rebind-envelope"]["ok"]) if isinstance(data, dict) else None
        )
        if ok is True and not own.startswith("2"):
            keys = [key for key in responses.value if key.startswith("2")]
        elif own in responses and not (ok is False and own.startswith("2")):
            keys = [own]
        else:
            keys = ["default"]
        found = []
        for key in keys:
            if key not in responses:
                found.append(Mistake("", f"the status {reply.status} is not described"))
                continue
            media = reply.headers.get("Content-Type", "").partition(";")[0]
            content = responses / key / "content"
            if media not in content:
                found.append(Mistake("", f"{media} is not described for {key}"))
                continue
            mistakes = (content / media / "schema").mistakes(data)
            if not mistakes:
                return []
            found += mistakes
        return found


def _mistakes(error: ValidationError) -> Iterator[Mistake]:
    """What an error of the validator says, at the places where a person would look.

    Where no arm of a `oneOf` fits, that is inside the arm that at least has the right type.
    """
    kind = error.kind
    steps = list(error.instance_path)
    if isinstance(kind, ValidationErrorKind.Required):
        steps.append(kind.property)  # the place that is empty
    elif isinstance(kind, ValidationErrorKind.OneOfNotValid):
        for arm in kind.context:
            if not any(_is_about_type(each, steps) for each in arm):
                for each in arm:
                    yield from _mistakes(each)
                return
    yield Mistake("/".join(["", *map(str, steps)]), error.message)


def _is_about_type(error: ValidationError, steps: list[str | int]) -> bool:
    same_place = list(error.instance_path) == steps
    return same_place and isinstance(error.kind, ValidationErrorKind.Type)


class Description:
    """The operations of the description."""

    def __init__(self, path: Path | None = None) -> None:
        self.root = Node.at((path or root_document()).as_uri())

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Operations by their ids."""
        found = {}
        for path, item in (self.root / "paths").items():
            for verb in VERBS:
                if verb in item:
                    node = item / verb
                    name = node.value["operationId"]
                    found[name] = Operation(name, verb.upper(), path, item, node, self.root)
        return found


@cache
def description() -> Description:
    """The description under test."""
    return Description()
