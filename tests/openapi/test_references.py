"""After `resolve`, the only references are to named schemas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rebind.openapi import resolve
from rebind.source import load

Schemas = Callable[..., dict[str, Any]]


def test_a_reference_to_a_component_stays(schemas: Schemas) -> None:
    found = schemas(
        "Pet: {type: object, properties: {owner: {$ref: '#/components/schemas/Owner'}}}\n"
        "Owner: {type: object}\n"
    )
    assert found["Pet"]["properties"]["owner"] == {"$ref": "#/components/schemas/Owner"}


def test_parameters_responses_bodies_headers_and_examples_are_inlined(resolved: Any) -> None:
    data = resolved("""
        paths:
          /pets:
            post:
              parameters: [{$ref: '#/components/parameters/Limit'}]
              requestBody: {$ref: '#/components/requestBodies/Pet'}
              responses: {"200": {$ref: '#/components/responses/Pet'}}
              callbacks: {done: {$ref: '#/components/callbacks/Done'}}
          /dogs: {$ref: '#/components/pathItems/Dogs'}
        components:
          parameters: {Limit: {name: limit, in: query, schema: {type: integer}}}
          requestBodies: {Pet: {content: {application/json: {schema: {type: string}}}}}
          responses:
            Pet:
              description: A pet.
              headers: {X-Rate: {$ref: '#/components/headers/Rate'}}
              links: {next: {$ref: '#/components/links/Next'}}
              content:
                application/json: {examples: {one: {$ref: '#/components/examples/One'}}}
          headers: {Rate: {schema: {type: integer}}}
          examples: {One: {value: {$ref: not a reference}}}
          links: {Next: {operationId: dogs}}
          callbacks:
            Done: {'{$request.query.url}': {post: {responses: {"200": {description: ok}}}}}
          pathItems: {Dogs: {get: {operationId: dogs, responses: {"200": {description: ok}}}}}
    """).data
    post = data["paths"]["/pets"]["post"]
    assert post["parameters"] == [{"name": "limit", "in": "query", "schema": {"type": "integer"}}]
    assert post["requestBody"]["content"]["application/json"]["schema"] == {"type": "string"}
    reply = post["responses"]["200"]
    assert reply["headers"]["X-Rate"] == {"schema": {"type": "integer"}}
    assert reply["links"]["next"] == {"operationId": "dogs"}
    example = reply["content"]["application/json"]["examples"]["one"]
    assert example == {"value": {"$ref": "not a reference"}}
    assert "post" in post["callbacks"]["done"]["{$request.query.url}"]
    assert data["paths"]["/dogs"]["get"]["operationId"] == "dogs"


def test_what_stands_beside_a_reference_replaces_what_it_leads_to(resolved: Any) -> None:
    body = """
        paths:
          /pets:
            get:
              responses:
                "200": {$ref: '#/components/responses/Pets', description: Mine.}
                "201": {$ref: '#/components/responses/Pets'}
        components: {responses: {Pets: {description: Theirs.}}}
    """
    for version, said in (("3.1.0", "Mine."), ("3.0.3", "Theirs.")):
        replies = resolved(body, version).data["paths"]["/pets"]["get"]["responses"]
        assert replies["200"]["description"] == said
        assert replies["201"]["description"] == "Theirs."


def test_schemas_at_odd_places_become_components(resolved: Any) -> None:
    data = resolved(
        """
        paths:
          /pets:
            get:
              operationId: listPets
              responses:
                "200":
                  description: ok
                  content:
                    application/json:
                      schema:
                        type: array
                        items: {type: object, properties: {id: {type: integer}}}
            post:
              responses:
                "200":
                  description: ok
                  content:
                    application/json: {schema: {$ref: 'odd.yaml'}}
        components:
          schemas:
            Owner:
              type: object
              properties:
                address: {type: object, properties: {city: {type: string}}}
            House:
              type: object
              properties: {at: {$ref: '#/components/schemas/Owner/properties/address'}}
    """,
        odd_yaml="""
        $ref: 'openapi.yaml#/paths/~1pets/get/responses/200/content/application~1json/schema/items'
    """,
    ).data
    found = data["components"]["schemas"]
    assert found["House"]["properties"]["at"] == {"$ref": "#/components/schemas/OwnerAddress"}
    assert found["Owner"]["properties"]["address"] == {"$ref": "#/components/schemas/OwnerAddress"}
    assert found["OwnerAddress"]["properties"] == {"city": {"type": "string"}}
    replies = [data["paths"]["/pets"][m]["responses"]["200"] for m in ("get", "post")]
    one, two = (reply["content"]["application/json"]["schema"] for reply in replies)
    assert one["items"] == two == {"$ref": "#/components/schemas/ListPetsResponse200Item"}


def test_a_nameless_scalar_is_repeated_and_gets_no_name(schemas: Schemas) -> None:
    found = schemas("""
        Owner: {type: object, properties: {id: {type: string, format: uuid}}}
        Pet:
          type: object
          properties:
            owner: {$ref: '#/components/schemas/Owner/properties/id', description: Whose.}
    """)
    assert list(found) == ["Owner", "Pet"]
    owner = found["Pet"]["properties"]["owner"]
    assert owner == {"type": "string", "format": "uuid", "description": "Whose."}


def test_schemas_of_other_files_become_components(schemas: Schemas) -> None:
    found = schemas(
        """
        Pet: {$ref: 'pets.yaml#/Pet'}
        Zoo: {type: array, items: {$ref: 'pets.yaml#/Pet'}}
        """,
        pets_yaml="""
        Pet:
          type: object
          properties:
            owner: {$ref: people/owner.yaml}
            kind: {$ref: '#/Kind'}
            twin: {$ref: '#/Pet'}
            zoo: {$ref: 'openapi.yaml#/components/schemas/Zoo'}
        Kind: {type: string, enum: [cat, dog]}
        """,
        people__owner_yaml="""
        type: object
        properties: {pets: {type: array, items: {$ref: ../pets.yaml#/Pet}}}
        """,
    )
    assert list(found) == ["Pet", "Zoo", "owner", "Kind"]
    assert found["Pet"]["properties"] == {
        "owner": {"$ref": "#/components/schemas/owner"},
        "kind": {"$ref": "#/components/schemas/Kind"},
        "twin": {"$ref": "#/components/schemas/Pet"},
        "zoo": {"$ref": "#/components/schemas/Zoo"},
    }
    assert found["owner"]["properties"]["pets"]["items"] == {"$ref": "#/components/schemas/Pet"}


def test_equal_names_from_several_files_are_told_apart(schemas: Schemas) -> None:
    found = schemas(
        """
        Error: {type: object}
        All:
          type: object
          properties:
            a: {$ref: 'cats.yaml#/Error'}
            b: {$ref: 'dogs.yaml#/Error'}
            c: {$ref: 'x/cats.yaml#/Error'}
        """,
        cats_yaml="Error: {type: object, title: cats}",
        dogs_yaml="Error: {type: object, title: dogs}",
        x__cats_yaml="Error: {type: object, title: other cats}",
    )
    titles = {name: schema.get("title") for name, schema in found.items() if name != "All"}
    assert titles == {
        "Error": None,
        "CatsError": "cats",
        "DogsError": "dogs",
        "Error2": "other cats",
    }


def test_components_that_are_the_same_schema_are_one(schemas: Schemas) -> None:
    found = schemas(
        "A: {$ref: 'x.yaml'}\nB: {$ref: 'x.yaml'}\nC: {$ref: '#/components/schemas/A'}\n",
        x_yaml="type: object",
    )
    assert found == {
        "A": {"type": "object"},
        "B": {"$ref": "#/components/schemas/A"},
        "C": {"$ref": "#/components/schemas/A"},
    }


def test_whole_sections_may_live_in_other_files(resolved: Any) -> None:
    data = resolved(
        """
        paths: {$ref: paths.yaml}
        components: {schemas: {$ref: schemas/index.yaml}}
        """,
        paths_yaml="""
        /pets:
          get:
            responses:
              "200":
                description: ok
                content:
                  application/json: {schema: {$ref: 'openapi.yaml#/components/schemas/Pet'}}
        """,
        schemas__index_yaml="Pet: {$ref: pet.yaml}\n",
        schemas__pet_yaml="type: object\n",
    ).data
    assert data["components"]["schemas"] == {"Pet": {"type": "object"}}
    reply = data["paths"]["/pets"]["get"]["responses"]["200"]
    assert reply["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Pet"}


def test_pointers_may_be_escaped_in_every_way(schemas: Schemas) -> None:
    found = schemas("""
        "a/b": {type: object}
        "c~d": {type: object}
        "e f": {type: object}
        "g%h": {type: object}
        "{i}": {type: object}
        All:
          type: object
          properties:
            1: {$ref: '#/components/schemas/a~1b'}
            2: {$ref: '#/components/schemas/c~0d'}
            3: {$ref: '#/components/schemas/e%20f'}
            4: {$ref: '#/components/schemas/e f'}
            5: {$ref: '#/components/schemas/g%h'}
            6: {$ref: '#/components/schemas/%7Bi%7D'}
            7: {$ref: '#/components/schemas/a%7E1b'}
    """)
    names = [s["$ref"].rpartition("schemas/")[2] for s in found["All"]["properties"].values()]
    assert names == ["a~1b", "c~0d", "e f", "e f", "g%h", "{i}", "a~1b"]


def test_definitions_inside_schemas_become_components(schemas: Schemas) -> None:
    found = schemas("""
        Tree:
          type: object
          properties: {root: {$ref: '#/components/schemas/Tree/$defs/Node'}}
          $defs:
            Node: {type: object, properties: {next: {$ref: '#/components/schemas/Tree/$defs/Node'}}}
            Unused: {type: string}
    """)
    assert found["Tree"] == {
        "type": "object",
        "properties": {"root": {"$ref": "#/components/schemas/Node"}},
    }
    assert found["Node"]["properties"]["next"] == {"$ref": "#/components/schemas/Node"}
    assert found["Unused"] == {"type": "string"}


def test_anchors_and_ids_are_found(schemas: Schemas) -> None:
    found = schemas("""
        Pet: {$anchor: pet, type: object}
        House:
          $id: https://example.com/house
          type: object
          properties:
            door: {$ref: '#/$defs/Door'}
            pet: {$ref: '#pet'}
            old: {$ref: '#/components/schemas/Pet'}
          $defs: {Door: {type: object}}
        Town: {type: array, items: {$ref: 'https://example.com/house'}}
        Key: {type: object, properties: {door: {$ref: 'https://example.com/house#/$defs/Door'}}}
    """)
    properties = found["House"]["properties"]
    assert [properties[name]["$ref"].rpartition("/")[2] for name in ("door", "pet", "old")] == [
        "Door", "Pet", "Pet",
    ]  # fmt: skip
    assert found["Town"]["items"] == {"$ref": "#/components/schemas/House"}
    assert found["Key"]["properties"]["door"] == {"$ref": "#/components/schemas/Door"}


def test_keywords_beside_a_reference_are_kept_in_3_1(schemas: Schemas) -> None:
    body = """
        Pet: {type: object}
        Zoo:
          type: object
          properties:
            pet:
              $ref: '#/components/schemas/Pet'
              description: One.
              maxProperties: 3
              default: {}
    """
    pet = {"$ref": "#/components/schemas/Pet", "description": "One.", "default": {}}
    assert schemas(body)["Zoo"]["properties"]["pet"] == {**pet, "maxProperties": 3}
    assert schemas(body, "3.0.3")["Zoo"]["properties"]["pet"] == pet


def test_the_mapping_of_a_discriminator_names_components(schemas: Schemas) -> None:
    found = schemas(
        """
        Pet:
          oneOf:
            - {$ref: '#/components/schemas/Cat'}
            - {$ref: 'dog.yaml'}
            - {$ref: '#/components/schemas/Bird'}
          discriminator:
            propertyName: kind
            mapping: {cat: Cat, dog: dog.yaml, bird: '#/components/schemas/Bird'}
        Cat: {type: object, properties: {kind: {type: string}}}
        Bird: {type: object, properties: {kind: {type: string}}}
        """,
        dog_yaml="{type: object, properties: {kind: {type: string}}}",
    )
    assert found["Pet"]["discriminator"]["mapping"] == {
        "cat": "#/components/schemas/Cat",
        "dog": "#/components/schemas/dog",
        "bird": "#/components/schemas/Bird",
    }


def test_a_property_called_ref_is_a_property(schemas: Schemas) -> None:
    found = schemas("Git: {type: object, properties: {$ref: {type: string}, items: {}}}\n")
    assert found["Git"]["properties"] == {"$ref": {"type": "string"}, "items": {}}


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("type: object\n")
    (tmp_path / "spec").mkdir()
    (tmp_path / "spec" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (tmp_path / "spec" / "inside").symlink_to(tmp_path)
    root = tmp_path / "spec" / "openapi.yaml"
    root.write_text(
        "openapi: 3.1.0\ninfo: {title: x, version: x}\npaths: {}\n"
        "components: {schemas: {A: {$ref: link.yaml}, B: {$ref: inside/secret.yaml}}}\n"
    )
    document = load(root).value
    assert document is not None
    found = resolve(document)
    assert [d.code for d in found.diagnostics] == ["reference-outside-folder"] * 2


def test_documents_are_listed_once_with_the_root_first(resolved: Any) -> None:
    found = resolved(
        "components: {schemas: {A: {$ref: a.yaml}, B: {$ref: b.yaml#/B}, C: {$ref: b.yaml#/C}}}",
        a_yaml="type: object\nproperties: {b: {$ref: 'b.yaml#/B'}}\n",
        b_yaml="B: {type: object}\nC: {type: string}\n",
    )
    assert [document.path.name for document in found.documents] == [
        "openapi.yaml",
        "a.yaml",
        "b.yaml",
    ]


def test_the_result_does_not_depend_on_where_the_folder_is(tmp_path: Path) -> None:
    texts: list[str] = []
    for folder in ("a", "b/c"):
        root = tmp_path / folder / "openapi.yaml"
        root.parent.mkdir(parents=True)
        root.write_text(
            "openapi: 3.1.0\ninfo: {title: x, version: x}\npaths: {}\n"
            "components: {schemas: {A: {$ref: z.yaml#/Z}, B: {$ref: y.yaml#/Z}}}\n"
        )
        (root.parent / "z.yaml").write_text("Z: {type: object, properties: {y: {$ref: y.yaml#/Z}}}")
        (root.parent / "y.yaml").write_text("Z: {type: object, properties: {z: {$ref: z.yaml#/Z}}}")
        document = load(root).value
        assert document is not None
        found = resolve(document).value
        assert found is not None
        texts.append(repr(found.data))
    assert texts[0] == texts[1]
