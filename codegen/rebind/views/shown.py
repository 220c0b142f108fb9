"""What the templates are handed: finished strings, nothing left to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Imports:
    """The import statements of a module, as finished lines."""

    runtime: tuple[str, ...] = ()
    typing: tuple[str, ...] = ()
    """Under `if TYPE_CHECKING:`."""
    late: tuple[str, ...] = ()
    """At the end: modules that import this one back."""


@dataclass(frozen=True)
class FieldView:
    """A field of a class."""

    name: str
    annotation: str
    default: str | None
    doc: str


@dataclass(frozen=True)
class OldFieldView:
    """An attribute by the name that it had."""

    name: str
    now: str
    annotation: str
    message: str


@dataclass(frozen=True)
class OverloadView:
    """One way to call a method or a constructor, for type checkers."""

    signature: str
    deprecated: str | None = None
    awaited: bool = False


@dataclass(frozen=True)
class MethodView:
    """A method in one flavour."""

    name: str
    signature: str
    result: str
    doc: str
    statement: str
    deprecated: str | None = None
    awaited: bool = True
    """Whether it is a coroutine, in the asynchronous flavour."""
    overloads: tuple[OverloadView, ...] = ()
    """Its spellings, where arguments have old names; the present one first."""
    renames: tuple[tuple[str, str, str], ...] = ()
    """Old argument, argument, what is said."""


@dataclass(frozen=True)
class ClassView:
    """A class of `models/`."""

    name: str
    bases: str
    doc: str
    positional: bool = False
    by_wire: bool = False
    constructor: str | None = None
    """The client that its constructor takes, for type checkers."""
    client: str | None = None
    """The client that its methods call, for type checkers."""
    fields: tuple[FieldView, ...] = ()
    methods: tuple[MethodView, ...] = ()
    async_methods: tuple[MethodView, ...] = ()
    extra: str | None = None
    ident: str | None = None
    """The field that names it."""
    added: tuple[str, ...] = ()
    """Methods that are written by hand."""
    old_methods: tuple[MethodView, ...] = ()
    old_async_methods: tuple[MethodView, ...] = ()
    old_fields: tuple[OldFieldView, ...] = ()
    """Of the fields that this class has itself."""
    renames: tuple[tuple[str, str, str], ...] = ()
    """Old field, field, what is said: of all flavours."""
    constructors: tuple[OverloadView, ...] = ()
    """The spellings of its constructor, for type checkers."""


@dataclass(frozen=True)
class ModelView:
    """A module of `models/`."""

    module: str
    doc: str
    imports: Imports
    constants: tuple[tuple[str, str], ...] = ()
    classes: tuple[ClassView, ...] = ()
    members: tuple[tuple[str, str | int], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    enum: ClassView | None = None
    old_members: tuple[tuple[str, str, str], ...] = ()
    """Old member, member, what is said."""
    index: tuple[str, ...] = ()
    """Lines for `api.md`."""


@dataclass(frozen=True)
class OperationView:
    """An operation of `resources/`: a value, a function, two methods."""

    constant: str
    function: str
    types: str
    lines: tuple[str, ...]
    """Arguments of `Operation(...)`."""
    signature: str
    call: str
    """The call, as an expression."""
    index: str
    """The arguments, in short, for `api.md`."""
    source: str
    result: str
    method: MethodView
    async_method: MethodView


@dataclass(frozen=True)
class ResourceView:
    """A module of `resources/`."""

    module: str
    attribute: str
    cls: str
    async_cls: str
    head: str
    doc: str
    imports: Imports
    operations: tuple[OperationView, ...]
    summary: str
    calls: str
    """The class with the generated methods: `cls` itself, unless that has others too."""
    async_calls: str
    mixin: str | None = None
    async_mixin: str | None = None
    client: str | None = None
    """The client that its methods call, for type checkers."""
    async_client: str | None = None
    added: tuple[tuple[str, str, str], ...] = ()
    """Methods that are written by hand, with their arguments and what they return."""
    old_methods: tuple[MethodView, ...] = ()
    old_async_methods: tuple[MethodView, ...] = ()
    outdated: bool = False
    """Whether an old name calls what should not be called any more."""


@dataclass(frozen=True)
class ErrorView:
    """A class of `errors.py`."""

    name: str
    base: str
    doc: str
    summary: str
    statuses: tuple[int, ...]
    types: tuple[str, ...]


@dataclass(frozen=True)
class Export:
    """A public name and the module that it is loaded from."""

    name: str
    module: str


@dataclass(frozen=True)
class OldExport:
    """A public name as it was."""

    name: str
    now: Export
    message: str


@dataclass(frozen=True)
class Link:
    """A public name that another module holds."""

    name: str
    module: str
    """Relative to the module that offers the name."""
    attribute: str

    @property
    def statement(self) -> str:
        """The import of it."""
        return f"from {self.module} import {self.attribute}"

    @property
    def target(self) -> str:
        """Where it is, for `lazy_package`."""
        return self.module if self.attribute == self.name else f"{self.module}:{self.attribute}"


@dataclass(frozen=True)
class FlatGroupView:
    """Methods of the flat client, as a class of their own."""

    module: str
    cls: str
    doc: str
    imports: Imports
    methods: tuple[MethodView, ...]
    deprecated: bool
    """Whether it calls methods that should not be called any more."""


@dataclass(frozen=True)
class FlatClassView:
    """A class that is made by position, or what several such classes extend."""

    module: str
    name: str
    bases: str
    head: str
    doc: str
    imports: Imports
    signature: str
    """Of its constructor."""
    taken: str
    """The arguments of `_take`."""
    key: str = ""
    """The field that tells its variants apart."""
    variants: tuple[tuple[str, str], ...] = ()
    """Value of that field -> class."""


@dataclass(frozen=True)
class FlatEnumView:
    """An enumeration of the second front."""

    module: str
    name: str
    base: Link
    doc: str
    members: tuple[tuple[str, str | int], ...]
    deprecated: tuple[str, ...]


@dataclass(frozen=True)
class CompatView:
    """The second front of a package."""

    classes: str
    """The module below `compat` that holds what is made by position."""
    modules: tuple[str, ...]
    """Modules that offer the same names."""
    client: str | None
    groups: tuple[FlatGroupView, ...]
    objects: tuple[FlatClassView, ...]
    enums: tuple[FlatEnumView, ...]
    error: Link | None
    errors: tuple[ErrorView, ...]
    """The errors that it has of its own, each after what it extends."""
    links: tuple[Link, ...]
    class_links: tuple[Link, ...]
    gone: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Package:
    """Everything there is to print."""

    name: str
    project: str
    title: str
    version: str
    summary: str
    generated_by: str
    package_doc: str
    package_version: str
    user_agent: str
    client_doc: str
    async_client_doc: str
    client: str
    async_client: str
    server: str
    key_env: str
    server_env: str
    schemes: tuple[str, ...]
    api_imports: tuple[str, ...]
    security: str
    envelope: str
    title_booleans: bool
    part_types: bool
    errors: tuple[ErrorView, ...]
    resources: tuple[ResourceView, ...]
    models: tuple[ModelView, ...]
    model_exports: tuple[Export, ...]
    exports: tuple[Export, ...]
    example: str
    runtime_errors: tuple[str, ...]
    compat: CompatView | None = None
    optional: tuple[tuple[str, str], ...] = ()
    """Name -> requirements that only some callers need, as TOML."""
    extras: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path below `extras/` -> text: the hand-written modules."""
    asked: tuple[tuple[str, str], ...] = ()
    """Constant -> operation that tells addresses."""
    hosts: tuple[str, ...] = ()
    """Entries of `Api.hosts`."""
    header_env: str = ""
    old_exports: tuple[OldExport, ...] = ()
    """Classes by the names that they had."""
    old_names: tuple[tuple[str, str, str], ...] = ()
    """What was called otherwise, what it is called, and in which version the old name goes."""
