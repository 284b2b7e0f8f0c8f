"""Security: credentials, alternatives, challenges."""

from __future__ import annotations

import base64
from typing import Any, cast

import pytest

from accord.runtime import Forbidden, InstallError, Unauthorized
from accord.runtime import declare as d
from tests.unit.runtime.kit import call, json_of, ok, operation, problem_of

KEY = d.Scheme(name="ApiKey", method="api_key", kind="apiKey", location="header", parameter="X-API-Key")
QUERY = d.Scheme(name="Q", method="query_key", kind="apiKey", location="query", parameter="key")
COOKIE = d.Scheme(name="C", method="cookie_key", kind="apiKey", location="cookie", parameter="session")
BEARER = d.Scheme(name="B", method="bearer", kind="bearer", http_scheme="Bearer")
OAUTH = d.Scheme(name="O", method="oauth2", kind="oauth2", http_scheme="Bearer")
BASIC = d.Scheme(name="Ba", method="basic", kind="basic", http_scheme="Basic")
DIGEST = d.Scheme(name="D", method="digest", kind="http", http_scheme="Digest")
MUTUAL = d.Scheme(name="M", method="mutual", kind="mutualTLS")


class Guarded:
    async def get(self, **arguments: Any) -> Any:
        return arguments


class Security:
    """Gives back what it received; secrets that start with ``bad`` or ``weak`` are refused."""

    def __init__(self) -> None:
        self.made = 0

    def __getattr__(self, name: str) -> Any:
        async def method(*, scopes: tuple[str, ...], **credentials: str) -> Any:
            for value in credentials.values():
                if value.startswith("bad"):
                    raise Unauthorized("no such credentials")
                if value.startswith("weak"):
                    raise Forbidden("not enough")
            return {"by": name, "scopes": list(scopes), **credentials}

        return method


@pytest.fixture
def guarded(serve: Any) -> Any:
    def install(*alternatives: tuple[d.Use, ...], **more: Any) -> Any:
        security = Security()

        async def provide() -> Security:
            security.made += 1
            return security

        declared = operation("get", "GET", "/x", responses=(ok(),), security=alternatives, **more)
        guard = {"get.parameters": {"properties": {"query": {"required": ["q"]}}}}
        app = serve(Guarded(), (declared,), guard=guard, security=provide)
        app.state.security = security
        return app

    return install


def use(scheme: d.Scheme, *scopes: str) -> d.Use:
    return d.Use(scheme=scheme, scopes=scopes)


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("scheme", "query", "headers", "credentials"),
    [
        (KEY, "", {"x-api-key": " k "}, {"key": "k"}),
        (QUERY, "?key=a%20b", {}, {"key": "a b"}),
        (COOKIE, "", {"cookie": "a=1; session=s"}, {"key": "s"}),
        (BEARER, "", {"authorization": "Bearer t.o-k"}, {"token": "t.o-k"}),
        (BEARER, "", {"authorization": "bEARER  t"}, {"token": "t"}),
        (OAUTH, "", {"authorization": "Bearer t"}, {"token": "t"}),
        (BASIC, "", {"authorization": basic("ü:p:w")}, {"username": "ü", "password": "p:w"}),
        (BASIC, "", {"authorization": basic(":")}, {"username": "", "password": ""}),
        (DIGEST, "", {"authorization": 'Digest a="b", c="d"'}, {"credentials": 'a="b", c="d"'}),
    ],
)
def test_credentials(guarded: Any, scheme: d.Scheme, query: str, headers: Any, credentials: Any) -> None:
    app = guarded((use(scheme, "read", "write"),))
    got = json_of(call(app, "GET", f"/api/x{query}", headers=headers))
    assert got == {"principal": {"by": scheme.method, "scopes": ["read", "write"], **credentials}}


@pytest.mark.parametrize(
    ("scheme", "query", "headers"),
    [
        (KEY, "", []),
        (KEY, "", [("x-api-key", "")]),
        (QUERY, "?key=", []),
        (QUERY, "?key=a&key=b", []),
        (COOKIE, "", [("cookie", "session")]),
        (COOKIE, "", [("cookie", "session=a; session=b")]),
        (BEARER, "", [("authorization", "Bearer")]),
        (BEARER, "", [("authorization", "Bearer ")]),
        (BEARER, "", [("authorization", "Bearer a"), ("authorization", "Bearer b")]),
        (BEARER, "", [("authorization", basic("a:b"))]),
        (BASIC, "", [("authorization", "Basic !!!")]),
        (BASIC, "", [("authorization", basic("no colon"))]),
        (BASIC, "", [("authorization", "Basic /w==")]),
        (DIGEST, "", [("authorization", "Bearer x")]),
    ],
)
def test_no_credentials(guarded: Any, scheme: d.Scheme, query: str, headers: Any) -> None:
    app = guarded((use(scheme),))
    got = call(app, "GET", f"/api/x{query}", headers=headers)
    assert problem_of(got, 401)["detail"] == "Valid credentials are needed."
    assert len(got.all("www-authenticate")) == 1
    assert app.state.security.made == 0


