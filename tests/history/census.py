"""What a release of the SDK has, and what changed since the one before: counted a second time.

Nothing of Rebind is in here. It reads the same archives with rules of its own, which are those of
somebody who looks through the source with grep: what is counted is what is written there, not what
Rebind makes of it.
"""

from __future__ import annotations

import ast
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

CALLS = ("_call_api", "_proxy_request")
Census = dict[str, Any]


def census(archive: Path) -> Census:
    """Count what is in a release.

    Args:
        archive: Its source distribution.

    Returns:
        Operations by action, with the arguments that are sent; classes of replies with the
        arguments of their constructors and the methods that hand over to the client; input classes;
        enumerations with their values.
    """
    modules = dict(_modules(archive))
    classes = {
        name: [node for node in tree.body if isinstance(node, ast.ClassDef)]
        for name, tree in modules.items()
    }
    inside = {n: found for n, found in classes.items() if n.startswith("api_class/")}
    outside = {n: found for n, found in classes.items() if n not in inside}
    operations: dict[str, Any] = {}
    called: set[str] = set()
    for node in classes["client.py"]:
        if node.name in ("ApiClient", "ReadOnlyClient"):
            for function in _functions(node):
                found = _operation(function)
                if found is not None:
                    # Calls that are asked after have a capital in front.
                    action = found["action"]
                    operations[action[:1].lower() + action[1:]] = found
                    called.add(function.name)
    bound = _descendants(outside, "AbstractApiClass")
    enums = {
        node.name: values
        for found in inside.values()
        for node in found
        if "ApiEnum" in map(_last, node.bases) and (values := _values(node))
    }
    return {
        "operations": operations,
        # Of two things with one name, an enumeration and a class, only the enumeration is counted.
        "resources": {
            name: {"fields": _arguments(node), "methods": sorted(_methods(node, bound, called))}
            for name, node in bound.items()
            if name not in enums
        },
        "inputs": sorted(_descendants(inside, "ApiClass")),
        "enums": enums,
    }


def steps(old: Census, new: Census) -> Counter[str]:
    """Count what changed between two releases, by kind."""
    found: Counter[str] = Counter()
    _sets(found, "operation", old["operations"], new["operations"])
    for action, now in new["operations"].items():
        was = old["operations"].get(action)
        if was is None:
            continue
        before, after = was["parameters"], now["parameters"]
        _sets(found, "parameter", before, after)
        for name in before.keys() & after.keys():
            one, other = before[name], after[name]
            if one["required"] != other["required"]:
                found[f"parameter-now-{'required' if other['required'] else 'optional'}"] += 1
            elif one["default"] != other["default"]:
                found["parameter-default-changed"] += 1
        found["operation-verb-changed"] += was["verb"] != now["verb"]
    both = {**old["resources"], **new["resources"]}
    kinds = ("resources", "inputs")
    _sets(found, "class", *({n for k in kinds for n in side[k]} for side in (old, new)))
    for name in both:
        if name in old["resources"] and name in new["resources"]:
            before, after = old["resources"][name], new["resources"][name]
            _sets(found, "field", before["fields"], after["fields"])
            _sets(found, "method", before["methods"], after["methods"])
    _sets(found, "enum", old["enums"], new["enums"])
    for name in old["enums"].keys() & new["enums"].keys():
        _sets(found, "enum-value", *({*side["enums"][name]} for side in (old, new)))
    return +found


def _sets(found: Counter[str], noun: str, old: Any, new: Any) -> None:
    found[f"{noun}-added"] += len(set(new) - set(old))
    found[f"{noun}-removed"] += len(set(old) - set(new))


