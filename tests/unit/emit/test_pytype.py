"""Python types as trees: how they are put together, and what they say about themselves."""

from __future__ import annotations

import pytest

from accord.emit.python.pytype import (
    ANY,
    NULL,
    STRING,
    Conversion,
    Name,
    PyType,
    annotated,
    either,
    list_of,
    literal_of,
    model,
    optional,
    text,
    tuple_type,
    union,
    with_metadata,
)

INTEGER = PyType(members=(Name("int", conversion=Conversion.FROM_JSON),))
DATE = text("dt.date", "import datetime as dt", exact=False)


def test_a_type_has_two_spellings() -> None:
    type_ = list_of(union([annotated(INTEGER, {"ge": 1, "le": 5}), model("v", "Item"), NULL]))
    assert type_.render("") == "list[Annotated[int, Field(ge=1, le=5)] | Item | None]"
    assert type_.statements == {"from typing import Annotated", "from pydantic import Field"}
    plain = type_.without_constraints()
    assert plain.expr == "list[int | models.Item | None]"
    assert plain.imports == {"from . import models"}


def test_a_union_has_each_member_once_and_one_literal() -> None:
    type_ = union([literal_of(["a"]), STRING, literal_of(["b"]), STRING])
    assert type_.expr == "Literal['a', 'b'] | str"
    assert union([STRING, ANY]) == ANY
    assert union([literal_of([1]), literal_of([True])]).expr == "Literal[1, True]"
    assert union(text(f"T{number}") for number in range(300)) == ANY


def test_either_keeps_what_stands_in_a_signature() -> None:
    assert either(NULL, text("X"), ANY, text("X")).expr == "None | X | Any"
    assert optional(either(NULL, text("X"))).expr == "None | X"
    assert optional(union([STRING, NULL])).expr == "str | None"
    assert either(list_of(INTEGER).as_untyped(), STRING).expr == "Annotated[list[int] | Any, UNTYPED] | str"


def test_values_of_other_kinds() -> None:
    untyped = list_of(INTEGER).as_untyped()
    assert untyped.expr == "Annotated[list[int] | Any, UNTYPED]"
    assert untyped.imports == {
        "from typing import Annotated",
        "from typing import Any",
        "from accord.runtime import UNTYPED",
    }
    assert untyped.among(("array", "null")).expr == "list[int] | None"
    assert untyped.among(("array", "string")) == untyped
    assert ANY.as_untyped() == ANY


@pytest.mark.parametrize(
    ("type_", "conversion"),
    [
        (STRING, Conversion.NEVER),
        (literal_of(["a", True]), Conversion.NEVER),
        (literal_of([1]), Conversion.FROM_JSON),
        (list_of(annotated(INTEGER, {"ge": 1})), Conversion.FROM_JSON),
        (union([STRING, DATE]), Conversion.ALWAYS),
        (with_metadata(DATE, "X", "from x import X"), Conversion.ALWAYS),
        (tuple_type([STRING]), Conversion.ALWAYS),
        (model("v", "Item"), Conversion.ALWAYS),
        (model("v", "Alias", Conversion.NEVER), Conversion.NEVER),
        (NULL, Conversion.NEVER),
    ],
)
def test_when_json_has_to_be_converted(type_: PyType, conversion: Conversion) -> None:
    assert type_.conversion == conversion
