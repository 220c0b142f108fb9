# pyright: reportDeprecated=false
"""Uses the generated package as its user would."""

import inspect
import json
import pickle
import sys
import warnings

import flat

assert not any(name.startswith(("flat.compat", "flat.extras")) for name in sys.modules)

import httpx  # noqa: E402
from flat import Shop, compat, models  # noqa: E402
from flat.compat import (  # noqa: E402
    BoxPacking,
    LostOrderError,
    NoOrderError,
    OldBag,
    OldClient,
    OldError,
    Packing,
    State,
    shop,
    things,
)

seen: list[tuple[str, object]] = []


def answer(request: httpx.Request) -> httpx.Response:
    sent = json.loads(request.content) if request.content else str(request.url.params)
    seen.append((f"{request.method} {request.url.path}", sent))
    if "lost" in str(request.url):
        error = {"success": False, "error": "It is lost.", "errorType": "LostOrderError"}
        return httpx.Response(404, json=error)
    if request.url.path == "/listOrders":
        return httpx.Response(200, json={"success": True, "result": [{"orderId": "o1"}]})
    return httpx.Response(200, json={"success": True, "result": {"orderId": "o2", "name": "tea"}})


def calls() -> None:
    with OldClient(http_client=httpx.Client(transport=httpx.MockTransport(answer))) as client:
        assert isinstance(client, Shop)
        assert client.describe_order("o2") == client.orders.describe("o2")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            listed = client.all_orders(7, models.State.SENT)
        assert listed and type(listed[0]) is compat.Model
        assert seen.pop() == ("GET /listOrders", "limit=7&state=sent%2Faway")

        made = client.create_order("tea", 3, BoxPacking({"ribbon": "red"}, 2.5, ["straw"]))
        assert made is not None
        packing = {
            "kind": "box", "sideLength": 2.5, "padding": ["straw"], "sealed": True, "ribbon": "red",
        }  # fmt: skip
        assert seen.pop()[1] == {"timeout": 3, "packing": packing, "name": "tea"}
        again = made.again(packing=OldBag("blue"))
        assert again is not None and again.order_id == "o2"
        bag = {"kind": "bag", "colour": "blue"}
        assert seen.pop()[1] == {"timeout": None, "packing": bag, "name": "tea"}
        client.orders_()
        assert seen.pop()[0] == "DELETE /orders"
        try:
            client.describe_order("lost")
        except flat.LostOrderError as error:
            assert error.message == "It is lost."


def names() -> None:
    arguments = list(inspect.signature(OldClient.create_order).parameters)
    assert arguments == ["self", "name", "timeout", "packing", "delivery"]
    assert issubclass(BoxPacking, Packing) and issubclass(BoxPacking, models.BoxPacking)
    assert things.BoxPacking is BoxPacking and State.SENT.value == "sent/away"
    assert compat.RETRIES == 3
    assert shop.OldClient is OldClient and "OldClient" in dir(shop)
    assert not hasattr(shop, "Cart")
    assert issubclass(LostOrderError, NoOrderError) and issubclass(LostOrderError, OldError)
    assert issubclass(LostOrderError, flat.LostOrderError)
    error = pickle.loads(pickle.dumps(LostOrderError("It is lost.", status=404)))
    assert (type(error), error.message, error.status) == (LostOrderError, "It is lost.", 404)
    assert not hasattr(compat, "Cart")
    for name, said in (("Cart", "use Order"), ("BagPacking", "did you mean Packing?")):
        try:
            exec(f"from flat.compat import {name}")
        except ImportError as missing:
            assert str(missing) == f"there is no {name} in flat.compat: {said}"
        else:
            raise AssertionError(name)


calls()
names()
