"""`docs/changes.md` lists every code, and as bad as it is."""

from __future__ import annotations

import re
from pathlib import Path

from rebind.changes import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "changes.md"


def test_the_page_lists_every_code_with_its_severity() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*?) \| .* \| (.*) \|$", PAGE.read_text("utf-8"), re.M)
    told = {code: (severity, advice) for code, severity, advice in rows}
    assert told == {
        code: (
            kind.severity
            if kind.sent is None
            else f"{kind.sent} where sent, {kind.received} where received",
            kind.advice,
        )
        for code, kind in KINDS.items()
    }
