"""Tokens: access tokens, which are signed JSON Web Tokens (RFC 7519, RFC 9068 in spirit), and the refresh tokens beside them.

An access token belongs to a sign-in (`sid`) and is good only as long as that: revoking the sign-in ends it at once.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt
from sqlalchemy.ext.asyncio import AsyncSession

from impl.core.database import Database
from impl.core.errors import InvalidToken, TokenErrorCode, TokenRefused
from impl.core.passwords import Passwords
from impl.core.principals import USER_SCOPES, Principal
from impl.core.sign_ins import SignIn, SignIns
from impl.core.signing import SigningKey
from impl.core.users import Users

_REQUIRED_CLAIMS = ["iss", "aud", "sub", "iat", "exp", "jti", "sid", "scope"]
_MAX_USER_ID = 2**63 - 1
_TYPE = "at+jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """An access token, the seconds it is good for, its scopes in the service's order, and what to get the next one with."""

    access_token: str
    expires_in: int
    scopes: tuple[str, ...]
    refresh_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPolicy:
    """What every token says about itself, and how long a sign-in can be refreshed."""

    issuer: str
    audience: str
    lifetime: timedelta
    sign_in_lifetime: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenClaims:
    """What a token that was checked says: the user, the sign-in, and the scopes that this service still knows."""

    user_id: int
    sign_in_id: str
    scopes: frozenset[str]


class Tokens:
    """Signs with the first key and accepts all of them, so that a key can be replaced while tokens live."""

    def __init__(self, keys: Sequence[SigningKey], policy: TokenPolicy) -> None:
        if not keys or keys[0].private is None:
            raise ValueError("the first key has to be one that signs")
        self._active, self._secret = keys[0], keys[0].private
        if len({key.kid for key in keys}) != len(keys):
            raise ValueError("two signing keys have one name")
        self._keys = {key.kid: key for key in keys}
        self._policy = policy

    @property
    def sign_in_lifetime(self) -> timedelta:
        """Return how long a sign-in can be refreshed."""
        return self._policy.sign_in_lifetime

    def issue(self, sign_in: SignIn, scopes: Sequence[str]) -> IssuedToken:
        """Sign a token for a sign-in."""
        now = datetime.now(UTC)
        claims = {
            "iss": self._policy.issuer,
            "aud": self._policy.audience,
            "sub": str(sign_in.user_id),
            "sid": sign_in.id,
            "iat": now,
            "exp": now + self._policy.lifetime,
            "jti": secrets.token_urlsafe(16),
            "scope": " ".join(scopes),
        }
        token = jwt.encode(  # pyright: ignore[reportUnknownMemberType] - names types of an optional package
            claims,
            self._secret,
            algorithm=self._active.algorithm,
            headers={"kid": self._active.kid, "typ": _TYPE},
        )
        return IssuedToken(
            access_token=token,
            expires_in=int(self._policy.lifetime.total_seconds()),
            scopes=tuple(scopes),
            refresh_token=sign_in.refresh_token,
        )

    def read(self, token: str) -> TokenClaims:
        """Check signature, times, issuer, audience and type. Raises `InvalidToken`, without saying what is wrong."""
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.get(str(header.get("kid")))
            # The key decides the algorithm, never the token: no `none`, and no public key used as a secret.
            if key is None or header.get("typ") != _TYPE:
                raise InvalidToken
            claims = jwt.decode(  # pyright: ignore[reportUnknownMemberType] - as above
                token,
                key.public,
                algorithms=[key.algorithm],
                audience=self._policy.audience,
                issuer=self._policy.issuer,
                options={"require": _REQUIRED_CLAIMS},
            )
        except (jwt.InvalidTokenError, UnicodeError, ValueError):
            raise InvalidToken from None
        return _read_claims(claims)


def _read_claims(claims: dict[str, object]) -> TokenClaims:
    subject, scope, sign_in = claims["sub"], claims["scope"], claims["sid"]
    if not isinstance(subject, str) or not isinstance(scope, str) or not isinstance(sign_in, str):
        raise InvalidToken
    if not (subject.isascii() and subject.isdigit() and len(subject) <= 19):
        raise InvalidToken
    user_id = int(subject)
    if not 1 <= user_id <= _MAX_USER_ID:
        raise InvalidToken
    return TokenClaims(
        user_id=user_id, sign_in_id=sign_in, scopes=frozenset(scope.split(" ")) & frozenset(USER_SCOPES)
    )


def parse_scopes(text: str | None) -> tuple[str, ...]:
    """Read the scopes that a client asks for; nothing asks for all. Raises `TokenRefused` for an unknown one."""
    if text is None or not text.strip(" "):
        return USER_SCOPES
    asked = set(text.split(" ")) - {""}
    if not asked <= set(USER_SCOPES):
        raise TokenRefused(TokenErrorCode.INVALID_SCOPE, "A scope is not known.")
    return tuple(scope for scope in USER_SCOPES if scope in asked)


class TokenService:
    """The grants, revocation, and the check of a token on every call.

    `session` is that of the request. Refreshing has a unit of work of its own, which is committed also when it rejects:
    a refresh token that came again has to stay revoked.
    """

    def __init__(
        self, session: AsyncSession, database: Database, passwords: Passwords, tokens: Tokens
    ) -> None:
        self._session = session
        self._database = database
        self._users = Users(session, passwords)
        self._tokens = tokens

    async def grant(self, *, username: str, password: str, scope: str | None) -> IssuedToken:
        """Issue tokens for a password. Raises `TokenRefused`."""
        scopes = parse_scopes(scope)
        user = await self._users.sign_in(username, password)
        if user is None:
            raise TokenRefused(TokenErrorCode.INVALID_GRANT, "The username or the password is wrong.")
        sign_in = await SignIns(self._session).begin(user.id, scopes, self._tokens.sign_in_lifetime)
        return self._tokens.issue(sign_in, scopes)

    async def refresh(self, *, refresh_token: str, scope: str | None) -> IssuedToken:
        """Issue tokens for a refresh token, with the scopes of the sign-in or fewer. Raises `TokenRefused`."""
        scopes = None if scope is None or not scope.strip(" ") else parse_scopes(scope)
        async with self._database.unit_of_work() as session:
            wanted = None if scopes is None else frozenset(scopes)
            sign_in = await SignIns(session).refresh(refresh_token, wanted)
        if sign_in is None:
            raise TokenRefused(TokenErrorCode.INVALID_GRANT, "The refresh token is not valid.")
        return self._tokens.issue(sign_in, sign_in.scopes if scopes is None else scopes)

    async def revoke(self, token: str) -> None:
        """Revoke the sign-in of a token, if it is one of this service."""
        sign_ins = SignIns(self._session)
        try:
            sign_in_id: str | None = self._tokens.read(token).sign_in_id
        except InvalidToken:
            sign_in_id = await sign_ins.owner_of(token)
        if sign_in_id is not None:
            await sign_ins.revoke(sign_in_id)

    async def authenticate(self, token: str) -> Principal:
        """Return whose token it is. Raises `InvalidToken`, also when it was revoked or the user is gone."""
        claims = self._tokens.read(token)
        user = await SignIns(self._session).user(claims.sign_in_id, claims.user_id)
        if user is None:
            raise InvalidToken
        return Principal(name=user.username, user_id=user.id, scopes=claims.scopes)
