"""Values in brackets: nested objects and arrays of style ``deepObject``."""

from __future__ import annotations

from typing import Any

import pytest

from accord.runtime import RuntimeSettings
from accord.runtime import declare as d
from tests.unit.runtime.bodies import Bodies, free
from tests.unit.runtime.kit import call, json_of, ok, operation, problem_of

FORM = "application/x-www-form-urlencoded"
TEXT, NUMBER = d.Tree(scalar=d.Scalar()), d.Tree(scalar=d.Scalar(("integer",)))
LINE = d.Tree(properties={"price": TEXT, "count": NUMBER})
ORDER = d.Tree(
    properties={
        "lines": d.Tree(items=LINE),
        "tags": d.Tree(items=TEXT),
        "ship": d.Tree(properties={"to": LINE}),
    },
    additional=NUMBER,
)
EITHER = d.Tree(scalar=d.Scalar(), items=NUMBER, properties={"a": NUMBER})


def field(name: str, tree: d.Tree) -> d.FormField:
    return d.FormField(name=name, wire=tree, style="deepObject")


@pytest.fixture
def orders(serve: Any) -> Bodies:
    fields = (
        field("order", ORDER),
        field("either", EITHER),
        field("any", d.Tree()),
        d.FormField(name="name"),
    )
    return Bodies(serve, free(FORM, form=fields), guard={"body": True})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "order[lines][0][price]=a&order[lines][0][count]=2",
            {"order": {"lines": [{"price": "a", "count": 2}]}},
        ),
        (
            "order[lines][10][count]=2&order[lines][9][count]=1",
            {"order": {"lines": [{"count": 1}, {"count": 2}]}},
        ),
        ("order[tags][]=a&order[tags][]=b", {"order": {"tags": ["a", "b"]}}),
        ("order[tags]=a&order[tags]=b", {"order": {"tags": ["a", "b"]}}),
        ("order[tags]=a", {"order": {"tags": ["a"]}}),
        ("order%5Btags%5D%5B1%5D=a%26+b&order[tags][0]=c", {"order": {"tags": ["c", "a& b"]}}),
        ("order[ship][to][count]=3&order[more]=4", {"order": {"ship": {"to": {"count": 3}}, "more": 4}}),
        ("order[lines][0][other]=x", {"order": {"lines": [{"other": "x"}]}}),
        ("either=x", {"either": "x"}),
        ("either[a]=1", {"either": {"a": 1}}),
        ("either[]=1&either[]=2", {"either": [1, 2]}),
        ("either=1&either=2", {"either": [1, 2]}),
        ("any=1", {"any": "1"}),
        ("any[a][b]=1&any[c][]=2&any[c][]=3", {"any": {"a": {"b": "1"}, "c": ["2", "3"]}}),
        ("name=x", {"name": "x"}),
    ],
)
def test_values(orders: Bodies, text: str, value: Any) -> None:
    assert orders.keep(text.encode(), FORM) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("order[lines]=a&order[lines][0][price]=b", "is given with brackets and without"),
        ("order[ship][to][price]=a&order[ship][to][price]=b", "must not be given more than once"),
        ("order[tags][x]=a", "must be given as name[] or name[0]"),
        ("order[more][x]=1", "must not be given in brackets"),
        ("order[tags=a", "has brackets that do not match"),
        ("order[tags]x=a", "has brackets that do not match"),
        (f"order{'[a]' * 17}=a", "has more than 16 levels"),
    ],
)
def test_brackets_without_meaning(orders: Bodies, text: str, reason: str) -> None:
    got = orders.send(text.encode(), FORM)
    problem_of(got, 422)
    assert got.errors == [("body", "/order", reason)]


def test_a_great_number_takes_no_room(orders: Bodies) -> None:
    assert orders.keep(b"order[tags][999999999]=a", FORM) == {"order": {"tags": ["a"]}}
    got = orders.send(b"order[tags][9999999999]=a", FORM)
    assert got.errors == [("body", "/order", "must be given as name[] or name[0]")]


def test_a_parameter(serve: Any) -> None:
    class Things:
        async def find(self, *, order: Any) -> Any:
            return order

    parameter = d.Parameter(name="order", argument="order", location="query", wire=ORDER, style="deepObject")
    declared = operation("find", "GET", "/x", parameters=(parameter,), responses=(ok(),))
    schema = {"properties": {"query": {"properties": {"order": {"properties": {"tags": {"maxItems": 1}}}}}}}
    settings = RuntimeSettings(docs=False, undeclared_query="reject")
    app = serve(Things(), (declared,), guard={"find.parameters": schema}, settings=settings)
    assert json_of(call(app, "GET", "/api/x?order[tags][]=a")) == {"tags": ["a"]}
    assert json_of(call(app, "GET", "/api/x")) is None
    got = call(app, "GET", "/api/x?order[tags][]=a&order[tags][]=b")
    assert got.errors == [("query.order", "/tags", "must have at most 1 item")]
    problem_of(call(app, "GET", "/api/x?orders[tags][]=a"), 422)
