"""Rejections: under which documented status, with which body."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import HTTPException

from accord.runtime import (
    Errors,
    Forbidden,
    Model,
    Rejection,
    RejectionKind,
    RuntimeSettings,
    Unauthorized,
    problem,
)
from accord.runtime import declare as d
from accord.runtime.problems import TABLE, InvalidPart, title_of
from tests.unit.runtime.kit import call, json_of, ok, operation, problem_of

PROBLEM = {
    "type": "object",
    "required": ["title", "status"],
    "properties": {"title": {"type": "string"}, "status": {"type": "integer", "minimum": 400}},
}
VALIDATION = {"allOf": [PROBLEM, {"required": ["errors"], "properties": {"errors": {"minItems": 1}}}]}
LEGACY = {
    "type": "object",
    "required": ["code"],
    "properties": {"code": {"type": "integer"}},
    "maxProperties": 1,
}


class Fails:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    async def get(self, **arguments: Any) -> Any:
        if self.error is not None:
            raise self.error
        return "fine"


def documented(
    status: int | str, guard: str | None = "problem", media_type: str = "application/problem+json"
) -> d.Response:
    return d.Response(status=status, content=(d.ResponseContent(media_type=media_type, guard=guard),))


GUARD = {
    "problem": PROBLEM,
    "validation": VALIDATION,
    "legacy": LEGACY,
    "get.parameters": {"properties": {"query": {"required": ["q"]}}},
}
Q = d.Parameter(name="q", argument="q", location="query", style="form", required=True)


@pytest.fixture
def reject(serve: Any) -> Any:
    def run(*responses: d.Response, error: Exception | None = None, **more: Any) -> Any:
        parameters = () if error is not None else (Q,)
        declared = operation("get", "GET", "/x", responses=(ok(), *responses), parameters=parameters)
        return call(serve(Fails(error), (declared,), guard=GUARD, **more), "GET", "/api/x")

    return run


@pytest.mark.parametrize(
    ("statuses", "status", "media_type"),
    [
        ([], 422, "application/problem+json"),
        ([400], 400, "application/json"),
        ([422, 400], 422, "application/json"),
        (["4XX"], 422, "application/json"),
        (["4xx"], 422, "application/json"),
        (["default"], 422, "application/json"),
        (["default", "4XX", 400], 400, "application/json"),
        ([404, 500, "5XX"], 422, "application/problem+json"),
    ],
)
def test_an_invalid_request(reject: Any, statuses: list[int | str], status: int, media_type: str) -> None:
    got = reject(*(documented(s, media_type="application/json") for s in statuses))
    assert json_of(got, status) == {
        "type": "about:blank",
        "title": title_of(status),
        "status": status,
        "detail": "The request does not follow the contract.",
        "errors": [{"location": "query.q", "reason": "is required"}],
    }
    assert got.header("content-type") == media_type


@pytest.mark.parametrize("kind", [kind for kind in RejectionKind if kind is not RejectionKind.OTHER])
def test_every_kind_has_its_standard_status_and_fallbacks(reject: Any, kind: RejectionKind) -> None:
    row = TABLE[kind]
    assert json_of(reject(error=Rejection(kind)), row.status)["detail"].endswith(row.detail)
    wide = "5XX" if row.status >= 500 else "4XX"
    for documented_as in (row.status, wide, "default"):
        got = reject(documented(documented_as, media_type="application/x+json"), error=Rejection(kind))
        assert (got.status, got.header("content-type")) == (row.status, "application/x+json")


def test_a_documented_body_that_a_problem_does_not_fit(reject: Any) -> None:
    got = reject(documented(422, "legacy"), documented(400, "validation"))
    assert (got.status, got.json["status"]) == (400, 400)
    problem_of(reject(documented(422, "legacy")), 422)
    assert reject(documented(401, "validation"), error=Unauthorized()).json["title"] == "Unauthorized"


def test_the_mapper_gives_the_documented_body(reject: Any) -> None:
    errors = Errors()
    seen: list[Rejection] = []

    class Legacy(Model):
        code: int

    @errors.rejection
    def _(rejection: Rejection) -> object | None:
        seen.append(rejection)
        return Legacy(code=rejection.status) if rejection.kind is RejectionKind.INVALID else {"odd": 1}

    got = reject(documented(422, "legacy", "application/json"), errors=errors)
    assert (got.status, got.json, got.header("content-type")) == (422, {"code": 422}, "application/json")
    assert (seen[0].operation, seen[0].errors) == ("get", (InvalidPart("query.q", "", "is required"),))
    problem_of(reject(documented(401, "legacy"), error=Unauthorized(), errors=errors), 401)
    with pytest.raises(ValueError, match="mapper already"):
        errors.rejection(lambda rejection: None)


def test_a_mapper_that_fails_or_gives_nothing(reject: Any, caplog: pytest.LogCaptureFixture) -> None:
    failing, silent = Errors(), Errors()
    failing.rejection(lambda rejection: 1 / 0)
    silent.rejection(lambda rejection: None)
    problem_of(reject(documented(422, "legacy"), errors=failing), 422)
    assert "the rejection mapper failed on invalid of get" in caplog.text
    problem_of(reject(documented(422, "legacy"), errors=silent), 422)


def test_documented_without_or_with_another_kind_of_body(reject: Any) -> None:
    problem_of(reject(d.Response(status=422)), 422)
    problem_of(reject(documented(422, None, "text/html")), 422)


def test_exceptions_of_fastapi_and_our_own(reject: Any) -> None:
    got = reject(error=HTTPException(403, detail="not you", headers={"X-Why": "because"}))
    assert problem_of(got, 403)["detail"] == "not you"
    assert got.header("x-why") == "because"
    assert problem_of(reject(error=HTTPException(418)), 418)["title"] == "I'm a Teapot"
    assert (
        reject(documented(418, media_type="a/b+json"), error=HTTPException(418)).header("content-type")
        == "a/b+json"
    )
    assert reject(error=HTTPException(204)).status == 500
    assert problem_of(reject(error=Unauthorized("log in")), 401)["detail"] == "log in"
    assert problem_of(reject(error=Forbidden("not yours")), 403)["detail"] == "not yours"
    retry = Rejection(RejectionKind.TOO_MANY_REQUESTS, headers=[("Retry-After", "3"), ("X-Bad", "a\nb")])
    got = reject(error=retry)
    assert (got.status, got.header("retry-after"), got.header("x-bad")) == (429, "3", None)


def test_detail_of_an_http_exception_may_be_data(reject: Any) -> None:
    detail: Any = {"code": 7}
    document = problem_of(reject(error=HTTPException(409, detail=detail)), 409)
    assert isinstance(document["detail"], str)


def test_problems_for_implementations() -> None:
    assert problem(404) == {"type": "about:blank", "title": "Not Found", "status": 404}
    made = problem(409, detail="d", title="T", type="urn:x", extensions={"trace_id": "1"})
    assert made == {"type": "urn:x", "title": "T", "status": 409, "detail": "d", "trace_id": "1"}
    assert title_of(413) == "Content Too Large"
    assert (title_of(499), title_of(599)) == ("Client Error", "Server Error")


@pytest.mark.parametrize("name", ["max_body_bytes", "heartbeat", "sample_every"])
def test_settings_that_make_no_sense(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        RuntimeSettings(**{name: 0})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("accept", "acceptable"),
    [
        (None, True),
        ("", True),
        ("*/*", True),
        ("application/*", True),
        ("text/html, application/json;q=0.1", True),
        ("APPLICATION/JSON", True),
        ("text/html", False),
        ("application/json;q=0", False),
        ("*/*, application/json;q=0", False),
        ("nonsense", False),
        ("application/json;charset=utf-8", True),
    ],
)
def test_accept(serve: Any, accept: str | None, acceptable: bool) -> None:
    declared = operation("get", "GET", "/x", responses=(ok(), documented(406)))
    app = serve(Fails(), (declared,), guard=GUARD)
    headers = {} if accept is None else {"accept": accept}
    got = call(app, "GET", "/api/x", headers=headers)
    if acceptable:
        assert json_of(got) == "fine"
    else:
        assert problem_of(got, 406)["detail"] == "The operation answers application/json."


def test_accept_is_not_looked_at_where_there_is_no_choice(serve: Any) -> None:
    app = serve(Fails(), (operation("get", "GET", "/x", responses=(ok(),)),))
    assert json_of(call(app, "GET", "/api/x", headers={"accept": "text/html"})) == "fine"
