"""Runs Accord over hostile projects, each in a process of its own, and watches what it touches.

Started once with everything imported and warmed up; for each line on standard input (a project folder) it forks, and the child prints one
JSON object: what the commands printed and returned, and everything that an audit hook saw them do.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import pkgutil
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from accord.cli.app import app as command_line
from accord.cli.app import main
from accord.errors import EXIT_CLEAN, EXIT_FINDINGS
from tests.commands import import_everything, warm_up

SECONDS = 90
MEMORY = 3 * 1024**3
"""Address space of a child, in bytes."""

_NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request", "http.client.connect")
_HELPERS = ("ruff", "git")
"""Programs that Accord runs: the formatter, and git for the version of a file before its last change."""
_PROGRAMS = ("os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn", "ctypes.dlopen")


class Watch:
    """What the audit hook of this process saw: files below *outside*, connections, programs, and writes elsewhere."""

    def __init__(self, project: Path) -> None:
        self.seen: list[str] = []
        self._outside = str(project.parent / "outside")
        self._forbidden = ("/etc/passwd", "/proc/self/environ", "/dev/zero")
        self._allowed = (str(project), "/tmp", "/dev", "/var/tmp")

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            self._opened(arguments)
        elif event in _NETWORK or event in _PROGRAMS:
            self.seen.append(f"{event} {arguments[:2]!r}"[:200])
        elif event == "subprocess.Popen" and Path(os.fsdecode(arguments[0])).name not in _HELPERS:
            self.seen.append(f"{event} {arguments[0]!r}")

    def _opened(self, arguments: tuple[Any, ...]) -> None:
        path, mode, flags = arguments
        if not isinstance(path, str | bytes | os.PathLike):
            return
        place = os.path.realpath(os.fsdecode(path))
        if place.startswith((self._outside, *self._forbidden)):
            self.seen.append(f"open {place}")
        writes = (isinstance(mode, str) and set(mode) & set("wax+")) or (flags or 0) & (os.O_WRONLY | os.O_RDWR)
        if writes and not place.startswith(self._allowed):
            self.seen.append(f"write {place}")


def command(*arguments: str) -> tuple[int, str]:
    """The exit code of a command and everything that it printed."""
    output = io.StringIO()
    sys.argv = ["accord", *arguments]
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        else:
            code = EXIT_CLEAN
    return code, output.getvalue()


def serve(project: Path) -> dict[str, Any]:
    """Import everything that was generated, boot the scaffolded application, and ask it for its contract."""
    sys.path[:0] = [str(project), str(project / "src")]
    generated = importlib.import_module("generated")
    for module in pkgutil.walk_packages(generated.__path__, "generated."):
        loaded = importlib.import_module(module.name)
        for name in getattr(loaded, "__all__", ()):
            getattr(loaded, name)
    application = importlib.import_module("impl.app").app
    with TestClient(application, raise_server_exceptions=False) as client:
        responses = {}
        for route, methods in _operations(project).items():
            for method in methods:
                responses[f"{method} {route}"] = client.request(method, route).status_code
    return {"imported": True, "responses": responses}


def _operations(project: Path) -> dict[str, list[str]]:
    document = json.loads((project / "generated/v1/openapi.json").read_text(encoding="utf-8"))
    paths = document.get("paths") or {}
    found = {path: [name.upper() for name in item if name in {"get", "post"}] for path, item in paths.items() if item}
    return {path: methods for path, methods in list(found.items())[:5] if path.isascii() and path.isprintable()}


def child(project: Path) -> dict[str, Any]:
    """One project, from its contract to a running application."""
    os.chdir(project)
    os.environ["ACCORD_PROGRESS"] = "never"
    watch = Watch(project)
    sys.addaudithook(watch)
    result: dict[str, Any] = {"validate": command("validate", "--format", "json"), "generate": command("generate")}
    if result["generate"][0] == EXIT_CLEAN:
        result["scaffold"] = command("scaffold")
    if result.get("scaffold", (EXIT_FINDINGS, ""))[0] == EXIT_CLEAN:
        try:
            result |= serve(project)
        except BaseException:  # noqa: BLE001  # whatever generated code raises is the result
            result["fault"] = traceback.format_exc()[-2_000:]
    result["seen"] = watch.seen
    return result


def fork(project: Path) -> None:
    """Run :func:`child` in a child of this process, within its limits, and print what it gives."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.alarm(SECONDS)
        text = json.dumps(child(project))
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(text.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text_read = pipe.read().decode()
    _, status = os.waitpid(pid, 0)
    ended = text_read or json.dumps({"died": os.waitstatus_to_exitcode(status)})
    sys.__stdout__.write(ended + "\n")  # type: ignore[union-attr]  # this process has a standard output
    sys.__stdout__.flush()  # type: ignore[union-attr]


if __name__ == "__main__":
    assert command_line.registered_commands or command_line.registered_groups
    # Before the fork, so that no child pays for it.
    import_everything()
    warm_up()
    gc.freeze()
    for line in sys.stdin:
        fork(Path(line.strip()))
