"""Schema Objects of the three versions of OpenAPI in one vocabulary."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.contract.load import Loaded, load_api
from accord.contract.schema import Assertions, BooleanSchema, Ref, Schema, Unset
from accord.contract.schemas.walk import walk
from accord.diagnostics import Severity, Span
from accord.source.document import read_document
from accord.source.limits import DEFAULT_LIMITS

PLACE = Span("openapi.yaml", 1, 1)


def load(tmp_path: Path, schemas: str, version: str = "3.1.0") -> Loaded:
    """Load a contract with *schemas*, indented by four spaces, as its components."""
    entry = tmp_path / "openapi.yaml"
    entry.write_text(
        f"openapi: {version}\ninfo: {{title: T, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n{schemas}",
        encoding="utf-8",
    )
    return load_api(read_document(entry), name="t")


def schema(tmp_path: Path, text: str, version: str = "3.1.0") -> Schema:
    """The only schema of a contract; nothing may be reported."""
    loaded = load(tmp_path, f"    A: {text}\n", version)
    assert loaded.diagnostics == ()
    return loaded.api.schemas["A"].schema


def found(loaded: Loaded) -> list[tuple[str, str, int]]:
    return [(d.severity.value, d.code, d.span.line) for d in loaded.diagnostics]


def assertions(value: Schema) -> Assertions:
    assert isinstance(value, Assertions)
    return value


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{type: string, nullable: true}", '{type: [string, "null"]}'),
        ("{type: string, nullable: false}", "{type: string}"),
        ("{type: string, nullable: true, enum: [a, b]}", '{type: [string, "null"], enum: [a, b, null]}'),
        ("{type: string, nullable: true, enum: [a, null]}", '{type: [string, "null"], enum: [a, null]}'),
        ("{minimum: 1, exclusiveMinimum: true}", "{exclusiveMinimum: 1}"),
        ("{minimum: 1, exclusiveMinimum: false}", "{minimum: 1}"),
        ("{maximum: 0, exclusiveMaximum: true}", "{exclusiveMaximum: 0}"),
        ("{type: integer, example: 3}", "{type: integer, examples: [3]}"),
        ("{type: object, additionalProperties: false}", "{type: object, additionalProperties: false}"),
        ("{}", "{}"),
        ("{items: {type: string, nullable: true}}", '{items: {type: [string, "null"]}}'),
    ],
)
def test_spellings_of_30_and_31_give_one_schema(tmp_path: Path, old: str, new: str) -> None:
    assert schema(tmp_path, old, "3.0.3") == schema(tmp_path, new, "3.1.0")


def test_an_exclusive_bound_without_its_bound_says_nothing(tmp_path: Path) -> None:
    number = assertions(schema(tmp_path, "{exclusiveMinimum: true}", "3.0.0")).number
    assert (number.minimum, number.exclusive_minimum) == (None, None)


def test_everything_of_2020_12(tmp_path: Path) -> None:
    text = """
      type: [object, array, string]
      format: odd
      properties: {b: true, a: {type: integer}}
      required: [a, b, a]
      patternProperties: {'^x': {}}
      additionalProperties: false
      propertyNames: {maxLength: 3}
      minProperties: 1
      maxProperties: 2.0
      dependentRequired: {a: [b]}
      dependentSchemas: {a: {required: [b]}}
      unevaluatedProperties: false
      prefixItems: [{type: string}, true]
      items: {type: number}
      contains: {const: 1}
      minContains: 1
      maxContains: 2
      minItems: 0
      maxItems: 9
      uniqueItems: true
      unevaluatedItems: false
      minLength: 1
      maxLength: 2
      pattern: ^a
      contentEncoding: base64
      contentMediaType: application/json
      contentSchema: {type: object}
      minimum: -1.5
      maximum: 2
      exclusiveMinimum: -2
      exclusiveMaximum: 3
      multipleOf: 0.5
      allOf: [{title: x}]
      anyOf: [{}, false]
      oneOf: [true]
      not: {type: boolean}
      if: {minLength: 1}
      then: {maxLength: 5}
      else: false
