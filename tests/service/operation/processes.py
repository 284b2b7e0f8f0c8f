"""The service in processes of its own, as an operator runs it."""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.service.api.support import KEY, PASSWORD
from tests.service.servers import ROOT, Backend

# A machine that does much else starts four workers in a minute.
PATIENCE = 180.0
SUPERVISORS = ("uvicorn", "gunicorn")
_ADDRESS = re.compile(r"(?:running on|Listening at:) (http://127\.0\.0\.1:\d+)")
# Nothing here speaks TLS, and to read the certificates of the system for each request costs more than the request.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# What each worker says when it begins to serve.
_SERVING = "Application startup complete."
# As much of a log as explains a failure.
_TAIL = 4000
_CHEAP = {
    "ACCORD_JWT_SECRET": "a secret of these tests that is long enough",
    "ACCORD_API_KEY": KEY,
    "ACCORD_PASSWORD_TIME_COST": "1",
    "ACCORD_PASSWORD_MEMORY_COST": "64",
    "ACCORD_PASSWORD_PARALLELISM": "1",
    # Load is what these tests make.
    "ACCORD_RATE_LIMITS": "{}",
    "NO_COLOR": "1",
}


def until(holds: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def command_of(kind: str, workers: int, port: int = 0) -> list[str]:
    """How an operator starts several workers, and how one process is started."""
    match kind:
        case "uvicorn":  # what `make serve` does
            options = ["--no-reload", "--workers", str(workers), "--drain", "20", "--port", str(port)]
            return [sys.executable, "-m", "accord", "run", *options]
        case "gunicorn":
            options = ["--workers", str(workers), "--graceful-timeout", "20", "--bind", f"127.0.0.1:{port}"]
            worker = ["--worker-class", "uvicorn_worker.UvicornWorker", "--no-control-socket"]
            return [sys.executable, "-m", "gunicorn", *options, *worker, "impl.app:app"]
        case _:
            return [sys.executable, "-m", "uvicorn", "impl.app:app", "--port", str(port)]


@dataclass(frozen=True, kw_only=True)
class Supervised:
    """A supervisor with its workers; the address is where they answer."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        found = [pid for pid in _descendants(self.process.pid) if _is_worker(pid)]
        # The supervisor of gunicorn looks like its workers; it is nobody's worker.
        return [pid for pid in found if pid != self.process.pid]


def environment(folder: Path, backend: Backend, **more: str) -> dict[str, str]:
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("ACCORD_", "DATABASE_", "REDIS_"))}
    return {**kept, **_CHEAP, "ACCORD_STATE_DIR": str(folder), **backend.environment(), **more}


@contextmanager
def supervised(
    kind: str, folder: Path, backend: Backend, *, workers: int = 2, port: int = 0, **more: str
) -> Iterator[Supervised]:
    """Run the service until the block ends, by default on any port. The block begins when every worker serves.

    Whatever fails in the block carries the end of the log, so that a failure far away explains itself.
    """
    log = folder / f"{kind}-{time.monotonic_ns()}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command_of(kind, workers, port),
            cwd=ROOT,
            env=environment(folder, backend, **more),
            stdout=output,
            stderr=output,
        )
    try:
        until(lambda: process.poll() is not None or _ADDRESS.search(log.read_text()))
        found = _ADDRESS.search(log.read_text())
        assert found is not None, "it did not start"
        running = Supervised(url=found[1], process=process, log=log)
        ready = workers if kind in SUPERVISORS else 1
        until(lambda: log.read_text().count(_SERVING) >= ready or process.poll() is not None)
        until(lambda: responses(running.url) or process.poll() is not None)
        assert process.poll() is None, "it did not stay"
        yield running
    except Exception as error:
        error.add_note(f"exit code {process.poll()}; the log ends with\n{log.read_text()[-_TAIL:]}")
        raise
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def responses(url: str) -> bool:
    """Whether somebody answers at an address."""
    try:
        return httpx.get(f"{url}/api/v2/status", timeout=5, verify=NO_TLS).status_code == 200
    except httpx.HTTPError:
        return False


@dataclass(frozen=True, kw_only=True)
class User:
    """A user of one version who repeats what got no response, as a good client does."""

    base: str
    version: str
    headers: dict[str, str]

    @classmethod
    def new(cls, url: str, version: str, name: str = "ada") -> User:
        base = f"{url}/api/{version}"
        user = {"username": name, "password": PASSWORD}
        httpx.post(f"{base}/users", json=user, timeout=PATIENCE).raise_for_status()
        return cls.signed_in(url, version, name)

    @classmethod
    def signed_in(cls, url: str, version: str, name: str = "ada") -> User:
        form = {"grant_type": "password", "username": name, "password": PASSWORD}
        response = httpx.post(f"{url}/api/{version}/token", data=form, timeout=PATIENCE).raise_for_status()
        headers = {"Authorization": f"Bearer {response.json()['access_token']}"}
        return cls(base=f"{url}/api/{version}", version=version, headers=headers)

    def send(self, method: str, path: str, *, tries: int = 3, **more: Any) -> httpx.Response:
        """Send a request on a connection of its own; repeat it where the connection broke."""
        headers = {**self.headers, **more.pop("headers", {})}
        for left in range(tries, 0, -1):
            try:
                return httpx.request(
                    method, self.base + path, headers=headers, timeout=PATIENCE, verify=NO_TLS, **more
                )
            except httpx.TransportError:
                if left == 1:
                    raise
                time.sleep(0.05)
        raise AssertionError

    def body(self, name: str = "Cup") -> dict[str, Any]:
        price = 2.5 if self.version == "v1" else {"amount": "2.50", "currency": "EUR"}
        return {"name": name, "price": price}


def _descendants(pid: int) -> list[int]:
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [*children, *(other for child in children for other in _descendants(child))]


def _is_worker(pid: int) -> bool:
    """By its command: a worker of gunicorn, or what uvicorn spawns, which is not a process of reports."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        above = Path(f"/proc/{parent}/cmdline").read_bytes().decode().replace("\0", " ")
    except OSError:
        return False
    if "spawn_main" in command:
        return "-m uvicorn" in above
    return "gunicorn" in command


def report_processes(worker: int) -> list[int]:
    """The processes that compute reports for a worker."""
    found = []
    for pid in _descendants(worker):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if b"spawn_main" in command:
            found.append(pid)
    return found
