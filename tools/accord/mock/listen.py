"""``accord mock``: the application under uvicorn, in this process, until it is interrupted."""

from __future__ import annotations

import contextlib
import socket
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from accord.errors import EnvironmentFaultError
from accord.mock.application import MockContract, MockOptions, mock_app

Listener = Callable[[str], None]
"""Receives the lines of a start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MockArguments:
    """What ``accord mock`` was asked for; ``port`` 0 takes any free one."""

    host: str = "127.0.0.1"
    port: int = 4010
    options: MockOptions = field(default_factory=MockOptions)


def listen(contracts: Sequence[MockContract], arguments: MockArguments, listener: Listener) -> None:
    """Serve *contracts* until the process is interrupted or terminated.

    Raises:
        EnvironmentFaultError: the port cannot be used.
        UsageError: the contracts cannot stand side by side.
    """
    import uvicorn

    with _socket(arguments.host, arguments.port) as bound:
        # The files are read at the start, so nothing is left behind however the process ends.
        with tempfile.TemporaryDirectory(prefix="accord-mock-") as folder:
            mocked = mock_app(contracts, Path(folder), arguments.options)
        for line in mocked.unserved:
            listener(f"answers 501: {line}")
        for line in start_lines(mocked.prefixes, arguments.host, bound.getsockname()[1]):
            listener(line)
        config = uvicorn.Config(mocked.app, log_level="warning", timeout_graceful_shutdown=3, lifespan="off")
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[bound])


def start_lines(prefixes: Mapping[str, str], host: str, port: int) -> list[str]:
    """One line for each contract: its name and where it answers."""
    where = f"[{host}]" if ":" in host else host
    return [f"{name}: http://{where}:{port}{prefix or '/'}" for name, prefix in prefixes.items()]


@contextlib.contextmanager
def _socket(host: str, port: int) -> Generator[socket.socket]:
    """A socket bound before anything is built, so that a taken port is told at once."""
    # An IPv6 literal needs its own family; a name is left to the resolver of IPv4, as in uvicorn.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, port))
            bound.listen(socket.SOMAXCONN)
        except OSError as error:
            raise EnvironmentFaultError(
                f"cannot listen on {host}:{port}: {(error.strerror or str(error)).lower()}",
                hint="choose another port with --port, or 0 for any free one",
            ) from error
        yield bound