"""
    loaded = assertions(schema(tmp_path, text))
    assert loaded.types == ("object", "array", "string")
    assert loaded.format == "odd"
    group = loaded.object
    assert [p.name for p in group.properties] == ["b", "a"]
    assert isinstance(group.properties[0].schema, BooleanSchema)
    assert group.properties[1].span.column == 29
    assert group.required == ("a", "b")
    assert [name for name, _ in group.pattern_properties] == ["^x"]
    assert group.additional_properties == group.unevaluated_properties
    assert (group.min_properties, group.max_properties) == (1, 2)
    assert group.dependent_required == (("a", ("b",)),)
    assert [name for name, _ in group.dependent_schemas] == ["a"]
    array = loaded.array
    assert len(array.prefix_items) == 2
    assert (array.min_contains, array.max_contains, array.min_items, array.max_items) == (1, 2, 0, 9)
    assert array.unique_items
    assert None not in (array.items, array.contains, array.unevaluated_items, group.property_names)
    string = loaded.string
    assert (string.min_length, string.max_length, string.pattern) == (1, 2, "^a")
    assert (string.content_encoding, string.content_media_type) == ("base64", "application/json")
    assert string.content_schema is not None
    number = loaded.number
    assert (number.minimum, number.maximum, number.multiple_of) == (-1.5, 2, 0.5)
    assert (number.exclusive_minimum, number.exclusive_maximum) == (-2, 3)
    assert (len(loaded.all_of), len(loaded.any_of), len(loaded.one_of)) == (1, 2, 1)
    assert loaded.not_ is not None
    assert loaded.conditional is not None
    assert None not in (loaded.conditional.then, loaded.conditional.otherwise)
    assert len(list(walk(loaded))) == 22


def test_const_and_enum(tmp_path: Path) -> None:
    const = assertions(schema(tmp_path, "{const: null}"))
    assert (const.enum, const.is_const) == ((None,), True)
    enum = assertions(schema(tmp_path, "{enum: [1, {a: [2]}]}"))
    assert (enum.enum, enum.is_const) == ((1, {"a": [2]}), False)
    both = assertions(schema(tmp_path, "{const: 1, enum: [1, 2]}"))
    assert (both.enum, both.is_const) == ((1,), True)
    assert assertions(both.all_of[0]).enum == (1, 2)


def test_annotations(tmp_path: Path) -> None:
    loaded = schema(
        tmp_path,
        "{title: t, description: d, default: null, example: 1, examples: [2], deprecated: true, readOnly: true,"
        " writeOnly: true, $comment: c, xml: {name: n}, externalDocs: {url: u}, x-a: [1], x-accord-name: A}",
    )
    notes = assertions(loaded).annotations
    assert (notes.title, notes.description, notes.comment, notes.external_docs) == ("t", "d", "c", "u")
    assert notes.default is None
    assert notes.examples == (1, 2)
    assert (notes.deprecated, notes.read_only, notes.write_only) == (True, True, True)
    assert dict(notes.xml) == {"name": "n"}
    assert dict(notes.extensions) == {"x-a": [1]}
    assert isinstance(assertions(schema(tmp_path, "{type: string}")).annotations.default, Unset)


def test_keywords_that_are_names_of_properties_are_no_keywords(tmp_path: Path) -> None:
    loaded = assertions(
        schema(
            tmp_path, "{properties: {$ref: {type: string}, properties: {type: integer}, type: {}, x-a: {}}}"
        )
    )
    assert [p.name for p in loaded.object.properties] == ["$ref", "properties", "type", "x-a"]


def test_ref_with_siblings(tmp_path: Path) -> None:
    text = """    A: {type: string}
    B: {$ref: '#/components/schemas/A'}
    C: {$ref: '#/components/schemas/A', description: d, x-y: 1}
    D: {$ref: '#/components/schemas/A', maxLength: 3, title: t}
    E: {$ref: '#/components/schemas/A', $defs: {Z: {}}, $anchor: e, x-z: 1}
