"""Which call leads from a page to the next one; no I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeGuard, TypeVar, cast
from urllib.parse import quote, urljoin, urlsplit

from .call import OMIT
from .encode import jsonable
from .errors import PagingError
from .values import Value
from .waiting import at

if TYPE_CHECKING:
    from .call import Call
    from .headers import Headers

S = TypeVar("S")
A = TypeVar("A")
Keys = tuple[str, ...]
EMPTY = 1000
"""So many pages without an item, one after the other, lead nowhere."""
_IN_URL = "%:/?#[]@!$&'()*+,;=-._~"
_LINK = re.compile(r"<([^<>]*)>((?:[^<>\",]|\"[^\"]*\")*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)


class Paging(Value, kw_only=True):
    """How the pages of an operation follow one another; paths are keys as they are on the wire.

    Attributes:
        by: What names the next page: a cursor, an address in the reply, the `Link` header, the
            number of the page, or the number of items before it.
        items: Where the items stand; empty: the result is the list.
        send: Where the cursor or the number goes: place, wire name.
        next: Where the cursor or the address of the next page stands.
        last: Where the cursor stands in the last item, if not in the reply.
        first: The number of the first page.
        more: Where it stands whether there is more.
        total: Where the number of all items stands.
        pages: Where the number of all pages stands.
    """

    by: Literal["cursor", "url", "link", "page", "offset"]
    items: Keys = ()
    send: tuple[str, str] = ("query", "")
    next: Keys = ()
    last: Keys = ()
    first: int = 1
    more: Keys = ()
    total: Keys = ()
    pages: Keys = ()


class Position:
    """Where a page stands among the others.

    Args:
        index: How many pages came before it.
        before: How many items came before it; None: nobody knows.
        empty: How many pages without items came right before it.
        seen: What named the next page -> the index of the page that said so; for all pages.
        items: The items of the page before it.
    """

    def __init__(
        self,
        index: int = 0,
        before: int | None = 0,
        empty: int = 0,
        seen: dict[str, int] | None = None,
        items: Sequence[object] = (),
    ) -> None:
        self.index = index
        self.before = before
        self.empty = empty
        self.seen = {} if seen is None else seen
        self.items = items

    def next(self, items: Sequence[object]) -> Position:
        """Go on to the next page.

        Args:
            items: The items of this one.

        Returns:
            Where the next page stands.
        """
        before = None if self.before is None else self.before + len(items)
        empty = 0 if items else self.empty + 1
        return Position(self.index + 1, before, empty, self.seen, items)


def start(paging: Paging, call: Call[object, object]) -> Position:
    """Tell where the first page stands that a caller asks for.

    Args:
        paging: How pages follow one another.
        call: The call.

    Returns:
        Its position.
    """
    given = _sent(paging, call)
    if paging.by in ("url", "link") or given is None:
        return Position()
    if paging.by == "offset":
        return Position(before=_number(given))
    if paging.by == "page" and given == paging.first:
        return Position()
    return Position(before=None, seen={_named(given): -1} if paging.by == "cursor" else None)


def items_of(paging: Paging, reply: object) -> list[Any]:
    """Take the items out of a reply.

    Args:
        paging: Where they stand.
        reply: The reply.

    Returns:
        The items; one object in the place of the list is a list of it.
    """
    found = at(reply, paging.items) if paging.items else reply
    if found is None:
        return []
    return found if _is_list(found) else [found]


def following(
    paging: Paging,
    call: Call[S, A],
    reply: object,
    items: Sequence[object],
    headers: Headers,
    position: Position,
) -> Call[S, A] | None:
    """Find the call that asks for the next page.

    Args:
        paging: How pages follow one another.
        call: The call that asked for this one.
        reply: What it returned.
        items: The items in it.
        headers: The headers of the response.
        position: Where this page stands.

    Returns:
        The call; None after the last page.

    Raises:
        PagingError: The pages lead nowhere.
    """
    more = at(reply, paging.more) if paging.more else None
    if (more is not None and not more) or _all_there(paging, call, reply, items, position):
        return None
    if not items and position.empty >= EMPTY:
        raise PagingError(f"{EMPTY} pages in a row hold nothing, and there are said to be more")
    if paging.by in ("page", "offset"):
        return _counted(paging, call, items, position, more=more is not None)
    name = _name(paging, call, reply, items, headers)
    if name is None:
        if more and items:
            raise PagingError("there is said to be another page, but not which")
        return None
    known = position.seen.setdefault(_named(name), position.index)
    if known != position.index:
        if not items:
            return None  # some APIs repeat the last cursor to say that nothing has come since
        raise PagingError(f"the next page is said to be one that was there already: {name!r}")
    if paging.by == "cursor":
        return call.having(paging.send[0], {paging.send[1]: name})
    if not isinstance(name, str):
        raise PagingError(f"the address of the next page is no text: {name!r}")
    return call.__replace__(url=name)


def link(header: str | None, relation: str = "next") -> str | None:
    """Find an address in a `Link` header (RFC 8288).

    Args:
        header: Its value.
        relation: What the address stands for.

    Returns:
        The address.
    """
    for address, parameters in _LINK.findall(header or ""):
        for quoted, plain in _REL.findall(parameters):
            if relation in (quoted or plain).lower().split():
                return cast("str", address)
    return None


def followed(here: str, address: str) -> str:
    """Check the address of the next page, which may be anything.

    Args:
        here: The address that the operation has.
        address: What the server says.

    Returns:
        The address, at the same server as the operation's.

    Raises:
        PagingError: It is at another one, where no key must go.
    """
    try:
        there = urljoin(here, quote(address.strip(), safe=_IN_URL)).partition("#")[0]
        ours, theirs = urlsplit(here), urlsplit(there)
        same = (ours.hostname, _port(ours)) == (theirs.hostname, _port(theirs))
        if ours.scheme == "https" and theirs.scheme == "http" and ours.hostname == theirs.hostname:
            # What servers say that do not know of the TLS in front of them.
            same = theirs.port in (None, 80, _port(ours)) and _port(ours) == 443
            theirs = theirs._replace(scheme="https", netloc=ours.netloc)
    except ValueError:
        raise PagingError("the address of the next page is none") from None
    if not same or theirs.scheme != ours.scheme or "@" in theirs.netloc:
        raise PagingError("the next page is said to be at another server")
    return theirs.geturl()


def _port(parts: Any) -> int | None:
    return cast("int | None", parts.port) or {"http": 80, "https": 443}.get(parts.scheme)


def _name(
    paging: Paging,
    call: Call[object, object],
    reply: object,
    items: Sequence[object],
    headers: Headers,
) -> object:
    """What names the next page: a cursor or an address."""
    if paging.by == "link":
        return link(headers.get("link"))
    if paging.last:
        return _some(at(items[-1], paging.last)) if items else None
    return _some(at(reply, paging.next))


def _some(value: object) -> object:
    return None if value is False or value == "" else value


def _all_there(
    paging: Paging,
    call: Call[object, object],
    reply: object,
    items: Sequence[object],
    position: Position,
) -> bool:
    """Whether the numbers in a reply say that it is the last one."""
    pages = _whole(at(reply, paging.pages)) if paging.pages else None
    if pages is not None:
        sent = _sent(paging, call)
        if (1 if sent is None else _number(sent) - paging.first + 1) >= pages:
            return True
    total = _whole(at(reply, paging.total)) if paging.total else None
    if total is None or position.before is None:
        return False
    return position.before + len(items) >= total


def _counted(
    paging: Paging,
    call: Call[S, A],
    items: Sequence[object],
    position: Position,
    *,
    more: bool,
) -> Call[S, A] | None:
    """The next call where pages or items are counted."""
    if not items and not (more and paging.by == "page"):
        return None
    if items and isinstance(items[0], (Mapping, _Modelled)) and items == position.items:
        raise PagingError("the same page came twice: the server does not count")
    place, wire = paging.send
    sent = _sent(paging, call)
    if paging.by == "offset":
        return call.having(place, {wire: (0 if sent is None else _number(sent)) + len(items)})
    return call.having(place, {wire: (paging.first if sent is None else _number(sent)) + 1})


class _Model(type):
    def __instancecheck__(cls, value: object) -> bool:
        return hasattr(type(value), "model_fields")


class _Modelled(metaclass=_Model):
    """What models are instances of, without importing what they are made with."""


def _sent(paging: Paging, call: Call[object, object]) -> Any:
    """What the call itself says of the page; None if nothing."""
    place, wire = paging.send
    held: Any = {
        "path": call.path,
        "query": call.query,
        "header": call.headers,
        "cookie": call.cookies,
        "body": call.multipart or call.form or (None if call.json is OMIT else call.json),
    }[place]
    if held is not None and not isinstance(held, Mapping):
        held = jsonable(held)
    value = cast("Mapping[str, Any]", held).get(wire) if isinstance(held, Mapping) else None
    return None if value is OMIT else value


def _number(value: object) -> int:
    try:
        return int(cast("Any", value))
    except (TypeError, ValueError):
        raise PagingError(f"{value!r} is no number to count on from") from None


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _named(value: object) -> str:
    return repr(jsonable(value))
