"""What callers make is kept, found again, changed and deleted."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rebind.mock import Mock

from tests.mock.conftest import Api, project

Make = Callable[[str], Api]

PETS = """
    paths:
      /pets:
        get:
          operationId: listPets
          parameters:
            - {name: kind, in: query, schema: {type: string}}
            - {name: limit, in: query, schema: {type: integer}}
          responses:
            '200':
              description: ok
              content:
                application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}
        post:
          operationId: createPet
          requestBody:
            required: true
            content: {application/json: {schema: {$ref: '#/components/schemas/NewPet'}}}
          responses:
            '201':
              description: made
              content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
      /pets/{petId}:
        parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
        get:
          responses:
            '200':
              description: ok
              content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
        patch:
          requestBody:
            content: {application/json: {schema: {$ref: '#/components/schemas/NewPet'}}}
          responses:
            '200':
              description: ok
              content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
        delete: {responses: {'204': {description: gone}}}
      /pets/{petId}/feed:
        post:
          parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
          responses: {'204': {description: fed}}
      /pets/{petId}/toys:
        parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
        get:
          responses:
            '200':
              description: ok
              content:
                application/json:
                  schema:
                    type: object
                    required: [toys, total]
                    properties:
                      toys: {type: array, items: {$ref: '#/components/schemas/Toy'}}
                      total: {type: integer}
                      hasMore: {type: boolean}
                      nextPageToken: {type: string}
        post:
          requestBody:
            content: {application/json: {schema: {$ref: '#/components/schemas/Toy'}}}
          responses:
            '201':
              description: made
              content:
                application/json:
                  schema:
                    type: object
                    properties: {data: {$ref: '#/components/schemas/Toy'}}
      /pets/{petId}/toys/{toyId}:
        parameters:
          - {name: petId, in: path, required: true, schema: {type: integer}}
          - {name: toyId, in: path, required: true, schema: {type: string}}
        get:
          responses:
            '200':
              description: ok
              content:
                application/json:
                  schema:
                    type: object
                    properties: {data: {$ref: '#/components/schemas/Toy'}}
    components:
      schemas:
        NewPet:
          type: object
          properties:
            name: {type: string}
            kind: {type: string, enum: [cat, dog]}
        Pet:
          allOf:
            - $ref: '#/components/schemas/NewPet'
            - {type: object, required: [id], properties: {id: {type: integer}}}
        Toy:
          type: object
          required: [id]
          properties: {id: {type: string, format: uuid, readOnly: true}, label: {type: string}}
