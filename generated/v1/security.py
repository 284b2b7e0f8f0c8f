# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Security schemes of spec/v1/"""

from __future__ import annotations

from typing import Protocol, TypeVar

from accord.runtime import not_implemented as not_implemented

PrincipalT_co = TypeVar("PrincipalT_co", covariant=True)


class Security(Protocol[PrincipalT_co]):
    """Tells who makes a request from the credentials that come with it.

    A method returns the principal, which operations receive, or raises `accord.runtime.Unauthorized` or
    `accord.runtime.Forbidden`. `scopes` are those that the operation asks for.
    """

    async def oauth2(self, *, token: str, scopes: tuple[str, ...]) -> PrincipalT_co:
        """oauth2: Bearer credentials in the header Authorization

        An access token of the token operation, as `Authorization` with the scheme `Bearer`.
        """
        ...

    async def api_key(self, *, key: str, scopes: tuple[str, ...]) -> PrincipalT_co:
        """apiKey: API key in the header parameter X-API-Key

        A key that the operator of the service gives to a program.
        """
        ...
