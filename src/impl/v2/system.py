"""The service itself."""

from typing import final

from typing_extensions import override

from generated import v2
from generated.v2 import models, protocols
from impl.common.about import SERVICE, contract_version
from impl.common.convert import to_usage
from impl.core.principals import Principal
from impl.core.users import Users as Accounts


@final
class System(protocols.SystemApi[Principal]):
    """Tells what is running and how much it holds."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    @override
    async def get_status(self, *, principal: Principal | None) -> models.Status:
        return models.Status(
            service=SERVICE,
            version=contract_version(v2.__name__),
            username=None if principal is None else principal.name,
        )

    @override
    async def get_usage(self, *, principal: Principal) -> models.Usage:
        return to_usage(await self._accounts.usage())
