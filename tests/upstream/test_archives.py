"""Archives that are broken, hostile or of something else; and what is not Python."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from rebind.diagnostics import render
from rebind.upstream import archive, reading

from tests.upstream.conftest import ZOO, packed


def made(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for info, data in members:
            info.size = len(data) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(data) if info.isreg() else None)
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, to: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = to
    return info


def refusal(path: Path) -> tuple[str, str]:
    found = archive.read(path)
    assert found.value is None
    (problem,) = found.diagnostics
    assert problem.help
    return problem.code, problem.message


@pytest.mark.parametrize(
    "name", ["/etc/client.py", "sdk/../../client.py", "..\\client.py", "sdk/../client.py"]
)
def test_a_member_that_leads_out_refuses_the_archive(tmp_path: Path, name: str) -> None:
    code, message = refusal(made(tmp_path / "a.tar.gz", (member(name), b"")))
    assert code == "upstream-hostile"
    assert "leads out" in message


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]
)
def test_a_module_that_is_a_link_or_a_device_refuses_the_archive(
    tmp_path: Path, kind: bytes
) -> None:
    path = made(tmp_path / "a.tar.gz", (member("sdk/client.py", kind, "/etc/passwd"), b""))
    assert refusal(path)[0] == "upstream-hostile"


def test_an_archive_that_grows_without_end_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 1_000_000)
    path = made(tmp_path / "a.tar.gz", (member("sdk/data.bin"), b"\0" * 5_000_000))
    assert path.stat().st_size < 20_000
    code, message = refusal(path)
    assert code == "upstream-archive"
    assert "larger than" in message


def test_a_module_of_enormous_size_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_FILE", 100)
    assert refusal(made(tmp_path / "a.tar.gz", (member("sdk/client.py"), b"#" * 101)))[0] == (
        "upstream-archive"
    )


def test_too_many_members_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    members = [(member(f"sdk/m{number}.txt"), b"") for number in range(4)]
    assert refusal(made(tmp_path / "a.tar.gz", *members))[0] == "upstream-archive"


@pytest.mark.parametrize(
    "data",
    [b"", b"no archive", gzip.compress(b"no tar"), b"PK\x03\x04", gzip.compress(b"")],
    ids=["empty", "text", "gzip-of-text", "zip-head", "gzip-of-nothing"],
)
def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.tar.gz"
    path.write_bytes(data)
    assert refusal(path)[0] == "upstream-archive"


def test_a_truncated_archive_is_said_to_be_broken(tmp_path: Path) -> None:
    path = packed(ZOO, tmp_path)
    path.write_bytes(path.read_bytes()[:-700])
    assert refusal(path)[0] == "upstream-archive"


def test_an_archive_of_something_else_is_said_to_be_no_sdk(tmp_path: Path) -> None:
    code, message = refusal(made(tmp_path / "a.tar.gz", (member("x/setup.py"), b"")))
    assert code == "upstream-archive"
    assert "client.py" in message


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.tar.gz")[0] == "upstream-missing"


def test_a_link_out_of_a_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "one" / "sdk"
    folder.mkdir(parents=True)
    secret = tmp_path / "secret.py"
    secret.write_text("x = 1")
    os.symlink(secret, folder / "client.py")
    assert refusal(folder)[0] == "upstream-hostile"


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("import json", "print 'Python 2'", "client.py:2:1: error[upstream-syntax]: this is not Python 3"),
        ("import json", "x = (", "error[upstream-syntax]: this is not Python 3"),
        ("import json", "x = " + "-" * 100_000 + "1", "error[upstream-syntax]"),
        ("class ApiClient", "class OtherClient", None),
    ],
    ids=["python-2", "unfinished", "deep", "other-name"],
)  # fmt: skip
def test_what_is_not_python_is_shown_with_its_place(
    changed: Callable[..., Path], before: str, after: str, shown: str | None
) -> None:
    sources = archive.read(changed("client.py", (before, after)))
    assert sources.value is not None
    found = reading.read(sources.value)
    assert found.value is None
    text = render(found.diagnostics)
    assert (shown or "error[upstream-client]") in text
    assert "= help: " in text


def test_a_module_in_another_encoding_is_read_as_it_says(changed: Callable[..., Path]) -> None:
    folder = changed("stay.py")
    path = folder / "zoosdk" / "stay.py"
    path.write_bytes(b"# -*- coding: latin-1 -*-\n# \xe4\n" + path.read_bytes())
    assert archive.read(folder).value is not None
    path.write_bytes(b"# \xe4\n" + path.read_bytes().split(b"\n", 2)[2])
    found = archive.read(folder)
    assert [problem.code for problem in found.diagnostics] == ["upstream-syntax"]
