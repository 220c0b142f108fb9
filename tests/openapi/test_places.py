"""Everything in the resolved document knows where it was written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rebind.openapi import Resolved
from rebind.source import step

BODY = """
        paths:
          /pets/{id}:
            parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
            get:
              parameters: [{$ref: '#/components/parameters/Limit'}]
              responses:
                "200": {$ref: 'replies.yaml#/Pet'}
        components:
          parameters:
            Limit:
              name: limit
              in: query
              schema: {type: integer}
          schemas:
            Pet:
              type: object
              properties:
                name: {type: string, nullable: true}
                owner:
                  $ref: '#/components/schemas/Owner'
                  nullable: true
                born: {$ref: 'replies.yaml#/Day'}
            Owner: {type: object}
"""
REPLIES = """\
Pet:
  description: A pet.
  content:
    application/json:
      schema: {$ref: 'openapi.yaml#/components/schemas/Pet'}
Day:
  type: string
  format: date
  enum: ['2020-01-01']
"""


def line(found: Resolved, pointer: str, *, key: bool = False) -> tuple[str, str]:
    """The file and the text of the line that a pointer was written on."""
    place = found.place(pointer, key=key)
    assert place.source is not None
    return Path(place.file).name, place.source.splitlines()[place.line - 1].strip()


def resolve_it(resolved: Any) -> Resolved:
    found: Resolved = resolved(BODY, "3.0.3", replies_yaml=REPLIES)
    return found


def test_a_place_is_found_through_references(resolved: Any) -> None:
    found = resolve_it(resolved)
    operation = "/paths/~1pets~1{id}/get"
    assert line(found, f"{operation}/parameters/1/schema/type") == (
        "openapi.yaml",
        "schema: {type: integer}",
    )
    assert line(found, f"{operation}/responses/200/description") == (
        "replies.yaml",
        "description: A pet.",
    )
    assert line(found, f"{operation}/responses/200", key=True) == ("replies.yaml", "Pet:")
    assert line(found, "/components/schemas/Day/format") == ("replies.yaml", "format: date")


def test_a_place_may_be_asked_for_with_or_without_a_hash(resolved: Any) -> None:
    found = resolve_it(resolved)
    assert found.place("#/components/schemas/Pet") == found.place("/components/schemas/Pet")
    assert found.place("") == found.place("#")


def test_a_parameter_of_the_path_is_where_the_path_says_it(resolved: Any) -> None:
    found = resolve_it(resolved)
    assert "name: id" in line(found, "/paths/~1pets~1{id}/get/parameters/0/name")[1]


def test_what_was_made_is_where_it_was_made_of(resolved: Any) -> None:
    found = resolve_it(resolved)
    owner = "/components/schemas/Pet/properties/owner"
    assert found.data["components"]["schemas"]["Pet"]["properties"]["owner"]["anyOf"][1] == {
        "type": "null"
    }
    assert line(found, f"{owner}/anyOf/0/$ref")[1] == "$ref: '#/components/schemas/Owner'"
    assert line(found, f"{owner}/anyOf/1/type")[1] == "$ref: '#/components/schemas/Owner'"
    assert "nullable" in line(found, "/components/schemas/Pet/properties/name/type/1")[1]


def test_every_pointer_has_a_place_in_a_file_that_was_read(resolved: Any) -> None:
    found = resolve_it(resolved)
    files = {document.path for document in found.documents}
    assert len(files) == 2
    for pointer in pointers(found.data):
        for key in (False, True):
            place = found.place(pointer, key=key)
            assert place.file in files
            assert place.line >= 1


def pointers(value: Any, at: str = "") -> list[str]:
    found = [at]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += pointers(inner, at + step(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += pointers(inner, at + step(index))
    return found
