"""Hand-written modules of a package: what is copied, and which classes go into which of ours.

They are read, never imported: a mixin is what its source says.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from rebind import ir
from rebind.aliases import Aliases
from rebind.config import Config
from rebind.diagnostics import Checked, Diagnostic, Place, did_you_mean
from rebind.names import FIELD_SCOPE, Identifier, Names
from rebind.runtime.resource import AsyncResource, Resource

_HARMLESS = {"__slots__", "__doc__", "__module__"}
_RESOURCE = {name for cls in (Resource, AsyncResource) for name in dir(cls)}
_PACKAGE_DOC = (
    '"""Hand-written modules, as they are in the repository that this package is of."""\n'
)


@dataclass(frozen=True)
class Added:
    """What a mixin adds under one name.

    Attributes:
        name: The name.
        arguments: Its arguments in short; None: it is no function.
        line: Where it stands.
        column: Where it begins.
        result: What it returns.
    """

    name: str
    arguments: str | None
    line: int
    column: int
    result: str = ""


@dataclass(frozen=True)
class Mixin:
    """A hand-written class that a generated one inherits.

    Attributes:
        module: Its module, below `extras`.
        name: Its name.
        members: What it adds.
    """

    module: Identifier
    name: Identifier
    members: tuple[Added, ...] = ()


@dataclass(frozen=True)
class Extras:
    """The hand-written part of a package.

    Attributes:
        files: Path below `extras/` -> text.
        mixins: Generated class -> what it inherits.
    """

    files: Mapping[str, str] = field(default_factory=dict[str, str])
    mixins: Mapping[str, Mixin] = field(default_factory=dict[str, Mixin])


NONE = Extras()


def extend(config: Config, api: ir.Api, names: Names, aliases: Aliases) -> Checked[Extras]:
    """Read the hand-written modules, and find out what they extend.

    Args:
        config: Where they are, and what goes where.
        api: The API.
        names: What everything is called.
        aliases: What is called so, too.

    Returns:
        The modules and mixins; what does not fit otherwise.
    """
    if config.extras is None:
        return Checked(NONE)
    reading = _Reading(
        config, config.extras, _targets(api, names, aliases), set(names.classes.values())
    )
    files = dict(reading.files())
    mixins = dict(reading.mixins(files)) if not reading.problems else {}
    reading.flat(files)
    if reading.problems:
        return Checked(None, tuple(dict.fromkeys(reading.problems)))
    return Checked(Extras({"__init__.py": _PACKAGE_DOC, **files}, mixins))


class _OfObject:
    """The names that an object has: its own, and what it inherits."""

    def __init__(self, own: Container[str]) -> None:
        self._own = own

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in self._own or _is_inherited(name))


@cache
def _is_inherited(name: str) -> bool:
    if name not in FIELD_SCOPE and not name.startswith("_"):
        return False
    from rebind.runtime.model import ApiModel, AsyncBound, Bound  # with pydantic, seldom needed

    return any(name in dir(cls) for cls in (ApiModel, Bound, AsyncBound))


def _targets(api: ir.Api, names: Names, aliases: Aliases) -> dict[str, Container[str]]:
    """Generated class that can be extended -> the names that it has."""
    found: dict[str, Container[str]] = {}
    own: dict[ir.Pointer, set[str]] = {}
    for (owner, _), name in (*names.fields.items(), *names.bound.items()):
        own.setdefault(owner, set()).add(str(name))
    for pointer, schema in api.schemas.items():
        if not schema.flavoured or "properties" not in schema.data:
            continue
        taken = own.setdefault(pointer, set())
        for wire in schema.data["properties"]:
            taken |= {str(old.name) for old in aliases.of_field(pointer, wire)}
        for bound in schema.methods:
            taken |= {str(old.name) for old in aliases.of_bound(pointer, bound.name)}
        for flavour in ("", "Async"):
            found[f"{flavour}{names.classes[pointer]}"] = _OfObject(taken)
    for resource in api.resources:
        known = names.resources[resource.key]
        methods = {str(names.operations[o.pointer].method) for o in resource.operations}
        methods |= {str(old.name) for _, old in aliases.in_namespace(known.attribute)}
        for name in (known.cls, known.async_cls):
            found[name] = methods | _RESOURCE
    return found


class _Reading:
    def __init__(
        self,
        config: Config,
        folder: Path,
        targets: Mapping[str, Container[str]],
        classes: Collection[str],
    ) -> None:
        self.config = config
        self.folder = folder
        self.targets = targets
        self.models = classes
        self.problems: list[Diagnostic] = []

    def files(self) -> Iterator[tuple[str, str]]:
        """The modules, by their path."""
        if not self.folder.is_dir():
            self.refuse(
                "extras", f"there is no folder '{self.folder.name}'", "make it, or mend the path"
            )
            return
        for path in sorted(self.folder.rglob("*.py")):
            parts = path.relative_to(self.folder).with_suffix("").parts
            if "__pycache__" in parts:
                continue
            if not all(part.isidentifier() and part.isascii() for part in parts):
                message = f"'{path.name}' is no module: its path is not made of Python names"
                self.problem(message, Place(path), "use letters, digits and underscores")
                continue
            try:
                yield "/".join(parts) + ".py", path.read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                self.problem(f"'{path.name}' is not UTF-8", Place(path), "save the file as UTF-8")

    def mixins(self, files: Mapping[str, str]) -> Iterator[tuple[str, Mixin]]:
        """What extends what."""
        for target, said in self.config.extend.items():
            module, _, name = said.partition(":")
            path = module.replace(".", "/") + ".py"
            if target not in self.targets:
                self.refuse(target, f"there is no class '{target}' to extend", self.known(target))
                continue
            tree = self.module(target, module, files)
            if tree is None:
                continue
            classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
            if name not in classes:
                self.missing(target, "class", name, module, classes)
                continue
            members = tuple(_members(name, classes))
            self.apart(target, members, self.folder / path, files[path])
            yield target, Mixin(Identifier(module), Identifier(name), members)

    def flat(self, files: Mapping[str, str]) -> None:
        """What the second front names must be there."""
        for setting, said in self.config.compat.written if self.config.compat else ():
            module, _, name = said.partition(":")
            tree = self.module(setting, module, files)
            known = set(_defined(tree)) if tree else {name}
            if name not in known:
                self.missing(setting, "name", name, module, known)

    def missing(self, key: str, kind: str, name: str, module: str, known: Iterable[str]) -> None:
        """A module has not what a setting names."""
        where = f"{self.folder.name}/{module.replace('.', '/')}.py"
        hint = did_you_mean(name, known, f"write it, in {where}")
        self.refuse(key, f"there is no {kind} '{name}' in '{module}'", hint)

    def module(self, key: str, module: str, files: Mapping[str, str]) -> ast.Module | None:
        """A module that a setting names."""
        path = module.replace(".", "/") + ".py"
        if path not in files:
            modules = [known.removesuffix(".py").replace("/", ".") for known in files]
            hint = did_you_mean(module, modules, f"write it, in {self.folder.name}/{path}")
            self.refuse(key, f"there is no module '{module}'", hint)
            return None
        return self.tree(files[path], self.folder / path)

    def tree(self, text: str, path: Path) -> ast.Module | None:
        """A module's code."""
        try:
            return _parsed(text)
        except (SyntaxError, ValueError) as error:
            line, column = getattr(error, "lineno", 1) or 1, getattr(error, "offset", 1) or 1
            message = f"this is not Python: {getattr(error, 'msg', error)}"
            self.problem(message, Place(path, line, column, None, "", text), "mend the module")
            return None

    def apart(self, target: str, members: tuple[Added, ...], path: Path, text: str) -> None:
        """A mixin takes no name that its class has already."""
        for member in members:
            if member.name not in _HARMLESS and member.name in self.targets[target]:
                place = Place(path, member.line, member.column, None, "", text)
                message = f"'{target}' has '{member.name}' already, and this would hide it"
                self.problem(message, place, "give it another name")

    def known(self, target: str) -> str:
        """What could have been meant by a target."""
        if target in self.models:
            return "it has no client to call: bind an operation to it with x-rebind-bound"
        otherwise = "namespaces can be extended, and objects that have methods"
        return did_you_mean(target, self.targets, otherwise)

    def refuse(self, key: str, message: str, hint: str) -> None:
        """Something is wrong with an entry of the configuration."""
        self.problems.append(Diagnostic("config", message, self.config.place(key), hint))

    def problem(self, message: str, place: Place, hint: str) -> None:
        """Something is wrong with a module."""
        self.problems.append(Diagnostic("extras", message, place, hint))


