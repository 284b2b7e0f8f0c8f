"""Which names of a query belong to a contract, in whatever style, and what the whole of a query may be."""

from __future__ import annotations

from typing import Any

import pytest

from accord.runtime import RuntimeSettings
from accord.runtime import declare as d
from tests.unit.runtime.kit import call, ok, operation, problem_of

STRING, INTEGER = d.Scalar(), d.Scalar(("integer",))
KNOWN = {"a": STRING, "b": STRING}
REJECTING = RuntimeSettings(docs=False, undeclared_query="reject")


def in_query(name: str, **more: Any) -> d.Parameter:
    more.setdefault("style", "form")
    more.setdefault("explode", True)
    return d.Parameter(name=name, argument=name, location="query", **more)


class Echo:
    def __init__(self) -> None:
        self.seen: dict[str, Any] = {}

    async def echo(self, **arguments: Any) -> Any:
        arguments.pop("principal", None)
        self.seen = arguments
        return "seen"


class Everybody:
    async def key(self, *, key: str, scopes: tuple[str, ...]) -> str:
        return key


@pytest.fixture
def asking(serve: Any) -> Any:
    """Asks an operation with parameters: gives its arguments, or the status and the faults that it answers."""

    def ask(
        query: str, *parameters: d.Parameter, scheme: d.Scheme | None = None, rejecting: bool = True
    ) -> Any:
        async def provide() -> Everybody:
            return Everybody()

        echo = Echo()
        security = () if scheme is None else ((d.Use(scheme=scheme, scopes=()),),)
        declared = operation("echo", "GET", "/e", parameters=parameters, responses=(ok(),), security=security)
        app = serve(
            echo,
            (declared,),
            guard={"echo.parameters": True},
            security=None if scheme is None else provide,
            settings=REJECTING if rejecting else RuntimeSettings(docs=False),
        )
        headers = {"x-key": "k"} if scheme is not None and scheme.location == "header" else {}
        got = call(app, "GET", f"/api/e?{query}", headers=headers)
        if got.status == 200:
            return echo.seen
        problem_of(got, got.status)
        return got.status, got.errors if "errors" in got.json else []

    return ask


ONE_UNKNOWN = (422, [("query", "", "has 1 parameter that the contract does not declare")])


@pytest.mark.parametrize(
    ("parameter", "known", "unknown"),
    [
        (in_query("o", style="deepObject", wire=d.Object(KNOWN)), "o[a]=1", "a=1"),
        (in_query("o", style="deepObject", wire=d.Object(KNOWN)), "o[a]=1&o[b]=2", "o2[a]=1"),
        (in_query("o", wire=d.Object(KNOWN)), "a=1&b=2", "c=1"),
        (in_query("o", wire=d.Object(KNOWN)), "a=1", "o[a]=1"),
        (in_query("o", explode=False, wire=d.Object(KNOWN)), "o=a,1", "a=1"),
        (in_query("o", wire=d.Tree(properties={"a": d.Tree(scalar=STRING)})), "o[a]=1", "a=1"),
        (in_query("l", wire=d.Array(STRING)), "l=1&l=2", "l[]=1"),
    ],
)
def test_names_of_a_style_are_declared_and_no_others(
    asking: Any, parameter: d.Parameter, known: str, unknown: str
) -> None:
    assert set(asking(known, parameter)) == {parameter.argument}
    assert asking(f"{known}&{unknown}", parameter) == ONE_UNKNOWN


def test_an_exploded_object_with_free_names_takes_all_that_is_left(asking: Any) -> None:
    free = in_query("o", wire=d.Object(KNOWN, additional=STRING))

    assert asking("a=1&x=2&n=3", free, in_query("n", wire=INTEGER)) == {"o": {"a": "1", "x": "2"}, "n": 3}
    assert asking("a=1&x=2&n=3", in_query("n", wire=INTEGER), free) == {"o": {"a": "1", "x": "2"}, "n": 3}


def test_an_exploded_object_leaves_other_places_alone(asking: Any) -> None:
    """A header of the same name as a member claims nothing of the query."""
    free = in_query("o", wire=d.Object({}, additional=STRING))
    header = d.Parameter(name="x", argument="x", location="header", style="simple", explode=False)

    assert asking("x=1", free, header) == {"o": {"x": "1"}, "x": None}


