"""Every stage, named in order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from rebind import openapi, output, reuse, source
from rebind.aliases import NONE, alias
from rebind.cache import Kept
from rebind.changes.surface import surface
from rebind.config import Config
from rebind.diagnostics import Checked
from rebind.extras import extend
from rebind.files import Files
from rebind.lower import lower
from rebind.names import assign
from rebind.render import render
from rebind.views import view


def generate(
    config: Config, stage: Callable[[str], None] = lambda name: None, kept: Kept | None = None
) -> Checked[Files]:
    """Make the files of a package.

    Args:
        config: What from, and what they are called.
        stage: Told the name of each stage as it begins.
        kept: What can be used again of an earlier run; brought up to date.

    Returns:
        The files, or what is wrong with the document. Nothing is written.
    """
    kept = Kept() if kept is None else kept
    stage("load")
    document = source.load(config.input, kept.said)
    if document.value is None or not document.ok:
        return Checked(None, document.diagnostics)
    stage("resolve")
    resolved = openapi.resolve(document.value, kept.said)
    if resolved.value is None or not resolved.ok:
        return Checked(None, document.diagnostics + resolved.diagnostics)
    kept.saw(resolved.value.documents)
    stage("lower")
    api = lower(resolved.value)
    diagnostics = document.diagnostics + resolved.diagnostics + api.diagnostics
    if api.value is None or not api.ok:
        return Checked(None, diagnostics)
    stage("name")
    names = assign(api.value, package=config.package, client=config.client)
    aliases = alias(api.value, names, resolved.value.place, config)
    extras = extend(config, api.value, names, aliases.value or NONE)
    if aliases.value is None or extras.value is None:
        return Checked(None, diagnostics + aliases.diagnostics + extras.diagnostics)
    kept.surface = partial(surface, api.value, names, resolved.value, aliases=aliases.value)
    stage("model")
    models = reuse.model(api.value, names, kept.types)
    stage("view")
    package = view(api.value, names, models, extras.value, aliases.value, config)
    stage("render")
    files = render(package, openapi.text(resolved.value), kept.templates)
    stage("format")
    return Checked(output.tidy(files, kept.texts), diagnostics)
