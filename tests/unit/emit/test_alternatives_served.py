"""Parameters and headers whose text may mean several things, or that hold values inside of others, over the wire."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from typing import cast
from urllib.parse import quote, urlencode

import pytest
from fastapi.testclient import TestClient

from accord.diagnostics import Severity
from accord.emit.tree import write_tree
from tests.unit.emit.operations import generate_all, write_spec

SPEC = """
    components:
      schemas:
        Fields: {oneOf: [{type: string}, {type: array, items: {type: string}}]}
        Source: {oneOf: [{type: boolean}, {$ref: '#/components/schemas/Fields'}]}
        Tags: {oneOf: [{type: string, minLength: 2}, {type: array, items: {type: string, enum: [a, b]}}]}
        Rows: {type: array, items: {type: array, items: {type: integer}}}
        Filters: {type: array, items: {type: object, required: [key], properties: {key: {type: string}, n: {type: integer}}}}
        Nested: {type: object, properties: {first: {type: object, properties: {second: {type: integer}}}, many: {type: array, items: {type: object}}}}
        Level: {oneOf: [{type: integer, minimum: 100}, {type: string, pattern: '^[0-9]{2}$'}, {type: 'null'}]}
        Lists: {oneOf: [{type: array, items: {type: integer}}, {type: array, items: {type: string}}]}
        Sized: {oneOf: [{type: integer}, {type: object, additionalProperties: false, required: [min], properties: {min: {type: integer}}}]}
        Mixed: {type: array, items: {oneOf: [{type: string}, {type: object}]}}
        Sort: {type: object, properties: {by: {oneOf: [{type: integer}, {type: array, items: {type: string}}]}}}
    paths:
      /query:
        get:
          operationId: query
          tags: [All]
          parameters:
            - {name: source, in: query, schema: {$ref: '#/components/schemas/Source'}}
            - {name: tags, in: query, schema: {$ref: '#/components/schemas/Tags'}}
            - {name: joined, in: query, explode: false, schema: {$ref: '#/components/schemas/Tags'}}
            - {name: piped, in: query, explode: false, style: pipeDelimited, schema: {$ref: '#/components/schemas/Tags'}}
            - {name: rows, in: query, schema: {$ref: '#/components/schemas/Rows'}}
            - {name: filters, in: query, schema: {$ref: '#/components/schemas/Filters'}}
            - {name: closed, in: query, explode: false, schema: {$ref: '#/components/schemas/Filters'}}
            - {name: nested, in: query, schema: {$ref: '#/components/schemas/Nested'}}
            - {name: level, in: query, schema: {$ref: '#/components/schemas/Level'}}
            - {name: lists, in: query, schema: {$ref: '#/components/schemas/Lists'}}
            - {name: sized, in: query, explode: false, schema: {$ref: '#/components/schemas/Sized'}}
            - {name: mixed, in: query, schema: {$ref: '#/components/schemas/Mixed'}}
            - {name: sort, in: query, schema: {$ref: '#/components/schemas/Sort'}}
            - {name: X-Tags, in: header, schema: {$ref: '#/components/schemas/Tags'}}
            - {name: X-Filters, in: header, schema: {$ref: '#/components/schemas/Filters'}}
            - {name: c, in: cookie, explode: false, schema: {$ref: '#/components/schemas/Tags'}}
          responses:
            '200':
              description: ok
              headers:
                X-Tags: {schema: {$ref: '#/components/schemas/Tags'}}
                X-Filters: {schema: {$ref: '#/components/schemas/Filters'}}
                X-Sized: {explode: true, schema: {$ref: '#/components/schemas/Sized'}}
              content: {application/json: {schema: {type: object}}}
      /path/{tags}:
        get:
          operationId: path
          tags: [All]
          parameters: [{name: tags, in: path, required: true, schema: {$ref: '#/components/schemas/Tags'}}]
          responses: {'204': {description: ok}}
      /twice/{id}/and/{id}:
        get:
          operationId: twice
          tags: [All]
          parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
          responses: {'204': {description: ok}}
      /form:
        post:
          operationId: form
          tags: [All]
          requestBody:
            content:
              application/x-www-form-urlencoded: &form
                schema:
                  type: object
                  properties:
                    one: {oneOf: [{type: integer}, {type: object, required: [a]}]}
                    many: {type: array, items: {oneOf: [{type: string, maxLength: 3}, {type: object, required: [a]}]}}
                    any: {oneOf: [{type: boolean}, {type: object}, {type: array, items: {type: integer}}]}
                    joined: {$ref: '#/components/schemas/Tags'}
                encoding: {joined: {style: form, explode: false}}
              multipart/form-data: *form
          responses: {'204': {description: ok}}
      /processing:
        get: {operationId: processing, tags: [All], responses: {'102': {description: wait}}}
    """

IMPLEMENTATION = """
from __future__ import annotations

from typing import Any

