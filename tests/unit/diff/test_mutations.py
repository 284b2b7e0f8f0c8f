"""One change of a known kind, anywhere in a contract, is found, judged rightly by direction, and shown by a witness."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from accord.diff import Breaking, diff
from tests.unit.diff.support import bad, body, compare, confirmed, load, proofs, response

Mutation = Callable[[dict[str, Any]], None]


def base(source: Random, depth: int = 3) -> dict[str, Any]:
    """An object as people write them, with one value of each kind and more of it inside."""
    properties: dict[str, Any] = {
        "text": {"type": "string", "minLength": 2, "maxLength": 9, "pattern": "^[a-z]*$"},
        "free": {"type": "string"},
        "day": {"type": "string", "format": "date"},
        "count": {"type": "integer", "minimum": 1, "maximum": 90},
        "ratio": {"type": "number", "multipleOf": 0.5},
        "kind": {"type": "string", "enum": ["a", "b", "c"]},
        "flag": {"type": ["boolean", "null"]},
        "list": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 4},
        "other": {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "boolean"}}]},
    }
    if depth:
        inner = base(source, depth - 1)
        properties["inner"] = {"type": "array", "items": inner} if source.random() < 0.5 else inner
    return {"type": "object", "properties": properties, "required": ["text", "count"]}


def anywhere(source: Random, schema: dict[str, Any]) -> dict[str, Any]:
    """The object itself, or one further inside."""
    while source.random() < 0.6 and "inner" in schema["properties"]:
        inner = schema["properties"]["inner"]
        schema = inner["items"] if inner["type"] == "array" else inner
    return schema


def put(name: str, **keywords: Any) -> Mutation:
    return lambda schema: schema["properties"][name].update(keywords)


def drop(name: str, keyword: str) -> Mutation:
    return lambda schema: schema["properties"][name].pop(keyword)


def demand(schema: dict[str, Any]) -> None:
    schema["required"] = [*schema["required"], "kind"]


def demand_new(schema: dict[str, Any]) -> None:
    schema["properties"]["new"] = {"type": "string"}
    schema["required"] = [*schema["required"], "new"]


def close(schema: dict[str, Any]) -> None:
    del schema["properties"]["day"]
    schema["additionalProperties"] = False


NARROWER: Final[dict[str, Mutation]] = {
    "min-length-increased": put("text", minLength=3),
    "max-length-decreased": put("text", maxLength=8),
    "pattern-changed": put("text", pattern="^[a-y]*$"),
    "format-added": put("free", format="uuid"),
    "format-changed": put("day", format="date-time"),
    "minimum-increased": put("count", minimum=2),
    "maximum-decreased": put("count", maximum=89),
    "exclusive": put("count", exclusiveMinimum=1),
    "multiple-of-changed": put("ratio", multipleOf=1.5),
    "type-changed": put("ratio", type="string"),
    "type-narrowed": put("ratio", type="integer"),
    "value-removed": put("kind", enum=["a", "b"]),
    "value-replaced": put("kind", enum=["a", "b", "d"]),
    "null-removed": put("flag", type="boolean"),
    "min-items-increased": put("list", minItems=2),
    "max-items-decreased": put("list", maxItems=3),
    "unique-items-added": put("list", uniqueItems=True),
    "items-changed": put("list", items={"type": "integer"}),
    "contains-added": put("list", contains={"const": "x"}),
    "branch-removed": put("other", anyOf=[{"type": "integer"}]),
    "branch-narrowed": put("other", anyOf=[{"type": "integer", "minimum": 0}, {"type": "array"}]),
    "one-of-overlaps": put("other", oneOf=[{"type": "integer"}, {"type": "array"}, {"const": 3}]),
    "not-added": put("text", **{"not": {"const": "abc"}}),
    "if-added": put("text", **{"if": {"minLength": 5}, "then": {"pattern": "z"}}),
    "required-added": demand,
    "required-property-added": demand_new,
    "closed": close,
    "dependent-required": lambda schema: schema.update(dependentRequired={"kind": ["flag"]}),
    "dependent-schemas": lambda schema: schema.update(dependentSchemas={"kind": {"required": ["day"]}}),
    "property-names": lambda schema: schema.update(propertyNames={"maxLength": 4}),
    "max-properties": lambda schema: schema.update(maxProperties=3),
    "min-properties": lambda schema: schema.update(minProperties=3),
}


@pytest.mark.parametrize("kind", NARROWER)
@pytest.mark.parametrize("seed", range(3))
def test_narrower_breaks_requests_and_wider_breaks_responses(kind: str, seed: int, tmp_path: Path) -> None:
    source = Random(f"{kind} {seed}")
    wide = base(source)
    narrow = copy.deepcopy(wide)
    state = source.getstate()
    NARROWER[kind](anywhere(source, narrow))
    source.setstate(state)
    for make, old, new, breaks in (
        (body, wide, narrow, True),
        (body, narrow, wide, False),
        (response, narrow, wide, True),
        (response, wide, narrow, False),
    ):
        report = compare(make(old), make(new), tmp_path)
        assert report.changes, "it is told in any case"
        if not breaks and kind in {"format-changed", "items-changed", "type-changed", "value-replaced"}:
            continue  # neither wider nor narrower
        if kind == "closed" and make is response:
            continue  # an undeclared property is never sent, so that nothing follows for responses
        if kind in {"multiple-of-changed", "branch-narrowed"} and not breaks:
            continue
        assert bool(bad(report)) == breaks, [(c.message, c.verdict) for c in report.changes]
        if breaks:
            verdicts = [change.verdict for change in bad(report)]
            assert all(isinstance(v, Breaking) and v.witness is not None for v in verdicts), verdicts
            assert all(confirmed(proof) for proof in proofs(report))


def test_one_shared_schema_is_one_change_for_all_operations(tmp_path: Path) -> None:
    def of(most: int) -> dict[str, Any]:
        document = body({"$ref": "#/components/schemas/Name"}, Name={"type": "string", "maxLength": most})
        post = document["paths"]["/things"]["post"]
        document["paths"] = {f"/things{n}": {"post": copy.deepcopy(post)} for n in range(20)}
        return document

    report = compare(of(9), of(8), tmp_path)
    (change,) = bad(report)
    assert (change.code, len(change.operations)) == ("max-length-decreased", 20)
    assert change.new is not None
    assert (change.new.schema, change.direction) == ("Name", "request")


def test_schemas_that_contain_themselves(tmp_path: Path) -> None:
    def tree(most: int) -> dict[str, Any]:
        node = {
            "type": "object",
            "properties": {
                "name": {"type": "string", "maxLength": most},
                "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
            },
        }
        return body({"$ref": "#/components/schemas/Node"}, Node=node)

    assert bad(compare(tree(4), tree(5), tmp_path)) == []
    (change,) = bad(compare(tree(5), tree(4), tmp_path))
    assert change.site.instance == "/name"


def test_a_fingerprint_survives_moves_and_reformatting(tmp_path: Path) -> None:
    def of(most: int, extra: int) -> dict[str, Any]:
        shared: Any = {"Other": {"type": "integer"}} if extra else {}
        document = body(
            {"$ref": "#/components/schemas/Name"}, Name={"type": "string", "maxLength": most}, **shared
        )
        if extra:
            document["paths"]["/more"] = copy.deepcopy(document["paths"]["/things"])
        return document

    (change,) = bad(compare(of(9, 0), of(8, 0), tmp_path))
    (other,) = bad(compare(of(9, 1), of(8, 1), tmp_path))
    (another,) = bad(compare(of(9, 0), of(7, 0), tmp_path))
    assert change.fingerprint == other.fingerprint != another.fingerprint


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_chain_of_shared_schemas_under_many_operations(wrapped: bool, tmp_path: Path) -> None:
    def of(most: int) -> dict[str, Any]:
        chain: Any = {
            f"S{n}": {"type": "object", "properties": {"next": {"$ref": f"#/components/schemas/S{n + 1}"}}}
            for n in range(400)
        }
        chain["S400"] = {"type": "string", "maxLength": most}
        first: Any = {"$ref": "#/components/schemas/S0"}
        document = body({"type": "array", "items": first} if wrapped else first, **chain)
        post = document["paths"]["/things"]["post"]
        document["paths"] = {f"/things{n}": {"post": copy.deepcopy(post)} for n in range(200)}
        return document

    old, new = load(of(9), tmp_path, "old"), load(of(8), tmp_path, "new")
    start = time.process_time()
    (change,) = bad(diff(old, new))
    assert len(change.operations) == 200
    assert time.process_time() - start < 5, "CPU seconds: not operations times schemas"
