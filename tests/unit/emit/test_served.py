"""Generated code under the runtime, with an implementation: what is declared arrives, what is returned is sent."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from accord.emit.tree import write_tree
from tests.unit.emit.operations import generate_all, write_spec

SPEC = """
    servers: [{url: /api}]
    components:
      securitySchemes:
        key: {type: apiKey, in: cookie, name: sid}
        login: {type: http, scheme: basic}
      responses:
        Fault: {description: fault, content: {application/problem+json: {schema: {$ref: '#/components/schemas/Problem'}}}}
      schemas:
        Problem: {type: object, required: [title], properties: {title: {type: string}, status: {type: integer}}}
        User:
          type: object
          required: [id, name]
          properties:
            id: {type: integer, readOnly: true}
            name: {type: string}
            secret: {type: string, writeOnly: true}
            born: {type: string, format: date}
        Event:
          type: object
          required: [data]
          properties:
            event: {const: tick}
            data: {type: string, contentMediaType: application/json, contentSchema: {$ref: '#/components/schemas/Tick'}}
        Tick: {type: object, properties: {n: {type: integer}}}
    paths:
      /echo/{day}/{ids}:
        get:
          operationId: echo
          tags: [All]
          parameters:
            - {name: day, in: path, required: true, schema: {type: string, format: date}}
            - {name: ids, in: path, required: true, schema: {type: array, items: {type: integer}}}
            - {name: flag, in: query, schema: {type: boolean, default: true}}
            - {name: tags, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: string}}}
            - {name: box, in: query, style: deepObject, schema: {type: object, properties: {w: {type: integer}}}}
            - {name: X-Num, in: header, schema: {type: number}}
            - {name: where, in: query, content: {application/json: {schema: {type: object}}}}
            - {name: c, in: cookie, schema: {type: string}}
          responses: {'200': {description: ok, content: {application/json: {schema: {type: object}}}}}
      /users:
        post:
          operationId: makeUser
          tags: [All]
          requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
          responses:
            '201':
              description: made
              headers: {Location: {required: true, schema: {type: string}}, X-Count: {schema: {type: integer}}}
              content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}
            '409': {$ref: '#/components/responses/Fault'}
            '404': {$ref: '#/components/responses/Fault'}
            default: {description: other, content: {application/json: {schema: {type: string}}}}
        delete: {operationId: dropUsers, tags: [All], responses: {'204': {description: gone}}}
      /form:
        post:
          operationId: sendForm
          tags: [All]
          requestBody:
            content:
              application/x-www-form-urlencoded:
                schema:
                  type: object
                  required: [n]
                  properties: {n: {type: integer}, many: {type: array, items: {type: string}}, doc: {type: object}}
                encoding: {doc: {contentType: application/json}, many: {style: form, explode: false}}
          responses: {'200': {description: ok, content: {application/json: {schema: {type: object}}}}}
      /ticks:
        get:
          operationId: ticks
          tags: [All]
          responses:
            '200': {description: stream, content: {text/event-stream: {schema: {$ref: '#/components/schemas/Event'}}}}
      /who:
        get:
          operationId: who
          tags: [All]
          security: [{}, {key: [read]}, {key: [], login: []}]
          responses: {'200': {description: ok, content: {application/json: {schema: {type: string}}}}}
    """

IMPLEMENTATION = """
from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

from accord.runtime import EventStream, Forbidden, create_app

from .generated import v1
from .generated.v1 import models, responses

SEEN: dict[str, Any] = {}


class All:
    async def echo(self, **arguments: Any) -> Any:
        SEEN.update(arguments)
        return {}

    async def make_user(self, *, body: Any) -> Any:
        SEEN["body"] = body
        match body.name:
            case "twice":
                return responses.Fault(status=409, body=models.Problem(title="twice", status=409))
            case "none":
                raise responses.Fault(status=404, body=models.Problem(title="none", status=404))
            case "odd":
                return responses.MakeUserDefault(status=418, body="teapot")
            case "wrong":
                return responses.Fault(status=410, body=models.Problem(title="undocumented"))
        user = models.User(id=1, name=body.name, born=date(2000, 2, 29))
        return responses.MakeUserCreated(body=user, location="/users/1", x_count=3)

    async def drop_users(self) -> None: ...

    async def send_form(self, *, body: Any) -> Any:
        SEEN["body"] = body
        return {}

    async def ticks(self) -> Any:
        async def events() -> AsyncIterator[Any]:
            for n in range(2):
                yield models.Event(event="tick", data=models.Tick(n=n))

        return EventStream(events())

    async def who(self, *, principal: Any) -> str:
        return repr(principal)


