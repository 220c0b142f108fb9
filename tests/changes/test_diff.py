"""`rebind diff`, as somebody runs it."""

from __future__ import annotations

import json
import subprocess
import tarfile
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.forked import rebind

HERE = Path(__file__).parent
SHOP = (HERE / "shop.yaml").read_text("utf-8")
RENAMED = SHOP.replace("operationId: getItem\n", "operationId: findItem\n")


def git(folder: Path, *words: str) -> None:
    named = [
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.test",
        "-c",
        "init.defaultBranch=main",
    ]
    subprocess.run(["git", *named, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old.yaml").write_text(SHOP, "utf-8")
    (tmp_path / "new.yaml").write_text(RENAMED, "utf-8")
    return tmp_path


def test_equal_descriptions_have_no_changes(folder: Path) -> None:
    ran = rebind(folder, "diff", "old.yaml", "old.yaml")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "no changes\n", "")


def test_text_says_what_changed_where_whom_it_touches_and_what_to_do(folder: Path) -> None:
    ran = rebind(folder, "diff", "old.yaml", "new.yaml")
    line = SHOP.splitlines().index("      operationId: getItem")
    assert ran.returncode == 0
    assert ran.stdout == (
        "breaking\n"
        "  `items.get` is now `items.find`. [operation-renamed]\n"
        "      Call it by its new name.\n"
        f"      old.yaml:{line} -> new.yaml:{line}; "
        "client.items.get, client.items.find, Item.refresh\n"
        "\n"
        "1 breaking\n"
    )


def test_json_is_a_list_of_objects_for_programs(folder: Path) -> None:
    ran = rebind(folder, "diff", "old.yaml", "new.yaml", "--format", "json")
    [change] = json.loads(ran.stdout)
    assert change["code"] == "operation-renamed"
    assert change["severity"] == "breaking"
    assert change["pointer"] == "#/paths/~1items~1{itemId}/get"
    assert (change["old"], change["new"]) == ("items.get", "items.find")
    assert "client.items.find" in change["python"]
    assert change["advice"] == "Call it by its new name."


def test_markdown_groups_by_severity(folder: Path) -> None:
    ran = rebind(folder, "diff", "old.yaml", "new.yaml", "--format", "markdown")
    assert "## Breaking" in ran.stdout
    assert (
        "- `items.get` is now `items.find`. Call it by its new name. (`operation-renamed`)"
        in ran.stdout
    )


def test_html_shows_text_of_a_description_as_text(folder: Path) -> None:
    hostile = SHOP.replace("kind: {const: card}", "kind: {const: '<script>alert(1)</script>'}")
    (folder / "new.yaml").write_text(hostile, "utf-8")
    ran = rebind(folder, "diff", "old.yaml", "new.yaml", "--format", "html")
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    parser.feed(ran.stdout)
    assert "table" in tags
    assert "script" not in tags
    assert "alert(1)" in ran.stdout


@pytest.mark.parametrize(
    ("limit", "status"), [("breaking", 1), ("risky", 1), ("docs", 1), (None, 0)]
)
def test_fail_on_sets_the_exit_status(folder: Path, limit: str | None, status: int) -> None:
    words = ["--fail-on", limit] if limit else []
    assert rebind(folder, "diff", "old.yaml", "new.yaml", *words).returncode == status


def test_fail_on_breaking_lets_additions_pass(folder: Path) -> None:
    ran = rebind(folder, "diff", "new.yaml", "new.yaml", "--fail-on", "docs")
    assert ran.returncode == 0
    more = SHOP.replace("enum: [red, green, blue]", "enum: [red, green, blue, black]")
    (folder / "new.yaml").write_text(more, "utf-8")
    assert rebind(folder, "diff", "old.yaml", "new.yaml", "--fail-on", "breaking").returncode == 0


def test_a_revision_of_the_repository_is_a_side(folder: Path) -> None:
    spec = folder / "spec"
    spec.mkdir()
    (spec / "openapi.yaml").write_text(SHOP, "utf-8")
    git(folder, "init")
    git(folder, "add", "spec")
    git(folder, "commit", "-m", "first")
    (spec / "openapi.yaml").write_text(RENAMED, "utf-8")
    for side in ("HEAD:spec/", "main:spec/openapi.yaml"):
        ran = rebind(folder, "diff", side, "spec")
        assert "[operation-renamed]" in ran.stdout, ran.stderr
        assert f"{side.split(':')[0]}:spec/openapi.yaml:" in ran.stdout
    for side in ("HEAD:spec", "HEAD:./openapi.yaml", "HEAD:./"):
        inside = rebind(spec, "diff", side, "openapi.yaml")
        assert "[operation-renamed]" in inside.stdout, inside.stderr
    unknown = rebind(folder, "diff", "mian:spec/", "spec")
    assert unknown.returncode == 2
    assert "mian:spec:1:1: error[unknown-revision]: git knows no revision 'mian'" in unknown.stderr
    assert "did you mean 'main'?" in unknown.stderr
    nowhere = rebind(folder, "diff", "HEAD:specs/", "spec")
    assert nowhere.returncode == 2
    assert "error[file-not-found]" in nowhere.stderr


def test_a_revision_is_no_way_to_pass_options_to_git(folder: Path) -> None:
    git(folder, "init")
    ran = rebind(folder, "diff", "--", "--output=x:spec/", "new.yaml")
    assert ran.returncode == 2
    assert not (folder / "x").exists()


def test_what_is_configured_is_the_newer_side_by_default(folder: Path) -> None:
    table = '[tool.rebind]\ninput = "new.yaml"\noutput = "out"\npackage = "shop"\n'
    (folder / "pyproject.toml").write_text(table, "utf-8")
    ran = rebind(folder, "diff", "old.yaml")
    assert "[operation-renamed]" in ran.stdout, ran.stderr


def test_a_broken_side_is_shown_with_its_place(folder: Path) -> None:
    broken = SHOP.replace('schemas/Color"', 'schemas/Colour"', 1)
    (folder / "new.yaml").write_text(broken, "utf-8")
    ran = rebind(folder, "diff", "old.yaml", "new.yaml")
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert "new.yaml:18:" in ran.stderr
    assert "error[dangling-reference]" in ran.stderr


def test_a_folder_without_a_description_is_refused(folder: Path) -> None:
    (folder / "empty").mkdir()
    ran = rebind(folder, "diff", "empty", "new.yaml")
    assert ran.returncode == 2
    assert "empty:1:1: error[no-document]" in ran.stderr


def test_two_apis_are_not_compared(folder: Path) -> None:
    other = 'openapi: 3.1.0\ninfo: {title: Zoo, version: "1"}\npaths:\n  /a:\n    get:\n'
    other += "      operationId: feed\n      responses: {'204': {description: done}}\n"
    (folder / "new.yaml").write_text(other, "utf-8")
    ran = rebind(folder, "diff", "old.yaml", "new.yaml")
    assert ran.returncode == 2
    assert "error[two-packages]: 'old.yaml' is of 'Shop', and this of 'Zoo'" in ran.stderr


@pytest.mark.parametrize("kind", ["whl", "tar.gz"])
def test_an_archive_of_a_generated_package_is_a_side(folder: Path, kind: str) -> None:
    made = rebind(folder, "generate", "old.yaml", "-o", "out", "--package", "shop")
    assert made.returncode == 0, made.stderr
    archive = folder / f"shop-0.1.0.{kind}"
    if kind == "whl":
        with zipfile.ZipFile(archive, "w") as wheel:
            for path in sorted((folder / "out" / "shop").rglob("*")):
                wheel.write(path, path.relative_to(folder / "out"))
    else:
        with tarfile.open(archive, "w:gz") as source:
            source.add(folder / "out", "shop-0.1.0")
    same = rebind(folder, "diff", archive.name, "old.yaml")
    assert (same.returncode, same.stdout) == (0, "no changes\n"), same.stderr
    ran = rebind(folder, "diff", archive.name, "new.yaml")
    assert "[operation-renamed]" in ran.stdout
    assert f"{archive.name}!" in ran.stdout
    assert rebind(folder, "diff", "out", "old.yaml").stdout == "no changes\n"


def test_an_archive_of_something_else_is_refused(folder: Path) -> None:
    with zipfile.ZipFile(folder / "other.whl", "w") as wheel:
        wheel.writestr("other/__init__.py", "")
    (folder / "torn.whl").write_bytes(b"PK\x03\x04torn")
    foreign = rebind(folder, "diff", "other.whl", "new.yaml")
    assert foreign.returncode == 2
    assert "other.whl:1:1: error[foreign-archive]" in foreign.stderr
    torn = rebind(folder, "diff", "torn.whl", "new.yaml")
    assert torn.returncode == 2
    assert "torn.whl:1:1: error[bad-archive]" in torn.stderr


def test_an_object_that_is_no_longer_taken_for_its_id_breaks_callers(folder: Path) -> None:
    taking = SHOP.replace("    Item:\n", "    Item:\n      x-rebind-id: itemId\n", 1)
    assert taking != SHOP
    (folder / "taking.yaml").write_text(taking, "utf-8")
    more = rebind(folder, "diff", "old.yaml", "taking.yaml", "--format", "json")
    less = rebind(folder, "diff", "taking.yaml", "old.yaml", "--format", "json")

    def told(ran: subprocess.CompletedProcess[str]) -> set[tuple[str, str]]:
        return {(one["severity"], one["code"]) for one in json.loads(ran.stdout)}

    assert told(more) == {("additive", "parameter-widened")}
    assert told(less) == {("breaking", "parameter-narrowed")}
