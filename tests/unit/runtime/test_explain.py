"""What is told of a rejected value, and what finding it costs: counted in values that are validated, never in seconds."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from accord.runtime.explain import MAX_FAULTS, Explainer
from accord.runtime.guard import Guard
from accord.runtime.plain_faults import PlainFaults
from accord.validators import make_validator

EXPRESSIONS: dict[str, Any] = {
    "Expr": {"oneOf": [{"$ref": "#/$defs/And"}, {"$ref": "#/$defs/Or"}, {"type": "integer"}]},
    "And": {
        "type": "object",
        "required": ["args", "op"],
        "properties": {
            "args": {"type": "array", "items": {"$ref": "#/$defs/Expr"}},
            "op": {"const": "and"},
        },
    },
    "Or": {
        "type": "object",
        "required": ["args", "op"],
        "properties": {
            "args": {"type": "array", "items": {"$ref": "#/$defs/Expr"}},
            "op": {"const": "or"},
        },
    },
}


def guard_of(schema: Any, definitions: dict[str, Any] | None = None) -> Guard:
    return Guard({"$defs": definitions or {}, "properties": {"body": schema}})


def faults(schema: Any, value: Any, definitions: dict[str, Any] | None = None) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.reason) for fault in guard_of(schema, definitions).faults("body", value)]


ALTERNATIVES = "must match one of the alternatives of the contract"
TAGGED = {
    "oneOf": [
        {"properties": {"kind": {"const": "cat"}, "lives": {"maximum": 9}}, "required": ["kind"]},
        {"properties": {"kind": {"const": "dog"}, "tricks": {"type": "array"}}, "required": ["kind"]},
    ]
}


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "integer"}, "x", [("", "must be integer")]),
        ({"type": ["string", "null"]}, 1, [("", "must be null or string")]),
        (False, 1, [("", "is not allowed here")]),
        ({"required": ["a", "b"]}, {"b": 1}, [("/a", "is required")]),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, [("/b", "is required")]),
        (
            {"dependentSchemas": {"a": {"maxProperties": 1}}},
            {"a": 1, "c": 2},
            [("", "must have at most 1 property")],
        ),
        ({"properties": {"a": {"minimum": 2}}}, {"a": 1}, [("/a", "must be at least 2")]),
        ({"patternProperties": {"^a": {"minimum": 2}}}, {"ab": 1}, [("/*", "must be at least 2")]),
        ({"additionalProperties": {"minimum": 2}}, {"x": 1}, [("/*", "must be at least 2")]),
        (
            {"properties": {"a": {}}, "additionalProperties": False},
            {"a": 1, "b": 2, "c": 3},
            [("", "has 2 properties that the contract does not declare")],
        ),
        (
            {"propertyNames": {"pattern": "^[a-z]+$"}},
            {"A": 1, "B": 2},
            [("", "has a property name that the contract does not allow")],
        ),
        (
            {"items": {"minimum": 2}},
            [2, 1, 3, 0],
            [("/1", "must be at least 2"), ("/3", "must be at least 2")],
        ),
        ({"prefixItems": [{"type": "string"}], "items": False}, ["a", 1], [("/1", "is not allowed here")]),
        ({"contains": {"const": 1}}, [2], [("", "must contain the item that the contract asks for")]),
        (
            {"contains": {"const": 1}, "maxContains": 1},
            [1, 1],
            [("", "must contain the item that the contract asks for")],
        ),
        ({"uniqueItems": True}, [1, 1], [("", "must not have equal items")]),
        ({"not": {"type": "string"}}, "x", [("", "must not match what the contract excludes")]),
        (
            {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}},
            {"a": 1},
            [("/b", "is required")],
        ),
        ({"if": {"required": ["a"]}, "else": {"required": ["c"]}}, {}, [("/c", "is required")]),
        (
            {"allOf": [{"minimum": 2}, {"multipleOf": 2}]},
            1,
            [("", "must be a multiple of 2"), ("", "must be at least 2")],
        ),
        (TAGGED, {"kind": "cat", "lives": 10}, [("/lives", "must be at most 9")]),
        (TAGGED, {"kind": "bird"}, [("", ALTERNATIVES)]),
        (TAGGED, {}, [("", ALTERNATIVES)]),
        (
            {"oneOf": [{"type": "integer"}, {"minimum": 2}]},
            3,
            [("", "must match only one of the alternatives of the contract")],
        ),
        (
            {"anyOf": [{"type": "integer"}, {"type": "string", "minLength": 2}]},
            "x",
            [("", "must have at least 2 characters")],
        ),
        (
            {"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False},
            {"a": 1, "b": 1},
            [("", "has 1 property that the contract does not declare")],
        ),
        (
            {"prefixItems": [{}], "unevaluatedItems": False},
            [1, 2, 3],
            [("", "has 2 items that the contract does not declare")],
        ),
        ({"format": "date"}, "2020-13-01", [("", "must be a valid date")]),
        (
            {"pattern": "(?=a)(a*)*\\1b"},
            "a" * 40,
            [("", "cannot be compared with the pattern of the contract")],
        ),
    ],
)
def test_what_is_told(schema: Any, value: Any, expected: list[tuple[str, str]]) -> None:
    assert faults(schema, value) == expected


def test_names_with_marks_are_found() -> None:
    definitions = {'a/b ~%"': {"properties": {"x/y z": {"type": "integer"}}}}
    schema = {"$ref": "#/$defs/a~1b%20~0%25%22"}
    assert faults(schema, {"x/y z": "1"}, definitions) == [("/x~1y z", "must be integer")]


def test_the_branch_of_a_nested_alternative_is_followed() -> None:
    value: Any = "x"
    for _ in range(3):
        value = {"args": [value, 1], "op": "and"}
    assert faults({"$ref": "#/$defs/Expr"}, value, EXPRESSIONS) == [("/args/0" * 3, ALTERNATIVES)]


class Counting(Explainer):
    """Counts the values that its validator is asked about, each with everything in it."""

    steps = 0

    def _ask(self, address: str, value: Any) -> bool:
        self.steps += size(value)
        return super()._ask(address, value)


def size(value: Any) -> int:
    match value:
        case dict():
            return 1 + sum(size(member) for member in value.values())
        case list():
            return 1 + sum(size(item) for item in value)
        case _:
            return 1


def counting(schema: Any, definitions: dict[str, Any]) -> Counting:
    return Counting({"$defs": definitions, "properties": {"body": schema}}, Draft202012Validator)


def steps(explainer: Counting, value: Any) -> int:
    explainer.steps = 0
    assert len(explainer.faults("body", value)) <= MAX_FAULTS
    return explainer.steps


def nested(depth: int, leaf: Any) -> Any:
    for _ in range(depth):
        leaf = {"args": [leaf], "op": "and"}
    return leaf


def chained(levels: int, leaf: Any) -> Any:
    for _ in range(levels):
        leaf = {"next": leaf, "data": [1] * 40}
    return leaf


CHAIN: dict[str, Any] = {
    "Link": {
        "allOf": [
            {"properties": {"next": {"$ref": "#/$defs/Link"}, "data": {"items": {"type": "integer"}}}},
            {"properties": {"next": {"$ref": "#/$defs/Link"}}},
        ]
    }
}


@pytest.mark.parametrize(
    ("schema", "definitions", "make"),
    [
        pytest.param({"$ref": "#/$defs/Expr"}, EXPRESSIONS, lambda n: nested(n, "x"), id="alternatives"),
        pytest.param({"$ref": "#/$defs/Link"}, CHAIN, lambda n: chained(n, {"data": ["x"]}), id="allOf"),
        pytest.param(
            {"propertyNames": {"pattern": "^[a-z]+$"}},
            {},
            lambda n: {f"A{i}": 1 for i in range(20 * n)},
            id="names",
        ),
        pytest.param({"items": {"required": ["a", "b", "c"]}}, {}, lambda n: [{}] * (100 * n), id="required"),
        pytest.param(
            {"items": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
            {},
            lambda n: ["x"] * (100 * n),
            id="all-wrong",
        ),
        pytest.param(
            {"items": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
            {},
            lambda n: [1] * (100 * n) + ["x"],
            id="last-wrong",
        ),
        pytest.param(
            {"additionalProperties": {"type": "integer"}},
            {},
            lambda n: {**{f"a{i}": 1 for i in range(100 * n)}, "b": ""},
            id="last-member",
        ),
    ],
)
def test_the_cost_grows_with_the_size_of_the_value(
    schema: Any, definitions: dict[str, Any], make: Any
) -> None:
    small, large = make(40), make(80)
    explainer = counting(schema, definitions)
    assert steps(explainer, large) <= 40 * size(large)
    per_value = [steps(explainer, value) / size(value) for value in (small, large)]
    assert per_value[1] <= 1.6 * per_value[0] or per_value[1] <= 12


NAMES = ("a", "b", "op")
LEAVES: tuple[Any, ...] = (
    {"type": "integer"},
    {"type": "string", "minLength": 2},
    {"const": "x"},
    {"enum": ["x", 1]},
    {"pattern": "^a"},
    {"type": ["object", "null"]},
    True,
    False,
)


class Contracts:
    """Random schemas that refer to each other, and the values that make rejecting them dear."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def definitions(self) -> dict[str, Any]:
        return {
            name: {
                "properties": {key: self.schema(2) for key in NAMES},
                "oneOf": [self.schema(2, refers=False) for _ in range(2)],
            }
            for name in "ABC"
        }

    def schema(self, depth: int, *, refers: bool = True) -> Any:
        """A schema. One that applies to the same value does not refer: it might lead to itself, and mean nothing."""
        choose = self._random
        if depth == 0 or choose.random() < 0.2:
            references = [{"$ref": f"#/$defs/{name}"} for name in "ABC"] if refers else []
            return choose.choice([*LEAVES, *references])

        def inside() -> Any:
            return self.schema(depth - 1)

        def in_place() -> Any:
            return self.schema(depth - 1, refers=False)

        parts: dict[str, Any] = {
            "properties": {name: inside() for name in choose.sample(NAMES, 2)},
            "required": choose.sample(NAMES, 1),
            "additionalProperties": inside(),
            "propertyNames": {"pattern": "^[abz]"},
            "items": inside(),
            "oneOf": [in_place() for _ in range(3)],
            "anyOf": [in_place() for _ in range(2)],
            "allOf": [in_place() for _ in range(2)],
            "not": choose.choice(LEAVES),
            "if": choose.choice(LEAVES),
            "then": in_place(),
            "unevaluatedProperties": False,
            "dependentSchemas": {"a": in_place()},
        }
        return {keyword: parts[keyword] for keyword in choose.sample(sorted(parts), choose.randint(1, 4))}

    def value(self, depth: int) -> Any:
        choose = self._random
        kind = choose.random()
        if depth == 0 or kind < 0.25:
            return choose.choice([1, "x", "ab", None, True, 1.5])
        if kind < 0.75:
            return {name: self.value(depth - 1) for name in choose.sample((*NAMES, "zz"), 2)}
        return [self.value(depth - 1) for _ in range(choose.choice((0, 1, 3)))]

    def worst(self, explainer: Counting) -> Any:
        """The dearest value for its size that a short climb finds: it nests what was dear already."""
        best, dearest = self.value(3), 0.0
        for _ in range(25):
            candidate = self._random.choice(
                [
                    self.value(4),
                    {self._random.choice(NAMES): best},
                    [best],
                    {"a": best, "b": [1] * 5},
                    [best, 1],
                ]
            )
            if len(json.dumps(candidate)) > 3_000:
                continue
            cost = steps(explainer, candidate) / size(candidate)
            if cost >= dearest:
                best, dearest = candidate, cost
        return best


