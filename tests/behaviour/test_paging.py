"""Lists that come page by page, as `x-rebind-page` describes them."""

from __future__ import annotations

import inspect
import json
from types import ModuleType
from typing import Any

import pytest

from tests.behaviour.conftest import Both, Build
from tests.faults.server import Server, json_reply, reply

KEY = "k-very-secret-0123456789"
HEAD = """\
openapi: 3.1.0
info: {title: Try, version: '1'}
servers: [{url: 'https://try.test'}]
security: [{key: []}]
"""
LISTS = {
    "cursor": ("marker", "{items: data, cursor: marker, next: meta.next, more: more}"),
    "last": ("after", "{items: data, cursor: after, last: id}"),
    "address": ("q", "{items: data, url: '@odata.nextLink'}"),
    "numbered": ("page", "{items: data, page: page, pages: pages, more: more}"),
    "skipping": ("skip", "{items: data, offset: skip, total: total}"),
}
REPLY = "{$ref: '#/components/schemas/PetList'}"
PATHS = (
    "    paths:"
    + "".join(
        f"""
      /{name}:
        get:
          operationId: {name}
          tags: [pets]
          x-rebind-page: {page}
          parameters: [{{name: {parameter}, in: query, schema: {{type: [string, integer]}}}}]
          responses:
            '200': {{description: Pets., content: {{application/json: {{schema: {REPLY}}}}}}}
"""
        for name, (parameter, page) in LISTS.items()
    )
    + """
      /linked:
        get:
          operationId: list
          tags: [pets]
          x-rebind-page: {link: true}
          parameters: [{name: api_key, in: query, schema: {type: string}}]
          responses:
            '200':
              description: Pets.
              content:
                application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}
      /owners/{owner}:
        get:
          operationId: ofOwner
          tags: [pets]
          x-rebind-bound: [{schema: Owner, name: pets, with: {owner: id}}]
          x-rebind-page: {items: data, page: page, first: 0}
          parameters:
            - {name: owner, in: path, required: true, schema: {type: string}}
            - {name: page, in: query, schema: {type: integer}}
          responses:
            '200':
              description: Pets.
              content: {application/json: {schema: {$ref: '#/components/schemas/PetList'}}}
      /scroll:
        post:
          operationId: scroll
          tags: [pets]
          x-rebind-page: {items: data, cursor: offset, next: meta.next}
          requestBody:
            required: true
            content: {application/json: {schema: {$ref: '#/components/schemas/Scroll'}}}
          responses:
            '200':
              description: Pets.
              content: {application/json: {schema: {$ref: '#/components/schemas/PetList'}}}
      /owner:
        get:
          operationId: getOwner
          tags: [owners]
          responses:
            '200':
              description: An owner.
              content: {application/json: {schema: {$ref: '#/components/schemas/Owner'}}}
    components:
      securitySchemes: {key: {type: apiKey, in: query, name: api_key}}
      schemas:
        Owner: {type: object, properties: {id: {type: string}}}
        Scroll:
          type: object
          properties: {offset: {}, filter: {type: string}}
        Pet:
          type: object
          required: [id]
          properties: {id: {type: integer}, owner: {$ref: '#/components/schemas/Owner'}}
        PetList:
          type: object
          properties:
            data:
              anyOf: [{type: array, items: {$ref: '#/components/schemas/Pet'}}, {type: 'null'}]
            meta: {type: object, properties: {next: {}}}
            '@odata.nextLink': {type: string}
            more: {type: boolean}
            total: {type: integer}
            pages: {type: integer}
"""
)


@pytest.fixture(scope="module")
def package(build_once: Build) -> ModuleType:
    return build_once(PATHS, head=HEAD)


@pytest.fixture(scope="module")
def package_of_objects(build_once: Build) -> ModuleType:
    return build_once(PATHS, head=f"{HEAD}x-rebind-objects: true\n")


def pets(*ids: int, **more: Any) -> bytes:
    return json_reply({"data": [{"id": i} for i in ids], **more})


def client(both: Both, package: ModuleType, **options: Any) -> Any:
    return both.client(package, api_key=KEY, **options)


