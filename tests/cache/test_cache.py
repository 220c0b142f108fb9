"""The cache: a run with it ends in the same bytes as one without."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rebind import cache, cli, pipeline, source
from rebind.cache import Cache, Kept, Said
from rebind.config import Config

CASES = Path(__file__).parents[1] / "cases"
SPEC = CASES / "extended" / "openapi.yaml"
HEAVY = ("pydantic", "jinja2", "datamodel_code_generator", "yaml", "httpx")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv(cache.HOME, str(folder))
    return folder


@pytest.fixture
def config(tmp_path: Path) -> Config:
    spec = tmp_path / "openapi.yaml"
    spec.write_bytes(SPEC.read_bytes())
    return Config(spec, tmp_path / "out", "extended")


def generate(config: Config, *words: str) -> int:
    named = ["-o", str(config.output), "--package", config.package]
    return cli.main(["generate", str(config.input), *named, *words])


def written(config: Config) -> dict[str, str]:
    return {
        path.relative_to(config.output).as_posix(): path.read_text("utf-8")
        for path in config.output.rglob("*")
        if path.is_file()
    }


def kept_files(store: Path) -> list[Path]:
    return sorted(path for path in store.rglob("*") if path.is_file())


def test_what_was_made_is_found_again(store: Path, config: Config) -> None:
    assert Cache(config).files() is None
    assert generate(config) == 0
    found = Cache(config).files()
    assert found is not None
    assert found == pipeline.generate(config)


def test_a_run_with_nothing_to_do_loads_none_of_what_makes(store: Path, config: Config) -> None:
    assert generate(config) == 0
    words = ["generate", str(config.input), "-o", str(config.output), "--package", "extended"]
    code = (
        "import sys; from rebind import cli; status = cli.main(sys.argv[1:]); "
        f"print([m for m in {HEAVY!r} if m in sys.modules]); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("nothing changed\n[]\n")


def test_a_hand_edit_is_undone_from_the_cache(store: Path, config: Config) -> None:
    generate(config)
    before = written(config)
    edited = config.output / "extended" / "_client.py"
    edited.write_text(edited.read_text() + "# mine\n")
    assert generate(config, "--check") == 1
    assert generate(config) == 0
    assert written(config) == before


@pytest.mark.parametrize("what", ["document", "package", "version"])
def test_what_changed_is_made_anew(store: Path, config: Config, what: str) -> None:
    generate(config)
    if what == "document":
        config.input.write_text(config.input.read_text() + "\n# more\n")
    else:
        config = Config(**{**vars(config), what: "other"})
    assert Cache(config).files() is None


def test_a_file_that_is_referred_to_counts_as_well(store: Path, tmp_path: Path) -> None:
    root = tmp_path / "openapi.yaml"
    root.write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nservers: [{url: 'https://t.test'}]\n"
        "paths: {/a: {$ref: 'a.yaml'}}\n"
    )
    other = tmp_path / "a.yaml"
    other.write_text("get: {operationId: getA, tags: [a], responses: {'204': {description: ok}}}\n")
    config = Config(root, tmp_path / "out", "made")
    assert generate(config) == 0
    assert Cache(config).files() is not None
    other.write_text(other.read_text().replace("getA", "getB"))
    assert Cache(config).files() is None
    assert generate(config) == 0
    assert "getB" in (tmp_path / "out/made/resources/a.py").read_text()
    other.unlink()
    assert generate(config) == 1


def test_warnings_are_told_again(
    store: Path, config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    text = config.input.read_text()
    config.input.write_text(text.replace("openapi: 3.1.0", "openapi: 3.2.0", 1))
    generate(config)
    first = capsys.readouterr().err
    assert "newer-version" in first
    assert Cache(config).files() is not None
    generate(config)
    assert capsys.readouterr().err == first


def test_mistakes_are_not_kept(store: Path, config: Config) -> None:
    config.input.write_text("openapi: 3.1.0\npaths: 3\n")
    for _ in range(2):
        assert generate(config) == 1
    assert {path.parent.name for path in kept_files(store)} == {"said"}


def test_a_document_that_changed_while_it_was_read_is_not_kept(store: Path, config: Config) -> None:
    kept = Kept()
    made = pipeline.generate(config, kept=kept)
    config.input.write_text(config.input.read_text() + "\n# meanwhile\n")
    Cache(config).keep(made, kept)
    assert Cache(config).files() is None


def damages() -> Iterator[Any]:
    yield pytest.param(lambda raw: b"", id="emptied")
    yield pytest.param(lambda raw: raw[: len(raw) // 2], id="cut")
    yield pytest.param(lambda raw: raw[:-9] + b"\0" + raw[-8:], id="one byte")
    yield pytest.param(lambda raw: b"\xff" * 100, id="no text")
    yield pytest.param(lambda raw: raw.partition(b"\n")[2], id="no seal")
    yield pytest.param(lambda raw: b"[" * 100_000, id="deep")
    yield pytest.param(lambda raw: raw.replace(b"class ", b"klass "), id="other words")


@pytest.mark.parametrize("damage", list(damages()))
def test_a_damaged_cache_is_no_cache(store: Path, config: Config, damage: Any) -> None:
    generate(config)
    before = written(config)
    for path in kept_files(store):
        path.write_bytes(damage(path.read_bytes()))
    config.input.write_text(config.input.read_text() + "\n")
    assert generate(config) == 0
    assert written(config) == before
    assert Cache(config).files() is not None


def test_each_part_of_the_cache_may_be_missing(store: Path, config: Config) -> None:
    generate(config)
    before = written(config)
    for name in ("run.json", "files.json", "parts.json"):
        for path in store.rglob(name):
            path.unlink()
        assert generate(config) == 0
        assert written(config) == before


def test_files_of_two_runs_are_not_mixed(store: Path, config: Config) -> None:
    generate(config)
    (files,) = store.rglob("files.json")
    older = files.read_bytes()
    config.input.write_text(config.input.read_text().replace("title:", "title: Other", 1))
    generate(config)
    files.write_bytes(older)
    assert Cache(config).files() is None


def test_what_is_kept_is_readable_by_its_owner_alone(store: Path, config: Config) -> None:
    generate(config)
    assert kept_files(store)
    for path in [store, *store.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="there are no such modes")
def test_a_folder_that_others_can_write_is_not_used(store: Path, config: Config) -> None:
    store.mkdir()
    store.chmod(0o777)
    assert generate(config) == 0
    assert kept_files(store) == []


def test_a_folder_that_is_none_does_no_harm(store: Path, config: Config) -> None:
    store.write_text("a file")
    assert generate(config) == 0
    assert generate(config, "--check") == 0


def test_no_cache_keeps_nothing_and_uses_nothing(
    store: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert generate(config, "--no-cache") == 0
    assert kept_files(store) == []
    generate(config)
    monkeypatch.setattr(Cache, "files", lambda self: pytest.fail("it was asked"))
    assert generate(config, "--no-cache") == 0


def test_only_so_many_packages_are_kept(
    store: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_MOST", 2)
    made = pipeline.generate(config, kept=(kept := Kept()))
    for number in range(4):
        Cache(Config(config.input, config.output / str(number), "extended")).keep(made, kept)
    assert len([path for path in store.iterdir() if path.is_dir()]) == 2


def test_two_runs_at_once_end_well(store: Path, config: Config) -> None:
    words = ["generate", str(config.input), "--package", "extended", "-o"]
    command = [sys.executable, "-m", "rebind.cli", *words, str(config.output), "--check"]
    runs = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [run.wait(timeout=120) for run in runs] == [1, 1, 1]
    found = Cache(config).files()
    assert found is not None
    assert found == pipeline.generate(config)


def edited(data: dict[str, Any], chance: random.Random) -> str:
    """Change something in a document, and say what."""
    schemas = data["components"]["schemas"]
    name = chance.choice(sorted(schemas))
    schema = schemas[name]
    properties = schema.get("properties")
    match chance.randrange(6):
        case 0 if properties:
            properties[f"more{chance.randrange(9)}"] = {
                "type": "array",
                "items": {"type": "number"},
            }
        case 1 if properties:
            key = chance.choice(sorted(properties))
            properties[key] = {"type": ["integer", "null"], "minimum": chance.randrange(9)}
        case 2 if properties:
            other = chance.choice(sorted(schemas))
            properties[f"the{other}"] = {"$ref": f"#/components/schemas/{other}"}
        case 3:
            schemas[f"{name}{chance.randrange(9)}"] = copy.deepcopy(schema)
        case 4:
            path = chance.choice(sorted(data["paths"]))
            parameter = {"name": f"p{chance.randrange(99)}", "in": "query"}
            for operation in data["paths"][path].values():
                if isinstance(operation, dict) and "responses" in operation:
                    said = {**parameter, "schema": {"$ref": f"#/components/schemas/{name}"}}
                    operation.setdefault("parameters", []).append(said)
        case _:
            schema["description"] = f"Number {chance.randrange(1000)}."
    return name


@pytest.mark.parametrize("case", ["shop", "extended", "forecast"])
def test_edits_one_after_the_other_end_in_the_same_bytes(case: str, tmp_path: Path) -> None:
    from rebind import source

    data: Any = source.load(CASES / case / "openapi.yaml").value
    data = json.loads(json.dumps(data.data))
    chance, kept, good = random.Random(case), Kept(), 0
    for _ in range(12):
        before = copy.deepcopy(data)
        edited(data, chance)
        path = tmp_path / "openapi.yaml"
        path.write_text(json.dumps(data))
        config = Config(path, tmp_path, case)
        fresh = pipeline.generate(config)
        again = Kept(json.loads(json.dumps(kept.types)), dict(kept.texts))
        assert pipeline.generate(config, kept=again) == fresh
        if fresh.value is None:
            data = before
        else:
            kept, good = again, good + 1
    assert good >= 6


def test_what_a_file_says_is_found_by_whoever_reads_it(
    store: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A comparison reads the same texts as the generation before it: neither parses them again."""
    generate(config)
    other = tmp_path / "other.yaml"
    other.write_bytes(config.input.read_bytes())
    monkeypatch.setattr(source, "parse", lambda text, path: pytest.fail("it was parsed again"))
    assert cli.main(["diff", str(config.input), str(other)]) == 0


def test_what_was_read_longest_ago_is_forgotten(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_MOST_SAID", 2)
    store.mkdir(mode=0o700)
    for number in range(5):
        Said()[f"text{number}"] = "{}"
        os.utime(next(store.rglob(f"text{number}-*")), (number, number))
    assert [Said().get(f"text{number}") for number in range(5)] == [None, None, "{}", "{}", "{}"]
    next(store.rglob("text4-*")).write_bytes(b"damaged")
    assert Said().get("text4") is None
