"""What is read out of a small SDK, and what becomes of it in the description."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rebind.source import load
from rebind.upstream import document, splitting, writing
from rebind.upstream.sdk import Sdk

from tests.upstream.conftest import ZOO, read


@pytest.fixture(scope="module")
def described(zoo: Sdk) -> document.Described:
    return document.describe(zoo)


@pytest.fixture(scope="module")
def data(described: document.Described) -> Any:
    return described.data


def operation(data: Any, path: str) -> Any:
    (found,) = data["paths"][path].values()
    return found


def parameters(data: Any, path: str) -> dict[str, Any]:
    return {p["name"]: p for p in operation(data, path)["parameters"]}


def body(data: Any, path: str, media: str = "application/json") -> Any:
    return operation(data, path)["requestBody"]["content"][media]["schema"]


def test_reading_a_package_runs_nothing_of_it(zoo: Sdk) -> None:
    assert (zoo.name, zoo.version) == ("zoosdk", "2.3.4")
    assert len(zoo.methods) == 10
    assert zoo.by_hand == ("adopt_all",)
    assert zoo.refused == ()


def test_a_name_says_the_namespace_and_the_method(data: Any) -> None:
    places = {
        f"{o['x-rebind-resource']}.{o['x-rebind-name']}"
        for item in data["paths"].values()
        for o in item.values()
    }
    assert places == {
        *("pets.describe", "pets.list", "pets.create", "pets.rename", "pets.delete"),
        *("pets.download_portrait", "pets.upload_photo", "pets.compare"),
        *("api_endpoints.get", "predictions.predict_mood"),
    }


def test_a_list_in_a_query_is_json_where_it_is_read(data: Any) -> None:
    found = parameters(data, "/api/v0/listPets")
    assert found["ownerIds"]["x-rebind-encoding"] == "json"
    assert "x-rebind-encoding" not in found["startAfterId"]


def test_a_list_goes_on_after_the_item_that_an_argument_names(
    data: Any, described: document.Described
) -> None:
    assert operation(data, "/api/v0/listPets")["x-rebind-page"] == {
        "cursor": "startAfterId",
        "last": "petId",
    }
    said = [c for c in described.choices if c.rule == "a list in pages"]
    assert [c.what for c in said] == ["list_pets"]


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("client.py", "start_after_id", "start_after_name"),
        ("client.py", "start_after_id", "start_after_version"),
        ("client.py", "    ) -> list[Pet]:", "    ) -> Pet:"),
        ("pet.py", "super().__init__(client, petId)", "super().__init__(client, None)"),
    ],
)
def test_a_list_is_not_in_pages_where_names_leave_a_doubt(
    changed: Callable[..., Path], file: str, before: str, after: str
) -> None:
    data = document.describe(read(changed(file, (before, after)))).data
    assert "x-rebind-page" not in operation(data, "/api/v0/listPets")


def test_a_default_is_kept_and_null_is_one(data: Any) -> None:
    found = parameters(data, "/api/v0/listPets")
    assert found["limit"]["schema"] == {"type": "integer", "default": 100}
    assert found["startAfterId"]["schema"] == {"type": ["string", "null"], "default": None}
    assert "required" not in found["limit"]
    sent = body(data, "/api/v0/createPet")
    assert sent["properties"]["tags"]["default"] == []
    assert sent["required"] == ["name"]


def test_an_enumeration_is_open_and_its_default_is_a_value(data: Any) -> None:
    species = body(data, "/api/v0/createPet")["properties"]["species"]
    assert species["$ref"] == "#/components/schemas/Species"
    assert species["default"] == "cat"
    assert data["components"]["schemas"]["Species"] == {
        "type": "string",
        "description": "The values known for a species; others may come.",
        "enum": ["cat", "DRAGON"],
        "x-enum-varnames": ["CAT", "DRAGON"],
        "x-rebind-deprecated-values": ["DRAGON"],
    }
    assert data["components"]["schemas"]["Portion"]["type"] == "integer"


def test_an_input_object_may_be_a_plain_one_too(data: Any) -> None:
    food = body(data, "/api/v0/createPet")["properties"]["food"]
    assert food["anyOf"] == [
        {"type": "object", "additionalProperties": True},
        {"$ref": "#/components/schemas/Food"},
        {"type": "null"},
    ]


def test_a_family_is_told_apart_by_one_property(data: Any) -> None:
    schemas = data["components"]["schemas"]
    assert schemas["Food"]["discriminator"] == {
        "propertyName": "FOOD_KIND",
        "mapping": {
            "DRY": "#/components/schemas/DryFood",
            "WET": "#/components/schemas/WetFood",
        },
    }
    dry = schemas["DryFood"]
    assert dry["properties"]["FOOD_KIND"]["const"] == "DRY"
    assert dry["required"] == ["FOOD_KIND"]
    assert list(dry["properties"]) == ["FOOD_KIND", "PORTION", "GRAMS", "MIXED_WITH"]
    assert dry["properties"]["MIXED_WITH"]["deprecated"] is True
    assert dry["additionalProperties"] is True
    assert dry["x-rebind-flat"] == {"extra": "kwargs"}


def test_a_class_with_a_to_dict_of_its_own_is_spelled_as_that_says(data: Any) -> None:
    schemas = data["components"]["schemas"]
    assert list(schemas["Label"]["properties"]) == ["text", "font_size", "kind"]
    assert schemas["Label"]["properties"]["font_size"]["default"] == 12
    assert list(schemas["Note"]["properties"]) == ["kind", "body", "pinned"]
    assert schemas["Note"]["required"] == ["body"]
    assert schemas["Note"]["properties"]["kind"]["default"] == "note"
    assert schemas["Note"]["properties"]["pinned"]["default"] is False


def test_fields_keep_their_order_their_names_and_their_types(data: Any) -> None:
    properties = data["components"]["schemas"]["Pet"]["properties"]
    assert list(properties) == [
        *("petId", "name", "last24HoursMeals", "nickNames", "isTame", "oddity", "oldName"),
        *("stays", "latestStay"),
    ]
    assert properties["last24HoursMeals"]["type"] == ["integer", "null"]
    assert properties["nickNames"]["items"] == {"type": "string"}
    assert properties["oddity"]["items"] == {"type": "string"}
    assert properties["isTame"]["x-rebind-name"] == "isTame"
    assert properties["oldName"]["deprecated"] is True


def test_a_nested_class_in_plural_is_a_list_and_the_report_says_so(
    described: document.Described, data: Any
) -> None:
    properties = data["components"]["schemas"]["Pet"]["properties"]
    stay = {"$ref": "#/components/schemas/Stay"}
    assert properties["stays"]["type"] == ["array", "null"]
    assert properties["stays"]["items"] == stay
    assert properties["latestStay"]["oneOf"] == [stay, {"type": "null"}]
    chosen = {(c.what, c.result) for c in described.choices if c.rule == "a nested class"}
    assert chosen == {("Pet.stays", "a list of Stay"), ("Pet.latestStay", "one Stay")}


def test_a_bound_method_takes_the_fields_that_it_passes(data: Any) -> None:
    (rename,) = operation(data, "/api/v0/renamePet")["x-rebind-bound"]
    assert rename == {"schema": "Pet", "name": "rename", "with": {"petId": "petId"}}
    (siblings,) = operation(data, "/api/v0/listPets")["x-rebind-bound"]
    assert siblings["with"] == {"ownerIds": ["petId"]}
    assert siblings["fixed"] == {"species": "cat"}
    assert siblings["only"] == []
    bound = {b["name"]: b for b in operation(data, "/api/v0/describePet")["x-rebind-bound"]}
    assert bound["refresh"]["update"] is True
    assert bound["get_status"]["field"] == "latestStay.status"


def test_an_object_stands_for_its_id(data: Any, changed: Callable[..., Path]) -> None:
    assert data["components"]["schemas"]["Pet"]["x-rebind-id"] == "petId"
    assert "x-rebind-id" not in data["components"]["schemas"]["Stay"]
    renamed = document.describe(
        read(changed("client.py", ('"petId": pet_id', '"otherPetId": pet_id')))
    )
    found = renamed.data["components"]["schemas"]["Pet"]
    assert found["x-rebind-id"] == {"field": "petId", "as": ["otherPetId"]}


def test_a_wait_stands_on_its_class_under_both_names(data: Any) -> None:
    waits = data["components"]["schemas"]["Pet"]["x-rebind-wait"]
    assert waits[0] == {
        "name": "wait_for_home",
        "operation": "describePet",
        "with": {"petId": "petId"},
        "status": "latestStay.status",
        "pending": ["AWAY", "ON_THE_WAY"],
        "delay": 5,
        "deadline": 90,
    }
    assert (waits[1]["name"], waits[1]["deadline"]) == ("wait", 30)


def test_what_is_hand_written_is_listed_and_not_described(zoo: Sdk, data: Any) -> None:
    assert [b.name for b in zoo.resources["Pet"].bound if b.kind == "hand"] == ["stroke"]
    assert "adopt_all" not in str(data)


def test_a_prediction_says_its_host_its_time_and_what_it_takes_besides(data: Any) -> None:
    found = operation(data, "/api/v0/predictMood")
    assert found["x-rebind-host"] == "prediction"
    assert found["x-rebind-timeout"] == 1500
    assert found["x-rebind-extra"] is True
    assert found["security"] == [{"apiKey": []}, {}]
    assert data["x-rebind-hosts"]["prediction"]["with"] == ["deploymentId", "deploymentToken"]


def test_a_form_says_how_its_values_are_written(data: Any) -> None:
    schema = body(data, "/api/uploadPetPhoto", "multipart/form-data")
    assert schema["required"] == ["photo"]
    assert schema["properties"]["photo"]["format"] == "binary"
    assert schema["properties"]["captions"]["x-rebind-encoding"] == "json-unless-string"
    assert schema["properties"]["labels"]["x-rebind-encoding"] == "json"
    flat = operation(data, "/api/uploadPetPhoto").get("x-rebind-flat")
    assert flat is None


def test_a_job_is_asked_after_until_it_is_done(data: Any) -> None:
    assert list(data["paths"]["/api/createComparePetsRequest"]) == ["put"]
    found = operation(data, "/api/createComparePetsRequest")
    assert found["x-rebind-job"]["status"] == "/api/getComparePetsStatus"
    assert found["operationId"] == "comparePets"
    schema = body(data, "/api/createComparePetsRequest", "multipart/form-data")
    assert schema["additionalProperties"]["x-rebind-name"] == "photos"
    assert schema["minProperties"] == len(schema["required"]) + 1
    assert "x-rebind-flat" not in found


def test_a_stream_is_bytes(data: Any) -> None:
    found = operation(data, "/api/v0/downloadPetPortrait")
    assert found["x-rebind-stream"] is True
    assert found["x-rebind-retry"] == {"statuses": [500]}
    assert list(found["responses"]["200"]["content"]) == ["application/octet-stream"]


def test_results_are_lists_objects_or_nothing(data: Any) -> None:
    def result(path: str) -> Any:
        reply = operation(data, path)["responses"]["200"]
        if "$ref" in reply:
            return reply["$ref"]
        return reply["content"]["application/json"]["schema"]["properties"]["result"]

    pet = {"$ref": "#/components/schemas/Pet"}
    assert result("/api/v0/listPets") == {"type": "array", "items": pet}
    assert result("/api/v0/describePet") == pet
    assert result("/api/v0/renamePet") == "#/components/responses/Done"
    assert result("/api/v0/predictMood")["type"] == "object"


def test_what_is_deprecated_is_marked_with_no_word_of_why(data: Any) -> None:
    assert operation(data, "/api/v0/deletePet")["deprecated"] is True
    assert parameters(data, "/api/v0/listPets")["species"]["deprecated"] is True
    assert "of the vendor" not in str(data)


def test_sentences_are_made_of_names(data: Any) -> None:
    assert operation(data, "/api/v0/listPets")["summary"] == "List pets."
    assert operation(data, "/api/v0/describePet")["summary"] == "Describe a pet."
    found = parameters(data, "/api/v0/deletePet")
    assert found["petId"]["description"] == "The id of the pet."
    assert found["forceDelete"]["description"] == "Whether to force delete."


def test_every_file_is_read_again_as_it_was_meant(data: Any, tmp_path: Path) -> None:
    for name, part in splitting.split(data).items():
        path = tmp_path / name.replace("/", "-")
        path.write_text(writing.write(part, "A heading."), encoding="utf-8")
        loaded = load(path)
        assert loaded.value is not None
        assert loaded.value.data == part


def test_a_schema_stands_with_the_resource_that_uses_it(data: Any) -> None:
    files = splitting.split(data)
    assert set(files) == {
        *("openapi.yaml", "resources/api_endpoints.yaml", "resources/pets.yaml"),
        *("resources/predictions.yaml", "resources/others.yaml"),
    }
    assert {"Pet", "Stay", "Food"} <= set(files["resources/pets.yaml"]["schemas"])
    assert set(files["resources/others.yaml"]["schemas"]) == {"FoodKind", "Label", "Note"}
    listed = files["openapi.yaml"]["components"]["schemas"]
    assert listed["Label"] == {"$ref": "resources/others.yaml#/schemas/Label"}


@pytest.mark.parametrize(
    ("file", "before", "after", "code", "what"),
    [
        ("client.py", '"petId": pet_id}, parse_type', '"petId": pet_id + 1}, parse_type', "method", "describe_pet"),
        ("client.py", '"deletePet", "DELETE"', '"deletePet", VERB', "method", "delete_pet"),
        ("client.py", '"startAfterId": start', 'start_after_id: start', "method", "list_pets"),
        ("client.py", '"species": species,\n', '"species": "cat",\n', "method", "list_pets"),
        ("client.py", "retry_500=True", "patience=True", "method", "download_pet_portrait"),
        ("client.py", "parse_type=Pet,\n            is_sync", "parse_type=Cat,\n            is_sync", "class", "upload_pet_photo"),
        ("pet.py", "_build_class(Stay, latestStay)", "_build_class(Trip, latestStay)", "class", "Pet.latestStay"),
        ("api_class/food.py", "FoodKind.WET: WetFood", "FoodKind.WET: Soup", "family", "_FoodFactory"),
        ("client.py", "    def adopt_all", "    def delete_pet(self):\n        return 1\n\n    def adopt_all", "twice", "delete_pet"),
    ],
)  # fmt: skip
def test_what_was_never_seen_is_a_located_gap_and_the_rest_is_derived(
    changed: Callable[..., Path], file: str, before: str, after: str, code: str, what: str
) -> None:
    sdk = read(changed(file, (before, after)))
    gaps = [gap for gap in sdk.gaps if gap.code == f"upstream-{code}"]
    assert [gap.what for gap in gaps] == [what]
    assert gaps[0].place.line > 1
    assert gaps[0].place.source is not None
    assert len(sdk.methods) + len(sdk.by_hand) + len(sdk.refused) == 11
    document.describe(sdk)


@pytest.mark.parametrize(
    ("before", "after", "name", "of"),
    [
        ("        return self._call_api(\n            \"renamePet\"", "        logging.warning('rename_pet is deprecated')\n        return self._call_api(\n            \"renamePet\"", "rename_pet", {"deprecated": True}),
        ("parse_type=Pet,\n        )\n\n    def rename", "parse_type=Pet,\n            server_override=self.default_prediction_url,\n        )\n\n    def rename", "create_pet", {"transport": "prediction"}),
    ],
    ids=["a-warning", "a-host-by-name"],
)  # fmt: skip
def test_forms_of_older_releases_are_read(
    changed: Callable[..., Path], before: str, after: str, name: str, of: dict[str, object]
) -> None:
    method = read(changed("client.py", (before, after))).methods[name]
    assert {key: getattr(method, key) for key in of} == of


def test_an_unknown_type_is_a_gap_and_any_value_is_allowed(changed: Callable[..., Path]) -> None:
    sdk = read(changed("pet.py", ("nickNames (list[str])", "nickNames (whatever it takes)")))
    described = document.describe(sdk)
    assert [gap.what for gap in described.gaps] == ["Pet.nickNames"]
    nick = described.data["components"]["schemas"]["Pet"]["properties"]["nickNames"]
    assert set(nick) == {"description"}


def test_a_folder_and_an_archive_say_the_same(tmp_path: Path, zoo: Sdk) -> None:
    from tests.upstream.conftest import packed

    assert read(packed(ZOO, tmp_path)) == zoo