class Guardian:
    async def key(self, *, key: str, scopes: tuple[str, ...]) -> str:
        if key == "bad":
            raise Forbidden("no")
        return f"{key}{list(scopes)}"

    async def login(self, *, username: str, password: str, scopes: tuple[str, ...]) -> str:
        return f"{username}:{password}"


app = create_app()
v1.install(app, all=All, security=Guardian)
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, dict[str, object]]]:
    folder = tmp_path_factory.mktemp("served")
    package = folder / "served_case"
    write_spec(folder / "spec", {"v1/openapi.yaml": SPEC})
    result = generate_all(folder / "spec")
    assert result.diagnostics == ()
    write_tree(result.tree, package / "generated")
    (package / "service.py").write_text(IMPLEMENTATION)
    sys.path.insert(0, str(folder))
    known = set(sys.modules)
    module = importlib.import_module("served_case.service")
    yield TestClient(module.app), module.SEEN
    sys.path.remove(str(folder))
    for name in set(sys.modules) - known:
        if name.startswith("served_case"):
            del sys.modules[name]


def test_parameters_of_every_place_and_style_arrive_typed(
    served: tuple[TestClient, dict[str, object]],
) -> None:
    client, seen = served
    seen.clear()
    url = '/api/echo/2024-02-29/1,2?tags=a|b&box[w]=3&where={"x":[1]}'
    response = client.get(url, headers={"X-Num": "1.5", "Cookie": "c=x"})
    assert response.status_code == 200, response.text
    box = seen.pop("box")
    where = seen.pop("where")
    assert getattr(box, "w", box) == 3
    assert where == {"x": [1]} or where.model_dump() == {"x": [1]}  # type: ignore[attr-defined]
    assert {name: str(value) for name, value in seen.items()} == {
        "day": "2024-02-29",
        "ids": "[1, 2]",
        "flag": "True",
        "tags": "['a', 'b']",
        "x_num": "1.5",
        "c": "x",
    }
    assert client.get("/api/echo/2023-02-29/1").status_code == 422


def test_views_differ_and_headers_are_written(served: tuple[TestClient, dict[str, object]]) -> None:
    client, seen = served
    response = client.post("/api/users", json={"name": "ada", "secret": "s"})
    assert response.status_code == 201, response.text
    assert response.json() == {"id": 1, "name": "ada", "born": "2000-02-29"}
    assert response.headers["location"] == "/users/1"
    assert response.headers["x-count"] == "3"
    assert seen["body"].secret == "s"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "status", "media_type"),
    [
        ("twice", 409, "application/problem+json"),
        ("none", 404, "application/problem+json"),
        ("odd", 418, "application/json"),
        ("wrong", 500, "application/json"),
    ],
)
def test_answers_may_be_returned_or_raised_under_documented_statuses_only(
    served: tuple[TestClient, dict[str, object]], name: str, status: int, media_type: str
) -> None:
    client, _ = served
    response = client.post("/api/users", json={"name": name})
    assert response.status_code == status, response.text
    if status != 500:
        assert response.headers["content-type"] == media_type


def test_a_form_with_encodings(served: tuple[TestClient, dict[str, object]]) -> None:
    client, seen = served
    response = client.post(
        "/api/form",
        content='n=4&many=a,b&doc={"x":1}',
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert response.status_code == 200, response.text
    body = seen["body"]
    assert (body.n, body.many) == (4, ["a", "b"])  # type: ignore[attr-defined]
    assert client.post("/api/form").status_code == 200
    assert seen["body"] is None


def test_no_content_and_event_streams(served: tuple[TestClient, dict[str, object]]) -> None:
    client, _ = served
    assert client.delete("/api/users").status_code == 204
    stream = client.get("/api/ticks")
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.text.count("event: tick") == 2
    assert 'data: {"n":1}' in stream.text


def test_alternatives_of_security_give_the_principal(served: tuple[TestClient, dict[str, object]]) -> None:
    client, _ = served
    assert client.get("/api/who").json() == "None"
    assert client.get("/api/who", headers={"Cookie": "sid=k"}).json() == "\"k['read']\""
    assert client.get("/api/who", headers={"Cookie": "sid=bad"}).status_code == 403
