"""Hooks as a project would write them."""

from __future__ import annotations

from collections.abc import Callable

import httpx


def log_in(base_url: str) -> dict[str, Callable[[], str]]:
    def token() -> str:
        response = httpx.post(f"{base_url}/tokens", data={"username": "eve", "password": "correct horse"})
        return str(response.json()["access_token"])

    return {"token": token, "unknown scheme": token}


def returns_a_list(_: str) -> list[str]:
    return ["token"]