def ids(items: list[Any]) -> list[int]:
    return [item.id for item in items]


def asked(both: Both, name: str) -> list[str | None]:
    """What each request said in a query parameter."""
    return [dict(seen.query).get(name) for seen in both.server.seen]


def test_a_cursor_of_the_reply_leads_to_the_next_page(both: Both, package: ModuleType) -> None:
    both.server.script += [
        pets(1, 2, meta={"next": "a b"}),
        pets(3, meta={"next": 0}),
        pets(4, meta={"next": None}),
    ]
    page = both.get(client(both, package).pets.cursor())
    assert ids(page.items) == [1, 2]
    assert len(both.server.seen) == 1
    assert ids(both.list(page)) == [1, 2, 3, 4]
    assert asked(both, "marker") == [None, "a b", "0"]
    assert all(type(item).__name__.endswith("Pet") for item in page.items)


def test_a_page_knows_the_whole_reply(both: Both, package: ModuleType) -> None:
    both.server.script.append(pets(1, total=7, meta={"next": "x"}))
    page = both.get(client(both, package).pets.cursor())
    assert page.reply.total == 7
    assert page.has_next
    assert "of 1 items" in repr(page)


def test_a_page_is_false_where_there_is_nothing(both: Both, package: ModuleType) -> None:
    both.server.script += [pets(), pets(meta={"next": "x"}), pets(1)]
    told = [bool(both.get(client(both, package).pets.cursor())) for _ in range(3)]
    assert told == [False, True, True]
    assert len(both.server.seen) == 3


def test_pages_can_be_turned_one_by_one(both: Both, package: ModuleType) -> None:
    both.server.script += [pets(1, meta={"next": "x"}), pets(2)]
    first = both.get(client(both, package).pets.cursor())
    second = both.get(first.next_page())
    assert (ids(first.items), ids(second.items)) == ([1], [2])
    assert not second.has_next
    assert both.get(second.next_page()) is None


def test_pages_can_be_gone_through(both: Both, package: ModuleType) -> None:
    both.server.script += [pets(1, meta={"next": "x"}), pets(meta={"next": "y"}), pets(2)]
    page = both.get(client(both, package).pets.cursor())
    assert [ids(page.items) for page in both.list(page.pages())] == [[1], [], [2]]


def test_a_list_can_be_iterated_over_without_asking_for_its_first_page(
    server: Server, package: ModuleType
) -> None:
    both = Both("async", server)
    server.script += [pets(1, meta={"next": "x"}), pets(2)] * 2
    pages = client(both, package).pets.cursor()
    assert ids(both.list(pages)) == [1, 2]
    assert [ids(page.items) for page in both.list(pages.pages())] == [[1], [2]]
    both.close()


def test_what_says_that_there_is_no_more_ends_the_list(both: Both, package: ModuleType) -> None:
    both.server.script.append(pets(1, meta={"next": "x"}, more=False))
    assert ids(both.list(both.get(client(both, package).pets.cursor()))) == [1]


def test_the_id_of_the_last_item_leads_to_the_next_page(both: Both, package: ModuleType) -> None:
    both.server.script += [pets(1, 2), pets(3), pets()]
    assert ids(both.list(both.get(client(both, package).pets.last()))) == [1, 2, 3]
    assert asked(both, "after") == [None, "2", "3"]


@pytest.mark.parametrize("address", ["{url}/address?q=2", "/address?q=2", "?q=2"])
def test_an_address_in_the_reply_is_followed(both: Both, package: ModuleType, address: str) -> None:
    there = address.format(url=both.server.url)
    both.server.script += [pets(1, **{"@odata.nextLink": there}), pets(2)]
    assert ids(both.list(both.get(client(both, package).pets.address()))) == [1, 2]
    assert asked(both, "q") == [None, "2"]
    assert asked(both, "api_key") == [KEY, KEY]
    assert {seen.path for seen in both.server.seen} == {"/address"}


