"""Arguments, bodies and results of generated methods."""

from __future__ import annotations

import inspect
import io
from urllib.parse import parse_qsl

import httpx
import pytest

from tests.behaviour.conftest import Build, Wire


def test_every_place_of_a_parameter_reaches_the_wire(build: Build, wire: Wire) -> None:
    package = build("""
        paths:
          /pets/{petId}/toys/{toy}:
            get:
              operationId: findToy
              tags: [pets]
              parameters:
                - {name: petId, in: path, required: true, schema: {type: integer}}
                - {name: toy, in: path, required: true, schema: {type: string}}
                - {name: tag, in: query, schema: {type: array, items: {type: string}}}
                - {name: X-Trace, in: header, schema: {type: string}}
                - {name: session, in: cookie, schema: {type: string}}
              responses: {'204': {description: none}}
    """)
    wire.reply = httpx.Response(204)
    result = wire.client(package).pets.find_toy(
        7, "a b/c", tag=["x", "y&z"], x_trace="t-1", session="s"
    )
    assert result is None
    assert wire.request.url.raw_path == b"/pets/7/toys/a%20b%2Fc?tag=x&tag=y%26z"
    assert wire.request.headers["x-trace"] == "t-1"
    assert wire.request.headers["cookie"] == "session=s"


def test_styles_are_those_of_the_description(build: Build, wire: Wire) -> None:
    package = build("""
        paths:
          /find/{ids}:
            get:
              operationId: find
              parameters:
                - {name: ids, in: path, required: true, style: matrix, explode: true,
                   schema: {type: array, items: {type: integer}}}
                - {name: names, in: query, style: pipeDelimited, explode: false,
                   schema: {type: array, items: {type: string}}}
                - {name: filter, in: query, style: deepObject, explode: true,
                   schema: {type: object, additionalProperties: {type: string}}}
                - name: where
                  in: query
                  content: {application/json: {schema: {type: object}}}
              responses: {'204': {description: none}}
    """)
    wire.reply = httpx.Response(204)
    client = wire.client(package)
    client.find.find([1, 2], names=["a", "b"], filter={"k": "v"}, where={"x": [1]})
    query = dict(wire.request.url.params.multi_items())
    assert wire.request.url.path == "/find/;ids=1;ids=2"
    assert query["names"] == "a|b"
    assert query["filter[k]"] == "v"
    assert query["where"].replace(" ", "") == '{"x":[1]}'


def test_the_properties_of_an_inline_json_body_are_arguments(build: Build, wire: Wire) -> None:
    package = build("""
        paths:
          /users:
            post:
              operationId: createUser
              tags: [users]
              requestBody:
                required: true
                content:
                  application/json:
                    schema:
                      type: object
                      required: [name]
                      properties:
                        name: {type: string}
                        nickName: {type: [string, 'null']}
                        age: {type: integer}
              responses: {'201': {description: made}}
    """)
    wire.reply = httpx.Response(201)
    client = wire.client(package)
    client.users.create("Ann", nick_name=None)
    assert wire.body == {"name": "Ann", "nickName": None}  # what was not said is not sent
    with pytest.raises(TypeError):
        client.users.create()


def test_a_named_body_is_given_whole(build: Build, wire: Wire) -> None:
    package = build("""
        paths:
          /pets:
            post:
              operationId: createPet
              tags: [pets]
              requestBody:
                required: true
                content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
              responses:
                '201':
                  description: the pet
                  content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
        components:
          schemas:
            Pet:
              type: object
              required: [id, petName]
              properties:
                id: {type: integer, readOnly: true}
                petName: {type: string}
                owner: {type: [string, 'null']}
    """)
    wire.reply = httpx.Response(201, json={"id": 3, "petName": "Rex", "since": 2020})
    pet = wire.client(package).pets.create(package.Pet(pet_name="Rex"))
    assert wire.body == {"petName": "Rex"}
    assert isinstance(pet, package.Pet)
    assert (pet.id, pet.pet_name, pet.owner) == (3, "Rex", None)
    assert pet.to_dict()["since"] == 2020


def test_forms_and_files_are_sent_as_the_description_says(build: Build, wire: Wire) -> None:
    package = build("""
        paths:
          /login:
            post:
              operationId: login
              tags: [auth]
              requestBody:
                content:
                  application/x-www-form-urlencoded:
                    schema:
                      type: object
                      required: [user]
                      properties: {user: {type: string}, remember: {type: boolean}}
              responses: {'204': {description: none}}
          /upload:
            post:
              operationId: upload
              tags: [auth]
              requestBody:
                required: true
                content:
                  multipart/form-data:
                    schema:
                      type: object
                      required: [file]
                      properties:
                        file: {type: string, format: binary}
                        note: {type: string}
              responses: {'204': {description: none}}
    """)
    wire.reply = httpx.Response(204)
    client = wire.client(package)
    client.auth.login(user="a b", remember=True)
    assert parse_qsl(wire.request.content.decode()) == [("user", "a b"), ("remember", "true")]
    wire.sent.clear()
    client.auth.upload(("x.txt", io.BytesIO(b"hello")), note="n")
    assert wire.request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="file"; filename="x.txt"' in wire.request.content
    assert b"hello" in wire.request.content


