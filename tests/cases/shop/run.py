"""Uses the generated package as its user would."""

import httpx
from shop import CornerShop, Product, ProductPage, StatusError

ID = "12345678-1234-5678-1234-567812345678"


def answer(request: httpx.Request) -> httpx.Response:
    assert request.headers["authorization"] == "Bearer k"
    if request.method == "GET" and request.url.path == "/v2/products":
        assert request.url.query == b"sort=price&tags=a,b"
        item = {"id": ID, "name": "Nail", "price": 2, "discount": {"kind": "percent", "percent": 5}}
        return httpx.Response(200, json={"items": [item], "next": None})
    if request.method == "POST":
        return httpx.Response(409, json={"title": "There is one already."})
    return httpx.Response(204)


with CornerShop("k", http_client=httpx.Client(transport=httpx.MockTransport(answer))) as client:
    page = client.products.list(sort="price", tags=["a", "b"])
    assert isinstance(page, ProductPage)
    product = page.items[0]
    assert product.discount is not None and product.discount.kind == "percent"
    try:
        client.products.create(Product(name="Nail", price=2))
    except StatusError as error:
        assert error.status == 409
    else:
        raise AssertionError("an error status raises")
