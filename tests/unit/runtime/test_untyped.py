"""``UNTYPED``: objects become models, and what the contract does not speak of passes as it is."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

import pytest
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypeAliasType

from accord.runtime import UNTYPED, Model


class Item(Model):
    name: str
    day: dt.date | None = None
    inner: Annotated[list[int] | Any, UNTYPED] | None = None


Tree = TypeAliasType("Tree", "dict[str, Tree] | int")


@pytest.mark.parametrize("value", ["text", 3, 1.5, True, None, [1, {"name": 3}]])
def test_values_of_other_kinds_pass_unchanged_both_ways(value: object) -> None:
    adapter = TypeAdapter[Any](Annotated[Item | Any, UNTYPED])
    assert adapter.validate_python(value) is value
    assert adapter.dump_python(value, mode="json") == value


def test_an_object_is_read_and_written_as_the_type_says() -> None:
    adapter = TypeAdapter[Any](Annotated[Item | Any, UNTYPED])
    read = adapter.validate_python({"name": "a", "day": "2024-02-29", "inner": "none"})
    assert read == Item(name="a", day=dt.date(2024, 2, 29), inner="none")
    assert adapter.dump_python(read, mode="json") == {"name": "a", "day": "2024-02-29", "inner": "none"}
    with pytest.raises(ValidationError):
        adapter.validate_python({"name": 3})


@pytest.mark.parametrize(
    ("type_", "rejected", "passed"),
    [
        (Annotated[list[int] | Any, UNTYPED], ["x"], {"x": 1}),
        (Annotated[dict[str, int] | Any, UNTYPED], {"a": "x"}, ["x"]),
        (Annotated[Item | float | Any, UNTYPED], {}, "5"),
        (Annotated[Item | Literal["a"] | Any, UNTYPED], "b", 5),
        (Annotated[Item | dt.date | Any, UNTYPED], "b", 5),
        (Annotated[Annotated[Item | Any, UNTYPED] | bool | Any, UNTYPED], {}, 1),
    ],
)
def test_only_values_of_its_own_kinds_are_rejected(type_: Any, rejected: object, passed: object) -> None:
    adapter = TypeAdapter[Any](type_)
    assert adapter.validate_python(passed) is passed
    with pytest.raises(ValidationError):
        adapter.validate_python(rejected)


def test_a_recursive_alias_decides_by_itself() -> None:
    adapter = TypeAdapter[Any](Annotated[Tree | Any, UNTYPED])
    assert adapter.validate_python({"a": {"b": 1}}) == {"a": {"b": 1}}
    assert adapter.validate_python("text") == "text"
    assert adapter.dump_python({"a": 1}, mode="json") == {"a": 1}
