"""Methods of the client -> calls of the API: what each sends, where to, and what comes back."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import cast

from rebind.upstream import syntax
from rebind.upstream.sdk import Argument, Encoding, Gap, Method, Module, Sent, Transport, Where

_CALLS = {"_call_api": "plain", "_proxy_request": "job"}
_PARTS: dict[str, Where] = {
    "query_params": "query",
    "body": "body",
    "data": "form",
    "files": "file",
}
_OPTIONS = {
    "parse_type",
    "is_sync",
    "streamable_response",
    "server_override",
    "timeout",
    "retry_500",
}
_HOSTS: dict[str, Transport] = {
    "_get_prediction_endpoint": "prediction",
    "_get_streaming_endpoint": "streaming",
}
_OVERRIDES = {"self.default_prediction_url", "self.prediction_endpoint"}
"""How older releases name the host of predictions."""
_WARNINGS = {"logging.warning", "logging.warn", "warnings.warn"}
_JSON = re.compile(r"json\.dumps\((?P<name>\w+)(\.to_dict\(\))?\)")
_ENCODINGS: list[tuple[re.Pattern[str], Encoding]] = [
    (
        re.compile(
            rf"{_JSON.pattern} if (?P=name) is not None and \(?not isinstance\((?P=name), str\)\)?"
            r" else (?P=name)"
        ),
        "json-unless-string",
    ),
    (
        re.compile(
            r"json\.dumps\((?P<name>\w+)\.to_dict\(\)\) if hasattr\((?P=name), 'to_dict'\)"
            r" else json\.dumps\((?P=name)\)"
        ),
        "json",
    ),
    (re.compile(rf"{_JSON.pattern} if (?P=name) else None"), "json-if-any"),
    (re.compile(rf"{_JSON.pattern}"), "json"),
]


@dataclass(frozen=True)
class Methods:
    """The public methods of the client, sorted by what they are."""

    derived: dict[str, Method]
    by_hand: tuple[str, ...]
    refused: tuple[str, ...]
    gaps: tuple[Gap, ...]


class _Unknown(Exception):
    """A form that was never seen."""

    def __init__(self, why: str, node: ast.AST) -> None:
        super().__init__(why)
        self.node = node


def read(module: Module, enums: syntax.Values, client: str = "ApiClient") -> Methods:
    """Read the methods of the client and of the classes that it extends.

    Args:
        module: The module of the client.
        enums: The values of enumerations, for defaults.
        client: The class.

    Returns:
        The methods. What calls the API in a form never seen is refused, each with a gap.
    """
    found: dict[str, Method | None] = {}
    gaps: list[Gap] = []
    refused: set[str] = set()
    for owner in _lineage(module, client):
        for function in syntax.functions(owner):
            if function.name.startswith("_"):
                continue
            if function.name in found and found[function.name] is not None:
                why = "it is defined twice in one class, and Python keeps the later"
                instead = "the later definition is described"
                place = module.place(function)
                gaps.append(Gap("upstream-twice", function.name, why, instead, place))
            found.pop(function.name, None)
            refused.discard(function.name)
            try:
                found[function.name] = _method(module, function, enums)
            except _Unknown as unknown:
                found[function.name] = None
                refused.add(function.name)
                place = module.place(unknown.node)
                instead = "the method is left out"
                gaps.append(Gap("upstream-method", function.name, str(unknown), instead, place))
    derived = {name: method for name, method in found.items() if method is not None}
    by_hand = tuple(
        name for name, method in found.items() if method is None and name not in refused
    )
    return Methods(derived, by_hand, tuple(sorted(refused)), tuple(gaps))


def _lineage(module: Module, client: str) -> list[ast.ClassDef]:
    """The class and what it extends in the module, the base first."""
    known = {node.name: node for node in syntax.classes(module)}
    chain: list[ast.ClassDef] = []
    name = client
    while name in known and known[name] not in chain:
        chain.append(known[name])
        bases = [syntax.name_of(base) for base in known[name].bases]
        name = next((base for base in bases if base in known), "")
    return chain[::-1]


def _method(
    module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef, enums: syntax.Values
) -> Method | None:
    """One call, or None for a method that is more than that."""
    body = syntax.statements(function)
    last = body[-1] if body else None
    call = last.value if isinstance(last, ast.Return) else None
    kind = syntax.dotted(call.func).removeprefix("self.") if isinstance(call, ast.Call) else ""
    if not isinstance(call, ast.Call) or kind not in _CALLS:
        return None
    warned = [statement for statement in body if _warns(statement)]
    body = [statement for statement in body if statement not in warned]
    if len(body) > 2 or isinstance(function, ast.AsyncFunctionDef):
        return None
    host, optional = _host(body[0]) if len(body) == 2 else (None, False)
    known = {argument.name: argument for argument in syntax.arguments(function, enums)}
    extra = function.args.kwarg.arg if function.args.kwarg else ""
    action, verb, given = _given(call, kind)
    sent: list[Sent] = []
    transport = cast("Transport", _CALLS[kind])
    if transport == "job" and _literal(given.get("is_sync"), False) is True:
        transport = "proxy"
    if transport == "job" and given.get("files"):  # the SDK sends such a body as a form
        given.setdefault("data", given.pop("body", ast.Constant(None)))
    for key, part in _PARTS.items():
        sent += _sent(given.get(key), part, known, extra)
    missing = set(known) - {item.argument.name for item in sent}
    if missing and not missing <= {"timeout"}:
        raise _Unknown(f"its argument {sorted(missing)[0]!r} is not sent", function)
    override = given.get("server_override")
    if host is None and syntax.dotted(override) in _OVERRIDES:
        host = "prediction"
    if (host is None) != (override is None):
        raise _Unknown("it goes to a host that it does not say", call)
    return Method(
        name=function.name,
        action=action,
        verb=verb if transport != "job" else ("PUT" if given.get("files") else "POST"),
        transport=host or transport,
        arguments=tuple(known.values()),
        sent=tuple(sent),
        result=syntax.name_of(given.get("parse_type")),
        returns=ast.unparse(function.returns) if function.returns else "",
        streams=bool(_literal(given.get("streamable_response"), False)),
        timeout=_number(given.get("timeout")),
        retry_500=bool(_literal(given.get("retry_500"), False)),
        extra=bool(extra),
        optional_host=optional,
        deprecated=bool(warned) or syntax.is_deprecated(function),
        place=module.place(function),
    )


def _warns(statement: ast.stmt) -> bool:
    """Whether a statement only says that the method is deprecated."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    name = syntax.dotted(call.func) if isinstance(call, ast.Call) else ""
    return name in _WARNINGS and "deprecated" in ast.unparse(statement).lower()


