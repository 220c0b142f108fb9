"""The API as we mean it: frozen values, no `$ref` to anything but schemas, and no Python spelling.

Identity is a pointer into the resolved document (`#/components/schemas/Pet`), never a name. A
schema that stood inline where a class must be made of it is listed in `Api.schemas` under the
pointer where it stood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Pointer = str
SchemaData = Mapping[str, Any]
Place = Literal["path", "query", "header", "cookie"]
Encoding = Literal["json", "form", "multipart", "text", "binary"]


@dataclass(frozen=True)
class Former:
    """A name that something had before (`x-rebind-renamed-from`)."""

    name: str
    pointer: Pointer
    """Where it is said."""
    until: str | None = None
    """The version of the package in which it goes."""
    value: str | int | None = None
    """The value of the enumeration that has another name now."""


@dataclass(frozen=True)
class Schema:
    """A schema that gets a name of its own: a class, an enumeration or an alias.

    `data` is JSON Schema in which every `$ref` is the pointer of another schema in `Api.schemas`.
    What the attribute of a property was called before stands in it as `x-formers`.
    """

    pointer: Pointer
    hint: tuple[str, ...]
    """Words to make the name from, outermost first; one for a named component."""
    data: SchemaData
    description: str
    named: bool
    """It stood under `components/schemas`, so callers may ask for it by name."""
    bound: tuple[Bound, ...] = ()
    waits: tuple[Wait, ...] = ()
    flavoured: bool = False
    """It has bound methods or holds something that has: one class for each client."""
    takes_client: bool = False
    """Its constructor takes the client first (`x-rebind-objects`)."""
    override: str | None = None
    """`x-rebind-name`."""
    deprecated_values: tuple[str | int, ...] = ()
    flat: FlatClass | None = None
    """`x-rebind-flat`: how the flat package makes one."""
    formers: tuple[Former, ...] = ()
    value_formers: tuple[Former, ...] = ()
    """What members of an enumeration were called (`x-rebind-renamed-values`)."""
    ident: str | None = None
    """`x-rebind-id`: the field (wire name) in whose place arguments take the object."""

    @property
    def methods(self) -> tuple[Bound | Wait, ...]:
        """What its objects can do."""
        found: list[Bound | Wait] = [*self.bound, *self.waits]
        return tuple(found)


@dataclass(frozen=True)
class FlatClass:
    """A class that callers of the flat package make by position."""

    name: str | None = None
    """What it is called there, if not as the component."""
    extra: str | None = None
    """The first argument, whose items become further properties."""
    base: str | None = None
    """The class that it extends there."""


@dataclass(frozen=True)
class Slot:
    """A place in an operation that has a type: a parameter, a property of the body, a reply."""

    pointer: Pointer
    schema: SchemaData


@dataclass(frozen=True)
class Parameter:
    """An argument of an operation, wherever it travels."""

    wire: str
    place: Place | Literal["body", "extra", "parts"]
    """Where it travels; `extra` is a mapping of values for the query and the body, `parts` one of
    parts for a form."""
    required: bool
    slot: Slot
    description: str = ""
    deprecated: bool = False
    default: Any = None
    has_default: bool = False
    style: str | None = None
    explode: bool | None = None
    allow_reserved: bool = False
    json: bool = False
    """Sent as JSON text (`content: application/json`, or as `x-rebind-encoding` says)."""
    json_unless_string: bool = False
    override: str | None = None
    formers: tuple[Former, ...] = ()
    objects: tuple[Pointer, ...] = ()
    """The schemas of objects that may be given in the place of their id."""


@dataclass(frozen=True)
class Body:
    """The request body: one value (`whole`), or an argument for each property."""

    encoding: Encoding
    media_type: str
    required: bool
    whole: Slot | None
    description: str = ""
    part_types: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Reply:
    """What one status means."""

    status: str
    kind: Literal["json", "text", "binary", "stream", "empty", "events", "lines"]
    slot: Slot | None
    """The type of the result; of one item, where it comes as a stream."""
    description: str = ""
    media_type: str = ""

    @property
    def success(self) -> bool:
        """Whether this reply is what callers asked for."""
        return self.status.startswith("2") or (self.status == "default" and self.slot is not None)


@dataclass(frozen=True)
class Bound:
    """An operation as a method of an object, which gives some of the parameters."""

    operation: Pointer
    name: str
    fields: Mapping[str, str]
    """Parameter (wire name) -> field (wire name)."""
    listed: tuple[str, ...] = ()
    """The parameters that take a list of the one field."""
    fixed: Mapping[str, str | bool | int | float] = field(
        default_factory=dict[str, "str | bool | int | float"]
    )
    """Parameter (wire name) -> its value."""
    only: tuple[str, ...] | None = None
    """The parameters that it offers; None: all others."""
    update: bool = False
    """It puts the result into the object and returns that."""
    field: tuple[str, ...] = ()
    """The steps (wire names) from the result to what it returns; none: all of it."""
    formers: tuple[Former, ...] = ()


@dataclass(frozen=True)
class Job:
    """How a result that takes its time is waited for; keys and values as they are on the wire."""

    status: str
    id: str
    send: str
    state: str
    pending: tuple[str, ...]
    failed: tuple[str, ...]
    result: str
    delay: float


@dataclass(frozen=True)
class Wait:
    """A method of an object that reads it again until it is in another state."""

    operation: Pointer
    name: str
    fields: Mapping[str, str]
    """Parameter (wire name) -> field (wire name)."""
    status: tuple[str, ...]
    """The keys that lead to the state."""
    pending: tuple[str | int, ...]
    done: tuple[str | int, ...]
    failed: tuple[str | int, ...]
    delay: float
    deadline: float | None
    formers: tuple[Former, ...] = ()


@dataclass(frozen=True)
class Page:
    """How the pages of a list follow one another; paths are keys on the wire."""

    by: str
    """What names the next page: cursor, url, link, page or offset."""
    items: tuple[str, ...]
    item: Slot
    place: str
    wire: str
    next: tuple[str, ...]
    last: tuple[str, ...]
    first: int
    more: tuple[str, ...]
    total: tuple[str, ...]
    pages: tuple[str, ...]


@dataclass(frozen=True)
class Operation:
    """One verb on one path."""

    pointer: Pointer
    id: str
    method: str
    path: str
    summary: str
    description: str
    deprecated: bool
    parameters: tuple[Parameter, ...]
    body: Body | None
    replies: tuple[Reply, ...]
    raises: tuple[str, ...]
    security: tuple[tuple[str, ...], ...] | None
    server: str | None
    resource: str
    resource_words: tuple[str, ...]
    override: str | None
    idempotent: bool | None = None
    idempotency_key: str | None = None
    """The header that carries a fresh key for each call."""
    page: Page | None = None
    variant: str = ""
    """What sets it apart from another operation of the same id."""
    fixed: tuple[tuple[str, str, Any], ...] = ()
    """What is always sent: place, wire name, value."""
    flat: str | None = None
    """`x-rebind-flat`: the name of its method on the flat client."""
    flat_order: tuple[str, ...] = ()
    """Wire names in the order of that method's arguments, where it is not the document's."""
    host: str | None = None
    """One of `Api.hosts`."""
    job: Job | None = None
    timeout: float | None = None
    retry_statuses: tuple[int, ...] = ()
    formers: tuple[Former, ...] = ()
    """What its method was called, with a namespace before it where that was another one."""


@dataclass(frozen=True)
class Resource:
    """A namespace on the client."""

    key: str
    description: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class Scheme:
    """A way to authenticate."""

    key: str
    kind: Literal["api-key", "bearer", "basic"]
    place: Literal["header", "query", "cookie"] = "header"
    wire: str = ""
    description: str = ""


@dataclass(frozen=True)
class Host:
    """A server whose address the API itself tells."""

    name: str
    operation: Pointer
    field: str
    given: tuple[str, ...]
    """Query parameters that a client without a key sends along."""


@dataclass(frozen=True)
class Envelope:
    """The keys that every JSON reply is wrapped in."""

    ok: str
    result: str | None
    message: str | None
    type: str | None
    request_id: str | None


@dataclass(frozen=True)
class ErrorClass:
    """A named error of the API."""

    name: str
    description: str
    statuses: tuple[int, ...]
    types: tuple[str, ...]
    """What else replies call it."""
    extends: str | None


@dataclass(frozen=True)
class Api:
    """Everything that is generated from, in the order of the document."""

    title: str
    version: str
    description: str
    server: str
    client: str | None
    key_env: str | None
    server_env: str | None
    envelope: Envelope | None
    errors: tuple[ErrorClass, ...]
    title_booleans: bool
    part_types: bool
    """Files of a form say what they are."""
    schemas: Mapping[Pointer, Schema]
    resources: tuple[Resource, ...]
    schemes: tuple[Scheme, ...]
    security: tuple[tuple[str, ...], ...]
    hosts: tuple[Host, ...] = ()
    header_env: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, resource by resource."""
        return tuple(o for resource in self.resources for o in resource.operations)
