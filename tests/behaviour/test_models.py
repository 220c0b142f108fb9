"""What schemas become."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import pytest
from pydantic import ValidationError

from tests.behaviour.conftest import Build

NO_PATHS = "paths: {}\n"


def schemas(text: str) -> str:
    lines = "\n".join(f"    {line}" for line in text.strip("\n").splitlines())
    return f"{NO_PATHS}components:\n  schemas:\n{lines}\n"


def test_formats_become_types(build: Build) -> None:
    package = build(
        schemas("""
Event:
  type: object
  required: [id, at]
  properties:
    id: {type: string, format: uuid}
    at: {type: string, format: date-time}
    day: {type: string, format: date}
    mail: {type: string, format: email}
    link: {type: string, format: uri}
""")
    )
    event = package.Event.model_validate(
        {"id": "12345678-1234-5678-1234-567812345678", "at": "2024-01-02T03:04:05Z",
         "day": "2024-01-02", "mail": "a@b", "link": "x:y"}
    )  # fmt: skip
    assert isinstance(event.id, UUID)
    assert event.at == dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.timezone.utc)
    assert event.day == dt.date(2024, 1, 2)
    assert (event.mail, event.link) == ("a@b", "x:y")


def test_a_discriminator_chooses_the_variant(build: Build) -> None:
    package = build(
        schemas("""
Cat: {type: object, required: [petType, lives], properties: {petType: {const: cat}, lives: {type: integer}}}
Dog: {type: object, required: [petType], properties: {petType: {const: dog}, lives: {type: string}}}
Home:
  type: object
  properties:
    pet:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: petType}
""")
    )
    home = package.Home.model_validate({"pet": {"petType": "dog", "lives": "9"}})
    assert type(home.pet) is package.Dog
    with pytest.raises(ValidationError):
        package.Home.model_validate({"pet": {"petType": "cow"}})


def test_a_mapped_discriminator_without_constants_still_reads_every_variant(build: Build) -> None:
    package = build(
        schemas("""
Cat: {type: object, required: [kind, lives], properties: {kind: {type: string}, lives: {type: integer}}}
Dog: {type: object, required: [kind, tail], properties: {kind: {type: string}, tail: {type: string}}}
Home:
  type: object
  properties:
    pet:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: kind, mapping: {c: '#/components/schemas/Cat', d: '#/components/schemas/Dog'}}
""")
    )
    assert type(package.Home.model_validate({"pet": {"kind": "c", "lives": 9}}).pet) is package.Cat
    assert type(package.Home.model_validate({"pet": {"kind": "d", "tail": "x"}}).pet) is package.Dog


def test_all_of_is_one_object(build: Build) -> None:
    package = build(
        schemas("""
Base: {type: object, required: [id], properties: {id: {type: integer}, note: {type: string}}}
Thing:
  allOf:
    - $ref: '#/components/schemas/Base'
    - {type: object, required: [name, note], properties: {name: {type: string}}}
""")
    )
    assert list(package.Thing.model_fields) == ["id", "note", "name"]
    with pytest.raises(ValidationError):
        package.Thing(id=1, name="x")
    assert package.Thing(id=1, name="x", note="n").name == "x"


def test_an_all_of_around_one_reference_is_that_reference(build: Build) -> None:
    package = build(
        schemas("""
Colour: {type: string, enum: [red, green]}
Car:
  type: object
  properties:
    paint: {description: The paint., allOf: [{$ref: '#/components/schemas/Colour'}]}
""")
    )
    assert package.Car.model_validate({"paint": "red"}).paint is package.Colour.RED


def test_named_enumerations_are_classes_and_inline_ones_literals(build: Build) -> None:
    package = build(
        schemas("""
Size: {type: string, enum: [small, '2XL', '', class, 'a-b', 'a_b']}
Shirt:
  type: object
  properties:
    size: {$ref: '#/components/schemas/Size'}
    fit: {type: string, enum: [slim, wide]}
    count: {type: integer, enum: [1, 2, null]}