"""
    loaded = load(tmp_path, text)
    assert loaded.diagnostics == ()
    schemas = {name: item.schema for name, item in loaded.api.schemas.items()}
    b, c, d, e = (schemas[name] for name in "BCDE")
    assert isinstance(b, Ref)
    assert b.target == "A"
    assert isinstance(c, Ref)
    assert (c.annotations.description, dict(c.annotations.extensions)) == ("d", {"x-y": 1})
    both = assertions(d)
    assert isinstance(both.all_of[0], Ref)
    assert (both.string.max_length, both.annotations.title) == (3, "t")
    assert isinstance(e, Ref)

    old = load(tmp_path, text, "3.0.3")
    assert all(isinstance(old.api.schemas[name].schema, Ref) for name in "BCDE")
    assert old.api.schemas["C"].schema == old.api.schemas["B"].schema
    assert found(old) == [("warning", "ref-siblings", line) for line in (8, 9)]


def test_recursion_through_properties_is_fine(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        "    A: {properties: {b: {$ref: '#/components/schemas/B'}}}\n"
        "    B: {items: {$ref: '#/components/schemas/A'}, anyOf: [{$ref: '#/components/schemas/B'}, {}]}\n",
    )
    assert loaded.diagnostics == ()


@pytest.mark.parametrize(
    "keyword", ["minLength: -1", "maxItems: -3.0", "minProperties: -1", "multipleOf: 0", "multipleOf: -2"]
)
def test_counts_and_factors_have_a_least_value(tmp_path: Path, keyword: str) -> None:
    loaded = load(tmp_path, f"    A: {{type: string, {keyword}}}\n")
    assert found(loaded) == [("error", "structure-range", 6)]
    assert assertions(loaded.api.schemas["A"].schema) == Assertions(types=("string",), span=PLACE)


@pytest.mark.parametrize("backwards", [False, True], ids=["from-the-start", "from-the-end"])
def test_a_way_through_references_has_a_limit(tmp_path: Path, *, backwards: bool) -> None:
    limit = DEFAULT_LIMITS.reference_depth

    def chain(length: int) -> str:
        lines = [f"    S{n}: {{allOf: [{{$ref: '#/components/schemas/S{n + 1}'}}]}}\n" for n in range(length)]
        lines.append(f"    S{length}: {{type: string}}\n")
        return "".join(reversed(lines) if backwards else lines)

    assert load(tmp_path, chain(limit)).diagnostics == ()
    assert [code for _, code, _ in found(load(tmp_path, chain(limit + 1)))] == ["limit-references"]
    assert len(found(load(tmp_path, chain(10 * limit)))) == 9


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("    A: {$ref: '#/components/schemas/A'}\n", [6]),
        ("    A: {$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/A'}\n", [7]),
        ("    A: {allOf: [{type: object}, {$ref: '#/components/schemas/A'}]}\n", [6]),
        (
            "    A: {allOf: [{allOf: [{$ref: '#/components/schemas/B'}]}]}\n    B: {$ref: '#/components/schemas/A'}\n",
            [7],
        ),
        ("    A: {$ref: '#/components/schemas/A', type: object}\n", [6]),
    ],
)
def test_references_that_never_reach_a_schema(tmp_path: Path, text: str, lines: list[int]) -> None:
    loaded = load(tmp_path, text)
    assert found(loaded) == [("error", "ref-cycle", line) for line in lines]
    for named in loaded.api.schemas.values():
        seen = set()
        current: Schema = named.schema
        while isinstance(current, Ref):
            assert current.target not in seen
            seen.add(current.target)
            current = loaded.api.schemas[current.target].schema


@pytest.mark.parametrize(
    ("text", "version", "expected"),
    [
        ("{type: strin}", "3.1.0", [("error", "structure-value")]),
        ("{type: [string, null]}", "3.1.0", [("error", "structure-value")]),
        ("{type: [string, integer]}", "3.0.3", [("error", "structure-type")]),
        ("{type: 5}", "3.1.0", [("error", "structure-type")]),
        ("{minimum: '1'}", "3.1.0", [("error", "structure-type")]),
        ("{minimum: true}", "3.1.0", [("error", "structure-type")]),
        ("{exclusiveMinimum: true}", "3.1.0", [("error", "structure-type")]),
        ("{minLength: 1.5}", "3.1.0", [("error", "structure-type")]),
        ("{required: true}", "3.1.0", [("error", "structure-type")]),
        ("{required: a}", "3.1.0", [("error", "structure-type")]),
        ("{required: [1]}", "3.1.0", [("error", "structure-type")]),
        ("{properties: [a]}", "3.1.0", [("error", "structure-type")]),
        ("{properties: {a: string}}", "3.1.0", [("error", "structure-type")]),
        ("{items: [{type: string}]}", "3.1.0", [("error", "structure-type")]),
        ("{allOf: {type: string}}", "3.1.0", [("error", "structure-type")]),
        ("{uniqueItems: 'yes'}", "3.1.0", [("error", "structure-type")]),
        ("{description: 5}", "3.1.0", [("error", "structure-type")]),
        ("{description: null}", "3.1.0", [("error", "structure-type")]),
        ("{enum: a}", "3.1.0", [("error", "structure-type")]),
        ("{discriminator: kind}", "3.1.0", [("error", "structure-type")]),
        ("{discriminator: {mapping: {}}}", "3.1.0", [("error", "structure-required")]),
        ("{$ref: 5}", "3.1.0", [("error", "structure-type")]),
        ("{$ref: '#/components/schemas/Z'}", "3.1.0", [("error", "ref-unresolved")]),
        ("{nullable: true, type: string}", "3.1.0", [("warning", "schema-keyword-ignored")]),
        ("{const: 1}", "3.0.3", [("warning", "schema-keyword-ignored")]),
        ("{nullable: true, allOf: [{type: string}]}", "3.0.3", [("warning", "nullable-without-type")]),
        ("{$schema: 'http://json-schema.org/draft-07/schema#'}", "3.1.0", [("warning", "schema-dialect")]),
        ("text", "3.1.0", [("error", "structure-type")]),
        ("", "3.1.0", [("error", "structure-type")]),
    ],
)
def test_one_finding_for_one_bad_part(
    tmp_path: Path, text: str, version: str, expected: list[tuple[str, str]]
) -> None:
    loaded = load(tmp_path, f"    A: {text}\n    Good: {{type: string}}\n", version)
    assert [(severity, code) for severity, code, _ in found(loaded)] == expected
    assert found(loaded)[0][2] == 6
    assert all(d.hint for d in loaded.diagnostics if d.code in {"structure-value", "schema-keyword-ignored"})
    assert set(loaded.api.schemas) == {"A", "Good"}
    assert assertions(loaded.api.schemas["Good"].schema).types == ("string",)


def test_a_discriminator_names_schemas_in_three_ways(tmp_path: Path) -> None:
    (tmp_path / "bird.yaml").write_text("{type: object}\n")
    loaded = load(
        tmp_path,
        """    Pet:
      oneOf: [{$ref: '#/components/schemas/Cat'}]
      discriminator:
        propertyName: kind
        mapping:
          cat: Cat
          dog: '#/components/schemas/Dog'
          bird: bird.yaml
          none: Nobody
          bad: '#/components/schemas/Doge'
    Cat: {}
    Dog: {}
