"""The script that brings up PostgreSQL and Redis: what it says where it cannot, and what it leaves where it can."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import services

SCRIPT = Path(services.__file__)


def test_what_is_missing_and_cannot_be_installed_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    present = {"nginx"}
    monkeypatch.setattr(services, "find", lambda program: program if program in present else None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "argv", ["services.py", "start", str(tmp_path / "services")])
    assert services.main() == 5
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "services: install postgresql, redis-server first"
        " (Debian, Ubuntu: apt-get install postgresql redis-server)\n"
    )
    assert not (tmp_path / "services").exists()


def test_nothing_is_installed_where_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(services, "find", lambda program: program)
    monkeypatch.setattr(subprocess, "run", run)
    services.install()


def test_stopping_what_does_not_run_is_no_fault(tmp_path: Path) -> None:
    services.stop(tmp_path / "services")


def test_ports_are_free(tmp_path: Path) -> None:
    del tmp_path
    assert len({services.free_port() for _ in range(5)}) > 1


@pytest.mark.skipif(
    any(services.find(program) is None for program in ("postgres", "redis-server", "nginx")),
    reason="PostgreSQL, Redis or nginx is not installed: run `make services`",
)
def test_both_come_up_and_leave_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "services"

    def run(action: str) -> str:
        done = subprocess.run(
            [sys.executable, str(SCRIPT), action, str(folder)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    try:
        first = run("start")
        lines = [line.partition("=")[0] for line in first.splitlines()]
        assert lines == ["export DATABASE_URL", "export REDIS_URL"]
        assert (folder / "env").read_text() == first
        assert run("start") == first
        data = (folder / "data").resolve()
        postgres, redis = (int(port) for port in (folder / "ports").read_text().split())
        server = services.RedisServer(folder=data / "redis", port=redis)
        assert server.responds()
        server.stop()
        second = run("start")  # one of them was gone: both are made anew
        assert second != first
        assert not data.exists()
        assert not services.Postgres(folder=data / "postgres", port=postgres).responds()
    finally:
        run("stop")
    assert not folder.exists()


def test_the_browser_is_asked_for_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(services, "find", lambda _: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "argv", ["services.py", "browser"])
    assert services.main() == 5
    assert capsys.readouterr().err == (
        "services: install chromium first (Debian, Ubuntu: apt-get install chromium)\n"
    )


def test_all_of_it_is_installed_without_starting_anything(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(services, "find", lambda _: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    folder = tmp_path / "services"
    monkeypatch.setattr(sys, "argv", ["services.py", "install", str(folder)])
    assert services.main() == 5
    assert "install postgresql, redis-server, nginx, chromium first" in capsys.readouterr().err
    assert not folder.exists()
