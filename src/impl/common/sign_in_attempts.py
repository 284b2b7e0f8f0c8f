"""How often a password may be tried: by the limits of the service, for the account and not only for an address."""

import hashlib

from accord.service import RateLimits

# The policy that the contract names for the token operation.
_POLICY = "login"


class SignInAttempts:
    """Counts attempts on an account, whether there is such a user or not."""

    def __init__(self, limits: RateLimits | None) -> None:
        self._limits = limits

    async def count(self, username: str) -> None:
        """Count an attempt. Raises a `Rejection` (429) where there were too many."""
        if self._limits is not None:
            # Names stay out of the place where limits are counted.
            account = hashlib.sha256(username.encode("utf-8", "surrogatepass")).hexdigest()[:24]
            await self._limits.count(_POLICY, account)
