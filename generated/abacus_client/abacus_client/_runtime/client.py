"""Clients: what a generated client class inherits."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar, cast
from urllib.parse import urlsplit

from .call import OMIT, Omit
from .errors import ConfigError
from .flow import Settings, call_flow
from .options import DEFAULT_RETRY, DEFAULT_TIMEOUT, as_retry, as_timeout
from .wire import AsyncWire, Wire

if TYPE_CHECKING:
    import httpx
    from typing_extensions import Self

    from .api import Api
    from .call import Call
    from .options import CallOptions, Deviation, RetryPolicy, Timeout

T = TypeVar("T")
Auth = Mapping[str, str | tuple[str, str]]


class _Settled:
    """What both flavours of a client have in common: settings, and copies with others."""

    _api: ClassVar[Api]
    _asynchronous: ClassVar[bool]
    _settings: Settings

    def _settle(
        self,
        api_key: str | None,
        *,
        base_url: str | None,
        timeout: Timeout | float | Omit | None,
        retry: RetryPolicy | int | Omit | None,
        strict: bool,
        headers: Mapping[str, str] | None,
        auth: Auth | None,
        on_deviation: Callable[[Deviation], None] | None,
    ) -> None:
        api = self._api
        key = api_key or (os.environ.get(api.key_env) if api.key_env else None) or None
        server = base_url or (os.environ.get(api.server_env) if api.server_env else None)
        credentials: dict[str, str | tuple[str, str]] = {}
        if key is not None:
            names = [name for names in api.security for name in names] or [
                s.name for s in api.schemes
            ]
            credentials.update(dict.fromkeys(names, key))
        credentials.update(auth or {})
        self._settings = Settings(
            api=api,
            base_url=_checked_url(server or api.base_url),
            credentials=credentials,
            timeout=DEFAULT_TIMEOUT if timeout is OMIT else as_timeout(timeout),
            retry=DEFAULT_RETRY if retry is OMIT else as_retry(retry),
            headers=dict(headers or {}),
            strict=strict,
            asynchronous=self._asynchronous,
            on_deviation=on_deviation,
        )

    @property
    def base_url(self) -> str:
        """The server that requests go to."""
        return self._settings.base_url

    def with_options(
        self,
        *,
        api_key: str | Omit = OMIT,
        base_url: str | Omit = OMIT,
        timeout: Timeout | float | Omit | None = OMIT,
        retry: RetryPolicy | int | Omit | None = OMIT,
        headers: Mapping[str, str] | Omit = OMIT,
        strict: bool | Omit = OMIT,
        auth: Auth | Omit = OMIT,
        on_deviation: Callable[[Deviation], None] | Omit | None = OMIT,
    ) -> Self:
        """Make a copy with other settings that shares the connections.

        Args:
            api_key: Another key.
            base_url: Another server.
            timeout: A `Timeout`, or a number for its `total`; None for no limit.
            retry: A `RetryPolicy`, or the number of attempts in all; None for one.
            headers: More headers for each request.
            strict: Whether a reply that deviates from the description is an error.
            auth: Scheme name -> key, token or (user name, password).
            on_deviation: Called for each place where a reply deviates.

        Returns:
            The copy.
        """
        now = self._settings
        changed = copy(now)
        if base_url is not OMIT:
            changed.base_url = _checked_url(base_url)
        if timeout is not OMIT:
            changed.timeout = as_timeout(timeout)
        if retry is not OMIT:
            changed.retry = as_retry(retry)
        if headers is not OMIT:
            changed.headers = {**now.headers, **headers}
        if strict is not OMIT:
            changed.strict = strict
        if api_key is not OMIT:
            changed.credentials = {
                **now.credentials,
                **dict.fromkeys([s.name for s in self._api.schemes], api_key),
            }
        if auth is not OMIT:
            changed.credentials = {**changed.credentials, **auth}
        if on_deviation is not OMIT:
            changed.on_deviation = on_deviation
        made = type(self).__new__(type(self))
        # Namespaces that were made already belong to this client, not to the copy.
        made.__dict__.update({k: v for k, v in self.__dict__.items() if k.startswith("_")})
        made._settings = changed
        return made

    def _settings_for(self, options: CallOptions) -> Settings:
        if not options:
            return self._settings
        changed = copy(self._settings)
        if "timeout" in options:
            changed.timeout = as_timeout(options["timeout"])
        if "retry" in options:
            changed.retry = as_retry(options["retry"])
        if "headers" in options:
            changed.headers = {**changed.headers, **options["headers"]}
        return changed

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._settings.base_url!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} holds connections and a key; make one where it is needed"
        )

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self


class Client(_Settled):
    """A client of an API.

    Nothing happens in the constructor but assignments: connections are made by the first call.

    Args:
        api_key: The key; None: from the environment.
        base_url: The server; None: from the environment, else the description's.
        timeout: A `Timeout`, or a number for its `total`; None for no limit.
        retry: A `RetryPolicy`, or the number of attempts in all; None for one.
        http_client: An `httpx.Client` to send with; it stays yours to close.
        strict: Whether a reply that deviates from the description is an error.
        headers: More headers for each request.
        auth: Scheme name -> key, token or (user name, password), for APIs with several schemes.
        on_deviation: Called for each place where a reply deviates.
    """

    _asynchronous = False

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: Timeout | float | Omit | None = OMIT,
        retry: RetryPolicy | int | Omit | None = OMIT,
        http_client: httpx.Client | None = None,
        strict: bool = False,
        headers: Mapping[str, str] | None = None,
        auth: Auth | None = None,
        on_deviation: Callable[[Deviation], None] | None = None,
    ) -> None:
        self._settle(
            api_key,
            base_url=base_url,
            timeout=timeout,
            retry=retry,
            strict=strict,
            headers=headers,
            auth=auth,
            on_deviation=on_deviation,
        )
        self._wire = Wire(http_client)

    def send(self, call: Call[T, object], options: CallOptions | None = None) -> T:
        """Make a call.

        Args:
            call: What to call.
            options: What differs from the client's settings.

        Returns:
            The result.

        Raises:
            ApiError: Any failure.
        """
        result: Any = self._wire.run(call_flow(self._settings_for(options or {}), call))
        if result is not None:
            _attach(result, self)
        return cast("T", result)

    def close(self) -> None:
        """Close the connections; the next call makes new ones."""
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(_Settled):
    """An asynchronous client of an API; it works across several event loops.

    Nothing happens in the constructor but assignments: connections are made by the first call.

    Args:
        api_key: The key; None: from the environment.
        base_url: The server; None: from the environment, else the description's.
        timeout: A `Timeout`, or a number for its `total`; None for no limit.
        retry: A `RetryPolicy`, or the number of attempts in all; None for one.
        http_client: An `httpx.AsyncClient` to send with; it stays yours to close.
        strict: Whether a reply that deviates from the description is an error.
        headers: More headers for each request.
        auth: Scheme name -> key, token or (user name, password), for APIs with several schemes.
        on_deviation: Called for each place where a reply deviates.
    """

    _asynchronous = True

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: Timeout | float | Omit | None = OMIT,
        retry: RetryPolicy | int | Omit | None = OMIT,
        http_client: httpx.AsyncClient | None = None,
        strict: bool = False,
        headers: Mapping[str, str] | None = None,
        auth: Auth | None = None,
        on_deviation: Callable[[Deviation], None] | None = None,
    ) -> None:
        self._settle(
            api_key,
            base_url=base_url,
            timeout=timeout,
            retry=retry,
            strict=strict,
            headers=headers,
            auth=auth,
            on_deviation=on_deviation,
        )
        self._wire = AsyncWire(http_client)

    async def send(self, call: Call[object, T], options: CallOptions | None = None) -> T:
        """Make a call.

        Args:
            call: What to call.
            options: What differs from the client's settings.

        Returns:
            The result.

        Raises:
            ApiError: Any failure.
        """
        result: Any = await self._wire.run(call_flow(self._settings_for(options or {}), call))
        if result is not None:
            _attach(result, self)
        return cast("T", result)

    async def aclose(self) -> None:
        """Close the connections of the running event loop; the next call makes new ones."""
        await self._wire.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _attach(result: object, client: object) -> None:
    if not isinstance(result, (str, bytes)):
        from .model import attach

        attach(result, client)


def _checked_url(url: str) -> str:
    """Refuse a server address that no request could go to."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
        good = good and not parts.query and not parts.fragment and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ConfigError(
            f"{url!r} is not a server address: it has to be like https://api.example.com/v1"
        )
    return url.rstrip("/")