def _defined(tree: ast.Module) -> Iterator[str]:
    """What a module offers to those who import it."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)


def _members(name: str, classes: Mapping[str, ast.ClassDef]) -> Iterator[Added]:
    """What a class defines, and the classes of its module that it inherits."""
    seen: set[str] = set()
    pending = [name]
    while pending:
        node = classes[pending.pop(0)]
        pending += [b.id for b in node.bases if isinstance(b, ast.Name) and b.id in classes]
        for statement in node.body:
            for added in _added(statement):
                if added.name not in seen:
                    seen.add(added.name)
                    yield added


def _added(statement: ast.stmt) -> Iterator[Added]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        known = statement.args
        given = [a.arg for a in (*known.posonlyargs, *known.args)][1:]
        given += ["*"] if known.kwonlyargs else []
        shown = ", ".join([*given, *(a.arg for a in known.kwonlyargs)])
        is_value = any(
            isinstance(d, ast.Name) and d.id == "property" for d in statement.decorator_list
        )
        yield Added(
            statement.name,
            None if is_value else shown,
            statement.lineno,
            statement.col_offset + 1,
            ast.unparse(statement.returns) if statement.returns else "",
        )
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            if isinstance(target, ast.Name):
                yield Added(target.id, None, statement.lineno, statement.col_offset + 1)


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)
