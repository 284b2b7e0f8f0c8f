"""The application behind a real uvicorn: in a thread of this process, or in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import anyio
import httpx
import uvicorn
from fastapi import FastAPI

from impl.app import create_service
from impl.core.chat.model import End, Message, Piece
from impl.core.errors import ModelUnavailable
from impl.resources import Resources, Service
from tests.service.api.support import settings

PATIENCE = 30.0
"""Seconds after which a test gives up; nothing takes as long unless it hangs."""

QUESTION = {"messages": [{"role": "user", "content": "Why?"}]}


@dataclass
class GatedModel:
    """A model that says a word, waits for ``gate``, and then says the rest; or never does, or fails."""

    first: bool = True
    fails: bool = False
    gate: threading.Event = field(default_factory=threading.Event)
    started: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)

    async def stream(self, messages: Sequence[Message], max_tokens: int) -> AsyncGenerator[Piece | End, None]:
        self.started.set()
        try:
            if self.first:
                yield Piece(text="first")
            while not self.gate.is_set():  # noqa: ASYNC110 (what is waited for is another process or thread)
                await anyio.sleep(0.005)
            if self.fails:
                raise ModelUnavailable
            yield Piece(text=" last")
            yield End(reason="stop")
        finally:
            self.stopped.set()


@contextmanager
def in_thread(app: FastAPI) -> Iterator[str]:
    """Serve an application; yield its root URL."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        until(lambda: server.started or not thread.is_alive())
        assert server.started, "the application did not start"
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the server did not stop"


@contextmanager
def talking(folder: Path, model: GatedModel, **changes: Any) -> Iterator[str]:
    """Serve the service with a model of the test's own."""
    app = create_service(settings(folder, **changes))
    service = cast("Service", app.state.service)

    async def resources() -> Resources:
        return replace(await service.resources(), model=model)

    app.dependency_overrides[service.resources] = resources
    with in_thread(app) as url:
        try:
            yield url
        finally:
            model.gate.set()


@contextmanager
def in_process(folder: Path, log: Path, **environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve ``impl.app:app`` as an operator does, in a folder and with nothing configured but what is given."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ACCORD_", "DATABASE_", "REDIS_"))
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "impl.app:app", "--host", "127.0.0.1", "--port", "0"],
            cwd=folder,
            env={**kept, **environment},
            stdout=output,
            stderr=output,
        )
    try:
        until(lambda: "running on" in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        line = next(line for line in log.read_text().splitlines() if "running on" in line)
        yield line.split("running on ")[1].split()[0], process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def until(holds: Any) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.01)


def events(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    """The events of a stream; a comment is an event of its own, under the name of the empty string."""
    event: dict[str, str] = {}
    for line in lines:
        if line.startswith(":"):
            yield {"": line[1:].strip()}
        elif line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif event:
            yield event
            event = {}


@contextmanager
def asking(url: str, version: str, key: str) -> Iterator[httpx.Response]:
    """Open a conversation."""
    with (
        httpx.Client(timeout=PATIENCE) as client,
        client.stream(
            "POST", f"{url}/api/{version}/chat", json=QUESTION, headers={"X-API-Key": key}
        ) as response,
    ):
        yield response
