"""Importing the package, beside Python alone and its dependencies (processor time)."""

from __future__ import annotations

from bench.side_by_side import compare, process


def main() -> None:
    """Print the measurements."""
    ours = process("import abacus_client")
    compare("import abacus_client / python -c pass", ours, process("pass"), 15)
    compare(
        "import abacus_client / import httpx, pydantic", ours, process("import httpx, pydantic"), 15
    )
