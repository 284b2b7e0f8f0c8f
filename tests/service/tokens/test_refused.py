"""Tokens that are rejected, by every operation of the contracts that takes one."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from impl.core.signing import SigningKey
from tests.service.api.support import KEY, PASSWORD, Caller, sign_up
from tests.service.tokens.conftest import OLD_SECRET, PRIVATE, new_private_key

ROOT = Path(__file__).resolve().parents[3]
METHODS = ("get", "put", "post", "patch", "delete")
PUBLIC = SigningKey.from_private(PRIVATE).public


def operations(version: str, scheme: str) -> Iterator[tuple[str, str, bool]]:
    """Method, path and whether credentials may be left out, of every operation that takes *scheme*."""
    contract = json.loads((ROOT / f"generated/{version}/openapi.json").read_text())
    for path, item in contract["paths"].items():
        for method in METHODS:
            operation = item.get(method)
            if operation is None:
                continue
            security = operation.get("security", contract.get("security", []))
            if any(scheme in requirement for requirement in security):
                yield method.upper(), path.replace("{itemId}", "1"), {} in security


def _claims(good: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def _signed(claims: dict[str, Any], key: str = OLD_SECRET, algorithm: str = "HS256", **header: Any) -> str:
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "then", "typ": "at+jwt", **header})


def _raw(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def _confused(claims: dict[str, Any], kid: str) -> str:
    """The public key used as the secret of an HMAC; the library would not even sign so."""
    import hashlib
    import hmac

    unsigned = _raw({"alg": "HS256", "kid": kid, "typ": "at+jwt"}, claims).rpartition(".")[0]
    mac = hmac.new(PUBLIC.encode(), unsigned.encode(), hashlib.sha256).digest()
    return f"{unsigned}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


_PAST = datetime.now(UTC) - timedelta(seconds=1)
HOSTILE: dict[str, Callable[[dict[str, Any]], str]] = {
    "forged with another secret": lambda c: _signed(c, "a secret that an attacker made up, 32 bytes"),
    "forged with another private key": lambda c: _signed(c, new_private_key(), "EdDSA", kid="now"),
    "expired": lambda c: _signed(_claims(c, exp=_PAST)),
    "from the future": lambda c: _signed(_claims(c, iat=datetime.now(UTC) + timedelta(hours=1))),
    "for another audience": lambda c: _signed(_claims(c, aud="another-service")),
    "of another issuer": lambda c: _signed(_claims(c, iss="another-issuer")),
    "without an end": lambda c: _signed(_claims(c, exp=None)),
    "without a sign-in": lambda c: _signed(_claims(c, sid=None)),
    "of another sign-in": lambda c: _signed(_claims(c, sid="made-up")),
    "of another user": lambda c: _signed(_claims(c, sub=str(int(c["sub"]) + 1))),
    "alg none": lambda c: _raw({"alg": "none", "kid": "then", "typ": "at+jwt"}, c),
    "alg None": lambda c: _raw({"alg": "None", "kid": "now", "typ": "at+jwt"}, c),
    "alg none, signed": lambda c: _raw({"alg": "none", "kid": "now", "typ": "at+jwt"}, c, b"x"),
    "a public key as a secret": lambda c: _confused(c, "now"),
    "a public key as the other secret": lambda c: _confused(c, "then"),
    "a secret under the name of a key pair": lambda c: _signed(c, kid="now"),
    "under an unknown name": lambda c: _signed(c, kid="later"),
    "under no name": lambda c: _raw({"alg": "HS256", "typ": "at+jwt"}, c, b"x"),
    "of another type": lambda c: _signed(c, typ="JWT"),
    "with a key of its own": lambda c: _signed(c, "k" * 40, jwk={"kty": "oct", "k": "a2tra2s"}),
}


@pytest.fixture
def good(anybody: Caller) -> dict[str, Any]:
    """The claims of a token that is good."""
    token = sign_up(anybody).headers["Authorization"].removeprefix("Bearer ")
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def _ask(anybody: Caller, method: str, path: str, token: str) -> Any:
    return anybody.send(method, path, headers={"Authorization": f"Bearer {token}"})


def test_the_forger_of_these_tests_can_make_good_ones(anybody: Caller, good: dict[str, Any]) -> None:
    assert _ask(anybody, "GET", "/users/me", _signed(good)).status_code == 200
    assert _ask(anybody, "GET", "/users/me", _signed(good, PRIVATE, "EdDSA", kid="now")).status_code == 200


@pytest.mark.parametrize("kind", HOSTILE)
def test_every_operation_rejects_it(anybody: Caller, good: dict[str, Any], kind: str) -> None:
    token = HOSTILE[kind](good)
    seen = 0
    for method, path, _ in operations(anybody.version, "oauth2"):
        response = _ask(anybody, method, path, token)
        assert (response.status_code, path) == (401, path)
        assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
        assert token not in response.text
        seen += 1
    assert seen >= 10


def test_every_operation_rejects_tokens_of_a_sign_in_that_ended(anybody: Caller) -> None:
    caller = sign_up(anybody)
    form = {"grant_type": "password", "username": caller.name, "password": PASSWORD}
    tokens = anybody.post("/token", data=form).json()
    other = anybody.post("/token", data=form).json()
    assert _ask(anybody, "GET", "/users/me", tokens["access_token"]).status_code == 200
    response = anybody.post("/token/revocation", data={"token": tokens["refresh_token"]})
    assert (response.status_code, response.content) == (200, b"")
    for token in (tokens["access_token"], tokens["refresh_token"]):
        for method, path, _ in operations(anybody.version, "oauth2"):
            assert _ask(anybody, method, path, token).status_code == 401
    # Another sign-in of the same user goes on.
    assert _ask(anybody, "GET", "/users/me", other["access_token"]).status_code == 200
    assert anybody.post("/token/revocation", data={"token": other["access_token"]}).status_code == 200
    assert _ask(anybody, "GET", "/users/me", other["access_token"]).status_code == 401
    again = {"grant_type": "refresh_token", "refresh_token": other["refresh_token"]}
    assert anybody.post("/token", data=again).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("token", ["nonsense", "rt_nonsense", "a.b.c", "\u00e9", "x" * 4000])
def test_revoking_what_is_no_token_tells_nothing(anybody: Caller, token: str) -> None:
    assert anybody.post("/token/revocation", data={"token": token}).status_code == 200


def test_every_operation_with_a_key_rejects_none_and_wrong_ones(anybody: Caller) -> None:
    seen = 0
    for method, path, optional in operations(anybody.version, "apiKey"):
        assert not optional
        assert anybody.send(method, path).status_code == 401
        for wrong in (KEY + "x", KEY[:-1], "x"):
            assert anybody.send(method, path, headers={"X-API-Key": wrong}).status_code == 403
        seen += 1
    assert seen == 2
