"""The hook of the contract test: users of the reference service, who can sign in as often as tokens expire."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

import httpx

_TIMEOUT = 30.0


def prepare(base_url: str) -> Mapping[str, Callable[[], str]]:
    """Register two users at a version of the service; return how to get a token of each with every scope, and one of the
    first that reads items only."""
    first, second = _User(base_url), _User(base_url)
    return {"oauth2": first, "second:oauth2": second, "narrow:oauth2": lambda: first("items:read")}


class _User:
    """A new user; called, it signs in and gives an access token."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._username = f"tester-{secrets.token_hex(4)}"
        self._password = secrets.token_urlsafe(16)
        profile = {"username": self._username, "password": self._password}
        httpx.post(f"{base_url}/users", json=profile, timeout=_TIMEOUT).raise_for_status()

    def __call__(self, scope: str = "") -> str:
        form = {"grant_type": "password", "username": self._username, "password": self._password}
        if scope:
            form["scope"] = scope
        response = httpx.post(f"{self._base_url}/token", data=form, timeout=_TIMEOUT).raise_for_status()
        return str(response.json()["access_token"])