def test_the_link_header_is_followed(both: Both, package: ModuleType) -> None:
    link = f'<{both.server.url}/x>; rel="prev", <{both.server.url}/linked?p=2&api_key=z>; rel=next'
    both.server.script += [
        reply(b'[{"id": 1}]', headers={"Link": link, "Content-Type": "application/json"}),
        reply(b'[{"id": 2}]', headers={"Content-Type": "application/json"}),
    ]
    page = both.get(client(both, package).pets.list())
    assert ids(both.list(page)) == [1, 2]
    assert both.server.seen[1].query == [("p", "2"), ("api_key", KEY)]


def test_pages_are_counted(both: Both, package: ModuleType) -> None:
    both.server.script += [pets(1), pets(2), pets()]
    assert ids(both.list(both.get(client(both, package).pets.numbered()))) == [1, 2]
    assert asked(both, "page") == [None, "2", "3"]


def test_counting_goes_on_from_where_the_caller_begins(both: Both, package: ModuleType) -> None:
    both.server.script += [pets(1, pages=4), pets(2, pages=4)]
    assert ids(both.list(both.get(client(both, package).pets.numbered(page="3")))) == [1, 2]
    assert asked(both, "page") == ["3", "4"]


def test_items_are_counted_up_to_the_total(both: Both, package: ModuleType) -> None:
    both.server.script += [pets(1, 2, total=3), pets(3, total=3)]
    assert ids(both.list(both.get(client(both, package).pets.skipping()))) == [1, 2, 3]
    both.server.script += [pets(3, total=3)]
    assert ids(both.list(both.get(client(both, package).pets.skipping(skip=2)))) == [3]
    assert asked(both, "skip") == [None, "2", "2"]


def test_a_method_of_an_object_returns_pages(both: Both, package: ModuleType) -> None:
    both.server.script += [json_reply({"id": "o/1"}), pets(1), pets(2), pets()]
    owner = both.get(client(both, package).owners.get())
    assert ids(both.list(both.get(owner.pets()))) == [1, 2]
    assert asked(both, "page") == [None, None, "1", "2"]
    assert {seen.path for seen in both.server.seen[1:]} == {"/owners/o%2F1"}


def test_objects_as_vendors_have_them_return_the_list_itself(
    both: Both, package_of_objects: ModuleType
) -> None:
    both.server.script += [json_reply({"id": "o/1"}), pets(1, total=2)]
    owner = both.get(client(both, package_of_objects).owners.get())
    reply = both.get(owner.pets())
    assert (ids(reply.data), reply.total) == ([1], 2)
    assert len(both.server.seen) == 2


def test_a_cursor_travels_in_a_body_that_is_an_object_of_the_caller(
    both: Both, package: ModuleType
) -> None:
    both.server.script += [pets(1, meta={"next": {"p": 7}}), pets(2)]
    body = package.Scroll(filter="f")
    assert ids(both.list(both.get(client(both, package).pets.scroll(body)))) == [1, 2]
    assert [json.loads(seen.body) for seen in both.server.seen] == [
        {"filter": "f"},
        {"filter": "f", "offset": {"p": 7}},
    ]
    assert body == package.Scroll(filter="f")


def test_items_with_methods_have_their_client(both: Both, package: ModuleType) -> None:
    both.server.script += [
        json_reply({"data": [{"id": 1, "owner": {"id": "o"}}], "meta": {"next": "x"}}),
        json_reply({"data": [{"id": 2, "owner": {"id": "p"}}]}),
        pets(8),
        pets(),
    ]
    *_, last = both.list(both.get(client(both, package).pets.cursor()))
    assert ids(both.list(both.get(last.owner.pets()))) == [8]


def test_a_cursor_that_comes_again_is_an_error(both: Both, package: ModuleType) -> None:
    both.server.script += [pets(1, meta={"next": n}) for n in ("a", "b", "a")]
    page = both.get(client(both, package).pets.cursor())
    with pytest.raises(package.PagingError, match="was there already: 'a'"):
        both.list(page)
    assert len(both.server.seen) == 3


