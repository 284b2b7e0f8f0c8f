"""Type expressions of schemas."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.contract.json_schema import View
from accord.emit.python.types import SchemaTypes
from tests.unit.emit.schemas import load_schemas, ref, type_of

EXPRESSIONS = [
    ("{type: string}", "str"),
    ("{type: [string, 'null']}", "str | None"),
    ("{type: string, minLength: 2, maxLength: 5}", "str"),
    ("{type: string, pattern: '^a'}", "str"),
    ("{type: string, format: email, minLength: 0}", "str"),
    ("{type: string, format: date}", "dt.date"),
    ("{type: string, format: date-time, minLength: 3}", "AwareDatetime"),
    ("{type: string, format: uuid}", "UUID"),
    ("{type: string, format: time}", "str"),
    ("{type: string, format: duration}", "str"),
    ("{type: integer, minimum: 0.5, exclusiveMaximum: 10}", "int"),
    ("{type: integer, exclusiveMinimum: 0.5}", "int"),
    ("{type: integer, format: int32}", "int"),
    ("{type: number, multipleOf: 0.01}", "float"),
    ("{type: [integer, number]}", "float"),
    ("{type: boolean}", "bool"),
    ("{type: 'null'}", "None"),
    ("{}", "Any"),
    ("true", "Any"),
    ("false", "Any"),
    ("{format: date}", "Any"),
    ("{minimum: 3}", "Any"),
    ("{enum: [a, b, a]}", "Literal['a', 'b']"),
    ("{type: string, enum: [a, null]}", "Literal['a']"),
    ("{enum: [a, null]}", "Literal['a'] | None"),
    ("{const: 3}", "Literal[3]"),
    ("{const: null}", "None"),
    ("{enum: [1, true]}", "int | bool"),
    ("{enum: [1.5, 2]}", "float | int"),
    ("{enum: [{a: 1}, x]}", "Any"),
    ("{enum: []}", "Any"),
    ('{type: string, const: "\'); import os"}', 'Literal["\'); import os"]'),
    ("{type: array}", "list[Any]"),
    ("{type: array, items: {type: string}, minItems: 1}", "list[str]"),
    ("{items: {type: integer}}", "Annotated[list[int] | Any, UNTYPED]"),
    ("{properties: {a: {type: string}}}", "Annotated[models.Inline | Any, UNTYPED]"),
    ("{required: [a]}", "Annotated[dict[str, Any] | Any, UNTYPED]"),
    (
        "{type: array, items: {additionalProperties: {type: integer}}}",
        "list[Annotated[dict[str, int] | Any, UNTYPED]]",
    ),
    ("{properties: {a: {}}, items: {type: integer}}", "Any"),
    ("{type: object, allOf: [{properties: {a: {type: string}}}]}", "models.Inline"),
    ("{allOf: [{properties: {a: {}}}, {type: [object, 'null']}]}", "models.Inline | None"),
    (
        "{oneOf: [{properties: {a: {}}, title: Box}, {type: string}]}",
        "Annotated[models.InlineBox | str | Any, UNTYPED]",
    ),
    ("{type: object, oneOf: [{$ref: '#/components/schemas/Bare'}]}", "models.Bare"),
    ("{type: [object, 'null'], oneOf: [{$ref: '#/components/schemas/Bare'}]}", "models.Bare | None"),
    ("{$ref: '#/components/schemas/Bare'}", "Annotated[models.Bare | Any, UNTYPED]"),
    ("{type: array, items: {type: [string, 'null']}}", "list[str | None]"),
    (
        "{type: array, prefixItems: [{type: integer}, {type: string}], items: false, minItems: 2}",
        "tuple[int, str]",
    ),
    ("{type: array, prefixItems: [{type: integer}], minItems: 1, maxItems: 1}", "tuple[int]"),
    ("{type: array, prefixItems: [{type: integer}, {type: string}], items: false}", "list[int | str]"),
    ("{type: array, prefixItems: [{type: integer}]}", "list[Any]"),
    ("{type: object}", "dict[str, Any]"),
    ("{type: object, additionalProperties: false}", "dict[str, Any]"),
    ("{type: object, additionalProperties: {type: integer}}", "dict[str, int]"),
    ("{type: object, patternProperties: {'^x': {type: integer}}}", "dict[str, Any]"),
    ("{oneOf: [{type: string}, {type: integer}, {type: 'null'}]}", "str | int | None"),
    ("{anyOf: [{type: string}, {}]}", "Any"),
    ("{oneOf: [{$ref: '#/components/schemas/Cat'}, {type: 'null'}]}", "models.Cat | None"),
    ("{allOf: [{$ref: '#/components/schemas/Cat'}], description: mine}", "models.Cat"),
    ("{type: object, allOf: [{$ref: '#/components/schemas/Cat'}, {readOnly: true}]}", "models.Cat"),
    ("{allOf: [{type: string, minLength: 2}, {minLength: 4}]}", "str"),
    ("{allOf: [{type: [string, integer]}, {type: [integer, 'null']}]}", "int"),
    ("{allOf: [{type: string}, {type: integer}]}", "Any"),
    ("{type: string, not: {const: a}}", "str"),
    ("{type: object, properties: {a: {type: string}}}", "models.Inline"),
    ("{properties: {a: {type: string}}, type: [object, 'null']}", "models.Inline | None"),
    ("{type: object, required: [a], anyOf: [{required: [b]}, {required: [c]}]}", "dict[str, Any]"),
    (
        "{type: object, properties: {a: {type: string}}, oneOf: [{required: [b]}, {required: [c]}]}",
        "models.Inline",
    ),
    ("{$ref: '#/components/schemas/Missing'}", "Any"),
]


@pytest.mark.parametrize(("schema", "expected"), EXPRESSIONS)
def test_expressions(tmp_path: Path, schema: str, expected: str) -> None:
    cat = "Cat: {type: object, properties: {name: {type: string}}}\nBare: {properties: {a: {type: string}}}"

    assert type_of(tmp_path, f"X: {schema}\n{cat}").expr == expected


def test_imports_are_what_the_expression_needs(tmp_path: Path) -> None:
    found = type_of(
        tmp_path,
        """
        X: {type: array, items: {oneOf: [{$ref: '#/components/schemas/D'}, {type: string, maxLength: 3}, {const: 1}]}}
        D: {type: string, format: date}
        """,
    )

    assert found.expr == "list[models.D | str | Literal[1]]"
    assert found.imports == {"from . import models", "from typing import Literal"}


@pytest.mark.parametrize(
    ("schema", "for_json", "for_text"),
    [
        ("{type: string}", False, False),
        ("{type: number}", False, False),
        ("{type: integer}", True, False),
        ("{type: array, items: {type: integer}}", True, False),
        ("{type: string, format: uuid}", True, True),
        ("{enum: [a, b]}", False, False),
        ("{const: 1}", True, False),
        ("{type: object}", False, False),
        ("{type: object, additionalProperties: {type: string, format: date}}", True, True),
        ("{$ref: '#/components/schemas/Alias'}", False, False),
        ("{type: object, properties: {a: {type: string}}}", True, True),
        ("{type: array, prefixItems: [{type: string}], items: false, minItems: 1}", True, True),
    ],
)
def test_whether_json_needs_conversion(tmp_path: Path, schema: str, for_json: bool, for_text: bool) -> None:
    found = type_of(tmp_path, f"X: {schema}\nAlias: {{type: string}}")

    assert (found.needs_adapter, found.text_needs_adapter) == (for_json, for_text)


VIEWS = """
    User:
      type: object
      required: [id, name, password]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string}
        password: {type: string, writeOnly: true}
    Group: {type: object, properties: {users: {type: array, items: {$ref: '#/components/schemas/User'}}}}
    Plain: {type: object, properties: {note: {type: string, readOnly: true}}}
    """


@pytest.mark.parametrize(
    ("name", "view", "expected"),
    [
        ("User", "response", "models.User"),
        ("User", "request", "models.UserWrite"),
        ("Group", "request", "models.GroupWrite"),
        ("Group", "response", "models.Group"),
        ("Plain", "request", "models.Plain"),
    ],
)
def test_request_models_differ_only_where_views_do(
    tmp_path: Path, name: str, view: View, expected: str
) -> None:
    api = load_schemas(tmp_path, VIEWS)

    assert SchemaTypes(api).annotation(ref(name), view=view, name="Unused").expr == expected


def test_one_inline_schema_is_one_class(tmp_path: Path) -> None:
    api = load_schemas(tmp_path, "X: {type: object, properties: {a: {type: object, properties: {b: {}}}}}")
    types = SchemaTypes(api)
    schema = api.schemas["X"].schema

    first = types.annotation(schema, view="request", name="First")
    again = types.annotation(schema, view="request", name="Second")

    assert first == again
    assert first.expr == "models.First"


def test_component_names_come_first_and_clashes_are_reported(tmp_path: Path) -> None:
    api = load_schemas(
        tmp_path,
        """
        user_data: {type: object, properties: {a: {}}}
        UserData: {type: object, properties: {b: {}}}
        user-data: {type: object, properties: {c: {}}}
        """,
    )
    types = SchemaTypes(api)

    names = [
        types.annotation(ref(n), view="response", name="N").expr
        for n in ("user_data", "UserData", "user-data")
    ]

    assert names == ["models.UserData2", "models.UserData", "models.UserData3"]
    assert [d.code for d in types.diagnostics] == ["name-clash", "name-clash"]
    assert "'UserData'" in types.diagnostics[0].message
    assert "'user_data'" in types.diagnostics[0].message


def test_recursion_without_structure_ends_in_any(tmp_path: Path) -> None:
    api = load_schemas(
        tmp_path,
        """
        A: {anyOf: [{$ref: '#/components/schemas/B'}, {type: string}]}
        B: {anyOf: [{$ref: '#/components/schemas/A'}, {type: integer}]}
        C: {$ref: '#/components/schemas/C'}
        D: {allOf: [{$ref: '#/components/schemas/D'}, {type: object, properties: {a: {type: string}}}]}
        """,
    )
    types = SchemaTypes(api)
    for name in api.schemas:
        types.annotation(ref(name), view="response", name="N")

    text = types.modules()

    assert "A: TypeAlias = B | str" in text["models/a.py"]
    assert "B: TypeAlias = Any" in text["models/b.py"]
    assert "C: TypeAlias = Any" in text["models/c.py"]
    assert "class D(Model):" in text["models/d.py"]


def test_shared_schemas_may_not_refer_to_a_version(tmp_path: Path) -> None:
    shared = tmp_path / "common" / "shared.yaml"
    shared.parent.mkdir(parents=True)
    shared.write_text(
        "Shared:\n  type: object\n  properties:\n    a: {$ref: '../v1/openapi.yaml#/components/schemas/Own'}\n",
        encoding="utf-8",
    )
    api = load_schemas(
        tmp_path,
        """
        Use: {type: array, items: {$ref: '../common/shared.yaml#/Shared'}}
        Own: {type: string}
        """,
    )

    common = SchemaTypes.for_common([api])

    assert [d.code for d in common.diagnostics] == ["common-refers-to-version"]
    assert common.diagnostics[0].span.file.endswith("shared.yaml")
    assert common.diagnostics[0].span.line == 1