def _modules(archive: Path) -> Iterator[tuple[str, ast.Module]]:
    """The modules of the package, which is where `client.py` is; nothing is unpacked or run."""
    texts: dict[PurePosixPath, bytes] = {}
    with tarfile.open(archive) as opened:
        for member in opened:
            taken = opened.extractfile(member) if member.name.endswith(".py") else None
            if taken is not None:
                texts[PurePosixPath(member.name)] = taken.read()
    folder = min((p for p in texts if p.name == "client.py"), key=lambda p: len(p.parts)).parent
    for path, text in texts.items():
        if path.is_relative_to(folder):
            yield path.relative_to(folder).as_posix(), ast.parse(text)


def _functions(node: ast.ClassDef) -> list[ast.FunctionDef]:
    found = [f for f in node.body if isinstance(f, ast.FunctionDef)]
    return list({f.name: f for f in found}.values())  # of two with one name, Python keeps the later


def _operation(function: ast.FunctionDef) -> dict[str, Any] | None:
    """A public method that does nothing but call the API once, and return what comes."""
    *before, last = [s for s in function.body if not _is_text(s)]
    if function.name.startswith("_") or not isinstance(last, ast.Return | ast.Expr):
        return None
    call = last.value
    if not (isinstance(call, ast.Call) and _last(call.func) in CALLS and len(call.args) >= 2):
        return None
    if any(not isinstance(s, ast.Assign | ast.Expr) for s in before):
        return None
    action, verb = call.args[:2]
    if not (isinstance(action, ast.Constant) and isinstance(verb, ast.Constant)):
        return None
    sent = {node.id for part in call.keywords for node in ast.walk(part.value)
            if isinstance(node, ast.Name)}  # fmt: skip
    given = _with_defaults(function)
    return {
        "action": action.value,
        "verb": verb.value,
        "parameters": {
            name: {"required": default is None, "default": default}
            for name, default in given.items()
            if name in sent
        },
    }


def _with_defaults(function: ast.FunctionDef) -> dict[str, str | None]:
    """Arguments and the source of their defaults; None where there is none."""
    arguments = function.args.args
    given = [None] * (len(arguments) - len(function.args.defaults)) + list(function.args.defaults)
    found = {a.arg: d and ast.unparse(d) for a, d in zip(arguments, given, strict=True)}
    found.pop("self", None)
    return found


def _descendants(modules: dict[str, list[ast.ClassDef]], base: str) -> dict[str, ast.ClassDef]:
    """The classes that extend one, at any distance."""
    nodes = {node.name: node for found in modules.values() for node in found}
    known = {base}
    while True:
        more = {n for n, node in nodes.items() if known & set(map(_last, node.bases))} - known
        if not more:
            return {name: node for name, node in nodes.items() if name in known - {base}}
        known |= more


def _arguments(node: ast.ClassDef) -> list[str]:
    """What the constructor takes beside the client."""
    for function in _functions(node):
        if function.name == "__init__":
            return [a.arg for a in function.args.args[1:] if a.arg != "client"]
    return []


def _methods(node: ast.ClassDef, known: dict[str, ast.ClassDef], called: set[str]) -> set[str]:
    """The methods of a class, inherited ones too, that only hand over to the client."""
    bases = [known[name] for name in map(_last, node.bases) if name in known]
    return {*_handed_over(node, called), *(m for b in bases for m in _methods(b, known, called))}


def _handed_over(node: ast.ClassDef, called: set[str]) -> Iterator[str]:
    """The methods that call one operation of the client, and nothing more."""
    for function in _functions(node):
        body = [s for s in function.body if not _is_text(s)]
        last = body[0] if len(body) == 1 else None
        value = last.value if isinstance(last, ast.Return) else None
        if isinstance(value, ast.Call) and not function.name.startswith("_"):
            target = ast.unparse(value.func)
            if target.startswith("self.client.") and _last(value.func) in called:
                yield function.name


def _values(node: ast.ClassDef) -> list[Any]:
    return [
        statement.value.value
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and not ast.unparse(statement.targets[0]).startswith("_")
    ]


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _last(node: ast.expr) -> str:
    """The last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
