"""`rebind upstream sync`: a newer release becomes a description, a package and news, or nothing at all."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from rebind.cli import main

from tests.forked import rebind
from tests.upstream.conftest import ZOO, packed

SETTINGS = """\
[tool.rebind]
input = "spec/openapi.yaml"
output = "package"
package = "zoo"
client = "Zoo"
"""
OVERLAY = """\
overlay: 1.0.0
info: {title: By hand, version: '1'}
actions:
  - target: $.info
    description: Nothing says it.
    update: {title: The zoo}
  - target: $.components.schemas.Pet.properties.isTame
    description: Seen in replies.
    update: {description: Whether it may be stroked.}
"""
CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n- An older line.\n\n## 0.1.0\n\nThe first.\n"
NEWER = [
    ("PKG-INFO", "Version: 2.3.4", "Version: 2.4.0"),
    ("zoosdk/client.py", 'def describe_pet(self, pet_id: str)', 'def describe_pet(self, pet_id: str, full: bool = False)'),
    ("zoosdk/client.py", '{"petId": pet_id}, parse_type=Pet)', '{"petId": pet_id, "full": full}, parse_type=Pet)'),
    ("zoosdk/pet.py", "isTame", "isCalm"),
]  # fmt: skip


def pip(project: Path) -> dict[str, str]:
    """What has pip look at the folder of releases alone."""
    return {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(project.parent / "releases"),
    }


def run(project: Path, *words: str, code: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command, in this process; in one of its own after code for what can go wrong."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(project.parent),
        "REBIND_CACHE": "",
        **pip(project),
    }
    if code:
        told = f"import sys, errno, rebind.cli\n{code}\nsys.exit(rebind.cli.main(sys.argv[1:]))"
        return subprocess.run(
            [sys.executable, "-c", told, "upstream", "sync", *words],
            cwd=project, capture_output=True, text=True, check=False, env=environment,
        )  # fmt: skip
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogateescape") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(project)
        for name in os.environ:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        status = main(["upstream", "sync", *words])
    for stream in (out, err):
        stream.seek(0)
    return subprocess.CompletedProcess(words, status, out.read(), err.read())


def git(project: Path, *words: str, given: str | None = None) -> str:
    ran = subprocess.run(
        ["git", *words], cwd=project, input=given, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def append(path: Path, text: str) -> None:
    path.write_bytes(path.read_bytes() + text.encode())


def snapshot(project: Path) -> dict[str, object]:
    """All that a failed run must leave alone."""
    files = {
        path.relative_to(project).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(project.rglob("*"))
        if ".git" not in path.parts and ".cache" not in path.relative_to(project).parts
    }
    asked = (
        ["for-each-ref"], ["rev-parse", "HEAD"], ["symbolic-ref", "HEAD"], ["ls-files", "-s"],
        ["status", "--porcelain", "--ignored=no"], ["worktree", "list"], ["stash", "list"],
    )  # fmt: skip
    return {"files": files, **{" ".join(words): git(project, *words) for words in asked}}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that is at 2.3.4, and a folder of releases in which there is 2.4.0 too."""
    root = tmp_path_factory.mktemp("sync")
    project, releases = root / "project", root / "releases"
    (project / "spec").mkdir(parents=True)
    releases.mkdir()
    packed(ZOO, releases)
    newer = root / "newer"
    shutil.copytree(ZOO, newer, ignore=shutil.ignore_patterns("__pycache__"))
    for name, before, after in NEWER:
        path = newer / name
        text = path.read_text("utf-8")
        assert before in text, before
        path.write_text(text.replace(before, after), "utf-8")
    packed(newer, releases, "zoosdk-2.4.0")
    packed(newer, releases, "zoosdk-2.5.0rc1")
    (project / "pyproject.toml").write_text(SETTINGS, "utf-8")
    (project / "CHANGELOG.md").write_text(CHANGELOG, "utf-8")
    (project / "spec" / "overlay.yaml").write_text(OVERLAY, "utf-8")
    (project / ".gitignore").write_text(".cache/\n", "utf-8")
    (root / ".gitconfig").write_text("[user]\nname = A\nemail = a@example.test\n", "utf-8")
    for words in (["upstream", "import", str(releases / "zoosdk-2.3.4.tar.gz")], ["generate"]):
        ran = subprocess.run(
            [sys.executable, "-m", "rebind.cli", *words],
            cwd=project,
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr
    git(project, "init", "-q", "-b", "main")
    git(project, "config", "user.name", "A")
    git(project, "config", "user.email", "a@example.test")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "At 2.3.4")
    return root


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path / "all")
    return tmp_path / "all" / "project"


