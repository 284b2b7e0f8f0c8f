"""Connections under a real server: pipelined requests, slow bodies and clients that leave in the middle."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]
HEAD = "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {type}\r\nContent-Length: {length}\r\n\r\n"

SERVICE = """
import asyncio, gc, os
from pathlib import Path
from tests.unit.wire.contract import served

manager = served(Path({folder!r}))
app = manager.__enter__()


@app.get("/state")
async def state():
    gc.collect()
    return {{"tasks": len(asyncio.all_tasks()), "files": len(os.listdir("/proc/self/fd"))}}
"""


@dataclass(frozen=True, slots=True)
class Server:
    port: int

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def state(self) -> dict[str, int]:
        """Tasks and open files of the process, apart from those of the question."""
        response = httpx.get(
            f"http://127.0.0.1:{self.port}/state", headers={"connection": "close"}, timeout=20
        )
        found: dict[str, int] = response.json()
        return found

    def settles(self, before: dict[str, int]) -> bool:
        """Whether the process comes back to what it held before."""
        end = time.monotonic() + 15
        while time.monotonic() < end:
            now = self.state()
            if all(now[key] <= before[key] for key in before):
                return True
            time.sleep(0.1)
        return False


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("connections")
    (folder / "wire_service.py").write_text(SERVICE.format(folder=str(folder)))
    path = os.pathsep.join([str(ROOT / "tools"), str(ROOT / "src"), str(ROOT), str(folder)])
    log = folder / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "wire_service:app", "--port", "0"],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"},
        )
    watchdog = threading.Timer(120, process.kill)  # a server that hangs must not hang the tests
    watchdog.start()
    try:
        yield Server(_port(log, process))
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        text = log.read_text()
        assert "Traceback" not in text, text
        # The server says so itself where a client leaves that has pipelined requests.
        assert "ERROR" not in text.replace(
            "ERROR:    ASGI callable returned without completing response.", ""
        ), text
    finally:
        watchdog.cancel()
        if process.poll() is None:
            process.kill()
            process.wait()


def _port(log: Path, process: subprocess.Popen[bytes]) -> int:
    while process.poll() is None:
        text = log.read_text()
        if "running on http://127.0.0.1:" in text:
            return int(text.split("running on http://127.0.0.1:")[1].split(" ")[0])
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def _responses(connection: socket.socket, count: int) -> list[tuple[int, bytes]]:
    """Status and body of the next *count* answers."""
    found: list[tuple[int, bytes]] = []
    with connection.makefile("rb") as stream:
        while len(found) < count:
            status = int(stream.readline().split()[1])
            length = 0
            while (line := stream.readline()) not in {b"\r\n", b""}:
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            found.append((status, stream.read(length)))
    return found


def _post(path: str, body: bytes, content_type: str = "application/json") -> bytes:
    return HEAD.format(path=path, type=content_type, length=len(body)).encode() + body


def test_pipelined_requests_are_answered_in_their_order(server: Server) -> None:
    requests = [
        b"GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\n",
        _post("/strict", b'{"whole": 2}'),
        _post("/strict", b'{"whole": "no"}'),
        _post("/strict", b"{"),
        b"PUT /query HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /things/6 HTTP/1.1\r\nHost: x\r\n\r\n",
    ]
    with server.connect() as connection:
        connection.sendall(b"".join(requests))
        responses = _responses(connection, len(requests))
    assert [status for status, _ in responses] == [200, 200, 422, 400, 405, 200]
    assert json.loads(responses[0][1])["id"] == "1"
    assert json.loads(responses[1][1])["body"] == {"whole": 2}
    assert json.loads(responses[5][1])["id"] == "6"


def test_a_slow_body_blocks_nobody(server: Server) -> None:
    text = b'{"whole": 12}'
    with server.connect() as slow:
        slow.sendall(HEAD.format(path="/strict", type="application/json", length=len(text)).encode())
        for index in range(len(text)):
            slow.sendall(text[index : index + 1])
            if index % 4 == 0:
                response = httpx.get(f"http://127.0.0.1:{server.port}/things/{index}", timeout=20)
                assert response.json()["id"] == str(index)
        [(status, body)] = _responses(slow, 1)
    assert (status, json.loads(body)["body"]) == (200, {"whole": 12})


@pytest.mark.parametrize(
    ("path", "content_type", "part"),
    [
        ("/strict", "application/json", b'{"whole": '),
        ("/form", "application/x-www-form-urlencoded", b"name=a&"),
        (
            "/upload",
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + b"x" * 500,
        ),
    ],
)
def test_a_client_that_leaves_in_the_middle_of_its_body(
    server: Server, path: str, content_type: str, part: bytes
) -> None:
    before = server.state()
    head = HEAD.format(path=path, type=content_type, length=5_000).encode()
    for number in range(20):
        connection = server.connect()
        connection.sendall(head + part)
        if number % 2:  # a reset in the place of an orderly end
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()
    assert server.settles(before)
    assert httpx.get(f"http://127.0.0.1:{server.port}/things/1", timeout=20).status_code == 200


def test_a_client_that_leaves_before_its_responses(server: Server) -> None:
    before = server.state()
    for _ in range(20):
        with contextlib.closing(server.connect()) as connection:
            connection.sendall(_post("/strict", b'{"whole": 1}') * 5)
    assert server.settles(before)
