"""What Schemathesis is given to read."""

from __future__ import annotations

from accord.contract.schema import JsonValue
from accord.testing.schemathesis_config import readable


def document(schema: JsonValue) -> dict[str, JsonValue]:
    """A contract with one schema."""
    return {"openapi": "3.1.0", "components": {"schemas": {"A": schema}}}


def test_the_type_null_is_a_string() -> None:
    schema: dict[str, JsonValue] = {"type": ["string", None], "items": {"type": [None]}}
    assert readable(document(schema)) == document({"type": ["string", "null"], "items": {"type": ["null"]}})
    assert schema["type"] == ["string", None], "a copy is changed"


def test_data_stays_what_it_is() -> None:
    schema: dict[str, JsonValue] = {
        "enum": [{"a": None}],
        "default": {"tags": ["x", None]},
        "examples": [{"type": ["x", None]}],
    }
    assert readable(document(schema)) == document(schema)


def test_a_property_under_the_name_of_a_keyword_is_a_schema() -> None:
    properties: dict[str, JsonValue] = {"default": {"type": ["integer", None]}, "type": {"type": [None]}}
    assert readable(document({"properties": properties})) == document(
        {"properties": {"default": {"type": ["integer", "null"]}, "type": {"type": ["null"]}}}
    )