def test_text_and_bytes_go_both_ways(build: Build, wire: Wire) -> None:
    package = build("""
        paths:
          /blob:
            put:
              operationId: putBlob
              tags: [blobs]
              requestBody:
                required: true
                content: {application/octet-stream: {schema: {type: string, format: binary}}}
              responses:
                '200': {description: text, content: {text/plain: {schema: {type: string}}}}
            get:
              operationId: getBlob
              tags: [blobs]
              responses:
                '200': {description: bytes, content: {image/png: {schema: {type: string}}}}
    """)
    client = wire.client(package)
    wire.reply = httpx.Response(200, text="stored", headers={"content-type": "text/plain"})
    assert client.blobs.put(b"\x00\xff") == "stored"
    assert wire.request.content == b"\x00\xff"
    wire.reply = httpx.Response(200, content=b"\x89PNG")
    assert client.blobs.get() == b"\x89PNG"


def test_each_status_is_read_as_its_own_type(build: Build, wire: Wire) -> None:
    package = build("""
        paths:
          /job:
            post:
              operationId: run
              tags: [jobs]
              responses:
                '200': {description: done, content: {application/json: {schema: {$ref: '#/components/schemas/Done'}}}}
                '202': {description: later, content: {application/json: {schema: {$ref: '#/components/schemas/Ticket'}}}}
                '409': {description: busy, content: {application/json: {schema: {$ref: '#/components/schemas/Problem'}}}}
        components:
          schemas:
            Done: {type: object, required: [value], properties: {value: {type: integer}}}
            Ticket: {type: object, required: [ticket], properties: {ticket: {type: string}}}
            Problem: {type: object, required: [why], properties: {why: {type: string}}}
    """)
    client = wire.client(package)
    wire.reply = httpx.Response(200, json={"value": 1})
    assert client.jobs.run() == package.Done(value=1)
    wire.reply = httpx.Response(202, json={"ticket": "t"})
    assert client.jobs.run() == package.Ticket(ticket="t")
    wire.reply = httpx.Response(409, json={"why": "busy"})
    with pytest.raises(package.StatusError) as caught:
        client.jobs.run()
    assert caught.value.status == 409
    assert "busy" in str(caught.value.body)


def test_methods_called_like_builtins_leave_them_usable(build: Build, wire: Wire) -> None:
    package = build("""
        paths:
          /things:
            get:
              operationId: listThings
              tags: [things]
              responses:
                '200': {description: all, content: {application/json: {schema: {type: array, items: {type: string}}}}}
          /things/dict:
            get:
              operationId: dict
              tags: [things]
              responses:
                '200':
                  description: map
                  content:
                    application/json:
                      schema: {type: object, additionalProperties: {type: array, items: {type: integer}}}
    """)
    client = wire.client(package)
    wire.reply = httpx.Response(200, json=["a"])
    assert client.things.list() == ["a"]
    wire.reply = httpx.Response(200, json={"a": [1]})
    assert client.things.dict() == {"a": [1]}


def test_names_of_an_api_do_not_hide_what_every_client_and_method_has(
    build: Build, wire: Wire
) -> None:
    package = build("""
        paths:
          /send:
            get:
              operationId: look
              tags: [send]
              parameters:
                - {name: timeout, in: query, schema: {type: integer}}
                - {name: progress, in: query, schema: {type: integer}}
              responses: {'204': {description: none}}
    """)
    wire.reply = httpx.Response(204)
    wire.client(package).send_.look(timeout_=1, progress_=2, timeout=30)
    assert wire.request.url.query == b"timeout=1&progress=2"


@pytest.mark.parametrize("flavour", ["Try", "AsyncTry"])
def test_both_clients_have_the_same_methods(build: Build, flavour: str) -> None:
    package = build("""
        paths:
          /a: {get: {operationId: listAs, tags: [as], responses: {'204': {description: none}}}}
    """)
    resource = getattr(package, flavour)().as_
    assert inspect.iscoroutinefunction(resource.list) is (flavour == "AsyncTry")


def test_a_description_with_servers_and_no_key_needs_no_key(build: Build, wire: Wire) -> None:
    package = build("""
        paths:
          /a:
            servers: [{url: 'https://{where}.test/v2', variables: {where: {default: other}}}]
            get: {operationId: get, tags: [a], responses: {'204': {description: none}}}
    """)
    wire.reply = httpx.Response(204)
    wire.client(package).a.get()
    assert str(wire.request.url) == "https://other.test/v2/a"


@pytest.mark.parametrize(
    ("scheme", "header", "value"),
    [
        ("{type: apiKey, in: header, name: X-Key}", "x-key", "k"),
        ("{type: http, scheme: bearer}", "authorization", "Bearer k"),
        ("{type: oauth2, flows: {}}", "authorization", "Bearer k"),
    ],
)
def test_the_key_goes_where_the_description_says(
    build: Build, wire: Wire, scheme: str, header: str, value: str
) -> None:
    package = build(f"""
        security: [{{main: []}}]
        paths:
          /open: {{get: {{operationId: open, tags: [a], security: [], responses: {{'204': {{description: n}}}}}}}}
          /shut: {{get: {{operationId: shut, tags: [a], responses: {{'204': {{description: n}}}}}}}}
        components: {{securitySchemes: {{main: {scheme}}}}}
    """)
    wire.reply = httpx.Response(204)
    client = wire.client(package, api_key="k")
    client.a.shut()
    assert wire.request.headers[header] == value
    wire.sent.clear()
    client.a.open()
    assert header not in wire.request.headers
