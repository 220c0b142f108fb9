"""What replies were like, as collectors saw it -> what the description should say."""

from __future__ import annotations

from pathlib import Path

from rebind import openapi, source
from rebind.cache import Said
from rebind.changes.sources import document_in
from rebind.diagnostics import Checked, Diagnostic, Place
from rebind.drift.described import Description
from rebind.drift.proposing import CODES, Outcome, Proposal, propose
from rebind.drift.reading import Seen, read
from rebind.lower import lower
from rebind.names import assign

__all__ = ["CODES", "Description", "Outcome", "Proposal", "Seen", "describe", "propose", "read"]


def describe(
    path: Path, *, package: str = "client", client: str | None = None
) -> Checked[Description]:
    """Read a description.

    Args:
        path: An OpenAPI document, or a folder that holds one.
        package: What the package that is generated from it is called.
        client: What its client is called; None: as the document says.

    Returns:
        The description, or what is wrong with it.
    """
    found = document_in(path)[0] if path.is_dir() else path
    if found is None:
        message = "there is no OpenAPI document in this folder"
        return Checked(
            None, (Diagnostic("no-document", message, Place(path), "name the document"),)
        )
    kept = Said()
    document = source.load(found, kept)
    if document.value is None or not document.ok:
        return Checked(None, document.diagnostics)
    resolved = openapi.resolve(document.value, kept)
    said = document.diagnostics + resolved.diagnostics
    if resolved.value is None or not resolved.ok:
        return Checked(None, said)
    api = lower(resolved.value)
    if api.value is None:
        return Checked(None, said + api.diagnostics)
    names = assign(api.value, package=package, client=client)
    return Checked(Description(resolved.value, api.value, names), said + api.diagnostics)
