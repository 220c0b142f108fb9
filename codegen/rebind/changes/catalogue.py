"""Every kind of change: its code, how bad it is, and what a caller must do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rebind.changes.edits import Edit, Move, Path
from rebind.diagnostics import Place

Severity = Literal["breaking", "risky", "additive", "docs"]
SEVERITIES: tuple[Severity, ...] = ("breaking", "risky", "additive", "docs")


@dataclass(frozen=True)
class Kind:
    """A kind of change.

    Attributes:
        severity: How bad it is; where that depends on the way values travel, `sent` and `received`
            say so for what callers send and for what they receive.
        mirror: The code of the change back.
        sentence: What happened; `{name}` (of what changed), `{owner}` (of the operation
            or the class that it belongs to), `{old}` and `{new}` are filled in.
        advice: What a caller must do.
        sent: The severity for what callers send.
        received: The severity for what callers receive.
    """

    severity: Severity
    mirror: str
    sentence: str
    advice: str
    sent: Severity | None = None
    received: Severity | None = None


@dataclass(frozen=True)
class Change:
    """One change, as callers meet it.

    Attributes:
        code: A key of `KINDS`.
        severity: How bad it is.
        path: What changed, by the keys of the newer form (the older one, where it is gone).
        old: What it was, in few words.
        new: What it is now.
        python: The names of the package that it touches.
        message: What happened, in a sentence.
        advice: What a caller must do.
        pointer: Where it stands in the description.
        old_place: The file and line of the older description.
        new_place: The file and line of the newer one.
        edits: What the surfaces differ by, for this change.
    """

    code: str
    severity: Severity
    path: Path
    old: str | None
    new: str | None
    python: tuple[str, ...]
    message: str
    advice: str
    pointer: str
    old_place: Place | None
    new_place: Place | None
    edits: tuple[Edit | Move, ...]


_NONE = "Nothing."
_SOON = "Nothing yet: the old name warns, and says whether it goes."
_PASS_BY_NAME = "Pass it by name."
_REFRESH = "Take the new package: the old one goes on sending what the API may no longer accept."
_READ = "Nothing; read the description."

KINDS: dict[str, Kind] = {
    # Operations
    "operation-added": Kind(
        "additive", "operation-removed", "`{name}` is new", "Nothing; it can be called."
    ),
    "operation-removed": Kind(
        "breaking", "operation-added", "`{name}` is gone", "Remove the calls."
    ),
    "operation-renamed": Kind(
        "breaking", "operation-renamed", "`{old}` is now `{new}`", "Call it by its new name."
    ),
    "operation-renamed-kept": Kind(
        "additive", "operation-renamed",
        "`{old}` is now `{new}`, and goes on working by its old name",
        _SOON,
    ),
    "operation-verb-changed": Kind(
        "risky", "operation-verb-changed", "`{name}` is sent with {new}, not {old}", _REFRESH
    ),
    "operation-path-changed": Kind(
        "risky", "operation-path-changed", "`{name}` is sent to {new}, not {old}", _REFRESH
    ),
    "operation-host-changed": Kind(
        "risky", "operation-host-changed", "`{name}` moved from {old} to {new}", _REFRESH
    ),
    "operation-encoding-changed": Kind(
        "risky", "operation-encoding-changed", "`{name}` sends its body as {new}, not {old}",
        _REFRESH,
    ),
    "operation-wire-changed": Kind(
        "risky", "operation-wire-changed", "`{name}` is sent otherwise: {new}, not {old}", _REFRESH
    ),
    "operation-flat-changed": Kind(
        "risky", "operation-flat-changed",
        "`{name}` is called otherwise on the flat client: {new}, not {old}",
        "Pass its arguments by name there.",
    ),
    "operation-security-changed": Kind(
        "risky", "operation-security-changed", "`{name}` asks for {new}, not {old}",
        "See that the client has the credentials.",
    ),
    "operation-deprecated": Kind(
        "docs", "operation-undeprecated", "`{name}` is deprecated", "Look for its successor."
    ),
    "operation-undeprecated": Kind(
        "docs", "operation-deprecated", "`{name}` is no longer deprecated", _NONE
    ),
    "operation-described": Kind(
        "docs", "operation-described", "`{name}` is described otherwise", _READ
    ),
    # Parameters
    "parameter-added": Kind(
        "additive", "parameter-removed", "`{owner}` takes `{new}`, which may be left out",
        "Nothing; it can be passed.",
    ),
    "parameter-added-required": Kind(
        "breaking", "parameter-removed", "`{owner}` requires `{new}`", "Pass it."
    ),
    "parameter-removed": Kind(
        "breaking", "parameter-added", "`{owner}` no longer takes `{old}`", "Leave it out."
    ),
    "parameter-renamed": Kind(
        "breaking", "parameter-renamed", "`{old}` of `{owner}` is now `{new}`",
        "Pass it by its new name.",
    ),
    "parameter-renamed-kept": Kind(
        "additive", "parameter-renamed",
        "`{old}` of `{owner}` is now `{new}`, and is taken by its old name, too",
        _SOON,
    ),
    "parameter-widened": Kind(
        "additive", "parameter-narrowed", "{name} takes {new}, not only {old}", _NONE
    ),
    "parameter-narrowed": Kind(
        "breaking", "parameter-widened", "{name} takes {new}, no longer {old}",
        "Pass what it still takes.",
    ),
    "parameter-retyped": Kind(
        "breaking", "parameter-retyped", "{name} takes {new}, not {old}", "Pass the new type."
    ),
    "parameter-now-required": Kind(
        "breaking", "parameter-now-optional", "{name} must be passed", "Pass it."
    ),
    "parameter-now-optional": Kind(
        "breaking", "parameter-now-required", "{name} may be left out, and is passed by name alone",
        _PASS_BY_NAME,
    ),
    "parameters-reordered": Kind(
        "breaking", "parameters-reordered", "`{name}` takes ({new}), in this order; it was ({old})",
        "Pass them in the new order, or by name.",
    ),
    "parameter-default-changed": Kind(
        "risky", "parameter-default-changed", "{name} is {new} when left out; it was {old}",
        "Pass the old value where it matters.",
    ),
    "parameter-wire-changed": Kind(
        "risky", "parameter-wire-changed", "{name} is sent otherwise: {new}, not {old}", _REFRESH
    ),
    "parameter-limits-changed": Kind(
        "risky", "parameter-limits-changed", "{name} has other limits: {new}, not {old}",
        "See that what is passed keeps them.",
    ),
    "parameter-deprecated": Kind(
        "docs", "parameter-undeprecated", "{name} is deprecated", "Leave it out where possible."
    ),
    "parameter-undeprecated": Kind(
        "docs", "parameter-deprecated", "{name} is no longer deprecated", _NONE
    ),
    "parameter-described": Kind(
        "docs", "parameter-described", "{name} is described otherwise", _READ
    ),
    # Results
    "result-added": Kind(
        "additive", "result-removed", "`{name}` returns {new}; it returned nothing", _NONE
    ),
    "result-removed": Kind(
        "breaking", "result-added", "`{name}` returns nothing; it returned {old}",
        "Do without the result.",
    ),
    "result-became-list": Kind(
        "breaking", "result-no-longer-list", "`{name}` returns {new}, not one {old}",
        "Go through the list.",
    ),
    "result-no-longer-list": Kind(
        "breaking", "result-became-list", "`{name}` returns one {new}, not {old}",
        "Use the result as it is.",
    ),
    "result-nullable": Kind(
        "breaking", "result-not-nullable", "`{name}` may return `None`", "Ask for `None` first."
    ),
    "result-not-nullable": Kind(
        "additive", "result-nullable", "`{name}` no longer returns `None`", _NONE
    ),
    "result-widened": Kind(
        "breaking", "result-narrowed", "`{name}` returns {new}, not only {old}",
        "Be ready for the other types.",
    ),
    "result-narrowed": Kind(
        "additive", "result-widened", "`{name}` returns {new}, no longer {old}", _NONE
    ),
    "result-retyped": Kind(
        "breaking", "result-retyped", "`{name}` returns {new}, not {old}", "Use the new type."
    ),
    "replies-changed": Kind(
        "risky", "replies-changed", "`{name}` has other replies: {new}, not {old}",
        "See whether the code looks at the status.",
    ),
    # Classes
    "class-added": Kind("additive", "class-removed", "`{name}` is new", _NONE),
    "class-removed": Kind("breaking", "class-added", "`{name}` is gone", "Do not import it."),
    "class-renamed": Kind(
        "breaking", "class-renamed", "`{old}` is now `{new}`", "Import it by its new name."
    ),
    "class-renamed-kept": Kind(
        "additive", "class-renamed",
        "`{old}` is now `{new}`, and can be imported by its old name, too",
        _SOON,
    ),
    "class-retyped": Kind(
        "breaking", "class-retyped", "`{name}` is {new}, not {old}", "Use the new type."
    ),
    "class-described": Kind("docs", "class-described", "`{name}` is described otherwise", _READ),
    "class-positional": Kind(
        "additive", "class-not-positional", "`{name}` can be constructed by position", _NONE
    ),
    "class-not-positional": Kind(
        "breaking", "class-positional", "`{name}` is constructed by name alone",
        "Give the fields by name, and no client.",
    ),
    "variant-added": Kind(
        "breaking", "variant-removed", "`{name}` may be {new}", "Be ready for the new variant.",
        sent="additive", received="breaking",
    ),
    "variant-removed": Kind(
        "breaking", "variant-added", "`{name}` is no longer {old}", "Do without the variant.",
        sent="breaking", received="additive",
    ),
    "discriminator-changed": Kind(
        "risky", "discriminator-changed", "the variants of `{name}` are told apart otherwise",
        _REFRESH,
    ),
    # Fields
    "field-added": Kind("additive", "field-removed", "`{name}` is new", _NONE),
    "field-added-required": Kind(
        "breaking", "field-removed", "`{name}` is new, and required", "Give it."
    ),
    "field-inserted": Kind(
        "breaking", "field-removed", "`{name}` is new, and moves the positions of those after it",
        "Give the fields by name.",
    ),
    "field-removed": Kind("breaking", "field-added", "`{name}` is gone", "Do without it."),
    "field-renamed": Kind(
        "breaking", "field-renamed", "`{old}` of `{owner}` is now `{new}`", "Use the new name."
    ),
    "field-renamed-kept": Kind(
        "risky", "field-renamed",
        "`{old}` of `{owner}` is now `{new}`, and goes on working by its old name",
        "Use the new name; it is what `to_dict()` and `repr()` have.",
    ),
    "field-widened": Kind(
        "breaking", "field-narrowed", "`{name}` is {new}, not only {old}",
        "Be ready for the other types.",
        sent="additive", received="breaking",
    ),
    "field-narrowed": Kind(
        "breaking", "field-widened", "`{name}` is {new}, no longer {old}",
        "Give what it still takes.",
        sent="breaking", received="additive",
    ),
    "field-retyped": Kind(
        "breaking", "field-retyped", "`{name}` is {new}, not {old}", "Use the new type."
    ),
    "field-now-required": Kind(
        "breaking", "field-now-optional", "`{name}` is required", "Give it.",
        sent="breaking", received="additive",
    ),
    "field-now-optional": Kind(
        "breaking", "field-now-required", "`{name}` may be left out", "Ask for `None` first.",
        sent="additive", received="breaking",
    ),
    "fields-reordered": Kind(
        "breaking", "fields-reordered", "the fields of `{name}` have another order",
        "Give the fields by name.",
    ),
    "field-default-changed": Kind(
        "risky", "field-default-changed", "`{name}` is {new} when left out; it was {old}",
        "Give the old value where it matters.",
    ),
    "field-wire-changed": Kind(
        "risky", "field-wire-changed", "`{name}` is called `{new}` on the wire, not `{old}`",
        _REFRESH,
    ),
    "field-limits-tightened": Kind(
        "breaking", "field-limits-loosened", "`{name}` has closer limits: {new}, not {old}",
        "Give values that keep them.",
        sent="breaking", received="risky",
    ),
    "field-limits-loosened": Kind(
        "additive", "field-limits-tightened", "`{name}` has wider limits: {new}, not {old}", _NONE
    ),
    "field-limits-changed": Kind(
        "breaking", "field-limits-changed", "`{name}` has other limits: {new}, not {old}",
        "Give values that keep them.",
        sent="breaking", received="risky",
    ),
    "field-deprecated": Kind(
        "docs", "field-undeprecated", "`{name}` is deprecated", "Look for its successor."
    ),
    "field-undeprecated": Kind(
        "docs", "field-deprecated", "`{name}` is no longer deprecated", _NONE
    ),
    "field-described": Kind("docs", "field-described", "`{name}` is described otherwise", _READ),
    # Enumerations
    "enum-value-added": Kind("additive", "enum-value-removed", "`{name}` is new: {new}", _NONE),
    "enum-value-removed": Kind(
        "breaking", "enum-value-added", "`{name}` is gone: {old}", "Use another value."
    ),
    "enum-value-renamed": Kind(
        "breaking", "enum-value-renamed", "`{old}` of `{owner}` is now `{new}`", "Use the new name."
    ),
    "enum-value-renamed-kept": Kind(
        "additive", "enum-value-renamed",
        "`{old}` of `{owner}` is now `{new}`, and goes on working by its old name",
        _SOON,
    ),
    "enum-value-changed": Kind(
        "risky", "enum-value-changed", "`{name}` is {new} on the wire, not {old}", _REFRESH
    ),
    # Bound methods
    "method-added": Kind("additive", "method-removed", "`{name}()` is new", _NONE),
    "method-removed": Kind(
        "breaking", "method-added", "`{name}()` is gone", "Call the client's own method."
    ),
    "method-renamed": Kind(
        "breaking", "method-renamed", "`{old}()` of `{owner}` is now `{new}()`",
        "Call it by its new name.",
    ),
    "method-renamed-kept": Kind(
        "additive", "method-renamed",
        "`{old}()` of `{owner}` is now `{new}()`, and goes on working by its old name",
        _SOON,
    ),
    "method-widened": Kind("additive", "method-narrowed", "`{name}()` takes {new}, too", _NONE),
    "method-narrowed": Kind(
        "breaking", "method-widened", "`{name}()` no longer takes {old}",
        "Leave it out, or call the client's own method.",
    ),
    "method-described": Kind(
        "docs", "method-described", "`{name}()` is described otherwise, and takes what it took",
        _NONE,
    ),
    "wait-changed": Kind(
        "risky", "wait-changed", "`{name}()` waits otherwise: {new}, not {old}",
        "See that it still waits for what the code needs.",
    ),
    "method-changed": Kind(
        "breaking", "method-changed", "`{name}()` calls otherwise: {new}, not {old}",
        "See what it takes now.",
    ),
    # Old names
    "alias-added": Kind("additive", "alias-removed", "`{old}` is an old name of `{new}`", _NONE),
    "alias-removed": Kind(
        "breaking", "alias-added", "the old name `{old}` of `{new}` is gone", "Use the new name."
    ),
    "alias-changed": Kind(
        "docs", "alias-changed", "the old name `{old}` {new}", "Use the new name before."
    ),
    # Errors
    "error-added": Kind("additive", "error-removed", "`{name}` is new", _NONE),
    "error-removed": Kind(
        "breaking", "error-added", "`{name}` is gone", "Catch another error."
    ),
    "error-base-changed": Kind(
        "breaking", "error-base-changed", "`{name}` is a {new}, not a {old}",
        "See that it is still caught.",
    ),
    "error-chosen-otherwise": Kind(
        "risky", "error-chosen-otherwise", "`{name}` is raised for {new}, not for {old}",
        "See that the right error is caught.",
    ),
    "error-described": Kind("docs", "error-described", "`{name}` is described otherwise", _READ),
    # The client
    "client-renamed": Kind(
        "breaking", "client-renamed", "the client is `{new}`, not `{old}`",
        "Import it by its new name.",
    ),
    "server-changed": Kind(
        "risky", "server-changed", "the server is {new}, not {old}", _REFRESH
    ),
    "variable-changed": Kind(
        "breaking", "variable-changed", "{name} is read from {new}, not from {old}",
        "Set the new variable.",
    ),
    "security-changed": Kind(
        "risky", "security-changed", "calls authenticate by {new}, not by {old}",
        "See that the client has the credentials.",
    ),
    "wire-changed": Kind("risky", "wire-changed", "{name} is {new}, not {old}", _REFRESH),
    "api-described": Kind("docs", "api-described", "the {name} of the API is another one", _READ),
}  # fmt: skip