@pytest.mark.parametrize("seed", range(40))
def test_the_worst_values_that_a_search_finds_cost_steps_in_proportion(seed: int) -> None:
    contracts = Contracts(seed)
    definitions = contracts.definitions()
    schema = contracts.schema(3)
    explainer = counting(schema, definitions)
    worst = contracts.worst(explainer)
    schemas = json.dumps([schema, definitions]).count("{")
    assert steps(explainer, worst) <= 2 * schemas * size(worst)


@pytest.mark.parametrize("seed", range(120))
def test_faults_are_told_exactly_of_values_that_are_invalid(seed: int) -> None:
    contracts = Contracts(1_000 + seed)
    guard = guard_of(contracts.schema(3), contracts.definitions())
    for _ in range(10):
        value = contracts.value(4)
        found = guard.faults("body", value)
        assert guard.valid({"body": value}) == (not found)
        assert all(fault.reason != "does not follow the contract" for fault in found)


PLAIN: dict[str, Any] = {
    "type": "object",
    "required": ["id", "tags"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": ["integer", "null"], "minimum": 1},
        "tags": {"type": "array", "items": {"$ref": "#/$defs/Tag"}, "maxItems": 3},
        "kind": {"enum": ["a", "b"]},
    },
}
TAG: dict[str, Any] = {"Tag": {"allOf": [{"type": "string"}, {"minLength": 2, "pattern": "^[a-z]+$"}]}}