def test_the_newest_final_release_comes_into_the_working_tree(project: Path) -> None:
    ran = run(project)
    assert ran.returncode == 1, ran.stderr  # a correction no longer applies
    assert ran.stdout.startswith("zoosdk 2.3.4 -> zoosdk 2.4.0\n")
    assert "`pets.describe` takes `full`, which may be left out. [parameter-added]" in ran.stdout
    assert "`is_tame` of `Pet` is now `is_calm`." in ran.stdout
    _, _, renewed = ran.stdout.partition("recordings to renew: ")
    described = renewed.partition("\n  describePet\n")[2].splitlines()
    assert described[0].endswith("not `isTame`. [field-wire-changed]")
    assert described[1].endswith("`full`, which may be left out. [parameter-added]")
    assert "\n  comparePets\n" in renewed, "its reply has another field"
    assert "\n  deletePet\n" not in renewed
    assert "\n  = help: " in renewed
    assert "from zoosdk 2.4.0" in (project / "spec" / "openapi.yaml").read_text("utf-8")
    assert "title: The zoo" in (project / "spec" / "openapi.yaml").read_text("utf-8")
    assert "is_calm" in (project / "package" / "zoo" / "models" / "pet.py").read_text("utf-8")
    changelog = (project / "CHANGELOG.md").read_text("utf-8")
    assert re.search(r"## \[Unreleased\]\n\n### zoosdk 2\.4\.0\n\n\*\*.*\n", changelog)
    assert (
        changelog.index("is_calm") < changelog.index("An older line") < changelog.index("## 0.1.0")
    )
    again = subprocess.run(
        [sys.executable, "-m", "rebind.cli", "generate", "--check"],
        cwd=project,
        capture_output=True,
    )
    assert again.returncode == 0


def test_a_correction_that_no_longer_applies_is_told_with_its_place(project: Path) -> None:
    ran = run(project, "--dry-run")
    assert ran.returncode == 1
    line = OVERLAY.splitlines().index("  - target: $.components.schemas.Pet.properties.isTame") + 1
    assert f"spec/overlay.yaml:{line}:13: warning[overlay-no-match]" in ran.stderr
    assert "corrections that no longer apply: 1, left out" in ran.stdout
    assert (project / "spec" / "overlay.yaml").read_text("utf-8") == OVERLAY


def test_a_dry_run_writes_nothing_and_says_all(project: Path) -> None:
    before = snapshot(project)
    ran = run(project, "--dry-run")
    assert "spec: " in ran.stdout
    assert "package: " in ran.stdout
    assert "CHANGELOG.md: 1 changed" in ran.stdout
    assert snapshot(project) == before


def test_a_branch_gets_two_commits_and_nothing_else_changes(project: Path) -> None:
    before = snapshot(project)
    ran = run(project, "--branch", "sync/2.4.0")
    assert ran.returncode == 1, ran.stderr
    assert ran.stdout.endswith("branch sync/2.4.0: 2 commits\n")
    after = snapshot(project)
    assert {k for k in before if before[k] != after[k]} == {"for-each-ref"}
    assert git(project, "log", "--format=%s", "main..sync/2.4.0").splitlines() == [
        "Generate package",
        "Describe zoosdk 2.4.0",
    ]
    touched = [
        {name.split("/")[0] for name in git(project, "show", "--format=", "--name-only", c).split()}
        for c in ("sync/2.4.0~1", "sync/2.4.0")
    ]
    assert touched == [{"spec", "CHANGELOG.md"}, {"package"}]
    tree = {"files": snapshot(project)["files"]}
    run(project)
    written = snapshot(project)["files"]
    assert written != tree["files"]
    git(project, "checkout", "-q", "--", ".")
    git(project, "clean", "-qfd")
    git(project, "checkout", "-q", "sync/2.4.0")
    assert snapshot(project)["files"] == written


def test_a_patch_applies_and_gives_the_same(project: Path) -> None:
    before = snapshot(project)
    ran = run(project, "--patch", "../next.patch")
    assert ran.returncode == 1, ran.stderr
    assert snapshot(project) == before
    printed = run(project, "--patch", "-")
    patch = (project.parent / "next.patch").read_text("utf-8")
    assert printed.stdout == patch
    git(project, "apply", "--check", "-", given=patch)
    git(project, "apply", "-", given=patch)
    applied = snapshot(project)["files"]
    git(project, "checkout", "-q", "--", ".")
    git(project, "clean", "-qfd")
    run(project)
    assert snapshot(project)["files"] == applied


