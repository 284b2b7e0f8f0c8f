"""Several requests at once: heavy work beside light work, and changes of one item at the same moment."""

from __future__ import annotations

import asyncio
import statistics
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from impl.app import create_service
from impl.resources import Resources
from tests.service.api.live import PATIENCE, in_thread
from tests.service.api.support import PASSWORD, settings
from tests.service.servers import Backend

REPORTS = 6
_PAUSE = 0.005


class _Client:
    """A user of one version behind a real server; may be used from several threads."""

    def __init__(self, url: str, version: str) -> None:
        self.version = version
        self.http = httpx.Client(base_url=f"{url}/api/{version}", timeout=PATIENCE)
        user = {"username": "ada", "password": PASSWORD}
        self.http.post("/users", json=user).raise_for_status()
        token = self.http.post("/token", data={"grant_type": "password", **user}).json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def create(self) -> Any:
        price = 2.5 if self.version == "v1" else {"amount": "2.50", "currency": "EUR"}
        return self.http.post("/items", json={"name": "Cup", "price": price})

    def report(self, resamples: int) -> httpx.Response:
        body = {"resamples": resamples} | ({} if self.version == "v1" else {"currency": "EUR"})
        return self.http.post("/reports/prices", json=body)

    def light(self) -> float:
        """Seconds that a light request takes."""
        start = time.perf_counter()
        assert self.http.get("/status").status_code == 200
        return time.perf_counter() - start


def test_heavy_work_leaves_the_others_fast(tmp_path: Path, version: str) -> None:
    app = create_service(settings(tmp_path, report_workers=1, report_queue=REPORTS))
    with in_thread(app) as url, ThreadPoolExecutor(REPORTS) as threads:
        client = _Client(url, version)
        made = threads.map(lambda _: client.create(), range(250))  # as many as a report counts
        assert {response.status_code for response in made} == {201}
        assert client.report(100).status_code == 200  # the processes are up
        start = time.perf_counter()
        heavy: list[Future[httpx.Response]] = [threads.submit(client.report, 2000) for _ in range(REPORTS)]
        during: list[float] = []
        while not all(future.done() for future in heavy):
            during.append(client.light())
        alone = time.perf_counter() - start
        assert {future.result().status_code for future in heavy} == {200}
    # Had the loop done the work, each light request would have waited for a whole report, one after the other.
    assert len(during) > 2 * REPORTS
    assert statistics.median(during) < alone / REPORTS


def test_the_loop_hardly_waits_while_reports_are_computed(tmp_path: Path, version: str) -> None:
    """Wakes up every few milliseconds on the loop of the service, and sees how late."""
    app = create_service(settings(tmp_path, report_workers=1, report_queue=REPORTS))
    late: list[float] = []
    watching = threading.Event()

    async def watch() -> None:
        while watching.is_set():
            start = time.perf_counter()
            await asyncio.sleep(_PAUSE)
            late.append(time.perf_counter() - start - _PAUSE)

    async def resources() -> Resources:
        if watching.is_set() and not tasks:
            tasks.append(asyncio.create_task(watch()))
        found: Resources = await app.state.service.resources()
        return found

    tasks: list[asyncio.Task[None]] = []
    app.dependency_overrides[app.state.service.resources] = resources
    with in_thread(app) as url, ThreadPoolExecutor(REPORTS) as threads:
        client = _Client(url, version)
        assert {a.status_code for a in threads.map(lambda _: client.create(), range(250))} == {201}
        assert client.report(100).status_code == 200  # the processes are up
        watching.set()
        start = time.perf_counter()
        responses = list(threads.map(lambda _: client.report(2000), range(REPORTS)))
        alone = (time.perf_counter() - start) / REPORTS  # seconds that one report takes
        watching.clear()
    assert {response.status_code for response in responses} == {200}
    assert len(late) > REPORTS
    # On the loop, each report would hold up somebody for as long as it takes: a tenth of the wakings or more.
    late.sort()
    assert late[len(late) * 9 // 10] < alone / 4
    assert sum(number > alone * 0.9 for number in late) < REPORTS / 2


def test_more_reports_than_there_is_room_for_are_turned_away(tmp_path: Path, version: str) -> None:
    app = create_service(settings(tmp_path, report_workers=1, report_queue=0))
    with in_thread(app) as url, ThreadPoolExecutor(REPORTS) as threads:
        client = _Client(url, version)
        for _ in range(20):
            assert client.create().status_code == 201
        responses = list(threads.map(lambda _: client.report(2000), range(REPORTS)))
        refused = [response for response in responses if response.status_code == 503]
        assert {response.status_code for response in responses} == {200, 503}
        assert {response.headers["Retry-After"] for response in refused} == {"1"}
        assert client.report(100).status_code == 200


@pytest.mark.parametrize("conditional", [True, False])
def test_of_changes_at_one_moment_none_is_lost(
    tmp_path: Path, version: str, conditional: bool, own_backend: Backend
) -> None:
    app = create_service(settings(tmp_path, **own_backend.settings()))
    with in_thread(app) as url, ThreadPoolExecutor(8) as threads:
        client = _Client(url, version)
        made = client.create()
        path = f"/items/{made.json()['id']}"
        headers = {"Content-Type": "application/merge-patch+json"}
        if conditional or version == "v2":
            headers["If-Match"] = made.headers["ETag"] if conditional else "*"

        def change(number: int) -> httpx.Response:
            return client.http.patch(path, content=f'{{"name": "name {number}"}}', headers=headers)

        responses = list(threads.map(change, range(8)))
        changed = [response for response in responses if response.status_code == 200]
        refused = {response.status_code for response in responses} - {200}
        # With an ETag exactly one meets the version it expects; without one nobody overwrites what it has not read.
        assert refused <= {409, 412}
        assert len(changed) == 1 if conditional else changed
        now = client.http.get(path)
        assert (now.json(), now.headers["ETag"]) in [(a.json(), a.headers["ETag"]) for a in changed]


def test_writers_wait_for_each_other(tmp_path: Path, version: str, own_backend: Backend) -> None:
    app = create_service(settings(tmp_path, **own_backend.settings()))
    with in_thread(app) as url, ThreadPoolExecutor(8) as threads:
        client = _Client(url, version)
        made = list(threads.map(lambda _: client.create(), range(40)))
        assert {response.status_code for response in made} == {201}
        assert len({response.json()["id"] for response in made}) == 40