""")
    )
    assert issubclass(package.Size, str)
    assert issubclass(package.Size, Enum)
    assert [(m.name, m.value) for m in package.Size] == [
        ("SMALL", "small"), ("VALUE_2_XL", "2XL"), ("EMPTY", ""), ("CLASS", "class"),
        ("A_B", "a-b"), ("A_B_2", "a_b"),
    ]  # fmt: skip
    shirt = package.Shirt.model_validate({"size": "2XL", "fit": "slim", "count": None})
    assert shirt.size == "2XL"
    assert shirt.fit == "slim"
    fields = package.Shirt.model_fields
    assert "slim" in str(get_args(fields["fit"].annotation))


def test_null_is_said_where_a_schema_is_used(build: Build) -> None:
    package = build(
        """
        paths: {}
        components:
          schemas:
            Note: {type: object, nullable: true, required: [text], properties: {text: {type: string}}}
            Page:
              type: object
              required: [note, title, kind]
              properties:
                note: {$ref: '#/components/schemas/Note'}
                title: {type: string, nullable: true}
                kind: {type: string, nullable: true, enum: [a, b, null]}
        """,
        head="openapi: 3.0.3\ninfo: {title: Try, version: '1'}\n",
    )
    page = package.Page.model_validate({"note": None, "title": None, "kind": None})
    assert page.note is None
    with pytest.raises(ValidationError):
        package.Page.model_validate({"note": None, "title": None})


def test_what_an_object_holds_beside_its_fields_is_typed(build: Build) -> None:
    package = build(
        schemas("""
Scores:
  type: object
  properties: {name: {type: string}}
  additionalProperties: {type: integer}
Map: {type: object, additionalProperties: {$ref: '#/components/schemas/Scores'}}
Holder: {type: object, properties: {map: {$ref: '#/components/schemas/Map'}}}
""")
    )
    assert package.Scores(name="x", maths=1).model_extra == {"maths": 1}
    with pytest.raises(ValidationError):
        package.Scores(name="x", maths="no")
    holder = package.Holder.model_validate({"map": {"a": {"name": "n", "x": 2}}})
    assert isinstance(holder.map["a"], package.Scores)


def test_schemas_may_contain_themselves_and_each_other(build: Build) -> None:
    package = build(
        schemas("""
Node:
  type: object
  properties:
    children: {type: array, items: {$ref: '#/components/schemas/Node'}}
    edge: {$ref: '#/components/schemas/Edge'}
Edge: {type: object, properties: {to: {$ref: '#/components/schemas/Node'}}}
Json:
  anyOf: [{type: string}, {type: array, items: {$ref: '#/components/schemas/Json'}}]
Document: {type: object, properties: {body: {$ref: '#/components/schemas/Json'}}}
""")
    )
    node = package.Node.model_validate({"children": [{"edge": {"to": {"children": []}}}]})
    assert type(node.children[0].edge.to) is package.Node
    assert package.Document.model_validate({"body": ["a", ["b"]]}).to_dict()


def test_inline_objects_are_named_by_their_place(build: Build) -> None:
    package = build(
        schemas("""
Order:
  type: object
  properties:
    buyer: {type: object, properties: {name: {type: string}}}
    lines: {type: array, items: {type: object, properties: {sku: {type: string}}}}
""")
    )
    assert {"Order", "OrderBuyer", "OrderLinesItem"} <= set(package.__all__)


@pytest.mark.parametrize(
    ("wire", "python"),
    [
        ("petId", "pet_id"), ("addressLine1", "address_line_1"), ("address_line1", "address_line1"),
        ("last24HoursUsage", "last_24_hours_usage"), ("class", "class_"), ("URLPath", "url_path"),
        ("@type", "type"), ("_links", "links"), ("+1", "plus_1"), ("-1", "minus_1"), ("1st", "field_1_st"),
        ("model_dump", "model_dump_"), ("copy", "copy_"), ("list", "list_"), ("ünïcode", "ünïcode"),
        ("$", "field"), ("a.b", "a_b"), ("self", "self_"),
    ],
)  # fmt: skip
def test_every_wire_name_becomes_a_python_name(build: Build, wire: str, python: str) -> None:
    package = build(
        schemas(f"""
