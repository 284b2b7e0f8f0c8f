"""What applies to one value: the normal form says the same as the schemas that it puts together."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from accord.contract.schema import (
    Annotations,
    ArrayAssertions,
    Assertions,
    BooleanSchema,
    Discriminator,
    JsonValue,
    NamedSchema,
    NumberAssertions,
    ObjectAssertions,
    Property,
    Ref,
    Schema,
    SchemaType,
    StringAssertions,
)
from accord.contract.schemas.normal import (
    ANYTHING,
    NOTHING,
    NOWHERE,
    Counts,
    allows_anything,
    meet_types,
    meet_values,
    normal_form,
)
from accord.contract.schemas.numbers import Bounds
from accord.contract.schemas.values import json_key, type_of, types_of

TEXT = Assertions(types=("string",), span=NOWHERE)
NUMBER = Assertions(types=("number",), span=NOWHERE)
NULL = Assertions(types=("null",), span=NOWHERE)


def all_of(*schemas: Schema) -> Assertions:
    return Assertions(all_of=schemas, span=NOWHERE)


def ref(target: str) -> Ref:
    return Ref(target=target, span=NOWHERE)


def named(**schemas: Schema) -> Mapping[str, NamedSchema]:
    return {n: NamedSchema(name=n, schema=s, origin="a.yaml", span=NOWHERE) for n, s in schemas.items()}


def matches(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


def test_outer_parts_come_first_and_each_once() -> None:
    inner = all_of(TEXT, ref("A"))
    outer = all_of(inner, TEXT, ref("A"), BooleanSchema(value=True, span=NOWHERE))
    normal = normal_form([outer], named(A=NUMBER))
    assert normal.parts == (outer, inner, TEXT, NUMBER)
    assert not normal.impossible


def test_a_reference_to_itself_adds_nothing() -> None:
    loop = all_of(ref("A"), ref("B"), ref("gone"))
    assert normal_form([ref("A")], named(A=loop, B=ref("A"))).parts == (loop,)


def test_false_allows_nothing_and_the_rest_is_still_known() -> None:
    normal = normal_form([all_of(NOTHING, TEXT)], {})
    assert normal.impossible
    assert normal.types == ("string",)


def test_what_a_reader_knows_for_certain_applies_too() -> None:
    choice = Assertions(any_of=(TEXT,), span=NOWHERE)
    assert normal_form([choice], {}).parts == (choice,)
    assert normal_form([choice], {}, further=lambda part: part.any_of).parts == (choice, TEXT)


def test_joined_forms_hold_each_part_once() -> None:
    first, second = normal_form([TEXT, NULL], {}), normal_form([NULL, NOTHING, NUMBER], {})
    assert first.joined(second).parts == (TEXT, NULL, NUMBER)
    assert first.joined(second).impossible


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (None, None, None),
        (("string",), None, ("string",)),
        (None, ("string", "null"), ("string", "null")),
        (("null", "string"), ("string", "null"), ("null", "string")),
        (("number",), ("integer",), ("integer",)),
        (("integer", "null"), ("null", "number"), ("integer", "null")),
        (("integer", "number"), ("number",), ("integer", "number")),
        (("string",), ("null",), ()),
    ],
)
def test_types_that_meet(
    first: tuple[SchemaType, ...] | None,
    second: tuple[SchemaType, ...] | None,
    expected: tuple[SchemaType, ...] | None,
) -> None:
    assert meet_types(first, second) == expected


def test_enumerations_meet_by_equality_of_json() -> None:
    first: tuple[JsonValue, ...] = (1, True, "a", [0, {"a": 1, "b": 2}], None)
    second: tuple[JsonValue, ...] = (None, 1.0, [0.0, {"b": 2, "a": 1}], "b")
    assert meet_values(first, second) == (1, [0, {"a": 1, "b": 2}], None)
    assert meet_values(first, None) == first
    assert meet_values(None, second) == second


def test_counts_patterns_formats_and_bounds_of_all_parts() -> None:
    first = Assertions(
        format="int32",
        number=NumberAssertions(minimum=0, multiple_of=2),
        string=StringAssertions(min_length=1, max_length=9, pattern="a"),
        array=ArrayAssertions(min_items=2),
        object=ObjectAssertions(max_properties=4, required=("a", "b")),
        span=NOWHERE,
    )
    second = Assertions(
        format="email",
        number=NumberAssertions(exclusive_minimum=0, multiple_of=3),
        string=StringAssertions(min_length=3, pattern="b"),
        array=ArrayAssertions(max_items=5, unique_items=True),
        object=ObjectAssertions(min_properties=1, max_properties=6, required=("b", "c")),
        span=NOWHERE,
    )
    normal = normal_form([first, second], {})
    assert (normal.length, normal.item_count, normal.property_count) == (
        Counts(3, 9),
        Counts(2, 5),
        Counts(1, 4),
    )
    assert normal.formats == ["int32", "email"]
    assert normal.patterns == ["a", "b"]
    assert normal.bounds == Bounds(low=0, low_open=True, high=2**31 - 1, multiples=(2, 3))
    assert normal.required == ["a", "b", "c"]
    assert normal.unique_items


def test_items_of_all_parts_by_place() -> None:
    first = Assertions(array=ArrayAssertions(prefix_items=(TEXT,), items=NUMBER), span=NOWHERE)
    second = Assertions(array=ArrayAssertions(prefix_items=(NULL, NULL)), span=NOWHERE)
    normal = normal_form([first, second], {})
    assert normal.prefix_length == 2
    assert [normal.item_schemas(index) for index in range(3)] == [[TEXT, NULL], [NUMBER, NULL], [NUMBER]]


def test_contains_counts_from_one() -> None:
    parts = [
        Assertions(array=ArrayAssertions(contains=TEXT), span=NOWHERE),
        Assertions(array=ArrayAssertions(contains=NULL, min_contains=0, max_contains=2), span=NOWHERE),
    ]
    found = normal_form(parts, {}).contains
    assert [(c.schema, c.least, c.most) for c in found] == [(TEXT, 1, None), (NULL, 0, 2)]


def _object(
    properties: Mapping[str, Schema], patterns: Mapping[str, Schema], additional: Schema | None
) -> Assertions:
    return Assertions(
        object=ObjectAssertions(
            properties=tuple(Property(name=n, schema=s, span=NOWHERE) for n, s in properties.items()),
            pattern_properties=tuple(patterns.items()),
            additional_properties=additional,
        ),
        span=NOWHERE,
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a", [TEXT, NUMBER, NULL]),  # declared and by a pattern; the other part has nothing but "additional"
        ("ab", [NUMBER, NULL]),
        ("b", [NUMBER]),  # additional of the first part is not asked for what the second declares
        ("c", [NULL]),
    ],
)
def test_properties_by_name_pattern_and_what_is_additional(name: str, expected: list[Schema]) -> None:
    first = _object({"a": TEXT}, {"^a": NUMBER}, None)
    second = _object({"b": NUMBER}, {}, NULL)
    normal = normal_form([first, second], {})
    assert normal.property_schemas(name, matches) == expected
    assert normal.declared == ["a", "b"]
    assert normal.pattern_properties == {"^a": [NUMBER, NULL]}
    assert normal.additional == [NULL]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (Assertions(types=("integer",), span=NOWHERE), ("integer",)),
        (Assertions(array=ArrayAssertions(min_items=1), span=NOWHERE), ("array",)),
        (Assertions(object=ObjectAssertions(required=("a",)), span=NOWHERE), ("object",)),
        (Assertions(format="int64", span=NOWHERE), ("number",)),
        (Assertions(format="date", span=NOWHERE), ("string",)),
    ],
)
def test_keywords_tell_the_likely_type(schema: Schema, expected: tuple[SchemaType, ...]) -> None:
    assert normal_form([schema], {}).likely_types[:1] == expected


def test_annotations_restrict_nothing() -> None:
    described = Assertions(
        annotations=Annotations(title="T", default=1),
        discriminator=Discriminator(property_name="kind", span=NOWHERE),
        span=NOWHERE,
    )
    assert allows_anything(described)
    assert allows_anything(ANYTHING)
    assert not allows_anything(NOTHING)
    assert not allows_anything(TEXT)
    assert not allows_anything(ref("A"))


@pytest.mark.parametrize(
    ("value", "narrowest", "every"),
    [
        (None, "null", {"null"}),
        (True, "boolean", {"boolean"}),
        (1, "integer", {"integer", "number"}),
        (1.0, "integer", {"integer", "number"}),
        (1.5, "number", {"number"}),
        ("1", "string", {"string"}),
        ([], "array", {"array"}),
        ({}, "object", {"object"}),
    ],
)
def test_types_of_values(value: JsonValue, narrowest: str, every: set[str]) -> None:
    assert type_of(value) == narrowest
    assert types_of(value) == every


def test_values_are_equal_as_in_json() -> None:
    assert json_key(1) == json_key(1.0)
    assert json_key([True]) != json_key([1])
    assert json_key({"a": 1, "b": [2.0]}) == json_key({"b": [2], "a": 1.0})
    assert json_key([]) != json_key({})
