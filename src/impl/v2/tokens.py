"""Tokens."""

from typing import final

from typing_extensions import override

from accord.runtime import MISSING
from generated.v2 import models, protocols, responses
from impl.common.convert import to_token
from impl.common.sign_in_attempts import SignInAttempts
from impl.core.tokens import TokenService


@final
class Tokens(protocols.TokensApi):
    """The token endpoint of OAuth 2.0, and revocation."""

    def __init__(self, tokens: TokenService, attempts: SignInAttempts) -> None:
        self._tokens = tokens
        self._attempts = attempts

    @override
    async def issue_token(self, *, body: models.TokenGrantWrite) -> responses.IssueTokenOk:
        scope = None if body.scope is MISSING else body.scope
        if isinstance(body, models.RefreshGrantWrite):
            token = await self._tokens.refresh(refresh_token=body.refresh_token, scope=scope)
        else:
            await self._attempts.count(body.username)
            token = await self._tokens.grant(username=body.username, password=body.password, scope=scope)
        return responses.IssueTokenOk(body=to_token(token), cache_control="no-store")

    @override
    async def revoke_token(self, *, body: models.RevocationRequestWrite) -> None:
        await self._tokens.revoke(body.token)
