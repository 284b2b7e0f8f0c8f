"""What changes around schemas: operations, parameters, bodies, responses, security, servers, webhooks, announcements."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from accord.diff import Breaking, DiffReport, RequestMessage, ResponseMessage
from tests.unit.diff.support import bad, compare, document

Edit = Callable[[dict[str, Any]], None]
PATH: Final = "/shops/{shop}/items"


def operation(document_: dict[str, Any]) -> Any:
    return document_["paths"][PATH]["post"]


def parameter(document_: dict[str, Any], name: str) -> Any:
    return next(p for p in operation(document_)["parameters"] if p["name"] == name)


def base() -> dict[str, Any]:
    item = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    content = {"application/json": {"schema": item}, "application/xml": {"schema": item}}
    headers = {
        "Location": {"required": True, "schema": {"type": "string"}},
        "X-Rest": {"schema": {"type": "integer"}},
    }
    post: dict[str, Any] = {
        "operationId": "addItem",
        "tags": ["items"],
        "parameters": [
            {"name": "shop", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "dry", "in": "query", "schema": {"type": "boolean"}},
            {"name": "ids", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}},
            {"name": "X-Trace", "in": "header", "required": True, "schema": {"type": "string"}},
            {"name": "size", "in": "query", "schema": {"type": "integer", "default": 10}},
        ],
        "requestBody": {"required": False, "content": content},
        "responses": {
            "201": {"description": "made", "headers": headers, "content": content},
            "202": {"description": "later"},
            "4XX": {"description": "refused", "content": content},
        },
        "security": [{"key": []}, {"oauth": ["read", "write"]}],
    }
    hook = {
        "requestBody": {"content": {"application/json": {"schema": item}}},
        "responses": {"200": {"description": "thanks"}},
    }
    callbacks = {"done": {"{$request.body#/url}": {"post": copy.deepcopy(hook)}}}
    whole = document(
        {
            PATH: {"post": {**post, "callbacks": callbacks}},
            "/old": {"get": {"responses": {"200": {"description": ""}}}},
        },
        servers=[{"url": "https://a.example/v1"}, {"url": "https://b.example/v1"}],
        webhooks={"itemMade": {"post": hook}},
        components={
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "oauth": {
                    "type": "oauth2",
                    "flows": {
                        "clientCredentials": {
                            "tokenUrl": "https://t.example",
                            "scopes": {"read": "", "write": ""},
                        }
                    },
                },
            }
        },
    )
    unshared: dict[str, Any] = json.loads(json.dumps(whole))  # so that an edit changes one place
    return unshared


def report_on(edit: Edit, folder: Path) -> DiffReport:
    old, new = base(), base()
    edit(new)
    return compare(old, new, folder)


BREAKING: Final[dict[str, tuple[str, Edit]]] = {
    "an operation goes": ("operation-removed", lambda d: d["paths"].pop("/old")),
    "a path is renamed": (
        "operation-renamed",
        lambda d: d["paths"].update({"/older": d["paths"].pop("/old")}),
    ),
    "a parameter is demanded": (
        "parameter-became-required",
        lambda d: parameter(d, "dry").update(required=True),
    ),
    "a parameter comes, demanded": (
        "required-parameter-added",
        lambda d: operation(d)["parameters"].append(
            {"name": "n", "in": "query", "required": True, "schema": {}}
        ),
    ),
    "a parameter narrows": (
        "type-changed",
        lambda d: parameter(d, "shop").update(schema={"type": "integer"}),
    ),
    "a list is written otherwise": (
        "parameter-style-changed",
        lambda d: parameter(d, "ids").update(explode=False),
    ),
    "a parameter becomes JSON": (
        "parameter-content-changed",
        lambda d: parameter(d, "ids").update(
            content={"application/json": {"schema": parameter(d, "ids").pop("schema")}}
        ),
    ),
    "a body is demanded": (
        "body-became-required",
        lambda d: operation(d)["requestBody"].update(required=True),
    ),
    "a body goes": ("body-removed", lambda d: operation(d).pop("requestBody")),
    "a media type goes": (
        "media-type-removed",
        lambda d: operation(d)["requestBody"].update(content={"application/json": {}}),
    ),
    "a success goes": ("status-removed", lambda d: operation(d)["responses"].pop("202")),
    "a promised header goes": (
        "header-removed",
        lambda d: operation(d)["responses"]["201"]["headers"].pop("Location"),
    ),
    "a promised header is optional": (
        "header-became-optional",
        lambda d: operation(d)["responses"]["201"]["headers"]["Location"].update(required=False),
    ),
    "a header widens": (
        "type-changed",
        lambda d: operation(d)["responses"]["201"]["headers"]["X-Rest"].update(schema={"type": "string"}),
    ),
    "a body of a response goes": (
        "response-body-removed",
        lambda d: operation(d)["responses"]["201"].pop("content"),
    ),
    "an alternative of security goes": (
        "security-tightened",
        lambda d: operation(d).update(security=[{"key": []}]),
    ),
    "a scope is demanded": (
        "security-tightened",
        lambda d: operation(d).update(security=[{"key": []}, {"oauth": ["read", "write", "admin"]}]),
    ),
    "a key moves": (
        "security-tightened",
        lambda d: d["components"]["securitySchemes"]["key"].update({"in": "query"}),
    ),
    "both are demanded": (
        "security-tightened",
        lambda d: operation(d).update(security=[{"key": [], "oauth": []}]),
    ),
    "a server goes": ("server-removed", lambda d: d["servers"].pop()),
    "a webhook goes": ("webhook-removed", lambda d: d["webhooks"].clear()),
    "a webhook leaves out what was promised": (
        "property-became-optional",
        lambda d: d["webhooks"]["itemMade"]["post"]["requestBody"]["content"]["application/json"][
            "schema"
        ].pop("required"),
    ),
    "a callback demands more of the response": (
        "required-property-added",
        lambda d: answer_of(d).update(properties={"name": {"type": "integer"}, "n": {}}, required=["n"]),
    ),
}


def answer_of(document_: dict[str, Any]) -> Any:
    """The schema of a callback's request, which the service sends."""
    callback = operation(document_)["callbacks"]["done"]["{$request.body#/url}"]["post"]
    return callback["requestBody"]["content"]["application/json"]["schema"]


