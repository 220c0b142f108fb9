"""What a generated method hands to the runtime: an operation as a value, and one call of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar, cast

from .values import Value

if TYPE_CHECKING:
    from .paging import Paging

S_co = TypeVar("S_co", covariant=True)
A_co = TypeVar("A_co", covariant=True)


class Omit(Enum):
    """The type of `OMIT`: a value that is not sent, which `None` (sent as null) is not."""

    OMIT = "OMIT"

    def __repr__(self) -> str:
        return "OMIT"

    def __bool__(self) -> Literal[False]:
        return False


OMIT: Final = Omit.OMIT


def id_of(given: object, *classes: str) -> object:
    """Take the id out of an object that a caller passes in its place.

    Args:
        given: The id, or the object that it is of; anything else is for the server to judge.
        classes: The classes of objects that have such an id, or the bases of their two flavours.

    Returns:
        The id.

    Raises:
        TypeError: It is an object of another class.
        UnboundError: The object has no id.
    """
    cls = type(given)
    field: str | None = getattr(cls, "_ident", None)
    if field is None:
        return given
    if not field or not any(base.__name__ in classes for base in cls.__mro__):
        wanted = " or ".join(name.removesuffix("Data") for name in classes)
        raise TypeError(f"text or an object of class {wanted} is expected, not of {cls.__name__}")
    found: object = getattr(given, field)
    if found is None:
        from .errors import UnboundError

        raise UnboundError(f"this {cls.__name__} has no {field}, which the method needs")
    return found


_NONE: Final[Mapping[Any, Any]] = MappingProxyType({})

TypeThunk = Callable[[], object]
"""Returns the type of a reply; a function, so that models are imported by the first reply."""


class Json(Value):
    """A JSON reply.

    Attributes:
        type: Returns the result type; None: the result is read, judged and dropped.
        async_type: The same for the asynchronous client, where it differs.
    """

    type: TypeThunk | None = None
    async_type: TypeThunk | None = None


class Text(Value):
    """A reply that is text, decoded by its charset."""


class Binary(Value):
    """A reply that is bytes, handed over as they are.

    Attributes:
        stream: Whether they are handed over while they come.
    """

    stream: bool = False


class Empty(Value):
    """A reply whose body, if any, means nothing."""


class Events(Value):
    """A reply of server-sent events, whose data are JSON; handed over as a stream.

    Attributes:
        type: Returns the type of an event's data; None: the events as they are.
        async_type: The same for the asynchronous client, where it differs.
        done: The data that end the stream, where the API has such.
    """

    type: TypeThunk | None = None
    async_type: TypeThunk | None = None
    done: str | None = None


class JsonLines(Value):
    """A reply of JSON values, one per line; handed over as a stream.

    Attributes:
        type: Returns the type of a value; None: JSON as it comes.
        async_type: The same for the asynchronous client, where it differs.
        media_type: What is asked for.
    """

    type: TypeThunk | None = None
    async_type: TypeThunk | None = None
    media_type: str = "application/x-ndjson"


Reply = Json | Text | Binary | Empty | Events | JsonLines
StyleName = Literal[
    "matrix", "label", "simple", "form", "spaceDelimited", "pipeDelimited", "deepObject"
]


class Style(Value):
    """How a parameter is written, as OpenAPI names it.

    Attributes:
        name: The OpenAPI style; None: the default of the parameter's place.
        explode: Whether lists and objects are repeated; None: the default of the style.
        allow_reserved: Whether reserved characters stay as they are in a query.
    """

    name: StyleName | None = None
    explode: bool | None = None
    allow_reserved: bool = False


class Polled(Value):
    """A result that takes its time: the first reply has an id, by which is asked how far it is.

    Attributes:
        status: The path that is asked, by POST.
        id: Holds the id in the first reply.
        send: Holds the id in the question.
        state: Holds the state in the answer.
        pending: The states in which there is no result yet.
        result: Holds the result in the answer, as a reply of the operation.
        failed: The states in which there will be none.
        delay: Seconds between two questions.
    """

    status: str
    id: str
    send: str
    state: str
    pending: tuple[str, ...]
    result: str
    failed: tuple[str, ...] = ()
    delay: float = 1.0


class Operation(Value, Generic[S_co, A_co], kw_only=True):
    """One operation of an API, as data.

    Attributes:
        id: Its name in the description, for logs and errors.
        method: The HTTP method.
        path: The path template; `{name}` is filled from `Call.path`.
        replies: Status (`"200"`, `"2XX"`, `"default"`) -> how the body is read.
        styles: (place, wire name) -> style, where it is not the default.
        json_params: (place, wire name) of the parameters that are written as JSON text.
        json_unless_string: The same of those that are only where they are no text; in a query, no
            number and no boolean either.
        encodings: Part of a form -> content type.
        security: Alternatives, each a tuple of scheme names; None: the API's own; (): none.
        base_url: The operation's own server.
        host: The server that it is on, of those whose addresses the API tells.
        job: How the result is waited for.
        timeout: Seconds in total, where neither the client nor the caller says.
        retry_statuses: Statuses worth another try besides the policy's.
        idempotent: Whether a repeated request does no harm; None: by the method.
        page: How further pages are asked for, where it returns a list page by page.
        idempotency_key: The header that carries one fresh key per call, repeated with its retries.
    """

    id: str
    method: str
    path: str
    replies: Mapping[str, Reply] = _NONE
    styles: Mapping[tuple[str, str], Style] = _NONE
    json_params: frozenset[tuple[str, str]] = frozenset()
    json_unless_string: frozenset[tuple[str, str]] = frozenset()
    encodings: Mapping[str, str] = _NONE
    security: tuple[tuple[str, ...], ...] | None = None
    base_url: str | None = None
    host: str | None = None
    job: Polled | None = None
    timeout: float | None = None
    retry_statuses: frozenset[int] = frozenset()
    idempotent: bool | None = None
    idempotency_key: str | None = None
    page: Paging | None = None


class Call(Value, Generic[S_co, A_co]):
    """One call of an operation: its values under their wire names; those that are `OMIT` stay out.

    Attributes:
        operation: What is called.
        path: Values of the path template.
        query: Query parameters.
        headers: Header parameters.
        cookies: Cookie parameters.
        json: The JSON body.
        form: The fields of an urlencoded body.
        multipart: The parts of a multipart body.
        content: A body of other kind: str, bytes, a file, a path or an iterable of bytes.
        content_type: Its content type, where it is not the kind's own.
        url: Where it goes in the place of the operation's address: that of a further page.
    """

    operation: Operation[S_co, A_co]
    path: Mapping[str, object] | None = None
    query: Mapping[str, object] | None = None
    headers: Mapping[str, object] | None = None
    cookies: Mapping[str, object] | None = None
    json: object = OMIT
    form: Mapping[str, object] | None = None
    multipart: Mapping[str, object] | None = None
    content: object = OMIT
    content_type: str | None = None
    url: str | None = None

    def __init__(
        self,
        operation: Operation[S_co, A_co],
        *,
        path: Mapping[str, object] | None = None,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, object] | None = None,
        cookies: Mapping[str, object] | None = None,
        json: object = OMIT,
        form: Mapping[str, object] | None = None,
        multipart: Mapping[str, object] | None = None,
        content: object = OMIT,
        content_type: str | None = None,
        url: str | None = None,
    ) -> None:
        # One update instead of ten frozen assignments: a call is made for every request.
        self.__dict__.update(
            operation=operation,
            path=path,
            query=query,
            headers=headers,
            cookies=cookies,
            json=json,
            form=form,
            multipart=multipart,
            content=content,
            content_type=content_type,
            url=url,
        )

    def having(self, place: str, values: Mapping[str, object]) -> Call[S_co, A_co]:
        """Make the same call with other values.

        Args:
            place: Where they travel: path, query, header, cookie or body.
            values: Wire name -> value; what else the call holds there stays.

        Returns:
            The call.

        Raises:
            RequestError: The body is no object.
        """
        name = _HELD.get(place) or self._body()
        held: object = getattr(self, name)
        if held is OMIT or held is None:
            held = {}
        elif name == "json" and not isinstance(held, Mapping):
            from .encode import jsonable

            held = jsonable(held)
        if not isinstance(held, Mapping):
            from .errors import RequestError

            raise RequestError(f"the body has to be an object with {', '.join(values)}")
        return self.__replace__(**{name: {**cast("Mapping[str, object]", held), **values}})

    def _body(self) -> str:
        """Where the body is held; a call without one gets JSON."""
        return "multipart" if self.multipart is not None else "form" if self.form else "json"


_HELD = {"path": "path", "query": "query", "header": "headers", "cookie": "cookies"}
