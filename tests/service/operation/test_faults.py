"""Faults while two workers are at work: nothing acknowledged is lost, and what fails is a problem that says when to try."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.service.operation.processes import NO_TLS, Supervised, User, supervised, until
from tests.service.servers import Backend, Servers, skipping, started

pytestmark = pytest.mark.slow
CLIENTS = 8
# Seconds between two turns of a client: as many requests as show a fault, not as many as the machine can.
PAUSE = 0.02


@dataclass
class Load:
    """Clients that create items, each by a key of its own, and read; and what they were told."""

    user: User
    over: threading.Event = field(default_factory=threading.Event)
    acknowledged: dict[str, int] = field(default_factory=dict[str, int])
    refused: list[httpx.Response] = field(default_factory=list[httpx.Response])
    strange: list[str] = field(default_factory=list[str])
    last_good: float = 0.0
    first_good_after: float | None = None
    fault_over: float | None = None

    def client(self) -> None:
        while not self.over.is_set():
            key = str(uuid.uuid4())
            headers = {"Idempotency-Key": key}
            self._note(self.user.send("POST", "/items", json=self.user.body(key), headers=headers), key)
            self._note(self.user.send("GET", "/items?limit=1"), key)
            self.over.wait(PAUSE)

    def _note(self, response: httpx.Response, key: str) -> None:
        if response.status_code in {200, 201}:
            if response.status_code == 201:
                self.acknowledged[key] = response.json()["id"]
            self.last_good = time.monotonic()
            if self.fault_over is not None and self.first_good_after is None:
                self.first_good_after = self.last_good
        elif response.status_code == 503:
            self.refused.append(response)
        else:
            self.strange.append(f"{response.status_code} {response.text[:200]}")

    def recovered(self) -> bool:
        return self.first_good_after is not None


@contextmanager
def _under_load(running: Supervised) -> Iterator[Load]:
    load = Load(User.new(running.url, "v2"))
    with ThreadPoolExecutor(CLIENTS) as threads:
        clients = [threads.submit(load.client) for _ in range(CLIENTS)]
        try:
            until(lambda: len(load.acknowledged) > 20)
            yield load
        finally:
            load.over.set()
            for client in clients:
                client.result()


def _require_kept(load: Load) -> None:
    """Every item that was acknowledged is there under its number, and none twice."""
    seen: dict[int, str] = {}
    cursor = ""
    while True:
        page = load.user.send("GET", f"/items?limit=100{cursor}").json()
        seen.update({item["id"]: item["name"] for item in page["data"]})
        if not page["page"]["hasMore"]:
            break
        cursor = f"&cursor={page['page']['nextCursor']}"
    lost = {key: number for key, number in load.acknowledged.items() if seen.get(number) != key}
    assert lost == {}
    assert len(set(seen.values())) == len(seen)


def _require_problems(load: Load) -> None:
    for response in load.refused:
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.headers["Retry-After"].isdigit()
        assert response.json()["status"] == 503
        assert "Traceback" not in response.text
    assert load.strange == []


def _ready(running: Supervised) -> int:
    return httpx.get(f"{running.url}/readyz", timeout=10, verify=NO_TLS).status_code


@pytest.fixture
def own(servers: Servers) -> Iterator[Servers]:
    """Servers that the test may stop; where none can be had it skips."""
    del servers
    with started() as running:
        yield running


def test_postgresql_restarts(own: Servers, tmp_path: Path) -> None:
    with supervised("uvicorn", tmp_path, own.backend(), ACCORD_DATABASE_WAIT="2") as running:
        with _under_load(running) as load:
            with skipping():
                own.postgres.stop("immediate")
            until(lambda: len(load.refused) > 10)
            with skipping():
                own.postgres.start()
            load.fault_over = time.monotonic()
            until(load.recovered)
            written = len(load.acknowledged)
            until(lambda: len(load.acknowledged) > written + 20)
        assert load.first_good_after is not None
        assert load.first_good_after - load.fault_over < 5
        _require_problems(load)
        _require_kept(load)
    assert "Traceback" not in running.log.read_text()


def test_redis_stops_for_a_while(own: Servers, tmp_path: Path) -> None:
    with supervised("uvicorn", tmp_path, own.backend()) as running:
        with _under_load(running) as load:
            own.redis.stop()
            before = len(load.acknowledged)
            until(lambda: len(load.acknowledged) > before + 50)
            own.redis.start(databases=4096)
            before = len(load.acknowledged)
            until(lambda: len(load.acknowledged) > before + 50)
        # The cache is nothing that anybody has to know of.
        assert [response.status_code for response in load.refused] == []
        assert load.strange == []
        _require_kept(load)  # when nobody writes any more: a page that was read knows nothing of later writes


def test_a_disk_that_fills_up_under_sqlite() -> None:
    """A file system of its own that holds two megabytes, where this process may make one."""
    folder = Path(tempfile.mkdtemp(prefix="accord-full-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        shutil.rmtree(folder)
        pytest.skip("this process may not mount a file system of its own")
    log = Path(tempfile.mkdtemp(prefix="accord-full-log-"))
    try:
        backend = Backend(name="full", database_url=f"sqlite:///{folder / 'service.db'}")
        with supervised("uvicorn", log, backend) as running:
            with _under_load(running) as load:
                until(lambda: len(load.refused) > 20)
                until(lambda: _ready(running) == 503)
            _require_problems(load)
            # Reading goes on, and so does writing as soon as there is room.
            assert load.user.send("GET", "/items?limit=1").status_code == 200
            _require_kept(load)
            subprocess.run(["mount", "-o", "remount,size=8m", str(folder)], check=True)
            until(lambda: load.user.send("POST", "/items", json=load.user.body()).status_code == 201)
            # Each worker has to see that there is room again.
            until(lambda: {_ready(running) for _ in range(10)} == {200}, patience=5)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(log, ignore_errors=True)
