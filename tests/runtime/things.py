"""An API as a generated package would hold it: models, operations, clients."""

from __future__ import annotations

import datetime
from enum import Enum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from rebind.runtime.api import Api, ApiKey, Basic, Bearer, Envelope
from rebind.runtime.call import Binary, Empty, Json, Operation, Text
from rebind.runtime.client import AsyncClient, Client
from rebind.runtime.errors import StatusError
from rebind.runtime.model import ApiModel, AsyncBound, Bound, need

KEY = "sk-very-secret-0123456789"


class DataNotFoundError(StatusError):
    """What the API names so."""


class TooManyRequestsError(StatusError):
    """Status 429, whatever the type."""


ENVELOPE = Envelope(
    ok="success", result="result", message="error", type="errorType", request_id="requestId"
)

ABACUS = Api(
    title="Things",
    version="1",
    base_url="http://127.0.0.1:9",
    key_env="THINGS_API_KEY",
    server_env="THINGS_API_SERVER",
    user_agent="things-client/0.1.0",
    envelope=ENVELOPE,
    errors=lambda: {"DataNotFoundError": DataNotFoundError},
    statuses=lambda: {429: TooManyRequestsError},
    schemes=(ApiKey("key", "header", "apiKey"),),
    security=(("key",),),
    title_booleans=True,
)

PLAIN = Api(
    title="Pets",
    base_url="http://127.0.0.1:9",
    schemes=(
        Bearer("token"),
        Basic("login"),
        ApiKey("query_key", "query", "api_key"),
        ApiKey("cookie_key", "cookie", "session"),
        ApiKey("header_key", "header", "X-Key"),
    ),
    security=(("token",),),
)


class Things(Client):
    _api = ABACUS


class AsyncThings(AsyncClient):
    _api = ABACUS


class Pets(Client):
    _api = PLAIN


class AsyncPets(AsyncClient):
    _api = PLAIN


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Message(ApiModel):
    """An object without methods."""

    _positional: ClassVar[bool] = True

    role: str | None = None
    text: Any = None
    doc_ids: Annotated[list[str] | None, Field(alias="docIds")] = None


class Task(ApiModel):
    """An object without methods."""

    _positional: ClassVar[bool] = True

    task: str | None = None
    task_type: Annotated[str | None, Field(alias="taskType")] = None


class SessionData(ApiModel):
    """An object that replies hold."""

    _positional: ClassVar[bool] = True

    answer: str | None = None
    session_id: Annotated[str | None, Field(alias="sessionId")] = None
    name: str | None = None
    busy: bool | None = None
    history: list[Message] | Message | None = None
    next_task: Annotated[Task | None, Field(alias="nextTask")] = None
    children: list[Session] | None = None


class Session(SessionData, Bound):
    """The same with methods."""

    def rename(self, name: str) -> None:
        return self._client.send(rename(need(self.session_id, "session_id"), name))  # type: ignore


class AsyncSession(SessionData, AsyncBound):
    """The same with awaited methods."""

    async def rename(self, name: str) -> None:
        return await self._client.send(rename(need(self.session_id, "session_id"), name))  # type: ignore


SessionData.model_rebuild()


class Cat(ApiModel):
    kind: Literal["cat"]
    lives: int


class Dog(ApiModel):
    kind: Literal["dog"]
    good: bool = True


class Pet(ApiModel):
    """An object of an API without envelope and clients."""

    id: int
    name: str
    colour: Colour | None = None
    born: datetime.date | None = None
    weight: float | None = None
    tags: list[str] = Field(default_factory=list)
    owner: Owner | None = None
    friend: Annotated[Cat | Dog | None, Field(discriminator="kind")] = None
    notes: dict[str, int] | None = None


class Owner(ApiModel):
    email: Annotated[str, Field(max_length=20)]


Pet.model_rebuild()


class Problem(ApiModel):
    title: str
    detail: str | None = None


GET: Operation[Session, AsyncSession] = Operation(
    id="getSession",
    method="GET",
    path="/api/v0/getSession",
    replies={"200": Json(lambda: Session, lambda: AsyncSession)},
)
LIST: Operation[list[Session], list[AsyncSession]] = Operation(
    id="listSessions",
    method="GET",
    path="/api/v0/listSessions",
    replies={"200": Json(lambda: list[Session], lambda: list[AsyncSession])},
)
CREATE: Operation[Session, AsyncSession] = Operation(
    id="createSession",
    method="POST",
    path="/api/v0/createSession",
    replies={"200": Json(lambda: Session, lambda: AsyncSession)},
)
RENAME: Operation[None, None] = Operation(
    id="renameSession", method="POST", path="/api/v0/renameSession", replies={"200": Json()}
)
EXPORT: Operation[bytes, bytes] = Operation(
    id="exportSession", method="GET", path="/api/v0/exportSession", replies={"200": Binary()}
)

PET: Operation[Pet, Pet] = Operation(
    id="getPet",
    method="GET",
    path="/pets/{petId}",
    replies={"200": Json(lambda: Pet), "4XX": Json(lambda: Problem)},
)
ADD_PET: Operation[Pet, Pet] = Operation(
    id="addPet", method="POST", path="/pets", replies={"201": Json(lambda: Pet)}
)
PHOTO: Operation[bytes, bytes] = Operation(
    id="photo", method="GET", path="/photo", replies={"200": Binary()}
)
STORY: Operation[str, str] = Operation(
    id="story", method="GET", path="/story", replies={"200": Text()}
)
DROP: Operation[None, None] = Operation(
    id="drop", method="DELETE", path="/pets/1", replies={"204": Empty()}
)


def rename(session_id: str, name: str) -> Any:
    from rebind.runtime.call import Call

    return Call(RENAME, json={"sessionId": session_id, "name": name})
