"""Several processes behind a real nginx, on PostgreSQL and Redis: whoever answers, a client cannot tell."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from scripts.services import find, free_port
from tests.service.api.support import PASSWORD
from tests.service.operation.processes import NO_TLS, PATIENCE, Supervised, User, responses, supervised, until
from tests.service.servers import ROOT, Servers, require

pytestmark = pytest.mark.slow
REPLICAS = 3
# What all replicas together allow of what costs much, and more of everything else than these tests ask for.
ALLOWED = 7
_PLENTY = "100000/minute per ip"
LIMITS = {
    "default": [_PLENTY],
    "login": [_PLENTY],
    "register": [_PLENTY],
    "costly": [f"{ALLOWED}/day per user and endpoint"],
}
# Seconds that the stand-in of the language model takes for a word.
PACE = 0.1


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The address of nginx, and what stands behind it."""

    url: str
    replicas: list[Supervised]

    def asked(self) -> list[int]:
        """How many requests each replica has answered."""
        return [replica.log.read_text().count('"logger":"accord.access"') for replica in self.replicas]


@pytest.fixture(scope="module")
def cluster(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    require("nginx")
    backend = servers.backend()
    with ExitStack() as stack:
        replicas = [
            stack.enter_context(
                supervised(
                    "single",
                    tmp_path_factory.mktemp(f"replica-{number}"),
                    backend,
                    ACCORD_CHAT_TOKEN_DELAY=str(PACE),
                    ACCORD_RATE_LIMITS=json.dumps(LIMITS),
                )
            )
            for number in range(REPLICAS)
        ]
        yield Cluster(
            url=stack.enter_context(_nginx([replica.url for replica in replicas])), replicas=replicas
        )


def configured(folder: Path, port: int, upstream: list[str]) -> Path:
    """The configuration of `deploy/`, with the addresses of this test and its own folder."""
    text = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.strip().startswith("server app-")]
    place = next(number for number, line in enumerate(lines) if "least_conn" in line) + 1
    lines[place:place] = [
        f"server {url.removeprefix('http://')} max_fails=1 fail_timeout=2s;" for url in upstream
    ]
    text = "\n".join(lines).replace("/var/run/nginx", str(folder))
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};").replace(
        "worker_processes auto", "worker_processes 1"
    )
    file = folder / "nginx.conf"
    file.write_text(text + "\n", encoding="utf-8")
    return file


@contextmanager
def _nginx(upstream: list[str]) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="accord-nginx-"))
    folder.chmod(0o755)
    port = free_port()
    file = configured(folder, port, upstream)
    program = find("nginx")
    assert program is not None
    with (folder / "log").open("wb") as output:
        process = subprocess.Popen(
            [program, "-c", str(file), "-g", "daemon off;"], stdout=output, stderr=output
        )
    try:
        until(lambda: responses(f"http://127.0.0.1:{port}") or process.poll() is not None)
        assert process.poll() is None, (folder / "log").read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def test_a_session_is_bound_to_no_replica(cluster: Cluster, version: str) -> None:
    user = User.new(cluster.url, version, f"nobody-{version}")
    before = cluster.asked()
    for _ in range(30):
        assert user.send("GET", "/users/me").json()["username"] == f"nobody-{version}"
    assert all(after > count for after, count in zip(cluster.asked(), before, strict=True))


def _token(user: User, **form: str) -> httpx.Response:
    return httpx.post(f"{user.base}/token", data=form, timeout=PATIENCE, verify=NO_TLS)


def test_a_sign_in_is_refreshed_by_whoever_is_asked(cluster: Cluster, version: str) -> None:
    user = User.new(cluster.url, version, f"refresher-{version}")
    form = {"grant_type": "password", "username": f"refresher-{version}", "password": PASSWORD}
    tokens = _token(user, **form).json()
    used: list[str] = []
    before = cluster.asked()
    for _ in range(4 * REPLICAS):
        used.append(tokens["refresh_token"])
        response = _token(user, grant_type="refresh_token", refresh_token=used[-1])
        assert response.status_code == 200
        tokens = response.json()
    assert all(after > count for after, count in zip(cluster.asked(), before, strict=True))
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert user.send("GET", "/users/me", headers=headers).status_code == 200
    # A token that comes again ends the sign-in, on each replica at once.
    assert _token(user, grant_type="refresh_token", refresh_token=used[0]).json()["error"] == "invalid_grant"
    assert _token(user, grant_type="refresh_token", refresh_token=tokens["refresh_token"]).status_code == 400
    statuses = [user.send("GET", "/users/me", headers=headers).status_code for _ in range(2 * REPLICAS)]
    assert set(statuses) == {401}


