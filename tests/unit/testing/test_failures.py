"""Failures of Schemathesis: which of them hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from schemathesis.openapi.checks import AuthScenario, IgnoredAuth

from accord.testing.checks import Rules
from accord.testing.exchange import Answer
from accord.testing.failures import assess
from tests.unit.testing.support import contract, exchange

FLOWS = {"clientCredentials": {"tokenUrl": "/token", "scopes": {}}}
SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "login": {"type": "oauth2", "flows": FLOWS},
}
TOKEN = (("Authorization", "Bearer t"),)


@pytest.mark.parametrize(
    ("security", "headers", "holds"),
    [
        ([{"login": []}, {"key": []}], TOKEN, False),
        ([{"login": []}, {"key": []}], (), True),
        ([{"key": []}], TOKEN, True),
        ([{"key": []}], (("X-Key", "k"),), True),
    ],
)
def test_a_token_that_schemathesis_cannot_take_away_proves_nothing(
    tmp_path: Path, security: list[Any], headers: tuple[tuple[str, str], ...], holds: bool
) -> None:
    operation = {"security": security, "responses": {"204": {"description": "done"}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"get": operation}},
        "components": {"securitySchemes": SCHEMES},
    }
    loaded = contract(tmp_path, document)
    failure = IgnoredAuth(operation="GET /things", message="answered 204", scenario=AuthScenario.NO_AUTH)
    sent = exchange(loaded, "GET /things", Answer(status=204), headers=headers)
    found = assess(Rules(contract=loaded), failure, sent)
    assert found.breach.code == "auth-ignored"
    assert (found.excuse == "") is holds
