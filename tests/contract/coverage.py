"""What the recordings leave out of the description."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.contract.cases import Case
from tests.contract.recording import Recording


def missing(operations: Iterable[str], recorded: Mapping[str, Iterable[Case]]) -> list[str]:
    """What the operations lack.

    Args:
        operations: The ids of the operations of the description.
        recorded: The cases that have a recording, by operation.

    Returns:
        A sentence for every operation without a success or without an error.
    """
    found = []
    for operation in operations:
        outcomes = {case.succeeds for case in recorded.get(operation, ())}
        for succeeds, what in ((True, "success"), (False, "error")):
            if succeeds not in outcomes:
                found.append(f"{operation} has no recording of a{'n' * (not succeeds)} {what}")
    return found


def unsent(names: Iterable[str], recordings: Iterable[Recording]) -> list[str]:
    """The parameters that no recorded request has.

    Args:
        names: Parameters on the wire.
        recordings: Recordings of one operation.

    Returns:
        The names, sorted.
    """
    sent: set[str] = set()
    for recording in recordings:
        request = recording.request
        sent |= {name for name, _ in request.query}
        sent |= set(request.data) if request.body else set()
    return sorted(set(names) - sent)
