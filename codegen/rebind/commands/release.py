"""`rebind release`: the next version, stamped and told of."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace

from rebind import lock, output
from rebind.commands.terminal import Commands, counted, report, settings, shown

_TABLE = "run this where a pyproject.toml has one, or below"


def add(commands: Commands) -> None:
    """Add the words of the command."""
    out = commands.add_parser(
        "release",
        help="stamp the next version and tell of it",
        description="Choose the next version by what changed since OLD (by default what is tagged "
        "with the present version), write it into the settings and the package, and an entry into "
        "the changelog.",
    )
    out.add_argument("old", nargs="?", metavar="OLD", help="what was released, as for rebind diff")
    out.add_argument("--version", metavar="X.Y.Z", help="this version, whatever changed")
    out.add_argument("--first", action="store_true", help="nothing was released before")
    out.add_argument("--dry-run", action="store_true", help="write nothing: say what would be")
    out.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from rebind import changes, pipeline
    from rebind.changes import release
    from rebind.changes import shown as forms

    configured = settings("there is no [tool.rebind] table", _TABLE)
    if configured.value is None:
        return report(configured.diagnostics, 2)
    package = configured.value
    found: Sequence[changes.Change] = ()
    if not arguments.first:
        assert package.file is not None
        if arguments.old:
            old = changes.read(arguments.old)
        else:
            tagged = release.released(package)
            if tagged.value is None:
                return report(tagged.diagnostics, 2)
            old = changes.released(tagged.value, package.file)
        new = changes.read(str(package.input), settings=package)
        compared = changes.between(old, new)
        if compared.value is None:
            return report(compared.diagnostics, 2)
        found = compared.value
    ready = release.prepare(package, found, version=arguments.version, first=arguments.first)
    if ready.value is None:
        return report(ready.diagnostics, 2)
    made = pipeline.generate(replace(package, version=ready.value.version))
    if made.value is None:
        return report(made.diagnostics, 1)
    sealed = lock.seal(made.value, replace(package, version=ready.value.version))
    files = output.compare(sealed, package.output)
    if files.value is None:
        return report(files.diagnostics, 2)
    if arguments.dry_run:
        print(forms.markdown(found))
    else:
        texts = ready.value.texts.items()
        told_of = [([output.Change(p.name, None, text)], p.parent) for p, text in texts]
        output.write_all([*told_of, (files.value, package.output)])
    told = "the first release" if arguments.first else forms.counted(found)
    print(f"{package.distribution} {package.version} -> {ready.value.version}: {told}")
    for text in ready.value.texts:
        print(f"  {shown(text)}")
    print(f"  {shown(package.output)}: {counted(files.value)}")
    return 0
