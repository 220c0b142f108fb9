"""Our client does what the vendor's does, or `docs/vendor-differences.md` says why it does not."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.contract.exchange import Difference
from tests.vendor.bound_calls import mechanical
from tests.vendor.conftest import Side
from tests.vendor.page import outdated, undocumented

# One worker compares everything: the vendor's client is started once.
pytestmark = [pytest.mark.xdist_group("vendor"), pytest.mark.slow]

GROUPS = (
    *("operations", "operations, flat", "objects"),
    *("inputs", "inputs, flat", "errors", "errors, flat", "ids", "ids, flat"),
)


def told(differences: list[Difference], most: int = 15) -> str:
    """The first differences, and how many there are of which kind."""
    kinds = Counter(each.aspect for each in differences)
    lines = [str(each)[:600] for each in differences[:most]]
    return "\n".join([*lines, f"{len(differences)} in all: {kinds.most_common(20)}"])


@pytest.mark.parametrize("group", GROUPS)
def test_every_difference_is_documented(group: str, side: Side) -> None:
    found = undocumented(side.differences(group))
    assert not found, told(found)


def test_every_documented_difference_occurs(side: Side) -> None:
    found = [each for group in GROUPS for each in side.differences(group)]
    assert [str(row) for row in outdated(found)] == []


def test_every_mechanical_operation_is_called_in_every_way(side: Side) -> None:
    ways = Counter(call.way for call, _ in side.calls("operations"))
    operations = len(side.oracle.catalogue["operations"])
    assert ways == dict.fromkeys(
        ("required", "all", "positional", "nulls", "awkward", "nothing", "refused"), operations
    )


def test_every_bound_method_and_input_class_is_called(side: Side) -> None:
    bound = {(call.on["class"], call.method) for call, _ in side.calls("objects") if call.on}
    wanted = {(each["class"], each["method"]) for each in mechanical(side.oracle.catalogue)}
    assert bound == wanted
    sent = {call.way.rpartition("-")[0] for call, _ in side.calls("inputs")}
    families = {family["root"] for family in side.oracle.catalogue["families"]}
    assert set(side.oracle.catalogue["inputs"]) - sent <= families | {"DataframeResponseSection"}


def test_objects_are_given_where_ids_are_expected(side: Side) -> None:
    given = Counter(
        argument["$object"]
        for call, _ in side.calls("ids")
        for argument in call.arguments.values()
        if isinstance(argument, dict) and "$object" in argument
    )
    assert len(given) > 45
    assert min(given["Project"], given["FeatureGroup"], given["DeploymentAuthToken"]) > 50


def test_every_error_class_is_raised(side: Side) -> None:
    ways = {call.way.rpartition("-")[2] for call, _ in side.calls("errors")}
    assert set(side.oracle.catalogue["errors"]) <= ways
