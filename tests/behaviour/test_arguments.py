"""What arguments take, and what is sent for them."""

from __future__ import annotations

import inspect
from collections import deque
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.behaviour.conftest import Both, Build
from tests.faults.server import Seen, ok

FORMS = """
    paths:
      /find:
        get:
          operationId: find
          tags: [things]
          parameters:
            - {name: where, in: query, x-rebind-encoding: json-unless-string, schema: {}}
            - {name: exact, in: query, x-rebind-encoding: json, schema: {}}
          responses: {'204': {description: none}}
      /form:
        post:
          operationId: fill
          tags: [things]
          requestBody:
            required: true
            content:
              application/x-www-form-urlencoded:
                schema: &form
                  type: object
                  properties:
                    loose: {x-rebind-encoding: json-unless-string}
                    exact: {x-rebind-encoding: json}
                    plain: {}
          responses: {'204': {description: none}}
      /parts:
        post:
          operationId: attach
          tags: [things]
          requestBody: {required: true, content: {multipart/form-data: {schema: *form}}}
          responses: {'204': {description: none}}
      /files:
        post:
          operationId: upload
          tags: [things]
          requestBody:
            required: true
            content:
              multipart/form-data:
                schema: {type: object, additionalProperties: {type: string, format: binary, x-rebind-name: files}}
          responses: {'204': {description: none}}
      /drop:
        delete:
          operationId: drop
          tags: [things]
          x-rebind-extra: true
          parameters: [{name: extra, in: query, schema: {type: string}}]
          responses: {'204': {description: none}}
"""
ORDERED = """
    paths:
      /move:
        post:
          operationId: move
          tags: [things]
          x-rebind-flat: {order: [thing, timeout, to, by]}
          parameters:
            - {name: to, in: query, required: true, schema: {type: string}}
            - {name: by, in: query, schema: {type: string}}
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [thing]
                  properties: {thing: {type: string}, timeout: {type: integer}}
          responses: {'204': {description: none}}
"""
NONE = b"HTTP/1.1 204 None\r\n\r\n"


@pytest.fixture(scope="module")
def package(build_once: Build) -> ModuleType:
    return build_once(FORMS)


def sent(both: Both, made: Any) -> Seen:
    both.get(made)
    (seen,) = both.server.seen
    return seen


@pytest.mark.parametrize(
    ("value", "where", "exact"),
    [
        ("a b", "a b", '"a b"'),
        (True, "true", "true"),
        (1.5, "1.5", "1.5"),
        ([1, "ü"], '[1, "\\u00fc"]', '[1, "\\u00fc"]'),
        ({"a": [None]}, '{"a": [null]}', '{"a": [null]}'),
        (deque([1]), "[1]", "[1]"),
    ],
)
def test_json_in_a_query(
    both: Both, package: ModuleType, value: Any, where: str, exact: str
) -> None:
    both.server.answer(NONE)
    seen = sent(both, both.client(package).things.find(where=value, exact=value))
    assert seen.query == [("where", where), ("exact", exact)]


def test_null_is_left_out_of_a_query(both: Both, package: ModuleType) -> None:
    both.server.answer(NONE)
    assert sent(both, both.client(package).things.find(where=None, exact=None)).query == []


@pytest.mark.parametrize(
    ("value", "loose", "exact", "plain"),
    [
        ("a b", "a b", '"a b"', "a b"),
        (True, "true", "true", "true"),
        ({"a": 1}, '{"a": 1}', '{"a": 1}', None),
        (None, None, "null", None),
        ([], "[]", "[]", None),
    ],
)
def test_json_in_forms(
    both: Both, package: ModuleType, value: Any, loose: Any, exact: Any, plain: Any
) -> None:
    values = {"loose": value, "exact": value} | ({} if plain is None else {"plain": value})
    both.server.answer(NONE)
    seen = sent(both, both.client(package).things.fill(**values))
    seen.target = "/?" + seen.body.decode()
    expected = {"loose": loose, "exact": exact, "plain": plain}
    assert seen.query == [(k, v) for k, v in expected.items() if v is not None]
    both.server.answer(NONE)
    body = sent(both, both.client(package).things.attach(**values)).body.decode()
    for name, text in expected.items():
        part = f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        assert (part in body) == (text is not None), name
    assert "Content-Type" not in body


def test_files_are_given_by_name(both: Both, package: ModuleType) -> None:
    both.server.answer(NONE)
    files = {"a": b"1", "b.txt": ("other.txt", b"2", "text/plain")}
    body = sent(both, both.client(package).things.upload(files=files)).body
    assert b'name="a"; filename="a"' in body
    assert b'name="b.txt"; filename="other.txt"\r\nContent-Type: text/plain\r\n\r\n2' in body
    both.server.answer(NONE)
    assert b"filename" not in sent(both, both.client(package).things.upload()).body


def test_further_values_go_where_the_others_do_not_collide(both: Both, package: ModuleType) -> None:
    both.server.answer(NONE)
    made = both.client(package).things.drop(extra="x", extra_extra={"k": [1, 2]})
    assert sent(both, made).query == [("extra", "x"), ("k", "1"), ("k", "2")]


def test_further_values_are_sent_in_the_query_and_the_body(
    both: Both, forecast: ModuleType
) -> None:
    both.server.answer(ok({"rain": 1}))
    client = both.client(forecast, api_key="k", hosts={"prediction": both.server.url})
    seen = sent(both, client.stations.predict("t", "s", when="now", extra={"depth": 2, "no": None}))
    assert seen.query == [("token", "t"), ("stationId", "s"), ("depth", "2")]
    assert seen.json() == {"when": "now", "depth": 2, "no": None}


