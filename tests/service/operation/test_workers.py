"""Several workers on one port, under uvicorn and under gunicorn: one may die, all of them drain."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.service.operation.processes import (
    PATIENCE,
    SUPERVISORS,
    Supervised,
    User,
    command_of,
    environment,
    report_processes,
    supervised,
    until,
)
from tests.service.servers import LOCAL, ROOT, Backend, Servers

pytestmark = pytest.mark.slow
# Seconds between two requests of a client.
PAUSE = 0.01


@pytest.fixture(params=SUPERVISORS, scope="module")
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def running(kind: str, backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervised]:
    """Two workers, which the tests of a kind and a backend share: each has a user of its own."""
    with supervised(kind, tmp_path_factory.mktemp(kind), backend) as service:
        yield service


def _own_user(running: Supervised, version: str) -> User:
    return User.new(running.url, version, f"user-{uuid.uuid4().hex[:12]}")


def test_a_worker_that_is_killed_is_no_outage_and_comes_back(running: Supervised) -> None:
    user = _own_user(running, "v2")
    over = threading.Event()
    statuses: list[int] = []
    made: dict[str, int] = {}

    def read() -> None:
        while not over.wait(PAUSE):
            statuses.append(user.send("GET", "/items?limit=1").status_code)

    def write() -> None:
        while not over.wait(PAUSE):
            key = str(uuid.uuid4())
            response = user.send("POST", "/items", json=user.body(key), headers={"Idempotency-Key": key})
            statuses.append(response.status_code)
            if response.status_code == 201:
                made[key] = response.json()["id"]

    until(lambda: len(running.workers()) == 2)
    before = set(running.workers())
    with ThreadPoolExecutor(4) as threads:
        load = [threads.submit(work) for work in (read, read, write, write)]
        until(lambda: len(made) > 5)
        victim = min(before)
        os.kill(victim, signal.SIGKILL)
        answered = len(statuses)
        until(lambda: len(statuses) > answered + 20)  # the other one goes on
        until(lambda: len(set(running.workers()) - {victim}) == 2)
        answered = len(statuses)
        until(lambda: len(statuses) > answered + 20)
        over.set()
        for work in load:
            work.result()
    assert set(statuses) == {200, 201}
    _require_all(user, made)


def _require_all(user: User, made: dict[str, int]) -> None:
    """What was acknowledged is there, once."""
    seen: list[tuple[str, int]] = []
    cursor = ""
    while True:
        page = user.send("GET", f"/items?limit=100{cursor}").json()
        seen += [(item["name"], item["id"]) for item in page["data"]]
        if not page["page"]["hasMore"]:
            break
        cursor = f"&cursor={page['page']['nextCursor']}"
    assert made
    assert sorted(seen) == sorted(made.items())


def test_sigterm_lets_requests_finish(tmp_path: Path, kind: str) -> None:
    with supervised(kind, tmp_path, LOCAL) as running:
        user = User.new(running.url, "v1")
        body = json.dumps(user.body("the last one")).encode()
        head = (
            f"POST /api/v1/items HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
            f"Authorization: {user.headers['Authorization']}\r\nContent-Length: {len(body)}\r\n"
            "Expect: 100-continue\r\n\r\n"
        ).encode()
        address = urlsplit(running.url)
        with socket.create_connection((address.hostname, address.port), timeout=PATIENCE) as connection:
            connection.sendall(head)
            # The response to that says that the request is being served.
            assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
            connection.sendall(body[:10])
            running.process.send_signal(signal.SIGTERM)
            until(lambda: "Waiting for connections to close" in running.log.read_text())
            assert running.process.poll() is None
            connection.sendall(body[10:])
            response = b""
            while part := connection.recv(65536):
                response += part
        assert response.startswith(b"HTTP/1.1 201 ")
        assert running.process.wait(PATIENCE) in {0, 143}
        said = running.log.read_text()
        assert "Traceback" not in said
    with supervised("single", tmp_path, LOCAL) as again:
        names = [
            item["name"] for item in User.signed_in(again.url, "v1").send("GET", "/items").json()["items"]
        ]
        assert names == ["the last one"]


def test_tries_across_workers_make_one_item(running: Supervised, version: str) -> None:
    until(lambda: len(running.workers()) == 2)
    with ThreadPoolExecutor(20) as threads:
        user = _own_user(running, version)
        headers = {"Idempotency-Key": str(uuid.uuid4())}

        def create(_: int) -> tuple[int, bytes, str]:
            response = user.send("POST", "/items", json=user.body(), headers=headers)
            return response.status_code, response.content, response.headers["Location"]

        responses = set(threads.map(create, range(20)))
        assert len(responses) == 1
        assert next(iter(responses))[0] == 201
        page = user.send("GET", "/items").json()
        assert len(page["items" if version == "v1" else "data"]) == 1


def test_a_stale_schema_stops_all_of_it(tmp_path: Path, kind: str, servers: Servers) -> None:
    backend = Backend(name="stale", database_url=servers.empty_database())
    done = subprocess.run(
        command_of(kind, 2),
        cwd=ROOT,
        env=environment(tmp_path, backend),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    said = done.stdout + done.stderr
    assert "run `alembic upgrade head`" in said
    # Where two workers fail at once, gunicorn's own arbiter may end with a traceback; ours is never in one.
    frames = [line for line in said.splitlines() if line.lstrip().startswith('File "')]
    assert [line for line in frames if "gunicorn" not in line and "<frozen" not in line] == []
    assert kind == "gunicorn" or "Traceback" not in said
    assert kind == "uvicorn" or done.returncode != 0


def test_a_worker_takes_its_report_processes_along(tmp_path: Path) -> None:
    with supervised("single", tmp_path, LOCAL) as running:
        user = User.new(running.url, "v1")
        user.send("POST", "/items", json=user.body())
        assert user.send("POST", "/reports/prices", json={}).status_code == 200
        helpers = report_processes(running.process.pid)
        assert helpers
        running.process.kill()
        until(lambda: not any(_lives(pid) for pid in helpers), patience=10)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
