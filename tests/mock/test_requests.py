"""What is said of a request that is not what the description asks for."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mock.conftest import Api

Make = Callable[[str], Api]

SHOP = """
    paths:
      /orders/{orderId}:
        get:
          operationId: getOrder
          parameters:
            - {name: orderId, in: path, required: true, schema: {type: integer, minimum: 1}}
            - {name: limit, in: query, schema: {type: integer, maximum: 100}}
            - {name: state, in: query, schema: {type: string, enum: [open, closed]}}
            - {name: verbose, in: query, schema: {type: boolean}}
            - {name: X-Trace, in: header, required: true, schema: {type: string, format: uuid}}
            - {name: theme, in: cookie, schema: {type: string, enum: [dark]}}
          responses:
            '200': {description: ok, content: {application/json: {schema: {type: object}}}}
      /orders/latest:
        get: {responses: {'204': {description: none}}}
        patch: {responses: {'204': {description: none}}}
      /carts:
        put:
          requestBody:
            required: true
            content:
              application/json:
                schema: {$ref: '#/components/schemas/Cart'}
          responses: {'204': {description: done}, '422': {description: wrong}}
      /notes:
        post:
          requestBody: {content: {text/plain: {schema: {type: string, minLength: 3}}}}
          responses: {'204': {description: done}}
      /images:
        post:
          requestBody: {required: true, content: {image/*: {}, application/pdf: {}}}
          responses: {'204': {description: done}}
    components:
      schemas:
        Cart:
          type: object
          required: [items, total]
          additionalProperties: false
          properties:
            id: {type: string, readOnly: true}
            total: {type: number}
            items: {type: array, items: {$ref: '#/components/schemas/Item'}, minItems: 1}
            payment:
              oneOf: [{$ref: '#/components/schemas/Card'}, {$ref: '#/components/schemas/Cash'}]
        Item:
          type: object
          required: [sku]
          properties: {sku: {type: string, pattern: '^[A-Z]+$'}, count: {type: integer}}
        Card:
          type: object
          required: [kind, number]
          properties: {kind: {const: card}, number: {type: string}}
        Cash:
          type: object
          required: [kind]
          properties: {kind: {const: cash}}
"""
BODIES: list[Any] = [[], {}, 5]
TRACE = {"X-Trace": "3fa85f64-5717-4562-b3fc-2c963f66afa6"}


def test_a_right_request_is_answered(api: Make) -> None:
    shop = api(SHOP)
    target = "/orders/7?limit=5&state=open&verbose=true"
    assert shop("GET", target, headers={**TRACE, "Cookie": "a=b; theme=dark"}).status == 200
    cart = {"total": 1, "items": [{"sku": "A"}], "payment": {"kind": "card", "number": "4"}}
    assert shop("PUT", "/carts", cart).status == 204


@pytest.mark.parametrize(
    ("target", "headers", "errors"),
    [
        ("/orders/x", TRACE, ['path/orderId: "x" is not an integer']),
        ("/orders/0", TRACE, ["path/orderId: 0 is less than the minimum of 1"]),
        ("/orders/1", {}, ["header/X-Trace: the parameter 'X-Trace' is required"]),
        ("/orders/1?limit=ten", TRACE, ['query/limit: "ten" is not an integer']),
        ("/orders/1?limit=1&limit=2", TRACE, ['query/limit: ["1", "2"] is not an integer']),
        ("/orders/1?limit=101", TRACE, ["query/limit: 101 is greater than the maximum of 100"]),
        (
            "/orders/1?state=opne",
            TRACE,
            ["query/state: \"opne\" is not one of the values (did you mean 'open'?)"],
        ),
        ("/orders/1?verbose=True", TRACE, ['query/verbose: "True" is not a boolean']),
        (
            "/orders/1?limt=1",
            TRACE,
            ["query/limt: there is no parameter 'limt' (did you mean 'limit'?)"],
        ),
        ("/orders/1", {"X-Trace": "7"}, ['header/X-Trace: "7" is not a "uuid"']),
        (
            "/orders/1",
            {**TRACE, "Cookie": "theme=drak"},
            ["cookie/theme: \"drak\" is not one of the values (did you mean 'dark'?)"],
        ),
        (
            "/orders/x?limit=y",
            {},
            [
                'path/orderId: "x" is not an integer',
                'query/limit: "y" is not an integer',
                "header/X-Trace: the parameter 'X-Trace' is required",
            ],
        ),
    ],
)
def test_each_wrong_parameter_is_named(
    api: Make, target: str, headers: dict[str, str], errors: list[str]
) -> None:
    answer = api(SHOP)("GET", target, headers=headers)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.errors == errors


def test_a_problem_says_what_was_expected(api: Make) -> None:
    answer = api(SHOP)("GET", "/orders/1?verbose=yes&state=x", headers=TRACE)
    assert [error["expected"] for error in answer.json["errors"]] == [
        '"open" or "closed"',
        "true or false",
    ]
    assert answer.json["title"] == "Bad Request"
    assert answer.json["detail"].startswith("query /state: ")


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"total": 1}, ["body: 'items' is required"]),
        ({"totl": 1, "items": [{"sku": "A"}]}, [
            "body: there is no property 'totl' (did you mean 'total'?)",
            "body: 'total' is required (is 'totl' meant to be it?)",
        ]),
        ({"total": "1", "items": []}, [
            "body/items: [] has less than 1 item",
            'body/total: "1" is not a number',
        ]),
        ({"total": 1, "items": [{"sku": "A"}, {"sku": "b", "count": 1.5}]}, [
            'body/items/1/count: 1.5 is not an integer',
            'body/items/1/sku: "b" does not match "^[A-Z]+$"',
        ]),
        ({"total": 1, "items": [{"sku": "A"}], "payment": {"kind": "card"}}, [
            "body/payment: 'number' is required",
        ]),
        ({"total": 1, "items": [{"sku": "A"}], "payment": 5}, ["body/payment: 5 is not an object"]),
        ([], ["body: [] is not an object"]),
    ],
)  # fmt: skip
def test_each_wrong_place_of_a_body_is_named(api: Make, body: Any, errors: list[str]) -> None:
    answer = api(SHOP)("PUT", "/carts", body)
    assert answer.status == 422  # the operation describes this one and no 400
    assert sorted(answer.errors) == sorted(errors)


@pytest.mark.parametrize(
    ("raw", "headers", "status", "message"),
    [
        (b"", {}, 422, "body: the body is required"),
        (b"{", {"Content-Type": "application/json"}, 422, "at line 1, column 2"),
        (b'{"a": NaN}', {"Content-Type": "application/json"}, 422, "NaN is not a JSON value"),
        (b"\xff", {"Content-Type": "application/json"}, 422, "the body is not UTF-8 (byte 0)"),
        (b"[" * 200_000, {"Content-Type": "application/json"}, 422, "nested too deep"),
        (
            b'{"total": 1, "items": [{"sku": "\\ud800"}]}',
            {"Content-Type": "application/json; charset=utf-8"},
            422,
            "cannot be read",
        ),
        (b"<a/>", {"Content-Type": "application/xml"}, 415, "'application/xml' is not a content"),
        (b"{}", {}, 415, "the body has no content type"),
    ],
)
def test_a_body_that_cannot_be_read_is_an_error(
    api: Make, raw: bytes, headers: dict[str, str], status: int, message: str
) -> None:
    answer = api(SHOP)("PUT", "/carts", raw=raw, headers=headers)
    assert answer.status == status
    assert message in answer.errors[0]


def test_a_property_that_only_replies_have_need_not_be_sent(api: Make) -> None:
    shop = api("""
        paths:
          /a:
            post:
              requestBody:
                content:
                  application/json:
                    schema:
                      type: object
                      required: [id, name]
                      properties: {id: {type: string, readOnly: true}, name: {type: string}}
              responses: {'204': {description: done}}
    """)
    assert shop("POST", "/a", {"name": "x"}).status == 204
    assert shop("POST", "/a", {"id": "x"}).errors == ["body: 'name' is required"]


def test_a_body_that_nobody_described_is_an_error(api: Make) -> None:
    answer = api(SHOP)("PATCH", "/orders/latest", {})
    assert answer.errors == ["body: this operation takes no body"]


def test_a_body_that_is_not_json_is_checked_as_far_as_it_goes(api: Make) -> None:
    shop = api(SHOP)
    text = {"Content-Type": "text/plain"}
    assert shop("POST", "/notes", raw=b"long enough", headers=text).status == 204
    assert shop("POST", "/notes", raw=b"no", headers=text).status == 400
    assert shop("POST", "/notes").status == 204
    assert (
        shop("POST", "/images", raw=b"\x89PNG", headers={"Content-Type": "image/png"}).status == 204
    )
    wrong = shop("POST", "/images", raw=b"x", headers={"Content-Type": "video/mp4"})
    assert wrong.status == 415
    assert wrong.json["errors"][0]["expected"] == "image/* or application/pdf"


def test_a_path_that_is_not_there_names_the_nearest(api: Make) -> None:
    shop = api(SHOP)
    answer = shop("GET", "/order/7")
    assert answer.status == 404
    assert answer.json["detail"] == (
        "there is nothing at /order/7; did you mean GET /orders/{orderId}?"
    )
    assert "did you mean" not in shop("GET", "/elsewhere").json["detail"]


def test_a_method_that_is_not_there_names_those_that_are(api: Make) -> None:
    answer = api(SHOP)("DELETE", "/orders/latest")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, PATCH")
    assert answer.json["detail"] == ("there is no DELETE at /orders/latest; expected GET or PATCH")


def test_the_more_concrete_path_is_meant(api: Make) -> None:
    shop = api(SHOP)
    assert shop("GET", "/orders/latest").status == 204
    assert shop("GET", "/orders/%6Catest").status == 204
    assert shop("GET", "/orders/7", headers=TRACE).status == 200
    assert shop("GET", "/orders/").status == 404


def test_operations_at_one_path_are_told_apart_by_what_they_take(api: Make) -> None:
    shop = api("""
        paths:
          /a:
            post:
              requestBody: {required: true, content: {application/json: {schema: {type: array}}}}
              responses: {'201': {description: made}}
          /a#object:
            post:
              requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
              responses: {'202': {description: taken}}
          /b/{id}:
            get:
              parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
              responses: {'204': {description: none}}
    """)
    assert [shop("POST", "/a", body).status for body in BODIES] == [201, 202, 400]


def test_a_path_may_begin_with_that_of_a_server(api: Make) -> None:
    shop = api("""
        servers: [{url: 'https://{host}/v2/', variables: {host: {default: example.com}}}]
        paths:
          /a: {get: {responses: {'204': {description: none}}}}
    """)
    assert shop("GET", "/a").status == 204
    assert shop("GET", "/v2/a").status == 204
    assert shop("GET", "/v3/a").status == 404


def test_head_is_answered_where_get_is(api: Make) -> None:
    assert api(SHOP)("HEAD", "/orders/latest").status == 204


def test_several_parameters_in_one_segment_are_told_apart(api: Make) -> None:
    shop = api("""
        paths:
          /files/{name}.{kind}:
            get:
              parameters:
                - {name: name, in: path, required: true, schema: {type: string}}
                - {name: kind, in: path, required: true, schema: {enum: [txt, md]}}
              responses: {'204': {description: none}}
    """)
    assert shop("GET", "/files/a.txt").status == 204
    assert shop("GET", "/files/a%2Fb.md").status == 204
    assert shop("GET", "/files/a.doc").errors[0].startswith('path/kind: "doc" is not one of')
    assert shop("GET", "/files/a").status == 404


SECURED = """
    security: [{key: []}]
    paths:
      /key: {get: {responses: {'204': {description: none}}}}
      /open: {get: {responses: {'204': {description: none}}, security: []}}
      /maybe: {get: {responses: {'204': {description: none}}, security: [{}, {key: []}]}}
      /query: {get: {responses: {'204': {description: none}}, security: [{inQuery: []}]}}
      /cookie: {get: {responses: {'204': {description: none}}, security: [{inCookie: []}]}}
      /basic: {get: {responses: {'204': {description: none}}, security: [{basic: []}]}}
      /bearer: {get: {responses: {'204': {description: none}}, security: [{bearer: []}]}}
      /oauth: {get: {responses: {'204': {description: none}}, security: [{oauth: [read]}]}}
      /both: {get: {responses: {'204': {description: none}}, security: [{key: [], basic: []}]}}
      /either:
        get: {responses: {'204': {description: none}}, security: [{inQuery: []}, {bearer: []}]}
    components:
      securitySchemes:
        key: {type: apiKey, in: header, name: X-Key}
        inQuery: {type: apiKey, in: query, name: key}
        inCookie: {type: apiKey, in: cookie, name: sid}
        basic: {type: http, scheme: basic}
        bearer: {type: http, scheme: bearer}
        oauth: {type: oauth2, flows: {}}
"""
BASIC = {"Authorization": "Basic " + base64.b64encode(b"me:secret").decode()}


@pytest.mark.parametrize(
    ("target", "headers", "status"),
    [
        ("/key", {}, 401),
        ("/key", {"X-Key": " "}, 401),
        ("/key", {"x-key": "k"}, 204),
        ("/open", {}, 204),
        ("/maybe", {}, 204),
        ("/query", {}, 401),
        ("/query?key=k", {}, 204),
        ("/cookie", {"Cookie": "sid=1"}, 204),
        ("/cookie", {"Cookie": "other=1"}, 401),
        ("/basic", BASIC, 204),
        ("/basic", {"Authorization": "Basic ???"}, 401),
        ("/basic", {"Authorization": "Bearer x"}, 401),
        ("/bearer", {"Authorization": "bearer x"}, 204),
        ("/bearer", {"Authorization": "Bearer"}, 401),
        ("/oauth", {"Authorization": "Bearer x"}, 204),
        ("/both", BASIC, 401),
        ("/both", {**BASIC, "X-Key": "k"}, 204),
        ("/either?key=k", {}, 204),
        ("/either", {"Authorization": "Bearer x"}, 204),
        ("/either", {}, 401),
    ],
)
def test_credentials_are_asked_for_as_described(
    api: Make, target: str, headers: dict[str, str], status: int
) -> None:
    answer = api(SECURED)("GET", target, headers=headers)
    assert answer.status == status


def test_missing_credentials_are_named(api: Make) -> None:
    shop = api(SECURED)
    expected = shop("GET", "/either").json["errors"][0]["expected"]
    assert expected == "a query parameter 'key' with a key or a header 'Authorization: Bearer ...'"


ENVELOPE = """
    x-rebind-envelope: {ok: fine, result: value, message: why, type: kind, request-id: id}
    x-rebind-errors:
      BadParameterError: {description: wrong}
      InvalidParameterError: {description: wrong}
      MissingParameterError: {description: missing}
      NoSuchPlace404: {description: nothing there}
      Forbidden: {description: no key}
      Throttled: {description: slow down, statuses: [429]}
    x-rebind-wire: {booleans: "True/False"}
    security: [{key: []}]
    paths:
      /run:
        post:
          parameters: [{name: dry, in: query, schema: {type: boolean}}]
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  required: [name]
                  properties: {name: {type: string}, really: {type: boolean}}
          responses:
            '200':
              description: ok
              content:
                application/json:
                  schema:
                    type: object
                    required: [fine]
                    properties: {fine: {const: true}, value: {type: integer}}
            '403':
              description: no
              content:
                application/json:
                  schema: {type: object}
                  example: {fine: false, why: Bad key, kind: KeyRefused}
    components: {securitySchemes: {key: {type: apiKey, in: header, name: key}}}
"""


@pytest.mark.parametrize(
    ("call", "status", "kind"),
    [
        (("POST", "/run?dry=true", {"name": "x"}), 400, "InvalidParameterError"),
        (("POST", "/run", {}), 400, "MissingParameterError"),
        (("POST", "/run", {"name": 5}), 400, "InvalidParameterError"),
        (("POST", "/rum", {}), 404, "NoSuchPlace404"),
        (("GET", "/run", None), 405, "MethodNotAllowedError"),
    ],
)
def test_an_api_with_an_envelope_gets_its_errors_in_it(
    api: Make, call: tuple[Any, ...], status: int, kind: str
) -> None:
    answer = api(ENVELOPE)(*call, headers={"key": "k"})
    assert answer.status == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["fine"] is False
    assert answer.json["kind"] == kind
    assert answer.json["why"]
    assert answer.json["id"] == "mock-000001"


def test_a_missing_key_is_refused_as_the_description_s_example_does(api: Make) -> None:
    answer = api(ENVELOPE)("POST", "/run", {"name": "x"})
    assert (answer.status, answer.json["kind"]) == (403, "KeyRefused")


def test_booleans_are_spelled_as_the_document_says_and_json_s_own_way_in_json(api: Make) -> None:
    shop = api(ENVELOPE)
    key = {"key": "k"}
    good = shop("POST", "/run?dry=False", {"name": "x", "really": True}, headers=key)
    assert good.json == {"fine": True, "value": 1}
    wrong = shop("POST", "/run?dry=false", {"name": "x"}, headers=key)
    assert "expected True or False" in wrong.json["why"]
    assert shop("POST", "/run", {"name": "x", "really": "True"}, headers=key).status == 400


@given(
    st.sampled_from(["GET", "PUT", "POST", "PATCH"]),
    st.sampled_from(["/orders/", "/orders/latest", "/carts", "/notes", "/images", ""]),
    st.text(max_size=8),
    st.text(max_size=20),
    st.dictionaries(
        st.sampled_from(["x-trace", "cookie", "accept", "prefer", "authorization"]), st.text()
    ),
    st.sampled_from(["application/json", "text/plain", "image/png", "", "a/b; c", "multipart/x"]),
    st.binary(max_size=30)
    | st.text(alphabet='{}[]":,019aetrue\\ud800', max_size=20).map(str.encode),
)
@settings(
    max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_request_is_beyond_an_answer(
    shop: Api, method: str, path: str, rest: str, query: str, headers: dict[str, str],
    content_type: str, raw: bytes,
) -> None:  # fmt: skip
    answer = shop(
        method,
        path + rest.replace("?", "") + "?" + query,
        raw=raw,
        headers={**headers, "content-type": content_type},
    )
    assert answer.status < 500


@pytest.fixture
def shop(api: Make) -> Api:
    return api(SHOP)
