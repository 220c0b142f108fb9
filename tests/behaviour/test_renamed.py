"""Old names go on working, and each use warns at the line that it stands on."""

from __future__ import annotations

import asyncio
import copy
import inspect
import json
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import httpx
import pytest
import yaml
from rebind import config, pipeline
from rebind.aliases import OldName
from rebind.names import Identifier
from rebind.views.renames import spellings

from tests.behaviour.conftest import HEAD, Build, Wire

PETS = """
    x-rebind-objects: true
    paths:
      /pets:
        get:
          operationId: listPets
          tags: [pets]
          x-rebind-page: {page: page}
          parameters: [{name: page, in: query, schema: {type: integer}}]
          responses:
            '200':
              description: Pets.
              content:
                application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}
      /pets/{petId}:
        get:
          operationId: getPet
          tags: [pets]
          x-rebind-bound:
            - {schema: Pet, name: refresh, with: {petId: petId}, only: [detail], update: true}
          parameters:
            - {name: petId, in: path, required: true, schema: {type: string}}
            - {name: detail, in: query, schema: {type: string}}
          responses:
            '200':
              description: The pet.
              content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
        put:
          operationId: renamePet
          tags: [pets]
          parameters: [{name: petId, in: path, required: true, schema: {type: string}}]
          requestBody:
            required: true
            content: {application/json: {schema: {$ref: '#/components/schemas/Name'}}}
          responses: {'204': {description: Done.}}
        post:
          operationId: ask
          tags: [pets]
          parameters: [{name: petId, in: path, required: true, schema: {type: string}}]
          requestBody:
            required: true
            content:
              application/json:
                schema: {type: object, properties: {text: {type: string}, stream: {type: boolean}}}
          responses:
            '200':
              description: Its answer.
              content:
                application/json: {schema: {type: string}}
                text/event-stream: {schema: {type: string}}
    components:
      schemas:
        Colour: {type: integer, enum: [1, 2], x-enum-varnames: [GRAY, RED]}
        Name: {type: object, required: [name], properties: {name: {type: string}, by: {type: string}}}
        Pet:
          type: object
          properties:
            petId: {type: string}
            name: {type: string}
            colour: {$ref: '#/components/schemas/Colour'}
"""
KEEP: dict[str, Any] = {
    "pets.fetch": "pets.get",
    "animals.all": {"to": "pets.list", "until": "2.0.0"},
    "pets.question": "pets.ask",
    "pets.question_stream": "pets.ask_stream",
    "pets.rename(id)": "pet_id",
    "pets.get(more)": "detail",
    "Pet.reload()": "Pet.refresh()",
    "Pet.title": "Pet.name",
    "Pet.tint": "colour",
    "Name.title": {"to": "Name.name", "until": "3"},
    "Name.author": "Name.by",
    "Colour.GREY": "Colour.GRAY",
    "Animal": "Pet",
}
PET = {"petId": "1", "name": "Rex", "colour": 1}


class Flavour:
    """A client in one of the flavours, and what it sends."""

    def __init__(self, package: ModuleType, awaited: bool) -> None:
        self.wire = Wire(httpx.Response(200, json=PET))
        transport = httpx.MockTransport(self.wire)
        self.awaited = awaited
        self.client: Any = (
            package.AsyncTry(http_client=httpx.AsyncClient(transport=transport))
            if awaited
            else package.Try(http_client=httpx.Client(transport=transport))
        )

    def get(self, made: Any) -> Any:
        """What a method returns, awaited where it has to be."""

        async def main() -> Any:
            return await made

        return asyncio.run(main()) if self.awaited else made


@pytest.fixture(scope="module")
def package(build_once: Build) -> ModuleType:
    return build_once(PETS, old_names=KEEP)


@pytest.fixture(params=["sync", "async"])
def flavour(request: pytest.FixtureRequest, package: ModuleType) -> Flavour:
    return Flavour(package, request.param == "async")


@contextmanager
def warned(message: str) -> Iterator[None]:
    """Expect one warning, at the line after the `with` statement."""
    line = inspect.stack()[2].lineno + 1
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        yield
    assert [str(warning.message) for warning in told] == [message]
    assert (told[0].filename, told[0].lineno) == (__file__, line)
    assert told[0].category is DeprecationWarning


