"""The guard document, compiled as the runtime compiles it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from accord.contract.schema import Assertions, StringAssertions
from accord.emit.python.guard import Formats, Guard
from accord.validators import make_validator
from tests.unit.emit.schemas import AT, load_schemas, ref

USER = """
    User:
      type: object
      required: [id, name, password]
      properties:
        id: {type: integer, format: int32, readOnly: true}
        name: {type: string}
        password: {type: string, writeOnly: true}
        born: {type: string, format: date}
        friends: {type: array, items: {$ref: '#/components/schemas/User'}}
    Note: {type: object, additionalProperties: false, properties: {text: {type: string}}}
    """


def guard_of(folder: Path, formats: Formats = "assert", *, components: str = USER) -> Guard:
    return Guard(load_schemas(folder, components), formats)


def compiled(guard: Guard) -> jsonschema_rs.Draft202012Validator:
    return make_validator(guard.document())


def test_views_stand_beside_each_other(tmp_path: Path) -> None:
    guard = guard_of(tmp_path)
    guard.add("create.body.application/json", ref("User"), "request")
    guard.add("read.200.application/json", ref("User"), "response")
    guard.add("note", ref("Note"), "request")
    check = compiled(guard)
    sent: dict[str, Any] = {"name": "a", "password": "b"}
    answered: dict[str, Any] = {"id": 1, "name": "a"}

    assert list(guard.document()["$defs"]) == ["User", "User:request", "Note"]  # type: ignore[arg-type]
    assert check.is_valid({"create.body.application/json": sent | {"friends": [sent]}})
    assert not check.is_valid({"create.body.application/json": answered})
    assert check.is_valid({"read.200.application/json": answered | {"friends": [answered]}})
    assert not check.is_valid({"read.200.application/json": answered | {"friends": [sent]}})
    assert not check.is_valid({"read.200.application/json": answered | {"password": "b"}})
    assert not check.is_valid({"note": {"other": 1}})


@pytest.mark.parametrize(("formats", "accepted"), [("assert", False), ("annotate", True)])
def test_formats_may_be_annotations_but_integer_bounds_stay(
    tmp_path: Path, formats: Formats, accepted: bool
) -> None:
    guard = guard_of(tmp_path, formats)
    guard.add("user", ref("User"), "response")
    check = compiled(guard)

    assert check.is_valid({"user": {"id": 1, "name": "a", "born": "yesterday"}}) is accepted
    assert not check.is_valid({"user": {"id": 2**31, "name": "a"}})


def test_parameters_by_location(tmp_path: Path) -> None:
    guard = guard_of(tmp_path)
    integer = Assertions(types=("integer",), span=AT)
    guard.add_parameters(
        "list.parameters",
        {"query": {"limit": (integer, False)}, "path": {"id": (integer, True)}, "header": {}},
    )
    check = compiled(guard)

    assert check.is_valid({"list.parameters": {"query": {}, "path": {"id": 3}}})
    assert check.is_valid({"list.parameters": {"query": {"limit": 1}, "path": {"id": 3}, "header": {}}})
    assert not check.is_valid({"list.parameters": {"query": {"limit": "1"}, "path": {"id": 3}}})
    assert not check.is_valid({"list.parameters": {"query": {}, "path": {}}})


def test_rejected_patterns_are_reported_once_at_their_place(tmp_path: Path) -> None:
    guard = guard_of(
        tmp_path,
        components="""
        Bad: {type: object, properties: {a: {type: string, pattern: '[^]', maxLength: 3}, b: {type: string, pattern: '^\\d+$'}}}
        """,
    )
    guard.add("one", ref("Bad"), "request")
    guard.add("two", ref("Bad"), "response")
    check = compiled(guard)

    assert check.is_valid({"one": {"a": "any", "b": "12"}})
    assert not check.is_valid({"one": {"a": "long"}})
    assert not check.is_valid({"one": {"b": "x"}})
    (found,) = guard.diagnostics
    assert found.code == "pattern-unsupported"
    assert "'[^]'" in found.message
    assert found.span.line > 1


def test_inline_schemas_keep_all_that_types_cannot_say(tmp_path: Path) -> None:
    guard = guard_of(
        tmp_path,
        components="""
        Strict:
          type: array
          uniqueItems: true
          contains: {const: 1}
          not: {maxItems: 1}
          if: {minItems: 4}
          then: {items: {type: integer}}
        """,
    )
    guard.add("it", ref("Strict"), "request")
    check = compiled(guard)

    assert check.is_valid({"it": [1, "a"]})
    wrongs: tuple[object, ...] = ([1], [1, 1], [2, 3], [1, 2, 3, "a"], {})
    for wrong in wrongs:
        assert not check.is_valid({"it": wrong}), wrong


def test_cycles_of_references_do_no_harm(tmp_path: Path) -> None:
    guard = guard_of(
        tmp_path,
        components="""
        A: {anyOf: [{$ref: '#/components/schemas/B'}, {type: string}]}
        B: {allOf: [{$ref: '#/components/schemas/A'}]}
        T: {type: object, properties: {t: {$ref: '#/components/schemas/T'}}}
        """,
    )
    guard.add("a", ref("A"), "request")
    guard.add("t", ref("T"), "request")
    check = compiled(guard)

    assert check.is_valid({"a": "x", "t": {"t": {}}})
    assert not check.is_valid({"t": {"t": 1}})


def test_key_may_hold_anything(tmp_path: Path) -> None:
    guard = guard_of(tmp_path)
    key = 'GET /a/{b}"~1.200.application/json; q="x"'
    guard.add(key, Assertions(string=StringAssertions(max_length=1), span=AT), "response")

    assert not compiled(guard).is_valid({key: "xx"})
    assert compiled(guard).is_valid({key: "x"})
