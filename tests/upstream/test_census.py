"""Everything in the vendor's SDK comes out, counted against what was counted by hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from rebind.cli import main
from rebind.upstream import report
from rebind.upstream.sdk import Sdk

ROOT = Path(__file__).parents[2]


def test_every_method_is_an_operation_or_said_to_be_hand_written(abacus: Sdk) -> None:
    assert (len(abacus.methods), len(abacus.by_hand), abacus.refused) == (576, 70, ())
    assert Counter(method.transport for method in abacus.methods.values()) == {
        "plain": 479,
        "prediction": 54,
        "streaming": 5,
        "proxy": 31,
        "job": 7,
    }
    assert len({method.action for method in abacus.methods.values()}) == 576


def test_verbs_and_bodies_are_counted(abacus: Sdk) -> None:
    methods = abacus.methods.values()
    # A job is begun by POST, or by PUT where it takes files.
    verbs = Counter(method.verb for method in methods if method.transport != "job")
    assert verbs == {"POST": 273, "GET": 197, "DELETE": 58, "PATCH": 41}
    assert Counter(m.verb for m in methods if m.transport == "job") == {"POST": 5, "PUT": 2}
    assert sum(method.multipart for method in methods) == 19
    assert sum(sent.where == "files" for method in methods for sent in method.sent) == 6
    assert sum(method.streams for method in methods) == 11
    assert Counter(m.verb for m in methods if m.streams) == {"GET": 10, "POST": 1}
    assert sorted(m.timeout for m in methods if m.timeout) == [1500] * 5 + [4500]
    assert [method.name for method in methods if method.retry_500] == [
        "download_batch_prediction_result_chunk"
    ]


def test_every_parameter_is_sent_once_and_by_its_usual_name(abacus: Sdk) -> None:
    from rebind.upstream.spelling import camel

    methods = abacus.methods.values()
    arguments = [a for method in methods for a in method.arguments]
    assert len(arguments) + sum(method.extra for method in methods) == 1828
    assert sum(argument.required for argument in arguments) == 868
    for method in methods:
        assert sorted(s.argument.name for s in method.sent) == sorted(
            a.name for a in method.arguments
        )
        assert all(s.wire == camel(s.argument.name) for s in method.sent if s.wire)
    encodings = Counter(sent.encoding for method in methods for sent in method.sent)
    assert (encodings["json-unless-string"], encodings["json"]) == (40, 4)
    assert sum(encodings.values()) - 44 - 6 == 1777


def test_every_class_of_replies_is_read(abacus: Sdk) -> None:
    resources = abacus.resources.values()
    assert len(resources) == 372
    fields = [field for resource in resources for field in resource.fields]
    assert len(fields) == 2951
    missing = {gap.what for gap in abacus.gaps if gap.code == "upstream-class"}
    assert sum(bool(field.nested) for field in fields) + len(missing) == 220
    assert sum(bool(resource.ident) for resource in resources) == 87
    results = {method.result for method in abacus.methods.values() if method.result}
    assert sum(bool(method.result) for method in abacus.methods.values()) == 365
    assert len(results) == 137
    assert results <= set(abacus.resources)


def test_every_bound_method_is_read_or_said_to_be_hand_written(abacus: Sdk) -> None:
    bound = [b for resource in abacus.resources.values() for b in resource.bound]
    assert len(bound) == 513
    assert sum(bool(resource.bound) for resource in abacus.resources.values()) == 50
    kinds = Counter((b.kind, b.plain) for b in bound)
    usual = {kind: kinds[kind, True] for kind in ("call", "refresh", "status", "poll")}
    # By their form, 382 pass their arguments on. Three of them do to methods that are more than
    # one call themselves, and are as little derived as those.
    assert usual == {"call": 382 - 3, "refresh": 40, "status": 17, "poll": 19}
    assert named("hand", abacus) >= {
        "DocumentRetriever.get_matching_documents",
        "Pipeline.create_step_from_function",
        "Project.create_model_from_functions",
    }
    # Nine are in a form of their own, and are derived all the same: states of the latest version,
    # and waits under a second name. So 458 - 3 + 9 are derived.
    assert named("status", abacus, plain=False) == {
        *("Agent.get_status", "BatchPrediction.get_status", "Dataset.get_status"),
        *("DocumentRetriever.get_deployment_status", "DocumentRetriever.get_status"),
        "Pipeline.get_status",
    }
    assert named("poll", abacus, plain=False) == {
        "ExecuteFeatureGroupOperation.wait_for_execution",
        "FeatureGroupExport.wait_for_export",
        "FeatureGroupVersion.wait_for_materialization",
    }
    assert kinds["hand", True] == 513 - (458 - 3 + 9)


def named(kind: str, sdk: Sdk, *, plain: bool | None = None) -> set[str]:
    """The bound methods of a kind."""
    return {
        f"{resource.name}.{b.name}"
        for resource in sdk.resources.values()
        for b in resource.bound
        if b.kind == kind and plain in (None, b.plain)
    }


def test_every_input_class_is_read(abacus: Sdk) -> None:
    inputs = abacus.inputs.values()
    assert len(inputs) == 147 - 1  # without the class that all of them extend
    declared = sum(field.own for given in inputs for field in given.fields)
    assert declared + 3 == 657  # with the `kwargs` of three, which become any further field
    assert sum(given.own_to_dict for given in inputs) == 27
    assert sum(given.own_constructor for given in inputs) == 17
    assert sum(given.checked for given in inputs) == 11
    assert len(abacus.families) == 12
    assert sum(len(family.variants) for family in abacus.families.values()) == 80


def test_every_enumeration_and_every_error_is_read(abacus: Sdk) -> None:
    assert len(abacus.enums) == 76
    assert sum(len(enum.members) for enum in abacus.enums.values()) == 649
    whole = [
        e.name for e in abacus.enums.values() if all(isinstance(v, int) for v in e.members.values())
    ]
    assert whole == ["BatchSize", "MemorySize"]
    assert len(abacus.enums["LLMName"].members) == 127
    assert len(abacus.enums["LLMName"].deprecated) == 56
    assert len(abacus.errors) == 21


def test_what_is_deprecated_is_marked(abacus: Sdk) -> None:
    marked = {
        (m.name, a.name) for m in abacus.methods.values() for a in m.arguments if a.deprecated
    }
    assert ("list_projects_dashboard", "tag") in marked
    assert ("create_streaming_dataset", "update_timestamp_key") in marked
    fields = {(r.name, f.wire) for r in abacus.resources.values() for f in r.fields if f.deprecated}
    assert ("FeatureGroup", "name") in fields
    given = {(i.name, f.name) for i in abacus.inputs.values() for f in i.fields if f.deprecated}
    assert ("CrawlerTransformConfig", "crawl_depth") in given


def test_only_classes_that_are_nowhere_are_gaps(abacus: Sdk) -> None:
    absent = {gap.why.split()[-1] for gap in abacus.gaps if gap.code == "upstream-class"}
    assert absent == {
        *("AutoTopupConfig", "InternalUserInfo", "DataConsistencyTransformation"),
        *("DriftTypesValue", "BillingInfo", "ActivePromo", "FeatureRecord"),
    }
    twice = [gap.what for gap in abacus.gaps if gap.code == "upstream-twice"]
    assert twice == ["execute_agent_with_binary_data"]


def test_the_totals_add_up(abacus: Sdk) -> None:
    totals = report.totals(abacus)
    for thing in ("client methods", "bound methods", "operations"):
        found, *parts = totals[thing].values()
        assert found == sum(parts), thing
    assert totals["client methods"]["found"] == 646
    assert totals["bound methods"]["found"] - totals["bound methods"]["hand-written"] == 464


def test_the_description_is_what_the_release_and_the_overlay_make(
    installed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["upstream", "import", str(installed), "--check"]) == 0, capsys.readouterr().out
