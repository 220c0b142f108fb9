"""What a vendor's SDK says of its API: facts alone, and no sentence of it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rebind.diagnostics import Place, line_starts

Json = Any
"""A value that JSON has."""


@dataclass(frozen=True, eq=False)
class Module:
    """One module of the SDK, parsed and never run.

    Args:
        name: Its path inside the package: `client.py`, `api_class/enums.py`.
        shown: Its path as users see it, with the archive's name.
        text: Its source.
        tree: Its syntax tree.
    """

    name: str
    shown: str
    text: str = field(repr=False)
    tree: ast.Module = field(repr=False)

    def place(self, node: ast.AST) -> Place:
        """Where a node stands in the source."""
        line, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", None)
        column = self._column(line, getattr(node, "col_offset", 0))
        end = getattr(node, "end_col_offset", None)
        if last == line and end is not None:
            return Place(self.shown, line, column, self._column(line, end), source=self.text)
        return Place(self.shown, line, column, source=self.text)

    def _column(self, line: int, offset: int) -> int:
        """A column in bytes, as `ast` counts, in characters."""
        starts = line_starts(self.text)
        start = starts[line - 1]
        text = self.text[start : start + offset]
        return (
            offset if text.isascii() else len(text.encode()[:offset].decode(errors="replace"))
        ) + 1


@dataclass(frozen=True)
class Argument:
    """An argument of a method as its signature has it.

    Args:
        name: Its name in Python.
        annotation: The text of its annotation; empty without one.
        required: Whether there is no default.
        default: The default, where it is a value of JSON.
        said: The type that the method's documentation names; empty without one.
        deprecated: Whether its documentation calls it deprecated.
    """

    name: str
    annotation: str = ""
    required: bool = True
    default: Json = None
    said: str = ""
    deprecated: bool = False


Where = Literal["query", "body", "form", "file", "files"]
"""How an argument travels; `files` is a mapping of files as a whole."""
Encoding = Literal["plain", "json", "json-unless-string", "json-if-any"]


@dataclass(frozen=True)
class Sent:
    """An argument on the wire.

    Args:
        argument: The argument.
        wire: Its name there; empty for a mapping that is sent as a whole.
        where: How it travels.
        encoding: How a form writes it.
    """

    argument: Argument
    wire: str
    where: Where
    encoding: Encoding = "plain"


Transport = Literal["plain", "prediction", "streaming", "proxy", "job"]


@dataclass(frozen=True)
class Method:
    """A method of the client that is one call of the API.

    Args:
        name: Its name in Python.
        action: The last part of its address.
        verb: The HTTP method.
        transport: Which host it goes to, and how.
        arguments: In the order of the signature.
        sent: What goes over the wire, in order.
        result: The class of the result; empty without one.
        returns: The text of the return annotation; empty without one.
        streams: Whether the reply is handed over as bytes as they come.
        timeout: Seconds that the SDK gives it, where it says so.
        retry_500: Whether a reply of 500 is asked for again.
        extra: Whether further keyword arguments are sent.
        optional_host: Whether the call goes to the API itself when there is no token.
        deprecated: Whether its documentation calls it deprecated.
        place: Where it is defined.
    """

    name: str
    action: str
    verb: str
    transport: Transport
    arguments: tuple[Argument, ...]
    sent: tuple[Sent, ...]
    result: str = ""
    returns: str = ""
    streams: bool = False
    timeout: int | None = None
    retry_500: bool = False
    extra: bool = False
    optional_host: bool = False
    deprecated: bool = False
    place: Place = field(default=Place(""), compare=False, repr=False)

    @property
    def multipart(self) -> bool:
        """Whether it sends files."""
        return any(sent.where in ("file", "files") for sent in self.sent)

    @property
    def is_list(self) -> bool:
        """Whether the result is declared as a list."""
        return self.returns.startswith(("List[", "list["))


@dataclass(frozen=True)
class Field:
    """A field of a resource class.

    Args:
        wire: Its name in replies.
        name: The attribute that the SDK keeps it in.
        said: The type that the documentation names; empty without one.
        nested: The class that it is built into; empty without one.
        deprecated: Whether the class lists it as deprecated.
        place: Where it is.
    """

    wire: str
    name: str
    said: str = ""
    nested: str = ""
    deprecated: bool = False
    place: Place = field(default=Place(""), compare=False, repr=False)


Kind = Literal["call", "refresh", "status", "poll", "hand"]


@dataclass(frozen=True)
class Bound:
    """A method of a resource class.

    Args:
        name: Its name.
        kind: What it does: one call, `refresh`, reads a status, waits, or something of its own.
        target: The client's method that it calls in the end.
        given: Argument of the target -> attribute of the object that is passed for it.
        arguments: Its own arguments.
        passed: Argument of the target -> own argument.
        fixed: Argument of the target -> a value that is always passed.
        path: The attribute that a status is read from, dotted where it is nested.
        states: The states that a wait goes on in.
        delay: Seconds between two looks of a wait.
        deadline: Seconds that a wait takes at most.
        plain: Whether it is written in the SDK's usual form of its kind.
        place: Where it is defined.
    """

    name: str
    kind: Kind
    target: str = ""
    given: Mapping[str, str] = field(default_factory=dict[str, str])
    arguments: tuple[Argument, ...] = ()
    passed: Mapping[str, str] = field(default_factory=dict[str, str])
    fixed: Mapping[str, Json] = field(default_factory=dict[str, Json])
    path: str = ""
    states: tuple[str, ...] = ()
    delay: float = 15
    deadline: float | None = None
    plain: bool = True
    place: Place = field(default=Place(""), compare=False, repr=False)


@dataclass(frozen=True)
class Resource:
    """A class of objects in replies.

    Args:
        name: Its name.
        fields: In the order of its constructor.
        ident: The wire name of its id; empty without one.
        bound: Its public methods.
        base: The class of replies that it extends; empty without one.
        place: Where it is defined.
    """

    name: str
    fields: tuple[Field, ...]
    ident: str = ""
    bound: tuple[Bound, ...] = ()
    base: str = ""
    place: Place = field(default=Place(""), compare=False, repr=False)


@dataclass(frozen=True)
class InputField:
    """A field of an input class.

    Args:
        name: The attribute.
        wire: Its name on the wire.
        annotation: The text of its annotation; empty without one.
        required: Whether the constructor demands it.
        default: Its default, where it is a value of JSON other than null.
        fixed: Whether the constructor does not take it.
        deprecated: Whether it is marked as deprecated.
        own: Whether the body of the class declares it.
    """

    name: str
    wire: str
    annotation: str = ""
    required: bool = False
    default: Json = None
    fixed: bool = False
    deprecated: bool = False
    own: bool = True


@dataclass(frozen=True)
class Input:
    """A class of objects that calls take.

    Args:
        name: Its name.
        bases: The input classes that it extends.
        fields: In the order of the constructor, inherited ones first.
        spelling: How its fields are spelled on the wire.
        keeps_null: Whether null is sent rather than left out.
        open: Whether it takes fields that are not declared.
        abstract: Whether there are only variants of it.
        place: Where it is defined.
    """

    name: str
    bases: tuple[str, ...]
    fields: tuple[InputField, ...]
    spelling: Literal["camel", "upper", "snake"] = "camel"
    keeps_null: bool = False
    open: bool = False
    place: Place = field(default=Place(""), compare=False, repr=False)
    own_to_dict: bool = False
    own_constructor: bool = False
    checked: bool = False


@dataclass(frozen=True)
class Family:
    """Input classes that one field tells apart.

    Args:
        name: The class that they extend.
        key: The attribute that tells them apart.
        variants: Value -> class.
        place: Where the table is.
    """

    name: str
    key: str
    variants: Mapping[str, str]
    place: Place = field(default=Place(""), compare=False, repr=False)


@dataclass(frozen=True)
class Enum:
    """A set of values.

    Args:
        name: Its name.
        members: Name -> value.
        deprecated: The values that are marked so.
        place: Where it is defined.
    """

    name: str
    members: Mapping[str, str | int | float]
    deprecated: tuple[str, ...] = ()
    place: Place = field(default=Place(""), compare=False, repr=False)


@dataclass(frozen=True)
class Gap:
    """Something that could not be derived, and what was done instead.

    Args:
        code: The diagnostic's code.
        what: What it is about: a method, a field.
        why: What is the matter.
        instead: What the description says instead.
        place: Where it is.
    """

    code: str
    what: str
    why: str
    instead: str
    place: Place = field(default=Place(""), compare=False, repr=False)


@dataclass(frozen=True)
class Sdk:
    """Everything that one release says.

    Args:
        name: The name of the distribution.
        version: Its version.
        methods: The calls, by name.
        by_hand: Names of public methods that are more than one call.
        refused: Names of methods of a form never seen.
        resources: The classes of replies, by name.
        inputs: The input classes, by name.
        families: The discriminated families, by the class they extend.
        enums: The enumerations, by name.
        errors: The error classes -> their base.
        exported: Name -> the module that the package takes it from.
        gaps: What could not be derived.
    """

    name: str
    version: str
    methods: Mapping[str, Method]
    by_hand: tuple[str, ...]
    refused: tuple[str, ...]
    resources: Mapping[str, Resource]
    inputs: Mapping[str, Input]
    families: Mapping[str, Family]
    enums: Mapping[str, Enum]
    errors: Mapping[str, str]
    exported: Mapping[str, str] = field(default_factory=dict[str, str])
    gaps: tuple[Gap, ...] = ()
