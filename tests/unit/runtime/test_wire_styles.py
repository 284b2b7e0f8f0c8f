"""Styles to the letter: what of a text is a delimiter, and what is said of a text that no style writes."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from accord.runtime import declare as d
from accord.runtime.declare import ABSENT
from accord.runtime.styles import compile_pairs, compile_text
from accord.runtime.wire import WireError

STRING, INTEGER = d.Scalar(), d.Scalar(("integer",))
LIST = d.Array(STRING)
POINT = d.Object({"a": STRING, "b": INTEGER})
FREE = d.Object({"a": STRING}, additional=STRING)


def parameter(
    style: Any, wire: Any, *, explode: bool = False, location: Any = "query", **more: Any
) -> d.Parameter:
    return d.Parameter(
        name="p", argument="p", location=location, style=style, explode=explode, wire=wire, **more
    )


def read_text(parameter: d.Parameter, text: str) -> Any:
    return compile_text(parameter)(text)


def read_pairs(parameter: d.Parameter, pairs: dict[str, list[str]], **more: Any) -> Any:
    return compile_pairs(parameter, more.pop("repeated", "reject"), **more)(pairs)


@pytest.mark.parametrize(
    ("style", "explode", "wire", "text", "value"),
    [
        ("simple", False, STRING, "a%2Cb", "a,b"),
        ("simple", False, LIST, "a,b%2Cc,", ["a", "b,c", ""]),
        ("simple", False, POINT, "a,x%2Cy,b,2", {"a": "x,y", "b": 2}),
        ("simple", True, POINT, "a=x=y,b=2", {"a": "x=y", "b": 2}),
        ("simple", True, FREE, "a%3Db=c", {"a=b": "c"}),
        ("label", False, STRING, ".a.b", "a.b"),
        ("label", False, LIST, ".a,b.c", ["a", "b.c"]),
        ("label", True, LIST, ".a.b%2Ec,d", ["a", "b.c,d"]),
        ("label", False, POINT, ".a,x,b,2", {"a": "x", "b": 2}),
        ("label", True, POINT, ".a=x=y.b=2", {"a": "x=y", "b": 2}),
        ("matrix", False, STRING, ";p=a;b=c", "a;b=c"),
        ("matrix", False, STRING, ";%70=a", "a"),
        ("matrix", False, LIST, ";p=a,b%2Cc", ["a", "b,c"]),
        ("matrix", True, LIST, ";p=a;p=b=c", ["a", "b=c"]),
        ("matrix", False, POINT, ";p=a,x,b,2", {"a": "x", "b": 2}),
        ("matrix", True, POINT, ";a=x;b=2", {"a": "x", "b": 2}),
    ],
)
def test_a_segment_of_a_path(style: str, explode: bool, wire: Any, text: str, value: Any) -> None:
    assert read_text(parameter(style, wire, explode=explode, location="path"), text) == value


@pytest.mark.parametrize(
    ("style", "explode", "wire", "text", "reason"),
    [
        ("simple", False, POINT, "a,x,b", "must be a list of names and values in turn"),
        ("simple", True, POINT, "a=x,b", "must be a list of name=value"),
        ("label", False, STRING, "a", 'must start with "."'),
        ("label", True, LIST, "a.b", 'must start with "."'),
        ("label", True, POINT, ".a=x.b", "must be a list of name=value"),
        ("matrix", False, STRING, "p=a", 'must start with ";"'),
        ("matrix", False, STRING, ";q=a", "must be written as ;name=value"),
        ("matrix", False, LIST, ";P=a", "must be written as ;name=value"),
        ("matrix", True, LIST, ";p=a;q=b", "must be written as ;name=value"),
        ("matrix", True, LIST, ";p=a;b", "must be a list of name=value"),
        ("matrix", True, LIST, "p=a", 'must start with ";"'),
        ("matrix", False, POINT, ";p=a,x,b", "must be a list of names and values in turn"),
    ],
)
def test_a_segment_that_no_style_writes(style: str, explode: bool, wire: Any, text: str, reason: str) -> None:
    with pytest.raises(WireError) as caught:
        read_text(parameter(style, wire, explode=explode, location="path"), text)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("explode", "wire", "text", "value"),
    [
        (False, STRING, "a%20b, c", "a%20b, c"),
        (False, LIST, "Xa, b\t,\tcX ,%2C", ["Xa", "b", "cX", "%2C"]),
        (False, LIST, "a,\x0bb", ["a", "\x0bb"]),  # other white space is part of a value
        (False, POINT, "a, x ,b,2", {"a": "x", "b": 2}),
        (True, POINT, "a=x=y , b=2", {"a": "x=y", "b": 2}),
    ],
)
def test_a_header_has_blanks_between_its_values_and_no_percent_signs(
    explode: bool, wire: Any, text: str, value: Any
) -> None:
    assert read_text(parameter("simple", wire, explode=explode, location="header"), text) == value


@pytest.mark.parametrize(
    ("style", "texts", "value"),
    [
        ("form", ["a,b%2Cc|d e"], ["a", "b,c|d e"]),
        ("spaceDelimited", ["a b%20c,d"], ["a", "b", "c,d"]),
        ("spaceDelimited", ["a  b "], ["a", "", "b", ""]),
        ("spaceDelimited", ["a\tb"], ["a\tb"]),
        ("pipeDelimited", ["a|b%7Cc%7cd,e f"], ["a", "b", "c", "d,e f"]),
        ("pipeDelimited", ["%257C"], ["%7C"]),
    ],
)
def test_a_list_in_one_value_is_split_by_its_style(style: str, texts: list[str], value: Any) -> None:
    declared = parameter(style, LIST)

    assert read_pairs(declared, {"p": texts, "q": ["x"]}) == value
    assert read_pairs(declared, {"q": texts}) is ABSENT


def test_a_list_of_several_values_takes_each_as_it_is() -> None:
    declared = parameter("form", LIST, explode=True)

    assert read_pairs(declared, {"p": ["a,b", "", "c%26"]}) == ["a,b", "", "c&"]
    assert read_pairs(declared, {"q": ["a"]}) is ABSENT


def test_a_list_in_a_cookie_may_stand_in_one_text() -> None:
    in_cookie = parameter("form", LIST, explode=True, location="cookie")

    assert read_pairs(in_cookie, {"p": ["a&p=b&q=c"]}) == ["a", "b&q=c"]
    assert read_pairs(parameter("form", LIST, explode=True), {"p": ["a&p=b"]}) == ["a&p=b"]


@pytest.mark.parametrize(
    ("style", "text"), [("form", "a,x,b,2"), ("spaceDelimited", "a x%20b 2"), ("pipeDelimited", "a|x%7Cb|2")]
)
def test_an_object_in_one_value(style: str, text: str) -> None:
    assert read_pairs(parameter(style, POINT), {"p": [text]}) == {"a": "x", "b": 2}
    assert read_pairs(parameter(style, POINT), {"a": ["x"]}) is ABSENT
    with pytest.raises(WireError, match=r"^must be a list of names and values in turn$"):
        read_pairs(parameter(style, POINT), {"p": ["a"]})


def test_an_exploded_object_takes_its_names_and_what_nobody_claims() -> None:
    pairs = {"a": ["x"], "n": ["1"], "z": ["%2C"]}

    assert read_pairs(parameter("form", POINT, explode=True), pairs) == {"a": "x"}
    assert read_pairs(parameter("form", FREE, explode=True), pairs, claimed=frozenset({"n"})) == {
        "a": "x",
        "z": ",",
    }
    assert read_pairs(parameter("form", FREE, explode=True), {"n": ["1"]}, claimed=frozenset({"n"})) is ABSENT


def test_a_deep_object_takes_what_is_in_its_brackets() -> None:
    declared = parameter("deepObject", POINT, explode=True)

    assert read_pairs(declared, {"p[a]": ["x"], "p[b]": ["2"], "pp[a]": ["y"], "p[c": ["z"], "a": ["w"]}) == {
        "a": "x",
        "b": 2,
    }
    assert read_pairs(declared, {"a": ["x"], "p]": ["y"]}) is ABSENT
    with pytest.raises(WireError, match=r"^must be given as name\[property\]=value$"):
        read_pairs(declared, {"p": ["x"], "p[a]": ["x"]})


@pytest.mark.parametrize("wire", [STRING, LIST, POINT])
@pytest.mark.parametrize(("repeated", "index"), [("first", 0), ("last", -1)])
def test_of_repeated_values_one_is_taken(wire: Any, repeated: str, index: int) -> None:
    declared = parameter("form", wire)
    texts = ["a,1", "a,2", "a,3"]

    assert read_pairs(declared, {"p": texts}, repeated=repeated) == read_pairs(
        declared, {"p": [texts[index]]}
    )
    with pytest.raises(WireError, match=r"^must not be given more than once$"):
        read_pairs(declared, {"p": texts})


def test_an_empty_value_is_none_only_where_it_may_be_and_is_no_text() -> None:
    assert read_pairs(parameter("form", INTEGER, allow_empty=True), {"p": [""]}) is ABSENT
    assert read_pairs(parameter("form", INTEGER, allow_empty=True), {"p": ["0"]}) == 0
    assert read_pairs(parameter("form", STRING, allow_empty=True), {"p": [""]}) == ""
    assert read_pairs(parameter("form", d.Json(), allow_empty=True), {"p": [""]}) is ABSENT
    assert read_pairs(parameter("form", INTEGER), {"p": [""]}) == ""  # which the guard rejects


def test_json_in_a_value_is_decoded_once() -> None:
    assert read_pairs(parameter("form", d.Json()), {"p": [quote('{"a":"%2C"}')]}) == {"a": "%2C"}
    assert read_text(parameter("simple", d.Json(), location="path"), quote('["a,b"]')) == ["a,b"]


def test_a_file_stands_in_no_parameter() -> None:
    with pytest.raises(ValueError, match="multipart body only"):
        compile_pairs(parameter("form", d.File()), "reject")


def test_of_repeated_json_one_is_taken_too() -> None:
    declared, pairs = parameter("form", d.Json()), {"p": ["1", "[2]", "{}"]}

    assert read_pairs(declared, pairs, repeated="first") == 1
    assert read_pairs(declared, pairs, repeated="last") == {}
    with pytest.raises(WireError, match=r"^must not be given more than once$"):
        read_pairs(declared, pairs)