def test_the_cursor_of_the_caller_counts_as_one(both: Both, package: ModuleType) -> None:
    both.server.script.append(pets(1, meta={"next": "a"}))
    page = both.get(client(both, package).pets.cursor(marker="a"))
    with pytest.raises(package.PagingError):
        both.get(page.next_page())
    assert ids(page.items) == [1]


def test_a_cursor_that_comes_again_with_nothing_is_the_end(both: Both, package: ModuleType) -> None:
    both.server.script += [pets(1, meta={"next": "a"}), pets(meta={"next": "a"})]
    assert ids(both.list(both.get(client(both, package).pets.cursor()))) == [1]


def test_a_server_that_does_not_count_is_noticed(both: Both, package: ModuleType) -> None:
    both.server.script += [pets(1, 2)] * 10
    page = both.get(client(both, package).pets.numbered())
    with pytest.raises(package.PagingError, match="the same page came twice"):
        both.list(page)
    assert len(both.server.seen) == 2


def test_empty_pages_without_end_are_noticed(
    both: Both, package: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = inspect.getmodule(package.Page.next_page)
    assert runtime is not None
    paging = __import__(runtime.__name__.replace(".pages", ".paging"), fromlist=["EMPTY"])
    assert paging.EMPTY >= 100
    monkeypatch.setattr(paging, "EMPTY", 5)
    both.server.script += [pets(meta={"next": str(n)}) for n in range(20)]
    page = both.get(client(both, package).pets.cursor())
    with pytest.raises(package.PagingError, match="5 pages in a row hold nothing"):
        both.list(page)
    assert len(both.server.seen) == 6


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/address?q=2",
        "https://other.test/address",
        "//other.test/x",
        "http://me:pw@127.0.0.1/",
        "ftp://127.0.0.1/x",
        "http://[bad",
        "http://127.0.0.1:99999999/",
    ],
)
def test_no_key_goes_to_another_server(both: Both, package: ModuleType, address: str) -> None:
    both.server.script.append(pets(1, **{"@odata.nextLink": address}))
    page = both.get(client(both, package).pets.address())
    with pytest.raises(package.PagingError) as caught:
        both.get(page.next_page())
    assert KEY not in str(caught.value)
    assert len(both.server.seen) == 1


def test_more_without_a_cursor_is_an_error(both: Both, package: ModuleType) -> None:
    both.server.script.append(pets(1, more=True))
    page = both.get(client(both, package).pets.cursor())
    with pytest.raises(package.PagingError, match="but not which"):
        both.list(page)


def test_a_page_that_fails_can_be_asked_for_again(both: Both, package: ModuleType) -> None:
    failed = json_reply({}, 500)
    both.server.script += [pets(1, meta={"next": "a"}), failed, pets(2)]
    page = both.get(client(both, package).pets.cursor())
    with pytest.raises(package.ServerError):
        both.get(page.next_page())
    assert ids(both.get(page.next_page()).items) == [2]


def test_each_page_has_the_whole_time_and_the_options_of_the_call(
    both: Both, package: ModuleType
) -> None:
    both.server.script += [pets(1, meta={"next": "a"}), lambda connection: connection.stall()]
    page = both.get(client(both, package).pets.cursor(timeout=0.3, headers={"X-T": "1"}))
    assert ids(page.items) == [1]
    with pytest.raises(package.ApiTimeoutError):
        both.get(page.next_page())
    assert [seen.header("x-t") for seen in both.server.seen] == ["1", "1"]


@pytest.mark.parametrize("data", [None, {"id": 5}])
def test_what_is_no_list_is_none_or_one(both: Both, package: ModuleType, data: Any) -> None:
    both.server.script.append(json_reply({"data": data}))
    assert len(both.get(client(both, package).pets.cursor()).items) == (data is not None)


def test_the_raw_response_of_a_page_is_to_be_had(both: Both, package: ModuleType) -> None:
    both.server.script += [pets(1, meta={"next": "x"}), pets(2)]
    api = client(both, package)
    raw = both.get(api.with_raw_response(api.pets.cursor))
    assert raw.status == 200
    assert ids(raw.parsed.items) == [1]
    again = both.get(api.with_raw_response(raw.parsed.next_page))
    assert ids(again.parsed.items) == [2]
