"""`rebind generate`, as somebody runs it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from rebind import extras
from rebind.runtime.model import ApiModel, AsyncBound, Bound

from tests.forked import rebind

SPEC = """\
openapi: 3.1.0
info: {title: Pets, version: '1'}
servers: [{url: 'https://pets.test'}]
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      responses: {'200': {description: all, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}}}
components:
  schemas:
    Pet: {type: object, properties: {name: {type: string}}}
"""  # noqa: E501
BROKEN = SPEC.replace("schemas/Pet'", "schemas/Pte'").replace("paths:\n  /pets", "paths:\n  pets")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pets.yaml").write_text(SPEC)
    return tmp_path


def generate(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return rebind(folder, "generate", "pets.yaml", "-o", "out", "--package", "pets", *words)


def test_a_document_on_the_command_line_needs_no_configuration(folder: Path) -> None:
    ran = generate(folder, "--client", "Zoo")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("out: ")
    code = "from pets import Zoo, AsyncZoo, Pet; print(Zoo(), Pet(name='x'))"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=folder / "out", capture_output=True, text=True
    )
    assert ran.stdout == "Zoo(base_url='https://pets.test') Pet(name='x')\n"


def test_configuration_is_found_from_a_folder_below(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        '[tool.rebind]\ninput = "pets.yaml"\noutput = "here"\npackage = "pets"\nclient = "Zoo"\n'
    )
    below = folder / "a" / "b"
    below.mkdir(parents=True)
    assert rebind(below, "generate").returncode == 0
    assert (folder / "here" / "pets" / "_client.py").exists()
    assert rebind(below, "generate", "--check").returncode == 0


def test_a_second_run_changes_nothing(folder: Path) -> None:
    generate(folder)
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.rglob("*") if p.is_file()}
    ran = generate(folder)
    assert "nothing changed" in ran.stdout
    assert before == {
        p: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.rglob("*") if p.is_file()
    }


def test_check_prints_what_would_change_and_writes_nothing(folder: Path) -> None:
    generate(folder)
    (folder / "pets.yaml").write_text(SPEC.replace("name:", "nick:"))
    model = folder / "out" / "pets" / "models" / "pet.py"
    before = model.read_text()
    ran = generate(folder, "--check")
    assert ran.returncode == 1
    assert "-    name: str | None = None" in ran.stdout
    assert "+    nick: str | None = None" in ran.stdout
    assert "out is out of date" in ran.stderr
    assert model.read_text() == before
    assert generate(folder).returncode == 0
    assert generate(folder, "--check").returncode == 0


def test_check_sees_an_edit_by_hand(folder: Path) -> None:
    generate(folder)
    with (folder / "out" / "pets" / "_runtime" / "errors.py").open("a") as file:
        file.write("# mine\n")
    ran = generate(folder, "--check")
    assert ran.returncode == 1
    assert "-# mine" in ran.stdout


def test_what_an_earlier_run_made_and_this_one_does_not_is_removed(folder: Path) -> None:
    generate(folder)
    mine = folder / "out" / "pets" / "mine.py"
    mine.write_text("# by hand\n")
    (folder / "pets.yaml").write_text(SPEC.replace("Pet", "Cat"))
    ran = generate(folder)
    assert "1 removed" in ran.stdout
    assert not (folder / "out" / "pets" / "models" / "pet.py").exists()
    assert mine.exists()


def test_a_broken_document_writes_nothing_and_says_all_that_is_wrong(folder: Path) -> None:
    (folder / "pets.yaml").write_text(BROKEN)
    ran = generate(folder)
    assert ran.returncode == 1
    assert not (folder / "out").exists()
    assert ran.stderr.count("error[") == 2
    assert "pets.yaml:9:" in ran.stderr
    assert "did you mean '#/components/schemas/Pet'" in ran.stderr
    assert "nothing was written" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_file_that_rebind_did_not_make_is_not_overwritten(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "pyproject.toml").write_text("[project]\nname = 'mine'\n")
    ran = generate(folder)
    assert ran.returncode == 2
    assert "error[in-the-way]" in ran.stderr
    assert [p.name for p in (folder / "out").iterdir()] == ["pyproject.toml"]


def test_a_link_does_not_lead_out_of_the_output_folder(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "out").mkdir()
    (folder / "out" / "pets").symlink_to(folder / "elsewhere")
    ran = generate(folder)
    assert ran.returncode == 2
    assert list((folder / "elsewhere").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["generate"], "name a document, or add a [tool.rebind] table"),
        (["generate", "pets.yaml"], "needs -o DIR and --package NAME"),
        (["generate", "none.yaml", "-o", "out", "--package", "p"], "none.yaml"),
        (["generate", "pets.yaml", "-o", "out", "--package", "no-name"], "is not a Python name"),
        (["generate", "pets.yaml", "-o", "pets.yaml", "--package", "p"], "pets.yaml"),
        (["generate", ".", "-o", "out", "--package", "p"], ""),
    ],
)
def test_a_mistake_on_the_command_line_is_one_short_message(
    folder: Path, words: list[str], said: str
) -> None:
    ran = rebind(folder, *words)
    assert ran.returncode in (1, 2)
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "internal error" not in ran.stderr
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('inptu = "x"\n', "did you mean 'input'"),
        ('input = 3\noutput = "o"\npackage = "p"\n', "'input' must be a string"),
        ('input = "pets.yaml"\noutput = "o"\n', "'package' is missing"),
        ('input = "pets.yaml"\noutput = "o"\npackage = "1p"\n', "is not a Python name"),
        ("input = \n", "pyproject.toml:2"),
        ('extend = "x"\n', "'extend' must be a table"),
        ('[tool.rebind.extend]\nPet = "pets"\n', "'Pet' must name a module and a class"),
        ('[tool.rebind.extend]\nPet = "pets:M"\n', "'extras' is missing"),
        ('[tool.rebind.optional-dependencies]\na = ["x", 3]\n', "a list of requirements"),
        ("compat = 3\n", "'compat' must be true, a name or a table"),
        ('compat = "lower case"\n', "'client' must be the name of a class"),
        ("[tool.rebind.compat]\nclient = 3\n", "'client' must be the name of a class"),
        ('[tool.rebind.compat]\ngruops = ["x"]\n', "did you mean 'groups'?"),
        ('[tool.rebind.compat]\ngroups = "x"\n', "'groups' must be a list of hosts"),
        ('[tool.rebind.compat]\nmodules = ["A B"]\n', "'modules' must be a list of modules"),
        ('[tool.rebind.compat]\nclasses = "A B"\n', "'classes' must be the name of a module"),
        ('[tool.rebind.compat]\nerror = "Old"\n', "'error' must name a module and a class"),
        ('[tool.rebind.compat]\nerror = "old:Old"\n', "'extras' is missing"),
        ('[tool.rebind.compat]\nnames = "x"\n', "'names' must be a table"),
        ('[tool.rebind.compat.names]\nOld = "old"\n', "'Old' must name a module and a class"),
        ('[tool.rebind.compat.names]\n"a b" = "old:Old"\n', "'a b' is not a Python name"),
        ('[tool.rebind.compat.gone]\nOld = ""\n', "'Old' must say what to use instead"),
    ],
)
def test_a_mistake_in_the_configuration_has_its_place(folder: Path, table: str, said: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.rebind]\n{table}")
    ran = rebind(folder, "generate")
    assert ran.returncode == 2
    assert said in ran.stderr
    assert "pyproject.toml:" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_progress_shows_on_a_terminal_when_a_run_takes_longer_than_a_second(folder: Path) -> None:
    code = (
        "import time; from rebind.commands.terminal import Progress\n"
        "with Progress() as progress:\n"
        "    progress.stage('resolve')\n"
        "    time.sleep({})\n"
    )
    for seconds, shows in ((0.2, False), (1.4, True)):
        reader, writer = pty.openpty()
        subprocess.run([sys.executable, "-c", code.format(seconds)], stderr=writer, check=True)
        os.close(writer)
        try:
            said = os.read(reader, 4096)
        except OSError:
            said = b""
        os.close(reader)
        assert (b"resolve ..." in said) is shows


EXTENDED = """\
[tool.rebind]
input = "pets.yaml"
output = "out"
package = "pets"
client = "Zoo"
extras = "extras"

