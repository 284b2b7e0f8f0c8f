"""Fresh bodies: new texts where the contract leaves them open, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from accord.testing.exchange import Exchange, Response
from accord.testing.fresh import fresh_bodies, shuffled
from tests.unit.testing.support import contract, exchange

USER = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z][a-z0-9]{2,15}$"},
        "email": {"type": "string", "format": "email"},
        "kind": {"enum": ["admin", "guest"]},
        "version": {"const": "v1"},
        "born": {"type": "string", "format": "date"},
        "code": {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{6}$"},
        "tags": {"type": "array", "items": {"type": "string", "minLength": 30}},
        "age": {"type": "integer"},
    },
}
FULL = {
    "name": "ada",
    "email": "ada@example.org",
    "kind": "admin",
    "version": "v1",
    "born": "1815-12-10",
    "code": "ABC-123456",
    "tags": ["x" * 30],
    "age": 36,
}


def sample(folder: Path, schema: Any, body: bytes, media_type: str = "application/json") -> Any:
    data = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/users": {
                "post": {
                    "requestBody": {"content": {media_type: {"schema": schema}}},
                    "responses": {"201": {"description": "made"}},
                }
            }
        },
    }
    where = contract(folder, data)
    sent: Exchange = exchange(
        where, "POST /users", Response(status=409), body=body, headers=(("Content-Type", media_type),)
    )
    return where, sent


def test_every_open_text_is_new_and_the_rest_is_kept(tmp_path: Path) -> None:
    where, sent = sample(tmp_path, USER, json.dumps(FULL).encode())
    bodies = [json.loads(body) for body in fresh_bodies(where, sent)]
    first = bodies[0]
    changed = {name for name in FULL if first[name] != FULL[name]}
    assert changed == {"name", "email", "born", "code", "tags"}
    assert where.is_valid(where.operations["POST /users"].body.content[0].schema, "request", first)
    again = json.loads(next(fresh_bodies(where, sent)))
    assert again["name"] != first["name"]
    singles = [{name for name in FULL if body[name] != FULL[name]} for body in bodies[1:]]
    assert all(len(single) == 1 for single in singles)
    assert {"name"} in singles


@pytest.mark.parametrize("schema", [{"const": "a"}, {"enum": ["a", "guest"]}])
def test_a_text_that_may_not_change_gives_no_body(tmp_path: Path, schema: Any) -> None:
    where, sent = sample(tmp_path, {"properties": {"x": schema}}, b'{"x": "a"}')
    assert list(fresh_bodies(where, sent)) == []


def test_forms_are_renewed_too(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"user": {"type": "string"}}}
    where, sent = sample(tmp_path, schema, b"user=ada%20l", "application/x-www-form-urlencoded")
    (body,) = fresh_bodies(where, sent)
    assert parse_qs(body.decode())["user"] != ["ada l"]


@pytest.mark.parametrize("body", [b"{", b"", b"17", b"\xff"])
def test_what_holds_no_text_is_left_alone(tmp_path: Path, body: bytes) -> None:
    where, sent = sample(tmp_path, {}, body)
    assert list(fresh_bodies(where, sent)) == []


def test_shuffling_keeps_the_shape() -> None:
    texts = {shuffled("Ab-9z") for _ in range(50)}
    assert len(texts) > 10
    assert all(t[0].isupper() and t[1].islower() and t[2] == "-" and t[3].isdigit() for t in texts)
