"""Users, passwords, tokens and API keys."""

import asyncio
import base64
import json
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from sqlalchemy import func, select

from impl.core.api_keys import ApiKeys
from impl.core.database import Database
from impl.core.errors import (
    InvalidApiKey,
    InvalidToken,
    NotPermitted,
    TokenErrorCode,
    TokenRefused,
    UsernameTaken,
)
from impl.core.passwords import HashCost, Passwords
from impl.core.principals import USER_SCOPES
from impl.core.sign_ins import SignIn
from impl.core.signing import SigningKey, load_or_create_secret
from impl.core.tables import ApiKeyRow, UserRow
from impl.core.tokens import TokenPolicy, Tokens, TokenService, parse_scopes
from impl.core.users import Users
from tests.service.core.world import CHEAP, World

pytestmark = pytest.mark.anyio

SECRET = "a secret of the tests, longer than 32 bytes"
KEY = SigningKey.from_secret(SECRET)
POLICY = TokenPolicy(issuer="issuer", audience="audience", lifetime=timedelta(minutes=5))
TOKENS = Tokens([KEY], POLICY)
PASSWORD = "correct horse \N{HORSE}"
SIGN_IN = SignIn(id="sign-in", user_id=7, scopes=("items:read",), refresh_token="rt_x")


async def _register(world: World, name: str = "grace") -> int:
    async with world.work() as session:
        user = await world.users(session).register(username=name, display_name=None, password=PASSWORD)
    return user.id


async def test_a_password_is_stored_as_a_salted_hash(world: World) -> None:
    await _register(world, "one")
    await _register(world, "two")
    async with world.work() as session:
        query = select(UserRow.password_hash).where(UserRow.username.in_(("one", "two")))
        hashes = (await session.scalars(query)).all()
    assert len(set(hashes)) == 2
    for stored in hashes:
        assert stored.startswith("$argon2id$")
        assert PASSWORD not in stored


async def test_a_username_is_given_once(world: World) -> None:
    with pytest.raises(UsernameTaken):
        await _register(world, "ada")


async def test_two_registrations_at_once_are_told_apart_by_the_database(world: World) -> None:
    class Slow(Passwords):
        async def hash(self, password: str) -> str:  # type: ignore[override,unused-ignore]
            await _register(world, "grace")
            return await super().hash(password)

    async def register() -> None:
        async with world.work() as session:
            users = Users(session, Slow(CHEAP))
            await users.register(username="grace", display_name=None, password=PASSWORD)

    with pytest.raises(UsernameTaken):
        await register()


async def test_signing_in(world: World) -> None:
    await _register(world)
    async with world.work() as session:
        users = world.users(session)
        user = await users.sign_in("grace", PASSWORD)
        assert user is not None
        assert user.username == "grace"
        for name, password in (
            ("grace", PASSWORD + " "),
            ("grace", ""),
            ("nobody", PASSWORD),
            ("Grace", PASSWORD),
            ("grace", "\ud800"),
            ("nobody\x00", "\x00"),
            ("nobody\ud800", "x"),
            ("grace\n", PASSWORD),
        ):
            assert await users.sign_in(name, password) is None


async def test_an_unknown_user_costs_a_hash_of_the_same_kind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = world.passwords
    checked: list[str] = []
    original = passwords._hasher.verify_and_update

    def spy(password: str | bytes, stored: str | bytes) -> tuple[bool, str | None]:
        checked.append(str(stored))
        return original(password, stored)

    monkeypatch.setattr(passwords._hasher, "verify_and_update", spy)
    assert not (await passwords.verify("x", None)).right
    stored = await passwords.hash("y")
    assert not (await passwords.verify("x", stored)).right
    assert [entry.rsplit("$", 2)[0] for entry in checked] == [stored.rsplit("$", 2)[0]] * 2


async def test_the_decoy_is_never_right(world: World) -> None:
    decoy = "\x00 no password holds this byte"
    assert not (await world.passwords.verify(decoy, None)).right


async def test_a_dearer_cost_replaces_old_hashes_when_their_users_come(world: World) -> None:
    await _register(world)
    dearer = Passwords(HashCost(time=2, memory=64, parallelism=1))
    async with world.work() as session:
        assert await Users(session, dearer).sign_in("grace", PASSWORD)
    async with world.work() as session:
        stored = await session.scalar(select(UserRow.password_hash).where(UserRow.username == "grace"))
        assert stored is not None
        assert "t=2" in stored
        assert await Users(session, dearer).sign_in("grace", PASSWORD)


