"""References: which file and which pointer in it a ``$ref`` means."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from rebind import source
from rebind.diagnostics import closest, quoted
from rebind.openapi.findings import Findings
from rebind.source import Document, Json, Readings, step, steps

MAX_FILES = 2000
"""A document may consist of so many files."""
_MOST_HOPS = 8
_EXAMPLE = "write a reference such as '#/components/schemas/Pet' or 'pets.yaml#/Pet'"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Target(NamedTuple):
    """What a reference leads to."""

    document: Document
    pointer: str
    value: Json

    @property
    def key(self) -> tuple[str, str]:
        """What tells this spot from every other one of the run."""
        return str(self.document.path), self.pointer

    def inner(self, name: str) -> Target | None:
        """The value under a key or an index, if there is one."""
        value = self.value
        if isinstance(value, dict) and name in value:
            return Target(self.document, self.pointer + step(name), value[name])
        if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            return Target(self.document, self.pointer + step(int(name)), value[int(name)])
        return None


class _Miss(NamedTuple):
    """Why a reference leads nowhere; an empty code where that was said already."""

    code: str
    message: str = ""
    help: str = ""


class Files:
    """The root document and the files beside it, each read once.

    Args:
        root: The document that everything starts from; files outside its folder are refused.
        findings: Where mistakes go.
        kept: What files were read as before; see `source.load`.
    """

    def __init__(self, root: Document, findings: Findings, kept: Readings | None = None) -> None:
        self.root = root
        self._kept = kept
        self._findings = findings
        self._folder = root.path.resolve().parent
        self._read: dict[Path, Document | None] = {root.path.resolve(): root}
        self._known: dict[tuple[Path, str], Target | _Miss] = {}
        self._anchors: dict[Path, dict[str, str]] = {}
        self._with_ids: dict[Path, bool] = {}
        self._ids: dict[str, Target] | None = None

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
        found = self._look(ref, document, pointer, section)
        if isinstance(found, Target):
            return found
        if found.code:
            self._findings.report(found.code, found.message, document, pointer, found.help)
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

    def _look(
        self, ref: str, document: Document, pointer: str, section: str, hops: int = 0
    ) -> Target | _Miss:
        uri, _, fragment = ref.partition("#")
        if uri:
            base = self._other(ref, uri, document)
            if isinstance(base, _Miss):
                return base
            found = self._inside(base, fragment, hops)
            if found is not None or hops:
                return found or _Miss("dangling-reference")
            return self._dangling(ref, uri, fragment, base.document, section)
        if not ref:
            return _Miss("bad-reference", "the reference is empty", _EXAMPLE)
        root = Target(document, "", document.data)
        for base in (root,) if hops else self._bases(document, pointer):
            found = self._inside(base, fragment, hops)
            if found is not None or hops:
                return found or _Miss("dangling-reference")
        return self._dangling(ref, uri, fragment, document, section)

    def _walk(self, at: Target, names: list[str], hops: int) -> Target | None:
        for index, name in enumerate(names):
            inner = at.inner(name)
            if inner is None:
                # Some tools split a document by references in the middle of such a path.
                ref = at.value.get("$ref") if isinstance(at.value, dict) else None
                if not isinstance(ref, str) or hops >= _MOST_HOPS:
                    return None
                through = self._look(ref, at.document, at.pointer + "/$ref", "", hops + 1)
                if isinstance(through, _Miss):
                    return None
                return self._walk(through, names[index:], hops + 1)
            at = inner
        return at

    def _inside(self, base: Target, fragment: str, hops: int) -> Target | None:
        if not fragment:
            return base
        # A key may hold a percent sign of its own.
        for text in dict.fromkeys((unquote(fragment),) if hops else (unquote(fragment), fragment)):
            if text.startswith("/"):
                found = self._walk(base, steps(text), hops)
                if found is not None:
                    return found
        name = self._anchors_of(base.document).get(unquote(fragment))
        if name is None:
            return None
        return self._walk(Target(base.document, "", base.document.data), steps(name), hops + 1)

    def _anchors_of(self, document: Document) -> dict[str, str]:
        if document.path not in self._anchors:
            known = self._anchors[document.path] = {}
            if "nchor" in document.text:
                for pointer, value in _objects(document.data):
                    for word in ("$anchor", "$dynamicAnchor"):
                        name = value.get(word)
                        if isinstance(name, str):
                            known.setdefault(name, pointer)
        return self._anchors[document.path]

    def _bases(self, document: Document, pointer: str) -> list[Target]:
        """What a fragment may be relative to: schemas around with an ``$id``, then the file."""
        bases = [Target(document, "", document.data)]
        if document.path not in self._with_ids:
            self._with_ids[document.path] = "$id" in document.text
        if self._with_ids[document.path]:
            at = bases[0]
            for name in steps(pointer)[:-1]:
                inner = at.inner(name)
                if inner is None:
                    break
                at = inner
                if isinstance(at.value, dict) and isinstance(at.value.get("$id"), str):
                    bases.insert(0, at)
        return bases

    def _by_id(self, uri: str) -> Target | None:
        if self._ids is None:
            self._ids = {}
            if "$id" in self.root.text:
                for pointer, value in _objects(self.root.data):
                    name = value.get("$id")
                    if isinstance(name, str):
                        self._ids.setdefault(name, Target(self.root, pointer, value))
        return self._ids.get(uri)

    def _other(self, ref: str, uri: str, document: Document) -> Target | _Miss:
        key = (document.path, uri)
        if key not in self._known:
            self._known[key] = self._by_id(uri) or self._file(ref, uri, document)
        return self._known[key]

    def _file(self, ref: str, uri: str, document: Document) -> Target | _Miss:
        if _SCHEME.match(uri) or uri.startswith("//"):
            return _Miss(
                "remote-reference",
                f"{quoted(ref)} is not fetched: references lead only to files beside the document",
                "save the file beside the document and refer to it by its relative path",
            )
        name = unquote(uri)
        try:
            path = (document.path.resolve().parent / name).resolve()
            inside = path.is_relative_to(self._folder)
            exists = inside and path.is_file()
        except (OSError, RuntimeError, ValueError):
            return _Miss("bad-reference", f"{quoted(ref)} names no file", _EXAMPLE)
        if not inside:
            return _Miss(
                "reference-outside-folder",
                f"{quoted(ref)} leads outside the folder of the document",
                "move the file beside the document, or generate from a document further up",
            )
        if not exists:
            near = closest(path.name, _names(path.parent))
            known = near is not None and f"did you mean {quoted(_sibling(name, near))}?"
            help = known or f"the path is relative to {quoted(document.path.name)}"
            if _looks_like_component(self.root, name):
                help = f"did you mean '#/components/schemas{step(name)}'?"
            return _Miss("reference-file-missing", f"there is no file {quoted(name)}", help)
        if path not in self._read:
            if len(self._read) >= MAX_FILES:
                message = f"the document consists of more than {MAX_FILES} files"
                return _Miss("too-many-files", message, "bundle it into fewer files")
            checked = source.load(
                self.root.path.parent / path.relative_to(self._folder), self._kept
            )
            for diagnostic in checked.diagnostics:
                self._findings.add(diagnostic)
            self._read[path] = checked.value
        read = self._read[path]
        return _Miss("") if read is None else Target(read, "", read.data)

    def _dangling(self, ref: str, uri: str, fragment: str, other: Document, section: str) -> _Miss:
        name = unquote(fragment)
        help = ""
        if name.startswith("/"):
            names = steps(name)
            at = Target(other, "", other.data)
            while names and (inner := at.inner(names[0])) is not None:
                at, names = inner, names[1:]
            if names and isinstance(at.value, dict):
                near = closest(names[0], at.value)
                rest = "".join(step(n) for n in names[1:])
                if near is not None and self.follow(other, at.pointer + step(near) + rest):
                    help = f"did you mean {quoted(f'{uri}#{at.pointer}{step(near)}{rest}')}?"
        if not help:
            where = f"/components/{section or 'schemas'}"
            known = self.follow(other, where)
            if known is not None and isinstance(known.value, dict):
                near = closest(re.split(r"[/#]", name)[-1], known.value)
                help = f"{quoted(f'{uri}#{where}')} has {_few(known.value)}" if known.value else ""
                help = f"did you mean {quoted(f'{uri}#{where}{step(near)}')}?" if near else help
            help = help or f"describe it under 'components: {section or 'schemas'}:'"
        return _Miss("dangling-reference", f"{quoted(ref)} does not exist", help)


def _few(names: Collection[str]) -> str:
    shown = ", ".join(list(names)[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown


def _looks_like_component(root: Document, name: str) -> bool:
    components = root.data.get("components") if isinstance(root.data, dict) else None
    schemas = components.get("schemas") if isinstance(components, dict) else None
    return isinstance(schemas, dict) and name in schemas


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
