"""Methods of objects: what of the client they call, and with which of the object's fields."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace

from rebind.upstream import syntax
from rebind.upstream.sdk import Argument, Bound, Json, Method, Module, Resource

_REFRESH = "self.__dict__.update(self.describe().__dict__)"
_STATUS = re.compile(r"return self\.describe\(\)\.(?P<path>[\w.]+)")
_STATUS_IF_ANY = re.compile(
    r"(?P<it>\w+) = self\.describe\(\); return (?P=it)\.(?P<path>(?P<one>\w+)\.\w+)"
    r" if (?P=it)\.(?P=one) else None"
)
_DELAY, _DEADLINE = 15, 300
"""What the SDK's waits take when they say nothing."""
_UNBOUND = {"to_dict"}


def read(
    module: Module,
    owner: ast.ClassDef,
    resource: Resource,
    methods: Mapping[str, Method],
    enums: syntax.Values,
) -> tuple[Bound, ...]:
    """Read the public methods of a class.

    Args:
        module: The module that holds the class.
        owner: The class.
        resource: What is known of its fields.
        methods: The client's methods.
        enums: The values of enumerations, for defaults.

    Returns:
        The methods, in order; those that do more than one thing are of kind `hand`.
    """
    reader = _Reader(module, resource, methods, enums)
    functions = [f for f in syntax.functions(owner) if not f.name.startswith("_")]
    for function in functions:
        if function.name not in _UNBOUND:
            reader.first(function)
    for step in (reader.second, reader.third):
        for function in functions:
            if function.name not in _UNBOUND and reader.found[function.name].kind == "hand":
                step(function)
    return tuple(reader.found.values())


