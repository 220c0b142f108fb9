"""The clients of the vendor's package, by its constructors."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar, cast

from abacus_client import Abacus
from abacus_client._runtime.call import Call, Json, Operation
from abacus_client.compat.prediction_methods import PredictionMethods
from abacus_client.compat.read_methods import ReadMethods
from abacus_client.compat.streaming_methods import StreamingMethods
from abacus_client.compat.write_methods import WriteMethods
from abacus_client.errors import StatusError

from .compat_by_hand import ByHandMethods
from .compat_errors import as_vendor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abacus_client import CallOptions

T = TypeVar("T")
_PREDICT_RAW: Operation[Any, Any] = Operation(
    id="predict",
    method="POST",
    path="/api/v0/predict",
    replies={"200": Json(lambda: Any)},
    security=(("apiKey",), ()),
    host="prediction",
)
DEFAULT_SERVER = "https://api.abacus.ai"


class ClientOptions:
    """How a client behaves.

    Args:
        exception_on_404: Whether status 404 raises; otherwise the result is None.
        server: The server that calls go to.
    """

    def __init__(self, exception_on_404: bool = True, server: str = DEFAULT_SERVER) -> None:
        self.exception_on_404 = exception_on_404
        self.server = server


class BaseApiClient(Abacus):
    """What the clients have in common. Making one asks no server for anything.

    Args:
        api_key: The key; None: from the environment's `ABACUS_API_KEY`.
        server: The server; None: that of the options, else the environment's `ABACUS_API_SERVER`.
        client_options: More options.
        skip_version_check: Without effect: no version is checked.
        include_tb: Without effect: tracebacks are never shortened.
    """

    def __init__(
        self,
        api_key: str | None = None,
        server: str | None = None,
        client_options: ClientOptions | None = None,
        skip_version_check: bool = False,
        include_tb: bool = False,
    ) -> None:
        self._prepare(api_key, server, client_options)

    def _prepare(
        self,
        api_key: str | None,
        server: str | None,
        options: ClientOptions | None,
        hosts: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(
            api_key, base_url=server or (options.server if options else None), hosts=hosts
        )
        if options is None:
            options = ClientOptions(server=self.base_url)
        self._client_options = options
        self._settings.on_error = as_vendor

    @property
    def client_options(self) -> ClientOptions:
        """The options that the client was made with."""
        return self._client_options

    @property
    def server(self) -> str:
        """The server that calls go to."""
        return self.base_url

    @property
    def notebook_id(self) -> str | None:
        """The notebook that the code runs in."""
        return os.environ.get("ABACUS_NOTEBOOK_ID")

    @property
    def pipeline_id(self) -> str | None:
        """The pipeline that the code runs in."""
        return os.environ.get("ABACUS_PIPELINE_ID")

    def send(self, call: Call[T, object], options: CallOptions | None = None) -> T:
        """Make a call.

        Args:
            call: What to call.
            options: What differs from the client's settings.

        Returns:
            The result; None where there is nothing at the address and that is no error.

        Raises:
            ApiException: Any failure.
        """
        try:
            return super().send(call, options)
        except StatusError as error:
            if error.status == 404 and not self._client_options.exception_on_404:
                return cast("T", None)
            raise


class ReadOnlyClient(BaseApiClient, ReadMethods):
    """A client with the methods that read.

    Args:
        api_key: The key; None: from the environment's `ABACUS_API_KEY`.
        server: The server; None: that of the options, else the environment's `ABACUS_API_SERVER`.
        client_options: More options.
        skip_version_check: Without effect: no version is checked.
        include_tb: Without effect: tracebacks are never shortened.
    """


class ApiClient(ReadOnlyClient, WriteMethods, PredictionMethods, StreamingMethods, ByHandMethods):
    """A client with every method.

    Args:
        api_key: The key; None: from the environment's `ABACUS_API_KEY`.
        server: The server; None: that of the options, else the environment's `ABACUS_API_SERVER`.
        client_options: More options.
        skip_version_check: Without effect: no version is checked.
        include_tb: Without effect: tracebacks are never shortened.
    """


class PredictionClient(BaseApiClient, PredictionMethods):
    """A client with the methods that predict. It needs no key, but the tokens of deployments.

    Args:
        client_options: More options; their server answers the predictions.
    """

    def __init__(self, client_options: ClientOptions | None = None) -> None:
        server = client_options.server if client_options else None
        self._prepare(None, None, client_options, {"prediction": server} if server else None)

    def predict_raw(self, deployment_token: str, deployment_id: str, **kwargs: Any) -> Any:
        """Ask a deployment of one's own for a prediction.

        Args:
            deployment_token: The token of the deployment.
            deployment_id: Its id.
            kwargs: What it is asked, sent as the body.

        Returns:
            What it answers.
        """
        call = Call(
            _PREDICT_RAW,
            query={"deploymentToken": deployment_token, "deploymentId": deployment_id},
            json=kwargs,
        )
        return self.send(call)

    def get_deep_agent_response(
        self, message: str, deployment_conversation_id: str | None = None
    ) -> dict[str, Any] | None:
        """Ask the deep agent.

        Args:
            message: What it is asked.
            deployment_conversation_id: The conversation that this belongs to.

        Returns:
            What it answers, and the files that it made.
        """
        conversation = deployment_conversation_id
        return self.agents.get_deep_response(message, deployment_conversation_id=conversation)


class StreamingClient(BaseApiClient, StreamingMethods):
    """A client with the methods that append data. It needs no key, but the tokens of streams.

    Args:
        client_options: More options; their server takes the data.
    """

    def __init__(self, client_options: ClientOptions | None = None) -> None:
        server = client_options.server if client_options else None
        self._prepare(None, None, client_options, {"streaming": server} if server else None)
