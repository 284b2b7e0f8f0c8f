from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from accord.config import Config, load_config
from accord.errors import EnvironmentFaultError
from accord.serve import RunArguments, serve

APP = """
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"here"})
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config(tmp_path)


def test_a_port_in_use_is_told_before_anything_starts(config: Config) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(EnvironmentFaultError, match=f"cannot listen on 127.0.0.1:{port}") as caught:
            serve(config, RunArguments(app="nothing:app", port=port))
    assert "--port" in caught.value.hint


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (None, 'Could not import module "service"'),
        ("other = 1\n", 'Attribute "app" not found'),
        ("raise RuntimeError('no items')\n", "RuntimeError: no items"),
        ("raise RuntimeError('several\\nlines')\n", "RuntimeError: several lines"),
    ],
)
def test_an_application_that_cannot_be_imported_is_one_line(
    config: Config, source: str | None, message: str
) -> None:
    if source is not None:
        (config.root / "service.py").write_text(source, encoding="utf-8")
    with pytest.raises(EnvironmentFaultError) as caught:
        serve(config, RunArguments(app="service:app", port=0))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_packages_are_found_where_the_project_keeps_them(config: Config) -> None:
    parts = config.python_path.split(":")
    assert str(config.root) in parts
    assert str(config.root / "src") in parts


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_serves_until_it_is_told_to_end(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "service.py").write_text(APP, encoding="utf-8")
    log = tmp_path / "log"
    command = [sys.executable, "-m", "accord", "run", "--app", "service:app", "--port", "0", "--no-reload"]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=tmp_path, stdout=output, stderr=output) as process,
    ):
        try:
            with urllib.request.urlopen(_announced(log), timeout=10) as response:
                assert response.read() == b"here"
        finally:
            process.send_signal(number)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
    assert "Finished server process" in log.read_text(encoding="utf-8")


def test_several_workers_share_a_port_and_end_together(tmp_path: Path) -> None:
    (tmp_path / "service.py").write_text(APP, encoding="utf-8")
    log = tmp_path / "log"
    command = [sys.executable, "-m", "accord", "run", "--app", "service:app", "--port", "0"]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*command, "--workers", "2", "--drain", "5"], cwd=tmp_path, stdout=output, stderr=output
        ) as process,
    ):
        try:
            assert _body(_announced(log)) == b"here"
            for _ in range(600):
                if log.read_text(encoding="utf-8").count("Started server process") == 2:
                    break
                time.sleep(0.1)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
    said = log.read_text(encoding="utf-8")
    started = set(re.findall(r"Started server process \[(\d+)\]", said))
    assert len(started) == 2
    assert set(re.findall(r"Finished server process \[(\d+)\]", said)) == started
    assert "reloader" not in said


def _body(url: str) -> bytes:
    """Ask again while nobody listens: with several workers the address is announced before one of them does."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return bytes(response.read())
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("nobody listens")


def _announced(log: Path) -> str:
    for _ in range(600):
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8"))
        if found:
            return found[0]
        time.sleep(0.1)
    raise AssertionError("uvicorn announced no address")
