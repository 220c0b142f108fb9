"""Old names that a package keeps: what is said of them, looked up, and checked against all names.

They come from the description (`x-rebind-renamed-from`, `x-rebind-renamed-values`) and from the
configuration (`[tool.rebind.keep]`). No old name changes what anything else is called.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from packaging.version import InvalidVersion, Version

from rebind import ir, keep
from rebind.config import Config
from rebind.diagnostics import Checked, Diagnostic, Place, did_you_mean
from rebind.names import (
    ARGUMENT_SCOPE,
    BUILTINS,
    CLASS_SCOPE,
    CLIENT_SCOPE,
    FIELD_SCOPE,
    OLD_METHODS,
    Identifier,
    Names,
    ResourceNames,
    former_namespaces,
    members,
    snake,
)

Key = tuple[str, ...]
"""What has the old name: its kind, and what it is found by."""


@dataclass(frozen=True)
class OldName:
    """A name that goes on working.

    Attributes:
        name: The name.
        until: The version of the package in which it goes.
        namespace: The namespace that has it, where it is a method's.
    """

    name: Identifier
    until: str | None = None
    namespace: str = ""


_Found = Mapping[Key, tuple[OldName, ...]]


@dataclass(frozen=True)
class Aliases:
    """Every old name of a package."""

    found: _Found = field(default_factory=dict[Key, "tuple[OldName, ...]"])
    namespaces: Mapping[str, ResourceNames] = field(default_factory=dict[str, ResourceNames])
    """Those that nothing but old names is in."""

    def of_method(self, operation: ir.Pointer) -> tuple[OldName, ...]:
        """What the method of an operation was called."""
        return self.found.get(("method", operation), ())

    def in_namespace(self, attribute: str) -> list[tuple[ir.Pointer, OldName]]:
        """Operations, and what methods of a namespace that call them were called."""
        return [
            (key[1], old)
            for key, names in self.found.items()
            for old in names
            if key[0] == "method" and old.namespace == attribute
        ]

    def of_argument(self, operation: ir.Pointer, place: str, wire: str) -> tuple[OldName, ...]:
        """What an argument was called."""
        return self.found.get(("argument", operation, place, wire), ())

    def of_field(self, schema: ir.Pointer, wire: str) -> tuple[OldName, ...]:
        """What a field was called."""
        return self.found.get(("field", schema, wire), ())

    def of_bound(self, schema: ir.Pointer, name: str) -> tuple[OldName, ...]:
        """What a method of an object was called."""
        return self.found.get(("bound", schema, name), ())

    def of_class(self, schema: ir.Pointer) -> tuple[OldName, ...]:
        """What a class was called."""
        return self.found.get(("class", schema), ())

    def of_member(self, schema: ir.Pointer, member: str) -> tuple[OldName, ...]:
        """What a member of an enumeration was called."""
        return self.found.get(("member", schema, member), ())


NONE = Aliases()


@dataclass(frozen=True)
class _Claim:
    """Somebody says that something had a name."""

    key: Key
    old: str
    until: str | None
    namespace: str
    place: Callable[[], Place]


def alias(
    api: ir.Api,
    names: Names,
    place: Callable[[ir.Pointer], Place],
    config: Config | None = None,
    *,
    expires: bool = True,
) -> Checked[Aliases]:
    """Find the old names that go on working.

    Args:
        api: The API.
        names: What everything is called.
        place: Where something stands in the description.
        config: What else is kept, and the version of the package.
        expires: Whether a name that should have gone by that version is a mistake.

    Returns:
        The old names; what is wrong with them otherwise.
    """
    finding = _Finding(api, names)
    claims = list(finding.described(place))
    claims += finding.configured(config) if config else []
    problems = [*finding.problems, *finding.refused(claims)]
    if config and expires:
        problems += _expired(claims, config)
    if problems:
        return Checked(None, tuple(problems))
    found: dict[Key, tuple[OldName, ...]] = {}
    for claim in claims:
        old = OldName(Identifier(claim.old), claim.until, claim.namespace)
        found[claim.key] = (*found.get(claim.key, ()), old)
    gone = dict.fromkeys(c.namespace for c in claims if c.namespace not in finding.namespaces)
    return Checked(Aliases(found, former_namespaces((n for n in gone if n), names)))


class _Finding:
    def __init__(self, api: ir.Api, names: Names) -> None:
        self.api = api
        self.names = names
        self.problems: list[Diagnostic] = []
        self.homes = {o.pointer: r.key for r in api.resources for o in r.operations}
        self.operations = {o.pointer: o for o in api.operations}
        self.namespaces: dict[str, dict[str, ir.Pointer]] = {
            str(names.resources[r.key].attribute): {
                str(names.operations[o.pointer].method): o.pointer for o in r.operations
            }
            for r in api.resources
        }
        self.classes = {str(name): pointer for pointer, name in names.classes.items()}

    # What the description says

    def described(self, place: Callable[[ir.Pointer], Place]) -> Iterator[_Claim]:
        """What the description says of old names."""

        def claim(former: ir.Former, *key: str, old: str = "", namespace: str = "") -> _Claim:
            def where() -> Place:
                return place(former.pointer)

            return _Claim(key, old or former.name, former.until, namespace, where)

        for operation in self.api.operations:
            own = self.names.resources[self.homes[operation.pointer]].attribute
            for former in operation.formers:
                namespace, _, name = former.name.rpartition(".")
                spelled = snake([name, operation.variant]) if operation.variant else name
                yield claim(
                    former, "method", operation.pointer, old=spelled, namespace=namespace or own
                )
            for parameter in operation.parameters:
                for former in parameter.formers:
                    key = ("argument", operation.pointer, parameter.place, parameter.wire)
                    yield claim(former, *key)
        for pointer, schema in self.api.schemas.items():
            for former in schema.formers:
                yield claim(former, "class", pointer)
            properties: Mapping[str, ir.SchemaData] = schema.data.get("properties") or {}
            for wire, data in properties.items():
                for former in data.get("x-formers") or ():
                    yield claim(former, "field", pointer, wire)
            for method in schema.methods:
                for former in method.formers:
                    yield claim(former, "bound", pointer, method.name)
            if not schema.value_formers:
                continue
            values = {value: name for name, value in self.members(pointer).items()}
            for former in schema.value_formers:
                (old,) = members([former.name], {}).values()
                if former.value in values:
                    yield claim(former, "member", pointer, values[former.value], old=old)

    def members(self, pointer: ir.Pointer) -> dict[str, str | int]:
        """The members of an enumeration; none where it is none."""
        data = self.api.schemas[pointer].data
        if "enum" not in data or "properties" in data:
            return {}
        named = members(data["enum"], data.get("x-names") or {})
        return {str(name): value for value, name in named.items()}

    # What the configuration says

    def configured(self, config: Config) -> Iterator[_Claim]:
        """What the keep list says; what it names and is not there is a mistake."""
        for entry in config.keep:
            found = self.meant(entry)
            if isinstance(found, tuple):
                message, hint = found
                place = config.place(entry.key, "keep")
                self.problems.append(Diagnostic("config", message, place, hint))
                continue
            yield _Claim(found.key, found.old, entry.until, found.namespace, _placed(config, entry))

    def meant(self, entry: keep.Entry) -> _Meant | tuple[str, str]:
        """What an entry is about; what is wrong with it otherwise, and the way out."""
        old, new = entry.old, entry.new
        if not old.owner:
            return self.kept_class(old, new)
        if old.argument:
            return self.kept_argument(old, new)
        if old.owner in self.classes or new.owner in self.classes:
            return self.kept_part(old, new)
        return self.kept_method(old, new)

    def kept_class(self, old: keep.Written, new: keep.Written) -> _Meant | tuple[str, str]:
        if new.owner or new.name not in self.classes:
            said = f"{new.owner}.{new.name}" if new.owner else new.name
            hint = did_you_mean(said, self.classes, "name a class as it is called now")
            return f"there is no class '{said}'", hint
        return _Meant(("class", self.classes[new.name]), old.name)

    def kept_method(self, old: keep.Written, new: keep.Written) -> _Meant | tuple[str, str]:
        found = self.method(new.owner or old.owner, new.name)
        if isinstance(found, tuple):
            return found
        return _Meant(("method", found), old.name, old.owner)

    def kept_argument(self, old: keep.Written, new: keep.Written) -> _Meant | tuple[str, str]:
        found = self.method(old.owner, old.name)
        if isinstance(found, tuple):
            return found
        known = {str(n): key for key, n in self.names.operations[found].arguments.items()}
        wanted = new.argument or new.name
        if wanted not in known:
            message = f"'{old.owner}.{old.name}' takes no '{wanted}'"
            return message, did_you_mean(wanted, known, f"it takes {', '.join(known) or 'nothing'}")
        return _Meant(("argument", found, *known[wanted]), old.argument)

    def method(self, namespace: str, name: str) -> ir.Pointer | tuple[str, str]:
        """An operation by the name of its method."""
        if namespace not in self.namespaces:
            known = [*self.namespaces, *self.classes]
            hint = did_you_mean(namespace, known, "name a namespace or a class as it is now")
            return f"there is no namespace and no class '{namespace}'", hint
        methods = self.namespaces[namespace]
        if name not in methods:
            hint = did_you_mean(name, methods, "name a method as it is called now")
            return f"there is no method '{name}' in '{namespace}'", hint
        return methods[name]

    def kept_part(self, old: keep.Written, new: keep.Written) -> _Meant | tuple[str, str]:
        """A field, a member or a method of a class."""
        cls = new.owner or old.owner
        if old.owner not in self.classes or old.owner != cls:
            known = cls if cls in self.classes else old.owner
            message = f"there is no class '{old.owner if known == cls else cls}'"
            return message, f"write both sides with '{known}', as the class is called now"
        pointer = self.classes[cls]
        kinds: dict[str, Mapping[str, str]] = {
            "field": {str(n): w for (p, w), n in self.names.fields.items() if p == pointer},
            "member": {name: name for name in self.members(pointer)},
            "bound": {str(n): k for (p, k), n in self.names.bound.items() if p == pointer},
        }
        wanted = ("bound",) if old.called else ("field", "member")
        for kind in wanted:
            if new.name in kinds[kind]:
                return _Meant((kind, pointer, kinds[kind][new.name]), old.name)
        what = "method" if old.called else "field and no member"
        parts = [name for kind in wanted for name in kinds[kind]]
        hint = did_you_mean(new.name, parts, f"name a {what.split()[0]} as it is called now")
        if new.name in kinds["bound"]:
            hint = f'a method has parentheses: "{old.owner}.{old.name}()" = "{cls}.{new.name}()"'
        return f"'{cls}' has no {what} '{new.name}'", hint

    # What cannot be

    def refused(self, claims: Iterable[_Claim]) -> Iterator[Diagnostic]:
        """Old names that something else has, or that two things claim."""
        seen: dict[tuple[Key, str], _Claim] = {}
        for claim in claims:
            where = f"'{claim.old}'"
            scope, taken = self.scope(claim)
            if claim.namespace in CLIENT_SCOPE:
                where, reason = f"'{claim.namespace}'", "the client has that name itself"
            elif keyword.iskeyword(claim.old) or keyword.iskeyword(claim.namespace):
                reason = "it is a keyword of Python"
            elif claim.old in taken:
                reason = "something here is called so now"
            elif (scope, claim.old) in seen:
                first = seen[scope, claim.old].place()
                message = f"two things claim to have been {where}"
                hint = f"the other one is at {_file(first)}:{first.line}; keep one of them"
                yield Diagnostic("old-name-twice", message, claim.place(), hint)
                continue
            else:
                seen[scope, claim.old] = claim
                continue
            message = f"{where} cannot be kept as an old name: {reason}"
            hint = "remove it: who uses that name reaches what has it now"
            yield Diagnostic("old-name-taken", message, claim.place(), hint)

    def scope(self, claim: _Claim) -> tuple[Key, Collection[str]]:
        """Where an old name counts, and the names that are taken there."""
        kind, pointer, *_ = claim.key
        if kind == "method":
            return ("method", claim.namespace), {"self", *self.namespaces.get(claim.namespace, ())}
        if kind == "argument":
            names = self.names.operations[pointer]
            return ("argument", pointer), {
                *names.arguments.values(),
                str(names.body),
                *ARGUMENT_SCOPE,
            }
        if kind == "class":
            return ("class",), self.exported()
        if kind == "member":
            return ("member", pointer), {*self.members(pointer), *dir(str), *dir(Enum), "mro"}
        taken = {str(name) for (p, _), name in self.names.fields.items() if p == pointer}
        taken |= {str(name) for (p, _), name in self.names.bound.items() if p == pointer}
        from rebind.runtime.model import ApiModel  # with pydantic, only where a name was another

        reserved = FIELD_SCOPE | set(dir(ApiModel))
        return ("part", pointer), taken | (reserved - OLD_METHODS if kind == "bound" else reserved)

    def exported(self) -> set[str]:
        """What the package offers."""
        from rebind.views import RUNTIME_EXPORTS  # which are made of old names, too

        names = self.names
        found = {str(names.client), str(names.async_client), *BUILTINS, *CLASS_SCOPE}
        found |= {error.name for error in self.api.errors}
        found |= {export.name for export in RUNTIME_EXPORTS}
        for pointer, cls in names.classes.items():
            flavoured = self.api.schemas[pointer].flavoured
            found |= {str(cls), *([f"Async{cls}", f"{cls}Data"] if flavoured else [])}
        return found


@dataclass(frozen=True)
class _Meant:
    """What an entry of the keep list is about."""

    key: Key
    old: str
    namespace: str = ""


def _placed(config: Config, entry: keep.Entry) -> Callable[[], Place]:
    return lambda: config.place(entry.key, "keep")


def _file(place: Place) -> str:
    return getattr(place.file, "name", str(place.file))


def _expired(claims: Iterable[_Claim], config: Config) -> Iterator[Diagnostic]:
    """Old names that should be gone by now."""
    try:
        version = Version(config.version)
    except InvalidVersion:
        return
    for claim in claims:
        if claim.until is not None and Version(claim.until) <= version:
            message = f"'{claim.old}' goes in {claim.until}, and this is {config.version}"
            hint = "remove it, or name a later version"
            yield Diagnostic("old-name-expired", message, claim.place(), hint)