def test_the_release_that_is_there_changes_nothing(project: Path) -> None:
    before = snapshot(project)
    ran = run(project, "zoosdk==2.3.4")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "zoosdk 2.3.4: nothing changed\n", "")
    assert snapshot(project) == before


def test_an_index_that_has_only_earlier_releases_changes_nothing(project: Path) -> None:
    for path in (project.parent / "releases").glob("*-2.[45]*"):
        path.unlink()
    path = project / "spec" / "openapi.yaml"
    text = path.read_text("utf-8").replace("zoosdk 2.3.4", "zoosdk 2.3.10", 1)
    path.write_text(text, "utf-8")
    git(project, "commit", "-qam", "Later than what is published")
    before = snapshot(project)
    ran = run(project)
    assert (ran.returncode, ran.stdout) == (0, "zoosdk 2.3.10: nothing changed\n"), ran.stderr
    assert snapshot(project) == before


def test_a_file_that_may_be_run_stays_one(project: Path) -> None:
    path = project / "spec" / "openapi.yaml"
    path.chmod(0o755)
    git(project, "commit", "-qam", "It may be run")
    run(project, "--branch", "next")
    assert git(project, "ls-tree", "next", "spec/openapi.yaml").startswith("100755 ")
    run(project)
    assert path.stat().st_mode & 0o111


def test_a_release_that_is_not_final_comes_when_it_is_named(project: Path) -> None:
    ran = run(project, "zoosdk==2.5.0rc1", "--dry-run")
    assert ran.stdout.startswith("zoosdk 2.3.4 -> zoosdk")
    assert "2.3.4 -> zoosdk 2.3.4" not in ran.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--branch", "main"], "", "error[sync-branch]: there is a branch 'main' already"),
        (["--branch", "a..b"], "", "error[sync-branch]: no branch can be called 'a..b'"),
        (["zoosdk==9"], "", "error[upstream-version]"),
        (["nowhere.tar.gz"], "", "error[upstream-missing]"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    project: Path, words: list[str], code: str, said: str
) -> None:
    before = snapshot(project)
    ran = run(project, *words, code=code)
    assert ran.returncode in (1, 2)
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert snapshot(project) == before


def test_only_files_that_would_be_written_are_in_the_way(project: Path) -> None:
    append(project / "spec" / "openapi.yaml", "# mine\n")
    (project / "package" / "mine.py").write_text("", "utf-8")
    before = snapshot(project)
    ran = run(project)
    assert ran.returncode == 2
    assert "spec/openapi.yaml:1:1: error[sync-uncommitted]" in ran.stderr
    assert ran.stderr.count("error[") == 1
    assert snapshot(project) == before
    assert run(project, "--patch", "../next.patch").returncode == 1
    assert snapshot(project) == before, "a patch is made beside it"
    append(project / "spec" / "overlay.yaml", "broken: [\n")
    (project / "pyproject.toml").write_text(SETTINGS + "# mine\n", "utf-8")
    before = snapshot(project)
    ran = run(project, "--branch", "next")
    assert ran.returncode == 1, ran.stderr
    assert {k for k, v in snapshot(project).items() if before[k] != v} == {"for-each-ref"}


def test_commits_are_signed_where_git_is_told_to(project: Path) -> None:
    program = project.parent / "sign"
    program.write_text(
        "#!/bin/sh\ncat >/dev/null\nprintf '\\n[GNUPG:] SIG_CREATED \\n' >&2\n"
        "echo '-----BEGIN PGP SIGNATURE-----'\n",
        "utf-8",
    )
    program.chmod(0o755)
    git(project, "config", "commit.gpgsign", "true")
    git(project, "config", "gpg.program", str(program))
    assert run(project, "--branch", "next").returncode == 1
    for commit in ("next", "next~1"):
        assert "\ngpgsig " in git(project, "cat-file", "commit", commit)
    program.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    before = snapshot(project)
    ran = run(project, "--branch", "other")
    assert (ran.returncode, "error[sync-git]" in ran.stderr) == (2, True)
    assert snapshot(project) == before


def test_commits_of_nobody_are_told(project: Path) -> None:
    git(project, "config", "user.name", "")
    before = snapshot(project)
    ran = run(project, "--branch", "next")
    assert ran.returncode == 2
    assert "error[sync-identity]" in ran.stderr
    assert snapshot(project) == before


