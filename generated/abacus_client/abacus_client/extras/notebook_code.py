"""Notebook -> the code between its marks."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, cast

from abacus_client._runtime.errors import RequestError

_START, _END = "#module_start#", "#module_end#"


def marked(path: str | os.PathLike[str]) -> str:
    """Read the code between the marks of a notebook.

    Args:
        path: The notebook.

    Returns:
        The code of the cell with `#module_start#` and of those after it, to the one with
        `#module_end#` or to the end.

    Raises:
        RequestError: It cannot be read, is no notebook, or has no mark.
    """
    found: list[str] = []
    for cell in _code(path):
        if found or _START in cell:
            found.append(cell)
            if _END in cell:
                break
    if not found:
        raise RequestError(f"no cell of {os.fspath(path)} has {_START} in it")
    return "\n\n".join(found)


def _code(path: str | os.PathLike[str]) -> list[str]:
    try:
        data: Any = json.loads(Path(path).read_text("utf-8"))
        cells = cast("list[dict[str, Any]]", data["cells"])
        code = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
        # The file format allows for one text, or for a list of lines.
        return ["".join(source) for source in code]
    except OSError as error:
        said = error.strerror or error
        raise RequestError(f"{os.fspath(path)} cannot be read: {said}") from None
    except (ValueError, TypeError, KeyError):
        raise RequestError(f"{os.fspath(path)} is no notebook") from None
