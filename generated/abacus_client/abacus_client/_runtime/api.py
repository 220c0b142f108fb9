"""What a generated package tells the runtime about its API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from .values import Value

if TYPE_CHECKING:
    from .call import Operation
    from .errors import StatusError

_NONE: Final[Mapping[Any, Any]] = MappingProxyType({})


class Envelope(Value):
    """The object around every result, by the names of its keys.

    Attributes:
        ok: Says whether the call succeeded, whatever the HTTP status.
        result: Holds the result.
        message: Holds the error's message.
        type: Holds the error's type.
        request_id: Holds the request's id.
    """

    ok: str
    result: str | None = None
    message: str | None = None
    type: str | None = None
    request_id: str | None = None


class ApiKey(Value):
    """A key in a header, the query or a cookie.

    Attributes:
        name: The scheme's name in the description.
        place: Where the key goes.
        wire: The header's, parameter's or cookie's name.
    """

    name: str
    place: Literal["header", "query", "cookie"]
    wire: str


class Bearer(Value):
    """A token in the `Authorization` header.

    Attributes:
        name: The scheme's name in the description.
    """

    name: str


class Basic(Value):
    """A user name and a password in the `Authorization` header.

    Attributes:
        name: The scheme's name in the description.
    """

    name: str


Scheme = ApiKey | Bearer | Basic


class Host(Value):
    """A server whose address the API tells.

    Attributes:
        operation: What is asked; its result is an object.
        field: Holds the address in the result.
        given: What a client without a key sends along in the query; the call in question has it.
    """

    operation: Operation[object, object]
    field: str
    given: tuple[str, ...] = ()


class Api(Value):
    """An API as the runtime needs to know it.

    Attributes:
        title: For messages.
        version: The description's version.
        base_url: The server, with its variables filled in; "" when the description names none.
        key_env: The environment variable that holds the key.
        server_env: The environment variable that holds another server.
        user_agent: Sent with each request.
        envelope: The object around each result, if there is one.
        errors: Returns error type -> class.
        statuses: Returns HTTP status -> class; it goes before `errors`.
        schemes: The security schemes.
        security: The default requirement: alternatives, each a tuple of scheme names; (): none.
        part_types: Whether files of a form say what they are, where the caller does not.
        title_booleans: Whether booleans outside JSON are written `True` and `False`.
        request_id_header: The reply header that names the request.
        hosts: Name -> server whose address the API tells.
        header_env: Header -> environment variable that holds its value.
    """

    title: str
    version: str = ""
    base_url: str = ""
    key_env: str | None = None
    server_env: str | None = None
    user_agent: str = ""
    envelope: Envelope | None = None
    errors: Callable[[], Mapping[str, type[StatusError]]] | None = None
    statuses: Callable[[], Mapping[int, type[StatusError]]] | None = None
    schemes: tuple[Scheme, ...] = ()
    security: tuple[tuple[str, ...], ...] = ()
    part_types: bool = True
    title_booleans: bool = False
    request_id_header: str = "x-request-id"
    hosts: Mapping[str, Host] = _NONE
    header_env: Mapping[str, str] = _NONE
