"""A token that is signed well and says nonsense is no token."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from impl.core.errors import InvalidToken, TokenErrorCode, TokenRefused
from impl.core.principals import USER_SCOPES
from impl.core.signing import SigningKey
from impl.core.tokens import TokenPolicy, Tokens, parse_scopes

KEY = SigningKey.from_secret("a secret of the tests, longer than 32 bytes", kid="k")
OTHER = SigningKey.from_secret("another secret of the tests, over 32 bytes", kid="o")
TOKENS = Tokens([KEY], TokenPolicy(issuer="us", audience="them", lifetime=timedelta(minutes=5)))


def signed(*, key: SigningKey = KEY, header: dict[str, Any] | None = None, **changed: Any) -> str:
    """A token of this moment; a time among *changed* is told as its distance from now."""
    now = datetime.now(UTC)
    claims: dict[str, Any] = {
        "iss": "us",
        "aud": "them",
        "sub": "7",
        "sid": "s",
        "iat": now,
        "exp": now + timedelta(minutes=1),
        "jti": "j",
        "scope": " ".join(USER_SCOPES),
    }
    claims |= {
        name: now + value if isinstance(value, timedelta) else value for name, value in changed.items()
    }
    present = {name: value for name, value in claims.items() if value is not ...}
    named = {"kid": "k", "typ": "at+jwt"} | (header or {})
    return jwt.encode(present, key.private or "", algorithm=key.algorithm, headers=named)


@pytest.mark.parametrize(("subject", "user_id"), [("1", 1), ("7", 7), (str(2**63 - 1), 2**63 - 1)])
def test_a_token_says_whose_it_is(subject: str, user_id: int) -> None:
    claims = TOKENS.read(signed(sub=subject))

    assert (claims.user_id, claims.sign_in_id, claims.scopes) == (user_id, "s", frozenset(USER_SCOPES))


def test_scopes_that_are_not_known_any_more_are_left_out() -> None:
    assert TOKENS.read(signed(scope=f"{USER_SCOPES[0]} old")).scopes == {USER_SCOPES[0]}
    assert TOKENS.read(signed(scope="")).scopes == frozenset()


@pytest.mark.parametrize(
    "changed",
    [
        {"sub": "0"},
        {"sub": "-1"},
        {"sub": "+1"},
        {"sub": "1.0"},
        {"sub": " 1"},
        {"sub": "1_0"},
        {"sub": ""},
        {"sub": "ada"},
        {"sub": "\u0661"},  # a digit, and not one of ours
        {"sub": "\u00b2"},
        {"sub": str(2**63)},
        {"sub": "0" * 19 + "1"},
        {"sub": "9" * 5000},
        {"scope": list(USER_SCOPES)},
        {"scope": None},
        {"scope": 1},
        {"sid": 1},
        {"sid": None},
        {"sid": ["s"]},
        {"iss": "others"},
        {"aud": "others"},
        {"exp": -timedelta(minutes=1)},
        {"iat": timedelta(minutes=1)},
        *({name: ...} for name in ("iss", "aud", "sub", "sid", "iat", "exp", "jti", "scope")),
    ],
    ids=str,
)
def test_claims_that_mean_nothing_here_are_rejected(changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidToken):
        TOKENS.read(signed(**changed))


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"typ": ""}, {"kid": "o"}, {"kid": "K"}])
def test_headers_that_mean_nothing_here_are_rejected(header: dict[str, Any]) -> None:
    with pytest.raises(InvalidToken):
        TOKENS.read(signed(header=header))


def test_the_name_of_a_key_opens_that_key_only() -> None:
    both = Tokens([KEY, OTHER], TokenPolicy(issuer="us", audience="them", lifetime=timedelta(minutes=5)))

    assert both.read(signed(key=OTHER, header={"kid": "o"})).user_id == 7
    with pytest.raises(InvalidToken):
        both.read(signed(key=OTHER))


@pytest.mark.parametrize("text", [None, "", " ", "   "])
def test_who_asks_for_no_scope_gets_all(text: str | None) -> None:
    assert parse_scopes(text) == USER_SCOPES


@pytest.mark.parametrize("text", ["X", f"{USER_SCOPES[0]} X", USER_SCOPES[0].upper(), f"{USER_SCOPES[0]}\t"])
def test_a_scope_that_is_not_known_is_rejected_as_such(text: str) -> None:
    with pytest.raises(TokenRefused) as caught:
        parse_scopes(text)

    assert caught.value.code is TokenErrorCode.INVALID_SCOPE


def test_scopes_come_in_the_order_of_the_service_and_once() -> None:
    assert parse_scopes("  ".join([*reversed(USER_SCOPES), USER_SCOPES[0]])) == USER_SCOPES
    assert parse_scopes(f" {USER_SCOPES[-1]} ") == USER_SCOPES[-1:]


def test_the_first_key_signs_and_names_are_unique() -> None:
    policy = TokenPolicy(issuer="us", audience="them", lifetime=timedelta(minutes=5))
    public = Ed25519PrivateKey.generate().public_key()
    verifies = SigningKey.from_public(
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(), kid="p"
    )

    for keys in ([], [verifies], [verifies, KEY]):
        with pytest.raises(ValueError, match=r"^the first key has to be one that signs$"):
            Tokens(keys, policy)
    with pytest.raises(ValueError, match=r"^two signing keys have one name$"):
        Tokens([KEY, SigningKey.from_secret("x" * 32, kid="k")], policy)
    assert Tokens([KEY, verifies], policy).read(signed()).user_id == 7