[tool.rebind.extend]
Pets = "pets:PetsMethods"
"""
MIXIN = "class PetsMethods:\n    def feed(self): ...\n"


@pytest.fixture
def extended(folder: Path) -> Path:
    (folder / "pyproject.toml").write_text(EXTENDED)
    (folder / "extras").mkdir()
    (folder / "extras" / "pets.py").write_text(MIXIN)
    return folder


def test_hand_written_modules_are_copied_byte_for_byte(extended: Path) -> None:
    source = extended / "extras" / "pets.py"
    source.write_bytes(b"class PetsMethods:\n\n\n    def feed ( self ) : return 'fed'\n")
    assert rebind(extended, "generate").returncode == 0
    assert (extended / "out" / "pets" / "extras" / "pets.py").read_bytes() == source.read_bytes()
    code = "from pets import Zoo; print(Zoo().pets.feed())"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=extended / "out", capture_output=True, text=True
    )
    assert ran.stdout == "fed\n", ran.stderr


def test_check_sees_a_change_to_a_hand_written_module(extended: Path) -> None:
    rebind(extended, "generate")
    assert rebind(extended, "generate", "--check").returncode == 0
    copied = extended / "out" / "pets" / "extras" / "pets.py"
    copied.write_text(MIXIN + "# edited in the wrong place\n")
    ran = rebind(extended, "generate", "--check")
    assert ran.returncode == 1
    assert "-# edited in the wrong place" in ran.stdout
    assert (extended / "extras" / "pets.py").read_text() == MIXIN


def test_a_hand_written_module_that_is_gone_goes_from_the_package(extended: Path) -> None:
    (extended / "extras" / "more.py").write_text("")
    rebind(extended, "generate")
    (extended / "extras" / "more.py").unlink()
    assert "1 removed" in rebind(extended, "generate").stdout
    assert not (extended / "out" / "pets" / "extras" / "more.py").exists()


@pytest.mark.parametrize(
    ("entry", "module", "said"),
    [
        (
            'Pats = "pets:PetsMethods"',
            MIXIN,
            "pyproject.toml:9:1: error[config]: there is no class",
        ),
        ('Pats = "pets:PetsMethods"', MIXIN, "did you mean 'Pets'?"),
        ('Zebra = "pets:PetsMethods"', MIXIN, "objects that have methods"),
        ('Pet = "pets:PetsMethods"', MIXIN, "bind an operation to it with x-rebind-bound"),
        ('Pets = "pest:PetsMethods"', MIXIN, "there is no module 'pest'"),
        ('Pets = "pest:PetsMethods"', MIXIN, "did you mean 'pets'?"),
        ('Pets = "pets:PetsMethod"', MIXIN, "did you mean 'PetsMethods'?"),
        (
            'Pets = "pets:PetsMethods"',
            "class PetsMethods(:\n",
            "extras/pets.py:1:19: error[extras]",
        ),
        (
            'Pets = "pets:PetsMethods"',
            MIXIN.replace("feed", "list"),
            "extras/pets.py:2:5: error[extras]: 'Pets' has 'list' already",
        ),
        ('Pets = "pets:PetsMethods"', MIXIN.replace("feed", "_send"), "'Pets' has '_send' already"),
        (
            'Pets = "pets:PetsMethods"',
            "class Base:\n    list = None\nclass PetsMethods(Base): ...\n",
            "extras/pets.py:2:5",
        ),
    ],
)
def test_a_mistake_about_hand_written_code_has_its_place(
    extended: Path, entry: str, module: str, said: str
) -> None:
    text = EXTENDED.replace('Pets = "pets:PetsMethods"', entry)
    (extended / "pyproject.toml").write_text(text)
    (extended / "extras" / "pets.py").write_text(module)
    ran = rebind(extended, "generate")
    assert ran.returncode == 1
    assert said in ran.stderr
    assert "help: " in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (extended / "out").exists()


def test_what_every_object_inherits_cannot_be_hidden() -> None:
    inherited = {name for cls in (ApiModel, Bound, AsyncBound) for name in dir(cls)}
    assert {"to_dict", "_client", "model_dump", "copy"} <= inherited
    assert [name for name in sorted(inherited) if not extras._is_inherited(name)] == []
    others = ["feed", "list", "_helper", "refresh"]
    assert [name for name in others if extras._is_inherited(name)] == []


def test_a_folder_of_hand_written_modules_that_is_not_there_is_a_mistake(extended: Path) -> None:
    (extended / "pyproject.toml").write_text(EXTENDED.replace('"extras"', '"extra"'))
    ran = rebind(extended, "generate")
    assert (ran.returncode, ran.stderr.count("error[config]")) == (1, 1)
    assert "there is no folder 'extra'" in ran.stderr


FLAT = """\
[tool.rebind]
input = "pets.yaml"
output = "out"
package = "pets"
client = "Zoo"
"""


@pytest.mark.parametrize(
    ("said", "client"), [("compat = true", "FlatClient"), ('compat = "OldZoo"', "OldZoo")]
)
def test_a_second_front_has_every_operation_on_one_client(
    folder: Path, said: str, client: str
) -> None:
    (folder / "pyproject.toml").write_text(f"{FLAT}{said}\n")
    assert rebind(folder, "generate").returncode == 0
    code = (
        "import sys, httpx, pets; assert 'pets.compat' not in sys.modules; "
        f"from pets.compat import {client} as Flat; "
        "replies = httpx.MockTransport(lambda _: httpx.Response(200, json=[{'name': 'Rex'}])); "
        "print(Flat(http_client=httpx.Client(transport=replies)).list_pets())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=folder / "out", capture_output=True, text=True
    )
    assert ran.stdout == "[Pet(name='Rex')]\n", ran.stderr


def test_without_a_word_of_it_there_is_no_second_front(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(f"{FLAT}compat = false\n")
    assert rebind(folder, "generate").returncode == 0
    assert not (folder / "out" / "pets" / "compat").exists()


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ('Old = "odl:Old"', "pyproject.toml:10:1: error[config]: there is no module 'odl'"),
        ('Old = "odl:Old"', "did you mean 'old'?"),
        ('Old = "old:Odl"', "pyproject.toml:10:1: error[config]: there is no name 'Odl'"),
        ('Old = "old:Odl"', "did you mean 'Old'?"),
    ],
)
def test_a_second_front_names_what_is_written(folder: Path, names: str, said: str) -> None:
    (folder / "extras").mkdir()
    (folder / "extras" / "old.py").write_text("class Old: ...\n")
    table = f"[tool.rebind.compat.names]\n{names}\n"
    (folder / "pyproject.toml").write_text(f'{FLAT}extras = "extras"\n\n\n{table}')
    ran = rebind(folder, "generate")
    assert (ran.returncode, said in ran.stderr) == (1, True), ran.stderr
    assert not (folder / "out").exists()
