"""Names in the spellings that the SDK and the API use, in singular and plural."""

from __future__ import annotations

import re
from functools import cache

import inflect

from rebind import names

_ENGINE = inflect.engine()
_SINGULAR = {
    "status", "analysis", "access", "bias", "alias", "basis", "address", "is", "has", "dns", "sms",
    "aws", "s3", "https", "process", "progress", "success", "class", "cls", "kubernetes", "always",
    "previous", "canvas", "this", "ts", "as",
}  # fmt: skip
"""Words that end in s and mean one thing."""
_SAME = {"eda", "data", "docstore"}
"""Words that are spelled alike for one thing and for several."""
_ODD = {
    "indices": "index",
    "criteria": "criterion",
    "metrics": "metric",
    "series": "series",
    "gpus": "gpu",
    "settings": "setting",
    "vertices": "vertex",
}


def camel(name: str) -> str:
    """`chat_session_id` -> `chatSessionId`, as the SDK does it."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def upper(name: str) -> str:
    """`test_split` -> `TEST_SPLIT`, as the SDK does it."""
    return re.sub(
        r"([a-z0-9])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    ).upper()


@cache
def split(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: `chatSessionId` -> chat, session, id."""
    return tuple(word.lower() for word in names.words(name))


@cache
def singular(word: str) -> str:
    """`entries` -> `entry`; a word that is singular stays."""
    if word in _ODD:
        return _ODD[word]
    if len(word) < 3 or not word.endswith("s") or word in _SINGULAR or word.endswith("ss"):
        return word
    return str(_ENGINE.singular_noun(word) or word)


@cache
def plural(word: str) -> str:
    """`entry` -> `entries`; a word that is plural stays."""
    if is_plural(word) or word in _SAME:
        return word
    return str(_ENGINE.plural_noun(word))


def is_plural(word: str) -> bool:
    """Whether a word means several things."""
    return singular(word) != word or word in ("series", "data")


def snake(words: tuple[str, ...] | list[str]) -> str:
    """Words as a name of Python."""
    return "_".join(words)