@pytest.mark.parametrize(
    ("location", "parameter", "expected"),
    [
        ("query", "key", {}),
        ("header", "x-key", ONE_UNKNOWN),
    ],
)
def test_a_key_in_the_query_is_declared_by_its_scheme(
    asking: Any, location: Any, parameter: str, expected: Any
) -> None:
    scheme = d.Scheme(name="K", method="key", kind="apiKey", location=location, parameter=parameter)

    assert asking("key=k", scheme=scheme) == expected


def test_an_operation_that_takes_the_whole_query_has_no_undeclared_names(asking: Any) -> None:
    whole = d.Parameter(
        name="q", argument="q", location="querystring", style="form", explode=True, wire=d.Object(KNOWN)
    )

    assert asking("a=1&zz=2", whole) == {"q": {"a": "1", "zz": "2"}}
    assert asking("", whole) == {"q": None}


@pytest.mark.parametrize(
    ("query", "value"), [("a+b%2B%C3%BC", "a b+ü"), ("a=b&c", "a=b&c"), ("", None), ("%20", " ")]
)
def test_the_whole_query_as_a_text(asking: Any, query: str, value: str | None) -> None:
    whole = d.Parameter(
        name="q", argument="q", location="querystring", style="form", explode=True, wire=STRING
    )

    assert asking(query, whole, rejecting=False) == {"q": value}


@pytest.mark.parametrize("wire", [STRING, d.Json(), d.Object(KNOWN)])
def test_a_whole_query_that_is_no_text_is_rejected(asking: Any, wire: Any) -> None:
    whole = d.Parameter(name="q", argument="q", location="querystring", style="form", explode=True, wire=wire)

    assert asking("%22%ff%22", whole, rejecting=False)[0] == 400


@pytest.mark.parametrize(
    ("query", "value"),
    [("%22a+b%22", "a+b"), ("%22a%20b%22", "a b"), ("[1,%22%2B%22]", [1, "+"]), ("", None)],
)
def test_a_plus_is_a_blank_in_forms_only(asking: Any, query: str, value: Any) -> None:
    whole = d.Parameter(
        name="q", argument="q", location="querystring", style="form", explode=True, wire=d.Json()
    )

    assert asking(query, whole, rejecting=False) == {"q": value}


def test_free_names_of_a_header_are_none_of_the_query(asking: Any) -> None:
    header = d.Parameter(
        name="h",
        argument="h",
        location="header",
        style="simple",
        explode=True,
        wire=d.Object(KNOWN, additional=STRING),
    )

    assert asking("a=1", header) == ONE_UNKNOWN
    assert asking("zz=1", header) == ONE_UNKNOWN


def test_a_name_that_is_no_text_is_said_to_stand_in_the_query(serve: Any) -> None:
    whole = d.Parameter(
        name="q", argument="q", location="querystring", style="form", explode=True, wire=d.Object(KNOWN)
    )
    declared = operation("echo", "GET", "/e", parameters=(whole,), responses=(ok(),))
    app = serve(Echo(), (declared,), guard={"echo.parameters": True})

    assert problem_of(call(app, "GET", "/api/e?%ff=1"), 400)["detail"] == "The query is not valid UTF-8."


@pytest.mark.parametrize(("policy", "value"), [("first", "1"), ("last", "3"), ("reject", None)])
@pytest.mark.parametrize("location", ["header", "query", "cookie"])
def test_the_policy_of_repeated_parameters_is_that_of_every_place(
    serve: Any, policy: Any, value: str | None, location: Any
) -> None:
    style: Any = "simple" if location == "header" else "form"
    parameter = d.Parameter(name="p", argument="p", location=location, style=style, explode=False)
    echo = Echo()
    app = serve(
        echo,
        (operation("echo", "GET", "/e", parameters=(parameter,), responses=(ok(),)),),
        guard={"echo.parameters": True},
        settings=RuntimeSettings(docs=False, repeated_parameter=policy),
    )
    query = "?p=1&p=2&p=3" if location == "query" else ""
    headers = {
        "header": [("p", "1"), ("p", "2"), ("p", "3")],
        "cookie": [("cookie", "p=1; p=2; p=3")],
        "query": [],
    }
    got = call(app, "GET", f"/api/e{query}", headers=headers[location])

    if value is None:
        assert problem_of(got, 422)["errors"] == [
            {"location": f"{location}.p", "reason": "must not be given more than once"}
        ]
    else:
        assert (got.status, echo.seen) == (200, {"p": value})
