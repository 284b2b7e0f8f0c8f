"""Links are followed: what they give has to fit their target, and the target has to be there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from accord.contract.schema import Unset
from accord.testing import ContractTestReport, run_contract_test
from accord.testing.exchange import Response
from accord.testing.expressions import evaluate
from accord.testing.render import render_json, render_text
from tests.unit.testing.support import SHOP, contract, exchange, load_data, shop_options

ONE = "#/paths/~1items~1{itemId}"
CREATED = "/paths/~1items/post/responses/201/links"


def follow(folder: Path, links: dict[str, Any], faults: str = "", **changes: Any) -> ContractTestReport:
    document = yaml.safe_load((SHOP / "openapi.yaml").read_text())
    document["paths"]["/items"]["post"]["responses"]["201"]["links"] = links
    loaded = load_data(folder, document)
    options = shop_options(faults, **{"phases": ("coverage", "probes"), **changes})
    return run_contract_test(loaded.api, loaded.document, options)


def test_every_kind_of_expression_is_followed(tmp_path: Path) -> None:
    report = follow(
        tmp_path,
        {
            "delete": {"operationId": "deleteItem", "parameters": {"path.itemId": "$response.body#/id"}},
            "get": {"operationRef": f"{ONE}/get", "parameters": {"itemId": "$response.body#/id"}},
            "replace": {
                "operationId": "replaceItem",
                "parameters": {"itemId": "$response.body#/id", "header.If-Match": "$response.header.ETag"},
                "requestBody": "$request.body",
            },
            "rewrite": {
                "operationId": "replaceItem",
                "parameters": {"itemId": "$response.body#/id"},
                "requestBody": {"name": "again", "price": "$request.body#/price"},
            },
            "list": {
                "operationId": "listItems",
                "parameters": {"query.limit": 5, "tag": "as-{$statusCode}-{$method}"},
            },
        },
    )
    assert report.findings == ()
    rows = {link.name: link for link in report.links}
    assert {name: bool(row.followed) for name, row in rows.items()} == dict.fromkeys(
        ("delete", "get", "replace", "rewrite", "list"), True
    )
    assert rows["get"].target == "GET /items/{itemId}"
    assert "POST /items 201 get -> GET /items/{itemId}: followed" in render_text(report)
    assert '"name": "rewrite"' in render_json([report])


@pytest.mark.parametrize(
    ("link", "code", "reported"),
    [
        (
            {"operationId": "getItem", "parameters": {"itemId": "$response.body#/name"}},
            "link-invalid",
            "path parameter 'itemId'",
        ),
        ({"operationId": "getItem", "parameters": {"itemId": 2147483000}}, "link-broken", "answered 404"),
        (
            {
                "operationId": "replaceItem",
                "parameters": {"itemId": "$response.body#/id"},
                "requestBody": {"name": "without a price"},
            },
            "link-invalid",
            '"price" is a required property',
        ),
    ],
)
def test_a_link_that_cannot_hold_is_found(tmp_path: Path, link: Any, code: str, reported: str) -> None:
    report = follow(tmp_path, {"next": link})
    (finding,) = report.findings
    assert (finding.code, finding.operation, finding.clause) == (code, "POST /items", f"{CREATED}/next")
    assert reported in finding.message
    assert finding.curl.startswith("curl -i -X POST")


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ({"operationId": "noSuch"}, "it names no operation"),
        (
            {"operationId": "getItem", "parameters": {"itemId": "$response.body#/nope"}},
            "$response.body#/nope gives nothing",
        ),
        ({"operationId": "getItem", "parameters": {"id": 1}}, "its target has no parameter 'id'"),
    ],
)
def test_a_link_that_is_not_followed_says_why(tmp_path: Path, link: Any, reason: str) -> None:
    report = follow(tmp_path, {"next": link})
    (row,) = report.links
    assert (row.followed, row.reason) == (0, reason)
    assert f"not followed: {reason}" in render_text(report)


def test_a_response_that_never_came_has_no_followed_links(tmp_path: Path) -> None:
    report = follow(
        tmp_path, {"get": {"operationId": "getItem", "parameters": {"itemId": 1}}}, credentials={}
    )
    assert report.links[0].reason == "no 201 was seen to start from"


def test_the_engine_takes_links_too(tmp_path: Path) -> None:
    """In sequences of calls a link gives the id of what was created: a fake deletion shows on the way."""
    links = {
        name: {"operationId": name, "parameters": {"itemId": "$response.body#/id"}}
        for name in ("getItem", "deleteItem")
    }
    report = follow(tmp_path, links, phases=("stateful",), max_examples=80)
    seen = {row.operation: row.documented for row in report.coverage}
    assert seen["GET /items/{itemId}"]["200"] > 0
    assert seen["DELETE /items/{itemId}"]["204"] > 0


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$url", "http://test/items/7?q=a%20b"),
        ("$method", "PUT"),
        ("$statusCode", 201),
        ("$request.path.itemId", "7"),
        ("$request.query.q", "a b"),
        ("$request.header.X-Who", "ada"),
        ("$request.body", {"a": {"b/c": [1, 2]}}),
        ("$request.body#/a/b~1c/1", 2),
        ("$response.header.Location", "/there"),
        ("$response.body#/id", 9),
        ("$response.body", {"id": 9}),
        ("at {$response.body#/id} by {$request.header.x-who}", "at 9 by ada"),
        ({"x": ["$response.body#/id", True]}, {"x": [9, True]}),
        ("plain", "plain"),
        (None, None),
    ],
)
def test_expressions(tmp_path: Path, expression: Any, value: Any) -> None:
    assert evaluate(expression, _sample(tmp_path)) == value


@pytest.mark.parametrize(
    "expression",
    [
        "$response.body#/nope",
        "$response.body#/id/deeper",
        "$request.body#/a/b~1c/7",
        "$request.query.nope",
        "$request.path.nope",
        "$response.query.q",
        "$response.header.X-Nope",
        "$nonsense",
        "with {$response.body#/nope}",
        "with {$request.body}",
        {"x": "$response.body#/nope"},
        ["$response.body#/nope"],
    ],
)
def test_what_an_expression_does_not_find_is_unset(tmp_path: Path, expression: Any) -> None:
    assert isinstance(evaluate(expression, _sample(tmp_path)), Unset)


def _sample(folder: Path) -> Any:
    parameter = {"name": "itemId", "in": "path", "required": True, "schema": {"type": "string"}}
    data = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/items/{itemId}": {
                "put": {"parameters": [parameter], "responses": {"201": {"description": "x"}}}
            }
        },
    }
    response = Response(status=201, headers=(("location", "/there"),), body=b'{"id": 9}')
    return exchange(
        contract(folder, data),
        "PUT /items/{itemId}",
        response,
        url="http://test/items/7?q=a%20b",
        headers=(("X-Who", "ada"),),
        body=b'{"a": {"b/c": [1, 2]}}',
    )
