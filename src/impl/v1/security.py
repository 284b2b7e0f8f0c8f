"""Who calls."""

from typing import final

from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from generated.v1.security import Security
from impl.common import authentication
from impl.core.principals import Principal
from impl.core.tokens import TokenService


@final
class Authentication(Security[Principal]):
    """Checks access tokens and API keys."""

    def __init__(self, session: AsyncSession, tokens: TokenService) -> None:
        self._session = session
        self._tokens = tokens

    @override
    async def oauth2(self, *, token: str, scopes: tuple[str, ...]) -> Principal:
        return await authentication.by_token(self._tokens, token, scopes)

    @override
    async def api_key(self, *, key: str, scopes: tuple[str, ...]) -> Principal:
        return await authentication.by_key(self._session, key)