""",
    )
    pet = assertions(loaded.api.schemas["Pet"].schema).discriminator
    assert pet is not None
    assert pet.mapping == (("cat", "Cat"), ("dog", "Dog"), ("bird", "bird"))
    assert "bird" in loaded.api.schemas
    assert found(loaded) == [("error", "discriminator-mapping", 14), ("error", "discriminator-mapping", 15)]
    assert "'Dog'" in loaded.diagnostics[1].hint


def test_default_mapping_of_32(tmp_path: Path) -> None:
    text = "{oneOf: [], discriminator: {propertyName: k, defaultMapping: A}}"
    found_discriminator = assertions(schema(tmp_path, text, "3.2.0")).discriminator
    assert found_discriminator is not None
    assert found_discriminator.default_mapping == "A"


def test_a_dynamic_reference_to_no_dynamic_anchor_is_a_plain_one(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        "    A: {$dynamicRef: '#b'}\n    B: {$anchor: b}\n    C: {$dynamicRef: '#/components/schemas/B'}\n",
    )
    assert loaded.diagnostics == ()
    for name in "AC":
        value = assertions(loaded.api.schemas[name].schema)
        assert [ref.target for ref in value.all_of if isinstance(ref, Ref)] == ["B"]


def test_schemas_too_deep_inside_of_each_other_are_cut_with_a_finding(tmp_path: Path) -> None:
    deep = "{type: string}"
    for _ in range(90):
        deep = f"{{not: {deep}}}"
    loaded = load(tmp_path, f"    A: {deep}\n")
    assert found(loaded) == [("error", "limit-depth", 6)]


def test_warnings_are_no_faults_of_operations(tmp_path: Path) -> None:
    entry = tmp_path / "openapi.yaml"
    entry.write_text(
        """openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /bad: {get: {responses: {'200': {description: d, content: {a/b: {schema: {$ref: '#/components/schemas/Outer'}}}}}}}
  /good: {get: {responses: {'200': {description: d, content: {a/b: {schema: {$ref: '#/components/schemas/Good'}}}}}}}
components:
  schemas:
    Outer: {properties: {x: {$ref: '#/components/schemas/Inner'}}}
    Inner: {items: [{}]}
    Good: {nullable: true}
"""
    )
    loaded = load_api(read_document(entry), name="t")
    bad, good = loaded.api.operations
    assert [fault.code for fault in bad.faults] == ["structure-type"]
    assert good.faults == ()
    assert {d.severity for d in loaded.diagnostics} == {Severity.ERROR, Severity.WARNING}
