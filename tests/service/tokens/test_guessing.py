"""Guessing passwords: no response comes sooner for an unknown user, and nobody may guess often."""

from __future__ import annotations

import asyncio
import resource
import statistics
from pathlib import Path

import pytest

from impl.core.database import Database
from impl.core.passwords import HashCost, Passwords
from impl.core.schema import prepare
from impl.core.users import Users
from tests.service.api.support import PASSWORD, Caller, fresh, sign_up

TRIES = 50
LARGEST_DIFFERENCE = 0.05


def _cpu() -> float:
    """CPU seconds of all threads of this process: what else the machine does is not in it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


@pytest.mark.slow
def test_an_unknown_user_costs_as_much_as_a_wrong_password(tmp_path: Path) -> None:
    """The real cost of a hash, each kind in turn, the median of many."""

    async def measure() -> tuple[float, float]:
        database = Database(f"sqlite:///{tmp_path / 'service.db'}")
        await prepare(database)
        passwords = Passwords(HashCost())
        await passwords.warm_up()
        async with database.unit_of_work() as session:
            await Users(session, passwords).register(username="ada", display_name=None, password=PASSWORD)

        async def cost(username: str) -> float:
            before = _cpu()
            async with database.unit_of_work() as session:
                assert await Users(session, passwords).sign_in(username, "a wrong password") is None
            return _cpu() - before

        for name in ("ada", "nobody"):
            await cost(name)
        known: list[float] = []
        unknown: list[float] = []
        for number in range(TRIES):
            pairs = [(known, "ada"), (unknown, f"nobody-{number}")]
            # Whichever comes first finds other caches: they take turns.
            for found, name in pairs if number % 2 else reversed(pairs):
                found.append(await cost(name))
        await database.close()
        return statistics.median(known), statistics.median(unknown)

    known, unknown = asyncio.run(measure())
    assert known > 0.01, "this is not the real cost"
    assert abs(known - unknown) / known < LARGEST_DIFFERENCE, f"{known * 1e3:.2f} ms, {unknown * 1e3:.2f} ms"


LIMITS = {
    "default": ("1000/minute per ip",),
    "costly": ("1000/minute per ip",),
    "register": ("1000/minute per ip",),
    "login": ("20/minute per ip", "5/minute per account"),
}


def test_an_account_is_tried_only_so_often(tmp_path: Path, version: str) -> None:
    with fresh(tmp_path, rate_limits=LIMITS, trusted_proxies=()) as client:
        anybody = Caller(http=client, version=version)
        ada = sign_up(anybody)
        form = {"grant_type": "password", "username": ada.name, "password": "wrong"}
        statuses = [anybody.post("/token", data=form).status_code for _ in range(6)]
        assert statuses == [400] * 4 + [429] * 2
        refused = anybody.post("/token", data={**form, "password": PASSWORD})
        assert refused.status_code == 429
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert refused.headers["RateLimit-Policy"] == '"login-ip";q=20;w=60, "login-account";q=5;w=60'
        assert refused.headers["RateLimit"].startswith('"login-account";r=0;t=')
        # An unknown account is limited alike, and the address in the end, whatever it tries.
        form["username"] = "nobody"
        assert [anybody.post("/token", data=form).status_code for _ in range(6)] == [400] * 5 + [429]
        last = [anybody.post("/token", data={**form, "username": f"no-{n}"}).status_code for n in range(10)]
        assert last == [400] * 6 + [429] * 4


def test_every_operation_is_limited_by_its_policy(tmp_path: Path, version: str) -> None:
    """One request each; the second is rejected before it is looked at."""
    once = dict.fromkeys(LIMITS, ("1/hour per ip and endpoint",))
    import json

    from tests.service.tokens.test_refused import ROOT

    contract = json.loads((ROOT / f"generated/{version}/openapi.json").read_text())
    with fresh(tmp_path, rate_limits=once) as client:
        anybody = Caller(http=client, version=version)
        for path, item in contract["paths"].items():
            for method in {"get", "put", "post", "patch", "delete"} & set(item):
                place = path.replace("{itemId}", "1")
                assert anybody.send(method.upper(), place).status_code != 429
                refused = anybody.send(method.upper(), place)
                assert (refused.status_code, method, path) == (429, method, path)
                assert {"Retry-After", "RateLimit", "RateLimit-Policy"} <= {
                    name.title().replace("Ratelimit", "RateLimit") for name in refused.headers
                }
