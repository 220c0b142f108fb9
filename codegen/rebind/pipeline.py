"""Every stage, named in order."""

from __future__ import annotations

from collections.abc import Callable

from rebind import openapi, source
from rebind.config import Config
from rebind.diagnostics import Checked
from rebind.extras import extend
from rebind.lower import lower
from rebind.models import model
from rebind.names import assign
from rebind.output import tidy
from rebind.render import Files, render
from rebind.views import view


def generate(config: Config, stage: Callable[[str], None] = lambda name: None) -> Checked[Files]:
    """Make the files of a package.

    Args:
        config: What from, and what they are called.
        stage: Told the name of each stage as it begins.

    Returns:
        The files, or what is wrong with the document. Nothing is written.
    """
    stage("load")
    document = source.load(config.input)
    if document.value is None or not document.ok:
        return Checked(None, document.diagnostics)
    stage("resolve")
    resolved = openapi.resolve(document.value)
    if resolved.value is None or not resolved.ok:
        return Checked(None, document.diagnostics + resolved.diagnostics)
    stage("lower")
    api = lower(resolved.value)
    diagnostics = document.diagnostics + resolved.diagnostics + api.diagnostics
    if api.value is None or not api.ok:
        return Checked(None, diagnostics)
    stage("name")
    names = assign(api.value, package=config.package, client=config.client)
    extras = extend(config, api.value, names)
    if extras.value is None:
        return Checked(None, diagnostics + extras.diagnostics)
    stage("model")
    models = model(api.value, names)
    stage("view")
    package = view(api.value, names, models, extras.value, config)
    stage("render")
    files = render(package, openapi.text(resolved.value))
    stage("format")
    return Checked(tidy(files), diagnostics)
