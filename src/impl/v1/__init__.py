"""The implementation of spec/v1: providers bound to the generated routes."""

from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from accord.runtime import Errors
from generated import v1
from generated.v1 import responses
from impl.common.convert import to_token_error
from impl.common.problems import common_errors
from impl.common.sign_in_attempts import SignInAttempts
from impl.core.errors import TokenRefused
from impl.core.tokens import TokenService
from impl.core.users import Users as Accounts
from impl.resources import Resources, Service
from impl.v1.chat import Chat
from impl.v1.items import Items
from impl.v1.reports import Reports
from impl.v1.security import Authentication
from impl.v1.system import System
from impl.v1.tokens import Tokens
from impl.v1.users import Users


def install(app: FastAPI, service: Service) -> None:
    """Serve this version with what the service holds open."""
    session_of = Depends(service.session)
    resources_of = Depends(service.resources)

    async def items(
        session: Annotated[AsyncSession, session_of], resources: Annotated[Resources, resources_of]
    ) -> Items:
        return Items(session, resources.cache)

    async def accounts(
        session: Annotated[AsyncSession, session_of], resources: Annotated[Resources, resources_of]
    ) -> Accounts:
        return Accounts(session, resources.passwords)

    async def users(accounts: Annotated[Accounts, Depends(accounts)]) -> Users:
        return Users(accounts)

    async def token_service(
        session: Annotated[AsyncSession, session_of], resources: Annotated[Resources, resources_of]
    ) -> TokenService:
        return TokenService(session, resources.database, resources.passwords, resources.tokens)

    async def tokens(tokens: Annotated[TokenService, Depends(token_service)]) -> Tokens:
        return Tokens(tokens, SignInAttempts(service.limits))

    async def reports(
        session: Annotated[AsyncSession, session_of], resources: Annotated[Resources, resources_of]
    ) -> Reports:
        return Reports(session, resources.reports)

    async def chat(
        session: Annotated[AsyncSession, session_of], resources: Annotated[Resources, resources_of]
    ) -> Chat:
        # Who calls is known by now. A model may think for long, and the connection is for others meanwhile.
        await session.close()
        return Chat(resources.model)

    async def system(accounts: Annotated[Accounts, Depends(accounts)]) -> System:
        return System(accounts)

    async def security(
        session: Annotated[AsyncSession, session_of],
        token_service: Annotated[TokenService, Depends(token_service)],
    ) -> Authentication:
        return Authentication(session, token_service)

    v1.install(
        app,
        items=items,
        users=users,
        tokens=tokens,
        reports=reports,
        chat=chat,
        system=system,
        security=security,
        errors=_errors(),
        settings=service.runtime,
    )


def _errors() -> Errors:
    errors = common_errors()

    @errors.on(TokenRefused)
    def _(error: TokenRefused) -> responses.IssueTokenBadRequest:
        return responses.IssueTokenBadRequest(body=to_token_error(error))

    return errors
