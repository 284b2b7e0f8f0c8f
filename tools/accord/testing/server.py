"""The service under test: a real uvicorn in a process group of its own, or a URL that is served already."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from accord.errors import EnvironmentFaultError, UsageError, exception_text
from accord.testing.options import AppTarget, Target, UrlTarget

_HOST = "127.0.0.1"
_POLL_SECONDS = 0.05
_KEPT_LINES = 15
_CONNECT_SECONDS = 10.0


class ServiceStartError(EnvironmentFaultError):
    """A service that did not start. ``log`` holds the last lines that it wrote, ``str()`` only the exception."""

    def __init__(self, message: str, *, hint: str, log: str) -> None:
        last = exception_text(log)
        super().__init__(f"{message}: {last}" if last else message, hint=hint)
        self.log = log


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A reachable service: its root URL (no trailing slash), and its log where Accord started it."""

    url: str
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    def last_lines(self, count: int = _KEPT_LINES) -> str:
        """The end of what the service wrote to its standard error, empty if it is not ours."""
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace") if self.log is not None else ""
        except OSError:
            return ""
        return "\n".join(text.rstrip().splitlines()[-count:])

    def is_dead(self) -> bool:
        """Whether the process that Accord started has ended."""
        return self.process is not None and self.process.poll() is not None


@contextlib.contextmanager
def running_service(target: Target) -> Generator[Service]:
    """A context with the running service; what was started is stopped at its end, whatever happens.

    Raises:
        UsageError: the URL or the name of the application is malformed.
        EnvironmentFaultError: the service does not start, its port is taken, or nothing listens at the URL.
    """
    match target:
        case UrlTarget(url=url):
            _require_listener(url)
            yield Service(url=url.rstrip("/"))
        case AppTarget():
            with tempfile.TemporaryDirectory(prefix="accord-contract-test-") as folder:
                service = _start(target, Path(folder))
                try:
                    _wait_until_ready(service, target)
                    yield service
                finally:
                    _stop(service, target.stop_seconds)


def _require_listener(url: str) -> None:
    """Make sure that *url* is one of a service, and that something listens there."""
    parts = urlsplit(url)
    # A query or a fragment would be lost when paths are appended.
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise UsageError(f"{url!r} is no URL of a service", hint="write it like http://127.0.0.1:8000")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=_CONNECT_SECONDS).close()
    except OSError as error:
        raise EnvironmentFaultError(
            f"nothing answers at {url.rstrip('/')}: {(error.strerror or str(error)).lower()}",
            hint="start the service first, or let Accord start it with --app MODULE:APP",
        ) from error


def _start(target: AppTarget, folder: Path) -> Service:
    """Start the application in a process of its own; it may not be ready yet."""
    module, _, name = target.app.partition(":")
    if not module or not name:
        raise UsageError(
            f"{target.app!r} names no application", hint="write it as MODULE:APP, like impl.main:app"
        )
    port = _claimed_port(target.port)
    data = folder / "data"
    data.mkdir()
    log = folder / "service.log"
    own = {key: value.replace("{tmp}", str(data)) for key, value in target.environment.items()}
    command = [sys.executable, "-m", "uvicorn", target.app, "--host", _HOST, "--port", str(port)]
    command += ["--app-dir", str(target.directory), "--log-level", "warning", "--no-access-log"]
    # An event stream that does not notice that its reader left would hold the shutdown up.
    command += ["--timeout-graceful-shutdown", str(max(1, int(target.stop_seconds / 3)))]
    with log.open("wb") as stream:
        process = subprocess.Popen(  # noqa: S603 (the command is ours; the application is the user's own)
            command,
            cwd=target.directory,
            env={**os.environ, **own},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
    return Service(url=f"http://{_HOST}:{port}", log=log, process=process)


def _claimed_port(port: int) -> int:
    """The port to listen on; told early when a fixed one is taken, since uvicorn says it in the middle of a log."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            raise EnvironmentFaultError(
                f"port {port} of {_HOST} cannot be used: {error.strerror or error}",
                hint="stop what listens there, or leave the port out to take a free one",
            ) from error
        return int(probe.getsockname()[1])


def _wait_until_ready(service: Service, target: AppTarget) -> None:
    """Wait until the port accepts connections; uvicorn opens it only after the start-up of the application."""
    process = service.process
    assert process is not None
    address = urlsplit(service.url)
    deadline = time.monotonic() + target.start_seconds
    while time.monotonic() < deadline:
        if (code := process.poll()) is not None:
            raise ServiceStartError(
                f"{target.app} stopped at start-up with exit code {code}",
                hint=f"try it alone: {Path(sys.executable).name} -m uvicorn {target.app}",
                log=service.last_lines(),
            )
        try:
            with socket.create_connection((_HOST, address.port or 80), timeout=1):
                return
        except OSError:
            time.sleep(_POLL_SECONDS)
    raise ServiceStartError(
        f"{target.app} was not ready after {target.start_seconds:g} s",
        hint="see what its start-up waits for",
        log=service.last_lines(),
    )


def _stop(service: Service, seconds: float) -> None:
    """End the service and what it started: first politely, then not."""
    process = service.process
    assert process is not None
    for sign, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, seconds)):
        # The group is the service's own (start_new_session), so its children go with it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return
