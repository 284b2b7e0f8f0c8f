"""Access tokens: signed JSON Web Tokens (RFC 7519, RFC 9068 in spirit), issued for a password and read on every call."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt
from sqlalchemy.ext.asyncio import AsyncSession

from impl.core.errors import InvalidToken, TokenErrorCode, TokenRefused
from impl.core.passwords import Passwords
from impl.core.principals import USER_SCOPES, Principal
from impl.core.signing import SigningKey
from impl.core.users import Users

_REQUIRED_CLAIMS = ["iss", "aud", "sub", "iat", "exp", "jti", "scope"]
_MAX_USER_ID = 2**63 - 1
_TYPE = "at+jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """An access token, the seconds it is good for, and its scopes in the service's order."""

    access_token: str
    expires_in: int
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPolicy:
    """What every token says about itself."""

    issuer: str
    audience: str
    lifetime: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenClaims:
    """What a token that was checked says: the user, and the scopes that this service still knows."""

    user_id: int
    scopes: frozenset[str]


class Tokens:
    """Signs with the first key and accepts all of them, so that a key can be replaced while tokens live."""

    def __init__(self, keys: Sequence[SigningKey], policy: TokenPolicy) -> None:
        if not keys:
            raise ValueError("there is no key to sign with")
        self._active = keys[0]
        self._keys = {key.kid: key for key in keys}
        self._policy = policy

    def issue(self, user_id: int, scopes: Sequence[str]) -> IssuedToken:
        """Sign a token for a user."""
        now = datetime.now(UTC)
        claims = {
            "iss": self._policy.issuer,
            "aud": self._policy.audience,
            "sub": str(user_id),
            "iat": now,
            "exp": now + self._policy.lifetime,
            "jti": secrets.token_urlsafe(16),
            "scope": " ".join(scopes),
        }
        token = jwt.encode(  # pyright: ignore[reportUnknownMemberType] - names types of an optional package
            claims,
            self._active.private,
            algorithm=self._active.algorithm,
            headers={"kid": self._active.kid, "typ": _TYPE},
        )
        return IssuedToken(
            access_token=token,
            expires_in=int(self._policy.lifetime.total_seconds()),
            scopes=tuple(scopes),
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
    subject, scope = claims["sub"], claims["scope"]
    if not isinstance(subject, str) or not isinstance(scope, str):
        raise InvalidToken
    if not (subject.isascii() and subject.isdigit() and len(subject) <= 19):
        raise InvalidToken
    user_id = int(subject)
    if not 1 <= user_id <= _MAX_USER_ID:
        raise InvalidToken
    return TokenClaims(user_id=user_id, scopes=frozenset(scope.split(" ")) & frozenset(USER_SCOPES))


def parse_scopes(text: str | None) -> tuple[str, ...]:
    """Read the scopes that a client asks for; nothing asks for all. Raises `TokenRefused` for an unknown one."""
    if text is None or not text.strip(" "):
        return USER_SCOPES
    asked = set(text.split(" ")) - {""}
    if not asked <= set(USER_SCOPES):
        raise TokenRefused(TokenErrorCode.INVALID_SCOPE, "A scope is not known.")
    return tuple(scope for scope in USER_SCOPES if scope in asked)


class TokenService:
    """The password grant, and the check of a token on every call."""

    def __init__(self, session: AsyncSession, passwords: Passwords, tokens: Tokens) -> None:
        self._users = Users(session, passwords)
        self._tokens = tokens

    async def grant(self, *, username: str, password: str, scope: str | None) -> IssuedToken:
        """Issue a token for a password. Raises `TokenRefused`."""
        scopes = parse_scopes(scope)
        user = await self._users.sign_in(username, password)
        if user is None:
            raise TokenRefused(TokenErrorCode.INVALID_GRANT, "The username or the password is wrong.")
        return self._tokens.issue(user.id, scopes)

    async def authenticate(self, token: str) -> Principal:
        """Return whose token it is. Raises `InvalidToken`, also when the user is gone."""
        claims = self._tokens.read(token)
        user = await self._users.get(claims.user_id)
        return Principal(name=user.username, user_id=user.id, scopes=claims.scopes)
