"""Users, tokens and keys over HTTP; and that no secret comes back, in a response or in a log."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Any

import jwt
import pytest
from starlette.testclient import TestClient

from impl.core.principals import USER_SCOPES
from tests.service.api.support import KEY, PASSWORD, Caller, fresh, sign_in, sign_up

HIDDEN = "a-password-to-look-for"


def test_a_registration_gives_back_everything_but_the_password(anybody: Caller) -> None:
    body = {"username": f"grace-{anybody.version}", "displayName": "Grace", "password": HIDDEN}
    response = anybody.post("/users", json=body)
    assert response.status_code == 201
    user = response.json()
    assert user == {
        "id": user["id"],
        "username": body["username"],
        "displayName": "Grace",
        "createdAt": user["createdAt"],
    }
    assert response.headers["Location"] == f"/api/{anybody.version}/users/me"
    again = anybody.post("/users", json={**body, "password": PASSWORD})
    assert (again.status_code, again.json()["status"]) == (409, 409)


def test_what_the_service_decides_is_no_business_of_a_registration(anybody: Caller) -> None:
    body = {
        "username": f"eve-{anybody.version}",
        "password": HIDDEN,
        "id": 1,
        "createdAt": "1999-01-01T00:00:00Z",
    }
    user = anybody.post("/users", json=body).json()
    assert user["id"] != 1
    assert not user["createdAt"].startswith("1999")


def test_a_display_name_is_left_set_and_removed(ada: Caller) -> None:
    before = ada.get("/users/me").json()
    assert (before["username"], before["displayName"]) == (ada.name, None)
    assert ada.patch("/users/me", {"displayName": "Ada"}).json() == {**before, "displayName": "Ada"}
    assert ada.patch("/users/me", {}).json()["displayName"] == "Ada"
    assert ada.patch("/users/me", {"displayName": None}).json() == before
    refused = ada.patch("/users/me", {"password": HIDDEN, "username": "other"})
    assert refused.status_code == 422
    assert HIDDEN not in refused.text


def test_a_token_is_a_signed_jwt_for_the_scopes_asked_for(anybody: Caller, ada: Caller) -> None:
    form = {
        "grant_type": "password",
        "username": ada.name,
        "password": PASSWORD,
        "scope": "items:write items:read",
    }
    response = anybody.post("/token", data=form)
    assert response.headers["Cache-Control"] == "no-store"
    token = response.json()
    assert (token["token_type"], token["scope"]) == ("Bearer", "items:read items:write")
    header = jwt.get_unverified_header(token["access_token"])
    assert (header["alg"], header["typ"]) == ("HS256", "at+jwt")
    claims = jwt.decode(token["access_token"], options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == token["expires_in"]
    assert sign_in(anybody, ada.name).get("/users/me").json()["username"] == ada.name
    assert set(USER_SCOPES) == set(anybody.post("/token", data={**form, "scope": ""}).json()["scope"].split())


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"password": "wrong"}, "invalid_grant"),
        ({"username": "nobody-at-all"}, "invalid_grant"),
        ({"username": "\x00"}, "invalid_grant"),
        ({"scope": "items:read admin"}, "invalid_scope"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": None}, "invalid_request"),
        ({"password": None}, "invalid_request"),
        ({"username": ""}, "invalid_request"),
        ({"password": "x" * 201}, "invalid_request"),
    ],
)
def test_whatever_is_wrong_with_a_grant_is_a_token_error(
    anybody: Caller, ada: Caller, change: dict[str, str | None], error: str
) -> None:
    form = {"grant_type": "password", "username": ada.name, "password": PASSWORD, **change}
    response = anybody.post("/token", data={name: text for name, text in form.items() if text is not None})
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/json"
    assert response.json()["error"] == error
    description = response.json()["error_description"]
    # RFC 6749, section 5.2 has the characters.
    assert all(" " <= char <= "~" and char not in '"\\' for char in description)


@pytest.mark.parametrize("body", ["", "grant_type=%", "grant_type=password&grant_type=password"])
def test_a_form_that_cannot_be_read_is_a_token_error_too(anybody: Caller, body: str) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    response = anybody.post("/token", content=body, headers=kind)
    assert response.status_code == 400
    assert response.json()["error"] == ("unsupported_grant_type" if body.endswith("%") else "invalid_request")


def test_a_key_opens_what_is_for_programs(anybody: Caller) -> None:
    right = anybody.get("/usage", headers={"X-API-Key": KEY})
    assert right.status_code == 200
    assert set(right.json()) == {"users", "items"}
    none = anybody.get("/usage")
    assert (none.status_code, none.json()["status"]) == (401, 401)
    assert "X-API-Key" in none.headers["WWW-Authenticate"]
    for wrong in (KEY + "x", KEY[:-1], KEY.upper(), "x"):
        response = anybody.get("/usage", headers={"X-API-Key": wrong})
        assert (response.status_code, response.json()["status"]) == (403, 403)


def test_a_token_is_no_key(ada: Caller) -> None:
    assert ada.get("/usage").status_code == 401


def test_the_status_names_whoever_asks(anybody: Caller, ada: Caller) -> None:
    nobody = anybody.get("/status").json()
    assert nobody["username"] is None
    assert nobody["version"] == ("1.0.0" if anybody.version == "v1" else "2.0.0")
    assert ada.get("/status").json()["username"] == ada.name
    falsified = {"Authorization": ada.headers["Authorization"][:-2] + "xx"}
    assert anybody.get("/status", headers=falsified).status_code == 401


def test_a_token_of_a_user_who_is_gone_is_rejected(tmp_path: Path, version: str) -> None:
    with fresh(tmp_path) as client:
        ada = sign_up(Caller(http=client, version=version))
        with sqlite3.connect(tmp_path / "service.db") as database:
            database.execute("DELETE FROM users")
        response = ada.get("/users/me")
    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def _walk(anybody: Caller) -> list[Any]:
    """Send the secret everywhere that takes one, rightly and wrongly; return the responses."""
    name = f"walker-{anybody.version}"
    user = {"username": name, "password": HIDDEN}
    form = {"grant_type": "password", **user}
    responses = [
        anybody.post("/users", json=user),
        anybody.post("/users", json=user),
        anybody.post("/users", json={**user, "username": HIDDEN.upper()}),
        anybody.post("/users", json={"username": name, "password": [HIDDEN]}),
        anybody.post("/users", json={"username": name, HIDDEN: HIDDEN}),
        anybody.post(
            "/users", content=f'{{"password": "{HIDDEN}"', headers={"Content-Type": "application/json"}
        ),
        anybody.post("/token", data=form),
        anybody.post("/token", data={**form, "username": "nobody"}),
        anybody.post("/token", data={**form, "password": HIDDEN * 20}),
        anybody.post("/token", data={**form, "scope": HIDDEN}),
        anybody.post("/token", content=HIDDEN, headers={"Content-Type": HIDDEN}),
    ]
    bearer = {"Authorization": f"Bearer {responses[6].json()['access_token']}"}
    responses += [
        anybody.get("/users/me", headers=bearer),
        anybody.patch("/users/me", {"password": HIDDEN}, headers=bearer),
        anybody.get("/status", headers={"Authorization": f"Bearer {HIDDEN}"}),
        anybody.get("/usage", headers={"X-API-Key": HIDDEN}),
    ]
    return responses


def test_no_secret_comes_back_or_is_written_down(
    tmp_path: Path, version: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with fresh(tmp_path) as client:
        responses = _walk(Caller(http=client, version=version))
        # A database that fails puts the statement, and so the hash, into an exception.
        with sqlite3.connect(tmp_path / "service.db") as database:
            stored = [str(row) for row in database.execute("SELECT * FROM users")]
            database.execute(
                "CREATE TRIGGER t BEFORE INSERT ON users BEGIN INSERT INTO nowhere VALUES (1); END"
            )
        anybody = Caller(http=client, version=version)
        failed = anybody.post("/users", json={"username": "latecomer", "password": HIDDEN})
    assert failed.status_code == 500
    assert stored
    assert "$argon2id$" in stored[0]
    assert HIDDEN not in stored[0]
    seen = "".join(f"{response.headers}{response.text}" for response in [*responses, failed])
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert "failed" in logged
    for secret in (HIDDEN, "$argon2id$"):
        assert secret not in seen
        assert secret not in logged
    assert KEY not in logged
    assert str(responses[6].json()["access_token"]) not in logged


def test_the_database_keeps_no_key(tmp_path: Path) -> None:
    with fresh(tmp_path) as client:
        assert _usage(client).status_code == 200
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"users" in content
    assert KEY.encode() not in content


def _usage(client: TestClient) -> Any:
    return client.get("/api/v1/usage", headers={"X-API-Key": KEY})
