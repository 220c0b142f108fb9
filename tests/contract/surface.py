"""Our bindings, called by the names that the vendor gives to methods and arguments."""

from __future__ import annotations

import base64
import importlib
import inspect
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.contract import bindings
from tests.contract.bindings import Flavour
from tests.contract.description import description

KEY = "key-of-the-recorder"


@dataclass(frozen=True)
class Place:
    """Where our client has an operation: `client.<resource>.<name>`."""

    resource: str
    name: str


@cache
def places() -> dict[str, Place]:
    """Where operations are, by the vendor's method, as the description says."""
    found = {}
    for operation in description().operations.values():
        node = operation.node.value
        flat = node.get("x-rebind-flat")
        method = flat.get("name") if isinstance(flat, Mapping) else flat
        found[method or snake(operation.id)] = Place(
            node["x-rebind-resource"], node["x-rebind-name"]
        )
    return found


def snake(name: str) -> str:
    """`describeFeatureGroup` as `describe_feature_group`."""
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name))
    return parted.lower()


class Named(io.BytesIO):
    """An open file with a name."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name


def value(written: Any, package: Any) -> Any:
    """The value that stands for one that JSON cannot say; see `vendor_client/values.py`.

    Args:
        written: What stands for it.
        package: The module that has the classes.
    """
    if isinstance(written, list):
        return [value(item, package) for item in written]
    if not isinstance(written, dict):
        return written
    if "$input" in written:
        # This one shares its name with a class of replies, where there is one namespace for all.
        own = f"{written['$input']}Input"
        cls = getattr(package, own, None) or getattr(package, written["$input"])
        return cls(**{name: value(item, package) for name, item in written["with"].items()})
    if "$enum" in written:
        cls = getattr(package, written["$enum"], None)
        return cls(written["value"]) if isinstance(cls, type) else written["value"]
    if "$object" in written:
        return getattr(bindings.package(), written["$object"])(**written["fields"])
    if "$bytes" in written:
        return base64.b64decode(written["$bytes"])
    if "$file" in written:
        return Named(written["$file"], written["text"].encode())
    return {name: value(item, package) for name, item in written.items()}


def plain(result: Any) -> Any:
    """Objects as their `to_dict()`, streams and bytes as their content."""
    if isinstance(result, (list, tuple)):
        return [plain(item) for item in result]
    if isinstance(result, bytes):
        return {"$bytes": base64.b64encode(result).decode()}
    if hasattr(result, "to_dict"):
        return plain(result.to_dict())
    if isinstance(result, dict):
        return {key: plain(item) for key, item in result.items()}
    return getattr(result, "value", result)


def class_of(result: Any) -> str | None:
    """The vendor's name of the class of an object, or of the objects in a list."""
    if isinstance(result, list):
        names = {class_of(item) for item in result} - {None}
        return names.pop() if len(names) == 1 else None
    return type(result).__name__.removeprefix("Async") if hasattr(result, "to_dict") else None


class Surface:
    """A client of ours, sync or async.

    Args:
        flavour: Which.
        options: Settings of the client.
    """

    prefix = ""
    """What its calls are told apart by."""

    def __init__(self, flavour: Flavour, **options: Any) -> None:
        self.flavour = flavour
        self.classes = bindings.package()
        self.pages = self.classes.Page, self.classes.AsyncPage
        self.client = bindings.client(flavour, api_key=KEY, **options)
        self._hurry()

    def _hurry(self) -> None:
        """Wait for nothing between polls: waits say nothing about what is sent."""

        async def later(_: float) -> None:
            pass

        pool = self.client._wire._pool
        pool.sleep = later if self.flavour == "async" else lambda _: None

    def bound(self, cls: str, fields: Mapping[str, Any]) -> Any:
        """An object of this client."""
        prefix = "Async" if self.flavour == "async" else ""
        package = bindings.package()
        made = getattr(package, f"{prefix}{cls}", None) or getattr(package, cls)
        return made(self.client, **fields)

    def method(self, name: str, on: Mapping[str, Any] | None = None) -> Callable[..., Any]:
        """A method by the vendor's name.

        Raises:
            LookupError: there is none.
        """
        try:
            if on is not None:
                return getattr(self.bound(on["class"], on["fields"]), name)  # type: ignore[no-any-return]
            place = places()[name]
            return getattr(getattr(self.client, place.resource), place.name)  # type: ignore[no-any-return]
        except (AttributeError, KeyError) as error:
            raise LookupError(f"there is no {name}") from error

    def raised(self, error: Exception) -> dict[str, Any]:
        """An error as the vendor's client tells its own."""
        if not isinstance(error, bindings.package().ApiError):
            return {"raised": {"class": type(error).__name__, "message": str(error)}}
        return {
            "raised": {
                "class": type(error).__name__,
                "status": error.status,
                "message": error.message,
                "error_type": error.error_type,
                "request_id": error.request_id,
            }
        }

    def _given(self, method: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments as our method wants them."""
        known = inspect.signature(method).parameters
        given: dict[str, Any] = {}
        for name, item in arguments.items():
            made = value(item, self.classes)
            # A name that an option of every call has is kept out of its way.
            if f"{name}_" in known:
                given[f"{name}_"] = made
            elif name not in known and "extra" in known:
                given.setdefault("extra", {})[name] = made
            else:
                given[name] = made
        return given

    async def outcome(
        self,
        name: str,
        arguments: Mapping[str, Any],
        *,
        ahead: int = 0,
        on: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """What a call comes to, as the vendor's program tells it.

        Args:
            name: The vendor's method.
            arguments: By the vendor's names, in the vendor's order.
            ahead: How many of them to pass without their names.
            on: The object whose method it is.
        """
        try:
            method = self.method(name, on)
            given = self._given(method, arguments)
            named = dict(list(given.items())[ahead:])
            result = method(*list(given.values())[:ahead], **named)
            if inspect.isawaitable(result):
                result = await result
            if isinstance(result, self.pages):  # a list in pages is its first page
                result = result.items
            if hasattr(result, "read"):
                content = result.read()
                result = await content if inspect.isawaitable(content) else content
        except Exception as error:
            return self.raised(error)
        return {"returned": plain(result), "class": class_of(result)}


class FlatSurface(Surface):
    """The flat client of the second front.

    Args:
        flavour: `sync`: there is no other.
        base_url: The server.
        options: Settings of the client.
    """

    prefix = "ApiClient."

    def __init__(self, flavour: Flavour, *, base_url: str, **options: Any) -> None:
        self.pages = ()
        self.flavour = flavour
        bindings.package()
        self.front = importlib.import_module(f"{bindings.NAME}.compat")
        self.classes = importlib.import_module(f"{bindings.NAME}.compat.api_class")
        self.client = self.front.ApiClient(KEY, base_url).with_options(**options)
        self._hurry()

    def method(self, name: str, on: Mapping[str, Any] | None = None) -> Callable[..., Any]:
        """A method by the vendor's name."""
        if on is not None or not hasattr(self.client, name):
            raise LookupError(f"there is no {name}")
        return getattr(self.client, name)  # type: ignore[no-any-return]

    def _given(self, method: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value(item, self.classes) for name, item in arguments.items()}

    def raised(self, error: Exception) -> dict[str, Any]:
        """An error by the vendor's attributes."""
        if not isinstance(error, self.front.ApiException):
            return super().raised(error)
        told: Any = error
        return {
            "raised": {
                "class": type(error).__name__,
                "status": told.http_status,
                "message": told.message,
                "error_type": told.exception,
                "request_id": told.request_id,
            }
        }
