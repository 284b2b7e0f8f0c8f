"""Generated clients of the reference contract: built, type-checked, and driven against the running service."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from accord import api
from accord.config import load_config
from accord.errors import EnvironmentFaultError
from accord.sdk.programs import find_node
from accord.sdk.typescript import installed
from accord.testing.config import app_target
from accord.testing.server import running_service

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CONFIG = load_config(ROOT)
EXPECTED: dict[str, Any] = {
    "wrong password": "invalid_grant",
    "created": [201, "Kettle", "12.50"],
    "read": True,
    "listed": ["Kettle"],
    "updated": [200, "Pot"],
    "lost update": [412, 412],
    "deleted": 204,
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    app = app_target(CONFIG, CONFIG.contract_test.app)
    target = replace(app, environment={"PYTHONPATH": CONFIG.python_path, **app.environment})
    with running_service(target) as service:
        yield f"{service.url}/api/v2"


def run(command: list[str], *, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(language: api.SdkArguments) -> Path:
    result = api.sdk(CONFIG, [ROOT / "spec/v2"], language)
    assert [str(diagnostic) for diagnostic in result.diagnostics if diagnostic.code != "sdk-stream"] == []
    return result.written[0]


@pytest.mark.slow
def test_the_python_client(url: str, tmp_path: Path) -> None:
    folder = build(api.SdkArguments(language="python", output=tmp_path, name="shop-client"))
    run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), "-p", "shop_client"],
        cwd=folder,
    )
    script = shutil.copy(HERE / "drive_python.py", folder)
    seen = json.loads(run([sys.executable, str(script), "shop_client", url], cwd=folder))
    assert seen["registered"][0] == 201
    assert seen["registered"][2] is False, "the password came back"
    assert seen["forged token"] == [401, "Problem"]
    assert seen["gone"] == [404, "Not Found"]
    assert (seen["refused"][0], set(seen["refused"][1])) == (422, {"/name"})
    assert seen["chat"] == [200, True]
    assert {name: seen[name] for name in EXPECTED} == EXPECTED


@pytest.fixture(scope="module")
def node() -> list[str]:
    try:
        found = find_node()
        installed(found)
    except EnvironmentFaultError as error:
        pytest.skip(f"the generator cannot be installed: {error}")
    return list(found.node)


@pytest.mark.slow
def test_the_typescript_client(url: str, tmp_path: Path, node: list[str]) -> None:
    folder = build(api.SdkArguments(language="typescript", output=tmp_path, name="shop-client"))
    shutil.copy(HERE / "drive_typescript.ts", folder / "src" / "drive.ts")
    compiler = installed(find_node()) / "node_modules/typescript/bin/tsc"
    run([*node, str(compiler), "--project", str(folder), "--noUncheckedIndexedAccess"], cwd=folder)
    seen = json.loads(run([*node, str(folder / "dist" / "drive.js"), url], cwd=folder))
    assert seen["registered"][0] == 201
    assert seen["registered"][2] is False, "the password came back"
    assert seen["forged token"] == 401
    assert seen["gone"] == [404, "Not Found"]
    assert (seen["refused"][0], set(seen["refused"][1])) == (422, {"/name"})
    assert seen["events"] == ["token", "done", True]
    assert {name: seen[name] for name in EXPECTED} == EXPECTED