Thing: {{type: object, properties: {{{wire!r}: {{type: string}}}}}}
""")
    )
    assert list(package.Thing.model_fields) == [python]
    thing = package.Thing.model_validate({wire: "x"})
    assert getattr(thing, python) == "x"
    assert thing.model_dump(by_alias=True) == {wire: "x"}


def test_names_that_collide_are_told_apart(build: Build) -> None:
    package = build(
        schemas("""
foo-bar: {type: object, properties: {a: {type: string}}}
FooBar: {type: object, properties: {aB: {type: string}, a_b: {type: string}, 'a-b': {type: string}}}
ApiModel: {type: object, properties: {x: {type: string}}}
Model: {type: object, properties: {x: {type: string}}}
AsyncThing: {type: object, properties: {x: {type: string}}}
Thing: {type: object, properties: {x: {type: string}}}
""")
    )
    names = set(package.__all__)
    assert {"FooBar", "FooBar2", "ApiModelModel", "Model", "Thing"} <= names
    assert len(package.FooBar2.model_fields) == 3


def test_a_default_is_what_a_field_holds_when_nothing_came(build: Build) -> None:
    package = build(
        schemas("""
Page: {type: object, properties: {size: {type: integer, default: 20}, after: {type: string}}}
""")
    )
    page = package.Page.model_validate({})
    assert (page.size, page.after) == (20, None)
    assert page.model_dump(exclude_unset=True) == {}


@pytest.mark.parametrize("module", ["__main__", "os"])
def test_extension_keys_that_other_tools_obey_import_nothing(build: Build, module: str) -> None:
    package = build(
        schemas(f"""
Thing:
  type: object
  x-python-import: {{module: {module}, name: system}}
  customBasePath: {module}.system
  customTypePath: {module}.system
  properties:
    a: {{type: string, x-python-type: '{module}.system', customTypePath: {module}.system}}
""")
    )
    assert package.Thing(a="x").a == "x"
    source = Path(package.__path__[0], "models", "thing.py").read_text()
    assert "system" not in source


HOSTILE = (
    '"""\nimport os\nos.abort()\n\\"""\\ {{ 7 * 7 }} {% raw %} \x00 \u2028 \\N{DIGIT ONE} # */'
)


def test_text_of_a_description_stays_text(build: Build) -> None:
    import json

    text = json.dumps(HOSTILE)
    package = build(
        f"""
        tags: [{{name: pets, description: {text}}}]
        paths:
          /pets:
            get:
              operationId: listPets
              tags: [pets]
              summary: {text}
              description: {text}
              parameters:
                - {{name: {text}, in: query, description: {text}, schema: {{type: string, default: {text}}}}}
              responses: {{'200': {{description: {text}, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Pet'}}}}}}}}}}
        components:
          schemas:
            Pet:
              type: object
              description: {text}
              properties:
                {text}: {{type: string, description: {text}, default: {text}}}
                kind: {{type: string, enum: [{text}, b]}}
            Kind: {{type: string, enum: [{text}, b], description: {text}}}
        """,
        head=f"openapi: 3.1.0\ninfo: {{title: {text}, version: {text}, description: {text}}}\n",
    )
    pet: Any = package.Pet()
    assert HOSTILE in [getattr(pet, name) for name in package.Pet.model_fields]
    assert HOSTILE in [member.value for member in package.Kind]
    assert package.Try().pets.list.__doc__


def test_schemas_come_from_files_beside_the_document(build: Build) -> None:
    package = build(
        """
        paths:
          /pets:
            get:
              operationId: listPets
              tags: [pets]
              responses:
                '200':
                  description: all
                  content: {application/json: {schema: {type: array, items: {$ref: 'pets.yaml#/Pet'}}}}
        """,
        files={
            "pets.yaml": """
                Pet: {type: object, properties: {toy: {$ref: '#/Toy'}, friend: {$ref: '#/Pet'}}}
                Toy: {type: object, properties: {name: {type: string}}}
            """
        },
    )
    pet = package.Pet.model_validate({"toy": {"name": "ball"}, "friend": {}})
    assert isinstance(pet.toy, package.Toy)
    assert isinstance(pet.friend, package.Pet)
