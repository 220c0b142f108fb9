"""`resolve`: a document and the files beside it become one `Resolved`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rebind.diagnostics import Checked, Place
from rebind.openapi.bundle import Bundle, Origin, place_of
from rebind.openapi.findings import Findings
from rebind.openapi.refs import Files
from rebind.source import Document


@dataclass(eq=False)
class Resolved:
    """An API description without riddles.

    Args:
        data: One dictionary of OpenAPI 3.1 shape, whatever came in. Things that were referred to
            from several places are one shared object: copy before changing.
        documents: Every file that was read, the root first.
    """

    data: dict[str, Any] = field(repr=False)
    documents: tuple[Document, ...]
    _origins: dict[int, Origin] = field(default_factory=dict, repr=False)

    def place(self, pointer: str, *, key: bool = False) -> Place:
        """Where something was written, also when a reference brought it here.

        Args:
            pointer: A JSON pointer into ``data``, with or without a leading ``#``.
            key: Whether to give the place of the key instead of the value's.

        Returns:
            The place; of the nearest parent when what was asked for was written by nobody.
        """
        document, written = place_of(self.data, pointer, self._origins)
        return document.place(written, key=key)


def resolve(document: Document) -> Checked[Resolved]:
    """Follow every reference, bring the document into 3.1 shape and check it.

    Args:
        document: The root document; files beside it are read as references name them.

    Returns:
        The resolved description (none if there is any error) and everything wrong with it.
    """
    findings = Findings()
    files = Files(document, findings)
    bundle = Bundle(files, findings)
    data = bundle.run()
    resolved = Resolved(data, files.documents, bundle.origins)
    checked = Checked(resolved, findings.all())
    return checked if checked.ok else Checked(None, checked.diagnostics)
