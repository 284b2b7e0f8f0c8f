"""Items over HTTP, in both versions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.service.api.support import KEY, Caller, sign_up

NEVER = {"If-Match": '"0000000000000000"'}


def _match(response: Any) -> dict[str, str]:
    return {"If-Match": response.headers["ETag"]}


def test_a_new_item_is_where_its_location_says(ada: Caller) -> None:
    made = ada.create("Cup", "12.50", description="Thin.", tags=["gift", "kitchen"])
    item = made.json()
    assert made.headers["Location"] == f"/api/{ada.version}/items/{item['id']}"
    read = ada.http.get(made.headers["Location"], headers=ada.headers)
    assert read.status_code == 200
    assert read.json() == item
    assert read.headers["ETag"] == made.headers["ETag"]
    assert item == {
        "id": item["id"],
        "name": "Cup",
        "description": "Thin.",
        "price": ada.price("12.50"),
        "tags": ["gift", "kitchen"],
        "createdAt": item["createdAt"],
        "updatedAt": item["createdAt"],
    }
    assert item["createdAt"].endswith("Z")


def test_what_may_be_left_out_has_a_value_afterwards(ada: Caller) -> None:
    item = ada.create().json()
    assert (item["description"], item["tags"]) == (None, [])


def test_a_client_that_knows_the_version_gets_no_body(ada: Caller) -> None:
    made = ada.create()
    path = f"/items/{made.json()['id']}"
    for known in (made.headers["ETag"], f'"x", W/{made.headers["ETag"]}', "*"):
        response = ada.get(path, headers={"If-None-Match": known})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["ETag"] == made.headers["ETag"]
        assert "content-type" not in response.headers
    assert ada.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_patch_tells_what_is_left_out_from_null(ada: Caller) -> None:
    made = ada.create(description="Thin.", tags=["gift"])
    path = f"/items/{made.json()['id']}"
    renamed = ada.patch(path, {"name": "Mug"}, headers=_match(made))
    assert renamed.json() == {**made.json(), "name": "Mug", "updatedAt": renamed.json()["updatedAt"]}
    cleared = ada.patch(path, {"description": None}, headers=_match(renamed))
    assert cleared.json()["description"] is None
    assert cleared.json()["tags"] == ["gift"]
    assert len({response.headers["ETag"] for response in (made, renamed, cleared)}) == 3
    for impossible in ({"name": None}, {"tags": None}, {"price": None}):
        refused = ada.patch(path, impossible, headers=_match(cleared))
        assert refused.status_code == 422
        assert [part["pointer"] for part in refused.json()["errors"]] == [f"/{next(iter(impossible))}"]
    assert ada.get(path).json() == cleared.json()


def test_a_patch_that_changes_nothing_keeps_the_version(ada: Caller) -> None:
    made = ada.create()
    path = f"/items/{made.json()['id']}"
    for nothing in ({}, {"name": made.json()["name"]}):
        response = ada.patch(path, nothing, headers=_match(made))
        assert (response.json(), response.headers["ETag"]) == (made.json(), made.headers["ETag"])


def test_a_replacement_leaves_nothing_of_what_was_there(ada: Caller) -> None:
    made = ada.create(description="Thin.", tags=["gift"])
    body = {"name": "Jug", "price": ada.price("3.00")}
    response = ada.send("PUT", f"/items/{made.json()['id']}", json=body, headers=_match(made))
    assert response.status_code == 200
    item = response.json()
    assert (item["name"], item["description"], item["tags"]) == ("Jug", None, [])
    assert item["createdAt"] == made.json()["createdAt"]


def test_a_change_of_an_old_version_is_rejected_and_does_nothing(ada: Caller) -> None:
    made = ada.create()
    path = f"/items/{made.json()['id']}"
    newer = ada.patch(path, {"name": "Mug"}, headers=_match(made))
    full = {"name": "Jug", "price": ada.price("3.00")}
    for stale in (_match(made), NEVER, {"If-Match": f"W/{newer.headers['ETag']}"}):
        for response in (
            ada.patch(path, {"name": "Jug"}, headers=stale),
            ada.send("PUT", path, json=full, headers=stale),
            ada.send("DELETE", path, headers=stale),
        ):
            assert response.status_code == 412
            assert response.json()["status"] == 412
    assert ada.get(path).json() == newer.json()


def test_only_the_second_version_asks_for_a_precondition(ada: Caller) -> None:
    path = f"/items/{ada.create().json()['id']}"
    full = {"name": "Jug", "price": ada.price("3.00")}
    statuses = [
        ada.patch(path, {"name": "Mug"}).status_code,
        ada.send("PUT", path, json=full).status_code,
        ada.send("DELETE", path).status_code,
    ]
    assert statuses == ([200, 200, 204] if ada.version == "v1" else [428, 428, 428])


def test_a_deleted_item_is_gone_for_good(ada: Caller) -> None:
    made = ada.create()
    path = f"/items/{made.json()['id']}"
    response = ada.send("DELETE", path, headers=_match(made))
    assert (response.status_code, response.content) == (204, b"")
    assert ada.get(path).status_code == 404
    assert ada.send("DELETE", path, headers=_match(made)).status_code == 404
    assert ada.patch(path, {"name": "Mug"}, headers=_match(made)).status_code == 404
    assert ada.create().json()["id"] > made.json()["id"]


def test_pages_hold_every_item_once(ada: Caller) -> None:
    made = [ada.create(f"item {number}").json()["id"] for number in range(5)]
    for order, expected in (("newest", made[::-1]), ("oldest", made)):
        seen: list[int] = []
        cursor: str | None = None
        while True:
            query = {"limit": 2, "order": order, **({} if cursor is None else {"cursor": cursor})}
            items, cursor = ada.page(**query)
            seen += [item["id"] for item in items]
            if cursor is None:
                break
        assert seen == expected


def test_filters_narrow_the_list_and_hold_together(ada: Caller) -> None:
    ada.create("Red cup", "5.00", tags=["red"])
    ada.create("Blue cup", "15.00", tags=["blue"])
    ada.create("Blue jug", "25.00", tags=["blue", "gift"])
    low, high = ("minPrice", "maxPrice") if ada.version == "v1" else ("minAmount", "maxAmount")

    def names(**query: Any) -> list[str]:
        return [item["name"] for item in ada.page(order="oldest", **query)[0]]

    assert names(q="CUP") == ["Red cup", "Blue cup"]
    assert names(tag="blue") == ["Blue cup", "Blue jug"]
    assert names(tag="blu") == []
    assert names(**{low: "15.00"}) == ["Blue cup", "Blue jug"]
    assert names(**{low: "15.00", high: "15.00"}) == ["Blue cup"]
    assert names(q="blue", tag="gift", **{low: "20.00"}) == ["Blue jug"]
    assert names(q="%") == []


def test_a_cursor_that_is_none_is_rejected_at_its_place(ada: Caller) -> None:
    response = ada.get("/items", params={"cursor": "not-a-cursor"})
    assert response.status_code == 422
    assert [part["location"] for part in response.json()["errors"]] == ["query.cursor"]
    assert "not-a-cursor" not in response.text


def test_each_version_shows_what_the_other_has_stored(ada: Caller) -> None:
    caller = ada if ada.version == "v1" else Caller(http=ada.http, version="v1", headers=ada.headers)
    two = ada if ada.version == "v2" else Caller(http=ada.http, version="v2", headers=ada.headers)
    fine = caller.post("/items", json={"name": "Fine", "price": 0.005}).json()
    assert two.get(f"/items/{fine['id']}").json()["price"] == {"amount": "0.01", "currency": "EUR"}
    franc = two.post("/items", json={"name": "Franc", "price": {"amount": "7.10", "currency": "CHF"}})
    path = f"/items/{franc.json()['id']}"
    assert caller.get(path).json()["price"] == 7.1
    # The first version knows no currencies: what it changes keeps its own.
    assert caller.patch(path, {"price": 8.2}).status_code == 200
    assert caller.send("PUT", path, json={"name": "Franc", "price": 8.3}).status_code == 200
    assert two.get(path).json()["price"] == {"amount": "8.30", "currency": "CHF"}
    assert [item["name"] for item in two.page(currency="CHF")[0]] == ["Franc"]


def test_nobody_sees_or_changes_what_belongs_to_somebody_else(ada: Caller, bob: Caller) -> None:
    made = ada.create("Private")
    path = f"/items/{made.json()['id']}"
    contract = ada.get("/openapi.json").json()
    operations = [
        (method.upper(), operation)
        for name, methods in contract["paths"].items()
        if "{itemId}" in name
        for method, operation in methods.items()
        if isinstance(operation, dict) and "operationId" in operation
    ]
    assert len(operations) == 4
    for method, operation in operations:
        headers, content = _match(made), None
        for media_type, described in operation.get("requestBody", {}).get("content", {}).items():
            headers["Content-Type"] = media_type
            content = json.dumps(next(iter(described["examples"].values()))["value"])
        response = bob.send(method, path, headers=headers, content=content)
        assert response.status_code == 404, operation["operationId"]
        unknown = bob.send(method, "/items/9007199254740991", headers=headers, content=content)
        assert response.json() == unknown.json()
    assert ada.get(path).json() == made.json()
    assert bob.page() == ([], None)


def test_a_report_counts_the_own_items(ada: Caller, bob: Caller) -> None:
    for amount in ("10.00", "20.00", "12.50"):
        ada.create(amount=amount)
    bob.create(amount="999.00")
    response = ada.report(seed=7, resamples=200)
    assert response.status_code == 200
    report = response.json()
    assert report["items"] == 3
    if ada.version == "v1":
        assert report["median"] == 12.5
        assert report["low"] <= report["mean"] <= report["high"]
    else:
        assert report["median"] == {"amount": "12.50", "currency": "EUR"}
    assert ada.report(seed=7, resamples=200).json() == report
    assert ada.report(seed=8, resamples=200).json()["median"] == report["median"]


def test_a_report_on_nothing_has_no_figures(bob: Caller) -> None:
    report = bob.report().json()
    assert report["items"] == 0
    assert {report[name] for name in ("mean", "median", "low", "high")} == {None}
    assert (report["confidence"], report["resamples"]) == (0.95, 500)


@pytest.mark.parametrize("path", ["/items", "/items/1", "/users/me"])
def test_an_api_key_is_no_token(anybody: Caller, path: str) -> None:
    assert anybody.get(path, headers={"X-API-Key": KEY}).status_code == 401


def test_a_token_without_the_scope_is_forbidden(anybody: Caller) -> None:
    reader = sign_up(anybody, scope="items:read")
    assert reader.get("/items").status_code == 200
    response = reader.post("/items", json={"name": "Cup", "price": reader.price("1.00")})
    assert response.status_code == 403
    assert 'error="insufficient_scope"' in response.headers["WWW-Authenticate"]
    assert "items:write" in response.headers["WWW-Authenticate"]
    assert reader.page() == ([], None)
