"""Validators of schemas and patterns."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from accord.contract.schema import (
    Annotations,
    Assertions,
    NamedSchema,
    ObjectAssertions,
    Property,
    Ref,
    StringAssertions,
)
from accord.contract.schemas.validation import (
    Validators,
    accepts_pattern,
    matches,
    validator,
    why_pattern_fails,
)
from accord.diagnostics import Span

AT = Span("spec.yaml", 1, 1)
DAY = Assertions(types=("string",), format="date", span=AT)
ITEM = Assertions(
    object=ObjectAssertions(
        properties=(
            Property(
                name="id", schema=Ref(target="Day", annotations=Annotations(read_only=True), span=AT), span=AT
            ),
            Property(
                name="secret",
                schema=Assertions(types=("string",), annotations=Annotations(write_only=True), span=AT),
                span=AT,
            ),
        ),
        required=("id", "secret"),
    ),
    span=AT,
)
NAMED: Mapping[str, NamedSchema] = {
    name: NamedSchema(name=name, schema=schema, origin="a.yaml", span=AT)
    for name, schema in {"Day": DAY, "Item": ITEM}.items()
}
SURROGATE = "\ud800"


def test_patterns_are_ecma_262() -> None:
    assert why_pattern_fails(r"^(?<year>\d{4})-\p{L}+$") is None
    for wrong in ("(", "[^]", r"\k<name>", SURROGATE):
        assert why_pattern_fails(wrong) is not None, wrong
        assert not accepts_pattern(wrong)
        assert not matches(wrong, wrong)
    assert not matches(r"^\d$", "\u0664")
    assert matches("b", "abc")


def test_a_pattern_that_goes_back_without_end_matches_nothing() -> None:
    slow = r"^(?:(?=a)a|aa)+(?!x)$"
    assert accepts_pattern(slow)
    assert not matches(slow, "a" * 64 + "!")


def test_views_differ() -> None:
    validators = Validators(NAMED)
    assert validators.is_valid(ITEM, "request", {"secret": "s"})
    assert not validators.is_valid(ITEM, "request", {})
    assert validators.is_valid(ITEM, "response", {"id": "2024-01-01"})
    assert not validators.is_valid(ITEM, "response", {"id": "2024-01-01", "secret": "s"})


def test_errors_name_the_keyword_and_the_place() -> None:
    (error,) = Validators(NAMED).errors(ITEM, "response", {"id": "today"})
    assert error.kind.name == "format"
    assert list(error.instance_path) == ["value", "id"]
    assert list(error.evaluation_path) == ["properties", "value", "properties", "id", "$ref", "format"]


def test_formats_may_describe_only() -> None:
    ulid = Assertions(types=("string",), format="ulid", span=AT)
    for schema in (DAY, ulid):
        assert not Validators(NAMED).is_valid(schema, "request", "x")
        assert Validators(NAMED, formats=False).is_valid(schema, "request", "x")


def test_what_is_no_text_of_json_breaks_every_schema_that_looks_at_it() -> None:
    some = Assertions(string=StringAssertions(pattern="^"), span=AT)
    assert not Validators({}).is_valid(some, "request", SURROGATE)


def test_schemas_are_told_apart_by_identity() -> None:
    validators = Validators({})
    for length in range(50):
        schema = Assertions(string=StringAssertions(max_length=length), span=AT)
        assert validators.is_valid(schema, "request", "a" * length)
        assert not validators.is_valid(schema, "request", "a" * (length + 1))


def test_a_reference_to_nowhere_is_rejected_without_a_connection() -> None:
    with pytest.raises(ValueError, match="example"):
        validator({"$ref": "https://example.com/schema"})
