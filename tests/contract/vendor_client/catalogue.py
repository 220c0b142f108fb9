"""What there is in the vendor's client, by looking at what was imported; runs in its environment.

A method is mechanical if it makes one request and does nothing else: one return, and before it at
most the line that asks for the host.
"""

from __future__ import annotations

import ast
import dataclasses
import enum
import inspect
import re
import textwrap
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

import abacusai
from abacusai.api_class import abstract
from abacusai.api_class.abstract import ApiClass
from abacusai.api_class.enums import ApiEnum
from abacusai.return_class import AbstractApiClass

_ARGUMENT = re.compile(r"^\s*(\w+) \((.*?)\):", re.M)


@cache
def _classes(root: type) -> dict[str, type]:
    return {cls.__name__: cls for cls in _below(root)}


def resource(name: str) -> Any:
    """A class of objects in replies."""
    return _classes(AbstractApiClass)[name]


def input_class(name: str) -> Any:
    """A class of objects in arguments."""
    return _classes(ApiClass)[name]


def enum_named(name: str) -> Any:
    """An enum."""
    return _classes(ApiEnum)[name]


def _below(cls: type) -> Iterator[type]:
    for sub in cls.__subclasses__():
        yield sub
        yield from _below(sub)


def read() -> dict[str, Any]:
    """Everything, as JSON data."""
    return {
        "version": abacusai.ApiClient.client_version,
        "operations": list(_operations(abacusai.ApiClient)),
        "classes": {cls.__name__: _fields(cls) for cls in _below(AbstractApiClass)},
        "bound": [entry for cls in _below(AbstractApiClass) for entry in _bound(cls)],
        "inputs": {
            cls.__name__: _input(cls) for cls in _below(ApiClass) if not inspect.isabstract(cls)
        },
        "families": [_family(cls) for cls in abstract._ApiClassFactory.__subclasses__()],
        "enums": {cls.__name__: _members(cls) for cls in ApiEnum.__subclasses__()},
        "errors": sorted(cls.__name__ for cls in _below(abacusai.ApiException)),
    }


def _body(function: Any) -> list[ast.stmt]:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef)
    return [
        statement
        for statement in definition.body
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
    ]


def _documented(function: Any) -> dict[str, str]:
    return dict(_ARGUMENT.findall(inspect.getdoc(function) or ""))


def _parameters(function: Any) -> list[dict[str, Any]]:
    documented = _documented(function)
    found = []
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        entry = {
            "name": parameter.name,
            "type": _type(parameter.annotation),
            "documented": documented.get(parameter.name, ""),
        }
        if parameter.kind is parameter.VAR_KEYWORD:
            entry["rest"] = True
        elif parameter.default is not parameter.empty:
            default = parameter.default
            entry["default"] = default.value if isinstance(default, enum.Enum) else default
        found.append(entry)
    return found


