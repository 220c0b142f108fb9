"""A package as a value: its files, before any of them is written."""

from __future__ import annotations

Files = dict[str, str]
"""Path below the output folder, with `/` -> text."""
DESCRIPTION = "openapi.json"
"""What a package carries of the description it was generated from."""
WIDTH = 110
"""The longest line of what is generated."""
