"""Flat names of methods -> namespaces and short names: `list_models` -> `models.list`."""

from __future__ import annotations

import keyword
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rebind.upstream import spelling
from rebind.upstream.sdk import Method, Sdk

Words = tuple[str, ...]

_MAKES = {"create", "describe", "list", "delete", "update"}
_PREDICTIONS = "predictions"
"""Where calls on a deployment with a token go that no class is named in."""
_LINKS = {"and", "or"}
PREPOSITIONS = {
    "from",
    "by",
    "for",
    "to",
    "in",
    "with",
    "using",
    "as",
    "on",
    "of",
    "at",
    "into",
    "over",
    "without",
}
"""Words after which another thing is named."""


@dataclass(frozen=True)
class Spot:
    """Where a method is in the package.

    Args:
        resource: The namespace.
        name: The name there.
        noun: The words of the thing that it is about, in singular.
        rule: What decided it.
    """

    resource: str
    name: str
    noun: Words
    rule: str


def assign(sdk: Sdk) -> dict[str, Spot]:
    """Give every method a namespace and a name in it.

    Args:
        sdk: What the SDK says.

    Returns:
        Method -> its spot; no two share one.
    """
    nouns = _nouns(sdk)
    found = {name: _spot(method, nouns) for name, method in sdk.methods.items()}
    taken = Counter((spot.resource, spot.name) for spot in found.values())
    return {
        name: spot
        if taken[spot.resource, spot.name] == 1
        else Spot(spot.resource, name, spot.noun, "full name, because the short one is taken")
        for name, spot in found.items()
    }


def _nouns(sdk: Sdk) -> dict[Words, str]:
    """The things that are made, listed or described, in singular -> their class."""
    found: dict[Words, str] = {}
    classes = {_singular(spelling.split(name)): name for name in sdk.resources}
    for name, method in sdk.methods.items():
        verb, *rest = name.split("_")
        noun = _singular(tuple(rest))
        if verb in _MAKES and noun in classes and method.result == classes[noun]:
            found[noun] = classes[noun]
    for resource in sdk.resources.values():
        if resource.ident and resource.bound:
            found[_singular(spelling.split(resource.name))] = resource.name
    return found


def _singular(words: Words) -> Words:
    return (*words[:-1], spelling.singular(words[-1])) if words else words


def _spot(method: Method, nouns: Mapping[Words, str]) -> Spot:
    words = tuple(method.name.split("_"))
    start = 3 if words[1:2] and words[1] in _LINKS else 1
    match = _match(words, start, nouns)
    if match is not None:
        begin, end, noun = match
        noun, end = _version(method, noun, end, words[end:], nouns)
        return Spot(_resource(noun), _short((*words[:begin], *words[end:])), noun, "named in it")
    if method.transport in ("prediction", "streaming"):
        noun = ("deployment",) if method.transport == "prediction" else ("feature", "group")
        if method.transport == "prediction":
            return Spot(_PREDICTIONS, method.name, noun, "asks a deployment")
    for argument in method.arguments:
        noun = _of_id(argument.name)
        if argument.required and noun in nouns:
            return Spot(_resource(noun), _without(words, noun), noun, f"takes {argument.name}")
    noun = _singular(spelling.split(method.result))
    if noun in nouns:
        return Spot(_resource(noun), _without(words, noun), noun, "gives one")
    for begin in range(start + 1, len(words)):
        match = _match(words, begin, nouns)
        if match is not None and match[0] == begin:
            noun = match[2]
            return Spot(_resource(noun), _without(words, noun), noun, "named later in it")
    rest = _singular(words[start:]) or words
    return Spot(_resource(rest), _short(words[:start]), rest, "no class is named in it")


def _version(
    method: Method, noun: Words, end: int, rest: Words, nouns: Mapping[Words, str]
) -> tuple[Words, int]:
    """A thing or its version, whichever the call takes."""
    required = {argument.name for argument in method.arguments if argument.required}
    version = (*noun, "version")
    takes_version = spelling.snake(version) in required
    if version in nouns and rest and takes_version and f"{spelling.snake(noun)}_id" not in required:
        return version, end
    base = noun[:-1]
    takes_base = f"{spelling.snake(base)}_id" in required and spelling.snake(noun) not in required
    if noun[-1] == "version" and base in nouns and rest and takes_base:
        return (noun, end) if rest[0] in PREPOSITIONS else (base, end - 1)
    return noun, end


def _without(words: Words, noun: Words) -> str:
    """The name without the thing, where it is named in one piece and something is left."""
    for begin in range(1, len(words)):
        end = begin + len(noun)
        if _singular(words[begin:end]) == noun:
            if end == len(words) and words[begin - 1] in PREPOSITIONS and begin > 2:
                begin -= 1
            left = (*words[:begin], *words[end:])
            return _short(left)
    return _short(words)


def _of_id(argument: str) -> Words:
    words = tuple(argument.split("_"))
    return words[:-1] if words[-1:] == ("id",) else words


def _match(words: Words, begin: int, nouns: Mapping[Words, str]) -> tuple[int, int, Words] | None:
    """The longest noun that begins at a place."""
    for end in range(len(words), begin, -1):
        noun = _singular(words[begin:end])
        if noun in nouns:
            return begin, end, noun
    return None


def _resource(noun: Iterable[str]) -> str:
    *first, last = noun
    return spelling.snake([*first, spelling.plural(last)])


def _short(words: Words) -> str:
    short = spelling.snake(words)
    return f"{short}_" if keyword.iskeyword(short) else short
