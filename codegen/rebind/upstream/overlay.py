"""OpenAPI Overlay 1.0: corrections by hand, applied to a description after each import."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonpath import JSONPathEnvironment, JSONPathError, JSONPathMatch

from rebind import source
from rebind.diagnostics import Checked, Diagnostic, Severity, did_you_mean, quoted
from rebind.lower.terms import is_dict, is_list
from rebind.source import Document

Json = Any

_ROOT = {"overlay", "info", "extends", "actions"}
_INFO = {"title", "version"}
_ACTION = {"target", "description", "update", "remove"}
_KINDS = {"dict": "a mapping", "list": "a list", "str": "a text"}
_PATHS = JSONPathEnvironment(strict=True)  # RFC 9535 and nothing more


def read(path: Path) -> Checked[Document]:
    """Read an overlay.

    Args:
        path: The file.

    Returns:
        The overlay, when it is one; otherwise what is wrong with it.
    """
    loaded = source.load(path)
    if loaded.value is None:
        return loaded
    problems = _Problems(loaded.value)
    _check(loaded.value.data, problems)
    return Checked(None if problems.found else loaded.value, (*loaded.diagnostics, *problems.found))


def apply(overlay: Document, data: Json, *, skip: bool = False) -> Checked[Json]:
    """Apply an overlay, action by action.

    Args:
        overlay: What `read` returned.
        data: The description; it is not changed.
        skip: Whether an action that no longer applies is a warning, and left out.

    Returns:
        The corrected description. An action that matches nothing is an error: what it corrects has
        gone, and somebody has to look.
    """
    problems = _Problems(overlay, "warning" if skip else "error")
    data = copy.deepcopy(data)
    actions: list[dict[str, Json]] = overlay.data["actions"]  # type: ignore[index, call-overload, assignment]
    for index, action in enumerate(actions):
        at = f"/actions/{index}"
        matches = list(_PATHS.compile(action["target"]).finditer(data))
        if not matches:
            where = _nearest(action["target"], data)
            message = f"the target {quoted(action['target'])} matches nothing"
            problems.report("overlay-no-match", message, f"{at}/target", where)
        elif action.get("remove") is True:
            for match in reversed(matches):
                if match.parent is None:
                    message = "the whole description cannot be removed"
                    help = "name what is to go"
                    problems.report("overlay-mismatch", message, f"{at}/target", help)
                    break
                _remove(match)
        elif "update" in action:
            for match in matches:
                _update(match.obj, action["update"], at, problems)
    found = Checked(data, tuple(problems.found))
    return found if found.ok else Checked(None, found.diagnostics)


class _Problems:
    """What is wrong with an overlay."""

    def __init__(self, overlay: Document, severity: Severity = "error") -> None:
        self.overlay = overlay
        self.severity: Severity = severity
        self.found: list[Diagnostic] = []

    def report(
        self, code: str, message: str, pointer: str, help: str, *, key: bool = False
    ) -> None:
        place = self.overlay.place(pointer, key=key)
        self.found.append(Diagnostic(code, message, place, help, self.severity))


def _check(data: Json, problems: _Problems) -> None:
    if not is_dict(data) or "overlay" not in data:
        message = "the document does not say that it is an overlay"
        problems.report(
            "not-an-overlay", message, "", "begin it with a line such as 'overlay: 1.0.0'"
        )
        return
    if not str(data["overlay"]).startswith("1.0."):
        message = f"Overlay {data['overlay']} is not understood"
        problems.report("overlay-version", message, "/overlay", "write it for version 1.0.0")
    _object(data, "", _ROOT, {"info": dict, "actions": list}, problems, "an overlay")
    if is_dict(data.get("info")):
        _object(data["info"], "/info", _INFO, {"title": str, "version": str}, problems, "'info'")
    actions = data.get("actions")
    if actions == []:
        problems.report(
            "overlay-field", "there is no action", "/actions", "add one, or remove the overlay"
        )
    for index, action in enumerate(actions if is_list(actions) else []):
        _check_action(action, f"/actions/{index}", problems)


def _check_action(action: Json, at: str, problems: _Problems) -> None:
    if not is_dict(action):
        problems.report(
            "overlay-field", "an action is a mapping", at, "write 'target:' and 'update:'"
        )
        return
    _object(action, at, _ACTION, {"target": str}, problems, "an action")
    if "update" not in action and action.get("remove") is not True:
        message = "the action does nothing"
        problems.report("overlay-field", message, at, "add 'update:' or 'remove: true'")
    if not str(action.get("description") or "").strip():
        message = "the action does not say why it is there"
        problems.report("overlay-field", message, at, "add 'description:' with the reason")
    if isinstance(action.get("target"), str):
        try:
            _PATHS.compile(action["target"])
        except JSONPathError as error:
            why = str(error.args[0] if error.args else error)
            message = f"the target is no JSONPath: {why}"
            help = "write it as RFC 9535 has it, such as $.paths['/pets'].get"
            problems.report("overlay-path", message, f"{at}/target", help)


def _object(
    data: Mapping[str, Json],
    at: str,
    known: set[str],
    needed: Mapping[str, type[object]],
    problems: _Problems,
    what: str,
) -> None:
    for key in data:
        if key not in known and not key.startswith("x-"):
            message = f"{quoted(key)} has no meaning in {what}"
            help = did_you_mean(key, known, f"remove it; there are {', '.join(sorted(known))}")
            problems.report("overlay-field", message, f"{at}{source.step(key)}", help, key=True)
    for key, kind in needed.items():
        if not isinstance(data.get(key), kind):
            words = _KINDS[kind.__name__]
            message = f"{what} needs {quoted(key)}, {words}"
            problems.report("overlay-field", message, at, f"add '{key}:'")


def _remove(match: JSONPathMatch) -> None:
    parent = match.parent.obj if match.parent is not None else None
    if is_dict(parent):
        parent.pop(str(match.parts[-1]), None)
    elif is_list(parent):
        del parent[int(match.parts[-1])]


def _update(target: Json, update: Json, at: str, problems: _Problems) -> None:
    """Merge into an object, append to a list; both are changed in place."""
    if is_list(target):
        target.append(copy.deepcopy(update))
    elif is_dict(target) and is_dict(update):
        _merge(target, update)
    else:
        kind = "an object" if is_dict(target) else "neither an object nor a list"
        message = f"the target is {kind}, which this update cannot be merged into"
        help = "target the object that holds the value, and give the value in a mapping"
        problems.report("overlay-mismatch", message, f"{at}/update", help)


def _merge(target: dict[str, Json], update: Mapping[str, Json]) -> None:
    for key, value in update.items():
        known = target.get(key)
        if is_dict(known) and is_dict(value):
            _merge(known, value)
        elif is_list(known) and is_list(value):
            known.extend(copy.deepcopy(value))
        else:
            target[key] = copy.deepcopy(value)


def _nearest(target: str, data: Json) -> str:
    """How far a path of names leads, and what there is instead of the name where it ends."""
    names: list[str] = []
    for segment in getattr(_PATHS.compile(target), "segments", ()):
        selectors: list[Any] = list(getattr(segment, "selectors", ()))
        name = getattr(selectors[0], "name", None) if len(selectors) == 1 else None
        if not isinstance(name, str):
            break
        names.append(name)
    for name in names:
        if not is_dict(data) or name not in data:
            there = list(data) if is_dict(data) else []
            otherwise = (
                f"there is no {quoted(name)} any more: correct the target or remove the action"
            )
            return did_you_mean(name, map(str, there), otherwise)
        data = data[name]
    return "correct the target, or remove the action if its reason has gone"
