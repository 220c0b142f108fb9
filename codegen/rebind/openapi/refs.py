"""References: which file and which pointer in it a ``$ref`` means."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urldefrag

from rebind import source
from rebind.diagnostics import closest, quoted
from rebind.openapi.findings import Findings
from rebind.source import Document, Json, step, steps

MAX_FILES = 2000
"""A document may consist of so many files."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Target(NamedTuple):
    """What a reference leads to."""

    document: Document
    pointer: str
    value: Json


class Files:
    """The root document and the files beside it, each read once.

    Args:
        root: The document that everything starts from; files outside its folder are refused.
        findings: Where mistakes go.
    """

    def __init__(self, root: Document, findings: Findings) -> None:
        self.root = root
        self._findings = findings
        self._folder = root.path.resolve().parent
        self._read: dict[Path, Document | None] = {root.path.resolve(): root}
        self._anchors: dict[Path, dict[str, str]] = {}
        self._ids: dict[str, Target] | None = None
        self._with_ids: dict[Path, bool] = {}

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every file that was read."""
        return tuple(document for document in self._read.values() if document is not None)

    def find(self, ref: str, document: Document, pointer: str, section: str = "") -> Target | None:
        """What a reference means; what is wrong with it is reported at the reference.

        Args:
            ref: The reference as written.
            document: The file that holds it.
            pointer: The spot of the reference itself (``.../$ref``).
            section: The section of components that holds such things, for proposals.

        Returns:
            The target, or ``None`` when there is none.
        """
        uri, fragment = urldefrag(ref)
        if uri:
            base = self._other(ref, uri, document, pointer)
            if base is None:
                return None
            found = self._inside(base, fragment)
            if found is None:
                self._dangling(ref, uri, fragment, base.document, document, pointer, section)
            return found
        if not ref:
            help = f"write '#/components/{section or 'schemas'}/NAME'"
            self._findings.report(
                "bad-reference", "the reference is empty", document, pointer, help
            )
            return None
        for base in self._bases(document, pointer):
            found = self._inside(base, fragment)
            if found is not None:
                return found
        self._dangling(ref, uri, fragment, document, document, pointer, section)
        return None

    def follow(self, document: Document, pointer: str) -> Target | None:
        """What a pointer leads to, also through references on its way.

        Args:
            document: The file.
            pointer: The pointer into it.

        Returns:
            The target with the pointer where it really stands; ``None`` when there is none.
        """
        return self._walk(Target(document, "", document.data), steps(pointer), 0)

    def _walk(self, at: Target, names: list[str], hops: int) -> Target | None:
        for index, name in enumerate(names):
            value = at.value
            if isinstance(value, dict) and name in value:
                at = Target(at.document, at.pointer + step(name), value[name])
            elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
                at = Target(at.document, at.pointer + step(int(name)), value[int(name)])
            elif isinstance(value, dict) and isinstance(value.get("$ref"), str) and hops < 32:
                # Some tools split a document by references in the middle of such a path.
                quiet = Files(self.root, Findings())
                quiet._read, quiet._anchors = self._read, self._anchors
                through = quiet.find(str(value["$ref"]), at.document, at.pointer + "/$ref")
                return None if through is None else self._walk(through, names[index:], hops + 1)
            else:
                return None
        return at

    def _inside(self, base: Target, fragment: str) -> Target | None:
        if not fragment:
            return base
        for text in dict.fromkeys((unquote(fragment), fragment)):
            if text.startswith("/"):
                found = self._walk(base, steps(text), 0)
                if found is not None:
                    return found
        return self._anchored(base, unquote(fragment))

    def _anchored(self, base: Target, name: str) -> Target | None:
        path = base.document.path
        if path not in self._anchors:
            self._anchors[path] = {}
            if "nchor" in base.document.text:
                for pointer, value in _objects(base.document.data):
                    for word in ("$anchor", "$dynamicAnchor"):
                        anchor = value.get(word)
                        if isinstance(anchor, str):
                            self._anchors[path].setdefault(anchor, pointer)
        pointer = self._anchors[path].get(name)
        return None if pointer is None else self.follow(base.document, pointer)

    def _bases(self, document: Document, pointer: str) -> list[Target]:
        """What a fragment may be relative to: schemas around with an ``$id``, then the file."""
        bases = [Target(document, "", document.data)]
        if self._has_ids(document):
            at = bases[0]
            for name in steps(pointer)[:-1]:
                inner = self._walk(at, [name], 32)
                if inner is None:
                    break
                at = inner
                if isinstance(at.value, dict) and isinstance(at.value.get("$id"), str):
                    bases.insert(0, at)
        return bases

    def _has_ids(self, document: Document) -> bool:
        if document.path not in self._with_ids:
            self._with_ids[document.path] = "$id" in document.text
        return self._with_ids[document.path]

    def _by_id(self, uri: str) -> Target | None:
        if self._ids is None:
            self._ids = {}
            if "$id" in self.root.text:
                for pointer, value in _objects(self.root.data):
                    name = value.get("$id")
                    if isinstance(name, str):
                        self._ids.setdefault(name, Target(self.root, pointer, value))
        return self._ids.get(uri)

    def _other(self, ref: str, uri: str, document: Document, pointer: str) -> Target | None:
        def report(code: str, message: str, help: str = "") -> None:
            self._findings.report(code, message, document, pointer, help)

        known = self._by_id(uri)
        if known is not None:
            return known
        if _SCHEME.match(uri) or uri.startswith("//"):
            report(
                "remote-reference",
                f"{quoted(ref)} is not fetched: references lead only to files beside the document",
                "save the file beside the document and refer to it by its relative path",
            )
            return None
        name = unquote(uri)
        try:
            path = (document.path.resolve().parent / name).resolve()
        except (OSError, RuntimeError, ValueError):
            report("bad-reference", f"{quoted(ref)} names no file", "write a relative path")
            return None
        if not path.is_relative_to(self._folder):
            report(
                "reference-outside-folder",
                f"{quoted(ref)} leads outside the folder of the document",
                "move the file beside the document, or generate from a document further up",
            )
            return None
        if path not in self._read:
            if not path.is_file():
                near = closest(path.name, _names(path.parent))
                help = f"did you mean {quoted(_sibling(name, near))}?" if near else ""
                report("reference-file-missing", f"there is no file {quoted(name)}", help)
                return None
            if len(self._read) >= MAX_FILES:
                report("too-many-files", f"the document consists of more than {MAX_FILES} files")
                return None
            checked = source.load(self.root.path.parent / path.relative_to(self._folder))
            for diagnostic in checked.diagnostics:
                self._findings.add(diagnostic)
            self._read[path] = checked.value
        read = self._read[path]
        return None if read is None else Target(read, "", read.data)

    def _dangling(
        self,
        ref: str,
        uri: str,
        fragment: str,
        other: Document,
        document: Document,
        pointer: str,
        section: str,
    ) -> None:
        name = unquote(fragment)
        help = ""
        if name.startswith("/"):
            names = steps(name)
            at = Target(other, "", other.data)
            while names and (inner := self._walk(at, names[:1], 0)) is not None:
                at, names = inner, names[1:]
            if names and isinstance(at.value, dict):
                near = closest(names[0], at.value)
                if near is not None:
                    rest = "".join(step(n) for n in names[1:])
                    help = f"did you mean {quoted(f'{uri}#{at.pointer}{step(near)}{rest}')}?"
        if not help:
            last = re.split(r"[/#]", name)[-1]
            known = self.follow(other, f"/components/{section or 'schemas'}")
            if known is not None and isinstance(known.value, dict):
                where = f"{uri}#/components/{section or 'schemas'}"
                near = closest(last, known.value)
                help = f"did you mean {quoted(where + step(near))}?" if near else ""
        self._findings.report(
            "dangling-reference", f"{quoted(ref)} does not exist", document, pointer, help
        )


def _objects(data: Json) -> list[tuple[str, dict[str, Json]]]:
    """Every mapping of a document with its pointer."""
    found: list[tuple[str, dict[str, Json]]] = []
    todo: list[tuple[str, Json]] = [("", data)]
    while todo:
        pointer, value = todo.pop()
        if isinstance(value, dict):
            found.append((pointer, value))
            todo.extend((pointer + step(key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            todo.extend((pointer + step(index), inner) for index, inner in enumerate(value))
    return sorted(found, key=lambda item: item[0])


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError:
        return []


def _sibling(written: str, name: str) -> str:
    head, slash, _ = written.rpartition("/")
    return f"{head}{slash}{name}"
