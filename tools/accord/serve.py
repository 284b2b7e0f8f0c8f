"""``accord run``: the application under uvicorn, with the faults of a start told in one line."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from accord.config import Config
from accord.errors import EnvironmentFaultError, exception_text

# Where the client library of Prometheus looks for it.
_METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# Seconds in which a worker answers its supervisor, who kills it otherwise. By default 5: a busy machine may take longer
# to start several, and would start them again and again.
_HEALTHCHECK = "15"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunArguments:
    """What ``accord run`` was asked for. ``app`` is ``MODULE:APP``, as configured when ``None``; ``port`` 0 is any.

    More than one worker process do not reload. ``drain`` is for how many seconds a worker that is told to stop goes on
    with the requests that it has; ``None``: as long as they take.
    """

    app: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    reload: bool = True
    workers: int = 1
    drain: int | None = None


def serve(config: Config, arguments: RunArguments) -> int:
    """Serve the application with uvicorn until it is interrupted; returns uvicorn's exit code.

    Raises:
        EnvironmentFaultError: the port is in use, or the application cannot be imported.
    """
    app = arguments.app or config.contract_test.app
    _require_port(arguments.host, arguments.port)
    environment = {**os.environ, "PYTHONPATH": config.python_path}
    _require_app(app, config.root, environment)
    command = [sys.executable, "-m", "uvicorn", app, "--host", arguments.host, "--port", str(arguments.port)]
    if arguments.drain is not None:
        command += ["--timeout-graceful-shutdown", str(arguments.drain)]
    if arguments.workers > 1:
        command += ["--workers", str(arguments.workers), "--timeout-worker-healthcheck", _HEALTHCHECK]
    elif arguments.reload:
        command += ["--reload"]
        for folder in (config.implementation, config.generated):
            if folder.is_dir():
                command += ["--reload-dir", str(folder)]
    # In a process group of its own it hears each signal once: from here, and not from the terminal as well.
    with (
        _shared_metrics(environment, arguments.workers),
        subprocess.Popen(command, cwd=config.root, env=environment, process_group=0) as process,
        _forward(process),
    ):
        return process.wait()


@contextmanager
def _shared_metrics(environment: dict[str, str], workers: int) -> Generator[None]:
    """Let several workers count metrics together, in an empty folder of this run, unless a folder is chosen already."""
    if workers == 1 or _METRICS_FOLDER in environment:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="accord-metrics-", ignore_cleanup_errors=True) as folder:
        environment[_METRICS_FOLDER] = folder
        yield


@contextmanager
def _forward(process: subprocess.Popen[bytes]) -> Generator[None]:
    """Hand interruption and termination on to *process*, which then closes its connections."""

    def send(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    before = {number: signal.signal(number, send) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _require_port(host: str, port: int) -> None:
    """Make sure that the port is free: uvicorn would say it in the middle of its log, after the application was imported."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise EnvironmentFaultError(
                f"cannot listen on {host}:{port}: {(error.strerror or str(error)).lower()}",
                hint="choose another port with --port, or 0 for any free one",
            ) from error


def _require_app(app: str, root: Path, environment: dict[str, str]) -> None:
    """Import the application once in a process of its own, so that a fault of it is one line and not a traceback."""
    program = "import sys; from uvicorn.importer import import_from_string; import_from_string(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", program, app],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise EnvironmentFaultError(
            f"the application {app} does not start: {exception_text(done.stderr) or 'it ended without a word'}",
            hint=f"see the whole of it with: python -c 'import {app.partition(':')[0]}'",
        )
