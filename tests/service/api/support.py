"""What the tests of the running service share: applications of their own, callers, and prices of either version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any  # JSON bodies have no narrower type

from fastapi import FastAPI
from starlette.testclient import TestClient

from impl.app import create_service
from impl.settings import Settings

KEY = "the-key-of-these-tests-only"
PASSWORD = "correct horse battery staple"
VERSIONS = ("v1", "v2")
_NUMBERS = count(1)


def settings(folder: Path, **changes: Any) -> Settings:
    """Settings that read nothing of the environment that matters, with cheap hashes and a model that does not wait."""
    chosen: dict[str, Any] = {
        "state_dir": folder,
        "database_url": f"sqlite+aiosqlite:///{folder / 'service.db'}",
        "redis_url": None,
        "jwt_secret": "a secret of these tests that is long enough",
        "api_key": KEY,
        "password_time_cost": 1,
        "password_memory_cost": 64,
        "password_parallelism": 1,
        "chat_token_delay": 0,
        "chat_url": None,
        "log_format": "off",
        "rate_limits": {},
    }
    return Settings(**{**chosen, **changes})


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who calls one version; without a name nobody in particular."""

    http: TestClient
    version: str
    name: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def send(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> Any:
        """Send a request below the version's prefix; the response is the test client's."""
        return self.http.request(
            method, f"/api/{self.version}{path}", headers={**self.headers, **(headers or {})}, **more
        )

    def get(self, path: str, **more: Any) -> Any:
        return self.send("GET", path, **more)

    def post(self, path: str, **more: Any) -> Any:
        return self.send("POST", path, **more)

    def patch(self, path: str, changes: dict[str, Any], *, headers: dict[str, str] | None = None) -> Any:
        """Send a merge patch."""
        kind = {"Content-Type": "application/merge-patch+json"}
        return self.send("PATCH", path, content=json.dumps(changes), headers={**kind, **(headers or {})})

    def price(self, amount: str, currency: str = "EUR") -> Any:
        """A price as this version writes it."""
        return float(amount) if self.version == "v1" else {"amount": amount, "currency": currency}

    def create(self, name: str = "Cup", amount: str = "12.50", **more: Any) -> Any:
        """Create an item and return the response."""
        response = self.post("/items", json={"name": name, "price": self.price(amount), **more})
        assert response.status_code == 201, response.text
        return response

    def page(self, **query: Any) -> tuple[list[Any], str | None]:
        """The items of a page and the cursor of the next one, wherever the version keeps them."""
        response = self.get("/items", params=query)
        assert response.status_code == 200, response.text
        body = response.json()
        if self.version == "v1":
            return body["items"], body["nextCursor"]
        assert body["page"]["hasMore"] is (body["page"]["nextCursor"] is not None)
        return body["data"], body["page"]["nextCursor"]

    def report(self, **body: Any) -> Any:
        """Ask for a price report in euro."""
        if self.version == "v2":
            body.setdefault("currency", "EUR")
        return self.post("/reports/prices", json=body)


def sign_up(anybody: Caller, *, scope: str | None = None) -> Caller:
    """Register a user with a name of its own and sign in."""
    name = f"user-{next(_NUMBERS)}"
    response = anybody.post("/users", json={"username": name, "password": PASSWORD})
    assert response.status_code == 201, response.text
    return sign_in(anybody, name, scope=scope)


def sign_in(anybody: Caller, name: str, *, scope: str | None = None) -> Caller:
    """Get a token for a user of this test run."""
    form = {"grant_type": "password", "username": name, "password": PASSWORD}
    response = anybody.post("/token", data=form if scope is None else {**form, "scope": scope})
    assert response.status_code == 200, response.text
    headers = {"Authorization": f"Bearer {response.json()['access_token']}"}
    return Caller(http=anybody.http, version=anybody.version, name=name, headers=headers)


@contextmanager
def served(app: FastAPI) -> Iterator[TestClient]:
    """The application, started; what it fails at is a response, as for any client."""
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
        client.get("/metrics")  # what it counted is searched for secrets as everything that it says


@contextmanager
def fresh(folder: Path, **changes: Any) -> Iterator[TestClient]:
    """A started application with a database of its own."""
    with served(create_service(settings(folder, **changes))) as client:
        yield client
