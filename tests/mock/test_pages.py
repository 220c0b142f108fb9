"""Lists in pages: every way of naming the next one ends, and gives each item once."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from rebind.mock import Mock, MockServer
from rebind.openapi import Resolved

from tests.behaviour.conftest import Build
from tests.behaviour.conftest import build_once as build_once
from tests.mock.conftest import Api, project, resolved_from

HEAD = """\
openapi: 3.1.0
info: {title: Try, version: '1'}
servers: [{url: 'https://try.test'}]
"""
WAYS = {
    "cursor": ("marker", "string", "{items: data, cursor: marker, next: meta.next, more: more}"),
    "counted": ("from", "integer", "{items: data, cursor: from, next: meta.number}"),
    "last": ("after", "string", "{items: data, cursor: after, last: id}"),
    "address": ("unused", "string", "{items: data, url: '@odata.nextLink'}"),
    "linked": ("unused", "string", "{items: data, link: true}"),
    "numbered": ("page", "integer", "{items: data, page: page, pages: pages}"),
    "from_nought": ("page", "integer", "{items: data, page: page, first: 0}"),
    "skipping": ("skip", "integer", "{items: data, offset: skip, total: total}"),
}
THING = "{$ref: '#/components/schemas/Thing'}"
LIST = "{$ref: '#/components/schemas/List'}"
PATHS = (
    "paths:\n"
    + "".join(
        f"""
  /{name}:
    post:
      operationId: {name}Create
      x-rebind-resource: {name}
      x-rebind-name: create
      requestBody: {{required: true, content: {{application/json: {{schema: {THING}}}}}}}
      responses:
        '201': {{description: One., content: {{application/json: {{schema: {THING}}}}}}}
    get:
      operationId: {name}List
      x-rebind-resource: {name}
      x-rebind-name: list
      x-rebind-page: {page}
      parameters:
        - {{name: {parameter}, in: query, schema: {{type: {kind}}}}}
        - {{name: limit, in: query, schema: {{type: integer, minimum: 0}}}}
      responses:
        '200': {{description: All., content: {{application/json: {{schema: {LIST}}}}}}}
  /shown/{name}:
    get:
      operationId: {name}Shown
      x-rebind-resource: {name}
      x-rebind-name: shown
      x-rebind-page: {page}
      parameters:
        - {{name: {parameter}, in: query, schema: {{type: {kind}}}}}
        - {{name: limit, in: query, schema: {{type: integer}}}}
      responses:
        '200':
          description: What the example shows.
          content:
            application/json:
              schema: {LIST}
              example:
                data: [{{id: a}}, {{id: b}}, {{id: c}}]
                meta: {{next: again, number: 3}}
                '@odata.nextLink': 'https://try.test/again'
                more: true
                total: 99
                pages: 33
"""
        for name, (parameter, kind, page) in WAYS.items()
    )
    + """
components:
  schemas:
    Thing: {type: object, required: [id], properties: {id: {type: string}, n: {type: integer}}}
    List:
      type: object
      required: [data, more]
      properties:
        data: {type: array, items: {$ref: '#/components/schemas/Thing'}}
        meta:
          type: object
          properties: {next: {type: [string, 'null']}, number: {type: integer}}
        '@odata.nextLink': {type: string, format: uri}
        more: {type: boolean}
        total: {type: integer}
        pages: {type: integer}