"""


def test_what_is_created_is_listed_and_read(api: Make) -> None:
    pets = api(PETS)
    assert pets("GET", "/pets").json == []
    made = pets("POST", "/pets", {"name": "Rex", "kind": "dog"})
    assert (made.status, made.json) == (201, {"name": "Rex", "kind": "dog", "id": 1})
    assert pets("POST", "/pets", {"name": "Tom", "kind": "cat"}).json["id"] == 2
    assert [pet["name"] for pet in pets("GET", "/pets").json] == ["Rex", "Tom"]
    assert pets("GET", "/pets/2").json == {"name": "Tom", "kind": "cat", "id": 2}


def test_a_change_is_seen_by_everybody(api: Make) -> None:
    pets = api(PETS)
    pets("POST", "/pets", {"name": "Rex", "kind": "dog"})
    assert pets("PATCH", "/pets/1", {"name": "Max"}).json["name"] == "Max"
    assert pets("GET", "/pets/1").json == {"name": "Max", "kind": "dog", "id": 1}
    assert [pet["name"] for pet in pets("GET", "/pets").json] == ["Max"]


def test_what_is_deleted_is_gone(api: Make) -> None:
    pets = api(PETS)
    pets("POST", "/pets", {"name": "Rex"})
    assert pets("DELETE", "/pets/1").status == 204
    assert pets("GET", "/pets/1").status == 404
    assert pets("DELETE", "/pets/1").status == 404
    assert pets("GET", "/pets").json == []
    assert pets("POST", "/pets", {"name": "Tom"}).json["id"] == 2  # ids are not used twice


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/pets/9"), ("PATCH", "/pets/9"), ("DELETE", "/pets/9"),
                         ("POST", "/pets/9/feed"), ("GET", "/pets/9/toys")],
)  # fmt: skip
def test_an_unknown_id_is_not_found(api: Make, method: str, path: str) -> None:
    answer = api(PETS)(method, path)
    assert answer.status == 404
    assert answer.json["detail"] == "there is no '/pets' item with petId '9'"


def test_a_wrong_request_changes_nothing(api: Make) -> None:
    pets = api(PETS)
    assert pets("POST", "/pets", {"name": 5}).status == 400
    assert pets("POST", "/pets/1/feed", {}).status == 400
    assert pets("GET", "/pets").json == []


def test_a_list_is_filtered_by_fields_and_limited(api: Make) -> None:
    pets = api(PETS)
    for name, kind in (("a", "cat"), ("b", "dog"), ("c", "cat")):
        pets("POST", "/pets", {"name": name, "kind": kind})
    assert [pet["name"] for pet in pets("GET", "/pets?kind=cat").json] == ["a", "c"]
    assert [pet["name"] for pet in pets("GET", "/pets?kind=cat&limit=1").json] == ["a"]


def test_things_within_things_are_kept_apart(api: Make) -> None:
    pets = api(PETS)
    pets("POST", "/pets", {"name": "Rex"})
    pets("POST", "/pets", {"name": "Tom"})
    ball = pets("POST", "/pets/1/toys", {"label": "ball"}).json["data"]
    assert ball["label"] == "ball"
    assert re.fullmatch(r"[0-9a-f-]{36}", ball["id"])
    assert pets("GET", f"/pets/1/toys/{ball['id']}").json == {"data": ball}
    assert pets("GET", f"/pets/2/toys/{ball['id']}").status == 404


def test_a_page_of_a_list_is_the_last_one(api: Make) -> None:
    pets = api(PETS)
    pets("POST", "/pets", {"name": "Rex"})
    toy = pets("POST", "/pets/1/toys", {"label": "ball"}).json["data"]
    assert pets("GET", "/pets/1/toys").json == {"toys": [toy], "total": 1, "hasMore": False}


def test_what_cannot_be_created_is_not_kept(api: Make) -> None:
    weather = api("""
        paths:
          /stations/{id}:
            get:
              parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
              responses:
                '200':
                  description: ok
                  content:
                    application/json:
                      schema:
                        type: object
                        properties: {id: {type: integer}, name: {type: string}}
    """)
    assert weather.mock.roles == {}
    assert weather("GET", "/stations/9").json == {"id": 1, "name": "string"}


def test_a_search_by_post_and_a_put_that_only_changes_create_nothing(api: Make) -> None:
    music = api("""
        paths:
          /songs:
            post:
              operationId: getSongsInBatch
              responses: {'200': {$ref: '#/components/responses/Songs'}}
          /songs/{id}:
            parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
            get: {responses: {'200': {$ref: '#/components/responses/Song'}}}
          /lists/{listId}:
            parameters: [{name: listId, in: path, required: true, schema: {type: integer}}]
            get: {responses: {'200': {$ref: '#/components/responses/Song'}}}
            put: {responses: {'200': {description: changed}}}
          /queue:
            post: {operationId: addToQueue, responses: {'204': {description: done}}}
            get: {responses: {'200': {$ref: '#/components/responses/Songs'}}}
        components:
          responses:
            Song:
              description: one
              content: {application/json: {schema: {$ref: '#/components/schemas/Song'}}}
            Songs:
              description: some
              content:
                application/json:
                  schema: {type: array, items: {$ref: '#/components/schemas/Song'}}
          schemas:
            Song: {type: object, properties: {id: {type: integer}}}
    """)
    assert music.mock.roles == {}


def test_a_name_may_be_the_id_and_put_may_create(api: Make) -> None:
    index = api("""
        paths:
          /indexes/{name}:
            parameters: [{name: name, in: path, required: true, schema: {type: string}}]
            put:
              requestBody:
                content:
                  application/json: {schema: {$ref: '#/components/schemas/Index'}}
              responses: {'200': {description: ok}, '201': {description: made}}
            get:
              responses:
                '200':
                  description: ok
                  content: {application/json: {schema: {$ref: '#/components/schemas/Index'}}}
        components:
          schemas:
            Index:
              type: object
              properties: {name: {type: string}, size: {type: integer}}
    """)
    assert index("GET", "/indexes/books").status == 404
    assert index("PUT", "/indexes/books", {"size": 3}).status == 200
    assert index("GET", "/indexes/books").json == {"name": "books", "size": 3}
    assert index("PUT", "/indexes/books", {"size": 4}).status == 200
    assert index("GET", "/indexes/books").json["size"] == 4


RPC = """
    paths:
      /addNote:
        post:
          operationId: addNote
          requestBody:
            content:
              application/json:
                schema: {type: object, required: [title], properties: {title: {type: string}}}
          responses:
            '200':
              description: ok
              content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}
      /describeNote:
        get:
          operationId: describeNote
          parameters: [{name: noteId, in: query, required: true, schema: {type: string}}]
          responses:
            '200':
              description: ok
              content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}
      /listNotes:
        get:
          operationId: listNotes
          responses:
            '200':
              description: ok
              content:
                application/json:
                  schema: {type: array, items: {$ref: '#/components/schemas/Note'}}
      /setNoteTitle:
        post:
          operationId: setNoteTitle
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  required: [noteId, title]
                  properties: {noteId: {type: string}, title: {type: string}}
          responses: {'204': {description: ok}}
      /removeComment:
        delete:
          operationId: removeComment
          parameters:
            - {name: noteId, in: query, required: true, schema: {type: string}}
            - {name: commentId, in: query, required: true, schema: {type: string}}
          responses: {'204': {description: ok}}
      /deleteNote:
        delete:
          operationId: deleteNote
          parameters: [{name: noteId, in: query, required: true, schema: {type: string}}]
          responses: {'204': {description: ok}}
    components:
      schemas:
        Note:
          type: object
          properties:
            noteId: {type: string}
            title: {type: string}
            comments: {type: array, items: {$ref: '#/components/schemas/Comment'}}
        Comment:
          type: object
          properties: {commentId: {type: string, examples: [c1]}, text: {type: string}}
