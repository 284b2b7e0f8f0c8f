"""Rate limits: rules as they are written, who is counted together, what a rejection says, and Redis that comes and goes."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from limits import parse

from accord.runtime import Rejection
from accord.runtime import declare as d
from accord.service import Caller, InstalledService, ServiceError, ServiceSettings, install_service
from accord.service.rate_counters import Counters, ProcessStorage
from accord.service.rate_limits import parse_rule
from tests.unit.runtime.kit import Got, call, ok, operation, problem_of

KEY = d.Scheme(name="ApiKey", method="api_key", kind="apiKey", location="header", parameter="X-API-Key")
USES = ((d.Use(scheme=KEY),),)


class Things:
    async def one(self, **_: Any) -> Any:
        return {}

    two = one
    free = one
    open = one


class Security:
    async def api_key(self, *, key: str, scopes: tuple[str, ...]) -> str:
        return key


async def security() -> Security:
    return Security()


OPERATIONS = (
    operation("one", "GET", "/one", responses=(ok(),), security=USES, rate_limit="few"),
    operation("two", "GET", "/two", responses=(ok(),), security=USES, rate_limit="few"),
    operation("free", "GET", "/free", responses=(ok(),), security=USES),
    operation("open", "GET", "/open", responses=(ok(),), rate_limit="few"),
)


def _identify(principal: object) -> Caller:
    name = str(principal)
    return Caller("key" if name.startswith("program") else "user", name)


@pytest.fixture
def limited(serve: Any, make_app: Any) -> Any:
    def make(*rules: str, **changes: Any) -> tuple[FastAPI, InstalledService]:
        app: FastAPI = make_app()
        settings = ServiceSettings(log_format="off", rate_limits={"few": rules}, **changes)
        installed = install_service(app, settings, identify=_identify)
        serve(Things(), OPERATIONS, app=app, security=security, settings=installed.runtime())
        return app, installed

    return make


def _get(app: FastAPI, path: str, name: str = "ada", **headers: str) -> Got:
    return call(app, "GET", f"/api{path}", headers={"X-API-Key": name, **headers})


def _until_rejected(app: FastAPI, path: str, name: str = "ada", **headers: str) -> int:
    for number in range(20):
        if _get(app, path, name, **headers).status == 429:
            return number
    return 20


def test_a_rejection_says_when_to_come_back(limited: Any) -> None:
    app, _ = limited("2/minute per user", "100/hour per ip")
    assert [_get(app, "/one").status for _ in range(3)] == [200, 200, 429]
    response = _get(app, "/one")
    problem = problem_of(response, 429)
    seconds = int(response.header("retry-after") or "")
    assert 1 <= seconds <= 60
    assert response.header("ratelimit-policy") == '"few-user";q=2;w=60, "few-ip";q=100;w=3600'
    assert response.header("ratelimit") == f'"few-user";r=0;t={seconds}'
    assert str(seconds) in problem["detail"]


def test_answers_tell_what_is_left_where_that_is_asked_for(limited: Any) -> None:
    app, _ = limited("3/minute per user", rate_limit_fields="always")
    left = []
    for _ in range(4):
        found = re.search(r'"few-user";r=(\d+);t=\d+', _get(app, "/one").header("ratelimit") or "")
        assert found
        left.append(int(found[1]))
    assert left == [2, 1, 0, 0]
    quiet, _ = limited("3/minute per user")
    assert _get(quiet, "/one").header("ratelimit") is None


def test_each_subject_counts_apart(limited: Any) -> None:
    app, _ = limited("2/minute per user")
    assert _until_rejected(app, "/one", "ada") == 2
    assert _until_rejected(app, "/two", "ada") == 0  # another operation, the same user
    assert _until_rejected(app, "/one", "bob") == 2
    assert _until_rejected(app, "/one", "program-x") == 20  # no user
    assert _until_rejected(app, "/open") == 20
    assert _until_rejected(app, "/free") == 20

    app, _ = limited("2/minute per key and endpoint")
    assert _until_rejected(app, "/one", "program-x") == 2
    assert _until_rejected(app, "/two", "program-x") == 2
    assert _until_rejected(app, "/one", "ada") == 20

    app, _ = limited("3/minute per endpoint")
    assert _until_rejected(app, "/one", "ada") == 3
    assert _until_rejected(app, "/one", "bob") == 0
    assert _until_rejected(app, "/two", "bob") == 3


def test_an_address_is_counted_before_credentials_are_looked_at(limited: Any) -> None:
    app, _ = limited("2/minute per ip", trusted_proxies=("127.0.0.1",))
    for expected in (401, 401, 429):
        assert call(app, "GET", "/api/one").status == expected
    data, other = {"X-Forwarded-For": "2001:db8::1"}, {"X-Forwarded-For": "2001:db8:0:1::1"}
    assert _until_rejected(app, "/one", **data) == 2
    assert _until_rejected(app, "/one", **{"X-Forwarded-For": "2001:db8::2"}) == 0
    assert _until_rejected(app, "/one", **other) == 2


def test_a_user_who_sends_a_wrong_address_gains_nothing(limited: Any) -> None:
    app, _ = limited("2/minute per ip")
    assert _until_rejected(app, "/one", **{"X-Forwarded-For": "198.51.100.1"}) == 2
    assert _until_rejected(app, "/one", **{"X-Forwarded-For": "198.51.100.2"}) == 0


def test_a_policy_without_numbers_stops_the_start(serve: Any, make_app: Any) -> None:
    app = make_app()
    settings = ServiceSettings(log_format="off", rate_limits={"other": ("1/minute per ip",)})
    installed = install_service(app, settings)
    with pytest.raises(ServiceError, match="limits one by 'few'"):
        serve(Things(), OPERATIONS, app=app, security=security, settings=installed.runtime())


@pytest.mark.parametrize(
    "rule",
    ["", "10/minute", "10/minute per account and ip", "10/minute per", "10/minute per moon", "ten/minute per ip", "10/fortnight per ip",
     "10/minute per user and key", "per ip"],
)  # fmt: skip
def test_what_is_no_rule_is_told(rule: str) -> None:
    with pytest.raises(ServiceError, match="rate limit 'few'"):
        parse_rule("few", rule)


def test_a_rule_may_have_words_and_multiples() -> None:
    rule = parse_rule("few", "10 per 15 minutes per user and endpoint")
    assert (rule.limit.amount, rule.limit.get_expiry()) == (10, 900)
    assert (rule.name, rule.needs_caller) == ("few-endpoint-user", True)


def test_attempts_on_an_account_are_counted_by_the_implementation(limited: Any) -> None:
    app, installed = limited("2/minute per account", "100/minute per ip")
    assert _until_rejected(app, "/one") == 20
    limits = installed.limits
    assert limits is not None

    async def attempts() -> int:
        for number in range(5):
            try:
                await limits.count("few", "account ada")
            except Rejection:
                return number
        return 5

    assert asyncio.run(attempts()) == 2


def test_the_window_slides(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)

    async def fill() -> int:
        return sum([await storage.acquire_sliding_window_entry("k", 10, 60) for _ in range(30)])

    storage = ProcessStorage()
    now -= now % 60
    assert asyncio.run(fill()) == 10
    now += 60  # all of the window before still counts
    assert asyncio.run(fill()) == 0
    now += 30  # half of it
    assert asyncio.run(fill()) == 5
    now += 300
    assert asyncio.run(fill()) == 10


def test_what_has_passed_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    storage = ProcessStorage()

    async def many() -> None:
        nonlocal now
        for number in range(50_000):
            now += 0.01
            await storage.acquire_sliding_window_entry(str(number), 1, 10)

    asyncio.run(many())
    assert len(storage._windows) < 20_000


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RedisServer:
    """A server that can be stopped and started again on its port."""

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir",
                   str(self._folder)]  # fmt: skip
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed: `make services` installs it")
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


def test_two_processes_count_together_by_redis(redis: RedisServer) -> None:
    limit = parse("10/minute")

    async def both() -> int:
        counters = [Counters(ServiceSettings(redis_url=redis.url)) for _ in range(2)]
        hits = [await counters[number % 2].hit(limit, "few", "ada") for number in range(30)]
        left = await counters[0].left(limit, "few", "ada")
        assert left.remaining == 0
        assert 1 <= left.seconds <= 60
        return sum(hits)

    assert asyncio.run(both()) == 10


def test_without_redis_each_process_counts_alone_until_it_is_back(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    limit = parse("5/minute")
    caplog.set_level("INFO", logger="accord.service")

    async def story() -> None:
        counters = Counters(ServiceSettings(redis_url=redis.url, redis_retry=0.2))
        assert [await counters.hit(limit, "k") for _ in range(6)] == [True] * 5 + [False]
        redis.stop()
        started = time.monotonic()
        assert [await counters.hit(limit, "k") for _ in range(6)] == [True] * 5 + [False]
        assert time.monotonic() - started < 2
        assert (await counters.left(limit, "k")).remaining == 0
        redis.start()
        await asyncio.sleep(0.3)
        assert [await counters.hit(limit, "k") for _ in range(6)] == [True] * 5 + [False]
        assert not counters._failed

    asyncio.run(story())
    messages = [record.getMessage() for record in caplog.records if record.name == "accord.service"]
    assert len(messages) == 2
    assert "each process counts alone" in messages[0]
    assert messages[1].endswith("Redis is back")
    assert str(redis.port) not in "".join(messages)
