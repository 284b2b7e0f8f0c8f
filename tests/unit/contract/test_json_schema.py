"""The converter from the IR to JSON Schema draft 2020-12 and its views."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from accord.contract.json_schema import (
    SchemaOptions,
    View,
    definition_ref,
    definitions_document,
    to_json_schema,
)
from accord.contract.schema import (
    Annotations,
    ArrayAssertions,
    Assertions,
    BooleanSchema,
    Conditional,
    Discriminator,
    NamedSchema,
    NumberAssertions,
    ObjectAssertions,
    Property,
    Ref,
    Schema,
    SchemaType,
    StringAssertions,
)
from accord.diagnostics import Span

AT = Span("spec.yaml", 1, 1)
READ = Annotations(read_only=True)
WRITE = Annotations(write_only=True)


def scalar(kind: SchemaType = "string", **more: Any) -> Assertions:
    return Assertions(types=(kind,), span=AT, **more)


def obj(properties: dict[str, Schema], required: tuple[str, ...] = (), **more: Any) -> Assertions:
    declared = tuple(Property(name=name, schema=schema, span=AT) for name, schema in properties.items())
    assertions = ObjectAssertions(properties=declared, required=required, **more.pop("object_", {}))
    return Assertions(types=("object",), object=assertions, span=AT, **more)


def named(**schemas: Schema) -> dict[str, NamedSchema]:
    return {
        name: NamedSchema(name=name, schema=schema, origin="v1/openapi.yaml", span=AT)
        for name, schema in schemas.items()
    }


def accepts(schemas: dict[str, NamedSchema], name: str, view: View | None, value: object) -> bool:
    document = definitions_document(schemas, view)
    validator = jsonschema_rs.Draft202012Validator({**document, "$ref": definition_ref(name)})
    return validator.is_valid(value)


def ref(name: str) -> Ref:
    return Ref(target=name, span=AT)


def test_every_keyword_survives() -> None:
    schema = Assertions(
        types=("object", "null"),
        format="custom",
        number=NumberAssertions(
            minimum=0, maximum=9.5, exclusive_minimum=-1, exclusive_maximum=10, multiple_of=0.5
        ),
        string=StringAssertions(
            min_length=0,
            max_length=3,
            pattern="^a",
            content_encoding="base64",
            content_media_type="application/json",
            content_schema=scalar("integer"),
        ),
        array=ArrayAssertions(
            items=BooleanSchema(value=False, span=AT),
            prefix_items=(scalar(), ref("X")),
            contains=scalar("null"),
            min_contains=0,
            max_contains=2,
            min_items=1,
            max_items=4,
            unique_items=True,
            unevaluated_items=BooleanSchema(value=True, span=AT),
        ),
        object=ObjectAssertions(
            properties=(Property(name="a b", schema=scalar(), span=AT),),
            required=("a b",),
            pattern_properties=(("^x-", scalar()),),
            additional_properties=BooleanSchema(value=False, span=AT),
            property_names=scalar(string=StringAssertions(max_length=9)),
            min_properties=0,
            max_properties=7,
            dependent_required=(("a", ("b", "c")),),
            dependent_schemas=(("d", ref("X")),),
            unevaluated_properties=BooleanSchema(value=False, span=AT),
        ),
        all_of=(ref("X"),),
        any_of=(scalar(),),
        one_of=(scalar("number"),),
        not_=scalar("array"),
        conditional=Conditional(condition=scalar(), then=ref("X"), otherwise=scalar("null")),
        discriminator=Discriminator(property_name="kind", mapping=(("x", "X"),), span=AT),
        annotations=Annotations(title="T", default=None, examples=(1,), deprecated=True),
        span=AT,
    )

    assert to_json_schema(schema, ref=definition_ref) == {
        "type": ["object", "null"],
        "format": "custom",
        "minimum": 0,
        "maximum": 9.5,
        "exclusiveMinimum": -1,
        "exclusiveMaximum": 10,
        "multipleOf": 0.5,
        "minLength": 0,
        "maxLength": 3,
        "pattern": "^a",
        "contentEncoding": "base64",
        "contentMediaType": "application/json",
        "contentSchema": {"type": "integer"},
        "prefixItems": [{"type": "string"}, {"$ref": "#/$defs/X"}],
        "items": False,
        "contains": {"type": "null"},
        "minContains": 0,
        "maxContains": 2,
        "minItems": 1,
        "maxItems": 4,
        "uniqueItems": True,
        "unevaluatedItems": True,
        "properties": {"a b": {"type": "string"}},
        "required": ["a b"],
        "patternProperties": {"^x-": {"type": "string"}},
        "additionalProperties": False,
        "propertyNames": {"type": "string", "maxLength": 9},
        "minProperties": 0,
        "maxProperties": 7,
        "dependentRequired": {"a": ["b", "c"]},
        "dependentSchemas": {"d": {"$ref": "#/$defs/X"}},
        "unevaluatedProperties": False,
        "allOf": [{"$ref": "#/$defs/X"}],
        "anyOf": [{"type": "string"}],
        "oneOf": [{"type": "number"}],
        "not": {"type": "array"},
        "if": {"type": "string"},
        "then": {"$ref": "#/$defs/X"},
        "else": {"type": "null"},
        "title": "T",
        "default": None,
        "examples": [1],
        "deprecated": True,
        "discriminator": {"propertyName": "kind", "mapping": {"x": "#/$defs/X"}},
    }


@pytest.mark.parametrize(
    ("format_", "given", "expected"),
    [
        ("int32", NumberAssertions(), {"minimum": -(2**31), "maximum": 2**31 - 1}),
        ("int64", NumberAssertions(minimum=1), {"minimum": 1, "maximum": 2**63 - 1}),
        ("uint8", NumberAssertions(minimum=-5, maximum=300), {"minimum": 0, "maximum": 255}),
        ("double", NumberAssertions(), {}),
    ],
)
def test_integer_formats_become_bounds(
    format_: str, given: NumberAssertions, expected: dict[str, int]
) -> None:
    schema = scalar("integer", format=format_, number=given)

    converted = to_json_schema(schema, ref=definition_ref, options=SchemaOptions(formats=False))

    assert converted == {"type": "integer", **expected}


def test_names_of_definitions_are_escaped_for_pointer_and_uri() -> None:
    awkward: dict[str, Schema] = {"a/b~c d%": scalar("integer"), "Use": ref("a/b~c d%")}
    schemas = named(**awkward)

    assert accepts(schemas, "Use", None, 1)
    assert not accepts(schemas, "Use", None, "1")


def test_request_view_does_not_demand_read_only_but_permits_it() -> None:
    schemas = named(Item=obj({"id": scalar("integer", annotations=READ), "name": scalar()}, ("id", "name")))

    assert accepts(schemas, "Item", "request", {"name": "a"})
    assert accepts(schemas, "Item", "request", {"id": 1, "name": "a"})
    assert not accepts(schemas, "Item", "request", {"id": 1})
    assert not accepts(schemas, "Item", "response", {"name": "a"})


def test_response_view_forbids_write_only() -> None:
    schemas = named(User=obj({"name": scalar(), "password": scalar(annotations=WRITE)}, ("name", "password")))

    assert accepts(schemas, "User", "response", {"name": "a"})
    assert not accepts(schemas, "User", "response", {"name": "a", "password": "x"})
    assert not accepts(schemas, "User", "request", {"name": "a"})
    assert accepts(schemas, "User", "request", {"name": "a", "password": "x"})


def test_mark_stands_in_another_branch_or_behind_references() -> None:
    schemas = named(
        Id=scalar("integer", annotations=READ),
        Demands=obj({"id": scalar("integer")}, ("id", "name")),
        Marks=obj({"id": ref("Id")}),
        Both=Assertions(all_of=(ref("Demands"), ref("Marks")), span=AT),
        Own=obj({"id": ref("Id")}, all_of=(ref("Demands"),)),
    )

    for name in ("Both", "Own"):
        assert accepts(schemas, name, "request", {"name": "a"}), name
        assert not accepts(schemas, name, "request", {"id": 1}), name
        assert not accepts(schemas, name, "response", {"name": "a"}), name
    assert not accepts(schemas, "Demands", "request", {"name": "a"})


def test_write_only_in_one_branch_is_not_demanded_by_another() -> None:
    schemas = named(
        Base=obj({"secret": scalar()}, ("secret",)),
        User=obj({"secret": scalar(annotations=WRITE)}, all_of=(ref("Base"),)),
    )

    assert accepts(schemas, "User", "response", {})
    assert not accepts(schemas, "User", "response", {"secret": "x"})
    assert accepts(schemas, "Base", "response", {"secret": "x"})


def test_schema_that_contains_itself_in_place_ends() -> None:
    schemas = named(
        Loop=obj({"id": scalar(annotations=READ)}, ("id",), any_of=(ref("Loop"), ref("Other"))),
        Other=obj({"id": scalar()}, ("id",), any_of=(ref("Loop"),)),
    )

    document = definitions_document(schemas, "request")

    assert set(document["$defs"]) == {"Loop", "Other"}  # type: ignore[arg-type]


def test_event_view_opens_json_text() -> None:
    payload = StringAssertions(content_media_type="application/json", content_schema=ref("Payload"))
    schemas = named(
        Payload=obj({"text": scalar(string=payload), "secret": scalar(annotations=WRITE)}, ("text",)),
        Event=obj({"event": scalar(), "data": scalar(string=payload)}, ("data",)),
    )

    document = definitions_document(schemas, "event")
    event = document["$defs"]["Event"]  # type: ignore[index, call-overload]

    assert event["properties"]["data"] == {"$ref": "#/$defs/Payload"}  # type: ignore[index, call-overload]


def test_rejected_pattern_is_left_out_with_what_depends_on_it() -> None:
    schema = obj(
        {"a": scalar(string=StringAssertions(pattern="[^]"))},
        object_={
            "pattern_properties": (("[^]", scalar()), ("^ok", scalar())),
            "additional_properties": BooleanSchema(value=False, span=AT),
        },
    )
    options = SchemaOptions(accepts_pattern=lambda pattern: pattern != "[^]")

    assert to_json_schema(schema, ref=definition_ref, options=options) == {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "patternProperties": {"^ok": {"type": "string"}},
    }
