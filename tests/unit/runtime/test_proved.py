"""Validators without the bounds that the guard has compared already."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from accord.runtime import Model
from accord.runtime.proved import proved_validator


class Short(Model):
    text: Annotated[str, Field(max_length=3)]


class Long(Model):
    text: Annotated[str, Field(min_length=4)]


class Leaf(Model):
    size: Annotated[int, Field(ge=5, alias="theSize")]
    rate: Annotated[float | None, Field(lt=1)] = None


class Tree(Model):
    name: Annotated[str, StringConstraints(pattern="^[a-z]+$", min_length=2)]
    leaves: Annotated[list[Leaf], Field(max_length=1)]
    more: Annotated[dict[str, Annotated[int, Field(le=1)]], Field(max_length=1)]
    kind: Literal["oak", "elm"] = "oak"
    trees: list[Tree] = Field(default_factory=list)


class Chosen(Model):
    one: Short | Long
    also: list[Short] = Field(default_factory=list)


class Plain(Model):
    text: str
    number: int | None = None


def lean(model: type[Model]) -> Any:
    adapter: TypeAdapter[Any] = TypeAdapter(model)
    adapter.rebuild(raise_errors=True)
    read: Any = proved_validator(adapter.core_schema)  # type: ignore[arg-type]  # a typed dictionary of fifty kinds
    return read and (lambda value: read(value, by_alias=True, by_name=False))


def test_bounds_are_left_out_however_deep() -> None:
    leaf = {"theSize": 1, "rate": 2.0}
    inner = {"name": "B", "leaves": [leaf, leaf], "more": {"a": 9, "b": 8}}
    tree = lean(Tree)({"name": "A", "leaves": [leaf, leaf], "more": {"a": 9, "b": 8}, "trees": [inner]})
    assert isinstance(tree, Tree)
    assert tree.trees[0].leaves[1].size == 1
    assert tree.model_dump(mode="json")["more"] == {"a": 9, "b": 8}


@pytest.mark.parametrize(
    "value",
    [
        {"name": "ok", "leaves": [], "more": {}, "kind": "ash"},
        {"name": "ok", "more": {}},
        {"name": 1},
        [],
        "tree",
    ],
)
def test_what_python_cannot_hold_is_rejected_all_the_same(value: Any) -> None:
    with pytest.raises(ValidationError):
        lean(Tree)(value)


def test_the_models_themselves_keep_their_bounds() -> None:
    assert lean(Tree) is not None
    with pytest.raises(ValidationError):
        Tree(name="A", leaves=[], more={})
    with pytest.raises(ValidationError):
        Leaf(size=1)


@pytest.mark.parametrize(("text", "model"), [("abc", Short), ("abcd", Long)])
def test_bounds_that_choose_stay(text: str, model: type[Model]) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(Chosen)
    adapter.rebuild(raise_errors=True)
    read = lean(Chosen) or adapter.validate_python
    assert type(read({"one": {"text": text}}).one) is model


def test_without_bounds_there_is_nothing_to_leave_out() -> None:
    assert lean(Plain) is None