def test_replicas_count_together(cluster: Cluster, version: str) -> None:
    user = User.new(cluster.url, version, f"eager-{version}")
    body = {} if version == "v1" else {"currency": "EUR"}
    responses = [user.send("POST", "/reports/prices", json=body) for _ in range(ALLOWED + 2 * REPLICAS)]
    assert [response.status_code for response in responses] == [200] * ALLOWED + [429] * 2 * REPLICAS
    for response in responses[ALLOWED:]:
        assert response.headers["RateLimit-Policy"] == f'"costly-endpoint-user";q={ALLOWED};w=86400'
        assert response.headers["Retry-After"].isdigit()


def test_every_replica_sees_a_change_at_once(cluster: Cluster, version: str) -> None:
    user = User.new(cluster.url, version, f"writer-{version}")
    made = user.send("POST", "/items", json=user.body())
    path = f"/items/{made.json()['id']}"
    for number in range(8):
        seen = [user.send("GET", path) for _ in range(2 * REPLICAS)]
        assert len({(response.content, response.headers["ETag"]) for response in seen}) == 1
        etag = seen[0].headers["ETag"]
        known = {"If-None-Match": etag}
        assert {user.send("GET", path, headers=known).status_code for _ in range(REPLICAS)} == {304}
        changed = user.send(
            "PATCH",
            path,
            content=f'{{"name": "name {number}"}}',
            headers={"If-Match": etag, "Content-Type": "application/merge-patch+json"},
        )
        assert changed.status_code == 200
        assert {user.send("GET", path, headers=known).status_code for _ in range(REPLICAS)} == {200}
        assert user.send("GET", path).json() == changed.json()
        stale = user.send("DELETE", path, headers={"If-Match": etag})
        assert stale.status_code == 412


def test_tries_on_all_replicas_make_one_item(cluster: Cluster, version: str) -> None:
    user = User.new(cluster.url, version, f"repeater-{version}")
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    with ThreadPoolExecutor(20) as threads:
        tries = [
            threads.submit(user.send, "POST", "/items", json=user.body(), headers=headers) for _ in range(20)
        ]
        made = {(future.result().status_code, future.result().content) for future in tries}
    assert len(made) == 1
    page = user.send("GET", "/items").json()
    assert len(page["items" if version == "v1" else "data"]) == 1


def test_a_stream_comes_through_token_by_token(cluster: Cluster, version: str) -> None:
    user = User.new(cluster.url, version, f"talker-{version}")
    question = {"messages": [{"role": "user", "content": "How do I descale a kettle?"}]}
    with httpx.stream(
        "POST", f"{user.base}/chat", json=question, headers=user.headers, timeout=PATIENCE
    ) as response:
        assert response.status_code == 200
        moments = [time.monotonic() for line in response.iter_lines() if line.startswith("event:")]
    assert len(moments) > 3
    # Nothing was kept back: the last word is a second behind the first, and hardly less for a client that is slow.
    assert moments[-1] - moments[0] > 3 * PACE


def test_the_operators_paths_are_not_for_clients(cluster: Cluster) -> None:
    for path in ("/metrics", "/readyz", "/healthz"):
        assert httpx.get(cluster.url + path, timeout=PATIENCE).status_code == 403


def test_a_replica_may_die(cluster: Cluster, servers: Servers, tmp_path: Path) -> None:
    del servers
    user = User.new(cluster.url, "v2", "survivor")
    victim = cluster.replicas.pop()
    os.kill(victim.process.pid, 9)
    statuses = [user.send("GET", "/items").status_code for _ in range(20)]
    assert set(statuses) == {200}
    made = {user.send("POST", "/items", json=user.body()).status_code for _ in range(10)}
    assert made == {201}


def test_the_configuration_is_valid_as_it_stands(tmp_path: Path) -> None:
    require("nginx")
    program = find("nginx")
    assert program is not None
    tmp_path.chmod(0o755)
    file = configured(tmp_path, free_port(), ["http://127.0.0.1:1"])
    done = subprocess.run([program, "-t", "-c", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr.replace('[warn] the "user" directive', "")
