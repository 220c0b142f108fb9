"""A short text that matches a regular expression, the same one every time."""

from __future__ import annotations

import re
import sys
import warnings
from typing import Any, Final

if sys.version_info >= (3, 11):
    from re import _constants as _c
    from re import _parser as _p
else:
    import sre_constants as _c
    import sre_parse as _p

# The order in which a character is chosen where several match: letters first, to be readable.
_ALPHABET: Final = (
    "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "0123456789"
    "-_. /:@#$%&+=,;!?*()[]{}<>|~^'\"\\`\t\n\r"
)
_UNICODE_CLASSES: Final = {
    "L": "a-zA-Z", "Letter": "a-zA-Z", "Lu": "A-Z", "Ll": "a-z", "N": "0-9", "Nd": "0-9",
    "P": r"\-._!", "S": r"$+=", "Z": " ", "Zs": " ", "M": "\u0301",
}  # fmt: skip
_MOST_REPEATS: Final = 64
_LONGEST: Final = 20_000


def matching(pattern: str, *, extra: int = 0, variant: int = 0) -> str | None:
    """A text that the pattern should match, or None where it uses what cannot be followed.

    Lookarounds are skipped over, so check the result.

    Args:
        pattern: A regular expression as JSON Schema has them (ECMA 262).
        extra: How many repeats to make beyond the fewest, for a longer text.
        variant: Chooses other characters and branches, for a different text.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on what may mean something else one day
            return _Writer(extra, variant).text(_p.parse(_translated(pattern)))
    except (re.error, _Unwritable, OverflowError, RecursionError):
        return None


class _Unwritable(Exception):
    pass


class _Writer:
    def __init__(self, extra: int, variant: int) -> None:
        self._extra = extra
        self._variant = variant
        self._groups: dict[int, str] = {}

    def text(self, nodes: Any) -> str:
        return "".join(self._one(op, argument) for op, argument in nodes)

    def _one(self, op: Any, argument: Any) -> str:
        if op is _c.LITERAL:
            return chr(argument)
        if op is _c.NOT_LITERAL:
            return self._choose([(_c.NEGATE, None), (_c.LITERAL, argument)])
        if op is _c.ANY:
            return self._choose([(_c.CATEGORY, _c.CATEGORY_WORD)])
        if op is _c.IN:
            return self._choose(argument)
        if op is _c.BRANCH:
            branches = argument[1]
            return self.text(branches[self._variant % len(branches)])
        if op is _c.SUBPATTERN:
            text = self.text(argument[3])
            if argument[0] is not None:
                self._groups[argument[0]] = text
            return text
        if op is _c.GROUPREF:
            return self._groups.get(argument, "")
        if op is _c.GROUPREF_EXISTS:
            chosen = argument[1] if argument[0] in self._groups else argument[2]
            return self.text(chosen) if chosen else ""
        if op in (_c.AT, _c.ASSERT, _c.ASSERT_NOT):
            return ""
        if op in (_c.MAX_REPEAT, _c.MIN_REPEAT) or str(op) == "POSSESSIVE_REPEAT":
            least, most, repeated = int(argument[0]), int(argument[1]), argument[2]
            times = min(most, least + min(self._extra, _MOST_REPEATS))
            if least == 0 and times == 0 and most > 0 and self._variant % 2 == 0:
                times = 1
            text = self.text(repeated) if times else ""
            if len(text) * times > _LONGEST:
                raise _Unwritable
            return text * times
        if str(op) == "ATOMIC_GROUP":
            return self.text(argument)
        raise _Unwritable

    def _choose(self, members: list[tuple[Any, Any]]) -> str:
        negated = bool(members) and members[0][0] is _c.NEGATE
        if negated:
            members = members[1:]
        fitting = [c for c in _ALPHABET if any(_holds(c, *member) for member in members) != negated]
        if fitting:
            return fitting[self._variant % len(fitting)]
        for op, argument in members:
            if not negated and op in (_c.LITERAL, _c.RANGE):
                return chr(argument if op is _c.LITERAL else argument[0])
        raise _Unwritable


def _holds(character: str, op: Any, argument: Any) -> bool:
    code = ord(character)
    if op is _c.LITERAL:
        return bool(code == argument)
    if op is _c.RANGE:
        return bool(argument[0] <= code <= argument[1])
    word = character.isalnum() or character == "_"
    kinds = {
        _c.CATEGORY_DIGIT: character.isdigit(),
        _c.CATEGORY_NOT_DIGIT: not character.isdigit(),
        _c.CATEGORY_SPACE: character.isspace(),
        _c.CATEGORY_NOT_SPACE: not character.isspace(),
        _c.CATEGORY_WORD: word,
        _c.CATEGORY_NOT_WORD: not word,
    }
    return bool(kinds.get(argument, False))


def _translated(pattern: str) -> str:
    """The pattern in Python's spelling; only what is common in API descriptions is rewritten."""
    out: list[str] = []
    inside = False
    position = 0
    while position < len(pattern):
        rest = pattern[position:]
        found = re.match(r"\\[pP]\{(?:\w+=)?(\w+)\}", rest)
        if found:
            members = _UNICODE_CLASSES.get(found[1]) or _UNICODE_CLASSES.get(found[1][:1])
            if members is None or rest[1] == "P":
                raise _Unwritable
            out.append(members if inside else f"[{members}]")
            position += found.end()
            continue
        named = re.match(r"\(\?<(\w+)>|\\k<(\w+)>", rest)
        if named and not inside:
            out.append(f"(?P<{named[1]}>" if named[1] else f"(?P={named[2]})")
            position += named.end()
            continue
        if rest.startswith("\\"):
            braced = re.match(r"\\[ux]\{([0-9A-Fa-f]{1,6})\}", rest)
            if braced:
                out.append(re.escape(chr(int(braced[1], 16))))
                position += braced.end()
                continue
            pair = rest[:2]
            # Python refuses to escape letters that it does not know; for ECMA they are letters.
            out.append(
                pair if re.match(r"\\[AbBdDsSwWZnrtfvux0-9\W]", pair, re.ASCII) else pair[1:]
            )
            position += 2
            continue
        if rest[0] == "[" and not inside:
            if rest.startswith("[^]"):
                out.append(r"[\s\S]")
                position += 3
                continue
            inside = True
        elif rest[0] == "[":
            out.append("\\")
        elif rest[0] == "]":
            inside = False
        out.append(rest[0])
        position += 1
    return "".join(out)
