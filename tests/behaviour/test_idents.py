"""Objects in the place of what names them, as `x-rebind-id` says."""

from __future__ import annotations

import json
import types
from types import ModuleType
from typing import Any

import pytest

from tests.behaviour.conftest import Both, Build
from tests.faults.server import json_reply

PATHS = """
    paths:
      /pets/{petId}:
        get:
          operationId: getPet
          x-rebind-resource: pets
          x-rebind-name: get
          x-rebind-bound: [{schema: Pet, name: refresh, with: {petId: petId}, update: true}]
          parameters: [{name: petId, in: path, required: true, schema: {type: string}}]
          responses:
            '200':
              description: A pet.
              content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
      /visits:
        post:
          operationId: createVisit
          x-rebind-resource: visits
          x-rebind-name: create
          parameters:
            - {name: shopId, in: query, schema: {type: [integer, 'null']}}
            - {name: X-Token, in: header, x-rebind-name: token, schema: {type: string}}
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [petId]
                  properties:
                    petId: {type: string}
                    otherPetId: {type: [string, 'null']}
                    petIds: {type: array, items: {type: string}}
          responses: {'204': {description: It is there.}}
      /shops:
        get:
          operationId: getShop
          x-rebind-resource: shops
          x-rebind-name: get
          responses:
            '200':
              description: A shop.
              content: {application/json: {schema: {$ref: '#/components/schemas/Shop'}}}
    components:
      schemas:
        Pet:
          type: object
          x-rebind-id: {field: petId, as: [petId, otherPetId]}
          properties: {petId: {type: [string, 'null']}, shopId: {type: integer}}
        Shop:
          type: object
          x-rebind-id: {field: id, as: [shopId]}
          properties: {id: {type: integer}, token: {$ref: '#/components/schemas/Token'}}
        Token:
          type: object
          x-rebind-id: {field: text, as: [X-Token]}
          properties: {text: {type: string}}
"""


@pytest.fixture(scope="module")
def package(build_once: Build) -> ModuleType:
    return build_once(PATHS)


def body(both: Both) -> Any:
    return json.loads(both.server.seen[-1].body)


def test_an_object_is_sent_as_its_id_wherever_that_travels(both: Both, package: ModuleType) -> None:
    client = both.client(package)
    both.server.script += [json_reply({"petId": "p/1"})]
    pet = both.get(client.pets.get(package.Pet(pet_id="p/1")))
    assert both.server.seen[-1].path == "/pets/p%2F1"
    both.server.script += [json_reply(None, 204)]
    shop, token = package.Shop(id=7), package.Token(text="t")
    both.get(client.visits.create(pet, other_pet_id=pet, shop_id=shop, token=token))
    assert body(both) == {"petId": "p/1", "otherPetId": "p/1"}
    assert both.server.seen[-1].query == [("shopId", "7")]
    assert both.server.seen[-1].header("x-token") == "t"


def test_an_id_is_sent_as_it_is(both: Both, package: ModuleType) -> None:
    both.server.script += [json_reply(None, 204)]
    both.get(both.client(package).visits.create("p", other_pet_id=None, shop_id=3))
    assert body(both) == {"petId": "p", "otherPetId": None}
    assert both.server.seen[-1].query == [("shopId", "3")]


def test_objects_of_both_flavours_and_of_a_class_of_ones_own_are_taken(
    both: Both, package: ModuleType
) -> None:
    dog = types.new_class("Dog", (package.Pet,))
    for made in (package.Pet, package.AsyncPet, dog):
        both.server.script += [json_reply({"petId": "p"})]
        both.get(both.client(package).pets.get(made(pet_id="p")))
        assert both.server.seen[-1].path == "/pets/p"


def test_an_object_of_another_class_is_refused_before_anything_is_sent(
    both: Both, package: ModuleType
) -> None:
    client = both.client(package)
    message = "text or an object of class Pet is expected, not of Shop"
    with pytest.raises(TypeError, match=message):
        both.get(client.pets.get(package.Shop(id=7)))
    with pytest.raises(TypeError, match="of class Shop is expected, not of Pet"):
        both.get(client.visits.create("p", shop_id=package.Pet(pet_id="p", shop_id=7)))
    assert both.server.seen == []


def test_an_object_without_its_id_is_refused_before_anything_is_sent(
    both: Both, package: ModuleType
) -> None:
    client = both.client(package)
    for made in (package.Pet(), package.Pet(pet_id=None)):
        with pytest.raises(package.UnboundError, match="this Pet has no pet_id"):
            both.get(client.pets.get(made))
    assert both.server.seen == []
