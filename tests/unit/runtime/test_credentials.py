"""What counts as credentials, to the letter, and what is said to those who brought none."""

from __future__ import annotations

import base64
from typing import Any, Literal

import pytest

from accord.runtime import Forbidden
from accord.runtime import declare as d
from accord.runtime.security import security_headers
from tests.unit.runtime.kit import call, json_of, ok, operation

KEY = d.Scheme(name="K", method="key", kind="apiKey", location="header", parameter="X-Schlüssel")
QUERY = d.Scheme(name="Q", method="query_key", kind="apiKey", location="query", parameter="key")
COOKIE = d.Scheme(name="C", method="cookie", kind="apiKey", location="cookie", parameter="session")
BASIC = d.Scheme(name="Ba", method="basic", kind="basic", http_scheme="Basic")
MUTUAL = d.Scheme(name="M", method="mutual", kind="mutualTLS")


def bearer(kind: Literal["bearer", "oauth2", "openIdConnect"]) -> d.Scheme:
    return d.Scheme(name="B", method="bearer", kind=kind, http_scheme="Bearer")


class Principal:
    async def get(self, *, principal: Any) -> Any:
        return principal


class Everybody:
    """Lets all credentials pass but tokens that are weak."""

    def __getattr__(self, name: str) -> Any:
        async def method(*, scopes: tuple[str, ...], **credentials: str) -> Any:
            if credentials.get("token") == "weak":
                raise Forbidden("not enough")
            return credentials

        return method


@pytest.fixture
def asking(serve: Any) -> Any:
    """Serves one operation that wants one of the schemes given."""

    def install(*schemes: d.Scheme, scopes: tuple[str, ...] = ()) -> Any:
        async def provide() -> Everybody:
            return Everybody()

        alternatives = tuple((d.Use(scheme=scheme, scopes=scopes),) for scheme in schemes)
        declared = operation("get", "GET", "/x", responses=(ok(),), security=alternatives)
        return serve(Principal(), (declared,), security=provide)

    return install


def encoded(text: bytes) -> str:
    return base64.b64encode(text).decode()


@pytest.mark.parametrize("kind", ["bearer", "oauth2", "openIdConnect"])
def test_all_kinds_of_tokens_are_asked_for_and_read_alike(
    asking: Any, kind: Literal["bearer", "oauth2", "openIdConnect"]
) -> None:
    app = asking(bearer(kind), scopes=("a~b\\c",))

    nothing = call(app, "GET", "/api/x")
    assert (nothing.status, nothing.all("www-authenticate")) == (401, ['Bearer realm="v1"'])
    weak = call(app, "GET", "/api/x", headers={"authorization": "Bearer weak"})
    assert (weak.status, weak.all("www-authenticate")) == (
        403,
        ['Bearer realm="v1", error="insufficient_scope", scope="a~b\\\\c"'],
    )
    good = call(app, "GET", "/api/x", headers={"authorization": "BEARER XtX"})
    assert json_of(good) == {"token": "XtX"}


@pytest.mark.parametrize(
    "text",
    [
        "YT!pi",  # a byte outside of the alphabet is not overlooked
        "YTp",
        "YTpi=",
        "YTpi==",
        "YTpi YTpi",
        encoded(b"a\xff:b"),
        encoded(b"ab"),
    ],
)
def test_what_is_not_written_as_basic_credentials_is_none(asking: Any, text: str) -> None:
    got = call(asking(BASIC), "GET", "/api/x", headers={"authorization": f"Basic {text}"})

    assert (got.status, got.all("www-authenticate")) == (401, ['Basic realm="v1", charset="UTF-8"'])


def test_only_the_first_colon_of_basic_credentials_divides(asking: Any) -> None:
    got = call(asking(BASIC), "GET", "/api/x", headers={"authorization": f"Basic {encoded(b'a:b:')}"})

    assert json_of(got) == {"username": "a", "password": "b:"}


def test_a_key_in_the_query_that_is_no_text_is_a_key_that_nobody_has(asking: Any) -> None:
    got = call(asking(QUERY), "GET", "/api/x?key=a%ffb")

    assert json_of(got) == {"key": "a\ufffdb"}


@pytest.mark.parametrize("name", ["a b", "", 'a"b', "ü", "a,b"])
def test_a_scheme_that_no_header_can_name_is_not_named(asking: Any, name: str) -> None:
    odd = d.Scheme(name="X", method="x", kind="http", http_scheme=name)
    got = call(asking(odd, bearer("bearer")), "GET", "/api/x")

    assert (got.status, got.all("www-authenticate")) == (401, ['Bearer realm="v1"'])


def test_credentials_in_headers_are_read_behind_a_certificate(asking: Any) -> None:
    app = asking(MUTUAL, COOKIE, bearer("oauth2"))

    assert json_of(call(app, "GET", "/api/x", headers={"cookie": "session=s"})) == {"key": "s"}
    assert json_of(call(app, "GET", "/api/x", headers={"authorization": "Bearer t"})) == {"token": "t"}


def test_headers_of_credentials_are_told_and_a_certificate_has_none() -> None:
    def reported(*schemes: d.Scheme) -> frozenset[bytes]:
        return security_headers([[d.Use(scheme=scheme, scopes=())] for scheme in schemes])

    assert reported(MUTUAL) == reported(QUERY) == frozenset()
    assert reported(MUTUAL, KEY, COOKIE) == {"x-schlüssel".encode("latin-1"), b"cookie"}
    assert reported(BASIC, bearer("openIdConnect")) == {b"authorization"}
