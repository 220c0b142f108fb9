"""The comparison is made once, group by group, for all tests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.contract import vendor
from tests.contract.exchange import Difference
from tests.contract.surface import FlatSurface, Surface
from tests.vendor.bound_calls import bound_calls
from tests.vendor.comparison import Given, compare
from tests.vendor.error_calls import error_calls
from tests.vendor.id_calls import id_calls
from tests.vendor.input_calls import input_calls
from tests.vendor.oracle import Oracle

OPTIONS = {"strict": False, "retry": None}


@dataclass
class Side:
    """Both clients, and how they were found to differ.

    Attributes:
        oracle: The vendor's client and the server.
        found: The differences of the groups that were compared, by group.
        counts: How many calls each group has.
    """

    oracle: Oracle
    found: dict[str, list[Difference]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def calls(self, group: str) -> list[Given]:
        """The calls of a group."""
        calls = self.oracle.calls
        match group:
            case "objects":
                return list(bound_calls(self.oracle))
            case "inputs" | "inputs, flat":
                return [(call, None) for call in input_calls(calls)]
            case "ids" | "ids, flat":
                return [(call, None) for call in id_calls(calls)]
            case "errors" | "errors, flat":
                return list(error_calls(calls))
            case _:
                return [(call, None) for call in calls.of_operations()]

    def differences(self, group: str) -> list[Difference]:
        """How the clients differ in a group of calls."""
        if group not in self.found:
            kind = FlatSurface if group.endswith("flat") else Surface
            surface = kind("sync", base_url=self.oracle.server.url, **OPTIONS)
            calls = self.calls(group)
            self.counts[group] = len(calls)
            self.found[group] = asyncio.run(compare(self.oracle, calls, surface))
        return self.found[group]


@pytest.fixture(scope="session")
def side() -> Iterator[Side]:
    """Both clients."""
    try:
        vendor.python()
    except vendor.VendorMissing as error:
        pytest.skip(str(error))
    with Oracle() as oracle:
        yield Side(oracle)