def test_arguments_are_in_the_order_that_the_description_says(both: Both, build: Build) -> None:
    package = build(ORDERED)
    things = both.client(package).things
    parameters = list(inspect.signature(things.move).parameters)
    assert parameters == ["thing", "to", "timeout_", "by", "options"]
    both.server.answer(NONE)
    seen = sent(both, things.move("a", "b", timeout_=7, timeout=5, by="c"))
    assert (seen.query, seen.json()) == ([("to", "b"), ("by", "c")], {"thing": "a", "timeout": 7})
    assert "timeout_: The timeout. `timeout` is the option of the call." in things.move.__doc__


def test_values_that_are_not_listed_yet_are_sent(both: Both, forecast: ModuleType) -> None:
    both.server.answer(ok())
    client = both.client(forecast, api_key="k")
    wind = forecast.WindSensor(height=10, also="FOG")
    made = client.stations.set_sensor("s", wind, kinds=[forecast.Kind.RAIN, "SUN"], size=7)
    assert sent(both, made).json() == {
        "stationId": "s",
        "sensor": {"kind": "WIND", "height": 10.0, "also": "FOG"},
        "kinds": ["RAIN", "SUN"],
        "size": 7,
    }


def test_a_variant_says_what_it_is(both: Both, forecast: ModuleType) -> None:
    assert forecast.RainSensor().kind == "RAIN"
    with pytest.raises(ValueError, match="kind"):
        forecast.RainSensor(kind="WIND")
    both.server.answer(ok())
    client = both.client(forecast, api_key="k")
    seen = sent(
        both, client.stations.set_sensor("s", forecast.RainSensor(), size=forecast.Size(100))
    )
    assert seen.json() == {"stationId": "s", "sensor": {"kind": "RAIN"}, "kinds": None, "size": 100}


def test_a_dictionary_stands_for_a_configuration(both: Both, forecast: ModuleType) -> None:
    both.server.answer(ok())
    client = both.client(forecast, api_key="k")
    sensor = {"kind": "RADAR", "range": forecast.Kind.RAIN}
    seen = sent(both, client.stations.set_sensor("s", sensor))
    assert seen.json()["sensor"] == {"kind": "RADAR", "range": "RAIN"}  # type: ignore[index]


def test_deprecated_values_are_named_where_people_look(forecast: ModuleType) -> None:
    assert "Deprecated: `AIR`." in (inspect.getdoc(forecast.Kind) or "")
    assert forecast.Kind.AIR.value == "AIR"


def test_methods_bring_their_object_up_to_date(both: Both, forecast: ModuleType) -> None:
    client = both.client(forecast, api_key="k")
    station = (forecast.AsyncStation if both.awaited else forecast.Station)(client, "s1", "WET")
    copy = station.model_copy()
    both.server.answer(ok({"stationId": "s1", "status": "DRY", "since": 5}))
    assert both.get(station.refresh()) is station
    assert (station.status, station.since, copy.status) == ("DRY", 5, "WET")
    assert both.get(station.get_status(detailed=True)) == "DRY"
    assert [seen.query for seen in both.server.seen] == [
        [("stationId", "s1"), ("detailed", "False")],
        [("stationId", "s1"), ("detailed", "True")],
    ]
    assert both.get(station.get_last_state()) is None
    both.server.answer(ok({"latestReport": {"state": "NEW"}}))
    assert both.get(station.get_last_state()) == "NEW"
    assert "detailed" not in inspect.signature(station.refresh).parameters


def test_methods_give_their_fields_in_lists_and_values_of_their_own(
    both: Both, forecast: ModuleType
) -> None:
    client = both.client(forecast, api_key="k")
    station = (forecast.AsyncStation if both.awaited else forecast.Station)(client, "s1")
    both.server.answer(ok({}))
    seen = sent(both, station.compare(3))
    assert seen.query == [("stationIds", '["s1"]'), ("kind", "RAIN"), ("years", "3")]
    both.get(station.get_details())
    assert both.server.seen[1].query == [("stationId", "s1"), ("detailed", "True")]


def test_an_object_that_is_gone_is_not_emptied(both: Both, forecast: ModuleType) -> None:
    client = both.client(forecast, api_key="k")
    station = (forecast.AsyncStation if both.awaited else forecast.Station)(client, "s1", "WET")
    both.server.answer(ok(None))
    with pytest.raises(forecast.DecodeError, match="Station"):
        both.get(station.refresh())
    assert station.status == "WET"


def test_a_bound_method_with_a_date_has_what_its_signature_says(build: Build) -> None:
    package = build("""
        paths:
          /plan:
            post:
              operationId: plan
              tags: [trips]
              x-rebind-bound: [{schema: Trip, name: plan, with: {tripId: id}, only: [day]}]
              requestBody:
                required: true
                content:
                  application/json:
                    schema:
                      type: object
                      required: [tripId]
                      properties:
                        tripId: {type: string}
                        day: {type: string, format: date}
                        seats: {$ref: '#/components/schemas/Seats'}
              responses: {'204': {description: none}}
        components:
          schemas:
            Trip: {type: object, properties: {id: {type: string}}}
            Seats: {type: object, properties: {number: {type: integer}}}
    """)
    text = Path(inspect.getfile(package.Trip)).read_text("utf-8")
    assert "import datetime as dt" in text
    assert "Seats" not in text  # the method does not offer them