def _type(annotation: Any) -> Any:
    """An annotation: a name, or one key that says how names are put together."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Union:
        return {"union": [_type(item) for item in arguments]}
    if origin is not None:
        return {getattr(origin, "__name__", str(origin)): [_type(item) for item in arguments]}
    if annotation in (inspect.Parameter.empty, None):
        return ""
    return getattr(annotation, "__name__", str(annotation))


def _operations(cls: type) -> Iterator[dict[str, Any]]:
    for name, function in inspect.getmembers(cls, inspect.isfunction):
        if name.startswith("_"):
            continue
        *before, last = _body(function)
        call = last.value if isinstance(last, ast.Return) else None
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        host = ast.unparse(before[0]) if before else ""
        if call.func.attr not in ("_call_api", "_proxy_request") or len(before) > 1:
            continue
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        constants = [item.value for item in call.args if isinstance(item, ast.Constant)]
        if call.func.attr == "_proxy_request":
            transport = "proxy" if "is_sync" in given else "job"
        elif host:
            transport = "streaming" if "_get_streaming_endpoint" in host else "prediction"
        else:
            transport = "api"
        returned = inspect.signature(function).return_annotation
        parse = given.get("parse_type")
        yield {
            "method": name,
            "action": constants[0],
            "verb": constants[1] if len(constants) > 1 else _constant(given.get("method"), "POST"),
            "transport": transport,
            "class": ast.unparse(parse) if parse is not None else None,
            "returns": _type(returned) or _documented_result(function),
            "stream": "streamable_response" in given,
            "files": "files" in given,
            "mapping": _name(given.get("files")),
            "parameters": _parameters(function),
        }


def _name(node: ast.expr | None) -> str | None:
    """The argument that is the whole of the files."""
    return node.id if isinstance(node, ast.Name) else None


def _documented_result(function: Any) -> str:
    found = re.search(r"^Returns:\n +([\w.\[\], ]+):", inspect.getdoc(function) or "", re.M)
    return found[1] if found else ""


def _constant(node: ast.expr | None, otherwise: str) -> Any:
    return node.value if isinstance(node, ast.Constant) else otherwise


def _fields(cls: type) -> list[dict[str, Any]]:
    """The fields of a resource class, by their names on the wire."""
    documented = _documented(cls)
    nested: dict[str, str] = {}
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(cls.__init__)))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "client._build_class":
            nested[ast.unparse(node.args[1])] = ast.unparse(node.args[0])
    names = list(inspect.signature(cls.__init__).parameters)[2:]
    return [
        {"name": name, "type": documented.get(name, ""), "class": nested.get(name)}
        for name in names
    ]


def _bound(cls: type) -> Iterator[dict[str, Any]]:
    for name, function in vars(cls).items():
        if name.startswith("_") or name == "to_dict" or not inspect.isfunction(function):
            continue
        body = _body(function)
        text = "\n".join(ast.unparse(statement) for statement in body)
        kind, target = "hand-written", None
        if text == "self.__dict__.update(self.describe().__dict__)\nreturn self":
            kind = "refresh"
        elif text.startswith("return self.client._poll(self, "):
            kind = "poll"
        elif re.fullmatch(r"return self\.describe\(\)\.\w+", text):
            kind = "status"
        elif text.startswith("return self.client.") and (
            found := re.fullmatch(r"self\.client\.(\w+)", ast.unparse(_called(body[0])))
        ):
            kind, target = "passthrough", found[1]
        yield {
            "class": cls.__name__,
            "method": name,
            "kind": kind,
            "target": target,
            "body": text if kind in ("poll", "status") else "",
            "parameters": _parameters(function),
        }


def _called(statement: ast.stmt) -> ast.expr:
    """What the call in `return what(...)` calls."""
    assert isinstance(statement, ast.Return)
    assert statement.value is not None
    return statement.value.func if isinstance(statement.value, ast.Call) else statement.value


def _input(cls: Any) -> dict[str, Any]:
    """The arguments that make an object of an input class."""
    try:
        hints = typing.get_type_hints(cls)
    except Exception:
        hints = {}
    found = []
    constructor = _constructor(cls)
    hints |= constructor.__annotations__
    for parameter in list(inspect.signature(constructor).parameters.values())[1:]:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        annotation = hints.get(parameter.name, parameter.annotation)
        entry: dict[str, Any] = {"name": parameter.name, "type": _type(annotation)}
        if parameter.default is not parameter.empty and "factory" not in repr(parameter.default):
            default = parameter.default
            entry["default"] = default.value if isinstance(default, enum.Enum) else default
        elif parameter.default is not parameter.empty:
            entry["default"] = None
        found.append(entry)
    return {
        "fields": found,
        "own": "to_dict" in vars(cls),
        "base": cls.__mro__[1].__name__,
        "dataclass": dataclasses.is_dataclass(cls),
    }


def _constructor(cls: Any) -> Any:
    """The constructor, also where one that checks types is put around it."""
    function = cls.__init__
    for cell in function.__closure__ or ():
        if inspect.isfunction(cell.cell_contents) and cell.cell_contents.__name__ == "__init__":
            return cell.cell_contents
    return function


def _family(factory: Any) -> dict[str, Any]:
    return {
        "root": factory.config_abstract_class.__name__,
        "key": factory.config_class_key,
        "variants": {
            getattr(key, "value", key): cls.__name__
            for key, cls in factory.config_class_map.items()
        },
    }


def _members(cls: Any) -> dict[str, Any]:
    return {member.name: member.value for member in cls}
