"""Who calls: the credentials of a request as a principal of the core, or a rejection."""

from sqlalchemy.ext.asyncio import AsyncSession

from accord.runtime import Forbidden, Unauthorized
from accord.service import Caller
from impl.core.api_keys import ApiKeys
from impl.core.errors import InvalidApiKey, InvalidToken
from impl.core.principals import Principal
from impl.core.tokens import TokenService


def caller_of(principal: Principal) -> Caller:
    """Return what logs and limits know a caller by."""
    return Caller("key" if principal.user_id is None else "user", principal.name)


async def by_token(service: TokenService, token: str, scopes: tuple[str, ...]) -> Principal:
    """Return the user of an access token that carries the scopes. Raises `Unauthorized` and `Forbidden`."""
    try:
        principal = await service.authenticate(token)
    except InvalidToken as error:
        raise Unauthorized(str(error)) from None
    if not principal.scopes.issuperset(scopes):
        raise Forbidden("The token does not carry the scopes that the operation needs.")
    return principal


async def by_key(session: AsyncSession, key: str) -> Principal:
    """Return the program that an API key belongs to.

    Raises `Forbidden` for a wrong key: the contract has 401 for a request without one.
    """
    try:
        return await ApiKeys(session).authenticate(key)
    except InvalidApiKey as error:
        raise Forbidden(str(error)) from None
