"""Declarations as source: one printer for every value of ``accord.runtime.declare``."""

from __future__ import annotations

from typing import Any

import pytest

from accord.emit.python.declared import DeclarationPrinter
from accord.emit.python.pytype import Thunk, list_of, model, runtime, text
from accord.runtime import declare, outgoing

KEY = declare.Scheme(name="key", method="key", kind="apiKey", location="query", parameter="k")
VALUES = [
    declare.Scalar(),
    declare.Scalar(("integer", "string")),
    declare.Array(declare.Scalar(), (declare.Json(),), alone=declare.Scalar()),
    declare.Array(declare.Json(text=declare.Scalar()), alone=declare.Scalar()),
    declare.Object(properties={'a"b': declare.Scalar(("number",))}, additional=declare.Json()),
    declare.Tree(items=declare.Tree(scalar=declare.Scalar()), properties={"x": declare.Tree()}),
    declare.Either((declare.Scalar(), declare.Json()), guard="g"),
    declare.File(max_length=3),
    declare.Events(json_data=None, payload=True),
    declare.Parameter(name="a", argument="a", location="query", default=None),
    declare.Parameter(name="a", argument="a", location="query", default={"x": [1.5, float("inf"), True]}),
    declare.FormField(name="f", explode=False, headers=(), content_types=("a/b",)),
    declare.Operation(
        key="a",
        method="GET",
        path="/a",
        group="a",
        function="a",
        path_choices={"x": ["1", "2"]},
        parameters=(
            declare.Parameter(name="a", argument="a", location="query"),
            declare.Parameter(name="b", argument="b", location="header", required=True),
        ),
        responses=(declare.Response(status=200), declare.Response(status="4XX")),
        security=((declare.Use(scheme=KEY, scopes=("r",)),), ()),
    ),
    outgoing.Request(
        key="k", name="n", method="POST", caused_by=("GET", "/a"), body=outgoing.Body(content=())
    ),
]


@pytest.mark.parametrize("value", VALUES)
def test_source_makes_the_value_again(value: Any) -> None:
    source = DeclarationPrinter().source(value)
    assert eval(source, {"declare": declare, "outgoing": outgoing}) == value


def test_defaults_are_not_printed() -> None:
    assert DeclarationPrinter().source(declare.Response(status=204)) == "declare.Response(status=204)"
    assert DeclarationPrinter().source(declare.Array(declare.Scalar())) == "declare.Array(declare.Scalar())"


def test_types_are_thunks_and_tell_their_imports() -> None:
    printer = DeclarationPrinter()
    type_ = list_of(runtime("Event", model("v", "Item")))
    content = declare.ResponseContent(media_type="a/b", type=Thunk(type_))
    assert printer.source(content) == (
        "declare.ResponseContent(media_type='a/b', type=lambda: list[Event[models.Item]])"
    )
    assert printer.imports == {"from . import models", "from accord.runtime import Event"}
    with pytest.raises(TypeError, match="not generated yet"):
        Thunk(text("X"))()


def test_constants_stand_for_their_value_wherever_it_is() -> None:
    printer = DeclarationPrinter()
    printer.constant("key", KEY)
    printer.constant("key", KEY)
    assert printer.source(declare.Use(scheme=KEY)) == "declare.Use(scheme=KEY)"
    assert printer.constants().count("\n") == 2
    printer.constant("key", declare.Response(status="4XX"), "4XX")
    assert printer.source(declare.Response(status="4XX")) == "KEY_4XX"
