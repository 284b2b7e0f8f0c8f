"""Refresh tokens: one use each, and a copy ends the sign-in; keys that are replaced while tokens live."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jwt
import pytest
from pydantic import ValidationError

from impl.core.sign_ins import digest_of
from impl.core.signing import SigningKey
from impl.settings import KeySetting, Settings
from tests.service.api.support import PASSWORD, Caller, fresh, sign_up
from tests.service.tokens.conftest import KEYS, OLD_SECRET, PRIVATE, new_private_key


def _sign_in(anybody: Caller, **form: str) -> Any:
    caller = sign_up(anybody)
    given = {"grant_type": "password", "username": caller.name, "password": PASSWORD, **form}
    response = anybody.post("/token", data=given)
    assert response.status_code == 200, response.text
    return response.json()


def _refresh(anybody: Caller, token: str, **form: str) -> Any:
    return anybody.post("/token", data={"grant_type": "refresh_token", "refresh_token": token, **form})


def _works(anybody: Caller, token: str) -> bool:
    response = anybody.get("/users/me", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code in {200, 401}
    return bool(response.status_code == 200)


def test_each_response_brings_the_next_token(anybody: Caller) -> None:
    tokens = _sign_in(anybody)
    seen = {tokens["refresh_token"]}
    for _ in range(4):
        response = _refresh(anybody, tokens["refresh_token"])
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-store"
        tokens = response.json()
        seen.add(tokens["refresh_token"])
        assert _works(anybody, tokens["access_token"])
    assert len(seen) == 5


def test_a_token_that_comes_again_ends_the_sign_in(anybody: Caller) -> None:
    first = _sign_in(anybody)
    second = _refresh(anybody, first["refresh_token"]).json()
    assert _works(anybody, second["access_token"])
    replayed = _refresh(anybody, first["refresh_token"])
    assert (replayed.status_code, replayed.json()["error"]) == (400, "invalid_grant")
    # Nobody knows whether the thief or the victim came first: neither goes on, and what both hold ends at once.
    assert _refresh(anybody, second["refresh_token"]).json()["error"] == "invalid_grant"
    assert not _works(anybody, first["access_token"])
    assert not _works(anybody, second["access_token"])


def test_of_many_who_come_at_once_one_gets_tokens_and_they_are_revoked(anybody: Caller) -> None:
    tokens = _sign_in(anybody)
    barrier = threading.Barrier(8)

    def use(_: int) -> Any:
        barrier.wait()
        return _refresh(anybody, tokens["refresh_token"])

    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(use, range(8)))
    assert sorted(response.status_code for response in responses) == [200] + [400] * 7
    (won,) = (response.json() for response in responses if response.status_code == 200)
    assert not _works(anybody, won["access_token"])


def test_scopes_can_be_narrowed_and_not_widened(anybody: Caller) -> None:
    tokens = _sign_in(anybody, scope="items:read profile:read")
    wider = _refresh(anybody, tokens["refresh_token"], scope="items:read items:write")
    assert (wider.status_code, wider.json()["error"]) == (400, "invalid_scope")
    unknown = _refresh(anybody, tokens["refresh_token"], scope="admin")
    assert unknown.json()["error"] == "invalid_scope"
    # A rejection for its scopes did not use the token.
    narrow = _refresh(anybody, tokens["refresh_token"], scope="items:read").json()
    assert narrow["scope"] == "items:read"
    # The sign-in keeps all that it had.
    assert _refresh(anybody, narrow["refresh_token"]).json()["scope"] == "items:read profile:read"


@pytest.mark.parametrize("token", ["rt_unknown", "x", "\u00e9" * 100])
def test_an_unknown_token_is_rejected(anybody: Caller, token: str) -> None:
    response = _refresh(anybody, token)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")


def test_a_sign_in_ends_by_itself(tmp_path: Path, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime, timedelta

    from impl.core import sign_ins

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(seconds=61)

    with fresh(tmp_path, sign_in_lifetime=60) as client:
        anybody = Caller(http=client, version=version)
        tokens = _sign_in(anybody)
        monkeypatch.setattr(sign_ins, "datetime", Later)
        assert _refresh(anybody, tokens["refresh_token"]).json()["error"] == "invalid_grant"
        assert not _works(anybody, tokens["access_token"])


def test_only_digests_are_stored(tmp_path: Path, version: str) -> None:
    with fresh(tmp_path) as client:
        tokens = _sign_in(Caller(http=client, version=version))
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("service.db*"))
    assert tokens["refresh_token"].encode() not in stored
    assert digest_of(tokens["refresh_token"]).encode() in stored
    assert hashlib.sha256(tokens["refresh_token"].encode()).hexdigest().encode() not in stored


def test_a_key_is_replaced_while_tokens_live(tmp_path: Path, version: str) -> None:
    old = KeySetting.model_validate({"kid": "old", "secret": OLD_SECRET})
    new = KeySetting.model_validate({"kid": "new", "private": PRIVATE})
    public = KeySetting.model_validate({"kid": "new", "public": SigningKey.from_private(PRIVATE).public})
    last = KeySetting.model_validate({"kid": "last", "private": new_private_key()})

    def ask(keys: tuple[KeySetting, ...], token: str | None = None) -> Any:
        with fresh(tmp_path, signing_keys=keys, jwt_secret=None) as client:
            anybody = Caller(http=client, version=version)
            return _sign_in(anybody)["access_token"] if token is None else _works(anybody, token)

    first = ask((old,))
    assert (jwt.get_unverified_header(first)["alg"], jwt.get_unverified_header(first)["kid"]) == (
        "HS256",
        "old",
    )
    assert ask((new, old), first)
    second = ask((new, old))
    assert jwt.get_unverified_header(second)["alg"] == "EdDSA"
    assert not ask((new,), first)
    assert ask((last, public), second)
    assert not ask((last,), second)


@pytest.mark.parametrize(
    "key",
    [
        {"kid": "a"},
        {"kid": "a", "secret": "short-hidden-word"},
        {"kid": "a", "secret": OLD_SECRET, "private": PRIVATE},
        {"kid": "a", "private": "-----BEGIN hidden-word"},
        {"kid": "a", "public": OLD_SECRET},
        {"kid": "", "secret": OLD_SECRET},
        {"secret": OLD_SECRET},
    ],
)
def test_a_key_that_cannot_be_used_stops_the_start_without_showing(key: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        KeySetting.model_validate(key)
    assert "hidden-word" not in str(refused.value)
    assert OLD_SECRET not in str(refused.value)


def test_keys_come_from_the_environment_and_do_not_show(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import json

    value = json.dumps([{"kid": "now", "private": PRIVATE}, {"kid": "then", "secret": OLD_SECRET}])
    monkeypatch.setenv("ACCORD_SIGNING_KEYS", value)
    monkeypatch.delenv("ACCORD_JWT_SECRET", raising=False)
    settings = Settings(state_dir=tmp_path)
    assert [key.kid for key in settings.all_signing_keys()] == ["now", "then"]
    assert OLD_SECRET not in repr(settings)
    assert PRIVATE.splitlines()[1] not in repr(settings)
    assert repr(settings.all_signing_keys()).count(OLD_SECRET) == 0
    assert {OLD_SECRET, PRIVATE} <= set(settings.service().secrets)
    assert list(tmp_path.iterdir()) == []
    assert len(KEYS) == 2
