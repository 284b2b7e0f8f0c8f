"""Registration and the own profile."""

from typing import final

from typing_extensions import override

from accord.runtime import MISSING
from generated.v1 import models, protocols, responses
from impl.common.convert import to_user
from impl.core.principals import Principal
from impl.core.users import Users as Accounts

_OWN_PROFILE = "/api/v1/users/me"


@final
class Users(protocols.UsersApi[Principal]):
    """Everybody may register; a user sees and changes the own profile only."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    @override
    async def register_user(self, *, body: models.UserWrite) -> responses.RegisterUserCreated:
        user = await self._accounts.register(
            username=body.username,
            display_name=None if body.display_name is MISSING else body.display_name,
            password=body.password,
        )
        return responses.RegisterUserCreated(body=to_user(user), location=_OWN_PROFILE)

    @override
    async def get_current_user(self, *, principal: Principal) -> models.User:
        return to_user(await self._accounts.get(principal.person()))

    @override
    async def update_current_user(self, *, principal: Principal, body: models.UserPatch) -> models.User:
        if body.display_name is MISSING:
            return to_user(await self._accounts.get(principal.person()))
        return to_user(await self._accounts.rename(principal.person(), body.display_name))
