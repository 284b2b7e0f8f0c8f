"""Runs `accord` and `alembic` in children of one process that has imported everything.

Most of the time of a command goes into imports and what libraries build at their first use, and the tests run hundreds of commands. Each
command still has a process of its own, with its own folder, environment, output and exit code. It shares with the others only what was
imported and built before the fork.

    python -m tests.commands accord    reads one JSON object a line, and writes one for each
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 120
# Libraries that Accord imports in the function that needs them.
_LATE = ("datamodel_code_generator.__main__", "openapi_spec_validator", "libcst", "yaml")
# What the migrations import.
_MIGRATIONS = (
    "alembic.config",
    "alembic.autogenerate",
    "impl.core.tables",
    "impl.core.schema",
    "aiosqlite",
    "psycopg",
)

_CONTRACT = """\
openapi: 3.1.0
info: {title: Small, version: '1'}
paths:
  /things:
    post:
      operationId: postThing
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      responses: {'200': {description: A thing., content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
components:
  schemas:
    Thing: {type: object, required: [kind], properties: {kind: {enum: [a, b]}, name: {type: string, minLength: 1}}}
"""


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended; a negative code is the signal that ended it."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Commands:
    """The process that forks."""

    process: subprocess.Popen[str]

    def run(self, *arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> Done:
        """Run the program with arguments, in a folder, with an environment (by default that of the tests)."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        request = {"arguments": arguments, "cwd": str(cwd), "env": dict(os.environ if env is None else env)}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return Done(**json.loads(self.process.stdout.readline()))


@contextmanager
def forking(program: Literal["accord", "alembic"], **environment: str) -> Iterator[Commands]:
    """Start the process; `environment` is for libraries that read it when they are imported."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.commands", program],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Commands(process)
        assert process.stdin is not None
        process.stdin.close()


def import_everything() -> None:
    """Import every module of Accord, and what its functions import."""
    accord = importlib.import_module("accord")
    for module in pkgutil.walk_packages(accord.__path__, "accord."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in _LATE:
        importlib.import_module(name)


def warm_up() -> None:
    """Generate the packages of a small contract, so that libraries have built their templates and validators; nothing is written."""
    from accord import api
    from accord.config import load_config

    with tempfile.TemporaryDirectory() as folder:
        entry = Path(folder, "spec", "v1", "openapi.yaml")
        entry.parent.mkdir(parents=True)
        entry.write_text(_CONTRACT, encoding="utf-8")
        api.generate(load_config(Path(folder)), check=True)


def _main(program: str) -> Callable[[], object]:
    if program == "alembic":
        for name in _MIGRATIONS:
            importlib.import_module(name)
        return importlib.import_module("alembic.config").main  # type: ignore[no-any-return]
    import_everything()
    warm_up()
    return importlib.import_module("accord.cli.app").main  # type: ignore[no-any-return]


def _child(main: Callable[[], object], request: dict[str, Any], outputs: Sequence[IO[bytes]]) -> None:
    signal.alarm(SECONDS)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    for descriptor, output in enumerate(outputs, 1):
        os.dup2(output.fileno(), descriptor)
    sys.argv[1:] = request["arguments"]
    sys.path[0] = request["cwd"]  # as `python -m` has it
    code = 0
    try:
        main()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:  # noqa: BLE001 (what a process says of an exception that nobody catches)
        sys.excepthook(*sys.exc_info())
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run(main: Callable[[], object], request: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        pid = os.fork()
        if pid == 0:
            _child(main, request, (stdout, stderr))
        _, status = os.waitpid(pid, 0)
        texts = []
        for output in (stdout, stderr):
            output.seek(0)
            texts.append(output.read().decode())
    return {"returncode": os.waitstatus_to_exitcode(status), "stdout": texts[0], "stderr": texts[1]}


if __name__ == "__main__":
    called = sys.argv.pop()
    entry = _main(called)
    # Usage texts name the program as `python -m` would.
    package = importlib.import_module(called)
    sys.modules["__main__"].__package__ = called
    sys.argv[0] = str(Path(package.__path__[0]) / "__main__.py")
    gc.freeze()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_run(entry, json.loads(line))) + "\n")
        sys.stdout.flush()