"""


def test_operations_that_are_named_for_what_they_do_share_things_too(api: Make) -> None:
    notes = api(RPC)
    made = notes("POST", "/addNote", {"title": "Milk"}).json
    assert (made["noteId"], made["title"]) == ("note-1", "Milk")
    assert notes("POST", "/setNoteTitle", {"noteId": "note-1", "title": "Bread"}).status == 204
    assert notes("GET", "/describeNote?noteId=note-1").json["title"] == "Bread"
    assert len(notes("GET", "/listNotes").json) == 1
    assert notes("DELETE", "/removeComment?noteId=note-1&commentId=c2").status == 404
    assert notes("DELETE", "/removeComment?noteId=note-1&commentId=c1").status == 204
    assert notes("GET", "/describeNote?noteId=note-1").json["comments"] == []
    assert notes("DELETE", "/deleteNote?noteId=note-1").status == 204
    assert notes("GET", "/describeNote?noteId=note-1").status == 404


def test_nouns_may_come_first_and_a_namespace_tells_whose_id_is_meant(api: Make) -> None:
    files = api("""
        paths:
          /files.create:
            post:
              operationId: files.create
              tags: [files]
              responses: {'200': {$ref: '#/components/responses/File'}}
          /files.info:
            get:
              operationId: files.get
              tags: [files]
              parameters: [{name: id, in: query, required: true, schema: {type: integer}}]
              responses: {'200': {$ref: '#/components/responses/File'}}
          /files.lock:
            post:
              operationId: files.lock
              tags: [files]
              parameters: [{name: id, in: query, required: true, schema: {type: integer}}]
              responses: {'204': {description: locked}}
          /users.ban:
            post:
              operationId: users.ban
              tags: [users]
              parameters: [{name: id, in: query, required: true, schema: {type: integer}}]
              responses: {'204': {description: banned}}
        components:
          responses:
            File:
              description: ok
              content:
                application/json:
                  schema:
                    type: object
                    properties: {ok: {type: boolean}, file: {$ref: '#/components/schemas/File'}}
          schemas:
            File: {type: object, properties: {id: {type: integer}, name: {type: string}}}
    """)
    assert files("POST", "/files.lock?id=1").status == 404
    made = files("POST", "/files.create").json
    assert made == {"ok": True, "file": {"id": 1, "name": "string"}}
    assert files("GET", "/files.info?id=1").json == made
    assert files("POST", "/files.lock?id=1").status == 204
    assert files("POST", "/users.ban?id=9").status == 204


def test_a_cleared_store_counts_anew(api: Make) -> None:
    notes = api(RPC)
    first = notes("POST", "/addNote", {"title": "a"}).json
    notes.mock.store.clear()
    assert notes("GET", "/listNotes").json == []
    assert notes("POST", "/addNote", {"title": "a"}).json == first


# --- The project's own description ----------------------------------------------------------------


class Chat:
    """Calls of the chat session family."""

    def __init__(self) -> None:
        self._api = Api(Mock(project()))

    def __call__(self, method: str, call: str, body: Any = None) -> Any:
        return self._api(method, "/api/v0/" + call, body, headers={"apiKey": "k"}).json

    def made(self) -> str:
        return str(self("POST", "createChatSession", {"name": "Churn"})["result"]["chatSessionId"])


def test_a_renamed_session_comes_back_renamed() -> None:
    chat = Chat()
    session = chat.made()
    assert re.fullmatch("[0-9a-f]{9}", session)
    renamed = chat("POST", "renameChatSession", {"chatSessionId": session, "name": "Q3"})
    assert renamed == {"success": True}
    assert chat("GET", f"getChatSession?chatSessionId={session}")["result"]["name"] == "Q3"
    listed = chat("GET", "listChatSessions?mostRecentPerProject=False")["result"]
    assert [(one["chatSessionId"], one["name"]) for one in listed] == [(session, "Q3")]


def test_a_deleted_message_is_gone_and_no_other() -> None:
    chat = Chat()
    session = chat.made()
    before = chat("GET", f"getChatSession?chatSessionId={session}")["result"]["chatHistory"]
    assert len(before) > 1
    call = f"deleteChatMessage?chatSessionId={session}&messageIndex="
    assert chat("DELETE", call + "0") == {"success": True}
    after = chat("GET", f"getChatSession?chatSessionId={session}")["result"]["chatHistory"]
    assert after == before[1:]
    missing = chat("DELETE", call + "7")
    assert (missing["success"], missing["errorType"]) == (False, "DataNotFoundError")


@pytest.mark.parametrize(
    ("method", "call", "body"),
    [
        ("GET", "getChatSession?chatSessionId=0", None),
        ("POST", "renameChatSession", {"chatSessionId": "0", "name": "x"}),
        ("POST", "exportChatSession", {"chatSessionId": "0"}),
        ("DELETE", "deleteChatMessage?chatSessionId=0&messageIndex=0", None),
    ],
)
def test_a_session_that_is_not_there_is_the_api_s_own_error(
    method: str, call: str, body: Any
) -> None:
    assert Chat()(method, call, body) == {
        "success": False,
        "error": "there is no ChatSession with chatSessionId '0'",
        "errorType": "DataNotFoundError",
        "requestId": "mock-000001",
    }


def test_no_name_of_one_api_stands_in_the_mock() -> None:
    folder = Path(__file__).parents[2] / "codegen" / "rebind" / "mock"
    text = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    assert not re.search(r"abacus|chat|errorType|DataNotFound", text, re.IGNORECASE)
