"""How text becomes data, by schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.diagnostics import Diagnostic
from accord.emit.python.types import SchemaTypes
from accord.emit.python.wire import wire_of
from accord.runtime.declare import Array, Either, File, Json, Object, Scalar, Wire
from tests.unit.emit.schemas import load_schemas

INTEGER = Scalar(("integer",))
STRING = Scalar()
OTHERS = """
    Id: {type: integer}
    Word: {type: string}
    Range: {type: object, properties: {from: {$ref: '#/components/schemas/Id'}}}
    """


def wire(folder: Path, schema: str) -> Wire | Diagnostic:
    api = load_schemas(folder, f"X: {schema}{OTHERS}".replace("\n    ", "\n"))
    return SchemaTypes(api).wire(api.schemas["X"].schema)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("{type: string}", STRING),
        ("{}", STRING),
        ("true", STRING),
        ("{type: integer}", INTEGER),
        ("{type: number}", Scalar(("number",))),
        ("{type: [number, integer]}", Scalar(("number",))),
        ("{type: [integer, 'null']}", Scalar(("null", "integer"))),
        ("{type: boolean}", Scalar(("boolean",))),
        ("{$ref: '#/components/schemas/Id'}", INTEGER),
        ("{allOf: [{$ref: '#/components/schemas/Id'}, {minimum: 3}]}", INTEGER),
        ("{oneOf: [{$ref: '#/components/schemas/Id'}, {type: string}]}", Scalar(("integer", "string"))),
        ("{enum: [1, a, null]}", Scalar(("null", "integer", "string"))),
        ("{enum: [1.5]}", Scalar(("number",))),
        ("{type: string, enum: [a]}", STRING),
        ("{type: array, items: {type: integer}}", Array(INTEGER)),
        ("{type: array}", Array(STRING)),
        (
            "{type: array, items: {oneOf: [{type: integer}, {type: boolean}]}}",
            Array(Scalar(("boolean", "integer"))),
        ),
        (
            "{type: array, prefixItems: [{type: integer}, {type: string}], items: false}",
            Array(STRING, (INTEGER, STRING)),
        ),
        ("{type: [array, 'null'], items: {type: integer}}", Array(INTEGER)),
        ("{$ref: '#/components/schemas/Range'}", Object({"from": INTEGER})),
        (
            "{type: object, properties: {a: {type: array, items: {type: integer}}}, additionalProperties: {type: boolean}}",
            Object({"a": Array(INTEGER)}, Scalar(("boolean",))),
        ),
        (
            "{anyOf: [{type: object, properties: {a: {type: integer}}}, {type: object, properties: {a: {type: string}, b: {type: boolean}}}]}",
            Object({"a": Scalar(("integer", "string")), "b": Scalar(("boolean",))}),
        ),
        ("{type: string, format: binary}", File()),
    ],
)
def test_wires(tmp_path: Path, schema: str, expected: Wire) -> None:
    found = wire(tmp_path, schema)

    assert not isinstance(found, Diagnostic), found
    assert found == expected


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ("{oneOf: [{type: string}, {type: array, items: {type: string}}]}", "array or scalar"),
        ("{type: [object, array]}", "array or object"),
        ("{type: array, items: {type: array, items: {type: string}}}", "inside of another"),
        ("{type: array, items: {$ref: '#/components/schemas/Range'}}", "inside of another"),
        ("{type: object, properties: {a: {$ref: '#/components/schemas/Range'}}}", "'a' is an object inside"),
        ("{type: object, additionalProperties: {type: array}}", "inside of another"),
    ],
)
def test_text_that_cannot_be_read_is_a_finding(tmp_path: Path, schema: str, says: str) -> None:
    found = wire(tmp_path, schema)

    assert isinstance(found, Diagnostic)
    assert found.code == "wire-unsupported"
    assert says in found.message
    assert found.span.line > 1


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("{type: string}", STRING),
        ("{oneOf: [{type: string}, {type: array, items: {type: string}}]}", Array(STRING)),
        (
            "{oneOf: [{type: boolean}, {type: array, items: {type: string}}]}",
            Either((Scalar(("boolean",)), Array(STRING))),
        ),
        ("{type: [array, boolean]}", Either((Array(STRING), Scalar(("boolean",))))),
        (
            "{oneOf: [{type: integer, minimum: 3}, {type: string}]}",
            Either((Scalar(("integer", "string")), INTEGER, STRING)),
        ),
        ("{type: [integer, string]}", Scalar(("integer", "string"))),
        ("{type: array, items: {type: array}}", Either((Array(Json()), Json()))),
        ("{type: array, items: {type: [string, object]}}", Either((Array(Json(STRING)), Json()))),
        (
            "{type: object, properties: {a: {$ref: '#/components/schemas/Range'}, b: {type: [integer, array]}}}",
            Either(
                (
                    Object({"a": Json(), "b": Array(STRING, alone=INTEGER)}),
                    Object({"a": Json(), "b": Array(STRING)}),
                    Json(),
                )
            ),
        ),
        (
            "{oneOf: [{type: array, items: {type: integer}}, {type: array, items: {type: string}}]}",
            Either((Array(Scalar(("integer", "string"))), Array(INTEGER), Array(STRING))),
        ),
        (
            "{type: object, properties: {x: {$ref: '#/components/schemas/X'}}}",
            Either((Object({"x": Json()}), Json())),
        ),
    ],
)
def test_readings(tmp_path: Path, schema: str, expected: Wire) -> None:
    api = load_schemas(tmp_path, f"X: {schema}{OTHERS}".replace("\n    ", "\n"))
    assert SchemaTypes(api).text_wire(api.schemas["X"].schema, is_read=True) == expected


def test_recursive_parameter_ends(tmp_path: Path) -> None:
    found = wire(tmp_path, "{type: object, properties: {x: {$ref: '#/components/schemas/X'}}}")

    assert isinstance(found, Diagnostic)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("{oneOf: [{type: string}, {type: array, items: {type: string}}]}", Array(Scalar())),
        (
            "{anyOf: [{type: integer, minimum: 1}, {type: array, items: {type: integer, minimum: 1}}]}",
            Array(Scalar(("integer",))),
        ),
        ("{oneOf: [{type: string}, {type: array, minItems: 2, items: {type: string}}]}", None),
        ("{oneOf: [{type: string, pattern: a}, {type: array, items: {type: string, pattern: a}}]}", None),
        ("{oneOf: [{const: all}, {type: array, items: {type: string}}]}", None),
        ("{oneOf: [{type: string}, {type: array, items: {type: integer}}]}", None),
    ],
)
def test_one_or_a_list_is_read_as_a_list_where_that_rejects_nothing(
    tmp_path: Path, schema: str, expected: object
) -> None:
    api = load_schemas(tmp_path, f"X: {schema}")
    read = wire_of(api.schemas["X"].schema, api.schemas, is_read=True)
    assert isinstance(read, Diagnostic) if expected is None else read == expected
    assert isinstance(wire_of(api.schemas["X"].schema, api.schemas), Diagnostic)
