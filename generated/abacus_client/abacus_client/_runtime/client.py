"""Clients: what a generated client class inherits."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar, cast

from .api import Basic
from .call import OMIT, Omit
from .errors import ApiError, ConfigError
from .flow import Settings, call_flow
from .options import DEFAULT_RETRY, DEFAULT_TIMEOUT, as_retry, as_timeout
from .raw import CAPTURE, AsyncCapture, Capture
from .request import server_address
from .wire import AsyncWire, Wire

if TYPE_CHECKING:
    import httpx
    from typing_extensions import ParamSpec, Self

    from .api import Api
    from .call import Call
    from .call_options import CallOptions
    from .flow import Answered
    from .options import Deviation, RetryPolicy, Timeout
    from .raw import RawResponse
    from .request import Request
    from .response import Response
    from .streams import AsyncStreamedResponse, StreamedResponse
    from .waiting import WaitFlow

    P = ParamSpec("P")

T = TypeVar("T")
Auth = Mapping[str, str | tuple[str, str]]
"""Scheme name -> key, token or (user name, password)."""
Middleware = Callable[["Request", Callable[["Request"], "Response"]], "Response"]
"""Called for each attempt with the request and with what sends it; returns the response."""
AsyncMiddleware = Callable[
    ["Request", Callable[["Request"], Awaitable["Response"]]], Awaitable["Response"]
]
"""The same, awaited."""


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
        middleware: Sequence[Middleware] | Sequence[AsyncMiddleware],
        hosts: Mapping[str, str] | None,
    ) -> None:
        api = self._api
        key = api_key or (os.environ.get(api.key_env) if api.key_env else None)
        server = base_url or (os.environ.get(api.server_env) if api.server_env else None)
        self._settings = Settings(
            api=api,
            # A description may give a path alone; then the caller has to say of which server.
            base_url=server_address(server)
            if server
            else server_address(api.base_url, relative=True),
            credentials=_credentials(api, {}, key, auth),
            timeout=DEFAULT_TIMEOUT if timeout is OMIT else as_timeout(timeout),
            retry=DEFAULT_RETRY if retry is OMIT else as_retry(retry),
            headers={**_from_environment(api.header_env), **(headers or {})},
            strict=strict,
            asynchronous=self._asynchronous,
            on_deviation=on_deviation,
            middleware=tuple(middleware),
        )
        self._settings.hosts = _hosts(api, hosts or {})

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
        middleware: Sequence[Middleware] | Sequence[AsyncMiddleware] | Omit = OMIT,
        hosts: Mapping[str, str] | Omit = OMIT,
    ) -> Self:
        """Make a copy with other settings that shares the connections.

        Args:
            api_key: Another key.
            base_url: Another server.
            timeout: A `Timeout`, or a number for its `total`; None for no limit.
            retry: A `RetryPolicy`, or the number of tries in all; None for one.
            headers: More headers for each request.
            strict: Whether a reply that is not as described is an error.
            auth: Scheme name -> key, token or (user name, password).
            on_deviation: Called for each place where a reply is not as described.
            middleware: Put around each attempt, in the place of the client's own.
            hosts: Name -> address of a server that the API would tell otherwise.

        Returns:
            The copy.
        """
        now = self._settings
        changed = copy(now)
        if base_url is not OMIT:
            changed.base_url = server_address(base_url)
        if timeout is not OMIT:
            changed.timeout = as_timeout(timeout)
        if retry is not OMIT:
            changed.retry = as_retry(retry)
        if headers is not OMIT:
            changed.headers = {**now.headers, **headers}
        if strict is not OMIT:
            changed.strict = strict
        if api_key is not OMIT or auth is not OMIT:
            changed.credentials = _credentials(
                self._api, now.credentials, api_key or None, auth or None
            )
        if on_deviation is not OMIT:
            changed.on_deviation = on_deviation
        if middleware is not OMIT:
            changed.middleware = tuple(middleware)
        if hosts is not OMIT:
            changed.hosts = {**now.hosts, **_hosts(self._api, hosts)}
        made = type(self).__new__(type(self))
        # Namespaces that were touched already belong to this client; the copy makes its own.
        made.__dict__.update({k: v for k, v in self.__dict__.items() if k.startswith("_")})
        made._settings = changed
        return made

    def _settings_for(self, options: CallOptions | None) -> Settings:
        if not options:
            return self._settings
        unknown = options.keys() - {"timeout", "retry", "headers", "progress"}
        if unknown:
            raise TypeError(f"unexpected keyword argument {', '.join(map(repr, sorted(unknown)))}")
        changed = copy(self._settings)
        if "timeout" in options:
            changed.timeout = as_timeout(options["timeout"])
        if "retry" in options:
            changed.retry = as_retry(options["retry"])
        if "headers" in options:
            changed.headers = {**changed.headers, **options["headers"]}
        if "progress" in options:
            changed.progress = options["progress"]
        return changed

    def _handed(
        self,
        settings: Settings,
        call: Call[object, object],
        answered: Answered,
        capture: Capture | None,
        options: CallOptions | None,
    ) -> Any:
        """Hand over a response that is open, or that somebody wants to see."""
        if capture is not None:
            capture.answered = answered
        if answered.response.opened is None:
            result = _attached(answered.result, self)
            if call.operation.page is None:
                return result
            from .pages import AsyncPage, Page

            kind: Any = AsyncPage if settings.asynchronous else Page
            return kind(self, call, options, answered, result)
        from .streams import streamed

        return streamed(settings, call.operation, answered, self, capture)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._settings.base_url!r})"

    def __reduce__(self) -> NoReturn:
        name = type(self).__name__
        raise TypeError(f"{name} holds connections and a key; make one where it is needed")

    def __copy__(self) -> Self:
        return self.with_options()

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self.with_options()


class Client(_Settled):
    """A client of an API.

    Nothing happens in the constructor but assignments; connections are made by the first call.

    Args:
        api_key: The key; None: from the environment.
        base_url: The server; None: from the environment, else the description's.
        timeout: A `Timeout`, or a number for its `total`; None for no limit.
        retry: A `RetryPolicy`, or the number of tries in all; None for one.
        http_client: An `httpx.Client` to send with; it stays yours to close.
        strict: Whether a reply that is not as described is an error.
        headers: More headers for each request.
        auth: Scheme name -> key, token or (user name, password), where there are several schemes.
        on_deviation: Called for each place where a reply is not as described.
        middleware: Put around each attempt, the first one outermost; see `Middleware`.
        hosts: Name -> address of a server, where the API would tell it otherwise.

    Raises:
        ConfigError: `base_url` or `auth` cannot be used.
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
        middleware: Sequence[Middleware] = (),
        hosts: Mapping[str, str] | None = None,
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
            middleware=middleware,
            hosts=hosts,
        )
        self._wire = Wire(_flavoured(http_client, asynchronous=False))

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
        settings, capture = self._settings_for(options), CAPTURE.get()
        if capture is None:
            answered = self._wire.run(call_flow(settings, call))
            if answered.response.opened is None and call.operation.page is None:
                return cast("T", _attached(answered.result, self))
        else:
            # What layers and hooks call on the way is not what is to be captured.
            token = CAPTURE.set(None)
            try:
                answered = self._wire.run(call_flow(settings, call, stream=capture.stream))
            finally:
                CAPTURE.reset(token)
        return cast("T", self._handed(settings, call, answered, capture, options))

    def _wait(
        self, flow: WaitFlow[T], look: Callable[[CallOptions], object], options: CallOptions
    ) -> T:
        from .waiting import limited

        settings = self._settings_for(options)
        limit = settings.timeout
        try:
            return self._wire.watch(flow, lambda left: look(limited(options, limit, left)))
        except ApiError as error:
            if settings.on_error is not None:
                settings.on_error(error)
            raise

    def with_raw_response(
        self, method: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> RawResponse[T]:
        """Call a method of this client, of its namespaces or objects, and keep the response.

        Args:
            method: The method, such as `client.things.get`.
            args: Its arguments.
            kwargs: Its keyword arguments.

        Returns:
            The response: status, headers, body, and as `parsed` what the method returned.

        Raises:
            ApiError: Any failure.
        """
        capture = Capture()
        token = CAPTURE.set(capture)
        try:
            parsed = method(*args, **kwargs)
        finally:
            CAPTURE.reset(token)
        return capture.raw(parsed)

    @contextmanager
    def with_streaming_response(
        self, method: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs
    ) -> Generator[StreamedResponse]:
        """Call a method of this client, and read the response while it comes.

        Args:
            method: The method, such as `client.things.download`.
            args: Its arguments.
            kwargs: Its keyword arguments.

        Yields:
            The response; it is closed at the end of the `with` block.

        Raises:
            ApiError: Any failure.
        """
        capture = Capture(stream=True)
        token = CAPTURE.set(capture)
        try:
            method(*args, **kwargs)
        finally:
            CAPTURE.reset(token)
        with capture.opened() as response:
            yield response

    def close(self) -> None:
        """Close the connections, also those of copies; later calls make new ones."""
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(_Settled):
    """An asynchronous client of an API. It works in any number of event loops.

    Nothing happens in the constructor but assignments; connections are made by the first call.

    Args:
        api_key: The key; None: from the environment.
        base_url: The server; None: from the environment, else the description's.
        timeout: A `Timeout`, or a number for its `total`; None for no limit.
        retry: A `RetryPolicy`, or the number of tries in all; None for one.
        http_client: An `httpx.AsyncClient` to send with; it stays yours to close.
        strict: Whether a reply that is not as described is an error.
        headers: More headers for each request.
        auth: Scheme name -> key, token or (user name, password), where there are several schemes.
        on_deviation: Called for each place where a reply is not as described.
        middleware: Put around each attempt, the first one outermost; see `AsyncMiddleware`.
        hosts: Name -> address of a server, where the API would tell it otherwise.

    Raises:
        ConfigError: `base_url` or `auth` cannot be used.
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
        middleware: Sequence[AsyncMiddleware] = (),
        hosts: Mapping[str, str] | None = None,
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
            middleware=middleware,
            hosts=hosts,
        )
        self._wire = AsyncWire(_flavoured(http_client, asynchronous=True))

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
        settings, capture = self._settings_for(options), CAPTURE.get()
        if capture is None:
            answered = await self._wire.run(call_flow(settings, call))
            if answered.response.opened is None and call.operation.page is None:
                return cast("T", _attached(answered.result, self))
        else:
            # What layers and hooks call on the way is not what is to be captured.
            token = CAPTURE.set(None)
            try:
                answered = await self._wire.run(call_flow(settings, call, stream=capture.stream))
            finally:
                CAPTURE.reset(token)
        return cast("T", self._handed(settings, call, answered, capture, options))

    async def _wait(
        self,
        flow: WaitFlow[T],
        look: Callable[[CallOptions], Awaitable[object]],
        options: CallOptions,
    ) -> T:
        from .waiting import limited

        settings = self._settings_for(options)
        limit = settings.timeout
        try:
            return await self._wire.watch(flow, lambda left: look(limited(options, limit, left)))
        except ApiError as error:
            if settings.on_error is not None:
                settings.on_error(error)
            raise

    async def with_raw_response(
        self, method: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> RawResponse[T]:
        """Call a method of this client, of its namespaces or objects, and keep the response.

        Args:
            method: The method, such as `client.things.get`.
            args: Its arguments.
            kwargs: Its keyword arguments.

        Returns:
            The response: status, headers, body, and as `parsed` what the method returned.

        Raises:
            ApiError: Any failure.
        """
        capture = Capture()
        token = CAPTURE.set(capture)
        try:
            parsed = await method(*args, **kwargs)
        finally:
            CAPTURE.reset(token)
        return capture.raw(parsed)

    @asynccontextmanager
    async def with_streaming_response(
        self, method: Callable[P, Awaitable[object]], /, *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[AsyncStreamedResponse]:
        """Call a method of this client, and read the response while it comes.

        Args:
            method: The method, such as `client.things.download`.
            args: Its arguments.
            kwargs: Its keyword arguments.

        Yields:
            The response; it is closed at the end of the `async with` block.

        Raises:
            ApiError: Any failure.
        """
        capture = AsyncCapture(stream=True)
        token = CAPTURE.set(capture)
        try:
            await method(*args, **kwargs)
        finally:
            CAPTURE.reset(token)
        async with capture.opened() as response:
            yield response

    async def aclose(self) -> None:
        """Close the running loop's connections, also those of copies; later calls make new ones."""
        await self._wire.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


_SINGLE = (str, bytes, bool, int, float)


def _attached(result: Any, client: object) -> Any:
    if result is not None and not isinstance(result, _SINGLE):
        from .model import attach

        attach(result, client)
    return result


def _flavoured(http_client: T, *, asynchronous: bool) -> T:
    """Refuse an HTTP client of the other flavour, which would fail in the middle of a call."""
    if http_client is not None:
        import inspect

        if inspect.iscoroutinefunction(getattr(http_client, "send", None)) != asynchronous:
            wanted = "an httpx.AsyncClient" if asynchronous else "an httpx.Client"
            raise TypeError(f"http_client has to be {wanted}, not {type(http_client).__name__}")
    return http_client


def _from_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """The headers that the environment has values for."""
    return {name: os.environ[env] for name, env in variables.items() if os.environ.get(env)}


def _hosts(api: Api, given: Mapping[str, str]) -> dict[str, str]:
    """Refuse servers that the API does not know."""
    for name in given:
        if name not in api.hosts:
            there = ", ".join(sorted(api.hosts)) or "none"
            raise ConfigError(f"{api.title} has no server {name!r}; there are: {there}")
    return {name: server_address(address) for name, address in given.items()}


def _credentials(
    api: Api, known: Auth, api_key: str | None, auth: Auth | None
) -> dict[str, str | tuple[str, str]]:
    """Every scheme's credentials: one key serves all of them, unless `auth` says otherwise."""
    found = dict(known)
    if api_key is not None:
        key = api_key.strip()
        for scheme in api.schemes:
            if not isinstance(scheme, Basic) or ":" in key:
                found[scheme.name] = key
    names = {scheme.name for scheme in api.schemes}
    for name, value in (auth or {}).items():
        if name not in names:
            there = ", ".join(sorted(names)) or "none"
            raise ConfigError(f"{api.title} has no security scheme {name!r}; there are: {there}")
        found[name] = value
    return found