async def test_the_display_name_can_be_set_and_removed(world: World) -> None:
    user_id = await _register(world)
    for name in ("Grace", None):
        async with world.work() as session:
            await world.users(session).rename(user_id, name)
        async with world.work() as session:
            assert (await world.users(session).get(user_id)).display_name == name


async def test_a_grant_is_a_token_that_the_service_accepts(world: World) -> None:
    user_id = await _register(world)
    async with world.work() as session:
        service = TokenService(session, world.database, world.passwords, TOKENS)
        issued = await service.grant(username="grace", password=PASSWORD, scope="items:write items:read")
        assert issued.scopes == ("items:read", "items:write")
        assert issued.expires_in == 300
        principal = await service.authenticate(issued.access_token)
    assert principal.person() == user_id
    assert principal.scopes == {"items:read", "items:write"}
    assert PASSWORD not in issued.access_token
    assert jwt.get_unverified_header(issued.access_token)["kid"] == KEY.kid


@pytest.mark.parametrize("scope", [None, "", "  "])
async def test_without_scopes_a_token_has_all(world: World, scope: str | None) -> None:
    assert parse_scopes(scope) == USER_SCOPES


@pytest.mark.parametrize(
    "scope", ["admin", "items:read admin", "items:read\titems:write", "ITEMS:READ", "\ud800"]
)
async def test_an_unknown_scope_is_rejected(world: World, scope: str) -> None:
    with pytest.raises(TokenRefused) as refused:
        parse_scopes(scope)
    assert refused.value.code is TokenErrorCode.INVALID_SCOPE
    assert scope not in str(refused.value)


async def test_a_wrong_password_and_an_unknown_user_are_told_alike(world: World) -> None:
    await _register(world)
    reported = set()
    async with world.work() as session:
        service = TokenService(session, world.database, world.passwords, TOKENS)
        for name in ("grace", "nobody"):
            with pytest.raises(TokenRefused) as refused:
                await service.grant(username=name, password="wrong", scope=None)
            reported.add((refused.value.code, str(refused.value)))
    assert reported == {(TokenErrorCode.INVALID_GRANT, "The username or the password is wrong.")}


async def test_a_token_of_a_user_who_is_gone_is_rejected(world: World) -> None:
    token = TOKENS.issue(replace(SIGN_IN, user_id=999), USER_SCOPES).access_token
    async with world.work() as session:
        with pytest.raises(InvalidToken):
            await TokenService(session, world.database, world.passwords, TOKENS).authenticate(token)


def _claims(**changes: object) -> dict[str, object]:
    now = datetime.now(UTC)
    claims: dict[str, object] = {
        "iss": "issuer",
        "aud": "audience",
        "sub": "7",
        "iat": now,
        "exp": now + timedelta(minutes=1),
        "jti": "x",
        "sid": "sign-in",
        "scope": "items:read",
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not ...}


def _token(claims: dict[str, object], secret: str = SECRET, **header: str) -> str:
    return jwt.encode(claims, secret, algorithm="HS256", headers={"kid": KEY.kid, "typ": "at+jwt", **header})


def _unsigned() -> str:
    parts = ({"alg": "none", "kid": KEY.kid, "typ": "at+jwt"}, {**_claims(), "iat": 0, "exp": 2**40})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, ""])


def test_the_probe_of_a_good_token_is_accepted() -> None:
    claims = TOKENS.read(_token(_claims()))
    assert (claims.user_id, claims.sign_in_id, claims.scopes) == (7, "sign-in", frozenset({"items:read"}))