"""
)


@pytest.fixture(scope="module")
def package(build_once: Build) -> ModuleType:
    return build_once(PATHS, head=HEAD)


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Resolved:
    path = tmp_path_factory.mktemp("pages") / "openapi.yaml"
    path.write_text(HEAD + PATHS, "utf-8")
    return resolved_from(path)


@pytest.fixture(scope="module")
def served(described: Resolved) -> Iterator[MockServer]:
    with MockServer(described) as server:
        yield server


@pytest.fixture
def things(served: MockServer, package: ModuleType) -> Iterator[Callable[[str], Any]]:
    """A namespace of a client of the mock."""
    with package.Try(base_url=served.url, strict=True) as client:
        yield lambda way: getattr(client, way)
    served.store.clear()


def ids(items: Any) -> list[str]:
    """The ids, as long as there are not too many of them."""
    return [item.id for item in itertools.islice(items, 50)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("limit", [1, 2, 5, 7, None])
def test_everything_that_was_created_is_listed_once(
    things: Callable[[str], Any], way: str, limit: int | None
) -> None:
    made = [things(way).create({"id": f"t{n}"}).id for n in range(5)]
    page = things(way).list(limit=limit)
    assert ids(page.items) == made[:limit]
    assert ids(page) == made
    assert ids(things(way).list(limit=limit)) == made  # and the same again


@pytest.mark.parametrize("way", WAYS)
def test_what_an_example_shows_is_listed_once(things: Callable[[str], Any], way: str) -> None:
    assert ids(things(way).shown()) == ["a", "b", "c"]
    assert ids(things(way).shown(limit=2)) == ["a", "b", "c"]
    assert [len(page.items) for page in things(way).shown(limit=2).pages() if page.items] == [2, 1]


@pytest.mark.parametrize("way", WAYS)
def test_a_list_of_nothing_ends(things: Callable[[str], Any], way: str) -> None:
    assert ids(things(way).list()) == []
    things(way).create({"id": "t"})
    assert next(things(way).list(limit=0).pages()).items == []


def test_what_a_page_says_of_the_whole_list_is_so(things: Callable[[str], Any]) -> None:
    page = things("skipping").shown(limit=2)
    assert (page.reply.total, page.has_next) == (3, True)
    assert things("numbered").shown(limit=2).reply.pages == 2
    cursor = things("cursor").shown(limit=2)
    assert (cursor.reply.more, cursor.reply.meta.next) == (True, "after-2")
    last = cursor.next_page()
    assert (last.reply.more, last.reply.meta.next) == (False, None)
    # What cannot be null is left out.
    assert things("counted").shown().reply.meta.number is None
    assert things("address").shown().reply.to_dict().get("@odata.nextLink") is None


def test_pages_may_begin_anywhere(things: Callable[[str], Any]) -> None:
    assert ids(things("last").shown(after="a")) == ["b", "c"]
    assert ids(things("skipping").shown(skip=1)) == ["b", "c"]
    assert ids(things("numbered").shown(page=2, limit=1)) == ["b", "c"]
    assert ids(things("from_nought").shown(page=1, limit=1)) == ["b", "c"]


def test_what_is_deleted_on_the_way_loses_no_item(things: Callable[[str], Any]) -> None:
    """A cursor that names nothing begins anew."""
    assert ids(things("last").shown(after="gone", limit=1)) == ["a", "b", "c"]
    assert ids(things("cursor").shown(marker="from somewhere", limit=1)) == ["a", "b", "c"]


def test_an_address_is_one_of_the_mock(described: Resolved) -> None:
    api = Api(Mock(described))
    reply = api("GET", "/shown/address?limit=2", headers={"Host": "127.0.0.1:81"}).json
    assert (
        reply["@odata.nextLink"] == "http://127.0.0.1:81/shown/address?limit=2&rebind-mock-after=2"
    )
    linked = api("GET", "/shown/linked?limit=2").headers["link"]
    assert linked == '</shown/linked?limit=2&rebind-mock-after=2>; rel="next"'
    assert "link" not in api("GET", "/shown/linked").headers
    # An address without a host is none, where a whole one is asked for: then all is on one page.
    alone = api("GET", "/shown/address?limit=2").json
    assert (len(alone["data"]), "@odata.nextLink" in alone) == (3, False)


def test_an_example_that_is_asked_for_by_name_is_sent_as_it_is(described: Resolved) -> None:
    shown = Api(Mock(described))("GET", "/shown/cursor?limit=1", headers={"Prefer": "code=200"})
    assert (len(shown.json["data"]), shown.json["meta"]["next"]) == (3, "again")


def test_a_cursor_that_no_schema_admits_leaves_one_page(api: Callable[[str], Api]) -> None:
    asked = api("""
        paths:
          /pets:
            get:
              x-rebind-page: {items: data, cursor: after, next: next}
              parameters:
                - {name: after, in: query, schema: {type: string, format: uuid}}
                - {name: limit, in: query, schema: {type: integer, default: 1}}
              responses:
                '200':
                  description: Pets.
                  content:
                    application/json:
                      schema:
                        type: object
                        properties:
                          next: {type: string, format: uuid}
                          data: {type: array, items: {type: integer}}
                      example: {data: [1, 2], next: 4b0cbf6e-5c3a-4f43-9f5b-1f3f6a1f4c3b}
    """)
    assert asked("GET", "/pets").json == {"data": [1, 2]}


def test_lists_of_the_whole_api_end() -> None:
    import abacus_client

    with (
        MockServer(project()) as server,
        abacus_client.Abacus("k", base_url=server.url, strict=True) as client,
    ):
        made = [client.projects.create(f"P{n}", "PREDICTIVE_MODELING") for n in range(3)]
        assert [p.project_id for p in client.projects.list(limit=2)] == [p.project_id for p in made]
        first = made[0].project_id or ""
        lists: list[Any] = [
            client.datasets.list(),
            client.document_retrievers.list(first),
            client.feature_group_templates.list(),
            client.feature_groups.list(),
            client.project_feature_groups.list(first),
            client.project_feature_groups.list_templates(first),
        ]
        counts = [len(list(itertools.islice(found, 50))) for found in lists]
        assert max(counts) in (1, 2)  # what examples show