def test_a_patch_is_exact_where_text_is_not_utf_8(project: Path) -> None:
    path = project / "CHANGELOG.md"
    path.write_bytes(CHANGELOG.replace("An older", "Fr\u00fcher").encode("latin-1"))
    git(project, "commit", "-qam", "Latin")
    assert run(project, "--patch", "../next.patch").returncode == 1
    git(project, "apply", "../next.patch")
    patched = snapshot(project)["files"]
    assert b"Fr\xfcher" in path.read_bytes()
    git(project, "checkout", "-q", "--", ".")
    git(project, "clean", "-qfd")
    assert run(project).returncode == 1
    assert snapshot(project)["files"] == patched


def test_only_releases_that_are_not_final_are_told_and_taken_when_asked_for(project: Path) -> None:
    (project.parent / "releases" / "zoosdk-2.4.0.tar.gz").unlink()
    before = snapshot(project)
    ran = run(project)
    assert (ran.returncode, ran.stdout) == (0, "zoosdk 2.3.4: nothing changed\n")
    assert "warning[upstream-prerelease]: zoosdk 2.5.0rc1 is newer than 2.3.4" in ran.stderr
    assert snapshot(project) == before
    assert "zoosdk 2.3.4 -> zoosdk" in run(project, "--pre", "--dry-run").stdout
    imported = rebind(project, "upstream", "import", "zoosdk", "-o", "other", env=pip(project))
    assert imported.returncode == 0, imported.stderr
    assert "warning[upstream-prerelease]" in imported.stderr


def test_a_description_of_another_origin_is_not_brought_up_to_date(project: Path) -> None:
    path = project / "spec" / "openapi.yaml"
    path.write_text("\n" + path.read_text("utf-8"), "utf-8")
    git(project, "commit", "-qam", "By hand")
    ran = run(project)
    assert ran.returncode == 1
    assert "error[sync-origin]" in ran.stderr


def test_without_git_the_working_tree_is_brought_up_to_date_all_the_same(project: Path) -> None:
    shutil.rmtree(project / ".git")
    assert "error[sync-git]" in run(project, "--branch", "next").stderr
    assert "package: " in run(project).stdout
    assert "is_calm" in (project / "package" / "zoo" / "models" / "pet.py").read_text("utf-8")


FAILURES = {
    "the network": "import rebind.upstream as u\ndef fail(*a): raise OSError(errno.ENETDOWN, 'down')\nu.find = fail",
    "reading": "import rebind.upstream as u\ndef fail(*a, **k): raise KeyboardInterrupt\nu.make = fail",
    "comparing": "import rebind.changes as c\ndef fail(*a): raise RuntimeError('a defect')\nc.between = fail",
    "generating": "import rebind.pipeline as p\ndef fail(*a): raise MemoryError\np.generate = fail",
    "a full disk": """
import rebind.output as o, os
real, count = os.replace, [0]
def replace(*a):
    count[0] += 1
    if count[0] == {at}: raise OSError(errno.ENOSPC, 'no space left')
    return real(*a)
o.os.replace = replace""",
    "Ctrl-C": """
import rebind.output as o
real, count = o.write, [0]
def write(changes, folder):
    count[0] += 1
    real(changes, folder)
    if count[0] == 3: raise KeyboardInterrupt
o.write = write""",
}
GIT = """
import rebind.git as g
real = g._run
def run(folder, words, *a, **k):
    if words[0] == {word!r}: raise g.GitError('refused')
    return real(folder, words, *a, **k)
g._run = run"""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        *(([], code) for name, code in FAILURES.items() if name != "a full disk"),
        *(([], FAILURES["a full disk"].format(at=at)) for at in (5, 12)),
        *(
            (["--branch", "next"], GIT.format(word=word))
            for word in ("hash-object", "commit-tree", "update-ref")
        ),
        (["--patch", "next.patch"], GIT.format(word="diff")),
    ],
    ids=[*(n for n in FAILURES if n != "a full disk"), "disk 5", "disk 12",
         "hash-object", "commit-tree", "update-ref", "diff"],
)  # fmt: skip
def test_a_failure_leaves_everything_as_it_was(project: Path, words: list[str], code: str) -> None:
    before = snapshot(project)
    ran = run(project, *words, code=code)
    assert ran.returncode in (2, 130), ran.stdout
    assert "Traceback" not in ran.stderr
    assert snapshot(project) == before