def test_a_method_is_called_by_its_old_name(flavour: Flavour) -> None:
    with warned("`pets.fetch` is deprecated: use `pets.get`."):
        made = flavour.client.pets.fetch("1", detail="all")
    assert flavour.get(made).name == "Rex"
    assert str(flavour.wire.request.url) == "https://try.test/pets/1?detail=all"


def test_a_method_is_called_in_the_namespace_that_it_was_in(flavour: Flavour) -> None:
    flavour.wire.reply = httpx.Response(200, json=[])
    with warned("`animals.all` is deprecated: use `pets.list`. It goes in 2.0.0."):
        made = flavour.client.animals.all(page=3)
    flavour.get(made)
    assert flavour.wire.request.url.query == b"page=3"


def test_what_answers_as_a_stream_has_its_old_name_too(flavour: Flavour) -> None:
    flavour.wire.reply = httpx.Response(200, json="Woof")
    with warned("`pets.question` is deprecated: use `pets.ask`."):
        made = flavour.client.pets.question("1", text="Why?")
    assert flavour.get(made) == "Woof"
    assert hasattr(flavour.client.pets, "question_stream")


def test_an_argument_is_taken_by_its_old_name(package: ModuleType, flavour: Flavour) -> None:
    flavour.wire.reply = httpx.Response(204)
    name = package.Name(name="Max")
    with warned("`pets.rename(id)` is deprecated: use `pet_id`."):
        made = flavour.client.pets.rename(id="1", body=name)
    flavour.get(made)
    assert flavour.wire.request.url.path == "/pets/1"


def test_a_method_of_objects_has_its_old_name_and_takes_old_arguments(flavour: Flavour) -> None:
    pet = flavour.get(flavour.client.pets.get("1"))
    with warned("`Pet.reload()` is deprecated: use `Pet.refresh()`."):
        made = pet.reload()
    assert flavour.get(made) is pet
    with warned("`Pet.refresh(more)` is deprecated: use `detail`."):
        made = pet.refresh(more="all")
    flavour.get(made)
    assert flavour.wire.sent[-1].url.query == b"detail=all"


