"""What is called compatible is: random schemas, many values of the smaller side, and no contradiction."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Final

import pytest
from jsonschema_rs import Draft202012Validator

from accord.contract.model import Api
from accord.diff.proof.decide import Decider
from accord.diff.proof.equality import SchemaEquality
from accord.diff.proof.node import Intersection
from accord.diff.proof.reader import SchemaReader
from accord.diff.proof.transfer import Transfer
from accord.diff.witness.counterexamples import Counterexamples
from tests.unit.diff.schemas import Json, JsonObject, Schemas, value
from tests.unit.diff.support import body, compare, confirmed, load, proofs, response

VALUES: Final = [value(Random(seed)) for seed in range(1_000)]
ROUNDS: Final = 40


class Pair:
    """Two random schemas that have much in common, each with a named schema that may contain itself."""

    def __init__(self, seed: int, folder: Path) -> None:
        source = Random(seed)
        schemas = Schemas(source, ("R",))
        named: JsonObject = {"R": schemas.schema(2)}
        other = named if source.random() < 0.5 else {"R": schemas.changed(named["R"])}
        first = schemas.schema()
        second = schemas.changed(first) if source.random() < 0.8 else schemas.schema()
        sides: list[tuple[Json, JsonObject]] = [(first, named), (second, other)]
        source.shuffle(sides)
        self.documents = sides
        self.apis = [
            load(_contract(root, more), folder, f"side{index}") for index, (root, more) in enumerate(sides)
        ]
        self.validators = [_validator(root, more) for root, more in sides]
        self.decider = decider(*self.apis)
        self.roots = [Intersection((api.schemas["S"].schema,)) for api in self.apis]


def _contract(root: Json, named: JsonObject) -> JsonObject:
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": {"S": root, **named}},
    }


def _validator(root: Json, named: JsonObject) -> Draft202012Validator:
    text = json.dumps({"$ref": "#/$defs/S", "$defs": {"S": root, **named}})
    return Draft202012Validator(json.loads(text.replace("#/components/schemas/", "#/$defs/")))


def decider(old: Api, new: Api) -> Decider:
    transfer = Transfer("request", "old")
    readers = SchemaReader(old.schemas, "request", "sender"), SchemaReader(new.schemas, "request", "receiver")
    return Decider(*readers, SchemaEquality(old.schemas, new.schemas), transfer)


@pytest.mark.parametrize("block", range(10))
def test_no_value_contradicts_a_proof(block: int, tmp_path: Path) -> None:
    proved = accepted = 0
    for seed in range(block * ROUNDS, (block + 1) * ROUNDS):
        pair = Pair(seed, tmp_path)
        if not pair.decider.proved(pair.decider.pair(*pair.roots)):
            continue
        proved += 1
        counterexamples = Counterexamples(pair.decider)
        own = [
            *counterexamples.values(pair.roots[0], pair.roots[1]),
            *counterexamples.sampler.fitting(pair.roots[0], seed=seed),
        ]
        smaller, larger = pair.validators
        for candidate in (*VALUES, *own):
            if smaller.is_valid(candidate):
                accepted += 1
                assert larger.is_valid(candidate), (seed, pair.documents, candidate)
    assert proved > ROUNDS / 5
    assert accepted > 100


@pytest.mark.parametrize("block", range(10))
def test_what_values_refute_is_not_proved_and_most_of_it_gets_a_witness(block: int, tmp_path: Path) -> None:
    refuted = shown = 0
    for seed in range(block * ROUNDS, (block + 1) * ROUNDS):
        pair = Pair(seed, tmp_path)
        smaller, larger = pair.validators
        if not any(smaller.is_valid(v) and not larger.is_valid(v) for v in VALUES):
            continue
        refuted += 1
        assert not pair.decider.proved(pair.decider.pair(*pair.roots)), (seed, pair.documents)
        found = Counterexamples(pair.decider).values(pair.roots[0], pair.roots[1])
        shown += any(not pair.decider.takes(pair.roots[1], value) for value in found)
    assert refuted > ROUNDS / 10
    assert shown >= 0.9 * refuted


def test_the_same_schemas_are_proved_both_ways(tmp_path: Path) -> None:
    for seed in range(100):
        schemas = Schemas(Random(seed), ("R",))
        document = _contract(schemas.schema(), {"R": schemas.schema(2)})
        old, new = load(document, tmp_path, "old"), load(document, tmp_path, "new")
        judge = decider(old, new)
        roots = [Intersection((api.schemas["S"].schema,)) for api in (old, new)]
        assert judge.proved(judge.pair(*roots)), seed


def test_nothing_undeclared_is_sent(tmp_path: Path) -> None:
    old: JsonObject = {"type": "object", "properties": {"a": {"type": "string"}}}
    new: JsonObject = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
    apis = [load(_contract(side, {}), tmp_path, name) for name, side in (("old", old), ("new", new))]
    judge = decider(apis[0], apis[1])
    roots = [Intersection((api.schemas["S"].schema,)) for api in apis]
    assert judge.proved(judge.pair(*roots))
    assert all(
        set(v) <= {"a"} for v in Counterexamples(judge).values(roots[0], roots[1]) if isinstance(v, dict)
    )


@pytest.mark.parametrize("block", range(5))
def test_every_witness_of_random_contracts_is_confirmed(block: int, tmp_path: Path) -> None:
    shown = 0
    for seed in range(block * ROUNDS, (block + 1) * ROUNDS):
        schemas = Schemas(Random(seed))
        old = schemas.schema()
        make = body if seed % 2 else response
        report = compare(make(old), make(schemas.changed(old)), tmp_path)
        for proof in proofs(report):
            shown += 1
            assert confirmed(proof), (seed, proof.instance)
    assert shown > ROUNDS / 8


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/S"}]},
        {"type": "null", "if": {"$ref": "#/components/schemas/S"}},
    ],
)
def test_what_a_schema_says_by_itself_alone_proves_nothing(schema: JsonObject, tmp_path: Path) -> None:
    sides: list[JsonObject] = [schema, {"type": "string"}]
    apis = [load(_contract(side, {}), tmp_path, f"side{index}") for index, side in enumerate(sides)]
    judge = decider(apis[0], apis[1])
    roots = [Intersection((api.schemas["S"].schema,)) for api in apis]
    assert not judge.proved(judge.pair(roots[0], roots[1]))
