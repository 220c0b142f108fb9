"""`resolve`: a document and the files beside it become one `Resolved`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from rebind.diagnostics import Checked, Place, closest, quoted
from rebind.openapi.bundle import Bundle, Origin, origin_of
from rebind.openapi.checks import check
from rebind.openapi.findings import Findings, TooMany
from rebind.openapi.refs import Files
from rebind.openapi.structure import called
from rebind.openapi.survey import Survey
from rebind.source import Document, Readings


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
        document, written = origin_of(self.data, pointer, self._origins)
        return document.place(written, key=key)


def resolve(document: Document, kept: Readings | None = None) -> Checked[Resolved]:
    """Follow every reference, bring the document into 3.1 shape and check it.

    Args:
        document: The root document; files beside it are read as references name them.
        kept: What files were read as before; see `source.load`.

    Returns:
        The resolved description (none if there is any error) and everything wrong with it.
    """
    findings = Findings()
    if not _is_openapi(document, findings):
        return Checked(None, findings.all())
    files = Files(document, findings, kept)
    bundle = Bundle(files, findings)
    try:
        data = bundle.run()
        is_30 = isinstance(document.data, dict) and str(document.data["openapi"]).startswith("3.0")
        check(Survey(data, bundle.origins, findings), is_30=is_30)
    except TooMany:
        return Checked(None, findings.all())
    except RecursionError:
        help = "describe inner parts under 'components:' and refer to them"
        findings.report("too-deep", "the document is nested too deeply", document, "", help)
        return Checked(None, findings.all())
    resolved = Resolved(data, files.documents, bundle.origins)
    checked = Checked(resolved, findings.all())
    return checked if checked.ok else Checked(None, checked.diagnostics)


def _is_openapi(document: Document, findings: Findings) -> bool:
    """Whether the document says that it is one that can be read here."""
    data = document.data
    if not isinstance(data, dict):
        message = f"an OpenAPI document is a mapping, not {called(data)}"
        findings.report("not-openapi", message, document, "", "begin it with 'openapi: 3.1.0'")
        return False
    if "swagger" in data and "openapi" not in data:
        message = f"Swagger {data['swagger']!s} is not understood"
        help = "convert the document to OpenAPI 3, for example with swagger2openapi"
        findings.report("unsupported-version", message, document, "/swagger", help)
        return False
    if "openapi" not in data:
        message = "the document does not say that it is OpenAPI"
        near = closest("openapi", data)
        help = "begin it with a line such as 'openapi: 3.1.0'"
        help = f"write 'openapi' for {quoted(near)}" if near else help
        findings.report("not-openapi", message, document, "", help)
        return False
    written = str(data["openapi"]) if isinstance(data["openapi"], (str, int, float)) else ""
    if re.match(r"3\.[01](\.|$)", written):
        return True
    if re.match(r"3\.\d+(\.|$)", written):
        message = f"OpenAPI {written} is read as 3.1"
        help = "what came later is reported where it stands"
        findings.warn("newer-version", message, document, "/openapi", help)
        return True
    message = f"the version {quoted(written)} of OpenAPI is not understood"
    help = "write a version such as 3.0.3 or 3.1.0"
    findings.report("unsupported-version", message, document, "/openapi", help)
    return False
