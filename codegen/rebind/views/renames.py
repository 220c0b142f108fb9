"""Old names as they are printed: what is said where one is used, and the ways to spell a call."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import TypeVar

from rebind.aliases import OldName

K = TypeVar("K", bound=Hashable)
_MOST = 8
"""A method with more spellings than this is told with each old name by itself, and with all."""


def deprecation_of(old: str, new: str, until: str | None) -> str:
    """What somebody is told who uses an old name.

    Args:
        old: What it was called.
        new: What it is called.
        until: The version in which the old name goes.

    Returns:
        One or two sentences.
    """
    gone = f" It goes in {until}." if until else ""
    return f"`{old}` is deprecated: use `{new}`.{gone}"


def spellings(known: Mapping[K, Sequence[OldName]]) -> Iterator[dict[K, OldName]]:
    """The ways to use old names together.

    Args:
        known: What has old names, and which.

    Yields:
        Which old name is used for what; at least one.
    """
    ways = [(None, *names) for names in known.values()]
    count = 1
    for way in ways:
        count *= len(way)
    if count <= _MOST:
        for chosen in islice(product(*ways), 1, None):
            pairs = zip(known, chosen, strict=True)
            yield {key: old for key, old in pairs if old is not None}
        return
    for key, names in known.items():
        for name in names:
            yield {key: name}
    yield {key: names[0] for key, names in known.items()}
