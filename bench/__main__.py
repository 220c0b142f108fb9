"""Runs the measurements named on the command line, or all of them."""

from __future__ import annotations

import importlib
import sys

NAMES = ("imports", "first_call", "calls", "replies", "generation")

for name in sys.argv[1:] or NAMES:
    if name not in NAMES:
        sys.exit(f"there is no measurement '{name}'; there are: {', '.join(NAMES)}")
    module = importlib.import_module(f"bench.{name}")
    print(f"\n{name}: {(module.__doc__ or '').splitlines()[0]}")
    module.main()