@pytest.mark.parametrize("name", [name for name in BREAKING if not name.startswith("a callback")])
def test_what_breaks_somebody_is_shown_by_a_message(name: str, tmp_path: Path) -> None:
    code, edit = BREAKING[name]
    found = bad(report_on(edit, tmp_path))
    assert [change.code for change in found] == [code], [change.message for change in found]
    verdict = found[0].verdict
    assert isinstance(verdict, Breaking)
    assert verdict.witness is not None
    assert isinstance(verdict.witness.message, RequestMessage | ResponseMessage)
    assert verdict.witness.clause.message


def test_of_callbacks_the_service_sends_the_request(tmp_path: Path) -> None:
    def leave_out(document_: dict[str, Any]) -> None:
        del answer_of(document_)["required"]

    (change,) = bad(report_on(leave_out, tmp_path))
    assert change.code == "property-became-optional"
    assert str(change.operations[0]) == "POST {$request.body#/url} (callback)"

    def demand(document_: dict[str, Any]) -> None:
        answer_of(document_)["properties"]["more"] = {"type": "string"}
        answer_of(document_)["required"].append("more")

    assert bad(report_on(demand, tmp_path)) == []


HARMLESS: Final[dict[str, Edit]] = {
    "an operation comes": lambda d: d["paths"].update(
        {"/new": {"get": {"responses": {"200": {"description": ""}}}}}
    ),
    "a parameter comes": lambda d: operation(d)["parameters"].append(
        {"name": "n", "in": "query", "schema": {}}
    ),
    "a parameter goes": lambda d: operation(d)["parameters"].pop(1),
    "a parameter may be left out": lambda d: parameter(d, "X-Trace").update(required=False),
    "a number becomes text": lambda d: parameter(d, "ids").update(
        schema={"type": "array", "items": {"type": "string"}}
    ),
    "a media type comes": lambda d: operation(d)["requestBody"]["content"].update({"text/plain": {}}),
    "a media type becomes a range": lambda d: operation(d)["requestBody"].update(
        content={"application/*": {}}
    ),
    "a status comes": lambda d: operation(d)["responses"].update({"200": {"description": ""}}),
    "a failure goes": lambda d: operation(d)["responses"].pop("4XX"),
    "a header comes": lambda d: operation(d)["responses"]["201"]["headers"].update({"ETag": {"schema": {}}}),
    "a header that was not promised goes": lambda d: operation(d)["responses"]["201"]["headers"].pop(
        "X-Rest"
    ),
    "an alternative of security comes": lambda d: operation(d)["security"].append({}),
    "a scope is no longer demanded": lambda d: operation(d).update(
        security=[{"key": []}, {"oauth": ["read"]}]
    ),
    "a server comes": lambda d: d["servers"].append({"url": "https://c.example"}),
    "a webhook comes": lambda d: d["webhooks"].update(more=d["webhooks"]["itemMade"]),
    "an operation has another id": lambda d: operation(d).update(operationId="other"),
    "tags change": lambda d: operation(d).update(tags=["things"]),
    "a description changes": lambda d: operation(d).update(description="more"),
    "an operation is deprecated": lambda d: operation(d).update(deprecated=True),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_breaks_nobody_is_told(name: str, tmp_path: Path) -> None:
    report = report_on(HARMLESS[name], tmp_path)
    assert report.changes
    assert bad(report) == [], [change.message for change in bad(report)]


def test_a_new_range_takes_the_place_of_a_status(tmp_path: Path) -> None:
    def merge(document_: dict[str, Any]) -> None:
        responses = operation(document_)["responses"]
        responses["2XX"] = responses.pop("201")

    found = bad(report_on(merge, tmp_path))
    # 202 promised no body, and 201 is within the range.
    assert {change.code for change in found} <= {"status-removed"}


def policy(old: dict[str, Any], new: dict[str, Any], folder: Path) -> list[tuple[str, str]]:
    bare = {"responses": {"200": {"description": ""}}}
    sides = [document({"/a": {"get": {**bare, **side}}}) for side in (old, new)]
    return [(change.status, change.code) for change in compare(sides[0], sides[1], folder).changes]


def test_announcements(tmp_path: Path) -> None:
    sunset, later, earlier = "2027-01-01", "2027-06-01", "2026-09-01"
    gone = {"deprecated": True, "x-sunset": sunset}
    assert policy({}, gone, tmp_path) == [
        ("compatible", "operation-deprecated"),
        ("compatible", "sunset-added"),
    ]
    assert policy(gone, {**gone, "x-sunset": later}, tmp_path) == [("compatible", "sunset-moved-later")]
    assert policy(gone, {**gone, "x-sunset": earlier}, tmp_path) == [("breaking", "sunset-moved-earlier")]
    assert policy(gone, {"deprecated": True}, tmp_path) == [("breaking", "sunset-removed")]
    assert policy({}, {"deprecated": True, "x-sunset": "soon"}, tmp_path)[0] == (
        "breaking",
        "sunset-not-a-date",
    )
    at_once = {**gone, "x-accord-deprecated-at": sunset}
    assert ("breaking", "sunset-without-grace") in policy({}, at_once, tmp_path)
    assert policy({"x-stability-level": "beta"}, {"x-stability-level": "alpha"}, tmp_path)[0][0] == "breaking"
    assert policy({"x-stability-level": "beta"}, {}, tmp_path) == [("compatible", "stability-increased")]


@pytest.mark.parametrize(
    ("keywords", "status"),
    [
        ({}, "breaking"),
        ({"deprecated": True}, "accepted"),
        ({"deprecated": True, "x-sunset": "2026-05-31"}, "accepted"),
        ({"deprecated": True, "x-sunset": "2026-06-02"}, "breaking"),
        ({"deprecated": True, "x-sunset": "soon"}, "breaking"),
        ({"x-stability-level": "alpha"}, "accepted"),
        ({"x-stability-level": "beta"}, "breaking"),
    ],
)
def test_a_removal_that_was_announced_is_accepted(
    keywords: dict[str, Any], status: str, tmp_path: Path
) -> None:
    get = {"responses": {"200": {"description": ""}}, **keywords}
    (change,) = compare(document({"/a": {"get": get}}), document({}), tmp_path).changes
    assert change.status == status


@pytest.mark.parametrize(
    ("old", "new", "required", "satisfied"),
    [
        ("1.0.0", "2.0.0", "major", True),
        ("1.0.0", "1.1.0", "major", False),
        ("0.1.0", "0.2.0", "minor", True),
        ("0.1.0", "0.1.1", "minor", False),
        ("x", "y", "major", None),
    ],
)
def test_a_break_requires_a_major_version_and_below_1_a_minor_one(
    old: str, new: str, required: str, satisfied: bool | None, tmp_path: Path
) -> None:
    before, after = base(), base()
    before["info"]["version"], after["info"]["version"] = old, new
    del after["paths"]["/old"]
    version = compare(before, after, tmp_path).version
    assert (version.required, version.satisfied) == (required, satisfied)


def test_summary_counts_by_operation(tmp_path: Path) -> None:
    def edit(document_: dict[str, Any]) -> None:
        parameter(document_, "dry")["required"] = True
        operation(document_)["deprecated"] = True

    (summary,) = report_on(edit, tmp_path).summary
    assert (str(summary.operation), summary.breaking, summary.compatible) == (f"POST {PATH}", 1, 1)