@pytest.mark.parametrize(
    "call",
    [
        lambda pets: pets.get("1", detail="a", more="b"),
        lambda pets: pets.rename("1", {"name": "Max"}, id="2"),
        lambda pets: pets.rename(pet_id="1", id="2", body={"name": "Max"}),
    ],
)
def test_an_argument_by_both_of_its_names_is_refused(
    flavour: Flavour, call: Callable[[Any], Any]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(TypeError):
            flavour.get(call(flavour.client.pets))
    assert flavour.wire.sent == []


def test_mocks_know_what_is_to_be_awaited(package: ModuleType) -> None:
    pets = mock.create_autospec(Flavour(package, awaited=True).client.pets)
    assert isinstance(pets.rename, mock.AsyncMock)
    assert isinstance(pets.fetch, mock.AsyncMock)


def test_a_field_is_read_and_set_by_its_old_name(package: ModuleType, flavour: Flavour) -> None:
    pet = flavour.get(flavour.client.pets.get("1"))
    with warned("`Pet.title` is deprecated: use `Pet.name`."):
        title = pet.title
    for title in ("Max", "Rex"):  # pydantic takes another way the second time
        with warned("`Pet.title` is deprecated: use `Pet.name`."):
            pet.title = title
        assert pet.name == title
    with warned("`Pet.tint` is deprecated: use `Pet.colour`."):
        assert pet.tint is package.Colour.GRAY
    assert pet.to_dict() == {"pet_id": "1", "name": "Rex", "colour": 1}
    assert "title" not in repr(copy.copy(pet))


def test_an_object_is_made_by_old_names_and_sent_by_the_wire_s(
    package: ModuleType, flavour: Flavour
) -> None:
    with warned("`Name.title` is deprecated: use `Name.name`. It goes in 3."):
        name = package.Name(title="Max", by="me")
    with warned("`Pet.title` is deprecated: use `Pet.name`."):
        pet = package.Pet(None, "1", title="Max")
    assert (name.name, pet.name) == ("Max", "Max")
    assert name == package.Name(name="Max", by="me")
    flavour.wire.reply = httpx.Response(204)
    flavour.get(flavour.client.pets.rename("1", name))
    assert flavour.wire.body == {"name": "Max", "by": "me"}


def test_a_field_by_both_of_its_names_is_refused(package: ModuleType) -> None:
    with pytest.raises(TypeError, match=r"Name\(\) got 'name' by its old name 'title', too"):
        package.Name(name="Max", title="Rex")


def test_a_subclass_of_the_caller_s_warns_at_the_caller_s(package: ModuleType) -> None:
    class Named(package.Name):  # type: ignore[misc, name-defined]
        def __init__(self, title: str) -> None:
            super().__init__(title=title)

    line = inspect.getsourcelines(Named.__init__)[1] + 1
    with pytest.warns(DeprecationWarning, match="Name.title") as told:
        assert Named("Max").name == "Max"
    assert (told[0].filename, told[0].lineno) == (__file__, line)


def test_a_reply_is_read_by_the_names_on_the_wire_alone(flavour: Flavour) -> None:
    flavour.wire.reply = httpx.Response(200, json={"petId": "1", "title": "Sir"})
    pet = flavour.get(flavour.client.pets.get("1"))
    assert pet.name is None
    assert pet.model_extra == {"title": "Sir"}


def test_a_member_is_found_by_its_old_name(package: ModuleType) -> None:
    with warned("`Colour.GREY` is deprecated: use `Colour.GRAY`."):
        member = package.Colour.GREY
    with warned("`Colour.GREY` is deprecated: use `Colour.GRAY`."):
        same = package.Colour["GREY"]
    assert member is same is package.Colour.GRAY
    assert [*package.Colour] == [package.Colour.GRAY, package.Colour.RED]
    with pytest.raises(KeyError):
        package.Colour["BLUE"]
    with pytest.raises(AttributeError):
        _ = package.Colour.BLUE


@pytest.mark.parametrize("where", ["", ".models"])
def test_a_class_is_imported_by_its_old_name(
    package: ModuleType, where: str, tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import warnings\n"
        f"from {package.__name__} import Pet\n"
        "with warnings.catch_warnings(record=True) as told:\n"
        "    warnings.simplefilter('always')\n"
        f"    from {package.__name__}{where} import Animal\n"
        f"    from {package.__name__}{where} import AsyncAnimal, AnimalData\n"
        "assert Animal is Pet and issubclass(AsyncAnimal, AnimalData)\n"
        "print(*((w.filename == __file__, w.lineno, str(w.message)) for w in told), sep='\\n')\n"
    )
    assert run(package, str(script)) == [
        "(True, 5, '`Animal` is deprecated: use `Pet`.')",
        "(True, 6, '`AsyncAnimal` is deprecated: use `AsyncPet`.')",
        "(True, 6, '`AnimalData` is deprecated: use `PetData`.')",
    ]


def test_what_is_no_name_of_a_class_is_not_there(package: ModuleType) -> None:
    assert not hasattr(package, "Beast")
    assert "Animal" not in dir(package)
    assert "Animal" not in package.__all__


def test_who_touches_no_old_name_is_told_nothing_and_loads_nothing_for_it(
    package: ModuleType,
) -> None:
    name = package.__name__
    script = (
        f"import sys, {name}; from {name} import *; from {name}.models import *\n"
        f"Try().pets; AsyncTry().pets; Pet(None, '1', name='Rex').name; Colour.GRAY\n"
    )
    assert run(package, "-W", "error", "-c", script) == []
    light = f"import sys, {name}; print('{name}._runtime.renamed' in sys.modules)"
    assert run(package, "-W", "error", "-c", light) == ["False"]


def run(package: ModuleType, *words: str) -> list[str]:
    assert package.__file__ is not None
    ran = subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(Path(package.__file__).parents[1])},
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def test_a_package_without_old_names_has_nothing_of_them(build: Build, tmp_path: Path) -> None:
    built = build(PETS)
    assert built.__file__ is not None
    printed = Path(built.__file__).parent
    for path in printed.rglob("*.py"):
        if "_runtime" not in path.parts:
            assert "deprecated" not in path.read_text("utf-8"), path
    assert "Deprecated" not in (printed.parent / "api.md").read_text("utf-8")


