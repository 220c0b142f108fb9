"""The mutation script changes what it says, and tells what is noticed from what is not."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract import recording
from tests.contract.cases import NoTimestamps, read_yaml
from tests.mutation import report
from tests.mutation.__main__ import every_mutant
from tests.mutation.client_mutants import mutants as client_mutants
from tests.mutation.mutant import AREAS, Area, Mutant
from tests.mutation.spec_mutants import mutants as spec_mutants
from tests.mutation.trial import FOLDERS, Result

ROOT = Path(__file__).parents[2]


@cache
def everything() -> list[Mutant]:
    """Every mutant there is."""
    return every_mutant()


@cache
def described(file: str) -> Any:
    """What a file of the description says."""
    return read_yaml(FOLDERS["spec"] / file)


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python at the root of the project."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=280
    )


@pytest.mark.parametrize("area", AREAS)
def test_every_mutant_changes_one_file_and_stays_readable(area: Area) -> None:
    mutants = [mutant for mutant in everything() if mutant.area == area]
    assert len(mutants) >= 60
    read: set[tuple[str, str]] = set()
    for mutant in mutants:
        if mutant.text is None:
            continue
        before = (FOLDERS[area] / mutant.file).read_text("utf-8")
        if area == "client":
            assert ast.dump(ast.parse(mutant.text)) != ast.dump(ast.parse(before)), mutant
        elif area == "spec":
            assert json.loads(mutant.text) != described(mutant.file), mutant
            if (mutant.file, mutant.kind) not in read:  # of each sort, one: it takes long
                assert yaml.load(mutant.text, NoTimestamps) == json.loads(mutant.text), mutant
                read.add((mutant.file, mutant.kind))
        else:
            assert recording.loads(mutant.text) != recording.loads(before), mutant


def test_the_kinds_that_matter_are_there() -> None:
    kinds = Counter((mutant.area, mutant.kind) for mutant in everything())
    for kind in (
        *("verb", "path", "parameter", "required", "default", "type", "field", "status"),
        *("envelope", "error", "bound method", "security", "server", "reference", "wire"),
    ):
        assert kinds["spec", kind], kind
    for kind in ("name", "entry", "argument", "value", "type", "method", "result"):
        assert kinds["client", kind], kind
    for kind in ("file", "request", "reply", "vendor"):
        assert kinds["recordings", kind], kind


def test_a_description_is_changed_where_it_says_something(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(
        "paths:\n  /pets:\n    get:\n      operationId: listPets\n      description: Lists.\n"
        "      parameters:\n"
        "        - {name: limit, in: query, schema: {type: integer, default: 5}}\n"
    )
    assert [f"{mutant.place}: {mutant.change}" for mutant in spec_mutants(tmp_path)] == [
        "#/paths/~1pets: rename to /petsX",
        "#/paths/~1pets: drop the path",
        "#/paths/~1pets/get: get -> post",
        "#/paths/~1pets/get/operationId: listPets -> listPetsX",
        "#/paths/~1pets/get/parameters/0: drop limit",
        "#/paths/~1pets/get/parameters/0: limit -> limitX",
        "#/paths/~1pets/get/parameters/0: limit in query -> header",
        "#/paths/~1pets/get/parameters/0/schema/type: integer -> string",
        "#/paths/~1pets/get/parameters/0/schema/default: drop 5",
    ]


def test_a_client_is_changed_where_it_does_something(tmp_path: Path) -> None:
    (tmp_path / "pets.py").write_text(
        '"""Pets."""\nimport os\n_GET = Operation(id="é", method="GET")\n\n'
        "class Pets:\n    def get(self, pet: str, *, full: bool = False) -> Pet:\n"
        '        """Get."""\n        return self._send(_get(pet, full), options)\n\n'
        'def _get(pet, full):\n    return Call(_GET, query={"pet": pet, "full": full})\n'
    )
    found = {f"{mutant.place}: {mutant.change}": mutant.text for mutant in client_mutants(tmp_path)}
    assert list(found) == [
        "_GET: drop id=",
        "_GET: id= 'é' -> 'éX'",
        "_GET: drop method=",
        "_GET: method= 'GET' -> 'GETX'",
        "Pets.get: full False -> True",
        "Pets.get: return nothing",
        "Pets.get: swap pet and full",
        "_get: return nothing",
        "_get: query= -> json=",
        '_get: drop "pet"',
        "_get: 'pet' -> 'petX'",
        '_get: "pet": pet -> full',
        '_get: drop "full"',
        "_get: 'full' -> 'fullX'",
        '_get: "full": full -> pet',
    ]
    assert "_GET = Operation(id=\"é\", method='GETX')" in str(
        found["_GET: method= 'GET' -> 'GETX'"]
    )
    assert "self._send(_get(full, pet), options)" in str(found["Pets.get: swap pet and full"])


def test_reasons_are_given_for_mutants_that_exist() -> None:
    reasons = report.equivalent()
    assert sorted(set(reasons) - {mutant.id for mutant in everything()}) == []
    assert [name for name, why in reasons.items() if len(why) < 20] == []


def test_only_telemetry_reads_the_version_of_the_description() -> None:
    # This is why equivalent.yaml may say so: it names the scope of the spans, and nothing else.
    readers = [
        path.name
        for path in FOLDERS["client"].rglob("*.py")
        if "extras" not in path.parts  # they read versions of their own
        and any(
            isinstance(node, ast.Attribute) and node.attr == "version"
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
        )
    ]
    assert readers == ["flow.py"]
    flow = (FOLDERS["client"] / "_runtime" / "flow.py").read_text("utf-8")
    assert re.findall(r".*\.version\b.*", flow) == [
        "        span = Span(operation, request, settings.api.version)"
    ]


def test_a_page_tells_gaps_from_what_cannot_be_noticed() -> None:
    one, two, three = everything()[:3]
    text = report.page(
        [
            Result(one, "tests/contract/test_x.py::test_y", 1),
            Result(two, "", 1),
            Result(three, "", 1),
        ],
        {two.id: "Nobody reads it."},
    )
    assert "| **all** | 3 | 1 | 1 | 1 | 50.0 % |" in text
    assert f"Nobody reads it.\n\n- `{two.id.split(': ', 1)[1]}`" in text
    assert f"**A gap.**\n\n- `{three.id.split(': ', 1)[1]}`" in text
    assert "| `test_x.py::test_y` |" in text


def test_the_page_in_docs_has_no_gap() -> None:
    page = report.PAGE.read_text("utf-8")
    found = re.search(r"^\| \*\*all\*\* \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", page, re.M)
    assert found is not None
    total, noticed, proven, gaps = map(int, found.groups())
    assert (total, gaps) == (noticed + proven, 0)
    assert total >= 60
    names = re.findall(r"^- `(.*)`$", page, re.M)
    known = {name.split(": ", 1)[1] for name in report.equivalent()}
    assert sorted(set(names) - known) == []


@pytest.mark.slow
def test_the_contract_tests_notice_a_sample_of_changes() -> None:
    run = python("-m", "tests.mutation", "--sample", "5")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "5 changes: 5 noticed, 0 cannot be, 0 gaps" in run.stdout


@pytest.mark.slow
def test_a_change_that_changes_nothing_is_not_noticed() -> None:
    program = (
        "from tests.mutation.mutant import Mutant; from tests.mutation import trial\n"
        "text = (trial.FOLDERS['spec'] / 'openapi.yaml').read_text()\n"
        "same = Mutant('spec', 'none', 'openapi.yaml', '#', 'nothing', text + '# more')\n"
        "found = []\n"
        "print(repr(trial.run([same], found.append)), [result.killer for result in found])\n"
    )
    run = python("-c", program)
    assert run.stdout.splitlines()[-1] == "'' ['']", run.stdout + run.stderr
