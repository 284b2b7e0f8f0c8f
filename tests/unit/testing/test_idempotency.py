"""Every request that may be repeated by a key is sent under a key of its own; what the contract forbids stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accord.testing.idempotency import with_own_keys
from tests.unit.testing.support import contract

KEY = "00000000-0000-0000-0000-000000000000"


def _data(schema: dict[str, Any] | None) -> dict[str, Any]:
    parameters = [] if schema is None else [{"name": "Idempotency-Key", "in": "header", "schema": schema}]
    response = {"204": {"description": "Done."}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Keys", "version": "1"},
        "paths": {"/things": {"post": {"parameters": parameters, "responses": response}}},
    }


def _sent(folder: Path, schema: dict[str, Any] | None, key: str) -> str:
    loaded = contract(folder, _data(schema))
    headers = (("X-Other", KEY), ("idempotency-key", key))
    other, own = with_own_keys(loaded, loaded.operations["POST /things"], headers)
    assert other == ("X-Other", KEY)
    assert own[0] == "idempotency-key"
    return own[1]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "minLength": 16, "maxLength": 64},
        {"type": "string", "pattern": "^[0-9]{8}-[0-9-]{27}$"},
    ],
)
def test_a_valid_key_is_never_sent_twice(tmp_path: Path, schema: dict[str, Any]) -> None:
    sent = {_sent(tmp_path, schema, KEY) for _ in range(3)}
    assert len(sent) == 3
    assert KEY not in sent


def test_a_key_that_the_contract_forbids_is_sent_as_it_is(tmp_path: Path) -> None:
    assert _sent(tmp_path, {"type": "string", "maxLength": 3}, KEY) == KEY
    assert _sent(tmp_path, {"type": "string", "minLength": 16}, "short") == "short"


def test_a_key_that_nothing_else_can_stand_for_stays(tmp_path: Path) -> None:
    assert _sent(tmp_path, {"const": KEY}, KEY) == KEY


def test_a_header_that_the_operation_does_not_declare_stays(tmp_path: Path) -> None:
    assert _sent(tmp_path, None, KEY) == KEY
