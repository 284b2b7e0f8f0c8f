"""Access tokens."""

from typing import final

from typing_extensions import override

from accord.runtime import MISSING
from generated.v2 import models, protocols, responses
from impl.common.convert import to_token
from impl.core.tokens import TokenService


@final
class Tokens(protocols.TokensApi):
    """The token endpoint of OAuth 2.0."""

    def __init__(self, tokens: TokenService) -> None:
        self._tokens = tokens

    @override
    async def issue_token(self, *, body: models.PasswordGrantWrite) -> responses.IssueTokenOk:
        token = await self._tokens.grant(
            username=body.username,
            password=body.password,
            scope=None if body.scope is MISSING else body.scope,
        )
        return responses.IssueTokenOk(body=to_token(token), cache_control="no-store")