def _host(statement: ast.stmt) -> tuple[Transport, bool]:
    """The host that a first statement asks for, and whether only where there is a token."""
    value = statement.value if isinstance(statement, ast.Assign) else None
    optional = isinstance(value, ast.IfExp)
    call = value.body if isinstance(value, ast.IfExp) else value
    kind = syntax.dotted(call.func).removeprefix("self.") if isinstance(call, ast.Call) else ""
    if kind not in _HOSTS:
        raise _Unknown("it does something before the call that is not understood", statement)
    return _HOSTS[kind], optional


def _given(call: ast.Call, kind: str) -> tuple[str, str, dict[str, ast.expr]]:
    """The action, the verb, and what else is given to the call."""
    texts = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    for key in ("action", "name", "method"):
        if key in given:
            texts.append(str(_literal(given.pop(key), "")))
    if kind == "_proxy_request" and len(texts) == 1:
        texts.append("POST")
    if len(texts) != 2 or not all(re.fullmatch(r"\w+", text) for text in texts):
        raise _Unknown("the action and the verb of its call are not literal", call)
    if len(call.keywords) != len({k.arg for k in call.keywords if k.arg}) or len(call.args) > 2:
        raise _Unknown("its call is given things in a form that is not understood", call)
    for key, node in given.items():
        if key not in _PARTS and key not in _OPTIONS:
            raise _Unknown(f"its call is given {key!r}, which is not known", node)
    return texts[0], texts[1].upper(), given


def _sent(
    node: ast.expr | None, where: Where, known: dict[str, Argument], extra: str
) -> list[Sent]:
    """What one part of a request is made of."""
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return []
    if isinstance(node, ast.Name) and where == "file" and node.id in known:
        return [Sent(known[node.id], "", "files")]
    if not isinstance(node, ast.Dict):
        raise _Unknown("a part of its request is not written as a mapping", node)
    found: list[Sent] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None and isinstance(value, ast.Name) and value.id == extra:
            continue
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            raise _Unknown("a name on the wire is not literal", key or value)
        name, encoding = _written(value)
        if name not in known:
            raise _Unknown(f"what it sends as {key.value!r} is not one of its arguments", value)
        if encoding != "plain" and where not in ("form", "query"):
            raise _Unknown(f"{key.value!r} is encoded where that is not known", value)
        found.append(Sent(known[name], key.value, where, encoding))
    return found


def _written(node: ast.expr) -> tuple[str, Encoding]:
    """The argument that an expression sends, and how it is written."""
    if isinstance(node, ast.Name):
        return node.id, "plain"
    text = ast.unparse(node)
    for pattern, encoding in _ENCODINGS:
        match = pattern.fullmatch(text)
        if match:
            return match["name"], encoding
    raise _Unknown("a value is written in a form that is not understood", node)


def _literal(node: ast.expr | None, otherwise: object) -> object:
    return node.value if isinstance(node, ast.Constant) else otherwise


def _number(node: ast.expr | None) -> int | None:
    found = _literal(node, None)
    return found if isinstance(found, int) and found else None