class _Reader:
    """The methods of one class; some are said in terms of others."""

    def __init__(
        self,
        module: Module,
        resource: Resource,
        methods: Mapping[str, Method],
        enums: syntax.Values,
    ) -> None:
        self.module = module
        self.methods = methods
        self.enums = enums
        self.fields = {field.name: field.wire for field in resource.fields}
        if resource.ident:
            self.fields["id"] = resource.ident
        self.found: dict[str, Bound] = {}

    def first(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """What calls the client directly."""
        hand = Bound(
            function.name,
            "hand",
            arguments=syntax.arguments(function, self.enums),
            place=self.module.place(function),
        )
        body = syntax.statements(function)
        call = body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None
        if isinstance(call, ast.Call) and syntax.dotted(call.func).startswith("self.client."):
            self.found[function.name] = self.passed(hand, call) or hand
        else:
            self.found[function.name] = hand

    def passed(self, hand: Bound, call: ast.Call) -> Bound | None:
        """One call of the client, given fields of the object and arguments of the method."""
        target = self.methods.get(syntax.name_of(call.func))
        if target is None:
            return None
        own = {argument.name for argument in hand.arguments}
        given: dict[str, str] = {}
        passed: dict[str, str] = {}
        fixed: dict[str, Json] = {}
        names = [argument.name for argument in target.arguments]
        pairs = [
            *zip(names, call.args, strict=False),
            *((k.arg or "", k.value) for k in call.keywords),
        ]
        if len(call.args) > len(names):
            return None
        for name, node in pairs:
            attribute = syntax.dotted(node).removeprefix("self.")
            if isinstance(node, ast.Name) and node.id in own:
                passed[name] = node.id
            elif isinstance(node, ast.Attribute) and attribute in self.fields:
                given[name] = self.fields[attribute]
            elif isinstance(node, ast.List) and len(node.elts) == 1:
                attribute = syntax.dotted(node.elts[0]).removeprefix("self.")
                if attribute not in self.fields:
                    return None
                given[name] = f"[{self.fields[attribute]}]"
            else:
                try:
                    fixed[name] = syntax.value(node, self.enums)
                except syntax.NoValue:
                    return None
        if not set(given) | set(passed) | set(fixed) <= set(names):
            return None
        return replace(
            hand, kind="call", target=target.name, given=given, passed=passed, fixed=fixed
        )

    def second(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """What is said in terms of `describe`: reading the object again, and reading its state."""
        hand = self.found[function.name]
        inner = self.found.get("describe")
        if inner is None or inner.kind != "call":
            return
        texts = [ast.unparse(statement) for statement in syntax.statements(function)]
        if texts == [_REFRESH, "return self"]:
            self.found[hand.name] = replace(
                inner, name=hand.name, kind="refresh", arguments=(), passed={}, place=hand.place
            )
            return
        match = _STATUS.fullmatch("; ".join(texts)) or _STATUS_IF_ANY.fullmatch("; ".join(texts))
        if match and not hand.arguments:
            path = match["path"]
            self.found[hand.name] = replace(
                inner,
                name=hand.name,
                kind="status",
                arguments=(),
                passed={},
                path=path,
                plain="." not in path,
                place=hand.place,
            )

    def third(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """What is said in terms of the state: waits, and waits under another name."""
        hand = self.found[function.name]
        body = syntax.statements(function)
        waited = self.waited(hand, body) or self.alias(hand, body)
        if waited:
            self.found[hand.name] = waited

    def waited(self, hand: Bound, body: list[ast.stmt]) -> Bound | None:
        """A wait that polls the status of the object."""
        call = body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None
        if not isinstance(call, ast.Call) or syntax.dotted(call.func) != "self.client._poll":
            return None
        status = self.found.get("get_status")
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        defaults = {argument.name: argument for argument in hand.arguments}
        states: Json = None
        if len(call.args) == 2:
            states = self.states(call.args[1], hand)
        elif "wait_states" in given:
            states = self.states(given["wait_states"], hand)
        delay = self.number(given.get("delay"), defaults, _DELAY)
        deadline = self.number(given.get("timeout"), defaults, _DEADLINE)
        path = "status" if status is None else status.path
        poll_args = given.get("poll_args")
        if isinstance(poll_args, ast.Dict):
            flag = poll_args.keys[0] if len(poll_args.keys) == 1 else None
            if not isinstance(flag, ast.Constant):
                return None
            path = str(flag.value)  # get_status(drift_monitor_status=True) reads that field
        if not states or delay is None or (status is None and "get_status" not in self.found):
            return None
        inner = self.found.get("describe")
        if inner is None or inner.kind != "call":
            return None
        return replace(
            inner,
            name=hand.name,
            kind="poll",
            path=path or "status",
            states=states,
            delay=delay,
            deadline=deadline,
            arguments=hand.arguments,
            place=hand.place,
        )

    def states(self, node: ast.expr, hand: Bound) -> tuple[str, ...] | None:
        """The states in an expression, or in the default of the argument that it names."""
        if isinstance(node, ast.Name):
            for function in ast.walk(self.module.tree):
                if isinstance(function, ast.FunctionDef) and function.name == hand.name:
                    listed = function.args.args[-len(function.args.defaults) :]
                    for argument, default in zip(listed, function.args.defaults, strict=True):
                        if argument.arg == node.id:
                            return self.states(default, hand)
            return None
        if isinstance(node, ast.Set):
            values = [e.value for e in node.elts if isinstance(e, ast.Constant)]
            if len(values) == len(node.elts) and all(isinstance(v, str) for v in values):
                return tuple(str(v) for v in values)
        return None

    @staticmethod
    def number(
        node: ast.expr | None, defaults: Mapping[str, Argument], otherwise: float
    ) -> float | None:
        if node is None:
            return otherwise
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return node.value
        default = defaults.get(syntax.name_of(node))
        return default.default if default is not None else None

    def alias(self, hand: Bound, body: list[ast.stmt]) -> Bound | None:
        """A wait under another name: `return self.wait_for_results(timeout)`."""
        call = body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None
        name = syntax.dotted(call.func).removeprefix("self.") if isinstance(call, ast.Call) else ""
        inner = self.found.get(name)
        if inner is None or inner.kind != "poll" or not isinstance(call, ast.Call):
            return None
        passed = [*call.args, *(keyword.value for keyword in call.keywords)]
        own = {argument.name: argument for argument in hand.arguments}
        if not all(isinstance(node, ast.Name) and node.id in own for node in passed):
            return None
        deadline = own["timeout"].default if "timeout" in own else inner.deadline
        return replace(
            inner,
            name=hand.name,
            deadline=deadline,
            arguments=hand.arguments,
            plain=False,
            place=hand.place,
        )