from accord.runtime import create_app

from .generated import v1
from .generated.v1 import responses

SEEN: dict[str, Any] = {}
HEADERS: dict[str, Any] = {}


class All:
    async def query(self, **arguments: Any) -> Any:
        SEEN.update({name: value for name, value in arguments.items() if value is not None})
        return responses.QueryOk(body={}, **HEADERS)

    async def path(self, *, tags: Any) -> None:
        SEEN["tags"] = tags

    async def twice(self, *, id: int) -> None:
        SEEN["id"] = id

    async def form(self, *, body: Any) -> None:
        SEEN["body"] = body

    async def processing(self) -> None: ...


app = create_app()
v1.install(app, all=All)
"""


class Service:
    """A client, and what the implementation has seen and gives."""

    def __init__(self, client: TestClient, seen: dict[str, object], headers: dict[str, object]) -> None:
        self.client, self.seen, self.headers = client, seen, headers

    def get(self, path: str, headers: dict[str, str] | None = None) -> object:
        """What the implementation got, as JSON; the status where the request is refused."""
        self.seen.clear()
        response = self.client.get(path, headers=headers)
        if response.status_code >= 400:
            return response.status_code
        return {name: _plain(value) for name, value in self.seen.items()}


def _plain(value: object) -> object:
    dump = getattr(value, "model_dump", None)
    if dump is not None:
        return dump(mode="json", exclude_unset=True)
    return [_plain(member) for member in cast("list[object]", value)] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("alternatives")
    write_spec(folder / "spec", {"v1/openapi.yaml": SPEC})
    result = generate_all(folder / "spec")
    assert [
        diagnostic.code for diagnostic in result.diagnostics if diagnostic.severity is not Severity.INFO
    ] == [
        "operation-without-response",
        "unsupported-response-status",
    ]
    write_tree(result.tree, folder / "alternatives_case" / "generated")
    (folder / "alternatives_case" / "service.py").write_text(IMPLEMENTATION)
    sys.path.insert(0, str(folder))
    known = set(sys.modules)
    module = importlib.import_module("alternatives_case.service")
    yield Service(TestClient(module.app), module.SEEN, module.HEADERS)
    sys.path.remove(str(folder))
    for name in set(sys.modules) - known:
        if name.startswith("alternatives_case"):
            del sys.modules[name]


def _json(value: object) -> str:
    return quote(json.dumps(value), safe="")


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        # The first alternative that the guard accepts, in the contract's order.
        ("source=true", {"source": True}),
        ("source=yes", {"source": "yes"}),
        ("source=a,b", {"source": "a,b"}),
        ("tags=ab", {"tags": "ab"}),
        ("tags=a", {"tags": ["a"]}),
        ("tags=c", 422),
        # What comes more than once, or is divided by the style's delimiter, is a list first.
        ("source=a&source=b", {"source": ["a", "b"]}),
        ("tags=a&tags=b", {"tags": ["a", "b"]}),
        ("tags=aa&tags=b", 422),
        ("joined=a,b", {"joined": ["a", "b"]}),
        ("joined=a%2Cb", {"joined": "a,b"}),
        ("joined=x,y", {"joined": "x,y"}),
        ("piped=a|b", {"piped": ["a", "b"]}),
        ("piped=a", {"piped": ["a"]}),
        ("sized=min,3", {"sized": {"min": 3}}),
        ("sized=3", {"sized": 3}),
        ("sized=max,3", 422),
        # A text that is rejected as one kind of value is tried as the next.
        ("level=100", {"level": 100}),
        ("level=42", {"level": "42"}),
        ("level=7", 422),
        ("lists=1&lists=2", {"lists": [1, 2]}),
        ("lists=1&lists=a", {"lists": ["1", "a"]}),
        # Values inside of others are JSON, each for itself or all in one.
        (f"rows={_json([1, 2])}&rows={_json([3])}", {"rows": [[1, 2], [3]]}),
        (f"rows={_json([[1, 2], [3]])}", {"rows": [[1, 2], [3]]}),
        ("rows=1", 422),
        (f"filters={_json({'key': 'a', 'n': 1})}", {"filters": [{"key": "a", "n": 1}]}),
        (f"filters={_json([{'key': 'a'}])}", {"filters": [{"key": "a"}]}),
        (f"filters={_json({'n': 1})}", 422),
        ("filters=a", 422),
        ("filters={", 422),
        (
            f"closed={_json({'key': 'a', 'n': 1})},{_json({'key': 'b'})}",
            {"closed": [{"key": "a", "n": 1}, {"key": "b"}]},
        ),
        ('closed=[{"key":"a","n":1},{"key":"b"}]', {"closed": [{"key": "a", "n": 1}, {"key": "b"}]}),
        (f"first={_json({'second': 2})}", {"nested": {"first": {"second": 2}}}),
        (f"nested={_json({'first': {'second': 2}})}", {"nested": {"first": {"second": 2}}}),
        (f"many={_json({})}&many={_json({'a': 1})}", {"nested": {"many": [{}, {"a": 1}]}}),
        (f"first={_json({'second': 'x'})}", 422),
        (f"mixed=a&mixed={_json({'b': 1})}", {"mixed": ["a", {"b": 1}]}),
        ("by=3", {"sort": {"by": 3}}),
        ("by=a&by=b", {"sort": {"by": ["a", "b"]}}),
        ("by=a", {"sort": {"by": ["a"]}}),
        ("", {}),
    ],
)
def test_the_guard_decides_what_a_text_of_the_query_means(served: Service, query: str, seen: object) -> None:
    assert served.get(f"/query?{query}") == seen


@pytest.mark.parametrize(
    ("headers", "seen"),
    [
        ({"X-Tags": "ab"}, {"x_tags": "ab"}),
        ({"X-Tags": "a, b"}, {"x_tags": ["a", "b"]}),
        ({"X-Filters": '{"key":"a"}'}, {"x_filters": [{"key": "a"}]}),
        ({"X-Filters": '[{"key":"a","n":1}]'}, {"x_filters": [{"key": "a", "n": 1}]}),
        ({"X-Filters": "a"}, 422),
        ({"Cookie": "c=a,b"}, {"c": ["a", "b"]}),
        ({"Cookie": "c=ab"}, {"c": "ab"}),
    ],
)
def test_headers_and_cookies_have_the_same_readings(
    served: Service, headers: dict[str, str], seen: object
) -> None:
    assert served.get("/query", headers) == seen


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/path/ab", {"tags": "ab"}),
        ("/path/a,b", {"tags": ["a", "b"]}),
        ("/path/a%2Cb", {"tags": "a,b"}),
        ("/path/c", 422),
        ("/twice/3/and/3", {"id": 3}),
        ("/twice/3/and/4", 404),
        ("/twice/a/and/a", 422),
    ],
)
def test_paths_have_them_and_a_variable_has_one_value(served: Service, path: str, seen: object) -> None:
    assert served.get(path) == seen


def test_a_rejection_names_the_place_inside_of_the_value(served: Service) -> None:
    fault = served.client.get(f"/query?first={_json({'second': 'x'})}").json()["errors"]
    assert fault == [{"location": "query.nested", "pointer": "/first/second", "reason": "must be integer"}]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"x_tags": "ab"}, {"x-tags": "ab"}),
        ({"x_tags": ["a", "b"]}, {"x-tags": "a,b"}),
        ({"x_filters": [{"key": "a", "n": 1}]}, {"x-filters": '[{"key":"a","n":1}]'}),
        ({"x_sized": 3}, {"x-sized": "3"}),
        ({"x_sized": {"min": 3}}, {"x-sized": "min=3"}),
    ],
)
def test_answers_write_headers_as_they_are_read(
    served: Service, given: dict[str, object], sent: dict[str, str]
) -> None:
    served.headers.update(given)
    try:
        response = served.client.get("/query")
    finally:
        served.headers.clear()
    assert response.status_code == 200, response.text
    assert {name: response.headers[name] for name in sent} == sent


def test_a_response_that_is_interim_alone_leaves_the_final_one_open(served: Service) -> None:
    assert served.client.get("/processing").status_code == 204


@pytest.mark.parametrize("multipart", [False, True])
@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ([("one", "3")], {"one": 3}),
        ([("one", '{"a":1}')], {"one": {"a": 1}}),
        ([("one", "{}")], 422),
        ([("one", "x")], 422),
        ([("many", "b"), ("many", '{"a":1}')], {"many": ["b", {"a": 1}]}),
        ([("many", "long")], 422),
        ([("any", "true")], {"any": True}),
        ([("any", "1"), ("any", "2")], {"any": [1, 2]}),
        ([("any", '{"b":[]}')], {"any": {"b": []}}),
        ([("joined", "ab")], {"joined": "ab"}),
        ([("joined", "c")], 422),
    ],
)
def test_fields_of_forms_may_be_text_or_json(
    served: Service, fields: list[tuple[str, str]], seen: object, multipart: bool
) -> None:
    served.seen.clear()
    if multipart:
        response = served.client.post("/form", files=[(name, (None, text.encode())) for name, text in fields])
    else:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        response = served.client.post("/form", content=urlencode(fields), headers=headers)
    assert (response.status_code if response.status_code >= 400 else _plain(served.seen["body"])) == seen


@pytest.mark.parametrize(("text", "seen"), [("a,b", ["a", "b"]), ("a%2Cb", "a,b"), ("a,c", "a,c")])
def test_fields_of_forms_with_a_style_have_the_readings_of_parameters(
    served: Service, text: str, seen: object
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    served.client.post("/form", content=f"joined={text}", headers=headers)
    assert _plain(served.seen["body"]) == {"joined": seen}
