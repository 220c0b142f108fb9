"""Runs the measurements named on the command line, or all of them; `--page` writes the page."""

from __future__ import annotations

import importlib
import sys

from bench import NAMES, page


def main(words: list[str]) -> None:
    """Measure, print, and write what was measured into the page if that is wanted."""
    wanted = [word for word in words if word != "--page"] or list(NAMES)
    for name in wanted:
        if name not in NAMES:
            sys.exit(f"there is no measurement '{name}'; there are: {', '.join(NAMES)}")
    for name in wanted:
        module = importlib.import_module(f"bench.{name}")
        print(f"\n{name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        sections: list[str] = []
        for result in module.main():
            print(result.text(), flush=True)
            sections.append(result.markdown())
        if "--page" in words:
            page.put(name, sections)


main(sys.argv[1:])