@pytest.mark.parametrize(
    "value",
    [
        {"id": 0, "tags": ["ab", "A", 1], "kind": "c", "x": 1, "y": 2},
        {"tags": "ab"},
        {"id": "1", "tags": ["ab"] * 4},
        [],
        None,
    ],
)
def test_listing_and_explaining_say_the_same(value: Any) -> None:
    document: dict[str, Any] = {"$defs": TAG, "properties": {"body": PLAIN}}
    listed = PlainFaults(document, Draft202012Validator(document)).faults("body", value)
    explained = Explainer(document, Draft202012Validator).faults("body", value)
    assert listed is not None
    assert set(listed) == set(explained)


@pytest.mark.parametrize(
    ("schema", "definitions", "value"),
    [
        pytest.param(TAGGED, {}, {}, id="alternatives"),
        pytest.param({"$ref": "#/$defs/Link"}, CHAIN, {"data": ["x"]}, id="leads-to-itself"),
        pytest.param({"if": True, "then": False}, {}, 1, id="condition"),
        pytest.param({"propertyNames": {"maxLength": 1}}, {}, {"ab": 1}, id="names"),
        pytest.param({"items": {"type": "integer"}}, {}, ["x"] * 129, id="many-values"),
        pytest.param(
            {"items": {"required": [str(n) for n in range(200)]}}, {}, [{}] * 6, id="many-faults-each"
        ),
        pytest.param({"pattern": "(?=a)(a*)*\\1b"}, {}, "a" * 40, id="no-comparison"),
    ],
)
def test_what_might_be_dear_is_not_listed(schema: Any, definitions: dict[str, Any], value: Any) -> None:
    document: dict[str, Any] = {"$defs": definitions, "properties": {"body": schema}}
    validator = make_validator(document)
    assert not validator.is_valid({"body": value})
    assert PlainFaults(document, validator).faults("body", value) is None


def test_no_more_faults_are_told_than_the_limit_where_they_are_listed() -> None:
    schema = {"items": {"required": ["a", "b", "c"]}}
    value: list[Any] = [{}] * 60
    document: dict[str, Any] = {"properties": {"body": schema}}
    listed = PlainFaults(document, make_validator(document)).faults("body", value)
    assert listed is not None
    assert len(listed) > MAX_FAULTS
    assert len(guard_of(schema).faults("body", value)) == MAX_FAULTS
