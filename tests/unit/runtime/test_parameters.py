"""Parameters: what of the wire becomes which value, and what is refused."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from urllib.parse import quote

import pytest

from accord.runtime import RuntimeSettings
from accord.runtime import declare as d
from tests.unit.runtime.kit import call, json_of, ok, operation, problem_of

STRING = d.Scalar()
INTEGER = d.Scalar(("integer",))
NUMBER = d.Scalar(("number",))
BOOLEAN = d.Scalar(("boolean",))


class Echo:
    """Keeps what it received."""

    def __init__(self) -> None:
        self.seen: dict[str, Any] = {}

    async def echo(self, **arguments: Any) -> Any:
        self.seen = arguments
        return "seen"


def parameter(name: str, location: Any = "query", **more: Any) -> d.Parameter:
    styles = {"query": "form", "cookie": "form"}
    more.setdefault("style", styles.get(location, "simple"))
    more.setdefault("explode", location in {"query", "cookie"})
    return d.Parameter(name=name, argument=name.lower().replace("-", "_"), location=location, **more)


class Reader:
    """An application with one operation, and what that received."""

    def __init__(self, serve: Any, parameters: Any, schema: Any = True, **more: Any) -> None:
        self.echo = Echo()
        path = "/e" + "".join("/{" + p.name + "}" for p in parameters if p.location == "path")
        declared = operation("echo", "GET", path, parameters=tuple(parameters), responses=(ok(),))
        guard = {"echo.parameters": schema}
        self.app = serve(self.echo, (declared,), guard=guard, **more)

    def read(self, target: str, **more: Any) -> dict[str, Any]:
        json_of(call(self.app, "GET", "/api/e" + target, **more))
        return self.echo.seen

    def reject(self, target: str, status: int = 422, **more: Any) -> Any:
        got = call(self.app, "GET", "/api/e" + target, **more)
        problem_of(got, status)
        return got


def typed(schema: Any, location: str = "query", name: str = "p", *, required: bool = False) -> Any:
    inner: dict[str, Any] = {"properties": {name: schema}}
    if required:
        inner["required"] = [name]
    return {"properties": {location: inner}}


@pytest.mark.parametrize(
    ("wire", "text", "value"),
    [
        (INTEGER, "0", 0),
        (INTEGER, "-1", -1),
        (INTEGER, "9223372036854775807", 2**63 - 1),
        (NUMBER, "1", 1),
        (NUMBER, "1.0", 1.0),
        (NUMBER, "-2.5e-3", -0.0025),
        (NUMBER, "1E2", 100.0),
        (BOOLEAN, "true", True),
        (BOOLEAN, "false", False),
        (STRING, "1", "1"),
        (STRING, "", ""),
        (STRING, "a%2Cb%26", "a,b&"),
        (STRING, "a+b%2B", "a b+"),
        (STRING, "%F0%9F%98%80", "😀"),
        (STRING, "a=b", "a=b"),
        (d.Scalar(("null", "integer")), "null", None),
        (d.Scalar(("integer", "boolean", "string")), "true", True),
        (d.Scalar(("integer", "string")), "01", "01"),
    ],
)
def test_scalars_of_a_query(serve: Any, wire: Any, text: str, value: Any) -> None:
    reader = Reader(serve, [parameter("p", wire=wire)])
    seen = reader.read(f"?p={text}")
    assert seen == {"p": value}
    assert type(seen["p"]) is type(value)


def possible(location: str, text: str) -> bool:
    """An empty segment is another path; white space around a header value means nothing."""
    if location == "path":
        return text != ""
    return location == "query" or (text == text.strip() and text.isascii())


NO_SCALARS = (
    [
        (INTEGER, "integer", text)
        for text in (
            "1.0",
            "+1",
            "1_0",
            " 1",
            "1 ",
            "01",
            "-",
            "0x1",
            "1e2",
            "",
            "\u0661",
            "9" * 500,
            "--1",
            "-0.0",
        )
    ]
    + [
        (NUMBER, "number", text)
        for text in (".5", "5.", "1e", "NaN", "Infinity", "-inf", "1e999", "+1", "1,5")
    ]
    + [(BOOLEAN, "boolean", text) for text in ("yes", "1", "0", "True", "TRUE", "on", "", " true")]
)


@pytest.mark.parametrize(
    ("location", "wire", "kind", "text"),
    [
        (location, *case)
        for location in ("query", "path", "header", "cookie")
        for case in NO_SCALARS
        if possible(location, case[2])
    ],
)
def test_what_is_no_scalar_of_json_is_rejected(
    serve: Any, location: str, wire: Any, kind: str, text: str
) -> None:
    reader = Reader(serve, [parameter("p", location, wire=wire)], typed({"type": kind}, location))
    encoded = quote(text, safe="")
    match location:
        case "query":
            got = reader.reject(f"?p={encoded}")
        case "path":
            got = reader.reject(f"/{encoded}")
        case "header":
            got = reader.reject("", headers={"p": text})
        case _:
            got = reader.reject("", headers={"cookie": f"p={text}"})
    assert got.errors == [(f"{location}.p", "", f"must be {kind}")]


def test_64_bits_are_the_guard_s_business(serve: Any) -> None:
    schema = typed({"type": "integer", "maximum": 2**63 - 1, "minimum": -(2**63)})
    reader = Reader(serve, [parameter("p", wire=INTEGER)], schema)
    assert reader.read("?p=-9223372036854775808") == {"p": -(2**63)}
    assert reader.reject("?p=9223372036854775808").errors[0][2] == "must be at most 9223372036854775807"


def test_all_errors_stand_in_one_response(serve: Any) -> None:
    parameters = [
        parameter("id", "path", wire=INTEGER, required=True),
        parameter("limit", wire=INTEGER),
        parameter("sort", required=True),
        parameter("X-Level", "header", wire=INTEGER),
        parameter("session", "cookie", required=True),
    ]
    schema = {
        "properties": {
            "path": {"properties": {"id": {"type": "integer"}}},
            "query": {
                "properties": {"limit": {"maximum": 10}, "sort": {"enum": ["a", "b"]}},
                "required": ["sort"],
            },
            "header": {"properties": {"X-Level": {"type": "integer"}}},
            "cookie": {"required": ["session"]},
        }
    }
    reader = Reader(serve, parameters, schema)
    got = reader.reject("/secret-x?limit=11", headers={"x-level": "secret-y"})
    assert got.errors == [
        ("cookie.session", "", "is required"),
        ("header.X-Level", "", "must be integer"),
        ("path.id", "", "must be integer"),
        ("query.limit", "", "must be at most 10"),
        ("query.sort", "", "is required"),
    ]
    assert b"secret" not in got.body
    seen = reader.read("/3?sort=b", headers={"X-Level": "2", "Cookie": "session=s; other=1"})
    assert seen == {"id": 3, "limit": None, "sort": "b", "x_level": 2, "session": "s"}


def test_repeated_parameters(serve: Any) -> None:
    reader = Reader(serve, [parameter("p"), parameter("H", "header")])
    assert reader.reject("?p=1&p=1").errors == [("query.p", "", "must not be given more than once")]
    twice = [("h", "1"), ("h", "2")]
    assert reader.reject("", headers=twice).errors == [("header.H", "", "must not be given more than once")]


@pytest.mark.parametrize(("policy", "value"), [("first", "1"), ("last", "2")])
def test_repeated_parameters_by_policy(serve: Any, policy: Any, value: str) -> None:
    settings = RuntimeSettings(docs=False, repeated_parameter=policy)
    reader = Reader(serve, [parameter("p"), parameter("H", "header")], settings=settings)
    assert reader.read("?p=1&p=2", headers=[("h", "1"), ("h", "2")]) == {"p": value, "h": value}


def test_undeclared_query_parameters(serve: Any) -> None:
    assert Reader(serve, [parameter("p")]).read("?p=1&secret=2") == {"p": "1"}
    settings = RuntimeSettings(docs=False, undeclared_query="reject")
    reader = Reader(serve, [parameter("p")], settings=settings)
    got = reader.reject("?p=1&secret=2&q")
    assert got.errors == [("query", "", "has 2 parameters that the contract does not declare")]
    bare = Reader(serve, [], settings=settings)
    assert bare.reject("?x").errors == [("query", "", "has 1 parameter that the contract does not declare")]
    assert bare.read("") == {}


TAGS = d.Array(STRING)
POINT = d.Object({"R": INTEGER, "G": INTEGER, "tags": TAGS})


@pytest.mark.parametrize(
    ("style", "explode", "wire", "query", "value"),
    [
        ("form", True, TAGS, "p=a&p=b%2Cc", ["a", "b,c"]),
        ("form", True, TAGS, "p=", [""]),
        ("form", False, TAGS, "p=a,b%2Cc", ["a", "b,c"]),
        ("form", True, d.Array(INTEGER), "p=1&p=x", [1, "x"]),
        ("form", True, d.Array(STRING, (INTEGER,)), "p=1&p=2", [1, "2"]),
        ("spaceDelimited", False, TAGS, "p=a%20b+c", ["a", "b", "c"]),
        ("pipeDelimited", False, TAGS, "p=a|b%7Cc%7cd", ["a", "b", "c", "d"]),
        ("form", True, POINT, "R=1&G=2&other=3", {"R": 1, "G": 2}),
        ("form", True, POINT, "R=1&tags=a&tags=b", {"R": 1, "tags": ["a", "b"]}),
        ("form", False, POINT, "p=R,1,G,x", {"R": 1, "G": "x"}),
        ("deepObject", True, POINT, "p[R]=1&p%5BG%5D=2", {"R": 1, "G": 2}),
        ("deepObject", True, POINT, "p[tags]=a&p[tags]=b", {"tags": ["a", "b"]}),
        ("deepObject", True, POINT, "p[odd]=1", {"odd": "1"}),
        ("form", True, d.Object({"R": INTEGER}, NUMBER), "R=1&z=2.5", {"R": 1, "z": 2.5}),
    ],
)
def test_styles_of_a_query(serve: Any, style: Any, explode: bool, wire: Any, query: str, value: Any) -> None:
    reader = Reader(serve, [parameter("p", style=style, explode=explode, wire=wire)])
    assert reader.read(f"?{query}") == {"p": value}
    assert reader.read("") == {"p": None}


@pytest.mark.parametrize(
    ("style", "explode", "wire", "query", "reason"),
    [
        ("deepObject", True, POINT, "p=1", "must be given as name[property]=value"),
        ("deepObject", True, POINT, "p[R]=1&p[R]=2", "has a property more than once"),
        ("form", False, POINT, "p=R,1,G", "must be a list of names and values in turn"),
        ("form", False, TAGS, "p=a&p=b", "must not be given more than once"),
        ("form", True, POINT, "R=1&R=2", "has a property more than once"),
    ],
)
def test_queries_without_meaning(
    serve: Any, style: Any, explode: bool, wire: Any, query: str, reason: str
) -> None:
    reader = Reader(serve, [parameter("p", style=style, explode=explode, wire=wire)])
    assert reader.reject(f"?{query}").errors == [("query.p", "", reason)]


@pytest.mark.parametrize(
    ("style", "explode", "wire", "text", "value"),
    [
        ("simple", False, TAGS, "a,b%2Cc", ["a", "b,c"]),
        ("simple", False, POINT, "R,1,G,2", {"R": 1, "G": 2}),
        ("simple", True, POINT, "R=1,G=2", {"R": 1, "G": 2}),
        ("label", False, INTEGER, ".5", 5),
        ("label", False, NUMBER, ".1.5", 1.5),
        ("label", True, TAGS, ".a.b", ["a", "b"]),
        ("label", False, TAGS, ".a,b", ["a", "b"]),
        ("label", True, POINT, ".R=1.G=2", {"R": 1, "G": 2}),
        ("label", False, POINT, ".R,1,G,2", {"R": 1, "G": 2}),
        ("matrix", False, INTEGER, ";p=5", 5),
        ("matrix", False, TAGS, ";p=a,b", ["a", "b"]),
        ("matrix", True, TAGS, ";p=a;p=b", ["a", "b"]),
        ("matrix", False, POINT, ";p=R,1,G,2", {"R": 1, "G": 2}),
        ("matrix", True, POINT, ";R=1;G=2", {"R": 1, "G": 2}),
        ("matrix", False, STRING, ";p", ""),
    ],
)
def test_styles_of_a_path(serve: Any, style: Any, explode: bool, wire: Any, text: str, value: Any) -> None:
    reader = Reader(serve, [parameter("p", "path", style=style, explode=explode, wire=wire)])
    assert reader.read(f"/{text}") == {"p": value}


@pytest.mark.parametrize(
    ("style", "explode", "wire", "text"),
    [
        ("label", False, INTEGER, "5"),
        ("matrix", False, INTEGER, "5"),
        ("matrix", False, INTEGER, ";q=5"),
        ("matrix", True, TAGS, ";p=1;q=2"),
        ("simple", True, POINT, "R,1"),
    ],
)
def test_paths_without_meaning(serve: Any, style: Any, explode: bool, wire: Any, text: str) -> None:
    reader = Reader(serve, [parameter("p", "path", style=style, explode=explode, wire=wire)])
    (error,) = reader.reject(f"/{text}").errors
    assert error[0] == "path.p"


def test_styles_of_headers_and_cookies(serve: Any) -> None:
    parameters = [
        parameter("X-Tags", "header", wire=TAGS),
        parameter("X-Point", "header", wire=POINT),
        parameter("X-Free", "header", wire=POINT, explode=True),
        parameter("c", "cookie", wire=TAGS),
        parameter("j", "cookie", wire=TAGS, explode=False),
        parameter("q", "cookie"),
    ]
    headers = [
        ("X-Tags", " a , b"),
        ("x-tags", "c"),
        ("x-point", "R,1,G,2"),
        ("x-free", "R=1, G=2"),
        ("cookie", 'c=1&c=2; j=a,b%2C; q="quoted"'),
    ]
    assert Reader(serve, parameters).read("", headers=headers) == {
        "x_tags": ["a", "b", "c"],
        "x_point": {"R": 1, "G": 2},
        "x_free": {"R": 1, "G": 2},
        "c": ["1", "2"],
        "j": ["a", "b,"],
        "q": "quoted",
    }


def test_json_in_a_parameter(serve: Any) -> None:
    reader = Reader(serve, [parameter("p", wire=d.Json())], typed({"required": ["a"]}))
    assert reader.read("?p=" + quote('{"a":[1,2.5,null]}')) == {"p": {"a": [1, 2.5, None]}}
    assert reader.reject("?p={}").errors == [("query.p", "/a", "is required")]
    (error,) = reader.reject("?p=" + quote('{"secret":1,"secret":2}')).errors
    assert error[2].startswith("must be JSON: duplicate key at line 1")
    assert "secret" not in error[2]


def test_the_whole_query(serve: Any) -> None:
    whole = parameter("q", "querystring", wire=d.Object({"a": INTEGER}))
    assert Reader(serve, [whole]).read("?a=1&b=x+y") == {"q": {"a": 1, "b": "x y"}}
    json = parameter("q", "querystring", wire=d.Json())
    assert Reader(serve, [json]).read("?" + quote('{"a":1}')) == {"q": {"a": 1}}


def test_allow_empty_value(serve: Any) -> None:
    parameters = [parameter("n", wire=INTEGER, allow_empty=True), parameter("s", allow_empty=True)]
    reader = Reader(serve, parameters, typed({"type": "integer"}, name="n"))
    assert reader.read("?n&s=") == {"n": None, "s": ""}


def test_types_and_defaults(serve: Any) -> None:
    parameters = [
        parameter("day", type=lambda: dt.date, default="2024-02-29"),
        parameter("at", type=lambda: dt.datetime),
        parameter("id", type=lambda: uuid.UUID),
        parameter("tags", wire=TAGS, default=["x"]),
        parameter("limit", wire=INTEGER, default=20),
    ]
    reader = Reader(
        serve, parameters, {"properties": {"query": {"properties": {"at": {"format": "date-time"}}}}}
    )
    first = reader.read("")
    assert first == {"day": dt.date(2024, 2, 29), "at": None, "id": None, "tags": ["x"], "limit": 20}
    first["tags"].append("y")
    assert reader.read("")["tags"] == ["x"]
    seen = reader.read("?at=2016-12-31T23:59:60Z&id=12345678-1234-1234-1234-123456789abc&day=2020-01-01")
    assert seen["at"] == dt.datetime(2016, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
    assert seen["id"] == uuid.UUID("12345678-1234-1234-1234-123456789abc")
    assert seen["day"] == dt.date(2020, 1, 1)
    assert reader.reject("?at=2024-01-01T00:00:00").errors == [("query.at", "", "must be a valid date-time")]
    (error,) = reader.reject("?at=0000-01-01T00:00:00Z").errors
    assert error[:2] == ("query.at", "")
    assert error[2].startswith("cannot be read (datetime")


def test_text_that_is_not_utf8(serve: Any) -> None:
    reader = Reader(serve, [parameter("p"), parameter("c", "cookie")])
    assert "UTF-8" in reader.reject("?p=%FF", 400).json["detail"]
    assert "UTF-8" in reader.reject("?%FF=1", 400).json["detail"]
    assert "UTF-8" in reader.reject("", 400, headers={"cookie": "c=%ED%A0%80"}).json["detail"]


def test_names_that_came_with_the_request_are_not_repeated(serve: Any) -> None:
    schema = typed({"additionalProperties": {"type": "integer"}, "propertyNames": {"maxLength": 9}})
    reader = Reader(serve, [parameter("p", style="deepObject", wire=d.Object())], schema)
    got = reader.reject("?p[secret]=1&p[verylongsecret]=1")
    assert b"secret" not in got.body
    assert ("query.p", "/*", "must be integer") in got.errors


def test_odd_queries(serve: Any) -> None:
    reader = Reader(serve, [parameter("p", wire=TAGS), parameter("")])
    assert reader.read("?&&p=1&&p&=&") == {"p": ["1", ""], "": ""}