def test_old_names_are_listed_in_the_index(package: ModuleType) -> None:
    assert package.__file__ is not None
    index = (Path(package.__file__).parents[1] / "api.md").read_text("utf-8")
    assert "| `client.animals.all()` | `client.pets.list()` | 2.0.0 |" in index
    assert "| `client.pets.rename(id=)` | `client.pets.rename(pet_id=)` |  |" in index
    assert "| `Colour.GREY` | `Colour.GRAY` |  |" in index
    assert "## client.animals" not in index


def test_many_old_names_are_told_apart_one_by_one() -> None:
    def old(name: str) -> OldName:
        return OldName(Identifier(name))

    few = {"a": [old("a1")], "b": [old("b1"), old("b2")]}
    assert [{k: o.name for k, o in way.items()} for way in spellings(few)] == [
        {"b": "b1"},
        {"b": "b2"},
        {"a": "a1"},
        {"a": "a1", "b": "b1"},
        {"a": "a1", "b": "b2"},
    ]
    many = {key: [old(f"{key}1")] for key in "abcd"}
    found = [{k: o.name for k, o in way.items()} for way in spellings(many)]
    assert found == [*({key: f"{key}1"} for key in "abcd"), {key: f"{key}1" for key in "abcd"}]


def test_a_body_of_a_form_and_a_header_have_old_names_too(build: Build, wire: Wire) -> None:
    built = build(
        """
        paths:
          /files:
            post:
              operationId: send
              tags: [files]
              parameters: [{name: X-Team, x-rebind-renamed-from: group, in: header, schema: {type: string}}]
              requestBody:
                content:
                  multipart/form-data:
                    schema:
                      type: object
                      minProperties: 1
                      properties: {note: {type: string, x-rebind-renamed-from: remark}}
                      additionalProperties:
                        {type: string, format: binary, x-rebind-name: files, x-rebind-renamed-from: parts}
              responses: {'204': {description: Done.}}
        """,
        head=HEAD,
    )
    wire.reply = httpx.Response(204)
    with pytest.warns(DeprecationWarning, match="files.send") as told:
        wire.client(built).files.send(group="red", remark="hi", parts={"a": b"1"})
    assert len(told) == 3
    assert wire.request.headers["x-team"] == "red"
    assert b'name="note"' in wire.request.content
    assert b'name="a"' in wire.request.content


def without(data: Any, gone: set[str]) -> Any:
    if isinstance(data, dict):
        return {key: without(value, gone) for key, value in data.items() if key not in gone}
    return [without(item, gone) for item in data] if isinstance(data, list) else data


def test_the_keep_list_of_the_page_does_what_the_page_says(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    (text,) = re.findall(
        r"^```toml\n(.*?)^```$", (root / "docs" / "old-names.md").read_text("utf-8"), re.M | re.S
    )
    described = yaml.safe_load((root / "tests/cases/renamed/openapi.yaml").read_text("utf-8"))
    said = {"x-rebind-renamed-from", "x-rebind-renamed-values", "renamed-from"}
    (tmp_path / "openapi.json").write_text(json.dumps(without(described, said)), "utf-8")
    settings = '[tool.rebind]\ninput = "openapi.json"\noutput = "out"\npackage = "studio"\n'
    (tmp_path / "pyproject.toml").write_text(settings + text, "utf-8")
    read = config.read(tmp_path / "pyproject.toml")
    assert read.value is not None, read.diagnostics
    made = pipeline.generate(read.value)
    assert made.value is not None, made.diagnostics
    index = made.value["api.md"].partition("## Deprecated names")[2]
    assert index.count("\n| `") == len(read.value.keep) == 7
    assert "| `ChatLog` | `Session` | 3.0.0 |" in index
    session = made.value["studio/models/session.py"]
    assert '@_deprecated("`Session.retitle()` is deprecated: use `Session.rename()`.")' in session