def test_challenges_of_all_alternatives(guarded: Any) -> None:
    app = guarded((use(KEY), use(BEARER)), (use(OAUTH),), (use(BASIC),), (use(DIGEST),))
    got = call(app, "GET", "/api/x")
    assert got.status == 401
    assert got.all("www-authenticate") == [
        'ApiKey realm="v1", in="header", name="X-API-Key"',
        'Bearer realm="v1"',
        'Basic realm="v1", charset="UTF-8"',
        'Digest realm="v1"',
    ]


def test_a_rejected_token(guarded: Any) -> None:
    app = guarded((use(BEARER),))
    got = call(app, "GET", "/api/x", headers={"authorization": "Bearer bad"})
    assert problem_of(got, 401)["detail"] == "no such credentials"
    assert got.header("www-authenticate") == 'Bearer realm="v1", error="invalid_token"'


def test_a_missing_scope(guarded: Any) -> None:
    app = guarded((use(OAUTH, "a", 'b"c'),))
    got = call(app, "GET", "/api/x", headers={"authorization": "Bearer weak"})
    assert problem_of(got, 403)["detail"] == "not enough"
    assert got.header("www-authenticate") == (
        'Bearer realm="v1", error="insufficient_scope", scope="a b\\"c"'
    )


def test_and(guarded: Any) -> None:
    app = guarded((use(KEY), use(BEARER)))
    both = {"x-api-key": "k", "authorization": "Bearer t"}
    principal = json_of(call(app, "GET", "/api/x", headers=both))["principal"]
    assert [item["by"] for item in principal] == ["api_key", "bearer"]
    for half in ({"x-api-key": "k"}, {"authorization": "Bearer t"}):
        assert call(app, "GET", "/api/x", headers=half).status == 401
    assert call(app, "GET", "/api/x", headers={**both, "x-api-key": "bad"}).status == 401


def test_or(guarded: Any) -> None:
    app = guarded((use(KEY),), (use(BEARER),))

    def by(**headers: str) -> Any:
        return call(app, "GET", "/api/x", headers={k.replace("_", "-"): v for k, v in headers.items()})

    assert json_of(by(x_api_key="k"))["principal"]["by"] == "api_key"
    assert json_of(by(authorization="Bearer t"))["principal"]["by"] == "bearer"
    assert json_of(by(x_api_key="bad", authorization="Bearer t"))["principal"]["by"] == "bearer"
    assert json_of(by(x_api_key="weak", authorization="Bearer t"))["principal"]["by"] == "bearer"
    assert by(x_api_key="weak", authorization="Bearer bad").status == 403
    assert by(x_api_key="bad", authorization="Bearer bad").status == 401


@pytest.mark.parametrize("alternatives", [((use(BEARER),), ()), ((), (use(BEARER),))])
def test_optional(guarded: Any, alternatives: Any) -> None:
    app = guarded(*alternatives)
    assert json_of(call(app, "GET", "/api/x")) == {"principal": None}
    assert app.state.security.made == 0
    good = call(app, "GET", "/api/x", headers={"authorization": "Bearer t"})
    assert json_of(good)["principal"]["token"] == "t"
    assert call(app, "GET", "/api/x", headers={"authorization": "Bearer bad"}).status == 401
    assert json_of(call(app, "GET", "/api/x", headers={"authorization": basic("a:b")})) == {"principal": None}


@pytest.mark.parametrize(
    ("tls", "status"),
    [
        (None, 401),
        ({}, 401),
        ({"client_cert_chain": ()}, 401),
        ({"client_cert_chain": ("PEM",), "client_cert_error": "expired"}, 401),
        ({"client_cert_chain": ("PEM", "ISSUER"), "client_cert_error": None}, 200),
        ({"client_cert_chain": ("bad",)}, 401),
        ({"client_cert_chain": ("weak",)}, 403),
    ],
)
def test_mutual_tls_is_met_by_a_certificate_that_the_server_has_verified(
    guarded: Any, tls: Any, status: int
) -> None:
    app = guarded((use(MUTUAL),))

    class Server:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, "extensions": {} if tls is None else {"tls": tls}}, receive, send)

    got = call(cast("Any", Server()), "GET", "/api/x")
    assert got.status == status
    if status == 200:
        assert json_of(got)["principal"] == {"by": "mutual", "scopes": [], "certificate": "PEM"}
    if status == 401:
        assert got.all("www-authenticate") == ['ClientCertificate realm="v1"']


def test_credentials_come_before_parameters_and_body(guarded: Any) -> None:
    q = d.Parameter(name="q", argument="q", location="query", style="form", required=True)
    app = guarded((use(KEY),), parameters=(q,))
    assert call(app, "GET", "/api/x").status == 401
    assert call(app, "GET", "/api/x", headers={"x-api-key": "bad"}).status == 401
    assert call(app, "GET", "/api/x", headers={"x-api-key": "k"}).status == 422


def test_an_odd_scheme_name_gives_no_header(guarded: Any) -> None:
    odd = d.Scheme(name="X", method="x", kind="http", http_scheme="a b\r\nX: y")
    got = call(guarded((use(odd),)), "GET", "/api/x")
    assert (got.status, got.all("www-authenticate"), got.header("x")) == (401, [], None)


def test_a_contract_with_security_needs_its_provider(serve: Any) -> None:
    declared = operation("get", "GET", "/x", responses=(ok(),), security=((use(KEY),),))
    with pytest.raises(InstallError, match="operation get needs a security provider"):
        serve(Guarded(), (declared,))
