"""``security.py``: a method for each scheme that an operation uses."""

from __future__ import annotations

from pathlib import Path

from tests.unit.emit.operations import generate_all, write_spec
from tests.unit.emit.printed import SPEC

EXPECTED = '''\
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

    async def token(self, *, token: str, scopes: tuple[str, ...]) -> PrincipalT_co:
        """token: Bearer credentials in the header Authorization

        A token.
        """
        ...

    async def key(self, *, key: str, scopes: tuple[str, ...]) -> PrincipalT_co:
        """key: API key in the query parameter api_key"""
        ...
'''


def test_the_module_reads_as_expected(tmp_path: Path) -> None:
    write_spec(tmp_path, {"v1/openapi.yaml": SPEC})
    assert generate_all(tmp_path).tree["v1/security.py"] == EXPECTED


def test_a_contract_without_security_has_an_empty_module_and_installs_without(tmp_path: Path) -> None:
    write_spec(
        tmp_path,
        {
            "v1/openapi.yaml": """
            components: {securitySchemes: {unused: {type: http, scheme: basic}}}
            paths: {/a: {get: {operationId: a, responses: {'204': {description: ok}}}}}
            """
        },
    )
    tree = generate_all(tmp_path).tree
    assert "class" not in tree["v1/security.py"]
    assert "security" not in tree["v1/routers.py"]
