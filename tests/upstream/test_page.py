"""`docs/upstream.md` lists every code that an import can report, with what it is."""

from __future__ import annotations

import re
from pathlib import Path

from rebind import upstream

PAGE = Path(__file__).parents[2] / "docs" / "upstream.md"
COMMAND = Path(upstream.__file__).parents[1] / "commands" / "sync.py"
CODE = re.compile(r"\"(upstream-[a-z]+|overlay-[a-z-]+|not-an-overlay|sync-[a-z]+)\"")


def test_the_page_lists_every_code_and_no_other() -> None:
    modules = [*sorted(Path(upstream.__file__).parent.glob("*.py")), COMMAND]
    used = {code for module in modules for code in CODE.findall(module.read_text("utf-8"))}
    listed = re.findall(
        r"^\| `([a-z-]+)` \| (?:error|warning|error; warning in a sync) \| .+ \|$",
        PAGE.read_text("utf-8"),
        re.M,
    )
    assert len(listed) == len(set(listed))
    assert set(listed) == used


def test_every_code_is_seen_by_a_test() -> None:
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    listed = re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text("utf-8"), re.M)
    unseen = [code for code in listed if code not in tests and f'"{code[9:]}"' not in tests]
    assert unseen == []