def test_scopes_that_the_service_does_not_know_are_dropped() -> None:
    assert TOKENS.read(_token(_claims(scope="items:read admin"))).scopes == frozenset({"items:read"})


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "a.b.c",
        "é.\x00.\ud800",
        _unsigned(),
        _token(_claims(), "another secret that is longer than 32 bytes"),
        _token(_claims(), kid="unknown"),
        _token(_claims(), typ="JWT"),
        _token(_claims(exp=datetime.now(UTC) - timedelta(seconds=1))),
        _token(_claims(iat=datetime.now(UTC) + timedelta(hours=1))),
        _token(_claims(aud="other")),
        _token(_claims(iss="other")),
        *(
            _token(_claims(**{name: ...}))
            for name in ("iss", "aud", "sub", "iat", "exp", "jti", "sid", "scope")
        ),
        *(_token(_claims(sub=sub)) for sub in ("0", "-1", "1.0", "", "٣", "x", str(2**63), "9" * 5000)),
        _token(_claims(scope=["items:read"])),
        _token(_claims(sid=7)),
        _token(_claims())[:-2],
        _token(_claims()) + ".x",
    ],
    ids=lambda _: (
        "token"
    ),  # they hold the time: processes that share the tests would not agree on their names
)
def test_other_tokens_are_rejected(token: str) -> None:
    with pytest.raises(InvalidToken):
        TOKENS.read(token)


def test_an_old_key_is_accepted_while_a_new_one_signs() -> None:
    new = SigningKey.from_secret("the next secret, also longer than 32 bytes")
    old_token = TOKENS.issue(SIGN_IN, ("items:read",)).access_token
    both = Tokens([new, KEY], POLICY)
    assert both.read(old_token).user_id == 7
    with pytest.raises(InvalidToken):
        TOKENS.read(both.issue(SIGN_IN, ()).access_token)


def test_a_short_secret_is_rejected_and_no_secret_shows() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SigningKey.from_secret("short")
    assert SECRET not in repr(KEY)


def test_the_generated_secret_is_kept_and_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "secret"
    secret = load_or_create_secret(path)
    assert load_or_create_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret"]
    assert load_or_create_secret(tmp_path / "other") != secret
    assert SigningKey.from_secret(secret).private == secret


async def test_an_api_key_is_stored_as_a_digest_and_names_its_program(world: World) -> None:
    async with world.work() as session:
        key = await ApiKeys(session).issue("watcher")
    async with world.work() as session:
        principal = await ApiKeys(session).authenticate(key)
        rows = (await session.scalars(select(ApiKeyRow))).all()
    assert principal.name == "watcher"
    with pytest.raises(NotPermitted):
        principal.person()
    assert len(rows) == 1
    assert key not in (rows[0].key_id, rows[0].digest, rows[0].name)
    assert not rows[0].digest.startswith(rows[0].key_id)


@pytest.mark.parametrize("change", ["{}x", "x{}", " {}", "", "é\ud800"])
async def test_a_wrong_api_key_is_rejected(world: World, change: str) -> None:
    async with world.work() as session:
        key = await ApiKeys(session).issue("watcher")
        with pytest.raises(InvalidApiKey):
            await ApiKeys(session).authenticate(change.format(key))


async def test_a_key_with_the_name_of_another_is_still_compared(world: World) -> None:
    async with world.work() as session:
        key = await ApiKeys(session).issue("watcher")
        row = (await session.scalars(select(ApiKeyRow))).one()
        row.digest = "f" * 64
        await session.flush()
        with pytest.raises(InvalidApiKey):
            await ApiKeys(session).authenticate(key)


async def test_a_configured_key_is_stored_once_and_not_short(world: World) -> None:
    async with world.work() as session:
        keys = ApiKeys(session)
        for _ in range(2):
            await keys.ensure("configured", "k" * 24)
        assert (await keys.authenticate("k" * 24)).name == "configured"
        with pytest.raises(ValueError, match="24"):
            await keys.ensure("short", "k" * 23)


async def test_a_key_that_processes_store_at_once_is_there_once(world: World) -> None:
    """Each looks before the others are done, as workers do that start together."""
    others = [Database(str(world.database.url.render_as_string(hide_password=False))) for _ in range(4)]

    async def store(database: Database) -> None:
        async with database.unit_of_work() as session:
            await ApiKeys(session).ensure("configured", "k" * 24)
            await asyncio.sleep(0.05)

    try:
        await asyncio.gather(*map(store, others))
        async with world.work() as session:
            assert (await session.execute(select(func.count()).select_from(ApiKeyRow))).scalar_one() == 1
            assert (await ApiKeys(session).authenticate("k" * 24)).name == "configured"
    finally:
        for database in others:
            await database.close()
