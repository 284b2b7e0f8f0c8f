"""The fixtures in a project of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import accord
from tests.unit.testing.support import SHOP

TOOLS = Path(accord.__file__).parents[1]
PYPROJECT = """
[tool.pytest.ini_options]
addopts = ["-p", "no:cacheprovider"]

[tool.accord.contract-test]
app = "app:app"
max-examples = 2
environment = {{ FAULTS = "{faults}" }}
"""
CONFTEST = """
from dataclasses import replace

import pytest

from accord.testing import LoginCredential
from accord.testing.pytest_plugin import *

@pytest.fixture(scope="session")
def contract_test_options(pytestconfig):
    from accord.config import load_config
    from accord.testing.config import options_from_config

    login = LoginCredential(url="/tokens", form={"username": "ada", "password": "correct horse"})
    options = options_from_config(load_config(pytestconfig.rootpath))
    return replace(options, credentials={"token": login}, phases=("coverage", "probes"), stream_timeout=0.3)
"""
TESTS = """
import httpx

def test_shop(check_contract):
    report = check_contract("spec/v1")
    assert report.cases > 50

def test_more(contract_service):
    assert httpx.get(contract_service.url + "/api/v1/items").status_code == 200
"""


def run_project(folder: Path, faults: str) -> subprocess.CompletedProcess[str]:
    (folder / "pyproject.toml").write_text(PYPROJECT.format(faults=faults))
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_contract.py").write_text(TESTS)
    for place in (folder, folder / "spec" / "v1"):
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(SHOP / "openapi.yaml", place)
    shutil.copy(SHOP / "app.py", folder)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", str(folder)],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(TOOLS)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("faults", ["", "drop-field"])
def test_a_project_tests_its_service(tmp_path: Path, faults: str) -> None:
    done = run_project(tmp_path, faults)
    if not faults:
        assert done.returncode == 0, done.stdout + done.stderr
        assert "2 passed" in done.stdout
    else:
        assert done.returncode == 1
        assert "error[response-body-invalid]: GET /items/{itemId}" in done.stdout
        assert "clause: /components/schemas/Item/required" in done.stdout
        assert "1 failed, 1 passed" in done.stdout
