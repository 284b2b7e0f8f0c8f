"""Starting and stopping the service under test."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import httpx
import pytest

from accord.errors import EnvironmentFaultError, UsageError
from accord.testing.options import AppTarget, UrlTarget
from accord.testing.server import ServiceStartError, running_service

HELLO = """
import os, pathlib
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    text = os.environ.get("PLACE", "") + "|" + os.getcwd()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": text.encode()})
"""


def write(folder: Path, source: str) -> AppTarget:
    (folder / "hello.py").write_text(source)
    return AppTarget(app="hello:app", directory=folder, environment={"PLACE": "{tmp}"}, start_seconds=20)


def test_serves_in_the_projects_folder_with_a_fresh_data_folder_and_stops(tmp_path: Path) -> None:
    with running_service(write(tmp_path, HELLO)) as service:
        place, _, folder = httpx.get(service.url).text.partition("|")
        assert Path(folder) == tmp_path
        assert Path(place).is_dir()
        assert list(Path(place).iterdir()) == []
        assert not service.is_dead()
    assert service.is_dead()
    assert not Path(place).exists()


def test_a_service_that_dies_at_start_is_told_with_its_last_lines(tmp_path: Path) -> None:
    target = write(tmp_path, "raise RuntimeError('no database at port 5432')")
    with pytest.raises(ServiceStartError) as caught, running_service(target):
        pass
    assert str(caught.value) == (
        "hello:app stopped at start-up with exit code 1: RuntimeError: no database at port 5432"
    )
    assert "hello.py" in caught.value.log
    assert caught.value.exit_code == 5


def test_a_service_that_is_never_ready_is_given_up(tmp_path: Path) -> None:
    target = AppTarget(app="hello:app", directory=tmp_path, start_seconds=1.5, stop_seconds=2)
    (tmp_path / "hello.py").write_text("import time\ntime.sleep(60)")
    with pytest.raises(EnvironmentFaultError, match=r"not ready after 1\.5 s"), running_service(target):
        pass


def test_a_service_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    stubborn = HELLO + "\nimport uvicorn.server\nuvicorn.server.Server.handle_exit = lambda *_: None\n"
    target = AppTarget(app="hello:app", directory=tmp_path, stop_seconds=1)
    (tmp_path / "hello.py").write_text(stubborn)
    with running_service(target) as service:
        start = time.monotonic()
    assert service.is_dead()
    assert time.monotonic() - start < 8


def test_a_taken_port_is_told_as_such(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        target = AppTarget(app="hello:app", directory=tmp_path, port=port)
        with pytest.raises(EnvironmentFaultError, match=f"port {port}"), running_service(target):
            pass


@pytest.mark.parametrize("app", ["hello", ":app", "hello:"])
def test_a_name_without_module_or_application_is_rejected(tmp_path: Path, app: str) -> None:
    with (
        pytest.raises(UsageError, match="names no application"),
        running_service(AppTarget(app=app, directory=tmp_path)),
    ):
        pass


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://127.0.0.1", "http://", "http://127.0.0.1/?a=1"])
def test_a_malformed_url_is_rejected(url: str) -> None:
    with pytest.raises(UsageError, match="no URL of a service"), running_service(UrlTarget(url=url)):
        pass


def test_a_url_at_which_nothing_listens_is_told_at_once() -> None:
    with (
        pytest.raises(EnvironmentFaultError, match=r"nothing answers at http://127\.0\.0\.1:9/v2"),
        running_service(UrlTarget(url="http://127.0.0.1:9/v2/")),
    ):
        pass


def test_a_running_service_is_used_as_it_is() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        running_service(UrlTarget(url=f"http://127.0.0.1:{listening.getsockname()[1]}/v2/")) as service,
    ):
        assert service.url == f"http://127.0.0.1:{listening.getsockname()[1]}/v2"
        assert service.process is None
        assert not service.is_dead()
        assert service.last_lines() == ""
