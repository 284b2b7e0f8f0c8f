"""The hook of the contract test: a user of the reference service, who can sign in as often as tokens expire."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

import httpx

_TIMEOUT = 30.0


def prepare(base_url: str) -> Mapping[str, Callable[[], str]]:
    """Register a user at a version of the service; return how to get an access token with every scope."""
    username = f"tester-{secrets.token_hex(4)}"
    password = secrets.token_urlsafe(16)
    profile = {"username": username, "password": password}
    httpx.post(f"{base_url}/users", json=profile, timeout=_TIMEOUT).raise_for_status()

    def token() -> str:
        form = {"grant_type": "password", "username": username, "password": password}
        answer = httpx.post(f"{base_url}/token", data=form, timeout=_TIMEOUT).raise_for_status()
        return str(answer.json()["access_token"])

    return {"oauth2": token}
